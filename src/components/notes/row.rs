//! One note of the editor.

use jetapi::markdown::edit::{self, Edit};
use jetapi::notes::editor::{Entry, Input, View};
use jetapi::notes::{Field, NoteProblem};
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};

use super::{Drop, Messages, OnClick, OnKey, Push, Screen, Sentence, icon, rendered};
use crate::i18n::{fill, number, plural};
use crate::ui::{live, unique_id};

type OnPointer = Box<dyn FnMut(ev::PointerEvent)>;

const UP: &str = "M8 13V3M4 7l4-4 4 4";
const DOWN: &str = "M8 3v10M4 9l4 4 4-4";
const REMOVE: &str = "M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.6 9h5.8l.6-9";
const ITALIC: &str = "M11 3H7.5M8.5 13H5M9.3 3 6.7 13";
const LINK: &str = "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 \
    2.6 0 0 0 7 12.7l.9-.9";
const BREAK: &str = "M13 3v5H4M7 5 4 8l3 3";
const GRIP: &str = "M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01";

/// One note being edited.
#[derive(Clone, Copy)]
struct Row {
    screen: Screen,
    id: u32,
    entry: Memo<Option<Entry>>,
    index: Memo<usize>,
    is_preview: RwSignal<bool>,
    /// The address of the link that is being made, and whether it can't be one.
    link: RwSignal<Option<bool>>,
    /// Which text the buttons are for: the one that had the keyboard last.
    field: StoredValue<Field>,
    item: NodeRef<html::Li>,
}

pub(super) fn row(screen: Screen, id: u32) -> AnyView {
    let find = move |view: &View| view.entries.iter().position(|entry| entry.id == id).unwrap_or_default();
    Row {
        screen,
        id,
        entry: Memo::new(move |_| {
            screen.view.with(|view| view.entries.iter().find(|entry| entry.id == id).cloned())
        }),
        index: Memo::new(move |_| screen.view.with(find)),
        is_preview: RwSignal::new(false),
        link: RwSignal::new(None),
        field: StoredValue::new(Field::Body),
        item: NodeRef::new(),
    }
    .draw()
}

