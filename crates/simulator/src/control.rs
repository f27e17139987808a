//! What all controls under `/__sim/` have in common: a body `{"do": name, …}`, the answer to it, and the faults
//! that any Phoenix endpoint can be given.

use std::time::Duration;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{meta, phoenix::Endpoint};

/// The faults of a socket, under the names that a control takes.
const FAULTS: [&str; 6] = ["crash", "drop", "close", "silent", "slow", "refuse"];

const SLOW: Duration = Duration::from_secs(5);
const NORMAL_CLOSURE: u16 = 1000;

/// Gives the endpoint the named fault; `own` are the other names that the control takes.
pub(crate) fn inject(
    endpoint: &Endpoint,
    name: &str,
    own: &[&str],
    span: Option<Duration>,
    code: Option<u16>,
) -> Result<(), Refusal> {
    match name {
        "crash" => endpoint.crash_channels(span),
        "drop" => endpoint.drop_transports(span),
        "close" => match code.unwrap_or(NORMAL_CLOSURE) {
            // The protocol keeps these from being sent; clients see them for what is no close frame at all.
            0..1000 | 1004..=1006 | 1015 | 5000.. => {
                return Err(Refusal::new("code", "must be a close code that may be sent".into()));
            }
            code => endpoint.close_sockets(code),
        },
        "silent" => endpoint.fall_silent(span),
        "slow" => endpoint.slow_down(span.unwrap_or(SLOW)),
        "refuse" => endpoint.refuse(span),
        _ => return Err(Refusal::not_one_of("do", own.iter().copied().chain(FAULTS))),
    }
    Ok(())
}

/// The name of the fault that stands above a room's own state.
pub(crate) fn fault(endpoint: &Endpoint) -> Option<&'static str> {
    [(endpoint.is_down(), "down"), (endpoint.is_refusing(), "refusing"), (endpoint.is_silent(), "silent")]
        .into_iter()
        .find_map(|(is_on, name)| is_on.then_some(name))
}

/// Whether something goes wrong before or after the request at hand is carried out.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    #[default]
    Before,
    After,
}

/// The code of a close frame, where the field of that name can hold other things as well.
pub(crate) fn close_code(code: Value) -> Result<u16, Refusal> {
    serde_json::from_value(code).map_err(|error| Refusal::new("code", error.to_string()))
}

pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::new("base", error.to_string()))
}

/// The state with `"ok": true` on top.
pub(crate) fn done(mut state: Value) -> Response {
    if let Some(state) = state.as_object_mut() {
        state.insert("ok".into(), json!(true));
    }
    Json(state).into_response()
}

/// An instruction that can't be followed: answered 422 in the API's own shape.
pub(crate) struct Refusal {
    field: &'static str,
    message: String,
}

impl Refusal {
    pub(crate) fn new(field: &'static str, message: String) -> Self {
        Self { field, message }
    }

    pub(crate) fn not_one_of<'a>(field: &'static str, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        Self::new(field, format!("must be one of: {}", names.join(", ")))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        meta::unprocessable(&json!({ self.field: [self.message] }))
    }
}
