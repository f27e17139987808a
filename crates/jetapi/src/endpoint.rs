//! Endpoints as values.
//!
//! An [`Endpoint`] says everything about one call of the vendor's API; a [`Call`] is an endpoint with its
//! parameters filled in. Whoever has a transport executes it and hands the [`Response`] back to
//! [`Call::decode`]. [`TABLE`] lists every endpoint there is: the proxy forwards these and nothing else.

use std::marker::PhantomData;

use crate::error::ApiError;
use crate::json::Value;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or sends.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Which of the vendor's two credentials an endpoint wants. Only the proxy holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// `Authorization: Bearer {token}`, the client's token.
    ClientToken,
    /// `Authorization: {api_key}`, the developer's master key, with no scheme.
    DeveloperKey,
}

/// How far a page may reach with an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The credential itself limits the call to its own account.
    OwnAccount,
    /// The credential could read every customer's data: the proxy lets the call through only where the
    /// `{customer_id}` of the path is the customer whose token it holds.
    OwnCustomer,
}

/// One endpoint of the vendor's API, without its reply type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spec {
    /// The method.
    pub method: Method,
    /// The path below the API's host; a segment in braces is a parameter.
    pub path: &'static str,
    /// The credential that the proxy adds.
    pub credential: Credential,
    /// How far a page may reach with it.
    pub reach: Reach,
}

impl Spec {
    /// Whether this endpoint is the one asked for; the values of the path's parameters in order.
    ///
    /// `path` is compared as it came, not percent-decoded, so that nothing can be smuggled past the table:
    /// a parameter takes 1 to 64 letters, digits, `-` and `_` and nothing else.
    pub fn matches<'p>(&self, method: &str, path: &'p str) -> Option<Vec<&'p str>> {
        if method != self.method.as_str() {
            return None;
        }
        let mut values = Vec::new();
        let mut given = path.split('/');
        for wanted in self.path.split('/') {
            let segment = given.next()?;
            if wanted.starts_with('{') {
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
                if segment.is_empty() || segment.len() > 64 || !segment.bytes().all(plain) {
                    return None;
                }
                values.push(segment);
            } else if wanted != segment {
                return None;
            }
        }
        given.next().is_none().then_some(values)
    }
}

/// What an endpoint answers with. Read leniently: a field of an unexpected type costs that field and no more.
pub trait Reply: Sized {
    /// Reads the body of a 2xx; `None` where it is not this reply.
    fn read(body: &Value) -> Option<Self>;
}

/// An endpoint with the type of its reply.
#[derive(Debug)]
pub struct Endpoint<R> {
    /// What the proxy needs to know of it.
    pub spec: Spec,
    reply: PhantomData<fn() -> R>,
}

impl<R> Endpoint<R> {
    pub(crate) const fn new(
        method: Method,
        path: &'static str,
        credential: Credential,
        reach: Reach,
    ) -> Self {
        Self { spec: Spec { method, path, credential, reach }, reply: PhantomData }
    }

    /// This endpoint with `parameters` for the braces of its path, in order.
    pub(crate) fn call(&self, parameters: &[&str]) -> Call<R> {
        let mut parameters = parameters.iter();
        let mut path = String::with_capacity(self.spec.path.len() + 16);
        for segment in self.spec.path.split('/').skip(1) {
            path.push('/');
            if segment.starts_with('{') {
                path.push_str(parameters.next().copied().unwrap_or_default());
            } else {
                path.push_str(segment);
            }
        }
        Call { method: self.spec.method, path, reply: PhantomData }
    }
}

/// A request ready to be sent: what the transport needs, and how its response is read.
#[derive(Debug)]
pub struct Call<R> {
    /// The method.
    pub method: Method,
    /// The path below the proxy's base path, parameters filled in.
    pub path: String,
    reply: PhantomData<fn() -> R>,
}

impl<R: Reply> Call<R> {
    /// Reads the response to this call.
    ///
    /// # Errors
    /// [`ApiError`] as the status and the API's error body say; a 2xx that is not this call's reply is
    /// [`ApiError::Unreadable`].
    pub fn decode(&self, response: &Response<'_>) -> Result<R, ApiError> {
        if !(200..300).contains(&response.status) {
            return Err(ApiError::from_response(response));
        }
        let reply = Value::read(response.body).ok().and_then(|body| R::read(&body));
        reply.ok_or(ApiError::Unreadable { status: response.status })
    }
}

/// What came back over HTTP.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The body, as text.
    pub body: &'a str,
}

/// Every endpoint of the API that the widget uses, and the proxy's allow list.
pub const TABLE: &[Spec] = &[crate::account::ACCOUNT.spec, crate::instance::INSTANCE.spec];

/// A socket that the proxy relays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SocketHost {
    /// `api.jetapi.io`: the personal Telegram login.
    Api,
    /// `msg-farmer.jetapi.io`: the WhatsApp pairing.
    WhatsApp,
}

impl SocketHost {
    /// Both sockets.
    pub const ALL: [Self; 2] = [Self::Api, Self::WhatsApp];

    /// The socket's path below the proxy's base path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Api => "/socket/websocket",
            Self::WhatsApp => "/whatsapp/socket/websocket",
        }
    }

    /// The path on the vendor's own host, the same for both.
    pub const UPSTREAM_PATH: &'static str = "/socket/websocket";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_path_matches() {
        let spec = crate::instance::INSTANCE.spec;
        let cases: &[(&str, &str, Option<&[&str]>)] = &[
            ("GET", "/developer/v1/instances/8143", Some(&["8143"])),
            ("GET", "/developer/v1/instances/a-b_9", Some(&["a-b_9"])),
            ("get", "/developer/v1/instances/8143", None),
            ("DELETE", "/developer/v1/instances/8143", None),
            ("GET", "/developer/v1/instances", None),
            ("GET", "/developer/v1/instances/", None),
            ("GET", "/developer/v1/instances/8143/", None),
            ("GET", "/developer/v1/instances/8143/delete_container_session", None),
            ("GET", "/developer/v1/instances/..", None),
            ("GET", "/developer/v1/instances/%2e%2e", None),
            ("GET", "/developer/v1/instances/8143%2Fx", None),
            ("GET", "/developer/v1/instances/81 43", None),
            ("GET", "//developer/v1/instances/8143", None),
            ("GET", "developer/v1/instances/8143", None),
            ("GET", "", None),
        ];
        for (method, path, want) in cases {
            assert_eq!(spec.matches(method, path).as_deref(), *want, "{method} {path}");
        }
        let long = format!("/developer/v1/instances/{}", "1".repeat(65));
        assert_eq!(spec.matches("GET", &long), None);
    }

    #[test]
    fn the_table_has_no_two_entries_for_one_request() {
        for (index, spec) in TABLE.iter().enumerate() {
            for other in &TABLE[index + 1..] {
                assert!((spec.method, spec.path) != (other.method, other.path), "{} twice", spec.path);
            }
        }
    }

    #[test]
    fn a_call_fills_its_path() {
        assert_eq!(crate::instance::instance("8143").path, "/developer/v1/instances/8143");
        assert_eq!(crate::account::account().path, "/api/v1/account");
    }
}
