//! One HTTP request to the API and back.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use jetapi::endpoint::{Credential, Reach, Spec};
use tokio::time::{Instant, timeout_at};
use tower_http::timeout::TimeoutBody;

use crate::access_log::X_REQUEST_ID;
use crate::account::Asker;
use crate::own_instance;
use crate::redact::redact;
use crate::refusal::Refusal;
use crate::state::State;
use crate::upstream;

/// What of a browser's request the API has any use for. Cookies, credentials and what tells of the page or the
/// connection are in no list.
const REQUEST_HEADERS: [HeaderName; 12] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::RANGE,
    header::USER_AGENT,
    HeaderName::from_static("checksum"),
];

/// What of the API's reply concerns the page. Cookies, CORS and transport settings of the vendor's host would be
/// taken for the CRM's own.
const RESPONSE_HEADERS: [HeaderName; 9] = [
    header::ACCEPT_RANGES,
    header::CONTENT_DISPOSITION,
    header::CONTENT_LANGUAGE,
    header::CONTENT_RANGE,
    header::CONTENT_TYPE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
];

/// A reply is data for a script. Shown as a page of the CRM's origin it must be able to do nothing.
const REPLY_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

/// The endpoint that a request means, with the values of its path.
pub(crate) fn find<'p>(table: &'static [Spec], method: &str, path: &'p str) -> Option<(Spec, Vec<&'p str>)> {
    table.iter().find_map(|spec| spec.matches(method, path).map(|values| (*spec, values)))
}

/// Sends a request on and brings the reply back. `path` is the raw path below the base path, `values` what it has
/// for `spec`'s parameters.
pub(crate) async fn forward(
    state: &State,
    spec: Spec,
    values: &[&str],
    path: &str,
    request: axum::extract::Request,
) -> Result<Response, Refusal> {
    let config = &state.config;
    let authorization = match spec.credential {
        Credential::ClientToken => state.client_token.as_ref().ok_or(Refusal::NoToken)?,
        Credential::DeveloperKey => state.developer_key.as_ref().ok_or(Refusal::NoApiKey)?,
    };
    if declared_length(request.headers()).is_some_and(|length| length > config.max_body_bytes) {
        return Err(Refusal::BodyTooLarge);
    }
    let asker = |authorization| Asker { client: &state.client, config, authorization };
    let (parts, body) = request.into_parts();
    let body = match spec.reach {
        Reach::OwnAccount => body,
        Reach::OwnCustomer => {
            let token = state.client_token.as_ref().ok_or(Refusal::OtherCustomer)?;
            if customer_of(spec, values) != Some(state.account.customer_id(asker(token)).await?.as_str()) {
                return Err(Refusal::OtherCustomer);
            }
            body
        }
        Reach::OwnInstance => {
            let token = state.client_token.as_ref().ok_or(Refusal::OtherInstance)?;
            let body = own_instance::read_body(config, &parts.headers, body).await?;
            let named = own_instance::named(parts.uri.query(), &body)?;
            if named != state.account.instance_id(asker(token), authorization).await? {
                return Err(Refusal::OtherInstance);
            }
            Body::from(body)
        }
    };

    let uri = config
        .upstream_of(path)
        .uri(&upstream::path_and_query(path, parts.uri.query()))
        .map_err(|_| Refusal::BadRequest("the request's address cannot be sent on"))?;
    let progress = Progress::default();
    let limit = usize::try_from(config.max_body_bytes).unwrap_or(usize::MAX);
    let body = Body::new(Watched { body: Limited::new(body, limit), progress: progress.clone() });
    let mut onward = http::Request::new(body);
    *onward.method_mut() = parts.method;
    *onward.uri_mut() = uri;
    *onward.headers_mut() = pick(&parts.headers, &REQUEST_HEADERS);
    if let Some(id) = parts.headers.get(X_REQUEST_ID) {
        onward.headers_mut().insert(X_REQUEST_ID, id.clone());
    }
    onward.headers_mut().insert(header::AUTHORIZATION, authorization.clone());

    let response = progress.bound(config.response_timeout, state.client.send(onward)).await?;
    reply(state, response).await
}

