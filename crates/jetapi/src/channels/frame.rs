//! `[join_ref, ref, topic, event, payload]`.

use crate::json::{Value, write_string};

/// A frame from the server. Refs come as strings, integers or null; they are compared as strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) join_ref: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) topic: String,
    pub(super) event: String,
    pub(super) payload: Value,
}

impl Frame {
    /// `None` where the text is no frame.
    pub(super) fn read(text: &str) -> Option<Self> {
        let Value::Array(parts) = Value::read(text).ok()? else { return None };
        let [join_ref, reference, Value::String(topic), Value::String(event), payload] =
            <[Value; 5]>::try_from(parts).ok()?
        else {
            return None;
        };
        Some(Self { join_ref: read_ref(join_ref)?, reference: read_ref(reference)?, topic, event, payload })
    }
}

fn read_ref(value: Value) -> Option<Option<String>> {
    match value {
        Value::Null => Some(None),
        Value::String(reference) | Value::Number(reference) => Some(Some(reference)),
        _ => None,
    }
}

/// The text of a frame to the server.
pub(super) fn write(
    join_ref: Option<&str>,
    reference: &str,
    topic: &str,
    event: &str,
    payload: &Value,
) -> String {
    let head = join_ref.map_or(4, str::len) + reference.len() + topic.len() + event.len();
    // Moved while it grows, the text would leave copies of a payload that is secret.
    let mut text = String::with_capacity(6 * head + payload.longest() + 16);
    let capacity = text.capacity();
    text.push('[');
    match join_ref {
        Some(join_ref) => write_string(join_ref, &mut text),
        None => text.push_str("null"),
    }
    for part in [reference, topic, event] {
        text.push(',');
        write_string(part, &mut text);
    }
    text.push(',');
    payload.write(&mut text);
    text.push(']');
    debug_assert_eq!(text.capacity(), capacity, "the text was moved");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_are_strings_integers_or_null() {
        for (text, join_ref, reference) in [
            (r#"["1","2","t","e",{}]"#, Some("1"), Some("2")),
            (r#"[1,2,"t","e",{}]"#, Some("1"), Some("2")),
            (r#"[1,"2","t","e",{}]"#, Some("1"), Some("2")),
            (r#"["1",null,"t","e",{}]"#, Some("1"), None),
            (r#"[null,null,"t","e",{}]"#, None, None),
        ] {
            let frame = Frame::read(text).unwrap();
            assert_eq!(
                (frame.join_ref.as_deref(), frame.reference.as_deref()),
                (join_ref, reference),
                "{text}"
            );
            assert_eq!((&*frame.topic, &*frame.event), ("t", "e"));
        }
    }

    #[test]
    fn what_is_no_frame_is_none() {
        for text in [
            "",
            "[",
            "{}",
            "null",
            r#"["1","1","t","e"]"#,
            r#"["1","1","t","e",{},{}]"#,
            r#"[true,"1","t","e",{}]"#,
            r#"["1",[],"t","e",{}]"#,
            r#"["1","1",7,"e",{}]"#,
            r#"["1","1","t",null,{}]"#,
            r#"["1","1","t","e",{}"#,
            r#"["1","1","t","e",{}] "x""#,
        ] {
            assert_eq!(Frame::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let payload = Value::Object(vec![("code".into(), Value::String("1\"2\u{0}\n🦀".into()))]);
        for text in ["\u{1}".repeat(99), String::new(), "\"".repeat(7)] {
            let payload = Value::Object(vec![(text.clone(), Value::Array(vec![Value::String(text); 3]))]);
            write(Some("\u{1}"), "\u{2}", "\u{3}\u{3}", "\u{4}", &payload);
        }
        let text = write(Some("3"), "4", "room:\"x\"", "send_code", &payload);
        let frame = Frame::read(&text).unwrap();
        assert_eq!(frame.join_ref.as_deref(), Some("3"));
        assert_eq!(frame.reference.as_deref(), Some("4"));
        assert_eq!(
            (frame.topic, frame.event, frame.payload),
            ("room:\"x\"".into(), "send_code".into(), payload)
        );
        assert_eq!(
            write(None, "24", "phoenix", "heartbeat", &Value::empty_object()),
            r#"[null,"24","phoenix","heartbeat",{}]"#
        );
    }
}
