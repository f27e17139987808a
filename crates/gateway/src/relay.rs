//! The two sockets, from the browser to the vendor and back.
//!
//! What ends one half ends the other, within [`CLOSING`]:
//!
//! | one half                               | itself                  | the other half                      |
//! |----------------------------------------|-------------------------|-------------------------------------|
//! | closes with a code and a reason        | is answered with them   | is closed with them                 |
//! | closes without a code                  | is answered so          | is closed so                        |
//! | the browser's transport dies           |                         | 1001 to the vendor                  |
//! | the vendor's transport dies            |                         | its transport is dropped too (1006) |
//! | sends more than `max_frame_bytes`      | 1009                    | 1009                                |
//! | breaks the protocol                    | 1002, or 1007 for UTF-8 | 1011                                |
//! | the gateway shuts down                 | browser: 1012           | vendor: 1001                        |
//!
//! A half is dead when nothing came from it for `socket_idle_timeout`; each is asked for a sign of life (a ping)
//! three times in that time. Pings and pongs stay on their hop. A message is read from one half only when the
//! message before it has been written out to the other, so a slow reader slows its writer and nothing piles up.

use std::pin::pin;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use http::{HeaderValue, StatusCode, header};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use jetapi::endpoint::SocketHost;
use jetapi::secret::Secret;
use tokio::io::AsyncReadExt;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::refusal::Refusal;
use crate::state::State;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// How long a peer has to take part in closing before its transport is dropped.
const CLOSING: Duration = Duration::from_millis(900);

/// How long a half that cannot be written to is listened to.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// The serializer of the Phoenix protocol that the widget speaks.
const VSN: &str = "2.0.0";

/// Answers the browser's upgrade once the vendor has accepted ours, and relays from then on.
pub(crate) async fn upgrade(
    state: &State,
    host: SocketHost,
    request_id: &str,
    mut request: Request,
) -> Result<Response, Refusal> {
    let answer = create_response_with_body(&request, Body::empty)
        .map_err(|_| Refusal::BadRequest("this address takes WebSocket upgrades only"))?;
    let token = state.config.token.as_ref().ok_or(Refusal::NoToken)?;
    let permit = state.sockets.clone().try_acquire_owned().map_err(|_| Refusal::TooManySockets)?;
    let upstream = connect(state, host, token, request.uri().query()).await?;

    let browser = hyper::upgrade::on(&mut request);
    let settings = settings(&state.config);
    let idle = state.config.socket_idle_timeout;
    let drain = state.drain.clone();
    let request_id = request_id.to_owned();
    state.relays.spawn(async move {
        let _permit = permit;
        let opened = Instant::now();
        let Ok(browser) = browser.await else { return };
        let browser = WebSocketStream::from_raw_socket(TokioIo::new(browser), Role::Server, settings).await;
        let upstream = WebSocketStream::from_raw_socket(upstream, Role::Client, settings).await;
        tracing::info!(request_id, path = host.path(), "socket open");
        let (half, end) = relay(browser, upstream, idle, drain).await;
        tracing::info!(
            request_id,
            path = host.path(),
            ended_by = half.name(),
            why = end.name(),
            code = end.code().map(u16::from),
            duration_ms = opened.elapsed().as_millis() as u64,
            "socket closed"
        );
    });
    Ok(answer)
}

fn settings(config: &Config) -> Option<WebSocketConfig> {
    Some(
        WebSocketConfig::default()
            .read_buffer_size(8 * 1024)
            .write_buffer_size(8 * 1024)
            // The message on its way out, one that was cut short by the end, and control frames.
            .max_write_buffer_size(2 * config.max_frame_bytes + 64 * 1024)
            .max_message_size(Some(config.max_frame_bytes))
            .max_frame_size(Some(config.max_frame_bytes)),
    )
}

