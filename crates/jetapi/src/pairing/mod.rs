//! The flows by which a person connects an account, as plain data: inputs in, a view and effects out.

pub mod login;
pub mod max;
pub mod overview;

pub mod telegram;
pub mod telegram_bot;
pub mod whatsapp;

use crate::account::Account;
use crate::chat::access;
use crate::endpoint::{Method, Response};
use crate::error::ApiError;
use crate::instance::Instance;
use crate::json::Value;
use crate::secret::Secret;
use crate::telegram_bot::Menu;
use crate::time::Instant;

/// A flow, as its owner drives it: tell it what happened with the time, carry out every effect, and wake it when its
/// timeout is due.
pub trait Machine {
    /// What a push of the room means to this flow; `None` where it is not understood.
    fn read<'a>(&self, event: &str, payload: &'a Value) -> Option<Input<'a>>;

    /// Tells the machine what happened. What does not concern it, it ignores.
    fn handle(&mut self, now: Instant, input: Input<'_>);

    /// Tells the machine that time has passed.
    fn handle_timeout(&mut self, now: Instant);

    /// When the machine next wants to be told the time. Always later than the last time it was told.
    fn poll_timeout(&self) -> Option<Instant>;

    /// The next thing to do.
    fn poll_effect(&mut self) -> Option<Effect>;
}

/// What happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// Somebody wants to see the flow: begin, unless it has begun.
    Start,
    /// The user asks for another try, to resume, or to connect again: whatever the view's button offers.
    Proceed,
    /// The user sends what the present step asks for.
    Submit(Secret),
    /// The user starts over, or ends the session.
    Reset,
    /// The user sends the form of the Telegram bot.
    ConnectBot {
        /// Its token.
        token: Secret,
        /// Its menu.
        menu: Option<Menu>,
    },
    /// The user asks for something of the chat's link, password or dialogs.
    ChatAccess(access::Order),
    /// The answer to [`Effect::FetchAccount`].
    Account {
        /// The number of the effect it answers.
        attempt: u32,
        /// What came back.
        result: Result<Account, ApiError>,
    },
    /// The answer to [`Effect::FetchInstance`].
    Instance {
        /// The number of the effect it answers.
        attempt: u32,
        /// What came back.
        result: Result<Instance, ApiError>,
    },
    /// The answer to [`Effect::Request`].
    Answer {
        /// The number of the effect it answers.
        attempt: u32,
        /// What came back.
        result: Result<Response<'a>, ApiError>,
    },
    /// The answer to [`Effect::Push`].
    Reply {
        /// The number of the effect it answers.
        attempt: u32,
        /// Whether the status was `ok`.
        ok: bool,
        /// What it said.
        response: &'a Value,
    },
    /// An [`Effect::Push`] went unanswered, or could not be sent.
    NoReply {
        /// The number of the effect.
        attempt: u32,
        /// It may have been carried out.
        sent: bool,
    },
    /// The socket is open.
    LinkUp,
    /// The socket is down, and its client tries again by itself.
    LinkDown {
        /// Several tries in a row failed without one that opened: a refused upgrade looks like this.
        refused: bool,
    },
    /// The room let us in.
    Joined,
    /// The room refused us.
    JoinRefused,
    /// The room crashed; the channel client joins again by itself.
    ChannelDown,
    /// The server closed the room; nobody joins again by itself.
    ChannelClosed,
    /// An `auth_state` push of the WhatsApp room.
    AuthState(whatsapp::AuthState<'a>),
    /// An `auth_state` push of the Telegram room.
    Status(telegram::Status),
    /// The page is out of sight.
    PageHidden,
    /// The page is in sight.
    PageVisible,
    /// The browser has a network.
    Online,
    /// The browser has none.
    Offline,
}

/// What the owner is to do. Effects are carried out in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read the account.
    FetchAccount {
        /// Comes back with the answer.
        attempt: u32,
    },
    /// Read the instance, for the number.
    FetchInstance {
        /// Comes back with the answer.
        attempt: u32,
        /// Whose.
        customer_id: String,
    },
    /// Make a call of the API, once.
    Request {
        /// Comes back with the answer.
        attempt: u32,
        /// What is asked.
        request: Request,
    },
    /// Push an event to the room that is joined, once.
    Push {
        /// Comes back with the answer.
        attempt: u32,
        /// The event's name.
        event: &'static str,
        /// The payload's one field, where it has one.
        field: Option<(&'static str, Secret)>,
    },
    /// Open the socket.
    Connect,
    /// Close the socket.
    Disconnect,
    /// Join a room.
    Join {
        /// Its topic.
        topic: String,
    },
    /// Leave the room.
    Leave,
}

/// Since when a session is known to be open. The API has no time for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// It was opened before our eyes.
    Seen(Instant),
    /// It was open already when we first looked.
    Before(Instant),
}

/// What stands between the user and the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The proxy's credentials are refused (401).
    Unauthorized,
    /// The proxy refuses this page (403).
    Forbidden,
    /// There is no proxy at the base path, or it does not know the call (404, or a page of HTML).
    NoProxy,
    /// The API answers with an error that trying again does not mend.
    Rejected,
    /// The room refuses to let this customer in.
    JoinRefused,
    /// The socket is refused time after time. Tried on, slowly.
    LinkRefused,
    /// The server accepts the connection and says nothing. Tried on.
    NoAnswer,
    /// The server sends a code that is no QR symbol. The next good one is shown.
    BadCode,
}

impl Failure {
    /// Whether pairing goes on by itself, and the button is only for the impatient.
    pub const fn is_tried_on(self) -> bool {
        matches!(self, Self::LinkRefused | Self::NoAnswer | Self::BadCode)
    }

    /// What a call of the API that is not worth another try stands for.
    pub(crate) const fn of(error: &ApiError) -> Self {
        match error {
            ApiError::Unauthorized => Self::Unauthorized,
            ApiError::Forbidden { .. } => Self::Forbidden,
            ApiError::NotFound | ApiError::Unreadable { .. } => Self::NoProxy,
            _ => Self::Rejected,
        }
    }
}

/// A word about the connection, beside any state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The browser has no network.
    Offline,
    /// The drop lasts longer than a moment.
    Reconnecting,
}

/// A call of the API as its transport needs it; the machine that asked reads the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path below the proxy's base path, with its query.
    pub target: String,
    /// A JSON body.
    pub body: Option<Secret>,
}
