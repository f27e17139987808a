//! The parts that components are built of.

pub(crate) mod art;
pub(crate) mod focus;
pub(crate) mod guard;
pub(crate) mod live;
pub(crate) mod phone_field;
pub(crate) mod preview;
pub(crate) mod qr_code;
pub(crate) mod secret;
pub(crate) mod share;

use std::cell::Cell;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};

/// A button that submits nothing. The handler is boxed, so that all buttons are one type.
pub(crate) fn button(
    class: &'static str,
    label: &'static str,
    on_click: Box<dyn FnMut(ev::MouseEvent)>,
) -> impl IntoView + use<> {
    html::button()
        .attr("type", "button")
        .attr("part", "button")
        .class(class)
        // Nothing is inside to hear it first. With any other listener tachys links what delegates them, 1.5 KB.
        .on(ev::capture(ev::click), on_click)
        .child(label)
}

macro_rules! style {
    ($($name:literal)*) => { concat!($(include_str!(concat!(env!("OUT_DIR"), "/", $name, ".css"))),*) };
}

/// The style sheet of all components, for a shadow root's `adoptedStyleSheets` or a page of your own: its rules are
/// scoped to the components' root, `.jetapi`.
#[cfg(all(feature = "accounts", feature = "dialog"))]
pub const STYLE: &str = style!("tokens" "whatsapp" "form" "dialog");

/// The style sheet of what this build can mount.
#[cfg(all(feature = "accounts", not(feature = "dialog")))]
pub const STYLE: &str = style!("tokens" "whatsapp" "form");

/// The style sheet of what this build can mount.
#[cfg(all(feature = "dialog", not(feature = "accounts")))]
pub const STYLE: &str = style!("tokens" "whatsapp" "form" "dialog");

/// The style sheet of what this build can mount.
#[cfg(not(any(feature = "accounts", feature = "dialog")))]
pub const STYLE: &str = style!("tokens" "whatsapp");

/// An id that nothing else in the page has, for a component to keep for its life: without a shadow root around it, it
/// shares the page's ids.
pub(crate) fn unique_id() -> Arc<str> {
    thread_local! {
        static LAST: Cell<u32> = const { Cell::new(0) };
    }
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    ["jetapi-", &*number.to_string()].concat().into()
}
