//! Connecting a Telegram bot.

use std::sync::Arc;

use jetapi::pairing::Input;
use jetapi::pairing::telegram_bot::{State, View};
use jetapi::telegram_bot::{Menu, MenuProblem, TokenProblem, check_token};
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::event::AccountEvent;
use super::login::problem_words;
use super::options::{Rule, check_base, is_number};
use super::{explanation, notice_words};
use crate::i18n::{Bot, Locale, Words};
use crate::net::clock;
use crate::net::session::{Held, Session};
use crate::net::telegram_bot;
use crate::ui::art::{Art, art};
use crate::ui::secret::{forget, read_secret};
use crate::ui::{button, focus, unique_id};

const CHANNEL: &str = "telegram-bot";

/// Connects a Telegram bot to the customer's instance, by its token.
///
/// The token is checked for its form, sent once and kept nowhere. The call belongs to the developer's API, so the proxy
/// needs the API key.
///
/// Its states are `looking`, `form`, `connected`, `no-instance` and `failed`; its errors `unauthorized`, `forbidden`,
/// `no-proxy`, `rejected`, `no-instance`, `bad-option`, `refused`, `not-sent`, `unanswered` and `unavailable`.
#[allow(unreachable_pub, reason = "the macro's props are as public as this, by the crate's root")]
#[component]
pub fn TelegramBot(
    /// The path of the same-origin proxy, `/jetapi` by default.
    #[prop(into, default = "/jetapi".into())]
    base: String,
    /// The instance's `id`, if the page knows it, which saves two round trips; digits. The proxy's own customer's by
    /// default.
    #[prop(optional_no_strip, into)]
    instance_id: Option<String>,
    /// The language, English by default.
    #[prop(into, default = Locale::En.into())]
    locale: Signal<Locale>,
    /// Called for each [`AccountEvent`].
    #[prop(optional, into)]
    on_event: Option<Callback<AccountEvent>>,
) -> impl IntoView {
    let bad_option: Option<Rule> = check_base(&base).or(match instance_id.as_deref() {
        Some(id) if !is_number(id) => Some(|messages| messages.bad_instance_id),
        _ => None,
    });
    let session = bad_option.is_none().then(|| telegram_bot::open(&base, instance_id));
    let view = session.as_ref().map(Session::view);
    if let Some(on_event) = on_event {
        tell(view.clone(), locale, bad_option, on_event);
    }
    let screen = Screen {
        session: Held::new(session),
        view: view.clone(),
        invalid: ArcRwSignal::new(Invalid::default()),
        ids: [(); 8].map(|()| unique_id()),
        root: NodeRef::new(),
    };
    let mut before = "";
    move || {
        let locale = locale.get();
        let messages = locale.messages();
        let drawing = match &view {
            Some(view) => screen.draw(locale, &view.get()),
            None => {
                let body = bad_option.map_or("", |rule| rule(messages));
                Drawing::words("idle", Art::Alert, &Words { title: messages.bad_option.title, body })
            }
        };
        if before != drawing.name
            && let Some(root) = screen.root.get_untracked()
            && focus::is_within(&root)
        {
            focus::focus_soon((*root).clone().into(), "[data-focus]");
        }
        before = drawing.name;
        let notice = view.as_ref().and_then(|view| view.with_untracked(|view| view.notice));
        let notice = notice.map(|notice| notice_words(messages, notice));
        let Drawing { name, art: picture, title, body, content, said } = drawing;
        html::div()
            .class("jetapi")
            .attr("part", "root")
            .attr("data-state", name)
            .attr("lang", locale.tag())
            .attr("dir", "ltr")
            .node_ref(screen.root)
            .child(
                html::div().class("card plain").child((
                    html::div().class("badge").child(art(picture)),
                    html::div().class("words").child((
                        html::h2()
                            .attr("tabindex", "-1")
                            .attr("data-focus", (name != "form").then_some(""))
                            .child(title),
                        html::p().class("body").child(body),
                        content,
                    )),
                    html::p().class("status").child(
                        html::span().class(if notice.is_some() { "notice" } else { "" }).child(notice),
                    ),
                    html::p().class("said").attr("role", "status").child(said),
                )),
            )
    }
}

/// All that is on screen.
struct Drawing {
    name: &'static str,
    art: Art,
    title: &'static str,
    body: &'static str,
    content: AnyView,
    said: String,
}

impl Drawing {
    fn words(name: &'static str, art: Art, words: &Words) -> Self {
        let said = [words.title, ". ", words.body].concat();
        Self { name, art, title: words.title, body: words.body, content: ().into_any(), said }
    }
}

/// What is wrong with what was typed, before anything is sent.
#[derive(Clone, Copy, Default)]
struct Invalid {
    token: Option<fn(&Bot) -> &'static str>,
    title: Option<fn(&Bot) -> &'static str>,
    link: Option<fn(&Bot) -> &'static str>,
}

#[derive(Clone)]
struct Screen {
    session: Held<View>,
    view: Option<ArcReadSignal<View>>,
    invalid: ArcRwSignal<Invalid>,
    ids: [Arc<str>; 8],
    root: NodeRef<html::Div>,
}

