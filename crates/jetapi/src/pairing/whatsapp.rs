//! Pairing a WhatsApp number by QR code, over `room:v1:whats_app:auth:{customer_id}`.
//!
//! [`Pairing`] keeps facts (what the server last said, whether the link is up, since when the page is hidden) and
//! derives from them the one [`View`] a person sees. Its owner tells it every event with the time, carries out
//! the [`Effect`]s, and calls [`Pairing::handle_timeout`] when [`Pairing::poll_timeout`] is due.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::{Effect, Failure, Input, Machine, Notice, Since};
use crate::account::Account;
use crate::error::ApiError;
use crate::instance::Instance;
use crate::json::Value;
use crate::time::{Instant, earliest};

/// The shortest life of a code: what the countdown shows, as "about".
pub const CODE_LIFE: Duration = Duration::from_secs(30);
/// The longest life of a code: an older one is covered.
pub const CODE_END: Duration = Duration::from_secs(40);
/// How long the server, which pushes every 300 ms, may say nothing before its code is covered.
pub const PUSH_SILENCE: Duration = Duration::from_secs(2);
/// How long a live connection may say nothing at all before it is taken for half-open and replaced.
pub const LINK_SILENCE: Duration = Duration::from_secs(10);
/// How long a container may take to start before the wait is explained.
pub const PREPARING_LIMIT: Duration = Duration::from_secs(20);
/// How long a page may be hidden before the channel is left.
pub const HIDDEN_LIMIT: Duration = Duration::from_secs(60);
/// How long a drop may last before it is spoken of.
pub const QUIET_DROP: Duration = Duration::from_secs(10);
/// How long "no code yet" may last on a connected session before it counts as logged out: a container that
/// restarts says so too before it finds its session again.
pub const LOGOUT_DOUBT: Duration = Duration::from_secs(5);
/// After how many unscanned codes pairing pauses, unless configured otherwise.
pub const PAUSE_AFTER_CODES: u32 = 8;

/// A QR symbol of the largest version holds no more bytes at the lowest error correction.
const LONGEST_CODE: usize = 2_953;
/// Waits before an account call that failed in passing is made again; the last one repeats.
const ACCOUNT_RETRIES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(10)];
/// Waits before the number is asked for again; then it stays unknown.
const PHONE_RETRIES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(8)];
/// Waits before a channel that the server closed is joined anew; the last one repeats.
const REJOINS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(10)];

/// The topic of a customer's pairing room.
pub fn topic(customer_id: &str) -> String {
    let mut topic = String::from("room:v1:whats_app:auth:");
    topic.push_str(customer_id);
    topic
}

/// What the server says with `auth_state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthState<'a> {
    /// `{"auth":false,"qr_code":null}`: the container is not ready yet.
    Preparing,
    /// `{"auth":false,"qr_code":"2@…"}`: a code to show, byte for byte.
    Code(&'a str),
    /// `{"auth":true}`: a session is open.
    Connected,
}

impl<'a> AuthState<'a> {
    /// Reads the payload of an `auth_state` push; `None` where it is not one.
    pub fn read(payload: &'a Value) -> Option<Self> {
        if payload.get("auth")?.as_bool()? {
            return Some(Self::Connected);
        }
        match payload.get("qr_code") {
            None | Some(Value::Null) => Some(Self::Preparing),
            Some(Value::String(code)) if code.is_empty() => Some(Self::Preparing),
            Some(Value::String(code)) => Some(Self::Code(code)),
            Some(_) => None,
        }
    }
}

/// A code on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What the QR symbol holds, byte for byte.
    pub payload: Arc<str>,
    /// When it was first seen, the start of the countdown.
    pub first_seen: Instant,
    /// 1 for the first code since pairing began, and so on.
    pub ordinal: u32,
}

/// Why pairing waits for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// A number of codes went by that nobody scanned.
    Unscanned,
    /// The page was out of sight; it resumes by itself.
    Hidden,
}

