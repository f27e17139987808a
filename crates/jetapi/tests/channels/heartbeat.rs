//! The sign of life.

use jetapi::channels::{ChannelState, Event, LinkState};
use serde_json::json;

use crate::support::{SECOND, TOPIC, World, is_about};

fn beats_at(world: &World) -> Vec<u64> {
    world.got("heartbeat").iter().map(|got| got.at).collect()
}

#[test]
fn it_goes_out_every_thirty_seconds() {
    let mut world = World::connected();
    world.advance(30 * SECOND - 1);
    assert!(beats_at(&world).is_empty());
    world.advance(60 * SECOND + 1);
    assert_eq!(beats_at(&world), [30 * SECOND, 60 * SECOND, 90 * SECOND]);
    assert_eq!(world.events(), []);
}

#[test]
fn the_next_one_counts_from_the_answer() {
    let mut world = World::connected();
    world.server.heartbeats = false;
    world.advance(37 * SECOND);
    let beat = world.got("heartbeat").remove(0);
    world.server.heartbeats = true;
    world.say(&json!([null, beat.reference, "phoenix", "phx_reply", {"status": "ok", "response": {}}]));
    world.advance(30 * SECOND - 1);
    assert_eq!(beats_at(&world), [30 * SECOND]);
    world.advance(1);
    assert_eq!(beats_at(&world), [30 * SECOND, 67 * SECOND]);
}

#[test]
fn without_an_answer_the_connection_is_dead() {
    let (mut world, channel) = World::joined();
    world.server.heartbeats = false;
    let old = world.connection.unwrap();
    world.advance(60 * SECOND - 1);
    assert_eq!(world.socket.link(), LinkState::Open);
    world.advance(1);
    assert_eq!(world.closes, [(old, 1000)]);
    assert_eq!(world.events(), [Event::Down { failures: 1, refused: false }]);
    assert_eq!(world.state(channel), Some(ChannelState::Errored));
    assert!(is_about(world.until(|world| world.connection.is_some()), 10));
    assert_eq!(world.state(channel), Some(ChannelState::Joined));
    // The new connection has a heartbeat of its own.
    let opened = world.now;
    world.until(|world| beats_at(world).len() == 2);
    assert_eq!(world.now, opened + 30 * SECOND);
}

#[test]
fn only_its_own_answer_is_one() {
    let mut world = World::connected();
    world.server.heartbeats = false;
    world.advance(30 * SECOND);
    let reference = world.got("heartbeat")[0].reference.clone();
    let payload = json!({"status": "ok", "response": {}});
    for frame in [
        json!([null, "999", "phoenix", "phx_reply", payload]),
        json!([null, null, "phoenix", "phx_reply", payload]),
        json!([null, reference, TOPIC, "phx_reply", payload]),
        json!([null, null, "phoenix", "phx_error", {}]),
    ] {
        world.say(&frame);
    }
    world.advance(30 * SECOND);
    assert_eq!(world.closes.len(), 1);
}

#[test]
fn there_is_none_after_a_disconnect() {
    let mut world = World::connected();
    world.server.heartbeats = false;
    for wait in [10, 35] {
        world.advance(wait * SECOND);
        world.disconnect();
        let beats = beats_at(&world).len();
        assert_eq!(world.socket.poll_timeout(), None);
        world.advance(120 * SECOND);
        assert_eq!(beats_at(&world).len(), beats);
        world.connect();
    }
}

#[test]
fn there_is_none_between_two_connections() {
    let mut world = World::connected();
    world.advance(25 * SECOND);
    world.cut(1006);
    let wait = world.until(|world| world.connection.is_some());
    world.advance(30 * SECOND - 1);
    assert!(beats_at(&world).is_empty());
    world.advance(1);
    assert_eq!(beats_at(&world), [55 * SECOND + wait]);
}
