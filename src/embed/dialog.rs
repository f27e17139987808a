//! Mounting what stands beside a customer.

use jetapi::notes::Note;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::{Mounted, mount};
use crate::components::chat::{Chat, ChatProps, ChatSettings};
use crate::components::event::NotesPlace;
use crate::components::notes::{NoNotes, notes_editor};

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
    let (family, microphone) = (get("family"), is_set(get("microphone")));
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
                .family(family)
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

/// Mounts the notes on a contact into `target`. `option` gives the value of an attribute, `undefined` where it is not
/// set; `notes` is asked for again by [`Mounted::update`].
#[wasm_bindgen(js_name = mountNotes)]
pub fn mount_notes(
    target: HtmlElement,
    base: String,
    option: Function,
    locale: &str,
    on_event: Function,
) -> Mounted {
    let option = SendWrapper::new(option);
    let get = move |name: &str| option.call1(&JsValue::UNDEFINED, &name.into()).ok()?.as_string();
    let contact = ["phone", "username", "user-id"].map(&get);
    let is_read_only = get("readonly").is_some_and(|value| value != "false");
    let changed = ArcTrigger::new();
    let given = {
        let changed = changed.clone();
        move || {
            changed.track();
            match get("notes").filter(|json| !json.trim().is_empty()) {
                None => Ok(None),
                Some(json) => Note::read_all(&json).map(Some).ok_or(NoNotes),
            }
        }
    };
    let mounted = mount(target, locale, on_event, move |locale, on_event| {
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
