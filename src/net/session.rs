//! Drives a login's machine and its channel client with what a browser has.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use jetapi::account::account;
use jetapi::channels::{self, ChannelId, Output, PushId, Socket};
use jetapi::endpoint::{Method, SocketHost};
use jetapi::error::ApiError;
use jetapi::instance::instance;
use jetapi::json::Value;
use jetapi::pairing::{Effect, Input, Machine};
use jetapi::secret::Secret;
use jetapi::time::Instant;
use js_sys::Promise;
use leptos::prelude::*;
use web_sys::WebSocket;

use super::clock::{self, Timeout};
use super::http::{self, Answer};
use super::page::{self, PageEvent, PageListeners};
use super::socket::{Connection, SocketEvent};

/// A running flow. Those who open the same one share it; it ends, with everything it holds in the browser, when the
/// last of them lets go.
pub(crate) struct Session<V> {
    driver: Rc<RefCell<Driver>>,
    view: ArcReadSignal<V>,
}

impl<V> Clone for Session<V> {
    fn clone(&self) -> Self {
        Self { driver: self.driver.clone(), view: self.view.clone() }
    }
}

/// The sessions of one kind that are open on this page, by what sets them apart.
pub(super) struct Open<K, V>(Vec<(K, Weak<RefCell<Driver>>, ArcReadSignal<V>)>);

impl<K: PartialEq, V: PartialEq + Send + Sync + 'static> Open<K, V> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    fn find(&mut self, key: &K) -> Option<Session<V>> {
        self.0.retain(|(_, driver, _)| driver.strong_count() > 0);
        let (_, driver, view) = self.0.iter().find(|(open, ..)| open == key)?;
        Some(Session { driver: driver.upgrade()?, view: view.clone() })
    }

    /// The session that is open for `key`, or a new one; and whether it is new.
    pub(super) fn session<M: Machine + 'static>(
        open: &RefCell<Self>,
        key: K,
        base: &str,
        host: SocketHost,
        ask: Ask,
        machine: M,
        view: fn(&M) -> V,
    ) -> Session<V> {
        if let Some(session) = open.borrow_mut().find(&key) {
            return session;
        }
        let signal = ArcRwSignal::new(view(&machine));
        let driver = Driver::new(base, host, ask, Box::new(Shown { machine, view, signal: signal.clone() }));
        let session = Session { driver, view: signal.read_only() };
        open.borrow_mut().0.push((key, Rc::downgrade(&session.driver), session.view.clone()));
        tell(&session.driver, |driver, now| {
            if page::is_hidden() {
                driver.page(now, PageEvent::Hidden);
            }
            if !page::is_online() {
                driver.page(now, PageEvent::Offline);
            }
            driver.flow.machine().handle(now, Input::Start);
        });
        session
    }
}

impl<V> Session<V> {
    /// What a person sees.
    pub(crate) fn view(&self) -> ArcReadSignal<V> {
        self.view.clone()
    }

    /// The user does something.
    pub(crate) fn act(&self, input: Input<'_>) {
        tell(&self.driver, |driver, now| driver.flow.machine().handle(now, input));
    }
}

/// A session that is owned by a component: let go, and with it the connection, when the component is unmounted,
/// whatever closures still hold this.
pub(crate) struct Held<V: 'static>(StoredValue<Option<Session<V>>, LocalStorage>);

impl<V> Clone for Held<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Held<V> {}

impl<V> Held<V> {
    /// Gives the session to the component that is being made.
    pub(crate) fn new(session: Option<Session<V>>) -> Self {
        Self(StoredValue::new_local(session))
    }

    /// The user does something.
    pub(crate) fn act(self, input: Input<'_>) {
        let session = self.0.try_with_value(Clone::clone).flatten();
        if let Some(session) = session {
            session.act(input);
        }
    }
}

/// A machine with the signal that shows it. The driver is compiled once for all machines.
trait Flow {
    fn machine(&mut self) -> &mut dyn Machine;

    /// What is to be done so that the signal shows the machine as it is now, if it does not.
    fn show(&self) -> Option<Box<dyn FnOnce()>>;
}

struct Shown<M, V: 'static> {
    machine: M,
    view: fn(&M) -> V,
    signal: ArcRwSignal<V>,
}

impl<M: Machine, V: PartialEq + Send + Sync + 'static> Flow for Shown<M, V> {
    fn machine(&mut self) -> &mut dyn Machine {
        &mut self.machine
    }

    fn show(&self) -> Option<Box<dyn FnOnce()>> {
        let view = (self.view)(&self.machine);
        let signal = self.signal.clone();
        let is_news = signal.with_untracked(|shown| *shown != view);
        is_news.then(|| Box::new(move || signal.set(view)) as Box<dyn FnOnce()>)
    }
}

