//! Plurals, numbers and times in the browser's own words.

use js_sys::{Array, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::Locale;
use super::messages::Plural;

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

/// A whole number.
pub(crate) fn number(locale: Locale, number: usize) -> String {
    let tags = Array::of1(&locale.tag().into());
    format(&Intl::NumberFormat::new(&tags, &Object::new()).format(), number as f64)
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
    set(&options, "timeStyle", "short");
    let day = |millis: f64| js_sys::Date::new(&millis.into()).to_date_string();
    if day(millis) != day(now) {
        set(&options, "dateStyle", "long");
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

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn plurals_follow_the_language() {
        let apples = Plural { one: "{n} one", few: "{n} few", many: "{n} many", other: "{n} other" };
        for (count, english, russian) in [
            (0, "0 other", "0 many"),
            (1, "1 one", "1 one"),
            (2, "2 other", "2 few"),
            (5, "5 other", "5 many"),
            (11, "11 other", "11 many"),
            (21, "21 other", "21 one"),
            (22, "22 other", "22 few"),
            (25, "25 other", "25 many"),
            (101, "101 other", "101 one"),
        ] {
            assert_eq!(plural(Locale::En, &apples, count), english);
            assert_eq!(plural(Locale::Ru, &apples, count), russian);
        }
    }

    #[wasm_bindgen_test]
    fn a_place_is_filled_wherever_it_stands() {
        for (sentence, filled) in [
            ("{at}", "x"),
            ("since {at}", "since x"),
            ("({at}).", "(x)."),
            ("none", "none"),
            ("через {n} с", "через x с"),
        ] {
            assert_eq!(fill(sentence, "x"), filled);
        }
    }

    #[wasm_bindgen_test]
    fn only_another_day_is_named() {
        let at = |day, hour| js_sys::Date::new_with_year_month_day_hr_min(2026, 10, day, hour, 5).get_time();
        let (morning, evening, before) = (at(22, 9), at(22, 21), at(21, 21));
        assert_eq!(moment(Locale::Ru, morning, evening), "09:05");
        assert!(moment(Locale::En, morning, evening).starts_with("9:05"));
        assert!(moment(Locale::En, before, evening).contains("November"));
        assert!(moment(Locale::Ru, before, evening).contains("ноября"));
    }
}
