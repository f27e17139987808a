//! The notes on a contact.

use jetapi::markdown::edit::{self, Edit};
use jetapi::notes::editor::{Busy, Entry, Input, Problem, Question, View};
use jetapi::notes::{Contact, ContactProblem, Field, Given, Messenger, Note, NoteProblem};
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use leptos::{ev, html, svg};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};

use super::event::{AccountEvent, NotesPlace};
use super::explanation;
use super::options::check_base;
use crate::i18n::{Locale, Notes as Messages, fill, moment, number, plural};
use crate::net::clock;
use crate::net::notes::{self, Desk, Saved};
use crate::ui::art::{Art, art};
use crate::ui::preview::preview;
use crate::ui::{focus, unique_id};

/// Edits the notes on one contact, which stand beside its chat.
///
/// The API can replace a contact's notes and not tell them, so the editor begins with those that the page hands in, or
/// with what the last save on this page showed. What is typed is kept for the window until it is saved. Editors of the
/// same contact on one page show the same.
///
/// Its states are `empty`, `clean`, `changed`, `saving` and `failed`; its errors `bad-option`, `not-sent`, `unanswered`,
/// `unavailable`, `refused`, `unauthorized`, `forbidden`, `no-proxy` and `rejected`.
#[allow(unreachable_pub, reason = "the macro's props are as public as this, by the crate's root")]
#[component]
pub fn NotesEditor(
    /// Whose notes, by number, in any formatting. One of the three is needed, and all are sent that are there.
    #[prop(optional_no_strip, into)]
    phone: Option<String>,
    /// Whose notes, by Telegram's name for a user.
    #[prop(optional_no_strip, into)]
    username: Option<String>,
    /// Whose notes, by Telegram's number for a user.
    #[prop(optional_no_strip, into)]
    user_id: Option<String>,
    /// The notes that the page knows, as [`AccountEvent::Saved`] told them; `None` where it knows none.
    #[prop(optional, into)]
    notes: MaybeProp<Vec<Note>>,
    /// Only shows them.
    #[prop(default = false)]
    read_only: bool,
    /// The path of the same-origin proxy, `/jetapi` by default.
    #[prop(into, default = "/jetapi".into())]
    base: String,
    /// The language, English by default.
    #[prop(into, default = Locale::En.into())]
    locale: Signal<Locale>,
    /// Called for each [`AccountEvent`].
    #[prop(optional, into)]
    on_event: Option<Callback<AccountEvent>>,
) -> impl IntoView {
    let given = Signal::derive(move || Ok(notes.get()));
    let contact = [phone, username, user_id];
    notes_editor(contact, given, read_only, base, locale, on_event)
}

/// What the page hands in is no list of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoNotes;

type Sentence = fn(&Messages) -> &'static str;

