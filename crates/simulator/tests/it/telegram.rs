use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use jetapi_simulator::Options;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::harness::{Peer, QUERY, Vendor, answer, quick};

const TOPIC: &str = "room:v1:telegram:auth";
/// So seldom that every push which comes was made by a change.
const NEVER: Duration = Duration::from_secs(3600);

/// As printed.
const INVALID_PHONE: &str = r#"[
  "1",
  "1",
  "room:v1:telegram:auth",
  "phx_reply",
  {
    "response": {
      "meta": {
        "code": 422,
        "errors": { "base": ["invalid phone"] },
        "message": "Unprocessable Entity",
        "status": "fail",
        "status_id": null
      }
    },
    "status": "error"
  }
]"#;

fn ok() -> Value {
    json!({ "status": "ok", "response": {} })
}

fn push(status: &str) -> Value {
    json!(["1", null, TOPIC, "auth_state", { "status": status }])
}

fn reply(payload: Value) -> Value {
    json!(["1", "1", TOPIC, "phx_reply", payload])
}

/// The words of an error reply, which is otherwise as printed.
fn refusal(reply: &Value) -> String {
    let words = &reply[4]["response"]["meta"]["errors"]["base"][0];
    let mut expected: Value = serde_json::from_str(INVALID_PHONE).unwrap();
    expected[4]["response"]["meta"]["errors"]["base"][0] = words.clone();
    assert_eq!(*reply, expected);
    words.as_str().unwrap().into()
}

impl Vendor {
    async fn telegram(&self, instruction: Value) -> Value {
        self.control_of("telegram", instruction).await
    }

    /// A socket of the API host whose Telegram room is joined and has told its state.
    async fn in_telegram(&self) -> Peer {
        let mut peer = Peer::connect(&self.api_url(QUERY)).await.expect("the upgrade is accepted");
        peer.send(json!(["1", "1", TOPIC, "phx_join", {}])).await;
        assert_eq!(peer.next().await, reply(ok()));
        peer.next_of("auth_state").await;
        peer
    }

    async fn account(&self) -> (StatusCode, Value) {
        let request = Request::get("/api/v1/account").header("authorization", "Bearer sim-client-token");
        let (status, body) = answer(self.simulator.api_router(), request.body(Body::empty()).unwrap()).await;
        (status, serde_json::from_str(&body).unwrap())
    }
}

impl Peer {
    async fn event(&mut self, event: &str, payload: Value) {
        self.send(json!(["1", "1", TOPIC, event, payload])).await;
    }

    /// Whether nothing comes. A push that is due at once may come a timer's tick later.
    async fn is_quiet(&mut self) -> bool {
        timeout(Duration::from_millis(30), self.next()).await.is_err()
    }

    /// The reply to an event, whatever is pushed before it.
    async fn ask(&mut self, event: &str, payload: Value) -> Value {
        self.event(event, payload).await;
        self.next_of("phx_reply").await
    }
}

fn seldom() -> Options {
    Options { telegram_push_every: NEVER, ..quick() }
}

#[tokio::test]
async fn a_login_is_the_printed_exchange() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = Peer::connect(&vendor.api_url(QUERY)).await.unwrap();
    peer.send(json!(["1", "1", TOPIC, "phx_join", {}])).await;
    assert_eq!(peer.next().await, reply(ok()));
    assert_eq!(peer.next().await, push("wait_phone"));
    for (event, payload, status, number) in [
        ("send_phone", json!({ "phone": "79811597745" }), "wait_code", 1),
        ("send_code", json!({ "code": "12345" }), "wait_password", 2),
        ("send_password", json!({ "password": "hunter22" }), "authorized", 3),
        ("reset", json!({}), "wait_phone", 0),
    ] {
        peer.event(event, payload).await;
        assert_eq!(peer.next().await, reply(ok()), "{event}");
        assert_eq!(peer.next().await, push(status), "{event}");
        assert_eq!(vendor.account().await.1["account"]["tdlib_session"], number);
    }
    let state = vendor.state_of("telegram").await;
    assert_eq!(state["received"], json!({ "send_phone": 1, "send_code": 1, "send_password": 1, "reset": 1 }));
    assert_eq!((&state["status"], &state["phone"]), (&json!("wait_phone"), &Value::Null));
    assert!(!state.to_string().contains("hunter22") && !state.to_string().contains("12345"), "{state}");
    assert_eq!(state["frames_in"][3], json!(["1", "1", TOPIC, "send_password", { "password": "***" }]));
}

