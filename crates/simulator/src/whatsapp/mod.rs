//! The WhatsApp side of the one customer: a container that shows codes, a session once one is scanned, and the
//! room that pushes both.

mod code;
pub(crate) mod control;
mod hostile;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    Options, Refs,
    phoenix::{Answer, Handled, Push, Room},
};

const TOPIC: &str = "room:v1:whats_app:auth:";

pub(crate) struct WhatsApp {
    topic: String,
    refs: Refs,
    seed: u64,
    preparing: Duration,
    push_every: Duration,
    code_every: Duration,
    pairing: Mutex<Pairing>,
}

#[derive(Default)]
struct Pairing {
    /// The connected phone.
    phone: Option<String>,
    container: Option<Container>,
    /// Counts all codes since the start, so that no two are the same.
    code_index: u64,
    /// A hostile payload that stands in for the code.
    forged_code: Option<String>,
    rhythm: Option<Rhythm>,
    account: AccountFault,
}

/// What asks WhatsApp for codes; the first join starts it.
struct Container {
    /// When the present code came, or the first one will come.
    code_since: Instant,
}

/// A push rhythm for benchmarks, in place of the clock's.
struct Rhythm {
    push_every: Duration,
    /// 0: never.
    change_every: u64,
    pushed: u64,
}

#[derive(Clone, Copy, Default)]
enum AccountFault {
    #[default]
    None,
    /// A page in place of JSON, once.
    Page,
    BadGateway,
}

/// What answers for the account endpoint.
pub(crate) enum AccountAnswer {
    Api,
    Html(StatusCode),
}

/// Where the pairing stands.
#[derive(Debug, PartialEq, Eq)]
enum Stage {
    Idle,
    Preparing,
    Code(String),
    Connected { phone: String },
}

impl WhatsApp {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            topic: format!("{TOPIC}{}", options.customer_id),
            refs: options.refs,
            seed: options.seed,
            preparing: options.preparing,
            push_every: options.push_every,
            // Codes that live no time at all would make the count of the passed ones endless.
            code_every: options.code_every.max(Duration::from_millis(1)),
            pairing: Mutex::default(),
        }
    }

    /// The phone of the open session.
    pub(crate) fn phone(&self) -> Option<String> {
        self.pairing().phone.clone()
    }

    pub(crate) fn account_answer(&self) -> AccountAnswer {
        let fault = &mut self.pairing().account;
        match fault {
            AccountFault::None => AccountAnswer::Api,
            AccountFault::Page => {
                *fault = AccountFault::BadGateway;
                AccountAnswer::Html(StatusCode::OK)
            }
            AccountFault::BadGateway => AccountAnswer::Html(StatusCode::BAD_GATEWAY),
        }
    }

    fn stage(&self) -> Stage {
        let mut pairing = self.pairing();
        self.rotate(&mut pairing);
        if let Some(phone) = &pairing.phone {
            return Stage::Connected { phone: phone.clone() };
        }
        match (&pairing.container, &pairing.forged_code) {
            (None, _) => Stage::Idle,
            (Some(_), Some(forged)) => Stage::Code(forged.clone()),
            (Some(container), None) if Instant::now() < container.code_since => Stage::Preparing,
            (Some(_), None) => Stage::Code(code::nth(self.seed, pairing.code_index)),
        }
    }

    fn scan(&self, phone: String) {
        let mut pairing = self.pairing();
        pairing.phone = Some(phone);
        pairing.container = None;
        pairing.code_index += 1;
        pairing.forged_code = None;
    }

    fn expire(&self) {
        let mut pairing = self.pairing();
        self.rotate(&mut pairing);
        pairing.code_index += 1;
        pairing.forged_code = None;
        if let Some(container) = &mut pairing.container {
            container.code_since = Instant::now();
        }
    }

    /// Starts the container again, which has its first code after `span`.
    fn prepare(&self, span: Option<Duration>) {
        let mut pairing = self.pairing();
        pairing.phone = None;
        pairing.code_index += 1;
        pairing.forged_code = None;
        pairing.container = Some(Container { code_since: Instant::now() + span.unwrap_or(self.preparing) });
    }

    fn log_out(&self) {
        let mut pairing = self.pairing();
        pairing.phone = None;
        pairing.code_index += 1;
        pairing.forged_code = None;
        pairing.container = Some(self.new_container());
    }

    /// With channels still open the container is started again, as their joins did at the start.
    fn reset(&self, joined: bool) {
        let container = joined.then(|| self.new_container());
        *self.pairing() = Pairing { container, ..Pairing::default() };
    }

    fn forge_code(&self, forged: String) {
        self.pairing().forged_code = Some(forged);
    }

    fn break_account(&self) {
        self.pairing().account = AccountFault::Page;
    }

    fn set_rhythm(&self, push_every: Duration, change_every: u64) {
        self.pairing().rhythm = Some(Rhythm { push_every, change_every, pushed: 0 });
    }

    fn new_container(&self) -> Container {
        Container { code_since: Instant::now() + self.preparing }
    }

    fn rotate(&self, pairing: &mut Pairing) {
        let Pairing { container: Some(container), rhythm: None, code_index, .. } = pairing else { return };
        let age = Instant::now().saturating_duration_since(container.code_since);
        let passed = age.as_nanos() / self.code_every.as_nanos();
        if let Ok(passed) = u32::try_from(passed) {
            *code_index += u64::from(passed);
            container.code_since += self.code_every * passed;
        }
    }

    fn pairing(&self) -> MutexGuard<'_, Pairing> {
        self.pairing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room for WhatsApp {
    fn matches(&self, topic: &str) -> bool {
        topic.starts_with(TOPIC)
    }

    fn prints_integer_refs(&self) -> bool {
        self.refs == Refs::Integer
    }

    fn join(&self, topic: &str) -> Result<Value, Value> {
        if topic != self.topic {
            return Err(json!({ "reason": "unauthorized" }));
        }
        let mut pairing = self.pairing();
        if pairing.phone.is_none() && pairing.container.is_none() {
            pairing.container = Some(self.new_container());
        }
        Ok(json!({}))
    }

    fn push_every(&self) -> Duration {
        self.pairing().rhythm.as_ref().map_or(self.push_every, |rhythm| rhythm.push_every)
    }

    fn push(&self) -> Push {
        if let Pairing { rhythm: Some(rhythm), code_index, .. } = &mut *self.pairing() {
            rhythm.pushed += 1;
            if rhythm.change_every > 0 && rhythm.pushed.is_multiple_of(rhythm.change_every) {
                *code_index += 1;
            }
        }
        let payload = match self.stage() {
            Stage::Idle | Stage::Preparing => json!({ "auth": false, "qr_code": null }),
            Stage::Code(code) => json!({ "auth": false, "qr_code": code }),
            Stage::Connected { .. } => json!({ "auth": true }),
        };
        Push { event: "auth_state", payload }
    }

    fn handle(&self, _event: &str, _payload: &Value) -> Handled {
        Handled { answer: Answer::Crash, changed: false }
    }
}
