//! The web messenger in an iframe: the address that opens it on the right dialog.
//!
//! A link comes whole from the API; the options are added to its query ("Open a dialog by phone number" of the
//! reference).

pub mod access;
pub mod frame;

use std::fmt;

use crate::endpoint::{Call, Credential, Endpoint, Method, Parameter, Reach, Reply, percent_encode};
use crate::json::Value;
use crate::notes::telegram_name;
use crate::phone::{self, Country};

/// Whose chats: the two families of paths do the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// A client's: `/api/v1/chatter/…`.
    #[default]
    Client,
    /// A corporate developer's instance's: `/api/developer_chat/…`.
    Instance,
}

impl Family {
    /// The family by its name in attributes, `client` or `instance`; without one, a client's.
    pub fn from_name(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("client") => Some(Self::Client),
            Some("instance") => Some(Self::Instance),
            Some(_) => None,
        }
    }
}

/// The endpoint, from "Creating a chat link" of the reference, for a client.
pub const GENERATE_LINK: Endpoint<ChatLink> = post("/api/v1/chatter/generate_link");

/// The endpoint, from "Creating a chat link" of the reference, for an instance.
pub const GENERATE_INSTANCE_LINK: Endpoint<ChatLink> = post("/api/developer_chat/generate_link");

const fn post<R>(path: &'static str) -> Endpoint<R> {
    Endpoint::new(Method::Post, path, Credential::ClientToken, Reach::OwnAccount)
}

/// Makes the link that opens the chat without a password (`auth_type=1`).
pub fn open_link(family: Family) -> Call<ChatLink> {
    let endpoint = match family {
        Family::Client => &GENERATE_LINK,
        Family::Instance => &GENERATE_INSTANCE_LINK,
    };
    endpoint.call(&[]).with(&[("auth_type", Parameter::Plain("1"))])
}

/// A link to the chat, whole, as [`address`] takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatLink {
    /// The link.
    pub link: String,
}

impl Reply for ChatLink {
    fn read(body: &Value) -> Option<Self> {
        let link = body.get("link")?.get("link")?.as_str()?;
        (!link.is_empty()).then(|| Self { link: link.to_owned() })
    }
}

/// Which messenger the dialog is opened in; without one, the vendor decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// WhatsApp.
    WhatsApp,
    /// A personal Telegram account.
    Telegram,
}

/// What the frame opens with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatOptions {
    /// Whose dialog, by number: international digits.
    pub phone: Option<String>,
    /// In which messenger.
    pub routing: Option<Routing>,
    /// Whose dialog, by Telegram's number for a user.
    pub sender_id: Option<String>,
    /// Whose dialog, by Telegram's name for a user.
    pub username: Option<String>,
    /// The dialog alone, with no way to the list of chats.
    pub is_chat_only: bool,
    /// The layout for wide screens.
    pub is_desktop: bool,
}

/// What a page says about the frame, as attributes have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given<'a> {
    /// In any formatting.
    pub phone: Option<&'a str>,
    /// `whatsapp` or `tdlib`.
    pub dispatch_routing: Option<&'a str>,
    /// Digits.
    pub sender_id: Option<&'a str>,
    /// With an `@` or without.
    pub username: Option<&'a str>,
    /// See [`ChatOptions::is_chat_only`].
    pub is_chat_only: bool,
    /// See [`ChatOptions::is_desktop`].
    pub is_desktop: bool,
}

/// Which option can't be used, and the rule that it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionProblem {
    /// `phone` is no international number.
    Phone,
    /// `dispatch_routing` is neither `whatsapp` nor `tdlib`.
    Routing,
    /// `sender_id` is not made of digits.
    SenderId,
    /// `username` is not 4 to 32 letters, digits and `_`.
    Username,
    /// `sender_id` and `username` are Telegram's: they go with `tdlib` only.
    NotTelegram,
}

impl ChatOptions {
    /// Reads what a page says. A blank option is none.
    ///
    /// # Errors
    /// [`OptionProblem`].
    pub fn check(given: Given<'_>) -> Result<Self, OptionProblem> {
        let said =
            |text: Option<&str>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let phone = match said(given.phone) {
            None => None,
            // A page knows whose number it is, so there is no country to guess one from.
            Some(text) => Some(international(&text).ok_or(OptionProblem::Phone)?),
        };
        let routing = match said(given.dispatch_routing).as_deref() {
            None => None,
            Some("whatsapp") => Some(Routing::WhatsApp),
            Some("tdlib") => Some(Routing::Telegram),
            Some(_) => return Err(OptionProblem::Routing),
        };
        let sender_id = said(given.sender_id);
        if sender_id.as_ref().is_some_and(|id| id.len() > 20 || !id.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Err(OptionProblem::SenderId);
        }
        let username = match said(given.username) {
            None => None,
            Some(name) => Some(telegram_name(&name).ok_or(OptionProblem::Username)?.to_owned()),
        };
        if (sender_id.is_some() || username.is_some()) && routing != Some(Routing::Telegram) {
            return Err(OptionProblem::NotTelegram);
        }
        let Given { is_chat_only, is_desktop, .. } = given;
        Ok(Self { phone, routing, sender_id, username, is_chat_only, is_desktop })
    }
}