#[tokio::test]
async fn the_state_is_pushed_again_and_again() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.in_telegram().await;
    for _ in 0..3 {
        assert_eq!(peer.next().await, push("wait_phone"));
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_changes_nothing() {
    let out_of_turn = "unexpected";
    for (status, event, payload, words) in [
        ("wait_phone", "send_phone", json!({ "phone": "" }), "invalid phone"),
        ("wait_phone", "send_phone", json!({ "phone": "798115" }), "invalid phone"),
        ("wait_phone", "send_phone", json!({ "phone": "7981159774512345" }), "invalid phone"),
        ("wait_phone", "send_phone", json!({ "phone": "7 981 159 77 45" }), "invalid phone"),
        ("wait_phone", "send_phone", json!({ "phone": "09811597745" }), "invalid phone"),
        ("wait_phone", "send_phone", json!({ "phone": 79_811_597_745_u64 }), "invalid phone"),
        ("wait_phone", "send_phone", json!({ "telemon": "79811597745" }), "invalid phone"),
        ("wait_phone", "send_phone", json!([]), "invalid phone"),
        ("wait_phone", "send_code", json!({ "code": "12345" }), out_of_turn),
        ("wait_phone", "send_password", json!({ "password": "hunter22" }), out_of_turn),
        ("wait_code", "send_phone", json!({ "phone": "79811597745" }), out_of_turn),
        ("wait_code", "send_code", json!({ "code": "54321" }), "invalid code"),
        ("wait_code", "send_code", json!({ "code": 12345 }), "invalid code"),
        ("wait_code", "send_code", json!({}), "invalid code"),
        ("wait_code", "send_password", json!({ "password": "hunter22" }), out_of_turn),
        ("wait_password", "send_code", json!({ "code": "12345" }), out_of_turn),
        ("wait_password", "send_password", json!({ "password": "Hunter22" }), "invalid password"),
        ("wait_password", "send_password", json!({ "password": null }), "invalid password"),
        ("authorized", "send_phone", json!({ "phone": "79811597745" }), out_of_turn),
        ("authorized", "send_password", json!({ "password": "hunter22" }), out_of_turn),
        ("wait_qr_code", "send_phone", json!({ "phone": "79811597745" }), out_of_turn),
    ] {
        let vendor = Vendor::start(seldom()).await;
        let mut peer = vendor.in_telegram().await;
        vendor.telegram(json!({ "do": "status", "status": status })).await;
        if status != "wait_phone" {
            assert_eq!(peer.next().await, push(status));
        }
        let actual = refusal(&peer.ask(event, payload.clone()).await);
        assert!(actual.contains(words), "{status} {event} {payload}: {actual}");
        assert!(peer.is_quiet().await, "nothing is pushed");
        assert_eq!(vendor.state_of("telegram").await["status"], status, "{event} {payload}");
    }
}

#[tokio::test]
async fn an_international_number_of_any_length_is_taken() {
    for (sent, taken) in
        [("79811597745", "79811597745"), ("+4930901820", "4930901820"), ("2908123", "2908123")]
    {
        let vendor = Vendor::start(quick()).await;
        let mut peer = vendor.in_telegram().await;
        assert_eq!(peer.ask("send_phone", json!({ "phone": sent })).await, reply(ok()), "{sent}");
        assert_eq!(vendor.state_of("telegram").await["phone"], taken);
    }
}

#[tokio::test]
async fn an_event_that_no_one_knows_crashes_the_channel() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = vendor.in_telegram().await;
    peer.event("send_phone_code", json!({})).await;
    assert_eq!(peer.next().await, json!(["1", "1", TOPIC, "phx_error", {}]));
}

#[tokio::test]
async fn only_the_printed_topic_is_a_room() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = Peer::connect(&vendor.api_url(QUERY)).await.unwrap();
    for topic in ["room:v1:telegram:auth:8143", "number:v1:telegram:auth", "room:v1:telegram"] {
        peer.send(json!(["1", "1", topic, "phx_join", {}])).await;
        let reply = peer.next().await;
        assert_eq!(
            reply[4],
            json!({ "status": "error", "response": { "reason": "unmatched topic" } }),
            "{topic}"
        );
    }
}

