//! Logging in to a personal Telegram account, over `room:v1:telegram:auth`.
//!
//! The server alone decides the step: [`Telegram`] shows what the room last said and sends what the user submits, at
//! most once per press. Where a push and its reply cross, either order leads to the same view; where an answer never
//! comes, the user is asked, because a login code or a password that is sent twice can lock an account.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::login::{Busy, Problem, State, Step, View};
use super::{Effect, Failure, Input, Machine, Notice, Since};
use crate::account::{Account, TelegramSession};
use crate::error::ApiError;
use crate::json::Value;
use crate::secret::Secret;
use crate::time::Instant;
use crate::wire::lenient_strings;

/// The topic of the login room.
pub const TOPIC: &str = "room:v1:telegram:auth";
/// How long a reply to a push may take.
pub const REPLY_LIMIT: Duration = Duration::from_secs(20);
/// How long the room, which repeats its state every few seconds, may stay where it is after it took what was sent.
pub const PROGRESS_LIMIT: Duration = Duration::from_secs(15);
/// How long the first state may take before the wait is explained.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(20);
/// How long a drop may last before it is spoken of.
pub const QUIET_DROP: Duration = Duration::from_secs(10);

/// Waits before an account call that failed in passing is made again, and before a room that the server closed is
/// joined anew; the last one repeats.
const RETRIES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(10)];

/// What the server says with `auth_state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// `wait_phone`, `wait_code` or `wait_password`.
    Waits(Step),
    /// `authorized`.
    Authorized,
    /// `wait_qr_code`, or a status that this version does not know.
    Other(Arc<str>),
}

impl Status {
    /// Reads the payload of an `auth_state` push; `None` where it is not one.
    pub fn read(payload: &Value) -> Option<Self> {
        Some(match payload.get("status")?.as_str()? {
            "wait_phone" => Self::Waits(Step::Phone),
            "wait_code" => Self::Waits(Step::Code),
            "wait_password" => Self::Waits(Step::Password),
            "authorized" => Self::Authorized,
            other => Self::Other(short(other)),
        })
    }

    /// What the account says about the same session.
    fn of_account(session: TelegramSession) -> Option<Self> {
        Some(match session {
            TelegramSession::WaitPhone => Self::Waits(Step::Phone),
            TelegramSession::WaitCode => Self::Waits(Step::Code),
            TelegramSession::WaitPassword => Self::Waits(Step::Password),
            TelegramSession::Authorized => Self::Authorized,
            TelegramSession::WaitQrCode => Self::Other("wait_qr_code".into()),
            TelegramSession::Unknown(_) => return None,
        })
    }
}

