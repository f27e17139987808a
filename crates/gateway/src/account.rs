//! What the gateway knows of its own account: whose token it holds, and whether the API answers at all.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use jetapi::endpoint::{Call, Reply, Response};
use jetapi::error::ApiError;
use jetapi::instance::Instance;
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

/// The account behind the client's token.
#[derive(Default)]
pub(crate) struct OwnAccount {
    /// A token belongs to one customer for ever.
    customer_id: Mutex<Fact>,
    /// As the customer does to one instance.
    instance_id: Mutex<Fact>,
}

/// What the API is asked for at most once at a time, and what is kept once it is known.
#[derive(Default)]
struct Fact {
    value: Option<String>,
    last: Option<(Instant, Result<(), Refusal>)>,
}

/// What it takes to ask.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) client: &'a UpstreamClient,
    pub(crate) config: &'a Config,
    pub(crate) authorization: &'a HeaderValue,
}

impl OwnAccount {
    /// The customer whose token the gateway holds.
    pub(crate) async fn customer_id(&self, asker: Asker<'_>) -> Result<String, Refusal> {
        self.customer_id.lock().await.get(ask_customer_id(asker)).await
    }

    /// The instance of that customer, asked for with the developer's key.
    pub(crate) async fn instance_id(
        &self,
        asker: Asker<'_>,
        developer_key: &HeaderValue,
    ) -> Result<String, Refusal> {
        let question = async {
            let customer_id = self.customer_id(asker).await?;
            ask_instance_id(Asker { authorization: developer_key, ..asker }, &customer_id).await
        };
        self.instance_id.lock().await.get(question).await
    }

    /// Whether the API answers to the token.
    pub(crate) async fn check(&self, asker: Asker<'_>) -> Result<(), Refusal> {
        self.customer_id.lock().await.refresh(READINESS_HOLDS, ask_customer_id(asker)).await
    }
}

impl Fact {
    async fn get(
        &mut self,
        question: impl Future<Output = Result<String, Refusal>>,
    ) -> Result<String, Refusal> {
        if let Some(value) = &self.value {
            return Ok(value.clone());
        }
        self.refresh(FAILURE_HOLDS, question).await?;
        self.value.clone().ok_or(Refusal::Unreachable)
    }

    async fn refresh(
        &mut self,
        holds: Duration,
        question: impl Future<Output = Result<String, Refusal>>,
    ) -> Result<(), Refusal> {
        if let Some((at, outcome)) = &self.last
            && at.elapsed() < holds
        {
            return outcome.clone();
        }
        let outcome = question.await.map(|value| self.value = Some(value));
        self.last = Some((Instant::now(), outcome.clone()));
        outcome
    }
}

async fn ask_customer_id(asker: Asker<'_>) -> Result<String, Refusal> {
    let account = ask(asker, &jetapi::account::account()).await?;
    account
        .map(|account| account.customer_id)
        .map_err(|_| Refusal::BadReply("the API's answer is not an account"))
}

async fn ask_instance_id(asker: Asker<'_>, customer_id: &str) -> Result<String, Refusal> {
    match ask(asker, &jetapi::instance::instance(customer_id)).await? {
        Ok(Instance { id: Some(id), .. }) => Ok(id),
        // The customer has none, so it is another that was named.
        Err(ApiError::NotFound) => Err(Refusal::OtherInstance),
        _ => Err(Refusal::BadReply("the API's answer is not an instance")),
    }
}

/// What the API answers to a question of the gateway's own.
async fn ask<R: Reply>(
    Asker { client, config, authorization }: Asker<'_>,
    call: &Call<R>,
) -> Result<Result<R, ApiError>, Refusal> {
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
    Ok(call.decode(&Response { status: status.as_u16(), body: &body }))
}
