//! Who hears what the server says.

use jetapi::channels::{ChannelState, Event};
use jetapi::json::Value;
use serde_json::{Value as Json, json};

use crate::support::{Answer, SECOND, TOPIC, World};

const OTHER: &str = "session:78";

#[test]
fn a_message_reaches_its_room() {
    let (mut world, channel) = World::joined();
    let current = world.join_ref(TOPIC);
    let payload = json!({"state": "code", "code": "2@a"});
    for (join_ref, reference) in [
        (json!(current), Json::Null),
        (Json::Null, Json::Null),
        (json!(current.parse::<u64>().unwrap()), Json::Null),
        (json!(current), json!("7")),
    ] {
        world.say(&json!([join_ref, reference, TOPIC, "auth_state", payload]));
        let [Event::Message { channel: of, event, payload }] = &world.events()[..] else { panic!() };
        assert_eq!((*of, &**event), (channel, "auth_state"));
        assert_eq!(payload.get("code").and_then(Value::as_str), Some("2@a"));
    }
}

#[test]
fn a_message_reaches_no_other_room() {
    let (mut world, first) = World::joined();
    let second = world.join(OTHER);
    world.events();
    for (topic, heard_by) in [
        (TOPIC, Some(first)),
        (OTHER, Some(second)),
        ("session:7", None),
        ("session:777", None),
        ("SESSION:77", None),
        ("", None),
        ("phoenix", None),
    ] {
        world.say(&json!([null, null, topic, "auth_state", {}]));
        let heard: Vec<_> = world
            .events()
            .into_iter()
            .map(|event| match event {
                Event::Message { channel, .. } => channel,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(heard, heard_by.into_iter().collect::<Vec<_>>(), "{topic}");
    }
}

#[test]
fn what_an_earlier_join_says_is_dropped() {
    let (mut world, channel) = World::joined();
    let old = world.join_ref(TOPIC);
    world.crash(TOPIC);
    world.until(|world| world.state(channel) == Some(ChannelState::Joined));
    let current = world.join_ref(TOPIC);
    assert_ne!(old, current);
    world.forget();
    for event in ["auth_state", "phx_error", "phx_close", "phx_reply"] {
        for join_ref in [old.as_str(), "999", ""] {
            world.say(&json!([join_ref, current, TOPIC, event, {"status": "error", "response": {}}]));
        }
    }
    assert_eq!((world.events(), world.state(channel)), (vec![], Some(ChannelState::Joined)));
    world.advance(20 * SECOND);
    assert_eq!(world.server.got, []);
}

#[test]
fn the_close_of_a_join_that_was_replaced_does_not_end_the_live_one() {
    // Left and joined at once, while the server still holds the old join: its ok comes first, then the old one's close.
    let (mut world, channel) = World::joined();
    let old = world.join_ref(TOPIC);
    world.leave(channel);
    let again = world.join(TOPIC);
    world.forget();
    world.say(&json!([old, old, TOPIC, "phx_reply", {"status": "ok", "response": {}}]));
    world.say(&json!([old, old, TOPIC, "phx_close", {}]));
    assert_eq!((world.events(), world.state(again)), (vec![], Some(ChannelState::Joined)));
}

#[test]
fn a_room_that_waits_to_be_joined_again_says_nothing() {
    let (mut world, _) = World::joined();
    let old = world.join_ref(TOPIC);
    world.crash(TOPIC);
    world.events();
    for join_ref in [json!(old), Json::Null] {
        world.say(&json!([join_ref, null, TOPIC, "auth_state", {}]));
    }
    assert_eq!(world.events(), []);
}

#[test]
fn a_room_may_speak_before_its_answer_to_the_join() {
    let mut world = World::connected();
    world.server.joins = Answer::Never;
    let channel = world.join(TOPIC);
    let join_ref = world.got("phx_join")[0].reference.clone();
    world.say(&json!([join_ref, null, TOPIC, "auth_state", {}]));
    assert!(matches!(world.events()[..], [Event::Message { channel: of, .. }] if of == channel));
}

#[test]
fn an_answer_to_the_join_is_the_rooms_word_not_a_message() {
    for (payload, joined) in [
        (json!({"status": "ok", "response": {"state": "idle"}}), true),
        (json!({"status": "ok"}), true),
        (json!({"status": "error", "response": {"reason": "unauthorized"}}), false),
        (json!({"status": "OK", "response": {}}), false),
        (json!({"status": true, "response": {}}), false),
        (json!({}), false),
        (json!([]), false),
        (json!(null), false),
    ] {
        let mut world = World::connected();
        world.server.joins = Answer::Never;
        let channel = world.join(TOPIC);
        let join_ref = world.got("phx_join")[0].reference.clone();
        world.say(&json!([join_ref, join_ref, TOPIC, "phx_reply", payload]));
        let state = if joined { ChannelState::Joined } else { ChannelState::Errored };
        assert_eq!(world.state(channel), Some(state), "{payload}");
        let response = match &world.events()[..] {
            [Event::Joined { response, .. } | Event::JoinRefused { response, .. }] => response.clone(),
            other => panic!("{other:?}"),
        };
        let expected = payload.get("response").map_or("null".to_owned(), Json::to_string);
        let mut written = String::new();
        response.write(&mut written);
        assert_eq!(written, expected);
    }
}
