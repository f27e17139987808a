//! The WhatsApp pairing machine on simulated time.

use std::time::Duration;

use jetapi::account::Account;
use jetapi::error::ApiError;
use jetapi::instance::Instance;
use jetapi::json::Value;
use jetapi::pairing::whatsapp::{AuthState, Config, Pairing, Pause, State, View};
use jetapi::pairing::{Effect, Failure, Input, Machine, Notice, Since};
use jetapi::time::Instant;
use proptest::prelude::*;

const A: AuthState<'static> = AuthState::Code("2@a");
const B: AuthState<'static> = AuthState::Code("2@b");

fn ms(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn account(whatsapp_connected: Option<bool>) -> Account {
    Account {
        customer_id: "77".into(),
        whatsapp_connected,
        telegram_session: None,
        total_amount: None,
        dispatch_routing: vec![],
        sender_names: vec![],
        subscription_paid_until: None,
        subscription_status: None,
        subscription_cost: None,
    }
}

/// A machine with an owner that carries nothing out, but remembers what it was to do.
struct Owner {
    pairing: Pairing,
    now: u64,
}

impl Owner {
    fn new(config: Config) -> Self {
        Self { pairing: Pairing::new(config), now: 1_000 }
    }

    /// Started, account read, joined, at 1,000 ms.
    fn joined() -> Self {
        let mut owner = Self::new(Config::default());
        owner.tell(Input::Start);
        owner.tell(Input::LinkUp);
        owner.tell(Input::Account { attempt: 1, result: Ok(account(Some(false))) });
        owner.tell(Input::Joined);
        owner.effects();
        owner
    }

    fn showing(code: AuthState<'_>) -> Self {
        let mut owner = Self::joined();
        owner.tell(Input::AuthState(code));
        owner
    }

    fn connected() -> Self {
        let mut owner = Self::showing(A);
        owner.tell(Input::AuthState(AuthState::Connected));
        owner.effects();
        owner
    }

    fn tell(&mut self, input: Input<'_>) -> &mut Self {
        self.pairing.handle(ms(self.now), input);
        self
    }

    /// Lets `millis` pass, with every timeout when it is due.
    fn pass(&mut self, millis: u64) -> &mut Self {
        let end = self.now + millis;
        while let Some(due) = self.pairing.poll_timeout().filter(|due| due.as_millis() <= end) {
            assert!(due.as_millis() > self.now, "a deadline in the past would be a busy loop");
            self.now = due.as_millis();
            self.pairing.handle_timeout(due);
        }
        self.now = end;
        self
    }

    /// Lets `millis` pass while the server pushes `push` every 300 ms.
    fn pass_with(&mut self, millis: u64, push: AuthState<'_>) -> &mut Self {
        for _ in 0..millis / 300 {
            self.pass(300).tell(Input::AuthState(push));
        }
        self
    }

    fn effects(&mut self) -> Vec<Effect> {
        std::iter::from_fn(|| self.pairing.poll_effect()).collect()
    }

    fn state(&self) -> State {
        self.pairing.view().state
    }

    fn name(&self) -> &'static str {
        name(&self.pairing.view())
    }
}

fn name(view: &View) -> &'static str {
    match &view.state {
        State::Idle => "idle",
        State::Connecting => "connecting",
        State::Preparing { slow: false } => "preparing",
        State::Preparing { slow: true } => "preparing slowly",
        State::Code(_) => "code",
        State::Stale(_) => "stale",
        State::Connected { .. } => "connected",
        State::Paused(_) => "paused",
        State::Failed(_) => "failed",
        State::Disconnected { .. } => "disconnected",
    }
}

fn join() -> Effect {
    Effect::Join { topic: "room:v1:whats_app:auth:77".into() }
}

fn fetch_account(attempt: u32) -> Effect {
    Effect::FetchAccount { attempt }
}

