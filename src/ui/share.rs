//! Handing the page's address to another screen.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

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
    let promise = if is_sheet {
        let data = Object::new();
        Reflect::set(&data, &"url".into(), &address)?;
        share.unchecked_into::<Function>().call1(&navigator, &data)?
    } else {
        let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
        let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
        write.call1(&clipboard, &address)?
    };
    let done = Closure::once(move |_: JsValue| copied.set(!is_sheet));
    // Whoever closes the share sheet again has not made a mistake.
    let dismissed = Closure::once(|_: JsValue| {});
    let _ = promise.dyn_into::<Promise>()?.then2(&done, &dismissed);
    done.forget();
    dismissed.forget();
    Ok(())
}
