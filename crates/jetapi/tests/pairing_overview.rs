//! The overview of the accounts on simulated time.

use jetapi::account::{Account, TelegramSession};
use jetapi::error::ApiError;
use jetapi::instance::Instance;
use jetapi::pairing::overview::{Overview, View};
use jetapi::pairing::{Effect, Failure, Input, Machine, Notice};
use jetapi::time::Instant;
use proptest::prelude::*;

fn ms(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn account(whatsapp_connected: Option<bool>, telegram_session: Option<TelegramSession>) -> Account {
    Account {
        customer_id: "77".into(),
        whatsapp_connected,
        telegram_session,
        total_amount: None,
        dispatch_routing: vec![],
        sender_names: vec![],
        subscription_paid_until: None,
        subscription_status: None,
        subscription_cost: None,
    }
}

/// A machine with an owner that asks nothing, but remembers what it was to ask.
struct Owner {
    overview: Overview,
    now: u64,
}

impl Owner {
    fn new() -> Self {
        Self { overview: Overview::default(), now: 1_000 }
    }

    /// Begun, with the first question asked.
    fn asked() -> Self {
        let mut owner = Self::new();
        owner.tell(Input::Start);
        assert_eq!(owner.effects(), [fetch_account(1)]);
        owner
    }

    /// WhatsApp is connected, and the number is asked for.
    fn connected() -> Self {
        let mut owner = Self::asked();
        owner.account(1, Some(true));
        assert_eq!(owner.effects(), [fetch_instance(1)]);
        owner
    }

    fn tell(&mut self, input: Input<'_>) -> &mut Self {
        self.overview.handle(ms(self.now), input);
        self
    }

    fn account(&mut self, attempt: u32, whatsapp: Option<bool>) -> &mut Self {
        self.tell(Input::Account { attempt, result: Ok(account(whatsapp, None)) })
    }

    fn fails(&mut self, attempt: u32, error: ApiError) -> &mut Self {
        self.tell(Input::Account { attempt, result: Err(error) })
    }

    fn number(&mut self, attempt: u32, phone: Option<&str>) -> &mut Self {
        let instance = Instance { whatsapp_phone: phone.map(Into::into), ..Instance::default() };
        self.tell(Input::Instance { attempt, result: Ok(instance) })
    }

    /// Lets `millis` pass, with every timeout when it is due.
    fn pass(&mut self, millis: u64) -> &mut Self {
        let end = self.now + millis;
        while let Some(due) = self.overview.poll_timeout().filter(|due| due.as_millis() <= end) {
            assert!(due.as_millis() > self.now, "a deadline in the past would be a busy loop");
            self.now = due.as_millis();
            self.overview.handle_timeout(due);
        }
        self.now = end;
        self
    }

    fn effects(&mut self) -> Vec<Effect> {
        std::iter::from_fn(|| self.overview.poll_effect()).collect()
    }

    fn view(&self) -> View {
        self.overview.view()
    }
}

fn fetch_account(attempt: u32) -> Effect {
    Effect::FetchAccount { attempt }
}

fn fetch_instance(attempt: u32) -> Effect {
    Effect::FetchInstance { attempt, customer_id: "77".into() }
}

#[test]
fn what_the_account_says_is_shown() {
    for (whatsapp, telegram) in [
        (None, None),
        (Some(false), Some(TelegramSession::WaitCode)),
        (Some(true), Some(TelegramSession::Authorized)),
        (Some(false), Some(TelegramSession::Unknown(9))),
    ] {
        let mut owner = Owner::asked();
        assert_eq!(owner.view(), View::default());
        owner.tell(Input::Account { attempt: 1, result: Ok(account(whatsapp, telegram)) });
        assert_eq!(owner.view(), View { is_known: true, whatsapp, telegram, ..View::default() });
    }
}

#[test]
fn it_is_asked_again_so_long_after_an_answer() {
    let mut owner = Owner::asked();
    owner.pass(600_000);
    assert_eq!(owner.effects(), [], "one question at a time");
    for attempt in 1..=5 {
        owner.account(attempt, Some(false)).pass(14_999);
        assert_eq!(owner.effects(), []);
        owner.pass(1);
        assert_eq!(owner.effects(), [fetch_account(attempt + 1)]);
    }
    owner.fails(6, ApiError::Timeout).pass(2_999);
    assert_eq!(owner.effects(), []);
    owner.pass(1);
    assert_eq!(owner.effects(), [fetch_account(7)], "sooner after one that failed in passing");
}

#[test]
fn one_question_is_under_way_at_most() {
    let presses = [|| Input::Start, || Input::Proceed, || Input::PageVisible, || Input::Online];
    for press in presses {
        let mut owner = Owner::asked();
        owner.tell(press()).pass(20_000).tell(press());
        assert_eq!(owner.effects(), []);
        owner.account(1, None).pass(5_000).tell(press()).tell(press());
        assert_eq!(owner.effects(), [fetch_account(2)], "at once, and once");
        owner.account(1, Some(true));
        assert_eq!((owner.view().whatsapp, owner.effects()), (None, vec![]), "an old answer");
        owner.pass(60_000);
        assert_eq!(owner.effects(), [], "the old one's time is over, too");
        owner.account(2, Some(false)).pass(15_000);
        assert_eq!(owner.effects(), [fetch_account(3)]);
    }
    for press in &presses[1..] {
        let mut owner = Owner::new();
        owner.tell(press()).pass(60_000);
        assert_eq!(owner.effects(), [], "nobody began");
    }
}

#[test]
fn out_of_sight_nothing_is_asked() {
    let mut owner = Owner::asked();
    owner.account(1, Some(false)).tell(Input::PageHidden);
    assert_eq!(owner.overview.poll_timeout(), None);
    owner.now += 3_600_000;
    owner.overview.handle_timeout(ms(owner.now));
    owner.tell(Input::Offline).tell(Input::LinkUp);
    assert_eq!(owner.effects(), [], "not even where a timer is late");
    owner.tell(Input::PageVisible);
    assert_eq!(owner.effects(), [fetch_account(2)], "in sight again, at once");
    owner.tell(Input::PageHidden).account(2, Some(false)).pass(60_000);
    assert_eq!(owner.effects(), [], "the answer came out of sight");
}

#[test]
fn online_again_it_is_asked_at_once() {
    let mut owner = Owner::asked();
    owner.account(1, Some(false)).tell(Input::Offline);
    assert_eq!(owner.view().notice, Some(Notice::Offline));
    owner.pass(15_000).fails(2, ApiError::Network);
    assert_eq!(owner.effects(), [fetch_account(2)]);
    let view = owner.view();
    assert_eq!((view.whatsapp, view.failure), (Some(false), None), "what was known a moment ago");
    owner.pass(1_000).tell(Input::Online);
    assert_eq!((owner.view().notice, owner.effects()), (None, vec![fetch_account(3)]));
}

#[test]
fn a_failure_is_told_and_asked_again_all_the_same() {
    for (error, failure) in [
        (ApiError::Unauthorized, Failure::Unauthorized),
        (ApiError::Forbidden { message: None }, Failure::Forbidden),
        (ApiError::NotFound, Failure::NoProxy),
        (ApiError::Unreadable { status: 200 }, Failure::NoProxy),
    ] {
        let mut owner = Owner::connected();
        owner.number(1, Some("79")).pass(15_000);
        assert_eq!(owner.effects(), [fetch_account(2)]);
        owner.fails(2, error);
        let failed = View { is_known: true, failure: Some(failure), ..View::default() };
        assert_eq!(owner.view(), failed, "nothing old stands beside it");
        owner.pass(15_000);
        assert_eq!(owner.effects(), [fetch_account(3)]);
        owner.fails(3, ApiError::Network);
        assert_eq!(owner.view(), failed);
        owner.tell(Input::Proceed);
        assert_eq!(owner.effects(), [fetch_account(4)]);
        owner.account(4, Some(false));
        assert_eq!((owner.view().failure, owner.view().whatsapp), (None, Some(false)));
    }
}

#[test]
fn the_number_is_asked_for_until_it_is_known() {
    let phone = |owner: &Owner| owner.view().whatsapp_phone.map(|phone| phone.to_string());
    let mut owner = Owner::connected();
    owner.number(1, None).pass(15_000);
    assert_eq!(owner.effects(), [fetch_account(2)]);
    owner.account(2, Some(true));
    assert_eq!(owner.effects(), [fetch_instance(2)]);
    owner.number(1, Some("70"));
    assert_eq!(phone(&owner), None, "an old answer");
    owner.tell(Input::Instance { attempt: 2, result: Err(ApiError::Network) }).pass(15_000);
    owner.account(3, Some(true));
    assert_eq!(owner.effects(), [fetch_account(3), fetch_instance(3)]);
    owner.number(3, Some("79")).pass(15_000).account(4, Some(true));
    assert_eq!((phone(&owner), owner.effects()), (Some("79".into()), vec![fetch_account(4)]));

    owner.pass(15_000).account(5, Some(false)).number(5, Some("79"));
    assert_eq!(phone(&owner), None, "of a session that is over");
    owner.effects();
    owner.pass(15_000).account(6, Some(true));
    assert_eq!(owner.effects(), [fetch_account(6), fetch_instance(6)], "perhaps another one");

    for error in [ApiError::NotFound, ApiError::Unauthorized, ApiError::Forbidden { message: None }] {
        let mut owner = Owner::connected();
        owner.tell(Input::Instance { attempt: 1, result: Err(error) });
        for attempt in 2..5 {
            owner.pass(15_000).account(attempt, Some(true));
            assert_eq!(owner.effects(), [fetch_account(attempt)], "it can't be known");
        }
        assert_eq!((phone(&owner), owner.view().whatsapp), (None, Some(true)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the order of events: one question at a time, none out of sight but at a press, no deadline in the past.
    #[test]
    fn any_order_of_events(story in prop::collection::vec((0_u64..20_000, 0_u8..12, 0_u32..8), 0..100)) {
        let mut owner = Owner::new();
        let (mut attempts, mut answered, mut is_hidden) = (0, 0, false);
        for (wait, which, number) in story {
            owner.pass(wait);
            let by_time = owner.effects();
            prop_assert!(by_time.len() <= usize::from(!is_hidden), "{by_time:?}");
            let mut asked = by_time;
            // An answer to each question comes once.
            let is_first = attempts + u32::from(!asked.is_empty()) > answered;
            let attempt = if number < 6 { attempts + u32::from(!asked.is_empty()) } else { number };
            let input = match which {
                0 => Input::Start,
                1 => Input::Proceed,
                2 => {
                    is_hidden = true;
                    Input::PageHidden
                }
                3 => {
                    is_hidden = false;
                    Input::PageVisible
                }
                4 => Input::Offline,
                5 => Input::Online,
                6..=8 if is_first => {
                    answered = attempts + u32::from(!asked.is_empty());
                    Input::Account { attempt: answered, result: Ok(account(Some(number % 3 > 0), None)) }
                }
                9 if is_first => {
                    answered = attempts + u32::from(!asked.is_empty());
                    let error = if number < 4 { ApiError::Network } else { ApiError::Unauthorized };
                    Input::Account { attempt: answered, result: Err(error) }
                }
                _ => Input::Instance { attempt, result: Ok(Instance::default()) },
            };
            owner.tell(input);
            asked.extend(owner.effects());
            for effect in asked {
                if let Effect::FetchAccount { attempt } = effect {
                    prop_assert_eq!(attempt, attempts + 1);
                    attempts = attempt;
                }
            }
            prop_assert!(attempts <= answered + 1, "two questions at a time");
            if let Some(due) = owner.overview.poll_timeout() {
                prop_assert!(due.as_millis() > owner.now);
            }
        }
    }
}
