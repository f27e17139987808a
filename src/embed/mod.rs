//! What JavaScript calls: mounting, changing and unmounting.

#![allow(unreachable_pub, reason = "wasm-bindgen makes these public, to JavaScript")]

use std::cell::Cell;

use jetapi::pairing::whatsapp::PAUSE_AFTER_CODES;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::mount::mount_to;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, WebSocket};

use crate::components::event::AccountEvent;
use crate::components::whatsapp::{WhatsAppPairing, WhatsAppPairingProps};
use crate::i18n::Locale;

#[cfg(feature = "accounts")]
mod accounts;
#[cfg(feature = "chat")]
mod chat;
#[cfg(feature = "notes")]
mod notes;
#[cfg(feature = "panics")]
mod panics;

/// The components' style sheet.
#[wasm_bindgen(js_name = styleSheet)]
pub fn style_sheet() -> String {
    crate::ui::STYLE.to_owned()
}

/// Takes the messages of the build's Russian file. What is mounted before is English until its language is set again.
#[cfg(not(feature = "russian"))]
#[wasm_bindgen(js_name = addMessages)]
pub fn add_messages(text: String) {
    crate::i18n::add_russian(text.leak());
    HAS_RUSSIAN.set(true);
}

thread_local! {
    static HAS_RUSSIAN: Cell<bool> = const { Cell::new(cfg!(feature = "russian")) };
}

/// A mounted component.
#[wasm_bindgen]
pub struct Mounted {
    // Both are wanted: the handle takes the nodes away, the owner everything that was created for them.
    root: Owner,
    handle: Box<dyn FnOnce()>,
    locale: ArcRwSignal<Locale>,
    // When the locale was last set.
    had_russian: Cell<bool>,
    update: Box<dyn Fn()>,
    /// It has to look where it is, when it was moved.
    #[cfg(feature = "chat")]
    minds_moves: bool,
}

#[wasm_bindgen]
impl Mounted {
    /// Looks at the options again, for a component that takes a change without being mounted anew.
    pub fn update(&self) {
        (self.update)();
    }

    /// Changes the language, by BCP 47 tag. Told again whenever the element is moved.
    #[wasm_bindgen(js_name = setLocale)]
    pub fn set_locale(&self, tag: &str) {
        #[cfg(feature = "chat")]
        if self.minds_moves {
            self.update();
        }
        let locale = Locale::from_tag(tag);
        let has_russian = HAS_RUSSIAN.get();
        let is_more = self.had_russian.replace(has_russian) != has_russian;
        if is_more || self.locale.get_untracked() != locale {
            self.locale.set(locale);
        }
    }

    /// Removes the component with its connection, timers and listeners.
    pub fn unmount(self) {
        (self.handle)();
        self.root.cleanup();
    }
}

/// Takes what the loader asked for while the wasm was on its way, for the next component that is mounted for `base`:
/// the request for the account, its answer if it is there (`status` 0 if not), and the WhatsApp socket.
#[wasm_bindgen(js_name = headStart)]
pub fn head_start(base: &str, account: Promise, status: u16, body: String, socket: WebSocket) {
    crate::net::session::offer(base, account, status, body, socket);
}

/// Mounts the element of this name, without its `jetapi-`, into `target`. `option` gives the value of an attribute,
/// `undefined` where it is not set; some are asked again by [`Mounted::update`]. `on_event` is called with a name and a
/// detail object.
#[wasm_bindgen]
pub fn mount(
    #[allow(unused_variables, reason = "the smallest part has one element")] name: String,
    target: HtmlElement,
    base: String,
    option: Function,
    locale: &str,
    on_event: Function,
) -> Mounted {
    let page = Page { target, locale, on_event };
    let options = Options(SendWrapper::new(option));
    // What a build for one element alone can't reach below is not linked.
    #[cfg(feature = "chat")]
    if name == "chat" || !cfg!(any(feature = "whatsapp", feature = "notes")) {
        return chat::mount(page, base, options);
    }
    #[cfg(feature = "notes")]
    if name == "notes" || !cfg!(any(feature = "whatsapp", feature = "chat")) {
        return notes::mount(page, base, options);
    }
    #[cfg(feature = "accounts")]
    if name != "whatsapp" {
        return accounts::mount(name, page, base, options);
    }
    let customer_id = options.get("customer-id");
    let pause_after_codes = options.get("pause-after-codes").and_then(|count| count.parse().ok());
    let mounted = page.mount(move |locale, on_event| {
        WhatsAppPairing(
            WhatsAppPairingProps::builder()
                .base(base)
                .customer_id(customer_id)
                .pause_after_codes(pause_after_codes.unwrap_or(PAUSE_AFTER_CODES))
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
    });
    // A wrong option, or a session that is open already, has no use for a head start.
    crate::net::session::withdraw_offer();
    mounted
}

/// What an element's attributes say.
#[derive(Clone)]
struct Options(SendWrapper<Function>);

impl Options {
    fn get(&self, name: &str) -> Option<String> {
        self.0.call1(&JsValue::UNDEFINED, &name.into()).ok()?.as_string()
    }

    #[cfg(any(feature = "chat", feature = "notes"))]
    fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value != "false")
    }
}

/// Where a component is to be, and who hears of it.
struct Page<'a> {
    target: HtmlElement,
    locale: &'a str,
    on_event: Function,
}

