//! The notes on contacts, which their conversations hold.

pub(crate) mod control;

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use axum::{
    Json, Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::put,
};
use serde_json::{Map, Value, json};

use crate::{Simulator, answers::Answers, meta, params::Params, phone::international};

const MAX_TITLE_LENGTH: usize = 255;
const MAX_BODY_LENGTH: usize = 1000;
/// The printed one.
const FIRST_ID: u64 = 4_071_161;
const SAVES_KEPT: usize = 20;

pub(crate) struct Notes {
    answers: Answers,
    state: Mutex<NotesState>,
}

#[derive(Default)]
struct NotesState {
    conversations: Vec<Conversation>,
    /// How many notes a contact may have, if not any number: the reference's own message names a limit, and none of
    /// its rules does.
    max_parts: Option<usize>,
    /// The bodies of the last requests that were carried out, the latest at the end.
    saves: VecDeque<Value>,
    received: u64,
}

struct Conversation {
    id: u64,
    messenger: Messenger,
    contact: Contact,
    created_at: SystemTime,
    updated_at: SystemTime,
    notes: Vec<Note>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Messenger {
    WhatsApp,
    Telegram,
}

#[derive(Clone, Default)]
struct Contact {
    phone: Option<String>,
    username: Option<String>,
    /// Negative: a group.
    user_id: Option<i64>,
}

#[derive(Clone)]
struct Note {
    title: Option<String>,
    body: Option<String>,
}

impl Messenger {
    const ALL: [Self; 2] = [Self::WhatsApp, Self::Telegram];

    fn name(self) -> &'static str {
        match self {
            Self::WhatsApp => "whatsapp",
            Self::Telegram => "tdlib",
        }
    }
}

impl Contact {
    /// The contact that a request names; the errors are added by field.
    fn named_by(params: &Params, errors: &mut Map<String, Value>) -> Self {
        let [phone, username, user_id] =
            ["phone", "tdlib_username", "tdlib_user_id"].map(|name| params.text(name).trim().to_owned());
        let contact = Self {
            phone: international(&phone).map(Into::into),
            username: telegram_name(&username).map(Into::into),
            user_id: user_id.parse().ok(),
        };
        let mut blame = |field: &str, words: &str| errors.insert(field.into(), json!([words]));
        if [&phone, &username, &user_id].into_iter().all(String::is_empty) {
            blame(
                "phone",
                "Phone number One of these fields must be present: [:phone, :tdlib_username, :tdlib_user_id]",
            );
        }
        if contact.phone.is_none() && !phone.is_empty() {
            blame("phone", "Phone number has invalid format");
        }
        if contact.username.is_none() && !username.is_empty() {
            blame("tdlib_username", "Telegram username has invalid format");
        }
        if contact.user_id.is_none() && !user_id.is_empty() {
            blame("tdlib_user_id", "Telegram user ID has invalid format");
        }
        contact
    }

    /// Whether it has one of the identifiers that the other has.
    fn meets(&self, other: &Self) -> bool {
        let same_username = match (&self.username, &other.username) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            _ => false,
        };
        let same_phone = self.phone.is_some() && self.phone == other.phone;
        let same_user_id = self.user_id.is_some() && self.user_id == other.user_id;
        same_phone || same_username || same_user_id
    }
}

/// The name without the sign that people write before it.
fn telegram_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix('@').unwrap_or(text);
    let is_name = (4..=32).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

impl Note {
    fn json(&self) -> Value {
        json!({ "title": self.title, "body": self.body })
    }

    /// The messages for one note are the error.
    fn read(note: &Value) -> Result<Self, Vec<&'static str>> {
        let text = |field: &str| match note.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(vec![INVALID]),
        };
        if !note.is_object() {
            return Err(vec![INVALID]);
        }
        let note = Self { title: text("title")?, body: text("body")? };
        let length = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
        let is_blank = |text: &Option<String>| text.as_ref().is_none_or(|text| text.trim().is_empty());
        let words: Vec<_> = [
            (is_blank(&note.title) && is_blank(&note.body)).then_some("Notes title or body must be present"),
            (length(&note.title) > MAX_TITLE_LENGTH)
                .then_some("Notes title should be at most 255 character(s)"),
            (length(&note.body) > MAX_BODY_LENGTH)
                .then_some("Notes body should be at most 1000 character(s)"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if words.is_empty() { Ok(note) } else { Err(words) }
    }
}

const INVALID: &str = "Notes is invalid";

