//! When the chat's frame is opened, shown, and given up.
//!
//! A browser tells that a frame has loaded, and of another site's frame hardly more. [`Frame`] makes the best of it: it
//! opens the last of a quick series of addresses only, leaves a frame alone whose address stays the same, and says so
//! when nothing has loaded in time.

use std::sync::Arc;
use std::time::Duration;

use super::Address;
use crate::time::Instant;

/// A series of changes is over when none has come for so long.
pub const SETTLE: Duration = Duration::from_millis(150);
/// How long a frame may take to load before it is explained.
pub const LOAD_LIMIT: Duration = Duration::from_secs(10);
/// How often to see whether a frame that loads is in sight.
pub const LOOK: Duration = Duration::from_secs(1);
/// A frame that has loaded and says nothing for so long may be one that its own site refused: a browser tells that as it
/// tells any other that has loaded, and a chat need not say anything.
pub const SILENCE_LIMIT: Duration = Duration::from_secs(3);

/// How the frame is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No address yet.
    Empty,
    /// On its way.
    Loading,
    /// Loaded.
    Ready,
    /// Not loaded in time. It may still come.
    Late,
    /// This page's own policy forbids it.
    Blocked,
}

/// What is on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The state.
    pub state: State,
    /// What the frame shows.
    pub address: Option<Arc<Address>>,
    /// Another number is another frame: one that is sent elsewhere would add to the page's history.
    pub number: u32,
    /// Loaded, and without a word since.
    pub is_silent: bool,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// This is to be shown, or nothing.
    Show(Option<Arc<Address>>),
    /// The frame of this number has loaded.
    Loaded(u32),
    /// The frame of this number has said something.
    Alive(u32),
    /// The page's policy stopped the frame.
    Blocked,
    /// The user asks for another try.
    Retry,
    /// Nobody can see the frame, so that a browser need not load it yet.
    OutOfSight,
    /// The frame was moved within the page, for which a browser loads it anew.
    Moved,
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Frame {
    now: Instant,
    view: View,
    /// What comes next, unless something else does before then.
    next: Option<(Instant, Option<Arc<Address>>)>,
    late_at: Option<Instant>,
    silent_at: Option<Instant>,
    is_alive: bool,
}

impl Default for Frame {
    fn default() -> Self {
        let view = View { state: State::Empty, address: None, number: 0, is_silent: false };
        Self { now: Instant::default(), view, next: None, late_at: None, silent_at: None, is_alive: false }
    }
}

impl Frame {
    /// What is on screen now.
    pub fn view(&self) -> View {
        self.view.clone()
    }

    /// Tells the machine what happened.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.now = now.max(self.now);
        if input == Input::OutOfSight {
            self.late_at = self.late_at.map(|_| self.now + LOAD_LIMIT);
        }
        self.act_on_time();
        match input {
            Input::Show(address) if address == self.view.address => self.next = None,
            // The first one, and the end, wait for nothing.
            Input::Show(address) if self.view.address.is_none() || address.is_none() => self.open(address),
            Input::Show(address) => self.next = Some((self.now + SETTLE, address)),
            Input::Loaded(number) | Input::Alive(number) if number == self.view.number => {
                if matches!(input, Input::Alive(_)) {
                    self.is_alive = true;
                    self.view.is_silent = false;
                    self.silent_at = None;
                }
                // In place of a frame that was stopped, the browser loads a page of its own.
                if matches!(self.view.state, State::Loading | State::Late) {
                    self.view.state = State::Ready;
                    self.late_at = None;
                    self.silent_at = (!self.is_alive).then(|| self.now + SILENCE_LIMIT);
                }
            }
            Input::Loaded(_) | Input::Alive(_) | Input::OutOfSight => {}
            Input::Blocked => {
                if matches!(self.view.state, State::Loading | State::Late | State::Ready) {
                    self.view.state = State::Blocked;
                    self.view.is_silent = false;
                    (self.late_at, self.silent_at) = (None, None);
                }
            }
            Input::Retry => {
                if self.view.address.is_some() {
                    let address = self.view.address.clone();
                    self.open(address);
                }
            }
            Input::Moved => self.load(),
        }
    }

    /// Tells the machine that time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.now = now.max(self.now);
        self.act_on_time();
    }

    /// When the machine next wants to be told the time.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.next.iter().map(|(at, _)| *at).chain(self.late_at).chain(self.silent_at).min()
    }

    fn act_on_time(&mut self) {
        if let Some((_, address)) = self.next.take_if(|(at, _)| *at <= self.now) {
            self.open(address);
        }
        if self.late_at.take_if(|at| *at <= self.now).is_some() {
            self.view.state = State::Late;
        }
        if self.silent_at.take_if(|at| *at <= self.now).is_some() {
            self.view.is_silent = true;
        }
    }

    fn open(&mut self, address: Option<Arc<Address>>) {
        self.next = None;
        self.view.address = address;
        self.view.number = self.view.number.wrapping_add(1);
        self.load();
    }

    /// What is in the frame, if anything, is on its way from the beginning.
    fn load(&mut self) {
        let has_address = self.view.address.is_some();
        self.view.state = if has_address { State::Loading } else { State::Empty };
        self.view.is_silent = false;
        self.late_at = has_address.then(|| self.now + LOAD_LIMIT);
        (self.silent_at, self.is_alive) = (None, false);
    }
}