/// What was asked for on behalf of a session that is not open yet.
struct HeadStart {
    base: String,
    account: Option<Promise>,
    answer: Option<Answer>,
    socket: Option<WebSocket>,
}

impl Drop for HeadStart {
    fn drop(&mut self) {
        if let Some(unused) = self.socket.take() {
            let _ = unused.close();
        }
    }
}

/// Offers a head start to the next session that is opened for `base`. A `status` of 0 is no answer yet.
pub(crate) fn offer(base: &str, account: Promise, status: u16, body: String, socket: WebSocket) {
    let answer = (status > 0).then_some(Answer { status, body });
    let offer = HeadStart { base: base.to_owned(), account: Some(account), answer, socket: Some(socket) };
    OFFER.set(Some(offer));
}

/// Takes an offer back that nobody took up, and closes its socket.
pub(crate) fn withdraw_offer() {
    drop(OFFER.take());
}

thread_local! {
    static OFFER: RefCell<Option<HeadStart>> = const { RefCell::new(None) };
}

pub(super) struct Driver {
    /// Itself, for callbacks.
    this: Weak<RefCell<Driver>>,
    base: String,
    host: SocketHost,
    ask: Ask,
    flow: Box<dyn Flow>,
    socket: Socket,
    channel: Option<ChannelId>,
    /// The push that is under way, with the machine's number for it.
    push: Option<(PushId, u32)>,
    connection: Option<(u32, Connection)>,
    /// The armed timer, and when it fires.
    timer: Option<(Instant, Timeout)>,
    warned: bool,
    head_start: Option<HeadStart>,
    _listeners: PageListeners,
}

/// How long the reply to a push may take.
const REPLY_LIMIT: Duration = Duration::from_secs(20);

/// In UTF-16 units, which are at most as many as bytes: what is longer, the channel client would not read.
const LONGEST_TEXT: u32 = 1 << 20;

/// Tells the driver something, then carries out all that follows from it.
fn tell(driver: &Rc<RefCell<Driver>>, event: impl FnOnce(&mut Driver, Instant)) {
    // Nothing that is called under this borrow calls back before it returns.
    let Ok(mut borrowed) = driver.try_borrow_mut() else { return };
    // Read once for all that follows from it: a browser's clock costs more than what most events do.
    let now = clock::now();
    event(&mut borrowed, now);
    borrowed.settle(now);
    let show = borrowed.flow.show();
    drop(borrowed);
    if let Some(show) = show {
        show();
    }
}

/// As [`tell`], from a callback that may outlive the session.
fn tell_weak(driver: &Weak<RefCell<Driver>>, event: impl FnOnce(&mut Driver, Instant)) {
    if let Some(driver) = driver.upgrade() {
        tell(&driver, event);
    }
}

impl Driver {
    fn new(base: &str, host: SocketHost, ask: Ask, flow: Box<dyn Flow>) -> Rc<RefCell<Self>> {
        Rc::new_cyclic(|this: &Weak<RefCell<Self>>| {
            let listeners = {
                let this = this.clone();
                PageListeners::new(move |event| tell_weak(&this, |driver, now| driver.page(now, event)))
            };
            RefCell::new(Self {
                this: this.clone(),
                base: base.trim_end_matches('/').to_owned(),
                host,
                ask,
                flow,
                socket: Socket::new(channels::Config::new(clock::jitter_seed())),
                channel: None,
                push: None,
                connection: None,
                timer: None,
                warned: false,
                // The loader opens no other socket early.
                head_start: if host == SocketHost::WhatsApp {
                    OFFER.take().filter(|offer| offer.base.trim_end_matches('/') == base)
                } else {
                    None
                },
                _listeners: listeners,
            })
        })
    }

    fn page(&mut self, now: Instant, event: PageEvent) {
        let (for_socket, for_machine) = match event {
            PageEvent::Hidden => (Some(channels::Input::PageHidden), Some(Input::PageHidden)),
            PageEvent::Visible => (Some(channels::Input::PageVisible), Some(Input::PageVisible)),
            PageEvent::Resumed => (Some(channels::Input::Resumed), None),
            PageEvent::Online => (Some(channels::Input::Online), Some(Input::Online)),
            PageEvent::Offline => (None, Some(Input::Offline)),
            PageEvent::Leaving => (Some(channels::Input::PageHide), None),
            PageEvent::Restored => (Some(channels::Input::PageShow), None),
        };
        if let Some(input) = for_socket {
            self.socket.handle_input(now, input);
        }
        if let Some(input) = for_machine {
            self.flow.machine().handle(now, input);
        }
    }

