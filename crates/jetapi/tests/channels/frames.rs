//! What goes over the wire.

use jetapi::channels::{Config, Event, Input, LinkState};
use jetapi::json::Value;
use serde_json::json;

use crate::support::{SECOND, TOPIC, World};

#[test]
fn refs_count_up_over_all_connections() {
    let (mut world, channel) = World::joined();
    world.push(channel, "first");
    world.advance(35 * SECOND);
    world.cut(1006);
    world.until(|world| world.connection.is_some());
    world.disconnect();
    world.connect();
    world.push(channel, "second");
    let refs: Vec<u64> = world.server.got.iter().map(|got| got.reference.parse().unwrap()).collect();
    assert_eq!(refs, (2..=6).collect::<Vec<_>>());
    let events: Vec<_> = world.server.got.iter().map(|got| &*got.event).collect();
    assert_eq!(events, ["first", "heartbeat", "phx_join", "phx_join", "second"]);
}

#[test]
fn all_of_a_room_carries_the_ref_of_its_join() {
    let (mut world, channel) = World::joined();
    world.crash(TOPIC);
    world.until(|world| !world.server.got.is_empty());
    let join_ref = Some(world.join_ref(TOPIC));
    world.push(channel, "first");
    world.push(channel, "second");
    world.leave(channel);
    assert_eq!(world.server.got.len(), 4);
    assert!(world.server.got.iter().all(|got| got.join_ref == join_ref));
    assert_eq!(world.server.got[0].join_ref.as_ref(), Some(&world.server.got[0].reference));
}

#[test]
fn what_is_typed_arrives_as_it_was_typed() {
    let typed = "\"\\/\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}é\u{2028}🦀";
    let (mut world, channel) = World::joined();
    let payload = Value::Object(vec![(typed.to_owned(), Value::String(typed.to_owned()))]);
    world.socket.push(world.at(), channel, typed, payload, std::time::Duration::from_secs(1)).unwrap();
    world.settle();
    assert_eq!((&*world.server.got[0].event, &world.server.got[0].payload), (typed, &json!({typed: typed})));
}

#[test]
fn nonsense_is_reported_and_does_no_harm() {
    let (mut world, _) = World::joined();
    for text in [
        "",
        "nonsense",
        "null",
        "{}",
        "[]",
        r#"["1","1","t","e"]"#,
        r#"["1","1","t","e",{},{}]"#,
        r#"[{},"1","t","e",{}]"#,
        r#"["1",true,"t","e",{}]"#,
        r#"["1","1",null,"e",{}]"#,
        r#"["1","1","t",5,{}]"#,
        r#"{"topic":"session:77","event":"e","payload":{},"ref":null}"#,
    ] {
        world.say_text(text);
        assert_eq!(world.events(), [Event::Malformed], "{text}");
    }
    let epoch = world.connection.unwrap();
    world.input(Input::Unreadable { epoch });
    assert_eq!(world.events(), [Event::Malformed]);
    assert_eq!(world.socket.link(), LinkState::Open);
    assert_eq!(world.server.got, []);
}

#[test]
fn a_frame_too_long_is_not_read() {
    let mut world = World::with(Config { longest_frame: 100, ..Config::new(1) });
    world.connect();
    world.join(TOPIC);
    world.events();
    for (length, is_read) in [(99, true), (100, true), (101, false)] {
        let frame = |text: &str| json!([null, null, TOPIC, "e", text]).to_string();
        let text = frame(&"x".repeat(length - frame("").len()));
        assert_eq!(text.len(), length);
        world.say_text(&text);
        assert_eq!(!matches!(world.events()[..], [Event::Malformed]), is_read, "{length}");
    }

    // Unless told otherwise it reads a frame of half a megabyte, and none of ten.
    let (mut world, _) = World::joined();
    for (length, is_read) in [(500_000, true), (10_000_000, false)] {
        world.say(&json!([null, null, TOPIC, "e", "x".repeat(length)]));
        assert_eq!(!matches!(world.events()[..], [Event::Malformed]), is_read, "{length}");
    }
    assert_eq!(world.socket.link(), LinkState::Open);
}

#[test]
fn no_frame_shows_in_a_log() {
    let (mut world, channel) = World::joined();
    let payload = Value::Object(vec![("code".into(), Value::String("54321".into()))]);
    let join = Value::Object(vec![("code".into(), Value::String("54321".into()))]);
    world.socket.join(world.at(), "session:78", move || join.clone()).unwrap();
    world.socket.push(world.at(), channel, "send_code", payload, std::time::Duration::from_secs(1)).unwrap();
    assert!(!format!("{:?}", world.socket).contains("54321"));
    let outputs: Vec<_> = std::iter::from_fn(|| world.socket.poll_output()).collect();
    assert_eq!(outputs.len(), 2);
    assert!(!format!("{outputs:?}").contains("54321"));
}
