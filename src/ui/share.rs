//! Handing the page's address to another screen.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::button;

/// A button that opens the browser's share sheet, or copies the page's address where there is none; `copied` says
/// so.
pub(crate) fn share_button(label: &'static str, copied: &ArcRwSignal<bool>) -> impl IntoView + use<> {
    let copied = copied.clone();
    button("button secondary", label).on(ev::click, move |_| {
        let copied = copied.clone();
        leptos::task::spawn_local(
            async move { copied.set(hand_over().await.is_ok_and(|by| by == By::Copy)) },
        );
    })
}

#[derive(PartialEq)]
enum By {
    Sheet,
    Copy,
}

async fn hand_over() -> Result<By, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let address = JsValue::from(window.location().href()?);
    let navigator = window.navigator();
    if let Ok(share) = Reflect::get(&navigator, &"share".into())?.dyn_into::<Function>() {
        let data = Object::new();
        Reflect::set(&data, &"url".into(), &address)?;
        wait(share.call1(&navigator, &data)?).await?;
        return Ok(By::Sheet);
    }
    let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    wait(write.call1(&clipboard, &address)?).await?;
    Ok(By::Copy)
}

async fn wait(promise: JsValue) -> Result<JsValue, JsValue> {
    wasm_bindgen_futures::JsFuture::from(promise.dyn_into::<Promise>()?).await
}
