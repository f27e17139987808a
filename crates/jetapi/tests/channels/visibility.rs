//! A page that is out of sight, left, and come back to.

use jetapi::channels::{ChannelState, Event, Input, LinkState};

use crate::support::{Door, SECOND, TOPIC, World, is_about};

#[test]
fn out_of_sight_a_reconnect_waits() {
    let (mut world, channel) = World::joined();
    world.input(Input::PageHidden);
    world.cut(1006);
    world.forget();
    assert_eq!(world.socket.poll_timeout(), None, "not even a timer wakes the page");
    world.advance(600 * SECOND);
    assert!(world.dials.is_empty());
    world.input(Input::PageVisible);
    assert_eq!(world.dials, [world.now], "at once");
    assert_eq!(world.state(channel), Some(ChannelState::Joined));
}

#[test]
fn out_of_sight_an_open_connection_is_kept_alive() {
    let (mut world, channel) = World::joined();
    world.input(Input::PageHidden);
    world.advance(90 * SECOND);
    assert_eq!(world.got("heartbeat").len(), 3);
    world.crash(TOPIC);
    world.until(|world| world.state(channel) == Some(ChannelState::Joined));
    world.input(Input::PageVisible);
    assert!(world.dials.is_empty());
}

#[test]
fn what_wakes_the_page_reconnects_at_once() {
    for input in [Input::PageVisible, Input::Resumed, Input::Online, Input::PageShow] {
        let mut world = World::new();
        world.server.door = Door::Shut;
        world.connect();
        world.until(|world| world.dials.len() == 12);
        world.server.door = Door::Open;
        world.forget();
        world.input(input);
        assert_eq!(world.dials, [world.now], "{input:?}");
        assert_eq!(world.socket.link(), LinkState::Open, "{input:?}");
        // The wait that was under way is over.
        world.advance(25 * SECOND);
        assert_eq!(world.dials.len(), 1, "{input:?}");
    }
}

#[test]
fn what_wakes_the_page_leaves_a_connection_alone() {
    for door in [Door::Open, Door::Silent] {
        for input in [Input::PageVisible, Input::Resumed, Input::Online, Input::PageShow] {
            let mut world = World::new();
            world.server.door = door;
            world.connect();
            world.input(input);
            assert_eq!(world.dials.len(), 1, "{door:?}, {input:?}");
        }
    }
}

#[test]
fn a_page_that_wakes_connects_only_where_that_was_asked_for() {
    for input in [Input::PageVisible, Input::Resumed, Input::Online, Input::PageShow] {
        let mut world = World::new();
        world.input(input);
        assert!(world.dials.is_empty(), "{input:?}");
    }
}

#[test]
fn a_page_that_is_left_disconnects_and_one_that_is_back_connects() {
    let (mut world, channel) = World::joined();
    let old = world.connection.unwrap();
    world.input(Input::PageHide);
    assert_eq!(world.closes, [(old, 1000)]);
    assert_eq!(world.events(), [Event::Down { failures: 0, refused: false }]);
    assert_eq!((world.state(channel), world.socket.poll_timeout()), (Some(ChannelState::Errored), None));
    world.advance(600 * SECOND);
    for input in [Input::PageHide, Input::PageHidden, Input::PageVisible, Input::Online, Input::Resumed] {
        world.input(input);
    }
    assert_eq!((world.dials.len(), world.events()), (0, vec![]), "nothing while it is away");
    world.input(Input::PageShow);
    assert_eq!(world.dials, [world.now]);
    assert_eq!(world.state(channel), Some(ChannelState::Joined));
    world.cut(1006);
    assert!(is_about(world.until(|world| world.connection.is_some()), 10));
}

#[test]
fn a_page_that_is_left_while_it_waits_to_reconnect_stops_waiting() {
    for door in [Door::Shut, Door::Silent] {
        let mut world = World::new();
        world.server.door = door;
        world.connect();
        world.input(Input::PageHide);
        world.dials.clear();
        assert_eq!(world.socket.poll_timeout(), None, "{door:?}");
        world.advance(600 * SECOND);
        assert!(world.dials.is_empty(), "{door:?}");
    }
}

#[test]
fn a_connect_asked_for_while_the_page_is_away_waits_for_its_return() {
    let mut world = World::new();
    world.input(Input::PageHide);
    world.connect();
    assert!(world.dials.is_empty());
    world.input(Input::PageShow);
    assert_eq!(world.dials.len(), 1);
}

#[test]
fn a_disconnect_while_the_page_is_away_is_kept_to() {
    let mut world = World::connected();
    world.input(Input::PageHide);
    world.disconnect();
    world.input(Input::PageShow);
    assert!(world.dials.is_empty());
}
