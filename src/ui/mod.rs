//! The parts that components are built of.

pub(crate) mod art;
pub(crate) mod qr_code;
pub(crate) mod share;

/// The style sheet of all components, for a shadow root's `adoptedStyleSheets` or a page of your own.
pub const STYLE: &str =
    concat!(include_str!("../../style/tokens.css"), include_str!("../../style/whatsapp.css"));