impl Screen {
    fn draw(&self, locale: Locale, view: &View) -> Drawing {
        let messages = locale.messages();
        let words = locale.bot();
        let again = || actions(self.proceed_button("button", messages.try_again)).into_any();
        match &view.state {
            State::Looking => {
                let mut drawing = Drawing::words(
                    "looking",
                    Art::Wait,
                    &Words { title: words.form.title, body: words.loading },
                );
                drawing.said = String::new();
                drawing
            }
            State::NoInstance => {
                let mut drawing = Drawing::words("no-instance", Art::Alert, &words.no_instance);
                drawing.content = again();
                drawing
            }
            State::Failed(failure) => {
                let (_, explained) = explanation(messages, *failure);
                let mut drawing = Drawing::words("failed", Art::Alert, explained);
                drawing.content = again();
                drawing
            }
            State::Connected(bot) => {
                let mut drawing = Drawing::words("connected", Art::Check, &words.connected);
                let name = bot.link.as_deref().map(|link| link.replacen("https://t.me/", "@", 1));
                let link = bot.link.clone().zip(name).map(|(link, name)| {
                    html::p().class("fact").child(
                        html::a()
                            .attr("href", link)
                            .attr("target", "_blank")
                            .attr("rel", "noopener noreferrer")
                            .child((name, html::span().class("said").child([" ", words.open].concat()))),
                    )
                });
                let status = bot.status.clone().map(|status| {
                    let status = if status == "running" { words.running.to_owned() } else { status };
                    html::div().child((html::dt().child(words.status), html::dd().child(status)))
                });
                let menu = bot.menu_title.clone().map(|title| {
                    let link = bot.menu_link.as_deref().unwrap_or_default();
                    html::div().child((
                        html::dt().child(words.menu),
                        html::dd().child([&*title, " ", link].concat()),
                    ))
                });
                drawing.content = (
                    link,
                    html::dl().class("facts").child((status, menu)),
                    actions(self.proceed_button("button secondary", words.change)),
                )
                    .into_any();
                drawing
            }
            State::Form => self.form(locale, view),
        }
    }

    fn form(&self, locale: Locale, view: &View) -> Drawing {
        let words = locale.bot();
        let login = locale.login();
        let invalid = self.invalid.get();
        let said_of = |name: &str, own: Option<fn(&Bot) -> &'static str>| {
            own.map(|sentence| sentence(words).to_owned())
                .or_else(|| view.fields.iter().find(|(field, _)| field == name).map(|(_, said)| said.clone()))
        };
        let problems = [
            said_of("api_token", invalid.token),
            said_of("menu_title", invalid.title),
            said_of("menu_link", invalid.link),
        ];
        let problem = view.problem.as_ref().map(|problem| problem_words(locale, problem));
        let mut drawing = Drawing::words("form", Art::Bot, &words.form);
        let first = problems.iter().flatten().chain(&problem).next();
        drawing.said = match (first, view.is_busy) {
            (Some(problem), _) => problem.clone(),
            (None, true) => login.sending.to_owned(),
            (None, false) => drawing.said,
        };
        let [token_problem, title_problem, link_problem] = problems;
        let [token, token_hint, token_note, title, title_note, link, link_note, menu_hint] = &self.ids;
        let field =
            |id: &Arc<str>, note: &Arc<str>, hint: &str, name, label, kind, problem: Option<String>| {
                let is_token = name == "api_token";
                let own_hint = is_token
                    .then(|| html::p().class("hint").attr("id", hint.to_owned()).child(words.token_hint));
                (
                    html::label().attr("for", id.clone()).child(label),
                    own_hint,
                    html::input()
                        .class("input")
                        .attr("type", kind)
                        .attr("part", "input")
                        .attr("id", id.clone())
                        .attr("name", name)
                        .attr("data-focus", is_token.then_some(""))
                        // A browser fills what it remembers of this site into any other password field.
                        .attr("autocomplete", if is_token { "new-password" } else { "off" })
                        .attr("autocapitalize", "off")
                        .attr("spellcheck", "false")
                        .attr("aria-describedby", [hint, " ", &**note].concat())
                        .attr("aria-invalid", problem.is_some().then_some("true"))
                        .attr("readonly", view.is_busy.then_some("")),
                    html::p().class("problem").attr("id", note.clone()).child(problem),
                )
            };
        let label = if view.is_busy { login.sending } else { words.connect };
        let screen = self.clone();
        let submit: Box<dyn FnMut(ev::SubmitEvent)> = Box::new(move |event: ev::SubmitEvent| {
            event.prevent_default();
            if let Some(form) = event.current_target().and_then(|it| it.dyn_into::<Element>().ok()) {
                screen.submit(&form);
            }
        });
        drawing.content = html::form()
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .child((
                field(token, token_note, token_hint, "api_token", words.token, "password", token_problem),
                html::fieldset().attr("aria-describedby", menu_hint.clone()).child((
                    html::legend().child(words.menu),
                    html::p().class("hint").attr("id", menu_hint.clone()).child(words.menu_hint),
                    html::div().class("pair").child((
                        html::div().child(field(
                            title,
                            title_note,
                            menu_hint,
                            "menu_title",
                            words.menu_title,
                            "text",
                            title_problem,
                        )),
                        html::div().child(field(
                            link,
                            link_note,
                            menu_hint,
                            "menu_link",
                            words.menu_link,
                            "url",
                            link_problem,
                        )),
                    )),
                )),
                problem.map(|problem| html::p().class("problem").child(problem)),
                actions(
                    html::button()
                        .attr("type", "submit")
                        .attr("part", "button")
                        .class("button")
                        .attr("aria-disabled", view.is_busy.then_some("true"))
                        .child(label),
                ),
            ))
            .into_any();
        drawing
    }

    fn submit(&self, form: &Element) {
        let field = |name: &str| {
            let found = form.query_selector(&["[name=", name, "]"].concat()).ok().flatten();
            found.and_then(|field| field.dyn_into::<HtmlInputElement>().ok())
        };
        let (Some(token_field), Some(title), Some(link)) =
            (field("api_token"), field("menu_title"), field("menu_link"))
        else {
            return;
        };
        let mut invalid = Invalid::default();
        let token = read_secret(&token_field);
        match check_token(token.expose()) {
            Ok(()) => {}
            Err(TokenProblem::Blank) => invalid.token = Some(|words| words.token_empty),
            Err(_) => invalid.token = Some(|words| words.token_form),
        }
        let menu = Menu::new(&title.value(), &link.value());
        match &menu {
            Ok(_) => {}
            Err(MenuProblem::NoTitle) => invalid.title = Some(|words| words.title_missing),
            Err(MenuProblem::NoLink) => invalid.link = Some(|words| words.link_missing),
            Err(_) => invalid.link = Some(|words| words.link_form),
        }
        self.invalid.set(invalid);
        let wrong = [
            (invalid.token.is_some(), &token_field),
            (invalid.title.is_some(), &title),
            (invalid.link.is_some(), &link),
        ];
        if let Some((_, field)) = wrong.iter().find(|(is_wrong, _)| *is_wrong) {
            let _ = field.unchecked_ref::<HtmlElement>().focus();
            return;
        }
        let Ok(menu) = menu else { return };
        self.session.act(Input::ConnectBot { token, menu });
        // A token is nobody's to keep once it is on its way.
        if self.view.as_ref().is_some_and(|view| view.with_untracked(|view| view.is_busy)) {
            forget(&token_field);
        }
    }

    fn proceed_button(&self, class: &'static str, label: &'static str) -> impl IntoView + use<> {
        let session = self.session;
        let proceed = Box::new(move |_: ev::MouseEvent| session.act(Input::Proceed));
        button(class, label, proceed)
    }
}

