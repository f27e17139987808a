//! What holds whatever happens, in whatever order.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jetapi::channels::{
    ChannelId, ChannelState, Config, Event, Input, JoinError, LinkState, Output, PushError, PushId, Socket,
};
use jetapi::json::Value;
use jetapi::time::Instant;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value as Json, json};

const TOPICS: [&str; 3] = ["session:77", "session:78", "phoenix"];

/// Which connection an input claims to be of.
#[derive(Clone, Copy, Debug)]
enum Of {
    Current,
    Old,
    Future,
}

/// A ref in a frame of the server.
#[derive(Clone, Debug)]
enum Ref {
    Null,
    /// One that was sent, counted from the last.
    Sent(u64),
    Unknown,
}

#[derive(Clone, Debug)]
enum Step {
    Connect,
    Disconnect,
    Join(usize),
    Leave(Index),
    Push(Index, u64),
    Opened(Of),
    Closed(Of),
    Frame(Of, Ref, Ref, usize, &'static str, &'static str),
    Text(String),
    Unreadable(Of),
    Page(Input<'static>),
    /// Time passes, with or without the timer having fired in between.
    Wait(u64, bool),
    /// Time passes, and the timer is late: browsers hold back those of pages out of sight.
    Late(u64),
    /// A timer that fires before it is due.
    Early,
    /// The server answers the join of a topic.
    Admit(usize),
}

fn of() -> impl Strategy<Value = Of> {
    prop_oneof![8 => Just(Of::Current), 1 => Just(Of::Old), 1 => Just(Of::Future)]
}

fn any_ref() -> impl Strategy<Value = Ref> {
    prop_oneof![1 => Just(Ref::Null), 4 => (0..4u64).prop_map(Ref::Sent), 1 => Just(Ref::Unknown)]
}

fn step() -> impl Strategy<Value = Step> {
    let topic = 0..TOPICS.len();
    let events = ["phx_reply", "phx_error", "phx_close", "auth_state", "phx_join", ""];
    let payloads = [
        r#"{"status":"ok","response":{}}"#,
        r#"{"status":"error","response":{"reason":"unmatched topic"}}"#,
        "{}",
        "null",
        "[1]",
    ];
    let pages = [
        Input::PageHidden,
        Input::PageVisible,
        Input::Resumed,
        Input::Online,
        Input::PageHide,
        Input::PageShow,
    ];
    let waits = prop_oneof![0..300u64, 500..3_000u64, 9_000..12_000u64, 29_000..31_000u64, 0..600_000u64];
    prop_oneof![
        4 => Just(Step::Connect),
        1 => Just(Step::Disconnect),
        4 => topic.clone().prop_map(Step::Join),
        1 => any::<Index>().prop_map(Step::Leave),
        6 => (any::<Index>(), select(vec![0, 1, 3_000, 60_000])).prop_map(|(of, time)| Step::Push(of, time)),
        6 => of().prop_map(Step::Opened),
        2 => of().prop_map(Step::Closed),
        6 => (of(), any_ref(), any_ref(), topic.clone(), select(events.to_vec()), select(payloads.to_vec()))
            .prop_map(|(of, join, reference, topic, event, payload)| {
                Step::Frame(of, join, reference, topic, event, payload)
            }),
        1 => vec(any::<u8>(), 0..40).prop_map(|bytes| Step::Text(String::from_utf8_lossy(&bytes).into_owned())),
        1 => r#"[\[\]{}",:0-9a-z\\ ]{0,30}"#.prop_map(Step::Text),
        1 => of().prop_map(Step::Unreadable),
        3 => select(pages.to_vec()).prop_map(Step::Page),
        6 => (waits.clone(), any::<bool>()).prop_map(|(wait, fires)| Step::Wait(wait, fires)),
        3 => waits.prop_map(Step::Late),
        1 => Just(Step::Early),
        6 => topic.prop_map(Step::Admit),
    ]
}

/// A push as its owner knows it.
struct Known {
    channel: ChannelId,
    number: u64,
    deadline: u64,
    sent: bool,
}

/// An owner that remembers everything and checks each output against it.
struct Owner {
    socket: Socket,
    now: u64,
    wanted: bool,
    hidden: bool,
    /// The epoch of the last connection, and of the one that is not closed.
    last_epoch: u32,
    live: Option<u32>,
    open: bool,
    last_ref: u64,
    channels: BTreeMap<usize, ChannelId>,
    /// The ref of the last join of each topic on this connection.
    joins: BTreeMap<String, String>,
    /// Pushes that wait.
    pushes: Vec<(PushId, Known)>,
    numbers: u64,
    sent: BTreeSet<u64>,
    /// Answers everything as a server should.
    obliging: bool,
}

impl Owner {
    fn new(seed: u64) -> Self {
        Self {
            socket: Socket::new(Config::new(seed)),
            now: 0,
            wanted: false,
            hidden: false,
            last_epoch: 0,
            live: None,
            open: false,
            last_ref: 0,
            channels: BTreeMap::new(),
            joins: BTreeMap::new(),
            pushes: vec![],
            numbers: 0,
            sent: BTreeSet::new(),
            obliging: false,
        }
    }

