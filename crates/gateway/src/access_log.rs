//! A request id for every request, one line in the log for each, and what else may be logged.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use tokio::time::Instant;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// Names a request in the logs of the gateway, of what stands before it and of the API.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A path in the log is cut here.
const LONGEST_PATH: usize = 120;

/// The path template that a request was found to mean, put on the response by whoever found it.
#[derive(Clone, Copy)]
pub(crate) struct Template(pub(crate) &'static str);

/// What of a program's events is logged when the gateway's own are wanted down to `level`.
///
/// Only they can be made more talkative: what libraries tell of their work at `debug` and `trace` includes
/// addresses, headers and frames, and with them the credentials.
pub fn log_filter(level: tracing::Level) -> Targets {
    let level = LevelFilter::from_level(level);
    Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("jetapi_gateway", level)
}

/// Gives the request its id and logs what became of it. Never logged: the query, headers and bodies.
pub(crate) async fn log(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = given_id(&request).unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
    let method = request.method().clone();
    let path: String = request.uri().path().chars().take(LONGEST_PATH).collect();
    let id_value = HeaderValue::from_str(&id).ok();
    if let Some(value) = &id_value {
        request.headers_mut().insert(X_REQUEST_ID, value.clone());
    }
    let mut response = next.run(request).await;
    if let Some(value) = id_value {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    tracing::info!(
        request_id = id,
        method = method.as_str(),
        path = response.extensions().get::<Template>().map_or(path.as_str(), |template| template.0),
        status = response.status().as_u16(),
        duration_ms = started.elapsed().as_millis() as u64,
        "request"
    );
    response
}

/// The id that a proxy before the gateway gave, where it can stand in a log line as it is.
fn given_id(request: &Request) -> Option<String> {
    let id = request.headers().get(X_REQUEST_ID)?.to_str().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    ((1..=64).contains(&id.len()) && id.bytes().all(is_plain)).then(|| id.to_owned())
}
