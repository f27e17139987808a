//! The screen of a login by phone number, for every service that has one.

use std::sync::Arc;

use jetapi::max::normal_code;
use jetapi::pairing::login::{Busy, Problem, State, Step, View};
use jetapi::pairing::{Input, Since};
use jetapi::phone::{self, PhoneProblem};
use jetapi::secret::Secret;
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::event::AccountEvent;
use super::options::Rule;
use super::{explanation, notice_words};
use crate::i18n::{Locale, Login, Service, fill, moment};
use crate::net::clock;
use crate::net::session::{Held, Session};
use crate::ui::art::{Art, art};
use crate::ui::focus;
use crate::ui::phone_field::PhoneField;
use crate::ui::secret::{forget, read_secret};
use crate::ui::{button, unique_id};

/// What sets one service apart from another.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// The channel's name in events.
    pub(super) channel: &'static str,
    pub(super) words: fn(Locale) -> &'static Service,
}

/// What the user did that no server need know of.
#[derive(Clone, Copy)]
enum Local {
    /// Nothing was sent: this is why.
    Invalid(fn(&Login) -> &'static str),
    /// Asked whether to log out.
    Asked,
}

/// A mounted login.
#[derive(Clone)]
struct Screen {
    kind: Kind,
    session: Held<View>,
    view: Option<ArcReadSignal<View>>,
    phone: PhoneField,
    local: ArcRwSignal<Option<Local>>,
    is_password_shown: ArcRwSignal<bool>,
    root: NodeRef<html::Div>,
    ids: Ids,
}

/// The ids that tie labels to fields. Unique in the page, since a Leptos application has no shadow roots between.
#[derive(Clone)]
struct Ids {
    field: Arc<str>,
    help: Arc<str>,
    problem: Arc<str>,
}

/// What was on screen before.
#[derive(Clone, PartialEq)]
struct Before {
    name: &'static str,
    asks: bool,
}

pub(super) fn login(
    kind: Kind,
    session: Option<Session<View>>,
    bad_option: Option<Rule>,
    country: Option<&str>,
    locale: Signal<Locale>,
    on_event: Option<Callback<AccountEvent>>,
) -> impl IntoView + use<> {
    let view = session.as_ref().map(Session::view);
    if let Some(on_event) = on_event {
        tell(kind, view.clone(), locale, bad_option, on_event);
    }
    let screen = Screen {
        kind,
        session: Held::new(session),
        view: view.clone(),
        phone: PhoneField::new(country),
        local: ArcRwSignal::new(None),
        is_password_shown: ArcRwSignal::new(false),
        root: NodeRef::new(),
        ids: Ids { field: unique_id(), help: unique_id(), problem: unique_id() },
    };
    let mut before: Option<Before> = None;
    move || {
        let locale = locale.get();
        let now = match &view {
            Some(view) => screen.draw(locale, &view.get()),
            None => screen.bad_option(locale, bad_option),
        };
        let asks = matches!(screen.local.get_untracked(), Some(Local::Asked));
        let shown = Before { name: now.name, asks };
        if before.as_ref().is_some_and(|before| *before != shown) {
            // What belonged to the step before goes with it, and the focus must not fall back to the page's start.
            if before.as_ref().is_some_and(|before| before.name != now.name) {
                screen.local.set(None);
                screen.is_password_shown.set(false);
            }
            if let Some(root) = screen.root.get_untracked()
                && focus::is_within(&root)
            {
                focus::focus_soon((*root).clone().into(), "[data-focus]");
            }
        }
        before = Some(shown);
        let messages = locale.messages();
        let notice = view.as_ref().and_then(|view| view.with_untracked(|view| view.notice));
        let notice = notice.map(|notice| notice_words(messages, notice));

        html::div()
            .class("jetapi")
            .attr("part", "root")
            .attr("data-state", now.name)
            .attr("lang", locale.tag())
            .attr("dir", "ltr")
            .node_ref(screen.root)
            .child(
                html::div().class("card plain").child((
                    html::div().class("badge").child(art(now.art)),
                    html::div().class("words").child((
                        html::h2()
                            .attr("tabindex", "-1")
                            .attr("data-focus", now.focuses_title.then_some(""))
                            .child(now.title),
                        now.fact.map(|fact| html::p().class("fact").child(fact)),
                        now.banner.map(|banner| html::p().class("banner").child(banner)),
                        (!now.body.is_empty()).then(|| {
                            html::p().class("body").attr("id", screen.ids.help.clone()).child(now.body)
                        }),
                        now.content,
                    )),
                    html::p().class("status").child(
                        html::span().class(if notice.is_some() { "notice" } else { "" }).child(notice),
                    ),
                    html::p().class("said").attr("role", "status").child(now.said),
                )),
            )
    }
}

/// All that is on screen.
struct Drawing {
    name: &'static str,
    art: Art,
    title: &'static str,
    focuses_title: bool,
    fact: Option<Arc<str>>,
    banner: Option<String>,
    body: String,
    content: AnyView,
    /// What a screen reader hears: once per change that matters.
    said: String,
}

impl Screen {
    fn bad_option(&self, locale: Locale, rule: Option<Rule>) -> Drawing {
        let messages = locale.messages();
        let body = rule.map_or("", |rule| rule(messages));
        Drawing {
            name: "idle",
            art: Art::Alert,
            title: messages.bad_option.title,
            focuses_title: true,
            fact: None,
            banner: None,
            body: body.into(),
            content: ().into_any(),
            said: [messages.bad_option.title, ". ", body].concat(),
        }
    }