#[test]
fn a_first_code_from_nothing() {
    let mut owner = Owner::new(Config::default());
    assert_eq!(owner.name(), "idle");
    owner.tell(Input::Start);
    assert_eq!(owner.name(), "connecting");
    assert_eq!(owner.effects(), [fetch_account(1), Effect::Connect]);
    owner.tell(Input::Start);
    assert_eq!(owner.effects(), [], "started twice, begun once");

    owner.tell(Input::LinkUp).tell(Input::Account { attempt: 1, result: Ok(account(Some(false))) });
    assert_eq!(owner.effects(), [join()]);
    owner.tell(Input::Joined).tell(Input::AuthState(AuthState::Preparing));
    assert_eq!(owner.name(), "preparing");

    owner.pass(500).tell(Input::AuthState(A));
    let State::Code(code) = owner.state() else { panic!("{:?}", owner.state()) };
    assert_eq!((&*code.payload, code.first_seen, code.ordinal), ("2@a", ms(1_500), 1));

    owner.pass_with(3_000, A);
    assert_eq!(owner.state(), State::Code(code), "a repeat changes nothing");
    owner.tell(Input::AuthState(B));
    let State::Code(code) = owner.state() else { panic!("{:?}", owner.state()) };
    assert_eq!((&*code.payload, code.first_seen, code.ordinal), ("2@b", ms(4_500), 2));
    assert_eq!(owner.effects(), []);
}

#[test]
fn a_known_customer_is_joined_without_waiting_for_the_account() {
    let mut owner = Owner::new(Config { customer_id: Some("77".into()), ..Config::default() });
    owner.tell(Input::Start);
    assert_eq!(owner.effects(), [fetch_account(1), Effect::Connect, join()]);
    owner.tell(Input::Account { attempt: 1, result: Ok(account(None)) });
    assert_eq!(owner.effects(), [], "and not twice");
}

#[test]
fn a_code_is_covered_as_soon_as_it_may_be_dead() {
    type Story = fn(&mut Owner) -> &mut Owner;
    let cases: [(&str, Story, &str); 7] = [
        ("pushed 1.9 s ago", |owner| owner.pass(1_900), "code"),
        ("pushed 2 s ago", |owner| owner.pass(2_000), "stale"),
        ("pushed again", |owner| owner.pass(5_000).tell(Input::AuthState(A)), "code"),
        ("the socket is down", |owner| owner.tell(Input::LinkDown { refused: false }), "stale"),
        ("the room crashed", |owner| owner.tell(Input::ChannelDown), "stale"),
        ("pushed for 39 s", |owner| owner.pass_with(39_000, A), "code"),
        ("pushed for 40.2 s", |owner| owner.pass_with(40_200, A), "stale"),
    ];
    for (what, story, state) in cases {
        let mut owner = Owner::showing(A);
        story(&mut owner);
        assert_eq!(owner.name(), state, "{what}");
    }
}

#[test]
fn a_connection_that_falls_silent_is_replaced() {
    let replaced = [Effect::Leave, Effect::Disconnect, Effect::Connect, join()];
    for (what, mut owner) in [("a code", Owner::showing(A)), ("nothing yet", Owner::joined())] {
        owner.pass(9_999);
        assert_eq!(owner.effects(), [], "{what}");
        owner.pass(1);
        assert_eq!(owner.effects(), replaced, "{what}");
        owner.tell(Input::LinkUp).pass(9_999);
        assert_eq!(owner.effects(), [], "{what}, again");
        owner.pass(1);
        assert_eq!(owner.effects(), replaced, "{what}, again");
    }
    let mut owner = Owner::connected();
    owner.pass(60_000);
    let replacing = owner.effects().contains(&Effect::Connect);
    assert!(!replacing, "the server need not push once it has said connected");
}

#[test]
fn a_silent_server_is_explained_and_a_late_word_is_welcome() {
    let mut owner = Owner::new(Config::default());
    owner.tell(Input::Start).tell(Input::LinkUp);
    owner.tell(Input::Account { attempt: 1, result: Ok(account(None)) });
    owner.pass(10_500).tell(Input::LinkUp);
    owner.pass(9_499);
    assert_eq!(owner.name(), "connecting");
    owner.pass(1);
    assert_eq!(owner.state(), State::Failed(Failure::NoAnswer));
    owner.tell(Input::LinkUp).tell(Input::Joined).tell(Input::AuthState(A));
    assert_eq!(owner.name(), "code");
}

#[test]
fn a_container_that_does_not_start_is_explained() {
    let mut owner = Owner::joined();
    owner.tell(Input::AuthState(AuthState::Preparing)).pass_with(19_800, AuthState::Preparing);
    assert_eq!(owner.name(), "preparing");
    owner.pass_with(300, AuthState::Preparing);
    assert_eq!(owner.name(), "preparing slowly");
    owner.tell(Input::Proceed);
    assert_eq!(owner.name(), "connecting");
    assert_eq!(
        owner.effects(),
        [fetch_account(2), Effect::Leave, Effect::Disconnect, Effect::Connect, join()]
    );
}

