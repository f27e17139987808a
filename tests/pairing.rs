//! The component as a Leptos application has it, in a browser.

#![cfg(target_arch = "wasm32")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by stopping"
)]

use std::sync::{Arc, Mutex};

use jetapi_widget::{AccountEvent, Locale, STYLE, WhatsAppPairing, WhatsAppPairingProps};
use js_sys::Array;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlElement;

wasm_bindgen_test_configure!(run_in_browser);

// A server in the page: `fetch` answers with an account, and sockets are fed by hand.
#[wasm_bindgen(inline_js = r#"
    const real = { fetch: globalThis.fetch, WebSocket: globalThis.WebSocket, warn: console.warn, error: console.error };
    const ACCOUNT = JSON.stringify({ account: { customer_id: 77, whatsapp_session: 0 } });
    const sockets = [];
    let warnings = 0;
    let errors = 0;
    let run = 0;
    for (const name of ['error', 'unhandledrejection']) addEventListener(name, () => { errors += 1; });

    class FakeSocket {
        readyState = 0;
        constructor(url) {
            if (url.includes(base())) sockets.push(this);
            setTimeout(() => {
                if (this.readyState > 0) return;
                this.readyState = 1;
                this.onopen?.();
            });
        }
        send(text) {
            const [join_ref, ref, topic, event] = JSON.parse(text);
            if (event !== 'phx_join') return;
            this.room = [join_ref, null, topic, 'auth_state'];
            setTimeout(() => this.say([join_ref, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
        }
        say(frame) { this.hear(JSON.stringify(frame)); }
        hear(data) { this.onmessage?.(new MessageEvent('message', { data })); }
        close() { this.readyState = 3; }
    }

    /** A base of each test's own: a session that a failed test left behind is not shared. */
    export function base() { return `/test-${run}`; }
    export function fake() {
        run += 1;
        globalThis.fetch = async () => new Response(ACCOUNT, { status: 200 });
        globalThis.WebSocket = FakeSocket;
        console.warn = () => { warnings += 1; };
        console.error = (...words) => { errors += 1; real.error(...words); };
        sockets.length = 0; warnings = 0; errors = 0;
    }
    export function restore() {
        const { fetch, WebSocket, warn, error } = real;
        Object.assign(globalThis, { fetch, WebSocket });
        Object.assign(console, { warn, error });
    }
    export function open() { return sockets.filter(({ readyState }) => readyState < 2).length; }
    const rooms = () => sockets.filter(({ readyState, room }) => readyState === 1 && room);
    export function joined() { return rooms().length; }
    export function push(payload) { for (const socket of rooms()) socket.say([...socket.room, JSON.parse(payload)]); }
    export function push_long(length) {
        for (const socket of rooms()) {
            const frame = (filler) => JSON.stringify([...socket.room, { auth: true, filler }]);
            socket.hear(frame('x'.repeat(length - frame('').length)));
        }
    }
    export function push_binary() {
        for (const socket of rooms()) socket.hear(new TextEncoder().encode(JSON.stringify([...socket.room, { auth: true }])).buffer);
    }
    export function warned() { return warnings; }
    export function erred() { return errors; }

    export function watch(node) {
        const changes = { count: 0 };
        new MutationObserver((records) => { changes.count += records.length; })
            .observe(node, { subtree: true, childList: true, attributes: true, characterData: true });
        return changes;
    }

    export function selectors(css) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        const outer = (rules) => [...rules].flatMap((rule) =>
            rule instanceof CSSStyleRule ? [rule.selectorText] : rule instanceof CSSGroupingRule ? outer(rule.cssRules) : []);
        return outer(sheet.cssRules);
    }

    /** All that follows from what has happened, and no timer. */
    export async function effects() { for (let turn = 0; turn < 100; turn += 1) await null; }
    export function pause(ms) { return new Promise((done) => setTimeout(done, ms)); }

    /** What JavaScript calls: the exports of this very wasm module, from where the test runner serves them. */
    export function exports() { return import(`${location.origin}/wasm-bindgen-test`); }
    export function mount(exports, target, heard) {
        const options = { 'customer-id': '77', 'pause-after-codes': '0' };
        return exports.mount('whatsapp', target, base(), (name) => options[name], 'en', (name) => { heard.push(name); });
    }
"#)]
extern "C" {
    fn fake();
    fn restore();
    fn open() -> u32;
    fn joined() -> u32;
    fn push(payload: &str);
    fn push_long(length: u32);
    fn push_binary();
    fn warned() -> u32;
    fn erred() -> u32;
    fn base() -> String;
    fn watch(node: &HtmlElement) -> Changes;
    fn selectors(css: &str) -> Vec<String>;
    async fn effects();
    async fn pause(millis: u32);
    async fn exports() -> JsValue;
    fn mount(exports: &JsValue, target: &HtmlElement, heard: &Array) -> MountedByJs;

    type Changes;
    #[wasm_bindgen(method, getter)]
    fn count(this: &Changes) -> u32;

    type MountedByJs;
    #[wasm_bindgen(method, js_name = setLocale)]
    fn set_locale(this: &MountedByJs, tag: &str);
    #[wasm_bindgen(method)]
    fn unmount(this: &MountedByJs);
}

/// The longest text that is read.
const LONGEST: u32 = 1 << 20;
const FIRST: &str = r#"{"auth":false,"qr_code":"2@first"}"#;

async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        pause(10).await;
    }
    panic!("never: {what}");
}

