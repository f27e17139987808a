//! Handing the page's address to another screen.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::{JsCast, JsValue};

/// A button that opens the browser's share sheet, or copies the page's address where there is none.
pub(crate) fn share_button(
    label: impl Fn() -> &'static str + Send + 'static,
    copied_label: impl Fn() -> &'static str + Send + 'static,
) -> impl IntoView {
    let copied = ArcRwSignal::new(false);
    let on_click = {
        let copied = copied.clone();
        move |_| {
            let copied = copied.clone();
            leptos::task::spawn_local(
                async move { copied.set(hand_over().await.is_ok_and(|by| by == By::Copy)) },
            );
        }
    };
    html::button()
        .attr("type", "button")
        .attr("part", "button")
        .class("button secondary")
        .on(ev::click, on_click)
        .child(move || if copied.get() { copied_label() } else { label() })
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
