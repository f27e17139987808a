//! The browser side of all input and output.

pub(crate) mod chat;
pub(crate) mod chat_access;
pub(crate) mod clock;
pub(crate) mod frame;
mod http;
pub(crate) mod max;
pub(crate) mod notes;
pub(crate) mod overview;
mod page;
pub(crate) mod session;
mod socket;
pub(crate) mod telegram;
pub(crate) mod telegram_bot;
pub(crate) mod whatsapp;
