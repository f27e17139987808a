//! The parts that components are built of.

pub(crate) mod art;
pub(crate) mod qr_code;
pub(crate) mod share;

use leptos::html;
use leptos::prelude::*;

/// A button that submits nothing.
pub(crate) fn button(
    class: &'static str,
    label: &'static str,
) -> html::HtmlElement<html::Button, impl leptos::attr::Attribute + use<>, (&'static str,)> {
    html::button().attr("type", "button").attr("part", "button").class(class).child(label)
}

/// The style sheet of all components, for a shadow root's `adoptedStyleSheets` or a page of your own.
pub const STYLE: &str =
    concat!(include_str!("../../style/tokens.css"), include_str!("../../style/whatsapp.css"));
