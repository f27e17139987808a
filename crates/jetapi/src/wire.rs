//! Reading the API's loose ends: numbers that come as strings and the other way round.

use crate::json::Value;

/// The strings of a JSON string or an array of them; anything else is left out.
pub(crate) fn lenient_strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(lenient_string).collect(),
        _ => Vec::new(),
    }
}

/// A string, or a number as its digits.
pub(crate) fn lenient_string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(digits) => Some(digits.clone()),
        _ => None,
    }
}
