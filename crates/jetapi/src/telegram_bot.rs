//! A Telegram bot that answers for an instance: `POST /developer/v1/telegram_bots`.

use std::fmt;

use crate::endpoint::{Call, Credential, Endpoint, Method, Parameter, Reach, Reply};
use crate::json::Value;
use crate::secret::Secret;
use crate::wire::lenient_string;

/// How long the second half of a token is.
const TOKEN_SECRET_LENGTH: usize = 35;

/// The endpoint, from "Telegram Bot Authorization" of the reference.
pub const TELEGRAM_BOTS: Endpoint<TelegramBot> =
    Endpoint::new(Method::Post, "/developer/v1/telegram_bots", Credential::DeveloperKey, Reach::OwnInstance);

/// Connects the bot of `token` to an instance, with the button beside its message field where a menu is wanted.
/// What the server refuses it lists under the parameter's name: `api_token`, `menu_title`, `menu_link`.
///
/// Blanks around the token, as come with pasting, are left out.
pub fn connect(instance_id: &str, token: &Secret, menu: Option<&Menu>) -> Call<TelegramBot> {
    let bot = [
        ("instance_id", Parameter::Plain(instance_id)),
        ("api_token", Parameter::Secret(token.expose().trim())),
    ];
    let call = TELEGRAM_BOTS.call(&[]);
    let Some(menu) = menu else { return call.with(&bot) };
    let [instance_id, token] = bot;
    let title = ("menu_title", Parameter::Plain(&menu.title));
    let link = ("menu_link", Parameter::Plain(&menu.link));
    call.with(&[instance_id, token, title, link])
}

/// Whether a bot's token has the form that Telegram gives them, `123456789:` and 35 letters, digits, `_` and `-`;
/// blanks around it are no matter.
///
/// # Errors
/// [`TokenProblem`], when it is certain that the server will refuse it.
pub fn check_token(typed: &str) -> Result<(), TokenProblem> {
    let token = typed.trim();
    if token.is_empty() {
        return Err(TokenProblem::Blank);
    }
    let (id, secret) = token.split_once(':').ok_or(TokenProblem::Form)?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if is_id && secret.len() == TOKEN_SECRET_LENGTH && secret.bytes().all(is_plain) {
        Ok(())
    } else {
        Err(TokenProblem::Form)
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Why a bot's token is not worth sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenProblem {
    /// Nothing was typed.
    Blank,
    /// It does not look like a token.
    Form,
}

impl fmt::Display for TokenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blank => "the token is blank",
            Self::Form => "a token is digits, a colon and 35 characters",
        })
    }
}

impl std::error::Error for TokenProblem {}

/// The button beside the bot's message field, which opens a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    title: String,
    link: String,
}

impl Menu {
    /// The menu for what was typed into the two fields; none where both are blank.
    ///
    /// # Errors
    /// [`MenuProblem`], when it is certain that the server will refuse it.
    pub fn new(title: &str, link: &str) -> Result<Option<Self>, MenuProblem> {
        let (title, link) = (title.trim(), link.trim());
        match (title.is_empty(), link.is_empty()) {
            (true, true) => Ok(None),
            (true, false) => Err(MenuProblem::NoTitle),
            (false, true) => Err(MenuProblem::NoLink),
            (false, false) if !is_web_address(link) => Err(MenuProblem::Link),
            (false, false) => Ok(Some(Self { title: title.to_owned(), link: link.to_owned() })),
        }
    }
}

/// Why a menu is not worth sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MenuProblem {
    /// There is a link, and no title for it.
    NoTitle,
    /// There is a title, and no link that it leads to.
    NoLink,
    /// The link is no address of the web: `https://` or `http://` and a host.
    Link,
}

impl fmt::Display for MenuProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTitle => "the menu has no title",
            Self::NoLink => "the menu has no link",
            Self::Link => "the menu's link is no web address",
        })
    }
}

impl std::error::Error for MenuProblem {}

