//! Pairing WhatsApp by QR code.

use std::sync::Arc;
use std::time::Duration;

use jetapi::pairing::whatsapp::{
    CODE_LIFE, Config, Failure, Notice, PAUSE_AFTER_CODES, Pause, Since, State, View,
};
use leptos::prelude::*;
use leptos::{ev, html};

use crate::i18n::{Locale, Messages, Words, moment, plural};
use crate::net::clock;
use crate::net::whatsapp::Session;
use crate::ui::art::{Art, art};
use crate::ui::qr_code::{Symbol, qr_code};
use crate::ui::share::share_button;

/// What the host page is told. Never the code itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WhatsAppEvent {
    /// The component is on the page.
    Ready,
    /// The state on screen: `idle`, `connecting`, `preparing`, `code`, `stale`, `connected`, `paused`, `failed` or
    /// `disconnected`.
    State(&'static str),
    /// A number is connected. Told again when the number becomes known.
    Connected {
        /// The number, where the API tells it.
        phone: Option<Arc<str>>,
        /// Milliseconds of the Unix epoch; `None` for a session that was open before we looked.
        since: Option<f64>,
    },
    /// The connected number is no longer.
    Disconnected {
        /// `logged-out`: the phone or another window ended the session.
        reason: &'static str,
    },
    /// Something that the user cannot mend by waiting.
    Error {
        /// For programs: `unauthorized`, `forbidden`, `no-proxy`, `rejected`, `join-refused`, `link-refused`,
        /// `no-answer`, `bad-code` or `bad-option`.
        code: &'static str,
        /// For people, in the widget's language.
        message: String,
    },
}

