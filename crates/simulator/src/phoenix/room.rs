use std::time::Duration;

use serde_json::Value;

/// A family of topics, as a Phoenix channel module is.
pub(crate) trait Room: Send + Sync {
    /// Whether the topic is routed here.
    fn matches(&self, topic: &str) -> bool;

    /// Whether refs that are digits leave as numbers.
    fn prints_integer_refs(&self) -> bool;

    /// The `response` of the join's ok or error reply.
    fn join(&self, topic: &str) -> Result<Value, Value>;

    /// Time between two pushes on one channel.
    fn push_every(&self) -> Duration;

    /// What the server pushes now.
    fn push(&self) -> Push;

    /// Whether a join's and an event's reply come before or after the push of the state that they made.
    fn order(&self) -> Order {
        Order::ReplyFirst
    }

    /// The fields of payloads that the record of received frames hides.
    fn secrets(&self) -> &'static [&'static str] {
        &[]
    }

    /// A frame for this room came in, be it lost in a fault afterwards.
    fn count(&self, _event: &str) {}

    /// An event of the client's.
    fn handle(&self, event: &str, payload: &Value) -> Handled;
}

pub(crate) struct Push {
    pub(crate) event: &'static str,
    pub(crate) payload: Value,
}

/// When the state that a client brought about is pushed to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    #[default]
    ReplyFirst,
    PushFirst,
    /// Not at once: with the next push that is due anyway. The other channels of the topic wait for theirs, too.
    NextPush,
}

/// How a channel takes an event.
pub(crate) struct Handled {
    pub(crate) answer: Answer,
    /// Whether the room has another state now, which all channels of the topic are to tell.
    pub(crate) changed: bool,
}

pub(crate) enum Answer {
    /// The `response` of the ok or error reply.
    Reply(Result<Value, Value>),
    None,
    /// The channel's process ends, as it does when it has no clause for the event.
    Crash,
}
