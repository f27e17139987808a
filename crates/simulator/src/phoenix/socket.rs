use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use serde_json::{Value, json};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until, timeout},
};
use tracing::debug;

use super::{
    endpoint::{Endpoint, Seat},
    frame::{Frame, Serializer},
    room::{Answer, Handled, Order, Push, Room},
};

/// How long a peer has to answer a close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// A channel that fell further behind its rhythm than this (a reader that stalled) starts anew instead of catching up.
const CATCH_UP: Duration = Duration::from_millis(100);

/// What the control does to one connection.
pub(super) enum Command {
    Crash,
    Close(u16),
    /// Of the topic's channel, as soon as pushes come.
    Push(String),
    Send(Vec<Message>),
}

/// Why a socket's loop is over.
enum End {
    Gone,
    Close(u16),
}

impl From<axum::Error> for End {
    fn from(error: axum::Error) -> Self {
        debug!(%error, "transport failed");
        Self::Gone
    }
}

pub(super) async fn run(seat: Seat, serializer: Serializer, transport: WebSocket) {
    let (id, endpoint, kill) = (seat.id, seat.endpoint.clone(), seat.kill.clone());
    let socket =
        Socket { id, endpoint, serializer, transport, channels: BTreeMap::new(), late: VecDeque::new() };
    // Dropping the transport ends the TCP connection without a close frame, even while a write or a slow join waits.
    tokio::select! {
        () = kill.cancelled() => {}
        () = socket.serve(seat) => {}
    }
}

struct Socket {
    id: u64,
    endpoint: Arc<Endpoint>,
    serializer: Serializer,
    transport: WebSocket,
    channels: BTreeMap<String, Channel>,
    /// Events that a slow server has yet to see to, and when it does.
    late: VecDeque<(Instant, Frame)>,
}

struct Channel {
    join_ref: Value,
    room: Arc<dyn Room>,
    next_push: Instant,
}

impl Channel {
    fn push(&self, topic: &str) -> Frame {
        let Push { event, payload } = self.room.push();
        Frame {
            join_ref: self.join_ref.clone(),
            reference: Value::Null,
            topic: topic.into(),
            event: event.into(),
            payload,
        }
    }
}

impl Socket {
    async fn serve(mut self, mut seat: Seat) {
        let Err(end) = self.exchange(&mut seat.commands).await else { return };
        if let End::Close(code) = end {
            debug!(id = self.id, code, "closing");
            self.close(code).await;
        }
    }

