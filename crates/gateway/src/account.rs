//! What the gateway knows of its own account: whose token it holds, and whether the API answers at all.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use jetapi::endpoint::Response;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::config::Config;
use crate::refusal::Refusal;
use crate::upstream::UpstreamClient;

/// A failure is not asked after again for so long, so that a page that tries again and again does not hammer the
/// API through the gateway.
const FAILURE_HOLDS: Duration = Duration::from_secs(1);

/// `/readyz` asks the API at most this often.
const READINESS_HOLDS: Duration = Duration::from_secs(5);

/// The account behind the client's token, asked for at most once at a time.
#[derive(Default)]
pub(crate) struct OwnAccount {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// A token belongs to one customer for ever, so this is kept once it is known.
    customer_id: Option<String>,
    last: Option<(Instant, Result<(), Refusal>)>,
}

/// What it takes to ask.
pub(crate) struct Asker<'a> {
    pub(crate) client: &'a UpstreamClient,
    pub(crate) config: &'a Config,
    pub(crate) authorization: &'a HeaderValue,
}

impl OwnAccount {
    /// The customer whose token the gateway holds.
    pub(crate) async fn customer_id(&self, asker: Asker<'_>) -> Result<String, Refusal> {
        let mut state = self.state.lock().await;
        if let Some(customer_id) = &state.customer_id {
            return Ok(customer_id.clone());
        }
        state.refresh(FAILURE_HOLDS, asker).await?;
        state.customer_id.clone().ok_or(Refusal::Unreachable)
    }

    /// Whether the API answers to the token.
    pub(crate) async fn check(&self, asker: Asker<'_>) -> Result<(), Refusal> {
        self.state.lock().await.refresh(READINESS_HOLDS, asker).await
    }
}

impl State {
    async fn refresh(&mut self, holds: Duration, asker: Asker<'_>) -> Result<(), Refusal> {
        if let Some((at, outcome)) = &self.last
            && at.elapsed() < holds
        {
            return outcome.clone();
        }
        let outcome = match ask(asker).await {
            Ok(customer_id) => {
                self.customer_id = Some(customer_id);
                Ok(())
            }
            Err(refusal) => Err(refusal),
        };
        self.last = Some((Instant::now(), outcome.clone()));
        outcome
    }
}

async fn ask(Asker { client, config, authorization }: Asker<'_>) -> Result<String, Refusal> {
    let call = jetapi::account::account();
    let uri = config.api_upstream.uri(&call.path).map_err(|_| Refusal::Unreachable)?;
    let mut request = Request::builder()
        .method(Method::GET)
        .uri(uri)
        .header(header::ACCEPT, "application/json")
        .body(Body::empty())
        .map_err(|_| Refusal::Unreachable)?;
    request.headers_mut().insert(header::AUTHORIZATION, authorization.clone());
    let exchange = async {
        let response = client.send(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), config.max_json_bytes)
            .collect()
            .await
            .map_err(|_| Refusal::BadReply("the API's answer broke off or is too large"))?;
        Ok::<_, Refusal>((status, body.to_bytes()))
    };
    let (status, body) =
        timeout(config.response_timeout, exchange).await.map_err(|_| Refusal::UpstreamTimeout)??;
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Err(Refusal::Upstream(status));
    }
    let body = String::from_utf8_lossy(&body);
    call.decode(&Response { status: status.as_u16(), body: &body })
        .map(|account| account.customer_id)
        .map_err(|_| Refusal::BadReply("the API's answer is not an account"))
}
