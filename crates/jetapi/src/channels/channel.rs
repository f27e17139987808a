//! One channel: a topic joined over a socket.

use std::fmt;

use super::frame;
use crate::json::Value;
use crate::time::{Instant, earliest};

/// Names a channel of a socket. Never used for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChannelId(pub(super) u32);

/// Names a push of a socket. Never used for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PushId(pub(super) u32);

/// The state of a channel. One that is closed or left is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelState {
    /// The join waits for its reply, or for a connection.
    Joining,
    /// In.
    Joined,
    /// Crashed, refused, timed out or cut off; it is joined again by itself.
    Errored,
}

/// A push that has no reply yet.
pub(super) struct Push {
    pub(super) id: PushId,
    /// Set when its frame went out, which happens at most once.
    pub(super) reference: Option<String>,
    pub(super) event: String,
    pub(super) payload: Value,
    pub(super) deadline: Instant,
}

impl Drop for Push {
    /// One that was never sent may hold what a user typed for nobody else.
    fn drop(&mut self) {
        self.payload.wipe();
    }
}

pub(super) struct Channel {
    pub(super) id: ChannelId,
    pub(super) topic: String,
    /// Evaluated anew for each join.
    pub(super) payload: Box<dyn FnMut() -> Value>,
    pub(super) state: ChannelState,
    /// The ref of the join that went out last, while it counts: never without a connection.
    pub(super) join_ref: Option<String>,
    pub(super) join_deadline: Option<Instant>,
    pub(super) rejoin_at: Option<Instant>,
    pub(super) failed_joins: u32,
    pub(super) pushes: Vec<Push>,
}

impl Channel {
    /// Cut off or refused: what still comes for the old join counts for nothing.
    pub(super) fn fail(&mut self) {
        self.state = ChannelState::Errored;
        self.join_ref = None;
        self.join_deadline = None;
    }

    pub(super) fn join_frame(&mut self, reference: String, deadline: Instant) -> String {
        let text = frame::write(Some(&reference), &reference, &self.topic, "phx_join", &(self.payload)());
        self.state = ChannelState::Joining;
        self.join_ref = Some(reference);
        // The first join's time runs since it was asked for.
        self.join_deadline.get_or_insert(deadline);
        self.rejoin_at = None;
        text
    }

    pub(super) fn leave_frame(&self, reference: &str) -> Option<String> {
        let join_ref = self.join_ref.as_deref()?;
        Some(frame::write(Some(join_ref), reference, &self.topic, "phx_leave", &Value::empty_object()))
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let pushes = self.pushes.iter().map(|push| push.deadline).min();
        earliest(&[self.join_deadline, self.rejoin_at, pushes])
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Payloads may hold a login code.
        f.debug_struct("Channel")
            .field("topic", &self.topic)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
