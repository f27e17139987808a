//! Who comes into the chat: its link, its password, and the end of all that was said in it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::{ChatLink, Family, GENERATE_INSTANCE_LINK, GENERATE_LINK, open_link, post};
use crate::endpoint::{Call, Credential, Endpoint, Method, Parameter, Reach, Reply, Response, Success};
use crate::error::ApiError;
use crate::json::Value;
use crate::pairing::login::Problem;
use crate::pairing::{Effect, Failure, Input, Machine, Notice, Request};
use crate::secret::Secret;
use crate::time::Instant;
use crate::wire::lenient_string;

/// The endpoint, from "Password change" of the reference, for a client.
pub const CHANGE_PASSWORD: Endpoint<Success> = post("/api/v1/chatter/change_password");

/// The endpoint, from "Password change" of the reference, for an instance.
pub const CHANGE_INSTANCE_PASSWORD: Endpoint<Success> = post("/api/developer_chat/change_password");

/// The endpoint, from "Deleting chats from an iframe" of the reference, for a client.
pub const DELETE_CHATS: Endpoint<Deleted> = delete("/api/v1/chatter/");

/// The endpoint, from "Deleting chats from an iframe" of the reference, for an instance.
pub const DELETE_INSTANCE_CHATS: Endpoint<Deleted> = delete("/api/developer_chat/");

const fn delete<R>(path: &'static str) -> Endpoint<R> {
    Endpoint::new(Method::Delete, path, Credential::ClientToken, Reach::OwnAccount)
}

/// Makes the link that opens the chat with a password. What the server refuses it lists under `password`.
pub fn locked_link(family: Family, password: &Secret) -> Call<ChatLink> {
    let endpoint = match family {
        Family::Client => &GENERATE_LINK,
        Family::Instance => &GENERATE_INSTANCE_LINK,
    };
    endpoint.call(&[]).with(&[("password", Parameter::Secret(password.expose()))])
}

/// Changes the password of the links that ask for one. What the server refuses it lists under `password`.
pub fn change_password(family: Family, password: &Secret) -> Call<Success> {
    let endpoint = match family {
        Family::Client => &CHANGE_PASSWORD,
        Family::Instance => &CHANGE_INSTANCE_PASSWORD,
    };
    endpoint.call(&[]).with(&[("password", Parameter::Secret(password.expose()))])
}

/// Deletes every dialog with all its messages.
pub fn delete_chats(family: Family) -> Call<Deleted> {
    let endpoint = match family {
        Family::Client => &DELETE_CHATS,
        Family::Instance => &DELETE_INSTANCE_CHATS,
    };
    endpoint.call(&[])
}

/// What was deleted. A count that the reply doesn't give is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// How many messages.
    pub messages: Option<u32>,
    /// How many dialogs.
    pub conversations: Option<u32>,
}

impl Reply for Deleted {
    fn read(body: &Value) -> Option<Self> {
        Success::read(body)?;
        let count = |name: &str| body.get(name).and_then(lenient_string)?.parse().ok();
        Some(Self {
            messages: count("deleted_messages_count"),
            conversations: count("deleted_conversations_count"),
        })
    }
}

/// The fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 7;

/// Whether a new password passes the rules that are certain; the server may have others.
///
/// # Errors
/// [`PasswordProblem`], when it is certain that the server will refuse it.
pub fn check_password(typed: &str) -> Result<(), PasswordProblem> {
    if typed.is_empty() {
        Err(PasswordProblem::Empty)
    } else if typed.chars().count() < SHORTEST_PASSWORD {
        Err(PasswordProblem::TooShort)
    } else if !typed.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_punctuation()) {
        Err(PasswordProblem::LettersOnly)
    } else {
        Ok(())
    }
}

/// Why a new password is not worth sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordProblem {
    /// Nothing was typed.
    Empty,
    /// It has fewer than [`SHORTEST_PASSWORD`] characters.
    TooShort,
    /// It has neither a digit nor a punctuation character.
    LettersOnly,
}

impl fmt::Display for PasswordProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the password is empty",
            Self::TooShort => "the password has fewer than 7 characters",
            Self::LettersOnly => "the password has no digit and no punctuation",
        })
    }
}

impl std::error::Error for PasswordProblem {}

/// What a user asks for.
#[derive(Debug)]
pub enum Order {
    /// A link; with a password it asks for that, without one it opens for everybody.
    Link(Option<Secret>),
    /// Another password for the links that ask for one.
    Password(Secret),
    /// That all dialogs are deleted. Whoever asks for it has been asked, too.
    Delete,
}

/// The kinds of [`Order`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// [`Order::Link`].
    Link,
    /// [`Order::Password`].
    Password,
    /// [`Order::Delete`].
    Delete,
}

/// What came of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The link is [`View::link`], or the password is another one.
    Done,
    /// All dialogs are deleted.
    Deleted(Deleted),
    /// The server does not take this password, in its own words, one sentence a line.
    Refused(Arc<str>),
    /// It was not carried out, or it is not known to be.
    Problem(Problem),
}

/// A link that was made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeLink {
    /// The link, whole.
    pub link: Arc<str>,
    /// Whether it asks for the password.
    pub is_locked: bool,
}

