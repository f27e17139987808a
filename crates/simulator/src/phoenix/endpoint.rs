use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::{
        Query, State,
        ws::{Message, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode, header::ORIGIN},
    response::{IntoResponse, Response},
    routing::any,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, info};

use super::{
    faults::{Faults, Span},
    frame::Serializer,
    room::Room,
    socket::{self, Command},
};

const FRAMES_KEPT: usize = 50;

/// Who may open a socket, and for how long it may stay without a word.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) token: String,
    pub(crate) origin: Option<String>,
    pub(crate) idle_timeout: Duration,
}

/// One host's socket: its rooms, its connections, and what is wrong with it at present.
pub(crate) struct Endpoint {
    pub(super) access: Access,
    pub(super) rooms: Vec<Arc<dyn Room>>,
    pub(super) faults: watch::Sender<Faults>,
    pub(super) draining: CancellationToken,
    connections: Mutex<Connections>,
    tasks: TaskTracker,
}

#[derive(Default)]
struct Connections {
    open: BTreeMap<u64, Connection>,
    next_id: u64,
    connects_total: u64,
    joins_total: u64,
    frames_in: VecDeque<Value>,
}

struct Connection {
    commands: mpsc::UnboundedSender<Command>,
    kill: CancellationToken,
    /// join_ref by topic.
    joined: BTreeMap<String, Value>,
}

/// What went through an endpoint since its start or its last reset.
pub(crate) struct Traffic {
    pub(crate) sockets: usize,
    pub(crate) joined: usize,
    pub(crate) connects_total: u64,
    pub(crate) joins_total: u64,
    /// The last ones received, oldest first.
    pub(crate) frames_in: Vec<Value>,
}

impl Endpoint {
    pub(crate) fn new(access: Access, rooms: Vec<Arc<dyn Room>>) -> Self {
        Self {
            access,
            rooms,
            faults: watch::Sender::new(Faults::default()),
            draining: CancellationToken::new(),
            connections: Mutex::default(),
            tasks: TaskTracker::new(),
        }
    }

    pub(crate) fn traffic(&self) -> Traffic {
        let connections = self.connections();
        Traffic {
            sockets: connections.open.len(),
            joined: connections.open.values().map(|connection| connection.joined.len()).sum(),
            connects_total: connections.connects_total,
            joins_total: connections.joins_total,
            frames_in: connections.frames_in.iter().cloned().collect(),
        }
    }

    /// Ends every fault and forgets the traffic. Open sockets stay.
    pub(crate) fn reset(&self) {
        self.faults.send_replace(Faults::default());
        let mut connections = self.connections();
        connections.connects_total = 0;
        connections.joins_total = 0;
        connections.frames_in.clear();
    }

    pub(crate) fn crash_channels(&self, joins_for: Option<Duration>) {
        if let Some(duration) = joins_for {
            self.faults.send_modify(|faults| faults.crashing_joins = Span::lasting(duration));
        }
        self.command(|| Command::Crash);
    }

    /// Ends the transports without a close frame.
    pub(crate) fn drop_transports(&self, down_for: Option<Duration>) {
        if let Some(duration) = down_for {
            self.faults.send_modify(|faults| faults.down = Span::lasting(duration));
        }
        for connection in self.connections().open.values() {
            connection.kill.cancel();
        }
    }

    pub(crate) fn close_sockets(&self, code: u16) {
        self.command(|| Command::Close(code));
    }

    pub(crate) fn fall_silent(&self, duration: Option<Duration>) {
        self.faults.send_modify(|faults| faults.silent = Span::lasting_or_open(duration));
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.faults.borrow().silent.is_on()
    }

    pub(crate) fn slow_down(&self, delay: Duration) {
        self.faults.send_modify(|faults| faults.slow = Some(delay));
    }

    pub(crate) fn refuse(&self, duration: Option<Duration>) {
        self.faults.send_modify(|faults| faults.refusing = Span::lasting_or_open(duration));
    }

    pub(crate) fn is_refusing(&self) -> bool {
        self.faults.borrow().refusing.is_on()
    }

    pub(crate) fn is_down(&self) -> bool {
        self.faults.borrow().down.is_on()
    }

    /// A rhythm got quicker: pushes that are due by the old one are brought forward.
    pub(crate) fn quicken(&self) {
        self.faults.send_modify(|_| {});
    }

