//! Drives the WhatsApp pairing machine and its channel client with what a browser has.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use jetapi::account::account;
use jetapi::channels::{self, ChannelId, Output, Socket};
use jetapi::endpoint::{Method, SocketHost};
use jetapi::error::ApiError;
use jetapi::instance::instance;
use jetapi::json::Value;
use jetapi::pairing::whatsapp::{AuthState, Config, Effect, Input, Pairing, View};
use jetapi::time::Instant;
use js_sys::Promise;
use leptos::prelude::*;
use web_sys::WebSocket;

use super::clock::{self, Timeout};
use super::http::{self, Answer};
use super::page::{self, PageEvent, PageListeners};
use super::socket::{Connection, SocketEvent};

/// A pairing session. Those who open the same one share it; it ends, with everything it holds in the browser, when
/// the last of them lets go.
pub(crate) struct Session(Rc<RefCell<Driver>>);

impl Session {
    /// Opens the session for `base` and `config`, or joins the one that is open on this page.
    pub(crate) fn open(base: &str, config: Config) -> Self {
        let shared = OPEN.with_borrow_mut(|open| {
            open.retain(|session| session.strong_count() > 0);
            open.iter().filter_map(Weak::upgrade).find(|session| session.borrow().serves(base, &config))
        });
        if let Some(session) = shared {
            return Self(session);
        }
        let session = Driver::new(base, config);
        OPEN.with_borrow_mut(|open| open.push(Rc::downgrade(&session)));
        tell(&session, |driver, now| {
            if page::is_hidden() {
                driver.page(now, PageEvent::Hidden);
            }
            if !page::is_online() {
                driver.page(now, PageEvent::Offline);
            }
            driver.pairing.handle(now, Input::Start);
        });
        Self(session)
    }

    /// What a person sees.
    pub(crate) fn view(&self) -> ArcReadSignal<View> {
        self.0.borrow().view.read_only()
    }

    /// The user presses the one button that the view offers.
    pub(crate) fn proceed(&self) {
        tell(&self.0, |driver, now| driver.pairing.handle(now, Input::Proceed));
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
    static OPEN: RefCell<Vec<Weak<RefCell<Driver>>>> = const { RefCell::new(Vec::new()) };
}

struct Driver {
    /// Itself, for callbacks.
    this: Weak<RefCell<Driver>>,
    base: String,
    config: Config,
    pairing: Pairing,
    socket: Socket,
    channel: Option<ChannelId>,
    connection: Option<(u32, Connection)>,
    /// The armed timer, and when it fires.
    timer: Option<(Instant, Timeout)>,
    view: ArcRwSignal<View>,
    warned: bool,
    head_start: Option<HeadStart>,
    _listeners: PageListeners,
}

/// In UTF-16 units, which are at most as many as bytes: what is longer, the channel client would not read.
const LONGEST_TEXT: u32 = 1 << 20;

/// Tells the driver something, then carries out all that follows from it.
fn tell(driver: &Rc<RefCell<Driver>>, event: impl FnOnce(&mut Driver, Instant)) {
    // Nothing that is called under this borrow calls back before it returns.
    let Ok(mut borrowed) = driver.try_borrow_mut() else { return };
    event(&mut borrowed, clock::now());
    borrowed.settle();
    let view = borrowed.pairing.view();
    let signal = borrowed.view.clone();
    drop(borrowed);
    if signal.with_untracked(|shown| *shown != view) {
        signal.set(view);
    }
}

/// As [`tell`], from a callback that may outlive the session.
fn tell_weak(driver: &Weak<RefCell<Driver>>, event: impl FnOnce(&mut Driver, Instant)) {
    if let Some(driver) = driver.upgrade() {
        tell(&driver, event);
    }
}

impl Driver {
    fn new(base: &str, config: Config) -> Rc<RefCell<Self>> {
        Rc::new_cyclic(|this: &Weak<RefCell<Self>>| {
            let listeners = {
                let this = this.clone();
                PageListeners::new(move |event| tell_weak(&this, |driver, now| driver.page(now, event)))
            };
            let pairing = Pairing::new(config.clone());
            RefCell::new(Self {
                this: this.clone(),
                base: base.trim_end_matches('/').to_owned(),
                config,
                view: ArcRwSignal::new(pairing.view()),
                pairing,
                socket: Socket::new(channels::Config::new(clock::jitter_seed())),
                channel: None,
                connection: None,
                timer: None,
                warned: false,
                head_start: OFFER.take().filter(|offer| offer.base == base),
                _listeners: listeners,
            })
        })
    }

