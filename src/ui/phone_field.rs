//! The phone number field: one text with everything, a flag, and a list of countries.

use std::sync::Arc;

use jetapi::phone::{self, Change, Country, PhoneProblem};
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement, InputEvent, KeyboardEvent};

use super::focus::{focus, focus_soon};
use super::unique_id;
use crate::i18n::Locale;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(tags: &Array, options: &JsValue) -> DisplayNames;
    #[wasm_bindgen(method)]
    fn of(this: &DisplayNames, region: &str) -> JsValue;

    #[wasm_bindgen(js_namespace = Intl, js_name = Locale)]
    type IntlLocale;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "Locale")]
    fn new_locale(tag: &str) -> Result<IntlLocale, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn maximize(this: &IntlLocale) -> Result<IntlLocale, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn region(this: &IntlLocale) -> Option<String>;
}

/// The country where this browser is set up to be.
fn browser_country() -> Option<Country> {
    let tag = web_sys::window()?.navigator().language()?;
    Country::from_iso(&IntlLocale::new_locale(&tag).ok()?.maximize().ok()?.region()?)
}

/// A flag, where the system has one; two letters where it has none.
fn flag(country: Country) -> String {
    country.iso().chars().filter_map(|letter| char::from_u32(letter as u32 + 0x1F1E6 - 'A' as u32)).collect()
}

/// What is in the field. Clones share it.
#[derive(Clone)]
pub(crate) struct PhoneField {
    /// For the label.
    pub(crate) id: Arc<str>,
    text: ArcRwSignal<String>,
    country: ArcRwSignal<Country>,
    list: ArcRwSignal<Option<List>>,
}

/// The list of countries while it is open.
#[derive(Clone)]
struct List {
    rows: Vec<Row>,
    query: String,
    active: usize,
}

#[derive(Clone)]
struct Row {
    country: Country,
    name: String,
    /// The name as it is searched for.
    folded: String,
}

fn fold(text: &str) -> String {
    String::from(js_sys::JsString::from(text).to_lower_case())
}

impl List {
    fn new(locale: Locale, chosen: Country) -> Self {
        let tags = Array::of1(&locale.tag().into());
        let options = js_sys::Object::new();
        // A plain object takes every property.
        let _ = Reflect::set(&options, &"type".into(), &"region".into());
        let names = DisplayNames::new(&tags, &options);
        let mut rows: Vec<Row> = Country::all()
            .map(|country| {
                let name = names.of(country.iso()).as_string().unwrap_or_else(|| country.iso().into());
                Row { country, folded: fold(&name), name }
            })
            .collect();
        let compare: Function = js_sys::Intl::Collator::new(&tags, &js_sys::Object::new()).compare();
        rows.sort_by(|a, b| {
            let order = compare.call2(&JsValue::UNDEFINED, &a.name.as_str().into(), &b.name.as_str().into());
            order.ok().and_then(|order| order.as_f64()).unwrap_or_default().total_cmp(&0.0)
        });
        let active = rows.iter().position(|row| row.country == chosen).unwrap_or_default();
        Self { rows, query: String::new(), active }
    }

    /// What is searched for: first what begins so, then what has it anywhere.
    fn found(&self) -> impl Iterator<Item = &Row> {
        let query = self.query.trim();
        let code = query.trim_start_matches('+');
        let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
        let begins = move |row: &&Row| {
            if is_code {
                row.country.calling_code().starts_with(code)
            } else {
                row.folded.starts_with(query) || row.country.iso().eq_ignore_ascii_case(query)
            }
        };
        let others = self.rows.iter().filter(move |row| !begins(row) && row.folded.contains(query));
        self.rows.iter().filter(begins).chain(others)
    }
}

impl PhoneField {
    /// An empty field for `country`, an ISO 3166 code; for the browser's own without it.
    pub(crate) fn new(country: Option<&str>) -> Self {
        let country = country
            .and_then(Country::from_iso)
            .or_else(browser_country)
            .or_else(|| Country::all().next())
            .unwrap_or_default();
        Self {
            id: unique_id(),
            text: ArcRwSignal::new(phone::prefix(country)),
            country: ArcRwSignal::new(country),
            list: ArcRwSignal::new(None),
        }
    }

    /// The number as it is sent.
    pub(crate) fn digits(&self) -> Result<String, PhoneProblem> {
        self.text.with_untracked(|text| phone::digits(text, self.country.get_untracked()))
    }

