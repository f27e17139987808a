//! The same-origin proxy between a CRM's pages and the Jetapi messaging API.
//!
//! A page asks under one base path of its own origin. The gateway forwards what [`jetapi::endpoint::TABLE`] lists
//! and nothing else, relays the two sockets of [`jetapi::endpoint::SocketHost`], adds the credential that each
//! wants, and takes credentials out of every reply. It can also serve the page's files.
//!
//! Architecture invariant: credentials enter by [`Config`] and leave only in requests to the upstream; no log line,
//! reply or error text holds one.

mod access_log;
mod account;
mod config;
mod forward;
mod guard;
mod own_instance;
mod redact;
mod refusal;
mod relay;
mod server;
mod state;
mod static_files;
mod upstream;

#[cfg(test)]
mod tests;

pub use access_log::log_filter;
pub use config::{Config, ConfigError, LogFormat, Setting, settings};
pub use guard::Origin;
pub use server::{Gateway, ServeError};
pub use upstream::Upstream;