/// The notes of a request; the errors are added. The printed messages don't say which note they are about.
fn read_notes(notes: Option<&Value>, max_parts: Option<usize>, errors: &mut Map<String, Value>) -> Vec<Note> {
    let mut blame = |words: Vec<String>| _ = errors.insert("notes".into(), json!(words));
    let notes = match notes {
        Some(Value::Array(notes)) => notes,
        Some(_) => {
            blame(vec![INVALID.into()]);
            return Vec::new();
        }
        None => {
            blame(vec!["Notes can't be blank".into()]);
            return Vec::new();
        }
    };
    let mut words = Vec::new();
    if let Some(max) = max_parts.filter(|max| notes.len() > *max) {
        words.push(format!("Notes must contain a maximum of {max} parts"));
    }
    let mut good = Vec::new();
    for note in notes {
        match Note::read(note) {
            Ok(note) => good.push(note),
            Err(faults) => words.extend(faults.into_iter().map(Into::into)),
        }
    }
    if !words.is_empty() {
        let mut said = BTreeSet::new();
        words.retain(|words| said.insert(words.clone()));
        blame(words);
    }
    good
}

impl Conversation {
    fn json(&self, customer_id: u64) -> Value {
        let Self { id, messenger, contact, created_at, updated_at, notes } = self;
        json!({
            "id": id,
            "updated_at": printed(*updated_at),
            "customer_id": customer_id,
            "client_phone": contact.phone,
            "conversation_type": messenger.name(),
            "created_at": printed(*created_at),
            "notes": notes.iter().map(Note::json).collect::<Vec<_>>(),
            "tdlib_user_id": contact.user_id,
            "tdlib_username": contact.username,
            "messenger_client_name": null,
            "crm_client_name": null,
        })
    }
}

/// In UTC, to the second.
fn printed(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string().trim_end_matches('Z').into()
}

impl NotesState {
    fn open(&mut self, messenger: Messenger, contact: Contact, notes: Vec<Note>) {
        let id = FIRST_ID + self.conversations.len() as u64;
        let now = SystemTime::now();
        let conversation = Conversation { id, messenger, contact, created_at: now, updated_at: now, notes };
        self.conversations.push(conversation);
    }

    fn replace(&mut self, params: &Params, customer_id: u64) -> Response {
        let mut errors = Map::new();
        let contact = Contact::named_by(params, &mut errors);
        let notes = read_notes(params.value("notes"), self.max_parts, &mut errors);
        if !errors.is_empty() {
            return meta::unprocessable(&errors.into());
        }
        self.saves.push_back(json!({
            "phone": contact.phone,
            "tdlib_username": contact.username,
            "tdlib_user_id": contact.user_id,
            "notes": notes.iter().map(Note::json).collect::<Vec<_>>(),
        }));
        if self.saves.len() > SAVES_KEPT {
            self.saves.pop_front();
        }
        if !self.conversations.iter().any(|conversation| conversation.contact.meets(&contact)) {
            // The phone alone is what a WhatsApp conversation knows of a contact.
            let (messenger, contact) = match contact.phone.clone() {
                Some(phone) => (Messenger::WhatsApp, Contact { phone: Some(phone), ..Contact::default() }),
                None => (Messenger::Telegram, contact.clone()),
            };
            self.open(messenger, contact, Vec::new());
        }
        let conversations: Vec<_> = self
            .conversations
            .iter_mut()
            .filter(|conversation| conversation.contact.meets(&contact))
            .map(|conversation| {
                conversation.notes = notes.clone();
                // It moves with every save, though it is printed to the second.
                conversation.updated_at =
                    SystemTime::now().max(conversation.updated_at + Duration::from_secs(1));
                conversation.json(customer_id)
            })
            .collect();
        let meta = json!({ "code": 200, "status": "success" });
        Json(json!({ "meta": meta, "conversations": conversations })).into_response()
    }
}

impl Notes {
    pub(crate) fn new() -> Self {
        Self { answers: Answers::new(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, NotesState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new().route("/api/developer_chat/conversations/notes", put(replace)).with_state(simulator.clone())
}

async fn replace(
    State(Simulator { inner }): State<Simulator>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    inner.notes.state().received += 1;
    if !inner.is_client(&headers) {
        return meta::not_authorized();
    }
    let customer_id = inner.options.customer_id;
    inner.notes.answers.answer(|| inner.notes.state().replace(&params, customer_id)).await
}
