use axum::{body::Body, http::Request};
use jetapi_simulator::Options;
use serde_json::{Value, json};

use crate::harness::{Vendor, answer};

const API_KEY: &str = "sim-api-key";
const TOKEN: &str = "5421738906:AAF-xQ9_8dkLmn0PqRsTuVwXyZ123456789";

/// As printed, with the simulator's instance and bot.
const CREATED: &str = r#"{
    "meta": {
        "code": 200,
        "status": "success"
    },
    "telegram_bot": {
        "bot_link": "https://t.me/fecbhdijag_bot",
        "instance_id": 373,
        "menu_link": "https://www.notion.so/",
        "menu_title": "Main",
        "status": "running"
    }
}"#;

/// As printed.
const NO_LINK: &str = r#"{
    "meta": {
        "code": 422,
        "errors": {
            "menu_link": [
                "Ссылка на сайт не может быть пустым"
            ]
        },
        "message": "Unprocessable Entity",
        "status": "fail",
        "status_id": null
    }
}"#;

const NOT_FOUND: &str = r#"{
    "meta": {
        "code": 404,
        "message": "Not found",
        "status": "fail"
    }
}"#;

fn printed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn whole() -> Value {
    json!({ "instance_id": 373, "api_token": TOKEN, "menu_title": "Main", "menu_link": "https://www.notion.so/" })
}

fn with(changes: Value) -> Value {
    let mut params = whole();
    for (name, value) in changes.as_object().unwrap() {
        params[name] = value.clone();
    }
    params
}

impl Vendor {
    async fn post_bot(&self, query: &str, authorization: Option<&str>, body: Option<&Value>) -> (u16, Value) {
        let mut request = Request::post(format!("/developer/v1/telegram_bots{query}"));
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map(ToString::to_string).unwrap_or_default();
        let (status, text) =
            answer(self.simulator.api_router(), request.body(Body::from(body)).unwrap()).await;
        assert!(!text.contains(TOKEN), "{text}");
        (status.as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn bot(&self, params: &Value) -> (u16, Value) {
        self.post_bot("", Some(API_KEY), Some(params)).await
    }
}

#[tokio::test]
async fn a_bot_is_created_by_query_or_body() {
    let vendor = Vendor::start(Options::default()).await;
    let query = format!(
        "?instance_id=373&api_token={TOKEN}&menu_title=Main&menu_link=https%3A%2F%2Fwww.notion.so%2F"
    );
    assert_eq!(vendor.post_bot(&query, Some(API_KEY), None).await, (200, printed(CREATED)));
    assert_eq!(vendor.bot(&whole()).await, (200, printed(CREATED)));
    assert_eq!(vendor.bot(&with(json!({ "instance_id": "373" }))).await, (200, printed(CREATED)));
    let state = vendor.state_of("telegram_bot").await;
    assert_eq!(state["telegram_bot"], printed(CREATED)["telegram_bot"]);
    assert_eq!((&state["state"], &state["received"]), (&json!("connected"), &json!(3)));
    assert!(!state.to_string().contains(TOKEN), "{state}");
}

#[tokio::test]
async fn a_menu_is_optional() {
    let vendor = Vendor::start(Options::default()).await;
    for params in [
        with(json!({ "menu_title": "", "menu_link": "" })),
        json!({ "instance_id": 373, "api_token": TOKEN }),
    ] {
        let (status, body) = vendor.bot(&params).await;
        assert_eq!(status, 200, "{body}");
        let bot = &body["telegram_bot"];
        assert_eq!((&bot["menu_title"], &bot["menu_link"]), (&Value::Null, &Value::Null));
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field() {
    let vendor = Vendor::start(Options::default()).await;
    let invalid_token = "Токен бота имеет неверное значение";
    for (changes, errors) in [
        (json!({ "menu_link": "" }), printed(NO_LINK)["meta"]["errors"].clone()),
        (json!({ "menu_link": null }), printed(NO_LINK)["meta"]["errors"].clone()),
        (json!({ "menu_title": " " }), json!({ "menu_title": ["Название меню не может быть пустым"] })),
        (json!({ "api_token": "" }), json!({ "api_token": ["Токен бота не может быть пустым"] })),
        (json!({ "api_token": &TOKEN[..45] }), json!({ "api_token": [invalid_token] })),
        (json!({ "api_token": format!("{TOKEN}x") }), json!({ "api_token": [invalid_token] })),
        (json!({ "api_token": &TOKEN[10..] }), json!({ "api_token": [invalid_token] })),
        (json!({ "api_token": TOKEN.replace('-', "!") }), json!({ "api_token": [invalid_token] })),
        (json!({ "api_token": 5 }), json!({ "api_token": [invalid_token] })),
        (
            json!({ "api_token": "x", "menu_link": "" }),
            json!({ "api_token": [invalid_token], "menu_link": ["Ссылка на сайт не может быть пустым"] }),
        ),
    ] {
        let mut expected = printed(NO_LINK);
        expected["meta"]["errors"] = errors;
        assert_eq!(vendor.bot(&with(changes.clone())).await, (422, expected), "{changes}");
    }
    for instance_id in [json!(374), json!("x"), Value::Null] {
        let actual = vendor.bot(&with(json!({ "instance_id": instance_id }))).await;
        assert_eq!(actual, (404, printed(NOT_FOUND)), "{instance_id}");
    }
    assert_eq!(vendor.state_of("telegram_bot").await["state"], "idle");
}

#[tokio::test]
async fn only_the_developer_is_answered() {
    let vendor = Vendor::start(Options::default()).await;
    for authorization in [None, Some("Bearer sim-api-key"), Some("Bearer sim-client-token"), Some("wrong")] {
        let (status, body) = vendor.post_bot("", authorization, Some(&whole())).await;
        assert_eq!((status, &body["meta"]["message"]), (401, &json!("Not authorized!")), "{authorization:?}");
    }
    assert_eq!(vendor.state_of("telegram_bot").await["state"], "idle");
}

#[tokio::test]
async fn the_control_decides_the_status_and_the_answers() {
    let vendor = Vendor::start(Options::default()).await;
    let mut start = vendor.state_of("telegram_bot").await;
    start["ok"] = json!(true);
    let control = async |instruction: Value| vendor.control_of("telegram_bot", instruction).await;

    control(json!({ "do": "status", "status": "stopped" })).await;
    assert_eq!(vendor.bot(&whole()).await.1["telegram_bot"]["status"], "stopped");
    control(json!({ "do": "reject", "field": "api_token", "words": "Токен уже занят" })).await;
    let (status, body) = vendor.bot(&whole()).await;
    assert_eq!((status, &body["meta"]["errors"]), (422, &json!({ "api_token": ["Токен уже занят"] })));
    control(json!({ "do": "fail" })).await;
    assert_eq!(vendor.bot(&whole()).await.0, 502);

    control(json!({ "do": "slow" })).await;
    control(json!({ "do": "reject" })).await;
    assert_eq!(control(json!({ "do": "reset" })).await, start);
    assert_eq!(vendor.bot(&whole()).await, (200, printed(CREATED)));

    for (body, field, words) in [
        (r#"{"do":"code"}"#, "do", "status, reset, reject, fail, slow"),
        (r#"{"do":"status","status":1}"#, "status", "string"),
    ] {
        let (status, answer) = vendor.post_control("telegram_bot", body).await;
        let message = answer["meta"]["errors"][field][0].as_str().unwrap_or_default();
        assert!(status.as_u16() == 422 && message.contains(words), "{body}: {answer}");
    }
}
