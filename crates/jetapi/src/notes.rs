//! The notes on a contact, which stand beside its conversations in the chat.
//!
//! The API replaces all notes of a contact and can't be asked for them ("Add custom chat notes" of the reference): the
//! reply to a change is the only sight of what it holds.

pub mod editor;

use crate::chat::international;
use crate::endpoint::{Call, Credential, Endpoint, Method, Reach, Reply};
use crate::json::{Value, write_string};
use crate::secret::Secret;
use crate::wire::lenient_string;

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 255;

/// The longest body, in characters.
pub const LONGEST_BODY: usize = 1000;

/// The endpoint, from "Add custom chat notes" of the reference.
pub const REPLACE_NOTES: Endpoint<Saved> = Endpoint::new(
    Method::Put,
    "/api/developer_chat/conversations/notes",
    Credential::ClientToken,
    Reach::OwnAccount,
);

/// Replaces all notes of a contact; with none, removes them.
pub fn replace(contact: &Contact, notes: &[Note]) -> Call<Saved> {
    let mut body = String::from("{");
    for (name, text) in [("phone", &contact.phone), ("tdlib_username", &contact.username)] {
        if let Some(text) = text {
            write_member(name, text, &mut body);
            body.push(',');
        }
    }
    if let Some(id) = contact.user_id {
        body.push_str("\"tdlib_user_id\":");
        body.push_str(&id.to_string());
        body.push(',');
    }
    body.push_str("\"notes\":");
    write_notes(notes, &mut body);
    body.push('}');
    let mut call = REPLACE_NOTES.call(&[]);
    call.body = Some(Secret::new(body));
    call
}

fn write_member(name: &str, text: &str, out: &mut String) {
    write_string(name, out);
    out.push(':');
    write_string(text, out);
}

/// An empty title or body is left out.
fn write_notes(notes: &[Note], out: &mut String) {
    out.push('[');
    for (index, note) in notes.iter().enumerate() {
        out.push_str(if index == 0 { "{" } else { ",{" });
        if !note.title.is_empty() {
            write_member("title", &note.title, out);
        }
        if !note.body.is_empty() {
            if !note.title.is_empty() {
                out.push(',');
            }
            write_member("body", &note.body, out);
        }
        out.push('}');
    }
    out.push(']');
}

/// One note. Both texts may hold the Markdown of [`crate::markdown`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// At most [`LONGEST_TITLE`] characters.
    pub title: String,
    /// At most [`LONGEST_BODY`] characters.
    pub body: String,
}

/// Which of a note's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The title.
    Title,
    /// The body.
    Body,
}

impl Field {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Title, Self::Body];

    /// The most characters that it takes.
    pub const fn longest(self) -> usize {
        match self {
            Self::Title => LONGEST_TITLE,
            Self::Body => LONGEST_BODY,
        }
    }
}

/// The rule that a note breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteProblem {
    /// It has neither a title nor a body.
    Blank,
    /// This text is longer than [`Field::longest`].
    Long(Field),
}

impl Note {
    /// A note with line breaks as a text field has them.
    pub fn new(title: &str, body: &str) -> Self {
        let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        Self { title: plain(title), body: plain(body) }
    }

    /// One of its texts.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Title => &self.title,
            Field::Body => &self.body,
        }
    }

    /// How many characters of a text the server counts: code points, of which an emoji has one or several.
    pub fn length(&self, field: Field) -> usize {
        self.text(field).chars().count()
    }

    /// The rules that it breaks.
    pub fn check(&self) -> Vec<NoteProblem> {
        let is_blank = Field::ALL.iter().all(|field| self.text(*field).trim().is_empty());
        let long = Field::ALL.into_iter().filter(|field| self.length(*field) > field.longest());
        is_blank.then_some(NoteProblem::Blank).into_iter().chain(long.map(NoteProblem::Long)).collect()
    }

    /// Reads one as the API has it, or a page that stored it.
    fn read(note: &Value) -> Option<Self> {
        if !matches!(note, Value::Object(_)) {
            return None;
        }
        let text = |name: &str| note.get(name).and_then(Value::as_str).unwrap_or_default();
        Some(Self::new(text("title"), text("body")))
    }

    /// Reads what a page says the notes are: a JSON array of objects with `title`, `body` or both.
    pub fn read_all(json: &str) -> Option<Vec<Self>> {
        Self::read_list(&Value::read(json).ok()?)
    }

    fn read_list(notes: &Value) -> Option<Vec<Self>> {
        match notes {
            Value::Array(notes) => notes.iter().map(Self::read).collect(),
            _ => None,
        }
    }
}