#[test]
fn nobody_scans() {
    for (limit, codes, paused) in [(8, 8, false), (8, 9, true), (2, 3, true), (0, 500, false)] {
        let mut owner = Owner::new(Config { customer_id: Some("77".into()), pause_after_codes: limit });
        owner.tell(Input::Start).tell(Input::LinkUp).tell(Input::Joined);
        owner.effects();
        for code in 0..codes {
            owner.pass(100).tell(Input::AuthState(AuthState::Code(&format!("2@{code}"))));
        }
        assert_eq!(owner.state() == State::Paused(Pause::Unscanned), paused, "{codes} of {limit}");
        assert_eq!(owner.effects(), if paused { vec![Effect::Leave, Effect::Disconnect] } else { vec![] });
        if paused {
            owner.tell(Input::AuthState(A)).tell(Input::PageVisible).pass(100_000);
            assert_eq!(owner.name(), "paused", "only the user resumes");
            owner.tell(Input::Proceed).tell(Input::LinkUp).tell(Input::Joined).tell(Input::AuthState(A));
            assert_eq!(owner.name(), "code");
        }
    }
}

#[test]
fn out_of_sight() {
    let mut owner = Owner::showing(A);
    owner.tell(Input::PageHidden).pass_with(59_900, A).tell(Input::PageVisible);
    assert_eq!(owner.effects(), [], "back in time");

    owner.tell(Input::AuthState(B)).tell(Input::PageHidden).pass_with(30_000, B).pass_with(30_000, A);
    assert_eq!(owner.state(), State::Paused(Pause::Hidden));
    assert_eq!(owner.effects(), [Effect::Leave, Effect::Disconnect]);
    assert_eq!(owner.pairing.poll_timeout(), None, "nothing is left to wait for");
    owner.pass(3_600_000).tell(Input::PageVisible);
    assert_eq!(owner.name(), "connecting");
    assert_eq!(owner.effects(), [fetch_account(2), Effect::Connect, join()]);
}

#[test]
fn a_connected_page_out_of_sight_looks_again_when_it_is_back() {
    let mut owner = Owner::connected();
    owner.tell(Input::PageHidden).pass(60_000);
    assert_eq!(owner.effects(), [Effect::Leave, Effect::Disconnect]);
    assert_eq!(owner.name(), "connected");
    owner.pass(600_000).tell(Input::PageVisible);
    assert_eq!(owner.effects(), [fetch_account(2), Effect::Connect, join()]);
    assert_eq!(owner.name(), "connected", "until it is known better");
    owner.tell(Input::Account { attempt: 2, result: Ok(account(Some(false))) });
    assert_eq!(owner.name(), "disconnected");
}

#[test]
fn an_open_session_skips_the_code() {
    let mut by_account = Owner::new(Config::default());
    by_account.tell(Input::Start).tell(Input::Account { attempt: 1, result: Ok(account(Some(true))) });
    let mut by_push = Owner::joined();
    by_push.tell(Input::AuthState(AuthState::Connected));
    for owner in [&mut by_account, &mut by_push] {
        let State::Connected { since, phone: None } = owner.state() else { panic!("{:?}", owner.state()) };
        assert_eq!(since, Since::Before(ms(1_000)));
        assert!(owner.effects().contains(&Effect::FetchInstance { attempt: 1, customer_id: "77".into() }));
    }
}

#[test]
fn a_push_is_newer_than_the_accounts_answer() {
    let mut owner = Owner::new(Config { customer_id: Some("77".into()), ..Config::default() });
    owner.tell(Input::Start).tell(Input::LinkUp).tell(Input::Joined).tell(Input::AuthState(A));
    owner.tell(Input::Account { attempt: 1, result: Ok(account(Some(true))) });
    assert_eq!(owner.name(), "code");
}

