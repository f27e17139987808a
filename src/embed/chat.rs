//! Mounting the chat.

use leptos::prelude::*;

use super::{Mounted, Options, Page};
use crate::components::chat::{Chat, ChatProps, ChatSettings};

/// Mounts the chat.
pub(super) fn mount(page: Page<'_>, base: String, options: Options) -> Mounted {
    let changed = ArcTrigger::new();
    let (family, microphone) = (options.get("family"), options.is_set("microphone"));
    let hosts = options.get("hosts").unwrap_or_else(|| "api.jetapi.io".to_owned());
    let settings = {
        let changed = changed.clone();
        move || {
            changed.track();
            ChatSettings {
                link: options.get("link"),
                phone: options.get("phone"),
                dispatch_routing: options.get("dispatch-routing"),
                sender_id: options.get("sender-id"),
                username: options.get("username"),
                chat_only: options.is_set("chat-only"),
                desktop: options.is_set("desktop"),
            }
        }
    };
    let mounted = page.mount(move |locale, on_event| {
        Chat(
            ChatProps::builder()
                .settings(Signal::derive(settings))
                .base(base)
                .family(family)
                .hosts(hosts)
                .microphone(microphone)
                .locale(locale)
                .on_event(on_event)
                .build(),
        )
        .into_any()
    });
    Mounted { update: Box::new(move || changed.notify()), minds_moves: true, ..mounted }
}
