//! The channel client against a scripted Phoenix server, on simulated time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

mod dispatch;
mod frames;
mod heartbeat;
mod leave;
mod properties;
mod push;
mod reconnect;
mod rejoin;
mod visibility;