/// The component, with notes that may be unreadable.
pub(crate) fn notes_editor(
    [phone, username, user_id]: [Option<String>; 3],
    given: Signal<Result<Option<Vec<Note>>, NoNotes>>,
    is_read_only: bool,
    base: String,
    locale: Signal<Locale>,
    on_event: Option<Callback<AccountEvent>>,
) -> impl IntoView {
    let who = Given { phone: phone.as_deref(), username: username.as_deref(), user_id: user_id.as_deref() };
    let bad_base = check_base(&base);
    let opened: Result<Desk, Sentence> = match Contact::check(who) {
        Ok(contact) => {
            let known = given.get_untracked().ok().flatten();
            Ok(notes::open(&base, contact, known))
        }
        Err(ContactProblem::Phone) => Err(|words| words.bad_phone),
        Err(ContactProblem::Username) => Err(|words| words.bad_username),
        Err(ContactProblem::UserId) => Err(|words| words.bad_user_id),
        Err(_) => Err(|words| words.bad_nobody),
    };
    let bad_contact = opened.as_ref().err().copied();
    let screen = opened.ok().filter(|_| bad_base.is_none()).map(|desk| {
        let view = desk.view();
        let saved = desk.saved();
        let screen = Screen {
            desk: StoredValue::new_local(Some(desk)),
            view: view.into(),
            is_read_only,
            locale,
            said: RwSignal::new(String::new()),
            drop: RwSignal::new(None),
            root: NodeRef::new(),
        };
        screen.follow(given);
        screen.speak(saved, on_event);
        screen
    });
    // Options that can't be used, in the order in which they are to be mended.
    let wrong = move || {
        let messages = locale.get().messages();
        let words = locale.get().notes();
        let of_contact = bad_contact.or(match given.get() {
            Err(NoNotes) => Some((|words| words.bad_notes) as Sentence),
            Ok(_) => None,
        });
        bad_base.map(|rule| rule(messages)).or_else(|| of_contact.map(|sentence| sentence(words)))
    };
    let is_wrong = Memo::new(move |_| wrong().is_some());
    if let Some(on_event) = on_event {
        Effect::new(move |before: Option<&'static str>| {
            let name = if is_wrong.get() { "failed" } else { screen.map_or("failed", Screen::name) };
            if before.is_none() {
                on_event.run(AccountEvent::Ready);
            }
            if before != Some(name) {
                on_event.run(AccountEvent::State(name.into()));
                if let Some(message) = wrong() {
                    on_event.run(AccountEvent::Error { code: "bad-option", message: message.to_owned() });
                }
            }
            name
        });
    }
    move || {
        let shown = screen.filter(|_| !is_wrong.get());
        let tag = move || locale.get().tag();
        match shown {
            Some(screen) => Either::Left(
                html::div()
                    .class("jetapi")
                    .attr("part", "root")
                    .attr("data-state", move || screen.name())
                    .attr("lang", tag)
                    .attr("dir", "ltr")
                    .node_ref(screen.root)
                    .child(screen.draw()),
            ),
            None => Either::Right(
                html::div()
                    .class("jetapi")
                    .attr("part", "root")
                    .attr("data-state", "failed")
                    .attr("lang", tag)
                    .attr("dir", "ltr")
                    .child(html::div().class("card plain").child((
                        html::div().class("badge").child(art(Art::Alert)),
                        html::div().class("words").attr("role", "status").child((
                            html::h2().child(move || locale.get().messages().bad_option.title),
                            html::p().class("body").child(wrong),
                        )),
                    ))),
            ),
        }
    }
}

/// Where a note that is being dragged would go.
#[derive(Clone, Copy, PartialEq)]
struct Drop {
    id: u32,
    to: usize,
}

/// Who draws, for as long as the component is mounted.
#[derive(Clone, Copy)]
struct Screen {
    desk: StoredValue<Option<Desk>, LocalStorage>,
    view: Signal<View>,
    is_read_only: bool,
    locale: Signal<Locale>,
    /// What a screen reader says next.
    said: RwSignal<String>,
    drop: RwSignal<Option<Drop>>,
    root: NodeRef<html::Div>,
}

impl Screen {
    fn act(self, input: Input<'_>) {
        if let Some(desk) = self.desk.try_with_value(Clone::clone).flatten() {
            desk.act(input);
        }
    }