/// The state on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody asked yet.
    Idle,
    /// The account is being read, the socket opened, the room joined.
    Connecting,
    /// The server starts a WhatsApp container.
    Preparing {
        /// It takes longer than it should.
        slow: bool,
    },
    /// A live code.
    Code(Code),
    /// A code that must not be scanned: cover it. Pairing goes on by itself.
    Stale(Code),
    /// Paired.
    Connected {
        /// Since when.
        since: Since,
        /// The number, where the API tells it.
        phone: Option<Arc<str>>,
    },
    /// Waiting for the user, or to be seen.
    Paused(Pause),
    /// Explained, with a way on.
    Failed(Failure),
    /// The phone was logged out while we watched.
    Disconnected {
        /// When we saw it.
        at: Instant,
    },
}

/// All that a person sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The state.
    pub state: State,
    /// The connection, where it is worth a word.
    pub notice: Option<Notice>,
}

/// How pairing is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The customer, where the page knows it: the room is joined without waiting for the account.
    pub customer_id: Option<String>,
    /// After how many unscanned codes to pause; 0 for never.
    pub pause_after_codes: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { customer_id: None, pause_after_codes: PAUSE_AFTER_CODES }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Idle,
    Running,
    Paused(Pause),
    Failed(Failure),
}

#[derive(Clone, Debug)]
enum Session {
    Unknown,
    Preparing { since: Instant },
    Code(Code),
    BadCode,
    Connected { since: Since, phone: Option<Arc<str>>, doubted: Option<Instant> },
    LoggedOut { at: Instant },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Closed,
    Opening { since: Instant },
    Up,
    Down { since: Instant, refused: bool },
}

/// The pairing machine.
#[derive(Debug)]
pub struct Pairing {
    config: Config,
    now: Instant,
    mode: Mode,
    session: Session,
    link: Link,
    customer_id: Option<String>,
    /// A room was asked for and not left.
    in_room: bool,
    joined: bool,
    /// When this try began, or what it waited for came back: the silence of an unanswered try is measured from it.
    began: Instant,
    /// The last sign of life on the connection: opened, joined, pushed.
    heard: Instant,
    last_push: Instant,
    codes: u32,
    online: bool,
    hidden_since: Option<Instant>,
    account_attempt: u32,
    account_failures: usize,
    account_failing_since: Option<Instant>,
    account_pending: bool,
    account_retry: Option<Instant>,
    phone_attempt: u32,
    phone_failures: usize,
    phone_retry: Option<Instant>,
    rejoins: usize,
    rejoin_at: Option<Instant>,
    effects: VecDeque<Effect>,
}

impl Machine for Pairing {
    fn read<'a>(&self, event: &str, payload: &'a Value) -> Option<Input<'a>> {
        if event == "auth_state" { AuthState::read(payload).map(Input::AuthState) } else { None }
    }

    fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.now = now.max(self.now);
        match input {
            Input::Start => {
                if self.mode == Mode::Idle {
                    self.begin();
                }
            }
            Input::Proceed => self.proceed(),
            Input::Account { attempt, result } => self.account(attempt, result),
            Input::Instance { attempt, result } => self.instance(attempt, result),
            Input::LinkUp => {
                if self.link != Link::Closed {
                    if matches!(self.link, Link::Down { .. }) {
                        self.began = self.now;
                    }
                    self.link = Link::Up;
                    self.heard = self.now;
                }
            }
            Input::LinkDown { refused } => self.link_down(refused),
            Input::Joined => {
                self.joined = self.in_room;
                self.heard = self.now;
                self.rejoins = 0;
            }
            Input::JoinRefused => {
                if self.mode == Mode::Running {
                    self.fail(Failure::JoinRefused);
                }
            }
            Input::ChannelDown => self.joined = false,
            Input::ChannelClosed => self.channel_closed(),
            Input::AuthState(push) => self.auth_state(push),
            Input::PageHidden => {
                self.hidden_since.get_or_insert(self.now);
            }
            Input::PageVisible => {
                self.hidden_since = None;
                if self.mode == Mode::Paused(Pause::Hidden) {
                    self.begin();
                } else if self.mode == Mode::Running && self.link == Link::Closed {
                    self.reopen();
                }
            }
            Input::Online => self.online = true,
            Input::Offline => self.online = false,
            _ => {}
        }
        self.act_on_time();
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now.max(self.now);
        self.act_on_time();
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let of_session = if self.mode == Mode::Running {
            match &self.session {
                Session::Code(code) => {
                    [Some(code.first_seen + CODE_END), Some(self.last_push + PUSH_SILENCE)]
                }
                Session::Preparing { since } => [Some(*since + PREPARING_LIMIT), None],
                Session::Unknown => [Some(self.began + PREPARING_LIMIT), None],
                Session::Connected { doubted, .. } => [doubted.map(|since| since + LOGOUT_DOUBT), None],
                Session::BadCode | Session::LoggedOut { .. } => [None, None],
            }
        } else {
            [None, None]
        };
        let [first, second] = of_session;
        let deadlines = [
            first,
            second,
            self.hidden_since.filter(|_| self.is_watching()).map(|since| since + HIDDEN_LIMIT),
            self.account_retry,
            self.phone_retry,
            self.rejoin_at,
            self.replace_link_at(),
            self.down_since().map(|since| since + QUIET_DROP),
        ];
        earliest(&deadlines.map(|at| at.filter(|at| *at > self.now)))
    }

    fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }
}

