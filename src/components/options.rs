//! The rules for what the host page sets.

use jetapi::chat::Family;
use jetapi::phone::Country;

use crate::i18n::Messages;

/// A rule for an option, as the sentence about it.
pub(super) type Rule = fn(&Messages) -> &'static str;

/// The rule that the base path breaks.
pub(super) fn check_base(base: &str) -> Option<Rule> {
    // A path of this site only: "//host" and "/\host" are other sites to a browser.
    let is_path = base.starts_with('/')
        && !base.starts_with("//")
        && base.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte));
    if is_path { None } else { Some(|messages| messages.bad_base) }
}

/// The rule that the country breaks.
pub(super) fn check_country(country: Option<&str>) -> Option<Rule> {
    match country {
        Some(iso) if Country::from_iso(iso).is_none() => Some(|messages| messages.bad_country),
        _ => None,
    }
}

/// The family of chats, or the rule that its name breaks.
pub(super) fn check_family(family: Option<&str>) -> Result<Family, Rule> {
    Family::from_name(family).ok_or(|messages| messages.bad_family)
}

/// Whether this is a number as the API counts customers and instances.
pub(super) fn is_number(id: &str) -> bool {
    !id.is_empty() && id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit())
}
