//! Who comes into the chat.

use std::sync::Arc;

use jetapi::chat::access::{Deleted, MadeLink, Order, Outcome, PasswordProblem, Task, View, check_password};
use jetapi::pairing::Input;
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::event::AccountEvent;
use super::login::{problem_code, problem_words};
use super::options::{Rule, check_base, check_family};
use super::{explanation, notice_words};
use crate::i18n::{Access, Locale, Words, fill, plural};
use crate::net::chat_access;
use crate::net::session::{Held, Session};
use crate::ui::art::{Art, art};
use crate::ui::secret::{forget, read_secret};
use crate::ui::share::copy;
use crate::ui::{focus, unique_id};

/// Makes the link to the chat, with a password or without, changes the password, and deletes all chats.
///
/// The API tells neither the link nor the password that there are already. A password is sent once and kept nowhere;
/// the link is what [`AccountEvent::Link`] hands over.
///
/// Its states are `form`, `confirm` and `failed`; its errors `unauthorized`, `forbidden`, `no-proxy`, `bad-option`,
/// `refused`, `not-sent`, `unanswered` and `unavailable`.
#[allow(unreachable_pub, reason = "the macro's props are as public as this, by the crate's root")]
#[component]
pub fn ChatAccess(
    /// The path of the same-origin proxy, `/jetapi` by default.
    #[prop(into, default = "/jetapi".into())]
    base: String,
    /// `client`, or `instance` for the chats of a corporate developer's instance.
    #[prop(optional_no_strip, into)]
    family: Option<String>,
    /// The language, English by default.
    #[prop(into, default = Locale::En.into())]
    locale: Signal<Locale>,
    /// Called for each [`AccountEvent`].
    #[prop(optional, into)]
    on_event: Option<Callback<AccountEvent>>,
) -> impl IntoView {
    let family = check_family(family.as_deref());
    let bad_option = check_base(&base).or(family.err());
    let session = family.ok().filter(|_| bad_option.is_none()).map(|family| chat_access::open(&base, family));
    let view = session.as_ref().map(Session::view);
    let screen = Screen {
        session: Held::new(session),
        view,
        local: ArcRwSignal::new(Local::default()),
        locale,
        id: unique_id(),
        root: NodeRef::new(),
    };
    screen.follow(bad_option, on_event);
    let mut before = None;
    move || {
        let locale = locale.get();
        let messages = locale.messages();
        let view = screen.view.as_ref().map(|view| view.get()).unwrap_or_default();
        let name = screen.name();
        if before.is_some_and(|before| before != name)
            && let Some(root) = screen.root.get_untracked()
            && focus::is_within(&root)
        {
            let next = match (before, name) {
                (_, "confirm") => "[name=word]",
                (Some("confirm"), "form") => ".ask",
                _ => "h2",
            };
            focus::focus_soon((*root).clone().into(), next);
        }
        before = Some(name);
        let bad_option =
            bad_option.map(|rule| Words { title: messages.bad_option.title, body: rule(messages) });
        let failure = view.failure.map(|failure| explanation(messages, failure).1);
        let heading = bad_option.as_ref().or(failure).unwrap_or(&locale.access().title);
        let again = failure.map(|_| {
            let session = screen.session;
            let proceed = move |_: ev::MouseEvent| session.act(Input::Proceed);
            actions(vec![press("button", messages.try_again, false, Box::new(proceed))])
        });
        let notice = view.notice.map(|notice| notice_words(messages, notice));
        html::div()
            .class("jetapi")
            .attr("part", "root")
            .attr("data-state", name)
            .attr("lang", locale.tag())
            .attr("dir", "ltr")
            .node_ref(screen.root)
            .child(html::div().class("card plain").child(
                (
                    html::div().class("badge").child(art(if matches!(name, "form" | "confirm") {
                        Art::Lock
                    } else {
                        Art::Alert
                    })),
                    html::div().class("words").child((
                        html::h2().attr("tabindex", "-1").child(heading.title),
                        html::p().class("body").child(heading.body),
                        again,
                        bad_option.is_none().then(|| screen.sections(locale, &view)),
                    )),
                    html::p().class("status").child(
                        html::span().class(if notice.is_some() { "notice" } else { "" }).child(notice),
                    ),
                    html::p().class("said").attr("role", "status").child(screen.said(locale, heading, &view)),
                ),
            ))
    }
}

