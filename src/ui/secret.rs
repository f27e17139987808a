//! Reading what was typed for nobody else.

use jetapi::secret::Secret;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::HtmlInputElement;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = js_sys::Object)]
    type TextEncoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;
    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsValue) -> Uint8Array;

    type AnyInput;
    #[wasm_bindgen(method, getter)]
    fn value(this: &AnyInput) -> JsValue;
}

/// What stands in the field.
///
/// Encoded on the browser's side: a string that is handed over the usual way is written into memory that may be moved
/// while it grows, and what was left behind would stay readable.
pub(crate) fn read_secret(input: &HtmlInputElement) -> Secret {
    let typed = input.unchecked_ref::<AnyInput>().value();
    Secret::new(String::from_utf8(TextEncoder::new().encode(&typed).to_vec()).unwrap_or_default())
}

/// Empties the field.
pub(crate) fn forget(input: &HtmlInputElement) {
    input.set_value("");
}
