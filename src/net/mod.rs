//! The browser side of all input and output.

pub(crate) mod chat;
pub(crate) mod chat_access;
pub(crate) mod clock;
pub(crate) mod frame;
mod http;
pub(crate) mod max;
pub(crate) mod notes;
pub(crate) mod overview;
mod page;
pub(crate) mod session;
mod socket;
pub(crate) mod telegram;
pub(crate) mod telegram_bot;
pub(crate) mod whatsapp;

/// A path of this page's host: by itself it would be one of the page's `<base>`. `None` where the page has no host.
fn address(path: &str, is_socket: bool) -> Option<String> {
    let location = web_sys::window()?.location();
    let protocol = location.protocol().ok()?;
    let scheme = match protocol.as_str() {
        own if !is_socket => own,
        "https:" => "wss:",
        _ => "ws:",
    };
    Some([scheme, "//", &location.host().ok()?, path].concat())
}
