//! The simulator, held to the printed reference and to Phoenix's semantics over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod chat;
mod faults;
mod harness;
mod hostile;
mod http;
mod max;
mod notes;
mod phoenix;
mod process;
mod telegram;
mod telegram_bot;
mod whatsapp;
