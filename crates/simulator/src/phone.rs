use std::ops::RangeInclusive;

/// International numbers have at most 15 digits (E.164); the shortest in use have 7 with their calling code.
const DIGITS: RangeInclusive<usize> = 7..=15;
/// Of every number in Russia and Kazakhstan, the 7 included.
const DIGITS_UNDER_7: usize = 11;

/// The digits of a number in international form.
pub(crate) fn international(phone: &str) -> Option<&str> {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    let fits = digits.bytes().all(|byte| byte.is_ascii_digit())
        && match digits.bytes().next() {
            Some(b'7') => digits.len() == DIGITS_UNDER_7,
            Some(b'0') | None => false,
            Some(_) => DIGITS.contains(&digits.len()),
        };
    fits.then_some(digits)
}
