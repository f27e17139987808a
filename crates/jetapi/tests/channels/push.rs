//! What is sent to a room, at most once.

use jetapi::channels::{ChannelState, Event, PushError, PushId};
use jetapi::json::Value;
use serde_json::json;

use crate::support::{Answer, Door, SECOND, TOPIC, World};

fn settled(world: &mut World, push: PushId) -> Vec<Event> {
    let is_of = |event: &Event| matches!(event, Event::Reply { push: of, .. } | Event::PushTimeout { push: of, .. } if *of == push);
    world.events().into_iter().filter(is_of).collect()
}

#[test]
fn it_is_sent_at_once_to_a_room_that_is_joined_and_answered_once() {
    for (answer, ok) in [(Answer::Ok, true), (Answer::Error, false)] {
        let (mut world, channel) = World::joined();
        world.server.pushes = answer;
        let push = world.push(channel, "send_code");
        let got = world.server.got[0].clone();
        assert_eq!(got.join_ref, Some(world.join_ref(TOPIC)));
        assert_eq!((&*got.topic, &*got.event, &got.payload), (TOPIC, "send_code", &json!({"code": "12345"})));
        let [Event::Reply { push: of, ok: is_ok, response }] = &world.events()[..] else { panic!() };
        assert_eq!((*of, *is_ok), (push, ok));
        assert_eq!(response.get("reason").and_then(Value::as_str), (!ok).then_some("no"));

        // Neither another answer nor the time that it had settles it again.
        world
            .say(&json!([got.join_ref, got.reference, TOPIC, "phx_reply", {"status": "ok", "response": {}}]));
        world.advance(20 * SECOND);
        assert_eq!(world.events(), []);
        assert_eq!(world.server.got.len(), 1);
    }
}

#[test]
fn it_waits_for_the_room_and_goes_out_in_order() {
    let mut world = World::new();
    let channel = world.join(TOPIC);
    world.push(channel, "first");
    world.server.joins = Answer::Never;
    world.connect();
    world.push(channel, "second");
    assert_eq!(world.server.got.len(), 1, "only the join");
    let join_ref = world.got("phx_join")[0].reference.clone();
    world.say(&json!([join_ref, join_ref, TOPIC, "phx_error", {}]));
    world.push(channel, "third");
    world.server.joins = Answer::Ok;
    world.until(|world| world.state(channel) == Some(ChannelState::Joined));
    world.push(channel, "fourth");
    let events: Vec<_> = world.server.got.iter().map(|got| &*got.event).collect();
    assert_eq!(events, ["phx_join", "phx_join", "first", "second", "third", "fourth"]);
    assert_eq!(world.events().iter().filter(|event| matches!(event, Event::Reply { .. })).count(), 4);
}

#[test]
fn its_time_starts_with_the_push() {
    let (mut world, channel) = World::joined();
    world.server.pushes = Answer::Never;
    world.advance(SECOND);
    let push = world.try_push(channel, "send_code", 3 * SECOND).unwrap();
    world.advance(3 * SECOND - 1);
    assert_eq!(world.events(), []);
    world.advance(1);
    assert_eq!(world.events(), [Event::PushTimeout { push, sent: true }]);
    // Too late.
    let got = world.server.got[0].clone();
    world.say(&json!([got.join_ref, got.reference, TOPIC, "phx_reply", {"status": "ok", "response": {}}]));
    assert_eq!(world.events(), []);
}

#[test]
fn once_timed_out_it_is_never_sent() {
    let mut world = World::new();
    let channel = world.join(TOPIC);
    let push = world.try_push(channel, "send_code", 3 * SECOND).unwrap();
    world.advance(2 * SECOND);
    let in_time = world.try_push(channel, "resend_code", 3 * SECOND).unwrap();
    world.advance(SECOND);
    assert_eq!(world.events(), [Event::PushTimeout { push, sent: false }]);
    world.connect();
    assert_eq!(world.state(channel), Some(ChannelState::Joined));
    assert_eq!(settled(&mut world, in_time).len(), 1);
    world.advance(20 * SECOND);
    assert_eq!((world.got("send_code").len(), world.got("resend_code").len()), (0, 1));
}

#[test]
fn with_its_time_over_it_is_not_sent_even_where_the_timer_is_late() {
    // A page out of sight: its timers are held back, and what wakes it comes before them.
    for (late, is_sent) in [(3 * SECOND - 1, true), (3 * SECOND, false), (60 * SECOND, false)] {
        let mut world = World::new();
        let channel = world.join(TOPIC);
        let push = world.try_push(channel, "send_code", 3 * SECOND).unwrap();
        world.now += late;
        world.connect();
        assert_eq!(world.state(channel), Some(ChannelState::Joined), "{late}");
        world.advance(0);
        assert_eq!(world.got("send_code").len(), usize::from(is_sent), "{late}");
        let timed_out = [Event::PushTimeout { push, sent: false }];
        assert_eq!(settled(&mut world, push) == timed_out, !is_sent, "{late}");
        world.advance(20 * SECOND);
        assert_eq!(world.got("send_code").len(), usize::from(is_sent), "{late}");
    }
}