    fn serves(&self, base: &str, config: &Config) -> bool {
        self.base == base.trim_end_matches('/') && self.config == *config
    }

    fn page(&mut self, now: Instant, event: PageEvent) {
        let (for_socket, for_pairing) = match event {
            PageEvent::Hidden => (channels::Input::PageHidden, Some(Input::PageHidden)),
            PageEvent::Visible => (channels::Input::PageVisible, Some(Input::PageVisible)),
            PageEvent::Resumed => (channels::Input::Resumed, None),
            PageEvent::Online => (channels::Input::Online, Some(Input::Online)),
            PageEvent::Offline => return self.pairing.handle(now, Input::Offline),
            PageEvent::Leaving => (channels::Input::PageHide, None),
            PageEvent::Restored => (channels::Input::PageShow, None),
        };
        self.socket.handle_input(now, for_socket);
        if let Some(input) = for_pairing {
            self.pairing.handle(now, input);
        }
    }

    /// Carries out everything that the machines want, until they want nothing more.
    fn settle(&mut self) {
        loop {
            let now = clock::now();
            if let Some(output) = self.socket.poll_output() {
                self.carry_out(now, output);
            } else if let Some(effect) = self.pairing.poll_effect() {
                self.take_effect(now, effect);
            } else {
                break;
            }
        }
        self.arm();
    }

    /// Arms the timer only where the armed one would fire too late: a deadline that moves away, as with every push
    /// of the server, is looked at again when the old one fires.
    fn arm(&mut self) {
        let due = self.socket.poll_timeout().into_iter().chain(self.pairing.poll_timeout()).min();
        match (due, &self.timer) {
            (None, _) => self.timer = None,
            (Some(due), Some((armed, _))) if *armed <= due => {}
            (Some(due), _) => {
                let this = self.this.clone();
                let timeout = Timeout::new(due - clock::now(), move || {
                    tell_weak(&this, |driver, now| {
                        driver.timer = None;
                        driver.socket.handle_timeout(now);
                        driver.pairing.handle_timeout(now);
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
        let path = [&self.base, SocketHost::WhatsApp.path(), "?vsn=2.0.0"].concat();
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
        let input = match event {
            Event::Opened => Input::LinkUp,
            Event::Down { refused, .. } => Input::LinkDown { refused },
            Event::Joined { .. } => Input::Joined,
            Event::JoinRefused { .. } => Input::JoinRefused,
            Event::Errored { .. } => Input::ChannelDown,
            Event::Closed { .. } => {
                self.channel = None;
                Input::ChannelClosed
            }
            Event::Message { event, payload, .. } if event == "auth_state" => {
                return self.auth_state(now, &payload);
            }
            Event::Malformed => return self.warn(),
            _ => return,
        };
        self.pairing.handle(now, input);
    }

    fn auth_state(&mut self, now: Instant, payload: &Value) {
        match AuthState::read(payload) {
            Some(push) => self.pairing.handle(now, Input::AuthState(push)),
            None => self.warn(),
        }
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
                    driver.pairing.handle(now, Input::Account { attempt, result });
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
                    driver.pairing.handle(now, Input::Instance { attempt, result });
                });
            }
        }
    }

    fn fetch(
        &self,
        method: Method,
        path: &str,
        under_way: Option<Promise>,
        then: impl FnOnce(&mut Self, Instant, Result<Answer, ApiError>) + 'static,
    ) {
        self.fetch_boxed(method, [&self.base, path].concat(), under_way, Box::new(then));
    }

    /// One future for all calls: each of its own would be compiled once more.
    fn fetch_boxed(&self, method: Method, url: String, under_way: Option<Promise>, then: Then) {
        let this = self.this.clone();
        leptos::task::spawn_local(async move {
            let answer = http::fetch(method, &url, under_way).await;
            tell_weak(&this, |driver, now| then(driver, now, answer));
        });
    }
}

type Then = Box<dyn FnOnce(&mut Driver, Instant, Result<Answer, ApiError>)>;
