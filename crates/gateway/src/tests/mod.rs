//! The gateway over real sockets, between a client and a stub of the vendor.
//!
//! All that every test makes the gateway log is captured, and each [`Bench`] looks through it at its end.

mod http;
mod own_instance;
mod shutdown;
mod sockets;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use ::http::{HeaderMap, Method, Request, Response, StatusCode};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request as AxumRequest;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jetapi::endpoint::{Credential, Method as ApiMethod, Reach, Spec};
use jetapi::secret::Secret;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::{Config, Gateway, ServeError, Upstream};

/// Every secret of these tests begins so, as does every query and body: none of them may be logged.
const MARK: &str = "SECRET";
const TOKEN: &str = "SECRET-client-token";
const API_KEY: &str = "SECRET-master-key";

/// A wait that fails the test in place of hanging it.
const PATIENCE: Duration = Duration::from_secs(10);

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn capture_log() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        struct Sink;
        impl std::io::Write for Sink {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                LOG.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Sink);
        tracing_subscriber::registry().with(crate::log_filter(tracing::Level::TRACE)).with(lines).init();
    });
}

fn logged() -> String {
    String::from_utf8(LOG.lock().unwrap().clone()).unwrap()
}

const fn spec(method: ApiMethod, path: &'static str, credential: Credential, reach: Reach) -> Spec {
    Spec { method, path, credential, reach }
}

/// More kinds of endpoints than the product has yet.
static ENDPOINTS: [Spec; 5] = [
    spec(ApiMethod::Get, "/api/v1/account", Credential::ClientToken, Reach::OwnAccount),
    spec(ApiMethod::Post, "/api/v1/send_file", Credential::ClientToken, Reach::OwnAccount),
    spec(
        ApiMethod::Put,
        "/api/developer_chat/conversations/notes",
        Credential::ClientToken,
        Reach::OwnAccount,
    ),
    spec(
        ApiMethod::Get,
        "/developer/v1/instances/{customer_id}",
        Credential::DeveloperKey,
        Reach::OwnCustomer,
    ),
    spec(ApiMethod::Post, "/api/tmp/instances", Credential::DeveloperKey, Reach::OwnAccount),
];

/// What the stub was asked.
#[derive(Clone, Debug)]
struct Asked {
    method: Method,
    path_and_query: String,
    headers: HeaderMap,
    body: Bytes,
}

/// A stub of the vendor that answers everything with one function and remembers what it was asked.
struct Stub {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    async fn new(answer: impl Fn(&Asked) -> Response<Body> + Clone + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        let router = Router::new().fallback(async move |request: AxumRequest| {
            let (parts, body) = request.into_parts();
            let asked = Asked {
                method: parts.method,
                path_and_query: parts.uri.to_string(),
                headers: parts.headers,
                body: body.collect().await.map(|body| body.to_bytes()).unwrap_or_default(),
            };
            let response = answer(&asked);
            seen.lock().unwrap().push(asked);
            response
        });
        Self { address: serve(router).await, asked }
    }

    /// One that answers with an account, as the vendor does.
    async fn vendor() -> Self {
        Self::new(|_| json(200, r#"{"account":{"customer_id":8143,"token":"SECRET-in-reply"}}"#)).await
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn json(status: u16, body: &str) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json; charset=utf-8")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

fn upstream(address: SocketAddr) -> Upstream {
    Upstream::parse(&format!("http://{address}")).unwrap()
}

/// A configuration with both credentials, whose whole vendor is at `address`.
fn config(address: SocketAddr) -> Config {
    Config {
        api_upstream: upstream(address),
        whatsapp_upstream: upstream(address),
        token: Some(Secret::new(TOKEN)),
        api_key: Some(Secret::new(API_KEY)),
        ..Config::default()
    }
}

/// Lets time pass with nothing under way.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// A running gateway and a client for it.
struct Bench {
    address: SocketAddr,
    client: Client<HttpConnector, Body>,
    stop: CancellationToken,
    running: JoinHandle<Result<(), ServeError>>,
}

impl Bench {
    async fn new(config: Config) -> Self {
        Self::with_table(config, &ENDPOINTS, Router::new()).await
    }

    async fn with_table(config: Config, table: &'static [Spec], beside: Router) -> Self {
        capture_log();
        let gateway = Gateway::with_table(config, table).unwrap().beside(beside);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let running = tokio::spawn(gateway.serve(listener, stop.clone().cancelled_owned()));
        Self { address, client: Client::builder(TokioExecutor::new()).build_http(), stop, running }
    }

    fn request(&self, method: &str, path_and_query: &str) -> ::http::request::Builder {
        Request::builder().method(method).uri(format!("http://{}{path_and_query}", self.address))
    }

    async fn send(&self, request: Request<Body>) -> Reply {
        let response = tokio::time::timeout(PATIENCE, self.client.request(request)).await.unwrap().unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    async fn ask(&self, method: &str, path_and_query: &str) -> Reply {
        self.send(self.request(method, path_and_query).body(Body::empty()).unwrap()).await
    }

    async fn get(&self, path_and_query: &str) -> Reply {
        self.ask("GET", path_and_query).await
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
        if !std::thread::panicking() {
            let log = logged();
            assert!(!log.contains(MARK), "a secret was logged: {log}");
        }
    }
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// Asserts an answer of the gateway's own, in the API's error form.
    #[track_caller]
    fn assert_refused(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        let meta = &self.json()["meta"];
        assert_eq!(meta["code"], status);
        assert_eq!(meta["status"], "fail");
        assert!(meta["message"].as_str().is_some_and(|message| !message.is_empty()));
        assert!(!self.text().contains(MARK), "{}", self.text());
    }
}
