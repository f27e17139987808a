//! What all requests share.

use std::sync::Arc;

use http::HeaderValue;
use jetapi::endpoint::Spec;
use jetapi::secret::Secret;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::account::OwnAccount;
use crate::config::{Config, ConfigError};
use crate::upstream::UpstreamClient;

/// A credential shorter than this is not looked for inside strings: it would be found everywhere.
const SHORTEST_SOUGHT_SECRET: usize = 8;

pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) table: &'static [Spec],
    pub(crate) client: UpstreamClient,
    pub(crate) client_token: Option<HeaderValue>,
    pub(crate) developer_key: Option<HeaderValue>,
    pub(crate) account: OwnAccount,
    pub(crate) sockets: Arc<Semaphore>,
    /// The relays that run.
    pub(crate) relays: TaskTracker,
    /// Set when the gateway shuts down.
    pub(crate) drain: CancellationToken,
}

impl State {
    pub(crate) fn new(config: Config, table: &'static [Spec]) -> Result<Self, ConfigError> {
        let client = UpstreamClient::new(config.connect_timeout)?;
        let client_token = config
            .token
            .as_ref()
            .map(|token| sensitive("token", format!("Bearer {}", token.expose())))
            .transpose()?;
        let developer_key =
            config.api_key.as_ref().map(|key| sensitive("api_key", key.expose().to_owned())).transpose()?;
        Ok(Self {
            table,
            client,
            client_token,
            developer_key,
            account: OwnAccount::default(),
            sockets: Arc::new(Semaphore::new(config.max_sockets.min(Semaphore::MAX_PERMITS))),
            relays: TaskTracker::new(),
            drain: CancellationToken::new(),
            config,
        })
    }

    /// The credentials themselves, as far as they can be looked for in a reply.
    pub(crate) fn held_secrets(&self) -> Vec<&str> {
        [&self.config.token, &self.config.api_key, &self.config.idempotency_key]
            .into_iter()
            .flatten()
            .map(Secret::expose)
            .filter(|secret| secret.len() >= SHORTEST_SOUGHT_SECRET)
            .collect()
    }
}

fn sensitive(key: &'static str, text: String) -> Result<HeaderValue, ConfigError> {
    let mut value = HeaderValue::from_str(&text)
        .map_err(|_| ConfigError::value(key, "must be visible ASCII characters, as a header takes them"))?;
    value.set_sensitive(true);
    Ok(value)
}
