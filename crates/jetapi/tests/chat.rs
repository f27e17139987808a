//! The chat's frame: its options and its address.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use jetapi::chat::frame::{Frame, Input, State};
use jetapi::chat::{Address, ChatOptions, Given, LinkProblem, OptionProblem, Routing, address};
use jetapi::time::Instant;
use proptest::prelude::*;
use url::Url;

const HOSTS: [&str; 2] = ["api.jetapi.io", "chat.example:8443"];
const LINK: &str = "https://api.jetapi.io/chatter?customer_id=17693&hash=343c7bd8d5";

#[test]
fn options_are_checked() {
    let given = Given::default();
    let tdlib = Given { dispatch_routing: Some("tdlib"), ..given };
    for (given, want) in [
        (given, Ok(ChatOptions::default())),
        (
            Given { phone: Some("+7 (926) 123-45-67"), ..given },
            Ok(ChatOptions { phone: Some("79261234567".into()), ..ChatOptions::default() }),
        ),
        (Given { phone: Some("9959000000000"), ..given }, Err(OptionProblem::Phone)),
        (
            Given { phone: Some("995900000000"), ..given },
            Ok(ChatOptions { phone: Some("995900000000".into()), ..ChatOptions::default() }),
        ),
        (Given { phone: Some(" "), ..given }, Ok(ChatOptions::default())),
        (Given { phone: Some("12"), ..given }, Err(OptionProblem::Phone)),
        (Given { phone: Some("+7926"), ..given }, Err(OptionProblem::Phone)),
        (Given { phone: Some("call me"), ..given }, Err(OptionProblem::Phone)),
        (Given { dispatch_routing: Some("sms"), ..given }, Err(OptionProblem::Routing)),
        (Given { dispatch_routing: Some("WhatsApp"), ..given }, Err(OptionProblem::Routing)),
        (Given { sender_id: Some("12a"), ..tdlib }, Err(OptionProblem::SenderId)),
        (Given { sender_id: Some("1&phone=2"), ..tdlib }, Err(OptionProblem::SenderId)),
        (Given { username: Some("a b c d"), ..tdlib }, Err(OptionProblem::Username)),
        (Given { username: Some("abc"), ..tdlib }, Err(OptionProblem::Username)),
        (Given { username: Some("durov"), ..given }, Err(OptionProblem::NotTelegram)),
        (
            Given { sender_id: Some("7"), dispatch_routing: Some("whatsapp"), ..given },
            Err(OptionProblem::NotTelegram),
        ),
        (
            Given {
                sender_id: Some("7"),
                username: Some("@durov"),
                is_chat_only: true,
                is_desktop: true,
                ..tdlib
            },
            Ok(ChatOptions {
                phone: None,
                routing: Some(Routing::Telegram),
                sender_id: Some("7".into()),
                username: Some("durov".into()),
                is_chat_only: true,
                is_desktop: true,
            }),
        ),
    ] {
        assert_eq!(ChatOptions::check(given), want, "{given:?}");
    }
}