    /// Has the topic's channels push their state now, except those of one connection.
    pub(crate) fn broadcast(&self, topic: &str, except: Option<u64>) {
        for (id, connection) in &self.connections().open {
            if Some(*id) != except && connection.joined.contains_key(topic) {
                // As in `send_raw`.
                let _ = connection.commands.send(Command::Push(topic.into()));
            }
        }
    }

    /// Sends raw messages to every connection; `compose` is given the connection's join_refs by topic.
    pub(crate) fn send_raw(&self, compose: impl Fn(&BTreeMap<String, Value>) -> Vec<Message>) {
        for connection in self.connections().open.values() {
            // A connection that has just ended has nobody left to send to.
            let _ = connection.commands.send(Command::Send(compose(&connection.joined)));
        }
    }

    pub(crate) async fn drain(&self) {
        self.draining.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    pub(super) fn room(&self, topic: &str) -> Option<&Arc<dyn Room>> {
        self.rooms.iter().find(|room| room.matches(topic))
    }

    pub(super) fn record(&self, mut frame: Value) {
        for room in &self.rooms {
            hide(&mut frame, room.secrets());
        }
        let mut connections = self.connections();
        if connections.frames_in.len() == FRAMES_KEPT {
            connections.frames_in.pop_front();
        }
        connections.frames_in.push_back(frame);
    }

    pub(super) fn joined(&self, id: u64, topic: &str, join_ref: &Value) {
        let mut connections = self.connections();
        connections.joins_total += 1;
        if let Some(connection) = connections.open.get_mut(&id) {
            connection.joined.insert(topic.into(), join_ref.clone());
        }
    }

    pub(super) fn left(&self, id: u64, topic: &str) {
        if let Some(connection) = self.connections().open.get_mut(&id) {
            connection.joined.remove(topic);
        }
    }

    fn command(&self, command: impl Fn() -> Command) {
        for connection in self.connections().open.values() {
            // As in `send_raw`.
            let _ = connection.commands.send(command());
        }
    }

    fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admits(&self, params: &Params, headers: &HeaderMap) -> Result<Serializer, StatusCode> {
        let faults = self.faults.borrow().clone();
        if faults.down.is_on() || self.draining.is_cancelled() {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        let registered = self.access.origin.as_ref().is_none_or(|registered| {
            headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes() == registered.as_bytes())
        });
        if faults.refusing.is_on() || !registered || params.token.as_ref() != Some(&self.access.token) {
            return Err(StatusCode::FORBIDDEN);
        }
        Serializer::negotiate(params.vsn.as_deref()).ok_or(StatusCode::FORBIDDEN)
    }
}

fn hide(value: &mut Value, secrets: &[&str]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, secrets)),
        Value::Object(fields) => {
            for (name, field) in fields {
                if secrets.contains(&name.as_str()) {
                    *field = "***".into();
                } else {
                    hide(field, secrets);
                }
            }
        }
        _ => {}
    }
}

/// A connection's place among the open ones, given up when its task ends in whatever way.
pub(super) struct Seat {
    pub(super) id: u64,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
    pub(super) kill: CancellationToken,
}

impl Seat {
    fn take(endpoint: Arc<Endpoint>) -> Self {
        let (sender, commands) = mpsc::unbounded_channel();
        let kill = CancellationToken::new();
        let mut connections = endpoint.connections();
        let id = connections.next_id;
        connections.next_id += 1;
        connections.connects_total += 1;
        let connection = Connection { commands: sender, kill: kill.clone(), joined: BTreeMap::new() };
        connections.open.insert(id, connection);
        drop(connections);
        debug!(id, "socket open");
        Self { id, endpoint, commands, kill }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.endpoint.connections().open.remove(&self.id);
        debug!(id = self.id, "socket gone");
    }
}

#[derive(Deserialize)]
struct Params {
    token: Option<String>,
    vsn: Option<String>,
}

/// The endpoint's socket at `/socket/websocket`.
pub(crate) fn router(endpoint: &Arc<Endpoint>) -> Router {
    Router::new().route("/socket/websocket", any(upgrade)).with_state(endpoint.clone())
}

async fn upgrade(
    State(endpoint): State<Arc<Endpoint>>,
    Query(params): Query<Params>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    match endpoint.admits(&params, &headers) {
        Err(status) => {
            info!(%status, "upgrade refused");
            status.into_response()
        }
        Ok(serializer) => upgrade.on_upgrade(async move |transport| {
            let tasks = endpoint.tasks.clone();
            tasks.track_future(socket::run(Seat::take(endpoint), serializer, transport)).await;
        }),
    }
}
