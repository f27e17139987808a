//! Pairing WhatsApp by QR code.

use std::sync::Arc;
use std::time::Duration;

use jetapi::pairing::whatsapp::{CODE_LIFE, Config, PAUSE_AFTER_CODES, Pause, State, View};
use jetapi::pairing::{Input, Since};
use jetapi::time::Instant;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;

use super::event::AccountEvent;
use super::options::{Rule, check_base, is_number};
use super::{explanation, notice_words};
use crate::i18n::{Locale, fill, moment, plural};
use crate::net::session::Session;
use crate::net::{clock, whatsapp};
use crate::ui::art::{Art, art};
use crate::ui::button;
use crate::ui::qr_code::{Symbol, qr_code};
use crate::ui::share::share_button;

/// Shows a live QR code until a WhatsApp number is connected, then which one.
///
/// Pairing begins when the component is mounted and ends when it is unmounted. Components for the same `base` and
/// customer on one page share one connection.
///
/// Its states are `connecting`, `preparing`, `code`, `stale`, `connected`, `paused`, `failed` and `disconnected`; its
/// errors `unauthorized`, `forbidden`, `no-proxy`, `rejected`, `join-refused`, `link-refused`, `no-answer`, `bad-code`
/// and `bad-option`.
#[allow(unreachable_pub, reason = "the macro's props are as public as this, by the crate's root")]
#[component]
pub fn WhatsAppPairing(
    /// The path of the same-origin proxy, `/jetapi` by default.
    #[prop(into, default = "/jetapi".into())]
    base: String,
    /// The customer, if the page knows it, which saves a round trip; digits.
    #[prop(optional_no_strip, into)]
    customer_id: Option<String>,
    /// After how many unscanned codes pairing pauses; 0 for never.
    #[prop(default = PAUSE_AFTER_CODES)]
    pause_after_codes: u32,
    /// The language, English by default.
    #[prop(into, default = Locale::En.into())]
    locale: Signal<Locale>,
    /// Called for each [`AccountEvent`].
    #[prop(optional, into)]
    on_event: Option<Callback<AccountEvent>>,
) -> impl IntoView {
    let bad_option = check(&base, customer_id.as_deref());
    let session =
        bad_option.is_none().then(|| whatsapp::open(&base, Config { customer_id, pause_after_codes }));
    let view = session.as_ref().map(Session::view);
    // Owned by the component: dropped, and with it the connection, when the component is unmounted.
    let held = StoredValue::new_local(Held { session, ticker: None });
    if let Some(on_event) = on_event {
        tell(view.clone(), locale, bad_option, on_event);
    }

    let seconds = ArcRwSignal::new(None);
    let copied = ArcRwSignal::new(false);
    let mut before = None;
    // One closure for the whole tree, compared node by node where the screen changes: a closure for each part would
    // change no less and weigh several kilobytes more.
    move || {
        let locale = locale.get();
        let screen = match &view {
            Some(view) => view.with(|view| Screen::of(locale, view, before.as_ref())),
            None => Screen::bad_option(locale, bad_option),
        };
        before = Some(screen.clone());
        let Screen { kind, symbol, words, status, said } = screen;
        let whatsapp = locale.whatsapp();
        // What to do with the code stands there before the code does, so that nothing jumps when it comes.
        let has_steps =
            matches!(kind, "connecting" | "code" | "stale") || kind == "preparing" && words.action.is_none();

        let picture = match symbol {
            Some(symbol) => Either::Left(qr_code(&symbol, whatsapp.code_label)),
            None => Either::Right(art(words.art)),
        };
        let cover = (kind == "stale").then_some(whatsapp.renewing);
        let same_phone = has_steps.then(|| {
            html::div().class("same-phone").child((
                html::p().child(whatsapp.same_phone),
                share_button(if copied.get() { whatsapp.copied } else { whatsapp.share }, &copied),
            ))
        });
        let steps = has_steps
            .then(|| html::ol().class("steps").child(whatsapp.steps.map(|step| html::li().child(step))));
        let help = has_steps.then(|| {
            html::details().class("help").child((
                html::summary().child(whatsapp.help),
                html::ul().child(whatsapp.help_items.map(|item| html::li().child(item))),
            ))
        });
        let action = words.action.map(|label| {
            let proceed = move |event: ev::MouseEvent| {
                held.with_value(|held| held.session.iter().for_each(|it| it.act(Input::Proceed)));
                focus_title(&event);
            };
            button("button", label, Box::new(proceed))
        });
        let seconds = seconds.clone();
        match (status, seconds.get_untracked()) {
            // The first time, the browser's words for numbers and plurals take longer than all else: after the code.
            (Status::Countdown(first_seen), None) => tick_in(AFTER_PAINT, held, seconds.clone(), first_seen),
            (Status::Countdown(first_seen), Some(_)) => tick(held, seconds.clone(), first_seen),
            _ => {}
        }
        let status = move || {
            let (class, words) = match status {
                Status::Nothing => ("", String::new()),
                Status::Plain(words) => ("", words.to_owned()),
                Status::Notice(notice) => ("notice", notice.to_owned()),
                Status::Countdown(_) => {
                    ("", seconds.get().map_or_else(String::new, |left| countdown(locale, left)))
                }
            };
            html::span().class(class).child(words)
        };

        html::div()
            .class("jetapi")
            .attr("part", "root")
            .attr("data-state", kind)
            .attr("data-steps", has_steps.then_some(""))
            .attr("lang", locale.tag())
            .attr("dir", "ltr")
            .child(html::div().class("card").child((
                same_phone,
                html::div().class("stage").child((picture, html::p().class("cover").child(cover))),
                html::div().class("words").child((
                    html::h2().attr("tabindex", "-1").child(words.title),
                    words.fact.map(|fact| html::p().class("fact").child(fact)),
                    (!has_steps).then(|| html::p().class("body").child(words.body)),
                    steps,
                    action,
                    help,
                )),
                html::p().class("status").child(status),
                html::p().class("said").attr("role", "status").child(said),
            )))
    }
}

