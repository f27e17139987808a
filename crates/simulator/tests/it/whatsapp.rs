use std::{collections::BTreeSet, time::Duration};

use jetapi_simulator::Options;
use serde_json::{Value, json};

use crate::harness::{ROOM, Vendor, quick};

#[tokio::test]
async fn a_container_prepares_then_shows_the_code_that_the_control_tells() {
    let vendor = Vendor::start(quick()).await;
    assert_eq!(vendor.state().await["state"], "idle");
    let mut peer = vendor.joined().await;
    assert_eq!(vendor.state().await["state"], "preparing");
    assert_eq!(peer.next().await[4], json!({ "auth": false, "qr_code": null }));
    let shown = peer.next_state(|state| !state["qr_code"].is_null()).await;
    let state = vendor.state().await;
    assert_eq!(shown, json!({ "auth": false, "qr_code": state["qr_code"] }));
    assert_eq!(state["state"], "code");
}

#[tokio::test]
async fn a_code_is_pushed_again_and_again_and_replaced_in_time() {
    let vendor = Vendor::start(Options { code_every: Duration::from_millis(500), ..quick() }).await;
    let mut peer = vendor.joined().await;
    let first = peer.next_code().await;
    let mut repeats = 0;
    let second = loop {
        let code = peer.next_code().await;
        if code != first {
            break code;
        }
        repeats += 1;
    };
    assert!(repeats > 1, "pushed {repeats} times more");
    assert_ne!(peer.next_state(|state| state["qr_code"] != second.as_str()).await["qr_code"], first);
}

#[tokio::test]
async fn codes_follow_from_the_seed() {
    let mut codes = Vec::new();
    for seed in [5, 5, 6] {
        let vendor = Vendor::start(Options { seed, ..quick() }).await;
        codes.push(vendor.joined().await.next_code().await);
    }
    assert_eq!(codes[0], codes[1]);
    assert_ne!(codes[0], codes[2]);
}

#[tokio::test]
async fn a_container_lives_on_between_two_joins() {
    let vendor = Vendor::start(quick()).await;
    let code = vendor.joined().await.next_code().await;
    let mut again = vendor.joined().await;
    assert_eq!(again.next().await[4]["qr_code"], code);
}

#[tokio::test]
async fn a_scan_opens_the_session_and_a_log_out_closes_it() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    let first = peer.next_code().await;

    let state = vendor.control(json!({ "do": "scan" })).await;
    assert_eq!(state["state"], "connected");
    assert_eq!(state["phone"], "79260846453");
    assert_eq!(state["qr_code"], Value::Null);
    assert_eq!(peer.next_state(|state| state["auth"] == true).await, json!({ "auth": true }));
    assert_eq!(vendor.joined().await.next().await[4], json!({ "auth": true }), "without a code first");

    let state = vendor.control(json!({ "do": "log_out" })).await;
    assert_eq!((&state["state"], &state["phone"]), (&json!("preparing"), &Value::Null));
    let after = peer.next_state(|state| state["auth"] == false).await;
    assert_eq!(after, json!({ "auth": false, "qr_code": null }));
    assert_ne!(peer.next_code().await, first);
}

#[tokio::test]
async fn what_the_phone_does_can_come_later() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    peer.next_code().await;
    let delay = Duration::from_millis(100);
    let started = tokio::time::Instant::now();
    let scan = vendor.control(json!({ "do": "scan", "ms": 100, "phone": "1" }));
    let pushed = async {
        peer.next_state(|state| state["auth"] == true).await;
        started.elapsed()
    };
    let (state, scanned_after) = tokio::join!(scan, pushed);
    assert_eq!(state["phone"], "1");
    assert!(scanned_after >= delay, "{scanned_after:?}");
}

