use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use jetapi_simulator::Options;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::harness::{PATIENCE, Vendor, answer, quick};

const BEARER: &str = "Bearer sim-client-token";

/// As printed.
const SUCCESS: &str = r#"{
    "meta": {
        "code": 200,
        "status": "success"
    }
}"#;

/// As printed, all but the errors.
fn refused(errors: Value) -> (u16, Value) {
    let printed = r#"{
    "meta": {
        "code": 422,
        "message": "Unprocessable Entity",
        "status": "fail",
        "errors": {},
        "status_id": null
    }
}"#;
    let mut body: Value = serde_json::from_str(printed).unwrap();
    body["meta"]["errors"] = errors;
    (422, body)
}

fn success() -> (u16, Value) {
    (200, serde_json::from_str(SUCCESS).unwrap())
}

fn invalid_format() -> (u16, Value) {
    refused(json!({ "phone": ["Phone number has invalid format"] }))
}

fn blank_phone() -> (u16, Value) {
    refused(json!({ "phone": ["Phone number can't be blank"] }))
}

fn blank_code() -> (u16, Value) {
    refused(json!({ "code": ["code can't be blank"] }))
}

fn wrong_code() -> (u16, Value) {
    refused(json!({ "confirmation_code": ["confirmation code invalid"] }))
}

fn no_session() -> (u16, Value) {
    refused(json!({ "max_session_closer": ["max_session_closer session_not_found"] }))
}

impl Vendor {
    async fn max_text(&self, request: Request<Body>) -> (u16, String) {
        let (status, body) = answer(self.simulator.api_router(), request).await;
        (status.as_u16(), body)
    }