fn actions(buttons: impl IntoView) -> impl IntoView {
    html::div().class("actions").child(buttons)
}

/// Tells the host page of every change.
fn tell(
    view: Option<ArcReadSignal<View>>,
    locale: Signal<Locale>,
    bad_option: Option<Rule>,
    on_event: Callback<AccountEvent>,
) {
    Effect::new(move |before: Option<Option<View>>| {
        if before.is_none() {
            on_event.run(AccountEvent::Ready);
        }
        let locale = locale.get_untracked();
        let Some(view) = &view else {
            if before.is_none() {
                let message = bad_option.map_or_else(String::new, |rule| rule(locale.messages()).to_owned());
                on_event.run(AccountEvent::Error { code: "bad-option", message });
            }
            return None;
        };
        let now = view.get();
        let before = before.flatten();
        let state = before.as_ref().map(|before| &before.state);
        if state.map(name) != Some(name(&now.state)) {
            on_event.run(AccountEvent::State(name(&now.state).into()));
            match &now.state {
                State::Connected(bot) => on_event.run(AccountEvent::Connected {
                    channel: CHANNEL,
                    account: bot.link.as_deref().map(Into::into),
                    since: Some(clock::unix_millis(clock::now())),
                }),
                State::NoInstance => {
                    let words = &locale.bot().no_instance;
                    let message = [words.title, ". ", words.body].concat();
                    on_event.run(AccountEvent::Error { code: "no-instance", message });
                }
                State::Failed(failure) => {
                    let (code, words) = explanation(locale.messages(), *failure);
                    let message = [words.title, ". ", words.body].concat();
                    on_event.run(AccountEvent::Error { code, message });
                }
                State::Looking | State::Form => {}
            }
        }
        let said = |view: &View| {
            let of_fields = view.fields.first().map(|(_, said)| ("refused", said.clone()));
            of_fields.or_else(|| {
                let problem = view.problem.as_ref()?;
                Some((super::login::problem_code(problem), problem_words(locale, problem)))
            })
        };
        if let Some((code, message)) = said(&now)
            && before.as_ref().and_then(said).is_none()
        {
            on_event.run(AccountEvent::Error { code, message });
        }
        Some(now)
    });
}

/// The state's name for programs.
fn name(state: &State) -> &'static str {
    match state {
        State::Looking => "looking",
        State::Form => "form",
        State::Connected(_) => "connected",
        State::NoInstance => "no-instance",
        State::Failed(_) => "failed",
    }
}
