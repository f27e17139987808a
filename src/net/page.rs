//! What the page tells of itself: sight, network, and its way into and out of the back-forward cache.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

/// A change in the life of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageEvent {
    /// Out of sight.
    Hidden,
    /// In sight.
    Visible,
    /// Thawed after the browser had frozen it.
    Resumed,
    /// The browser has a network.
    Online,
    /// The browser has none.
    Offline,
    /// About to be left, perhaps into the back-forward cache.
    Leaving,
    /// Back from the back-forward cache.
    Restored,
}

/// Whether the page is out of sight now.
pub(crate) fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// Whether the browser says that it has a network.
pub(crate) fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// Listeners on the page, removed on drop.
pub(crate) struct PageListeners {
    listeners: Vec<(EventTarget, &'static str)>,
    callback: Closure<dyn FnMut(web_sys::Event)>,
}

impl PageListeners {
    /// Calls `on_event` for every change, from now until this is dropped.
    pub(crate) fn new(mut on_event: impl FnMut(PageEvent) + 'static) -> Self {
        let callback = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let change = match event.type_().as_str() {
                "visibilitychange" if is_hidden() => PageEvent::Hidden,
                "visibilitychange" => PageEvent::Visible,
                "resume" => PageEvent::Resumed,
                "online" => PageEvent::Online,
                "offline" => PageEvent::Offline,
                "pagehide" => PageEvent::Leaving,
                "pageshow" if is_persisted(&event) => PageEvent::Restored,
                _ => return,
            };
            on_event(change);
        });
        let mut listeners: Vec<(EventTarget, &'static str)> = Vec::new();
        if let Some(window) = web_sys::window() {
            for name in ["online", "offline", "pagehide", "pageshow"] {
                listeners.push((window.clone().into(), name));
            }
        }
        if let Some(document) = document() {
            for name in ["visibilitychange", "resume"] {
                listeners.push((document.clone().into(), name));
            }
        }
        for (target, name) in &listeners {
            // Fails only for a callback that is no function.
            let _ = target.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
        }
        Self { listeners, callback }
    }
}

impl Drop for PageListeners {
    fn drop(&mut self) {
        for (target, name) in &self.listeners {
            let _ = target.remove_event_listener_with_callback(name, self.callback.as_ref().unchecked_ref());
        }
    }
}

fn is_persisted(event: &web_sys::Event) -> bool {
    js_sys::Reflect::get(event, &"persisted".into()).is_ok_and(|persisted| persisted.is_truthy())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use js_sys::{Function, Reflect};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn send(target: &EventTarget, name: &str, persisted: bool) {
        let event = web_sys::Event::new(name).unwrap();
        Reflect::set(&event, &"persisted".into(), &persisted.into()).unwrap();
        target.dispatch_event(&event).unwrap();
    }

    /// Hides or shows the page as a browser does; `None` leaves it to the browser again.
    fn set_hidden(hidden: Option<bool>) {
        let body = "hidden === undefined ? delete document.hidden
            : Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })";
        Function::new_with_args("hidden", body).call1(&JsValue::UNDEFINED, &hidden.into()).unwrap();
    }

    #[wasm_bindgen_test]
    fn listeners_hear_until_they_are_dropped() {
        let window: EventTarget = web_sys::window().unwrap().into();
        let document: EventTarget = document().unwrap().into();
        let heard = Rc::new(RefCell::new(Vec::new()));
        let listeners = PageListeners::new({
            let heard = heard.clone();
            move |event| heard.borrow_mut().push(event)
        });
        let cases = [
            (&window, "online", false, Some(PageEvent::Online)),
            (&window, "offline", false, Some(PageEvent::Offline)),
            (&document, "resume", false, Some(PageEvent::Resumed)),
            (&window, "pagehide", false, Some(PageEvent::Leaving)),
            (&window, "pagehide", true, Some(PageEvent::Leaving)),
            // As every page is shown when it is loaded.
            (&window, "pageshow", false, None),
            (&window, "pageshow", true, Some(PageEvent::Restored)),
        ];
        for (target, name, persisted, told) in cases {
            send(target, name, persisted);
            assert_eq!(heard.take(), Vec::from_iter(told), "{name}, persisted: {persisted}");
        }
        for (hidden, told) in [(true, PageEvent::Hidden), (false, PageEvent::Visible)] {
            set_hidden(Some(hidden));
            assert_eq!(is_hidden(), hidden);
            send(&document, "visibilitychange", false);
            assert_eq!(heard.take(), [told]);
        }
        set_hidden(None);

        drop(listeners);
        for (target, name, persisted, _) in cases {
            send(target, name, persisted);
        }
        send(&document, "visibilitychange", false);
        assert_eq!(heard.take(), []);
        assert_eq!(Rc::strong_count(&heard), 1, "the callback is freed");
    }
}