    /// With the parameters in the query.
    async fn max(&self, path_and_query: &str) -> (u16, Value) {
        let request = Request::post(format!("/api/v1/max/{path_and_query}")).header("authorization", BEARER);
        let (status, body) = self.max_text(request.body(Body::empty()).unwrap()).await;
        (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }

    async fn max_with_body(&self, path_and_query: &str, body: impl Into<Body>) -> (u16, Value) {
        let request = Request::post(format!("/api/v1/max/{path_and_query}"))
            .header("authorization", BEARER)
            .header("content-type", "application/json; charset=utf-8");
        let (status, body) = self.max_text(request.body(body.into()).unwrap()).await;
        (status, serde_json::from_str(&body).unwrap())
    }
}

#[tokio::test]
async fn answers_are_the_printed_ones() {
    let vendor = Vendor::start(Options::default()).await;
    for (request, expected, state) in [
        ("close_session", no_session(), "wait_phone"),
        ("send_code?code=848158", wrong_code(), "wait_phone"),
        ("send_phone?phone=7981159774", invalid_format(), "wait_phone"),
        ("send_phone?phone=", blank_phone(), "wait_phone"),
        ("send_phone", blank_phone(), "wait_phone"),
        ("send_phone?phone=79811597745", success(), "wait_code"),
        ("send_code?code=346484", wrong_code(), "wait_code"),
        ("send_code?code=", blank_code(), "wait_code"),
        ("send_code", blank_code(), "wait_code"),
        ("send_code?code=848158", success(), "connected"),
        ("send_code?code=848158", wrong_code(), "connected"),
        ("close_session", success(), "wait_phone"),
        ("close_session", no_session(), "wait_phone"),
        ("send_phone?phone=79811597745", success(), "wait_code"),
        ("close_session", success(), "wait_phone"),
    ] {
        assert_eq!(vendor.max(request).await, expected, "{request}");
        assert_eq!(vendor.state_of("max").await["state"], state, "{request}");
    }
    let received = json!({ "send_phone": 5, "send_code": 6, "close_session": 4 });
    assert_eq!(vendor.state_of("max").await["received"], received);
}

#[tokio::test]
async fn a_phone_is_international_or_russian_with_its_8() {
    let vendor = Vendor::start(Options::default()).await;
    for (sent, taken) in [
        ("79991112233", Some("79991112233")),
        ("89991112233", Some("79991112233")),
        ("%2B79991112233", Some("79991112233")),
        ("4930901820", Some("4930901820")),
        ("8613812345678", Some("8613812345678")),
        // An unescaped plus is a space.
        ("+79991112233", None),
        ("7999111223", None),
        ("799911122334", None),
        ("7 999 111 22 33", None),
        ("0123456789", None),
        ("1234567890123456", None),
        ("phone", None),
    ] {
        vendor.control_of("max", json!({ "do": "reset" })).await;
        let (status, body) = vendor.max(&format!("send_phone?phone={}", sent.replace(' ', "%20"))).await;
        assert_eq!((status, body), if taken.is_some() { success() } else { invalid_format() }, "{sent}");
        assert_eq!(vendor.state_of("max").await["phone"], json!(taken), "{sent}");
    }
}

#[tokio::test]
async fn parameters_can_come_in_a_json_body_which_wins() {
    let vendor = Vendor::start(Options::default()).await;
    for (request, body, expected) in [
        ("send_phone", r#"{"phone":"79811597745"}"#, success()),
        ("send_phone", r#"{"phone":79811597745}"#, success()),
        ("send_phone?phone=x", r#"{"phone":"79811597745"}"#, success()),
        ("send_phone?phone=79811597745", r#"{"phone":"x"}"#, invalid_format()),
        ("send_phone?phone=79811597745", r#"{"other":1}"#, success()),
        ("send_phone?phone=79811597745", r#"["79811597745"]"#, success()),
        ("send_phone?phone=79811597745", "", success()),
        ("send_phone", r#"{"phone":null}"#, blank_phone()),
        ("send_phone", r#"{"phone":["79811597745"]}"#, invalid_format()),
        ("send_code", r#"{"code":848158}"#, success()),
    ] {
        assert_eq!(vendor.max_with_body(request, body).await, expected, "{request} {body}");
    }
    let (status, body) = vendor.max_with_body("send_phone", "{").await;
    assert_eq!((status, &body["meta"]["code"]), (400, &json!(400)));
}

#[tokio::test]
async fn only_the_client_is_answered() {
    let vendor = Vendor::start(Options::default()).await;
    for authorization in [None, Some("Bearer wrong"), Some("sim-client-token"), Some("sim-api-key")] {
        for path in ["send_phone?phone=79811597745", "send_code?code=848158", "close_session"] {
            let mut request = Request::post(format!("/api/v1/max/{path}"));
            if let Some(authorization) = authorization {
                request = request.header("authorization", authorization);
            }
            let (status, body) = vendor.max_text(request.body(Body::empty()).unwrap()).await;
            assert_eq!(status, 401, "{path} as {authorization:?}");
            assert!(body.contains("Not authorized!"), "{body}");
        }
    }
    let state = vendor.state_of("max").await;
    assert_eq!((&state["state"], &state["received"]["send_phone"]), (&json!("wait_phone"), &json!(4)));
}

#[tokio::test]
async fn a_code_can_be_another_and_a_session_end_on_the_phone() {
    let vendor = Vendor::start(Options::default()).await;
    vendor.control_of("max", json!({ "do": "code", "code": "0007" })).await;
    vendor.max("send_phone?phone=79811597745").await;
    assert_eq!(vendor.max("send_code?code=848158").await, wrong_code());
    assert_eq!(vendor.max("send_code?code=0007").await, success());
    let state = vendor.state_of("max").await;
    assert_eq!((&state["state"], &state["phone"]), (&json!("connected"), &json!("79811597745")));
    assert!(!state.to_string().contains("0007"), "{state}");
    assert_eq!(vendor.control_of("max", json!({ "do": "log_out" })).await["state"], "wait_phone");
    assert_eq!(vendor.max("close_session").await, no_session());
}

#[tokio::test]
async fn answers_can_be_refusals_or_pages() {
    let vendor = Vendor::start(Options::default()).await;
    let phone = "send_phone?phone=79811597745";
    vendor
        .control_of("max", json!({ "do": "reject", "field": "phone", "words": "too often", "times": 2 }))
        .await;
    for _ in 0..2 {
        assert_eq!(vendor.max(phone).await, refused(json!({ "phone": ["too often"] })));
        assert_eq!(vendor.state_of("max").await["state"], "wait_phone");
    }
    for (instruction, status, state) in [
        (json!({ "do": "fail" }), 502, "wait_phone"),
        (json!({ "do": "fail", "status": 503, "when": "before" }), 503, "wait_phone"),
        (json!({ "do": "fail", "status": 200 }), 200, "wait_phone"),
        (json!({ "do": "fail", "status": 504, "when": "after" }), 504, "wait_code"),
    ] {
        vendor.control_of("max", instruction.clone()).await;
        let (actual, page) = vendor.max(phone).await;
        assert_eq!(actual, status, "{instruction}");
        assert!(page.as_str().unwrap().starts_with("<!doctype html>"), "{page}");
        assert_eq!(vendor.state_of("max").await["state"], state, "{instruction}");
    }
    assert_eq!(vendor.max("send_code?code=848158").await, success());
}

#[tokio::test]
async fn a_slow_answer_tells_of_what_is_done_and_is_let_go_by_a_reset() {
    let vendor = Vendor::start(quick()).await;
    vendor.control_of("max", json!({ "do": "slow", "ms": 100 })).await;
    let started = Instant::now();
    assert_eq!(vendor.max("send_phone?phone=79811597745").await, success());
    assert!(started.elapsed() >= Duration::from_millis(100));

    vendor.control_of("max", json!({ "do": "slow", "ms": 600_000 })).await;
    let asked = vendor.max("send_code?code=848158");
    let reset = async {
        vendor.state_of_where("max", |state| state["state"] == "connected").await;
        vendor.control_of("max", json!({ "do": "reset" })).await
    };
    let (answer, state) =
        timeout(PATIENCE, async { tokio::join!(asked, reset) }).await.expect("an answer in time");
    assert_eq!((answer, &state["state"]), (success(), &json!("wait_phone")));
}

#[tokio::test]
async fn an_instruction_that_cannot_be_followed_is_refused() {
    let vendor = Vendor::start(quick()).await;
    for (body, field, words) in [
        (r#"{"do":"scan"}"#, "do", "code, log_out, reset, reject, fail, slow"),
        (r#"{"do":"code"}"#, "code", "string"),
        (r#"{"do":"fail","status":101}"#, "status", "200 to 599"),
        (r#"{"do":"fail","status":"502"}"#, "status", "200 to 599"),
        (r#"{"do":"slow","phone":"1"}"#, "base", "unknown field `phone`"),
    ] {
        let (status, answer) = vendor.post_control("max", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let message = answer["meta"]["errors"][field][0].as_str().unwrap_or_default();
        assert!(message.contains(words), "{body}: {answer}");
    }
}

#[tokio::test]
async fn a_reset_makes_everything_as_at_the_start() {
    let vendor = Vendor::start(quick()).await;
    let mut start = vendor.state_of("max").await;
    start["ok"] = json!(true);
    vendor.max("send_phone?phone=79811597745").await;
    for instruction in
        [json!({ "do": "code", "code": "1" }), json!({ "do": "reject", "times": 9 }), json!({ "do": "slow" })]
    {
        vendor.control_of("max", instruction).await;
    }
    assert_eq!(vendor.control_of("max", json!({ "do": "reset" })).await, start);
    assert_eq!(vendor.max("send_phone?phone=79811597745").await, success());
    assert_eq!(vendor.max("send_code?code=848158").await, success());
}
