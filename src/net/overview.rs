//! Which accounts are connected, looked up while somebody sees it.

use std::cell::RefCell;

use jetapi::endpoint::SocketHost;
use jetapi::pairing::overview::{Overview, View};

use super::session::{Open, Session, ask_nothing};

thread_local! {
    static OPEN: RefCell<Open<String, View>> = const { RefCell::new(Open::new()) };
}

/// Opens the overview for `base`, or joins the one that is open on this page.
pub(crate) fn open(base: &str) -> Session<View> {
    let base = base.trim_end_matches('/');
    OPEN.with(|open| {
        // The machine asks for no socket.
        Open::session(
            open,
            base.to_owned(),
            base,
            SocketHost::Api,
            ask_nothing,
            Overview::default(),
            Overview::view,
        )
    })
}