/// The value of the path's `{customer_id}`.
fn customer_of<'v>(spec: Spec, values: &[&'v str]) -> Option<&'v str> {
    let index =
        spec.path.split('/').filter(|segment| segment.starts_with('{')).position(|p| p == "{customer_id}")?;
    values.get(index).copied()
}

async fn reply(state: &State, response: http::Response<Incoming>) -> Result<Response, Refusal> {
    let (parts, body) = response.into_parts();
    if parts.status.is_redirection() && parts.status != StatusCode::NOT_MODIFIED {
        return Err(Refusal::BadReply("the API answered with a redirect"));
    }
    let encoded = parts.headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    let has_body = !body.is_end_stream();
    let length = declared_length(&parts.headers);
    let body = TimeoutBody::new(state.config.response_timeout, body);

    let (body, length) = if !has_body {
        (Body::empty(), length)
    } else if encoded {
        // None was asked for, and what cannot be read cannot be redacted.
        return Err(Refusal::BadReply("the API's answer is compressed"));
    } else if is_json(&parts.headers) {
        let text = redacted(state, body).await?;
        let length = text.len() as u64;
        (Body::from(text), Some(length))
    } else {
        (Body::new(body), length)
    };

    let mut reply = Response::new(body);
    *reply.status_mut() = parts.status;
    *reply.headers_mut() = pick(&parts.headers, &RESPONSE_HEADERS);
    let headers = reply.headers_mut();
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, REPLY_POLICY);
    Ok(reply)
}

async fn redacted(state: &State, body: TimeoutBody<Incoming>) -> Result<String, Refusal> {
    let body = Limited::new(body, state.config.max_json_bytes).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Refusal::BadReply("the API's answer is too large")
        } else if error.is::<tower_http::timeout::TimeoutError>() {
            Refusal::UpstreamTimeout
        } else {
            Refusal::BadReply("the API's answer broke off")
        }
    })?;
    let bytes = body.to_bytes();
    if bytes.is_empty() {
        return Ok(String::new());
    }
    let not_json = Refusal::BadReply("the API's answer is not the JSON that it claims to be");
    let text = std::str::from_utf8(&bytes).map_err(|_| not_json.clone())?;
    redact(text, &state.held_secrets()).map_err(|_| not_json)
}

/// Whether a reply is held to be JSON. One without a type may be, so it is read as if it were.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    let Ok(value) = value.to_str() else { return true };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.ends_with("/json") || essence.ends_with("+json")
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The headers of `names`, save those that `Connection` declares to be for this hop only.
fn pick(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let is_for_this_hop = |name: &HeaderName| {
        headers
            .get_all(header::CONNECTION)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|listed| listed.trim().eq_ignore_ascii_case(name.as_str()))
    };
    let mut picked = HeaderMap::new();
    for name in names.iter().filter(|name| *name == header::CONTENT_LENGTH || !is_for_this_hop(name)) {
        for value in headers.get_all(name) {
            picked.append(name, value.clone());
        }
    }
    picked
}

/// When the request's body last moved.
///
/// A large upload over a slow line takes longer than any sensible timeout for the API's answer, so the clock
/// starts anew with each piece that is sent.
#[derive(Clone)]
struct Progress(Arc<Mutex<Instant>>);

impl Default for Progress {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }
}

impl Progress {
    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn bound<T>(
        &self,
        limit: Duration,
        exchange: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        let mut exchange = std::pin::pin!(exchange);
        loop {
            let deadline = self.last() + limit;
            match timeout_at(deadline, &mut exchange).await {
                Ok(outcome) => return outcome,
                Err(_) if self.last() + limit > deadline => {}
                Err(_) => return Err(Refusal::UpstreamTimeout),
            }
        }
    }
}

/// A body that notes each of its pieces.
struct Watched<B> {
    body: B,
    progress: Progress,
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for Watched<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.progress.note();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
