//! A Phoenix server that does as it is told, and a driver that carries out what the socket wants.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jetapi::channels::{
    ChannelId, ChannelState, Config, Event, Input, JoinError, Output, PushError, PushId, Socket,
};
use jetapi::json::Value;
use jetapi::time::Instant;
use serde_json::{Value as Json, json};

pub(crate) const TOPIC: &str = "session:77";
pub(crate) const SECOND: u64 = 1_000;

/// What the server does with those who dial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    /// A refused upgrade, or no network.
    Shut,
    /// The packets go nowhere.
    Silent,
}

/// What the server does with a join or a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Ok,
    Error,
    Never,
}

/// A frame that the server got.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Got {
    pub(crate) at: u64,
    pub(crate) epoch: u32,
    pub(crate) join_ref: Option<String>,
    pub(crate) reference: String,
    pub(crate) topic: String,
    pub(crate) event: String,
    pub(crate) payload: Json,
}

/// A server, and what it knows of the client that it serves.
pub(crate) struct Server {
    pub(crate) door: Door,
    pub(crate) joins: Answer,
    pub(crate) pushes: Answer,
    pub(crate) heartbeats: bool,
    pub(crate) got: Vec<Got>,
    /// The join_ref of each topic that is joined.
    rooms: BTreeMap<String, String>,
    /// Refs ever seen: the same one twice is a frame that was sent twice.
    last_ref: u64,
}

impl Server {
    /// Checks that a frame is one that the protocol allows here, and answers it.
    fn receive(&mut self, at: u64, epoch: u32, text: &str) -> Vec<String> {
        let (join_ref, reference, topic, event, payload): (Option<String>, String, String, String, Json) =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("no frame: {error}: {text}"));
        let count: u64 = reference.parse().unwrap();
        assert!(count > self.last_ref, "a ref that does not count up: {text}");
        self.last_ref = count;
        assert!(payload.is_object(), "{text}");
        let mut answers = Vec::new();
        let mut reply = |answer: Answer| match answer {
            Answer::Ok => answers.push(reply_text(&join_ref, &reference, &topic, "ok", json!({}))),
            Answer::Error => {
                answers.push(reply_text(&join_ref, &reference, &topic, "error", json!({"reason": "no"})));
            }
            Answer::Never => {}
        };
        match (topic.as_str(), event.as_str()) {
            ("phoenix", "heartbeat") => {
                assert_eq!((&join_ref, &payload), (&None, &json!({})));
                reply(if self.heartbeats { Answer::Ok } else { Answer::Never });
            }
            (_, "phx_join") => {
                assert_eq!(join_ref.as_ref(), Some(&reference), "a join is its own join");
                reply(self.joins);
                if self.joins == Answer::Ok {
                    let old = self.rooms.insert(topic.clone(), reference.clone());
                    answers.extend(old.map(|old| text_of(Some(&old), Some(&old), &topic, "phx_close")));
                }
            }
            (_, "phx_leave") => {
                assert!(join_ref.is_some(), "{text}");
                reply(Answer::Ok);
                if self.rooms.get(&topic) == join_ref.as_ref() {
                    self.rooms.remove(&topic);
                    let join_ref = join_ref.as_deref();
                    answers.push(text_of(join_ref, join_ref, &topic, "phx_close"));
                }
            }
            _ => {
                assert_eq!(self.rooms.get(&topic), join_ref.as_ref(), "a push to a room that is not joined");
                reply(self.pushes);
            }
        }
        self.got.push(Got { at, epoch, join_ref, reference, topic, event, payload });
        answers
    }
}

fn text_of(join_ref: Option<&str>, reference: Option<&str>, topic: &str, event: &str) -> String {
    json!([join_ref, reference, topic, event, {}]).to_string()
}

fn reply_text(
    join_ref: &Option<String>,
    reference: &str,
    topic: &str,
    status: &str,
    response: Json,
) -> String {
    json!([join_ref, reference, topic, "phx_reply", {"status": status, "response": response}]).to_string()
}