async fn connect(
    state: &State,
    host: SocketHost,
    token: &Secret,
    query: Option<&str>,
) -> Result<TokioIo<Upgraded>, Refusal> {
    let config = &state.config;
    let base = match host {
        SocketHost::Api => &config.api_upstream,
        SocketHost::WhatsApp => &config.whatsapp_upstream,
    };
    let address = format!("{}?{}", SocketHost::UPSTREAM_PATH, upstream_query(token, query));
    let uri =
        base.uri(&address).map_err(|_| Refusal::BadRequest("the request's address cannot be sent on"))?;
    let key = generate_key();
    let mut request = http::Request::builder()
        .uri(uri)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, &key)
        .body(Body::empty())
        .map_err(|_| Refusal::SocketRefused)?;
    if let Some(origin) = &config.upstream_origin {
        let origin = HeaderValue::from_str(&origin.to_string()).map_err(|_| Refusal::SocketRefused)?;
        request.headers_mut().insert(header::ORIGIN, origin);
    }
    let handshake = async {
        let response = state.client.send(request).await.map_err(|_| Refusal::SocketRefused)?;
        let accepts = response.headers().get(header::SEC_WEBSOCKET_ACCEPT);
        if response.status() != StatusCode::SWITCHING_PROTOCOLS
            || accepts.is_none_or(|accept| accept != derive_accept_key(key.as_bytes()).as_str())
        {
            tracing::warn!(
                status = response.status().as_u16(),
                path = host.path(),
                "the upstream refused the socket"
            );
            return Err(Refusal::SocketRefused);
        }
        hyper::upgrade::on(response).await.map_err(|_| Refusal::SocketRefused)
    };
    let upgraded = timeout(config.connect_timeout + config.response_timeout, handshake).await;
    upgraded.map_err(|_| Refusal::SocketRefused)?.map(TokioIo::new)
}

/// The browser's parameters as they are, without any that the upstream could take for the gateway's, and then the
/// gateway's own.
fn upstream_query(token: &Secret, query: Option<&str>) -> String {
    let is_ours = |pair: &&str| {
        form_urlencoded::parse(pair.as_bytes()).next().is_some_and(|(name, _)| {
            let name = name.split('[').next().unwrap_or_default();
            name == "token" || name == "vsn"
        })
    };
    let mut onward = String::new();
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_ours(pair)) {
        onward.push_str(pair);
        onward.push('&');
    }
    form_urlencoded::Serializer::for_suffix(onward.clone(), onward.len())
        .append_pair("token", token.expose())
        .append_pair("vsn", VSN)
        .finish()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Browser,
    Upstream,
    /// Neither of the two.
    Gateway,
}

impl Half {
    fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Upstream => "upstream",
            Self::Gateway => "gateway",
        }
    }
}

/// Why a half has come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Closed(Option<CloseFrame>),
    Dead,
    TooBig,
    Malformed(CloseCode),
    Drain,
}

impl End {
    fn name(&self) -> &'static str {
        match self {
            Self::Closed(_) => "closed",
            Self::Dead => "dead",
            Self::TooBig => "frame too big",
            Self::Malformed(_) => "protocol error",
            Self::Drain => "shutdown",
        }
    }

    /// The code that the other half gets.
    fn code(&self) -> Option<CloseCode> {
        match self {
            Self::Closed(frame) => frame.as_ref().map(|frame| frame.code),
            Self::Dead => None,
            Self::TooBig => Some(CloseCode::Size),
            Self::Malformed(_) => Some(CloseCode::Error),
            Self::Drain => Some(CloseCode::Restart),
        }
    }
}

/// Carries messages both ways until one half ends, then ends the other.
async fn relay(browser: Socket, upstream: Socket, idle: Duration, drain: CancellationToken) -> (Half, End) {
    let (mut to_browser, mut from_browser) = browser.split();
    let (mut to_upstream, mut from_upstream) = upstream.split();
    let (half, end) = {
        let mut up = pin!(pump(&mut from_browser, &mut to_upstream, idle));
        let mut down = pin!(pump(&mut from_upstream, &mut to_browser, idle));
        tokio::select! {
            () = drain.cancelled() => (Half::Gateway, End::Drain),
            ended = &mut up => match ended {
                Ended::Source(end) => (Half::Browser, end),
                Ended::Target => (Half::Upstream, last_words(down).await),
            },
            ended = &mut down => match ended {
                Ended::Source(end) => (Half::Upstream, end),
                Ended::Target => (Half::Browser, last_words(up).await),
            },
        }
    };
    // The halves of one split always fit together again.
    let (Ok(browser), Ok(upstream)) = (from_browser.reunite(to_browser), from_upstream.reunite(to_upstream))
    else {
        return (half, end);
    };
    match (half, &end) {
        (Half::Browser, End::Dead) => close(upstream, frame(CloseCode::Away)).await,
        (Half::Upstream, End::Dead) => drop((browser, upstream)),
        (Half::Browser, End::Closed(frame)) => {
            both(acknowledge(browser), close(upstream, frame.clone())).await
        }
        (Half::Upstream, End::Closed(frame)) => {
            both(acknowledge(upstream), close(browser, frame.clone())).await
        }
        (Half::Browser, End::TooBig) => {
            both(fail(browser, CloseCode::Size), close(upstream, frame(CloseCode::Size))).await;
        }
        (Half::Upstream, End::TooBig) => {
            both(fail(upstream, CloseCode::Size), close(browser, frame(CloseCode::Size))).await;
        }
        (Half::Browser, End::Malformed(code)) => {
            both(fail(browser, *code), close(upstream, frame(CloseCode::Error))).await;
        }
        (Half::Upstream, End::Malformed(code)) => {
            both(fail(upstream, *code), close(browser, frame(CloseCode::Error))).await;
        }
        (Half::Gateway, _) | (_, End::Drain) => {
            both(close(browser, frame(CloseCode::Restart)), close(upstream, frame(CloseCode::Away))).await;
        }
    }
    (half, end)
}

