//! One file per component, and what they share.

pub(crate) mod chat;
pub(crate) mod chat_access;
pub(crate) mod connect;
pub(crate) mod event;
mod login;
pub(crate) mod max;
pub(crate) mod notes;
mod options;
pub(crate) mod telegram;
pub(crate) mod telegram_bot;
pub(crate) mod whatsapp;

use jetapi::pairing::{Failure, Notice};

use crate::i18n::{Messages, Words};

/// A failure's name for programs, and its words for people.
fn explanation(messages: &'static Messages, failure: Failure) -> (&'static str, &'static Words) {
    match failure {
        Failure::Unauthorized => ("unauthorized", &messages.unauthorized),
        Failure::Forbidden => ("forbidden", &messages.forbidden),
        Failure::NoProxy => ("no-proxy", &messages.no_proxy),
        Failure::JoinRefused => ("join-refused", &messages.join_refused),
        Failure::LinkRefused => ("link-refused", &messages.link_refused),
        Failure::NoAnswer => ("no-answer", &messages.no_answer),
        Failure::BadCode => ("bad-code", &messages.bad_code),
        _ => ("rejected", &messages.rejected),
    }
}

fn notice_words(messages: &Messages, notice: Notice) -> &'static str {
    match notice {
        Notice::Offline => messages.offline,
        Notice::Reconnecting => messages.reconnecting,
    }
}
