//! The iframe chat of the one customer: its link and password, its deletion, and the page that the link opens.
//!
//! The client's and the instance's family of paths lead to the same chat: the reference prints the same hash for
//! both.

mod access;
pub(crate) mod control;
mod page;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, header::HOST},
    response::{IntoResponse, Response},
    routing::{delete, post},
};
use serde_json::{Value, json};
use tokio::sync::watch;

use self::{
    access::Access,
    page::{Conduct, Opened},
};
use crate::{Options, Simulator, answers::Answers, meta, params::Params};

const REQUESTS: [&str; 4] = ["generate_link", "change_password", "delete", "page"];
const MIN_PASSWORD_LENGTH: usize = 7;

pub(crate) struct Chat {
    answers: Answers,
    /// Of the page, where the answers are the API's.
    conduct: watch::Sender<Conduct>,
    seed: u64,
    state: Mutex<ChatState>,
}

struct ChatState {
    access: Access,
    links_made: u64,
    /// What there is to be deleted.
    messages: u64,
    conversations: u64,
    /// The last ones, the latest at the end.
    opened: VecDeque<Opened>,
    received: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
}

/// Whose paths a request came by.
#[derive(Clone, Copy)]
enum Family {
    Client,
    Instance,
}

impl Family {
    const ALL: [Self; 2] = [Self::Client, Self::Instance];

    /// The name of the page, and of the resource in the API.
    fn name(self) -> &'static str {
        match self {
            Self::Client => "chatter",
            Self::Instance => "developer_chat",
        }
    }

    fn api_path(self) -> &'static str {
        match self {
            Self::Client => "/api/v1/chatter",
            Self::Instance => "/api/developer_chat",
        }
    }
}

impl ChatState {
    fn new(seed: u64) -> Self {
        Self {
            access: Access::new(seed),
            links_made: 0,
            messages: 1,
            conversations: 1,
            opened: VecDeque::new(),
            received: Family::ALL
                .map(|family| (family.name(), REQUESTS.map(|request| (request, 0)).into()))
                .into(),
        }
    }

    fn count(&mut self, family: Family, request: &str) {
        let count = self.received.get_mut(family.name()).and_then(|counts| counts.get_mut(request));
        if let Some(count) = count {
            *count += 1;
        }
    }

    /// The answer's fields beside `meta`; the error is the messages by field.
    fn generate_link(&mut self, params: &Params, link: impl FnOnce(&str) -> String) -> Result<Value, Value> {
        match params.text("auth_type").as_str() {
            "" | "0" => {
                let password = params.text("password");
                let words = [
                    (!has_digit_or_punctuation(&password))
                        .then_some("password at least one punctuation character"),
                    is_short(&password).then_some(TOO_SHORT),
                ];
                let words: Vec<_> = words.into_iter().flatten().collect();
                if !words.is_empty() {
                    return Err(json!({ "password": words }));
                }
                self.access.ask_for(password, self.links_made > 0);
            }
            "1" => self.access.ask_for_none(),
            _ => return Err(json!({ "auth_type": ["auth_type is invalid"] })),
        }
        self.links_made += 1;
        Ok(json!({ "link": { "link": link(self.access.hash()) } }))
    }

    /// Other than for a link, only the first of the messages is printed.
    fn change_password(&mut self, params: &Params) -> Result<Value, Value> {
        let password = params.text("password");
        let words = if !has_digit_or_punctuation(&password) {
            "password at least one digit or punctuation character"
        } else if is_short(&password) {
            TOO_SHORT
        } else {
            self.access.change_password(password);
            return Ok(json!({}));
        };
        Err(json!({ "password": [words] }))
    }

    fn delete(&mut self, customer_id: u64) -> Value {
        json!({
            "customer_id": customer_id,
            "deleted_messages_count": std::mem::take(&mut self.messages),
            "deleted_conversations_count": std::mem::take(&mut self.conversations),
        })
    }
}

const TOO_SHORT: &str = "password should be at least 7 character(s)";

/// The messages speak of punctuation, and the printed passwords that are good have but digits.
fn has_digit_or_punctuation(password: &str) -> bool {
    password.chars().any(|char| char.is_ascii_digit() || char.is_ascii_punctuation())
}

fn is_short(password: &str) -> bool {
    password.chars().count() < MIN_PASSWORD_LENGTH
}

impl Chat {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            answers: Answers::new(),
            conduct: watch::Sender::default(),
            seed: options.seed,
            state: Mutex::new(ChatState::new(options.seed)),
        }
    }

    /// Lets go the requests that wait for a page.
    pub(crate) fn drain(&self) {
        self.conduct.send_modify(Conduct::mend);
    }

    fn state(&self) -> MutexGuard<'_, ChatState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone)]
struct Context {
    simulator: Simulator,
    family: Family,
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Family::ALL.into_iter().fold(page::assets(), |router, family| {
        let path = family.api_path();
        let context = Context { simulator: simulator.clone(), family };
        let api = Router::new()
            .route(&format!("{path}/generate_link"), post(generate_link))
            .route(&format!("{path}/change_password"), post(change_password))
            .route(path, delete(delete_chats))
            .route(&format!("{path}/"), delete(delete_chats))
            .with_state(context.clone());
        router.merge(api).merge(page::router(context))
    })
}

async fn generate_link(State(context): State<Context>, headers: HeaderMap, params: Params) -> Response {
    let options = &context.simulator.inner.options;
    let origin = options.chat_origin.clone().unwrap_or_else(|| origin(&headers));
    let link = |hash: &str| {
        let (page, customer_id) = (context.family.name(), options.customer_id);
        format!("{origin}/{page}?customer_id={customer_id}&hash={hash}")
    };
    answer(&context, &headers, "generate_link", |state| state.generate_link(&params, link)).await
}

async fn change_password(State(context): State<Context>, headers: HeaderMap, params: Params) -> Response {
    answer(&context, &headers, "change_password", |state| state.change_password(&params)).await
}

async fn delete_chats(State(context): State<Context>, headers: HeaderMap) -> Response {
    let customer_id = context.simulator.inner.options.customer_id;
    answer(&context, &headers, "delete", |state| Ok(state.delete(customer_id))).await
}

/// The one that the request was sent to.
fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}")
}

async fn answer(
    Context { simulator, family }: &Context,
    headers: &HeaderMap,
    request: &str,
    carry_out: impl FnOnce(&mut ChatState) -> Result<Value, Value>,
) -> Response {
    let inner = &simulator.inner;
    inner.chat.state().count(*family, request);
    if !inner.is_client(headers) {
        return meta::not_authorized();
    }
    let carry_out = || match carry_out(&mut inner.chat.state()) {
        Ok(mut body) => {
            if let Some(fields) = body.as_object_mut() {
                fields.insert("meta".into(), json!({ "code": 200, "status": "success" }));
            }
            Json(body).into_response()
        }
        Err(errors) => meta::unprocessable(&errors),
    };
    inner.chat.answers.answer(carry_out).await
}
