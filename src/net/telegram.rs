//! Telegram login sessions.

use std::cell::RefCell;

use jetapi::endpoint::SocketHost;
use jetapi::pairing::login::View;
use jetapi::pairing::telegram::Telegram;

use super::session::{Open, Session, ask};

thread_local! {
    static OPEN: RefCell<Open<String, View>> = const { RefCell::new(Open::new()) };
}

/// Opens the session for `base`, or joins the one that is open on this page.
pub(crate) fn open(base: &str) -> Session<View> {
    let base = base.trim_end_matches('/');
    let machine = Telegram::default();
    OPEN.with(|open| {
        Open::session(open, base.to_owned(), base, SocketHost::Api, ask, machine, Telegram::view)
    })
}