    fn draw(&self, locale: Locale, view: &View) -> Drawing {
        let words = locale.login();
        let service = (self.kind.words)(locale);
        let local = self.local.get();
        let problem = self.problem(locale, local, view.problem.as_ref());
        let at = |instant| moment(locale, clock::unix_millis(instant), clock::unix_millis(clock::now()));
        // A number that breaks over two lines is hard to compare.
        let number = view.phone.as_deref().map(|digits| phone::format(digits).replace(' ', "\u{a0}"));

        let asks = matches!(local, Some(Local::Asked)) && matches!(view.state, State::Authorized { .. });
        let (name, art, title, body) = match &view.state {
            State::Idle | State::Connecting => {
                ("connecting", Art::Wait, service.connecting.title, service.connecting.body.to_owned())
            }
            State::Step(Step::Phone) => {
                ("phone", Art::Phone, service.phone.title, service.phone.body.to_owned())
            }
            State::Step(Step::Code) => {
                let sentence = match &number {
                    Some(number) => fill(service.code.body, number),
                    None => service.code_elsewhere.to_owned(),
                };
                ("code", Art::Code, service.code.title, [&*sentence, " ", service.code_warning].concat())
            }
            State::Step(Step::Password) => {
                ("password", Art::Lock, service.password.title, service.password.body.to_owned())
            }
            State::Authorized { .. } if asks => (
                "authorized",
                Art::Unplugged,
                service.log_out_question.title,
                service.log_out_question.body.to_owned(),
            ),
            State::Authorized { since } => {
                let (sentence, instant) = match since {
                    Since::Seen(instant) => (words.since, instant),
                    Since::Before(instant) => (words.before, instant),
                };
                ("authorized", Art::Check, service.authorized.title, fill(sentence, &at(*instant)))
            }
            State::Unknown(_) => {
                ("unknown", Art::Pause, service.unknown.title, service.unknown.body.to_owned())
            }
            State::Failed(failure) => {
                let (_, words) = explanation(locale.messages(), *failure);
                ("failed", Art::Alert, words.title, words.body.to_owned())
            }
        };
        let ended = view.ended.filter(|_| name == "phone");
        let banner = ended.map(|ended| fill(service.ended, &at(ended)));
        let fact = match &view.state {
            State::Authorized { .. } if !asks => number.map(Arc::from),
            _ => None,
        };
        let said = match (&problem, view.busy) {
            (Some(problem), _) => problem.clone(),
            (None, Some(Busy::Sending)) => words.sending.to_owned(),
            (None, Some(Busy::Resetting)) => words.resetting.to_owned(),
            (None, None) if name == "connecting" => String::new(),
            (None, None) => [title, ". ", banner.as_deref().unwrap_or_default(), " ", &*body].concat(),
        };
        let is_step = matches!(view.state, State::Step(_));
        Drawing {
            name,
            art,
            title,
            focuses_title: !is_step && !asks,
            fact,
            banner,
            content: self.content(locale, view, problem, asks),
            body,
            said,
        }
    }

