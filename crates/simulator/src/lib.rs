//! A stand-in for the vendor's servers: the HTTP API and the Phoenix sockets, in memory, with faults on demand.
//!
//! Mount [`Simulator::router`] for everything on one address, or [`Simulator::api_router`] and
//! [`Simulator::whatsapp_router`] on an address each, as the vendor has them on a host each. What the servers do
//! next is decided under `/__sim/` ([`Simulator::control_router`]); every resource with a control has its own path
//! there.
//!
//! Architecture invariant: this crate is written from the API reference alone and never depends on the `jetapi`
//! crate, so that a misread type there shows as a failing test.

mod account;
mod answers;
mod chat;
mod control;
mod max;
mod meta;
mod notes;
mod options;
mod params;
mod phoenix;
mod phone;
mod telegram;
mod telegram_bot;
mod whatsapp;

pub use options::{Options, Refs};

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderMap, header::AUTHORIZATION},
};

use chat::Chat;
use max::Max;
use notes::Notes;
use phoenix::{Access, Endpoint};
use telegram::Telegram;
use telegram_bot::TelegramBot;
use whatsapp::WhatsApp;

/// One simulated vendor. Clones share their state.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    api_sockets: Arc<Endpoint>,
    chat: Chat,
    max: Max,
    notes: Notes,
    telegram: Arc<Telegram>,
    telegram_bot: TelegramBot,
    whatsapp: Arc<WhatsApp>,
    whatsapp_sockets: Arc<Endpoint>,
}

impl Inner {
    fn is_client(&self, headers: &HeaderMap) -> bool {
        bears(headers, &format!("Bearer {}", self.options.token))
    }

    fn is_developer(&self, headers: &HeaderMap) -> bool {
        bears(headers, &self.options.api_key)
    }
}

fn bears(headers: &HeaderMap, credentials: &str) -> bool {
    headers.get(AUTHORIZATION).is_some_and(|value| value.as_bytes() == credentials.as_bytes())
}

impl Simulator {
    /// A vendor at its start: no session of any messenger, no container, no connection.
    pub fn new(options: Options) -> Self {
        let access = Access {
            token: options.token.clone(),
            origin: options.origin.clone(),
            idle_timeout: options.idle_timeout,
        };
        let whatsapp = Arc::new(WhatsApp::new(&options));
        let whatsapp_sockets = Arc::new(Endpoint::new(access.clone(), vec![whatsapp.clone()]));
        let telegram = Arc::new(Telegram::new(&options));
        let api_sockets = Arc::new(Endpoint::new(access, vec![telegram.clone()]));
        let chat = Chat::new(&options);
        Self {
            inner: Arc::new(Inner {
                options,
                api_sockets,
                chat,
                max: Max::new(),
                notes: Notes::new(),
                telegram,
                telegram_bot: TelegramBot::new(),
                whatsapp,
                whatsapp_sockets,
            }),
        }
    }

    /// Everything on one address: the API host, the WhatsApp host under `/whatsapp`, and the control.
    pub fn router(&self) -> Router {
        self.api_router()
            .nest("/whatsapp", self.whatsapp_router())
            .merge(self.control_router())
            .fallback(async || meta::not_found())
    }

    /// The API host: the HTTP endpoints, and its own socket at `/socket/websocket`.
    pub fn api_router(&self) -> Router {
        account::router(self)
            .merge(max::router(self))
            .merge(chat::router(self))
            .merge(notes::router(self))
            .merge(telegram_bot::router(self))
            .merge(phoenix::router(&self.inner.api_sockets))
    }

    /// The WhatsApp host: its socket at `/socket/websocket`.
    pub fn whatsapp_router(&self) -> Router {
        phoenix::router(&self.inner.whatsapp_sockets)
    }