#[tokio::test]
async fn a_container_can_be_made_to_take_its_time() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    let first = peer.next_code().await;
    let started = tokio::time::Instant::now();
    let state = vendor.control(json!({ "do": "prepare", "ms": 100 })).await;
    assert_eq!((&state["state"], &state["qr_code"]), (&json!("preparing"), &Value::Null));
    peer.next_state(|state| state["qr_code"] == Value::Null).await;
    assert_ne!(peer.next_code().await, first);
    assert!(started.elapsed() >= Duration::from_millis(100), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_code_can_be_made_to_expire() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    let first = peer.next_code().await;
    let state = vendor.control(json!({ "do": "expire" })).await;
    assert_ne!(state["qr_code"], first);
    let second = peer.next_state(|state| state["qr_code"] != first.as_str()).await;
    assert_eq!(second["qr_code"], state["qr_code"]);
}

#[tokio::test]
async fn a_benchmarks_rhythm_counts_pushes_and_not_time() {
    let slow_clock = Options {
        preparing: Duration::ZERO,
        push_every: Duration::from_secs(3600),
        code_every: Duration::from_millis(1),
        ..quick()
    };
    for (change_every, codes) in [(0, 1), (10, 4), (1, 40)] {
        let vendor = Vendor::start(slow_clock.clone()).await;
        let mut peer = vendor.joined().await;
        peer.next_code().await;
        vendor.control(json!({ "do": "frames", "every_ms": 1, "change_every": change_every })).await;
        // The first change comes with the push that completes the count.
        for _ in 1..change_every {
            peer.next_code().await;
        }
        let mut seen = BTreeSet::new();
        for _ in 0..40 {
            seen.insert(peer.next_code().await);
        }
        assert_eq!(seen.len(), codes, "a change every {change_every}");
    }
}

#[tokio::test]
async fn the_control_tells_what_a_client_did() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    for reference in 0..60 {
        peer.until_heartbeat(&reference.to_string()).await;
    }
    let other = vendor.connect().await;
    let state = vendor.state_where(|state| state["sockets"] == 2).await;
    assert_eq!(
        (&state["joined"], &state["joins_total"], &state["connects_total"]),
        (&json!(1), &json!(1), &json!(2))
    );
    let frames: Vec<_> =
        (10..60).map(|reference| json!([null, reference.to_string(), "phoenix", "heartbeat", {}])).collect();
    assert_eq!(state["frames_in"], json!(frames));
    drop((peer, other));
    vendor.state_where(|state| state["sockets"] == 0 && state["joined"] == 0).await;
}

#[tokio::test]
async fn a_reset_makes_everything_as_at_the_start() {
    let vendor = Vendor::start(quick()).await;
    let mut start = vendor.state().await;
    start["ok"] = json!(true);
    let first = vendor.joined().await.next_code().await;
    vendor.control(json!({ "do": "frames", "every_ms": 1, "change_every": 1 })).await;
    vendor.control(json!({ "do": "hostile", "kind": "long_code" })).await;
    vendor.control(json!({ "do": "scan" })).await;
    for fault in ["silent", "refuse", "slow"] {
        vendor.control(json!({ "do": fault })).await;
    }
    vendor.control(json!({ "do": "crash", "ms": 60_000 })).await;
    vendor.control(json!({ "do": "drop", "ms": 60_000 })).await;
    vendor.state_where(|state| state["sockets"] == 0).await;

    assert_eq!(vendor.control(json!({ "do": "reset" })).await, start);
    let mut peer = vendor.joined().await;
    assert_eq!(peer.next().await[4]["qr_code"], Value::Null);
    assert_eq!(peer.next_code().await, first);
}

#[tokio::test]
async fn a_reset_starts_the_container_of_a_channel_that_is_open() {
    let vendor = Vendor::start(quick()).await;
    let mut peer = vendor.joined().await;
    let first = peer.next_code().await;
    vendor.control(json!({ "do": "scan" })).await;
    peer.next_state(|state| state["auth"] == true).await;
    vendor.control(json!({ "do": "reset" })).await;
    let after = peer.next_state(|state| state["auth"] == false).await;
    assert_eq!(after["qr_code"], Value::Null);
    assert_eq!(peer.next_code().await, first);
    peer.send(json!(["1", "2", ROOM, "phx_leave", {}])).await;
    peer.next_of("phx_close").await;
}