    fn words(self) -> &'static Messages {
        self.locale.get().notes()
    }

    fn say(self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        // The same once more is heard only if it is another text.
        let again = self.said.with_untracked(|said| *said == sentence);
        self.said.set(if again { [&sentence, "\u{a0}"].concat() } else { sentence });
    }

    fn name(self) -> &'static str {
        self.view.with(|view| match view {
            View { busy: Some(_), .. } => "saving",
            View { is_changed: true, .. } if !self.is_read_only => "changed",
            _ if self.shown_count(view) == 0 => "empty",
            _ => "clean",
        })
    }

    fn shown_count(self, view: &View) -> usize {
        if self.is_read_only { view.known.as_ref().map_or(0, Vec::len) } else { view.entries.len() }
    }

    /// Hands in what the page knows, whenever it is something else.
    fn follow(self, given: Signal<Result<Option<Vec<Note>>, NoNotes>>) {
        Effect::new(move |before: Option<()>| {
            let given = given.get();
            if before.is_some()
                && let Ok(given) = given
                && let Some(desk) = self.desk.try_with_value(Clone::clone).flatten()
            {
                desk.hand_in(given);
            }
        });
    }

    /// Tells the page and the screen reader what came of a save.
    fn speak(self, saved: ArcReadSignal<Option<Saved>>, on_event: Option<Callback<AccountEvent>>) {
        Effect::new(move |before: Option<Option<Saved>>| {
            let now = saved.get();
            if let Some(before) = before
                && before != now
                && let Some(saved) = &now
            {
                let is_gone = saved.notes.is_empty();
                let words = self.locale.get_untracked().notes();
                self.say(if is_gone { words.deleted.to_owned() } else { self.places(saved) });
                if let Some(on_event) = on_event {
                    on_event.run(AccountEvent::Saved {
                        notes: saved.notes.clone(),
                        places: saved.conversations.iter().map(NotesPlace::of).collect(),
                    });
                }
            }
            now
        });
        Effect::new(move |before: Option<Option<(&'static str, String)>>| {
            let problem = self.problem();
            if before.is_some_and(|before| before != problem)
                && let Some((code, message)) = &problem
            {
                self.say(message.clone());
                if let Some(on_event) = on_event {
                    on_event.run(AccountEvent::Error { code, message: message.clone() });
                }
            }
            problem
        });
    }

    /// What went wrong with the last save: for programs, and for people.
    fn problem(self) -> Option<(&'static str, String)> {
        let words = self.words();
        let says = |said: &str| fill(words.service_says, said);
        self.view.with(|view| {
            let of_contact = view.contact.iter().map(|(field, said)| {
                let sentence = match &**field {
                    "phone" => words.of_phone,
                    "tdlib_username" => words.of_username,
                    _ => words.of_user_id,
                };
                fill(sentence, said)
            });
            let mut sentences: Vec<_> = of_contact.collect();
            let mut code = "refused";
            match &view.problem {
                Some(Problem::Words(said)) => sentences.push(says(&said.join(" "))),
                Some(Problem::NotSent) => (code, sentences) = ("not-sent", vec![words.not_sent.to_owned()]),
                Some(Problem::Unanswered) => {
                    (code, sentences) = ("unanswered", vec![words.unanswered.to_owned()]);
                }
                Some(Problem::Failed(failure)) => {
                    let (name, explained) = explanation(self.locale.get().messages(), *failure);
                    (code, sentences) = (name, vec![[explained.title, ". ", explained.body].concat()]);
                }
                Some(_) => (code, sentences) = ("unavailable", vec![words.unavailable.to_owned()]),
                None => {}
            }
            (!sentences.is_empty()).then(|| (code, sentences.join(" ")))
        })
    }

    /// Where the notes are, as the reply says.
    fn places(self, saved: &Saved) -> String {
        let locale = self.locale.get_untracked();
        places(locale, saved.conversations.iter().map(NotesPlace::of))
    }
}

fn places(locale: Locale, places: impl Iterator<Item = NotesPlace>) -> String {
    let words = locale.notes();
    let now = clock::unix_millis(clock::now());
    let named: Vec<_> = places
        .map(|place| match place.updated_at {
            Some(millis) => [&*place.messenger_name(), ", ", &moment(locale, millis, now)].concat(),
            None => place.messenger_name(),
        })
        .collect();
    if named.is_empty() { words.saved.to_owned() } else { fill(words.saved_to, &named.join("; ")) }
}

