//! What can go wrong with a call of the API.

use std::fmt;

use crate::endpoint::Response;
use crate::json::Value;
use crate::wire::lenient_strings;

/// Why a call has no reply. Made once, from the response or by the transport; the sentence for a person is made
/// in the component that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiError {
    /// 400: the request itself is wrong, a bad checksum for instance.
    BadRequest {
        /// The server's words, where it gave any.
        message: Option<String>,
    },
    /// 401: no or bad credentials. The proxy's to mend, not the user's.
    Unauthorized,
    /// 403: the proxy refuses this page or this caller.
    Forbidden {
        /// The proxy's words.
        message: Option<String>,
    },
    /// 404: there is no such thing, or the proxy does not forward it.
    NotFound,
    /// 409: the same request was already received.
    Duplicate,
    /// 422: what was sent does not pass the server's rules.
    Invalid {
        /// The server's words by field; `base` is the whole form.
        fields: Vec<(String, Vec<String>)>,
        /// The server's number for it, where it gave one.
        status_id: Option<i64>,
    },
    /// Any other error status, with a body in the API's own error form.
    Status {
        /// The HTTP status.
        status: u16,
        /// The server's words, where it gave any.
        message: Option<String>,
    },
    /// The body is not what this call answers with: a proxy's HTML page, say.
    Unreadable {
        /// The HTTP status it came with.
        status: u16,
    },
    /// Nothing came back: offline, name not resolved, connection refused or broken.
    Network,
    /// Nothing came back in time.
    Timeout,
}

impl ApiError {
    /// Reads an error response.
    pub fn from_response(response: &Response<'_>) -> Self {
        let status = response.status;
        // 401 and 404 say all by their status; a proxy may answer them with a page of its own.
        match status {
            401 => return Self::Unauthorized,
            404 => return Self::NotFound,
            _ => {}
        }
        let Ok(body) = Value::read(response.body) else {
            return Self::Unreadable { status };
        };
        let Some(meta) = body.get("meta") else { return Self::Unreadable { status } };
        let message = meta.get("message").and_then(Value::as_str).map(str::to_owned);
        match status {
            400 => Self::BadRequest { message },
            403 => Self::Forbidden { message },
            409 => Self::Duplicate,
            422 => Self::Invalid {
                fields: match meta.get("errors") {
                    Some(Value::Object(errors)) => {
                        errors.iter().map(|(field, words)| (field.clone(), lenient_strings(words))).collect()
                    }
                    _ => Vec::new(),
                },
                status_id: meta.get("status_id").and_then(Value::as_i64),
            },
            _ => Self::Status { status, message },
        }
    }

    /// Whether the same call may well succeed a little later, with nobody mending anything.
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Network | Self::Timeout => true,
            Self::Status { status, .. } | Self::Unreadable { status } => {
                *status >= 500 || *status == 429 || *status == 408
            }
            _ => false,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRequest { .. } => f.write_str("the request was refused (400)"),
            Self::Unauthorized => f.write_str("the credentials were refused (401)"),
            Self::Forbidden { .. } => f.write_str("the proxy refused this page (403)"),
            Self::NotFound => f.write_str("not found (404)"),
            Self::Duplicate => f.write_str("the same request was already received (409)"),
            Self::Invalid { fields, .. } => {
                f.write_str("refused by the server's rules (422):")?;
                for (field, messages) in fields {
                    write!(f, " {field}: {}", messages.join(", "))?;
                }
                Ok(())
            }
            Self::Status { status, .. } => write!(f, "the server answered with status {status}"),
            Self::Unreadable { status } => write!(f, "the answer (status {status}) is not the API's"),
            Self::Network => f.write_str("no connection"),
            Self::Timeout => f.write_str("no answer in time"),
        }
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> ApiError {
        ApiError::from_response(&Response { status, body })
    }

    #[test]
    fn each_printed_error_is_told_apart() {
        let fields = vec![("base".to_owned(), vec!["not enough money".to_owned()])];
        let cases = [
            (
                400,
                r#"{"meta":{"status":"fail","message":"Invalid checksum","code":400}}"#,
                ApiError::BadRequest { message: Some("Invalid checksum".into()) },
            ),
            (
                401,
                r#"{"meta":{"status":"fail","message":"Not authorized!","code":401}}"#,
                ApiError::Unauthorized,
            ),
            (401, "<html>login</html>", ApiError::Unauthorized),
            (
                403,
                r#"{"meta":{"status":"fail","message":"cross-site","code":403}}"#,
                ApiError::Forbidden { message: Some("cross-site".into()) },
            ),
            (404, r#"{"meta":{"code":404,"message":"Not found","status":"fail"}}"#, ApiError::NotFound),
            (
                409,
                r#"{"meta":{"status":"fail","message":"Request with current params has already been received","code":409}}"#,
                ApiError::Duplicate,
            ),
            (
                422,
                r#"{"meta":{"code":422,"errors":{"base":["not enough money"]},"message":"Unprocessable Entity","status":"fail","status_id":1}}"#,
                ApiError::Invalid { fields: fields.clone(), status_id: Some(1) },
            ),
            (
                422,
                r#"{"meta":{"code":422,"errors":{"base":["not enough money"]},"status_id":null}}"#,
                ApiError::Invalid { fields: fields.clone(), status_id: None },
            ),
            (
                422,
                r#"{"meta":{"code":422,"errors":{"base":"not enough money"}}}"#,
                ApiError::Invalid { fields, status_id: None },
            ),
            (422, r#"{"meta":{"errors":[1]}}"#, ApiError::Invalid { fields: vec![], status_id: None }),
            (500, "<h1>oops</h1>", ApiError::Unreadable { status: 500 }),
            (502, "", ApiError::Unreadable { status: 502 }),
            (503, r#"{"meta":{"message":7}}"#, ApiError::Status { status: 503, message: None }),
            (418, r#"{"other":1}"#, ApiError::Unreadable { status: 418 }),
        ];
        for (status, body, want) in cases {
            assert_eq!(read(status, body), want, "{status} {body}");
        }
    }

    #[test]
    fn only_what_mends_itself_is_passing() {
        for (error, passing) in [
            (ApiError::Network, true),
            (ApiError::Timeout, true),
            (ApiError::Status { status: 503, message: None }, true),
            (ApiError::Unreadable { status: 502 }, true),
            (ApiError::Unreadable { status: 200 }, false),
            (ApiError::Unauthorized, false),
            (ApiError::NotFound, false),
            (ApiError::Duplicate, false),
        ] {
            assert_eq!(error.is_passing(), passing, "{error}");
        }
    }
}