/// What a half that takes no more still has to say: its close frame may lie before the error that writing met.
async fn last_words(pump: impl Future<Output = Ended>) -> End {
    match timeout(LAST_WORDS, pump).await {
        Ok(Ended::Source(end)) => end,
        Ok(Ended::Target) | Err(_) => End::Dead,
    }
}

async fn both(first: impl Future<Output = ()>, second: impl Future<Output = ()>) {
    tokio::join!(first, second);
}

fn frame(code: CloseCode) -> Option<CloseFrame> {
    Some(CloseFrame { code, reason: "".into() })
}

enum Ended {
    Source(End),
    Target,
}

/// Carries messages one way, one at a time.
async fn pump(from: &mut SplitStream<Socket>, to: &mut SplitSink<Socket, Message>, idle: Duration) -> Ended {
    let every = idle / 3;
    let mut ping = interval_at(Instant::now() + every, every);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        let message = tokio::select! {
            biased;
            message = from.next() => message,
            _ = ping.tick() => {
                match timeout(idle, to.send(Message::Ping(Bytes::new()))).await {
                    Ok(Ok(())) => continue,
                    _ => return Ended::Target,
                }
            }
            () = sleep_until(heard + idle) => return Ended::Source(End::Dead),
        };
        match message {
            Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                match timeout(idle, to.send(message)).await {
                    Ok(Ok(())) => {}
                    _ => return Ended::Target,
                }
            }
            Some(Ok(Message::Close(frame))) => return Ended::Source(End::Closed(frame)),
            Some(Ok(_)) => {}
            Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => {
                return Ended::Source(End::TooBig);
            }
            Some(Err(Error::Utf8(_))) => return Ended::Source(End::Malformed(CloseCode::Invalid)),
            Some(Err(Error::Protocol(error))) if !is_loss(&error) => {
                return Ended::Source(End::Malformed(CloseCode::Protocol));
            }
            Some(Err(_)) | None => return Ended::Source(End::Dead),
        }
        // Not before the message is written: while the target was slow, nobody listened to the source.
        heard = Instant::now();
    }
}

fn is_loss(error: &tokio_tungstenite::tungstenite::error::ProtocolError) -> bool {
    use tokio_tungstenite::tungstenite::error::ProtocolError;
    matches!(error, ProtocolError::ResetWithoutClosingHandshake)
}

/// Answers a close that came in: the answer is already queued and goes out by reading on.
async fn acknowledge(mut socket: Socket) {
    let _ = timeout(CLOSING, async { while let Some(Ok(_)) = socket.next().await {} }).await;
}

/// Closes a sound half and waits for its answer.
async fn close(mut socket: Socket, frame: Option<CloseFrame>) {
    let _ = timeout(CLOSING, async {
        if socket.send(Message::Close(frame)).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    })
    .await;
}

/// Closes a half whose frames cannot be read any more. What is still on its way is thrown away unread, as closing
/// a TCP connection with unread data resets it, and the close frame would be lost with it.
async fn fail(mut socket: Socket, code: CloseCode) {
    let _ = timeout(CLOSING, async {
        if socket.send(Message::Close(frame(code))).await.is_ok() {
            let mut scrap = vec![0; 16 * 1024];
            while socket.get_mut().read(&mut scrap).await.is_ok_and(|read| read > 0) {}
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_cannot_choose_token_or_version() {
        let token = Secret::new("a+b/c d");
        for (query, want) in [
            (None, "token=a%2Bb%2Fc+d&vsn=2.0.0"),
            (Some(""), "token=a%2Bb%2Fc+d&vsn=2.0.0"),
            (Some("vsn=1.0.0"), "token=a%2Bb%2Fc+d&vsn=2.0.0"),
            (Some("token=x&vsn=2.0.0&a=%41&b"), "a=%41&b&token=a%2Bb%2Fc+d&vsn=2.0.0"),
            (Some("tok%65n=x&token[]=y&token[z]=1&v%73n=3"), "token=a%2Bb%2Fc+d&vsn=2.0.0"),
            (Some("&&tokens=1"), "tokens=1&token=a%2Bb%2Fc+d&vsn=2.0.0"),
        ] {
            assert_eq!(upstream_query(&token, query), want, "{query:?}");
        }
    }
}