/// Long enough for a browser to paint what it has.
const AFTER_PAINT: Duration = Duration::from_millis(50);

/// What a mounted component keeps alive.
struct Held {
    session: Option<Session<View>>,
    ticker: Option<clock::Timeout>,
}

/// Gives the focus to the title beside a button: the button goes with the state it belonged to, and the focus must
/// not fall back to the page's start.
fn focus_title(event: &ev::MouseEvent) {
    let button = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let words = button.and_then(|button| button.parent_element());
    let title = words.and_then(|words| words.query_selector("h2").ok().flatten());
    if let Some(title) = title.and_then(|title| title.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = title.focus();
    }
}

/// All that is on screen but the seconds of the countdown.
#[derive(Clone)]
struct Screen {
    kind: &'static str,
    symbol: Option<Symbol>,
    words: Texts,
    status: Status,
    /// What a screen reader hears: once per change that matters, never per push or second.
    said: String,
}

/// The line below.
#[derive(Clone, Copy)]
enum Status {
    Nothing,
    Plain(&'static str),
    Notice(&'static str),
    /// Since when the code is known. Not announced: the code's renewal is.
    Countdown(Instant),
}

impl Screen {
    fn bad_option(locale: Locale, rule: Option<Rule>) -> Self {
        let messages = locale.messages();
        let title = messages.bad_option.title;
        let body = rule.map_or("", |rule| rule(messages));
        let words = Texts { title, body: body.into(), fact: None, action: None, art: Art::Alert };
        let said = [title, ". ", body].concat();
        Self { kind: "idle", symbol: None, words, status: Status::Nothing, said }
    }

    fn of(locale: Locale, view: &View, before: Option<&Self>) -> Self {
        let (messages, whatsapp) = (locale.messages(), locale.whatsapp());
        let symbol = match &view.state {
            State::Code(code) | State::Stale(code) => before
                .and_then(|before| before.symbol.clone())
                .filter(|symbol| symbol.holds(&code.payload))
                .or_else(|| Symbol::new(&code.payload)),
            _ => None,
        };
        let words = Texts::of(locale, view);
        let said = match (view.notice, &view.state) {
            (Some(notice), _) => notice_words(messages, notice).into(),
            (None, State::Code(code)) if code.ordinal == 1 => whatsapp.said_ready.into(),
            // Two renewals in a row read alike: a text that differs by a blank is announced again.
            (None, State::Code(code)) => {
                let blank = if code.ordinal % 2 == 0 { "" } else { "\u{a0}" };
                [whatsapp.said_renewed, blank].concat()
            }
            // A code that comes back after it was covered is no news.
            (None, State::Stale(_)) => before.map(|before| before.said.clone()).unwrap_or_default(),
            (None, State::Idle | State::Connecting | State::Preparing { slow: false }) => String::new(),
            _ => [words.title, ". ", words.fact.as_deref().unwrap_or(&words.body)].concat(),
        };
        let status = match (view.notice, &view.state) {
            (Some(notice), _) => Status::Notice(notice_words(messages, notice)),
            (None, State::Code(code)) => Status::Countdown(code.first_seen),
            (None, State::Connecting) => Status::Plain(whatsapp.connecting.body),
            (None, State::Preparing { slow: false }) => Status::Plain(whatsapp.preparing.body),
            _ => Status::Nothing,
        };
        Self { kind: name(&view.state), symbol, words, status, said }
    }
}

/// The words of a state.
#[derive(Clone)]
struct Texts {
    title: &'static str,
    body: String,
    /// One line worth its own place: the number.
    fact: Option<Arc<str>>,
    action: Option<&'static str>,
    art: Art,
}

impl Texts {
    fn of(locale: Locale, view: &View) -> Self {
        let messages = locale.messages();
        let whatsapp = locale.whatsapp();
        let at = |instant| moment(locale, clock::unix_millis(instant), clock::unix_millis(clock::now()));
        let (words, art, action) = match &view.state {
            State::Idle => (&whatsapp.idle, Art::Ghost, None),
            State::Connecting => (&whatsapp.connecting, Art::Ghost, None),
            State::Preparing { slow: false } => (&whatsapp.preparing, Art::Ghost, None),
            State::Preparing { slow: true } => {
                (&whatsapp.preparing_slow, Art::Ghost, Some(messages.try_again))
            }
            State::Code(_) | State::Stale(_) => (&whatsapp.scan, Art::Ghost, None),
            State::Connected { .. } => (&whatsapp.connected, Art::Check, None),
            State::Paused(Pause::Unscanned) => {
                (&whatsapp.paused_unscanned, Art::Pause, Some(whatsapp.show_code))
            }
            State::Paused(Pause::Hidden) => (&whatsapp.paused_hidden, Art::Pause, Some(whatsapp.show_code)),
            State::Failed(failure) => {
                (explanation(messages, *failure).1, Art::Alert, Some(messages.try_again))
            }
            State::Disconnected { .. } => {
                (&whatsapp.disconnected, Art::Unplugged, Some(whatsapp.connect_again))
            }
        };
        let mut texts = Self { title: words.title, body: words.body.into(), fact: None, action, art };
        match &view.state {
            State::Connected { since, phone } => {
                let (sentence, instant) = match since {
                    Since::Seen(instant) => (whatsapp.connected_since, instant),
                    Since::Before(instant) => (whatsapp.connected_before, instant),
                };
                texts.body = fill(sentence, &at(*instant));
                texts.fact = phone.as_deref().map(international);
            }
            State::Disconnected { at: instant } => texts.body = fill(words.body, &at(*instant)),
            _ => {}
        }
        texts
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

/// The rule that an option breaks.
fn check(base: &str, customer_id: Option<&str>) -> Option<Rule> {
    check_base(base).or_else(|| match customer_id {
        Some(id) if !is_number(id) => Some(|messages| messages.bad_customer_id),
        _ => None,
    })
}

/// How long the code still lives, in words.
fn countdown(locale: Locale, seconds: u32) -> String {
    let whatsapp = locale.whatsapp();
    match seconds {
        0 => whatsapp.any_moment.to_owned(),
        seconds => plural(locale, &whatsapp.countdown, seconds),
    }
}

/// Keeps `seconds` at what is left of a code that was first seen at `first_seen`, until there is nothing left or
/// another code to count.
fn tick(held: StoredValue<Held, LocalStorage>, seconds: ArcRwSignal<Option<u32>>, first_seen: Instant) {
    let left = CODE_LIFE.saturating_sub(clock::now() - first_seen);
    let left = (left.as_millis() as u32).div_ceil(1_000);
    if seconds.get_untracked() != Some(left) {
        seconds.set(Some(left));
    }
    if left > 0 {
        tick_in(Duration::from_secs(1), held, seconds, first_seen);
    }
}

/// As [`tick`], after `delay`, in place of the tick that was to come.
fn tick_in(
    delay: Duration,
    held: StoredValue<Held, LocalStorage>,
    seconds: ArcRwSignal<Option<u32>>,
    first_seen: Instant,
) {
    let next = clock::Timeout::new(delay, move || tick(held, seconds.clone(), first_seen));
    held.try_update_value(|held| held.ticker = Some(next));
}

/// Tells the host page of every change.
fn tell(
    view: Option<ArcReadSignal<View>>,
    locale: Signal<Locale>,
    bad_option: Option<Rule>,
    on_event: Callback<AccountEvent>,
) {
    Effect::new(move |before: Option<Option<State>>| {
        if before.is_none() {
            on_event.run(AccountEvent::Ready);
        }
        let now = view.as_ref().map(|view| view.get().state);
        let before = before.flatten();
        if before.is_some() && before == now {
            return now;
        }
        let messages = locale.get_untracked().messages();
        let Some(state) = &now else {
            let message = bad_option.map_or_else(String::new, |rule| rule(messages).to_owned());
            on_event.run(AccountEvent::Error { code: "bad-option", message });
            return now;
        };
        if before.as_ref().map(name) != Some(name(state)) {
            on_event.run(AccountEvent::State(name(state).into()));
        }
        match state {
            State::Connected { since, phone } => on_event.run(AccountEvent::Connected {
                channel: "whatsapp",
                account: phone.as_deref().map(international),
                since: match since {
                    Since::Seen(instant) => Some(clock::unix_millis(*instant)),
                    Since::Before(_) => None,
                },
            }),
            State::Disconnected { .. } => {
                on_event.run(AccountEvent::Disconnected { channel: "whatsapp", reason: "logged-out" });
            }
            State::Failed(failure) => {
                let (code, words) = explanation(messages, *failure);
                let message = [words.title, ". ", words.body].concat();
                on_event.run(AccountEvent::Error { code, message });
            }
            _ => {}
        }
        now
    });
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn options_keep_to_this_site_and_to_digits() {
        let english = Locale::En.messages();
        for (base, customer_id, broken) in [
            ("/", None, None),
            ("/jetapi", Some("77"), None),
            ("/a-b_c.d/~e/", Some("12345678901234567890"), None),
            ("", None, Some(english.bad_base)),
            ("jetapi", None, Some(english.bad_base)),
            ("//elsewhere.example", None, Some(english.bad_base)),
            ("/\\elsewhere.example", None, Some(english.bad_base)),
            ("https://elsewhere.example", None, Some(english.bad_base)),
            ("javascript:alert(1)", None, Some(english.bad_base)),
            ("/jetapi?token=1", None, Some(english.bad_base)),
            ("/jetapi#1", None, Some(english.bad_base)),
            ("/jet api", None, Some(english.bad_base)),
            ("/jet\tapi", None, Some(english.bad_base)),
            ("/jetäpi", None, Some(english.bad_base)),
            ("/jetapi", Some(""), Some(english.bad_customer_id)),
            ("/jetapi", Some("7/7"), Some(english.bad_customer_id)),
            ("/jetapi", Some("-7"), Some(english.bad_customer_id)),
            ("/jetapi", Some("٧٧"), Some(english.bad_customer_id)),
            ("/jetapi", Some("123456789012345678901"), Some(english.bad_customer_id)),
        ] {
            let said = check(base, customer_id).map(|rule| rule(english));
            assert_eq!(said, broken, "{base} {customer_id:?}");
        }
    }

    #[wasm_bindgen_test]
    fn a_number_has_one_plus() {
        assert_eq!(&*international("79260846453"), "+79260846453");
        assert_eq!(&*international("+79260846453"), "+79260846453");
    }
}
