//! The MAX side of the one customer: a login by phone and code, over HTTP.

pub(crate) mod control;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router, extract::State, http::HeaderMap, response::IntoResponse, response::Response, routing::post,
};
use serde_json::{Value, json};

use crate::{Simulator, answers::Answers, meta, params::Params, phone::international};

const REQUESTS: [&str; 3] = ["send_phone", "send_code", "close_session"];
const RUSSIAN_DIGITS: usize = 11;

pub(crate) struct Max {
    answers: Answers,
    login: Mutex<Login>,
}

struct Login {
    step: Step,
    good_code: String,
    received: BTreeMap<&'static str, u64>,
}

enum Step {
    Phone,
    Code { phone: String },
    Connected { phone: String },
}

impl Default for Login {
    fn default() -> Self {
        Self {
            step: Step::Phone,
            good_code: "848158".into(),
            received: REQUESTS.map(|request| (request, 0)).into(),
        }
    }
}

impl Max {
    pub(crate) fn new() -> Self {
        Self { answers: Answers::new(), login: Mutex::default() }
    }

    fn count(&self, request: &str) {
        if let Some(count) = self.login().received.get_mut(request) {
            *count += 1;
        }
    }

    fn login(&self) -> MutexGuard<'_, Login> {
        self.login.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Login {
    fn send_phone(&mut self, phone: &str) -> Result<(), Value> {
        if phone.trim().is_empty() {
            return Err(json!({ "phone": ["Phone number can't be blank"] }));
        }
        let phone =
            normalized(phone).ok_or_else(|| json!({ "phone": ["Phone number has invalid format"] }))?;
        self.step = Step::Code { phone };
        Ok(())
    }

    fn send_code(&mut self, code: &str) -> Result<(), Value> {
        if code.trim().is_empty() {
            return Err(json!({ "code": ["code can't be blank"] }));
        }
        match &self.step {
            Step::Code { phone } if code == self.good_code => {
                self.step = Step::Connected { phone: phone.clone() };
                Ok(())
            }
            _ => Err(json!({ "confirmation_code": ["confirmation code invalid"] })),
        }
    }

    /// A login that waits for its code is a session, too.
    fn close_session(&mut self) -> Result<(), Value> {
        if matches!(self.step, Step::Phone) {
            return Err(json!({ "max_session_closer": ["max_session_closer session_not_found"] }));
        }
        self.step = Step::Phone;
        Ok(())
    }
}

/// The international digits of a number that may be Russian with the national 8.
fn normalized(phone: &str) -> Option<String> {
    match phone.strip_prefix('8') {
        Some(national) if phone.len() == RUSSIAN_DIGITS => {
            international(&format!("7{national}")).map(Into::into)
        }
        _ => international(phone).map(Into::into),
    }
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new()
        .route("/api/v1/max/send_phone", post(send_phone))
        .route("/api/v1/max/send_code", post(send_code))
        .route("/api/v1/max/close_session", post(close_session))
        .with_state(simulator.clone())
}

async fn send_phone(State(simulator): State<Simulator>, headers: HeaderMap, params: Params) -> Response {
    answer(&simulator, &headers, "send_phone", |login| login.send_phone(&params.text("phone"))).await
}

async fn send_code(State(simulator): State<Simulator>, headers: HeaderMap, params: Params) -> Response {
    answer(&simulator, &headers, "send_code", |login| login.send_code(&params.text("code"))).await
}

async fn close_session(State(simulator): State<Simulator>, headers: HeaderMap) -> Response {
    answer(&simulator, &headers, "close_session", Login::close_session).await
}

async fn answer(
    Simulator { inner }: &Simulator,
    headers: &HeaderMap,
    request: &str,
    carry_out: impl FnOnce(&mut Login) -> Result<(), Value>,
) -> Response {
    inner.max.count(request);
    if !inner.is_client(headers) {
        return meta::not_authorized();
    }
    let carry_out = || match carry_out(&mut inner.max.login()) {
        Ok(()) => Json(json!({ "meta": { "code": 200, "status": "success" } })).into_response(),
        Err(errors) => meta::unprocessable(&errors),
    };
    inner.max.answers.answer(carry_out).await
}