impl NotesPlace {
    fn messenger_name(&self) -> String {
        match &*self.messenger {
            "whatsapp" => "WhatsApp".to_owned(),
            "telegram" => "Telegram".to_owned(),
            other => other.to_owned(),
        }
    }

    fn of(conversation: &jetapi::notes::Conversation) -> Self {
        let at = conversation.updated_at.as_deref().and_then(unix_millis);
        let messenger = match &conversation.messenger {
            Messenger::WhatsApp => "whatsapp",
            Messenger::Telegram => "telegram",
            Messenger::Other(name) => name,
        };
        Self { id: conversation.id.clone(), messenger: messenger.into(), updated_at: at }
    }
}

/// The API writes times in UTC and without saying so.
fn unix_millis(text: &str) -> Option<f64> {
    let has_zone = text.ends_with('Z') || text.get(10..).is_some_and(|time| time.contains(['+', '-']));
    let text = if has_zone { text.to_owned() } else { [text, "Z"].concat() };
    Some(js_sys::Date::parse(&text)).filter(|millis| millis.is_finite())
}

type OnClick = Box<dyn FnMut(ev::MouseEvent)>;

impl Screen {
    fn draw(self) -> impl IntoView {
        let title = unique_id();
        html::section().class("card notes").attr("aria-labelledby", title.clone()).child((
            html::header().child((
                html::h2().attr("id", title).attr("tabindex", "-1").child(move || self.words().title),
                html::span().class("state").child(move || {
                    let is_changed = self.view.with(|view| view.is_changed && view.busy.is_none());
                    (is_changed && !self.is_read_only).then(|| self.words().unsaved)
                }),
            )),
            move || self.banner(),
            if self.is_read_only { Either::Left(self.shown()) } else { Either::Right(self.edited()) },
            html::p().class("said").attr("role", "status").child(self.said),
        ))
    }

    /// What must be known before anything is typed.
    fn banner(self) -> impl IntoView {
        let words = self.words();
        let (is_unknown, is_other) = self.view.with(|view| (view.known.is_none(), view.is_changed_elsewhere));
        if self.is_read_only {
            return EitherOf3::A(is_unknown.then(|| html::p().class("banner").child(words.nothing_known)));
        }
        if is_other {
            let take: OnClick = Box::new(move |_| {
                self.act(Input::TakeTheirs);
                self.focus("h2");
            });
            return EitherOf3::B(
                html::div()
                    .class("banner warn")
                    .child((html::p().child(words.elsewhere), small(words.take_theirs, take))),
            );
        }
        EitherOf3::C(is_unknown.then(|| html::p().class("banner").child(words.not_known)))
    }

    fn shown(self) -> impl IntoView {
        let known = Memo::new(move |_| self.view.with(|view| view.known.clone().unwrap_or_default()));
        move || {
            let notes = known.get();
            if notes.is_empty() {
                let is_known = self.view.with(|view| view.known.is_some());
                return Either::Left(is_known.then(|| self.nothing()));
            }
            let notes = notes.into_iter().map(|note| html::li().child(rendered(&note)));
            Either::Right(html::ol().class("read").child(notes.collect::<Vec<_>>()))
        }
    }

    fn nothing(self) -> impl IntoView {
        let words = self.words();
        html::div()
            .class("nothing")
            .child((html::p().class("strong").child(words.empty.title), html::p().child(words.empty.body)))
    }

    fn edited(self) -> impl IntoView {
        let ids = Memo::new(move |_| {
            self.view.with(|view| view.entries.iter().map(|entry| entry.id).collect::<Vec<_>>())
        });
        let rows = For(ForProps::builder()
            .each(move || ids.get())
            .key(|id| *id)
            .children(move |id| self.row(id, ids))
            .build());
        (
            move || ids.with(Vec::is_empty).then(|| self.nothing()),
            html::ol().class("edit").child(rows),
            move || {
                let removed = self.view.with(|view| view.removed) > 0;
                removed.then(|| {
                    let undo: OnClick = Box::new(move |_| {
                        self.act(Input::Undo);
                        self.focus(".add");
                    });
                    let words = self.words();
                    html::p()
                        .class("undo")
                        .child((html::span().child(words.removed), small(words.undo, undo)))
                })
            },
            self.foot(),
        )
    }
}

