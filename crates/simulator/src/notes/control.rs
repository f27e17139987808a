//! `/__sim/notes`: the conversations that there are, what is written on them, and what becomes of the answers.

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

use super::{Contact, Messenger, Note, NotesState};
use crate::{
    Simulator,
    answers::Details,
    control::{self, Refusal, When},
    phone::international,
};

const ACTIONS: [&str; 3] = ["conversation", "max_parts", "reset"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instruction {
    #[serde(rename = "do")]
    action: String,
    ms: Option<u64>,
    #[serde(rename = "type")]
    kind: Option<String>,
    phone: Option<String>,
    tdlib_username: Option<String>,
    tdlib_user_id: Option<i64>,
    notes: Option<Vec<Value>>,
    parts: Option<usize>,
    field: Option<String>,
    words: Option<String>,
    times: Option<u32>,
    status: Option<Value>,
    when: Option<When>,
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new().route("/__sim/notes", get(show).post(act)).with_state(simulator.clone())
}

async fn show(State(simulator): State<Simulator>) -> Json<Value> {
    Json(state(&simulator))
}

async fn act(State(simulator): State<Simulator>, body: Bytes) -> Response {
    match follow(&simulator, &body) {
        Ok(()) => control::done(state(&simulator)),
        Err(refusal) => refusal.into_response(),
    }
}

fn follow(Simulator { inner }: &Simulator, body: &[u8]) -> Result<(), Refusal> {
    let instruction: Instruction = control::parse(body)?;
    let notes = &inner.notes;
    let (action, ms) = (instruction.action.clone(), instruction.ms);
    match action.as_str() {
        "conversation" => {
            let (messenger, contact, texts) = instruction.conversation()?;
            notes.state().open(messenger, contact, texts);
        }
        "max_parts" => notes.state().max_parts = instruction.parts,
        "reset" => {
            notes.answers.reset();
            *notes.state() = NotesState::default();
        }
        fault => {
            let Instruction { field, words, times, status, when, .. } = instruction;
            let span = ms.map(Duration::from_millis);
            notes.answers.inject(fault, &ACTIONS, Details { span, field, words, times, status, when })?;
        }
    }
    info!(action, ms, "instruction followed");
    Ok(())
}

impl Instruction {
    fn conversation(self) -> Result<(Messenger, Contact, Vec<Note>), Refusal> {
        let messenger = Messenger::ALL
            .into_iter()
            .find(|messenger| Some(messenger.name()) == self.kind.as_deref())
            .ok_or_else(|| Refusal::not_one_of("type", Messenger::ALL.map(Messenger::name)))?;
        let phone = match &self.phone {
            None => None,
            Some(phone) => Some(
                international(phone)
                    .ok_or_else(|| Refusal::new("phone", "must be an international number".into()))?
                    .to_owned(),
            ),
        };
        if messenger == Messenger::WhatsApp && phone.is_none() {
            return Err(Refusal::new("phone", "is all that a WhatsApp conversation has".into()));
        }
        let texts = self.notes.unwrap_or_default().iter().map(Note::read).collect::<Result<_, _>>();
        let texts = texts.map_err(|words| Refusal::new("notes", words.join(", ")))?;
        let contact = Contact { phone, username: self.tdlib_username, user_id: self.tdlib_user_id };
        Ok((messenger, contact, texts))
    }
}

fn state(Simulator { inner }: &Simulator) -> Value {
    let NotesState { conversations, max_parts, saves, received } = &*inner.notes.state();
    let customer_id = inner.options.customer_id;
    let conversations: Vec<_> =
        conversations.iter().map(|conversation| conversation.json(customer_id)).collect();
    json!({
        "conversations": conversations,
        "max_parts": max_parts,
        "saves": saves,
        "received": received,
    })
}