/// An unknown status is shown, so it must not fill the screen.
fn short(text: &str) -> Arc<str> {
    text.chars().take(64).collect::<String>().into()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Closed,
    Opening { since: Instant },
    Up,
    Down { since: Instant, refused: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Idle,
    Running,
    Failed(Failure),
}

/// What left this page and is not done with.
#[derive(Debug)]
struct Sending {
    attempt: u32,
    busy: Busy,
    /// When the server took it; the room's next state is awaited since.
    taken: Option<Instant>,
    /// It waits for the room to let us in.
    held: Option<Held>,
}

/// What was pressed before the room was joined for the first time. A page on a slow network shows the account's step
/// before it has a room to send to, and a press then is meant for now.
#[derive(Debug)]
struct Held {
    until: Instant,
    event: &'static str,
    field: Option<(&'static str, Secret)>,
}

/// The login machine.
#[derive(Debug)]
pub struct Telegram {
    now: Instant,
    mode: Mode,
    status: Option<Status>,
    /// The status is from the room, not from the account.
    from_room: bool,
    since: Since,
    phone: Option<Arc<str>>,
    ended: Option<Instant>,
    sending: Option<Sending>,
    problem: Option<Problem>,
    attempt: u32,
    link: Link,
    online: bool,
    joined: bool,
    /// The room let us in since this login began.
    was_joined: bool,
    began: Instant,
    account_attempt: u32,
    account_pending: bool,
    account_failures: usize,
    account_failing_since: Option<Instant>,
    account_retry: Option<Instant>,
    rejoins: usize,
    rejoin_at: Option<Instant>,
    effects: VecDeque<Effect>,
}

impl Default for Telegram {
    fn default() -> Self {
        let zero = Instant::default();
        Self {
            now: zero,
            mode: Mode::Idle,
            status: None,
            from_room: false,
            since: Since::Before(zero),
            phone: None,
            ended: None,
            sending: None,
            problem: None,
            attempt: 0,
            link: Link::Closed,
            online: true,
            joined: false,
            was_joined: false,
            began: zero,
            account_attempt: 0,
            account_pending: false,
            account_failures: 0,
            account_failing_since: None,
            account_retry: None,
            rejoins: 0,
            rejoin_at: None,
            effects: VecDeque::new(),
        }
    }
}

impl Machine for Telegram {
    fn read<'a>(&self, event: &str, payload: &'a Value) -> Option<Input<'a>> {
        if event == "auth_state" { Status::read(payload).map(Input::Status) } else { None }
    }

    fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.now = now.max(self.now);
        match input {
            Input::Start => {
                if self.mode == Mode::Idle {
                    self.begin();
                }
            }
            Input::Proceed => {
                if matches!(self.state(), State::Failed(_)) {
                    self.begin();
                }
            }
            Input::Submit(typed) => self.submit(typed),
            Input::Reset => self.reset(),
            Input::Account { attempt, result } => self.account(attempt, result),
            Input::Reply { attempt, ok, response } => self.replied(attempt, ok, response),
            Input::NoReply { attempt, sent } => {
                if self.sending.take_if(|sending| sending.attempt == attempt).is_some() {
                    self.problem = Some(if sent { Problem::Unanswered } else { Problem::NotSent });
                    if !sent {
                        self.forget_phone();
                    }
                }
            }
            Input::LinkUp => {
                if self.link != Link::Closed {
                    if matches!(self.link, Link::Down { .. }) {
                        self.began = self.now;
                    }
                    self.link = Link::Up;
                }
            }
            Input::LinkDown { refused } => self.link_down(refused),
            Input::Joined => {
                self.joined = self.link == Link::Up;
                self.was_joined |= self.joined;
                self.rejoins = 0;
                self.let_go();
            }
            Input::JoinRefused => {
                if self.mode == Mode::Running {
                    self.fail(Failure::JoinRefused);
                }
            }
            Input::ChannelDown => self.left_alone(),
            Input::ChannelClosed => {
                self.left_alone();
                if self.link != Link::Closed {
                    self.rejoin_at = Some(self.now + retry_wait(self.rejoins));
                    self.rejoins = self.rejoins.saturating_add(1);
                }
            }
            Input::Status(status) => {
                if self.mode == Mode::Running && self.link != Link::Closed {
                    // The account was asked only for what the room now tells.
                    self.account_retry = None;
                    self.account_failing_since = None;
                    self.move_to(status, true);
                }
            }
            Input::Online => self.online = true,
            Input::Offline => self.online = false,
            // A login code is read on another device or in another window: out of sight, the room is not left.
            _ => {}
        }
        self.act_on_time();
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now.max(self.now);
        self.act_on_time();
    }

    fn poll_timeout(&self) -> Option<Instant> {
        [
            self.account_retry,
            self.rejoin_at,
            self.progress_due(),
            self.held_until(),
            self.problem.as_ref().and_then(Problem::ends),
            self.down_since().map(|since| since + QUIET_DROP),
            (self.mode == Mode::Running && self.status.is_none()).then(|| self.began + ANSWER_LIMIT),
        ]
        .into_iter()
        .flatten()
        .filter(|at| *at > self.now)
        .min()
    }

    fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }
}

impl Telegram {
    /// What a person sees now.
    pub fn view(&self) -> View {
        View {
            state: self.state(),
            phone: self.phone.clone(),
            busy: self.sending.as_ref().map(|sending| sending.busy),
            problem: self.problem.clone(),
            ended: self.ended,
            notice: self.notice(),
        }
    }

    fn state(&self) -> State {
        match self.mode {
            Mode::Idle => return State::Idle,
            Mode::Failed(failure) => return State::Failed(failure),
            Mode::Running => {}
        }
        match &self.status {
            Some(Status::Waits(step)) => State::Step(*step),
            Some(Status::Authorized) => State::Authorized { since: self.since },
            Some(Status::Other(status)) => State::Unknown(status.clone()),
            None if self.is_refused() => State::Failed(Failure::LinkRefused),
            None if self.is_unanswered() => State::Failed(Failure::NoAnswer),
            None => State::Connecting,
        }
    }

    fn step(&self) -> Option<Step> {
        match self.status {
            Some(Status::Waits(step)) => Some(step),
            _ => None,
        }
    }

    fn notice(&self) -> Option<Notice> {
        if self.mode != Mode::Running {
            return None;
        }
        if !self.online {
            return Some(Notice::Offline);
        }
        let down = self.down_since()?;
        (self.now.saturating_since(down) >= QUIET_DROP).then_some(Notice::Reconnecting)
    }

    fn down_since(&self) -> Option<Instant> {
        match self.link {
            Link::Down { since, .. } | Link::Opening { since } => Some(since),
            Link::Up | Link::Closed => self.account_failing_since,
        }
    }

    /// Refused for longer than a restart of the proxy takes.
    fn is_refused(&self) -> bool {
        match self.link {
            Link::Down { since, refused: true } => {
                self.online && self.now.saturating_since(since) >= QUIET_DROP
            }
            _ => false,
        }
    }