fn target() -> HtmlElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let target: HtmlElement = document.create_element("div").unwrap().dyn_into().unwrap();
    document.body().unwrap().append_child(&target).unwrap();
    target
}

fn attribute(target: &HtmlElement, selector: &str, name: &str) -> String {
    let found = target.query_selector(selector).unwrap();
    found.and_then(|found| found.get_attribute(name)).unwrap_or_default()
}

fn state(target: &HtmlElement) -> String {
    attribute(target, ".jetapi", "data-state")
}

/// A component in a place of its own, taken down on drop as an application would.
struct Mounted {
    target: HtmlElement,
    root: Owner,
    handle: Option<Box<dyn FnOnce()>>,
    locale: ArcRwSignal<Locale>,
    events: Arc<Mutex<Vec<AccountEvent>>>,
}

impl Mounted {
    fn new(customer_id: Option<&str>) -> Self {
        Self::at(target(), customer_id)
    }

    fn at(target: HtmlElement, customer_id: Option<&str>) -> Self {
        let events = Arc::new(Mutex::new(Vec::new()));
        let locale = ArcRwSignal::new(Locale::En);
        let root = Owner::default();
        let customer_id = customer_id.map(str::to_owned);
        let handle = root.with(|| {
            let heard = events.clone();
            let props = WhatsAppPairingProps::builder()
                .base(base())
                .customer_id(customer_id)
                .locale(Signal::from(locale.clone()))
                .on_event(Callback::new(move |event| heard.lock().unwrap().push(event)))
                .build();
            mount_to(target.clone(), move || WhatsAppPairing(props))
        });
        Self { target, root, handle: Some(Box::new(move || drop(handle))), locale, events }
    }

    fn state(&self) -> String {
        state(&self.target)
    }

    fn text(&self) -> String {
        self.target.text_content().unwrap_or_default()
    }

    fn events(&self) -> Vec<AccountEvent> {
        self.events.lock().unwrap().clone()
    }

    /// What the code is drawn as.
    fn path(&self) -> String {
        attribute(&self.target, "svg.qr path", "d")
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if let Some(unmount) = self.handle.take() {
            unmount();
        }
        self.root.cleanup();
        self.target.remove();
    }
}