/// One note being edited.
#[derive(Clone, Copy)]
struct Row {
    screen: Screen,
    id: u32,
    entry: Memo<Option<Entry>>,
    index: Memo<usize>,
    is_last: Memo<bool>,
    is_preview: RwSignal<bool>,
    /// The address of the link that is being made, and whether it can't be one.
    link: RwSignal<Option<bool>>,
    /// Which text the buttons are for: the one that had the keyboard last.
    field: StoredValue<Field>,
    item: NodeRef<html::Li>,
}

impl Screen {
    fn row(self, id: u32, ids: Memo<Vec<u32>>) -> impl IntoView + use<> {
        let entry = Memo::new(move |_| {
            self.view.with(|view| view.entries.iter().find(|entry| entry.id == id).cloned())
        });
        let index =
            Memo::new(move |_| ids.with(|ids| ids.iter().position(|it| *it == id)).unwrap_or_default());
        let row = Row {
            screen: self,
            id,
            entry,
            index,
            is_last: Memo::new(move |_| ids.with(|ids| ids.last() == Some(&id))),
            is_preview: RwSignal::new(false),
            link: RwSignal::new(None),
            field: StoredValue::new(Field::Body),
            item: NodeRef::new(),
        };
        row.draw()
    }
}

impl Row {
    fn words(self) -> &'static Messages {
        self.screen.words()
    }

    fn draw(self) -> impl IntoView {
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
            } else if self.is_last.get() && place + 1 == to {
                Some("below")
            } else {
                None
            }
        };
        html::li()
            .attr("data-note", self.id.to_string())
            .attr("data-drop", mark)
            .attr("aria-labelledby", heading.clone())
            .node_ref(self.item)
            .child((
                html::div().class("tools").child((
                    self.grip(),
                    html::h3().attr("id", heading).child(move || {
                        fill(self.words().note, &number(self.screen.locale.get(), self.index.get() + 1))
                    }),
                    move || (!self.is_preview.get()).then(|| self.text_tools()),
                    html::div().class("group").child((html::button()
                        .attr("type", "button")
                        .attr("part", "button")
                        .class("button small")
                        .attr("aria-pressed", move || if self.is_preview.get() { "true" } else { "false" })
                        .on(ev::click, move |_| {
                            self.link.set(None);
                            self.is_preview.update(|is_on| *is_on = !*is_on);
                        })
                        .child(move || self.words().preview),)),
                    html::div().class("group end").child((
                        self.tool(
                            Tool { label: |words| words.up, key: None, path: UP, class: "up" },
                            Signal::derive(move || self.index.get() == 0),
                            Box::new(move |_| self.step(-1)),
                        ),
                        self.tool(
                            Tool { label: |words| words.down, key: None, path: DOWN, class: "down" },
                            self.is_last.into(),
                            Box::new(move |_| self.step(1)),
                        ),
                        self.tool(
                            Tool { label: |words| words.remove, key: None, path: REMOVE, class: "remove" },
                            false.into(),
                            Box::new(move |_| self.remove()),
                        ),
                    )),
                )),
                move || self.link.get().map(|is_bad| self.link_form(is_bad)),
                move || {
                    if self.is_preview.get() {
                        let note = self.entry.get().map(|entry| entry.note).unwrap_or_default();
                        let is_blank = note.title.trim().is_empty() && note.body.trim().is_empty();
                        Either::Left(html::div().class("seen").child(if is_blank {
                            Either::Left(html::p().class("hint").child(self.words().no_text))
                        } else {
                            Either::Right(rendered(&note))
                        }))
                    } else {
                        Either::Right((self.text(Field::Title), self.text(Field::Body)))
                    }
                },
                move || self.problems(),
            ))
    }

    fn text_tools(self) -> impl IntoView {
        html::div().class("group").child((
            self.tool(
                Tool { label: |words| words.italic, key: Some("I"), path: ITALIC, class: "italic" },
                false.into(),
                Box::new(move |_| self.change(|text, selection| Some(edit::italic(text, selection)))),
            ),
            self.tool(
                Tool { label: |words| words.link, key: Some("K"), path: LINK, class: "to" },
                false.into(),
                Box::new(move |_| self.ask_address()),
            ),
            self.tool(
                Tool { label: |words| words.line_break, key: None, path: BREAK, class: "break" },
                false.into(),
                Box::new(move |_| self.change(|text, selection| Some(edit::line_break(text, selection)))),
            ),
        ))
    }

    fn tool(self, tool: Tool, is_off: Signal<bool>, on_click: OnClick) -> impl IntoView + use<> {
        let Tool { label, key, path, class } = tool;
        let title = move || match key {
            Some(key) => [label(self.words()), " (Ctrl+", key, ")"].concat(),
            None => label(self.words()).to_owned(),
        };
        html::button()
            .attr("type", "button")
            .attr("part", "button")
            .class(["tool ", class].concat())
            .attr("aria-label", move || label(self.words()))
            .attr("aria-disabled", move || is_off.get().then_some("true"))
            .attr("title", title)
            .attr("aria-keyshortcuts", key.map(|key| ["Control+", key].concat()))
            .on(ev::click, on_click)
            .child(icon(path))
    }

    /// What the note is dragged by. The buttons do the same for the keyboard.
    fn grip(self) -> impl IntoView + use<> {
        let screen = self.screen;
        html::span()
            .class("grip")
            .attr("aria-hidden", "true")
            .attr("title", move || self.words().grip)
            .on(ev::pointerdown, move |event| {
                if event.button() == 0
                    && let Some(grip) = event.current_target().and_then(|it| it.dyn_into::<Element>().ok())
                {
                    // Where it can't be captured, it ends at the grip's edge.
                    let _ = grip.set_pointer_capture(event.pointer_id());
                    event.prevent_default();
                    screen.drop.set(Some(Drop { id: self.id, to: self.index.get_untracked() }));
                }
            })
            .on(ev::pointermove, move |event| {
                if screen.drop.get_untracked().is_some() {
                    screen
                        .drop
                        .set(Some(Drop { id: self.id, to: self.place_at(f64::from(event.client_y())) }));
                }
            })
            .on(ev::pointerup, move |_| {
                if let Some(Drop { to, .. }) = screen.drop.get_untracked() {
                    screen.drop.set(None);
                    self.go(to);
                }
            })
            .on(ev::pointercancel, move |_| screen.drop.set(None))
            .child(icon(GRIP))
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

    fn text(self, field: Field) -> impl IntoView + use<> {
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
        let counted = move || {
            let (locale, longest) = (self.screen.locale.get(), field.longest());
            let words = locale.notes();
            let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            match longest.checked_sub(length()) {
                Some(left) => (false, plural(locale, &words.left, count(left))),
                None => (true, plural(locale, &words.over, count(length() - longest))),
            }
        };
        let counted = Memo::new(move |_| counted());
        html::div().class("text").child((
            html::label().attr("for", id.clone()).child(move || label(self.words())),
            html::textarea()
                .class("input")
                .attr("part", "input")
                .attr("id", id)
                .attr("name", name)
                .attr("data-field", name)
                .attr("rows", if field == Field::Title { "1" } else { "3" })
                .attr("autocomplete", "off")
                .attr("aria-describedby", [&*count, " ", &problem].concat())
                .attr("aria-invalid", move || is_wrong().then_some("true"))
                .prop("value", value)
                .on(ev::focus, move |_| self.field.set_value(field))
                .on(ev::input, move |event| {
                    self.screen.act(Input::Write { id: self.id, field, text: event_target_value(&event) });
                })
                .on(ev::keydown, move |event| self.key(&event)),
            html::span()
                .class(move || if counted.get().0 { "count over" } else { "count" })
                .attr("id", count)
                .child(move || counted.get().1),
        ))
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

    fn problems(self) -> impl IntoView + use<> {
        let words = self.words();
        let sentences = self.entry.with(|entry| {
            let Some(entry) = entry else { return Vec::new() };
            let own = entry.problems.iter().map(|problem| match problem {
                NoteProblem::Long(Field::Title) => words.long_title.to_owned(),
                NoteProblem::Long(Field::Body) => words.long_body.to_owned(),
                _ => words.blank.to_owned(),
            });
            let said = entry.words.iter().map(|said| fill(words.service_says, said));
            own.chain(said).collect()
        });
        html::p().class("problem").attr("id", self.problem_id()).child(sentences.join(" "))
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

    fn link_form(self, is_bad: bool) -> impl IntoView + use<> {
        let (id, problem) = (unique_id(), unique_id());
        let close = move || {
            self.link.set(None);
            if let Some(area) = self.area() {
                let _ = area.focus();
            }
        };
        let submit = move |event: ev::SubmitEvent| {
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
        };
        let words = self.words();
        html::form()
            .class("address")
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .on(ev::keydown, move |event| {
                if event.key() == "Escape" {
                    event.prevent_default();
                    close();
                }
            })
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
                    small(words.cancel, Box::new(move |_| close())),
                )),
                html::p()
                    .class("problem")
                    .attr("id", problem)
                    .attr("role", "status")
                    .child(is_bad.then_some(words.bad_address)),
            ))
    }
}