/// What is on screen and nobody else's business.
#[derive(Clone, Copy, Default)]
struct Local {
    /// The link is to be one without a password.
    is_open: bool,
    /// Which password can be read.
    shown: Option<Task>,
    /// What is wrong with what was typed, before anything is sent.
    invalid: Option<(Task, Sentence)>,
    /// The user is asked whether to delete.
    asks: bool,
    /// Whether the link could be copied.
    copied: Option<bool>,
}

/// What came of something, in words.
struct Note {
    text: String,
    is_problem: bool,
    /// It is about what stands in the field.
    is_of_field: bool,
}

#[derive(Clone)]
struct Screen {
    session: Held<View>,
    view: Option<ArcReadSignal<View>>,
    local: ArcRwSignal<Local>,
    locale: Signal<Locale>,
    id: Arc<str>,
    root: NodeRef<html::Div>,
}

impl Screen {
    /// The state's name for programs.
    fn name(&self) -> &'static str {
        match &self.view {
            None => "idle",
            Some(view) if view.with(|view| view.failure.is_some()) => "failed",
            Some(_) if self.local.get().asks => "confirm",
            Some(_) => "form",
        }
    }

    fn id(&self, name: &str) -> String {
        [&*self.id, name].concat()
    }

    fn field(&self, name: &str) -> Option<HtmlInputElement> {
        let found = self.root.get_untracked()?.query_selector(&["#", &*self.id(name)].concat()).ok()??;
        found.dyn_into().ok()
    }

    /// Behind a failure they stay as they are, out of sight: what was typed is not lost.
    fn sections(&self, locale: Locale, view: &View) -> impl IntoView + use<> {
        html::div().class("sections").attr("inert", view.failure.map(|_| "")).child(vec![
            self.link_section(locale, view),
            self.password_section(locale, view),
            self.delete_section(locale, view),
        ])
    }

    fn link_section(&self, locale: Locale, view: &View) -> AnyView {
        let words = locale.access();
        let Local { is_open, copied, .. } = self.local.get();
        let choice = |opens: bool, label: &'static str| {
            let local = self.local.clone();
            let choose = move |_: ev::Event| {
                local.update(|local| {
                    local.is_open = opens;
                    local.invalid = None;
                });
            };
            html::label().class("choice").child((
                html::input()
                    .attr("type", "radio")
                    .attr("name", self.id("who"))
                    .attr("checked", (opens == is_open).then_some(""))
                    .on(ev::change, choose),
                label,
            ))
        };
        let choices = html::div()
            .class("choices")
            .attr("role", "radiogroup")
            .attr("aria-labelledby", self.id("link"))
            .child((choice(false, words.ask), choice(true, words.open)));
        let mut content = vec![choices.into_any()];
        content.extend(self.password(locale, Task::Link, view));
        content.push(actions(vec![self.send(Task::Link, "button", words.make, locale, view)]));

        let link = view.link.as_ref().map(|made| made.link.clone());
        let copy_it = {
            let screen = self.clone();
            Box::new(move |_: ev::MouseEvent| screen.copy())
        };
        let id = self.id("made");
        let field = Field {
            placeholder: Some(words.no_link),
            is_busy: true,
            value: link.clone(),
            ..Field::new(id.clone(), "text")
        };
        let copy_label = if copied == Some(true) { words.copied } else { words.copy };
        let mut made = vec![
            label(id, words.chat_link.to_owned()),
            block("copy", vec![field.view(), press("button secondary", copy_label, link.is_none(), copy_it)]),
        ];
        if copied == Some(false) {
            made.push(line("problem", String::new(), words.copy_failed.to_owned()));
        }
        self.section("link", words.link, vec![self.form(Task::Link, content), block("made", made)])
    }

    fn password_section(&self, locale: Locale, view: &View) -> AnyView {
        let words = locale.access();
        let mut content = self.password(locale, Task::Password, view);
        content.push(actions(vec![self.send(
            Task::Password,
            "button secondary",
            words.change,
            locale,
            view,
        )]));
        let hint = line("hint", String::new(), words.password.body.to_owned());
        self.section("password", words.password.title, vec![hint, self.form(Task::Password, content)])
    }

    fn delete_section(&self, locale: Locale, view: &View) -> AnyView {
        let words = locale.access();
        let is_busy = view.busy.is_some();
        let ask = |asks: bool| -> OnClick {
            let local = self.local.clone();
            Box::new(move |_| {
                if !is_busy {
                    local.update(|local| {
                        local.asks = asks;
                        local.invalid = None;
                    });
                }
            })
        };
        let note = self.note(locale, view, Task::Delete);
        let said = self.note_line(Task::Delete, note.as_ref());
        let content = if self.local.get().asks {
            let id = self.id("word");
            let field = Field {
                name: "word",
                autocomplete: Some("off"),
                described_by: Some(self.note_id(Task::Delete)),
                is_wrong: note.is_some_and(|note| note.is_of_field),
                is_busy,
                ..Field::new(id.clone(), "text")
            };
            let content = vec![
                label(id, fill(words.type_word, words.word)),
                field.view(),
                said,
                actions(vec![
                    self.send(Task::Delete, "button danger", words.delete_now, locale, view),
                    press("button secondary", words.keep, is_busy, ask(false)),
                ]),
            ];
            self.form(Task::Delete, content)
        } else {
            let ask = press("button secondary ask", words.ask_delete, is_busy, ask(true));
            block("", vec![actions(vec![ask]), said])
        };
        let hint = line("hint", String::new(), words.delete.body.to_owned());
        self.section("delete", words.delete.title, vec![hint, content])
    }

    fn section(&self, name: &str, title: &'static str, content: Vec<AnyView>) -> AnyView {
        html::section().child((html::h3().attr("id", self.id(name)).child(title), content)).into_any()
    }

    /// A password that is to be, from its label to what is said of it.
    fn password(&self, locale: Locale, task: Task, view: &View) -> Vec<AnyView> {
        let words = locale.access();
        let login = locale.login();
        let Local { is_open, shown, .. } = self.local.get();
        let is_off = task == Task::Link && is_open;
        let is_shown = shown == Some(task) && !is_off;
        let (name, of, hint) = match task {
            Task::Link => ("for-link", login.password, "for-link-hint"),
            _ => ("new", words.new_password, "new-hint"),
        };
        let toggle = {
            let local = self.local.clone();
            Box::new(move |_: ev::MouseEvent| {
                local.update(|local| local.shown = (!is_shown).then_some(task));
            })
        };
        let note = self.note(locale, view, task);
        let field = Field {
            name: "password",
            // A browser fills what it remembers of this site into any other password field.
            autocomplete: Some("new-password"),
            described_by: Some([&*self.id(hint), " ", &*self.note_id(task)].concat()),
            is_wrong: note.as_ref().is_some_and(|note| note.is_of_field),
            is_off,
            is_busy: view.busy.is_some(),
            ..Field::new(self.id(name), if is_shown { "text" } else { "password" })
        };
        let mut around = vec![field.view()];
        if !is_off {
            around.push(press("button inner", if is_shown { login.hide } else { login.show }, false, toggle));
        }
        let rule = |text: &str, is_so: bool| {
            line("hint", if is_so { self.id(hint) } else { String::new() }, text.to_owned())
        };
        let rules = match task {
            Task::Link => block("rules", vec![rule(words.rule, !is_off), rule(words.open_warning, is_off)]),
            _ => rule(words.rule, true),
        };
        vec![
            label(self.id(name), of.to_owned()),
            block("password", around),
            rules,
            self.note_line(task, note.as_ref()),
        ]
    }

    fn form(&self, task: Task, content: Vec<AnyView>) -> AnyView {
        let screen = self.clone();
        let submit = move |event: ev::SubmitEvent| {
            event.prevent_default();
            screen.submit(task);
        };
        html::form().attr("novalidate", "").on(ev::submit, submit).child(content).into_any()
    }

    /// Stays where it is, and focused, while what it sent is under way.
    fn send(
        &self,
        task: Task,
        class: &'static str,
        label: &'static str,
        locale: Locale,
        view: &View,
    ) -> AnyView {
        let label = if view.busy == Some(task) { locale.login().sending } else { label };
        // What is pressed, and Enter in a field, submits the form.
        button("submit", class, label, view.busy.is_some(), Box::new(|_| {}))
    }

    fn note_id(&self, task: Task) -> String {
        self.id(match task {
            Task::Link => "link-note",
            Task::Password => "password-note",
            Task::Delete => "delete-note",
        })
    }

    /// Always there, so that a sentence that comes moves nothing.
    fn note_line(&self, task: Task, note: Option<&Note>) -> AnyView {
        let is_good = note.is_some_and(|note| !note.is_problem);
        let text = note.map(|note| note.text.clone()).unwrap_or_default();
        line(if is_good { "problem done" } else { "problem" }, self.note_id(task), text)
    }

    fn note(&self, locale: Locale, view: &View, task: Task) -> Option<Note> {
        let words = locale.access();
        let Local { invalid, is_open, .. } = self.local.get();
        if let Some((_, sentence)) = invalid.filter(|(of, _)| *of == task) {
            let text = fill(sentence(words), words.word);
            return Some(Note { text, is_problem: true, is_of_field: true });
        }
        let (_, outcome) = view.last.as_ref().filter(|(of, _)| *of == task)?;
        let good = |text: String| Some(Note { text, is_problem: false, is_of_field: false });
        match outcome {
            Outcome::Done if task == Task::Password => good(words.changed.to_owned()),
            Outcome::Done => {
                let is_locked = view.link.as_ref().is_some_and(|made| made.is_locked);
                good(if is_locked { words.made_locked } else { words.made_open }.to_owned())
            }
            Outcome::Deleted(deleted) => good(deleted_words(locale, *deleted)),
            // The field that it is about is not asked for any more.
            Outcome::Refused(_) if task == Task::Link && is_open => None,
            Outcome::Refused(said) => {
                Some(Note { text: said.as_ref().to_owned(), is_problem: true, is_of_field: true })
            }
            Outcome::Problem(problem) => {
                Some(Note { text: problem_words(locale, problem), is_problem: true, is_of_field: false })
            }
        }
    }

    /// What a screen reader hears.
    fn said(&self, locale: Locale, heading: &Words, view: &View) -> String {
        let local = self.local.get();
        let words = locale.access();
        if self.view.is_none() || view.failure.is_some() {
            return [heading.title, ". ", heading.body].concat();
        }
        if view.busy.is_some() {
            return locale.login().sending.to_owned();
        }
        let invalid = local.invalid.map(|(task, _)| task);
        let last = invalid.or_else(|| view.last.as_ref().map(|(task, _)| *task));
        match (local.copied, last) {
            (Some(true), _) => words.copied.to_owned(),
            (Some(false), _) => words.copy_failed.to_owned(),
            (None, Some(task)) => self.note(locale, view, task).map(|note| note.text).unwrap_or_default(),
            (None, None) => String::new(),
        }
    }

    fn submit(&self, task: Task) {
        if self.view.as_ref().is_none_or(|view| view.with_untracked(|view| view.busy.is_some())) {
            return;
        }
        let order = match task {
            Task::Link if self.local.get_untracked().is_open => Ok(Order::Link(None)),
            Task::Link => self.typed_password("for-link").map(|password| Order::Link(Some(password))),
            Task::Password => self.typed_password("new").map(Order::Password),
            Task::Delete => self.typed_word().map(|()| Order::Delete),
        };
        let invalid = order.as_ref().err().map(|(_, sentence)| (task, *sentence));
        self.local.update(|local| {
            local.invalid = invalid;
            local.copied = None;
        });
        match order {
            Ok(order) => self.session.act(Input::ChatAccess(order)),
            Err((field, _)) => {
                if let Some(field) = field {
                    let _ = field.unchecked_ref::<HtmlElement>().focus();
                }
            }
        }
    }

    fn typed_password(&self, name: &str) -> Result<jetapi::secret::Secret, Wrong> {
        let Some(field) = self.field(name) else { return Err((None, |words| words.short)) };
        let typed = read_secret(&field);
        let sentence: Sentence = match check_password(typed.expose()) {
            Ok(()) => return Ok(typed),
            Err(PasswordProblem::LettersOnly) => |words| words.letters_only,
            Err(_) => |words| words.short,
        };
        Err((Some(field), sentence))
    }

    fn typed_word(&self) -> Result<(), Wrong> {
        let field = self.field("word");
        let typed = field.as_ref().map(HtmlInputElement::value).unwrap_or_default();
        let typed = String::from(js_sys::JsString::from(typed.trim()).to_upper_case());
        if typed == self.locale.get_untracked().access().word {
            Ok(())
        } else {
            Err((field, |words| words.word_wrong))
        }
    }

    fn copy(&self) {
        let link = |view: &View| view.link.as_ref().map(|MadeLink { link, .. }| link.clone());
        let Some(link) = self.view.as_ref().and_then(|view| view.with_untracked(link)) else { return };
        let screen = self.clone();
        copy(&link, move |is_copied| {
            if !is_copied && let Some(field) = screen.field("made") {
                field.select();
            }
            screen.local.update(|local| local.copied = Some(is_copied));
        });
    }

    /// Clears away what was carried out. What was refused or lost stays for another try.
    fn tidy(&self, task: Task, view: &View) {
        let field = match task {
            Task::Link if view.link.as_ref().is_some_and(|made| made.is_locked) => self.field("for-link"),
            Task::Password => self.field("new"),
            _ => None,
        };
        if let Some(field) = field {
            forget(&field);
        }
        self.local.update(|local| {
            local.shown = None;
            local.asks = local.asks && task != Task::Delete;
        });
    }

    /// Follows the session, and tells the host page of every change.
    fn follow(&self, bad_option: Option<Rule>, on_event: Option<Callback<AccountEvent>>) {
        let screen = self.clone();
        let tell = move |event| {
            if let Some(on_event) = on_event {
                on_event.run(event);
            }
        };
        Effect::new(move |before: Option<(&'static str, View)>| {
            let locale = screen.locale.get_untracked();
            let messages = locale.messages();
            let name = screen.name();
            let now = screen.view.as_ref().map(|view| view.get()).unwrap_or_default();
            if before.is_none() {
                tell(AccountEvent::Ready);
                if let Some(rule) = bad_option {
                    let message = rule(messages).to_owned();
                    tell(AccountEvent::Error { code: "bad-option", message });
                }
            }
            if before.as_ref().map(|(name, _)| *name) != Some(name) && screen.view.is_some() {
                tell(AccountEvent::State(name.into()));
            }
            if let Some((_, before)) = &before {
                if before.failure != now.failure
                    && let Some(failure) = now.failure
                {
                    let (code, words) = explanation(messages, failure);
                    let message = [words.title, ". ", words.body].concat();
                    tell(AccountEvent::Error { code, message });
                }
                if before.last != now.last
                    && let Some((task, outcome)) = &now.last
                {
                    if matches!(outcome, Outcome::Done | Outcome::Deleted(_)) {
                        screen.tidy(*task, &now);
                    }
                    if let Some(event) = event_of(*task, outcome, &now, locale) {
                        tell(event);
                    }
                }
            }
            (name, now)
        });
    }
}

