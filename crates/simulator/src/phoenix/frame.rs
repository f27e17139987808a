use serde_json::{Map, Value, json};

/// One message, without regard to how a serializer writes it. Refs stay as the client sent them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) join_ref: Value,
    pub(crate) reference: Value,
    pub(crate) topic: String,
    pub(crate) event: String,
    pub(crate) payload: Value,
}

impl Frame {
    pub(crate) fn reply(join_ref: Value, request: &Frame, outcome: Result<Value, Value>) -> Self {
        let (status, response) = match outcome {
            Ok(response) => ("ok", response),
            Err(response) => ("error", response),
        };
        Self {
            join_ref,
            reference: request.reference.clone(),
            topic: request.topic.clone(),
            event: "phx_reply".into(),
            payload: json!({ "status": status, "response": response }),
        }
    }

    /// `phx_close` or `phx_error`: the channel's end, which carries its join_ref twice.
    pub(crate) fn end(event: &str, topic: &str, join_ref: &Value) -> Self {
        Self {
            join_ref: join_ref.clone(),
            reference: join_ref.clone(),
            topic: topic.into(),
            event: event.into(),
            payload: json!({}),
        }
    }

    pub(crate) fn with_integer_refs(self) -> Self {
        Self { join_ref: to_integer(self.join_ref), reference: to_integer(self.reference), ..self }
    }
}

fn to_integer(reference: Value) -> Value {
    match reference.as_str().and_then(|text| text.parse::<u64>().ok()) {
        Some(number) => number.into(),
        None => reference,
    }
}

/// The form of the frames on one socket, chosen by the client's `vsn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serializer {
    /// Objects, without join_ref: what a client gets that names no version.
    V1,
    /// Arrays of five.
    V2,
}

impl Serializer {
    /// `None` is a version that the server doesn't speak.
    pub(crate) fn negotiate(vsn: Option<&str>) -> Option<Self> {
        let vsn = vsn.unwrap_or("1.0.0");
        let patch = |series: &str| vsn.strip_prefix(series).is_some_and(|patch| patch.parse::<u32>().is_ok());
        if patch("2.0.") {
            Some(Self::V2)
        } else if patch("1.0.") {
            Some(Self::V1)
        } else {
            None
        }
    }

    /// `None` is a frame that would crash the server's decoder.
    pub(crate) fn decode(self, text: &str) -> Option<Frame> {
        match (self, serde_json::from_str(text).ok()?) {
            (Self::V2, Value::Array(fields)) => {
                let mut fields = fields.into_iter();
                Some(Frame {
                    join_ref: fields.next()?,
                    reference: fields.next()?,
                    topic: into_string(fields.next()?)?,
                    event: into_string(fields.next()?)?,
                    payload: fields.next()?,
                })
            }
            (Self::V1, Value::Object(mut fields)) => Some(Frame {
                join_ref: fields.remove("join_ref").unwrap_or_default(),
                reference: fields.remove("ref")?,
                topic: into_string(fields.remove("topic")?)?,
                event: into_string(fields.remove("event")?)?,
                payload: fields.remove("payload")?,
            }),
            _ => None,
        }
    }

    pub(crate) fn encode(self, frame: Frame) -> String {
        let Frame { join_ref, reference, topic, event, payload } = frame;
        match self {
            Self::V1 => Value::Object(Map::from_iter([
                ("topic".into(), topic.into()),
                ("event".into(), event.into()),
                ("ref".into(), reference),
                ("payload".into(), payload),
            ])),
            Self::V2 => Value::Array(vec![join_ref, reference, topic.into(), event.into(), payload]),
        }
        .to_string()
    }
}

fn into_string(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
