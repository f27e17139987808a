//! Routes and the listening socket.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State as FromState};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderValue, StatusCode, header};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use jetapi::endpoint::{SocketHost, Spec, TABLE};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access_log::{self, Template, X_REQUEST_ID};
use crate::account::Asker;
use crate::config::{Config, ConfigError};
use crate::forward::{find, forward};
use crate::guard;
use crate::refusal::Refusal;
use crate::relay;
use crate::state::State;
use crate::static_files;

/// The gateway, ready to serve.
pub struct Gateway {
    state: Arc<State>,
    beside: Router,
}

impl Gateway {
    /// A gateway with the settings of `config`.
    ///
    /// # Errors
    /// A setting, or two of them together, that break a rule.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        Self::with_table(config, TABLE)
    }

    pub(crate) fn with_table(config: Config, table: &'static [Spec]) -> Result<Self, ConfigError> {
        config.check()?;
        for upstream in config.upstreams().filter(|upstream| upstream.is_in_the_clear()) {
            tracing::warn!(%upstream, "credentials go to this upstream unencrypted");
        }
        Ok(Self { state: Arc::new(State::new(config, table)?), beside: Router::new() })
    }

    /// Serves `routes` on the same origin, under the same rules against cross-site requests.
    #[must_use]
    pub fn beside(mut self, routes: Router) -> Self {
        self.beside = self.beside.merge(routes);
        self
    }

    /// All that the gateway answers.
    pub fn router(&self) -> Router {
        let state = &self.state;
        let guarded = from_fn_with_state(state.clone(), refuse_cross_site);
        let base = &state.config.base_path;
        let api = Router::new()
            .route(base, axum::routing::any(api))
            .route(&format!("{base}/"), axum::routing::any(api))
            .route(&format!("{base}/{{*path}}"), axum::routing::any(api))
            .with_state(state.clone());
        let probes = Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .with_state(state.clone());
        let files = match &state.config.static_dir {
            Some(directory) => static_files::router(directory, state.config.content_security_policy.clone()),
            None => Router::new(),
        };
        api.merge(self.beside.clone())
            .layer(guarded)
            .merge(probes)
            .merge(files)
            .layer(from_fn(access_log::log))
    }

    /// Serves on `listener` until `shutdown` is done, then closes the sockets with 1012, lets the requests that
    /// are under way finish within the configured drain time, and returns.
    ///
    /// # Errors
    /// [`ServeError`] when the listener cannot be used.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        let address = listener.local_addr().map_err(ServeError::Listener)?;
        if !address.ip().to_canonical().is_loopback() {
            return Err(ServeError::NotLoopback(address));
        }
        let config = &self.state.config;
        let service = TowerToHyperService::new(self.router());
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(config.header_timeout).max_buf_size(64 * 1024);

        let connections = TaskTracker::new();
        let abandon = CancellationToken::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let stream = tokio::select! {
                () = &mut shutdown => break,
                stream = accept(&listener) => stream,
            };
            let connection = http.serve_connection(TokioIo::new(stream), service.clone()).with_upgrades();
            let drain = self.state.drain.clone();
            let abandon = abandon.clone();
            connections.spawn(async move {
                let mut connection = std::pin::pin!(connection);
                // A connection that breaks concerns its client only, and the requests on it are logged.
                let _ = tokio::select! {
                    ended = &mut connection => ended,
                    () = drain.cancelled() => {
                        connection.as_mut().graceful_shutdown();
                        tokio::select! {
                            ended = &mut connection => ended,
                            () = abandon.cancelled() => Ok(()),
                        }
                    }
                };
            });
        }

        drop(listener);
        tracing::info!("shutting down");
        self.state.drain.cancel();
        let drained = timeout(config.drain_timeout, async {
            // Connections first: the last of them may yet become a relay.
            connections.close();
            connections.wait().await;
            self.state.relays.close();
            self.state.relays.wait().await;
        })
        .await;
        if drained.is_err() {
            tracing::warn!("requests were still under way when the drain time ended");
        }
        abandon.cancel();
        Ok(())
    }
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Without it frames of a socket wait for each other's acknowledgement; it is still a connection.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                // Out of file descriptors, most likely: they come back as connections end.
                tracing::error!(%error, "accepting a connection failed");
                sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Why the gateway does not serve.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The listener has no address.
    Listener(io::Error),
    /// The listener can be reached from other machines, and there is no authentication.
    NotLoopback(SocketAddr),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listener(error) => write!(f, "the listener cannot be used: {error}"),
            Self::NotLoopback(address) => f.write_str(&crate::config::not_loopback(*address)),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listener(error) => Some(error),
            Self::NotLoopback(_) => None,
        }
    }
}

async fn refuse_cross_site(
    FromState(state): FromState<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    match guard::check(request.uri(), request.headers(), &state.config.allowed_origins) {
        Ok(()) => next.run(request).await,
        Err(refusal) => shield(refusal.into_response()),
    }
}

async fn api(FromState(state): FromState<Arc<State>>, request: Request) -> Response {
    let whole_path = request.uri().path().to_owned();
    let path = whole_path.strip_prefix(state.config.base_path.as_str()).unwrap_or_default();
    let method = request.method().clone();

    let socket = SocketHost::ALL.into_iter().find(|host| method == http::Method::GET && host.path() == path);
    let (template, outcome) = if let Some(host) = socket {
        let id = request
            .headers()
            .get(X_REQUEST_ID)
            .and_then(|id| id.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        (Some(host.path()), relay::upgrade(&state, host, &id, request).await)
    } else if let Some((spec, values)) = find(state.table, method.as_str(), path) {
        (Some(spec.path), forward(&state, spec, &values, path, request).await)
    } else {
        (None, Err(Refusal::NotListed))
    };
    let mut response = shield(outcome.unwrap_or_else(Refusal::into_response));
    if let Some(template) = template {
        response.extensions_mut().insert(Template(template));
    }
    response
}

/// What holds for all that comes from under the base path.
fn shield(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Whether the gateway can do its work, and what it lacks. An API key is not needed by every installation.
async fn ready(FromState(state): FromState<Arc<State>>) -> Response {
    let presence = |is_there: bool| if is_there { "configured" } else { "missing" };
    let account = match &state.client_token {
        Some(authorization) => {
            let asker = Asker { client: &state.client, config: &state.config, authorization };
            state.account.check(asker).await
        }
        None => Err(Refusal::NoToken),
    };
    let status = if account.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let account = match account {
        Ok(()) => "reachable",
        Err(Refusal::NoToken) => "not asked",
        Err(Refusal::Upstream(_)) => "token refused",
        Err(Refusal::UpstreamTimeout) => "no answer in time",
        Err(Refusal::BadReply(_)) => "answers unreadably",
        Err(_) => "unreachable",
    };
    let body = json!({
        "ready": status == StatusCode::OK,
        "account": account,
        "token": presence(state.config.token.is_some()),
        "api_key": presence(state.config.api_key.is_some()),
        "idempotency_key": presence(state.config.idempotency_key.is_some()),
    });
    shield((status, Json(body)).into_response())
}