    async fn exchange(&mut self, commands: &mut mpsc::UnboundedReceiver<Command>) -> Result<(), End> {
        let mut faults = self.endpoint.faults.subscribe();
        let draining = self.endpoint.draining.clone();
        let mut last_heard = Instant::now();
        loop {
            let next_push = self.channels.values().map(|channel| channel.next_push).min();
            let next_late = self.late.front().map(|(at, _)| *at);
            tokio::select! {
                message = self.transport.recv() => {
                    last_heard = Instant::now();
                    self.receive(message.ok_or(End::Gone)??).await?;
                }
                Some(command) = commands.recv() => self.obey(command).await?,
                Ok(()) = faults.changed() => self.reschedule(),
                () = sleep_until(next_push.unwrap_or(last_heard)), if next_push.is_some() => self.push_due().await?,
                () = sleep_until(next_late.unwrap_or(last_heard)), if next_late.is_some() => self.see_to_late().await?,
                () = sleep_until(last_heard + self.endpoint.access.idle_timeout) => {
                    return Err(End::Close(close_code::NORMAL));
                }
                () = draining.cancelled() => return Err(End::Close(close_code::RESTART)),
            }
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), End> {
        match message {
            Message::Text(text) => {
                self.endpoint
                    .record(serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.to_string())));
                let frame = self.serializer.decode(&text);
                if let Some(frame) = &frame
                    && let Some(room) = self.endpoint.room(&frame.topic)
                {
                    room.count(&frame.event);
                }
                if self.endpoint.is_silent() {
                    return Ok(());
                }
                self.handle(frame.ok_or(End::Close(close_code::ERROR))?).await
            }
            Message::Binary(bytes) => {
                self.endpoint.record(json!({ "binary": bytes.len() }));
                // No room here takes binary payloads.
                Err(End::Close(close_code::ERROR))
            }
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            // The library answers it; the next read ends the loop.
            Message::Close(_) => Ok(()),
        }
    }

    async fn handle(&mut self, frame: Frame) -> Result<(), End> {
        match (frame.topic.as_str(), frame.event.as_str()) {
            ("phoenix", "heartbeat") => self.send(Frame::reply(Value::Null, &frame, Ok(json!({})))).await,
            (_, "phx_join") => self.join(frame).await,
            (_, "phx_leave") => self.leave(frame).await,
            _ => self.event(frame).await,
        }
    }

    async fn join(&mut self, frame: Frame) -> Result<(), End> {
        let Some(room) = self.endpoint.room(&frame.topic).cloned() else {
            return self.answer_unmatched(&frame).await;
        };
        let replaced = self.remove(&frame.topic);
        self.wait_if_slow().await;
        let outcome = if self.endpoint.faults.borrow().crashing_joins.is_on() {
            Err(json!({ "reason": "join crashed" }))
        } else {
            room.join(&frame.topic)
        };
        if outcome.is_ok() {
            let mut next_push = Instant::now() + self.slowness();
            match room.order() {
                Order::ReplyFirst | Order::PushFirst => {}
                Order::NextPush => next_push += room.push_every(),
            }
            let pushes_first = room.order() == Order::PushFirst;
            let channel = Channel { join_ref: frame.join_ref.clone(), room, next_push };
            self.endpoint.joined(self.id, &frame.topic, &frame.join_ref);
            self.channels.insert(frame.topic.clone(), channel);
            if pushes_first {
                self.push(&frame.topic).await?;
            }
        }
        self.send(Frame::reply(frame.join_ref.clone(), &frame, outcome)).await?;
        match replaced {
            // Phoenix queues the old channel's close behind the join that replaces it.
            Some(old) => self.send(Frame::end("phx_close", &frame.topic, &old.join_ref)).await,
            None => Ok(()),
        }
    }

    async fn leave(&mut self, frame: Frame) -> Result<(), End> {
        let Some(channel) = self.channels.get(&frame.topic) else {
            return self.send(Frame::reply(frame.join_ref.clone(), &frame, Ok(json!({})))).await;
        };
        let join_ref = channel.join_ref.clone();
        // A leave of an earlier channel has raced that channel's close, which the client already has.
        if join_ref != frame.join_ref && !join_ref.is_null() {
            return Ok(());
        }
        self.remove(&frame.topic);
        self.send(Frame::reply(join_ref.clone(), &frame, Ok(json!({})))).await?;
        self.send(Frame::end("phx_close", &frame.topic, &join_ref)).await
    }

    async fn event(&mut self, frame: Frame) -> Result<(), End> {
        if !self.channels.contains_key(&frame.topic) {
            return self.answer_unmatched(&frame).await;
        }
        let slowness = self.slowness();
        if slowness.is_zero() && self.late.is_empty() {
            return self.see_to(frame).await;
        }
        self.late.push_back((Instant::now() + slowness, frame));
        Ok(())
    }

    async fn see_to_late(&mut self) -> Result<(), End> {
        match self.late.pop_front() {
            Some((_, frame)) => self.see_to(frame).await,
            None => Ok(()),
        }
    }

    async fn see_to(&mut self, frame: Frame) -> Result<(), End> {
        let Some(channel) = self.channels.get(&frame.topic) else { return Ok(()) };
        let (room, join_ref) = (channel.room.clone(), channel.join_ref.clone());
        let Handled { answer, changed } = room.handle(&frame.event, &frame.payload);
        let order = if changed { room.order() } else { Order::NextPush };
        if order != Order::NextPush {
            self.endpoint.broadcast(&frame.topic, Some(self.id));
        }
        let reply = match answer {
            Answer::Crash => return self.crash(&frame.topic).await,
            Answer::Reply(outcome) => Some(Frame::reply(join_ref, &frame, outcome)),
            Answer::None => None,
        };
        if order == Order::PushFirst {
            self.push(&frame.topic).await?;
        }
        if let Some(reply) = reply {
            self.send(reply).await?;
        }
        if order == Order::ReplyFirst {
            self.push(&frame.topic).await?;
        }
        Ok(())
    }

    async fn obey(&mut self, command: Command) -> Result<(), End> {
        match command {
            Command::Close(code) => return Err(End::Close(code)),
            Command::Crash => {
                let topics: Vec<_> = self.channels.keys().cloned().collect();
                for topic in topics {
                    self.crash(&topic).await?;
                }
            }
            Command::Push(topic) => {
                let soon = Instant::now() + self.slowness();
                if let Some(channel) = self.channels.get_mut(&topic) {
                    channel.next_push = channel.next_push.min(soon);
                }
            }
            Command::Send(messages) => {
                for message in messages {
                    self.send_message(message).await?;
                }
            }
        }
        Ok(())
    }

    async fn crash(&mut self, topic: &str) -> Result<(), End> {
        match self.remove(topic) {
            Some(channel) => self.send(Frame::end("phx_error", topic, &channel.join_ref)).await,
            None => Ok(()),
        }
    }

    async fn answer_unmatched(&mut self, frame: &Frame) -> Result<(), End> {
        self.send(Frame::reply(Value::Null, frame, Err(json!({ "reason": "unmatched topic" })))).await
    }

    async fn push_due(&mut self) -> Result<(), End> {
        let now = Instant::now();
        let slowness = self.slowness();
        let mut due = Vec::new();
        for (topic, channel) in &mut self.channels {
            if channel.next_push <= now {
                due.push(channel.push(topic));
                let next = channel.next_push + channel.room.push_every() + slowness;
                channel.next_push = if next + CATCH_UP < now { now } else { next };
            }
        }
        for frame in due {
            self.send(frame).await?;
        }
        Ok(())
    }

    /// Pushes at once, which starts the channel's rhythm anew.
    async fn push(&mut self, topic: &str) -> Result<(), End> {
        let slowness = self.slowness();
        let Some(channel) = self.channels.get_mut(topic) else { return Ok(()) };
        channel.next_push = Instant::now() + channel.room.push_every() + slowness;
        let frame = channel.push(topic);
        self.send(frame).await
    }

    /// A fault that ended must not leave its delay behind.
    fn reschedule(&mut self) {
        let now = Instant::now();
        let slowness = self.slowness();
        for channel in self.channels.values_mut() {
            channel.next_push = channel.next_push.min(now + channel.room.push_every() + slowness);
        }
        for (at, _) in &mut self.late {
            *at = (*at).min(now + slowness);
        }
    }

    fn slowness(&self) -> Duration {
        self.endpoint.faults.borrow().slow.unwrap_or_default()
    }

    /// Phoenix joins inside the socket's own process: while it waits, nothing else on this socket moves.
    async fn wait_if_slow(&mut self) {
        let slowness = self.slowness();
        let mut faults = self.endpoint.faults.subscribe();
        tokio::select! {
            () = sleep(slowness) => {}
            _ = faults.wait_for(|faults| faults.slow.is_none()) => {}
            () = self.endpoint.draining.cancelled() => {}
        }
    }

    fn remove(&mut self, topic: &str) -> Option<Channel> {
        let channel = self.channels.remove(topic)?;
        self.endpoint.left(self.id, topic);
        // What a process had yet to read ends with it.
        self.late.retain(|(_, frame)| frame.topic != topic);
        Some(channel)
    }

    async fn send(&mut self, frame: Frame) -> Result<(), End> {
        let integer_refs = self.endpoint.room(&frame.topic).is_some_and(|room| room.prints_integer_refs());
        let frame = if integer_refs { frame.with_integer_refs() } else { frame };
        let text = self.serializer.encode(frame);
        self.send_message(Message::text(text)).await
    }

    async fn send_message(&mut self, message: Message) -> Result<(), End> {
        if self.endpoint.is_silent() {
            return Ok(());
        }
        Ok(self.transport.send(message).await?)
    }

    async fn close(mut self, code: u16) {
        let frame = CloseFrame { code, reason: "".into() };
        let handshake = async {
            if self.transport.send(Message::Close(Some(frame))).await.is_ok() {
                while let Some(Ok(_)) = self.transport.recv().await {}
            }
        };
        if timeout(CLOSE_TIMEOUT, handshake).await.is_err() {
            debug!(id = self.id, "the peer did not answer the close");
        }
    }
}
