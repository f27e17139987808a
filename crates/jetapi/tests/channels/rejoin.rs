//! When a room is joined, and joined again.

use std::cell::Cell;
use std::rc::Rc;

use jetapi::channels::{ChannelState, Event, JoinError};
use jetapi::json::Value;
use serde_json::json;

use crate::support::{Answer, Door, SECOND, TOPIC, World, gaps, is_about};

fn joins_at(world: &World) -> Vec<u64> {
    world.got("phx_join").iter().map(|got| got.at).collect()
}

#[test]
fn a_join_goes_out_at_once_and_once() {
    let mut world = World::connected();
    let channel = world.join(TOPIC);
    assert_eq!(world.events(), [Event::Joined { channel, response: Value::empty_object() }]);
    assert_eq!(world.state(channel), Some(ChannelState::Joined));
    assert_eq!(world.try_join(TOPIC), Err(JoinError::AlreadyJoined));
    world.advance(60 * SECOND);
    assert_eq!(world.got("phx_join").len(), 1);
}

#[test]
fn a_join_without_a_connection_goes_out_with_the_open() {
    let mut world = World::new();
    let channel = world.join(TOPIC);
    assert_eq!(world.state(channel), Some(ChannelState::Joining));
    assert_eq!(world.try_join(TOPIC), Err(JoinError::AlreadyJoined));
    world.connect();
    assert_eq!(world.state(channel), Some(ChannelState::Joined));
    assert_eq!(world.got("phx_join").len(), 1);
    world.advance(60 * SECOND);
    assert_eq!(world.got("phx_join").len(), 1);
}

#[test]
fn a_join_without_an_answer_times_out_is_taken_back_and_tried_again() {
    let mut world = World::connected();
    world.server.joins = Answer::Never;
    let channel = world.join(TOPIC);
    world.advance(10 * SECOND - 1);
    assert_eq!((world.events(), world.state(channel)), (vec![], Some(ChannelState::Joining)));
    world.advance(1);
    assert_eq!(world.events(), [Event::JoinTimeout { channel }]);
    assert_eq!(world.state(channel), Some(ChannelState::Errored));
    assert_eq!(world.got("phx_leave")[0].join_ref, Some(world.got("phx_join")[0].reference.clone()));

    world.server.joins = Answer::Ok;
    assert!(is_about(world.until(|world| world.got("phx_join").len() == 2), SECOND));
    assert_eq!(world.state(channel), Some(ChannelState::Joined));
}

#[test]
fn the_time_to_join_runs_without_a_connection_too() {
    // The server is away for good.
    let mut world = World::new();
    world.server.door = Door::Shut;
    world.connect();
    let channel = world.join(TOPIC);
    world.advance(10 * SECOND - 1);
    assert_eq!(world.state(channel), Some(ChannelState::Joining));
    world.advance(1);
    assert!(world.events().contains(&Event::JoinTimeout { channel }));
    assert_eq!(world.state(channel), Some(ChannelState::Errored));
    // Nothing to take back: nothing went out. With the connection comes the join.
    world.server.door = Door::Open;
    world.until(|world| world.connection.is_some());
    assert_eq!((world.got("phx_leave").len(), world.got("phx_join").len()), (0, 1));
    assert_eq!(world.state(channel), Some(ChannelState::Joined));

    // The connection comes late, and the answer later.
    let mut world = World::new();
    world.server.joins = Answer::Never;
    let channel = world.join(TOPIC);
    world.advance(6 * SECOND);
    world.connect();
    world.advance(4 * SECOND - 1);
    assert_eq!(world.state(channel), Some(ChannelState::Joining));
    world.advance(1);
    assert_eq!(world.state(channel), Some(ChannelState::Errored));
}

#[test]
fn a_room_that_refuses_is_asked_ever_less_often() {
    let mut world = World::connected();
    world.server.joins = Answer::Error;
    let channel = world.join(TOPIC);
    let Event::JoinRefused { channel: refused, response } = &world.events()[0] else { panic!() };
    assert_eq!((*refused, response.get("reason").and_then(Value::as_str)), (channel, Some("no")));
    assert_eq!(world.state(channel), Some(ChannelState::Errored));
    world.until(|world| joins_at(world).len() == 7);
    let waits = gaps(&joins_at(&world));
    let nominal = [1, 2, 5, 10, 10, 10].map(|seconds| seconds * SECOND);
    assert!(waits.iter().zip(nominal).all(|(wait, nominal)| is_about(*wait, nominal)), "{waits:?}");
    assert_eq!(world.got("phx_leave"), []);

    // A join that succeeds starts the waits anew.
    world.server.joins = Answer::Ok;
    world.until(|world| world.state(channel) == Some(ChannelState::Joined));
    world.server.joins = Answer::Error;
    world.crash(TOPIC);
    let crashed = world.now;
    let asked = world.until(|world| joins_at(world).last().is_some_and(|at| *at > crashed));
    assert!(is_about(asked, SECOND), "{asked}");
}

#[test]
fn a_room_that_crashes_is_joined_again_with_a_new_ref() {
    let (mut world, channel) = World::joined();
    let old = world.join_ref(TOPIC);
    world.crash(TOPIC);
    assert_eq!(world.events(), [Event::Errored { channel }]);
    assert_eq!(world.state(channel), Some(ChannelState::Errored));
    assert!(is_about(world.until(|world| !world.server.got.is_empty()), SECOND));
    assert_ne!(world.join_ref(TOPIC), old);
    assert_eq!(world.events(), [Event::Joined { channel, response: Value::empty_object() }]);
}