#[test]
fn in_flight_at_a_crash_it_times_out_and_is_not_sent_again() {
    type Fate = fn(&mut World);
    let fates: [(&str, Fate); 4] = [
        ("the room crashes", |world| world.crash(TOPIC)),
        ("the connection closes", |world| world.cut(1006)),
        ("the page goes and comes back", |world| {
            world.input(jetapi::channels::Input::PageHide);
            world.input(jetapi::channels::Input::PageShow);
        }),
        ("the owner disconnects and connects", |world| {
            world.disconnect();
            world.connect();
        }),
    ];
    for (name, fate) in fates {
        let (mut world, channel) = World::joined();
        world.server.pushes = Answer::Never;
        let push = world.push(channel, "send_code");
        fate(&mut world);
        world.until(|world| world.state(channel) == Some(ChannelState::Joined));
        assert_eq!(settled(&mut world, push), [], "{name}");
        // The next one is sent by itself, though the first still waits.
        world.push(channel, "resend_code");
        world.advance(10 * SECOND - world.now);
        assert_eq!(settled(&mut world, push), [Event::PushTimeout { push, sent: true }], "{name}");
        world.advance(10 * SECOND);
        assert_eq!((world.got("send_code").len(), world.got("resend_code").len()), (1, 1), "{name}");
    }
}

#[test]
fn the_answer_of_a_room_that_is_gone_settles_it() {
    let (mut world, channel) = World::joined();
    world.server.pushes = Answer::Never;
    let push = world.push(channel, "send_code");
    let reference = world.server.got[0].reference.clone();
    let response = json!({"reason": "unmatched topic"});
    world.say(&json!([null, reference, TOPIC, "phx_reply", {"status": "error", "response": response}]));
    let [Event::Reply { push: of, ok: false, .. }] = world.events()[..] else { panic!() };
    assert_eq!(of, push);
}

#[test]
fn an_answer_settles_only_its_own() {
    let (mut world, channel) = World::joined();
    world.server.pushes = Answer::Never;
    let first = world.push(channel, "first");
    let second = world.push(channel, "second");
    let join_ref = world.join_ref(TOPIC);
    let of_second = world.server.got[1].reference.clone();
    let payload = json!({"status": "ok", "response": {}});
    for (join_ref, reference) in [(json!(join_ref), json!(null)), (json!(join_ref), json!("999"))] {
        world.say(&json!([join_ref, reference, TOPIC, "phx_reply", payload]));
    }
    world.say(&json!([join_ref, of_second, "session:78", "phx_reply", payload]));
    world.say(&json!(["999", of_second, TOPIC, "phx_reply", payload]));
    assert_eq!(world.events(), []);
    world.say(&json!([join_ref, of_second, TOPIC, "phx_reply", payload]));
    assert_eq!(settled(&mut world, second).len(), 1);
    world.advance(10 * SECOND);
    assert_eq!(settled(&mut world, first), [Event::PushTimeout { push: first, sent: true }]);
}

#[test]
fn while_the_room_waits_to_be_joined_again_nothing_is_sent() {
    let (mut world, channel) = World::joined();
    world.crash(TOPIC);
    world.push(channel, "send_code");
    assert_eq!(world.server.got, []);
    world.server.door = Door::Shut;
    world.cut(1006);
    assert_eq!(world.server.got, []);
    world.server.door = Door::Open;
    world.until(|world| world.connection.is_some());
    let join_ref = Some(world.join_ref(TOPIC));
    assert_eq!(world.got("send_code")[0].join_ref, join_ref, "with the join_ref of the new join");
}

#[test]
fn a_room_that_is_not_there_takes_none() {
    let (mut world, channel) = World::joined();
    world.leave(channel);
    assert_eq!(world.try_push(channel, "send_code", SECOND), Err(PushError::NoChannel));
}

#[test]
fn only_so_many_wait() {
    let mut world = World::new();
    let channel = world.join(TOPIC);
    let taken = (0..100).take_while(|_| world.try_push(channel, "send_code", SECOND).is_ok()).count();
    assert_eq!(taken, 32);
    assert_eq!(world.try_push(channel, "send_code", SECOND), Err(PushError::Full));
    world.advance(SECOND);
    assert!(world.try_push(channel, "send_code", SECOND).is_ok());
}