    /// The control alone, all of it under `/__sim/`.
    ///
    /// `GET /__sim/whatsapp` tells the pairing's state (`idle`, `preparing`, `code`, `connected`, or over these
    /// `down`, `refusing`, `silent`), `qr_code`, `phone`, how many sockets are open and channels joined, the totals,
    /// and the last 50 frames received. `POST` to it takes `{"do": …}` and answers the state, or 422:
    ///
    /// | `do` | what happens | `ms` |
    /// |---|---|---|
    /// | `scan` | the session opens with `phone` | how much later |
    /// | `expire` | a new code | how much later |
    /// | `log_out` | the session ends and a new container prepares | how much later |
    /// | `prepare` | the container starts again | how much later its first code comes |
    /// | `reset` | all as at the start; open sockets stay | how much later |
    /// | `crash` | the joined channels crash | for how long joins do, too |
    /// | `drop` | the transports end without a close frame | for how long upgrades are answered 503 |
    /// | `close` | the sockets are closed with `code` (1000) | |
    /// | `silent` | nothing is answered or pushed; frames that come in are lost | for how long (until a reset) |
    /// | `slow` | joins, events and pushes are delayed, until a reset | by how much (5000) |
    /// | `refuse` | 403 on upgrades, 401 on the account | for how long (until a reset) |
    /// | `frames` | a push every `every_ms`, another code every `change_every` pushes (0: never), until a reset | |
    /// | `hostile` | what no server should send, by `kind`: `truncated`, `oversized` (10 MB), `random`, `types` and `strings` go to every open connection at once; `long_code` and `strings` put a code in place until it expires; `html` makes the account a page, then 502, until a reset | |
    ///
    /// `GET /__sim/telegram` tells the login's `status` and `phone`, whether a `password` is asked for, the `order`,
    /// how often each event was `received` (be it lost in a fault), and of the API host's socket what the above tells
    /// of the WhatsApp host's; `state` is the status or the fault over it. Codes and passwords are `***` in the
    /// frames. At the start the good code is `12345` and the password `hunter22`. `POST` takes:
    ///
    /// | `do` | what happens | `ms` |
    /// |---|---|---|
    /// | `status` | the login is at `status`, be it one that no server knows | how much later |
    /// | `authorize` | somebody has logged in elsewhere, as `phone` | how much later |
    /// | `log_out` | the session is ended on the phone | how much later |
    /// | `code` | `code` is the good one | |
    /// | `expire_code` | the code that was sent is too old | how much later |
    /// | `password` | one is asked for, or none with `on: false`; `password` is the good one | |
    /// | `flood` | Telegram refuses all but `reset`, in words that ask for `seconds` (35) of patience: for the next `times` events, or for a time | for how long (`seconds`) |
    /// | `reject` | the next `times` (1) events are refused in these `words` | |
    /// | `no_reply` | the next `times` (1) events are carried out without a reply | |
    /// | `crash_on` | the channel crashes at the next `times` (1) events, `when` it has them yet to carry out (`before`) or just did (`after`) | |
    /// | `order` | replies come before the state that they made (`reply_first`) or after it (`push_first`), joins' too; or a new state is only told when a push is due (`no_push`) | |
    /// | `reset` | all as at the start, faults of the API host's socket included; open sockets stay | how much later |
    /// | `crash`, `drop`, `close`, `silent`, `slow`, `refuse` | as above, on the API host's socket | as above |
    ///
    /// `GET /__sim/max` tells the login's state (`wait_phone`, `wait_code`, `connected`), its `phone`, and how often
    /// each request was `received`, whatever its answer. The good code is `848158` at the start. `GET
    /// /__sim/telegram_bot` tells the state (`idle`, `connected`), the `telegram_bot` as it was answered, the `status`
    /// that the next one gets, and how many requests were `received`. `POST` to the two takes:
    ///
    /// | `do` | what happens | `ms` |
    /// |---|---|---|
    /// | `code` | MAX: `code` is the good one | |
    /// | `log_out` | MAX: the session is ended on the phone | how much later |
    /// | `status` | bot: the next ones have this `status` (`running`) | |
    /// | `reject` | the next `times` (1) requests are refused, 422, with `words` for `field` (`base`) | |
    /// | `fail` | the next `times` (1) answers are a page with the HTTP `status` (502), `when` the request is yet to be carried out (`before`) or just was (`after`) | |
    /// | `slow` | what is asked is done at once, and answered later, until a reset | by how much (5000) |
    /// | `reset` | all as at the start | MAX: how much later |
    ///
    /// `GET /__sim/chat` tells of the iframe chat, which the client's paths (`chatter`) and the instance's
    /// (`developer_chat`) share: how many links were made (`links_made`), whether there is a password
    /// (`password_set`) and the link asks for it (`asks_password`), how many `messages` and `conversations` there are
    /// to be deleted, whether the `page` is `served`, `hanging`, `slow` or `failing`, `refuses_framing` and how it
    /// `misbehaves`, the last 20 pages `opened` with a good link and their `options` (one that came more than once is
    /// an array), and how often each request was `received`, whatever its answer. `POST` takes `reject`, `fail` and
    /// `slow` for the API's answers, as above, and:
    ///
    /// | `do` | what happens | `ms` |
    /// |---|---|---|
    /// | `counts` | there are so many `messages` and `conversations` to be deleted (1) | |
    /// | `hang` | the next `times` pages (all, until they are mended) don't come; those that were asked for do once they are mended | |
    /// | `slow_page` | they come late | by how much (5000) |
    /// | `fail_page` | they are answered 500 | |
    /// | `refuse_framing` | pages come with `X-Frame-Options: DENY` and `frame-ancestors 'none'` | |
    /// | `misbehave` | what no page should do, by `kind`: `navigate_top`, `popups`, `steal_focus`, `scroll`, `flood` (5000 messages), `imitate` (messages as if they were the widget's, from the frame and from a frame in it), `alert` | |
    /// | `mend_page` | pages come at once, and behave | |
    /// | `reset` | all as at the start: no link, no password | |
    ///
    /// `GET /__sim/notes` tells the `conversations` with their notes as they were answered, the limit on a contact's
    /// notes (`max_parts`), the last 20 `saves` that were carried out, and how many requests were `received`. `POST`
    /// takes `reject`, `fail` and `slow`, as above, and:
    ///
    /// | `do` | what happens |
    /// |---|---|
    /// | `conversation` | there is one more, of the `type` `whatsapp` or `tdlib`, with the contact's `phone`, `tdlib_username` and `tdlib_user_id`, as far as known, and `notes` |
    /// | `max_parts` | a contact may have at most so many notes (`parts`; any number) |
    /// | `reset` | all as at the start: no conversation |
    pub fn control_router(&self) -> Router {
        whatsapp::control::router(self)
            .merge(telegram::control::router(self))
            .merge(telegram_bot::control::router(self))
            .merge(max::control::router(self))
            .merge(chat::control::router(self))
            .merge(notes::control::router(self))
    }

    /// Closes every socket with 1012 (service restart), as a deploy of the vendor does, and waits until they are
    /// gone. Chat pages that hang are answered. Upgrades that come later are answered 503.
    pub async fn drain(&self) {
        self.inner.chat.drain();
        tokio::join!(self.inner.api_sockets.drain(), self.inner.whatsapp_sockets.drain());
    }
}
