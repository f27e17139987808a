//! Mounting the other logins, which a page that only pairs WhatsApp does not load.

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::{Mounted, mount};
use crate::components::chat_access::{ChatAccess, ChatAccessProps};
use crate::components::connect::{Connect, ConnectProps};
use crate::components::max::{MaxLogin, MaxLoginProps};
use crate::components::telegram::{TelegramLogin, TelegramLoginProps};
use crate::components::telegram_bot::{TelegramBot, TelegramBotProps};

/// Mounts any other component into `target`: `telegram`, `max`, `telegram-bot`, `chat-access` or, by any other name,
/// `connect`. `option` gives the value of an attribute, `undefined` where it is not set.
#[wasm_bindgen(js_name = mountOther)]
pub fn mount_other(
    name: String,
    target: HtmlElement,
    base: String,
    option: &Function,
    locale: &str,
    on_event: Function,
) -> Mounted {
    let option = |name: &str| option.call1(&JsValue::UNDEFINED, &name.into()).ok()?.as_string();
    let country = option("country");
    let (instance_id, channels) = (option("instance-id"), option("channels"));
    let family = option("family");
    mount(target, locale, on_event, move |locale, on_event| match &*name {
        "telegram" => TelegramLogin(
            TelegramLoginProps::builder()
                .base(base)
                .country(country)
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any(),
        "max" => MaxLogin(
            MaxLoginProps::builder().base(base).country(country).locale(locale).on_event(on_event).build(),
        )
        .into_any(),
        "telegram-bot" => TelegramBot(
            TelegramBotProps::builder()
                .base(base)
                .instance_id(instance_id)
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any(),
        "chat-access" => ChatAccess(
            ChatAccessProps::builder().base(base).family(family).locale(locale).on_event(on_event).build(),
        )
        .into_any(),
        _ => Connect(
            ConnectProps::builder()
                .base(base)
                .channels(channels)
                .country(country)
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any(),
    })
}
