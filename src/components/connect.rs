//! One door to every channel.

use std::sync::Arc;

use jetapi::account::TelegramSession;
use jetapi::pairing::Input;
use jetapi::pairing::overview::View;
use jetapi::phone;
use leptos::prelude::*;
use leptos::{ev, html};

use super::event::AccountEvent;
use super::max::{MaxLogin, MaxLoginProps};
use super::notice_words;
use super::options::{Rule, check_base, check_country};
use super::telegram::{TelegramLogin, TelegramLoginProps};
use super::telegram_bot::{TelegramBot, TelegramBotProps};
use super::whatsapp::{WhatsAppPairing, WhatsAppPairingProps};
use crate::i18n::{Connect as Messages, Locale, fill};
use crate::net::overview;
use crate::net::session::{Held, Session};
use crate::ui::art::{Art, art};
use crate::ui::{button, focus};

/// A way to reach customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// WhatsApp, by QR code.
    WhatsApp,
    /// A personal Telegram account.
    Telegram,
    /// MAX.
    Max,
    /// A Telegram bot.
    TelegramBot,
}

impl Channel {
    /// All of them, in the order in which they are shown by default.
    pub const ALL: [Self; 4] = [Self::WhatsApp, Self::Telegram, Self::Max, Self::TelegramBot];

    /// The channel's name in attributes and events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WhatsApp => "whatsapp",
            Self::Telegram => "telegram",
            Self::Max => "max",
            Self::TelegramBot => "telegram-bot",
        }
    }

    /// Reads a list of names, separated by blanks or commas; `None` where one is unknown or there twice, or there is
    /// none.
    pub fn list(names: &str) -> Option<Vec<Self>> {
        let mut channels = Vec::new();
        for name in names.split([' ', ',', '\n', '\t']).filter(|name| !name.is_empty()) {
            let channel = Self::ALL.into_iter().find(|channel| channel.name() == name)?;
            if channels.contains(&channel) {
                return None;
            }
            channels.push(channel);
        }
        (!channels.is_empty()).then_some(channels)
    }

    const fn title(self, words: &Messages) -> &'static str {
        match self {
            Self::WhatsApp => words.whatsapp,
            Self::Telegram => words.telegram,
            Self::Max => words.max,
            Self::TelegramBot => words.bot,
        }
    }

    const fn art(self) -> Art {
        match self {
            Self::WhatsApp => Art::Bubble,
            Self::Telegram => Art::Plane,
            Self::Max => Art::Max,
            Self::TelegramBot => Art::Bot,
        }
    }
}

/// Shows the channels with their states, and opens the flow of each in place.
///
/// WhatsApp's and Telegram's states come from the account and are looked up again every 15 seconds while the page is
/// seen. The API tells nothing of MAX and the bot: of them the list knows what happened since it was mounted.
///
/// Its states are `list` and the names of the channels, for the flow that is open; the events of an open flow are told
/// as well, its states as `telegram:code` for instance. Its own error is `bad-option`.
#[allow(unreachable_pub, reason = "the macro's props are as public as this, by the crate's root")]
#[component]
pub fn Connect(
    /// The path of the same-origin proxy, `/jetapi` by default.
    #[prop(into, default = "/jetapi".into())]
    base: String,
    /// The customer, if the page knows it, which saves WhatsApp a round trip; digits.
    #[prop(optional_no_strip, into)]
    customer_id: Option<String>,
    /// Which channels, in which order: names as [`Channel::name`] has them, separated by blanks. All by default.
    #[prop(optional_no_strip, into)]
    channels: Option<String>,
    /// The country of the phone fields, an ISO 3166-1 code; the browser's own by default.
    #[prop(optional_no_strip, into)]
    country: Option<String>,
    /// The language, English by default.
    #[prop(into, default = Locale::En.into())]
    locale: Signal<Locale>,
    /// Called for each [`AccountEvent`].
    #[prop(optional, into)]
    on_event: Option<Callback<AccountEvent>>,
) -> impl IntoView {
    let listed = match &channels {
        None => Some(Channel::ALL.to_vec()),
        Some(names) => Channel::list(names),
    };
    let bad_option: Option<Rule> = check_base(&base)
        .or_else(|| check_country(country.as_deref()))
        .or(if listed.is_none() { Some(|messages| messages.bad_channels) } else { None });
    let session = bad_option.is_none().then(|| overview::open(&base));
    let list = List {
        base,
        customer_id,
        country,
        channels: listed.unwrap_or_default(),
        locale,
        on_event,
        view: session.as_ref().map(Session::view),
        session: Held::new(session),
        open: ArcRwSignal::new(None),
        seen: ArcRwSignal::new(Vec::new()),
        root: NodeRef::new(),
    };
    list.tell(bad_option);

    move || {
        let messages = locale.get().messages();
        if let Some(rule) = bad_option {
            let body = rule(messages);
            return list.frame("idle", bad(messages.bad_option.title, body).into_any());
        }
        match list.open.get() {
            Some(channel) => list.frame(channel.name(), list.flow(channel)),
            None => list.frame("list", list.rows().into_any()),
        }
    }
}