impl Row {
    fn words(self) -> &'static Messages {
        self.screen.words()
    }

    fn is_last(self) -> bool {
        self.screen.about.with(|about| self.index.get() + 1 == about.count)
    }

    fn draw(self) -> AnyView {
        let heading = unique_id();
        let screen = self.screen;
        // Above this note, or below it where it is the last.
        let mark = move || {
            let Drop { id, to } = screen.drop.get()?;
            if id == self.id {
                return Some("dragged");
            }
            let index = self.index.get();
            let from = screen.view.with(|view| view.entries.iter().position(|entry| entry.id == id))?;
            let place = if index > from { index - 1 } else { index };
            if place == to {
                Some("above")
            } else if self.is_last() && place + 1 == to {
                Some("below")
            } else {
                None
            }
        };
        let number = move || fill(self.words().note, &number(screen.locale.get(), self.index.get() + 1));
        let content = move || {
            if !self.is_preview.get() {
                return (self.text(Field::Title), self.text(Field::Body)).into_any();
            }
            let note = self.entry.get().map(|entry| entry.note).unwrap_or_default();
            let is_blank = note.title.trim().is_empty() && note.body.trim().is_empty();
            let seen = match is_blank {
                true => html::p().class("hint").child(self.words().no_text).into_any(),
                false => rendered(&note),
            };
            html::div().class("seen").child(seen).into_any()
        };
        let preview: OnClick = Box::new(move |_| {
            self.link.set(None);
            self.is_preview.update(|is_on| *is_on = !*is_on);
        });
        let preview = Push {
            is_pressed: live::attribute(move || Some(if self.is_preview.get() { "true" } else { "false" })),
            ..Push::new("button small preview", |words| words.preview, preview)
        };
        let up = Push {
            path: Some(UP),
            is_off: live::attribute(move || (self.index.get() == 0).then_some("true")),
            ..Push::new("tool up", |words| words.up, Box::new(move |_| self.step(-1)))
        };
        let down = Push {
            path: Some(DOWN),
            is_off: live::attribute(move || self.is_last().then_some("true")),
            ..Push::new("tool down", |words| words.down, Box::new(move |_| self.step(1)))
        };
        let remove = Push {
            path: Some(REMOVE),
            ..Push::new("tool remove", |words| words.remove, Box::new(move |_| self.remove()))
        };
        html::li()
            .attr("data-note", self.id.to_string())
            .attr("data-drop", live::attribute(mark))
            .attr("aria-labelledby", heading.clone())
            .node_ref(self.item)
            .child((
                html::div().class("tools").child((
                    self.grip(),
                    html::h3().attr("id", heading).child(live::text(number)),
                    html::div().class("group").child((
                        screen.button(up),
                        screen.button(down),
                        screen.button(remove),
                    )),
                    html::div().class("group write").child((
                        live::part(move || (!self.is_preview.get()).then(|| self.text_tools())),
                        screen.button(preview),
                    )),
                )),
                live::part(move || self.link.get().map(|is_bad| self.link_form(is_bad))),
                live::part(content),
                live::part(move || self.problems()),
            ))
            .into_any()
    }

    fn text_tools(self) -> AnyView {
        let tool = move |class, label: Sentence, key, path, on_click: OnClick| {
            self.screen.button(Push { key, path: Some(path), ..Push::new(class, label, on_click) })
        };
        let italic = move |_| self.change(|text, selection| Some(edit::italic(text, selection)));
        let line_break = move |_| self.change(|text, selection| Some(edit::line_break(text, selection)));
        let link = move |_| self.ask_address();
        html::div()
            .class("group")
            .child((
                tool("tool italic", |words| words.italic, Some("I"), ITALIC, Box::new(italic)),
                tool("tool to", |words| words.link, Some("K"), LINK, Box::new(link)),
                tool("tool break", |words| words.line_break, None, BREAK, Box::new(line_break)),
            ))
            .into_any()
    }

    /// What the note is dragged by. The buttons do the same for the keyboard.
    fn grip(self) -> AnyView {
        let screen = self.screen;
        let begin: OnPointer = Box::new(move |event| {
            if event.button() == 0
                && let Some(grip) = event.current_target().and_then(|it| it.dyn_into::<Element>().ok())
            {
                // Where it can't be captured, it ends at the grip's edge.
                let _ = grip.set_pointer_capture(event.pointer_id());
                event.prevent_default();
                screen.drop.set(Some(Drop { id: self.id, to: self.index.get_untracked() }));
            }
        });
        let drag: OnPointer = Box::new(move |event| {
            if screen.drop.get_untracked().is_some() {
                let to = self.place_at(f64::from(event.client_y()));
                screen.drop.set(Some(Drop { id: self.id, to }));
            }
        });
        let end: OnPointer = Box::new(move |_| {
            if let Some(Drop { to, .. }) = screen.drop.get_untracked() {
                screen.drop.set(None);
                self.go(to);
            }
        });
        let cancel: OnPointer = Box::new(move |_| screen.drop.set(None));
        html::span()
            .class("grip")
            .attr("aria-hidden", "true")
            .attr("title", live::attribute(move || Some(self.words().grip)))
            .on(ev::pointerdown, begin)
            .on(ev::pointermove, drag)
            .on(ev::pointerup, end)
            .on(ev::pointercancel, cancel)
            .child(icon(GRIP))
            .into_any()
    }

    /// How many of the other notes are above a point.
    fn place_at(self, y: f64) -> usize {
        let list = self.item.get_untracked().and_then(|item| item.parent_element());
        let items = list.map(|list| list.children());
        let others = (0..items.as_ref().map_or(0, web_sys::HtmlCollection::length))
            .filter_map(|index| items.as_ref()?.item(index))
            .filter(|item| item.get_attribute("data-note").as_deref() != Some(&*self.id.to_string()));
        others
            .filter(|item| {
                let at = item.get_bounding_client_rect();
                at.top() + at.height() / 2.0 < y
            })
            .count()
    }

    fn go(self, to: usize) {
        if to != self.index.get_untracked() {
            self.screen.act(Input::Move { id: self.id, to });
            let locale = self.screen.locale.get_untracked();
            self.screen.say(fill(locale.notes().moved, &number(locale, to + 1)));
        }
    }

    /// One place up or down. The button keeps the keyboard, wherever it goes.
    fn step(self, by: isize) {
        let count = self.screen.view.with_untracked(|view| view.entries.len());
        if let Some(to) = self.index.get_untracked().checked_add_signed(by).filter(|to| *to < count) {
            self.go(to);
            let button = if by < 0 { "] .up" } else { "] .down" };
            self.screen.focus(["[data-note=\"", &self.id.to_string(), "\"", button].concat());
        }
    }

    fn remove(self) {
        self.screen.act(Input::Remove(self.id));
        self.screen.say(self.screen.locale.get_untracked().notes().removed);
        self.screen.focus(".undo button");
    }

    fn text(self, field: Field) -> AnyView {
        let (id, count, problem) = (unique_id(), unique_id(), self.problem_id());
        let name = if field == Field::Title { "title" } else { "body" };
        let label: Sentence = match field {
            Field::Title => |words| words.note_title,
            Field::Body => |words| words.note_body,
        };
        let value = move || {
            self.entry
                .with(|entry| entry.as_ref().map(|entry| entry.note.text(field).to_owned()))
                .unwrap_or_default()
        };
        let length =
            move || self.entry.with(|entry| entry.as_ref().map_or(0, |entry| entry.note.length(field)));
        let is_wrong = move || {
            self.entry.with(|entry| {
                let problems = entry.as_ref().map(|entry| &*entry.problems).unwrap_or_default();
                let is_first = field == Field::Title && problems.contains(&NoteProblem::Blank);
                is_first || problems.contains(&NoteProblem::Long(field))
            })
        };
        let counted = Memo::new(move |_| {
            let (locale, longest) = (self.screen.locale.get(), field.longest());
            let words = locale.notes();
            let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            match longest.checked_sub(length()) {
                Some(left) => (false, plural(locale, &words.left, count(left))),
                None => (true, plural(locale, &words.over, count(length() - longest))),
            }
        });
        // Short for the eye; whoever listens hears what is left.
        let ratio = move || match counted.get() {
            (true, over) => over,
            (false, _) => {
                let locale = self.screen.locale.get();
                [&*number(locale, length()), "/", &number(locale, field.longest())].concat()
            }
        };
        let on_input: Box<dyn FnMut(ev::Event)> = Box::new(move |event| {
            self.screen.act(Input::Write { id: self.id, field, text: event_target_value(&event) });
        });
        let on_key: OnKey = Box::new(move |event| self.key(&event));
        let value: live::Text = live::text(value);
        html::div()
            .class("text")
            .child((
                html::label().attr("for", id.clone()).child(live::text(move || label(self.words()))),
                html::textarea()
                    .class("input")
                    .attr("part", "input")
                    .attr("id", id)
                    .attr("name", name)
                    .attr("data-field", name)
                    .attr("rows", if field == Field::Title { "1" } else { "3" })
                    .attr("autocomplete", "off")
                    .attr("aria-describedby", [&*count, " ", &problem].concat())
                    .attr("aria-invalid", live::attribute(move || is_wrong().then_some("true")))
                    .prop("value", value)
                    .on(ev::focus, move |_| self.field.set_value(field))
                    .on(ev::input, on_input)
                    .on(ev::keydown, on_key),
                html::span()
                    .attr(
                        "class",
                        live::attribute(move || Some(if counted.get().0 { "count over" } else { "count" })),
                    )
                    .child((
                        html::span().attr("aria-hidden", "true").child(live::text(ratio)),
                        html::span()
                            .class("said")
                            .attr("id", count)
                            .child(live::text(move || counted.get().1)),
                    )),
            ))
            .into_any()
    }

    fn key(self, event: &ev::KeyboardEvent) {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return;
        }
        // By the key's place: its letter is another one in Russian.
        match &*event.code() {
            "KeyI" => self.change(|text, selection| Some(edit::italic(text, selection))),
            "KeyK" => self.ask_address(),
            "Enter" => self.screen.save(),
            _ => return,
        }
        event.prevent_default();
    }

    fn problem_id(self) -> String {
        ["jetapi-note-", &self.id.to_string()].concat()
    }

    fn problems(self) -> AnyView {
        let words = self.words();
        let sentences: Vec<String> = self.entry.with(|entry| {
            let Some(entry) = entry else { return Vec::new() };
            let own = entry.problems.iter().map(|problem| match problem {
                NoteProblem::Long(Field::Title) => words.long_title.to_owned(),
                NoteProblem::Long(Field::Body) => words.long_body.to_owned(),
                _ => words.blank.to_owned(),
            });
            let said = entry.words.iter().map(|said| fill(words.service_says, said));
            own.chain(said).collect()
        });
        html::p().class("problem").attr("id", self.problem_id()).child(sentences.join(" ")).into_any()
    }

    fn area(self) -> Option<HtmlTextAreaElement> {
        let name = if self.field.get_value() == Field::Title { "title" } else { "body" };
        let item = self.item.get_untracked()?;
        item.query_selector(&["[data-field=", name, "]"].concat()).ok()??.dyn_into().ok()
    }

    /// Lets a button work on the text, in a way that the browser can undo.
    fn change(self, edit: impl FnOnce(&str, (usize, usize)) -> Option<Edit>) {
        let Some(area) = self.area() else { return };
        let place = |at: Result<Option<u32>, _>| at.ok().flatten().unwrap_or_default() as usize;
        let selection = (place(area.selection_start()), place(area.selection_end()));
        let Some(Edit { range, text, selection }) = edit(&area.value(), selection) else { return };
        let _ = area.focus();
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let _ = area.set_selection_range(place(range.0), place(range.1));
        if !insert_text(&text) {
            let _ = area.set_range_text_with_start_and_end(&text, place(range.0), place(range.1));
        }
        let _ = area.set_selection_range(place(selection.0), place(selection.1));
        let field = self.field.get_value();
        self.screen.act(Input::Write { id: self.id, field, text: area.value() });
    }

    fn ask_address(self) {
        self.link.set(Some(false));
        self.screen.focus(["[data-note=\"", &self.id.to_string(), "\"] .address input"].concat());
    }

    fn link_form(self, is_bad: bool) -> AnyView {
        let (id, problem) = (unique_id(), unique_id());
        let close = move || {
            self.link.set(None);
            if let Some(area) = self.area() {
                let _ = area.focus();
            }
        };
        let submit: Box<dyn FnMut(ev::SubmitEvent)> = Box::new(move |event| {
            event.prevent_default();
            let field = self.item.get_untracked().and_then(|it| it.query_selector(".address input").ok()?);
            let address = field.map(|field| field.unchecked_into::<web_sys::HtmlInputElement>().value());
            let mut is_made = false;
            self.change(|text, selection| {
                let edit = edit::link(text, selection, &address.unwrap_or_default());
                is_made = edit.is_some();
                edit
            });
            self.link.set((!is_made).then_some(true));
        });
        let on_key: OnKey = Box::new(move |event| {
            if event.key() == "Escape" {
                event.prevent_default();
                close();
            }
        });
        let cancel = Push::new("button small", |words| words.cancel, Box::new(move |_| close()));
        let words = self.words();
        html::form()
            .class("address")
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .on(ev::keydown, on_key)
            .child((
                html::label().attr("for", id.clone()).child(words.address),
                html::div().child((
                    html::input()
                        .class("input")
                        .attr("part", "input")
                        .attr("type", "url")
                        .attr("id", id)
                        .attr("autocomplete", "off")
                        .attr("aria-describedby", problem.clone())
                        .attr("aria-invalid", is_bad.then_some("true")),
                    html::button()
                        .attr("type", "submit")
                        .attr("part", "button")
                        .class("button small")
                        .child(words.insert),
                    self.screen.button(cancel),
                )),
                html::p()
                    .class("problem")
                    .attr("id", problem)
                    .attr("role", "status")
                    .child(is_bad.then_some(words.bad_address)),
            ))
            .into_any()
    }
}

/// Types for the user, so that the browser's own undo takes it back.
fn insert_text(text: &str) -> bool {
    use js_sys::{Function, Reflect};
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return false };
    let Ok(exec) = Reflect::get(&document, &"execCommand".into()).and_then(JsCast::dyn_into::<Function>)
    else {
        return false;
    };
    exec.call3(&document, &"insertText".into(), &false.into(), &text.into())
        .is_ok_and(|done| done.is_truthy())
}
