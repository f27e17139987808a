//! WhatsApp pairing sessions.

use std::cell::RefCell;

use jetapi::endpoint::SocketHost;
use jetapi::pairing::whatsapp::{Config, Pairing, View};

use super::session::{Open, Session, ask_nothing};

thread_local! {
    static OPEN: RefCell<Open<(String, Config), View>> = const { RefCell::new(Open::new()) };
}

/// Opens the session for `base` and `config`, or joins the one that is open on this page.
pub(crate) fn open(base: &str, config: Config) -> Session<View> {
    let base = base.trim_end_matches('/');
    let key = (base.to_owned(), config.clone());
    OPEN.with(|open| {
        Open::session(open, key, base, SocketHost::WhatsApp, ask_nothing, Pairing::new(config), Pairing::view)
    })
}
