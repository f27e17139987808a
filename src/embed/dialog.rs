//! Mounting what stands beside a customer.

use jetapi::notes::Note;
use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{Mounted, Options, Page};
use crate::components::chat::{Chat, ChatProps, ChatSettings};
use crate::components::event::NotesPlace;
use crate::components::notes::{NoNotes, notes_editor};

/// Mounts the chat.
pub(super) fn mount_chat(page: Page<'_>, base: String, options: Options) -> Mounted {
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

/// Mounts the notes on a contact.
pub(super) fn mount_notes(page: Page<'_>, base: String, options: Options) -> Mounted {
    let contact = [options.get("phone"), options.get("username"), options.get("user-id")];
    let is_read_only = options.is_set("readonly");
    let changed = ArcTrigger::new();
    let given = {
        let changed = changed.clone();
        move || {
            changed.track();
            match options.get("notes").filter(|json| !json.trim().is_empty()) {
                None => Ok(None),
                Some(json) => Note::read_all(&json).map(Some).ok_or(NoNotes),
            }
        }
    };
    let mounted = page.mount(move |locale, on_event| {
        notes_editor(contact, Signal::derive(given), is_read_only, base, locale, Some(on_event)).into_any()
    });
    Mounted { update: Box::new(move || changed.notify()), ..mounted }
}

/// What a page is told of a save.
pub(super) fn saved(notes: &[Note], places: &[NotesPlace]) -> (Array, Array) {
    let object = |members: &[(&str, JsValue)]| {
        let object = Object::new();
        for (name, value) in members {
            // A plain object takes every property.
            let _ = Reflect::set(&object, &(*name).into(), value);
        }
        JsValue::from(object)
    };
    let notes =
        notes.iter().map(|note| object(&[("title", (&*note.title).into()), ("body", (&*note.body).into())]));
    let places = places.iter().map(|place| {
        let id = place.id.as_deref().map_or(JsValue::NULL, JsValue::from);
        let at = place.updated_at;
        let at = at.map_or(JsValue::NULL, |millis| js_sys::Date::new(&millis.into()).into());
        object(&[("id", id), ("messenger", (&*place.messenger).into()), ("updatedAt", at)])
    });
    (notes.collect(), places.collect())
}