/// A page with a socket, the server that it talks to, and the clock of both.
pub(crate) struct World {
    pub(crate) socket: Socket,
    pub(crate) server: Server,
    pub(crate) now: u64,
    /// The connection that the owner holds.
    pub(crate) connection: Option<u32>,
    /// When connections were dialled.
    pub(crate) dials: Vec<u64>,
    /// The connections that were closed by us, with their codes.
    pub(crate) closes: Vec<(u32, u16)>,
    events: Vec<Event>,
    epochs: BTreeSet<u32>,
    /// How often timers fired.
    pub(crate) fired: usize,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::seeded(1)
    }

    pub(crate) fn seeded(jitter_seed: u64) -> Self {
        Self::with(Config::new(jitter_seed))
    }

    pub(crate) fn with(config: Config) -> Self {
        Self {
            socket: Socket::new(config),
            server: Server {
                door: Door::Open,
                joins: Answer::Ok,
                pushes: Answer::Ok,
                heartbeats: true,
                got: vec![],
                rooms: BTreeMap::new(),
                last_ref: 0,
            },
            now: 0,
            connection: None,
            dials: vec![],
            closes: vec![],
            events: vec![],
            epochs: BTreeSet::new(),
            fired: 0,
        }
    }

    /// Connected, with nothing to look at yet.
    pub(crate) fn connected() -> Self {
        let mut world = Self::new();
        world.connect();
        world.forget();
        world
    }

    /// In [`TOPIC`], with nothing to look at yet.
    pub(crate) fn joined() -> (Self, ChannelId) {
        let mut world = Self::connected();
        let channel = world.join(TOPIC);
        assert_eq!(world.state(channel), Some(ChannelState::Joined));
        world.forget();
        (world, channel)
    }

    /// Forgets what was seen so far.
    pub(crate) fn forget(&mut self) {
        self.server.got.clear();
        self.events.clear();
        self.dials.clear();
        self.closes.clear();
    }

    pub(crate) fn at(&self) -> Instant {
        Instant::from_millis(self.now)
    }

    pub(crate) fn connect(&mut self) {
        self.socket.connect(self.at());
        self.settle();
    }

    pub(crate) fn disconnect(&mut self) {
        self.socket.disconnect(self.at());
        self.settle();
    }

    pub(crate) fn join(&mut self, topic: &str) -> ChannelId {
        self.try_join(topic).unwrap()
    }

    pub(crate) fn try_join(&mut self, topic: &str) -> Result<ChannelId, JoinError> {
        let joined = self.socket.join(self.at(), topic, Value::empty_object);
        self.settle();
        joined
    }

    pub(crate) fn leave(&mut self, channel: ChannelId) {
        self.socket.leave(self.at(), channel);
        self.settle();
    }

    pub(crate) fn try_push(
        &mut self,
        channel: ChannelId,
        event: &str,
        timeout: u64,
    ) -> Result<PushId, PushError> {
        let payload = Value::Object(vec![("code".into(), Value::String("12345".into()))]);
        let pushed = self.socket.push(self.at(), channel, event, payload, Duration::from_millis(timeout));
        self.settle();
        pushed
    }

    /// A push that waits for ten seconds.
    pub(crate) fn push(&mut self, channel: ChannelId, event: &str) -> PushId {
        self.try_push(channel, event, 10 * SECOND).unwrap()
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.socket.handle_input(self.at(), input);
        self.settle();
    }

    /// The server sends a frame on the connection.
    pub(crate) fn say(&mut self, frame: &Json) {
        self.say_text(&frame.to_string());
    }

    pub(crate) fn say_text(&mut self, text: &str) {
        let epoch = self.connection.unwrap();
        self.input(Input::Text { epoch, text });
    }

    /// The connection closes without our doing.
    pub(crate) fn cut(&mut self, code: u16) {
        let epoch = self.connection.take().unwrap();
        self.server.rooms.clear();
        self.input(Input::Closed { epoch, code });
    }

    /// The server's side of a room crashes.
    pub(crate) fn crash(&mut self, topic: &str) {
        let join_ref = self.server.rooms.remove(topic);
        self.say(&json!([join_ref, join_ref, topic, "phx_error", {}]));
    }

    /// Lets time pass, with each timer fired when it is due.
    pub(crate) fn advance(&mut self, millis: u64) {
        let end = self.now + millis;
        while let Some(due) = self.socket.poll_timeout().map(Instant::as_millis).filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.fired += 1;
            self.socket.handle_timeout(self.at());
            self.settle();
            let next = self.socket.poll_timeout().map(Instant::as_millis);
            assert!(
                next.is_none_or(|next| next > self.now),
                "a timer that stays due: {next:?} at {}",
                self.now
            );
        }
        self.now = end;
    }

    /// Lets time pass until `is_so`, at most ten minutes. Says how long it took.
    pub(crate) fn until(&mut self, is_so: impl Fn(&Self) -> bool) -> u64 {
        let start = self.now;
        while !is_so(self) {
            let due = self.socket.poll_timeout().expect("nothing will ever happen").as_millis();
            assert!(due <= start + 600 * SECOND, "nothing happened in ten minutes");
            self.advance(due.saturating_sub(self.now));
        }
        self.now - start
    }

    pub(crate) fn state(&self, channel: ChannelId) -> Option<ChannelState> {
        self.socket.channel_state(channel)
    }

    /// What happened since this was asked last.
    pub(crate) fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The frames with this event that the server got.
    pub(crate) fn got(&self, event: &str) -> Vec<Got> {
        self.server.got.iter().filter(|got| got.event == event).cloned().collect()
    }

    /// The join_ref under which the server last let us in or was asked to.
    pub(crate) fn join_ref(&self, topic: &str) -> String {
        self.server.rooms.get(topic).cloned().unwrap()
    }

    /// Carries out what the socket wants, until it wants nothing more.
    pub(crate) fn settle(&mut self) {
        while let Some(output) = self.socket.poll_output() {
            match output {
                Output::Connect { epoch } => self.dial(epoch),
                Output::Send { epoch, text } => {
                    assert_eq!(self.connection, Some(epoch), "a frame for a connection that is not open");
                    for answer in self.server.receive(self.now, epoch, &text) {
                        self.socket.handle_input(self.at(), Input::Text { epoch, text: &answer });
                    }
                }
                Output::Close { epoch, code } => {
                    if self.connection == Some(epoch) {
                        self.connection = None;
                        self.server.rooms.clear();
                    }
                    self.closes.push((epoch, code));
                    // The browser says so late, when another connection may be open.
                    self.socket.handle_input(self.at(), Input::Closed { epoch, code });
                }
                Output::Event(event) => self.events.push(event),
            }
        }
    }

    fn dial(&mut self, epoch: u32) {
        assert_eq!(self.connection, None, "two connections at once");
        assert!(self.epochs.insert(epoch), "an epoch that was used before");
        self.dials.push(self.now);
        match self.server.door {
            Door::Open => {
                self.connection = Some(epoch);
                self.socket.handle_input(self.at(), Input::Opened { epoch });
            }
            Door::Shut => self.socket.handle_input(self.at(), Input::Closed { epoch, code: 1006 }),
            Door::Silent => {}
        }
    }
}

/// Whether a wait is `nominal`, give or take the jitter.
pub(crate) fn is_about(wait: u64, nominal: u64) -> bool {
    wait.abs_diff(nominal) <= nominal / 4 + 1
}

/// The waits between moments.
pub(crate) fn gaps(moments: &[u64]) -> Vec<u64> {
    moments.windows(2).map(|pair| pair[1] - pair[0]).collect()
}
