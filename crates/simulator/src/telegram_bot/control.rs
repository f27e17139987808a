//! `/__sim/telegram_bot`: what becomes of a bot, and of the answers about it.

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
use tracing::info;

use super::{BotState, TelegramBot};
use crate::{
    Simulator,
    answers::Details,
    control::{self, Refusal, When},
};

const ACTIONS: [&str; 2] = ["status", "reset"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instruction {
    #[serde(rename = "do")]
    action: String,
    ms: Option<u64>,
    field: Option<String>,
    words: Option<String>,
    times: Option<u32>,
    /// The bot's, or the HTTP status of a page.
    status: Option<Value>,
    when: Option<When>,
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new().route("/__sim/telegram_bot", get(show).post(act)).with_state(simulator.clone())
}

async fn show(State(simulator): State<Simulator>) -> Json<Value> {
    Json(state(&simulator.inner.telegram_bot))
}

async fn act(State(simulator): State<Simulator>, body: Bytes) -> Response {
    let bot = &simulator.inner.telegram_bot;
    match follow(bot, &body) {
        Ok(()) => control::done(state(bot)),
        Err(refusal) => refusal.into_response(),
    }
}

fn follow(bot: &TelegramBot, body: &[u8]) -> Result<(), Refusal> {
    let Instruction { action, ms, field, words, times, status, when } = control::parse(body)?;
    match action.as_str() {
        "status" => {
            let Some(Value::String(status)) = status else {
                return Err(Refusal::new("status", "must be a string".into()));
            };
            bot.state().status = status;
        }
        "reset" => {
            bot.answers.reset();
            *bot.state() = BotState::default();
        }
        fault => {
            let span = ms.map(Duration::from_millis);
            bot.answers.inject(fault, &ACTIONS, Details { span, field, words, times, status, when })?;
        }
    }
    info!(action, ms, "instruction followed");
    Ok(())
}

fn state(bot: &TelegramBot) -> Value {
    let BotState { bot, status, received } = &*bot.state();
    let state = if bot.is_some() { "connected" } else { "idle" };
    json!({ "state": state, "telegram_bot": bot, "status": status, "received": received })
}
