//! What the Jetapi messaging API says, with no I/O of its own.
//!
//! The widget and the proxy both build on this crate: endpoints are values, the Phoenix channel client and the
//! pairing flows are state machines to which time, jitter and network events are handed in.
//!
//! Architecture invariant: nothing here knows a browser, a runtime, a clock or a source of randomness.

pub mod account;
pub mod channels;
pub mod chat;
pub mod checksum;
pub mod endpoint;
pub mod error;
pub mod instance;
pub mod json;
pub mod markdown;
pub mod max;
pub mod notes;
pub mod pairing;
pub mod phone;
pub mod secret;
pub mod telegram_bot;
pub mod time;

mod wire;