impl Screen {
    /// Puts the keyboard there once what is about to change has changed.
    fn focus(self, selector: impl Into<String>) {
        let selector = selector.into();
        set_timeout(
            move || {
                if let Some(root) = self.root.try_get_untracked().flatten() {
                    focus::focus(&root, &selector);
                }
            },
            std::time::Duration::ZERO,
        );
    }

    fn save(self) {
        self.act(Input::Save);
        let words = self.locale.get_untracked().notes();
        self.view.with_untracked(|view| {
            if view.question.is_some() {
                self.focus(".question h3");
            } else if view.entries.iter().any(|entry| !entry.problems.is_empty()) {
                self.focus("[aria-invalid]");
            } else if view.busy.is_some() {
                self.say(words.saving);
            }
        });
    }

    /// What can be done with the whole.
    fn foot(self) -> impl IntoView {
        let question = Memo::new(move |_| self.view.with(|view| view.question));
        let status = move || {
            let words = self.words();
            let problem = self.problem();
            let view = self.view.get();
            let said = match (&problem, view.busy) {
                (Some((_, problem)), _) => problem.clone(),
                (None, Some(Busy::Saving)) => words.saving.to_owned(),
                (None, Some(Busy::Deleting)) => words.deleting.to_owned(),
                (None, None) if view.is_offline => words.offline.to_owned(),
                (None, None) if !view.is_changed && !view.conversations.is_empty() => {
                    places(self.locale.get(), view.conversations.iter().map(NotesPlace::of))
                }
                (None, None) => String::new(),
            };
            html::p().class(if problem.is_some() { "problem" } else { "hint" }).child(said)
        };
        html::div().class("foot").child((status, move || match question.get() {
            Some(question) => Either::Left(self.question(question)),
            None => Either::Right(self.actions()),
        }))
    }

