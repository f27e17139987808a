use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use jetapi_simulator::{Options, Simulator};
use serde_json::{Value, json};

use crate::harness::{Vendor, answer, quick};

const BEARER: &str = "Bearer sim-client-token";
const API_KEY: &str = "sim-api-key";

/// As printed, with its trailing comma removed and the simulator's token in place of the placeholder.
const ACCOUNT: &str = r#"{
    "meta": {
        "code": 200,
        "status": "success"
    },
    "account": {
        "token": "sim-client-token",
        "total_amount": "780.70",
        "customer_id": 8143,
        "dispatch_routing": [
            "sms"
        ],
        "subscription_paid_until": "2025-07-01",
        "sender_names": [
            "jeth813",
            "testname"
        ],
        "tdlib_session": 3,
        "whatsapp_session": 1,
        "subscription_status": "active",
        "subscription_cost": "100.00"
    }
}"#;

/// As printed, with the simulator's token and customer.
const INSTANCE: &str = r#"{
    "meta": {
        "code": 200,
        "status": "success"
    },
    "instance": {
        "id": 373,
        "token": "sim-client-token",
        "external_id": "0001",
        "customer_id": 8143,
        "subscription_paid_until": "2025-10-31",
        "renew_subscription": false,
        "tdlib_session": 3,
        "whatsapp_session": 0,
        "whatsapp_queue_size": 0,
        "whatsapp_queue_limit": 1000,
        "whatsapp_phone": null,
        "subscription_status": "active",
        "subscription_cost": "600.00"
    }
}"#;

const NOT_AUTHORIZED: &str = r#"{
  "meta": {
    "status": "fail",
    "message": "Not authorized!",
    "code": 401
  }
}"#;

const NOT_FOUND: &str = r#"{
    "meta": {
        "code": 404,
        "message": "Not found",
        "status": "fail"
    }
}"#;

async fn get(simulator: &Simulator, path: &str, authorization: Option<&str>) -> (StatusCode, Value) {
    let mut request = Request::get(path);
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let (status, body) = answer(simulator.router(), request.body(Body::empty()).unwrap()).await;
    (status, serde_json::from_str(&body).unwrap())
}

fn printed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn answers_are_the_printed_ones() {
    let account = "/api/v1/account";
    let instance = "/developer/v1/instances/8143";
    let no_session = {
        let mut account = printed(ACCOUNT);
        account["account"]["tdlib_session"] = json!(0);
        account["account"]["whatsapp_session"] = json!(0);
        account
    };
    let instance_without_session = {
        let mut instance = printed(INSTANCE);
        instance["instance"]["tdlib_session"] = json!(0);
        instance
    };
    let simulator = Simulator::new(Options::default());
    for (path, authorization, status, body) in [
        (account, Some(BEARER), 200, no_session),
        (account, None, 401, printed(NOT_AUTHORIZED)),
        (account, Some("Bearer wrong"), 401, printed(NOT_AUTHORIZED)),
        (account, Some("sim-client-token"), 401, printed(NOT_AUTHORIZED)),
        (account, Some(API_KEY), 401, printed(NOT_AUTHORIZED)),
        (instance, Some(API_KEY), 200, instance_without_session),
        (instance, None, 401, printed(NOT_AUTHORIZED)),
        (instance, Some("Bearer sim-api-key"), 401, printed(NOT_AUTHORIZED)),
        (instance, Some(BEARER), 401, printed(NOT_AUTHORIZED)),
        ("/developer/v1/instances/8144", Some(API_KEY), 404, printed(NOT_FOUND)),
        ("/developer/v1/instances/x", Some(API_KEY), 404, printed(NOT_FOUND)),
        ("/api/v1/accounts", Some(BEARER), 404, printed(NOT_FOUND)),
    ] {
        let (actual_status, actual) = get(&simulator, path, authorization).await;
        assert_eq!((actual_status.as_u16(), actual), (status, body), "{path} as {authorization:?}");
    }
}

#[tokio::test]
async fn account_and_instance_follow_the_sessions() {
    let vendor = Vendor::start(quick()).await;
    vendor.control_of("telegram", json!({ "do": "authorize" })).await;
    let (_, instance) = get(&vendor.simulator, "/developer/v1/instances/8143", Some(API_KEY)).await;
    assert_eq!(instance, printed(INSTANCE));
    vendor.control(json!({ "do": "scan", "phone": "995555846453" })).await;
    let (_, account) = get(&vendor.simulator, "/api/v1/account", Some(BEARER)).await;
    assert_eq!(account, printed(ACCOUNT));
    let (_, instance) = get(&vendor.simulator, "/developer/v1/instances/8143", Some(API_KEY)).await;
    assert_eq!(instance["instance"]["whatsapp_session"], 1);
    assert_eq!(instance["instance"]["whatsapp_phone"], "995555846453");
}

#[tokio::test]
async fn an_instruction_that_cannot_be_followed_is_refused_in_the_apis_shape() {
    let vendor = Vendor::start(quick()).await;
    for (body, field, words) in [
        (
            r#"{"do":"dance"}"#,
            "do",
            "scan, expire, log_out, prepare, hostile, frames, reset, crash, drop, close, silent, slow, refuse",
        ),
        (r#"{"ms":5}"#, "base", "missing field `do`"),
        (r#"{"do":"#, "base", "EOF"),
        (r#"{"do":"scan","ms":"5"}"#, "base", "expected u64"),
        (r#"{"do":"scan","msec":5}"#, "base", "unknown field `msec`"),
        (
            r#"{"do":"hostile","kind":"x"}"#,
            "kind",
            "truncated, oversized, random, types, long_code, strings, html",
        ),
        (r#"{"do":"hostile"}"#, "kind", "truncated"),
        (r#"{"do":"frames"}"#, "every_ms", "positive"),
        (r#"{"do":"frames","every_ms":0}"#, "every_ms", "positive"),
        (r#"{"do":"close","code":1006}"#, "code", "close code"),
    ] {
        let (status, answer) = vendor.post_control("whatsapp", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer["meta"]["code"], 422);
        assert_eq!(answer["meta"]["status"], "fail");
        let message = answer["meta"]["errors"][field][0].as_str().unwrap_or_default();
        assert!(message.contains(words), "{body}: {answer}");
    }
}