#[test]
fn the_number_is_asked_for_until_it_is_known() {
    let mut owner = Owner::showing(A);
    owner.tell(Input::AuthState(AuthState::Connected));
    assert_eq!(owner.state(), State::Connected { since: Since::Seen(ms(1_000)), phone: None });
    assert_eq!(owner.effects(), [Effect::FetchInstance { attempt: 1, customer_id: "77".into() }]);

    let unknown = || Ok(Instance { whatsapp_connected: Some(true), ..Instance::default() });
    owner.tell(Input::Instance { attempt: 1, result: unknown() }).pass(1_000);
    assert_eq!(owner.effects(), [Effect::FetchInstance { attempt: 2, customer_id: "77".into() }]);
    owner.tell(Input::Instance { attempt: 2, result: Err(ApiError::Network) }).pass(3_000);
    assert_eq!(owner.effects(), [Effect::FetchInstance { attempt: 3, customer_id: "77".into() }]);

    let known = || Ok(Instance { whatsapp_phone: Some("79".into()), ..Instance::default() });
    owner.tell(Input::Instance { attempt: 1, result: known() });
    assert_eq!(
        owner.state(),
        State::Connected { since: Since::Seen(ms(1_000)), phone: None },
        "an old answer"
    );
    owner.tell(Input::Instance { attempt: 3, result: known() });
    assert_eq!(owner.state(), State::Connected { since: Since::Seen(ms(1_000)), phone: Some("79".into()) });
    owner.tell(Input::AuthState(AuthState::Connected)).pass(60_000);
    assert_eq!(owner.effects(), []);
}

#[test]
fn a_number_that_can_not_be_known_is_not_asked_for_again() {
    for error in [ApiError::NotFound, ApiError::Unauthorized, ApiError::Unreadable { status: 200 }] {
        let mut owner = Owner::connected();
        owner.tell(Input::Instance { attempt: 1, result: Err(error) }).pass(60_000);
        assert_eq!(owner.effects(), []);
    }
    let mut owner = Owner::connected();
    for attempt in 1..=3 {
        owner.tell(Input::Instance { attempt, result: Err(ApiError::Timeout) }).pass(10_000);
        assert_eq!(owner.effects().len(), 1, "{attempt}");
    }
    owner.tell(Input::Instance { attempt: 4, result: Err(ApiError::Timeout) }).pass(60_000);
    assert_eq!(owner.effects(), [], "it stays unknown");
}

#[test]
fn logged_out_by_the_phone() {
    let mut owner = Owner::connected();
    owner.pass(5_000).tell(Input::AuthState(B));
    assert_eq!(owner.state(), State::Disconnected { at: ms(6_000) });
    owner.pass_with(30_000, B);
    assert_eq!(owner.name(), "disconnected", "a code is shown only when it is asked for");
    owner.tell(Input::Proceed).tell(Input::AuthState(B));
    assert_eq!(owner.name(), "code");

    let mut again = Owner::connected();
    again.tell(Input::AuthState(B)).tell(Input::AuthState(AuthState::Connected));
    assert_eq!(again.name(), "connected", "somebody connected it elsewhere");
}

#[test]
fn a_container_that_restarts_is_no_log_out() {
    let mut owner = Owner::connected();
    owner.tell(Input::AuthState(AuthState::Preparing)).pass_with(4_800, AuthState::Preparing);
    assert_eq!(owner.name(), "connected");
    owner.tell(Input::AuthState(AuthState::Connected)).pass(20_000);
    assert_eq!(owner.name(), "connected");
    owner.tell(Input::AuthState(AuthState::Preparing)).pass(5_000);
    assert_eq!(owner.name(), "disconnected");
}

#[test]
fn what_the_account_says_of_the_proxy() {
    let cases = [
        (ApiError::Unauthorized, Failure::Unauthorized),
        (ApiError::Forbidden { message: None }, Failure::Forbidden),
        (ApiError::NotFound, Failure::NoProxy),
        (ApiError::Unreadable { status: 200 }, Failure::NoProxy),
        (ApiError::BadRequest { message: None }, Failure::Rejected),
        (ApiError::Duplicate, Failure::Rejected),
    ];
    for (error, failure) in cases {
        let mut owner = Owner::new(Config::default());
        owner.tell(Input::Start);
        owner.effects();
        owner.tell(Input::Account { attempt: 1, result: Err(error) });
        assert_eq!(owner.state(), State::Failed(failure));
        assert_eq!(owner.effects(), [Effect::Disconnect]);
        assert_eq!(owner.pairing.poll_timeout(), None);

        owner.tell(Input::Proceed).tell(Input::Proceed);
        assert_eq!(owner.effects(), [fetch_account(2), Effect::Connect], "a double click tries once");
        owner.tell(Input::Account { attempt: 1, result: Err(ApiError::Unauthorized) });
        assert_eq!(owner.name(), "connecting", "an old answer counts for nothing");
    }
}

