//! `jetapi-demo`: the gateway with the simulated vendor behind it, in one process, for the demo page, for
//! development and for the end-to-end tests.
//!
//! It is the gateway as it ships, with nothing changed for the occasion: the simulator is an upstream like any
//! other, on a port of its own. Only the simulator's control, under `/__sim/`, is served beside it.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use axum::http::HeaderValue;
use clap::{Parser, ValueEnum};
use jetapi::secret::Secret;
use jetapi_gateway::{Config, Gateway, Upstream, log_filter};
use jetapi_simulator::{Options, Refs, Simulator};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::Level;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The pages, the gateway and a simulated vendor on one address
#[derive(Parser)]
#[command(name = "jetapi-demo", version)]
struct Arguments {
    /// Address to listen on, loopback only
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Port to listen on in place of the address's; 0 takes a free one
    #[arg(long)]
    port: Option<u16>,
    /// Folder of the built pages
    #[arg(long, default_value = "dist")]
    static_dir: PathBuf,
    /// All of the simulator's codes follow from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How the simulated WhatsApp room prints refs: as numbers always, or as the client sent them
    #[arg(long, value_enum, default_value_t = RefsArgument::Integer)]
    refs: RefsArgument,
    /// Log each request
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum RefsArgument {
    Integer,
    String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = log_filter(if arguments.verbose { Level::INFO } else { Level::WARN });
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_target(false)
        .with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry().with(filter).with(lines).init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "jetapi-demo: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The policy, with frames of the simulated chat.
fn with_chat(policy: &HeaderValue, origin: &str) -> Result<HeaderValue, String> {
    let policy = policy.to_str().map_err(|error| error.to_string())?;
    let policy = policy.replace("frame-src ", &format!("frame-src {origin} "));
    HeaderValue::from_str(&policy).map_err(|error| error.to_string())
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let mut listen = arguments.listen;
    if let Some(port) = arguments.port {
        listen.set_port(port);
    }
    if !arguments.static_dir.is_dir() {
        return Err(format!("{} is no folder; build the pages first", arguments.static_dir.display()));
    }
    let listener = TcpListener::bind(listen).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("{listen} is in use by another program; choose another with --port")
        }
        _ => format!("cannot listen on {listen}: {error}"),
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;

    let options = Options {
        seed: arguments.seed,
        refs: match arguments.refs {
            RefsArgument::Integer => Refs::Integer,
            RefsArgument::String => Refs::String,
        },
        ..Options::default()
    };
    let (token, api_key) = (Secret::new(options.token.as_str()), Secret::new(options.api_key.as_str()));
    let simulator = Simulator::new(options);
    let upstream = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let upstream_address = upstream.local_addr().map_err(|error| error.to_string())?;

    let mut config = Config::default();
    config.listen = address;
    config.api_upstream = Upstream::parse(&format!("http://{upstream_address}"))?;
    config.whatsapp_upstream = Upstream::parse(&format!("http://{upstream_address}/whatsapp"))?;
    config.token = Some(token);
    config.api_key = Some(api_key);
    config.static_dir = Some(arguments.static_dir);
    config.content_security_policy =
        with_chat(&config.content_security_policy, &format!("http://{upstream_address}"))?;
    let gateway = Gateway::new(config).map_err(|error| error.to_string())?.beside(simulator.control_router());

    let stopped = CancellationToken::new();
    let vendor = tokio::spawn({
        let (router, stopped) = (simulator.router(), stopped.clone());
        async move { axum::serve(upstream, router).with_graceful_shutdown(stopped.cancelled_owned()).await }
    });
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    // Whoever reads this line may have gone away; the pages are for others.
    let _ = writeln!(io::stdout(), "listening on http://{address}");
    let shutdown = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    gateway.serve(listener, shutdown).await.map_err(|error| error.to_string())?;
    simulator.drain().await;
    stopped.cancel();
    match vendor.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
