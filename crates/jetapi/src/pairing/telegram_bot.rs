//! Connecting a Telegram bot to an instance, over `POST /developer/v1/telegram_bots`.

use std::collections::VecDeque;
use std::time::Duration;

use super::login::Problem;
use super::{Effect, Failure, Input, Machine, Notice, Request};
use crate::account::Account;
use crate::endpoint::{Call, Response};
use crate::error::ApiError;
use crate::instance::Instance;
use crate::json::Value;
use crate::secret::Secret;
use crate::telegram_bot::{Menu, TelegramBot, connect};
use crate::time::Instant;

/// Wait before the account or the instance is asked for again.
const RETRY: Duration = Duration::from_secs(3);

/// The state on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Which instance the bot is for is being looked up.
    Looking,
    /// The instance is known, and the form waits for the user.
    Form,
    /// The API says that a bot is connected.
    Connected(TelegramBot),
    /// This customer has no instance.
    NoInstance,
    /// Explained, with a way on.
    Failed(Failure),
}

/// All that a person sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The state.
    pub state: State,
    /// The form is on its way.
    pub is_busy: bool,
    /// What the server says of single fields, by their names in the API.
    pub fields: Vec<(String, String)>,
    /// What went wrong with the whole.
    pub problem: Option<Problem>,
    /// The connection, where it is worth a word.
    pub notice: Option<Notice>,
}

/// The machine.
#[derive(Debug)]
pub struct Bot {
    now: Instant,
    instance_id: Option<String>,
    state: State,
    is_running: bool,
    sending: Option<(u32, Call<TelegramBot>)>,
    fields: Vec<(String, String)>,
    problem: Option<Problem>,
    attempt: u32,
    retry_at: Option<Instant>,
    is_offline: bool,
    effects: VecDeque<Effect>,
}

impl Machine for Bot {
    fn read<'a>(&self, _event: &str, _payload: &'a Value) -> Option<Input<'a>> {
        None
    }

    fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.now = now.max(self.now);
        match input {
            Input::Start => {
                if !self.is_running {
                    self.is_running = true;
                    self.begin();
                }
            }
            Input::Proceed => match self.state {
                State::Failed(_) | State::NoInstance => self.begin(),
                State::Connected(_) => self.state = State::Form,
                State::Looking | State::Form => {}
            },
            Input::ConnectBot { token, menu } => self.connect(&token, menu.as_ref()),
            Input::Account { attempt, result } if attempt == self.attempt => self.account(result),
            Input::Instance { attempt, result } if attempt == self.attempt => self.instance(result),
            Input::Answer { attempt, result } => self.answered(attempt, result),
            Input::Online => self.is_offline = false,
            Input::Offline => self.is_offline = true,
            _ => {}
        }
        self.act_on_time();
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now.max(self.now);
        self.act_on_time();
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let ends = self.problem.as_ref().and_then(Problem::ends);
        self.retry_at.into_iter().chain(ends).filter(|at| *at > self.now).min()
    }

    fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }
}

impl Bot {
    /// A machine that nobody has started. Without the instance's id it looks up the one of the proxy's customer.
    pub const fn new(instance_id: Option<String>) -> Self {
        Self {
            now: Instant::from_millis(0),
            instance_id,
            state: State::Looking,
            is_running: false,
            sending: None,
            fields: Vec::new(),
            problem: None,
            attempt: 0,
            retry_at: None,
            is_offline: false,
            effects: VecDeque::new(),
        }
    }

    /// What a person sees now.
    pub fn view(&self) -> View {
        View {
            state: self.state.clone(),
            is_busy: self.sending.is_some(),
            fields: self.fields.clone(),
            problem: self.problem.clone(),
            notice: self.is_offline.then_some(Notice::Offline),
        }
    }

    fn act_on_time(&mut self) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= self.now);
        if due(self.problem.as_ref().and_then(Problem::ends)) {
            self.problem = None;
        }
        if due(self.retry_at) {
            self.begin();
        }
    }

    fn begin(&mut self) {
        self.retry_at = None;
        self.state = if self.instance_id.is_some() { State::Form } else { State::Looking };
        if self.state == State::Looking {
            self.attempt = self.attempt.wrapping_add(1);
            self.effects.push_back(Effect::FetchAccount { attempt: self.attempt });
        }
    }

    fn account(&mut self, result: Result<Account, ApiError>) {
        match result {
            Ok(account) if self.state == State::Looking => {
                let customer_id = account.customer_id;
                self.effects.push_back(Effect::FetchInstance { attempt: self.attempt, customer_id });
            }
            Ok(_) => {}
            Err(error) => self.not_found(&error),
        }
    }

    fn instance(&mut self, result: Result<Instance, ApiError>) {
        if self.state != State::Looking {
            return;
        }
        match result {
            Ok(Instance { id: Some(id), .. }) => {
                self.instance_id = Some(id);
                self.state = State::Form;
            }
            // A proxy without the developer's key does not know the call.
            Ok(_) | Err(ApiError::NotFound) => self.state = State::NoInstance,
            Err(error) => self.not_found(&error),
        }
    }

    fn not_found(&mut self, error: &ApiError) {
        if error.is_passing() {
            self.retry_at = Some(self.now + RETRY);
        } else {
            self.state = State::Failed(Failure::of(error));
        }
    }

    fn connect(&mut self, token: &Secret, menu: Option<&Menu>) {
        let (State::Form, Some(instance_id), None) = (&self.state, &self.instance_id, &self.sending) else {
            return;
        };
        if matches!(self.problem, Some(Problem::Wait { .. })) {
            return;
        }
        self.fields.clear();
        if self.is_offline {
            self.problem = Some(Problem::NotSent);
            return;
        }
        self.problem = None;
        let mut call = connect(instance_id, token, menu);
        self.attempt = self.attempt.wrapping_add(1);
        let request = Request { method: call.method, target: call.path.clone(), body: call.body.take() };
        self.effects.push_back(Effect::Request { attempt: self.attempt, request });
        self.sending = Some((self.attempt, call));
    }

    fn answered(&mut self, attempt: u32, result: Result<Response<'_>, ApiError>) {
        let Some((_, call)) = self.sending.take_if(|(sent, _)| *sent == attempt) else { return };
        match result.and_then(|response| call.decode(&response)) {
            Ok(bot) => self.state = State::Connected(bot),
            Err(ApiError::Invalid { fields, .. }) if fields.iter().any(|(field, _)| is_field(field)) => {
                self.fields = fields.into_iter().map(|(field, words)| (field, words.join(" "))).collect();
            }
            Err(ApiError::NotFound) => self.state = State::NoInstance,
            Err(error @ (ApiError::Unauthorized | ApiError::Forbidden { .. })) => {
                self.state = State::Failed(Failure::of(&error));
            }
            Err(error) => self.problem = Some(Problem::of_error(self.now, None, &error)),
        }
    }
}

/// Whether the form has a field for it.
fn is_field(name: &str) -> bool {
    matches!(name, "api_token" | "menu_title" | "menu_link")
}