fn is_web_address(text: &str) -> bool {
    let after = |scheme: &str| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| text.get(scheme.len()..))?
    };
    let Some(rest) = after("https://").or_else(|| after("http://")) else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    !host.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// A connected bot. Every field may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramBot {
    /// The bot's address, `https://t.me/` and its name. What is no such address is left out, so this is safe to be
    /// made a link of.
    pub link: Option<String>,
    /// `running`, or another word of the server's.
    pub status: Option<String>,
    /// The title of its menu.
    pub menu_title: Option<String>,
    /// Where its menu leads, as the server wrote it: text, and not a link that was checked.
    pub menu_link: Option<String>,
    /// The instance that it answers for.
    pub instance_id: Option<String>,
}

impl Reply for TelegramBot {
    fn read(body: &Value) -> Option<Self> {
        let bot = body.get("telegram_bot").filter(|bot| matches!(bot, Value::Object(_)))?;
        let string = |name: &str| bot.get(name).and_then(lenient_string).filter(|text| !text.is_empty());
        Some(Self {
            link: string("bot_link").filter(|link| is_bot_link(link)),
            status: string("status"),
            menu_title: string("menu_title"),
            menu_link: string("menu_link"),
            instance_id: string("instance_id"),
        })
    }
}

fn is_bot_link(link: &str) -> bool {
    let name = link.strip_prefix("https://t.me/").unwrap_or_default();
    !name.is_empty() && name.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Response;
    use crate::error::ApiError;

    const TOKEN: &str = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw_";

    #[test]
    fn nothing_of_a_call_stands_in_its_address() {
        let menu = Menu::new("Main \"menu\"", "https://www.notion.so/").unwrap();
        for (menu, want) in [
            (None, format!(r#"{{"instance_id":"374","api_token":"{TOKEN}"}}"#)),
            (
                menu.as_ref(),
                format!(
                    r#"{{"instance_id":"374","api_token":"{TOKEN}","menu_title":"Main \"menu\"","menu_link":"https://www.notion.so/"}}"#
                ),
            ),
        ] {
            let call = connect("374", &Secret::new(format!(" {TOKEN}\n")), menu);
            assert_eq!((call.method, call.path.as_str()), (Method::Post, "/developer/v1/telegram_bots"));
            assert_eq!(call.body.as_ref().map(Secret::expose), Some(want.as_str()));
            assert!(!format!("{call:?}").contains("AAHdq"));
        }
    }

    #[test]
    fn a_token_is_known_by_its_form() {
        let secret = "A".repeat(TOKEN_SECRET_LENGTH);
        for (typed, want) in [
            (TOKEN.to_owned(), Ok(())),
            (format!("\t{TOKEN} \r\n"), Ok(())),
            (format!("1:{secret}"), Ok(())),
            (String::new(), Err(TokenProblem::Blank)),
            ("  ".into(), Err(TokenProblem::Blank)),
            (":".into(), Err(TokenProblem::Form)),
            ("110201543".into(), Err(TokenProblem::Form)),
            (format!(":{secret}"), Err(TokenProblem::Form)),
            (format!("1:{secret}A"), Err(TokenProblem::Form)),
            (format!("1:{}", &secret[1..]), Err(TokenProblem::Form)),
            (format!("1:{}:", &secret[1..]), Err(TokenProblem::Form)),
            (format!("1:{}.", &secret[1..]), Err(TokenProblem::Form)),
            (format!("1:{}Ж", &secret[2..]), Err(TokenProblem::Form)),
            (format!("a:{secret}"), Err(TokenProblem::Form)),
            (format!("1 :{secret}"), Err(TokenProblem::Form)),
            (format!("bot{TOKEN}"), Err(TokenProblem::Form)),
        ] {
            assert_eq!(check_token(&typed), want, "{typed:?}");
        }
    }

    #[test]
    fn a_menu_has_a_title_and_a_link() {
        let menu = |title: &str, link: &str| Ok(Some(Menu { title: title.into(), link: link.into() }));
        for (title, link, want) in [
            ("", " ", Ok(None)),
            ("Main", "https://crm.example", menu("Main", "https://crm.example")),
            (" Меню ", " http://crm.example/a?b#c\n", menu("Меню", "http://crm.example/a?b#c")),
            ("Main", "HTTPS://магазин.рф:8443/", menu("Main", "HTTPS://магазин.рф:8443/")),
            ("Main", "", Err(MenuProblem::NoLink)),
            ("\t", "https://crm.example", Err(MenuProblem::NoTitle)),
            ("Main", "crm.example", Err(MenuProblem::Link)),
            ("Main", "https:crm.example", Err(MenuProblem::Link)),
            ("Main", "https://", Err(MenuProblem::Link)),
            ("Main", "https:///path", Err(MenuProblem::Link)),
            ("Main", "https://?x", Err(MenuProblem::Link)),
            ("Main", "https://:443/", Err(MenuProblem::Link)),
            ("Main", "https://user@/", Err(MenuProblem::Link)),
            ("Main", "https://crm.example/a b", Err(MenuProblem::Link)),
            ("Main", "https://crm.example/\u{1}", Err(MenuProblem::Link)),
            ("Main", "javascript://crm.example/%0aalert(1)", Err(MenuProblem::Link)),
            ("Main", "ftp://crm.example", Err(MenuProblem::Link)),
            ("Main", "http", Err(MenuProblem::Link)),
            ("Main", "Ж", Err(MenuProblem::Link)),
        ] {
            assert_eq!(Menu::new(title, link), want, "{title:?} {link:?}");
        }
    }

    fn read(body: &str) -> Result<TelegramBot, ApiError> {
        connect("374", &Secret::new(TOKEN), None).decode(&Response { status: 200, body })
    }

    #[test]
    fn the_printed_reply_is_read() {
        let read = read(
            r#"{"meta":{"code":200,"status":"success"},"telegram_bot":{"bot_link":"https://t.me/oeporpj_bot",
            "instance_id":348,"menu_link":"https://www.notion.so/","menu_title":"Main","status":"running"}}"#,
        );
        let want = TelegramBot {
            link: Some("https://t.me/oeporpj_bot".into()),
            status: Some("running".into()),
            menu_title: Some("Main".into()),
            menu_link: Some("https://www.notion.so/".into()),
            instance_id: Some("348".into()),
        };
        assert_eq!(read, Ok(want));
    }

    #[test]
    fn wrong_types_cost_only_their_field() {
        let read = read(
            r#"{"telegram_bot":{"bot_link":1,"instance_id":"348","menu_link":null,"menu_title":"","status":{}}}"#,
        )
        .unwrap();
        assert_eq!(read.instance_id.as_deref(), Some("348"));
        assert_eq!((read.link, read.status, read.menu_title, read.menu_link), (None, None, None, None));
        for body in ["", "{}", r#"{"telegram_bot":null}"#, r#"{"telegram_bot":[]}"#, "<html>"] {
            assert_eq!(super::tests::read(body), Err(ApiError::Unreadable { status: 200 }), "{body}");
        }
    }

    #[test]
    fn only_a_bots_address_is_a_link() {
        for (link, is_link) in [
            ("https://t.me/oeporpj_bot", true),
            ("https://t.me/a1-B", true),
            ("https://t.me/", false),
            ("https://t.me", false),
            ("http://t.me/bot", false),
            ("https://t.me.evil.example/bot", false),
            ("https://t.me/bot/../x", false),
            ("https://t.me/bot?start=1", false),
            ("https://t.me/bot\\n", false),
            (" https://t.me/bot", false),
            ("javascript:alert(1)//https://t.me/bot", false),
        ] {
            let body = format!(r#"{{"telegram_bot":{{"bot_link":"{link}"}}}}"#);
            assert_eq!(read(&body).unwrap().link.is_some(), is_link, "{link}");
        }
    }
}