impl Pairing {
    /// A machine that nobody has started.
    pub fn new(config: Config) -> Self {
        let zero = Instant::default();
        Self {
            customer_id: config.customer_id.clone(),
            config,
            now: zero,
            mode: Mode::Idle,
            session: Session::Unknown,
            link: Link::Closed,
            in_room: false,
            joined: false,
            began: zero,
            heard: zero,
            last_push: zero,
            codes: 0,
            online: true,
            hidden_since: None,
            account_attempt: 0,
            account_failures: 0,
            account_failing_since: None,
            account_pending: false,
            account_retry: None,
            phone_attempt: 0,
            phone_failures: 0,
            phone_retry: None,
            rejoins: 0,
            rejoin_at: None,
            effects: VecDeque::new(),
        }
    }

    /// What a person sees now.
    pub fn view(&self) -> View {
        View { state: self.state(), notice: self.notice() }
    }

    fn state(&self) -> State {
        match self.mode {
            Mode::Idle => return State::Idle,
            Mode::Paused(pause) => return State::Paused(pause),
            Mode::Failed(failure) => return State::Failed(failure),
            Mode::Running => {}
        }
        match &self.session {
            Session::Connected { since, phone, .. } => {
                State::Connected { since: *since, phone: phone.clone() }
            }
            Session::LoggedOut { at } => State::Disconnected { at: *at },
            Session::Code(code) if self.is_live(code) => State::Code(code.clone()),
            Session::Code(code) => State::Stale(code.clone()),
            Session::BadCode => State::Failed(Failure::BadCode),
            _ if self.is_refused() => State::Failed(Failure::LinkRefused),
            Session::Preparing { since } => {
                State::Preparing { slow: self.now.saturating_since(*since) >= PREPARING_LIMIT }
            }
            Session::Unknown if self.is_unanswered() => State::Failed(Failure::NoAnswer),
            Session::Unknown => State::Connecting,
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
            Link::Down { since, .. } => Some(since),
            Link::Opening { since } => Some(since),
            Link::Up | Link::Closed => self.account_failing_since,
        }
    }

