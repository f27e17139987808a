use std::time::{Duration, Instant};

use axum::http::StatusCode;
use jetapi_simulator::{Options, Refs};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest, http::HeaderValue};

use crate::harness::{Peer, QUERY, ROOM, Vendor, quick};

fn ok() -> Value {
    json!({ "status": "ok", "response": {} })
}

fn error(reason: &str) -> Value {
    json!({ "status": "error", "response": { "reason": reason } })
}

#[tokio::test]
async fn an_upgrade_needs_the_token_and_a_version_that_is_spoken() {
    let vendor = Vendor::start(quick()).await;
    for (query, refused) in [
        (QUERY, None),
        ("token=sim-client-token&vsn=1.0.0", None),
        ("token=sim-client-token", None),
        ("vsn=2.0.0", Some(StatusCode::FORBIDDEN)),
        ("token=&vsn=2.0.0", Some(StatusCode::FORBIDDEN)),
        ("token=wrong&vsn=2.0.0", Some(StatusCode::FORBIDDEN)),
        ("token=sim-client-token&vsn=3.0.0", Some(StatusCode::FORBIDDEN)),
        ("token=sim-client-token&vsn=x", Some(StatusCode::FORBIDDEN)),
    ] {
        for url in [vendor.whatsapp_url(query), vendor.api_url(query)] {
            assert_eq!(Peer::connect(&url).await.err(), refused, "{url}");
        }
    }
}

#[tokio::test]
async fn an_upgrade_needs_the_registered_origin() {
    let vendor = Vendor::start(Options { origin: Some("https://crm.example".into()), ..quick() }).await;
    for (origin, refused) in [
        (Some("https://crm.example"), None),
        (Some("https://other.example"), Some(StatusCode::FORBIDDEN)),
        (None, Some(StatusCode::FORBIDDEN)),
    ] {
        let mut request = vendor.whatsapp_url(QUERY).into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", HeaderValue::from_static(origin));
        }
        assert_eq!(Peer::connect(request).await.err(), refused, "{origin:?}");
    }
}

#[tokio::test]
async fn both_sockets_answer_heartbeats() {
    let vendor = Vendor::start(quick()).await;
    let under_prefix = format!("ws://{}/whatsapp/socket/websocket?{QUERY}", vendor.address);
    for url in [vendor.whatsapp_url(QUERY), vendor.api_url(QUERY), under_prefix] {
        let mut peer = Peer::connect(&url).await.unwrap();
        peer.send(json!([null, "24", "phoenix", "heartbeat", {}])).await;
        assert_eq!(peer.next().await, json!([null, "24", "phoenix", "phx_reply", ok()]), "{url}");
    }
}

#[tokio::test]
async fn the_whatsapp_room_prints_refs_as_numbers_or_as_they_came() {
    for (refs, sent, printed) in [
        (Refs::Integer, json!("7"), json!(7)),
        (Refs::Integer, json!(7), json!(7)),
        (Refs::Integer, json!("x"), json!("x")),
        (Refs::String, json!("7"), json!("7")),
        (Refs::String, json!(7), json!(7)),
    ] {
        let vendor = Vendor::start(Options { refs, ..quick() }).await;
        let mut peer = vendor.connect().await;
        peer.send(json!([sent, sent, ROOM, "phx_join", {}])).await;
        assert_eq!(peer.next().await, json!([printed, printed, ROOM, "phx_reply", ok()]), "{refs:?} {sent}");
        let push = peer.next().await;
        let preparing = json!({ "auth": false, "qr_code": null });
        assert_eq!(push, json!([printed, null, ROOM, "auth_state", preparing]), "{refs:?} {sent}");
    }
}