pub(crate) fn international(text: &str) -> Option<String> {
    let text =
        if text.contains('+') || text.starts_with("00") { text.to_owned() } else { ["+", text].concat() };
    let digits = phone::digits(&text, Country::default()).ok()?;
    // Digits alone may be the national ones of the country that happens to be the table's first.
    text.chars().filter(char::is_ascii_digit).collect::<String>().ends_with(&digits).then_some(digits)
}

/// Where the frame goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The whole of it.
    pub url: String,
    /// Its origin, as the browser names it in messages.
    pub origin: String,
}

/// Why a link can't be framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkProblem {
    /// It is not `https://`, a host and what follows it.
    Form,
    /// Its host is none of those that chats come from.
    Host,
}

impl fmt::Display for LinkProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "the link is no https address",
            Self::Host => "the link leads to another host",
        })
    }
}

impl std::error::Error for LinkProblem {}

/// The frame's address: `link` with the options in its query, in place of those of the same name that it has.
///
/// `hosts` are where chats come from, each with its port where that is not 443. A page that is itself on a loopback
/// host, as in development (`is_local`), may frame one too, and without TLS.
///
/// # Errors
/// [`LinkProblem`].
pub fn address(
    link: &str,
    options: &ChatOptions,
    hosts: &[&str],
    is_local: bool,
) -> Result<Address, LinkProblem> {
    let link = link.trim();
    // Browsers drop some of these and read others as slashes, so that what was checked is not what is opened.
    if link.bytes().any(|byte| !byte.is_ascii_graphic() || byte == b'\\') {
        return Err(LinkProblem::Form);
    }
    let (scheme, rest) = link.split_once("://").ok_or(LinkProblem::Form)?;
    let scheme = scheme.to_ascii_lowercase();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end).ok_or(LinkProblem::Form)?;
    let host = authority.to_ascii_lowercase();
    let (name, port) = split_port(&host).ok_or(LinkProblem::Form)?;
    let is_default = matches!((&*scheme, port), (_, "") | ("https", "443") | ("http", "80"));
    let bare = &*if is_default { name.to_owned() } else { [name, ":", port].concat() };
    if name.is_empty() || name.contains('@') {
        return Err(LinkProblem::Form);
    }
    let is_loopback = is_local && matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    match &*scheme {
        "https" => {}
        "http" if is_loopback => {}
        _ => return Err(LinkProblem::Form),
    }
    if !is_loopback && !hosts.iter().any(|known| known.eq_ignore_ascii_case(bare)) {
        return Err(LinkProblem::Host);
    }

    let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, after)| (rest, Some(after)));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut url = [&*scheme, "://", bare, if path.is_empty() { "/" } else { path }].concat();
    let origin = [&*scheme, "://", bare].concat();
    let own = options.parameters();
    let mut joint = '?';
    let is_kept = |part: &&str| {
        let name = decoded(part.split('=').next().unwrap_or_default());
        !part.is_empty() && !own.iter().any(|(own, _)| name == own.as_bytes())
    };
    for part in query.split('&').filter(is_kept) {
        url.push(joint);
        url.push_str(part);
        joint = '&';
    }
    for (name, value) in own {
        url.push(joint);
        url.push_str(name);
        url.push('=');
        percent_encode(value, &mut url);
        joint = '&';
    }
    if let Some(fragment) = fragment {
        url.push('#');
        url.push_str(fragment);
    }
    Ok(Address { url, origin })
}

impl ChatOptions {
    fn parameters(&self) -> Vec<(&'static str, &str)> {
        let routing = self.routing.map(|routing| match routing {
            Routing::WhatsApp => "whatsapp",
            Routing::Telegram => "tdlib",
        });
        [
            ("phone", self.phone.as_deref()),
            ("dispatch_routing", routing),
            ("sender_id", self.sender_id.as_deref()),
            ("username", self.username.as_deref()),
            ("chat_only", self.is_chat_only.then_some("true")),
            ("desktop", self.is_desktop.then_some("1")),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// A host's name and its port, as a browser writes it; blank where there is none.
fn split_port(host: &str) -> Option<(&str, &str)> {
    // The colons within an IPv6 address are no port's.
    let Some((name, port)) = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) else {
        return Some((host, ""));
    };
    let is_number = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let is_port = port.is_empty() || is_number(port) && port.parse::<u16>().is_ok_and(|port| port > 0);
    let is_name = !name.contains(':') || name.ends_with(']');
    (is_name && is_port).then(|| (name, port.trim_start_matches('0')))
}

/// A parameter's name, so that one is known in any spelling.
fn decoded(name: &str) -> Vec<u8> {
    let mut bytes = name.bytes();
    let mut decoded = Vec::with_capacity(name.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let hex = |byte: Option<u8>| char::from(byte?).to_digit(16);
        match (byte, hex(ahead.next()), hex(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high << 4 | low) as u8);
                bytes = ahead;
            }
            (b'+', ..) => decoded.push(b' '),
            _ => decoded.push(byte),
        }
    }
    decoded
}