fn bad(title: &'static str, body: &'static str) -> impl IntoView {
    html::div().class("card plain").child((
        html::div().class("badge").child(art(Art::Alert)),
        html::div()
            .class("words")
            .attr("role", "status")
            .child((html::h2().child(title), html::p().class("body").child(body))),
    ))
}

/// What this page saw of a channel.
#[derive(Clone)]
struct Seen {
    channel: Channel,
    /// The account, if its name is known; `None` once it is gone.
    account: Option<Option<Arc<str>>>,
}

#[derive(Clone)]
struct List {
    base: String,
    customer_id: Option<String>,
    country: Option<String>,
    channels: Vec<Channel>,
    locale: Signal<Locale>,
    on_event: Option<Callback<AccountEvent>>,
    session: Held<View>,
    view: Option<ArcReadSignal<View>>,
    open: ArcRwSignal<Option<Channel>>,
    seen: ArcRwSignal<Vec<Seen>>,
    root: NodeRef<html::Div>,
}

/// How a channel is doing, in words.
struct Reading {
    words: String,
    /// `on`, `off`, `warn` or nothing.
    mood: &'static str,
    action: &'static str,
}

impl List {
    fn frame(&self, name: &'static str, content: AnyView) -> impl IntoView + use<> {
        let locale = self.locale.get();
        html::div()
            .class("jetapi connect")
            .attr("part", "root")
            .attr("data-state", name)
            .attr("lang", locale.tag())
            .attr("dir", "ltr")
            .node_ref(self.root)
            .child(content)
    }

    fn rows(&self) -> impl IntoView + use<> {
        let locale = self.locale.get();
        let words = locale.connect();
        let view = self.view.as_ref().map(|view| view.get()).unwrap_or_default();
        let rows: Vec<_> = self
            .channels
            .iter()
            .map(|channel| {
                let channel = *channel;
                let Reading { words: state, mood, action } = self.reading(locale, channel, &view);
                let list = self.clone();
                let open = Box::new(move |_: ev::MouseEvent| list.go_to(Some(channel)));
                let label = [action, ": ", channel.title(words)].concat();
                html::li().attr("data-mood", mood).attr("data-channel", channel.name()).child((
                    html::div().class("badge").child(art(channel.art())),
                    html::div().class("words").child((
                        html::h3().child(channel.title(words)),
                        html::p().class("state").child(state),
                    )),
                    html::button()
                        .attr("type", "button")
                        .attr("part", "button")
                        .class(if mood == "warn" { "button" } else { "button secondary" })
                        .attr("aria-label", label)
                        .on(ev::click, open as Box<dyn FnMut(ev::MouseEvent)>)
                        .child(action),
                ))
            })
            .collect();
        let notice = view.notice.map(|notice| notice_words(locale.messages(), notice));
        let failure = view.failure.map(|failure| super::explanation(locale.messages(), failure).1);
        html::div().class("card list").child((
            html::h2().attr("tabindex", "-1").child(words.title),
            failure.map(|words| html::p().class("banner").child([words.title, ". ", words.body].concat())),
            html::ul().attr("role", "list").child(rows),
            html::p()
                .class("status")
                .attr("role", "status")
                .child(html::span().class(if notice.is_some() { "notice" } else { "" }).child(notice)),
        ))
    }

    fn reading(&self, locale: Locale, channel: Channel, view: &View) -> Reading {
        let words = locale.connect();
        let off = |state: &str| Reading { words: state.into(), mood: "off", action: words.connect };
        let waits = |state: &str| Reading { words: state.into(), mood: "warn", action: words.go_on };
        let on = |account: Option<&str>| Reading {
            words: match account {
                Some(number) if number.starts_with('+') => fill(words.connected_as, &phone::format(number)),
                Some(account) => fill(words.connected_as, account),
                None => words.connected.into(),
            },
            mood: "on",
            action: words.manage,
        };
        let seen = self.seen.get();
        let seen = seen.iter().find(|seen| seen.channel == channel).map(|seen| &seen.account);
        let gone = seen == Some(&None);
        let account = seen.and_then(|account| account.as_ref()).and_then(|account| account.as_deref());
        let unknown = |state: &str| Reading { words: state.into(), mood: "", action: words.connect };
        // The API writes it with a plus and without.
        let whatsapp_phone =
            view.whatsapp_phone.as_deref().map(|phone| ["+", phone.trim_start_matches('+')].concat());
        let from_account = matches!(channel, Channel::WhatsApp | Channel::Telegram);
        if from_account && !view.is_known {
            return unknown(words.loading);
        }
        match channel {
            Channel::WhatsApp => match view.whatsapp {
                Some(true) => on(whatsapp_phone.as_deref().or(account)),
                Some(false) if gone => waits(words.ended),
                Some(false) => off(words.not_connected),
                None => unknown(words.unavailable),
            },
            Channel::Telegram => match view.telegram {
                Some(TelegramSession::Authorized) => on(account),
                Some(TelegramSession::WaitCode) => waits(words.needs_code),
                Some(TelegramSession::WaitPassword) => waits(words.needs_password),
                Some(TelegramSession::WaitQrCode) => waits(words.needs_qr_code),
                Some(TelegramSession::WaitPhone) if gone => waits(words.ended),
                Some(TelegramSession::WaitPhone) => off(words.not_connected),
                _ => unknown(words.unavailable),
            },
            Channel::Max | Channel::TelegramBot => match seen {
                Some(Some(_)) => on(account.map(|it| it.replacen("https://t.me/", "@", 1)).as_deref()),
                _ => unknown(words.not_told),
            },
        }
    }