/// Notes as [`Note::read_all`] reads them.
pub fn notes_json(notes: &[Note]) -> String {
    let mut text = String::new();
    write_notes(notes, &mut text);
    text
}

/// Whose notes, as attributes have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given<'a> {
    /// In any formatting.
    pub phone: Option<&'a str>,
    /// With an `@` or without.
    pub username: Option<&'a str>,
    /// Digits.
    pub user_id: Option<&'a str>,
}

/// Whose notes. At least one of the identifiers is there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contact {
    phone: Option<String>,
    username: Option<String>,
    user_id: Option<i64>,
}

/// Which identifier can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContactProblem {
    /// There is none.
    Nobody,
    /// The phone is no international number.
    Phone,
    /// The username is not 4 to 32 letters, digits and `_`.
    Username,
    /// The user's number is not made of digits.
    UserId,
}

impl Contact {
    /// Reads what a page says. A blank identifier is none.
    ///
    /// # Errors
    /// [`ContactProblem`].
    pub fn check(given: Given<'_>) -> Result<Self, ContactProblem> {
        let said =
            |text: Option<&str>| text.map(str::trim).map(str::to_owned).filter(|text| !text.is_empty());
        let phone = match said(given.phone) {
            None => None,
            Some(text) => Some(international(&text).ok_or(ContactProblem::Phone)?),
        };
        let username = match said(given.username) {
            None => None,
            Some(name) => Some(telegram_name(&name).ok_or(ContactProblem::Username)?.to_owned()),
        };
        let user_id = match said(given.user_id) {
            None => None,
            // Rust would take a `+`, too.
            Some(id) if id.starts_with('+') => return Err(ContactProblem::UserId),
            Some(id) => Some(id.parse().map_err(|_| ContactProblem::UserId)?),
        };
        if phone.is_none() && username.is_none() && user_id.is_none() {
            return Err(ContactProblem::Nobody);
        }
        Ok(Self { phone, username, user_id })
    }

    /// What tells this contact from others, to keep a draft by.
    pub fn key(&self) -> String {
        let username = self.username.as_deref().unwrap_or_default().to_ascii_lowercase();
        let user_id = self.user_id.map(|id| id.to_string()).unwrap_or_default();
        [self.phone.as_deref().unwrap_or_default(), ",", &username, ",", &user_id].concat()
    }
}

/// Telegram's name for a user, without the `@` that people write before it.
pub(crate) fn telegram_name(name: &str) -> Option<&str> {
    let name = name.strip_prefix('@').unwrap_or(name);
    let is_name = (4..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

/// What the API holds after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The contact's conversations, each with its notes: one phone may have one on WhatsApp and one on Telegram.
    pub conversations: Vec<Conversation>,
}

/// Which messenger a conversation is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Messenger {
    /// WhatsApp.
    WhatsApp,
    /// A personal Telegram account.
    Telegram,
    /// Another, by the API's word for it.
    Other(String),
}

/// A conversation that holds the notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// The API's number for it.
    pub id: Option<String>,
    /// Where it is.
    pub messenger: Messenger,
    /// When it was changed, as the API writes it: UTC, `2025-05-23T13:54:33`.
    pub updated_at: Option<String>,
    /// Its notes.
    pub notes: Vec<Note>,
}

impl Reply for Saved {
    fn read(body: &Value) -> Option<Self> {
        let Value::Array(conversations) = body.get("conversations")? else { return None };
        Some(Self { conversations: conversations.iter().filter_map(Conversation::read).collect() })
    }
}

impl Conversation {
    fn read(conversation: &Value) -> Option<Self> {
        let string = |name: &str| conversation.get(name).and_then(lenient_string);
        Some(Self {
            id: string("id"),
            messenger: match string("conversation_type")? {
                name if name == "whatsapp" => Messenger::WhatsApp,
                name if name == "tdlib" || name == "telegram" => Messenger::Telegram,
                name => Messenger::Other(name),
            },
            updated_at: string("updated_at"),
            notes: match conversation.get("notes") {
                Some(Value::Array(notes)) => notes.iter().filter_map(Note::read).collect(),
                _ => Vec::new(),
            },
        })
    }
}