/// All that a person sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What stands between the user and the forms.
    pub failure: Option<Failure>,
    /// The last link that was made here: the API tells of none that was made before.
    pub link: Option<MadeLink>,
    /// What is under way.
    pub busy: Option<Task>,
    /// What came of the last order.
    pub last: Option<(Task, Outcome)>,
    /// The connection, where it is worth a word.
    pub notice: Option<Notice>,
}

#[derive(Debug)]
enum Sent {
    Link { call: Call<ChatLink>, is_locked: bool },
    Password(Call<Success>),
    Delete(Call<Deleted>),
}

impl Sent {
    const fn task(&self) -> Task {
        match self {
            Self::Link { .. } => Task::Link,
            Self::Password(_) => Task::Password,
            Self::Delete(_) => Task::Delete,
        }
    }
}

/// The machine: one order at a time, each sent once.
#[derive(Debug)]
pub struct Access {
    family: Family,
    now: Instant,
    failure: Option<Failure>,
    link: Option<MadeLink>,
    sending: Option<(u32, Sent)>,
    last: Option<(Task, Outcome)>,
    attempt: u32,
    is_offline: bool,
    effects: VecDeque<Effect>,
}

impl Machine for Access {
    fn read<'a>(&self, _event: &str, _payload: &'a Value) -> Option<Input<'a>> {
        None
    }

    fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.now = now.max(self.now);
        match input {
            Input::ChatAccess(order) => self.carry_out(&order),
            Input::Proceed => self.failure = None,
            Input::Answer { attempt, result } => self.answered(attempt, result),
            Input::Online => self.is_offline = false,
            Input::Offline => self.is_offline = true,
            _ => {}
        }
    }

    fn handle_timeout(&mut self, _now: Instant) {}

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }
}

impl Access {
    /// A machine for one family of chats.
    pub const fn new(family: Family) -> Self {
        Self {
            family,
            now: Instant::from_millis(0),
            failure: None,
            link: None,
            sending: None,
            last: None,
            attempt: 0,
            is_offline: false,
            effects: VecDeque::new(),
        }
    }

    /// What a person sees now.
    pub fn view(&self) -> View {
        View {
            failure: self.failure,
            link: self.link.clone(),
            busy: self.sending.as_ref().map(|(_, sent)| sent.task()),
            last: self.last.clone(),
            notice: self.is_offline.then_some(Notice::Offline),
        }
    }

    fn carry_out(&mut self, order: &Order) {
        if self.sending.is_some() || self.failure.is_some() {
            return;
        }
        let sent = match order {
            Order::Link(password) => Sent::Link {
                call: match password {
                    Some(password) => locked_link(self.family, password),
                    None => open_link(self.family),
                },
                is_locked: password.is_some(),
            },
            Order::Password(password) => Sent::Password(change_password(self.family, password)),
            Order::Delete => Sent::Delete(delete_chats(self.family)),
        };
        if self.is_offline {
            self.last = Some((sent.task(), Outcome::Problem(Problem::NotSent)));
            return;
        }
        self.send(sent);
    }

    fn send(&mut self, mut sent: Sent) {
        self.last = None;
        self.attempt = self.attempt.wrapping_add(1);
        let request = match &mut sent {
            Sent::Link { call, .. } => request(call),
            Sent::Password(call) => request(call),
            Sent::Delete(call) => request(call),
        };
        self.effects.push_back(Effect::Request { attempt: self.attempt, request });
        self.sending = Some((self.attempt, sent));
    }

    fn answered(&mut self, attempt: u32, result: Result<Response<'_>, ApiError>) {
        let Some((_, sent)) = self.sending.take_if(|(sent, _)| *sent == attempt) else { return };
        let task = sent.task();
        let outcome = match sent {
            Sent::Link { call, is_locked } => {
                result.and_then(|response| call.decode(&response)).map(|made| {
                    self.link = Some(MadeLink { link: made.link.into(), is_locked });
                    Outcome::Done
                })
            }
            Sent::Password(call) => {
                result.and_then(|response| call.decode(&response)).map(|Success| Outcome::Done)
            }
            Sent::Delete(call) => result.and_then(|response| call.decode(&response)).map(Outcome::Deleted),
        };
        match outcome {
            Ok(outcome) => self.last = Some((task, outcome)),
            Err(error) => self.went_wrong(task, error),
        }
    }

    fn went_wrong(&mut self, task: Task, error: ApiError) {
        match error {
            ApiError::Invalid { fields, .. }
                if fields.iter().any(|(field, words)| field == "password" && !words.is_empty()) =>
            {
                let mut said = String::new();
                for words in fields.iter().flat_map(|(_, words)| words) {
                    if !said.is_empty() {
                        said.push('\n');
                    }
                    said.push_str(words);
                }
                self.last = Some((task, Outcome::Refused(said.into())));
            }
            error @ (ApiError::Unauthorized
            | ApiError::Forbidden { .. }
            | ApiError::NotFound
            | ApiError::Unreadable { .. })
                if !error.is_passing() =>
            {
                self.failure = Some(Failure::of(&error));
            }
            error => {
                let problem = Problem::of_error(self.now, None, &error);
                self.last = Some((task, Outcome::Problem(problem)));
            }
        }
    }
}

fn request<R>(call: &mut Call<R>) -> Request {
    Request { method: call.method, target: call.path.clone(), body: call.body.take() }
}