/// Shows a live QR code until a WhatsApp number is connected, then which one.
///
/// Pairing begins when the component is mounted and ends when it is unmounted. Components for the same `base` and
/// customer on one page share one connection.
///
/// * `base`: the path of the same-origin proxy, `/jetapi` by default.
/// * `customer_id`: the customer, if the page knows it, which saves a round trip; digits.
/// * `pause_after_codes`: after how many unscanned codes pairing pauses, 8 by default; 0 for never.
/// * `locale`: the language, English by default.
/// * `on_event`: called for each [`WhatsAppEvent`].
#[component]
pub fn WhatsAppPairing(
    #[prop(into, default = "/jetapi".into())] base: String,
    #[prop(optional_no_strip, into)] customer_id: Option<String>,
    #[prop(default = PAUSE_AFTER_CODES)] pause_after_codes: u32,
    #[prop(into, default = Locale::En.into())] locale: Signal<Locale>,
    #[prop(optional, into)] on_event: Option<Callback<WhatsAppEvent>>,
) -> impl IntoView {
    let bad_option = check(&base, customer_id.as_deref());
    let session =
        bad_option.is_none().then(|| Session::open(&base, Config { customer_id, pause_after_codes }));
    let view: Signal<View> = match &session {
        Some(session) => Signal::from(session.view()),
        None => Signal::stored(View { state: State::Idle, notice: None }),
    };
    // Owned by the component: dropped, and with it the connection, when the component is unmounted.
    let session = StoredValue::new_local(session);
    let messages = move || locale.get().messages();

    let symbol = Memo::new(move |_| {
        view.with(|view| match &view.state {
            State::Code(code) | State::Stale(code) => Symbol::new(&code.payload),
            _ => None,
        })
    });
    let texts = Memo::new(move |_| {
        let locale = locale.get();
        match bad_option {
            Some(rule) => Texts::bad_option(locale.messages(), rule),
            None => view.with(|view| Texts::of(locale, view)),
        }
    });
    let kind = Memo::new(move |_| view.with(|view| name(&view.state)));
    let has_code = Memo::new(move |_| symbol.with(Option::is_some));

    tell(view, locale, bad_option, on_event);

    let title = NodeRef::<html::H2>::new();
    let proceed = move |_| {
        session.with_value(|session| session.iter().for_each(Session::proceed));
        // The button goes with the state it belonged to; the focus must not fall back to the page's start.
        if let Some(title) = title.get_untracked() {
            let _ = title.focus();
        }
    };

    let stage = html::div().class("stage").child((
        move || match (has_code.get(), texts.with(|texts| texts.art)) {
            (true, _) => qr_code(symbol, move || messages().whatsapp.code_label).into_any(),
            (false, drawing) => art(drawing).into_any(),
        },
        html::p().class("cover").child(move || (kind.get() == "stale").then(|| messages().whatsapp.renewing)),
    ));

    let steps = move || {
        html::ol().class("steps").child(
            (0..3_usize)
                .map(|step| html::li().child(move || messages().whatsapp.steps.get(step).copied()))
                .collect::<Vec<_>>(),
        )
    };
    let help = move || {
        html::details().class("help").child((
            html::summary().child(move || messages().whatsapp.help),
            html::ul().child(
                (0..4_usize)
                    .map(|item| html::li().child(move || messages().whatsapp.help_items.get(item).copied()))
                    .collect::<Vec<_>>(),
            ),
        ))
    };
    let same_phone = move || {
        html::div().class("same-phone").child((
            html::p().child(move || messages().whatsapp.same_phone),
            share_button(move || messages().whatsapp.share, move || messages().whatsapp.copied),
        ))
    };

    let words = html::div().class("words").child((
        move || has_code.get().then(same_phone),
        html::h2().node_ref(title).attr("tabindex", "-1").child(move || texts.with(|texts| texts.title)),
        move || {
            if has_code.get() {
                (steps(), help()).into_any()
            } else {
                html::p().class("body").child(move || texts.with(|texts| texts.body.clone())).into_any()
            }
        },
        move || texts.with(|texts| texts.fact.clone()).map(|fact| html::p().class("fact").child(fact)),
        move || {
            texts.with(|texts| texts.action).map(|label| {
                html::button()
                    .attr("type", "button")
                    .attr("part", "button")
                    .class("button")
                    .on(ev::click, proceed)
                    .child(label)
            })
        },
    ));

    html::div()
        .class("jetapi")
        .attr("part", "root")
        .attr("data-state", move || kind.get())
        .attr("data-code", move || has_code.get().then_some(""))
        .attr("lang", move || locale.get().tag())
        .attr("dir", "ltr")
        .child(html::div().class("card").child((
            stage,
            words,
            html::p().class("status").child(move || status(view, locale)),
            html::div().class("said").attr("role", "status").child(announcement(view, texts, locale)),
        )))
}

/// The words of a state.
#[derive(Clone, PartialEq)]
struct Texts {
    title: &'static str,
    body: String,
    /// One line worth its own place: the number.
    fact: Option<Arc<str>>,
    action: Option<&'static str>,
    art: Art,
}

impl Texts {
    fn bad_option(messages: &'static Messages, rule: fn(&Messages) -> &'static str) -> Self {
        Self {
            title: messages.bad_option.title,
            body: rule(messages).into(),
            fact: None,
            action: None,
            art: Art::Alert,
        }
    }

