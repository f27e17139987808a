//! What the host page is told.

use std::borrow::Cow;
use std::sync::Arc;

/// What a component tells the host page. Never a code, a password or a token.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AccountEvent {
    /// The component is on the page.
    Ready,
    /// The state on screen, by the name that the component documents.
    State(Cow<'static, str>),
    /// An account is connected. Told again when more of it becomes known.
    Connected {
        /// Which channel: `whatsapp`, `telegram`, `max` or `telegram-bot`.
        channel: &'static str,
        /// The number, or the bot's link, where the API tells it.
        account: Option<Arc<str>>,
        /// Milliseconds of the Unix epoch; `None` for a session that was open before we looked.
        since: Option<f64>,
    },
    /// The connected account is no longer.
    Disconnected {
        /// Which channel.
        channel: &'static str,
        /// `logged-out`: the phone or another window ended the session. `reset`: the user did so here.
        reason: &'static str,
    },
    /// The notes on a contact were saved; the API can't be asked for them, so this is what to keep.
    Saved {
        /// All notes of the contact, as they are now.
        notes: Vec<jetapi::notes::Note>,
        /// The conversations that hold them.
        places: Vec<NotesPlace>,
    },
    /// A link to the chat was made.
    Link {
        /// The link, for a `Chat` or for a person. Without a password, whoever has it gets in.
        link: Arc<str>,
        /// Whether it asks for the password.
        needs_password: bool,
    },
    /// All dialogs were deleted.
    Deleted {
        /// How many there were, where the API tells it.
        conversations: Option<u32>,
        /// How many messages, where the API tells it.
        messages: Option<u32>,
    },
    /// Something stands between the user and the account. What passes by itself is tried on without the user; the rest
    /// waits for somebody to mend it.
    Error {
        /// For programs, as the component documents it.
        code: &'static str,
        /// For people, in the widget's language.
        message: String,
    },
}

/// A conversation that holds notes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NotesPlace {
    /// The API's number for the conversation.
    pub id: Option<String>,
    /// `whatsapp`, `telegram`, or another word of the API's.
    pub messenger: String,
    /// When they were changed there: milliseconds of the Unix epoch.
    pub updated_at: Option<f64>,
}
