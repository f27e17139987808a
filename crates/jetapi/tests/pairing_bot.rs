//! The machine that connects a Telegram bot, on simulated time.

use jetapi::account::Account;
use jetapi::endpoint::{Method, Response};
use jetapi::error::ApiError;
use jetapi::instance::Instance;
use jetapi::pairing::login::Problem;
use jetapi::pairing::telegram_bot::{Bot, State, View};
use jetapi::pairing::{Effect, Failure, Input, Machine, Notice};
use jetapi::secret::Secret;
use jetapi::telegram_bot::{Menu, TelegramBot};
use jetapi::time::Instant;
use proptest::prelude::*;

const CONNECTED: &str = r#"{"meta":{"code":200,"status":"success"},"telegram_bot":{
    "bot_link":"https://t.me/oeporpj_bot","instance_id":348,"menu_link":"https://www.notion.so/",
    "menu_title":"Main","status":"running"}}"#;

fn ms(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn account() -> Account {
    Account {
        customer_id: "77".into(),
        whatsapp_connected: None,
        telegram_session: None,
        total_amount: None,
        dispatch_routing: vec![],
        sender_names: vec![],
        subscription_paid_until: None,
        subscription_status: None,
        subscription_cost: None,
    }
}

fn invalid(errors: &str) -> String {
    format!(r#"{{"meta":{{"code":422,"errors":{errors},"message":"Unprocessable Entity","status":"fail"}}}}"#)
}

/// A machine with an owner that sends nothing, but remembers what it was to send.
struct Owner {
    bot: Bot,
    now: u64,
}

impl Owner {
    fn new(instance_id: Option<&str>) -> Self {
        Self { bot: Bot::new(instance_id.map(Into::into)), now: 1_000 }
    }

    /// Begun without an instance, with the account asked for.
    fn looking() -> Self {
        let mut owner = Self::new(None);
        owner.tell(Input::Start);
        assert_eq!(owner.effects(), [fetch_account(1)]);
        owner
    }

    /// Begun with an instance, at 1,000 ms.
    fn at_form() -> Self {
        let mut owner = Self::new(Some("374"));
        owner.tell(Input::Start);
        assert_eq!((owner.view().state, owner.effects()), (State::Form, vec![]));
        owner
    }

    /// The form is under way as attempt 1.
    fn sent() -> Self {
        let mut owner = Self::at_form();
        owner.connect("1:a");
        assert_eq!(owner.bodies().len(), 1);
        owner
    }

    fn tell(&mut self, input: Input<'_>) -> &mut Self {
        self.bot.handle(ms(self.now), input);
        self
    }

    fn connect(&mut self, token: &str) -> &mut Self {
        self.tell(Input::ConnectBot { token: Secret::new(token), menu: None })
    }

    fn answer(&mut self, attempt: u32, status: u16, body: &str) -> &mut Self {
        self.tell(Input::Answer { attempt, result: Ok(Response { status, body }) })
    }

    fn instance(&mut self, attempt: u32, id: Option<&str>) -> &mut Self {
        let instance = Instance { id: id.map(Into::into), ..Instance::default() };
        self.tell(Input::Instance { attempt, result: Ok(instance) })
    }

    /// Lets `millis` pass, with every timeout when it is due.
    fn pass(&mut self, millis: u64) -> &mut Self {
        let end = self.now + millis;
        while let Some(due) = self.bot.poll_timeout().filter(|due| due.as_millis() <= end) {
            assert!(due.as_millis() > self.now, "a deadline in the past would be a busy loop");
            self.now = due.as_millis();
            self.bot.handle_timeout(due);
        }
        self.now = end;
        self
    }

    fn effects(&mut self) -> Vec<Effect> {
        std::iter::from_fn(|| self.bot.poll_effect()).collect()
    }

    /// What was to be sent since the last look.
    fn bodies(&mut self) -> Vec<(u32, String)> {
        self.effects().into_iter().filter_map(body).collect()
    }

    fn view(&self) -> View {
        self.bot.view()
    }
}

fn body(effect: Effect) -> Option<(u32, String)> {
    let Effect::Request { attempt, request } = effect else { return None };
    assert_eq!(request.method, Method::Post);
    assert_eq!(request.target, "/developer/v1/telegram_bots", "a token stands in no address");
    Some((attempt, request.body?.expose().to_owned()))
}

fn fetch_account(attempt: u32) -> Effect {
    Effect::FetchAccount { attempt }
}

fn fetch_instance(attempt: u32) -> Effect {
    Effect::FetchInstance { attempt, customer_id: "77".into() }
}

fn form() -> View {
    View { state: State::Form, is_busy: false, fields: vec![], problem: None, notice: None }
}

#[test]
fn from_the_account_to_the_bot_and_back_to_the_form() {
    let mut owner = Owner::looking();
    assert_eq!(owner.view().state, State::Looking);
    owner.tell(Input::Start).connect("1:a");
    assert_eq!(owner.effects(), [], "begun once, and nothing is sent to nobody");
    owner.tell(Input::Account { attempt: 1, result: Ok(account()) });
    assert_eq!(owner.effects(), [fetch_instance(1)]);
    owner.instance(1, Some("374"));
    assert_eq!((owner.view(), owner.effects()), (form(), vec![]));

    let menu = Menu::new("Main", "https://www.notion.so/").unwrap();
    owner.tell(Input::ConnectBot { token: Secret::new("1:a"), menu });
    let body =
        r#"{"instance_id":"374","api_token":"1:a","menu_title":"Main","menu_link":"https://www.notion.so/"}"#;
    assert_eq!(owner.bodies(), [(2, body.into())]);
    assert_eq!(owner.view(), View { is_busy: true, ..form() });
    owner.answer(2, 200, CONNECTED);
    let bot = TelegramBot {
        link: Some("https://t.me/oeporpj_bot".into()),
        status: Some("running".into()),
        menu_title: Some("Main".into()),
        menu_link: Some("https://www.notion.so/".into()),
        instance_id: Some("348".into()),
    };
    let connected = View { state: State::Connected(bot), ..form() };
    assert_eq!(owner.view(), connected);
    owner.connect("2:b").pass(60_000);
    assert_eq!((owner.view(), owner.effects()), (connected, vec![]), "there is no form to send from");
    owner.tell(Input::Proceed);
    assert_eq!((owner.view(), owner.effects()), (form(), vec![]));
    owner.connect("2:b");
    assert_eq!(owner.bodies(), [(3, r#"{"instance_id":"374","api_token":"2:b"}"#.into())]);
}

#[test]
fn a_lookup_that_fails_in_passing_is_made_again() {
    let mut owner = Owner::looking();
    let passing = || Err(ApiError::Status { status: 503, message: None });
    owner.tell(Input::Account { attempt: 1, result: passing() }).pass(2_999);
    assert_eq!((owner.view().state, owner.effects()), (State::Looking, vec![]));
    owner.tell(Input::Proceed).pass(1);
    assert_eq!(owner.effects(), [fetch_account(2)], "once");
    owner.tell(Input::Account { attempt: 1, result: Err(ApiError::Unauthorized) });
    assert_eq!(owner.view().state, State::Looking, "an old answer counts for nothing");
    owner.tell(Input::Account { attempt: 2, result: Ok(account()) });
    let failed = Err(ApiError::Network);
    owner.tell(Input::Instance { attempt: 2, result: failed }).pass(3_000);
    assert_eq!(owner.effects(), [fetch_instance(2), fetch_account(3)]);
    owner.instance(2, Some("1"));
    assert_eq!(owner.view().state, State::Looking);
    owner.tell(Input::Account { attempt: 3, result: Ok(account()) }).instance(3, Some("374"));
    assert_eq!(owner.view().state, State::Form);
    owner.effects();
    owner.pass(60_000);
    assert_eq!(owner.effects(), []);
}

#[test]
fn a_lookup_that_fails_is_explained() {
    for (error, failure) in [
        (ApiError::Unauthorized, Failure::Unauthorized),
        (ApiError::Forbidden { message: None }, Failure::Forbidden),
        (ApiError::Unreadable { status: 200 }, Failure::NoProxy),
        (ApiError::BadRequest { message: None }, Failure::Rejected),
    ] {
        let mut by_account = Owner::looking();
        by_account.tell(Input::Account { attempt: 1, result: Err(error.clone()) });
        let mut by_instance = Owner::looking();
        by_instance.tell(Input::Account { attempt: 1, result: Ok(account()) });
        by_instance.effects();
        by_instance.tell(Input::Instance { attempt: 1, result: Err(error) });
        for mut owner in [by_account, by_instance] {
            assert_eq!(owner.view().state, State::Failed(failure));
            assert_eq!(owner.bot.poll_timeout(), None);
            owner.instance(1, Some("374")).connect("1:a").tell(Input::Proceed).tell(Input::Proceed);
            assert_eq!(owner.view().state, State::Looking);
            assert_eq!(owner.effects(), [fetch_account(2)], "a double click tries once");
        }
    }
    let mut no_proxy = Owner::looking();
    no_proxy.tell(Input::Account { attempt: 1, result: Err(ApiError::NotFound) });
    assert_eq!(no_proxy.view().state, State::Failed(Failure::NoProxy));

    let none = [Err(ApiError::NotFound), Ok(Instance::default())];
    for result in none {
        let mut owner = Owner::looking();
        owner.tell(Input::Account { attempt: 1, result: Ok(account()) });
        owner.effects();
        owner.tell(Input::Instance { attempt: 1, result });
        assert_eq!(owner.view().state, State::NoInstance);
        owner.tell(Input::Proceed);
        assert_eq!((owner.view().state, owner.effects()), (State::Looking, vec![fetch_account(2)]));
    }
}

#[test]
fn refused_fields_are_told_by_field() {
    let fields = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
        fields.iter().map(|(name, words)| ((*name).to_owned(), (*words).to_owned())).collect()
    };
    let said = |words: &str| Some(Problem::Words(words.into()));
    let cases = [
        (
            r#"{"menu_link":["Ссылка на сайт не может быть пустым"]}"#,
            fields(&[("menu_link", "Ссылка на сайт не может быть пустым")]),
            None,
        ),
        (
            r#"{"api_token":["is taken","is bad"],"menu_title":"blank"}"#,
            fields(&[("api_token", "is taken is bad"), ("menu_title", "blank")]),
            None,
        ),
        (r#"{"instance_id":["not found"]}"#, vec![], said("not found")),
        (r#"{"base":["not enough money"]}"#, vec![], said("not enough money")),
        (
            r#"{"base":["Too Many Requests: retry after 5"]}"#,
            vec![],
            Some(Problem::Wait { until: ms(6_000) }),
        ),
        ("{}", vec![], Some(Problem::Unavailable)),
        ("null", vec![], Some(Problem::Unavailable)),
    ];
    for (errors, fields, problem) in cases {
        let mut owner = Owner::sent();
        owner.answer(1, 422, &invalid(errors));
        assert_eq!(owner.view(), View { fields, problem: problem.clone(), ..form() }, "{errors}");
        owner.pass(5_000).connect("2:b");
        assert_eq!(owner.bodies().len(), 1, "{errors}");
        assert_eq!(owner.view(), View { is_busy: true, ..form() }, "{errors}: read, and tried again");
    }
}

#[test]
fn what_any_answer_means() {
    let problem = |problem| View { problem: Some(problem), ..form() };
    let state = |state| View { state, ..form() };
    let html = "<html>";
    let cases = [
        (401, html, state(State::Failed(Failure::Unauthorized))),
        (403, r#"{"meta":{}}"#, state(State::Failed(Failure::Forbidden))),
        (404, html, state(State::NoInstance)),
        (200, html, problem(Problem::Unavailable)),
        (500, html, problem(Problem::Unavailable)),
        (500, r#"{"meta":{"message":"oops"}}"#, problem(Problem::Words("oops".into()))),
        (502, html, problem(Problem::Unanswered)),
        (504, r#"{"meta":{"message":"late"}}"#, problem(Problem::Unanswered)),
    ];
    for (status, body, view) in cases {
        let mut owner = Owner::sent();
        owner.answer(1, status, body).pass(60_000);
        assert_eq!((owner.view(), owner.effects()), (view, vec![]), "{status} {body}");
        owner.answer(1, 200, CONNECTED);
        assert!(!matches!(owner.view().state, State::Connected(_)), "answered once");
        if owner.view().state != State::Form {
            owner.tell(Input::Proceed);
            assert_eq!(
                (owner.view().state, owner.effects()),
                (State::Form, vec![]),
                "{status}: and not sent again"
            );
        }
    }
    for error in [ApiError::Network, ApiError::Timeout] {
        let mut owner = Owner::sent();
        owner.tell(Input::Answer { attempt: 1, result: Err(error) }).pass(60_000);
        assert_eq!((owner.view(), owner.effects()), (problem(Problem::Unanswered), vec![]));
    }
}

#[test]
fn one_press_one_request() {
    let mut owner = Owner::sent();
    owner.connect("1:a").pass(300).connect("2:b").tell(Input::Proceed).tell(Input::Start);
    assert_eq!(owner.effects(), []);
    owner.tell(Input::Answer { attempt: 1, result: Err(ApiError::Timeout) }).connect("1:a");
    assert_eq!(owner.bodies().len(), 1);
    owner.answer(1, 200, CONNECTED);
    assert_eq!(owner.view(), View { is_busy: true, ..form() }, "the first one's answer is too late");
    owner.answer(2, 422, &invalid(r#"{"base":"FLOOD_WAIT_9"}"#)).connect("3:c").pass(8_999).connect("4:d");
    assert_eq!(owner.effects(), [], "it has to wait");
    owner.pass(1);
    assert_eq!((owner.view(), owner.effects()), (form(), vec![]), "and waits no longer than that");
    let mut idle = Owner::new(Some("374"));
    idle.connect("1:a");
    assert_eq!(idle.effects(), [], "nobody began");
}

#[test]
fn offline_nothing_is_sent_now_or_later() {
    let mut owner = Owner::at_form();
    owner.tell(Input::Offline).connect("1:a");
    let view = owner.view();
    assert_eq!((view.problem, view.notice), (Some(Problem::NotSent), Some(Notice::Offline)));
    owner.tell(Input::Online).pass(60_000);
    assert_eq!((owner.effects(), owner.view().notice), (vec![], None));
    owner.connect("1:a");
    assert_eq!(owner.bodies().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A token leaves at most once per press and never without one, whatever the order of events.
    #[test]
    fn any_order_of_events(
        story in prop::collection::vec((0_u64..10_000, 0_u8..20, 0_u32..8), 0..100),
        known: bool,
    ) {
        let mut owner = Owner::new(known.then_some("374"));
        let mut attempts = 0;
        for (index, (wait, which, number)) in story.into_iter().enumerate() {
            owner.pass(wait);
            let by_time = owner.effects();
            let token = format!("token {index}");
            for effect in &by_time {
                prop_assert!(!matches!(effect, Effect::Request { .. }), "time sends nothing");
                if let Effect::FetchAccount { attempt } = effect {
                    attempts = *attempt;
                }
            }
            let attempt = if number < 6 { attempts } else { number };
            let (status, answer) = match number {
                0 => (401, String::new()),
                1 => (422, invalid(r#"{"base":["FLOOD_WAIT_9"]}"#)),
                2 => (422, invalid(r#"{"api_token":["bad"]}"#)),
                3 => (404, String::new()),
                4 => (504, String::new()),
                _ => (200, CONNECTED.to_owned()),
            };
            let passing = if number == 0 { ApiError::Unauthorized } else { ApiError::Network };
            let input = match which {
                0 | 1 => Input::Start,
                2 | 3 => Input::Proceed,
                4..=9 => Input::ConnectBot { token: Secret::new(token.clone()), menu: None },
                10 | 11 => Input::Account { attempt, result: Ok(account()) },
                12 => Input::Account { attempt, result: Err(passing) },
                13 => Input::Instance {
                    attempt,
                    result: Ok(Instance { id: (number > 2).then(|| "374".into()), ..Instance::default() }),
                },
                14 => Input::Instance { attempt, result: Err(passing) },
                15..=17 => Input::Answer { attempt, result: Ok(Response { status, body: &answer }) },
                18 => Input::Offline,
                _ => Input::Online,
            };
            let is_press = matches!(input, Input::ConnectBot { .. });
            let before = owner.view();
            owner.tell(input);
            let effects = owner.effects();
            prop_assert!(effects.len() <= 1, "{effects:?}");
            for effect in effects {
                match effect {
                    Effect::FetchAccount { attempt } => attempts = attempt,
                    Effect::FetchInstance { .. } => {}
                    request => {
                        let (attempt, body) = body(request).expect("a request with a body");
                        attempts = attempt;
                        prop_assert!(is_press && before.state == State::Form && !before.is_busy);
                        prop_assert!(before.notice.is_none(), "offline");
                        let is_waiting = matches!(before.problem, Some(Problem::Wait { .. }));
                        prop_assert!(!is_waiting);
                        prop_assert!(body.contains(&token));
                    }
                }
            }
            if let Some(due) = owner.bot.poll_timeout() {
                prop_assert!(due.as_millis() > owner.now);
            }
        }
    }
}