#[tokio::test]
async fn a_code_and_a_password_can_be_others_or_none() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = vendor.in_telegram().await;
    vendor.telegram(json!({ "do": "code", "code": "000111" })).await;
    vendor.telegram(json!({ "do": "password", "password": "correct horse" })).await;
    peer.ask("send_phone", json!({ "phone": "79811597745" })).await;
    assert_eq!(refusal(&peer.ask("send_code", json!({ "code": "12345" })).await), "invalid code");
    assert_eq!(peer.ask("send_code", json!({ "code": "000111" })).await, reply(ok()));
    assert_eq!(
        refusal(&peer.ask("send_password", json!({ "password": "hunter22" })).await),
        "invalid password"
    );
    assert_eq!(peer.ask("send_password", json!({ "password": "correct horse" })).await, reply(ok()));

    assert_eq!(vendor.telegram(json!({ "do": "password", "on": false })).await["password"], false);
    peer.ask("reset", json!({})).await;
    peer.ask("send_phone", json!({ "phone": "79811597745" })).await;
    peer.ask("send_code", json!({ "code": "000111" })).await;
    assert_eq!(vendor.state_of("telegram").await["status"], "authorized");
}

#[tokio::test]
async fn an_expired_code_is_told_as_such_until_another_is_sent() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = vendor.in_telegram().await;
    peer.ask("send_phone", json!({ "phone": "79811597745" })).await;
    vendor.telegram(json!({ "do": "expire_code" })).await;
    assert_eq!(refusal(&peer.ask("send_code", json!({ "code": "12345" })).await), "code expired");
    peer.ask("reset", json!({})).await;
    peer.ask("send_phone", json!({ "phone": "79811597745" })).await;
    assert_eq!(peer.ask("send_code", json!({ "code": "12345" })).await, reply(ok()));
}

#[tokio::test]
async fn a_flood_wait_spares_the_reset_and_ends() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = vendor.in_telegram().await;
    let phone = json!({ "phone": "79811597745" });
    vendor.telegram(json!({ "do": "flood", "times": 2 })).await;
    for _ in 0..2 {
        assert_eq!(
            refusal(&peer.ask("send_phone", phone.clone()).await),
            "Too Many Requests: retry after 35"
        );
        assert_eq!(peer.ask("reset", json!({})).await, reply(ok()));
    }
    assert_eq!(peer.ask("send_phone", phone.clone()).await, reply(ok()));
    peer.ask("reset", json!({})).await;

    let told = Instant::now();
    vendor.telegram(json!({ "do": "flood", "seconds": 90, "ms": 300 })).await;
    while refusing(&peer.ask("send_phone", phone.clone()).await) {}
    assert!(told.elapsed() >= Duration::from_millis(300));

    fn refusing(reply: &Value) -> bool {
        let refused = reply[4]["status"] == "error";
        assert!(!refused || refusal(reply) == "Too Many Requests: retry after 90");
        refused
    }
}

#[tokio::test]
async fn a_refusal_can_have_any_words() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = vendor.in_telegram().await;
    vendor.telegram(json!({ "do": "reject", "words": "PHONE_NUMBER_BANNED", "times": 2 })).await;
    for event in ["send_phone", "reset"] {
        assert_eq!(refusal(&peer.ask(event, json!({ "phone": "79811597745" })).await), "PHONE_NUMBER_BANNED");
    }
    assert_eq!(peer.ask("send_phone", json!({ "phone": "79811597745" })).await, reply(ok()));
}

#[tokio::test]
async fn every_channel_tells_a_change_at_once() {
    let vendor = Vendor::start(seldom()).await;
    let (mut peer, mut other) = (vendor.in_telegram().await, vendor.in_telegram().await);
    peer.ask("send_phone", json!({ "phone": "79811597745" })).await;
    for peer in [&mut peer, &mut other] {
        assert_eq!(peer.next().await, push("wait_code"));
    }
    for (instruction, status) in [
        (json!({ "do": "authorize", "phone": "995555846453" }), "authorized"),
        (json!({ "do": "log_out" }), "wait_phone"),
        (json!({ "do": "status", "status": "wait_premium" }), "wait_premium"),
        (json!({ "do": "reset" }), "wait_phone"),
    ] {
        let state = vendor.telegram(instruction.clone()).await;
        assert_eq!((&state["state"], &state["status"]), (&json!(status), &json!(status)), "{instruction}");
        for peer in [&mut peer, &mut other] {
            assert_eq!(peer.next().await, push(status), "{instruction}");
        }
    }
}

