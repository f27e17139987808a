//! When a connection is opened again.

use jetapi::channels::{Event, Input, LinkState};
use serde_json::json;

use crate::support::{Door, SECOND, World, gaps, is_about};

#[test]
fn a_server_that_is_away_is_asked_ever_less_often() {
    for seed in 0..20 {
        let mut world = World::seeded(seed);
        world.server.door = Door::Shut;
        world.connect();
        world.until(|world| world.dials.len() == 16);
        let waits = gaps(&world.dials);
        let nominal =
            [10, 50, 100, 150, 200, 250, 500, 1_000, 2_000, 5_000, 5_000, 5_000, 15_000, 15_000, 15_000];
        assert!(waits.iter().zip(nominal).all(|(wait, nominal)| is_about(*wait, nominal)), "{waits:?}");
    }
}

#[test]
fn two_widgets_do_not_come_back_in_step() {
    let waits = |seed| {
        let mut world = World::seeded(seed);
        world.server.door = Door::Shut;
        world.connect();
        world.until(|world| world.dials.len() == 12);
        gaps(&world.dials)
    };
    assert_ne!(waits(1), waits(2));
}

#[test]
fn a_refusal_is_suspected_after_eight_failures_without_one_open() {
    let mut world = World::new();
    world.server.door = Door::Shut;
    world.connect();
    world.until(|world| world.dials.len() == 10);
    let refused = |events: Vec<Event>| {
        let downs = events.into_iter().filter_map(|event| match event {
            Event::Down { failures, refused } => Some((failures, refused)),
            _ => None,
        });
        downs.collect::<Vec<_>>()
    };
    let expected: Vec<_> = (1..=10).map(|failures| (failures, failures >= 8)).collect();
    assert_eq!(refused(world.events()), expected);

    // One open clears the suspicion.
    world.server.door = Door::Open;
    world.until(|world| world.connection.is_some());
    world.cut(1006);
    assert_eq!(refused(world.events()), [(1, false)]);
}

#[test]
fn only_an_open_starts_the_count_anew() {
    let mut world = World::new();
    world.server.door = Door::Shut;
    world.connect();
    world.until(|world| world.dials.len() == 9);
    world.input(Input::PageVisible);
    world.input(Input::PageHide);
    world.input(Input::PageShow);
    world.dials.clear();
    world.until(|world| world.dials.len() == 1);
    assert!(world.socket.poll_timeout().is_some_and(|due| due.as_millis() > world.now + SECOND));

    world.server.door = Door::Open;
    world.until(|world| world.connection.is_some());
    world.cut(1006);
    assert!(is_about(world.until(|world| world.connection.is_some()), 10));
}

#[test]
fn every_close_that_is_not_ours_is_followed_by_a_reconnect() {
    for code in [1000, 1001, 1005, 1006, 1011, 1012, 1013, 4000] {
        let mut world = World::connected();
        world.cut(code);
        assert_eq!(world.events(), [Event::Down { failures: 1, refused: false }], "{code}");
        assert!(is_about(world.until(|world| world.connection.is_some()), 10), "{code}");
        assert_eq!(world.events(), [Event::Opened], "{code}");
        assert_eq!(world.closes, [], "{code}");
    }
}

#[test]
fn a_close_of_ours_is_final() {
    let mut connecting = World::new();
    connecting.server.door = Door::Silent;
    connecting.connect();
    let mut waiting = World::new();
    waiting.server.door = Door::Shut;
    waiting.connect();
    for (name, mut world, closes) in
        [("open", World::connected(), 1), ("connecting", connecting, 1), ("waiting", waiting, 0)]
    {
        world.disconnect();
        world.disconnect();
        assert_eq!(world.closes.len(), closes, "{name}");
        assert!(world.closes.iter().all(|(_, code)| *code == 1000), "{name}");
        assert_eq!(world.socket.link(), LinkState::Closed, "{name}");
        world.dials.clear();
        world.events();
        world.input(Input::Online);
        world.input(Input::Resumed);
        world.input(Input::PageVisible);
        world.input(Input::PageShow);
        world.advance(600 * SECOND);
        assert_eq!((world.dials.len(), world.events()), (0, vec![]), "{name}");
    }
}

#[test]
fn connecting_twice_connects_once() {
    for door in [Door::Open, Door::Shut, Door::Silent] {
        let mut world = World::new();
        world.server.door = door;
        world.connect();
        world.connect();
        assert_eq!(world.dials.len(), 1, "{door:?}");
    }
}

#[test]
fn a_connect_after_a_disconnect_does_not_wait_for_the_old_close() {
    let mut world = World::connected();
    let old = world.connection.unwrap();
    world.socket.disconnect(world.at());
    world.connect();
    let new = world.connection.unwrap();
    assert_ne!(old, new);
    assert_eq!(world.closes, [(old, 1000)]);
    world.events();

    // What the old connection still says is nobody's.
    world.input(Input::Text { epoch: old, text: "nonsense" });
    world.input(Input::Text { epoch: old, text: &json!([null, null, "x", "y", {}]).to_string() });
    world.input(Input::Unreadable { epoch: old });
    world.input(Input::Opened { epoch: old });
    world.input(Input::Closed { epoch: old, code: 1006 });
    assert_eq!(world.events(), []);
    assert_eq!(world.socket.link(), LinkState::Open);
    assert_eq!(world.connection, Some(new));
}

#[test]
fn a_connection_that_hangs_is_given_up() {
    let mut world = World::new();
    world.server.door = Door::Silent;
    world.connect();
    world.advance(20 * SECOND - 1);
    assert_eq!((world.dials.len(), world.closes.len()), (1, 0));
    world.advance(1);
    assert_eq!(world.closes.len(), 1);
    assert_eq!(world.events(), [Event::Down { failures: 1, refused: false }]);
    world.server.door = Door::Open;
    world.until(|world| world.connection.is_some());
    world.advance(20 * SECOND);
    assert_eq!(world.socket.link(), LinkState::Open);
}

#[test]
fn that_a_connection_opened_is_heard_once() {
    let (mut world, channel) = World::joined();
    let epoch = world.connection.unwrap();
    world.input(Input::Opened { epoch });
    assert_eq!(world.events(), []);
    assert_eq!(world.server.got, []);
    assert!(world.state(channel).is_some());
}