#[test]
fn only_a_chat_is_framed() {
    let none = ChatOptions::default();
    for (link, want) in [
        (LINK, Ok(LINK)),
        ("HTTPS://API.jetapi.io:443/chatter?a=1", Ok("https://api.jetapi.io/chatter?a=1")),
        ("https://chat.example:8443", Ok("https://chat.example:8443/")),
        ("https://api.jetapi.io?a=1#b?c&phone=1", Ok("https://api.jetapi.io/?a=1#b?c&phone=1")),
        ("http://api.jetapi.io/chatter", Err(LinkProblem::Form)),
        ("https://chat.example/", Err(LinkProblem::Host)),
        ("https://api.jetapi.io.evil.example/", Err(LinkProblem::Host)),
        ("https://evil.example/api.jetapi.io", Err(LinkProblem::Host)),
        ("https://evil.example?api.jetapi.io", Err(LinkProblem::Host)),
        ("https://user@api.jetapi.io/", Err(LinkProblem::Form)),
        ("https://api.jetapi.io@evil.example/", Err(LinkProblem::Form)),
        ("https://api.jetapi.io\\@evil.example/", Err(LinkProblem::Form)),
        ("https://evil.example\\api.jetapi.io/", Err(LinkProblem::Form)),
        ("https://api.jetapi.io/\t/a", Err(LinkProblem::Form)),
        ("https://api.jetapi.ïo/", Err(LinkProblem::Form)),
        ("javascript://api.jetapi.io/%0aalert(1)", Err(LinkProblem::Form)),
        ("//api.jetapi.io/", Err(LinkProblem::Form)),
        ("/chatter", Err(LinkProblem::Form)),
        ("https:///api.jetapi.io/", Err(LinkProblem::Form)),
        ("https://chat.example:8443:", Err(LinkProblem::Form)),
        ("", Err(LinkProblem::Form)),
        ("http://127.0.0.1:4010/chatter", Err(LinkProblem::Form)),
        ("https://localhost/", Err(LinkProblem::Host)),
    ] {
        let made = address(link, &none, &HOSTS, false).map(|address| address.url);
        assert_eq!(made.as_deref(), want.as_ref().map(|it| *it), "{link}");
    }
    for (link, want) in [
        ("http://127.0.0.1:4010/chatter?a=1", Ok("http://127.0.0.1:4010")),
        ("http://localhost/", Ok("http://localhost")),
        ("http://[::1]:80/", Ok("http://[::1]")),
        ("https://localhost:80/", Ok("https://localhost:80")),
        ("http://localhost:/", Ok("http://localhost")),
        ("http://127.0.0.1:04010/", Ok("http://127.0.0.1:4010")),
        ("http://127.0.0.1:0/", Err(LinkProblem::Form)),
        ("http://127.0.0.1:000/", Err(LinkProblem::Form)),
        ("http://127.0.0.1:65536/", Err(LinkProblem::Form)),
        ("http://127.0.0.1:+80/", Err(LinkProblem::Form)),
        ("http://:80/", Err(LinkProblem::Form)),
        ("http://127.0.0.1.evil.example/", Err(LinkProblem::Form)),
        ("http://127.0.0.1:80@evil.example/", Err(LinkProblem::Form)),
        ("https://evil.example/", Err(LinkProblem::Host)),
    ] {
        let made = address(link, &none, &HOSTS, true).map(|address| address.origin);
        assert_eq!(made.as_deref(), want.as_ref().map(|it| *it), "{link}");
    }
}

#[test]
fn an_option_takes_the_place_of_its_namesake() {
    let options =
        ChatOptions { phone: Some("79261234567".into()), is_desktop: true, ..ChatOptions::default() };
    for (query, want) in [
        ("phone=1&hash=a", "hash=a&phone=79261234567&desktop=1"),
        ("ph%6Fne=1&hash=a%26b", "hash=a%26b&phone=79261234567&desktop=1"),
        ("&&hash=a&phone&desktop=0", "hash=a&phone=79261234567&desktop=1"),
        ("phones=1&chat_only=true", "phones=1&chat_only=true&phone=79261234567&desktop=1"),
    ] {
        let link = ["https://api.jetapi.io/chatter?", query].concat();
        let want = ["https://api.jetapi.io/chatter?", want].concat();
        assert_eq!(address(&link, &options, &HOSTS, false).unwrap().url, want);
    }
}

