//! Logging in to MAX, over `POST /api/v1/max/…`.
//!
//! The API tells nothing about a session, so [`Max`] knows what it was answered since it began and no more: it begins
//! with the phone number, and lets a user who has a code already go to the next step.

use std::collections::VecDeque;
use std::sync::Arc;

use super::login::{Busy, Problem, State, Step, View};
use super::{Effect, Failure, Input, Machine, Notice, Request, Since};
use crate::endpoint::{Call, Response, Success};
use crate::error::ApiError;
use crate::json::Value;
use crate::max::{close_session, send_code, send_phone};
use crate::secret::Secret;
use crate::time::Instant;

/// The login machine.
#[derive(Debug, Default)]
pub struct Max {
    now: Instant,
    is_running: bool,
    failure: Option<Failure>,
    stage: Stage,
    phone: Option<Arc<str>>,
    sending: Option<Sending>,
    problem: Option<Problem>,
    attempt: u32,
    is_offline: bool,
    effects: VecDeque<Effect>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Phone,
    Code,
    Authorized {
        since: Instant,
    },
}

#[derive(Debug)]
struct Sending {
    attempt: u32,
    busy: Busy,
    call: Call<Success>,
}

impl Machine for Max {
    fn read<'a>(&self, _event: &str, _payload: &'a Value) -> Option<Input<'a>> {
        None
    }

    fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.now = now.max(self.now);
        match input {
            Input::Start => self.is_running = true,
            Input::Proceed => {
                if self.failure.take().is_none() && self.stage == Stage::Phone && self.sending.is_none() {
                    self.stage = Stage::Code;
                    self.problem = None;
                }
            }
            Input::Submit(typed) => self.submit(&typed),
            Input::Reset => {
                if !self.sending.as_ref().is_some_and(|sending| sending.busy == Busy::Resetting) {
                    self.send(Busy::Resetting, close_session());
                }
            }
            Input::Answer { attempt, result } => self.answered(attempt, result),
            Input::Online => self.is_offline = false,
            Input::Offline => self.is_offline = true,
            _ => {}
        }
        self.act_on_time();
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now.max(self.now);
        self.act_on_time();
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.problem.as_ref().and_then(Problem::ends).filter(|at| *at > self.now)
    }

    fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }
}

impl Max {
    /// What a person sees now.
    pub fn view(&self) -> View {
        let state = match (self.is_running, self.failure, self.stage) {
            (false, ..) => State::Idle,
            (true, Some(failure), _) => State::Failed(failure),
            (true, None, Stage::Phone) => State::Step(Step::Phone),
            (true, None, Stage::Code) => State::Step(Step::Code),
            (true, None, Stage::Authorized { since }) => State::Authorized { since: Since::Seen(since) },
        };
        View {
            state,
            phone: self.phone.clone(),
            busy: self.sending.as_ref().map(|sending| sending.busy),
            problem: self.problem.clone(),
            ended: None,
            notice: self.is_offline.then_some(Notice::Offline),
        }
    }

    fn step(&self) -> Option<Step> {
        match self.stage {
            Stage::Phone => Some(Step::Phone),
            Stage::Code => Some(Step::Code),
            Stage::Authorized { .. } => None,
        }
    }

    fn act_on_time(&mut self) {
        if self.problem.as_ref().and_then(Problem::ends).is_some_and(|at| at <= self.now) {
            self.problem = None;
        }
    }

    fn submit(&mut self, typed: &Secret) {
        // The second click of a double click, or one in another element, finds the first one under way.
        if self.sending.is_some() || matches!(self.problem, Some(Problem::Wait { .. })) {
            return;
        }
        let call = match self.stage {
            Stage::Phone => send_phone(typed.expose()),
            Stage::Code => send_code(typed),
            Stage::Authorized { .. } => return,
        };
        if self.send(Busy::Sending, call) && self.stage == Stage::Phone {
            self.phone = Some(typed.expose().into());
        }
    }

    /// Whether it is on its way.
    fn send(&mut self, busy: Busy, mut call: Call<Success>) -> bool {
        if !self.is_running || self.failure.is_some() {
            return false;
        }
        if self.is_offline {
            self.problem = Some(Problem::NotSent);
            return false;
        }
        self.problem = None;
        self.attempt = self.attempt.wrapping_add(1);
        let request = Request { method: call.method, target: call.path.clone(), body: call.body.take() };
        self.effects.push_back(Effect::Request { attempt: self.attempt, request });
        self.sending = Some(Sending { attempt: self.attempt, busy, call });
        true
    }

    fn answered(&mut self, attempt: u32, result: Result<Response<'_>, ApiError>) {
        let Some(sending) = self.sending.take_if(|sending| sending.attempt == attempt) else { return };
        match (result.and_then(|response| sending.call.decode(&response)), sending.busy) {
            (Ok(Success), Busy::Sending) => {
                self.stage = match self.stage {
                    Stage::Phone => Stage::Code,
                    _ => Stage::Authorized { since: self.now },
                };
            }
            (Ok(Success), Busy::Resetting) => self.start_over(),
            (
                Err(
                    error @ (ApiError::Unauthorized
                    | ApiError::Forbidden { .. }
                    | ApiError::NotFound
                    | ApiError::Unreadable { .. }),
                ),
                _,
            ) if !error.is_passing() => self.failure = Some(Failure::of(&error)),
            (Err(error), busy) => {
                let step = self.step().filter(|_| busy == Busy::Sending);
                let problem = Problem::of_error(self.now, step, &error);
                // It was not taken: whoever has a code has it for another number.
                if step == Some(Step::Phone) && problem != Problem::Unanswered {
                    self.phone = None;
                }
                // There is nothing left to end.
                if problem == Problem::NoSession {
                    self.start_over();
                }
                self.problem = Some(problem);
            }
        }
    }

    fn start_over(&mut self) {
        self.stage = Stage::Phone;
        self.phone = None;
    }
}