/// A rule for what was typed, as the sentence about it.
type Sentence = fn(&Access) -> &'static str;

/// The field to mend, and the rule that it breaks.
type Wrong = (Option<HtmlInputElement>, Sentence);

fn event_of(task: Task, outcome: &Outcome, view: &View, locale: Locale) -> Option<AccountEvent> {
    match outcome {
        Outcome::Done if task == Task::Link => {
            let MadeLink { link, is_locked } = view.link.clone()?;
            Some(AccountEvent::Link { link, needs_password: is_locked })
        }
        Outcome::Done => None,
        Outcome::Deleted(Deleted { conversations, messages }) => {
            Some(AccountEvent::Deleted { conversations: *conversations, messages: *messages })
        }
        Outcome::Refused(said) => {
            Some(AccountEvent::Error { code: "refused", message: said.replace('\n', " ") })
        }
        Outcome::Problem(problem) => {
            Some(AccountEvent::Error { code: problem_code(problem), message: problem_words(locale, problem) })
        }
    }
}

fn deleted_words(locale: Locale, deleted: Deleted) -> String {
    let words = locale.access();
    let counts = [(deleted.conversations, &words.conversations), (deleted.messages, &words.messages)];
    let mut said = words.deleted.to_owned();
    let mut joint = ": ";
    for (count, forms) in counts {
        if let Some(count) = count {
            said.push_str(joint);
            said.push_str(&plural(locale, forms, count));
            joint = ", ";
        }
    }
    said.push('.');
    said
}

