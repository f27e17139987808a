//! Logging in to a personal Telegram account.

use leptos::prelude::*;

use super::event::AccountEvent;
use super::login::{Kind, login};
use super::options::{check_base, check_country};
use crate::i18n::Locale;
use crate::net::telegram;

const TELEGRAM: Kind = Kind { channel: "telegram", words: Locale::telegram };

/// Asks for what a login to Telegram needs, until an account is connected.
///
/// The server decides the step, and what the user typed leaves the page only when the user sends it, once. Components
/// for the same `base` on one page share one login; it ends its connection when the last of them is unmounted.
///
/// Its states are `connecting`, `phone`, `code`, `password`, `authorized`, `unknown` and `failed`. Its errors are
/// `unauthorized`, `forbidden`, `no-proxy`, `rejected`, `join-refused`, `link-refused`, `no-answer` and `bad-option`, and
/// for what was sent `wrong-phone`, `wrong-code`, `expired-code`, `wrong-password`, `wait`, `refused`, `not-sent`,
/// `unanswered`, `no-progress` and `unavailable`.
#[allow(unreachable_pub, reason = "the macro's props are as public as this, by the crate's root")]
#[component]
pub fn TelegramLogin(
    /// The path of the same-origin proxy, `/jetapi` by default.
    #[prop(into, default = "/jetapi".into())]
    base: String,
    /// The country of the phone field, an ISO 3166-1 code; the browser's own by default.
    #[prop(optional_no_strip, into)]
    country: Option<String>,
    /// The language, English by default.
    #[prop(into, default = Locale::En.into())]
    locale: Signal<Locale>,
    /// Called for each [`AccountEvent`].
    #[prop(optional, into)]
    on_event: Option<Callback<AccountEvent>>,
) -> impl IntoView {
    let bad_option = check_base(&base).or_else(|| check_country(country.as_deref()));
    let session = bad_option.is_none().then(|| telegram::open(&base));
    login(TELEGRAM, session, bad_option, country.as_deref(), locale, on_event)
}
