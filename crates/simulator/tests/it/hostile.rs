use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{Peer, ROOM, Vendor, answer, quick};

/// What an open channel gets that isn't the room's own, up to the answer to a heartbeat.
async fn forged(vendor: &Vendor, peer: &mut Peer, kind: &str) -> Vec<Message> {
    vendor.control(json!({ "do": "hostile", "kind": kind })).await;
    peer.send(json!([null, "hb", "phoenix", "heartbeat", {}])).await;
    let mut messages = Vec::new();
    loop {
        let message = peer.next_message().await.unwrap().unwrap();
        match parsed(&message) {
            Some(frame) if frame[1] == "hb" => return messages,
            Some(frame) if is_right(&frame) => {}
            _ => messages.push(message),
        }
    }
}

fn parsed(message: &Message) -> Option<Value> {
    serde_json::from_str(message.to_text().ok()?).ok()
}

fn is_right(frame: &Value) -> bool {
    let state = &frame[4];
    let code = &state["qr_code"];
    frame.as_array().is_some_and(|fields| fields.len() == 5)
        && frame[0] == 1
        && frame[1].is_null()
        && frame[2] == ROOM
        && frame[3] == "auth_state"
        && state["auth"].is_boolean()
        && (code.is_null() || code.as_str().is_some_and(|code| code.len() < 6_000))
        && state.as_object().is_some_and(|state| state.len() <= 2)
}

#[tokio::test]
async fn hostile_frames_are_what_they_are_called() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    peer.next_code().await;

    let truncated = forged(&vendor, &mut peer, "truncated").await;
    assert_eq!(truncated.len(), 1);
    assert!(truncated[0].is_text() && parsed(&truncated[0]).is_none());

    let oversized = forged(&vendor, &mut peer, "oversized").await;
    assert!(oversized[0].len() > 10 * 1024 * 1024);

    let random = forged(&vendor, &mut peer, "random").await;
    assert!(random.iter().any(Message::is_text) && random.iter().any(Message::is_binary));
    assert!(random.iter().all(|message| parsed(message).is_none()));

    let types = forged(&vendor, &mut peer, "types").await;
    assert!(types.iter().all(|message| parsed(message).is_some()), "JSON, but of wrong types");
    for field in 0..5 {
        let wrong = |message: &&Message| {
            let frame = parsed(message).unwrap();
            frame[field].is_object() && field < 4 || field == 4 && frame[field].is_array()
        };
        assert!(types.iter().find(wrong).is_some(), "field {field}");
    }

    let strings = forged(&vendor, &mut peer, "strings").await;
    let events: Vec<_> = strings.iter().map(|message| parsed(message).unwrap()[3].take()).collect();
    assert!(events.contains(&json!("😀")) && events.contains(&json!("auth_state\0")), "{events:?}");
    let code = peer.next_code().await;
    assert!(code.contains('\0') && code.contains('😀'), "{code}");
}

#[tokio::test]
async fn a_forged_code_stays_until_it_expires() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    peer.next_code().await;
    for kind in ["long_code", "strings"] {
        let state = vendor.control(json!({ "do": "hostile", "kind": kind })).await;
        let forged = state["qr_code"].clone();
        peer.next_state(|state| state["qr_code"] == forged).await;
        peer.next_state(|state| state["qr_code"] == forged).await;
        vendor.control(json!({ "do": "expire" })).await;
        let next = peer.next_state(|state| state["qr_code"] != forged).await;
        assert_eq!(next["qr_code"].as_str().map(str::len), Some(217));
    }
}

#[tokio::test]
async fn every_open_connection_gets_them() {
    let vendor = Vendor::start(quick()).await;
    let mut peers = [vendor.connect().await, vendor.connect().await];
    vendor.state_where(|state| state["sockets"] == 2).await;
    vendor.control(json!({ "do": "hostile", "kind": "types" })).await;
    for peer in &mut peers {
        assert_eq!(peer.next().await, Value::Null, "the first of the series, though nothing is joined");
    }
}

#[tokio::test]
async fn the_account_answers_a_page_then_fails_until_a_reset() {
    let vendor = Vendor::start(quick()).await;
    let account = || {
        let request = Request::get("/api/v1/account").header("authorization", "Bearer sim-client-token");
        answer(vendor.simulator.api_router(), request.body(Body::empty()).unwrap())
    };
    vendor.control(json!({ "do": "hostile", "kind": "html" })).await;
    for expected in [StatusCode::OK, StatusCode::BAD_GATEWAY, StatusCode::BAD_GATEWAY] {
        let (status, body) = account().await;
        assert_eq!(status, expected);
        assert!(body.starts_with("<!doctype html>"), "{body}");
    }
    vendor.control(json!({ "do": "reset" })).await;
    let (status, body) = account().await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.starts_with('{'), "{body}");
}
