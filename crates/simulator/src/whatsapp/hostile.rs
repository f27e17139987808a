//! Frames that no server should send, for clients that must survive them.

use std::{collections::BTreeMap, iter};

use axum::extract::ws::Message;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use serde_json::{Value, json};

const OVERSIZED: usize = 10 * 1024 * 1024;
const LONG: usize = 5 * 1024;
const RANDOM_FRAMES: usize = 20;
const RANDOM_LENGTH: usize = 200;

pub(super) const KINDS: [&str; 7] =
    ["truncated", "oversized", "random", "types", "long_code", "strings", "html"];

/// A code that is too long for any QR code.
pub(super) fn long_code() -> String {
    format!("2@{}", "A".repeat(LONG))
}

/// A code with what C strings, fonts and byte counts stumble over.
pub(super) fn odd_code() -> String {
    "2@\0nul,😀👩‍👩‍👧‍👦,\u{202e}right-to-left,\u{feff}\u{7f}\"\\</script>".into()
}

/// The channels to forge frames for; a connection without one gets frames of a channel that it doesn't have.
fn channels<'a>(joined: &'a BTreeMap<String, Value>, topic: &'a str) -> Vec<(&'a str, &'a Value)> {
    if joined.is_empty() {
        vec![(topic, &Value::Null)]
    } else {
        joined.iter().map(|(topic, join_ref)| (topic.as_str(), join_ref)).collect()
    }
}

pub(super) fn truncated(joined: &BTreeMap<String, Value>, topic: &str) -> Vec<Message> {
    let whole = |(topic, join_ref)| frame(join_ref, topic, "auth_state", &json!({ "auth": false }));
    channels(joined, topic)
        .into_iter()
        .map(whole)
        .map(|text| Message::text(text.chars().take(text.chars().count() / 2).collect::<String>()))
        .collect()
}

pub(super) fn oversized(joined: &BTreeMap<String, Value>, topic: &str) -> Vec<Message> {
    let payload = json!({ "auth": false, "qr_code": "A".repeat(OVERSIZED) });
    channels(joined, topic)
        .into_iter()
        .map(|(topic, join_ref)| Message::text(frame(join_ref, topic, "auth_state", &payload)))
        .collect()
}

pub(super) fn random(seed: u64) -> Vec<Message> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut bytes = || {
        let mut bytes = vec![0; RANDOM_LENGTH];
        random.fill_bytes(&mut bytes);
        bytes
    };
    iter::repeat_with(|| {
        // A text frame that is no UTF-8 would end the connection below the client's own code.
        [Message::text(String::from_utf8_lossy(&bytes()).into_owned()), Message::binary(bytes())]
    })
    .take(RANDOM_FRAMES)
    .flatten()
    .collect()
}

pub(super) fn odd_strings(joined: &BTreeMap<String, Value>, topic: &str) -> Vec<Message> {
    let mut frames = Vec::new();
    for (topic, join_ref) in channels(joined, topic) {
        for odd in ["auth_state\0", "\0", "😀", "", "__proto__", "constructor"] {
            let payload = json!({ "auth": false, "qr_code": odd_code(), odd: odd });
            frames.push(frame(join_ref, topic, odd, &payload));
            frames.push(frame(join_ref, &format!("{topic}{odd}"), "auth_state", &payload));
        }
    }
    frames.into_iter().map(Message::text).collect()
}

/// Every field of a frame and of its payload in turn holds each type that it must not have; and arrays of other
/// lengths, and JSON that is no array.
pub(super) fn wrong_types(joined: &BTreeMap<String, Value>, topic: &str) -> Vec<Message> {
    let values = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5e300),
        json!("x"),
        json!([]),
        json!({}),
        json!([[1]]),
        json!({ "a": { "b": null } }),
    ];
    let mut frames: Vec<Value> = values.to_vec();
    for (topic, join_ref) in channels(joined, topic) {
        let right = [
            join_ref.clone(),
            Value::Null,
            json!(topic),
            json!("auth_state"),
            json!({ "auth": false, "qr_code": null }),
        ];
        for length in 0..right.len() {
            frames.push(right.iter().take(length).cloned().collect());
        }
        frames.push(right.iter().cloned().chain([json!("sixth")]).collect());
        for field in 0..right.len() {
            for value in values.iter().filter(|value| !fits(field, value)) {
                let swap =
                    |(at, right): (usize, &Value)| if at == field { value.clone() } else { right.clone() };
                frames.push(right.iter().enumerate().map(swap).collect());
            }
        }
        for value in &values {
            let mut payloads = Vec::new();
            if !value.is_boolean() {
                payloads.push(json!({ "auth": value, "qr_code": null }));
            }
            if !value.is_string() && !value.is_null() {
                payloads.push(json!({ "auth": false, "qr_code": value }));
            }
            frames.extend(
                payloads.into_iter().map(|payload| json!([join_ref, null, topic, "auth_state", payload])),
            );
        }
    }
    frames.into_iter().map(|frame| Message::text(frame.to_string())).collect()
}

/// Whether the value has a type that the field of a frame may have.
fn fits(field: usize, value: &Value) -> bool {
    match field {
        0 | 1 => value.is_string() || value.is_i64() || value.is_null(),
        2 | 3 => value.is_string(),
        _ => false,
    }
}

fn frame(join_ref: &Value, topic: &str, event: &str, payload: &Value) -> String {
    json!([join_ref, null, topic, event, payload]).to_string()
}
