//! A Phoenix Channels client (serializer vsn 2.0.0) as a sans-IO state machine.
//!
//! [`Socket`] holds one connection and the channels on it. Its owner feeds it [`Input`]s and commands with the time,
//! calls [`Socket::handle_timeout`] when [`Socket::poll_timeout`] is due, and after each of these carries out every
//! [`Output`] that [`Socket::poll_output`] gives.

mod backoff;
mod channel;
mod frame;
mod heartbeat;
mod socket;

pub use channel::{ChannelId, ChannelState, PushId};
pub use socket::{Config, Event, Input, JoinError, LinkState, Output, PushError, Socket};