    /// The sentence beside the field.
    fn problem(&self, locale: Locale, local: Option<Local>, problem: Option<&Problem>) -> Option<String> {
        if let Some(Local::Invalid(sentence)) = local {
            return Some(sentence(locale.login()).to_owned());
        }
        problem.map(|problem| problem_words(locale, problem))
    }

    fn content(&self, locale: Locale, view: &View, problem: Option<String>, asks: bool) -> AnyView {
        let messages = locale.messages();
        let words = locale.login();
        let is_busy = view.busy.is_some();
        let is_waiting = matches!(view.problem, Some(Problem::Wait { .. }));
        let start_over = || self.reset_button("button link", words.start_over, is_busy);
        let problem_if_any = |problem: Option<String>| problem.map(|it| self.problem_line(Some(it)));
        match &view.state {
            State::Idle | State::Connecting => ().into_any(),
            State::Step(Step::Phone) => {
                let field = self.phone.view(locale, self.described_by(&problem), problem.is_some(), is_busy);
                let label = html::label().attr("for", self.phone.id.clone()).child(words.phone);
                let go = self.send_button(words.send_phone, words, view.busy, is_waiting);
                let have_code = (self.kind.words)(locale).have_code;
                let have_code = (!have_code.is_empty())
                    .then(|| self.input_button("button link", have_code, || Input::Proceed));
                let over = self.reset_button("button link", (self.kind.words)(locale).end_session, is_busy);
                let buttons = actions((go, have_code, over));
                self.form((label, field, self.problem_line(problem), buttons)).into_any()
            }
            State::Step(Step::Code) => {
                let field = html::input()
                    .class("input code")
                    .attr("type", "text")
                    .attr("part", "input")
                    .attr("id", self.ids.field.clone())
                    .attr("name", "code")
                    .attr("data-focus", "")
                    .attr("inputmode", "numeric")
                    .attr("autocomplete", "one-time-code")
                    .attr("autocapitalize", "off")
                    .attr("spellcheck", "false")
                    .attr("maxlength", "32")
                    .attr("aria-describedby", self.described_by(&problem))
                    .attr("aria-invalid", problem.is_some().then_some("true"))
                    .attr("readonly", is_busy.then_some(""));
                let label = html::label().attr("for", self.ids.field.clone()).child(words.code);
                let go = self.send_button(words.send_code, words, view.busy, is_waiting);
                self.form((label, field, self.problem_line(problem), actions((go, start_over())))).into_any()
            }
            State::Step(Step::Password) => {
                let is_shown = self.is_password_shown.get();
                let toggle = {
                    let shown = self.is_password_shown.clone();
                    move |_| shown.update(|shown| *shown = !*shown)
                };
                let field = html::div().class("password").child((
                    html::input()
                        .class("input")
                        .attr("type", if is_shown { "text" } else { "password" })
                        .attr("part", "input")
                        .attr("id", self.ids.field.clone())
                        .attr("name", "password")
                        .attr("data-focus", "")
                        .attr("autocomplete", "current-password")
                        .attr("autocapitalize", "off")
                        .attr("spellcheck", "false")
                        .attr("aria-describedby", self.described_by(&problem))
                        .attr("aria-invalid", problem.is_some().then_some("true"))
                        .attr("readonly", is_busy.then_some("")),
                    button("button inner", if is_shown { words.hide } else { words.show }, Box::new(toggle)),
                ));
                let label = html::label().attr("for", self.ids.field.clone()).child(words.password);
                let go = self.send_button(words.send_password, words, view.busy, is_waiting);
                self.form((label, field, self.problem_line(problem), actions((go, start_over())))).into_any()
            }
            State::Authorized { .. } if asks => {
                let local = self.local.clone();
                let keep = html::button()
                    .attr("type", "button")
                    .attr("data-focus", "")
                    .class("button secondary")
                    .on(ev::click, move |_| local.set(None))
                    .child(words.keep);
                actions((self.reset_button("button danger", words.log_out, is_busy), keep)).into_any()
            }
            State::Authorized { .. } => {
                let local = self.local.clone();
                let ask = button(
                    "button secondary",
                    if is_busy { words.sending } else { words.log_out },
                    Box::new(move |_| {
                        if !is_busy {
                            local.set(Some(Local::Asked));
                        }
                    }),
                );
                (problem_if_any(problem), actions(ask)).into_any()
            }
            State::Unknown(status) => {
                let over = self.reset_button("button", words.start_over, is_busy);
                let status = html::p().class("hint").child([words.status, ": ", &**status].concat());
                (status, problem_if_any(problem), actions(over)).into_any()
            }
            State::Failed(_) => {
                actions(self.input_button("button", messages.try_again, || Input::Proceed)).into_any()
            }
        }
    }

