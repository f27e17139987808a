//! The browser side of all input and output.

pub(crate) mod chat;
pub(crate) mod chat_access;
pub(crate) mod clock;
pub(crate) mod frame;
mod http;
pub(crate) mod max;
pub(crate) mod notes;
pub(crate) mod overview;
pub(crate) mod page;
pub(crate) mod session;
mod socket;
pub(crate) mod telegram;
pub(crate) mod telegram_bot;
pub(crate) mod whatsapp;

/// A path of this page's origin: by itself it would be one of the page's `<base>`. `None` where the page has none, as in
/// a sandbox; a frame without an address of its own (`srcdoc`) has its parent's.
fn address(path: &str, is_socket: bool) -> Option<String> {
    let origin = web_sys::window()?.origin();
    let host = origin.strip_prefix("http")?;
    Some([if is_socket { "ws" } else { "http" }, host, path].concat())
}
