//! Keeps a frame of another site from taking the page's focus and moving the page.
//!
//! Browsers let any frame do both, at any time, and tell of neither: `focus()` and `scrollIntoView()` reach out of it.
//! What they do tell is what the user does. A move that nothing of the user's came before is undone, before it is
//! painted.

use std::cell::RefCell;
use std::iter;
use std::time::Duration;

use js_sys::Reflect;
use leptos::prelude::set_timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, Event, FocusOptions, HtmlElement, HtmlIFrameElement, ScrollBehavior, ScrollToOptions,
    ShadowRoot, Window,
};

/// What the user does moves the page within so many milliseconds, or not.
const ANSWER: f64 = 200.0;
/// Typing moves it sooner, to show the caret.
const SHOWS_CARET: f64 = 60.0;
/// A smooth scroll, which is many, no longer than this in all.
const SMOOTH: f64 = 1000.0;
/// The focus follows the Tab key within this time.
const TAB: f64 = 500.0;
/// What comes within this time is one move, such as one thing's loss of the focus and the frame's having it.
const ONE_MOVE: f64 = 100.0;

const HEARD: [&str; 14] = [
    "blur",
    "focusin",
    "focusout",
    "hashchange",
    "keydown",
    "pointerdown",
    "pointerout",
    "pointerover",
    "pointerup",
    "popstate",
    "resize",
    "scroll",
    "touchmove",
    "wheel",
];

/// Guards the page until it is dropped.
pub(crate) struct Guard {
    frame: HtmlIFrameElement,
    window: Window,
    callback: Closure<dyn Fn(Event)>,
}

impl Guard {
    /// Whether this is the frame that it guards against.
    pub(crate) fn is_of(&self, frame: &HtmlIFrameElement) -> bool {
        self.frame == *frame
    }

    /// Guards the page against this frame.
    pub(crate) fn new(frame: HtmlIFrameElement) -> Option<Self> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let mut seen = Seen::default();
        seen.note_all(&frame);
        let seen = RefCell::new(seen);
        let callback = Closure::<dyn Fn(Event)>::new({
            let (frame, window) = (frame.clone(), window.clone());
            move |event: Event| {
                // What comes in the midst of handling another is its own doing.
                if let Ok(mut seen) = seen.try_borrow_mut() {
                    seen.handle(&event, &frame, &window, &document);
                }
            }
        });
        for name in HEARD {
            let callback = callback.as_ref().unchecked_ref();
            // Fails only for a callback that is no function. Captured, because not all of them bubble.
            let _ = window.add_event_listener_with_callback_and_bool(name, callback, true);
        }
        Some(Self { frame, window, callback })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        for name in HEARD {
            let callback = self.callback.as_ref().unchecked_ref();
            let _ = self.window.remove_event_listener_with_callback_and_bool(name, callback, true);
        }
    }
}

/// What was seen of the user, and of the page as the user left it.
#[derive(Default)]
struct Seen {
    /// The page may move until then,
    free_until: f64,
    /// or, in one go, until then.
    smooth_until: f64,
    /// When a scroll was last undone.
    undone_at: f64,
    /// The Tab key may lead into the frame until then.
    tab_until: f64,
    /// The button that is held down, as on a scroll bar.
    held: Option<i16>,
    /// Since when the pointer is over the frame.
    over_since: Option<f64>,
    /// What lost the focus last, and when.
    left: Option<(Element, f64)>,
    /// What is given the focus back.
    given_back: Option<Element>,
    /// What can be scrolled with the frame in it: itself, how far it is, and how long it was then.
    scrolled: Vec<(Element, Place)>,
}

#[derive(Clone, Copy)]
struct Place {
    left: i32,
    top: i32,
    height: i32,
}

impl Seen {
    fn handle(&mut self, event: &Event, frame: &HtmlIFrameElement, window: &Window, document: &Document) {
        let now = event.time_stamp();
        let target: Option<Element> = event.composed_path().get(0).dyn_into().ok();
        let is_frame = target.as_ref() == Some(frame.as_ref());
        let number = |name: &str| Reflect::get(event, &name.into()).ok()?.as_f64();
        match &*event.type_() {
            "blur" if target.is_none() => self.give_back(now, frame, window),
            "blur" => {}
            "focusout" => self.left = target.map(|target| (target, now)),
            "focusin" if target.is_some() && target == self.given_back.take() => {}
            "pointerout" if is_frame => self.over_since = None,
            "pointerout" => {}
            "pointerover" => {
                self.over_since = is_frame.then(|| self.over_since.unwrap_or(now));
                // Of a scroll bar's release nothing else is told. A press of the wheel scrolls after its release.
                self.held = self.held.filter(|button| *button == 1 || number("buttons") != Some(0.0));
            }
            "scroll" => self.scroll(now, target, frame, window, document),
            "resize" => self.note_all(frame),
            name => {
                // While a frame goes on and on, a click is no leave for it.
                let is_beset = now < self.undone_at + 2.0 * ANSWER;
                let is_scroll = matches!(name, "keydown" | "touchmove" | "wheel");
                let mut answer = if is_beset && !is_scroll { 0.0 } else { ANSWER };
                match name {
                    "pointerdown" => self.held = number("button").map(|button| button as i16),
                    "keydown" => {
                        let key = Reflect::get(event, &"key".into()).ok().and_then(|key| key.as_string());
                        let key = key.unwrap_or_default();
                        self.held = None;
                        if key == "Tab" {
                            self.tab_until = now + TAB;
                        } else if key.chars().count() == 1 && target.is_some_and(|it| takes_text(&it)) {
                            answer = if is_beset { 0.0 } else { SHOWS_CARET };
                        }
                    }
                    "wheel" => self.held = None,
                    "pointerup" => self.held = self.held.filter(|button| *button == 1),
                    _ => {}
                }
                self.free_until = self.free_until.max(now + answer);
                self.smooth_until = now + SMOOTH;
            }
        }
    }