#[tokio::test]
async fn reply_and_push_come_in_the_order_that_is_told() {
    for (order, join, event) in [
        ("reply_first", vec![reply(ok()), push("wait_phone")], vec![reply(ok()), push("wait_code")]),
        ("push_first", vec![push("wait_phone"), reply(ok())], vec![push("wait_code"), reply(ok())]),
        ("no_push", vec![reply(ok())], vec![reply(ok())]),
    ] {
        let vendor = Vendor::start(seldom()).await;
        let mut other = vendor.in_telegram().await;
        assert_eq!(vendor.telegram(json!({ "do": "order", "order": order })).await["order"], order);
        let mut peer = Peer::connect(&vendor.api_url(QUERY)).await.unwrap();
        peer.send(json!(["1", "1", TOPIC, "phx_join", {}])).await;
        for expected in join {
            assert_eq!(peer.next().await, expected, "{order}");
        }
        peer.event("send_phone", json!({ "phone": "79811597745" })).await;
        for expected in event {
            assert_eq!(peer.next().await, expected, "{order}");
        }
        assert!(peer.is_quiet().await, "{order}");
        if order == "no_push" {
            assert!(other.is_quiet().await);
        } else {
            assert_eq!(other.next().await, push("wait_code"), "{order}");
        }
    }
}

#[tokio::test]
async fn without_a_push_the_state_comes_when_one_is_due() {
    let vendor = Vendor::start(quick()).await;
    vendor.telegram(json!({ "do": "order", "order": "no_push" })).await;
    let mut peer = vendor.in_telegram().await;
    peer.ask("send_phone", json!({ "phone": "79811597745" })).await;
    peer.next_where(|frame| *frame == push("wait_code")).await;
}

#[tokio::test]
async fn a_reply_can_be_lost_while_its_event_is_carried_out() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = vendor.in_telegram().await;
    vendor.telegram(json!({ "do": "no_reply" })).await;
    peer.event("send_phone", json!({ "phone": "79811597745" })).await;
    assert_eq!(peer.until_heartbeat("9").await, [push("wait_code")]);
    assert_eq!(peer.ask("send_code", json!({ "code": "12345" })).await, reply(ok()), "once only");
}

#[tokio::test]
async fn a_channel_can_crash_on_either_side_of_its_work() {
    for (when, status) in
        [(Value::Null, "wait_phone"), (json!("before"), "wait_phone"), (json!("after"), "wait_code")]
    {
        let vendor = Vendor::start(seldom()).await;
        let (mut peer, mut other) = (vendor.in_telegram().await, vendor.in_telegram().await);
        vendor.telegram(json!({ "do": "crash_on", "when": when })).await;
        peer.event("send_phone", json!({ "phone": "79811597745" })).await;
        assert_eq!(peer.next().await, json!(["1", "1", TOPIC, "phx_error", {}]), "{when}");
        assert!(peer.is_quiet().await, "{when}");
        let state = vendor.state_of("telegram").await;
        assert_eq!(
            (&state["status"], &state["received"]["send_phone"]),
            (&json!(status), &json!(1)),
            "{when}"
        );
        if status == "wait_phone" {
            assert!(other.is_quiet().await, "{when}");
        } else {
            assert_eq!(other.next().await, push(status), "{when}");
        }
        peer.send(json!(["1", "1", TOPIC, "phx_join", {}])).await;
        assert_eq!(peer.next().await, reply(ok()), "{when}");
        assert_eq!(peer.next().await, push(status), "{when}");
    }
}

#[tokio::test]
async fn a_slow_server_carries_events_out_in_their_order_and_is_let_go_by_a_reset() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = vendor.in_telegram().await;
    vendor.telegram(json!({ "do": "slow", "ms": 600_000 })).await;
    peer.event("send_phone", json!({ "phone": "79811597745" })).await;
    peer.event("send_code", json!({ "code": "12345" })).await;
    assert!(peer.until_heartbeat("9").await.is_empty(), "heartbeats are answered meanwhile");
    assert_eq!(vendor.state_of("telegram").await["status"], "wait_phone");
    vendor.telegram(json!({ "do": "reset" })).await;
    for expected in [reply(ok()), push("wait_code"), reply(ok()), push("wait_password")] {
        assert_eq!(peer.next().await, expected);
    }

    let told = Instant::now();
    vendor.telegram(json!({ "do": "slow", "ms": 150 })).await;
    peer.ask("reset", json!({})).await;
    assert!(told.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn what_a_slow_server_has_not_carried_out_ends_with_the_channel() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = vendor.in_telegram().await;
    vendor.telegram(json!({ "do": "slow", "ms": 600_000 })).await;
    peer.event("send_phone", json!({ "phone": "79811597745" })).await;
    peer.until_heartbeat("9").await;
    vendor.telegram(json!({ "do": "crash" })).await;
    peer.next_of("phx_error").await;
    peer.send(json!(["2", "2", TOPIC, "phx_join", {}])).await;
    vendor
        .state_of_where("telegram", |state| {
            state["frames_in"].as_array().is_some_and(|frames| frames.len() == 4)
        })
        .await;
    vendor.telegram(json!({ "do": "reset" })).await;
    assert_eq!(peer.next().await, json!(["2", "2", TOPIC, "phx_reply", ok()]));
    peer.next_of("auth_state").await;
    assert!(peer.is_quiet().await);
    assert_eq!(vendor.state_of("telegram").await["status"], "wait_phone");
}

