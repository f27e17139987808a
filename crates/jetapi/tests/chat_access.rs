//! The calls about who comes into the chat, and the machine that makes them.

use jetapi::chat::Family;
use jetapi::chat::access::{
    Access, Deleted, MadeLink, Order, Outcome, PasswordProblem, Task, View, change_password, check_password,
    delete_chats, locked_link,
};
use jetapi::endpoint::{Call, Method, Response, TABLE};
use jetapi::error::ApiError;
use jetapi::pairing::login::Problem;
use jetapi::pairing::{Effect, Failure, Input, Machine, Notice, Request};
use jetapi::secret::Secret;
use jetapi::time::Instant;
use proptest::prelude::*;

const SUCCESS: &str = r#"{"meta":{"code":200,"status":"success"}}"#;
const LINK: &str = "https://api.jetapi.io/chatter?customer_id=17693&hash=343c7bd8";
const MADE: &str = r#"{"meta":{"code":200,"status":"success"},
    "link":{"link":"https://api.jetapi.io/chatter?customer_id=17693&hash=343c7bd8"}}"#;
const DELETED: &str = r#"{"meta":{"code":200,"status":"success"},"customer_id":657,
    "deleted_messages_count":12,"deleted_conversations_count":3}"#;
const REFUSED: &str = r#"{"meta":{"code":422,"message":"Unprocessable Entity","status":"fail","errors":{"password":[
    "password at least one punctuation character","password should be at least 7 character(s)"]},"status_id":null}}"#;

fn shape<R>(call: &Call<R>) -> (Method, String, Option<String>) {
    (call.method, call.path.clone(), call.body.as_ref().map(|body| body.expose().to_owned()))
}

