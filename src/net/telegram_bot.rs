//! Sessions in which a Telegram bot is connected.

use std::cell::RefCell;

use jetapi::endpoint::SocketHost;
use jetapi::pairing::telegram_bot::{Bot, View};

use super::session::{Open, Session, ask};

thread_local! {
    static OPEN: RefCell<Open<(String, Option<String>), View>> = const { RefCell::new(Open::new()) };
}

/// Opens the session for `base` and an instance, or joins the one that is open on this page.
pub(crate) fn open(base: &str, instance_id: Option<String>) -> Session<View> {
    let base = base.trim_end_matches('/');
    let key = (base.to_owned(), instance_id.clone());
    OPEN.with(|open| {
        // The machine asks for no socket.
        Open::session(open, key, base, SocketHost::Api, ask, Bot::new(instance_id), Bot::view)
    })
}