#[tokio::test]
async fn what_is_not_joined_is_answered_as_phoenix_does() {
    let vendor = Vendor::start(quick()).await;
    let theirs = "room:v1:whats_app:auth:77";
    let telegram = "room:v1:telegram:auth";
    for (url, sent, received) in [
        (
            vendor.whatsapp_url(QUERY),
            json!(["1", "1", theirs, "phx_join", {}]),
            json!([1, 1, theirs, "phx_reply", error("unauthorized")]),
        ),
        (
            vendor.whatsapp_url(QUERY),
            json!(["1", "1", telegram, "phx_join", {}]),
            json!([null, "1", telegram, "phx_reply", error("unmatched topic")]),
        ),
        (
            vendor.api_url(QUERY),
            json!(["1", "1", ROOM, "phx_join", {}]),
            json!([null, "1", ROOM, "phx_reply", error("unmatched topic")]),
        ),
        (
            vendor.whatsapp_url(QUERY),
            json!(["1", "2", ROOM, "anything", {}]),
            json!([null, 2, ROOM, "phx_reply", error("unmatched topic")]),
        ),
        (
            vendor.whatsapp_url(QUERY),
            json!(["1", "2", ROOM, "phx_leave", {}]),
            json!([1, 2, ROOM, "phx_reply", ok()]),
        ),
    ] {
        let mut peer = Peer::connect(&url).await.unwrap();
        peer.send(sent.clone()).await;
        assert_eq!(peer.next().await, received, "{sent}");
        assert_eq!(peer.until_heartbeat("9").await, Vec::<Value>::new(), "{sent}");
    }
}

#[tokio::test]
async fn a_duplicate_join_is_answered_before_the_old_channel_is_closed() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    peer.send(json!(["2", "2", ROOM, "phx_join", {}])).await;
    let after = |frame: &Value| frame[3] != "auth_state";
    assert_eq!(peer.next_where(after).await, json!([2, 2, ROOM, "phx_reply", ok()]));
    assert_eq!(peer.next().await, json!([1, 1, ROOM, "phx_close", {}]));
    assert_eq!(peer.next_of("auth_state").await[0], 2);
    let state = vendor.state().await;
    assert_eq!((&state["joined"], &state["joins_total"]), (&json!(1), &json!(2)));
}

#[tokio::test]
async fn a_leave_of_an_earlier_channel_leaves_the_present_one_alone() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    peer.send(json!(["2", "2", ROOM, "phx_join", {}])).await;
    peer.next_of("phx_close").await;
    peer.send(json!(["1", "3", ROOM, "phx_leave", {}])).await;
    let between = peer.until_heartbeat("9").await;
    assert!(between.iter().all(|frame| frame[3] == "auth_state"), "{between:?}");
    assert_eq!(peer.next_of("auth_state").await[0], 2);
}

#[tokio::test]
async fn a_leave_is_answered_then_the_channel_closed() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    peer.send(json!(["1", "2", ROOM, "phx_leave", {}])).await;
    assert_eq!(peer.next_of("phx_reply").await, json!([1, 2, ROOM, "phx_reply", ok()]));
    assert_eq!(peer.next().await, json!([1, 1, ROOM, "phx_close", {}]));
    assert_eq!(vendor.state().await["joined"], 0);
    assert_eq!(peer.until_heartbeat("9").await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_event_that_the_room_does_not_know_crashes_the_channel() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    peer.send(json!(["1", "2", ROOM, "send_phone", { "phone": "1" }])).await;
    assert_eq!(peer.next_of("phx_error").await, json!([1, 1, ROOM, "phx_error", {}]));
    peer.send(json!(["1", "3", ROOM, "send_phone", {}])).await;
    assert_eq!(peer.next().await, json!([null, 3, ROOM, "phx_reply", error("unmatched topic")]));
    peer.send(json!(["4", "4", ROOM, "phx_join", {}])).await;
    assert_eq!(peer.next().await, json!([4, 4, ROOM, "phx_reply", ok()]));
}

