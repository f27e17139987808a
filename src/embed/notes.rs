//! Mounting the notes.

use jetapi::notes::Note;
use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{Mounted, Options, Page};
use crate::components::event::NotesPlace;
use crate::components::notes::{NoNotes, notes_editor};

/// Mounts the notes on a contact.
pub(super) fn mount(page: Page<'_>, base: String, options: Options) -> Mounted {
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
