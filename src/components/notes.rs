//! The notes on a contact.

mod row;

use jetapi::notes::editor::{Busy, Entry, Input, Problem, Question, View};
use jetapi::notes::{Contact, ContactProblem, Given, Messenger, Note};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::{ev, html, svg};
use wasm_bindgen::JsCast;

use super::event::{AccountEvent, NotesPlace};
use super::explanation;
use super::options::check_base;
use crate::i18n::{Locale, Notes as Messages, fill, moment, number};
use crate::net::clock;
use crate::net::notes::{self, Desk, Saved};
use crate::ui::art::{Art, art};
use crate::ui::preview::preview;
use crate::ui::{focus, live, unique_id};

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
    let opened = opened.ok().filter(|_| bad_base.is_none()).map(|desk| {
        let view = desk.view();
        let about = view.clone();
        let saved = desk.saved();
        let screen = Screen {
            desk: StoredValue::new_local(Some(desk)),
            view: view.into(),
            about: Memo::new(move |_| about.with(About::of)),
            is_read_only,
            locale,
            said: RwSignal::new(String::new()),
            drop: RwSignal::new(None),
            root: NodeRef::new(),
        };
        screen.follow(given);
        (screen, saved)
    });
    let (screen, saved) = opened.unzip();
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
    // After the state: an error is one of the state that it is told in.
    if let (Some(screen), Some(saved)) = (screen, saved) {
        screen.speak(saved, on_event);
    }
    move || {
        let shown = screen.filter(|_| !is_wrong.get());
        let tag = live::attribute(move || Some(locale.get().tag()));
        match shown {
            Some(screen) => Either::Left(
                html::div()
                    .class("jetapi")
                    .attr("part", "root")
                    .attr("data-state", live::attribute(move || Some(screen.name())))
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
                            html::h2().child(live::text(move || locale.get().messages().bad_option.title)),
                            html::p().class("body").child(live::text(move || wrong().unwrap_or_default())),
                        )),
                    ))),
            ),
        }
    }
}

/// What the parts around the list depend on, so that they are left alone while somebody types.
#[derive(Clone, Copy, PartialEq)]
struct About {
    count: usize,
    is_unknown: bool,
    is_other: bool,
    is_removed: bool,
    is_changed: bool,
    /// There is something to save, and nothing on its way.
    is_ready: bool,
    /// There is, or may be, something to delete.
    has_some: bool,
    question: Option<Question>,
}

impl About {
    fn of(view: &View) -> Self {
        Self {
            count: view.entries.len(),
            is_unknown: view.known.is_none(),
            is_other: view.is_changed_elsewhere,
            is_removed: view.removed > 0,
            is_changed: view.is_changed,
            is_ready: view.is_changed && view.busy.is_none(),
            has_some: !view.entries.is_empty() || view.known.as_ref().is_none_or(|known| !known.is_empty()),
            question: view.question,
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
    about: Memo<About>,
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
        Effect::new(move |before: Option<Option<&'static str>>| {
            let problem = self.told();
            let code = problem.as_ref().map(|(code, _)| *code);
            // Once for each answer: its words go one by one, as what they are about is mended.
            if before.is_some_and(|before| before != code)
                && let Some((code, message)) = problem
            {
                self.say(message.clone());
                if let Some(on_event) = on_event {
                    on_event.run(AccountEvent::Error { code, message });
                }
            }
            code
        });
    }

