//! The Telegram side of the one customer: a TDLib that waits for what the person types, and the room that takes it.

pub(crate) mod control;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    Options, meta,
    phoenix::{Answer, Handled, Order, Push, Room, Span},
    phone::international,
};

const TOPIC: &str = "room:v1:telegram:auth";
const EVENTS: [&str; 4] = ["send_phone", "send_code", "send_password", "reset"];

pub(crate) struct Telegram {
    push_every: Duration,
    login: Mutex<Login>,
}

struct Login {
    status: Status,
    phone: Option<String>,
    good_code: String,
    code_expired: bool,
    good_password: String,
    asks_password: bool,
    order: Order,
    flood: Option<Flood>,
    trouble: Option<Trouble>,
    received: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Status {
    WaitPhone,
    WaitCode,
    WaitPassword,
    Authorized,
    WaitQrCode,
    /// None that the reference knows.
    Other(String),
}

/// Telegram asks to come back later.
struct Flood {
    words: String,
    end: FloodEnd,
}

enum FloodEnd {
    Timed(Span),
    /// After so many refusals.
    After(u32),
}

/// What goes wrong with the next events.
struct Trouble {
    kind: TroubleKind,
    times: u32,
}

#[derive(Clone)]
enum TroubleKind {
    /// Refused with these words.
    Reject(String),
    /// Carried out, without a reply.
    NoReply,
    /// The channel ends instead of carrying it out.
    CrashBefore,
    /// The channel ends once it is carried out.
    CrashAfter,
}

impl Default for Login {
    fn default() -> Self {
        Self {
            status: Status::WaitPhone,
            phone: None,
            good_code: "12345".into(),
            code_expired: false,
            good_password: "hunter22".into(),
            asks_password: true,
            order: Order::default(),
            flood: None,
            trouble: None,
            received: EVENTS.map(|event| (event, 0)).into(),
        }
    }
}

impl From<String> for Status {
    fn from(name: String) -> Self {
        match name.as_str() {
            "wait_phone" => Self::WaitPhone,
            "wait_code" => Self::WaitCode,
            "wait_password" => Self::WaitPassword,
            "authorized" => Self::Authorized,
            "wait_qr_code" => Self::WaitQrCode,
            _ => Self::Other(name),
        }
    }
}

impl Status {
    fn name(&self) -> &str {
        match self {
            Self::WaitPhone => "wait_phone",
            Self::WaitCode => "wait_code",
            Self::WaitPassword => "wait_password",
            Self::Authorized => "authorized",
            Self::WaitQrCode => "wait_qr_code",
            Self::Other(name) => name,
        }
    }

    /// As the account and the instances print it; the first number that they don't know stands for all other states.
    fn number(&self) -> u8 {
        match self {
            Self::WaitPhone => 0,
            Self::WaitCode => 1,
            Self::WaitPassword => 2,
            Self::Authorized => 3,
            Self::WaitQrCode => 4,
            Self::Other(_) => 5,
        }
    }
}

impl Telegram {
    pub(crate) fn new(options: &Options) -> Self {
        Self { push_every: options.telegram_push_every, login: Mutex::default() }
    }

    /// The `tdlib_session` of the account and the instance.
    pub(crate) fn session_number(&self) -> u8 {
        self.login().status.number()
    }

    fn login(&self) -> MutexGuard<'_, Login> {
        self.login.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Login {
    fn log_out(&mut self) {
        self.status = Status::WaitPhone;
        self.phone = None;
        self.code_expired = false;
    }

    /// The next event's trouble, which is over once it has struck often enough.
    fn next_trouble(&mut self) -> Option<TroubleKind> {
        let trouble = self.trouble.as_mut()?;
        let kind = trouble.kind.clone();
        trouble.times = trouble.times.saturating_sub(1);
        if trouble.times == 0 {
            self.trouble = None;
        }
        Some(kind)
    }

    /// The words of a flood wait that is on.
    fn flood(&mut self) -> Option<String> {
        let Flood { words, end } = self.flood.as_mut()?;
        let is_on = match end {
            FloodEnd::Timed(span) => span.is_on(),
            FloodEnd::After(times) => {
                let is_on = *times > 0;
                *times = times.saturating_sub(1);
                is_on
            }
        };
        is_on.then(|| words.clone())
    }

    /// Takes an event that the room knows; the error is the refusal in words.
    fn take(&mut self, event: &str, payload: &Value) -> Result<(), String> {
        if event == "reset" {
            self.log_out();
            return Ok(());
        }
        if let Some(words) = self.flood() {
            return Err(words);
        }
        let text = |field: &str| payload.get(field).and_then(Value::as_str);
        match (event, &self.status) {
            ("send_phone", Status::WaitPhone) => {
                let phone = text("phone").and_then(international).ok_or("invalid phone")?;
                self.phone = Some(phone.into());
                self.code_expired = false;
                self.status = Status::WaitCode;
            }
            ("send_code", Status::WaitCode) => {
                let code = text("code").ok_or("invalid code")?;
                if self.code_expired {
                    return Err("code expired".into());
                }
                if code != self.good_code {
                    return Err("invalid code".into());
                }
                self.status = if self.asks_password { Status::WaitPassword } else { Status::Authorized };
            }
            ("send_password", Status::WaitPassword) => {
                if text("password") != Some(&self.good_password) {
                    return Err("invalid password".into());
                }
                self.status = Status::Authorized;
            }
            // TDLib's own words for what comes out of turn.
            ("send_phone", _) => return Err("Call to setAuthenticationPhoneNumber unexpected".into()),
            ("send_code", _) => return Err("Call to checkAuthenticationCode unexpected".into()),
            _ => return Err("Call to checkAuthenticationPassword unexpected".into()),
        }
        Ok(())
    }
}

impl Room for Telegram {
    fn matches(&self, topic: &str) -> bool {
        topic == TOPIC
    }

    fn prints_integer_refs(&self) -> bool {
        false
    }

    fn join(&self, _topic: &str) -> Result<Value, Value> {
        Ok(json!({}))
    }

    fn push_every(&self) -> Duration {
        self.push_every
    }

    fn push(&self) -> Push {
        Push { event: "auth_state", payload: json!({ "status": self.login().status.name() }) }
    }

    fn order(&self) -> Order {
        self.login().order
    }

    fn secrets(&self) -> &'static [&'static str] {
        &["code", "password"]
    }

    fn count(&self, event: &str) {
        if let Some(count) = self.login().received.get_mut(event) {
            *count += 1;
        }
    }

    fn handle(&self, event: &str, payload: &Value) -> Handled {
        if !EVENTS.contains(&event) {
            return Handled { answer: Answer::Crash, changed: false };
        }
        let mut login = self.login();
        let trouble = login.next_trouble();
        let before = login.status.clone();
        let taken = match &trouble {
            Some(TroubleKind::CrashBefore) => return Handled { answer: Answer::Crash, changed: false },
            Some(TroubleKind::Reject(words)) => Err(words.clone()),
            _ => login.take(event, payload),
        };
        let answer = match trouble {
            Some(TroubleKind::NoReply) => Answer::None,
            Some(TroubleKind::CrashAfter) => Answer::Crash,
            _ => Answer::Reply(match taken {
                Ok(()) => Ok(json!({})),
                Err(words) => Err(meta::unprocessable_body(&json!({ "base": [words] }))),
            }),
        };
        Handled { answer, changed: login.status != before }
    }
}