#[test]
fn an_account_that_fails_in_passing_is_read_again() {
    let mut owner = Owner::new(Config::default());
    owner.tell(Input::Start).tell(Input::LinkUp);
    owner.effects();
    for (attempt, wait) in [(1, 1_000), (2, 2_000), (3, 5_000), (4, 10_000), (5, 10_000)] {
        owner.tell(Input::Account { attempt, result: Err(ApiError::Status { status: 503, message: None }) });
        owner.pass(wait - 1);
        assert_eq!(owner.effects(), []);
        owner.pass(1);
        assert_eq!(owner.effects(), [fetch_account(attempt + 1)]);
    }
    assert_eq!(owner.pairing.view(), View { state: State::Connecting, notice: Some(Notice::Reconnecting) });
    owner.tell(Input::Account { attempt: 6, result: Ok(account(None)) });
    assert_eq!(owner.pairing.view(), View { state: State::Connecting, notice: None });
    assert_eq!(owner.effects(), [join()]);
}

#[test]
fn a_refused_socket_is_looked_into() {
    let mut owner = Owner::joined();
    owner.tell(Input::LinkDown { refused: false });
    assert_eq!((owner.name(), owner.effects()), ("connecting", vec![]));
    owner.tell(Input::LinkDown { refused: true }).tell(Input::LinkDown { refused: true });
    assert_eq!(owner.effects(), [fetch_account(2)], "once");
    owner.pass(9_999);
    assert_eq!(owner.name(), "connecting", "a restart of the proxy looks the same for a moment");
    owner.pass(1);
    assert_eq!(owner.state(), State::Failed(Failure::LinkRefused));
    owner.tell(Input::Offline);
    assert_eq!(owner.name(), "connecting", "no wonder");
    owner.tell(Input::Online).tell(Input::LinkUp);
    assert_eq!(owner.name(), "connecting");

    owner.tell(Input::Account { attempt: 2, result: Err(ApiError::Unauthorized) });
    assert_eq!(owner.state(), State::Failed(Failure::Unauthorized));
}

#[test]
fn a_long_outage_is_not_held_against_a_connection_that_is_back() {
    let mut owner = Owner::joined();
    owner.tell(Input::LinkDown { refused: false }).pass(60_000).tell(Input::LinkUp);
    assert_eq!(owner.name(), "connecting");
}

#[test]
fn only_a_long_drop_is_spoken_of() {
    for mut owner in [Owner::showing(A), Owner::connected(), Owner::joined()] {
        owner.tell(Input::LinkDown { refused: false }).pass(5_000).tell(Input::LinkDown { refused: false });
        owner.pass(4_999);
        assert_eq!(owner.pairing.view().notice, None);
        owner.pass(1);
        assert_eq!(owner.pairing.view().notice, Some(Notice::Reconnecting));
        owner.tell(Input::Offline);
        assert_eq!(owner.pairing.view().notice, Some(Notice::Offline));
        owner.tell(Input::Online).tell(Input::LinkUp);
        assert_eq!(owner.pairing.view().notice, None);
    }
}

#[test]
fn a_room_that_refuses_is_left() {
    let mut owner = Owner::joined();
    owner.tell(Input::JoinRefused);
    assert_eq!(owner.state(), State::Failed(Failure::JoinRefused));
    assert_eq!(owner.effects(), [Effect::Leave, Effect::Disconnect]);
}

#[test]
fn a_room_that_the_server_closed_is_joined_anew() {
    let mut owner = Owner::joined();
    for wait in [1_000, 2_000, 5_000] {
        owner.tell(Input::ChannelClosed).pass(wait - 1);
        assert_eq!(owner.effects(), []);
        owner.pass(1);
        assert_eq!(owner.effects(), [join()]);
    }
    owner.tell(Input::Joined).tell(Input::ChannelClosed).pass(1_000);
    assert_eq!(owner.effects(), [join()], "a join that worked resets the wait");
}

#[test]
fn a_code_that_is_none_is_explained_until_a_good_one_comes() {
    let mut owner = Owner::showing(AuthState::Code(&"x".repeat(5_000)));
    assert_eq!(owner.state(), State::Failed(Failure::BadCode));
    owner.tell(Input::AuthState(A));
    assert_eq!(owner.name(), "code");
}