#[test]
fn a_second_crash_during_the_wait_changes_nothing() {
    let (mut world, _) = World::joined();
    let old = world.join_ref(TOPIC);
    world.crash(TOPIC);
    world.events();
    let due = world.socket.poll_timeout();
    for join_ref in [json!(old), json!(null)] {
        world.say(&json!([join_ref, null, TOPIC, "phx_error", {}]));
    }
    assert_eq!((world.events(), world.socket.poll_timeout()), (vec![], due));
}

#[test]
fn a_crash_while_joining_counts_as_a_failed_join() {
    let mut world = World::connected();
    world.server.joins = Answer::Never;
    let channel = world.join(TOPIC);
    let join_ref = world.got("phx_join")[0].reference.clone();
    world.say(&json!([join_ref, join_ref, TOPIC, "phx_error", {"reason": "crashed"}]));
    assert_eq!(world.events(), [Event::Errored { channel }]);
    assert!(is_about(world.until(|world| joins_at(world).len() == 2), SECOND));
}

#[test]
fn a_late_ok_of_a_join_that_timed_out_counts_for_nothing() {
    let mut world = World::connected();
    world.server.joins = Answer::Never;
    let channel = world.join(TOPIC);
    world.advance(10 * SECOND);
    world.events();
    let old = world.got("phx_join")[0].reference.clone();
    let ok = |join_ref: serde_json::Value| json!([join_ref, old, TOPIC, "phx_reply", {"status": "ok", "response": {}}]);
    let late = [ok(json!(old)), ok(json!(null))];
    late.iter().for_each(|late| world.say(late));
    assert_eq!((world.events(), world.state(channel)), (vec![], Some(ChannelState::Errored)));
    // Nor while the next join waits.
    world.until(|world| joins_at(world).len() == 2);
    late.iter().for_each(|late| world.say(late));
    assert_eq!((world.events(), world.state(channel)), (vec![], Some(ChannelState::Joining)));
}

#[test]
fn a_join_is_answered_once() {
    let (mut world, channel) = World::joined();
    let join_ref = world.join_ref(TOPIC);
    for status in ["ok", "error"] {
        world.say(&json!([join_ref, join_ref, TOPIC, "phx_reply", {"status": status, "response": {}}]));
        assert_eq!((world.events(), world.state(channel)), (vec![], Some(ChannelState::Joined)), "{status}");
    }
}

#[test]
fn all_rooms_are_joined_again_with_the_next_connection() {
    let (mut world, first) = World::joined();
    let second = world.join("session:78");
    world.server.joins = Answer::Never;
    let third = world.join("session:79");
    world.forget();
    world.server.door = Door::Shut;
    world.cut(1006);
    for channel in [first, second, third] {
        assert_eq!(world.state(channel), Some(ChannelState::Errored));
    }
    world.advance(60 * SECOND);
    assert_eq!(world.got("phx_join"), [], "no room is asked without a connection");

    world.server.door = Door::Open;
    world.server.joins = Answer::Ok;
    world.forget();
    world.until(|world| world.connection.is_some());
    let joined: Vec<_> = world.got("phx_join").into_iter().map(|got| got.topic).collect();
    assert_eq!(joined, [TOPIC, "session:78", "session:79"]);
    assert_eq!(joins_at(&world), [world.now; 3], "at once");
    world.advance(25 * SECOND);
    assert_eq!(world.server.got.len(), 3);
}

#[test]
fn a_rejoin_that_waits_when_the_connection_goes_comes_with_the_next_one() {
    let (mut world, channel) = World::joined();
    world.crash(TOPIC);
    world.server.door = Door::Shut;
    world.cut(1006);
    world.advance(5 * SECOND);
    assert_eq!(world.server.got, []);
    world.server.door = Door::Open;
    world.until(|world| world.connection.is_some());
    assert_eq!(joins_at(&world), [world.now]);
    assert_eq!(world.state(channel), Some(ChannelState::Joined));
    world.advance(25 * SECOND);
    assert_eq!(world.server.got.len(), 1, "and only once");
}

#[test]
fn a_room_that_ends_is_forgotten() {
    for state in [ChannelState::Joining, ChannelState::Joined] {
        let mut world = World::connected();
        if state == ChannelState::Joining {
            world.server.joins = Answer::Never;
        }
        let channel = world.join(TOPIC);
        assert_eq!(world.state(channel), Some(state));
        let join_ref = world.got("phx_join")[0].reference.clone();
        world.forget();
        world.say(&json!([join_ref, join_ref, TOPIC, "phx_close", {}]));
        assert_eq!((world.events(), world.state(channel)), (vec![Event::Closed { channel }], None));
        world.advance(25 * SECOND);
        world.cut(1006);
        world.advance(5 * SECOND);
        assert_eq!(world.got("phx_join"), [], "{state:?}");

        // Whoever wants to may join it anew.
        world.server.joins = Answer::Ok;
        let again = world.join(TOPIC);
        assert_ne!(again, channel);
        assert_eq!(world.state(again), Some(ChannelState::Joined));
    }
}

#[test]
fn what_is_said_at_a_join_is_made_up_anew_for_each() {
    let mut world = World::connected();
    let count = Rc::new(Cell::new(0));
    let counter = count.clone();
    let payload = move || {
        counter.set(counter.get() + 1);
        Value::Object(vec![("count".into(), Value::Number(counter.get().to_string()))])
    };
    world.socket.join(world.at(), TOPIC, payload).unwrap();
    world.settle();
    world.crash(TOPIC);
    world.until(|world| joins_at(world).len() == 2);
    world.cut(1006);
    world.until(|world| joins_at(world).len() == 3);
    let said: Vec<_> = world.got("phx_join").into_iter().map(|got| got.payload).collect();
    assert_eq!(said, [json!({"count": 1}), json!({"count": 2}), json!({"count": 3})]);
    assert_eq!(count.get(), 3);
}
