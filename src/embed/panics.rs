//! Panics on demand, for the tests of what comes after one.

#![allow(clippy::panic, reason = "it is what this is for")]

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, HtmlElement, ShadowRoot};

/// Panics now where the element has an attribute `panic`, else at an event: `panic` while it is heard, `panic-later`
/// when no element can be blamed any more.
pub(super) fn arm(target: &HtmlElement) {
    let host = target.get_root_node().dyn_into::<ShadowRoot>().ok().map(|root| root.host());
    if host.is_some_and(|host| host.has_attribute("panic")) {
        panic!();
    }
    let now = Closure::<dyn FnMut(Event)>::new(|_| panic!());
    let later = Closure::<dyn FnMut(Event)>::new(|_| wasm_bindgen_futures::spawn_local(async { panic!() }));
    for (name, listener) in [("panic", now), ("panic-later", later)] {
        // A name and a function are all it takes.
        let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        listener.forget();
    }
}
