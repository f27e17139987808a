//! The web messenger beside a customer.

use std::sync::Arc;

use jetapi::chat::frame::{Frame, Input, LOOK, State, View};
use jetapi::chat::{Address, ChatOptions, Family, Given, LinkProblem, OptionProblem, address};
use jetapi::error::ApiError;
use jetapi::pairing::Failure;
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::event::AccountEvent;
use super::explanation;
use super::options::{Rule, check_base, check_family};
use crate::i18n::{Chat as Messages, Locale};
use crate::net::chat::fetch_link;
use crate::net::clock::{self, Timeout};
use crate::net::frame::{FrameEvent, FrameListeners, is_from, is_local};
use crate::net::page::is_hidden;
use crate::ui::art::{Art, art};
use crate::ui::focus::focus_soon;
use crate::ui::guard::{Guard, is_in_sight};
use crate::ui::{button, unique_id};

/// What the frame opens with. It may change at any time; the frame follows the last of a quick series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatSettings {
    /// The link to the chat; without one, the API is asked for a link that needs no password.
    pub link: Option<String>,
    /// Whose dialog, by number, in any formatting.
    pub phone: Option<String>,
    /// `whatsapp` or `tdlib`; the vendor decides by default.
    pub dispatch_routing: Option<String>,
    /// Whose dialog, by Telegram's number for a user; with `tdlib` only.
    pub sender_id: Option<String>,
    /// Whose dialog, by Telegram's name for a user; with `tdlib` only.
    pub username: Option<String>,
    /// The dialog alone, with no way to the list of chats.
    pub chat_only: bool,
    /// The layout for wide screens.
    pub desktop: bool,
}