    /// The flow of a channel, with the way back.
    fn flow(&self, channel: Channel) -> AnyView {
        let words = self.locale.get().connect();
        let list = self.clone();
        let back = button("button back", words.back, Box::new(move |_| list.go_to(None)));
        let list = self.clone();
        let on_event = Callback::new(move |event| list.hear(channel, event));
        let base = self.base.clone();
        let (country, locale) = (self.country.clone(), self.locale);
        let flow = match channel {
            Channel::WhatsApp => WhatsAppPairing(
                WhatsAppPairingProps::builder()
                    .base(base)
                    .customer_id(self.customer_id.clone())
                    .locale(locale)
                    .on_event(on_event)
                    .build(),
            )
            .into_any(),
            Channel::Telegram => TelegramLogin(
                TelegramLoginProps::builder()
                    .base(base)
                    .country(country)
                    .locale(locale)
                    .on_event(on_event)
                    .build(),
            )
            .into_any(),
            Channel::Max => MaxLogin(
                MaxLoginProps::builder()
                    .base(base)
                    .country(country)
                    .locale(locale)
                    .on_event(on_event)
                    .build(),
            )
            .into_any(),
            Channel::TelegramBot => TelegramBot(
                TelegramBotProps::builder()
                    .base(base)
                    .instance_id(None)
                    .locale(locale)
                    .on_event(on_event)
                    .build(),
            )
            .into_any(),
        };
        html::div().class("open").child((html::div().class("way").child(back), flow)).into_any()
    }

    /// Opens a flow, or goes back to the list; the focus goes with it.
    fn go_to(&self, open: Option<Channel>) {
        let from = self.open.get_untracked();
        self.open.set(open);
        if open.is_none() {
            self.session.act(Input::Proceed);
        }
        if let Some(root) = self.root.get_untracked() {
            let selector = match (open, from) {
                (None, Some(Channel::WhatsApp)) => "[data-channel=whatsapp] button",
                (None, Some(Channel::Telegram)) => "[data-channel=telegram] button",
                (None, Some(Channel::Max)) => "[data-channel=max] button",
                (None, Some(Channel::TelegramBot)) => "[data-channel=telegram-bot] button",
                _ => ".back",
            };
            focus::focus_soon((*root).clone().into(), selector);
        }
    }

    /// Takes in what a flow tells, and passes it on.
    fn hear(&self, channel: Channel, event: AccountEvent) {
        let account = match &event {
            AccountEvent::Connected { account, .. } => Some(Some(account.clone())),
            AccountEvent::Disconnected { .. } => Some(None),
            _ => None,
        };
        if let Some(account) = account {
            self.seen.update(|seen| {
                seen.retain(|seen| seen.channel != channel);
                seen.push(Seen { channel, account: account.map(|account| account.or(None)) });
            });
        }
        let event = match event {
            // There is one element, and it was ready before.
            AccountEvent::Ready => return,
            AccountEvent::State(state) => AccountEvent::State([channel.name(), ":", &*state].concat().into()),
            other => other,
        };
        if let Some(on_event) = self.on_event {
            on_event.run(event);
        }
    }

    fn tell(&self, bad_option: Option<Rule>) {
        let Some(on_event) = self.on_event else { return };
        let (open, locale) = (self.open.clone(), self.locale);
        Effect::new(move |before: Option<()>| {
            if before.is_none() {
                on_event.run(AccountEvent::Ready);
            }
            match bad_option {
                Some(rule) => {
                    let message = rule(locale.get_untracked().messages()).to_owned();
                    on_event.run(AccountEvent::Error { code: "bad-option", message });
                }
                None => on_event.run(AccountEvent::State(open.get().map_or("list", Channel::name).into())),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::Channel::{self, Max, Telegram, WhatsApp};

    #[wasm_bindgen_test]
    fn channels_are_listed_by_name() {
        for (names, channels) in [
            ("whatsapp", Some(vec![WhatsApp])),
            ("max, telegram", Some(vec![Max, Telegram])),
            (" telegram\n whatsapp ", Some(vec![Telegram, WhatsApp])),
            ("telegram-bot", Some(vec![Channel::TelegramBot])),
            ("", None),
            ("sms", None),
            ("WhatsApp", None),
            ("max max", None),
        ] {
            assert_eq!(Channel::list(names), channels, "{names}");
        }
    }
}
