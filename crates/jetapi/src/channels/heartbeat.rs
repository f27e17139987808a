//! The sign of life on an open connection.

use crate::time::Instant;

#[derive(Debug)]
pub(super) enum Heartbeat {
    /// No connection.
    Off,
    /// The next one goes out then.
    Due(Instant),
    /// One went out; its reply is due then.
    Sent { reference: String, reply_due: Instant },
}

impl Heartbeat {
    pub(super) const fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Off => None,
            Self::Due(at) | Self::Sent { reply_due: at, .. } => Some(*at),
        }
    }
}
