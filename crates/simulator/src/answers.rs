//! What can go wrong with the answers of a resource that is only HTTP.

use std::time::Duration;

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};
use tokio::{sync::watch, time::sleep};

use crate::{
    control::{Refusal, When},
    meta,
};

const SLOW: Duration = Duration::from_secs(5);
const DEFAULT_WORDS: &str = "is invalid";
/// The faults under the names that a control takes.
const FAULTS: [&str; 3] = ["reject", "fail", "slow"];

pub(crate) struct Answers {
    faults: watch::Sender<Faults>,
}

#[derive(Clone, Default)]
struct Faults {
    next: Option<(Fault, u32)>,
    /// Answers come so much later than what they tell of.
    slow: Option<Duration>,
}

#[derive(Clone)]
enum Fault {
    Reject { field: String, words: String },
    Page { status: StatusCode, when: When },
}

/// What a control says of a fault.
#[derive(Default)]
pub(crate) struct Details {
    pub(crate) span: Option<Duration>,
    pub(crate) field: Option<String>,
    pub(crate) words: Option<String>,
    pub(crate) times: Option<u32>,
    pub(crate) status: Option<Value>,
    pub(crate) when: Option<When>,
}

impl Answers {
    pub(crate) fn new() -> Self {
        Self { faults: watch::Sender::default() }
    }

    pub(crate) fn reset(&self) {
        self.faults.send_replace(Faults::default());
    }

    /// Gives the next answers the named fault; `own` are the other names that the control takes.
    pub(crate) fn inject(&self, name: &str, own: &[&str], details: Details) -> Result<(), Refusal> {
        let fault = match name {
            "reject" => Fault::Reject {
                field: details.field.unwrap_or_else(|| "base".into()),
                words: details.words.unwrap_or_else(|| DEFAULT_WORDS.into()),
            },
            "fail" => {
                let status = match details.status {
                    None => StatusCode::BAD_GATEWAY,
                    Some(status) => status
                        .as_u64()
                        .and_then(|status| u16::try_from(status).ok())
                        // What comes before a final answer is none.
                        .filter(|status| (200..600).contains(status))
                        .and_then(|status| StatusCode::from_u16(status).ok())
                        .ok_or_else(|| {
                            Refusal::new("status", "must be an HTTP status from 200 to 599".into())
                        })?,
                };
                Fault::Page { status, when: details.when.unwrap_or_default() }
            }
            "slow" => {
                self.faults.send_modify(|faults| faults.slow = Some(details.span.unwrap_or(SLOW)));
                return Ok(());
            }
            _ => return Err(Refusal::not_one_of("do", own.iter().copied().chain(FAULTS))),
        };
        let times = details.times.unwrap_or(1);
        self.faults.send_modify(|faults| faults.next = (times > 0).then_some((fault, times)));
        Ok(())
    }

    /// The answer to one request, which `carry_out` carries out.
    pub(crate) async fn answer(&self, carry_out: impl FnOnce() -> Response) -> Response {
        let response = match self.take() {
            None => carry_out(),
            Some(Fault::Reject { field, words }) => meta::unprocessable(&json!({ field: [words] })),
            Some(Fault::Page { status, when }) => {
                if when == When::After {
                    carry_out();
                }
                meta::page(status)
            }
        };
        let mut faults = self.faults.subscribe();
        let slow = faults.borrow_and_update().slow.unwrap_or_default();
        tokio::select! {
            () = sleep(slow) => {}
            _ = faults.wait_for(|faults| faults.slow.is_none()) => {}
        }
        response
    }

    fn take(&self) -> Option<Fault> {
        let mut taken = None;
        self.faults.send_modify(|faults| {
            taken = faults.next.take().map(|(fault, times)| {
                faults.next = (times > 1).then(|| (fault.clone(), times - 1));
                fault
            });
        });
        taken
    }
}
