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

use jetapi_widget::{Locale, STYLE, WhatsAppEvent, WhatsAppPairing, WhatsAppPairingProps};
use js_sys::Promise;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlElement;

wasm_bindgen_test_configure!(run_in_browser);

// A server in the page: `fetch` answers with an account, and a socket is fed by hand.
#[wasm_bindgen(inline_js = r#"
    const real = { fetch: globalThis.fetch, WebSocket: globalThis.WebSocket, warn: console.warn };
    export const sockets = [];
    let warnings = 0;
    class FakeSocket {
        static OPEN = 1;
        readyState = 0;
        constructor(url) { this.url = url; this.sent = []; sockets.push(this); setTimeout(() => { this.readyState = 1; this.onopen?.(); }); }
        send(text) {
            this.sent.push(text);
            const [join_ref, ref, topic, event] = JSON.parse(text);
            if (event === 'phx_join') {
                this.topic = topic; this.join_ref = join_ref;
                setTimeout(() => this.say([join_ref, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
            }
        }
        say(frame) { this.onmessage?.(new MessageEvent('message', { data: typeof frame === 'string' ? frame : JSON.stringify(frame) })); }
        close() { this.readyState = 3; }
    }
    export function fake(answer) {
        globalThis.fetch = async () => answer === undefined
            ? Promise.reject('a reason that is no error')
            : new Response(answer, { status: 200, headers: { 'content-type': 'application/json' } });
        globalThis.WebSocket = FakeSocket;
        console.warn = () => { warnings += 1; };
        sockets.length = 0; warnings = 0;
    }
    export function restore() { globalThis.fetch = real.fetch; globalThis.WebSocket = real.WebSocket; console.warn = real.warn; }
    export function push(payload) { for (const s of sockets) s.say([s.join_ref, null, s.topic, 'auth_state', JSON.parse(payload)]); }
    export function raw(kind) {
        for (const s of sockets) {
            if (kind === 'long') s.say('x'.repeat(2_000_000));
            else s.onmessage?.(new MessageEvent('message', { data: new ArrayBuffer(8) }));
        }
    }
    export function joined() { return sockets.filter((s) => s.readyState === 1 && s.topic).length; }
    export function open() { return sockets.filter((s) => s.readyState < 2).length; }
    export function warned() { return warnings; }
    export function watch(node) {
        const counter = { records: 0 };
        new MutationObserver((records) => { counter.records += records.length; })
            .observe(node, { subtree: true, childList: true, attributes: true, characterData: true });
        return counter;
    }
    export function records(counter) { return counter.records; }
    export function rules(css) { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); return sheet.cssRules.length; }
    export function pause(ms) { return new Promise((done) => setTimeout(done, ms)); }
"#)]
extern "C" {
    fn fake(answer: Option<String>);
    fn restore();
    fn push(payload: &str);
    fn raw(kind: &str);
    fn joined() -> u32;
    fn open() -> u32;
    fn warned() -> u32;
    fn watch(node: &HtmlElement) -> JsValue;
    fn records(counter: &JsValue) -> u32;
    fn rules(css: &str) -> u32;
    fn pause(ms: u32) -> Promise;
}

const ACCOUNT: &str = r#"{"account":{"customer_id":77,"whatsapp_session":0}}"#;

async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        JsFuture::from(pause(10)).await.unwrap();
    }
    panic!("never: {what}");
}

/// A mounted component, taken down on drop as an application would.
struct Mounted {
    target: HtmlElement,
    root: Owner,
    handle: Option<Box<dyn FnOnce()>>,
    events: Arc<Mutex<Vec<WhatsAppEvent>>>,
}

