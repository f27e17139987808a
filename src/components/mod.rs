//! One file per component.

pub(crate) mod whatsapp;