    fn at(&self) -> Instant {
        Instant::from_millis(self.now)
    }

    fn epoch(&self, of: Of) -> u32 {
        match of {
            Of::Current => self.last_epoch,
            Of::Old => self.last_epoch.wrapping_sub(1),
            Of::Future => self.last_epoch + 1,
        }
    }

    fn channel(&self, index: Index) -> Option<(usize, ChannelId)> {
        let all: Vec<_> = self.channels.iter().collect();
        (!all.is_empty()).then(|| index.get(&all)).map(|(topic, channel)| (**topic, **channel))
    }

    fn input(&mut self, input: Input<'_>) {
        match input {
            Input::Opened { epoch } if self.live == Some(epoch) => self.open = true,
            Input::Closed { epoch, .. } if self.live == Some(epoch) => self.hung_up(),
            Input::PageHidden => self.hidden = true,
            Input::PageVisible => self.hidden = false,
            _ => {}
        }
        self.socket.handle_input(self.at(), input);
    }

    fn hung_up(&mut self) {
        self.live = None;
        self.open = false;
        self.joins.clear();
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Connect => {
                self.wanted = true;
                self.socket.connect(self.at());
            }
            Step::Disconnect => {
                self.wanted = false;
                self.socket.disconnect(self.at());
            }
            Step::Join(topic) => {
                match self.socket.join(self.at(), TOPICS[topic], Value::empty_object) {
                    Ok(channel) => assert!(self.channels.insert(topic, channel).is_none()),
                    Err(error) => {
                        assert_eq!(error, JoinError::AlreadyJoined);
                        assert!(self.channels.contains_key(&topic));
                    }
                };
            }
            Step::Leave(index) => {
                if let Some((topic, channel)) = self.channel(index) {
                    self.channels.remove(&topic);
                    self.pushes.retain(|(_, known)| known.channel != channel);
                    self.socket.leave(self.at(), channel);
                }
            }
            Step::Push(index, timeout) => {
                if let Some((_, channel)) = self.channel(index) {
                    self.push(channel, timeout);
                }
            }
            Step::Opened(of) => self.input(Input::Opened { epoch: self.epoch(of) }),
            Step::Closed(of) => self.input(Input::Closed { epoch: self.epoch(of), code: 1006 }),
            Step::Frame(of, join_ref, reference, topic, event, payload) => {
                let read = |reference| match reference {
                    Ref::Null => Json::Null,
                    Ref::Sent(back) => json!(self.last_ref.saturating_sub(back).to_string()),
                    Ref::Unknown => json!("999999"),
                };
                let payload: Json = serde_json::from_str(payload).unwrap();
                let text =
                    json!([read(join_ref), read(reference), TOPICS[topic], event, payload]).to_string();
                self.input(Input::Text { epoch: self.epoch(of), text: &text });
            }
            Step::Text(text) => self.input(Input::Text { epoch: self.last_epoch, text: &text }),
            Step::Unreadable(of) => self.input(Input::Unreadable { epoch: self.epoch(of) }),
            Step::Page(input) => self.input(input),
            Step::Wait(wait, fires) => self.wait(wait, fires),
            Step::Late(wait) => self.now += wait,
            Step::Early => self.socket.handle_timeout(self.at()),
            Step::Admit(topic) => {
                if let Some(join_ref) = self.joins.get(TOPICS[topic]).cloned() {
                    let text = reply(Some(&join_ref), &join_ref, TOPICS[topic]);
                    self.input(Input::Text { epoch: self.last_epoch, text: &text });
                }
            }
        }
        self.drain();
    }