    /// Carries out everything that the machines want, until they want nothing more.
    fn settle(&mut self, now: Instant) {
        loop {
            if let Some(output) = self.socket.poll_output() {
                self.carry_out(now, output);
            } else if let Some(effect) = self.flow.machine().poll_effect() {
                self.take_effect(now, effect);
            } else {
                break;
            }
        }
        self.arm(now);
    }

    /// Arms the timer only where the armed one would fire too late: a deadline that moves away, as with every push
    /// of the server, is looked at again when the old one fires.
    fn arm(&mut self, now: Instant) {
        let due = self.socket.poll_timeout();
        let due = self
            .flow
            .machine()
            .poll_timeout()
            .map_or(due, |flow| Some(due.map_or(flow, |due| due.min(flow))));
        match (due, &self.timer) {
            (None, _) => self.timer = None,
            (Some(due), Some((armed, _))) if *armed <= due => {}
            (Some(due), _) => {
                let this = self.this.clone();
                let timeout = Timeout::new(due - now, move || {
                    tell_weak(&this, |driver, now| {
                        driver.timer = None;
                        driver.socket.handle_timeout(now);
                        driver.flow.machine().handle_timeout(now);
                    });
                });
                self.timer = Some((due, timeout));
            }
        }
    }

    fn carry_out(&mut self, now: Instant, output: Output) {
        match output {
            Output::Connect { epoch } => self.connect(now, epoch),
            Output::Send { epoch, text } => {
                if let Some((_, connection)) =
                    self.connection.as_ref().filter(|(current, _)| *current == epoch)
                {
                    connection.send(&text);
                }
                // It may hold what a user typed for nobody else.
                drop(Secret::new(text));
            }
            Output::Close { epoch, code } => {
                if let Some((_, connection)) = self.connection.take_if(|(current, _)| *current == epoch) {
                    connection.close(code);
                }
            }
            Output::Event(event) => self.channel_event(now, event),
        }
    }
}

impl Driver {
    fn connect(&mut self, now: Instant, epoch: u32) {
        let this = self.this.clone();
        let path = [&self.base, self.host.path(), "?vsn=2.0.0"].concat();
        let on_event = move |event| tell_weak(&this, |driver, now| driver.socket_event(now, epoch, event));
        // The old connection goes before the new one comes.
        self.connection = None;
        let early = self.head_start.as_mut().and_then(|offer| offer.socket.take());
        let connection = match early.filter(|socket| socket.ready_state() <= WebSocket::OPEN) {
            Some(socket) => Some(Connection::adopt(socket, LONGEST_TEXT, on_event)),
            None => Connection::open(&path, LONGEST_TEXT, on_event),
        };
        match connection {
            Some(connection) => {
                if connection.is_open() {
                    self.socket.handle_input(now, channels::Input::Opened { epoch });
                }
                self.connection = Some((epoch, connection));
            }
            None => self.socket.handle_input(now, channels::Input::Closed { epoch, code: 1006 }),
        }
    }

    fn socket_event(&mut self, now: Instant, epoch: u32, event: SocketEvent) {
        let input = match &event {
            SocketEvent::Opened => channels::Input::Opened { epoch },
            SocketEvent::Text(text) => channels::Input::Text { epoch, text },
            SocketEvent::Unreadable => channels::Input::Unreadable { epoch },
            SocketEvent::Closed(code) => channels::Input::Closed { epoch, code: *code },
        };
        self.socket.handle_input(now, input);
    }

    fn channel_event(&mut self, now: Instant, event: channels::Event) {
        use channels::Event;
        let input = match &event {
            Event::Opened => Input::LinkUp,
            Event::Down { refused, .. } => Input::LinkDown { refused: *refused },
            Event::Joined { .. } => Input::Joined,
            Event::JoinRefused { .. } => Input::JoinRefused,
            Event::Errored { .. } => Input::ChannelDown,
            Event::Closed { .. } => {
                self.channel = None;
                Input::ChannelClosed
            }
            Event::Message { event, payload, .. } => match self.flow.machine().read(event, payload) {
                Some(input) => input,
                None => return self.warn(),
            },
            Event::Reply { push, ok, response } => match self.push.take_if(|(id, _)| id == push) {
                Some((_, attempt)) => Input::Reply { attempt, ok: *ok, response },
                None => return,
            },
            Event::PushTimeout { push, sent } => match self.push.take_if(|(id, _)| id == push) {
                Some((_, attempt)) => Input::NoReply { attempt, sent: *sent },
                None => return,
            },
            Event::Malformed => return self.warn(),
            _ => return,
        };
        self.flow.machine().handle(now, input);
    }

