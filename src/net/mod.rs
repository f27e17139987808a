//! The browser side of all input and output.

pub(crate) mod clock;
mod http;
mod page;
pub(crate) mod session;
mod socket;
pub(crate) mod telegram;
pub(crate) mod whatsapp;
