//! The page that a link opens: a stand-in for the vendor's, which can be a hostile one.

use std::time::Duration;

use axum::{
    Form, Router,
    extract::{Query, State},
    http::{
        HeaderMap, HeaderName, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, SET_COOKIE, X_FRAME_OPTIONS},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::{sync::watch, time::sleep};

use super::{Chat, ChatState, Context};
use crate::meta;

const PAGE: &str = include_str!("page.html");
const NESTED: &str = include_str!("nested.html");
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; \
    form-action 'self'; base-uri 'none'";
/// Above the path of a page, since both families' pages set it and either opens with it.
const SESSION: &str = "chat_session";
const OPENED_KEPT: usize = 20;
pub(super) const MISCHIEFS: [&str; 7] =
    ["navigate_top", "popups", "steal_focus", "scroll", "flood", "imitate", "alert"];

/// How the page behaves, until it is told otherwise.
#[derive(Clone, Default)]
pub(super) struct Conduct {
    pub(super) fault: Option<(Fault, Option<u32>)>,
    pub(super) refuses_framing: bool,
    /// One of [`MISCHIEFS`].
    pub(super) mischief: Option<&'static str>,
    /// Moves when the pages that wait are let go.
    releases: u64,
}

/// What keeps the page from coming.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    Hang,
    Slow(Duration),
    Fail,
}

/// A page that was asked for with a good link.
pub(super) struct Opened {
    pub(super) page: &'static str,
    pub(super) options: Map<String, Value>,
}

impl Conduct {
    /// Takes all back, and lets go what waits.
    pub(super) fn mend(&mut self) {
        *self = Self { releases: self.releases + 1, ..Self::default() };
    }

    fn take_fault(&mut self) -> Option<Fault> {
        let (fault, times) = self.fault?;
        self.fault = match times {
            Some(..=1) => None,
            times => Some((fault, times.map(|times| times - 1))),
        };
        Some(fault)
    }
}

pub(super) fn router(context: Context) -> Router {
    Router::new().route(&format!("/{}", context.family.name()), get(open).post(log_in)).with_state(context)
}

pub(super) fn assets() -> Router {
    let asset = |kind: &'static str, text: &'static str| get(async move || ([(CONTENT_TYPE, kind)], text));
    let script = |text| asset("text/javascript; charset=utf-8", text);
    Router::new()
        .route("/chat-page/page.js", script(include_str!("page.js")))
        .route("/chat-page/page.css", asset("text/css; charset=utf-8", include_str!("page.css")))
        .route("/chat-page/nested.js", script(include_str!("nested.js")))
        .route("/chat-page/nested", get(async || html([(CONTENT_SECURITY_POLICY, POLICY)], NESTED.into())))
}

type Pairs = Query<Vec<(String, String)>>;

#[derive(Deserialize)]
struct Credentials {
    password: String,
}

async fn open(State(context): State<Context>, Query(query): Pairs, headers: HeaderMap) -> Response {
    serve(&context, query, |state| {
        if !state.access.asks_password() || has_session(&headers, state.access.session()) {
            Screen::Chat
        } else {
            Screen::Password
        }
    })
    .await
}

async fn log_in(
    State(context): State<Context>,
    Query(query): Pairs,
    Form(Credentials { password }): Form<Credentials>,
) -> Response {
    serve(&context, query, |state| {
        if state.access.knows(&password) {
            Screen::ChatNow { session: state.access.session().into() }
        } else {
            Screen::WrongPassword
        }
    })
    .await
}

enum Screen {
    Chat,
    /// The password was right.
    ChatNow {
        session: String,
    },
    Password,
    WrongPassword,
}

async fn serve(
    Context { simulator, family }: &Context,
    query: Vec<(String, String)>,
    choose: impl FnOnce(&ChatState) -> Screen,
) -> Response {
    let chat = &simulator.inner.chat;
    let screen = {
        let mut state = chat.state();
        state.count(*family, "page");
        let (customer_id, hash, options) = parts(query);
        let is_good = state.links_made > 0
            && customer_id == Some(simulator.inner.options.customer_id.to_string().into())
            && hash == Some(state.access.hash().into());
        if !is_good {
            return meta::page(StatusCode::NOT_FOUND);
        }
        state.opened.push_back(Opened { page: family.name(), options });
        if state.opened.len() > OPENED_KEPT {
            state.opened.pop_front();
        }
        choose(&state)
    };
    if let Some(failure) = suffer(chat).await {
        return failure;
    }
    let Conduct { refuses_framing, mischief, .. } = *chat.conduct.borrow();
    screen.render(refuses_framing, mischief)
}

/// The query's `customer_id` and `hash`, and all else; what is there more than once is an array of its values.
fn parts(query: Vec<(String, String)>) -> (Option<Value>, Option<Value>, Map<String, Value>) {
    let mut options = Map::new();
    for (name, value) in query {
        match options.get_mut(&name) {
            None => _ = options.insert(name, value.into()),
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
        }
    }
    let [customer_id, hash] = ["customer_id", "hash"].map(|name| options.remove(name));
    (customer_id, hash, options)
}

/// Takes and sits out the next fault; the answer is what comes in the page's place.
async fn suffer(chat: &Chat) -> Option<Response> {
    let mut conduct = chat.conduct.subscribe();
    let (mut fault, mut releases) = (None, 0);
    chat.conduct.send_modify(|conduct| (fault, releases) = (conduct.take_fault(), conduct.releases));
    match fault? {
        Fault::Fail => return Some(meta::page(StatusCode::INTERNAL_SERVER_ERROR)),
        Fault::Hang => released(&mut conduct, releases).await,
        Fault::Slow(span) => tokio::select! {
            () = sleep(span) => {}
            () = released(&mut conduct, releases) => {}
        },
    }
    None
}

async fn released(conduct: &mut watch::Receiver<Conduct>, releases: u64) {
    // An error would be the end of the simulator, which holds the sender for as long as it serves pages.
    _ = conduct.wait_for(|conduct| conduct.releases != releases).await;
}

fn has_session(headers: &HeaderMap, session: &str) -> bool {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split("; "))
        .any(|cookie| cookie.split_once('=') == Some((SESSION, session)))
}

impl Screen {
    fn render(&self, refuses_framing: bool, mischief: Option<&str>) -> Response {
        let name = match self {
            Self::Chat | Self::ChatNow { .. } => "chat",
            Self::Password => "password",
            Self::WrongPassword => "wrong_password",
        };
        let page = PAGE.replace("{screen}", name).replace("{mischief}", mischief.unwrap_or("none"));
        let mut headers = vec![(CONTENT_SECURITY_POLICY, POLICY.to_owned())];
        if refuses_framing {
            headers = vec![
                (CONTENT_SECURITY_POLICY, format!("{POLICY}; frame-ancestors 'none'")),
                (X_FRAME_OPTIONS, "DENY".into()),
            ];
        }
        if let Self::ChatNow { session } = self {
            let cookie = format!("{SESSION}={session}; Path=/; HttpOnly; SameSite=Lax");
            headers.push((SET_COOKIE, cookie));
        }
        let mut response = html([], page);
        for (name, value) in headers {
            if let Ok(value) = value.parse() {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

fn html<const N: usize>(headers: [(HeaderName, &'static str); N], page: String) -> Response {
    // Each opening is one to count, with the conduct of that time.
    let common = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (headers, common, page).into_response()
}
