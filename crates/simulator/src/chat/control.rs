//! `/__sim/chat`: what becomes of the chat's link and page, and of the answers about them.

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

use super::{
    Chat, ChatState,
    page::{Fault, MISCHIEFS, Opened},
};
use crate::{
    Simulator,
    answers::Details,
    control::{self, Refusal, When},
};

const ACTIONS: [&str; 8] =
    ["counts", "hang", "slow_page", "fail_page", "refuse_framing", "misbehave", "mend_page", "reset"];
const SLOW: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instruction {
    #[serde(rename = "do")]
    action: String,
    ms: Option<u64>,
    messages: Option<u64>,
    conversations: Option<u64>,
    kind: Option<String>,
    field: Option<String>,
    words: Option<String>,
    times: Option<u32>,
    status: Option<Value>,
    when: Option<When>,
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new().route("/__sim/chat", get(show).post(act)).with_state(simulator.clone())
}

async fn show(State(simulator): State<Simulator>) -> Json<Value> {
    Json(state(&simulator.inner.chat))
}

async fn act(State(simulator): State<Simulator>, body: Bytes) -> Response {
    let chat = &simulator.inner.chat;
    match follow(chat, &body) {
        Ok(()) => control::done(state(chat)),
        Err(refusal) => refusal.into_response(),
    }
}

fn follow(chat: &Chat, body: &[u8]) -> Result<(), Refusal> {
    let Instruction { action, ms, messages, conversations, kind, field, words, times, status, when } =
        control::parse(body)?;
    let span = ms.map(Duration::from_millis);
    let page_fault = |fault| {
        let fault = (times != Some(0)).then_some((fault, times));
        chat.conduct.send_modify(|conduct| conduct.fault = fault);
    };
    match action.as_str() {
        "counts" => {
            let mut state = chat.state();
            state.messages = messages.unwrap_or(state.messages);
            state.conversations = conversations.unwrap_or(state.conversations);
        }
        "hang" => page_fault(Fault::Hang),
        "slow_page" => page_fault(Fault::Slow(span.unwrap_or(SLOW))),
        "fail_page" => page_fault(Fault::Fail),
        "refuse_framing" => chat.conduct.send_modify(|conduct| conduct.refuses_framing = true),
        "misbehave" => {
            let mischief = MISCHIEFS
                .into_iter()
                .find(|mischief| Some(*mischief) == kind.as_deref())
                .ok_or_else(|| Refusal::not_one_of("kind", MISCHIEFS))?;
            chat.conduct.send_modify(|conduct| conduct.mischief = Some(mischief));
        }
        "mend_page" => chat.conduct.send_modify(|conduct| conduct.mend()),
        "reset" => {
            chat.answers.reset();
            *chat.state() = ChatState::new(chat.seed);
            chat.conduct.send_modify(|conduct| conduct.mend());
        }
        fault => {
            chat.answers.inject(fault, &ACTIONS, Details { span, field, words, times, status, when })?;
        }
    }
    info!(action, ms, "instruction followed");
    Ok(())
}

fn state(chat: &Chat) -> Value {
    let conduct = chat.conduct.borrow().clone();
    let page = match conduct.fault {
        None => "served",
        Some((Fault::Hang, _)) => "hanging",
        Some((Fault::Slow(_), _)) => "slow",
        Some((Fault::Fail, _)) => "failing",
    };
    let ChatState { access, links_made, messages, conversations, opened, received } = &*chat.state();
    let opened: Vec<_> =
        opened.iter().map(|Opened { page, options }| json!({ "page": page, "options": options })).collect();
    json!({
        "links_made": links_made,
        "password_set": access.has_password(),
        "asks_password": access.asks_password(),
        "messages": messages,
        "conversations": conversations,
        "page": page,
        "refuses_framing": conduct.refuses_framing,
        "misbehaves": conduct.mischief,
        "opened": opened,
        "received": received,
    })
}