    fn of(locale: Locale, view: &View) -> Self {
        let messages = locale.messages();
        let whatsapp = &messages.whatsapp;
        let at = |instant| moment(locale, clock::unix_millis(instant), clock::unix_millis(clock::now()));
        let plain = |words: &Words, art, action| Self {
            title: words.title,
            body: words.body.into(),
            fact: None,
            action,
            art,
        };
        match &view.state {
            State::Idle => plain(&whatsapp.idle, Art::Ghost, None),
            State::Connecting => plain(&whatsapp.connecting, Art::Ghost, None),
            State::Preparing { slow: false } => plain(&whatsapp.preparing, Art::Ghost, None),
            State::Preparing { slow: true } => {
                plain(&whatsapp.preparing_slow, Art::Ghost, Some(messages.try_again))
            }
            State::Code(_) | State::Stale(_) => {
                Self { title: whatsapp.scan, body: String::new(), fact: None, action: None, art: Art::Ghost }
            }
            State::Connected { since, phone } => Self {
                title: whatsapp.connected.title,
                body: match since {
                    Since::Seen(instant) => whatsapp.connected_since.replace("{at}", &at(*instant)),
                    Since::Before(instant) => whatsapp.connected_before.replace("{at}", &at(*instant)),
                },
                fact: phone.as_deref().map(international),
                action: None,
                art: Art::Check,
            },
            State::Paused(Pause::Unscanned) => {
                plain(&whatsapp.paused_unscanned, Art::Pause, Some(whatsapp.show_code))
            }
            State::Paused(Pause::Hidden) => {
                plain(&whatsapp.paused_hidden, Art::Pause, Some(whatsapp.show_code))
            }
            State::Failed(failure) => {
                plain(explanation(messages, *failure).1, Art::Alert, Some(messages.try_again))
            }
            State::Disconnected { at: instant } => Self {
                title: whatsapp.disconnected.title,
                body: whatsapp.disconnected.body.replace("{at}", &at(*instant)),
                fact: None,
                action: Some(whatsapp.connect_again),
                art: Art::Unplugged,
            },
        }
    }
}

/// The number with its plus: the API writes it with and without.
fn international(phone: &str) -> Arc<str> {
    if phone.starts_with('+') { phone.into() } else { ["+", phone].concat().into() }
}

fn name(state: &State) -> &'static str {
    match state {
        State::Idle => "idle",
        State::Connecting => "connecting",
        State::Preparing { .. } => "preparing",
        State::Code(_) => "code",
        State::Stale(_) => "stale",
        State::Connected { .. } => "connected",
        State::Paused(_) => "paused",
        State::Failed(_) => "failed",
        State::Disconnected { .. } => "disconnected",
    }
}

fn explanation(messages: &'static Messages, failure: Failure) -> (&'static str, &'static Words) {
    let whatsapp = &messages.whatsapp;
    match failure {
        Failure::Unauthorized => ("unauthorized", &whatsapp.unauthorized),
        Failure::Forbidden => ("forbidden", &whatsapp.forbidden),
        Failure::NoProxy => ("no-proxy", &whatsapp.no_proxy),
        Failure::JoinRefused => ("join-refused", &whatsapp.join_refused),
        Failure::LinkRefused => ("link-refused", &whatsapp.link_refused),
        Failure::NoAnswer => ("no-answer", &whatsapp.no_answer),
        Failure::BadCode => ("bad-code", &whatsapp.bad_code),
        _ => ("rejected", &whatsapp.rejected),
    }
}

/// The rule that an option breaks.
fn check(base: &str, customer_id: Option<&str>) -> Option<fn(&Messages) -> &'static str> {
    // A path of this site only: "//host" and "/\host" are other sites to a browser.
    let is_path = base.starts_with('/')
        && !base.starts_with("//")
        && base.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte));
    if !is_path {
        return Some(|messages| messages.bad_base);
    }
    let is_number =
        |id: &str| !id.is_empty() && id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit());
    match customer_id {
        Some(id) if !is_number(id) => Some(|messages| messages.bad_customer_id),
        _ => None,
    }
}

/// The line below: a word about the connection, or how long the code still lives.
fn status(view: Signal<View>, locale: Signal<Locale>) -> AnyView {
    let messages = locale.get().messages();
    let view = view.get();
    match (view.notice, view.state) {
        (Some(Notice::Offline), _) => html::span().class("notice").child(messages.offline).into_any(),
        (Some(Notice::Reconnecting), _) => {
            html::span().class("notice").child(messages.reconnecting).into_any()
        }
        (None, State::Code(code)) => countdown(code.first_seen, locale.get()).into_any(),
        _ => ().into_any(),
    }
}

