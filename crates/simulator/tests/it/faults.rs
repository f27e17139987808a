use std::time::{Duration, Instant};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::json;
use tokio::time::timeout;

use crate::harness::{PATIENCE, Peer, QUERY, ROOM, Vendor, answer, quick};

/// Tries until the upgrade is accepted, and tells the answers before.
async fn reconnect(vendor: &Vendor) -> (Peer, Vec<StatusCode>) {
    let mut refusals = Vec::new();
    let trying = async {
        loop {
            match Peer::connect(&vendor.whatsapp_url(QUERY)).await {
                Ok(peer) => return peer,
                Err(status) => refusals.push(status),
            }
        }
    };
    let peer = timeout(PATIENCE, trying).await.unwrap();
    refusals.dedup();
    (peer, refusals)
}

#[tokio::test]
async fn a_crash_errors_the_channel_and_the_next_join_is_fine() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    vendor.control(json!({ "do": "crash" })).await;
    assert_eq!(peer.next_of("phx_error").await, json!([1, 1, ROOM, "phx_error", {}]));
    assert_eq!(vendor.state().await["joined"], 0);
    peer.send(json!(["2", "2", ROOM, "phx_join", {}])).await;
    assert_eq!(peer.next().await[4]["status"], "ok");
}

#[tokio::test]
async fn joins_crash_for_as_long_as_told() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    let told = Instant::now();
    vendor.control(json!({ "do": "crash", "ms": 400 })).await;
    peer.next_of("phx_error").await;
    let mut crashed = 0;
    for reference in 2.. {
        peer.send(json!([reference, reference, ROOM, "phx_join", {}])).await;
        let reply = peer.next().await;
        if reply[4]["status"] == "ok" {
            break;
        }
        assert_eq!(reply[4]["response"], json!({ "reason": "join crashed" }));
        crashed += 1;
    }
    assert!(crashed > 0);
    assert!(told.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_drop_ends_the_transport_without_a_close_frame() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    vendor.control(json!({ "do": "drop" })).await;
    assert_eq!(peer.closed().await, None);
    let (_, refusals) = reconnect(&vendor).await;
    assert!(refusals.is_empty(), "{refusals:?}");
}

#[tokio::test]
async fn a_drop_reaches_a_socket_that_waits_in_a_slow_join() {
    let vendor = Vendor::start(quick()).await;
    vendor.control(json!({ "do": "slow", "ms": 600_000 })).await;
    let mut peer = vendor.connect().await;
    peer.send(json!(["1", "1", ROOM, "phx_join", {}])).await;
    vendor.state_where(|state| state["frames_in"][0][3] == "phx_join").await;
    vendor.control(json!({ "do": "drop" })).await;
    assert_eq!(peer.closed().await, None);
}

#[tokio::test]
async fn after_a_drop_upgrades_fail_for_as_long_as_told() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    let state = vendor.control(json!({ "do": "drop", "ms": 400 })).await;
    assert_eq!(state["state"], "down");
    assert_eq!(peer.closed().await, None);
    let (_, refusals) = reconnect(&vendor).await;
    assert_eq!(refusals, [StatusCode::SERVICE_UNAVAILABLE]);
}

#[tokio::test]
async fn a_close_carries_its_code() {
    let vendor = Vendor::start(quick()).await;
    for (code, received) in [(None, 1000), (Some(1001), 1001), (Some(1012), 1012), (Some(4000), 4000)] {
        let mut peer = vendor.joined().await;
        vendor.control(json!({ "do": "close", "code": code })).await;
        assert_eq!(peer.closed().await, Some(received));
    }
}

#[tokio::test]
async fn a_silent_server_takes_everything_and_says_nothing() {
    let vendor = Vendor::start(quick()).await;
    let mut joined = vendor.joined().await;
    joined.next_code().await;
    assert_eq!(vendor.control(json!({ "do": "silent" })).await["state"], "silent");
    let mut fresh = vendor.connect().await;
    fresh.send(json!(["5", "5", ROOM, "phx_join", {}])).await;
    joined.send(json!([null, "6", "phoenix", "heartbeat", {}])).await;
    vendor.state_where(|state| state["frames_in"].as_array().unwrap().len() == 3).await;
    // Only what was under way before the silence can still arrive.
    let quiet = Duration::from_millis(200);
    let mut under_way = 0;
    while timeout(quiet, joined.next()).await.is_ok() {
        under_way += 1;
        assert!(under_way < 10, "pushes go on");
    }
    assert!(timeout(quiet, fresh.next()).await.is_err());

    vendor.control(json!({ "do": "silent", "ms": 0 })).await;
    let since = joined.until_heartbeat("7").await;
    assert!(since.iter().all(|frame| frame[3] == "auth_state"), "{since:?}");
    joined.next_code().await;
    assert!(fresh.until_heartbeat("8").await.is_empty(), "the join is lost");
}

#[tokio::test]
async fn a_silence_ends_in_time() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    vendor.control(json!({ "do": "silent", "ms": 50 })).await;
    vendor.state_where(|state| state["state"] != "silent").await;
    peer.until_heartbeat("1").await;
}

#[tokio::test]
async fn a_slow_join_is_let_go_by_a_reset() {
    let vendor = Vendor::start(quick()).await;
    vendor.control(json!({ "do": "slow", "ms": 600_000 })).await;
    let mut peer = vendor.connect().await;
    peer.send(json!(["1", "1", ROOM, "phx_join", {}])).await;
    vendor.state_where(|state| state["frames_in"][0][3] == "phx_join").await;
    vendor.control(json!({ "do": "reset" })).await;
    assert_eq!(peer.next().await[4]["status"], "ok");
    peer.next_of("auth_state").await;
}

#[tokio::test]
async fn a_refused_token_is_refused_everywhere() {
    let vendor = Vendor::start(quick()).await;
    let account = || {
        let request = Request::get("/api/v1/account").header("authorization", "Bearer sim-client-token");
        answer(vendor.simulator.api_router(), request.body(Body::empty()).unwrap())
    };
    let mut open = vendor.joined().await;
    assert_eq!(vendor.control(json!({ "do": "refuse", "ms": 500 })).await["state"], "refusing");
    assert_eq!(account().await.0, StatusCode::UNAUTHORIZED);
    let (_, refusals) = reconnect(&vendor).await;
    assert_eq!(refusals, [StatusCode::FORBIDDEN]);
    assert_eq!(account().await.0, StatusCode::OK);
    open.until_heartbeat("1").await;
}
