//! The README's application, in a browser.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test fails by stopping")]

use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn it_lists_the_channels() {
    include!(concat!(env!("OUT_DIR"), "/readme.rs"));
    let body = leptos::prelude::document().body().unwrap();
    // Leptos runs its effects after the mount.
    JsFuture::from(js_sys::Promise::resolve(&wasm_bindgen::JsValue::UNDEFINED)).await.unwrap();
    let list = body.query_selector(".jetapi[data-state=list][lang=en]").unwrap().unwrap();
    let channels = list.query_selector_all("li[data-channel]").unwrap();
    assert_eq!(channels.length(), 4);
    assert_eq!(body.query_selector_all("style").unwrap().length(), 1);
}
