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
    ($name:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $name, ".css"))
    };
    // Only with one of the features that it is for.
    ($name:literal, $macro:ident: $($feature:literal)*) => {
        #[cfg(any($(feature = $feature),*))]
        macro_rules! $macro { () => { style!($name) } }
        #[cfg(not(any($(feature = $feature),*)))]
        macro_rules! $macro { () => { "" } }
    };
}
style!("form", form: "accounts" "chat" "notes");
style!("chat", chat: "chat");
style!("notes", notes: "notes");

/// The style sheet of all components that this build can mount, for a shadow root's `adoptedStyleSheets` or a page of
/// your own: its rules are scoped to the components' root, `.jetapi`.
pub const STYLE: &str = concat!(style!("tokens"), style!("whatsapp"), form!(), chat!(), notes!());

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