/// Shows the vendor's web messenger, opened on a customer's dialog.
///
/// The frame is of another site: it gets no more of the page than it needs, and nothing that it says is believed. It
/// fills the place it is given; on a narrow one it is as high as the screen.
///
/// Its states are `empty`, `loading`, `ready`, `late`, `blocked` and `failed`; its errors `bad-option`, `bad-link`,
/// `late`, `blocked`, `unauthorized`, `forbidden`, `no-proxy` and `rejected`.
#[allow(unreachable_pub, reason = "the macro's props are as public as this, by the crate's root")]
#[component]
pub fn Chat(
    /// What the frame opens with.
    #[prop(into)]
    settings: Signal<ChatSettings>,
    /// The path of the same-origin proxy, `/jetapi` by default; it is asked for the link where there is none.
    #[prop(into, default = "/jetapi".into())]
    base: String,
    /// `client`, or `instance` for the link of a corporate developer's instance.
    #[prop(optional_no_strip, into)]
    family: Option<String>,
    /// The hosts that chats come from, separated by blanks, with their ports; `api.jetapi.io` by default. A page on a
    /// loopback host may frame one, too.
    #[prop(into, default = "api.jetapi.io".into())]
    hosts: String,
    /// Whether the chat may ask for the microphone, for voice messages.
    #[prop(default = false)]
    microphone: bool,
    /// The language, English by default.
    #[prop(into, default = Locale::En.into())]
    locale: Signal<Locale>,
    /// Called for each [`AccountEvent`].
    #[prop(optional, into)]
    on_event: Option<Callback<AccountEvent>>,
) -> impl IntoView {
    let family = check_family(family.as_deref());
    let bad_option = check_base(&base).or(family.err());
    let chat = Screen {
        frame: StoredValue::new_local(Driver {
            frame: Frame::default(),
            timer: None,
            window: None,
            _listeners: None,
        }),
        view: ArcRwSignal::new(Frame::default().view()),
        fetched: ArcRwSignal::new(Fetched::Nothing),
        is_wide: ArcRwSignal::new(None),
        doubts: ArcRwSignal::new(false),
        node: NodeRef::new(),
        base,
        family: family.unwrap_or_default(),
        bad_option,
        hosts,
        allow: if microphone {
            "clipboard-read; clipboard-write; microphone"
        } else {
            "clipboard-read; clipboard-write"
        },
        settings,
        title: unique_id(),
    };
    chat.listen();
    let drawn = chat.clone();
    Effect::new(move |guard: Option<Option<Guard>>| {
        let frame = drawn.node.get()?;
        drawn.has_other_window();
        guard.flatten().filter(|guard| guard.is_of(&frame)).or_else(|| Guard::new(frame))
    });
    let told = chat.clone();
    Effect::new(move || told.follow());
    if let Some(on_event) = on_event {
        let chat = chat.clone();
        Effect::new(move |before: Option<(&'static str, Option<Trouble>)>| {
            let (name, trouble) = (chat.name(), chat.trouble());
            let told = before.as_ref();
            let locale = locale.get_untracked();
            let tell = |code, message: &str| {
                on_event.run(AccountEvent::Error { code, message: message.to_owned() });
            };
            if told.is_none() {
                on_event.run(AccountEvent::Ready);
            }
            if told.is_none_or(|(before, _)| *before != name) {
                on_event.run(AccountEvent::State(name.into()));
                match name {
                    "late" => tell(name, locale.chat().late.title),
                    "blocked" => tell(name, locale.chat().blocked.title),
                    _ => {}
                }
            }
            if let Some(rule) = bad_option {
                if told.is_none() {
                    tell("bad-option", rule(locale.messages()));
                }
            } else if let Some(trouble) = &trouble
                && told.is_none_or(|(_, before)| before.as_ref() != Some(trouble))
            {
                let (code, message) = trouble.words(locale);
                tell(code, message);
            }
            (name, trouble)
        });
    }
    move || {
        let locale = locale.get();
        let messages = locale.messages();
        if let Some(rule) = bad_option {
            return EitherOf3::A(chat.panel(
                locale,
                "failed",
                messages.bad_option.title,
                rule(messages),
                None,
            ));
        }
        if let Some(trouble) = chat.trouble() {
            let (code, said) = trouble.words(locale);
            let words = locale.chat();
            let title = match &trouble {
                Trouble::Option(_) | Trouble::Link(_) => messages.bad_option.title,
                Trouble::Failed(_) => words.no_link,
            };
            let again = (!matches!(code, "bad-option" | "bad-link")).then_some(messages.try_again);
            return EitherOf3::B(chat.panel(locale, "failed", title, said, again));
        }
        EitherOf3::C(chat.draw(locale))
    }
}

/// What came of asking for the link.
#[derive(Clone, PartialEq)]
enum Fetched {
    Nothing,
    Asked,
    Link(String),
    Failed(Failure),
}

/// Why there is no address.
#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    Option(OptionProblem),
    Link(LinkProblem),
    Failed(Failure),
}

impl Trouble {
    fn words(self, locale: Locale) -> (&'static str, &'static str) {
        let words = locale.chat();
        match self {
            Self::Option(OptionProblem::Phone) => ("bad-option", words.bad_phone),
            Self::Option(OptionProblem::Routing) => ("bad-option", words.bad_routing),
            Self::Option(OptionProblem::SenderId) => ("bad-option", words.bad_sender_id),
            Self::Option(OptionProblem::Username) => ("bad-option", words.bad_username),
            Self::Option(_) => ("bad-option", words.not_telegram),
            Self::Link(LinkProblem::Host) => ("bad-link", words.bad_host),
            Self::Link(_) => ("bad-link", words.bad_link),
            Self::Failed(failure) => {
                let (code, words) = explanation(locale.messages(), failure);
                (code, words.title)
            }
        }
    }
}

struct Driver {
    frame: Frame,
    timer: Option<Timeout>,
    /// The frame's window, when it was last looked at.
    window: Option<JsValue>,
    _listeners: Option<FrameListeners>,
}

