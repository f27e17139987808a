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
    fill(sentence, "{n}", &format(&Intl::NumberFormat::new(&tags, &Object::new()).format(), number))
}

/// `sentence` with `value` where `place` stands in it.
pub(crate) fn fill(sentence: &str, place: &str, value: &str) -> String {
    match sentence.split_once(place) {
        Some((before, after)) => [before, value, after].concat(),
        None => sentence.to_owned(),
    }
}

/// A moment as a time of today, or with its day where it was another.
///
/// `millis` and `now` count from the Unix epoch.
pub(crate) fn moment(locale: Locale, millis: f64, now: f64) -> String {
    let options = Object::new();
    set(&options, "hour", "2-digit");
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