#[wasm_bindgen_test]
async fn a_wrong_option_is_said_in_the_page_and_to_it() {
    fake();
    let mounted = Mounted::new(Some("77 a"));
    effects().await;
    assert!(mounted.text().contains("“customer-id” must be made of digits only."));
    assert_eq!(mounted.state(), "idle");
    match mounted.events().as_slice() {
        [AccountEvent::Ready, AccountEvent::Error { code: "bad-option", message }] => {
            assert!(mounted.text().contains(message));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(open(), 0);
    restore();
}

#[wasm_bindgen_test]
async fn unchanged_frames_leave_the_page_alone() {
    fake();
    let mounted = Mounted::new(None);
    until("a join", || joined() == 1).await;
    push(FIRST);
    until("a code", || mounted.state() == "code").await;
    effects().await;
    // No timer comes between here and the count, so that the countdown stands still.
    let changes = watch(&mounted.target);
    for _ in 0..200 {
        push(FIRST);
        effects().await;
    }
    assert_eq!(changes.count(), 0);
    push(r#"{"auth":false,"qr_code":"2@other"}"#);
    effects().await;
    assert!(changes.count() > 0, "not even another code was seen");
    restore();
}

#[wasm_bindgen_test]
async fn a_code_of_any_characters_is_drawn() {
    fake();
    let mounted = Mounted::new(None);
    until("a join", || joined() == 1).await;
    push(FIRST);
    until("a code", || mounted.state() == "code").await;
    let first = mounted.path();
    for code in [r"2@\u0000", "2@🦀", r"2@\u0000🦀é\n"] {
        push(&[r#"{"auth":false,"qr_code":""#, code, r#""}"#].concat());
        effects().await;
        assert_eq!(mounted.state(), "code", "{code}");
        assert!(!mounted.path().is_empty() && mounted.path() != first, "{code}");
    }
    assert_eq!((warned(), erred()), (0, 0));
    restore();
}

#[wasm_bindgen_test]
async fn what_nobody_can_read_is_warned_of_once() {
    let kinds: [(&str, fn()); 3] = [
        ("a long text", || push_long(LONGEST + 1)),
        ("a binary frame", push_binary),
        ("a wrong type", || push(r#"{"auth":"yes"}"#)),
    ];
    for (kind, send) in kinds {
        fake();
        let mounted = Mounted::new(None);
        until("a join", || joined() == 1).await;
        push(FIRST);
        until("a code", || mounted.state() == "code").await;
        effects().await;
        let changes = watch(&mounted.target);
        for _ in 0..3 {
            send();
            effects().await;
        }
        assert_eq!(changes.count(), 0, "{kind}");
        assert_eq!((warned(), erred()), (1, 0), "{kind}");
        push_long(LONGEST);
        effects().await;
        assert_eq!(mounted.state(), "connected", "a text of just the allowed length after {kind}");
        assert_eq!(warned(), 1, "{kind}");
    }
    restore();
}

#[wasm_bindgen_test]
async fn mounting_and_unmounting_leaves_nothing() {
    fake();
    let place = target();
    for cycle in 0..50 {
        let mounted = Mounted::at(place.clone(), Some("77"));
        // Unmounted in every stage of its life.
        if cycle % 3 > 0 {
            until("a join", || joined() == 1).await;
        }
        if cycle % 3 > 1 {
            push(FIRST);
            until("a code", || mounted.state() == "code").await;
        }
        drop(mounted);
        assert!(!place.has_child_nodes(), "cycle {cycle}");
        assert_eq!(open(), 0, "cycle {cycle}");
    }
    // What was still under way comes back to nobody.
    pause(50).await;
    assert_eq!((place.has_child_nodes(), open(), erred()), (false, 0, 0));
    restore();
}

#[wasm_bindgen_test]
async fn an_application_shows_and_hides_it() {
    fake();
    let place = target();
    let shown = ArcRwSignal::new(false);
    let root = Owner::default();
    let handle = root.with(|| {
        let shown = shown.clone();
        mount_to(place.clone(), move || {
            move || shown.get().then(|| view! { <WhatsAppPairing base=base() customer_id="77".to_owned() /> })
        })
    });
    for _ in 0..3 {
        shown.set(true);
        until("a join", || joined() == 1).await;
        assert_eq!(state(&place), "connecting");
        shown.set(false);
        effects().await;
        assert_eq!((state(&place).as_str(), open()), ("", 0));
    }
    drop(handle);
    root.cleanup();
    place.remove();
    assert_eq!(erred(), 0);
    restore();
}

#[wasm_bindgen_test]
async fn one_of_two_can_go() {
    fake();
    let (first, second) = (Mounted::new(None), Mounted::new(None));
    until("a join", || joined() == 1).await;
    assert_eq!(open(), 1, "one connection for both");
    drop(first);
    push(FIRST);
    until("a code", || second.state() == "code").await;
    assert_eq!(second.events().last(), Some(&AccountEvent::State("code".into())));
    second.locale.set(Locale::Ru);
    effects().await;
    assert_eq!(attribute(&second.target, ".jetapi", "lang"), "ru");
    drop(second);
    assert_eq!((open(), erred()), (0, 0));
    restore();
}

#[wasm_bindgen_test]
async fn one_of_two_that_javascript_mounted_can_go() {
    fake();
    let exports = exports().await;
    let places = [target(), target()];
    let heard = [Array::new(), Array::new()];
    let first = mount(&exports, &places[0], &heard[0]);
    let second = mount(&exports, &places[1], &heard[1]);
    until("a join", || joined() == 1).await;
    first.unmount();
    assert!(!places[0].has_child_nodes());
    heard[1].set_length(0);
    push(FIRST);
    until("a code", || state(&places[1]) == "code").await;
    assert_eq!(heard[1].length(), 1, "one change of state");
    second.set_locale("ru");
    effects().await;
    assert_eq!(attribute(&places[1], ".jetapi", "lang"), "ru");
    second.unmount();
    assert_eq!((places[1].has_child_nodes(), open(), erred()), (false, 0, 0));
    for place in places {
        place.remove();
    }
    restore();
}

#[wasm_bindgen_test]
fn the_styles_touch_nothing_but_the_components() {
    let selectors = selectors(STYLE);
    assert!(selectors.iter().any(|selector| selector == ".jetapi"), "{selectors:?}");
    for selector in &selectors {
        assert!(selector.contains(".jetapi") || selector.starts_with(":host"), "{selector}");
    }
}