#[derive(Clone)]
struct Screen {
    frame: StoredValue<Driver, LocalStorage>,
    view: ArcRwSignal<View>,
    fetched: ArcRwSignal<Fetched>,
    /// The user's own choice of the layout, over the page's.
    is_wide: ArcRwSignal<Option<bool>>,
    /// The user sees no chat in the frame, and wonders.
    doubts: ArcRwSignal<bool>,
    node: NodeRef<html::Iframe>,
    base: String,
    family: Family,
    /// What can't be mended but by another option.
    bad_option: Option<Rule>,
    hosts: String,
    allow: &'static str,
    settings: Signal<ChatSettings>,
    title: Arc<str>,
}

impl Screen {
    /// Tells the machine something, and arms the timer that it wants.
    fn tell(&self, input: Option<Input>) {
        let now = clock::now();
        let input = input.or_else(|| self.is_out_of_sight().then_some(Input::OutOfSight));
        let view = self.frame.try_update_value(|driver| {
            match input {
                Some(input) => driver.frame.handle(now, input),
                None => driver.frame.handle_timeout(now),
            }
            let view = driver.frame.view();
            let screen = self.clone();
            driver.timer = driver.frame.poll_timeout().map(|at| {
                let wait = at - now;
                let wait = if view.state == State::Loading { wait.min(LOOK) } else { wait };
                Timeout::new(wait, move || screen.tell(None))
            });
            view
        });
        if let Some(view) = view
            && self.view.with_untracked(|shown| *shown != view)
        {
            self.view.set(view);
        }
    }
}

impl Screen {
    /// The address that the settings make, or why they make none; nothing while a link is asked for.
    fn address(&self) -> Result<Option<Arc<Address>>, Trouble> {
        let settings = self.settings.get();
        let given = Given {
            phone: settings.phone.as_deref(),
            dispatch_routing: settings.dispatch_routing.as_deref(),
            sender_id: settings.sender_id.as_deref(),
            username: settings.username.as_deref(),
            is_chat_only: settings.chat_only,
            is_desktop: self.is_wide.get().unwrap_or(settings.desktop),
        };
        let options = ChatOptions::check(given).map_err(Trouble::Option)?;
        let link = match (settings.link, self.fetched.get()) {
            (Some(link), _) => link,
            (None, Fetched::Link(link)) => link,
            (None, Fetched::Failed(failure)) => return Err(Trouble::Failed(failure)),
            (None, _) => return Ok(None),
        };
        let hosts: Vec<&str> = self.hosts.split_whitespace().collect();
        let made = address(&link, &options, &hosts, is_local()).map_err(Trouble::Link)?;
        Ok(Some(Arc::new(made)))
    }

    fn trouble(&self) -> Option<Trouble> {
        self.address().err()
    }

    /// Whether nobody can see the frame that loads.
    fn is_out_of_sight(&self) -> bool {
        if self.view.with_untracked(|view| view.state != State::Loading) {
            return false;
        }
        let (frame, window) = (self.node.get_untracked(), web_sys::window());
        frame.zip(window).is_some_and(|(frame, window)| is_hidden() || !is_in_sight(&frame, &window))
    }

    /// Whether the frame has another window since this was last asked, as one that was moved.
    fn has_other_window(&self) -> bool {
        let now = self.node.get_untracked().and_then(|frame| frame.content_window()).map(JsValue::from);
        let before = self.frame.try_update_value(|driver| std::mem::replace(&mut driver.window, now.clone()));
        before.flatten().is_some_and(|before| now.is_some_and(|now| now != before))
    }

    /// Makes the frame follow the settings, and its place.
    fn follow(&self) {
        if self.settings.with(|settings| settings.link.is_none()) {
            self.ask();
        }
        if self.has_other_window() {
            self.tell(Some(Input::Moved));
        }
        self.tell(Some(Input::Show(self.address().ok().flatten())));
    }

