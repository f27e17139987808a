//! Where the keyboard is.

use std::time::Duration;

use leptos::prelude::set_timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node, ShadowRoot};

/// Whether the focus is inside `root`, across the shadow root that it may stand in.
pub(crate) fn is_within(root: &Element) -> bool {
    let active = match root.get_root_node().dyn_into::<ShadowRoot>() {
        Ok(shadow) => shadow.active_element(),
        Err(_) => web_sys::window().and_then(|it| it.document()).and_then(|it| it.active_element()),
    };
    active.is_some_and(|active| root.contains(Some(active.unchecked_ref::<Node>())))
}

/// Focuses what `selector` finds inside `root`.
pub(crate) fn focus(root: &Element, selector: &str) {
    if let Some(found) = root.query_selector(selector).ok().flatten() {
        let _ = found.unchecked_into::<HtmlElement>().focus();
    }
}

/// As [`focus`], once what is about to change has changed.
pub(crate) fn focus_soon(root: Element, selector: &'static str) {
    set_timeout(move || focus(&root, selector), Duration::ZERO);
}
