//! Handing an address to another screen, or to the clipboard.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;

use super::button;

/// A button that opens the browser's share sheet, or copies the page's address where there is none; `copied` says
/// so.
pub(crate) fn share_button(label: &'static str, copied: &ArcRwSignal<bool>) -> impl IntoView + use<> {
    let copied = copied.clone();
    // A browser that has neither is left as it is: the address is in its bar.
    button("button secondary", label, Box::new(move |_| drop(hand_over(copied.clone()))))
}

fn hand_over(copied: ArcRwSignal<bool>) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let address = JsValue::from(window.location().href()?);
    let navigator = JsValue::from(window.navigator());
    let share = Reflect::get(&navigator, &"share".into())?;
    let is_sheet = share.is_function();
    let promise: Promise = if is_sheet {
        let data = Object::new();
        Reflect::set(&data, &"url".into(), &address)?;
        share.unchecked_into::<Function>().call1(&navigator, &data)?.dyn_into()?
    } else {
        write(&address)?
    };
    let done = Closure::once(move |_: JsValue| copied.set(!is_sheet));
    // Whoever closes the share sheet again has not made a mistake.
    let dismissed = Closure::once(|_: JsValue| {});
    let _ = promise.then2(&done, &dismissed);
    done.forget();
    dismissed.forget();
    Ok(())
}

/// Copies `text`, and tells `done` whether that worked: a page without a secure origin may not, nor one in a frame that
/// was not allowed to.
pub(crate) fn copy(text: &str, done: impl FnOnce(bool) + 'static) {
    let written = write(&text.into());
    leptos::task::spawn_local(async move {
        let is_written = match written {
            Ok(written) => JsFuture::from(written).await.is_ok(),
            Err(_) => false,
        };
        done(is_written);
    });
}

fn write(text: &JsValue) -> Result<Promise, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let clipboard = Reflect::get(&window.navigator(), &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    write.call1(&clipboard, text)?.dyn_into()
}