    fn push(&mut self, channel: ChannelId, timeout: u64) {
        self.numbers += 1;
        let number = self.numbers;
        let payload = Value::Object(vec![("number".into(), Value::Number(number.to_string()))]);
        let waiting = self.pushes.iter().filter(|(_, known)| known.channel == channel).count();
        match self.socket.push(self.at(), channel, "push", payload, Duration::from_millis(timeout)) {
            Ok(push) => {
                assert!(waiting < 32);
                self.pushes
                    .push((push, Known { channel, number, deadline: self.now + timeout, sent: false }));
            }
            Err(error) => assert_eq!((error, waiting), (PushError::Full, 32)),
        }
    }

    fn wait(&mut self, wait: u64, fires: bool) {
        let end = self.now + wait;
        // Each firing leaves the timer later than it was, or the loop would not end.
        while let Some(due) =
            self.socket.poll_timeout().map(Instant::as_millis).filter(|due| fires && *due <= end)
        {
            self.now = self.now.max(due);
            self.fire();
        }
        self.now = end;
        self.fire();
    }

    fn fire(&mut self) {
        self.socket.handle_timeout(self.at());
        self.check_timer();
        let dials = self.drain();
        self.check_timer();
        assert!(dials == 0 || !self.hidden, "a timer dials out of sight");
    }

    fn check_timer(&self) {
        let next = self.socket.poll_timeout();
        assert!(next.is_none_or(|next| next > self.at()), "a timer that stays due: {next:?} at {}", self.now);
    }

    /// Carries out what the socket wants. Says how often it dialled.
    fn drain(&mut self) -> usize {
        let mut dials = 0;
        let mut count = 0;
        while let Some(output) = self.socket.poll_output() {
            count += 1;
            assert!(count <= 300, "too much at once: {output:?}");
            match output {
                Output::Connect { epoch } => {
                    dials += 1;
                    assert!(self.wanted, "a connection that nobody wants");
                    assert_eq!(self.live, None, "two connections");
                    assert!(epoch > self.last_epoch);
                    (self.live, self.last_epoch, self.open) = (Some(epoch), epoch, false);
                    if self.obliging {
                        self.input(Input::Opened { epoch });
                    }
                }
                Output::Close { epoch, code } => {
                    assert_eq!((self.live, code), (Some(epoch), 1000));
                    self.hung_up();
                }
                Output::Send { epoch, text } => {
                    assert!(self.wanted && self.open, "a frame without a connection");
                    assert_eq!(self.live, Some(epoch));
                    self.frame(epoch, &text);
                }
                Output::Event(event) => self.event(event),
            }
        }
        dials
    }

    fn frame(&mut self, epoch: u32, text: &str) {
        let (join_ref, reference, topic, event, payload): (Option<String>, String, String, String, Json) =
            serde_json::from_str(text).unwrap();
        let count: u64 = reference.parse().unwrap();
        assert!(count > self.last_ref, "a ref that was used before");
        self.last_ref = count;
        match event.as_str() {
            "phx_join" => {
                assert_eq!(join_ref.as_ref(), Some(&reference));
                self.joins.insert(topic.clone(), reference.clone());
            }
            "heartbeat" => assert_eq!((&join_ref, &*topic), (&None, "phoenix")),
            _ => assert_eq!(join_ref.as_ref(), self.joins.get(&topic), "not of the current join"),
        }
        if event == "phx_leave" {
            self.joins.remove(&topic);
        }
        if event == "push" {
            let number = payload["number"].as_u64().unwrap();
            assert!(self.sent.insert(number), "a push that was sent before");
            let push = self.pushes.iter_mut().find(|(_, known)| known.number == number);
            let (_, known) = push.expect("a push that is settled or forgotten");
            assert!(self.now < known.deadline, "a push whose time is over");
            known.sent = true;
        }
        if self.obliging {
            let text = reply(join_ref.as_deref(), &reference, &topic);
            self.input(Input::Text { epoch, text: &text });
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Reply { push, .. } => assert!(self.settle(push), "the answer to what was not sent"),
            Event::PushTimeout { push, sent } => assert_eq!(self.settle(push), sent),
            Event::Closed { channel } => {
                self.channels.retain(|_, known| *known != channel);
                self.pushes.retain(|(_, known)| known.channel != channel);
            }
            Event::Joined { channel, .. }
            | Event::JoinRefused { channel, .. }
            | Event::JoinTimeout { channel }
            | Event::Errored { channel }
            | Event::Message { channel, .. } => {
                assert!(self.channels.values().any(|known| *known == channel), "of a room that was left");
            }
            _ => {}
        }
    }

