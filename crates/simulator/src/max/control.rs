//! `/__sim/max`: what becomes of a login to MAX, and of the answers to it.

use std::time::Duration;

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;
use tracing::info;

use super::{Login, Max, Step};
use crate::{
    Simulator,
    answers::Details,
    control::{self, Refusal, When},
};

const ACTIONS: [&str; 3] = ["code", "log_out", "reset"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instruction {
    #[serde(rename = "do")]
    action: String,
    ms: Option<u64>,
    code: Option<String>,
    field: Option<String>,
    words: Option<String>,
    times: Option<u32>,
    status: Option<Value>,
    when: Option<When>,
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new().route("/__sim/max", get(show).post(act)).with_state(simulator.clone())
}

async fn show(State(simulator): State<Simulator>) -> Json<Value> {
    Json(state(&simulator.inner.max))
}

async fn act(State(simulator): State<Simulator>, body: Bytes) -> Response {
    let max = &simulator.inner.max;
    match follow(max, &body).await {
        Ok(()) => control::done(state(max)),
        Err(refusal) => refusal.into_response(),
    }
}

async fn follow(max: &Max, body: &[u8]) -> Result<(), Refusal> {
    let Instruction { action, ms, code, field, words, times, status, when } = control::parse(body)?;
    let span = ms.map(Duration::from_millis);
    let later = sleep(span.unwrap_or_default());
    match action.as_str() {
        "code" => {
            max.login().good_code = code.ok_or_else(|| Refusal::new("code", "must be a string".into()))?;
        }
        "log_out" => {
            later.await;
            max.login().step = Step::Phone;
        }
        "reset" => {
            later.await;
            max.answers.reset();
            *max.login() = Login::default();
        }
        fault => max.answers.inject(fault, &ACTIONS, Details { span, field, words, times, status, when })?,
    }
    info!(action, ms, "instruction followed");
    Ok(())
}

fn state(max: &Max) -> Value {
    let login = max.login();
    let (state, phone) = match &login.step {
        Step::Phone => ("wait_phone", None),
        Step::Code { phone } => ("wait_code", Some(phone)),
        Step::Connected { phone } => ("connected", Some(phone)),
    };
    json!({ "state": state, "phone": phone, "received": login.received })
}
