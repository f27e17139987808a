//! One connection, kept up, and the channels on it.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use super::backoff::{Jitter, REFUSED_AFTER};
use super::channel::{Channel, ChannelId, ChannelState, Push, PushId};
use super::frame::{self, Frame};
use super::heartbeat::Heartbeat;
use crate::json::Value;
use crate::time::{Instant, earliest};

/// So many pushes of a channel may wait for a reply or a connection.
const MOST_PUSHES: usize = 32;

/// How a socket is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// From the opening or a heartbeat's reply to the next heartbeat.
    pub heartbeat_interval: Duration,
    /// How long a heartbeat's reply may take before the connection counts as dead.
    pub heartbeat_timeout: Duration,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long a join's reply may take, the time without a connection included.
    pub join_timeout: Duration,
    /// The longest frame that is read, in bytes.
    pub longest_frame: usize,
    /// Where the jitter of all waits starts. Different for each client.
    pub jitter_seed: u64,
}

impl Config {
    /// The times of the reference client: 30 s, 30 s, 20 s and 10 s; frames of up to 1 MiB.
    pub const fn new(jitter_seed: u64) -> Self {
        Self {
            heartbeat_interval: Duration::from_secs(30),
            heartbeat_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(20),
            join_timeout: Duration::from_secs(10),
            longest_frame: 1 << 20,
            jitter_seed,
        }
    }
}

/// What happened outside. What belongs to a connection carries its epoch; that of an old one is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// The connection opened.
    Opened {
        /// From [`Output::Connect`].
        epoch: u32,
    },
    /// A text frame came.
    Text {
        /// From [`Output::Connect`].
        epoch: u32,
        /// The frame.
        text: &'a str,
    },
    /// A frame came that is no text, or that the owner would not read.
    Unreadable {
        /// From [`Output::Connect`].
        epoch: u32,
    },
    /// The connection closed, or failed to open.
    Closed {
        /// From [`Output::Connect`].
        epoch: u32,
        /// The close code, 1006 where there was none.
        code: u16,
    },
    /// The page is out of sight: a reconnect that falls due waits.
    PageHidden,
    /// The page is in sight.
    PageVisible,
    /// The page was thawed.
    Resumed,
    /// There is a network again.
    Online,
    /// The page is left, perhaps into the back-forward cache.
    PageHide,
    /// The page is back from the back-forward cache.
    PageShow,
}

/// What the owner is to do, in order.
#[derive(Clone, PartialEq, Eq)]
pub enum Output {
    /// Open a connection. The URL and its parameters are the owner's, evaluated anew each time.
    Connect {
        /// Which connection: comes back with its inputs.
        epoch: u32,
    },
    /// Send a text frame.
    Send {
        /// On which connection.
        epoch: u32,
        /// The frame.
        text: String,
    },
    /// Close the connection, without waiting for it.
    Close {
        /// Which.
        epoch: u32,
        /// With which code.
        code: u16,
    },
    /// Something happened that the user of the channels wants to know.
    Event(Event),
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect { epoch } => write!(f, "Connect({epoch})"),
            // A frame may hold a login code.
            Self::Send { epoch, text } => write!(f, "Send({epoch}, {} bytes)", text.len()),
            Self::Close { epoch, code } => write!(f, "Close({epoch}, {code})"),
            Self::Event(event) => event.fmt(f),
        }
    }
}

/// What happened on the socket and its channels.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The connection is open.
    Opened,
    /// The connection is lost or did not open; it is tried again by itself.
    Down {
        /// Connections in a row that did not open or were lost.
        failures: u32,
        /// Several failed without one that opened: the server may be refusing us.
        refused: bool,
    },
    /// The room let us in.
    Joined {
        /// Which.
        channel: ChannelId,
        /// What it said.
        response: Value,
    },
    /// The room refused us; it is asked again by itself, unless it is left.
    JoinRefused {
        /// Which.
        channel: ChannelId,
        /// What it said.
        response: Value,
    },
    /// The room did not answer; it is asked again by itself.
    JoinTimeout {
        /// Which.
        channel: ChannelId,
    },
    /// The room crashed; it is joined again by itself.
    Errored {
        /// Which.
        channel: ChannelId,
    },
    /// The room ended. The channel is forgotten, and its pushes with it.
    Closed {
        /// Which.
        channel: ChannelId,
    },
    /// The room says something.
    Message {
        /// Which.
        channel: ChannelId,
        /// The event's name.
        event: String,
        /// What it says.
        payload: Value,
    },
    /// A push was answered.
    Reply {
        /// Which.
        push: PushId,
        /// Whether the status was `ok`.
        ok: bool,
        /// The answer.
        response: Value,
    },
    /// A push was not answered in time. It is not sent any more.
    PushTimeout {
        /// Which.
        push: PushId,
        /// Its frame went out, so that it may have been carried out.
        sent: bool,
    },
    /// The server sent what is no frame.
    Malformed,
}