#[tokio::test]
async fn what_a_silent_server_loses_is_counted() {
    let vendor = Vendor::start(seldom()).await;
    let mut peer = vendor.in_telegram().await;
    assert_eq!(vendor.telegram(json!({ "do": "silent" })).await["state"], "silent");
    peer.event("send_phone", json!({ "phone": "79811597745" })).await;
    let state = vendor.state_of_where("telegram", |state| state["received"]["send_phone"] == 1).await;
    assert_eq!(state["status"], "wait_phone");
    assert!(timeout(Duration::from_millis(100), peer.next()).await.is_err());
}

#[tokio::test]
async fn a_fault_of_one_host_is_none_of_the_other() {
    let vendor = Vendor::start(quick()).await;
    let (mut whatsapp, mut telegram) = (vendor.joined().await, vendor.in_telegram().await);
    vendor.telegram(json!({ "do": "drop" })).await;
    assert_eq!(telegram.closed().await, None);
    assert_eq!(vendor.telegram(json!({ "do": "refuse" })).await["state"], "refusing");
    assert_eq!(Peer::connect(&vendor.api_url(QUERY)).await.err(), Some(StatusCode::FORBIDDEN));
    assert_eq!(vendor.account().await.0, StatusCode::UNAUTHORIZED);
    whatsapp.next_code().await;
    vendor.connect().await;

    vendor.telegram(json!({ "do": "reset" })).await;
    vendor.control(json!({ "do": "refuse" })).await;
    vendor.in_telegram().await;
}

#[tokio::test]
async fn an_instruction_that_cannot_be_followed_is_refused() {
    let vendor = Vendor::start(quick()).await;
    for (body, field, words) in [
        (r#"{"do":"scan"}"#, "do", "status, authorize, log_out, code"),
        (r#"{"do":"status"}"#, "status", "string"),
        (r#"{"do":"code","code":12345}"#, "code", "string"),
        (r#"{"do":"close","code":"1000"}"#, "code", "u16"),
        (r#"{"do":"close","code":1006}"#, "code", "close code"),
        (r#"{"do":"order"}"#, "order", "reply_first, push_first, no_push"),
        (r#"{"do":"crash_on","when":"never"}"#, "base", "before"),
        (r#"{"do":"flood","second":1}"#, "base", "unknown field `second`"),
    ] {
        let (status, answer) = vendor.post_control("telegram", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let message = answer["meta"]["errors"][field][0].as_str().unwrap_or_default();
        assert!(message.contains(words), "{body}: {answer}");
    }
}

#[tokio::test]
async fn a_reset_makes_everything_as_at_the_start() {
    let vendor = Vendor::start(quick()).await;
    let mut start = vendor.state_of("telegram").await;
    start["ok"] = json!(true);
    for instruction in [
        json!({ "do": "code", "code": "1" }),
        json!({ "do": "password", "on": false, "password": "other" }),
        json!({ "do": "expire_code" }),
        json!({ "do": "flood" }),
        json!({ "do": "reject", "times": 9 }),
        json!({ "do": "order", "order": "push_first" }),
        json!({ "do": "authorize" }),
        json!({ "do": "slow" }),
        json!({ "do": "refuse" }),
    ] {
        vendor.telegram(instruction).await;
    }
    assert_eq!(vendor.telegram(json!({ "do": "reset" })).await, start);
    let mut peer = vendor.in_telegram().await;
    for (event, payload) in [
        ("send_phone", json!({ "phone": "79811597745" })),
        ("send_code", json!({ "code": "12345" })),
        ("send_password", json!({ "password": "hunter22" })),
    ] {
        assert_eq!(peer.ask(event, payload).await, reply(ok()), "{event}");
    }
}