    /// What went wrong with the last save, with what is said beside the notes.
    fn told(self) -> Option<(&'static str, String)> {
        let words = self.words();
        let mut sentences = self.view.with(|view| {
            let of_note = |(index, entry): (usize, &Entry)| {
                let name = fill(words.note, &number(self.locale.get(), index + 1));
                let said = fill(words.service_says, &entry.words.join(" "));
                (!entry.words.is_empty()).then(|| [&*name, ". ", &said].concat())
            };
            view.entries.iter().enumerate().filter_map(of_note).collect::<Vec<_>>()
        });
        let code = match self.problem() {
            Some((code, problem)) => {
                sentences.insert(0, problem);
                code
            }
            None => "refused",
        };
        (!sentences.is_empty()).then(|| (code, sentences.join(" ")))
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
type OnKey = Box<dyn FnMut(ev::KeyboardEvent)>;

impl Screen {
    fn draw(self) -> impl IntoView {
        let title = unique_id();
        let state = move || {
            let is_changed = self.view.with(|view| view.is_changed && view.busy.is_none());
            if is_changed && !self.is_read_only { self.words().unsaved } else { "" }
        };
        html::section().class("card notes").attr("aria-labelledby", title.clone()).child((
            html::header().child((
                html::h2()
                    .attr("id", title)
                    .attr("tabindex", "-1")
                    .child(live::text(move || self.words().title)),
                html::span().class("state").child(live::text(state)),
            )),
            live::part(move || self.banner()),
            if self.is_read_only { self.shown().into_any() } else { self.edited().into_any() },
            html::p().class("said").attr("role", "status").child(live::text(move || self.said.get())),
        ))
    }

    /// What must be known before anything is typed.
    fn banner(self) -> AnyView {
        let words = self.words();
        let (is_unknown, is_other) = self.about.with(|about| (about.is_unknown, about.is_other));
        if is_other && !self.is_read_only {
            let take: OnClick = Box::new(move |_| {
                self.act(Input::TakeTheirs);
                self.focus("h2");
            });
            let take = self.button(Push::new("button small", |words| words.take_theirs, take));
            return html::div()
                .class("banner warn")
                .child((html::p().child(words.elsewhere), take))
                .into_any();
        }
        let sentence = if self.is_read_only { words.nothing_known } else { words.not_known };
        is_unknown.then(|| html::p().class("banner").child(sentence)).into_any()
    }

    fn shown(self) -> live::Part {
        live::part(move || {
            let notes = self.view.with(|view| view.known.clone());
            let items = |notes: &[Note]| {
                notes.iter().map(|note| html::li().child(rendered(note)).into_any()).collect()
            };
            match notes {
                None => ().into_any(),
                Some(notes) if notes.is_empty() => self.nothing(true),
                Some(notes) => {
                    let items: Vec<AnyView> = items(&notes);
                    html::ol().class("read").child(items).into_any()
                }
            }
        })
    }

    /// Whether there are none is said only where it is known.
    fn nothing(self, is_known: bool) -> AnyView {
        let words = &self.words().empty;
        let title = is_known.then(|| html::p().class("strong").child(words.title));
        html::div().class("nothing").child((title, html::p().child(words.body))).into_any()
    }

    fn edited(self) -> impl IntoView {
        let rows = For(ForProps::builder()
            .each(move || {
                self.view.with(|view| view.entries.iter().map(|entry| entry.id).collect::<Vec<_>>())
            })
            .key(|id| *id)
            .children(move |id| row::row(self, id))
            .build());
        let undo = move || {
            let words = self.words();
            let undo: OnClick = Box::new(move |_| {
                self.act(Input::Undo);
                self.focus(".add");
            });
            self.about.with(|about| about.is_removed).then(|| {
                let button = self.button(Push::new("button small", |words| words.undo, undo));
                html::p().class("undo").child((html::span().child(words.removed), button))
            })
        };
        (
            live::part(move || {
                let (count, is_unknown) = self.about.with(|about| (about.count, about.is_unknown));
                (count == 0).then(|| self.nothing(!is_unknown)).into_any()
            }),
            html::ol().class("edit").child(rows),
            live::part(undo),
            self.foot(),
        )
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
        let status = move || {
            let words = self.words();
            let problem = self.problem();
            let is_bad = problem.is_some();
            let said = self.view.with(|view| match (problem, view.busy) {
                (Some((_, problem)), _) => problem,
                (None, Some(Busy::Saving)) => words.saving.to_owned(),
                (None, Some(Busy::Deleting)) => words.deleting.to_owned(),
                (None, None) if view.is_offline => words.offline.to_owned(),
                (None, None) if !view.is_changed && !view.conversations.is_empty() => {
                    places(self.locale.get(), view.conversations.iter().map(NotesPlace::of))
                }
                (None, None) => String::new(),
            });
            html::p().class(if is_bad { "problem" } else { "hint" }).child(said)
        };
        let choice = move || match self.about.with(|about| about.question) {
            Some(question) => self.question(question),
            None => self.actions(),
        };
        html::div().class("foot").child((live::part(status), live::part(choice)))
    }

    fn actions(self) -> AnyView {
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
        let save = Push {
            is_off: live::attribute(move || (!self.about.with(|about| about.is_ready)).then_some("true")),
            key: Some("Enter"),
            ..Push::new("button save", |words| words.save, Box::new(move |_| self.save()))
        };
        let (is_changed, has_some) = self.about.with(|about| (about.is_changed, about.has_some));
        html::div()
            .class("actions")
            .child((
                self.button(save),
                self.button(Push::new("button secondary add", |words| words.add, add)),
                is_changed.then(|| {
                    self.button(Push::new(
                        "button link discard",
                        |words| words.discard,
                        ask(|| Input::Discard),
                    ))
                }),
                has_some.then(|| {
                    self.button(Push::new(
                        "button link delete",
                        |words| words.delete_all,
                        ask(|| Input::DeleteAll),
                    ))
                }),
            ))
            .into_any()
    }

    fn question(self, question: Question) -> AnyView {
        let words = self.words();
        let (asked, yes): (_, Sentence) = match question {
            Question::DeleteAll => (&words.delete_question, |words| words.delete_all),
            Question::Discard => (&words.discard_question, |words| words.discard),
            Question::Overwrite => (&words.overwrite_question, |words| words.overwrite),
        };
        let done = move |input: fn() -> Input<'static>| -> OnClick {
            Box::new(move |_| {
                self.act(input());
                self.focus(".save");
            })
        };
        let theirs = (question == Question::Overwrite).then(|| {
            self.button(Push::new("button small", |words| words.take_theirs, done(|| Input::TakeTheirs)))
        });
        let mut dismiss = done(|| Input::Dismiss);
        let on_key: OnKey = Box::new(move |event| {
            if event.key() == "Escape" {
                dismiss(event.unchecked_into());
            }
        });
        html::div()
            .class("question")
            .attr("role", "group")
            .on(ev::keydown, on_key)
            .child((
                html::h3().attr("tabindex", "-1").child(asked.title),
                html::p().class("body").child(asked.body),
                html::div().class("actions").child((
                    self.button(Push::new("button danger", yes, done(|| Input::Confirm))),
                    theirs,
                    self.button(Push::new("button small", |words| words.keep, done(|| Input::Dismiss))),
                )),
            ))
            .into_any()
    }

    /// Every button is drawn here: each chain of attributes is compiled on its own.
    fn button(self, push: Push) -> AnyView {
        let Push { class, label, key, path, is_off, is_pressed, on_click } = push;
        let (has_icon, control) = (path.is_some(), key.map(|key| [" (Ctrl+", key, ")"].concat()));
        let title = move || match (&control, has_icon) {
            (None, false) => None,
            (control, _) => Some([label(self.words()), control.as_deref().unwrap_or_default()].concat()),
        };
        let content = match path {
            Some(path) => icon(path),
            None => live::text(move || label(self.words())).into_any(),
        };
        html::button()
            .attr("type", "button")
            .attr("part", "button")
            .class(class)
            .attr("aria-label", live::attribute(move || has_icon.then(|| label(self.words()))))
            .attr("aria-disabled", is_off)
            .attr("aria-pressed", is_pressed)
            .attr("aria-keyshortcuts", key.map(|key| ["Control+", key].concat()))
            .attr("title", live::attribute(title))
            .on(ev::click, on_click)
            .child(content)
            .into_any()
    }
}

/// A button.
struct Push {
    class: &'static str,
    label: Sentence,
    /// What it does is done by Ctrl and this, too.
    key: Option<&'static str>,
    /// What is drawn on it, in place of the label.
    path: Option<&'static str>,
    is_off: live::Attribute,
    is_pressed: live::Attribute,
    on_click: OnClick,
}

impl Push {
    fn new(class: &'static str, label: Sentence, on_click: OnClick) -> Self {
        let never = || live::attribute(|| None::<String>);
        Self { class, label, key: None, path: None, is_off: never(), is_pressed: never(), on_click }
    }
}

fn icon(path: &'static str) -> AnyView {
    svg::svg()
        .attr("viewBox", "0 0 16 16")
        .attr("aria-hidden", "true")
        .child(svg::path().attr("d", path))
        .into_any()
}

fn rendered(note: &Note) -> AnyView {
    let part = |class: &'static str, text: &str| {
        let text = (!text.trim().is_empty()).then(|| preview(text));
        text.map(|text| html::p().class(class).child(text))
    };
    (part("strong", &note.title), part("text", &note.body)).into_any()
}