#[test]
fn payloads() {
    let long = format!(r#"{{"auth":false,"qr_code":"{}"}}"#, "x".repeat(5_000));
    let cases = [
        (r#"{"auth":true}"#, Some(AuthState::Connected)),
        (r#"{"auth":true,"qr_code":"2@a"}"#, Some(AuthState::Connected)),
        (r#"{"auth":true,"qr_code":7}"#, Some(AuthState::Connected)),
        (r#"{"auth":false,"qr_code":null}"#, Some(AuthState::Preparing)),
        (r#"{"auth":false}"#, Some(AuthState::Preparing)),
        (r#"{"auth":false,"qr_code":""}"#, Some(AuthState::Preparing)),
        (r#"{"auth":false,"qr_code":"2@a"}"#, Some(A)),
        (r#"{"auth":false,"qr_code":"2@a\n"}"#, Some(AuthState::Code("2@a\n"))),
        (r#"{"auth":false,"qr_code":7}"#, None),
        (r#"{"auth":false,"qr_code":{"a":1}}"#, None),
        (r#"{"auth":"true"}"#, None),
        (r#"{"auth":1}"#, None),
        (r#"{}"#, None),
        (r#"[]"#, None),
        (r#""auth""#, None),
        ("null", None),
    ];
    for (json, want) in cases {
        let payload = Value::read(json).unwrap();
        assert_eq!(AuthState::read(&payload), want, "{json}");
    }
    let payload = Value::read(&long).unwrap();
    assert!(matches!(AuthState::read(&payload), Some(AuthState::Code(code)) if code.len() == 5_000));
}

fn any_input() -> impl Strategy<Value = (u64, u8, u32)> {
    (0_u64..70_000, 0_u8..24, 0_u32..6)
}

proptest! {
    /// No order of events makes two processes of one, waits in the past, or piles up work.
    #[test]
    fn any_order_of_events(story in prop::collection::vec(any_input(), 0..120), known: bool) {
        let customer_id = known.then(|| "77".to_owned());
        let mut owner = Owner::new(Config { customer_id, pause_after_codes: 3 });
        let (mut connected, mut in_room) = (false, false);
        for (wait, which, number) in story {
            owner.pass(wait);
            let code = format!("2@{number}");
            let input = match which {
                0 => Input::Start,
                1 => Input::Proceed,
                2 => Input::Account { attempt: number, result: Ok(account(Some(number % 2 == 0))) },
                3 => Input::Account { attempt: number, result: Err(ApiError::Network) },
                4 => Input::Account { attempt: number, result: Err(ApiError::Unauthorized) },
                5 => Input::Instance {
                    attempt: number,
                    result: Ok(Instance::default()),
                },
                6 => Input::Instance { attempt: number, result: Err(ApiError::NotFound) },
                7 | 8 => Input::LinkUp,
                9 => Input::LinkDown { refused: number > 3 },
                10 | 11 => Input::Joined,
                12 => Input::JoinRefused,
                13 => Input::ChannelDown,
                14 => Input::ChannelClosed,
                15 | 16 => Input::AuthState(AuthState::Code(&code)),
                17 => Input::AuthState(AuthState::Connected),
                18 => Input::AuthState(AuthState::Preparing),
                19 => Input::PageHidden,
                20 | 21 => Input::PageVisible,
                22 => Input::Online,
                _ => Input::Offline,
            };
            // What followed from the time that passed comes before what follows from the input.
            let before = owner.effects();
            let is_closed_by_server = matches!(input, Input::ChannelClosed);
            owner.tell(input);
            let after = owner.effects();
            prop_assert!(before.len().max(after.len()) <= 12, "{before:?} {after:?}");
            for (effects, is_closed_by_server) in [(before, is_closed_by_server), (after, false)] {
                for effect in effects {
                    match effect {
                        Effect::Connect => prop_assert!(!std::mem::replace(&mut connected, true), "two connections"),
                        Effect::Disconnect => prop_assert!(std::mem::replace(&mut connected, false), "none to close"),
                        Effect::Join { .. } => prop_assert!(!std::mem::replace(&mut in_room, true), "joined twice"),
                        Effect::Leave => in_room = false,
                        _ => {}
                    }
                }
                in_room &= !is_closed_by_server;
            }
            if let Some(due) = owner.pairing.poll_timeout() {
                prop_assert!(due.as_millis() > owner.now);
                prop_assert!(due - ms(owner.now) <= Duration::from_secs(60));
            }
        }
    }
}