    /// Gives the focus back to what lost it to the frame, unless the user may have led it there.
    fn give_back(&mut self, now: f64, frame: &HtmlIFrameElement, window: &Window) {
        let Some((left, at)) = self.left.take() else { return };
        let is_asked = self.over_since.is_some()
            || now < self.tab_until
            // From the bar above it, the next is the frame: so a screen reader goes, and tells of no key.
            || frame.closest(".jetapi").ok().flatten().is_some_and(|card| card.contains(Some(&left)))
            || is_touched(window);
        if is_asked || now > at + ONE_MOVE || !has_focus(frame) {
            return;
        }
        self.given_back = Some(left.clone());
        let frame = frame.clone();
        // In the midst of the move, the browser would finish it after all.
        let give_back = move || {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            if has_focus(&frame) {
                let _ = left.unchecked_into::<HtmlElement>().focus_with_options(&options);
            }
        };
        set_timeout(give_back, Duration::ZERO);
    }

    /// Takes a scroll back, unless the user, or the page in answer to the user, may have made it.
    fn scroll(
        &mut self,
        now: f64,
        target: Option<Element>,
        frame: &HtmlIFrameElement,
        window: &Window,
        document: &Document,
    ) {
        let Some(scroller) = target.or_else(|| document.scrolling_element()) else { return };
        let Some((_, before)) = self.scrolled.iter_mut().find(|(it, _)| *it == scroller) else {
            // The element has been moved into it.
            if around(frame).any(|it| it == scroller) {
                self.note_all(frame);
            }
            return;
        };
        let is_free = now < self.free_until;
        if is_free {
            self.free_until = self.free_until.max((now + ANSWER).min(self.smooth_until));
        }
        let is_asked = is_free
            || self.held.is_some()
            // A scroll that brings the frame under the pointer is told of after that.
            || self.over_since.is_some_and(|since| since + ONE_MOVE < now)
            || has_focus(frame)
            || !document.has_focus().unwrap_or(true)
            || is_coarse(window);
        let after = Place::of(&scroller);
        // Where contents came or went above it, the browser keeps in place what is in sight.
        let is_kept =
            before.top > 0 && (after.top - before.top).abs() <= (after.height - before.height).abs();
        // What leaves the frame out of sight was not for it.
        if is_asked || is_kept || !is_in_sight(frame, window) {
            *before = after;
        } else if (after.left, after.top) != (before.left, before.top) {
            before.height = after.height;
            self.undone_at = now;
            let options = ScrollToOptions::new();
            options.set_left(before.left.into());
            options.set_top(before.top.into());
            options.set_behavior(ScrollBehavior::Instant);
            scroller.scroll_to_with_scroll_to_options(&options);
        }
    }

    fn note_all(&mut self, frame: &HtmlIFrameElement) {
        self.scrolled = around(frame).map(|it| (it.clone(), Place::of(&it))).collect();
    }
}

impl Place {
    fn of(scroller: &Element) -> Self {
        Self { left: scroller.scroll_left(), top: scroller.scroll_top(), height: scroller.scroll_height() }
    }
}

fn has_focus(frame: &HtmlIFrameElement) -> bool {
    let root = frame.get_root_node();
    let active = match root.dyn_ref::<ShadowRoot>() {
        Some(root) => root.active_element(),
        None => root.dyn_ref::<Document>().and_then(Document::active_element),
    };
    active.as_ref() == Some(frame.as_ref())
}

/// Whether some of the frame is on the screen, or would be if its page were.
pub(crate) fn is_in_sight(frame: &HtmlIFrameElement, window: &Window) -> bool {
    let size =
        |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
    let bounds = frame.get_bounding_client_rect();
    bounds.bottom() > 0.0
        && bounds.right() > 0.0
        && bounds.top() < size(window.inner_height())
        && bounds.left() < size(window.inner_width())
}

fn takes_text(element: &Element) -> bool {
    element.matches("input, textarea, [contenteditable]").unwrap_or(false)
}

/// Whether fingers may be at work: a page hears nothing of those that touch a frame in it.
fn is_coarse(window: &Window) -> bool {
    window.match_media("(any-pointer: coarse)").ok().flatten().is_some_and(|query| query.matches())
}

/// Whether a tap may have come just now, wherever it was.
fn is_touched(window: &Window) -> bool {
    let activation = Reflect::get(&window.navigator(), &"userActivation".into());
    let is_active = activation.and_then(|it| Reflect::get(&it, &"isActive".into()));
    is_coarse(window) && is_active.is_ok_and(|it| it.is_truthy())
}

/// What it stands in, across shadow roots.
fn around(frame: &HtmlIFrameElement) -> impl Iterator<Item = Element> {
    iter::successors(Some(Element::from(frame.clone())), |element| {
        let host = || Some(element.get_root_node().dyn_into::<ShadowRoot>().ok()?.host());
        element.parent_element().or_else(host)
    })
}
