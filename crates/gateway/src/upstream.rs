//! Where requests go, and the one client that takes them there.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use axum::body::Body;
use http::uri::{Authority, InvalidUri, PathAndQuery, Scheme, Uri};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::config::ConfigError;
use crate::refusal::Refusal;

/// The base address of one of the vendor's hosts: `https://host`, with a port and a path prefix where needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    scheme: Scheme,
    authority: Authority,
    prefix: String,
}

impl Upstream {
    /// Reads a base address.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let rule = "must be http:// or https:// and a host, without user, query or fragment";
        if text.contains(['?', '#', '@']) {
            return Err(rule);
        }
        let parts = text.parse::<Uri>().map_err(|_| rule)?.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else { return Err(rule) };
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err("must be http:// or https://; the socket becomes ws or wss by itself");
        }
        let path = parts.path_and_query.as_ref().map_or("", PathAndQuery::path);
        Ok(Self { scheme, authority, prefix: path.trim_end_matches('/').to_owned() })
    }

    pub(crate) fn https(host: &'static str) -> Self {
        Self { scheme: Scheme::HTTPS, authority: Authority::from_static(host), prefix: String::new() }
    }

    /// The address of `path_and_query` below this base, byte for byte.
    pub(crate) fn uri(&self, path_and_query: &str) -> Result<Uri, http::Error> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(format!("{}{path_and_query}", self.prefix))
            .build()
    }

    /// Whether credentials travel to it in the clear over a network.
    pub(crate) fn is_in_the_clear(&self) -> bool {
        self.scheme == Scheme::HTTP && !is_loopback_name(self.authority.host())
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

/// Whether a host name can only mean this machine: `localhost` and names below it, and loopback addresses.
pub(crate) fn is_loopback_name(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// The vendor's hosts beside `api.jetapi.io` on which the reference prints some of the API.
pub(crate) const OTHER_HOSTS: [&str; 2] = ["jetapi.io", "api.chatpush.ru"];

/// The vendor's host on which the reference prints `path`, where it is not `api.jetapi.io`.
pub(crate) fn other_host(path: &str) -> Option<&'static str> {
    let [instances, chatpush] = OTHER_HOSTS;
    match path {
        "/api/tmp/instances" => Some(instances),
        "/api/v1/chatter/change_password" | "/api/developer_chat/change_password" => Some(chatpush),
        _ if path.starts_with("/api/v1/max/") => Some(chatpush),
        _ => None,
    }
}

/// The HTTP client: HTTP/1.1 over TCP or TLS, no redirects, no decompression, so that bodies pass as they are.
#[derive(Clone)]
pub(crate) struct UpstreamClient(Client<HttpsConnector<HttpConnector>, Body>);

impl UpstreamClient {
    pub(crate) fn new(connect_timeout: Duration) -> Result<Self, ConfigError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect_timeout));
        let https = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| ConfigError::Tls(error.to_string()))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(Self(
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(Duration::from_secs(30))
                .build(https),
        ))
    }

    pub(crate) async fn send(
        &self,
        request: http::Request<Body>,
    ) -> Result<http::Response<Incoming>, Refusal> {
        self.0.request(request).await.map_err(|error| refusal_of(&error))
    }
}

/// What a failed exchange means for the browser. The error's text goes to the log: it holds no address and no
/// header.
fn refusal_of(error: &ClientError) -> Refusal {
    let mut text = error.to_string();
    let mut refusal = Refusal::Unreachable;
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        if cause.is::<http_body_util::LengthLimitError>() {
            refusal = Refusal::BodyTooLarge;
        } else if cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::TimedOut)
        {
            refusal = Refusal::UpstreamTimeout;
        }
        source = cause.source();
    }
    tracing::warn!(error = text, "the upstream gave no response");
    refusal
}

/// A path and query as the browser sent them, below the vendor's host.
pub(crate) fn path_and_query(path: &str, query: Option<&str>) -> String {
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}

impl From<InvalidUri> for Refusal {
    fn from(_: InvalidUri) -> Self {
        Self::BadRequest("the request's address cannot be sent on")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_a_base_address_and_nothing_more() {
        for (text, want) in [
            ("https://api.jetapi.io", Some("https://api.jetapi.io")),
            ("https://api.jetapi.io/", Some("https://api.jetapi.io")),
            ("http://127.0.0.1:4010/whatsapp/", Some("http://127.0.0.1:4010/whatsapp")),
            ("http://[::1]:4010", Some("http://[::1]:4010")),
            ("wss://api.jetapi.io", None),
            ("api.jetapi.io", None),
            ("/api", None),
            ("", None),
            ("https://user:secret@api.jetapi.io", None),
            ("https://api.jetapi.io?token=x", None),
            ("https://api.jetapi.io#x", None),
        ] {
            assert_eq!(Upstream::parse(text).ok().map(|u| u.to_string()).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_prefix_goes_before_the_path_and_the_query_stays_byte_for_byte() {
        let upstream = Upstream::parse("http://127.0.0.1:4010/whatsapp").unwrap();
        let uri = upstream.uri("/socket/websocket?a=%41&b=[]|'{}&c").unwrap();
        assert_eq!(uri.to_string(), "http://127.0.0.1:4010/whatsapp/socket/websocket?a=%41&b=[]|'{}&c");
    }

    #[test]
    fn each_path_knows_the_host_it_is_printed_on() {
        for (path, want) in [
            ("/api/v1/account", None),
            ("/developer/v1/instances/1", None),
            ("/api/tmp/instances", Some("jetapi.io")),
            ("/api/v1/max/send_phone", Some("api.chatpush.ru")),
            ("/api/v1/chatter/change_password", Some("api.chatpush.ru")),
            ("/api/developer_chat/change_password", Some("api.chatpush.ru")),
        ] {
            assert_eq!(other_host(path), want, "{path}");
        }
    }

    #[test]
    fn loopback_names_are_told_from_names_that_only_look_like_them() {
        for (host, want) in [
            ("localhost", true),
            ("crm.localhost", true),
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("192.168.0.1", false),
            ("", false),
        ] {
            assert_eq!(is_loopback_name(host), want, "{host}");
        }
    }
}
