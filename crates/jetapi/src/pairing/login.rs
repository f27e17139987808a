//! What the logins by phone number have in common: their steps, what is on screen, and what a refusal means.

use std::sync::Arc;
use std::time::Duration;

use super::{Failure, Notice, Since};
use crate::error::ApiError;
use crate::time::Instant;

/// What the service waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The phone number.
    Phone,
    /// The login code.
    Code,
    /// The password of two-step verification.
    Password,
}

/// The state on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody asked yet.
    Idle,
    /// What the service waits for is not known yet.
    Connecting,
    /// The service waits for the user.
    Step(Step),
    /// Logged in.
    Authorized {
        /// Since when.
        since: Since,
    },
    /// The service is in a state that this version does not know, or that has no step here.
    Unknown(Arc<str>),
    /// Explained, with a way on.
    Failed(Failure),
}

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// What the user typed is on its way.
    Sending,
    /// The session is being reset.
    Resetting,
}

/// Why what was sent did not lead on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The service does not take this phone number.
    WrongPhone,
    /// The login code is wrong.
    WrongCode,
    /// The login code is too old.
    ExpiredCode,
    /// The password is wrong.
    WrongPassword,
    /// Too many tries: the service takes none before then.
    Wait {
        /// When it takes the next one.
        until: Instant,
    },
    /// There was no session to end.
    NoSession,
    /// Something else, in the service's own words.
    Words(Arc<str>),
    /// There is no connection, and nothing was sent.
    NotSent,
    /// It was sent, and whether it arrived is not known. It is not sent again by itself.
    Unanswered,
    /// The service took it, and yet goes on waiting for the same.
    NoProgress,
    /// The API can't be reached, or does not work at the moment; nothing was taken.
    Unavailable,
}

/// All that a person sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The state.
    pub state: State,
    /// The number that was sent last, digits, until the session it belongs to ends.
    pub phone: Option<Arc<str>>,
    /// What is under way.
    pub busy: Option<Busy>,
    /// What went wrong with what was sent last.
    pub problem: Option<Problem>,
    /// When a session that was open before our eyes was ended elsewhere.
    pub ended: Option<Instant>,
    /// The connection, where it is worth a word.
    pub notice: Option<Notice>,
}

/// The longest wait that is taken from the service's words: a day.
const LONGEST_WAIT: u64 = 86_400;

impl Problem {
    /// What the service's words of refusal mean. The reference prints few of them, so the names of Telegram's own
    /// errors are known, too, and what is not known is shown as it came.
    pub(super) fn of_words(now: Instant, step: Option<Step>, words: &[&str]) -> Self {
        let said = words.join(" ").to_ascii_lowercase();
        let has = |part: &str| said.contains(part);
        if has("flood") || has("too many") || has("retry after") {
            // In front of it may stand the number of the error.
            let at = said.find("wait").or_else(|| said.find("after")).unwrap_or(0);
            if let Some(seconds) = said.get(at..).and_then(first_number) {
                return Self::Wait { until: now + Duration::from_secs(seconds.clamp(1, LONGEST_WAIT)) };
            }
        } else if has("session_not_found") {
            return Self::NoSession;
        } else if step == Some(Step::Code) && has("code") {
            if has("expired") {
                return Self::ExpiredCode;
            }
            if has("invalid") || has("blank") || has("empty") || has("wrong") {
                return Self::WrongCode;
            }
        } else if step == Some(Step::Phone) && has("phone") && (has("invalid") || has("blank")) {
            return Self::WrongPhone;
        } else if step == Some(Step::Password) && has("password") && (has("invalid") || has("wrong")) {
            return Self::WrongPassword;
        }
        match words.iter().all(|words| words.trim().is_empty()) {
            true => Self::Unavailable,
            false => Self::Words(words.join(" ").into()),
        }
    }

    /// What a refused call means.
    pub(crate) fn of_error(now: Instant, step: Option<Step>, error: &ApiError) -> Self {
        match error {
            // The request may have arrived; only its answer is missing, here or between the proxy and the API.
            ApiError::Network
            | ApiError::Timeout
            | ApiError::Status { status: 502 | 504, .. }
            | ApiError::Unreadable { status: 502 | 504 } => Self::Unanswered,
            ApiError::Invalid { fields, .. } => {
                let words: Vec<&str> =
                    fields.iter().flat_map(|(_, words)| words).map(String::as_str).collect();
                Self::of_words(now, step, &words)
            }
            ApiError::BadRequest { message: Some(message) }
            | ApiError::Status { message: Some(message), .. } => Self::of_words(now, step, &[message]),
            _ => Self::Unavailable,
        }
    }

    /// Whether the service refused what it was sent.
    pub(super) const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::WrongCode | Self::ExpiredCode | Self::WrongPassword | Self::Wait { .. } | Self::Words(_)
        )
    }

    /// When this problem ends by itself.
    pub(super) fn ends(&self) -> Option<Instant> {
        match self {
            Self::Wait { until } => Some(*until),
            _ => None,
        }
    }
}

fn first_number(words: &str) -> Option<u64> {
    let digits = words.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}
