//! Takes the credentials out of JSON replies.
//!
//! The text is walked, not parsed into a tree and printed again: what stays is byte for byte the upstream's, so a
//! number keeps its digits and an object its order.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Each level is scanned once more by its parent, so depth is bounded to keep the work linear in the text.
const MAX_DEPTH: usize = 64;

/// The reply cannot be read as JSON, so nothing can be said about what it holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotJson;

/// `text` without its credentials: members that are named like one, at any depth, and every string that contains
/// one of `secrets` (replaced by `***`), because an error message may quote what it was called with.
pub(crate) fn redact(text: &str, secrets: &[&str]) -> Result<String, NotJson> {
    let root: &RawValue = serde_json::from_str(text).map_err(|_| NotJson)?;
    let mut out = String::with_capacity(text.len());
    write_value(root, Place::Root, secrets, MAX_DEPTH, &mut out)?;
    Ok(out)
}

/// Whether a member of this name holds a credential, however its parts are joined: `token`, `access_token`,
/// `apiToken`, `Api-Key`, `idempotency_key`.
fn names_a_credential(name: &str) -> bool {
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    ["token", "tokens", "apikey", "apikeys", "masterkey", "idempotencykey"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Where in a reply a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Meta,
    /// `meta.errors`, whose members are named after parameters and hold what is wrong with them: `api_token` there is
    /// no token, and without it a refusal would say nothing.
    Errors,
    Elsewhere,
}

impl Place {
    fn member(self, name: &str) -> Self {
        match (self, name) {
            (Self::Root, "meta") => Self::Meta,
            (Self::Meta, "errors") => Self::Errors,
            _ => Self::Elsewhere,
        }
    }

    /// Whether a member stays, going by its name.
    fn shows(self, name: &str, value: &RawValue) -> bool {
        !names_a_credential(name) || self == Self::Errors && value.get().starts_with('[')
    }
}

fn write_value(
    value: &RawValue,
    place: Place,
    secrets: &[&str],
    depth: usize,
    out: &mut String,
) -> Result<(), NotJson> {
    let text = value.get();
    let deeper = || depth.checked_sub(1).ok_or(NotJson);
    match text.as_bytes().first() {
        Some(b'{') => {
            let members = members(text)?;
            out.push('{');
            let mut first = true;
            for (name, value) in members.iter().filter(|(name, value)| place.shows(name, value)) {
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                write_string(name, secrets, out)?;
                out.push(':');
                write_value(value, place.member(name), secrets, deeper()?, out)?;
            }
            out.push('}');
        }
        Some(b'[') => {
            let items =
                serde_json::Deserializer::from_str(text).deserialize_seq(Items).map_err(|_| NotJson)?;
            out.push('[');
            let mut first = true;
            for item in items {
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                write_value(item, Place::Elsewhere, secrets, deeper()?, out)?;
            }
            out.push(']');
        }
        Some(b'"') => {
            let string: Cow<'_, str> = serde_json::from_str(text).map_err(|_| NotJson)?;
            if contains_one_of(&string, secrets) { out.push_str("\"***\"") } else { out.push_str(text) }
        }
        _ => out.push_str(text),
    }
    Ok(())
}

fn write_string(string: &str, secrets: &[&str], out: &mut String) -> Result<(), NotJson> {
    let string = if contains_one_of(string, secrets) { "***" } else { string };
    out.push_str(&serde_json::to_string(string).map_err(|_| NotJson)?);
    Ok(())
}

fn contains_one_of(string: &str, secrets: &[&str]) -> bool {
    secrets.iter().any(|secret| string.contains(secret))
}

/// The members of the object that `text` is, in their order, repeated names included.
pub(crate) fn members(text: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, NotJson> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = reader.deserialize_map(Members).map_err(|_| NotJson)?;
    reader.end().map_err(|_| NotJson)?;
    Ok(members)
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            members.push(member);
        }
        Ok(members)
    }
}

/// An array's items.
struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<&'de RawValue>()? {
            items.push(item);
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_at_any_depth_and_all_else_stays_as_it_is() {
        for (text, want) in [
            (r#"{"token":"a","b":1}"#, r#"{"b":1}"#),
            (r#"{"b":1,"token":"a"}"#, r#"{"b":1}"#),
            (
                r#"{"b":{"idempotency_key":"x","c":[{"access_token":1,"d":null}]}}"#,
                r#"{"b":{"c":[{"d":null}]}}"#,
            ),
            (r#"[[{"api_key":{"x":1}}],{"api_token":[1]}]"#, "[[{}],{}]"),
            (r#"{"Token":1,"API-Key":2,"apiToken":3,"master_key":4,"tokens":[5]}"#, "{}"),
            (r#"{"tok\u0065n":1,"token":2,"token":3}"#, "{}"),
            (
                r#"{"tokenized":1,"key":2,"monkey":3,"external_id":"4"}"#,
                r#"{"tokenized":1,"key":2,"monkey":3,"external_id":"4"}"#,
            ),
            // Numbers keep digits that a float would lose, strings their escapes, objects their order.
            (
                r#"{"z":12345678901234567890.10,"a":1e400,"s":"\u0434\/"}"#,
                r#"{"z":12345678901234567890.10,"a":1e400,"s":"\u0434\/"}"#,
            ),
            (r#" { "a" : [ 1 , 2 ] } "#, r#"{"a":[1,2]}"#),
            (r#"{"message":"bad SECRET-1, sorry","SECRET-1":1}"#, r#"{"message":"***","***":1}"#),
            (r#"["SECRET\u002d1"]"#, r#"["***"]"#),
            ("7", "7"),
            ("null", "null"),
            // What is wrong with a parameter is no credential, whatever the parameter is called.
            (
                r#"{"meta":{"errors":{"api_token":["is SECRET-1","is bad"]},"token":["x"]}}"#,
                r#"{"meta":{"errors":{"api_token":["***","is bad"]}}}"#,
            ),
            (
                r#"{"meta":{"errors":{"api_token":"x","a":[{"token":1}]}}}"#,
                r#"{"meta":{"errors":{"a":[{}]}}}"#,
            ),
            (r#"{"errors":{"api_token":["x"]}}"#, r#"{"errors":{}}"#),
            (r#"[{"meta":{"errors":{"api_token":["x"]}}}]"#, r#"[{"meta":{"errors":{}}}]"#),
        ] {
            assert_eq!(redact(text, &["SECRET-1"]).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_not_passed() {
        for text in ["", "<html>", "{", r#"{"a":1}{"token":2}"#, "\"\\ud800\"", "{\"a\":01}"] {
            assert_eq!(redact(text, &[]), Err(NotJson), "{text}");
        }
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(redact(&nested(60), &[]).is_ok());
        assert_eq!(redact(&nested(100), &[]), Err(NotJson));
    }
}