/// A channel can't be joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinError {
    /// There is a channel for this topic already.
    AlreadyJoined,
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the topic is joined already")
    }
}

impl std::error::Error for JoinError {}

/// A push can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushError {
    /// The channel was closed or left.
    NoChannel,
    /// Too many pushes wait on this channel.
    Full,
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoChannel => "the channel is closed",
            Self::Full => "too many pushes wait on the channel",
        })
    }
}

impl std::error::Error for PushError {}

/// The state of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// None.
    Closed,
    /// On its way.
    Connecting,
    /// Open.
    Open,
}

/// The socket.
#[derive(Debug)]
pub struct Socket {
    config: Config,
    jitter: Jitter,
    /// Between connect and disconnect.
    wanted: bool,
    link: LinkState,
    epoch: u32,
    hidden: bool,
    /// The page is in the back-forward cache or on its way.
    away: bool,
    failures: u32,
    retry_at: Option<Instant>,
    connect_deadline: Option<Instant>,
    heartbeat: Heartbeat,
    last_ref: u64,
    last_id: u32,
    channels: Vec<Channel>,
    outputs: VecDeque<Output>,
}

impl Socket {
    /// A socket that is not connected.
    pub const fn new(config: Config) -> Self {
        Self {
            jitter: Jitter::new(config.jitter_seed),
            config,
            wanted: false,
            link: LinkState::Closed,
            epoch: 0,
            hidden: false,
            away: false,
            failures: 0,
            retry_at: None,
            connect_deadline: None,
            heartbeat: Heartbeat::Off,
            last_ref: 0,
            last_id: 0,
            channels: Vec::new(),
            outputs: VecDeque::new(),
        }
    }

    /// The state of the connection.
    pub const fn link(&self) -> LinkState {
        self.link
    }