    /// Asks for the link, once.
    fn ask(&self) {
        if self.bad_option.is_some() || self.fetched.with(|fetched| *fetched != Fetched::Nothing) {
            return;
        }
        self.fetched.set(Fetched::Asked);
        let (base, family, fetched) = (self.base.clone(), self.family, self.fetched.clone());
        leptos::task::spawn_local(async move {
            fetched.set(match fetch_link(base, family).await {
                Ok(link) => Fetched::Link(link),
                Err(error) => Fetched::Failed(match error {
                    ApiError::Network | ApiError::Timeout => Failure::NoAnswer,
                    ApiError::Unauthorized => Failure::Unauthorized,
                    ApiError::Forbidden { .. } => Failure::Forbidden,
                    ApiError::Unreadable { status: 500.. } => Failure::Rejected,
                    ApiError::NotFound | ApiError::Unreadable { .. } => Failure::NoProxy,
                    _ => Failure::Rejected,
                }),
            });
        });
    }

    fn name(&self) -> &'static str {
        if self.bad_option.is_some() || self.trouble().is_some() {
            return "failed";
        }
        state_name(self.view.with(|view| view.state))
    }

    /// Listens for what the frame says and for what the page's policy says of it.
    fn listen(&self) {
        let screen = self.clone();
        let listeners = FrameListeners::new(move |event| {
            let view = screen.view.get_untracked();
            let Some(address) = view.address else { return };
            match event {
                // What it says is the vendor's own affair. That it says something means that it lives.
                FrameEvent::Message(message) => {
                    if let Some(frame) = screen.node.get_untracked()
                        && is_from(&message, &frame, &address.origin)
                    {
                        screen.tell(Some(Input::Alive(view.number)));
                    }
                }
                FrameEvent::Violation(blocked) if blocked.starts_with(&address.origin) => {
                    screen.tell(Some(Input::Blocked));
                }
                FrameEvent::Violation(_) => {}
            }
        });
        self.frame.update_value(|driver| driver._listeners = Some(listeners));
    }

    fn draw(&self, locale: Locale) -> impl IntoView + use<> {
        let words = locale.chat();
        let view = self.view.get();
        let name = state_name(view.state);
        let is_wide = self.is_wide.get().unwrap_or_else(|| self.settings.with(|settings| settings.desktop));
        let wide = {
            let own = self.is_wide.clone();
            move |_: ev::MouseEvent| own.set(Some(!is_wide))
        };
        let frame = view.address.clone().map(|address| {
            let number = view.number;
            // Another number is another element: one that is sent elsewhere would add to the page's history.
            if number.is_multiple_of(2) {
                Either::Left(self.iframe(words, &address, number, view.state))
            } else {
                Either::Right(self.iframe(words, &address, number, view.state))
            }
        });
        let doubts = view.is_silent && self.doubts.get();
        let problem = match view.state {
            State::Late => Some(&words.late),
            State::Blocked => Some(&words.blocked),
            State::Ready if doubts => Some(&words.refused),
            _ => None,
        };
        let said = match (view.state, problem) {
            (_, Some(problem)) => [problem.title, ". ", problem.body].concat(),
            (State::Ready, None) => words.ready.to_owned(),
            _ => String::new(),
        };
        let cover = problem.map(|problem| {
            let screen = self.clone();
            let retry = Box::new(move |event: ev::MouseEvent| {
                // The button goes with what it stands in.
                let pressed = event.current_target().and_then(|it| it.dyn_into::<Element>().ok());
                if let Some(card) = pressed.and_then(|it| it.closest(".chat").ok().flatten()) {
                    focus_soon(card, "h2");
                }
                screen.doubts.set(false);
                screen.tell(Some(Input::Retry));
            });
            let open = view.address.as_ref().map(|address| {
                html::a()
                    .class("button secondary")
                    .attr("href", address.url.clone())
                    .attr("target", "_blank")
                    .attr("rel", "noopener noreferrer")
                    .child(words.open)
            });
            // A chat that lacks no more than a picture has not loaded either: it stays in reach around the words.
            html::div().class(if view.state == State::Late { "cover late" } else { "cover" }).child(
                html::div().class("box").child((
                    html::div().class("badge").child(art(Art::Alert)),
                    html::h2().child(problem.title),
                    html::p().class("body").child(problem.body),
                    html::div()
                        .class("actions")
                        .child((button("button", locale.messages().try_again, retry), open)),
                )),
            )
        });
        // The browser tells no more of a frame that its site refused than of a chat that says nothing, so it is the user
        // who tells.
        let doubt = view.is_silent.then(|| {
            let own = self.doubts.clone();
            html::button()
                .attr("type", "button")
                .attr("part", "button")
                .class("button small doubt")
                .attr("aria-expanded", if doubts { "true" } else { "false" })
                .on(ev::click, move |_: ev::MouseEvent| own.update(|doubts| *doubts = !*doubts))
                .child(words.doubt)
        });
        let waiting = matches!(view.state, State::Empty | State::Loading)
            .then(|| html::div().class("skeleton").attr("aria-hidden", "true").child(html::span()));
        root(
            locale,
            name,
            html::div().class("card chat").child((
                html::div().class("bar").child((
                    html::h2().attr("id", self.title.clone()).attr("tabindex", "-1").child(words.title),
                    doubt,
                    html::button()
                        .attr("type", "button")
                        .attr("part", "button")
                        .class("button small")
                        .attr("aria-pressed", if is_wide { "true" } else { "false" })
                        .on(ev::click, wide)
                        .child(words.desktop),
                )),
                html::div().class("view").child((frame, waiting, cover)),
                html::p().class("said").attr("role", "status").child(said),
            )),
        )
    }

    fn iframe(
        &self,
        words: &'static Messages,
        address: &Address,
        number: u32,
        state: State,
    ) -> impl IntoView + use<> {
        let screen = self.clone();
        html::iframe()
            .attr("title", words.title)
            .attr("part", "frame")
            .attr("loading", "lazy")
            // Scripts and its own storage, or it is no chat; popups for links and files. Not the page it stands in.
            .attr("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-downloads")
            .attr("allow", self.allow)
            .attr("referrerpolicy", "origin")
            // Out of reach until it is there: it takes no focus while it loads, and no click that was meant for us.
            .attr("inert", (!matches!(state, State::Ready | State::Late)).then_some(""))
            .attr("src", address.url.clone())
            .on(ev::load, move |_| {
                screen.has_other_window();
                screen.tell(Some(Input::Loaded(number)));
            })
            .node_ref(self.node)
    }

    fn panel(
        &self,
        locale: Locale,
        name: &'static str,
        title: &'static str,
        body: &'static str,
        again: Option<&'static str>,
    ) -> impl IntoView + use<> {
        let screen = self.clone();
        let again = again.map(|label| {
            let retry = Box::new(move |_: ev::MouseEvent| {
                screen.fetched.set(Fetched::Nothing);
            });
            html::div().class("actions").child(button("button", label, retry))
        });
        root(
            locale,
            name,
            html::div().class("card plain").child((
                html::div().class("badge").child(art(Art::Alert)),
                html::div().class("words").attr("role", "status").child((
                    html::h2().child(title),
                    html::p().class("body").child(body),
                    again,
                )),
            )),
        )
    }
}

fn root(locale: Locale, name: &'static str, content: impl IntoView) -> impl IntoView {
    html::div()
        .class("jetapi")
        .attr("part", "root")
        .attr("data-state", name)
        .attr("lang", locale.tag())
        .attr("dir", "ltr")
        .child(content)
}

const fn state_name(state: State) -> &'static str {
    match state {
        State::Empty => "empty",
        State::Loading => "loading",
        State::Ready => "ready",
        State::Late => "late",
        State::Blocked => "blocked",
    }
}
