//! `/__sim/telegram`: what Telegram makes of a login, and everything that can go wrong on the way to it.

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

use super::{Flood, FloodEnd, Login, Status, TOPIC, Trouble, TroubleKind};
use crate::{
    Simulator,
    control::{self, Refusal, When},
    phoenix::{Order, Span},
};

const ACTIONS: [&str; 12] = [
    "status",
    "authorize",
    "log_out",
    "code",
    "expire_code",
    "password",
    "flood",
    "reject",
    "no_reply",
    "crash_on",
    "order",
    "reset",
];
const DEFAULT_PHONE: &str = "79260846453";
const DEFAULT_WORDS: &str = "Internal Server Error";
const DEFAULT_FLOOD_SECONDS: u64 = 35;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instruction {
    #[serde(rename = "do")]
    action: String,
    ms: Option<u64>,
    status: Option<String>,
    phone: Option<String>,
    /// A login code, or the number that a socket is closed with.
    code: Option<Value>,
    on: Option<bool>,
    password: Option<String>,
    seconds: Option<u64>,
    words: Option<String>,
    times: Option<u32>,
    when: Option<When>,
    order: Option<String>,
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new().route("/__sim/telegram", get(show).post(act)).with_state(simulator.clone())
}

async fn show(State(simulator): State<Simulator>) -> Json<Value> {
    Json(state(&simulator))
}

async fn act(State(simulator): State<Simulator>, body: Bytes) -> Response {
    match follow(&simulator, &body).await {
        Ok(()) => control::done(state(&simulator)),
        Err(refusal) => refusal.into_response(),
    }
}

/// `ms` is how long a fault lasts, and how long after the request Telegram or the phone does its part.
async fn follow(simulator: &Simulator, body: &[u8]) -> Result<(), Refusal> {
    let instruction: Instruction = control::parse(body)?;
    let Simulator { inner } = simulator;
    let (telegram, sockets) = (&inner.telegram, &inner.api_sockets);
    let action = instruction.action.as_str();
    let span = instruction.ms.map(Duration::from_millis);
    if ["status", "authorize", "log_out", "expire_code", "reset"].contains(&action) {
        sleep(span.unwrap_or_default()).await;
    }
    let trouble = |kind| {
        Some(Trouble { kind, times: instruction.times.unwrap_or(1) }).filter(|trouble| trouble.times > 0)
    };
    let before = telegram.login().status.clone();
    match action {
        "status" => {
            let status = instruction.status.ok_or_else(|| missing("status"))?;
            telegram.login().status = status.into();
        }
        "authorize" => {
            let mut login = telegram.login();
            login.status = Status::Authorized;
            login.phone = Some(instruction.phone.unwrap_or_else(|| DEFAULT_PHONE.into()));
        }
        "log_out" => telegram.login().log_out(),
        "code" => {
            let Some(Value::String(code)) = instruction.code else { return Err(missing("code")) };
            telegram.login().good_code = code;
        }
        "expire_code" => telegram.login().code_expired = true,
        "password" => {
            let mut login = telegram.login();
            login.asks_password = instruction.on.unwrap_or(true);
            if let Some(password) = instruction.password {
                login.good_password = password;
            }
        }
        "flood" => {
            let seconds = instruction.seconds.unwrap_or(DEFAULT_FLOOD_SECONDS);
            let span = span.unwrap_or(Duration::from_secs(seconds));
            let end = match instruction.times {
                Some(times) => FloodEnd::After(times),
                None => FloodEnd::Timed(Span::lasting(span)),
            };
            let words = format!("Too Many Requests: retry after {seconds}");
            telegram.login().flood = Some(Flood { words, end });
        }
        "reject" => {
            let words = instruction.words.unwrap_or_else(|| DEFAULT_WORDS.into());
            telegram.login().trouble = trouble(TroubleKind::Reject(words));
        }
        "no_reply" => telegram.login().trouble = trouble(TroubleKind::NoReply),
        "crash_on" => {
            let kind = match instruction.when.unwrap_or_default() {
                When::Before => TroubleKind::CrashBefore,
                When::After => TroubleKind::CrashAfter,
            };
            telegram.login().trouble = trouble(kind);
        }
        "order" => {
            let order = instruction.order.unwrap_or_default();
            telegram.login().order = ORDERS
                .into_iter()
                .find_map(|(named, name)| (name == order).then_some(named))
                .ok_or_else(|| Refusal::not_one_of("order", ORDERS.map(|(_, name)| name)))?;
        }
        "reset" => {
            *telegram.login() = Login::default();
            // Last, since events that a slow server has yet to carry out are let go by it.
            sockets.reset();
        }
        fault => {
            let code = instruction.code.map(control::close_code).transpose()?;
            control::inject(sockets, fault, &ACTIONS, span, code)?;
        }
    }
    let login = telegram.login();
    if login.status != before && login.order != Order::NextPush {
        sockets.broadcast(TOPIC, None);
    }
    // Not the whole instruction: it may hold a password.
    info!(action, ms = instruction.ms, "instruction followed");
    Ok(())
}

const ORDERS: [(Order, &str); 3] =
    [(Order::ReplyFirst, "reply_first"), (Order::PushFirst, "push_first"), (Order::NextPush, "no_push")];

fn missing(field: &'static str) -> Refusal {
    Refusal::new(field, "must be a string".into())
}

fn state(simulator: &Simulator) -> Value {
    let Simulator { inner } = simulator;
    let traffic = inner.api_sockets.traffic();
    let login = inner.telegram.login();
    let order = ORDERS.into_iter().find_map(|(order, name)| (order == login.order).then_some(name));
    json!({
        "state": control::fault(&inner.api_sockets).unwrap_or(login.status.name()),
        "status": login.status.name(),
        "phone": login.phone,
        "password": login.asks_password,
        "order": order,
        "received": login.received,
        "joined": traffic.joined,
        "sockets": traffic.sockets,
        "joins_total": traffic.joins_total,
        "connects_total": traffic.connects_total,
        "frames_in": traffic.frames_in,
    })
}