    fn is_live(&self, code: &Code) -> bool {
        self.link == Link::Up
            && self.joined
            && self.now.saturating_since(self.last_push) < PUSH_SILENCE
            && self.now.saturating_since(code.first_seen) < CODE_END
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

    /// The link is up and yet nothing was said for as long as a container may take to start.
    fn is_unanswered(&self) -> bool {
        self.online
            && self.link == Link::Up
            && self.account_failing_since.is_none()
            && self.now.saturating_since(self.began) >= PREPARING_LIMIT
    }

    fn is_watching(&self) -> bool {
        self.mode == Mode::Running && self.link != Link::Closed
    }

    /// When a connection that is up and silent is replaced. Not while connected: the reference does not say that
    /// the server goes on pushing then.
    fn replace_link_at(&self) -> Option<Instant> {
        let expects_pushes =
            matches!(self.session, Session::Unknown | Session::Preparing { .. } | Session::Code(_));
        (self.mode == Mode::Running && self.link == Link::Up && self.in_room && expects_pushes)
            .then_some(self.heard + LINK_SILENCE)
    }

    fn act_on_time(&mut self) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= self.now);
        let (hidden, account, phone, rejoin, silent) = (
            due(self.hidden_since.filter(|_| self.is_watching()).map(|since| since + HIDDEN_LIMIT)),
            due(self.account_retry),
            due(self.phone_retry),
            due(self.rejoin_at),
            due(self.replace_link_at()),
        );
        if hidden {
            self.hide();
            return;
        }
        if account {
            self.fetch_account();
        }
        if phone {
            self.fetch_phone();
        }
        if rejoin {
            self.rejoin_at = None;
            self.in_room = false;
            self.join();
        }
        if silent {
            self.close();
            self.open();
        }
        if let Session::Connected { doubted: Some(since), .. } = &self.session
            && self.now.saturating_since(*since) >= LOGOUT_DOUBT
        {
            self.log_out();
        }
    }

    fn begin(&mut self) {
        self.mode = Mode::Running;
        self.began = self.now;
        self.codes = 0;
        self.session = Session::Unknown;
        self.account_failures = 0;
        self.account_failing_since = None;
        self.fetch_account();
        self.close();
        self.open();
    }

    /// Looks again at a session that was watched until the page was hidden.
    fn reopen(&mut self) {
        self.fetch_account();
        self.open();
    }

    fn proceed(&mut self) {
        match self.state() {
            State::Disconnected { .. } => {
                self.codes = 0;
                self.began = self.now;
                self.heard = self.now;
                self.session = Session::Unknown;
                if self.link == Link::Closed {
                    self.reopen();
                }
            }
            State::Paused(_) | State::Failed(_) | State::Preparing { slow: true } => self.begin(),
            // The second click of a double click finds nothing to do.
            _ => {}
        }
    }

    fn hide(&mut self) {
        let pairing = !matches!(self.session, Session::Connected { .. } | Session::LoggedOut { .. });
        self.close();
        if pairing {
            self.mode = Mode::Paused(Pause::Hidden);
            self.forget_account_call();
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.mode = Mode::Failed(failure);
        self.forget_account_call();
        self.close();
    }

    fn open(&mut self) {
        self.link = Link::Opening { since: self.now };
        self.heard = self.now;
        self.effects.push_back(Effect::Connect);
        self.join();
    }

    fn close(&mut self) {
        if self.in_room {
            self.effects.push_back(Effect::Leave);
        }
        if self.link != Link::Closed {
            self.effects.push_back(Effect::Disconnect);
        }
        self.link = Link::Closed;
        self.in_room = false;
        self.joined = false;
        self.rejoin_at = None;
        self.phone_retry = None;
    }

    fn join(&mut self) {
        if let (false, Some(customer_id)) = (self.in_room, &self.customer_id) {
            self.effects.push_back(Effect::Join { topic: topic(customer_id) });
            self.in_room = true;
            self.joined = false;
            self.heard = self.now;
        }
    }

    fn fetch_account(&mut self) {
        self.account_retry = None;
        self.account_pending = true;
        self.account_attempt = self.account_attempt.wrapping_add(1);
        self.effects.push_back(Effect::FetchAccount { attempt: self.account_attempt });
    }

    /// An answer that is still under way no longer counts.
    fn forget_account_call(&mut self) {
        self.account_retry = None;
        self.account_pending = false;
        self.account_failing_since = None;
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
                self.customer_id.get_or_insert(account.customer_id);
                // What the room pushed meanwhile is newer than the account's answer.
                match (account.whatsapp_connected, &self.session) {
                    (Some(true), Session::Unknown) => self.connect(Since::Before(self.now)),
                    (Some(false), Session::Connected { .. }) if !self.joined => self.log_out(),
                    _ => {}
                }
                if self.link != Link::Closed {
                    self.join();
                }
            }
            Err(error) if error.is_passing() => {
                self.account_failing_since.get_or_insert(self.now);
                let wait = ACCOUNT_RETRIES.get(self.account_failures).unwrap_or(&ACCOUNT_RETRIES[3]);
                self.account_failures = self.account_failures.saturating_add(1);
                self.account_retry = Some(self.now + *wait);
            }
            Err(error) => self.fail(Failure::of(&error)),
        }
    }

    fn fetch_phone(&mut self) {
        self.phone_retry = None;
        let Some(customer_id) = self.customer_id.clone() else { return };
        self.phone_attempt = self.phone_attempt.wrapping_add(1);
        self.effects.push_back(Effect::FetchInstance { attempt: self.phone_attempt, customer_id });
    }

    fn instance(&mut self, attempt: u32, result: Result<Instance, ApiError>) {
        let Session::Connected { phone, .. } = &mut self.session else { return };
        if attempt != self.phone_attempt {
            return;
        }
        let worth_asking_again = match result {
            Ok(Instance { whatsapp_phone: Some(number), .. }) => {
                *phone = Some(number.into());
                false
            }
            Ok(_) => true,
            // The number is an extra that a proxy without a developer's key can't give.
            Err(error) => error.is_passing(),
        };
        if worth_asking_again {
            self.phone_retry = PHONE_RETRIES.get(self.phone_failures).map(|wait| self.now + *wait);
            self.phone_failures = self.phone_failures.saturating_add(1);
        }
    }

    fn link_down(&mut self, refused: bool) {
        self.joined = false;
        let since = match self.link {
            Link::Closed => return,
            Link::Down { since, .. } | Link::Opening { since } => since,
            Link::Up => self.now,
        };
        let known = matches!(self.link, Link::Down { refused: true, .. });
        self.link = Link::Down { since, refused };
        // A browser does not tell why an upgrade failed; the account call does.
        if refused && !known && !self.account_pending && self.account_retry.is_none() {
            self.fetch_account();
        }
    }

    fn channel_closed(&mut self) {
        self.joined = false;
        if self.in_room {
            let wait = REJOINS.get(self.rejoins).unwrap_or(&REJOINS[3]);
            self.rejoins = self.rejoins.saturating_add(1);
            self.rejoin_at = Some(self.now + *wait);
        }
    }

    fn auth_state(&mut self, push: AuthState<'_>) {
        if !self.in_room || self.mode != Mode::Running {
            return;
        }
        self.joined = true;
        self.heard = self.now;
        self.last_push = self.now;
        match (push, &mut self.session) {
            (AuthState::Connected, Session::Connected { doubted, .. }) => *doubted = None,
            (AuthState::Connected, Session::Unknown) => self.connect(Since::Before(self.now)),
            (AuthState::Connected, _) => self.connect(Since::Seen(self.now)),
            (AuthState::Preparing, Session::Connected { doubted, .. }) => {
                doubted.get_or_insert(self.now);
            }
            (AuthState::Code(_), Session::Connected { .. }) => self.log_out(),
            (AuthState::Preparing | AuthState::Code(_), Session::LoggedOut { .. })
            | (AuthState::Preparing, Session::Preparing { .. }) => {}
            (AuthState::Preparing, _) => self.session = Session::Preparing { since: self.now },
            (AuthState::Code(payload), Session::Code(code)) if *code.payload == *payload => {}
            (AuthState::Code(payload), _) => self.code(payload),
        }
    }

    fn code(&mut self, payload: &str) {
        if payload.len() > LONGEST_CODE {
            self.session = Session::BadCode;
            return;
        }
        if self.config.pause_after_codes > 0 && self.codes >= self.config.pause_after_codes {
            self.mode = Mode::Paused(Pause::Unscanned);
            self.forget_account_call();
            self.close();
            return;
        }
        self.codes = self.codes.saturating_add(1);
        self.session =
            Session::Code(Code { payload: payload.into(), first_seen: self.now, ordinal: self.codes });
    }

    fn connect(&mut self, since: Since) {
        self.session = Session::Connected { since, phone: None, doubted: None };
        self.phone_failures = 0;
        self.fetch_phone();
    }

    fn log_out(&mut self) {
        self.phone_retry = None;
        self.session = Session::LoggedOut { at: self.now };
    }
}