    /// Takes a change of the input over.
    fn edit(&self, input: &HtmlInputElement, change: Change) {
        let caret = input.selection_start().ok().flatten().unwrap_or_default();
        let edited = phone::edit(
            &self.text.get_untracked(),
            &input.value(),
            caret as usize,
            self.country.get_untracked(),
            change,
        );
        input.set_value(&edited.text);
        let caret = edited.caret as u32;
        // A field that is not focused needs no caret.
        let _ = input.set_selection_range(caret, caret);
        self.text.set(edited.text);
        if self.country.get_untracked() != edited.country {
            self.country.set(edited.country);
        }
    }

    fn choose(&self, country: Country, root: &Element) {
        let text = phone::choose(&self.text.get_untracked(), self.country.get_untracked(), country);
        if let Some(input) = root.query_selector("input[type=tel]").ok().flatten() {
            let input: HtmlInputElement = input.unchecked_into();
            input.set_value(&text);
            let end = text.chars().count() as u32;
            let _ = input.set_selection_range(end, end);
        }
        self.text.set(text);
        self.country.set(country);
        self.list.set(None);
        focus(root, "input[type=tel]");
    }

    /// The field without its label. `described_by` names what explains it.
    pub(crate) fn view(
        &self,
        locale: Locale,
        described_by: Arc<str>,
        is_wrong: bool,
        is_busy: bool,
    ) -> impl IntoView + use<> {
        let words = locale.login();
        let country = self.country.get();
        let is_open = self.list.with(Option::is_some);
        let list_id = [&*self.id, "-list"].concat();

        let toggle = {
            let field = self.clone();
            move |event: ev::MouseEvent| {
                let is_open = field.list.with_untracked(Option::is_some);
                field.list.set((!is_open).then(|| List::new(locale, country)));
                if let (false, Some(root)) = (is_open, around(&event)) {
                    focus_soon(root, ".search");
                }
            }
        };
        let edit = {
            let field = self.clone();
            move |event: ev::Event| {
                let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else {
                    return;
                };
                let kind = event.dyn_ref::<InputEvent>().map(InputEvent::input_type).unwrap_or_default();
                let change = match &*kind {
                    "insertText" => Change::Typed,
                    kind if kind.starts_with("delete") && kind.ends_with("Forward") => Change::DeletedForward,
                    kind if kind.starts_with("delete") => Change::Deleted,
                    _ => Change::Pasted,
                };
                field.edit(&input, change);
            }
        };
        let leave = {
            let field = self.clone();
            move |event: ev::FocusEvent| {
                let next = event.related_target().and_then(|it| it.dyn_into::<Element>().ok());
                let root = around(&event);
                if !root.is_some_and(|root| root.contains(next.as_deref())) {
                    field.list.set(None);
                }
            }
        };
        let open = self.list.get().map(|list| self.countries(locale, &list, list_id.clone()));
        let label = [words.country, ": ", &name_of(locale, country), ", +", country.calling_code()].concat();

        html::div().class("phone").on(ev::focusout, leave).child((
            html::button()
                .attr("type", "button")
                .class("flag")
                .attr("aria-label", label)
                .attr("aria-expanded", if is_open { "true" } else { "false" })
                .attr("disabled", is_busy.then_some(""))
                .on(ev::click, toggle)
                .child((html::span().attr("aria-hidden", "true").child(flag(country)),)),
            html::input()
                .class("input")
                .attr("type", "tel")
                .attr("part", "input")
                .attr("id", self.id.clone())
                .attr("name", "phone")
                .attr("inputmode", "tel")
                .attr("autocomplete", "tel")
                .attr("value", self.text.get_untracked())
                .attr("aria-describedby", described_by)
                .attr("aria-invalid", is_wrong.then_some("true"))
                .attr("readonly", is_busy.then_some(""))
                .on(ev::input, edit),
            open,
        ))
    }