#[tokio::test]
async fn a_frame_that_cannot_be_decoded_closes_the_socket_with_1011() {
    let vendor = Vendor::start(quick()).await;
    for message in [
        Message::text(""),
        Message::text("["),
        Message::text("{}"),
        Message::text(r#"["1","1","room","phx_join"]"#),
        Message::text(r#"["1","1",7,"phx_join",{}]"#),
        Message::text(r#"["1","1","room",null,{}]"#),
        Message::binary([0, 1, 2].as_slice()),
    ] {
        let mut peer = vendor.connect().await;
        peer.send_message(message.clone()).await;
        assert_eq!(peer.closed().await, Some(1011), "{message:?}");
    }
}

#[tokio::test]
async fn a_socket_that_hears_nothing_is_closed() {
    let idle_timeout = Duration::from_millis(500);
    let vendor = Vendor::start(Options { idle_timeout, ..quick() }).await;
    let mut peer = vendor.joined().await;
    let joined = Instant::now();
    // Pushes are not a sign of life, frames of any kind are.
    while joined.elapsed() < idle_timeout * 2 {
        peer.next_of("auth_state").await;
        peer.send_message(Message::Ping("x".into())).await;
    }
    let last_sent = Instant::now();
    assert_eq!(peer.closed().await, Some(1000));
    assert!(last_sent.elapsed() >= idle_timeout / 2, "{:?}", last_sent.elapsed());
}

#[tokio::test]
async fn draining_closes_every_socket_with_1012_and_takes_no_new_one() {
    let vendor = Vendor::start(quick()).await;
    let mut whatsapp = vendor.joined().await;
    let mut api = Peer::connect(&vendor.api_url(QUERY)).await.unwrap();
    let draining = tokio::spawn({
        let simulator = vendor.simulator.clone();
        async move { simulator.drain().await }
    });
    assert_eq!(whatsapp.closed().await, Some(1012));
    assert_eq!(api.closed().await, Some(1012));
    drop((whatsapp, api));
    draining.await.unwrap();
    assert_eq!(vendor.state().await["sockets"], 0);
    assert_eq!(Peer::connect(&vendor.api_url(QUERY)).await.err(), Some(StatusCode::SERVICE_UNAVAILABLE));
}

#[tokio::test]
async fn a_slow_join_blocks_all_that_is_behind_it() {
    let vendor = Vendor::start(quick()).await;
    let delay = Duration::from_millis(150);
    vendor.control(json!({ "do": "slow", "ms": 150 })).await;
    let mut peer = vendor.connect().await;
    let started = Instant::now();
    peer.send(json!(["1", "1", ROOM, "phx_join", {}])).await;
    peer.send(json!([null, "2", "phoenix", "heartbeat", {}])).await;
    assert_eq!(peer.next().await[1], 1);
    assert!(started.elapsed() >= delay);
    assert_eq!(peer.next().await[1], "2");
    let push = peer.next().await;
    assert_eq!(push[3], "auth_state");
    assert!(started.elapsed() >= delay * 2);
}

#[tokio::test]
async fn a_client_without_version_is_spoken_to_in_objects() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = Peer::connect(&vendor.whatsapp_url("token=sim-client-token")).await.unwrap();
    peer.send(json!({ "topic": ROOM, "event": "phx_join", "payload": {}, "ref": "1" })).await;
    assert_eq!(peer.next().await, json!({ "topic": ROOM, "event": "phx_reply", "payload": ok(), "ref": 1 }));
    let preparing = json!({ "auth": false, "qr_code": null });
    assert_eq!(
        peer.next().await,
        json!({ "topic": ROOM, "event": "auth_state", "payload": preparing, "ref": null })
    );
    peer.send(json!({ "topic": ROOM, "event": "phx_leave", "payload": {}, "ref": "2" })).await;
    let reply = peer.next_where(|frame| frame["event"] != "auth_state").await;
    assert_eq!(reply, json!({ "topic": ROOM, "event": "phx_reply", "payload": ok(), "ref": 2 }));
    assert_eq!(peer.next().await["event"], "phx_close");
}

#[tokio::test]
async fn draining_does_not_wait_for_a_slow_join() {
    let vendor = Vendor::start(quick()).await;
    vendor.control(json!({ "do": "slow", "ms": 600_000 })).await;
    let mut peer = vendor.connect().await;
    peer.send(json!(["1", "1", ROOM, "phx_join", {}])).await;
    vendor.state_where(|state| state["frames_in"][0][3] == "phx_join").await;
    let (code, ()) = tokio::join!(peer.closed(), vendor.simulator.drain());
    assert_eq!(code, Some(1012));
}
