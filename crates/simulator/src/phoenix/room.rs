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

    /// An event of the client's.
    fn handle(&self, event: &str, payload: &Value) -> Handled;
}

pub(crate) struct Push {
    pub(crate) event: &'static str,
    pub(crate) payload: Value,
}

/// How a channel takes an event.
pub(crate) enum Handled {
    /// The channel has no clause for it, which ends its process.
    Crash,
}