    fn countries(&self, locale: Locale, list: &List, id: String) -> impl IntoView + use<> {
        let words = locale.login();
        let option_id = |row: &Row| [&*self.id, "-", row.country.iso()].concat();
        let active = list.found().nth(list.active).map(&option_id);
        let rows: Vec<_> = list
            .found()
            .enumerate()
            .map(|(index, row)| {
                html::li()
                    .attr("role", "option")
                    .attr("id", option_id(row))
                    .attr("data-iso", row.country.iso())
                    .attr("aria-selected", if index == list.active { "true" } else { "false" })
                    .child((
                        html::span().attr("aria-hidden", "true").child(flag(row.country)),
                        html::span().class("name").child(row.name.clone()),
                        html::span().class("code").child(["+", row.country.calling_code()].concat()),
                    ))
            })
            .collect();
        let nothing = rows.is_empty().then(|| html::p().class("none").child(words.no_country));

        let search = {
            let field = self.clone();
            move |event: ev::Event| {
                let query = event.target().map(|it| it.unchecked_into::<HtmlInputElement>().value());
                field.list.update(|list| {
                    if let Some(list) = list {
                        list.query = fold(&query.unwrap_or_default());
                        list.active = 0;
                    }
                });
            }
        };
        let key = {
            let field = self.clone();
            move |event: KeyboardEvent| field.key(&event)
        };
        let pick = {
            let field = self.clone();
            move |event: ev::MouseEvent| {
                let row = event.target().and_then(|it| it.dyn_into::<Element>().ok());
                let row = row.and_then(|it| it.closest("[data-iso]").ok().flatten());
                let country = row.as_ref().and_then(|it| it.get_attribute("data-iso"));
                let root = row.and_then(|it| it.closest(".phone").ok().flatten());
                if let (Some(country), Some(root)) = (country.as_deref().and_then(Country::from_iso), root) {
                    field.choose(country, &root);
                }
            }
        };
        html::div().class("countries").child((
            html::input()
                .class("input search")
                .attr("type", "text")
                .attr("role", "combobox")
                .attr("autocomplete", "off")
                .attr("aria-label", words.find_country)
                .attr("placeholder", words.find_country)
                .attr("aria-autocomplete", "list")
                .attr("aria-expanded", "true")
                .attr("aria-controls", id.clone())
                .attr("aria-activedescendant", active)
                .on(ev::input, search)
                .on(ev::keydown, key),
            // The press must not take the focus away before the click arrives.
            html::ul()
                .attr("role", "listbox")
                .attr("id", id)
                .attr("aria-label", words.country)
                .on(ev::mousedown, |event: ev::MouseEvent| event.prevent_default())
                .on(ev::click, pick)
                .child(rows),
            nothing,
        ))
    }

    fn key(&self, event: &KeyboardEvent) {
        let Some(root) = around(event).and_then(|it| it.closest(".phone").ok().flatten()) else { return };
        let count = self.list.with_untracked(|list| list.as_ref().map_or(0, |list| list.found().count()));
        let last = count.saturating_sub(1);
        let active = self.list.with_untracked(|list| list.as_ref().map_or(0, |list| list.active));
        let next = match &*event.key() {
            "ArrowDown" => (active + 1).min(last),
            "ArrowUp" => active.saturating_sub(1),
            "PageDown" => (active + 8).min(last),
            "PageUp" => active.saturating_sub(8),
            "Enter" => {
                event.prevent_default();
                let chosen = self.list.with_untracked(|list| {
                    list.as_ref().and_then(|list| list.found().nth(list.active)).map(|row| row.country)
                });
                if let Some(country) = chosen {
                    self.choose(country, &root);
                }
                return;
            }
            "Escape" => {
                event.prevent_default();
                // Only the list: a dialog of the host page that this stands in stays open.
                event.stop_propagation();
                self.list.set(None);
                focus(&root, ".flag");
                return;
            }
            _ => return,
        };
        event.prevent_default();
        self.list.update(|list| {
            if let Some(list) = list {
                list.active = next;
            }
        });
        let rows = root.query_selector("[role=listbox]").ok().flatten().map(|list| list.children());
        if let Some(row) = rows.and_then(|rows| rows.item(next as u32)) {
            scroll_to(row.unchecked_ref());
        }
    }
}

/// Scrolls the list, and nothing around it: `scrollIntoView` would move the host page.
fn scroll_to(row: &web_sys::HtmlElement) {
    let Some(list) = row.parent_element() else { return };
    let (top, height) = (row.offset_top(), row.offset_height());
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if top + height > list.scroll_top() + list.client_height() {
        list.set_scroll_top(top + height - list.client_height());
    }
}

/// The field around what an event is handled by.
fn around(event: &web_sys::Event) -> Option<Element> {
    let element: Element = event.current_target()?.dyn_into().ok()?;
    element.closest(".phone").ok().flatten()
}

fn name_of(locale: Locale, country: Country) -> String {
    let options = js_sys::Object::new();
    let _ = Reflect::set(&options, &"type".into(), &"region".into());
    let names = DisplayNames::new(&Array::of1(&locale.tag().into()), &options);
    names.of(country.iso()).as_string().unwrap_or_else(|| country.iso().into())
}
