//! A browser WebSocket for the sans-IO channel client.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// What a connection tells its owner.
pub(super) enum SocketEvent {
    /// Open.
    Opened,
    /// A text frame.
    Text(String),
    /// A frame that is no text, or a text too long to be worth copying out of the browser.
    Unreadable,
    /// Closed, or never opened.
    Closed(u16),
}

/// One connection, closed on drop without a further event.
pub(super) struct Connection {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Connection {
    /// Connects to `path` on this page's host; `ws` or `wss` as the page is `http` or `https`.
    ///
    /// `None` where the browser refuses to try: a page without an origin, or a policy that forbids it.
    pub(super) fn open(
        path: &str,
        longest_text: u32,
        on_event: impl Fn(SocketEvent) + Clone + 'static,
    ) -> Option<Self> {
        let socket = WebSocket::new(&super::address(path, true)?).ok()?;
        Some(Self::adopt(socket, longest_text, on_event))
    }

    /// Takes over a connection that somebody else opened, and to which nothing was said yet.
    pub(super) fn adopt(
        socket: WebSocket,
        longest_text: u32,
        on_event: impl Fn(SocketEvent) + Clone + 'static,
    ) -> Self {
        socket.set_binary_type(BinaryType::Arraybuffer);

        let opened = on_event.clone();
        let on_open = Closure::<dyn FnMut()>::new(move || opened(SocketEvent::Opened));
        let message = on_event.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text =
                event.data().dyn_into::<js_sys::JsString>().ok().filter(|text| text.length() <= longest_text);
            message(text.map_or(SocketEvent::Unreadable, |text| SocketEvent::Text(text.into())));
        });
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            on_event(SocketEvent::Closed(event.code()))
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Self { socket, _on_open: on_open, _on_message: on_message, _on_close: on_close }
    }

    /// Whether it is open by now.
    pub(super) fn is_open(&self) -> bool {
        self.socket.ready_state() == WebSocket::OPEN
    }

    /// Sends a frame. A connection that closes meanwhile says so by its event.
    pub(super) fn send(&self, text: &str) {
        let _ = self.socket.send_with_str(text);
    }

    /// Closes with `code`, without a further event.
    pub(super) fn close(self, code: u16) {
        self.silence();
        let _ = self.socket.close_with_code(code);
    }

    fn silence(&self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.silence();
        // Does nothing to a socket that is closed or closing already.
        let _ = self.socket.close();
    }
}