// Each of these is one type, whatever it shows: what is generic is compiled once for every form of it.

/// A field for one line of text.
struct Field {
    id: String,
    kind: &'static str,
    name: &'static str,
    autocomplete: Option<&'static str>,
    placeholder: Option<&'static str>,
    described_by: Option<String>,
    value: Option<Arc<str>>,
    is_wrong: bool,
    is_off: bool,
    is_busy: bool,
}

impl Field {
    const fn new(id: String, kind: &'static str) -> Self {
        Self {
            id,
            kind,
            name: "",
            autocomplete: None,
            placeholder: None,
            described_by: None,
            value: None,
            is_wrong: false,
            is_off: false,
            is_busy: false,
        }
    }

    fn view(self) -> AnyView {
        html::input()
            .class("input")
            .attr("type", self.kind)
            .attr("part", "input")
            .attr("id", self.id)
            .attr("name", self.name)
            .attr("autocomplete", self.autocomplete)
            .attr("autocapitalize", "off")
            .attr("spellcheck", "false")
            .attr("placeholder", self.placeholder)
            .attr("aria-describedby", self.described_by)
            .attr("aria-invalid", self.is_wrong.then_some("true"))
            .attr("disabled", self.is_off.then_some(""))
            .attr("readonly", self.is_busy.then_some(""))
            .attr("value", self.value)
            .into_any()
    }
}

type OnClick = Box<dyn FnMut(ev::MouseEvent)>;

fn press(class: &'static str, label: &'static str, is_off: bool, on_click: OnClick) -> AnyView {
    button("button", class, label, is_off, on_click)
}

fn button(
    kind: &'static str,
    class: &'static str,
    label: &'static str,
    is_off: bool,
    on_click: OnClick,
) -> AnyView {
    html::button()
        .attr("type", kind)
        .attr("part", "button")
        .class(class)
        .attr("aria-disabled", is_off.then_some("true"))
        .on(ev::click, on_click)
        .child(label)
        .into_any()
}

fn label(field: String, text: String) -> AnyView {
    html::label().attr("for", field).child(text).into_any()
}

fn line(class: &'static str, id: String, text: String) -> AnyView {
    html::p().class(class).attr("id", (!id.is_empty()).then_some(id)).child(text).into_any()
}

fn block(class: &'static str, content: Vec<AnyView>) -> AnyView {
    html::div().class(class).child(content).into_any()
}

fn actions(buttons: Vec<AnyView>) -> AnyView {
    block("actions", buttons)
}
