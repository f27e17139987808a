//! The instance's Telegram bot.

pub(crate) mod control;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::{
    Json, Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Map, Value, json};

use crate::{Simulator, account::INSTANCE_ID, answers::Answers, meta, params::Params};

/// Of the part after the colon.
const SECRET_LENGTH: usize = 35;

pub(crate) struct TelegramBot {
    answers: Answers,
    state: Mutex<BotState>,
}

struct BotState {
    /// As answered.
    bot: Option<Value>,
    /// Of the bots that are answered from now on.
    status: String,
    received: u64,
}

impl Default for BotState {
    fn default() -> Self {
        Self { bot: None, status: "running".into(), received: 0 }
    }
}

impl TelegramBot {
    pub(crate) fn new() -> Self {
        Self { answers: Answers::new(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, BotState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new().route("/developer/v1/telegram_bots", post(create)).with_state(simulator.clone())
}

async fn create(
    State(Simulator { inner }): State<Simulator>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let bot = &inner.telegram_bot;
    bot.state().received += 1;
    if !inner.is_developer(&headers) {
        return meta::not_authorized();
    }
    bot.answers.answer(|| bot.state().create(&params)).await
}

impl BotState {
    fn create(&mut self, params: &Params) -> Response {
        if params.text("instance_id") != INSTANCE_ID.to_string() {
            return meta::not_found();
        }
        let [token, title, link] = ["api_token", "menu_title", "menu_link"].map(|name| params.text(name));
        let mut errors = Map::new();
        let mut blame = |field: &str, words: &str| errors.insert(field.into(), json!([words]));
        let bot_link = bot_link(&token);
        if token.trim().is_empty() {
            blame("api_token", "Токен бота не может быть пустым");
        } else if bot_link.is_none() {
            blame("api_token", "Токен бота имеет неверное значение");
        }
        match (title.trim().is_empty(), link.trim().is_empty()) {
            (false, true) => _ = blame("menu_link", "Ссылка на сайт не может быть пустым"),
            (true, false) => _ = blame("menu_title", "Название меню не может быть пустым"),
            _ => {}
        }
        if !errors.is_empty() {
            return meta::unprocessable(&errors.into());
        }
        let or_null = |text: String| if text.is_empty() { Value::Null } else { text.into() };
        let bot = json!({
            "bot_link": bot_link,
            "instance_id": INSTANCE_ID,
            "menu_link": or_null(link),
            "menu_title": or_null(title),
            "status": self.status,
        });
        self.bot = Some(bot.clone());
        Json(json!({ "meta": { "code": 200, "status": "success" }, "telegram_bot": bot })).into_response()
    }
}

/// The link of the bot whose token it is. Its name is spelt from the bot's id, so that no part of the token is in it.
fn bot_link(token: &str) -> Option<String> {
    let (id, secret) = token.split_once(':')?;
    let is_token = !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_digit())
        && secret.len() == SECRET_LENGTH
        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let name: String = id.bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    is_token.then(|| format!("https://t.me/{name}_bot"))
}
