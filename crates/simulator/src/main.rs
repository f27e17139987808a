//! The simulated vendor as a process of its own.

use std::{error::Error, io, net::SocketAddr, process::ExitCode, time::Duration};

use axum::{Router, serve::ListenerExt};
use clap::Parser;
use jetapi_simulator::{Options, Refs, Simulator};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// How long a shutdown waits for clients that don't let go.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// A stand-in for the Jetapi servers, in memory, with faults on demand under /__sim/.
///
/// RUST_LOG=jetapi_simulator=debug shows on stderr what it does.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Address of everything: the API, the WhatsApp host under /whatsapp, and the control; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:4010")]
    listen: SocketAddr,
    /// A second address, where /socket/websocket is the WhatsApp one, as on the vendor's own host
    #[arg(long)]
    whatsapp_listen: Option<SocketAddr>,
    /// The client's token
    #[arg(long, default_value = "sim-client-token")]
    token: String,
    /// The developer's master key
    #[arg(long, default_value = "sim-api-key")]
    api_key: String,
    /// The one customer there is
    #[arg(long, default_value_t = 8143)]
    customer_id: u64,
    /// The Origin that a socket's upgrade must carry [default: any or none]
    #[arg(long)]
    origin: Option<String>,
    /// The origin that the chat's links name [default: http:// and the Host that the link was asked of]
    #[arg(long)]
    chat_origin: Option<String>,
    /// All codes follow from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How the WhatsApp room prints refs
    #[arg(long, value_enum, default_value_t = Refs::Integer)]
    refs: Refs,
    /// From a container's first join to its first code
    #[arg(long, default_value_t = 600)]
    preparing_ms: u64,
    /// Between two auth_state pushes of the WhatsApp room
    #[arg(long, default_value_t = 300)]
    push_every_ms: u64,
    /// Between two auth_state pushes of the Telegram room
    #[arg(long, default_value_t = 2_000)]
    telegram_push_every_ms: u64,
    /// How long a code lives
    #[arg(long, default_value_t = 20_000)]
    code_every_ms: u64,
    /// A socket without a word from its client is closed after this
    #[arg(long, default_value_t = 60_000)]
    idle_timeout_ms: u64,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            token: arguments.token,
            api_key: arguments.api_key,
            customer_id: arguments.customer_id,
            origin: arguments.origin,
            chat_origin: arguments.chat_origin,
            seed: arguments.seed,
            refs: arguments.refs,
            preparing: Duration::from_millis(arguments.preparing_ms),
            push_every: Duration::from_millis(arguments.push_every_ms),
            telegram_push_every: Duration::from_millis(arguments.telegram_push_every_ms),
            code_every: Duration::from_millis(arguments.code_every_ms),
            idle_timeout: Duration::from_millis(arguments.idle_timeout_ms),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_env_filter(EnvFilter::from_default_env()).with_writer(io::stderr).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jetapi-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let listener = bind(arguments.listen).await?;
    let whatsapp_listener = match arguments.whatsapp_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let mut greeting = format!("simulator listening on http://{}", listener.local_addr()?);
    if let Some(listener) = &whatsapp_listener {
        greeting += &format!(" (WhatsApp on http://{})", listener.local_addr()?);
    }

    let simulator = Simulator::new(arguments.into());
    let stopping = CancellationToken::new();
    let mut servers = tokio::task::JoinSet::new();
    servers.spawn(serve(listener, simulator.router(), stopping.clone()));
    if let Some(listener) = whatsapp_listener {
        servers.spawn(serve(listener, simulator.whatsapp_router(), stopping.clone()));
    }
    println!("{greeting}");

    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    stopping.cancel();
    let gone = async {
        simulator.drain().await;
        servers.join_all().await.into_iter().collect::<Result<(), _>>()
    };
    // A client that holds on to its connection doesn't keep the process.
    timeout(SHUTDOWN_TIMEOUT, gone).await.unwrap_or(Ok(()))?;
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| format!("can't listen on {address}: {error}"))
}

async fn serve(listener: TcpListener, router: Router, stopping: CancellationToken) -> io::Result<()> {
    // Frames are small and pushed one by one: waiting to fill a packet would only add delay.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
    });
    axum::serve(listener, router).with_graceful_shutdown(stopping.cancelled_owned()).await
}
