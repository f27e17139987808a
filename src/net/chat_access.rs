//! Sessions about who comes into the chat.

use std::cell::RefCell;

use jetapi::chat::Family;
use jetapi::chat::access::{Access, View};
use jetapi::endpoint::SocketHost;

use super::session::{Open, Session, ask};

thread_local! {
    static OPEN: RefCell<Open<(String, Family), View>> = const { RefCell::new(Open::new()) };
}

/// Opens the session for `base` and a family of chats, or joins the one that is open on this page.
pub(crate) fn open(base: &str, family: Family) -> Session<View> {
    let base = base.trim_end_matches('/');
    OPEN.with(|open| {
        // The machine asks for no socket.
        let key = (base.to_owned(), family);
        Open::session(open, key, base, SocketHost::Api, ask, Access::new(family), Access::view)
    })
}
