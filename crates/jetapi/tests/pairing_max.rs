//! The MAX login machine on simulated time.

use jetapi::endpoint::{Method, Response};
use jetapi::error::ApiError;
use jetapi::pairing::login::{Busy, Problem, State, Step, View};
use jetapi::pairing::max::Max;
use jetapi::pairing::{Effect, Failure, Input, Machine, Notice, Since};
use jetapi::secret::Secret;
use jetapi::time::Instant;
use proptest::prelude::*;

const SUCCESS: &str = r#"{"meta":{"code":200,"status":"success"}}"#;

fn ms(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn invalid(field: &str, words: &str) -> String {
    format!(
        r#"{{"meta":{{"code":422,"message":"Unprocessable Entity","status":"fail","errors":{{"{field}":["{words}"]}},
        "status_id":null}}}}"#
    )
}

type Begin = fn() -> Owner;
type Story = fn(&mut Owner) -> &mut Owner;

/// A request as it left: number, target, body.
type Sent = (u32, String, Option<String>);

/// A machine with an owner that sends nothing, but remembers what it was to send.
struct Owner {
    max: Max,
    now: u64,
}

impl Owner {
    fn new() -> Self {
        Self { max: Max::default(), now: 1_000 }
    }

    /// Begun, at 1,000 ms.
    fn at_phone() -> Self {
        let mut owner = Self::new();
        owner.tell(Input::Start);
        owner
    }

    /// The phone number was taken as attempt 1.
    fn at_code() -> Self {
        let mut owner = Self::at_phone();
        owner.submit("79811597745").answer(1, 200, SUCCESS);
        owner.sent();
        owner
    }

    /// The code was taken as attempt 2.
    fn authorized() -> Self {
        let mut owner = Self::at_code();
        owner.submit("848158").answer(2, 200, SUCCESS);
        owner.sent();
        owner
    }

    fn tell(&mut self, input: Input<'_>) -> &mut Self {
        self.max.handle(ms(self.now), input);
        self
    }

    fn submit(&mut self, typed: &str) -> &mut Self {
        self.tell(Input::Submit(Secret::new(typed)))
    }

    fn answer(&mut self, attempt: u32, status: u16, body: &str) -> &mut Self {
        self.tell(Input::Answer { attempt, result: Ok(Response { status, body }) })
    }

    fn lost(&mut self, attempt: u32) -> &mut Self {
        self.tell(Input::Answer { attempt, result: Err(ApiError::Network) })
    }

    /// Lets `millis` pass, with every timeout when it is due.
    fn pass(&mut self, millis: u64) -> &mut Self {
        let end = self.now + millis;
        while let Some(due) = self.max.poll_timeout().filter(|due| due.as_millis() <= end) {
            assert!(due.as_millis() > self.now, "a deadline in the past would be a busy loop");
            self.now = due.as_millis();
            self.max.handle_timeout(due);
        }
        self.now = end;
        self
    }

    fn sent(&mut self) -> Vec<Sent> {
        let effects = std::iter::from_fn(|| self.max.poll_effect());
        effects
            .map(|effect| match effect {
                Effect::Request { attempt, request } => {
                    assert_eq!(request.method, Method::Post);
                    (attempt, request.target, request.body.map(|body| body.expose().to_owned()))
                }
                other => unreachable!("{other:?}"),
            })
            .collect()
    }

    fn view(&self) -> View {
        self.max.view()
    }

    fn problem(&self) -> Option<Problem> {
        self.view().problem
    }
}

fn phone_request(attempt: u32, phone: &str) -> Sent {
    (attempt, format!("/api/v1/max/send_phone?phone={phone}"), None)
}