fn ms(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn to(path: &str) -> Input {
    let url = ["https://api.jetapi.io/", path].concat();
    Input::Show(Some(Arc::new(Address { url, origin: "https://api.jetapi.io".into() })))
}

/// A frame that shows `a` since 0 ms, loaded, and has said something.
fn shown() -> Frame {
    let mut frame = Frame::default();
    frame.handle(ms(0), to("a"));
    frame.handle(ms(10), Input::Alive(1));
    frame
}

fn path(frame: &Frame) -> Option<String> {
    frame.view().address.map(|address| address.url.rsplit('/').next().unwrap().to_owned())
}

#[test]
fn the_first_address_waits_for_nothing() {
    let mut frame = Frame::default();
    assert_eq!((frame.view().state, frame.poll_timeout()), (State::Empty, None));
    frame.handle(ms(5), to("a"));
    assert_eq!(
        (frame.view().state, path(&frame).as_deref(), frame.view().number),
        (State::Loading, Some("a"), 1)
    );
    assert_eq!(frame.poll_timeout(), Some(ms(10_005)));
    frame.handle(ms(100), Input::Loaded(1));
    assert_eq!((frame.view().state, frame.poll_timeout()), (State::Ready, Some(ms(3_100))));
}

/// A frame that its site refused is told as one that has loaded.
#[test]
fn a_frame_without_a_word_is_silent() {
    for (heard, silent_at) in [
        (vec![], Some(3_010)),
        (vec![(5, 1)], None),
        (vec![(1_000, 1)], None),
        (vec![(1_000, 2)], Some(3_010)),
        (vec![(1_000, 2), (2_000, 1)], None),
    ] {
        let mut frame = Frame::default();
        frame.handle(ms(0), to("a"));
        let mut events: Vec<_> = heard
            .iter()
            .map(|(at, number)| (*at, Input::Alive(*number)))
            .chain([(10, Input::Loaded(1))])
            .collect();
        events.sort_by_key(|(at, _)| *at);
        for (at, event) in events {
            frame.handle(ms(at), event);
        }
        assert_eq!(frame.poll_timeout(), silent_at.map(ms), "{heard:?}");
        frame.handle_timeout(ms(5_000));
        assert_eq!(
            (frame.view().state, frame.view().is_silent),
            (State::Ready, silent_at.is_some()),
            "{heard:?}"
        );
        frame.handle(ms(6_000), Input::Loaded(1));
        assert_eq!((frame.view().is_silent, frame.poll_timeout()), (silent_at.is_some(), None), "{heard:?}");
    }
    let silent = || {
        let mut frame = Frame::default();
        frame.handle(ms(0), to("a"));
        frame.handle(ms(10), Input::Loaded(1));
        frame.handle_timeout(ms(5_000));
        assert!(frame.view().is_silent);
        frame
    };
    for end in [Input::Alive(1), Input::Blocked, Input::Retry, Input::Show(None)] {
        let mut frame = silent();
        frame.handle(ms(6_000), end.clone());
        assert!(!frame.view().is_silent, "{end:?}");
    }
}

#[test]
fn of_a_quick_series_the_last_is_opened() {
    let mut frame = shown();
    for (at, next) in [(1_000, "b"), (1_100, "c"), (1_200, "d")] {
        frame.handle(ms(at), to(next));
        assert_eq!((path(&frame).as_deref(), frame.view().number), (Some("a"), 1));
    }
    frame.handle_timeout(ms(1_349));
    assert_eq!(path(&frame).as_deref(), Some("a"));
    frame.handle_timeout(ms(1_350));
    assert_eq!(
        (path(&frame).as_deref(), frame.view().state, frame.view().number),
        (Some("d"), State::Loading, 2)
    );
}

#[test]
fn what_stays_the_same_is_left_alone() {
    let mut frame = shown();
    frame.handle(ms(1_000), to("a"));
    assert_eq!((frame.view().state, frame.view().number, frame.poll_timeout()), (State::Ready, 1, None));
    frame.handle(ms(1_010), to("b"));
    frame.handle(ms(1_020), to("a"));
    frame.handle_timeout(ms(9_000));
    assert_eq!((path(&frame).as_deref(), frame.view().number), (Some("a"), 1), "back in time");
}

#[test]
fn what_does_not_load_is_said_and_may_still_come() {
    let mut frame = Frame::default();
    frame.handle(ms(0), to("a"));
    frame.handle_timeout(ms(9_999));
    assert_eq!(frame.view().state, State::Loading);
    frame.handle_timeout(ms(10_000));
    assert_eq!((frame.view().state, frame.poll_timeout()), (State::Late, None));
    frame.handle(ms(12_000), Input::Loaded(1));
    assert_eq!(frame.view().state, State::Ready);

    frame.handle(ms(13_000), Input::Retry);
    assert_eq!((frame.view().state, frame.view().number), (State::Loading, 2));
    frame.handle(ms(13_100), Input::Loaded(1));
    assert_eq!(frame.view().state, State::Loading, "the old frame's");
    frame.handle(ms(13_200), Input::Blocked);
    assert_eq!((frame.view().state, frame.poll_timeout()), (State::Blocked, None));
    frame.handle(ms(13_250), Input::Loaded(2));
    assert_eq!(frame.view().state, State::Blocked, "what loads there is the browser's own page");
    frame.handle(ms(13_300), Input::Show(None));
    assert_eq!((frame.view().state, path(&frame)), (State::Empty, None));
    frame.handle(ms(13_400), Input::Loaded(3));
    frame.handle(ms(13_500), Input::Retry);
    assert_eq!((frame.view().state, frame.poll_timeout()), (State::Empty, None));
}

/// However long it takes, and however late the page is to look.
#[test]
fn what_nobody_sees_is_not_late() {
    let mut frame = Frame::default();
    frame.handle(ms(0), to("a"));
    for at in [1_000, 9_000, 40_000] {
        frame.handle(ms(at), Input::OutOfSight);
        assert_eq!((frame.view().state, frame.poll_timeout()), (State::Loading, Some(ms(at + 10_000))));
    }
    frame.handle_timeout(ms(50_000));
    assert_eq!(frame.view().state, State::Late);
    frame.handle(ms(50_500), Input::OutOfSight);
    assert_eq!((frame.view().state, frame.poll_timeout()), (State::Late, None), "said is said");
    frame.handle(ms(51_000), Input::Loaded(1));
    let ready = frame.clone();
    frame.handle(ms(51_500), Input::OutOfSight);
    assert_eq!((frame.view(), frame.poll_timeout()), (ready.view(), ready.poll_timeout()));
}

#[test]
fn what_is_moved_loads_again() {
    for (name, before) in [
        ("ready", None),
        ("silent", Some((5_000, None))),
        ("blocked", Some((20, Some(Input::Blocked)))),
        ("alive", Some((20, Some(Input::Alive(1))))),
    ] {
        let mut frame = Frame::default();
        frame.handle(ms(0), to("a"));
        frame.handle(ms(10), Input::Loaded(1));
        match before {
            Some((at, Some(input))) => frame.handle(ms(at), input),
            Some((at, None)) => frame.handle_timeout(ms(at)),
            None => {}
        }
        frame.handle(ms(6_000), Input::Moved);
        let view = frame.view();
        assert_eq!((view.state, view.number, view.is_silent), (State::Loading, 1, false), "{name}");
        assert_eq!(frame.poll_timeout(), Some(ms(16_000)), "{name}");
        let mut late = frame.clone();
        late.handle_timeout(ms(16_000));
        assert_eq!(late.view().state, State::Late, "{name}");
        frame.handle(ms(7_000), Input::Loaded(1));
        assert_eq!((frame.view().state, frame.poll_timeout()), (State::Ready, Some(ms(10_000))), "{name}");
    }
    let mut empty = Frame::default();
    empty.handle(ms(0), Input::Moved);
    assert_eq!((empty.view().state, empty.poll_timeout()), (State::Empty, None));
}

proptest! {
    /// What a browser makes of the address is what was meant: nothing is smuggled in through an option or a link.
    #[test]
    fn a_browser_reads_what_was_meant(
        path in "(/[a-z%.~-]{0,8}){0,3}",
        query in prop::collection::vec(("[a-zA-Z%_]{1,6}", "[!-~&&[^&#\\\\]]{0,8}"), 0..4),
        phone in prop::option::of("[1-9][0-9]{0,14}"), username in prop::option::of("\\PC{0,12}"), only: bool,
    ) {
        let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let link = format!("https://api.jetapi.io{path}?{}", query.join("&"));
        let options = ChatOptions { phone, username, is_chat_only: only, ..ChatOptions::default() };
        let Address { url, origin } = address(&link, &options, &HOSTS, false).unwrap();
        let (read, before) = (Url::parse(&url).unwrap(), Url::parse(&link).unwrap());
        prop_assert_eq!(read.origin().ascii_serialization(), origin);
        prop_assert_eq!(read.path(), before.path());
        let value = |name: &str| -> Vec<String> {
            read.query_pairs().filter(|(it, _)| it == name).map(|(_, value)| value.into_owned()).collect()
        };
        for (name, want) in [("phone", options.phone), ("username", options.username)] {
            if let Some(want) = want { prop_assert_eq!(value(name), vec![want]); }
        }
        if only { prop_assert_eq!(value("chat_only"), ["true"]); }
        let kept = |url: &Url| -> Vec<_> {
            let own = ["phone", "username", "chat_only"];
            let pairs = url.query_pairs().filter(|(name, _)| !own.contains(&&**name));
            pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
        };
        prop_assert_eq!(kept(&read), kept(&before));
    }

    #[test]
    fn any_link_is_refused_or_a_chats(link in "\\PC{0,40}", tail in "\\PC{0,20}") {
        for link in [link.clone(), format!("https://{link}"), format!("https://api.jetapi.io{link}{tail}")] {
            if let Ok(made) = address(&link, &ChatOptions::default(), &HOSTS, false) {
                let url = Url::parse(&made.url).unwrap();
                prop_assert_eq!(url.scheme(), "https");
                prop_assert!(url.host_str() == Some("api.jetapi.io") || url.host_str() == Some("chat.example"));
                prop_assert_eq!((url.username(), url.password()), ("", None));
            }
        }
    }
}