    /// Settles a push, which happens once. Says whether it was sent.
    fn settle(&mut self, push: PushId) -> bool {
        let index =
            self.pushes.iter().position(|(id, _)| *id == push).expect("a push that is settled already");
        self.pushes.remove(index).1.sent
    }
}

fn reply(join_ref: Option<&str>, reference: &str, topic: &str) -> String {
    json!([join_ref, reference, topic, "phx_reply", {"status": "ok", "response": {}}]).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_sent_twice_kept_for_ever_or_due_for_ever(seed: u64, steps in vec(step(), 0..150)) {
        let mut owner = Owner::new(seed);
        for step in steps {
            owner.step(step);
        }
        // Every push is settled in its time, connection or none.
        owner.step(Step::Disconnect);
        owner.wait(60_000, true);
        prop_assert_eq!(owner.pushes.len(), 0);
        // Then nothing of the rooms is left.
        for channel in std::mem::take(&mut owner.channels).into_values() {
            owner.socket.leave(owner.at(), channel);
        }
        owner.drain();
        prop_assert_eq!(owner.socket.poll_timeout(), None);
        owner.now += 600_000;
        owner.socket.handle_timeout(owner.at());
        prop_assert_eq!(owner.socket.poll_output(), None);
    }

    #[test]
    fn after_leave_and_disconnect_nothing_is_left(seed: u64, steps in vec(step(), 0..60), leave_first: bool) {
        let mut owner = Owner::new(seed);
        for step in steps {
            owner.step(step);
        }
        if !leave_first {
            owner.step(Step::Disconnect);
        }
        owner.pushes.clear();
        for channel in std::mem::take(&mut owner.channels).into_values() {
            owner.socket.leave(owner.at(), channel);
            owner.drain();
        }
        owner.step(Step::Disconnect);
        prop_assert_eq!(owner.live, None);
        prop_assert_eq!(owner.socket.link(), LinkState::Closed);
        prop_assert_eq!(owner.socket.poll_timeout(), None);
    }

    #[test]
    fn with_a_server_that_answers_it_always_comes_back(seed: u64, steps in vec(step(), 0..60)) {
        let mut owner = Owner::new(seed);
        for step in steps {
            owner.step(step);
        }
        owner.obliging = true;
        for step in [Step::Page(Input::PageShow), Step::Page(Input::PageVisible), Step::Connect] {
            owner.step(step);
        }
        owner.wait(120_000, true);
        prop_assert_eq!(owner.socket.link(), LinkState::Open);
        for channel in owner.channels.values() {
            prop_assert_eq!(owner.socket.channel_state(*channel), Some(ChannelState::Joined));
        }
        prop_assert_eq!(owner.pushes.len(), 0);
    }

    #[test]
    fn no_text_of_the_server_breaks_it(texts in vec(".{0,200}", 1..10)) {
        let mut owner = Owner::new(1);
        for step in [Step::Connect, Step::Opened(Of::Current), Step::Join(0), Step::Admit(0)] {
            owner.step(step);
        }
        for text in texts {
            owner.step(Step::Text(text));
        }
        prop_assert_eq!(owner.socket.link(), LinkState::Open);
        prop_assert_eq!(owner.socket.channel_state(owner.channels[&0]), Some(ChannelState::Joined));
    }
}
