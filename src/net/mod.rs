//! The browser side of all input and output.

pub(crate) mod clock;
mod http;
mod page;
mod socket;
pub(crate) mod whatsapp;