    fn described_by(&self, problem: &Option<String>) -> Arc<str> {
        if problem.is_some() { self.ids.problem.clone() } else { self.ids.help.clone() }
    }

    /// Always there, so that a sentence that comes moves nothing.
    fn problem_line(&self, problem: Option<String>) -> impl IntoView + use<> {
        html::p().class("problem").attr("id", self.ids.problem.clone()).child(problem)
    }

    fn form(&self, fields: impl IntoView) -> impl IntoView {
        let screen = self.clone();
        let submit = Box::new(move |event: ev::SubmitEvent| {
            event.prevent_default();
            if let Some(form) = event.current_target().and_then(|it| it.dyn_into::<Element>().ok()) {
                screen.submit(&form);
            }
        });
        html::form()
            .attr("novalidate", "")
            .on(ev::submit, submit as Box<dyn FnMut(ev::SubmitEvent)>)
            .child(fields)
    }

    fn submit(&self, form: &Element) {
        let Some(view) = self.view.as_ref().map(|view| view.get_untracked()) else { return };
        let field = form.query_selector("input[name]").ok().flatten();
        let Some(input) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) else { return };
        if view.busy.is_some() {
            return;
        }
        let typed: Result<Secret, fn(&Login) -> &'static str> = match view.state {
            State::Step(Step::Phone) => self.phone.digits().map(Secret::new).map_err(|problem| {
                let sentence: fn(&Login) -> &'static str = match problem {
                    PhoneProblem::Empty => |words| words.phone_empty,
                    PhoneProblem::TooShort => |words| words.phone_short,
                    PhoneProblem::TooLong => |words| words.phone_long,
                    _ => |words| words.phone_unknown,
                };
                sentence
            }),
            State::Step(Step::Code) => normal_code(read_secret(&input).expose()).map_err(|_| {
                let sentence: fn(&Login) -> &'static str = |words| words.code_empty;
                sentence
            }),
            State::Step(Step::Password) => {
                let typed = read_secret(&input);
                if typed.expose().is_empty() { Err(|words| words.password_empty) } else { Ok(typed) }
            }
            _ => return,
        };
        match typed {
            Ok(typed) => {
                self.local.set(None);
                self.session.act(Input::Submit(typed));
                let is_sent =
                    self.view.as_ref().is_some_and(|view| view.with_untracked(|view| view.busy.is_some()));
                // A code may be mended where one digit is wrong. A password is nobody's to keep.
                if is_sent && matches!(view.state, State::Step(Step::Password)) {
                    forget(&input);
                }
            }
            Err(sentence) => {
                self.local.set(Some(Local::Invalid(sentence)));
                let _ = input.unchecked_ref::<HtmlElement>().focus();
            }
        }
    }

    /// Stays where it is, and focused, while what it sent is under way.
    fn send_button(
        &self,
        label: &'static str,
        words: &Login,
        busy: Option<Busy>,
        is_waiting: bool,
    ) -> impl IntoView + use<> {
        let label = match busy {
            Some(Busy::Sending) => words.sending,
            Some(Busy::Resetting) => words.resetting,
            None => label,
        };
        html::button()
            .attr("type", "submit")
            .attr("part", "button")
            .class("button")
            .attr("aria-disabled", (busy.is_some() || is_waiting).then_some("true"))
            .child(label)
    }

    fn reset_button(&self, class: &'static str, label: &'static str, is_busy: bool) -> impl IntoView + use<> {
        let screen = self.clone();
        html::button()
            .attr("type", "button")
            .attr("part", "button")
            .class(class)
            .attr("aria-disabled", is_busy.then_some("true"))
            .on(ev::click, move |_| {
                screen.local.set(None);
                screen.session.act(Input::Reset);
            })
            .child(label)
    }

    fn input_button(
        &self,
        class: &'static str,
        label: &'static str,
        input: fn() -> Input<'static>,
    ) -> impl IntoView + use<> {
        let session = self.session;
        let act = Box::new(move |_: ev::MouseEvent| session.act(input()));
        button(class, label, act)
    }
}

