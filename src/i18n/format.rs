//! Plurals, numbers and times in the browser's own words.

use js_sys::{Array, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::{Locale, Plural};

/// `plural` for `count`, its `{n}` replaced by the number.
pub(crate) fn plural(locale: Locale, plural: &Plural, count: u32) -> String {
    let number = f64::from(count);
    let tags = Array::of1(&locale.tag().into());
    let rules = Intl::PluralRules::new(&tags, &Object::new());
    let category: String = rules.select(number).into();
    let sentence = match category.as_str() {
        "one" => plural.one,
        "few" => plural.few,
        "many" => plural.many,
        _ => plural.other,
    };
    fill(sentence, &format(&Intl::NumberFormat::new(&tags, &Object::new()).format(), number))
}

/// `sentence` with `value` in place of its `{…}`.
pub(crate) fn fill(sentence: &str, value: &str) -> String {
    let mut filled = String::new();
    let mut in_place = false;
    for character in sentence.chars() {
        match character {
            '{' => in_place = true,
            '}' => {
                in_place = false;
                filled.push_str(value);
            }
            _ if in_place => {}
            other => filled.push(other),
        }
    }
    filled
}

/// A moment as a time of today, or with its day where it was another.
///
/// `millis` and `now` count from the Unix epoch.
pub(crate) fn moment(locale: Locale, millis: f64, now: f64) -> String {
    let options = Object::new();
    set(&options, "hour", "numeric");
    set(&options, "minute", "2-digit");
    let day = |millis: f64| js_sys::Date::new(&millis.into()).to_date_string();
    if day(millis) != day(now) {
        set(&options, "day", "numeric");
        set(&options, "month", "long");
    }
    let tags = Array::of1(&locale.tag().into());
    format(&Intl::DateTimeFormat::new(&tags, &options).format(), millis)
}

fn set(options: &Object, name: &str, value: &str) {
    // A plain object takes every property.
    let _ = Reflect::set(options, &name.into(), &value.into());
}

fn format(formatter: &Function, value: f64) -> String {
    formatter
        .call1(&JsValue::UNDEFINED, &value.into())
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}