impl Page<'_> {
    fn mount<V: IntoView + 'static>(
        self,
        component: impl FnOnce(Signal<Locale>, Callback<AccountEvent>) -> V + 'static,
    ) -> Mounted {
        let locale = ArcRwSignal::new(Locale::from_tag(self.locale));
        let (target, on_event) = (self.target, SendWrapper::new(self.on_event));
        // Not `new_root`, which would become the owner of whatever the next mount makes before it has one of its own.
        let root = Owner::default();
        #[cfg(feature = "panics")]
        panics::arm(&target);
        let handle = root.with(|| {
            let on_event = Callback::new(move |event| {
                let (name, detail) = detail(event);
                // An error that the host's listener throws is the host's, and the browser has reported it.
                let _ = on_event.call2(&JsValue::UNDEFINED, &name.into(), &detail);
            });
            let locale = Signal::from(locale.clone());
            mount_to(target, move || component(locale, on_event))
        });
        Mounted {
            root,
            handle: Box::new(move || drop(handle)),
            locale,
            had_russian: Cell::new(HAS_RUSSIAN.get()),
            update: Box::new(|| {}),
            #[cfg(feature = "chat")]
            minds_moves: false,
        }
    }
}

fn detail(event: AccountEvent) -> (&'static str, Object) {
    let detail = Object::new();
    let set = |name: &str, value: JsValue| {
        // A plain object takes every property.
        let _ = Reflect::set(&detail, &name.into(), &value);
    };
    let name = match event {
        AccountEvent::Ready => "ready",
        AccountEvent::State(state) => {
            set("state", (&*state).into());
            "state"
        }
        AccountEvent::Connected { channel, account, since } => {
            let account = account.as_deref().map_or(JsValue::NULL, JsValue::from);
            set("channel", channel.into());
            // A number is what most pages want; a bot has none.
            set("phone", if channel == "telegram-bot" { JsValue::NULL } else { account.clone() });
            set("account", account);
            set("since", since.map_or(JsValue::NULL, |millis| js_sys::Date::new(&millis.into()).into()));
            "connected"
        }
        AccountEvent::Disconnected { channel, reason } => {
            set("channel", channel.into());
            set("reason", reason.into());
            "disconnected"
        }
        #[cfg(feature = "notes")]
        AccountEvent::Saved { notes, places } => {
            let (notes, conversations) = notes::saved(&notes, &places);
            set("notes", notes.into());
            set("conversations", conversations.into());
            "saved"
        }
        #[cfg(not(feature = "notes"))]
        AccountEvent::Saved { .. } => "saved",
        AccountEvent::Link { link, needs_password } => {
            set("link", (&*link).into());
            set("needsPassword", needs_password.into());
            "link"
        }
        AccountEvent::Deleted { conversations, messages } => {
            let count = |count: Option<u32>| count.map_or(JsValue::NULL, JsValue::from);
            set("conversations", count(conversations));
            set("messages", count(messages));
            "deleted"
        }
        AccountEvent::Error { code, message } => {
            set("code", code.into());
            set("message", message.into());
            "error"
        }
    };
    (name, detail)
}

#[cfg(all(test, feature = "accounts", feature = "chat", feature = "notes"))]
#[allow(clippy::unwrap_used, reason = "clippy takes a test for the browser for no test")]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;
    use std::rc::Rc;

    use js_sys::JSON;
    use wasm_bindgen_futures::JsFuture;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn member(object: &JsValue, name: &str) -> JsValue {
        Reflect::get(object, &name.into()).unwrap()
    }

    fn names(object: &JsValue) -> BTreeSet<String> {
        Object::keys(object.unchecked_ref::<Object>()).iter().filter_map(|name| name.as_string()).collect()
    }

    /// Until what was put off has run.
    async fn tick() {
        let timer = Function::new_with_args("done", "setTimeout(done)");
        let done = Promise::new(&mut |resolve, _| drop(timer.call1(&JsValue::UNDEFINED, &resolve)));
        JsFuture::from(done).await.unwrap();
    }

    #[wasm_bindgen_test]
    async fn elements_ask_for_the_attributes_that_are_listed() {
        let list = JSON::parse(include_str!("../../npm/elements.json")).unwrap();
        // What the loader gives unasked, and what some elements have no use for.
        let common = names(&member(&member(&list, "common"), "attributes"));
        let elements = member(&list, "elements");
        for name in names(&elements) {
            let asked = Rc::new(RefCell::new(BTreeSet::new()));
            let option = Closure::<dyn Fn(String) -> JsValue>::new({
                let asked = asked.clone();
                move |name| {
                    asked.borrow_mut().insert(name);
                    JsValue::UNDEFINED
                }
            });
            let target = document().create_element("div").unwrap().unchecked_into::<HtmlElement>();
            let option: Function = option.into_js_value().unchecked_into();
            let on_event = Function::new_no_args("");
            let mounted = mount(name.clone(), target, "/jetapi".into(), option, "en", on_event);
            tick().await;
            mounted.unmount();
            let asked: BTreeSet<_> = asked.borrow().difference(&common).cloned().collect();
            assert_eq!(asked, names(&member(&member(&elements, &name), "attributes")), "{name}");
        }
    }
}
