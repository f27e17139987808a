//! Logging in to MAX.

use leptos::prelude::*;

use super::event::AccountEvent;
use super::login::{Kind, login};
use super::options::{check_base, check_country};
use crate::i18n::Locale;
use crate::net::max;

const MAX: Kind = Kind { channel: "max", words: Locale::max };

/// Asks for what a login to MAX needs, until an account is connected.
///
/// The API does not tell whether a session is open, so the component begins with the phone number each time. Components
/// for the same `base` on one page share one login.
///
/// Its states are `phone`, `code`, `authorized` and `failed`. Its errors are `unauthorized`, `forbidden`, `no-proxy`,
/// `rejected` and `bad-option`, and for what was sent `wrong-phone`, `wrong-code`, `no-session`, `wait`, `refused`,
/// `not-sent`, `unanswered` and `unavailable`.
#[allow(unreachable_pub, reason = "the macro's props are as public as this, by the crate's root")]
#[component]
pub fn MaxLogin(
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
    let session = bad_option.is_none().then(|| max::open(&base));
    login(MAX, session, bad_option, country.as_deref(), locale, on_event)
}
