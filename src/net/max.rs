//! MAX login sessions.

use std::cell::RefCell;

use jetapi::endpoint::SocketHost;
use jetapi::pairing::login::View;
use jetapi::pairing::max::Max;

use super::session::{Open, Session, ask};

thread_local! {
    static OPEN: RefCell<Open<String, View>> = const { RefCell::new(Open::new()) };
}

/// Opens the session for `base`, or joins the one that is open on this page.
pub(crate) fn open(base: &str) -> Session<View> {
    let base = base.trim_end_matches('/');
    OPEN.with(|open| {
        // The machine asks for no socket.
        Open::session(open, base.to_owned(), base, SocketHost::Api, ask, Max::default(), Max::view)
    })
}
