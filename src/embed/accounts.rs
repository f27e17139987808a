//! Mounting the other logins, which a page that only pairs WhatsApp does not load.

use leptos::prelude::*;

use super::{Mounted, Options, Page};
use crate::components::chat_access::{ChatAccess, ChatAccessProps};
use crate::components::connect::{Connect, ConnectProps};
use crate::components::max::{MaxLogin, MaxLoginProps};
use crate::components::telegram::{TelegramLogin, TelegramLoginProps};
use crate::components::telegram_bot::{TelegramBot, TelegramBotProps};

/// Mounts `telegram`, `max`, `telegram-bot`, `chat-access` or, by any other name, `connect`.
pub(super) fn mount(name: String, page: Page<'_>, base: String, options: Options) -> Mounted {
    page.mount(move |locale, on_event| match &*name {
        "telegram" => TelegramLogin(
            TelegramLoginProps::builder()
                .base(base)
                .country(options.get("country"))
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any(),
        "max" => MaxLogin(
            MaxLoginProps::builder()
                .base(base)
                .country(options.get("country"))
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any(),
        "telegram-bot" => TelegramBot(
            TelegramBotProps::builder()
                .base(base)
                .instance_id(options.get("instance-id"))
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any(),
        "chat-access" => ChatAccess(
            ChatAccessProps::builder()
                .base(base)
                .family(options.get("family"))
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any(),
        _ => Connect(
            ConnectProps::builder()
                .base(base)
                .customer_id(options.get("customer-id"))
                .channels(options.get("channels"))
                .country(options.get("country"))
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any(),
    })
}
