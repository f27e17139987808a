//! The server side of Phoenix Channels, as Phoenix 1.7 and 1.8 behave; it knows no room of its own.

mod endpoint;
mod faults;
mod frame;
mod room;
mod socket;

pub(crate) use endpoint::{Access, Endpoint, router};
pub(crate) use faults::Span;
pub(crate) use room::{Answer, Handled, Order, Push, Room};
