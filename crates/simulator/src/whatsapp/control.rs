//! `/__sim/whatsapp`: the phone in the user's hand, and everything that can go wrong on the way to it.

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

use super::{Stage, hostile};
use crate::{
    Simulator,
    control::{self, Refusal},
};

const ACTIONS: [&str; 7] = ["scan", "expire", "log_out", "prepare", "hostile", "frames", "reset"];
const DEFAULT_PHONE: &str = "79260846453";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instruction {
    #[serde(rename = "do")]
    action: String,
    ms: Option<u64>,
    phone: Option<String>,
    code: Option<u16>,
    kind: Option<String>,
    every_ms: Option<u64>,
    #[serde(default)]
    change_every: u64,
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new().route("/__sim/whatsapp", get(show).post(act)).with_state(simulator.clone())
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

/// `ms` is how long a fault lasts, and how long after the request the phone or WhatsApp does its part.
async fn follow(simulator: &Simulator, body: &[u8]) -> Result<(), Refusal> {
    let instruction: Instruction = control::parse(body)?;
    let Simulator { inner } = simulator;
    let span = instruction.ms.map(Duration::from_millis);
    let later = sleep(span.unwrap_or_default());
    match instruction.action.as_str() {
        "scan" => {
            later.await;
            inner.whatsapp.scan(instruction.phone.unwrap_or_else(|| DEFAULT_PHONE.into()));
        }
        "expire" => {
            later.await;
            inner.whatsapp.expire();
        }
        "log_out" => {
            later.await;
            inner.whatsapp.log_out();
        }
        "prepare" => inner.whatsapp.prepare(span),
        "reset" => {
            later.await;
            inner.whatsapp_sockets.reset();
            inner.whatsapp.reset(inner.whatsapp_sockets.traffic().joined > 0);
        }
        "hostile" => be_hostile(simulator, instruction.kind.as_deref().unwrap_or_default())?,
        "frames" => {
            let every = instruction.every_ms.filter(|&every| every > 0).ok_or_else(|| {
                Refusal::new("every_ms", "must be a positive number of milliseconds".into())
            })?;
            inner.whatsapp.set_rhythm(Duration::from_millis(every), instruction.change_every);
            inner.whatsapp_sockets.quicken();
        }
        fault => control::inject(&inner.whatsapp_sockets, fault, &ACTIONS, span, instruction.code)?,
    }
    info!(action = instruction.action, ms = instruction.ms, "instruction followed");
    Ok(())
}

fn be_hostile(simulator: &Simulator, kind: &str) -> Result<(), Refusal> {
    let Simulator { inner } = simulator;
    let (whatsapp, sockets) = (&inner.whatsapp, &inner.whatsapp_sockets);
    match kind {
        "truncated" => sockets.send_raw(|joined| hostile::truncated(joined, &whatsapp.topic)),
        "oversized" => sockets.send_raw(|joined| hostile::oversized(joined, &whatsapp.topic)),
        "random" => sockets.send_raw(|_| hostile::random(whatsapp.seed)),
        "types" => sockets.send_raw(|joined| hostile::wrong_types(joined, &whatsapp.topic)),
        "long_code" => whatsapp.forge_code(hostile::long_code()),
        "strings" => {
            whatsapp.forge_code(hostile::odd_code());
            sockets.send_raw(|joined| hostile::odd_strings(joined, &whatsapp.topic));
        }
        "html" => whatsapp.break_account(),
        _ => return Err(Refusal::not_one_of("kind", hostile::KINDS)),
    }
    Ok(())
}

fn state(simulator: &Simulator) -> Value {
    let Simulator { inner } = simulator;
    let sockets = &inner.whatsapp_sockets;
    let (stage, code, phone) = match inner.whatsapp.stage() {
        Stage::Idle => ("idle", None, None),
        Stage::Preparing => ("preparing", None, None),
        Stage::Code(code) => ("code", Some(code), None),
        Stage::Connected { phone } => ("connected", None, Some(phone)),
    };
    let traffic = sockets.traffic();
    json!({
        "state": control::fault(sockets).unwrap_or(stage),
        "qr_code": code,
        "phone": phone,
        "joined": traffic.joined,
        "sockets": traffic.sockets,
        "joins_total": traffic.joins_total,
        "connects_total": traffic.connects_total,
        "frames_in": traffic.frames_in,
    })
}
