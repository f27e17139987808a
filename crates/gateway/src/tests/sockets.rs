//! The relay.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::*;

const WHATSAPP: &str = "/jetapi/whatsapp/socket/websocket";

type Peer = WebSocketStream<TcpStream>;

/// The vendor's side, one connection at a time and byte by byte.
struct Vendor(TcpListener);

impl Vendor {
    async fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    /// The next upgrade's head, not answered yet.
    async fn head(&self) -> (TcpStream, String) {
        let (mut stream, _) = timeout(PATIENCE, self.0.accept()).await.unwrap().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        (stream, String::from_utf8(head).unwrap())
    }

    async fn accept(&self) -> (Peer, String) {
        let (mut stream, head) = self.head().await;
        let key = head.lines().find_map(|line| line.strip_prefix("sec-websocket-key: ")).unwrap();
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: {}\r\n\r\n",
            derive_accept_key(key.as_bytes())
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        (WebSocketStream::from_raw_socket(stream, Role::Server, None).await, head)
    }
}

impl Bench {
    async fn upgrade(&self, path: &str, headers: &[(&'static str, String)]) -> Result<Peer, Error> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(self.address).await.unwrap();
        client_async(request, stream).await.map(|(peer, _)| peer)
    }

    /// A socket of a page of the gateway's own origin.
    async fn browser(&self) -> Peer {
        let origin = format!("http://{}", self.address);
        let headers =
            [("origin", origin), ("sec-fetch-site", "same-origin".into()), ("cookie", "SECRET".into())];
        self.upgrade(&format!("{WHATSAPP}?vsn=2.0.0"), &headers).await.unwrap()
    }
}

async fn pair(config: impl FnOnce(&mut Config)) -> (Bench, Peer, Peer) {
    let vendor = Vendor::new().await;
    let mut with = super::config(vendor.address());
    config(&mut with);
    let bench = Bench::new(with).await;
    let (browser, (upstream, _)) = tokio::join!(bench.browser(), vendor.accept());
    (bench, browser, upstream)
}

/// How a peer's connection ended.
#[derive(Debug, PartialEq)]
enum Ending {
    Frame(u16, String),
    NoCode,
    /// The transport went away without a close frame: 1006 in a browser.
    Lost,
}

/// Reads on until the end, which has to come within a second.
async fn ending(peer: &mut Peer) -> Ending {
    ending_within(peer, Duration::from_secs(1)).await
}

async fn ending_within(peer: &mut Peer, limit: Duration) -> Ending {
    timeout(limit, async {
        loop {
            match peer.next().await {
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Ending::Frame(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Close(None))) => return Ending::NoCode,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ending::Lost,
            }
        }
    })
    .await
    .expect("the end in time")
}

fn close_frame(code: u16, reason: &'static str) -> CloseFrame {
    CloseFrame { code: CloseCode::from(code), reason: reason.into() }
}

async fn next(peer: &mut Peer) -> Message {
    timeout(PATIENCE, peer.next()).await.unwrap().unwrap().unwrap()
}

/// Sends an upgrade and reads the answer that is not 101.
async fn refusal(bench: &Bench, path: &str, headers: &[(&'static str, String)]) -> Reply {
    match timeout(PATIENCE, bench.upgrade(path, headers)).await.unwrap() {
        Err(Error::Http(response)) => {
            let (parts, body) = response.into_parts();
            Reply { status: parts.status, headers: parts.headers, body: body.unwrap_or_default().into() }
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn both_sockets_are_relayed_with_the_gateways_token_version_and_origin() {
    for (path, prefix) in [(WHATSAPP, "/whatsapp"), ("/jetapi/socket/websocket", "")] {
        let vendor = Vendor::new().await;
        let mut config = config(vendor.address());
        config.token = Some(Secret::new("SECRET-a+b/c"));
        config.upstream_origin = Some(crate::Origin::parse("https://crm.example").unwrap());
        config.whatsapp_upstream = Upstream::parse(&format!("http://{}/whatsapp", vendor.address())).unwrap();
        let bench = Bench::new(config).await;
        let path = format!("{path}?token=SECRET-mine&vsn=1.0.0&locale=ru");
        let headers = [("cookie", "SECRET".into()), ("authorization", "SECRET".into())];
        let (browser, (mut upstream, head)) = tokio::join!(bench.upgrade(&path, &headers), vendor.accept());
        let mut browser = browser.unwrap();
        assert!(
            head.starts_with(&format!(
                "GET {prefix}/socket/websocket?locale=ru&token=SECRET-a%2Bb%2Fc&vsn=2.0.0 HTTP/1.1\r\n"
            )),
            "{head}"
        );
        let lower = head.to_lowercase();
        assert!(lower.contains("\r\norigin: https://crm.example\r\n"), "{head}");
        assert!(lower.contains(&format!("\r\nhost: {}\r\n", vendor.address())), "{head}");
        for gone in ["cookie", "authorization", "secret-mine"] {
            assert!(!lower.contains(gone), "{head}");
        }
        for message in
            [Message::text("[\"1\",\"1\",\"room\",\"phx_join\",{}]"), Message::binary(vec![0, 255, 1])]
        {
            browser.send(message.clone()).await.unwrap();
            assert_eq!(next(&mut upstream).await, message);
            upstream.send(message.clone()).await.unwrap();
            assert_eq!(next(&mut browser).await, message);
        }
    }
}

#[tokio::test]
async fn the_browser_is_answered_only_after_the_upstream_has_accepted() {
    let vendor = Vendor::new().await;
    let bench = Bench::new(config(vendor.address())).await;
    let mut browser = std::pin::pin!(bench.browser());
    let (stream, _head) = tokio::select! {
        _ = &mut browser => panic!("answered before the upstream"),
        accepted = vendor.head() => accepted,
    };
    tokio::select! {
        biased;
        _ = &mut browser => panic!("answered before the upstream"),
        () = tokio::task::yield_now() => {}
    }
    drop(stream);
}

#[tokio::test]
async fn an_upstream_that_refuses_is_502() {
    for answer in [
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 6\r\n\r\nSECRET",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: bad\r\n\r\n",
        "HTTP/1.1 302 Found\r\nlocation: /?token=SECRET\r\ncontent-length: 0\r\n\r\n",
        "nonsense\r\n\r\n",
        "",
    ] {
        let vendor = Vendor::new().await;
        let bench = Bench::new(config(vendor.address())).await;
        let (reply, ()) = tokio::join!(refusal(&bench, WHATSAPP, &[]), async {
            let (mut stream, _) = vendor.head().await;
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        reply.assert_refused(502);
    }
    // No connection at all, and no answer.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    refusal(&Bench::new(config(free)).await, WHATSAPP, &[]).await.assert_refused(502);
    let vendor = Vendor::new().await;
    let mut silent = config(vendor.address());
    (silent.connect_timeout, silent.response_timeout) =
        (Duration::from_millis(50), Duration::from_millis(50));
    refusal(&Bench::new(silent).await, WHATSAPP, &[]).await.assert_refused(502);
}

#[tokio::test]
async fn what_may_not_be_upgraded_never_reaches_the_upstream() {
    let stub = Stub::vendor().await;
    let mut no_token = config(stub.address);
    no_token.token = None;
    refusal(&Bench::new(no_token).await, WHATSAPP, &[]).await.assert_refused(401);

    let bench = Bench::new(config(stub.address)).await;
    let elsewhere = [("origin", "https://evil.example".to_owned())];
    refusal(&bench, WHATSAPP, &elsewhere).await.assert_refused(403);
    refusal(&bench, WHATSAPP, &[("sec-fetch-site", "cross-site".into())]).await.assert_refused(403);
    refusal(&bench, WHATSAPP, &[("host", "evil.example".into())]).await.assert_refused(403);
    refusal(&bench, "/jetapi/other/websocket", &[]).await.assert_refused(404);
    bench.get(WHATSAPP).await.assert_refused(400);
    bench.ask("POST", WHATSAPP).await.assert_refused(404);
    assert_eq!(stub.asked().len(), 0);
}

#[tokio::test]
async fn close_codes_and_reasons_pass_both_ways() {
    for (code, reason) in [
        (1000, ""),
        (1000, "bye"),
        (1001, "going"),
        (1008, "policy"),
        (1011, ""),
        (1012, "deploy"),
        (4000, "a"),
        (4999, "я"),
    ] {
        for from_browser in [true, false] {
            let (_bench, browser, upstream) = pair(|_| ()).await;
            let (mut closer, mut other) =
                if from_browser { (browser, upstream) } else { (upstream, browser) };
            closer.send(Message::Close(Some(close_frame(code, reason)))).await.unwrap();
            let want = Ending::Frame(code, reason.into());
            let (answer, passed) = tokio::join!(ending(&mut closer), ending(&mut other));
            assert_eq!(passed, want, "{code} {reason} from_browser={from_browser}");
            assert_eq!(answer, want, "{code} {reason} from_browser={from_browser}: its own answer");
        }
    }
    for from_browser in [true, false] {
        let (_bench, browser, upstream) = pair(|_| ()).await;
        let (mut closer, mut other) = if from_browser { (browser, upstream) } else { (upstream, browser) };
        closer.send(Message::Close(None)).await.unwrap();
        assert_eq!(ending(&mut other).await, Ending::NoCode);
    }
}

#[tokio::test]
async fn messages_before_a_close_arrive_before_it() {
    let (_bench, mut browser, mut upstream) = pair(|_| ()).await;
    for index in 0..100 {
        upstream.feed(Message::text(index.to_string())).await.unwrap();
    }
    upstream.send(Message::Close(Some(close_frame(4001, "")))).await.unwrap();
    drop(upstream);
    for index in 0..100 {
        assert_eq!(next(&mut browser).await, Message::text(index.to_string()));
    }
    assert_eq!(ending(&mut browser).await, Ending::Frame(4001, String::new()));
}

#[tokio::test]
async fn a_close_frame_is_found_behind_a_connection_that_takes_no_more() {
    for _ in 0..40 {
        let (_bench, mut browser, mut upstream) = pair(|_| ()).await;
        for _ in 0..200 {
            browser.feed(Message::text("x")).await.unwrap();
        }
        upstream.send(Message::Close(Some(close_frame(4003, "")))).await.unwrap();
        drop(upstream);
        let _ = browser.flush().await;
        assert_eq!(ending(&mut browser).await, Ending::Frame(4003, String::new()));
    }
}

#[tokio::test]
async fn a_half_that_dies_takes_the_other_with_it() {
    let (_bench, browser, mut upstream) = pair(|_| ()).await;
    drop(browser);
    assert_eq!(ending(&mut upstream).await, Ending::Frame(1001, String::new()));

    let (_bench, mut browser, upstream) = pair(|_| ()).await;
    drop(upstream);
    assert_eq!(ending(&mut browser).await, Ending::Lost);
}

#[tokio::test]
async fn a_half_that_is_silent_is_held_to_be_dead() {
    // The one peer is not read from, so no ping is answered. The other one answers while it is waited for.
    let idle = |config: &mut Config| config.socket_idle_timeout = Duration::from_millis(200);
    let (_bench, _browser, mut upstream) = pair(idle).await;
    assert_eq!(ending_within(&mut upstream, PATIENCE).await, Ending::Frame(1001, String::new()));

    let (_bench, mut browser, _upstream) = pair(idle).await;
    assert_eq!(ending_within(&mut browser, PATIENCE).await, Ending::Lost);
}

#[tokio::test]
async fn pings_stay_on_their_hop_and_keep_a_quiet_socket_open() {
    let (_bench, mut browser, mut upstream) =
        pair(|config| config.socket_idle_timeout = Duration::from_millis(900)).await;
    upstream.send(Message::Ping("from upstream".into())).await.unwrap();
    let mut answered = false;
    // Twice as long as a silent peer would be let live.
    let mut pings = 0;
    while pings < 6 {
        tokio::select! {
            message = browser.next() => {
                let message = message.unwrap().unwrap();
                assert!(matches!(&message, Message::Ping(payload) if payload.is_empty()), "{message:?}");
                pings += 1;
            }
            message = upstream.next() => match message.unwrap().unwrap() {
                Message::Ping(payload) => assert!(payload.is_empty()),
                Message::Pong(payload) => answered |= payload == "from upstream",
                other => panic!("{other:?}"),
            },
        }
    }
    assert!(answered);
    browser.send(Message::text("still open")).await.unwrap();
    loop {
        match next(&mut upstream).await {
            Message::Ping(_) => {}
            message => break assert_eq!(message, Message::text("still open")),
        }
    }
}

#[tokio::test]
async fn a_message_over_the_limit_closes_both_halves_with_1009() {
    let limit = |config: &mut Config| config.max_frame_bytes = 1000;
    for from_browser in [true, false] {
        let (_bench, browser, upstream) = pair(limit).await;
        let (mut sender, mut other) = if from_browser { (browser, upstream) } else { (upstream, browser) };
        sender.send(Message::text("x".repeat(1000))).await.unwrap();
        assert_eq!(next(&mut other).await.len(), 1000);
        // Much of it is on its way when the limit is met, and it must not cost the sender the close frame.
        let flood = sender.send(Message::text("x".repeat(24 << 20)));
        let (flooded, other_ending) = tokio::join!(timeout(PATIENCE, flood), ending(&mut other));
        assert!(flooded.unwrap().is_ok(), "its connection is not reset, from_browser={from_browser}");
        assert_eq!(other_ending, Ending::Frame(1009, String::new()), "from_browser={from_browser}");
        assert_eq!(
            ending(&mut sender).await,
            Ending::Frame(1009, String::new()),
            "from_browser={from_browser}"
        );
    }
    // In pieces it is one message all the same.
    let (_bench, mut browser, mut upstream) = pair(limit).await;
    for (index, kind) in [Data::Text, Data::Continue, Data::Continue].into_iter().enumerate() {
        let piece = Frame::message(vec![b'x'; 600], OpCode::Data(kind), index == 2);
        let _ = browser.send(Message::Frame(piece)).await;
    }
    assert_eq!(ending(&mut browser).await, Ending::Frame(1009, String::new()));
    assert_eq!(ending(&mut upstream).await, Ending::Frame(1009, String::new()));
}

#[tokio::test]
async fn a_half_that_breaks_the_protocol_is_told_so() {
    let broken: [(Frame, u16); 2] = [
        (Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true), 1007),
        (Frame::message(vec![b'x'], OpCode::Data(Data::Continue), true), 1002),
    ];
    for (frame, code) in broken {
        for from_browser in [true, false] {
            let (_bench, browser, upstream) = pair(|_| ()).await;
            let (mut sender, mut other) =
                if from_browser { (browser, upstream) } else { (upstream, browser) };
            sender.send(Message::Frame(frame.clone())).await.unwrap();
            assert_eq!(ending(&mut sender).await, Ending::Frame(code, String::new()));
            assert_eq!(ending(&mut other).await, Ending::Frame(1011, String::new()));
        }
    }
}

#[tokio::test]
async fn a_slow_reader_slows_the_sender_down() {
    const MESSAGE: u64 = 256 * 1024;
    const TOTAL: u64 = 48 << 20;
    for from_browser in [true, false] {
        let (_bench, browser, upstream) = pair(|_| ()).await;
        let (mut sender, mut reader) = if from_browser { (browser, upstream) } else { (upstream, browser) };
        let sent = Arc::new(AtomicU64::new(0));
        let sending = tokio::spawn({
            let sent = sent.clone();
            async move {
                let message = Message::binary(vec![7; MESSAGE as usize]);
                while sent.load(SeqCst) < TOTAL {
                    sender.send(message.clone()).await.unwrap();
                    sent.fetch_add(MESSAGE, SeqCst);
                }
                sender
            }
        });
        // The sender comes to a halt while nobody reads.
        let mut before = u64::MAX;
        while before != sent.load(SeqCst) {
            before = sent.load(SeqCst);
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        assert!(
            before < TOTAL * 2 / 3,
            "{before} bytes were taken from the sender, from_browser={from_browser}"
        );
        let mut received = 0;
        while received < TOTAL {
            match next(&mut reader).await {
                Message::Binary(data) => received += data.len() as u64,
                other => panic!("{other:?}"),
            }
        }
        let _sender = sending.await.unwrap();
    }
}

#[tokio::test]
async fn no_more_sockets_than_configured_are_open() {
    let vendor = Vendor::new().await;
    let mut config = config(vendor.address());
    config.max_sockets = 1;
    let bench = Bench::new(config).await;
    let (browser, (mut upstream, _)) = tokio::join!(bench.browser(), vendor.accept());
    refusal(&bench, WHATSAPP, &[]).await.assert_refused(503);
    drop(browser);
    ending(&mut upstream).await;
    drop(upstream);
    let again = async {
        loop {
            if let Ok(browser) = bench.upgrade(WHATSAPP, &[]).await {
                return browser;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, async { tokio::join!(again, vendor.accept()) }).await.expect("the place is free again");
}

#[tokio::test]
async fn a_socket_is_logged_from_open_to_close() {
    let vendor = Vendor::new().await;
    let bench = Bench::new(config(vendor.address())).await;
    let id = "socket-log-test";
    let headers = [("x-request-id", id.to_owned())];
    let path = format!("{WHATSAPP}?token=SECRET");
    let (browser, (mut upstream, _)) = tokio::join!(bench.upgrade(&path, &headers), vendor.accept());
    browser.unwrap().send(Message::Close(Some(close_frame(4002, "SECRET")))).await.unwrap();
    ending(&mut upstream).await;
    drop(upstream);
    let closed = async {
        loop {
            let log = logged();
            if let Some(line) = log.lines().find(|line| line.contains(id) && line.contains("socket closed")) {
                return line.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let line = timeout(PATIENCE, closed).await.unwrap();
    for part in ["path=\"/whatsapp/socket/websocket\"", "ended_by=\"browser\"", "code=4002"] {
        assert!(line.contains(part), "{line} lacks {part}");
    }
}

#[tokio::test]
async fn a_shutdown_closes_the_sockets_with_1012() {
    let (mut bench, mut browser, mut upstream) = pair(|_| ()).await;
    bench.stop.cancel();
    let (browser_ending, upstream_ending) = tokio::join!(ending(&mut browser), ending(&mut upstream));
    assert_eq!(browser_ending, Ending::Frame(1012, String::new()));
    assert_eq!(upstream_ending, Ending::Frame(1001, String::new()));
    drop((browser, upstream));
    timeout(PATIENCE, &mut bench.running).await.expect("serve returns").unwrap().unwrap();
    assert!(TcpStream::connect(bench.address).await.is_err(), "nobody listens any more");
}