fn actions(buttons: impl IntoView) -> impl IntoView {
    html::div().class("actions").child(buttons)
}

/// The problem in words.
pub(super) fn problem_words(locale: Locale, problem: &Problem) -> String {
    let words = locale.login();
    let sentence = match problem {
        Problem::WrongPhone => words.wrong_phone,
        Problem::WrongCode => words.wrong_code,
        Problem::ExpiredCode => words.expired_code,
        Problem::WrongPassword => words.wrong_password,
        Problem::Wait { until } => {
            let now = clock::unix_millis(clock::now());
            return fill(words.wait, &moment(locale, clock::unix_millis(*until), now));
        }
        Problem::NoSession => words.no_session,
        Problem::Words(said) => return fill(words.service_says, said),
        Problem::NotSent => words.not_sent,
        Problem::Unanswered => words.unanswered,
        Problem::NoProgress => words.no_progress,
        _ => words.unavailable,
    };
    sentence.to_owned()
}

/// The problem's name for programs.
pub(super) const fn problem_code(problem: &Problem) -> &'static str {
    match problem {
        Problem::WrongPhone => "wrong-phone",
        Problem::WrongCode => "wrong-code",
        Problem::ExpiredCode => "expired-code",
        Problem::WrongPassword => "wrong-password",
        Problem::Wait { .. } => "wait",
        Problem::NoSession => "no-session",
        Problem::Words(_) => "refused",
        Problem::NotSent => "not-sent",
        Problem::Unanswered => "unanswered",
        Problem::NoProgress => "no-progress",
        _ => "unavailable",
    }
}

/// Tells the host page of every change.
fn tell(
    kind: Kind,
    view: Option<ArcReadSignal<View>>,
    locale: Signal<Locale>,
    bad_option: Option<Rule>,
    on_event: Callback<AccountEvent>,
) {
    let Kind { channel, .. } = kind;
    Effect::new(move |before: Option<Option<View>>| {
        if before.is_none() {
            on_event.run(AccountEvent::Ready);
        }
        let messages = locale.get_untracked().messages();
        let Some(view) = &view else {
            if before.is_none() {
                let message = bad_option.map_or_else(String::new, |rule| rule(messages).to_owned());
                on_event.run(AccountEvent::Error { code: "bad-option", message });
            }
            return None;
        };
        let now = view.get();
        let before = before.flatten();
        let state_before = before.as_ref().map(|before| &before.state);
        if state_before.map(name) != Some(name(&now.state)) {
            on_event.run(AccountEvent::State(name(&now.state).into()));
        }
        let was_authorized = matches!(state_before, Some(State::Authorized { .. }));
        match &now.state {
            State::Authorized { since } if !was_authorized => on_event.run(AccountEvent::Connected {
                channel,
                account: now.phone.as_deref().map(|phone| ["+", phone].concat().into()),
                since: match since {
                    Since::Seen(instant) => Some(clock::unix_millis(*instant)),
                    Since::Before(_) => None,
                },
            }),
            State::Step(_) | State::Unknown(_) if was_authorized => {
                let reason = if now.ended.is_some() { "logged-out" } else { "reset" };
                on_event.run(AccountEvent::Disconnected { channel, reason });
            }
            State::Failed(failure) if state_before != Some(&now.state) => {
                let (code, words) = explanation(messages, *failure);
                let message = [words.title, ". ", words.body].concat();
                on_event.run(AccountEvent::Error { code, message });
            }
            _ => {}
        }
        if let Some(problem) = &now.problem
            && before.as_ref().and_then(|before| before.problem.as_ref()) != Some(problem)
        {
            let message = problem_words(locale.get_untracked(), problem);
            on_event.run(AccountEvent::Error { code: problem_code(problem), message });
        }
        Some(now)
    });
}

/// The state's name for programs.
fn name(state: &State) -> &'static str {
    match state {
        State::Idle | State::Connecting => "connecting",
        State::Step(Step::Phone) => "phone",
        State::Step(Step::Code) => "code",
        State::Step(Step::Password) => "password",
        State::Authorized { .. } => "authorized",
        State::Unknown(_) => "unknown",
        State::Failed(_) => "failed",
    }
}
