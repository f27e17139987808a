//! What a page hears of a frame of another site.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, HtmlIFrameElement, MessageEvent};

/// Listeners on the page, removed on drop.
pub(crate) struct FrameListeners {
    listeners: Vec<(EventTarget, &'static str)>,
    callback: Closure<dyn FnMut(web_sys::Event)>,
}

/// A word of the page about its frames.
pub(crate) enum FrameEvent {
    /// A message came.
    Message(MessageEvent),
    /// The page's policy stopped a frame that would have gone to this address; of another site, its origin at most.
    Violation(String),
}

impl FrameListeners {
    /// Calls `on_event` for every word, from now until this is dropped.
    pub(crate) fn new(mut on_event: impl FnMut(FrameEvent) + 'static) -> Self {
        let callback = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let said = |name: &str| {
                let value = js_sys::Reflect::get(&event, &name.into()).ok()?;
                value.as_string()
            };
            if event.type_() == "message" {
                if let Some(message) = event.dyn_ref::<MessageEvent>() {
                    on_event(FrameEvent::Message(message.clone()));
                }
            } else if said("effectiveDirective").as_deref() == Some("frame-src")
                // A policy that only reports stops nothing.
                && said("disposition").as_deref() != Some("report")
            {
                on_event(FrameEvent::Violation(said("blockedURI").unwrap_or_default()));
            }
        });
        let window = web_sys::window();
        let document = window.as_ref().and_then(web_sys::Window::document);
        let listeners: Vec<(EventTarget, &'static str)> = window
            .map(|window| (window.into(), "message"))
            .into_iter()
            .chain(document.map(|document| (document.into(), "securitypolicyviolation")))
            .collect();
        for (target, name) in &listeners {
            // Fails only for a callback that is no function.
            let _ = target.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
        }
        Self { listeners, callback }
    }
}

impl Drop for FrameListeners {
    fn drop(&mut self) {
        for (target, name) in &self.listeners {
            let _ = target.remove_event_listener_with_callback(name, self.callback.as_ref().unchecked_ref());
        }
    }
}

/// Whether a message is from this frame, and from the site that it was opened on.
pub(crate) fn is_from(message: &MessageEvent, frame: &HtmlIFrameElement, origin: &str) -> bool {
    let window = frame.content_window().map(JsValue::from);
    window.is_some() && message.source().map(JsValue::from) == window && message.origin() == origin
}

/// Whether the page itself is on a loopback host, as in development.
pub(crate) fn is_local() -> bool {
    let host = web_sys::window().and_then(|window| window.location().hostname().ok());
    matches!(host.as_deref(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