    /// The state of a channel; `None` once it is closed or left.
    pub fn channel_state(&self, channel: ChannelId) -> Option<ChannelState> {
        self.channels.iter().find(|it| it.id == channel).map(|it| it.state)
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Self::handle_timeout`] is next wanted.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let of_channels = self.channels.iter().filter_map(Channel::deadline).min();
        let retry_at = self.retry_at.filter(|_| !self.hidden);
        earliest(&[retry_at, self.connect_deadline, self.heartbeat.deadline(), of_channels])
    }

    /// Connects and stays connected. Does nothing where that was asked for already.
    pub fn connect(&mut self, now: Instant) {
        if !self.wanted {
            self.wanted = true;
            self.failures = 0;
            if !self.away {
                self.dial(now);
            }
        }
    }

    /// Closes the connection and stays away. Channels stay and are joined again by the next connect.
    pub fn disconnect(&mut self, _now: Instant) {
        self.wanted = false;
        self.hang_up();
    }

    /// Joins a room, at once or when there is a connection.
    ///
    /// # Errors
    /// [`JoinError::AlreadyJoined`]: a socket has one channel for a topic.
    pub fn join(
        &mut self,
        now: Instant,
        topic: &str,
        payload: impl FnMut() -> Value + 'static,
    ) -> Result<ChannelId, JoinError> {
        if self.channels.iter().any(|channel| channel.topic == topic) {
            return Err(JoinError::AlreadyJoined);
        }
        let id = ChannelId(self.next_id());
        self.channels.push(Channel {
            id,
            topic: topic.to_owned(),
            payload: Box::new(payload),
            state: ChannelState::Joining,
            join_ref: None,
            join_deadline: Some(now + self.config.join_timeout),
            rejoin_at: None,
            failed_joins: 0,
            pushes: Vec::new(),
        });
        if self.link == LinkState::Open {
            self.send_join(now, id);
        }
        Ok(id)
    }

    /// Sends an event to a room, at once or when it is joined, and at most once. Answered or timed out `timeout` from
    /// now.
    ///
    /// # Errors
    /// [`PushError`], with nothing sent.
    pub fn push(
        &mut self,
        now: Instant,
        channel: ChannelId,
        event: &str,
        payload: Value,
        timeout: Duration,
    ) -> Result<PushId, PushError> {
        let id = PushId(self.next_id());
        let found = self.channels.iter_mut().find(|it| it.id == channel).ok_or(PushError::NoChannel)?;
        if found.pushes.len() >= MOST_PUSHES {
            return Err(PushError::Full);
        }
        found.pushes.push(Push {
            id,
            reference: None,
            event: event.to_owned(),
            payload,
            deadline: now + timeout,
        });
        self.flush(now, channel);
        Ok(id)
    }

    /// Leaves a room without waiting for its answer. Its pushes are forgotten.
    pub fn leave(&mut self, _now: Instant, channel: ChannelId) {
        if let Some(left) = self.take_channel(channel) {
            let reference = self.next_ref();
            if let Some(text) = left.leave_frame(&reference) {
                self.send(text);
            }
        }
    }

    /// Tells the socket what happened.
    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        match input {
            Input::Opened { epoch } if self.is(epoch, LinkState::Connecting) => self.opened(now),
            Input::Text { epoch, text } if self.is(epoch, LinkState::Open) => {
                let frame = if text.len() <= self.config.longest_frame { Frame::read(text) } else { None };
                match frame {
                    Some(frame) => self.received(now, frame),
                    None => self.tell(Event::Malformed),
                }
            }
            Input::Unreadable { epoch } if self.is(epoch, LinkState::Open) => self.tell(Event::Malformed),
            Input::Closed { epoch, .. } if epoch == self.epoch && self.link != LinkState::Closed => {
                self.lost(now)
            }
            // Of a connection that is no more, or not yet.
            Input::Opened { .. } | Input::Text { .. } | Input::Unreadable { .. } | Input::Closed { .. } => {}
            Input::PageHidden => self.hidden = true,
            Input::PageVisible => {
                self.hidden = false;
                self.wake(now);
            }
            Input::Resumed | Input::Online => self.wake(now),
            Input::PageHide => {
                self.away = true;
                if self.link != LinkState::Closed {
                    self.hang_up();
                    self.tell(Event::Down { failures: self.failures, refused: false });
                }
                self.retry_at = None;
            }
            Input::PageShow => {
                self.away = false;
                self.wake(now);
            }
        }
    }

    /// Tells the socket that time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if due(self.retry_at) && !self.hidden {
            self.dial(now);
        }
        if due(self.connect_deadline) {
            self.give_up(now);
        }
        if due(self.heartbeat.deadline()) {
            self.beat(now);
        }
        for channel in self.channels.iter().map(|channel| channel.id).collect::<Vec<_>>() {
            self.channel_timeout(now, channel);
        }
    }

    /// Whether this is the current connection, and in that state.
    fn is(&self, epoch: u32, link: LinkState) -> bool {
        epoch == self.epoch && link == self.link
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn send(&mut self, text: String) {
        self.outputs.push_back(Output::Send { epoch: self.epoch, text });
    }

    /// Refs count up for as long as the socket lives, over all its connections.
    fn next_ref(&mut self) -> String {
        self.last_ref = self.last_ref.wrapping_add(1);
        decimal(self.last_ref)
    }

    fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.wrapping_add(1);
        self.last_id
    }

    fn channel_mut(&mut self, id: ChannelId) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.id == id)
    }

    fn take_channel(&mut self, id: ChannelId) -> Option<Channel> {
        let index = self.channels.iter().position(|channel| channel.id == id)?;
        Some(self.channels.remove(index))
    }

    fn dial(&mut self, now: Instant) {
        self.epoch = self.epoch.wrapping_add(1);
        self.link = LinkState::Connecting;
        self.retry_at = None;
        self.connect_deadline = Some(now + self.config.connect_timeout);
        self.outputs.push_back(Output::Connect { epoch: self.epoch });
    }

    fn wake(&mut self, now: Instant) {
        if self.wanted && !self.away && self.link == LinkState::Closed {
            self.dial(now);
        }
    }

    fn opened(&mut self, now: Instant) {
        self.link = LinkState::Open;
        self.failures = 0;
        self.connect_deadline = None;
        self.heartbeat = Heartbeat::Due(now + self.config.heartbeat_interval);
        self.tell(Event::Opened);
        for channel in self.channels.iter().map(|channel| channel.id).collect::<Vec<_>>() {
            self.send_join(now, channel);
        }
    }

    /// Closes the connection on our own account.
    fn hang_up(&mut self) {
        if self.link != LinkState::Closed {
            self.outputs.push_back(Output::Close { epoch: self.epoch, code: 1_000 });
        }
        self.cut_off();
    }

    fn cut_off(&mut self) {
        self.link = LinkState::Closed;
        self.retry_at = None;
        self.connect_deadline = None;
        self.heartbeat = Heartbeat::Off;
        for channel in &mut self.channels {
            channel.rejoin_at = None;
            // A join that never went out keeps its deadline, which runs without a connection too.
            if channel.join_ref.is_some() {
                channel.fail();
            }
        }
    }

    /// The connection closed, or did not open.
    fn lost(&mut self, now: Instant) {
        self.cut_off();
        self.failures = self.failures.saturating_add(1);
        self.retry_at = Some(now + self.jitter.reconnect(self.failures));
        self.tell(Event::Down { failures: self.failures, refused: self.failures >= REFUSED_AFTER });
    }

    /// The connection is dead without having closed.
    fn give_up(&mut self, now: Instant) {
        self.outputs.push_back(Output::Close { epoch: self.epoch, code: 1_000 });
        self.lost(now);
    }

    fn beat(&mut self, now: Instant) {
        if matches!(self.heartbeat, Heartbeat::Sent { .. }) {
            self.give_up(now);
            return;
        }
        let reference = self.next_ref();
        self.send(frame::write(None, &reference, "phoenix", "heartbeat", &Value::empty_object()));
        self.heartbeat = Heartbeat::Sent { reference, reply_due: now + self.config.heartbeat_timeout };
    }

    fn send_join(&mut self, now: Instant, id: ChannelId) {
        let reference = self.next_ref();
        let deadline = now + self.config.join_timeout;
        if let Some(text) = self.channel_mut(id).map(|channel| channel.join_frame(reference, deadline)) {
            self.send(text);
        }
    }

    /// Joins again after a while; without a connection, as soon as there is one.
    fn rejoin_later(&mut self, now: Instant, id: ChannelId) {
        let is_open = self.link == LinkState::Open;
        let Self { channels, jitter, .. } = self;
        if let Some(channel) = channels.iter_mut().find(|channel| channel.id == id) {
            channel.fail();
            channel.failed_joins = channel.failed_joins.saturating_add(1);
            channel.rejoin_at = is_open.then(|| now + jitter.rejoin(channel.failed_joins));
        }
    }

    /// Sends what waits for the room.
    fn flush(&mut self, now: Instant, id: ChannelId) {
        let Self { channels, outputs, last_ref, epoch, .. } = self;
        let Some(channel) = channels.iter_mut().find(|channel| channel.id == id) else { return };
        if channel.state != ChannelState::Joined {
            return;
        }
        // Timers of a page out of sight are late: one whose time is over may not have been told so yet.
        for push in channel.pushes.iter_mut().filter(|push| push.reference.is_none() && push.deadline > now) {
            *last_ref = last_ref.wrapping_add(1);
            let reference = decimal(*last_ref);
            let text = frame::write(
                channel.join_ref.as_deref(),
                &reference,
                &channel.topic,
                &push.event,
                &push.payload,
            );
            // What was typed is not kept once it is sent.
            push.payload.wipe();
            push.reference = Some(reference);
            outputs.push_back(Output::Send { epoch: *epoch, text });
        }
    }

    fn channel_timeout(&mut self, now: Instant, id: ChannelId) {
        let Some(channel) = self.channel_mut(id) else { return };
        let mut timed_out = Vec::new();
        channel.pushes.retain(|push| {
            let is_due = push.deadline <= now;
            if is_due {
                timed_out.push(Event::PushTimeout { push: push.id, sent: push.reference.is_some() });
            }
            !is_due
        });
        let join_is_due = channel.join_deadline.is_some_and(|at| at <= now);
        let rejoin_is_due = channel.rejoin_at.is_some_and(|at| at <= now);
        timed_out.into_iter().for_each(|event| self.tell(event));
        if join_is_due {
            let reference = self.next_ref();
            let leave = self.channel_mut(id).and_then(|channel| channel.leave_frame(&reference));
            if let Some(text) = leave {
                self.send(text);
            }
            self.tell(Event::JoinTimeout { channel: id });
            self.rejoin_later(now, id);
        } else if rejoin_is_due {
            self.send_join(now, id);
        }
    }

    fn received(&mut self, now: Instant, frame: Frame) {
        if let Heartbeat::Sent { reference, .. } = &self.heartbeat
            && frame.topic == "phoenix"
            && frame.reference.as_deref() == Some(reference)
        {
            self.heartbeat = Heartbeat::Due(now + self.config.heartbeat_interval);
            return;
        }
        let Some(channel) = self.channels.iter_mut().find(|channel| channel.topic == frame.topic) else {
            return;
        };
        // Of an earlier join of this topic.
        if frame.join_ref.is_some() && frame.join_ref != channel.join_ref {
            return;
        }
        let id = channel.id;
        match frame.event.as_str() {
            "phx_reply" => self.replied(now, id, frame),
            "phx_error" if channel.state != ChannelState::Errored => {
                self.tell(Event::Errored { channel: id });
                self.rejoin_later(now, id);
            }
            "phx_error" => {}
            "phx_close" => {
                drop(self.take_channel(id));
                self.tell(Event::Closed { channel: id });
            }
            _ if channel.state == ChannelState::Errored => {}
            _ => self.tell(Event::Message { channel: id, event: frame.event, payload: frame.payload }),
        }
    }

    fn replied(&mut self, now: Instant, id: ChannelId, frame: Frame) {
        let ok = frame.payload.get("status").and_then(Value::as_str) == Some("ok");
        let response = frame.payload.get("response").cloned().unwrap_or(Value::Null);
        let Some(channel) = self.channel_mut(id) else { return };
        if frame.reference.is_none() {
            return;
        }
        if channel.state == ChannelState::Joining && frame.reference == channel.join_ref {
            if ok {
                channel.state = ChannelState::Joined;
                channel.join_deadline = None;
                channel.failed_joins = 0;
                self.tell(Event::Joined { channel: id, response });
                self.flush(now, id);
            } else {
                self.tell(Event::JoinRefused { channel: id, response });
                self.rejoin_later(now, id);
            }
        } else if let Some(index) = channel.pushes.iter().position(|push| push.reference == frame.reference) {
            let push = channel.pushes.remove(index).id;
            self.tell(Event::Reply { push, ok, response });
        }
    }
}

/// As `to_string`, which would bring the standard library's formatting into a page that formats nothing else.
fn decimal(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            return digits.into_iter().rev().map(char::from).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_are_decimal() {
        for number in [0, 1, 9, 10, 1_234_567_890, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }

    #[test]
    fn what_was_typed_is_kept_until_it_is_sent_and_no_longer() {
        let now = Instant::default();
        let typed = || Value::Object(vec![("code".to_owned(), Value::String("12345".to_owned()))]);
        let kept = |socket: &Socket| -> Vec<Value> {
            socket.channels.iter().flat_map(|it| &it.pushes).map(|push| push.payload.clone()).collect()
        };
        let wiped = Value::Object(vec![("code".to_owned(), Value::String(String::new()))]);

        let mut socket = Socket::new(Config::new(1));
        socket.connect(now);
        socket.handle_input(now, Input::Opened { epoch: 1 });
        let channel = socket.join(now, "t", Value::empty_object).unwrap();
        socket.push(now, channel, "send_code", typed(), Duration::from_secs(9)).unwrap();
        assert_eq!(kept(&socket), [typed()]);
        let joined = r#"["1","1","t","phx_reply",{"status":"ok","response":{}}]"#;
        socket.handle_input(now, Input::Text { epoch: 1, text: joined });
        assert_eq!(kept(&socket), vec![wiped.clone()]);
        let sent = std::iter::from_fn(|| socket.poll_output())
            .any(|output| matches!(output, Output::Send { text, .. } if text.contains("12345")));
        assert!(sent);
        socket.push(now, channel, "send_code", typed(), Duration::from_secs(9)).unwrap();
        assert_eq!(kept(&socket), [wiped.clone(), wiped]);
    }
}