#[test]
fn each_call_is_as_printed_with_its_password_in_the_body() {
    let password = Secret::new("Example\"123");
    let body = Some(r#"{"password":"Example\"123"}"#.to_owned());
    for (family, base) in [(Family::Client, "/api/v1/chatter"), (Family::Instance, "/api/developer_chat")] {
        let calls = [
            (
                shape(&locked_link(family, &password)),
                (Method::Post, format!("{base}/generate_link"), body.clone()),
            ),
            (
                shape(&change_password(family, &password)),
                (Method::Post, format!("{base}/change_password"), body.clone()),
            ),
            (shape(&delete_chats(family)), (Method::Delete, format!("{base}/"), None)),
        ];
        for (call, want) in calls {
            assert_eq!(call, want);
            let passes = |method: &str, path: &str| {
                TABLE.iter().filter(|spec| spec.matches(method, path).is_some()).count()
            };
            assert_eq!(passes(want.0.as_str(), &want.1), 1, "{} is one line of the table", want.1);
            // A path with a slash more or less is another one.
            let other = want.1.strip_suffix('/').map_or_else(|| format!("{}/", want.1), str::to_owned);
            assert_eq!(passes(want.0.as_str(), &other), 0, "{other}");
        }
        assert!(!format!("{:?}", locked_link(family, &password)).contains("Example"));
    }
}

#[test]
fn a_password_is_checked_for_what_is_certain() {
    for (typed, want) in [
        ("Example123", Ok(())),
        ("Qwerrty1234", Ok(())),
        ("1234567", Ok(())),
        ("letters.", Ok(())),
        (" spaces7 ", Ok(())),
        ("пароль1", Ok(())),
        ("", Err(PasswordProblem::Empty)),
        ("1", Err(PasswordProblem::TooShort)),
        ("Qwerr", Err(PasswordProblem::TooShort)),
        ("Qwer_1", Err(PasswordProblem::TooShort)),
        // Fourteen bytes, six characters.
        ("парол1", Err(PasswordProblem::TooShort)),
        ("       ", Err(PasswordProblem::LettersOnly)),
        ("Example", Err(PasswordProblem::LettersOnly)),
        ("парольпароль", Err(PasswordProblem::LettersOnly)),
        ("Example١٢٣", Err(PasswordProblem::LettersOnly)),
    ] {
        assert_eq!(check_password(typed), want, "{typed:?}");
    }
}

#[test]
fn counts_are_read_as_they_come() {
    let read = |body: &str| delete_chats(Family::Client).decode(&Response { status: 200, body });
    let counts = |messages, conversations| Ok(Deleted { messages, conversations });
    for (counted, want) in [
        (r#","deleted_messages_count":1,"deleted_conversations_count":1"#, counts(Some(1), Some(1))),
        (r#","deleted_messages_count":0,"deleted_conversations_count":"20""#, counts(Some(0), Some(20))),
        (r#","deleted_messages_count":null,"deleted_conversations_count":-1"#, counts(None, None)),
        ("", counts(None, None)),
    ] {
        assert_eq!(read(&format!(r#"{{"meta":{{"code":200,"status":"success"}}{counted}}}"#)), want);
    }
    for body in ["", "{}", "<html>", r#"{"meta":{"status":"fail"},"deleted_messages_count":1}"#] {
        assert_eq!(read(body), Err(ApiError::Unreadable { status: 200 }), "{body}");
    }
}

/// A machine with an owner that sends nothing, but remembers what it was to send.
struct Owner {
    access: Access,
    now: u64,
}

impl Owner {
    fn new() -> Self {
        let mut owner = Self { access: Access::new(Family::Client), now: 0 };
        owner.tell(Input::Start);
        assert_eq!((owner.view(), owner.effects()), (View::default(), vec![]));
        owner
    }

    /// What was ordered is under way as attempt 1.
    fn sent(order: Order) -> Self {
        let mut owner = Self::new();
        owner.tell(Input::ChatAccess(order));
        assert_eq!(owner.effects().len(), 1);
        owner
    }

    fn tell(&mut self, input: Input<'_>) -> &mut Self {
        self.now += 1;
        self.access.handle(Instant::from_millis(self.now), input);
        assert_eq!(self.access.poll_timeout(), None);
        self
    }

    fn order(&mut self, order: Order) -> &mut Self {
        self.tell(Input::ChatAccess(order))
    }

    fn answer(&mut self, attempt: u32, status: u16, body: &str) -> &mut Self {
        self.tell(Input::Answer { attempt, result: Ok(Response { status, body }) })
    }

    fn effects(&mut self) -> Vec<Effect> {
        std::iter::from_fn(|| self.access.poll_effect()).collect()
    }

    fn view(&self) -> View {
        self.access.view()
    }
}

fn locked() -> Order {
    Order::Link(Some(Secret::new("Example123")))
}

fn another() -> Order {
    Order::Password(Secret::new("Qwerrty1234"))
}

fn request(attempt: u32, method: Method, target: &str, body: Option<&str>) -> Effect {
    Effect::Request {
        attempt,
        request: Request { method, target: target.into(), body: body.map(Secret::new) },
    }
}

#[test]
fn each_order_is_sent_once_and_shown_as_done() {
    let mut owner = Owner::new();
    owner.order(locked());
    let body = Some(r#"{"password":"Example123"}"#);
    assert_eq!(owner.effects(), [request(1, Method::Post, "/api/v1/chatter/generate_link", body)]);
    assert_eq!(owner.view(), View { busy: Some(Task::Link), ..View::default() });
    owner.answer(1, 200, MADE);
    let link = |is_locked| Some(MadeLink { link: LINK.into(), is_locked });
    let done = |task| Some((task, Outcome::Done));
    assert_eq!(owner.view(), View { link: link(true), last: done(Task::Link), ..View::default() });

    owner.order(another());
    let body = Some(r#"{"password":"Qwerrty1234"}"#);
    assert_eq!(owner.effects(), [request(2, Method::Post, "/api/v1/chatter/change_password", body)]);
    // The link stays on screen, and what came of it goes.
    assert_eq!(owner.view(), View { link: link(true), busy: Some(Task::Password), ..View::default() });
    owner.answer(2, 200, SUCCESS);
    assert_eq!(owner.view().last, done(Task::Password));

    owner.order(Order::Link(None));
    let target = "/api/v1/chatter/generate_link?auth_type=1";
    assert_eq!(owner.effects(), [request(3, Method::Post, target, None)]);
    owner.answer(3, 200, MADE);
    assert_eq!(owner.view().link, link(false));

    owner.order(Order::Delete);
    assert_eq!(owner.effects(), [request(4, Method::Delete, "/api/v1/chatter/", None)]);
    owner.answer(4, 200, DELETED);
    let counts = Deleted { messages: Some(12), conversations: Some(3) };
    assert_eq!(owner.view().last, Some((Task::Delete, Outcome::Deleted(counts))));
    assert_eq!((owner.view().link, owner.effects()), (link(false), vec![]));
}

#[test]
fn the_other_family_has_paths_of_its_own() {
    for (order, method, target, body) in [
        (locked(), Method::Post, "/api/developer_chat/generate_link", Some(r#"{"password":"Example123"}"#)),
        (Order::Link(None), Method::Post, "/api/developer_chat/generate_link?auth_type=1", None),
        (
            another(),
            Method::Post,
            "/api/developer_chat/change_password",
            Some(r#"{"password":"Qwerrty1234"}"#),
        ),
        (Order::Delete, Method::Delete, "/api/developer_chat/", None),
    ] {
        let mut owner = Owner { access: Access::new(Family::Instance), now: 0 };
        owner.order(order);
        assert_eq!(owner.effects(), [request(1, method, target, body)]);
    }
}

#[test]
fn while_one_is_under_way_no_other_is_sent() {
    let mut owner = Owner::sent(Order::Delete);
    for order in [Order::Delete, locked(), Order::Link(None), another()] {
        owner.order(order);
    }
    assert_eq!((owner.view().busy, owner.effects()), (Some(Task::Delete), vec![]));
    // Neither the answer to nobody nor the same answer again counts.
    owner.answer(7, 200, DELETED);
    assert_eq!(owner.view().busy, Some(Task::Delete));
    owner.answer(1, 200, DELETED).order(another()).answer(1, 200, DELETED);
    assert_eq!((owner.view().busy, owner.view().last), (Some(Task::Password), None));
}

#[test]
fn what_the_server_says_of_the_password_is_kept_apart() {
    let mut owner = Owner::sent(locked());
    owner.answer(1, 422, REFUSED);
    let words = "password at least one punctuation character\npassword should be at least 7 character(s)";
    let refused = Some((Task::Link, Outcome::Refused(words.into())));
    assert_eq!(owner.view(), View { last: refused, ..View::default() });
    assert_eq!(owner.effects(), []);
    // Another try is the user's.
    owner.order(locked());
    assert_eq!((owner.view().last, owner.effects().len()), (None, 1));
}

#[test]
fn each_failure_is_told_apart_and_none_is_sent_again() {
    let invalid = |errors: &str| format!(r#"{{"meta":{{"code":422,"errors":{errors},"status":"fail"}}}}"#);
    for (status, body, want) in [
        (401, "", Err(Failure::Unauthorized)),
        (403, r#"{"meta":{"code":403}}"#, Err(Failure::Forbidden)),
        (404, "", Err(Failure::NoProxy)),
        (200, "<html>", Err(Failure::NoProxy)),
        (403, "<html>", Err(Failure::NoProxy)),
        (502, "", Ok(Problem::Unanswered)),
        (504, SUCCESS, Ok(Problem::Unanswered)),
        (500, "<html>", Ok(Problem::Unavailable)),
        (409, SUCCESS, Ok(Problem::Unavailable)),
        (422, &invalid(r#"{"password":[]}"#), Ok(Problem::Unavailable)),
        (
            422,
            &invalid(r#"{"auth_type":["auth_type is invalid"]}"#),
            Ok(Problem::Words("auth_type is invalid".into())),
        ),
        (422, &invalid(r#"{"base":["not enough money"]}"#), Ok(Problem::Words("not enough money".into()))),
    ] {
        let mut owner = Owner::sent(another());
        owner.answer(1, status, body);
        let view = owner.view();
        match want {
            Err(failure) => {
                assert_eq!(view, View { failure: Some(failure), ..View::default() }, "{status} {body}")
            }
            Ok(problem) => {
                let last = Some((Task::Password, Outcome::Problem(problem)));
                assert_eq!(view, View { last, ..View::default() }, "{status} {body}");
            }
        }
        owner.tell(Input::Offline).tell(Input::Online).tell(Input::PageVisible).tell(Input::Proceed);
        assert_eq!((owner.view().failure, owner.effects()), (None, vec![]));
        owner.order(another());
        assert_eq!(owner.effects().len(), 1);
    }
    for error in [ApiError::Network, ApiError::Timeout] {
        let mut owner = Owner::sent(Order::Delete);
        owner.tell(Input::Answer { attempt: 1, result: Err(error) });
        let last = Some((Task::Delete, Outcome::Problem(Problem::Unanswered)));
        assert_eq!((owner.view().last, owner.effects()), (last, vec![]));
    }
}

#[test]
fn behind_a_failure_nothing_is_sent() {
    let mut owner = Owner::sent(locked());
    owner.answer(1, 401, "").order(Order::Delete);
    assert_eq!((owner.view().failure, owner.effects()), (Some(Failure::Unauthorized), vec![]));
}

#[test]
fn a_link_that_was_made_stays_when_the_next_is_refused() {
    let mut owner = Owner::sent(Order::Link(None));
    owner.answer(1, 200, MADE).order(locked()).answer(2, 422, REFUSED);
    assert_eq!(owner.view().link, Some(MadeLink { link: LINK.into(), is_locked: false }));
    owner.order(locked()).answer(3, 200, r#"{"meta":{},"link":{"link":""}}"#);
    assert_eq!(owner.view().failure, Some(Failure::NoProxy));
}

#[test]
fn without_a_network_nothing_is_sent_now_or_later() {
    let mut owner = Owner::new();
    owner.tell(Input::Offline).order(locked());
    let last = Some((Task::Link, Outcome::Problem(Problem::NotSent)));
    assert_eq!(owner.view(), View { last, notice: Some(Notice::Offline), ..View::default() });
    owner.tell(Input::Online);
    assert_eq!((owner.view().notice, owner.effects()), (None, vec![]));
}

#[test]
fn no_password_is_printed() {
    let owner = Owner::sent(another());
    assert!(!format!("{:?} {:?} {:?}", owner.access, owner.view(), another()).contains("Qwerrty"));
}

#[derive(Clone, Debug)]
enum Turn {
    Order(u8),
    Answer(u32, usize),
    Lost(u32),
    Network(bool),
    Proceed,
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        3 => (0_u8..4).prop_map(Turn::Order),
        4 => (0_u32..12, 0_usize..6).prop_map(|(attempt, body)| Turn::Answer(attempt, body)),
        1 => (0_u32..12).prop_map(Turn::Lost),
        1 => any::<bool>().prop_map(Turn::Network),
        1 => Just(Turn::Proceed),
    ]
}

proptest! {
    /// Whatever comes in whatever order: only an order sends, each at most once, and never beside another.
    #[test]
    fn only_an_order_sends(turns in proptest::collection::vec(turn(), 0..40)) {
        let answers = [(200, MADE), (200, SUCCESS), (200, DELETED), (422, REFUSED), (401, ""), (502, "")];
        let mut owner = Owner::new();
        let mut last_attempt = 0;
        for turn in turns {
            let was_busy = owner.view().busy.is_some();
            match turn {
                Turn::Order(0) => owner.order(locked()),
                Turn::Order(1) => owner.order(Order::Link(None)),
                Turn::Order(2) => owner.order(another()),
                Turn::Order(_) => owner.order(Order::Delete),
                Turn::Answer(attempt, body) => owner.answer(attempt, answers[body].0, answers[body].1),
                Turn::Lost(attempt) => {
                    owner.tell(Input::Answer { attempt, result: Err(ApiError::Network) })
                }
                Turn::Network(true) => owner.tell(Input::Online),
                Turn::Network(false) => owner.tell(Input::Offline),
                Turn::Proceed => owner.tell(Input::Proceed),
            };
            for effect in owner.effects() {
                let Effect::Request { attempt, .. } = effect else { panic!("{effect:?}") };
                prop_assert!(matches!(turn, Turn::Order(_)) && !was_busy);
                prop_assert_eq!(attempt, last_attempt + 1);
                last_attempt = attempt;
                prop_assert!(owner.view().busy.is_some());
            }
        }
    }
}
