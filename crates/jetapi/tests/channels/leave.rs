//! What is left behind: nothing.

use std::rc::Rc;

use jetapi::channels::{ChannelState, Event};
use jetapi::json::Value;
use serde_json::json;

use crate::support::{Answer, SECOND, TOPIC, World};

#[test]
fn a_room_that_is_left_is_told_and_forgotten_at_once() {
    for joins in [Answer::Ok, Answer::Never] {
        let mut world = World::connected();
        world.server.joins = joins;
        let channel = world.join(TOPIC);
        let join_ref = world.got("phx_join")[0].reference.clone();
        world.forget();
        world.socket.leave(world.at(), channel);
        assert_eq!(world.state(channel), None, "without waiting");
        world.settle();
        let leaves = world.got("phx_leave");
        assert_eq!((leaves.len(), &leaves[0].join_ref), (1, &Some(join_ref.clone())), "{joins:?}");
        // What it still says, its answer included, is nobody's.
        for event in ["auth_state", "phx_close", "phx_error", "phx_reply"] {
            world.say(&json!([join_ref, join_ref, TOPIC, event, {"status": "ok", "response": {}}]));
        }
        world.leave(channel);
        world.advance(15 * SECOND);
        world.cut(1006);
        world.advance(SECOND);
        assert_eq!(world.server.got.len(), 1, "{joins:?}");
        assert!(world.events().iter().all(|event| matches!(event, Event::Down { .. } | Event::Opened)));
    }
}

#[test]
fn a_room_that_is_not_in_is_left_without_a_word() {
    type Before = fn(&mut World);
    let before: [(&str, Before); 3] = [
        ("crashed", |world| world.crash(TOPIC)),
        ("no connection", |world| world.disconnect()),
        ("join timed out", |world| {
            world.server.joins = Answer::Never;
            world.crash(TOPIC);
            world.advance(12 * SECOND);
        }),
    ];
    for (name, before) in before {
        let (mut world, channel) = World::joined();
        before(&mut world);
        assert_eq!(world.state(channel), Some(ChannelState::Errored), "{name}");
        world.forget();
        world.leave(channel);
        world.connect();
        world.advance(15 * SECOND);
        assert_eq!(world.server.got, [], "{name}");
    }
}

#[test]
fn a_room_that_was_left_may_be_joined_at_once() {
    let (mut world, channel) = World::joined();
    let old = world.join_ref(TOPIC);
    world.leave(channel);
    let again = world.join(TOPIC);
    assert_ne!(channel, again);
    assert_eq!(world.state(again), Some(ChannelState::Joined));
    assert_ne!(world.join_ref(TOPIC), old);
}

#[test]
fn leaving_one_room_leaves_the_others() {
    let (mut world, first) = World::joined();
    let second = world.join("session:78");
    world.leave(first);
    assert_eq!(world.state(second), Some(ChannelState::Joined));
    world.push(second, "send_code");
    assert_eq!(world.got("send_code").len(), 1);
}

#[test]
fn what_was_pushed_to_a_room_that_is_left_settles_no_more_and_is_not_sent() {
    let (mut world, channel) = World::joined();
    world.server.pushes = Answer::Never;
    world.push(channel, "sent");
    world.crash(TOPIC);
    world.push(channel, "waiting");
    world.events();
    world.leave(channel);
    world.join(TOPIC);
    world.events();
    world.advance(20 * SECOND);
    assert_eq!((world.events(), world.got("waiting").len()), (vec![], 0));
}

#[test]
fn after_leave_and_disconnect_no_timer_is_left() {
    for joins in [Answer::Ok, Answer::Error, Answer::Never] {
        for heartbeats in [true, false] {
            for connected in [true, false] {
                for wait in [0, 500, 5 * SECOND, 12 * SECOND, 31 * SECOND] {
                    let mut world = World::new();
                    world.server.joins = joins;
                    world.server.heartbeats = heartbeats;
                    if connected {
                        world.connect();
                    }
                    let held = Rc::new(());
                    let payload = {
                        let held = held.clone();
                        move || {
                            let _ = &held;
                            Value::empty_object()
                        }
                    };
                    let channel = world.socket.join(world.at(), TOPIC, payload).unwrap();
                    world.settle();
                    world.push(channel, "send_code");
                    world.advance(wait);
                    world.leave(channel);
                    assert_eq!(Rc::strong_count(&held), 1, "the closure is let go of");
                    world.disconnect();
                    assert_eq!(world.socket.poll_timeout(), None);
                    assert_eq!(world.connection, None);
                    let fired = world.fired;
                    world.advance(600 * SECOND);
                    assert_eq!(world.fired, fired);
                }
            }
        }
    }
}
