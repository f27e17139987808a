//! What the gateway answers by itself, in the API's own error form.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// Why the gateway answers a request itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Refusal {
    /// No endpoint of the table is meant.
    NotListed,
    /// The endpoint needs a credential that the gateway does not have.
    NoApiKey,
    /// The same, for the client's token.
    NoToken,
    /// Another site asks, or a host name that is not the gateway's.
    CrossSite(&'static str),
    /// The path names another customer than the token's.
    OtherCustomer,
    /// The call names another instance than that of the token's customer.
    OtherInstance,
    /// The request cannot be sent on as it is.
    BadRequest(&'static str),
    /// The body is longer than `max_body_bytes`.
    BodyTooLarge,
    /// No connection, or it broke.
    Unreachable,
    /// The upstream did not answer in time.
    UpstreamTimeout,
    /// The upstream's answer must not or cannot be passed on.
    BadReply(&'static str),
    /// The upstream did not accept the socket.
    SocketRefused,
    /// `max_sockets` are open.
    TooManySockets,
    /// The upstream refused the gateway's own question with this status.
    Upstream(StatusCode),
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotListed | Self::NoApiKey => StatusCode::NOT_FOUND,
            Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::CrossSite(_) | Self::OtherCustomer | Self::OtherInstance => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreachable | Self::BadReply(_) | Self::SocketRefused => StatusCode::BAD_GATEWAY,
            Self::UpstreamTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::TooManySockets => StatusCode::SERVICE_UNAVAILABLE,
            Self::Upstream(status) => *status,
        }
    }

    fn message(&self) -> &'static str {
        match self {
            Self::NotListed => "Not found",
            Self::NoApiKey => "Not found: the gateway has no API key for this endpoint",
            Self::NoToken => "Not authorized: the gateway has no token",
            Self::CrossSite(reason) | Self::BadRequest(reason) | Self::BadReply(reason) => reason,
            Self::OtherCustomer => "this is not the customer whose token the gateway holds",
            Self::OtherInstance => "this is not the instance of the customer whose token the gateway holds",
            Self::BodyTooLarge => "the request body is too large",
            Self::Unreachable => "the API cannot be reached",
            Self::UpstreamTimeout => "the API did not answer in time",
            Self::SocketRefused => "the API refused the socket",
            Self::TooManySockets => "too many sockets are open",
            Self::Upstream(_) => "the API refused the gateway's credentials or its question",
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = serde_json::json!({
            "meta": { "code": status.as_u16(), "status": "fail", "message": self.message() },
        });
        let json = HeaderValue::from_static("application/json");
        (status, [(header::CONTENT_TYPE, json)], body.to_string()).into_response()
    }
}