    fn actions(self) -> impl IntoView + use<> {
        let is_idle = Memo::new(move |_| self.view.with(|view| !view.is_changed || view.busy.is_some()));
        let has_some = Memo::new(move |_| {
            self.view
                .with(|view| !view.entries.is_empty() || view.known.as_ref().is_none_or(|it| !it.is_empty()))
        });
        let is_changed = Memo::new(move |_| self.view.with(|view| view.is_changed));
        let button = move |class: &'static str, label: Sentence, on_click: OnClick| {
            html::button()
                .attr("type", "button")
                .attr("part", "button")
                .class(class)
                .on(ev::click, on_click)
                .child(move || label(self.words()))
        };
        let add: OnClick = Box::new(move |_| {
            self.act(Input::Add);
            self.focus("li:last-child [data-field=title]");
        });
        let ask = move |input: fn() -> Input<'static>| -> OnClick {
            Box::new(move |_| {
                self.act(input());
                self.focus(".question h3");
            })
        };
        html::div().class("actions").child((
            html::button()
                .attr("type", "button")
                .attr("part", "button")
                .class("button save")
                .attr("aria-disabled", move || is_idle.get().then_some("true"))
                .attr("aria-keyshortcuts", "Control+Enter")
                .on(ev::click, move |_| self.save())
                .child(move || self.words().save),
            button("button secondary add", |words| words.add, add),
            move || {
                is_changed.get().then(|| button("button link", |words| words.discard, ask(|| Input::Discard)))
            },
            move || {
                has_some
                    .get()
                    .then(|| button("button link delete", |words| words.delete_all, ask(|| Input::DeleteAll)))
            },
        ))
    }

    fn question(self, question: Question) -> impl IntoView + use<> {
        let words = self.words();
        let (asked, yes) = match question {
            Question::DeleteAll => (&words.delete_question, words.delete_all),
            Question::Discard => (&words.discard_question, words.discard),
            Question::Overwrite => (&words.overwrite_question, words.overwrite),
        };
        let done = move |input: Input<'static>| {
            self.act(input);
            self.focus(".save");
        };
        let theirs = (question == Question::Overwrite)
            .then(|| small(words.take_theirs, Box::new(move |_| done(Input::TakeTheirs))));
        html::div()
            .class("question")
            .attr("role", "group")
            .on(ev::keydown, move |event| {
                if event.key() == "Escape" {
                    done(Input::Dismiss);
                }
            })
            .child((
                html::h3().attr("tabindex", "-1").child(asked.title),
                html::p().class("body").child(asked.body),
                html::div().class("actions").child((
                    html::button()
                        .attr("type", "button")
                        .attr("part", "button")
                        .class("button danger")
                        .on(ev::click, move |_| done(Input::Confirm))
                        .child(yes),
                    theirs,
                    small(words.keep, Box::new(move |_| done(Input::Dismiss))),
                )),
            ))
    }
}