fn code_request(attempt: u32, code: &str) -> Sent {
    (attempt, "/api/v1/max/send_code".into(), Some(format!(r#"{{"code":"{code}"}}"#)))
}

fn close_request(attempt: u32) -> Sent {
    (attempt, "/api/v1/max/close_session".into(), None)
}

#[test]
fn the_whole_way_and_back() {
    let mut owner = Owner::new();
    assert_eq!(owner.view().state, State::Idle);
    owner.tell(Input::Start).tell(Input::Start);
    assert_eq!((owner.view().state, owner.sent()), (State::Step(Step::Phone), vec![]));

    owner.submit("79811597745");
    assert_eq!(owner.sent(), [phone_request(1, "79811597745")]);
    assert_eq!((owner.view().state, owner.view().busy), (State::Step(Step::Phone), Some(Busy::Sending)));
    owner.pass(2_000).answer(1, 200, SUCCESS);
    assert_eq!((owner.view().state, owner.view().busy), (State::Step(Step::Code), None));

    owner.submit("848158");
    assert_eq!(owner.sent(), [code_request(2, "848158")], "a code stands in no address");
    owner.pass(2_000).answer(2, 200, SUCCESS);
    let authorized = View {
        state: State::Authorized { since: Since::Seen(ms(5_000)) },
        phone: Some("79811597745".into()),
        busy: None,
        problem: None,
        ended: None,
        notice: None,
    };
    assert_eq!(owner.view(), authorized);

    owner.tell(Input::Reset);
    assert_eq!((owner.sent(), owner.view().busy), (vec![close_request(3)], Some(Busy::Resetting)));
    owner.answer(3, 200, SUCCESS);
    let begun = View { state: State::Step(Step::Phone), phone: None, ..authorized };
    assert_eq!(owner.view(), begun);
    assert_eq!(owner.max.poll_timeout(), None);
}

#[test]
fn each_printed_refusal_is_told_apart() {
    let wait = || Problem::Wait { until: ms(36_000) };
    let words = |words: &str| Problem::Words(words.into());
    let phone: [(u16, String, Problem); 6] = [
        (422, invalid("phone", "Phone number has invalid format"), Problem::WrongPhone),
        (422, invalid("phone", "Phone number can't be blank"), Problem::WrongPhone),
        (422, invalid("base", "Too many requests, retry after 35 seconds"), wait()),
        (422, invalid("base", "max is down"), words("max is down")),
        (422, invalid("base", ""), Problem::Unavailable),
        (422, r#"{"meta":{}}"#.into(), Problem::Unavailable),
    ];
    let code: [(u16, String, Problem); 5] = [
        (422, invalid("confirmation_code", "confirmation code invalid"), Problem::WrongCode),
        (422, invalid("code", "code can't be blank"), Problem::WrongCode),
        (422, invalid("confirmation_code", "confirmation code expired"), Problem::ExpiredCode),
        (422, invalid("confirmation_code", "Неверно"), words("Неверно")),
        (429, r#"{"meta":{"message":"retry after 35"}}"#.into(), wait()),
    ];
    for (mut owner, attempt, cases) in
        [(Owner::at_phone as Begin, 1, phone.to_vec()), (Owner::at_code, 2, code.to_vec())]
            .into_iter()
            .flat_map(|(begin, attempt, cases)| cases.into_iter().map(move |case| (begin(), attempt, case)))
    {
        let (status, body, problem) = cases;
        let state = owner.view().state;
        owner.submit("1").answer(attempt, status, &body);
        let view = owner.view();
        assert_eq!((view.problem, view.state, view.busy), (Some(problem), state, None), "{body}");
        owner.submit("2");
    }
}

#[test]
fn what_any_answer_means() {
    let refused = |state: Failure| (State::Failed(state), None);
    let stays = |problem: Problem| (State::Step(Step::Code), Some(problem));
    let html = "<html>";
    let cases = [
        (401, html, refused(Failure::Unauthorized)),
        (403, r#"{"meta":{}}"#, refused(Failure::Forbidden)),
        (404, html, refused(Failure::NoProxy)),
        (200, html, refused(Failure::NoProxy)),
        (200, "{}", refused(Failure::NoProxy)),
        (405, html, refused(Failure::NoProxy)),
        (429, html, stays(Problem::Unavailable)),
        (500, html, stays(Problem::Unavailable)),
        (503, r#"{"meta":{}}"#, stays(Problem::Unavailable)),
        (500, r#"{"meta":{"message":"oops"}}"#, stays(Problem::Words("oops".into()))),
        (400, r#"{"meta":{"message":"Bad"}}"#, stays(Problem::Words("Bad".into()))),
        (400, r#"{"meta":{}}"#, stays(Problem::Unavailable)),
        // Whether the API took it before the proxy gave up, nobody knows.
        (502, html, stays(Problem::Unanswered)),
        (502, r#"{"meta":{"message":"the API cannot be reached"}}"#, stays(Problem::Unanswered)),
        (504, html, stays(Problem::Unanswered)),
        (504, r#"{"meta":{"message":"the API did not answer in time"}}"#, stays(Problem::Unanswered)),
    ];
    for (status, body, want) in cases {
        let mut owner = Owner::at_code();
        owner.submit("1").answer(2, status, body);
        assert_eq!((owner.view().state, owner.problem()), want, "{status} {body}");
        assert_eq!(owner.view().busy, None, "{status} {body}");
        owner.sent();
        owner.pass(60_000);
        assert_eq!(owner.sent(), [], "{status} {body}: nothing by itself");
    }
    for error in [ApiError::Network, ApiError::Timeout] {
        let mut owner = Owner::at_code();
        owner.submit("1").tell(Input::Answer { attempt: 2, result: Err(error) });
        assert_eq!((owner.view().state, owner.problem()), stays(Problem::Unanswered));
    }
}

#[test]
fn after_a_failure_the_step_is_where_it_was_and_nothing_is_sent_again() {
    let mut owner = Owner::at_code();
    owner.submit("1").answer(2, 401, "");
    owner.sent();
    owner.submit("2").tell(Input::Reset);
    assert_eq!((owner.sent(), owner.problem()), (vec![], None), "there is no field to send from");
    owner.tell(Input::Proceed);
    assert_eq!((owner.view().state, owner.sent()), (State::Step(Step::Code), vec![]));
    assert_eq!(owner.view().phone.as_deref(), Some("79811597745"));
    owner.submit("3");
    assert_eq!(owner.sent(), [code_request(3, "3")]);
}

#[test]
fn one_press_one_request() {
    for (begin, attempt) in [(Owner::at_phone as Begin, 1), (Owner::at_code, 2)] {
        let mut owner = begin();
        let state = owner.view().state;
        owner.submit("1").submit("1").pass(300).submit("2").tell(Input::Proceed).tell(Input::Start);
        assert_eq!(owner.sent().len(), 1);
        owner.lost(attempt).pass(60_000).answer(attempt, 200, SUCCESS);
        assert_eq!(owner.view().state, state, "a late answer counts for nothing");
        assert_eq!((owner.problem(), owner.sent()), (Some(Problem::Unanswered), vec![]));
        owner.submit("1");
        assert_eq!((owner.sent().len(), owner.problem()), (1, None), "at the next press");
    }
    let mut owner = Owner::authorized();
    owner.submit("1");
    assert_eq!(owner.sent(), [], "nothing is asked for");
    let mut owner = Owner::new();
    owner.submit("1").tell(Input::Reset);
    assert_eq!((owner.sent(), owner.view().phone), (vec![], None), "nobody began");
}

#[test]
fn offline_nothing_is_sent_now_or_later() {
    for begin in [Owner::at_phone, Owner::at_code] {
        let mut owner = begin();
        let phone = owner.view().phone;
        owner.tell(Input::Offline).submit("1");
        let view = owner.view();
        assert_eq!((view.problem, view.busy), (Some(Problem::NotSent), None));
        assert_eq!((view.notice, view.phone), (Some(Notice::Offline), phone));
        owner.tell(Input::Reset).tell(Input::Online).pass(60_000);
        assert_eq!((owner.sent(), owner.view().notice), (vec![], None));
        owner.submit("1");
        assert_eq!((owner.sent().len(), owner.problem()), (1, None));
    }
}

#[test]
fn a_wait_takes_no_press_and_ends_by_itself() {
    let mut owner = Owner::at_code();
    owner.submit("1").answer(2, 422, &invalid("base", "FLOOD_WAIT_35"));
    owner.sent();
    owner.submit("2").pass(34_999).submit("3");
    assert_eq!((owner.problem(), owner.sent()), (Some(Problem::Wait { until: ms(36_000) }), vec![]));
    owner.pass(1);
    assert_eq!((owner.problem(), owner.sent()), (None, vec![]));
    owner.submit("4");
    assert_eq!(owner.sent(), [code_request(3, "4")]);
}

#[test]
fn who_has_a_code_may_go_on_to_it() {
    let mut owner = Owner::at_phone();
    owner.tell(Input::Proceed);
    assert_eq!((owner.view().state, owner.view().phone), (State::Step(Step::Code), None));
    owner.tell(Input::Proceed).submit("848158");
    assert_eq!(owner.sent(), [code_request(1, "848158")]);

    let cases: [(&str, Story, Option<&str>); 3] = [
        ("lost", |owner| owner.lost(1), Some("79")),
        ("lost behind the proxy", |owner| owner.answer(1, 504, ""), Some("79")),
        ("refused", |owner| owner.answer(1, 422, r#"{"meta":{"errors":{"phone":["invalid phone"]}}}"#), None),
    ];
    for (what, story, phone) in cases {
        let mut owner = Owner::at_phone();
        story(owner.submit("79")).tell(Input::Proceed);
        let view = owner.view();
        assert_eq!((view.state, view.problem), (State::Step(Step::Code), None), "{what}");
        assert_eq!(view.phone.as_deref(), phone, "{what}: the number that the code is for");
    }
}

#[test]
fn starting_over_from_each_state() {
    let gone = invalid("max_session_closer", "max_session_closer session_not_found");
    let cases: [(&str, Begin); 3] =
        [("phone", Owner::at_phone), ("code", Owner::at_code), ("authorized", Owner::authorized)];
    for (what, begin) in cases {
        for (status, body, step, problem) in [
            (200, SUCCESS, Some(Step::Phone), None),
            (422, &*gone, Some(Step::Phone), Some(Problem::NoSession)),
            (
                422,
                &*invalid("base", "phone code invalid"),
                None,
                Some(Problem::Words("phone code invalid".into())),
            ),
            (504, "", None, Some(Problem::Unanswered)),
        ] {
            let mut owner = begin();
            let (state, phone) = (owner.view().state, owner.view().phone);
            owner.tell(Input::Reset).tell(Input::Reset).submit("1");
            let sent = owner.sent();
            assert_eq!(sent.len(), 1, "{what} {body}: once, and alone");
            assert_eq!(sent, [close_request(sent.first().unwrap().0)]);
            owner.answer(sent.first().unwrap().0, status, body);
            let view = owner.view();
            let want = step.map_or((state, phone), |step| (State::Step(step), None));
            assert_eq!((view.state, view.phone), want, "{what} {body}");
            assert_eq!((view.problem, view.busy), (problem, None), "{what} {body}");
        }
    }
}

#[test]
fn starting_over_supersedes_what_is_under_way() {
    for (begin, attempt) in [(Owner::at_phone as Begin, 1), (Owner::at_code, 2)] {
        let mut owner = begin();
        owner.submit("1");
        owner.sent();
        owner.tell(Input::Reset);
        assert_eq!(owner.sent(), [close_request(attempt + 1)]);
        owner.answer(attempt, 200, SUCCESS).answer(attempt, 422, &invalid("code", "invalid"));
        assert_eq!((owner.view().busy, owner.problem()), (Some(Busy::Resetting), None));
        owner.answer(attempt + 1, 200, SUCCESS);
        assert_eq!((owner.view().state, owner.view().phone), (State::Step(Step::Phone), None));
        owner.answer(attempt, 200, SUCCESS);
        assert_eq!(owner.view().state, State::Step(Step::Phone), "an old answer counts for nothing");
    }
}

fn any_input() -> impl Strategy<Value = (u64, u8, u32)> {
    (prop_oneof![0_u64..400, 0_u64..30_000], 0_u8..20, 0_u32..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What was typed leaves at most once per press and never without one, whatever the order of events.
    #[test]
    fn any_order_of_events(story in prop::collection::vec(any_input(), 0..100)) {
        let mut owner = Owner::new();
        let mut attempts = 0;
        for (index, (wait, which, number)) in story.into_iter().enumerate() {
            owner.pass(wait);
            prop_assert_eq!(owner.sent(), [], "time sends nothing");
            let secret = format!("{index}");
            let attempt = if number < 6 { attempts } else { number };
            let (status, body) = match number {
                0 => (401, String::new()),
                1 => (422, invalid("code", "FLOOD_WAIT_9")),
                2 => (422, invalid("code", "code invalid")),
                3 => (422, invalid("x", "session_not_found")),
                _ => (200, SUCCESS.to_owned()),
            };
            let input = match which {
                0 => Input::Start,
                1 | 2 => Input::Proceed,
                3..=8 => Input::Submit(Secret::new(secret.clone())),
                9 => Input::Reset,
                10..=15 => Input::Answer { attempt, result: Ok(Response { status, body: &body }) },
                16 => Input::Answer { attempt, result: Err(ApiError::Network) },
                17 => Input::Offline,
                18 => Input::Online,
                _ => Input::PageVisible,
            };
            let (is_submit, is_reset) = (matches!(input, Input::Submit(_)), matches!(input, Input::Reset));
            let before = owner.view();
            owner.tell(input);
            let sent = owner.sent();
            let view = owner.view();
            prop_assert!(sent.len() <= usize::from(is_submit || is_reset), "{sent:?}");
            for (attempt, target, body) in sent {
                attempts += 1;
                let wanted = match (&before.state, is_submit) {
                    (_, false) => close_request(attempts),
                    (State::Step(Step::Phone), true) => phone_request(attempts, &secret),
                    (State::Step(Step::Code), true) => code_request(attempts, &secret),
                    other => return Err(TestCaseError::fail(format!("sent at {other:?}"))),
                };
                prop_assert_eq!((attempt, target, body), wanted);
                prop_assert!(before.notice.is_none(), "offline");
                if is_submit {
                    let is_waiting = matches!(before.problem, Some(Problem::Wait { .. }));
                    prop_assert!(before.busy.is_none() && !is_waiting);
                }
            }
            if view.phone != before.phone {
                let is_sent = view.phone.as_deref() == Some(&*secret) && view.busy.is_some();
                prop_assert!(view.phone.is_none() || is_sent, "{view:?}");
            }
            if let Some(due) = owner.max.poll_timeout() {
                prop_assert!(due.as_millis() > owner.now);
            }
        }
    }
}
