//! Mounting what stands beside a customer.

use js_sys::Function;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::{Mounted, mount};
use crate::components::chat::{Chat, ChatProps, ChatSettings};

/// Mounts the chat into `target`. `option` gives the value of an attribute, `undefined` where it is not set; it is asked
/// again by [`Mounted::update`].
#[wasm_bindgen(js_name = mountChat)]
pub fn mount_chat(
    target: HtmlElement,
    base: String,
    option: Function,
    locale: &str,
    on_event: Function,
) -> Mounted {
    let option = SendWrapper::new(option);
    let get = move |name: &str| option.call1(&JsValue::UNDEFINED, &name.into()).ok()?.as_string();
    let is_set = |value: Option<String>| value.is_some_and(|value| value != "false");
    let changed = ArcTrigger::new();
    let (instance, microphone) = (get("family").as_deref() == Some("instance"), is_set(get("microphone")));
    let hosts = get("hosts").unwrap_or_else(|| "api.jetapi.io".to_owned());
    let settings = {
        let changed = changed.clone();
        move || {
            changed.track();
            ChatSettings {
                link: get("link"),
                phone: get("phone"),
                dispatch_routing: get("dispatch-routing"),
                sender_id: get("sender-id"),
                username: get("username"),
                chat_only: is_set(get("chat-only")),
                desktop: is_set(get("desktop")),
            }
        }
    };
    let mounted = mount(target, locale, on_event, move |locale, on_event| {
        Chat(
            ChatProps::builder()
                .settings(Signal::derive(settings))
                .base(base)
                .instance(instance)
                .hosts(hosts)
                .microphone(microphone)
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any()
    });
    Mounted { update: Box::new(move || changed.notify()), ..mounted }
}
