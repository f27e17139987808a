//! The Telegram login machine on simulated time.

use jetapi::account::{Account, TelegramSession};
use jetapi::error::ApiError;
use jetapi::json::Value;
use jetapi::pairing::login::{Busy, Problem, State, Step, View};
use jetapi::pairing::telegram::{Status, TOPIC, Telegram};
use jetapi::pairing::{Effect, Failure, Input, Machine, Notice, Since};
use jetapi::secret::Secret;
use jetapi::time::Instant;
use proptest::prelude::*;

const PHONE: Status = Status::Waits(Step::Phone);
const CODE: Status = Status::Waits(Step::Code);
const PASSWORD: Status = Status::Waits(Step::Password);

fn ms(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn account(session: TelegramSession) -> Account {
    Account {
        customer_id: "77".into(),
        whatsapp_connected: None,
        telegram_session: Some(session),
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
    telegram: Telegram,
    now: u64,
}

impl Owner {
    fn new() -> Self {
        Self { telegram: Telegram::default(), now: 1_000 }
    }

    /// Started and joined, with the account's answer under way, at 1,000 ms.
    fn joined() -> Self {
        let mut owner = Self::new();
        owner.tell(Input::Start).tell(Input::LinkUp).tell(Input::Joined);
        owner.effects();
        owner
    }

    /// The same, with the room's word.
    fn at(status: Status) -> Self {
        let mut owner = Self::joined();
        owner.status(status);
        owner
    }

    /// The same, with something just sent as attempt 1.
    fn sent(status: Status, typed: &str) -> Self {
        let mut owner = Self::at(status);
        owner.submit(typed);
        assert_eq!(owner.pushes().len(), 1);
        owner
    }

    fn tell(&mut self, input: Input<'_>) -> &mut Self {
        self.telegram.handle(ms(self.now), input);
        self
    }

    fn status(&mut self, status: Status) -> &mut Self {
        self.tell(Input::Status(status))
    }

    fn account(&mut self, session: TelegramSession) -> &mut Self {
        self.tell(Input::Account { attempt: 1, result: Ok(account(session)) })
    }

    fn submit(&mut self, typed: &str) -> &mut Self {
        self.tell(Input::Submit(Secret::new(typed)))
    }

    fn ok(&mut self, attempt: u32) -> &mut Self {
        self.tell(Input::Reply { attempt, ok: true, response: &Value::empty_object() })
    }

    fn refused(&mut self, attempt: u32, words: &str) -> &mut Self {
        let words = Value::Array(vec![Value::String(words.into())]);
        let errors = Value::Object(vec![("base".into(), words)]);
        let meta = Value::Object(vec![("errors".into(), errors)]);
        let response = Value::Object(vec![("meta".into(), meta)]);
        self.tell(Input::Reply { attempt, ok: false, response: &response })
    }

    /// The room is back after a drop.
    fn back(&mut self) -> &mut Self {
        self.tell(Input::LinkUp).tell(Input::Joined)
    }

    /// Lets `millis` pass, with every timeout when it is due.
    fn pass(&mut self, millis: u64) -> &mut Self {
        let end = self.now + millis;
        while let Some(due) = self.telegram.poll_timeout().filter(|due| due.as_millis() <= end) {
            assert!(due.as_millis() > self.now, "a deadline in the past would be a busy loop");
            self.now = due.as_millis();
            self.telegram.handle_timeout(due);
        }
        self.now = end;
        self
    }

    fn effects(&mut self) -> Vec<Effect> {
        std::iter::from_fn(|| self.telegram.poll_effect()).collect()
    }

    /// What was pushed since the last look: number, event, field, text.
    fn pushes(&mut self) -> Vec<Pushed> {
        self.effects().into_iter().filter_map(pushed).collect()
    }

    fn view(&self) -> View {
        self.telegram.view()
    }

    fn problem(&self) -> Option<Problem> {
        self.view().problem
    }

    fn busy(&self) -> Option<Busy> {
        self.view().busy
    }
}

type Pushed = (u32, &'static str, Option<(&'static str, String)>);

fn pushed(effect: Effect) -> Option<Pushed> {
    match effect {
        Effect::Push { attempt, event, field } => {
            Some((attempt, event, field.map(|(name, typed)| (name, typed.expose().to_owned()))))
        }
        _ => None,
    }
}

fn join() -> Effect {
    Effect::Join { topic: TOPIC.into() }
}

fn fetch_account(attempt: u32) -> Effect {
    Effect::FetchAccount { attempt }
}

#[test]
fn the_whole_way_and_back() {
    let mut owner = Owner::new();
    assert_eq!(owner.view().state, State::Idle);
    owner.tell(Input::Start);
    assert_eq!(owner.view().state, State::Connecting);
    assert_eq!(owner.effects(), [fetch_account(1), Effect::Connect, join()]);
    owner.tell(Input::Start);
    assert_eq!(owner.effects(), [], "started twice, begun once");

    owner.tell(Input::LinkUp).tell(Input::Joined).account(TelegramSession::WaitPhone).status(PHONE);
    let steps = [
        (PHONE, "79260846453", ("send_phone", "phone"), CODE),
        (CODE, "12345", ("send_code", "code"), PASSWORD),
        (PASSWORD, "hunter2", ("send_password", "password"), Status::Authorized),
    ];
    for (attempt, (status, typed, (event, name), next)) in (1..).zip(steps) {
        let Status::Waits(step) = status else { unreachable!() };
        assert_eq!(owner.view().state, State::Step(step));
        owner.pass(3_000).submit(typed);
        assert_eq!(owner.pushes(), [(attempt, event, Some((name, typed.to_owned())))]);
        assert_eq!(owner.busy(), Some(Busy::Sending));
        owner.ok(attempt);
        assert_eq!((owner.view().state, owner.busy()), (State::Step(step), Some(Busy::Sending)));
        owner.status(next);
        assert_eq!((owner.busy(), owner.problem()), (None, None));
    }
    assert_eq!(
        owner.view(),
        View {
            state: State::Authorized { since: Since::Seen(ms(10_000)) },
            phone: Some("79260846453".into()),
            busy: None,
            problem: None,
            ended: None,
            notice: None,
        }
    );

    owner.tell(Input::Reset);
    assert_eq!(owner.pushes(), [(4, "reset", None)]);
    assert_eq!(owner.busy(), Some(Busy::Resetting));
    owner.ok(4).status(PHONE);
    let begun = View {
        state: State::Step(Step::Phone),
        phone: None,
        busy: None,
        problem: None,
        ended: None,
        notice: None,
    };
    assert_eq!(owner.view(), begun);
}

#[test]
fn each_status_has_its_state() {
    let long = "ж".repeat(65);
    let cases = [
        (r#"{"status":"wait_phone"}"#, State::Step(Step::Phone)),
        (r#"{"status":"wait_code"}"#, State::Step(Step::Code)),
        (r#"{"status":"wait_password"}"#, State::Step(Step::Password)),
        (r#"{"status":"authorized"}"#, State::Authorized { since: Since::Before(ms(1_000)) }),
        (r#"{"status":"wait_qr_code"}"#, State::Unknown("wait_qr_code".into())),
        (r#"{"status":"wait_registration","more":[1]}"#, State::Unknown("wait_registration".into())),
        (r#"{"status":""}"#, State::Unknown("".into())),
        (&format!(r#"{{"status":"{long}"}}"#), State::Unknown("ж".repeat(64).into())),
    ];
    for (json, state) in cases {
        let payload = Value::read(json).unwrap();
        let mut owner = Owner::joined();
        let input = owner.telegram.read("auth_state", &payload).unwrap();
        owner.telegram.handle(ms(1_000), input);
        assert_eq!(owner.view().state, state, "{json}");
        assert_eq!(owner.effects(), [], "{json}");
        assert!(owner.telegram.read("other", &payload).is_none(), "another event");
    }
    for json in ["{}", "null", "[]", r#"{"status":null}"#, r#"{"status":1}"#, r#"{"auth":true}"#] {
        let payload = Value::read(json).unwrap();
        assert!(Telegram::default().read("auth_state", &payload).is_none(), "{json}");
    }
}

#[test]
fn the_account_speaks_until_the_room_does() {
    let cases = [
        (TelegramSession::WaitPhone, State::Step(Step::Phone)),
        (TelegramSession::WaitCode, State::Step(Step::Code)),
        (TelegramSession::WaitPassword, State::Step(Step::Password)),
        (TelegramSession::Authorized, State::Authorized { since: Since::Before(ms(1_000)) }),
        (TelegramSession::WaitQrCode, State::Unknown("wait_qr_code".into())),
        (TelegramSession::Unknown(9), State::Connecting),
    ];
    for (session, state) in cases {
        let mut owner = Owner::new();
        owner.tell(Input::Start).account(session);
        assert_eq!(owner.view().state, state);
        owner.back().pass(500).status(PASSWORD);
        assert_eq!(owner.view().state, State::Step(Step::Password), "the room is newer, {session:?}");
        assert_eq!(owner.view().ended, None, "the account's word may have been old, {session:?}");

        let mut late = Owner::at(PASSWORD);
        late.account(session);
        assert_eq!(late.view().state, State::Step(Step::Password), "and stays newer, {session:?}");
    }
}

/// Everything that can come between a press and the next state, in every order.
#[test]
fn reply_and_state_may_come_in_either_order() {
    type Act = fn(&mut Owner) -> &mut Owner;
    let ok: Act = |owner| owner.ok(1);
    let repeat: Act = |owner| owner.status(CODE);
    let next: Act = |owner| owner.status(PASSWORD);
    let next_again: Act = |owner| owner.status(PASSWORD);
    for order in permutations(vec![("ok", ok), ("repeat", repeat), ("next", next), ("again", next_again)]) {
        let names: Vec<_> = order.iter().map(|(name, _)| *name).collect();
        // A repeat of the old step behind the new one would be the server going back.
        if names.iter().position(|it| *it == "repeat") > names.iter().position(|it| *it == "next") {
            continue;
        }
        if names.iter().position(|it| *it == "again") < names.iter().position(|it| *it == "next") {
            continue;
        }
        let mut owner = Owner::sent(CODE, "12345");
        for (name, act) in order {
            act(owner.pass(700));
            let is_next = owner.view().state == State::Step(Step::Password);
            assert_eq!(owner.busy().is_none(), is_next, "{names:?} at {name}");
            assert_eq!((owner.problem(), owner.pushes()), (None, vec![]), "{names:?} at {name}");
        }
        owner.pass(60_000);
        assert_eq!((owner.busy(), owner.problem(), owner.pushes()), (None, None, vec![]), "{names:?}");
    }
}

fn permutations<T: Clone>(items: Vec<T>) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for index in 0..items.len() {
        let mut rest = items.clone();
        let first = rest.remove(index);
        for mut tail in permutations(rest) {
            tail.insert(0, first.clone());
            all.push(tail);
        }
    }
    all
}

#[test]
fn a_repeated_status_disturbs_nothing() {
    for status in [PHONE, CODE, PASSWORD, Status::Authorized, Status::Other("wait_qr_code".into())] {
        let mut owner = Owner::at(status.clone());
        let before = owner.view();
        for _ in 0..20 {
            owner.pass(3_000).status(status.clone());
            assert_eq!((owner.view(), owner.effects()), (before.clone(), vec![]), "{status:?}");
        }
    }
    let mut refused = Owner::sent(CODE, "12345");
    refused.refused(1, "PHONE_CODE_INVALID").pass(3_000).status(CODE);
    assert_eq!(refused.problem(), Some(Problem::WrongCode), "what is wrong stays to be read");
}

#[test]
fn what_a_refusal_means() {
    use Problem::{ExpiredCode, NoSession, Unavailable, WrongCode, WrongPassword, WrongPhone};
    let words = |words: &str| Problem::Words(words.into());
    let wait = |seconds: u64| Problem::Wait { until: ms(1_000 + seconds * 1_000) };
    let cases = [
        (PHONE, "invalid phone", WrongPhone),
        (PHONE, "PHONE_NUMBER_INVALID", WrongPhone),
        (PHONE, "Phone can't be blank", WrongPhone),
        (PHONE, "PHONE_NUMBER_BANNED", words("PHONE_NUMBER_BANNED")),
        (PHONE, "PHONE_NUMBER_FLOOD", words("PHONE_NUMBER_FLOOD")),
        (PHONE, "PASSWORD_HASH_INVALID", words("PASSWORD_HASH_INVALID")),
        (CODE, "PHONE_CODE_INVALID", WrongCode),
        (CODE, "invalid code", WrongCode),
        (CODE, "The code is wrong", WrongCode),
        (CODE, "PHONE_CODE_EMPTY", WrongCode),
        (CODE, "code can't be blank", WrongCode),
        (CODE, "PHONE_CODE_EXPIRED", ExpiredCode),
        (CODE, "SESSION_PASSWORD_NEEDED", words("SESSION_PASSWORD_NEEDED")),
        (CODE, "session_not_found", NoSession),
        (PASSWORD, "PASSWORD_HASH_INVALID", WrongPassword),
        (PASSWORD, "wrong password", WrongPassword),
        (PASSWORD, "PHONE_CODE_INVALID", words("PHONE_CODE_INVALID")),
        (PHONE, "FLOOD_WAIT_35", wait(35)),
        (CODE, "FLOOD_WAIT_35", wait(35)),
        (CODE, "420 FLOOD_WAIT_35 (caused by auth.signIn)", wait(35)),
        (CODE, "Too Many Requests: retry after 35", wait(35)),
        (PASSWORD, "Error 429: Too Many Requests: retry after 7", wait(7)),
        (PASSWORD, "Flood control: 5 s", wait(5)),
        (CODE, "Too many tries. Wait 20 seconds", wait(20)),
        (CODE, "FLOOD_WAIT_0", wait(1)),
        (CODE, "FLOOD_WAIT_99999999", wait(86_400)),
        (CODE, "FLOOD_WAIT_99999999999999999999999", words("FLOOD_WAIT_99999999999999999999999")),
        (CODE, "Too Many Requests", words("Too Many Requests")),
        (CODE, "Ой, <b>что-то</b> не так: 42", words("Ой, <b>что-то</b> не так: 42")),
        (CODE, "", Unavailable),
        (CODE, " \n", Unavailable),
    ];
    for (status, said, problem) in cases {
        let mut owner = Owner::sent(status.clone(), "1");
        owner.refused(1, said);
        assert_eq!((owner.problem(), owner.busy()), (Some(problem), None), "{status:?} {said:?}");
        let Status::Waits(step) = status else { unreachable!() };
        assert_eq!(owner.view().state, State::Step(step), "{said:?}");
    }
}

#[test]
fn a_refusal_may_have_any_form() {
    let words = |words: &str| Problem::Words(words.into());
    let cases = [
        (
            r#"{"meta":{"code":422,"errors":{"base":["invalid code"]},"message":"Unprocessable Entity",
            "status":"fail","status_id":null}}"#,
            Problem::WrongCode,
        ),
        (r#"{"meta":{"errors":{"base":"invalid code"}}}"#, Problem::WrongCode),
        (r#"{"meta":{"errors":{"code":["is","invalid code"]}}}"#, Problem::WrongCode),
        (r#"{"meta":{"errors":["invalid code"]}}"#, Problem::WrongCode),
        (r#"{"meta":{"errors":"invalid code"}}"#, Problem::WrongCode),
        (r#"{"meta":{"errors":{"a":["one"],"b":["two",3]}}}"#, words("one two 3")),
        (r#"{"meta":{"errors":{"a":"one"},"message":"Unprocessable Entity"}}"#, words("one")),
        (r#"{"meta":{"errors":{},"message":"Unprocessable Entity"}}"#, words("Unprocessable Entity")),
        (r#"{"meta":{"message":"invalid code"}}"#, Problem::WrongCode),
        (r#"{"reason":"unmatched topic"}"#, words("unmatched topic")),
        (r#"{"meta":{"errors":{"base":[null]},"message":7}}"#, Problem::Unavailable),
        (r#"{"meta":null}"#, Problem::Unavailable),
        ("{}", Problem::Unavailable),
        ("null", Problem::Unavailable),
        ("[[]]", Problem::Unavailable),
    ];
    for (json, problem) in cases {
        let response = Value::read(json).unwrap();
        let mut owner = Owner::sent(CODE, "1");
        owner.tell(Input::Reply { attempt: 1, ok: false, response: &response });
        assert_eq!((owner.problem(), owner.busy()), (Some(problem), None), "{json}");
    }
}

#[test]
fn a_wait_takes_no_press_and_ends_by_itself() {
    for status in [PHONE, CODE, PASSWORD] {
        let mut owner = Owner::sent(status.clone(), "1");
        owner.pass(500).refused(1, "FLOOD_WAIT_35");
        let wait = Some(Problem::Wait { until: ms(36_500) });
        owner.submit("2").pass(20_000).status(status.clone()).submit("3").pass(14_999);
        assert_eq!((owner.problem(), owner.pushes()), (wait, vec![]), "{status:?}");
        owner.pass(1);
        assert_eq!((owner.problem(), owner.pushes()), (None, vec![]), "{status:?}, nothing by itself");
        owner.submit("4");
        assert_eq!(owner.pushes().len(), 1, "{status:?}");
    }
    let mut owner = Owner::sent(CODE, "1");
    owner.refused(1, "FLOOD_WAIT_35").tell(Input::Reset);
    assert_eq!(owner.pushes(), [(2, "reset", None)], "starting over is always there");
    assert_eq!(owner.telegram.poll_timeout(), None);
}

type Story = fn(&mut Owner) -> &mut Owner;

const CUTS: [(&str, Story); 5] = [
    ("the room crashes", |owner| owner.tell(Input::ChannelDown)),
    ("the link drops", |owner| owner.tell(Input::LinkDown { refused: false })),
    ("the link is refused", |owner| owner.tell(Input::LinkDown { refused: true })),
    ("the room is closed", |owner| owner.tell(Input::ChannelClosed)),
    ("no reply in time", |owner| owner.tell(Input::NoReply { attempt: 1, sent: true })),
];

#[test]
fn cut_off_before_the_reply_the_user_is_asked() {
    for (what, cut) in CUTS {
        for (status, typed) in [(PHONE, "79260846453"), (CODE, "12345"), (PASSWORD, "hunter2")] {
            let mut owner = Owner::sent(status.clone(), typed);
            cut(owner.pass(1_000));
            assert_eq!((owner.problem(), owner.busy()), (Some(Problem::Unanswered), None), "{what}");
            owner.pass(5_000).back().status(status.clone()).pass(60_000);
            assert_eq!(owner.pushes(), [], "{what}: nothing is sent by itself");
            assert_eq!(owner.problem(), Some(Problem::Unanswered), "{what}");
            owner.ok(1).refused(1, "late").tell(Input::NoReply { attempt: 1, sent: false });
            assert_eq!(owner.problem(), Some(Problem::Unanswered), "{what}: a late word is of no use");
            owner.submit(typed);
            let pushes = owner.pushes();
            assert_eq!((pushes.len(), pushes.first().map(|it| it.0)), (1, Some(2)), "{what}: at a press");
            assert_eq!((owner.problem(), owner.busy()), (None, Some(Busy::Sending)), "{what}");
        }
    }
}

#[test]
fn cut_off_after_the_reply_the_next_step_is_awaited() {
    for (what, cut) in &CUTS[..4] {
        let mut owner = Owner::sent(CODE, "12345");
        cut(owner.ok(1).pass(1_000));
        assert_eq!((owner.problem(), owner.busy()), (None, Some(Busy::Sending)), "{what}");
        owner.pass(2_000).back().status(CODE);
        assert_eq!((owner.problem(), owner.busy()), (None, Some(Busy::Sending)), "{what}");
        owner.pass(1_000).status(PASSWORD);
        assert_eq!(owner.view().state, State::Step(Step::Password), "{what}");
        assert_eq!((owner.problem(), owner.busy(), owner.pushes()), (None, None, vec![]), "{what}");

        let mut owner = Owner::sent(CODE, "12345");
        cut(owner.pass(500).ok(1).pass(1_000)).pass(1_000).back().status(CODE).ok(1).pass(12_999);
        assert_eq!((owner.problem(), owner.busy()), (None, Some(Busy::Sending)), "{what}");
        owner.pass(1);
        assert_eq!((owner.problem(), owner.busy()), (Some(Problem::NoProgress), None), "{what}");
        owner.status(CODE).pass(60_000);
        assert_eq!((owner.problem(), owner.pushes()), (Some(Problem::NoProgress), vec![]), "{what}");
        owner.submit("54321");
        assert_eq!(owner.pushes(), [(2, "send_code", Some(("code", "54321".into())))], "{what}");
    }
}

#[test]
fn the_next_state_settles_what_went_unanswered() {
    for (what, cut) in CUTS {
        let mut owner = Owner::sent(PHONE, "79260846453");
        cut(&mut owner).back().status(CODE);
        assert_eq!(owner.problem(), None, "{what}");
        assert_eq!(owner.view().phone.as_deref(), Some("79260846453"), "{what}: it did arrive");
    }
}

#[test]
fn one_press_one_push() {
    for status in [PHONE, CODE, PASSWORD] {
        let mut owner = Owner::at(status.clone());
        owner.submit("1").submit("1").pass(300).submit("2").status(status.clone()).submit("3");
        assert_eq!(owner.pushes().len(), 1, "{status:?}");
        owner.ok(1).submit("4").pass(14_000).submit("5");
        assert_eq!(owner.pushes(), [], "{status:?}: taken, and not yet done with");
    }
}

#[test]
fn where_nothing_is_asked_for_nothing_is_sent() {
    let mut failed = Owner::at(CODE);
    failed.tell(Input::JoinRefused);
    failed.effects();
    let cases = [
        ("idle", Owner::new()),
        ("connecting", Owner::joined()),
        ("authorized", Owner::at(Status::Authorized)),
        ("unknown", Owner::at(Status::Other("wait_qr_code".into()))),
        ("failed", failed),
    ];
    for (what, mut owner) in cases {
        let before = owner.view();
        owner.submit("12345");
        assert_eq!((owner.view(), owner.effects()), (before, vec![]), "{what}");
    }
    for mut owner in [Owner::new(), Owner::joined()] {
        owner.tell(Input::Reset);
        assert_eq!((owner.busy(), owner.effects()), (None, vec![]), "nothing to reset");
    }
}

#[test]
fn what_can_not_be_sent_now_is_never_sent() {
    let no_room: [(&str, Story); 3] = [
        ("the room crashed", |owner| owner.tell(Input::ChannelDown)),
        ("the link is down", |owner| owner.tell(Input::LinkDown { refused: false })),
        ("the room was closed", |owner| owner.tell(Input::ChannelClosed)),
    ];
    for (what, story) in no_room {
        for input in [|| Input::Submit(Secret::new("79260846453")), || Input::Reset] {
            let mut owner = Owner::at(PHONE);
            story(&mut owner).tell(input());
            assert_eq!(owner.pushes(), [], "{what}");
            assert_eq!((owner.problem(), owner.busy()), (Some(Problem::NotSent), None), "{what}");
            // A word of the room alone, from a join that is not through or no more, opens nothing.
            owner.status(PHONE).tell(input());
            assert_eq!(owner.pushes(), [], "{what}, and a word of the room");
            owner.pass(3_000).back().status(PHONE).pass(60_000);
            assert_eq!(owner.pushes(), [], "{what}: not even later");
            owner.status(CODE);
            assert_eq!(owner.view().phone, None, "{what}: that number went nowhere");
        }
    }
}

#[test]
fn nothing_is_sent_by_itself() {
    let stories: [(&str, Story); 5] = [
        ("a reconnect", |owner| owner.tell(Input::LinkDown { refused: false }).pass(9_000).back()),
        ("a crash", |owner| owner.tell(Input::ChannelDown).pass(1_000).tell(Input::Joined)),
        ("a new room", |owner| owner.tell(Input::ChannelClosed).pass(1_000).tell(Input::Joined)),
        ("a reload", |owner| {
            *owner = Owner::joined();
            owner
        }),
        ("another try", |owner| {
            owner.tell(Input::JoinRefused).tell(Input::Proceed).tell(Input::LinkUp).tell(Input::Joined)
        }),
    ];
    for (what, story) in stories {
        for (status, step) in [(PHONE, Step::Phone), (CODE, Step::Code), (PASSWORD, Step::Password)] {
            let mut owner = Owner::sent(status.clone(), "1");
            story(&mut owner).status(status).pass(120_000);
            assert_eq!(owner.view().state, State::Step(step), "{what}: the server's step");
            assert_eq!(owner.pushes(), [], "{what}");
        }
    }
}

#[test]
fn starting_over_from_each_state() {
    for status in [CODE, PASSWORD, Status::Authorized, Status::Other("wait_qr_code".into())] {
        for push_first in [false, true] {
            let mut owner = Owner::at(status.clone());
            owner.tell(Input::Reset).tell(Input::Reset).submit("1");
            assert_eq!(owner.pushes(), [(1, "reset", None)], "{status:?}: once, and alone");
            assert_eq!(owner.busy(), Some(Busy::Resetting), "{status:?}");
            if push_first {
                owner.status(PHONE).ok(1);
            } else {
                owner.ok(1).status(status.clone()).status(PHONE);
            }
            let view = owner.view();
            assert_eq!(view.state, State::Step(Step::Phone), "{status:?}");
            assert_eq!((view.busy, view.problem, view.ended, view.phone), (None, None, None, None));
            owner.pass(60_000);
            assert_eq!((owner.problem(), owner.pushes()), (None, vec![]), "{status:?}");
        }
        let mut owner = Owner::at(status.clone());
        owner.tell(Input::Reset).ok(1).pass(15_000);
        assert_eq!(owner.problem(), Some(Problem::NoProgress), "{status:?}");
        let mut owner = Owner::at(status.clone());
        owner.tell(Input::Reset).refused(1, "invalid code or password");
        assert_eq!(
            owner.problem(),
            Some(Problem::Words("invalid code or password".into())),
            "{status:?}: nothing was typed that could be wrong"
        );
    }
}

#[test]
fn at_the_first_step_there_is_nowhere_to_go_back_to() {
    let mut owner = Owner::at(PHONE);
    owner.tell(Input::Reset);
    assert_eq!(owner.pushes(), [(1, "reset", None)]);
    owner.status(PHONE);
    assert_eq!(owner.busy(), Some(Busy::Resetting), "a repeat is no answer");
    owner.ok(1);
    assert_eq!((owner.busy(), owner.problem()), (None, None));
    assert_eq!(owner.pass(60_000).problem(), None);
}

#[test]
fn starting_over_supersedes_what_is_under_way() {
    for (status, is_taken) in [(PHONE, false), (CODE, false), (CODE, true), (PASSWORD, true)] {
        let mut owner = Owner::sent(status.clone(), "1");
        if is_taken {
            owner.ok(1);
        }
        owner.tell(Input::Reset);
        assert_eq!(owner.pushes(), [(2, "reset", None)], "{status:?}");
        owner.refused(1, "PHONE_CODE_INVALID").ok(1).tell(Input::NoReply { attempt: 1, sent: true });
        assert_eq!((owner.busy(), owner.problem()), (Some(Busy::Resetting), None), "{status:?}");
        owner.pass(14_999);
        assert_eq!(owner.busy(), Some(Busy::Resetting), "{status:?}: its own time");
        owner.ok(2).status(PHONE);
        let view = owner.view();
        assert_eq!((view.busy, view.problem, view.phone), (None, None, None), "{status:?}");
    }
}

#[test]
fn what_is_pressed_before_the_first_join_goes_with_it_or_not_at_all() {
    let early = || {
        let mut owner = Owner::new();
        owner.tell(Input::Start).account(TelegramSession::WaitPhone);
        owner.effects();
        owner.submit("79260846453").submit("79260846453");
        assert_eq!((owner.pushes(), owner.busy(), owner.problem()), (vec![], Some(Busy::Sending), None));
        owner
    };
    let mut owner = early();
    owner.tell(Input::LinkDown { refused: false }).pass(9_000);
    assert_eq!(
        (owner.pushes(), owner.busy()),
        (vec![], Some(Busy::Sending)),
        "it was not sent, so nobody is asked"
    );
    owner.tell(Input::LinkUp).tell(Input::Joined);
    assert_eq!(owner.pushes().len(), 1);
    owner.tell(Input::ChannelDown).tell(Input::Joined).pass(60_000);
    assert_eq!((owner.pushes(), owner.problem()), (vec![], Some(Problem::Unanswered)));

    let mut owner = early();
    owner.pass(10_000);
    assert_eq!((owner.busy(), owner.problem(), owner.view().phone), (None, Some(Problem::NotSent), None));
    owner.tell(Input::LinkUp).tell(Input::Joined);
    assert_eq!(owner.pushes(), [], "ten seconds later is another moment");

    let mut owner = early();
    owner.now += 10_000;
    owner.tell(Input::LinkUp);
    owner.tell(Input::Joined);
    assert_eq!((owner.pushes(), owner.problem()), (vec![], Some(Problem::NotSent)), "a late timer, too");

    let mut owner = early();
    owner.tell(Input::LinkUp);
    owner.now += 10_000;
    owner.tell(Input::Joined);
    assert_eq!(
        (owner.pushes(), owner.problem()),
        (vec![], Some(Problem::NotSent)),
        "not with the join itself"
    );

    let mut owner = early();
    owner.tell(Input::Reset).submit("1").tell(Input::LinkUp).tell(Input::Joined);
    assert_eq!(owner.pushes(), [(2, "reset", None)], "starting over supersedes it");

    let mut owner = early();
    owner.status(CODE).tell(Input::LinkUp).tell(Input::Joined);
    assert_eq!(owner.pushes(), [], "the server waits for something else");

    let mut owner = early();
    owner.tell(Input::JoinRefused).tell(Input::Proceed).tell(Input::LinkUp).tell(Input::Joined);
    assert_eq!(owner.pushes(), [], "a new login begins with nothing");

    let mut owner = Owner::joined();
    owner.tell(Input::JoinRefused).tell(Input::Proceed);
    owner.tell(Input::Account { attempt: 2, result: Ok(account(TelegramSession::WaitPhone)) });
    owner.submit("79260846453").back();
    assert_eq!(owner.pushes().len(), 1, "and has a first join of its own");
}

#[test]
fn who_is_sent_back_to_the_beginning_reads_why() {
    let mut owner = Owner::sent(CODE, "12345");
    owner.refused(1, "PHONE_CODE_EXPIRED").status(PHONE);
    assert_eq!(owner.problem(), Some(Problem::ExpiredCode));
    owner.submit("79260846453");
    assert_eq!((owner.problem(), owner.pushes().len()), (None, 1));

    let mut owner = Owner::sent(CODE, "12345");
    owner.refused(1, "PHONE_CODE_EXPIRED").tell(Input::Reset).status(PHONE);
    assert_eq!(owner.problem(), None, "who starts over knows why");
}

#[test]
fn a_reply_to_an_old_push_counts_for_nothing() {
    let mut owner = Owner::sent(CODE, "1");
    owner.refused(1, "PHONE_CODE_INVALID").submit("2");
    assert_eq!(owner.pushes().len(), 1);
    owner.ok(1).refused(1, "PHONE_CODE_EXPIRED").tell(Input::NoReply { attempt: 1, sent: true });
    assert_eq!((owner.busy(), owner.problem()), (Some(Busy::Sending), None));
    owner.pass(30_000);
    assert_eq!(owner.busy(), Some(Busy::Sending), "the old one's ok starts no clock");
    owner.tell(Input::NoReply { attempt: 2, sent: false });
    assert_eq!((owner.busy(), owner.problem()), (None, Some(Problem::NotSent)));
}

#[test]
fn the_number_shown_is_the_one_that_the_room_went_on_with() {
    let cases: [(&str, Story, Option<&str>); 9] = [
        ("taken", |owner| owner.submit("71").ok(1), Some("71")),
        ("in the other order", |owner| owner.submit("71").status(CODE).ok(1), Some("71")),
        (
            "the second one",
            |owner| owner.submit("70").refused(1, "invalid phone").submit("71").ok(2),
            Some("71"),
        ),
        ("pressed twice", |owner| owner.submit("71").submit("72").ok(1), Some("71")),
        // Somebody else went on.
        ("begun anew", |owner| owner.submit("71").status(CODE).status(PHONE), None),
        (
            "pressed before there was a room",
            |owner| {
                *owner = Owner::new();
                owner.tell(Input::Start).account(TelegramSession::WaitPhone).submit("71")
            },
            None,
        ),
        (
            "pressed before there was a room, and sent with the first join",
            |owner| {
                *owner = Owner::new();
                owner.tell(Input::Start).account(TelegramSession::WaitPhone).submit("71").back()
            },
            Some("71"),
        ),
        ("refused", |owner| owner.submit("71").refused(1, "invalid phone"), None),
        ("not sent", |owner| owner.submit("71").tell(Input::NoReply { attempt: 1, sent: false }), None),
    ];
    for (what, story, phone) in cases {
        let mut owner = Owner::at(PHONE);
        story(&mut owner).status(CODE);
        assert_eq!(owner.view().phone.as_deref(), phone, "{what}");
        owner.submit("12345").status(PASSWORD).submit("hunter2").status(Status::Authorized);
        assert_eq!(owner.view().phone.as_deref(), phone, "{what}, logged in");
        owner.status(PHONE).status(CODE);
        assert_eq!(owner.view().phone, None, "{what}, and with somebody else's login");
    }
}

#[test]
fn since_when() {
    let authorized = |since| State::Authorized { since };
    assert_eq!(Owner::at(Status::Authorized).view().state, authorized(Since::Before(ms(1_000))));
    for status in [PHONE, CODE, PASSWORD] {
        let mut owner = Owner::at(status);
        owner.pass(4_000).status(Status::Authorized).pass(4_000).status(Status::Authorized);
        assert_eq!(owner.view().state, authorized(Since::Seen(ms(5_000))));
    }
}

#[test]
fn ended_elsewhere() {
    for next in [PHONE, CODE, Status::Other("closing".into())] {
        let mut owner = Owner::at(Status::Authorized);
        owner.pass(4_000).status(next.clone());
        assert_eq!(owner.view().ended, Some(ms(5_000)), "{next:?}");
        owner.pass(3_000).status(next.clone());
        assert_eq!(owner.view().ended, Some(ms(5_000)), "{next:?}");
        owner.status(Status::Authorized);
        assert_eq!(owner.view().ended, None, "{next:?}");
    }
    let mut by_account = Owner::joined();
    by_account.account(TelegramSession::Authorized).status(PHONE);
    assert_eq!(by_account.view().ended, None, "the account's word may have been old");

    let mut confirmed = Owner::joined();
    confirmed.account(TelegramSession::Authorized).status(Status::Authorized).status(PHONE);
    assert_eq!(confirmed.view().ended, Some(ms(1_000)));
    confirmed.tell(Input::Reset).ok(1);
    assert_eq!(confirmed.view().ended, None, "read, and begun anew");
}

#[test]
fn ended_here_is_not_ended_elsewhere() {
    let own: [(&str, Story); 4] = [
        ("answered", |owner| owner.ok(1)),
        ("not answered yet", |owner| owner),
        ("cut off", |owner| owner.tell(Input::LinkDown { refused: false }).back()),
        ("slow", |owner| owner.ok(1).pass(15_000)),
    ];
    for (what, story) in own {
        let mut owner = Owner::at(Status::Authorized);
        story(owner.tell(Input::Reset)).status(PHONE);
        assert_eq!((owner.view().ended, owner.problem()), (None, None), "{what}");
    }
    let mut refused = Owner::at(Status::Authorized);
    refused.tell(Input::Reset).refused(1, "no").status(PHONE);
    assert_eq!(refused.view().ended, Some(ms(1_000)), "refused, and then somebody else did it");
}

#[test]
fn what_the_account_says_of_the_proxy() {
    let cases = [
        (ApiError::Unauthorized, Failure::Unauthorized),
        (ApiError::Forbidden { message: None }, Failure::Forbidden),
        (ApiError::NotFound, Failure::NoProxy),
        (ApiError::Unreadable { status: 200 }, Failure::NoProxy),
        (ApiError::BadRequest { message: None }, Failure::Rejected),
    ];
    for (error, failure) in cases {
        let mut owner = Owner::sent(CODE, "1");
        owner.tell(Input::Account { attempt: 1, result: Err(error) });
        assert_eq!((owner.view().state, owner.busy()), (State::Failed(failure), None));
        assert_eq!(owner.effects(), [Effect::Leave, Effect::Disconnect]);
        assert_eq!(owner.telegram.poll_timeout(), None);
        owner.status(PASSWORD).tell(Input::LinkUp).tell(Input::Joined).ok(1).pass(60_000);
        assert_eq!(owner.view().state, State::Failed(failure), "what was under way is over");

        owner.tell(Input::Proceed).tell(Input::Proceed);
        let again = [fetch_account(2), Effect::Connect, join()];
        assert_eq!(owner.effects(), again, "a double click tries once");
        owner.tell(Input::Account { attempt: 1, result: Err(ApiError::Unauthorized) });
        assert_eq!(owner.view().state, State::Connecting, "an old answer counts for nothing");
        owner.back().status(CODE);
        assert_eq!((owner.view().state, owner.effects()), (State::Step(Step::Code), vec![]));
    }
}

#[test]
fn an_account_that_fails_in_passing_is_read_again_until_the_room_speaks() {
    let mut owner = Owner::new();
    owner.tell(Input::Start).tell(Input::LinkUp);
    owner.effects();
    for (attempt, wait) in [(1, 1_000), (2, 2_000), (3, 5_000), (4, 10_000), (5, 10_000)] {
        owner.tell(Input::Account { attempt, result: Err(ApiError::Status { status: 503, message: None }) });
        owner.pass(wait - 1);
        assert_eq!(owner.effects(), []);
        owner.pass(1);
        assert_eq!(owner.effects(), [fetch_account(attempt + 1)]);
    }
    assert_eq!(owner.view().notice, Some(Notice::Reconnecting));
    assert_eq!(owner.view().state, State::Connecting);
    owner.tell(Input::Joined).status(CODE);
    assert_eq!(owner.view().notice, None, "the room works, and nothing else is needed");
    owner.tell(Input::Account { attempt: 6, result: Err(ApiError::Timeout) }).pass(60_000);
    assert_eq!((owner.view().notice, owner.effects()), (None, vec![]));

    let mut owner = Owner::joined();
    owner.tell(Input::Account { attempt: 1, result: Err(ApiError::Network) }).status(CODE).pass(60_000);
    assert_eq!((owner.view().notice, owner.effects()), (None, vec![]), "nor is the next try");
}

#[test]
fn a_refused_socket_is_looked_into() {
    let mut asking = Owner::joined();
    asking.tell(Input::LinkDown { refused: true });
    assert_eq!(asking.effects(), [], "the account is asked already");

    let mut owner = Owner::joined();
    owner.account(TelegramSession::Unknown(9));
    owner.tell(Input::LinkDown { refused: false });
    assert_eq!(owner.effects(), []);
    owner.tell(Input::LinkDown { refused: true }).tell(Input::LinkDown { refused: true });
    assert_eq!(owner.effects(), [fetch_account(2)], "once");
    owner.pass(9_999);
    assert_eq!(owner.view().state, State::Connecting);
    owner.pass(1);
    assert_eq!(owner.view().state, State::Failed(Failure::LinkRefused));
    owner.tell(Input::Offline);
    assert_eq!(owner.view().state, State::Connecting, "no wonder");
    owner.tell(Input::Online).back().status(CODE);
    assert_eq!(owner.view().state, State::Step(Step::Code), "tried on, slowly");

    owner.tell(Input::Account { attempt: 2, result: Ok(account(TelegramSession::WaitPhone)) });
    owner.tell(Input::LinkDown { refused: true });
    assert_eq!(owner.effects(), [fetch_account(3)]);
    owner.tell(Input::Account { attempt: 3, result: Err(ApiError::Network) }).pass(1_000);
    assert_eq!(owner.effects(), [fetch_account(4)], "until it is known");
    owner.tell(Input::Account { attempt: 4, result: Ok(account(TelegramSession::WaitPhone)) });
    owner.tell(Input::LinkDown { refused: true });
    assert_eq!(owner.effects(), [], "once known, it is not asked at each try");
    assert_eq!(owner.view().state, State::Step(Step::Code), "what is typed stays on screen");

    owner.back().tell(Input::LinkDown { refused: true });
    assert_eq!(owner.effects(), [fetch_account(5)]);
    owner.tell(Input::Account { attempt: 5, result: Err(ApiError::Unauthorized) });
    assert_eq!(owner.view().state, State::Failed(Failure::Unauthorized));
}

#[test]
fn a_silent_room_is_explained() {
    let mut owner = Owner::joined();
    owner.pass(19_999);
    assert_eq!(owner.view().state, State::Connecting);
    owner.pass(1);
    assert_eq!(owner.view().state, State::Failed(Failure::NoAnswer));
    let mut late = Owner::joined();
    late.pass(30_000).status(CODE);
    assert_eq!(late.view().state, State::Step(Step::Code), "a late word is welcome");

    owner.tell(Input::Proceed);
    assert_eq!(
        owner.effects(),
        [fetch_account(2), Effect::Leave, Effect::Disconnect, Effect::Connect, join()]
    );
    assert_eq!(owner.view().state, State::Connecting);
    owner.back().pass(10_000).tell(Input::LinkDown { refused: false }).pass(60_000).tell(Input::LinkUp);
    assert_eq!(owner.view().state, State::Connecting, "an outage is not held against what is back");
}

#[test]
fn a_room_that_refuses_is_left() {
    for mut owner in [Owner::joined(), Owner::at(PHONE), Owner::sent(CODE, "1")] {
        owner.tell(Input::JoinRefused);
        assert_eq!((owner.view().state, owner.busy()), (State::Failed(Failure::JoinRefused), None));
        assert_eq!(owner.effects(), [Effect::Leave, Effect::Disconnect]);
        for result in
            [Err(ApiError::Network), Err(ApiError::Unauthorized), Ok(account(TelegramSession::WaitCode))]
        {
            owner.tell(Input::Account { attempt: 1, result });
            assert_eq!(
                owner.view().state,
                State::Failed(Failure::JoinRefused),
                "the account's word is too late"
            );
            assert_eq!(owner.telegram.poll_timeout(), None);
        }
        owner.tell(Input::Proceed).tell(Input::LinkUp);
        assert_eq!(owner.view().state, State::Connecting);
        owner.effects();
        owner.tell(Input::Account { attempt: 2, result: Err(ApiError::Network) }).pass(1_000);
        assert_eq!(owner.effects(), [fetch_account(3)], "the room has said nothing yet");
    }
    let mut retrying = Owner::joined();
    retrying.tell(Input::Account { attempt: 1, result: Err(ApiError::Network) }).tell(Input::JoinRefused);
    assert_eq!(retrying.telegram.poll_timeout(), None);
    for mut owner in [Owner::new(), retrying] {
        let before = owner.view();
        owner.effects();
        owner.tell(Input::JoinRefused).tell(Input::ChannelClosed).tell(Input::LinkUp).tell(Input::Joined);
        owner
            .tell(Input::LinkDown { refused: true })
            .status(CODE)
            .submit("1")
            .tell(Input::Reset)
            .pass(60_000);
        assert_eq!((owner.view(), owner.effects()), (before, vec![]), "of no room of ours");
    }
}

#[test]
fn a_room_that_the_server_closed_is_joined_anew() {
    let mut owner = Owner::at(CODE);
    for wait in [1_000, 2_000, 5_000, 10_000, 10_000] {
        owner.tell(Input::ChannelClosed).pass(wait - 1);
        assert_eq!(owner.effects(), []);
        owner.pass(1);
        assert_eq!(owner.effects(), [join()]);
    }
    owner.tell(Input::Joined).tell(Input::ChannelClosed).pass(1_000);
    assert_eq!(owner.effects(), [join()], "a join that worked resets the wait");
    assert_eq!(owner.view().state, State::Step(Step::Code), "and the step stays on screen");
}

#[test]
fn only_a_long_drop_is_spoken_of() {
    for mut owner in [Owner::joined(), Owner::at(CODE), Owner::at(Status::Authorized)] {
        owner.account(TelegramSession::Unknown(9));
        owner.tell(Input::LinkDown { refused: false }).pass(5_000).tell(Input::LinkDown { refused: false });
        owner.pass(4_999);
        assert_eq!(owner.view().notice, None);
        owner.pass(1);
        assert_eq!(owner.view().notice, Some(Notice::Reconnecting));
        owner.tell(Input::Offline);
        assert_eq!(owner.view().notice, Some(Notice::Offline));
        owner.tell(Input::Online).tell(Input::LinkUp);
        assert_eq!(owner.view().notice, None);
    }
    let mut opening = Owner::new();
    opening.tell(Input::Start).pass(9_999);
    assert_eq!(opening.view().notice, None);
    opening.pass(1);
    assert_eq!(opening.view().notice, Some(Notice::Reconnecting), "the first connection is no different");
    let mut idle = Owner::new();
    idle.tell(Input::Offline);
    assert_eq!(idle.view().notice, None);
    idle.tell(Input::Start);
    assert_eq!(idle.view().notice, Some(Notice::Offline));
}

#[test]
fn out_of_sight_the_room_is_not_left() {
    let mut owner = Owner::sent(PHONE, "71");
    owner.ok(1).tell(Input::PageHidden).status(CODE).pass(3_600_000);
    assert_eq!(owner.effects(), [], "the code is read elsewhere");
    owner.tell(Input::PageVisible).submit("12345");
    assert_eq!(owner.pushes().len(), 1);
}

fn any_input() -> impl Strategy<Value = (u64, u8, u32)> {
    (prop_oneof![0_u64..400, 0_u64..30_000], 0_u8..40, 0_u32..8)
}

const WORDS: [&str; 4] = ["invalid phone", "PHONE_CODE_EXPIRED", "FLOOD_WAIT_9", ""];

fn some_status(number: u32) -> Status {
    match number {
        0 | 1 => PHONE,
        2 | 3 => CODE,
        4 | 5 => PASSWORD,
        6 => Status::Authorized,
        _ => Status::Other("wait_qr_code".into()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A code or password leaves at most once per press, into a room that is joined, at once or with the first join,
    /// and nothing leaves without a press, whatever the order of events. No deadline lies in the past, nothing piles up, and what the room says
    /// again changes nothing.
    #[test]
    fn any_order_of_events(story in prop::collection::vec(any_input(), 0..150), begun: bool) {
        let mut owner = if begun { Owner::at(PHONE) } else { Owner::new() };
        let (mut is_connected, mut in_room) = (begun, begun);
        let (mut is_up, mut is_joined, mut attempts, mut accounts) = (begun, begun, 0_u32, u32::from(begun));
        let mut last_status = begun.then_some(PHONE);
        let (mut pressed, mut is_reset_due) = (None, false);
        for (index, (wait, which, number)) in story.into_iter().enumerate() {
            owner.pass(wait);
            let by_time = owner.effects();
            let secret = format!("secret {index}");
            let status = some_status(number);
            let empty = Value::empty_object();
            let words = WORDS.get(number as usize % 4).copied().unwrap_or_default();
            let refusal = Value::Object(vec![("reason".into(), Value::String(words.into()))]);
            // Mostly the attempt that counts, and now and then an old or unheard of one.
            let attempt = if number < 6 { attempts } else { number };
            let asked = if number < 6 { accounts } else { number };
            let input = match which {
                0..=9 => Input::Submit(Secret::new(secret.clone())),
                10 | 11 => Input::Reset,
                12 => Input::Start,
                13 => Input::Proceed,
                14..=17 => Input::Status(status.clone()),
                18..=20 => Input::Status(last_status.clone().unwrap_or(CODE)),
                21..=23 => Input::Reply { attempt, ok: true, response: &empty },
                24 | 25 => Input::Reply { attempt, ok: false, response: &refusal },
                26 => Input::NoReply { attempt, sent: number % 2 == 0 },
                27 => Input::LinkUp,
                28 => Input::LinkDown { refused: number > 5 },
                29..=31 => Input::Joined,
                32 => if number == 0 { Input::JoinRefused } else { Input::LinkUp },
                33 => Input::ChannelDown,
                34 => Input::ChannelClosed,
                35 => Input::Account { attempt: asked, result: Ok(account(TelegramSession::from_number(number.into()))) },
                36 => Input::Account {
                    attempt: asked,
                    result: Err(if number == 0 { ApiError::Unauthorized } else { ApiError::Network }),
                },
                37 => Input::Online,
                38 => Input::Offline,
                _ => if number % 2 == 0 { Input::PageHidden } else { Input::PageVisible },
            };
            match &input {
                Input::LinkUp => is_up = is_connected,
                Input::LinkDown { .. } => is_up = false,
                _ => {}
            }
            match &input {
                Input::Joined => is_joined = is_up,
                Input::LinkDown { .. } | Input::ChannelDown | Input::ChannelClosed => is_joined = false,
                _ => {}
            }
            let (is_submit, is_reset) = (matches!(input, Input::Submit(_)), matches!(input, Input::Reset));
            let is_join = matches!(input, Input::Joined);
            let is_closed_by_server = matches!(input, Input::ChannelClosed);
            let is_repeat = matches!(&input, Input::Status(status) if last_status.as_ref() == Some(status));
            let said = if let Input::Status(status) = &input { Some(status.clone()) } else { None };
            let before = owner.view();
            let was_busy = before.busy;
            let is_waiting = matches!(before.problem, Some(Problem::Wait { .. }));
            owner.tell(input);
            let by_input = owner.effects();
            let view = owner.view();
            prop_assert!(by_time.len().max(by_input.len()) <= 12, "{by_time:?} {by_input:?}");

            let pushes: Vec<_> = by_input.iter().cloned().filter_map(pushed).collect();
            prop_assert_eq!(by_time.iter().cloned().filter_map(pushed).count(), 0, "time sends nothing");
            if is_submit && was_busy.is_none() && !is_waiting {
                pressed = Some((secret.clone(), owner.now, before.state.clone()));
            }
            is_reset_due |= is_reset;
            // A press before the first join goes with the join.
            let is_held = is_join && was_busy.is_some();
            prop_assert!(pushes.len() <= usize::from(is_submit || is_reset || is_held), "{pushes:?}");
            for (attempt, event, field) in pushes {
                prop_assert!(is_joined, "sent where nobody is, or for later");
                prop_assert!(attempt > attempts, "no number twice");
                attempts = attempt;
                match field {
                    Some((name, typed)) => {
                        // Taken: the same press sends nothing more.
                        let (secret, at, state) = pressed.take().expect("a press that was not sent yet");
                        prop_assert_eq!(&typed, &secret, "what the press meant");
                        prop_assert!(owner.now - at < 10_000, "in another moment");
                        prop_assert_eq!(&state, &before.state, "at another step");
                        let wanted = match state {
                            State::Step(Step::Phone) => ("send_phone", "phone"),
                            State::Step(Step::Code) => ("send_code", "code"),
                            State::Step(Step::Password) => ("send_password", "password"),
                            other => return Err(TestCaseError::fail(format!("sent at {other:?}"))),
                        };
                        prop_assert_eq!((event, name), wanted, "the step on screen");
                        if event == "send_phone" {
                            prop_assert_eq!(view.phone.as_deref(), Some(&*typed));
                        }
                    }
                    None => prop_assert!(std::mem::take(&mut is_reset_due) && event == "reset"),
                }
                prop_assert!(view.busy.is_some() && view.problem.is_none());
            }

            if is_repeat {
                let unchanged = View { notice: before.notice, ..view.clone() };
                prop_assert_eq!(unchanged, before, "a repeat");
            }
            // The last word that counted.
            match (&view.state, said) {
                (State::Idle | State::Connecting | State::Failed(_), _) => last_status = None,
                (_, Some(status)) => last_status = Some(status),
                (State::Step(step), None) => last_status = Some(Status::Waits(*step)),
                (State::Authorized { .. }, None) => last_status = Some(Status::Authorized),
                (State::Unknown(status), None) => last_status = Some(Status::Other(status.clone())),
            }

            for (effects, is_closed_by_server) in [(by_time, is_closed_by_server), (by_input, false)] {
                for effect in effects {
                    match effect {
                        Effect::Connect => {
                            prop_assert!(!std::mem::replace(&mut is_connected, true), "two connections");
                            is_joined = false;
                        }
                        Effect::Disconnect => {
                            prop_assert!(std::mem::replace(&mut is_connected, false), "none to close");
                            is_up = false;
                        }
                        Effect::Join { .. } => prop_assert!(!std::mem::replace(&mut in_room, true), "joined twice"),
                        Effect::Leave => {
                            in_room = false;
                            is_joined = false;
                        }
                        Effect::FetchAccount { attempt } => accounts = attempt,
                        _ => {}
                    }
                }
                in_room &= !is_closed_by_server;
            }
            if let Some(due) = owner.telegram.poll_timeout() {
                prop_assert!(due.as_millis() > owner.now);
            }
        }
    }
}