fn small(label: &'static str, on_click: OnClick) -> impl IntoView + use<> {
    crate::ui::button("button small", label, on_click)
}

fn icon(path: &'static str) -> impl IntoView {
    svg::svg().attr("viewBox", "0 0 16 16").attr("aria-hidden", "true").child(svg::path().attr("d", path))
}

fn rendered(note: &Note) -> impl IntoView + use<> {
    let part = |class: &'static str, text: &str| {
        (!text.trim().is_empty()).then(|| html::p().class(class).child(preview(text)))
    };
    (part("strong", &note.title), part("text", &note.body))
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

/// One of a row's buttons.
struct Tool {
    label: Sentence,
    /// With Ctrl.
    key: Option<&'static str>,
    path: &'static str,
    class: &'static str,
}

const UP: &str = "M8 13V3M4 7l4-4 4 4";
const DOWN: &str = "M8 3v10M4 9l4 4 4-4";
const REMOVE: &str = "M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.6 9h5.8l.6-9";
const ITALIC: &str = "M11 3H7.5M8.5 13H5M9.3 3 6.7 13";
const LINK: &str = "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 \
    2.6 0 0 0 7 12.7l.9-.9";
const BREAK: &str = "M13 3v5H4M7 5 4 8l3 3";
const GRIP: &str = "M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01";