impl Mounted {
    fn new(customer_id: Option<&str>) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let target: HtmlElement = document.create_element("div").unwrap().dyn_into().unwrap();
        document.body().unwrap().append_child(&target).unwrap();
        let events = Arc::new(Mutex::new(Vec::new()));
        let root = Owner::default();
        let customer_id = customer_id.map(str::to_owned);
        let handle = root.with(|| {
            let heard = events.clone();
            let props = WhatsAppPairingProps::builder()
                .customer_id(customer_id)
                .locale(Signal::stored(Locale::En))
                .on_event(Callback::new(move |event| heard.lock().unwrap().push(event)))
                .build();
            mount_to(target.clone(), move || WhatsAppPairing(props))
        });
        Self { target, root, handle: Some(Box::new(move || drop(handle))), events }
    }

    fn state(&self) -> String {
        let root = self.target.query_selector(".jetapi").unwrap().unwrap();
        root.get_attribute("data-state").unwrap_or_default()
    }

    fn text(&self) -> String {
        self.target.text_content().unwrap_or_default()
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
    let mounted = Mounted::new(Some("77 a"));
    until("an error", || mounted.events.lock().unwrap().len() == 2).await;
    assert!(mounted.text().contains("“customer-id” must be made of digits only."));
    let events = mounted.events.lock().unwrap();
    assert_eq!(events[0], WhatsAppEvent::Ready);
    assert!(matches!(&events[1], WhatsAppEvent::Error { code: "bad-option", .. }), "{:?}", events[1]);
}

#[wasm_bindgen_test]
async fn unchanged_frames_leave_the_page_alone() {
    fake(Some(ACCOUNT.into()));
    let mounted = Mounted::new(None);
    until("a join", || joined() == 1).await;
    push(r#"{"auth":false,"qr_code":"2@first"}"#);
    until("a code", || mounted.state() == "code").await;
    // The countdown changes once a second, so it is left out.
    let stage: HtmlElement = mounted.target.query_selector(".stage").unwrap().unwrap().dyn_into().unwrap();
    let counter = watch(&stage);
    for _ in 0..200 {
        push(r#"{"auth":false,"qr_code":"2@first"}"#);
    }
    JsFuture::from(pause(0)).await.unwrap();
    assert_eq!(records(&counter), 0);
    push("{\"auth\":false,\"qr_code\":\"2@\\u0000🦀\"}");
    until("another code", || records(&counter) > 0).await;
    assert_eq!(warned(), 0);
    restore();
}

#[wasm_bindgen_test]
async fn what_nobody_can_read_is_warned_of_once() {
    fake(Some(ACCOUNT.into()));
    let mounted = Mounted::new(None);
    until("a join", || joined() == 1).await;
    for _ in 0..3 {
        raw("long");
        raw("binary");
        push(r#"{"auth":"yes"}"#);
    }
    push(r#"{"auth":true}"#);
    until("a connection", || mounted.state() == "connected").await;
    assert_eq!(warned(), 1);
    restore();
}

#[wasm_bindgen_test]
async fn a_rejection_that_is_no_error_is_a_network_failure() {
    fake(None);
    let mounted = Mounted::new(None);
    until("a socket", || open() == 1).await;
    JsFuture::from(pause(50)).await.unwrap();
    assert_eq!(mounted.state(), "connecting");
    restore();
}

#[wasm_bindgen_test]
async fn mounting_and_unmounting_leaves_nothing() {
    fake(Some(ACCOUNT.into()));
    let body = web_sys::window().unwrap().document().unwrap().body().unwrap();
    let before = body.child_element_count();
    for _ in 0..50 {
        let mounted = Mounted::new(Some("77"));
        until("a join", || joined() == 1).await;
        drop(mounted);
        until("no socket", || open() == 0).await;
    }
    assert_eq!(body.child_element_count(), before);
    restore();
}

#[wasm_bindgen_test]
async fn one_of_two_can_go() {
    fake(Some(ACCOUNT.into()));
    let (first, second) = (Mounted::new(None), Mounted::new(None));
    until("a join", || joined() == 1).await;
    assert_eq!(open(), 1, "one connection for both");
    drop(first);
    push(r#"{"auth":false,"qr_code":"2@first"}"#);
    until("a code", || second.state() == "code").await;
    drop(second);
    until("no socket", || open() == 0).await;
    restore();
}

#[wasm_bindgen_test]
fn the_styles_are_a_style_sheet() {
    assert!(rules(STYLE) >= 5, "{}", rules(STYLE));
}
