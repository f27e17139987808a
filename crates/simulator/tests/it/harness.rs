use std::{cell::RefCell, net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use futures_util::{SinkExt, StreamExt};
use jetapi_simulator::{Options, Simulator};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{self, Message, client::IntoClientRequest, protocol::WebSocketConfig},
};
use tower::ServiceExt;

/// Far longer than anything here takes: what doesn't come within it doesn't come.
/// It bounds a whole wait, since a room that pushes never leaves its reader without a message.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const ROOM: &str = "room:v1:whats_app:auth:8143";
pub(crate) const QUERY: &str = "token=sim-client-token&vsn=2.0.0";

/// The default options at a test's pace.
pub(crate) fn quick() -> Options {
    Options {
        preparing: Duration::from_millis(200),
        push_every: Duration::from_millis(5),
        telegram_push_every: Duration::from_millis(5),
        ..Options::default()
    }
}

pub(crate) struct Vendor {
    pub(crate) simulator: Simulator,
    pub(crate) address: SocketAddr,
    pub(crate) whatsapp_address: SocketAddr,
    _servers: JoinSet<()>,
}

impl Vendor {
    pub(crate) async fn start(options: Options) -> Self {
        let simulator = Simulator::new(options);
        let mut servers = JoinSet::new();
        let address = serve(&mut servers, simulator.router()).await;
        let whatsapp_address = serve(&mut servers, simulator.whatsapp_router()).await;
        Self { simulator, address, whatsapp_address, _servers: servers }
    }

    /// A socket of the WhatsApp host.
    pub(crate) async fn connect(&self) -> Peer {
        Peer::connect(&self.whatsapp_url(QUERY)).await.expect("the upgrade is accepted")
    }

    pub(crate) fn whatsapp_url(&self, query: &str) -> String {
        format!("ws://{}/socket/websocket?{query}", self.whatsapp_address)
    }

    pub(crate) fn api_url(&self, query: &str) -> String {
        format!("ws://{}/socket/websocket?{query}", self.address)
    }

    /// A WhatsApp socket whose room is joined, by the join_ref "1".
    pub(crate) async fn joined(&self) -> Peer {
        let mut peer = self.connect().await;
        peer.send(json!(["1", "1", ROOM, "phx_join", {}])).await;
        assert_eq!(peer.next().await, json!([1, 1, ROOM, "phx_reply", { "status": "ok", "response": {} }]));
        peer
    }

    pub(crate) async fn control(&self, instruction: Value) -> Value {
        self.control_of("whatsapp", instruction).await
    }

    pub(crate) async fn control_of(&self, resource: &str, instruction: Value) -> Value {
        let (status, body) = self.post_control(resource, instruction.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{instruction}: {body}");
        assert_eq!(body["ok"], true);
        body
    }

    pub(crate) async fn post_control(&self, resource: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        let request = Request::post(format!("/__sim/{resource}")).body(body.into()).unwrap();
        let (status, text) = answer(self.simulator.control_router(), request).await;
        (status, serde_json::from_str(&text).unwrap())
    }

    pub(crate) async fn state(&self) -> Value {
        self.state_of("whatsapp").await
    }

    pub(crate) async fn state_of(&self, resource: &str) -> Value {
        let request = Request::get(format!("/__sim/{resource}")).body(Body::empty()).unwrap();
        let (status, text) = answer(self.simulator.control_router(), request).await;
        assert_eq!(status, StatusCode::OK);
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn state_where(&self, expected: impl Fn(&Value) -> bool) -> Value {
        self.state_of_where("whatsapp", expected).await
    }

    /// Asks for the state until it is as expected.
    pub(crate) async fn state_of_where(&self, resource: &str, expected: impl Fn(&Value) -> bool) -> Value {
        let asking = async {
            loop {
                let state = self.state_of(resource).await;
                if expected(&state) {
                    return state;
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, asking).await.expect("the expected state")
    }
}

async fn serve(servers: &mut JoinSet<()>, router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    servers.spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

pub(crate) async fn answer(router: Router, request: Request<Body>) -> (StatusCode, String) {
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// A WebSocket client that knows nothing of Phoenix.
pub(crate) struct Peer {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Peer {
    pub(crate) async fn connect(request: impl IntoClientRequest + Unpin) -> Result<Self, StatusCode> {
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        match connect_async_with_config(request, Some(config), true).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(tungstenite::Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.send_message(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send_message(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    pub(crate) async fn next_message(&mut self) -> Option<Result<Message, tungstenite::Error>> {
        timeout(PATIENCE, self.stream.next()).await.expect("a message in time")
    }

    pub(crate) async fn next(&mut self) -> Value {
        loop {
            match self.next_message().await.expect("an open socket").unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?} in place of a text"),
            }
        }
    }

    pub(crate) async fn next_where(&mut self, expected: impl Fn(&Value) -> bool) -> Value {
        let reading = async {
            loop {
                let frame = self.next().await;
                if expected(&frame) {
                    return frame;
                }
            }
        };
        timeout(PATIENCE, reading).await.expect("the expected frame among all that came")
    }

    pub(crate) async fn next_of(&mut self, event: &str) -> Value {
        self.next_where(|frame| frame[3] == event).await
    }

    /// The payload of the next `auth_state` that is as expected.
    pub(crate) async fn next_state(&mut self, expected: impl Fn(&Value) -> bool) -> Value {
        self.next_where(|frame| frame[3] == "auth_state" && expected(&frame[4])).await[4].take()
    }

    pub(crate) async fn next_code(&mut self) -> String {
        self.next_state(|state| state["qr_code"].is_string()).await["qr_code"].as_str().unwrap().to_owned()
    }

    /// Everything that came before the reply to a heartbeat sent now.
    pub(crate) async fn until_heartbeat(&mut self, reference: &str) -> Vec<Value> {
        self.send(json!([null, reference, "phoenix", "heartbeat", {}])).await;
        let before = RefCell::new(Vec::new());
        self.next_where(|frame| {
            let is_answer = frame[2] == "phoenix" && frame[1] == reference;
            if !is_answer {
                before.borrow_mut().push(frame.clone());
            }
            is_answer
        })
        .await;
        before.into_inner()
    }

    /// The code of the close frame that ends the socket; `None` is an end without one.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        let reading = async {
            loop {
                match self.next_message().await {
                    Some(Ok(Message::Close(frame))) => return Some(frame.expect("a code").code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        timeout(PATIENCE, reading).await.expect("an end")
    }
}