/// Counts down to the end of a code that was first seen at `first_seen`. Not announced: the code's renewal is.
fn countdown(first_seen: jetapi::time::Instant, locale: Locale) -> impl IntoView {
    let left = move || CODE_LIFE.saturating_sub(clock::now() - first_seen).as_millis().div_ceil(1_000) as u32;
    let seconds = ArcRwSignal::new(left());
    let ticker = StoredValue::new_local(None);
    tick(ticker, seconds.clone(), left);
    html::span().attr("aria-hidden", "true").child(move || match seconds.get() {
        0 => locale.messages().whatsapp.any_moment.to_owned(),
        seconds => plural(locale, &locale.messages().whatsapp.countdown, seconds),
    })
}

/// Renews `seconds` every second until `ticker`'s owner is gone or none is left.
fn tick(
    ticker: StoredValue<Option<clock::Timeout>, LocalStorage>,
    seconds: ArcRwSignal<u32>,
    left: impl Fn() -> u32 + Copy + 'static,
) {
    let next = clock::Timeout::new(Duration::from_secs(1), move || {
        seconds.set(left());
        if left() > 0 {
            tick(ticker, seconds.clone(), left);
        }
    });
    ticker.try_set_value(Some(next));
}

/// What a screen reader hears: once per change that matters, never per push or second.
fn announcement(view: Signal<View>, texts: Memo<Texts>, locale: Signal<Locale>) -> Memo<String> {
    Memo::new(move |_| {
        let whatsapp = &locale.get().messages().whatsapp;
        view.with(|view| match (view.notice, &view.state) {
            (Some(Notice::Offline), _) => locale.get().messages().offline.to_owned(),
            (Some(Notice::Reconnecting), _) => locale.get().messages().reconnecting.to_owned(),
            (None, State::Code(code)) if code.ordinal == 1 => whatsapp.said_ready.to_owned(),
            // Two renewals in a row read alike, so a region that is written anew says each of them.
            (None, State::Code(code)) => {
                let blank = if code.ordinal % 2 == 0 { "" } else { "\u{a0}" };
                [whatsapp.said_renewed, blank].concat()
            }
            (None, State::Idle | State::Connecting | State::Preparing { slow: false } | State::Stale(_)) => {
                String::new()
            }
            _ => {
                texts.with(|texts| [texts.title, ". ", texts.fact.as_deref().unwrap_or(&texts.body)].concat())
            }
        })
    })
}

/// Tells the host page of every change.
fn tell(
    view: Signal<View>,
    locale: Signal<Locale>,
    bad_option: Option<fn(&Messages) -> &'static str>,
    on_event: Option<Callback<WhatsAppEvent>>,
) {
    let Some(on_event) = on_event else { return };
    Effect::new(move |before: Option<View>| {
        let now = view.get();
        let messages = locale.get_untracked().messages();
        if before.is_none() {
            on_event.run(WhatsAppEvent::Ready);
            if let Some(rule) = bad_option {
                on_event.run(WhatsAppEvent::Error { code: "bad-option", message: rule(messages).into() });
            }
        }
        if before.as_ref().map(|before| &before.state) == Some(&now.state) {
            return now;
        }
        if before.as_ref().map(|before| name(&before.state)) != Some(name(&now.state)) {
            on_event.run(WhatsAppEvent::State(name(&now.state)));
        }
        match &now.state {
            State::Connected { since, phone } => on_event.run(WhatsAppEvent::Connected {
                phone: phone.as_deref().map(international),
                since: match since {
                    Since::Seen(instant) => Some(clock::unix_millis(*instant)),
                    Since::Before(_) => None,
                },
            }),
            State::Disconnected { .. } => on_event.run(WhatsAppEvent::Disconnected { reason: "logged-out" }),
            State::Failed(failure) => {
                let (code, words) = explanation(messages, *failure);
                let message = [words.title, ". ", words.body].concat();
                on_event.run(WhatsAppEvent::Error { code, message });
            }
            _ => {}
        }
        now
    });
}