    fn is_unanswered(&self) -> bool {
        self.online
            && self.link == Link::Up
            && self.account_failing_since.is_none()
            && self.now.saturating_since(self.began) >= ANSWER_LIMIT
    }

    fn progress_due(&self) -> Option<Instant> {
        Some(self.sending.as_ref()?.taken? + PROGRESS_LIMIT)
    }

    fn held_until(&self) -> Option<Instant> {
        Some(self.sending.as_ref()?.held.as_ref()?.until)
    }

    fn act_on_time(&mut self) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= self.now);
        let (account, rejoin, held, progress, problem) = (
            due(self.account_retry),
            due(self.rejoin_at),
            due(self.held_until()),
            due(self.progress_due()),
            due(self.problem.as_ref().and_then(Problem::ends)),
        );
        if account {
            self.fetch_account();
        }
        if rejoin {
            self.join();
        }
        if held {
            self.sending = None;
            self.problem = Some(Problem::NotSent);
        }
        if progress {
            self.sending = None;
            self.problem = Some(Problem::NoProgress);
        }
        if problem {
            self.problem = None;
        }
    }

    fn begin(&mut self) {
        self.mode = Mode::Running;
        self.began = self.now;
        self.was_joined = false;
        self.account_failures = 0;
        self.account_failing_since = None;
        self.fetch_account();
        self.close();
        self.link = Link::Opening { since: self.now };
        self.effects.push_back(Effect::Connect);
        self.join();
    }

    fn join(&mut self) {
        self.rejoin_at = None;
        self.joined = false;
        self.effects.push_back(Effect::Join { topic: TOPIC.to_owned() });
    }

    fn close(&mut self) {
        if self.link != Link::Closed {
            self.effects.push_back(Effect::Leave);
            self.effects.push_back(Effect::Disconnect);
        }
        self.link = Link::Closed;
        self.joined = false;
        self.rejoin_at = None;
    }

    fn fail(&mut self, failure: Failure) {
        self.mode = Mode::Failed(failure);
        self.status = None;
        self.from_room = false;
        self.sending = None;
        self.problem = None;
        // An answer that is still under way no longer counts.
        self.account_retry = None;
        self.account_pending = false;
        self.account_failing_since = None;
        self.close();
    }

    fn submit(&mut self, typed: Secret) {
        let (event, name) = match self.step() {
            Some(Step::Phone) => ("send_phone", "phone"),
            Some(Step::Code) => ("send_code", "code"),
            Some(Step::Password) => ("send_password", "password"),
            None => return,
        };
        // The second click of a double click, or one in another element, finds the first one under way.
        if self.sending.is_some() || matches!(self.problem, Some(Problem::Wait { .. })) {
            return;
        }
        self.push(Busy::Sending, event, Some((name, typed)));
    }

    fn reset(&mut self) {
        let is_resetting = self.sending.as_ref().is_some_and(|sending| sending.busy == Busy::Resetting);
        if self.status.is_some() && !is_resetting {
            self.push(Busy::Resetting, "reset", None);
        }
    }

    /// Never for much later: what was typed for one moment must not be sent in another.
    fn push(&mut self, busy: Busy, event: &'static str, field: Option<(&'static str, Secret)>) {
        if !self.joined && self.was_joined {
            self.problem = Some(Problem::NotSent);
            return;
        }
        self.problem = None;
        self.attempt = self.attempt.wrapping_add(1);
        let held = Some(Held { until: self.now + QUIET_DROP, event, field });
        self.sending = Some(Sending { attempt: self.attempt, busy, taken: None, held });
        self.let_go();
    }

    /// Sends what waited for the room, if there is one.
    fn let_go(&mut self) {
        if !self.joined {
            return;
        }
        let Some(sending) = &mut self.sending else { return };
        // Timers of a page out of sight are late: one whose time is over may not have been told so yet.
        if let Some(Held { event, field, .. }) = sending.held.take_if(|held| held.until > self.now) {
            if let ("send_phone", Some((_, typed))) = (event, &field) {
                self.phone = Some(typed.expose().into());
            }
            self.effects.push_back(Effect::Push { attempt: sending.attempt, event, field });
        }
    }

    fn replied(&mut self, attempt: u32, ok: bool, response: &Value) {
        let step = self.step();
        let Some(sending) = self.sending.as_mut().filter(|sending| sending.attempt == attempt) else {
            return;
        };
        if ok {
            // From the first step there is nowhere to go back to.
            if sending.busy == Busy::Resetting && step == Some(Step::Phone) {
                self.sending = None;
                self.phone = None;
                self.ended = None;
            } else {
                sending.taken.get_or_insert(self.now);
            }
        } else {
            let step = step.filter(|_| sending.busy == Busy::Sending);
            self.sending = None;
            self.problem = Some(refusal(self.now, step, response));
            self.forget_phone();
        }
    }

    /// The number was not taken: where the room goes on all the same, it is with another one.
    fn forget_phone(&mut self) {
        if self.step() == Some(Step::Phone) {
            self.phone = None;
        }
    }

    fn move_to(&mut self, status: Status, from_room: bool) {
        let was_from_room = std::mem::replace(&mut self.from_room, from_room);
        if self.status.as_ref() == Some(&status) {
            return;
        }
        let asked = self.sending.take().map(|sending| sending.busy);
        let before = self.status.replace(status);
        // Of a reset whose answer is missing, this is the answer.
        let is_reset = asked == Some(Busy::Resetting)
            || matches!(self.problem, Some(Problem::Unanswered | Problem::NoProgress));
        // A code that is too old may take the login back to its beginning, and that is where its user reads why.
        let is_sent_back = asked.is_none()
            && matches!(before, Some(Status::Waits(Step::Code | Step::Password)))
            && self.status == Some(Status::Waits(Step::Phone));
        let explains = self.problem.as_ref().is_some_and(Problem::is_refusal);
        if !(is_sent_back && explains) {
            self.problem = None;
        }
        match &self.status {
            Some(Status::Authorized) => {
                let watched = matches!(before, Some(Status::Waits(_)));
                self.since = if watched { Since::Seen(self.now) } else { Since::Before(self.now) };
                self.ended = None;
            }
            _ if before == Some(Status::Authorized) => {
                self.phone = None;
                // What the account said may have been old.
                if was_from_room && !is_reset {
                    self.ended = Some(self.now);
                }
            }
            Some(Status::Waits(Step::Phone)) => self.phone = None,
            _ => {}
        }
    }

    /// The room is gone for the moment, and with it the answer to what was sent.
    fn left_alone(&mut self) {
        self.joined = false;
        if self.sending.take_if(|sending| sending.taken.is_none() && sending.held.is_none()).is_some() {
            self.problem = Some(Problem::Unanswered);
        }
    }

    fn link_down(&mut self, refused: bool) {
        let since = match self.link {
            Link::Closed => return,
            Link::Down { since, .. } | Link::Opening { since } => since,
            Link::Up => self.now,
        };
        let known = matches!(self.link, Link::Down { refused: true, .. });
        self.link = Link::Down { since, refused };
        self.left_alone();
        // A browser does not tell why an upgrade failed; the account call does.
        if refused && !known && !self.account_pending && self.account_retry.is_none() {
            self.fetch_account();
        }
    }

    fn fetch_account(&mut self) {
        self.account_retry = None;
        self.account_pending = true;
        self.account_attempt = self.account_attempt.wrapping_add(1);
        self.effects.push_back(Effect::FetchAccount { attempt: self.account_attempt });
    }

    fn account(&mut self, attempt: u32, result: Result<Account, ApiError>) {
        if attempt != self.account_attempt || !self.account_pending {
            return;
        }
        self.account_pending = false;
        match result {
            Ok(account) => {
                self.account_failures = 0;
                if self.account_failing_since.take().is_some() {
                    self.began = self.now;
                }
                // What the room pushed is newer than the account's answer.
                if let (None, Some(status)) =
                    (&self.status, account.telegram_session.and_then(Status::of_account))
                {
                    self.move_to(status, false);
                }
            }
            // The room tells more than the account could.
            Err(error) if error.is_passing() && self.from_room && self.link == Link::Up => {}
            Err(error) if error.is_passing() => {
                self.account_failing_since.get_or_insert(self.now);
                self.account_retry = Some(self.now + retry_wait(self.account_failures));
                self.account_failures = self.account_failures.saturating_add(1);
            }
            Err(error) => self.fail(Failure::of(&error)),
        }
    }
}

fn retry_wait(failures: usize) -> Duration {
    RETRIES.get(failures).copied().unwrap_or(Duration::from_secs(10))
}

/// What an error reply means: its `meta.errors` in the API's form, or whatever words there are.
fn refusal(now: Instant, step: Option<Step>, response: &Value) -> Problem {
    let meta = response.get("meta");
    let mut words: Vec<String> = match meta.and_then(|meta| meta.get("errors")) {
        Some(Value::Object(fields)) => fields.iter().flat_map(|(_, words)| lenient_strings(words)).collect(),
        Some(other) => lenient_strings(other),
        None => Vec::new(),
    };
    if words.is_empty() {
        let said = meta.and_then(|meta| meta.get("message")).or_else(|| response.get("reason"));
        words.extend(said.and_then(Value::as_str).map(str::to_owned));
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Problem::of_words(now, step, &words)
}
