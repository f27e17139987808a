//! Which of a customer's accounts are connected, as far as the API tells: looked up again and again while somebody
//! sees it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::{Effect, Failure, Input, Machine, Notice};
use crate::account::{Account, TelegramSession};
use crate::error::ApiError;
use crate::instance::Instance;
use crate::json::Value;
use crate::time::Instant;

/// From one answer to the next question.
pub const REFRESH: Duration = Duration::from_secs(15);
/// So soon after an answer that failed in passing.
const RETRY: Duration = Duration::from_secs(3);

/// All that a person sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// An answer has come.
    pub is_known: bool,
    /// Whether a WhatsApp session is open, where the API says so.
    pub whatsapp: Option<bool>,
    /// The number that WhatsApp is paired with, where the API tells it.
    pub whatsapp_phone: Option<Arc<str>>,
    /// The state of the personal Telegram session, where the API says so.
    pub telegram: Option<TelegramSession>,
    /// Why nothing can be told, for a reason that does not pass by itself. Asked again all the same.
    pub failure: Option<Failure>,
    /// The connection, where it is worth a word.
    pub notice: Option<Notice>,
}

/// The machine.
#[derive(Debug, Default)]
pub struct Overview {
    now: Instant,
    is_running: bool,
    is_hidden: bool,
    is_offline: bool,
    is_pending: bool,
    /// The proxy does not know the call that tells the number.
    is_nameless: bool,
    attempt: u32,
    next: Option<Instant>,
    view: View,
    effects: VecDeque<Effect>,
}

impl Machine for Overview {
    fn read<'a>(&self, _event: &str, _payload: &'a Value) -> Option<Input<'a>> {
        None
    }

    fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.now = now.max(self.now);
        match input {
            Input::Start => {
                self.is_running = true;
                self.refresh();
            }
            Input::Proceed => self.refresh(),
            Input::Account { attempt, result } if attempt == self.attempt => self.account(result),
            Input::Instance { attempt, result: Ok(Instance { whatsapp_phone, .. }) }
                if attempt == self.attempt && self.view.whatsapp == Some(true) =>
            {
                self.view.whatsapp_phone = whatsapp_phone.map(Arc::from);
            }
            Input::Instance { attempt, result: Err(error) } if attempt == self.attempt => {
                self.is_nameless = !error.is_passing();
            }
            Input::PageHidden => self.is_hidden = true,
            Input::PageVisible => {
                self.is_hidden = false;
                self.refresh();
            }
            Input::Online => {
                self.is_offline = false;
                self.refresh();
            }
            Input::Offline => self.is_offline = true,
            _ => {}
        }
        self.view.notice = self.is_offline.then_some(Notice::Offline);
        self.act_on_time();
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now.max(self.now);
        self.act_on_time();
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.next.filter(|at| !self.is_hidden && *at > self.now)
    }

    fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }
}

impl Overview {
    /// What a person sees now.
    pub fn view(&self) -> View {
        self.view.clone()
    }

    fn act_on_time(&mut self) {
        if !self.is_hidden && self.next.is_some_and(|at| at <= self.now) {
            self.refresh();
        }
    }

    fn refresh(&mut self) {
        if !self.is_running || self.is_pending {
            return;
        }
        self.next = None;
        self.is_pending = true;
        self.attempt = self.attempt.wrapping_add(1);
        self.effects.push_back(Effect::FetchAccount { attempt: self.attempt });
    }

    fn account(&mut self, result: Result<Account, ApiError>) {
        self.is_pending = false;
        self.next = Some(self.now + REFRESH);
        match result {
            Ok(account) => {
                self.view.is_known = true;
                self.view.failure = None;
                self.view.telegram = account.telegram_session;
                self.view.whatsapp = account.whatsapp_connected;
                if self.view.whatsapp != Some(true) {
                    self.view.whatsapp_phone = None;
                } else if self.view.whatsapp_phone.is_none() && !self.is_nameless {
                    let customer_id = account.customer_id;
                    self.effects.push_back(Effect::FetchInstance { attempt: self.attempt, customer_id });
                }
            }
            // What was known a moment ago is better than nothing.
            Err(error) if error.is_passing() => self.next = Some(self.now + RETRY),
            Err(error) => {
                self.view = View { is_known: true, failure: Some(Failure::of(&error)), ..View::default() };
            }
        }
    }
}