    /// Says once that the server sends what nobody understands; never what it was.
    fn warn(&mut self) {
        if !self.warned {
            self.warned = true;
            web_sys::console::warn_1(
                &"jetapi-widget: the messaging service sent a message that is not understood".into(),
            );
        }
    }

    fn take_effect(&mut self, now: Instant, effect: Effect) {
        match effect {
            Effect::Connect => self.socket.connect(now),
            Effect::Disconnect => self.socket.disconnect(now),
            Effect::Join { topic } => {
                self.channel = self.socket.join(now, &topic, Value::empty_object).ok();
            }
            Effect::Leave => {
                if let Some(channel) = self.channel.take() {
                    self.socket.leave(now, channel);
                }
            }
            Effect::FetchAccount { attempt } => {
                let call = account();
                let read = move |driver: &mut Self, now, answer: Result<Answer, ApiError>| {
                    let result = answer.and_then(|answer| call.decode(&answer.as_response()));
                    driver.flow.machine().handle(now, Input::Account { attempt, result });
                };
                let head_start = self.head_start.as_mut();
                let (under_way, answer) =
                    head_start.map_or((None, None), |it| (it.account.take(), it.answer.take()));
                match answer {
                    Some(answer) => read(self, now, Ok(answer)),
                    None => self.fetch(Method::Get, &account().path, under_way, read),
                }
            }
            Effect::FetchInstance { attempt, customer_id } => {
                let call = instance(&customer_id);
                self.fetch(call.method, &call.path.clone(), None, move |driver, now, answer| {
                    let result = answer.and_then(|answer| call.decode(&answer.as_response()));
                    driver.flow.machine().handle(now, Input::Instance { attempt, result });
                });
            }
            asked @ (Effect::Request { .. } | Effect::Push { .. }) => (self.ask)(self, now, asked),
        }
    }

    fn fetch(
        &self,
        method: Method,
        path: &str,
        under_way: Option<Promise>,
        then: impl FnOnce(&mut Self, Instant, Result<Answer, ApiError>) + 'static,
    ) {
        self.fetch_boxed(method, [&self.base, path].concat(), None, under_way, Box::new(then));
    }

    /// One future for all calls: each of its own would be compiled once more.
    fn fetch_boxed(
        &self,
        method: Method,
        url: String,
        body: Option<Secret>,
        under_way: Option<Promise>,
        then: Then,
    ) {
        let this = self.this.clone();
        leptos::task::spawn_local(async move {
            let answer = http::fetch(method, &url, body, under_way).await;
            tell_weak(&this, |driver, now| then(driver, now, answer));
        });
    }
}

/// Carries out what a user asked for.
pub(super) type Ask = fn(&mut Driver, Instant, Effect);

/// For a flow in which a user only watches: a build with no other flow has none of the code below.
pub(super) fn ask_nothing(_: &mut Driver, _: Instant, _: Effect) {}

/// For a flow in which a user sends something.
pub(super) fn ask(driver: &mut Driver, now: Instant, effect: Effect) {
    match effect {
        Effect::Request { attempt, request } => {
            let url = [&driver.base, &*request.target].concat();
            let then: Then = Box::new(move |driver, now, answer| {
                let result = match &answer {
                    Ok(answer) => Ok(answer.as_response()),
                    Err(error) => Err(error.clone()),
                };
                driver.flow.machine().handle(now, Input::Answer { attempt, result });
            });
            driver.fetch_boxed(request.method, url, request.body, None, then);
        }
        Effect::Push { attempt, event, field } => {
            let pushed = driver.channel.and_then(|channel| {
                let payload = field
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), Value::String(value.expose().to_owned())));
                let payload = Value::Object(payload.collect());
                driver.socket.push(now, channel, event, payload, REPLY_LIMIT).ok()
            });
            match pushed {
                Some(push) => driver.push = Some((push, attempt)),
                None => driver.flow.machine().handle(now, Input::NoReply { attempt, sent: false }),
            }
        }
        _ => {}
    }
}

type Then = Box<dyn FnOnce(&mut Driver, Instant, Result<Answer, ApiError>)>;
