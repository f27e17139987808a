//! The flows by which a person connects an account, as plain data: inputs in, a view and effects out.

pub mod whatsapp;
