//! `jetapi-gateway`: the same-origin proxy as a program.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, Command};
use jetapi_gateway::{Config, Gateway, LogFormat, log_filter, settings};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The settings cannot be used.
const BAD_SETTINGS: u8 = 2;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let file = matches
        .get_one::<String>("config")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("JETAPI_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from));
    let flags: BTreeMap<String, String> = settings()
        .filter(|setting| !setting.is_secret)
        .filter_map(|setting| {
            Some((setting.name.to_owned(), matches.get_one::<String>(setting.name)?.clone()))
        })
        .collect();
    // A variable that is no text cannot be one of ours.
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())));
    let config = match Config::load(file.as_deref(), variables, &flags) {
        Ok(config) => config,
        Err(error) => return fail(&error, BAD_SETTINGS),
    };
    if matches.get_flag("check") {
        return match write!(std::io::stdout(), "{config}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    start_log(&config);
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run(config)),
        Err(error) => fail(&error, 1),
    }
}

async fn run(config: Config) -> ExitCode {
    let address = config.listen;
    let gateway = match Gateway::new(config) {
        Ok(gateway) => gateway,
        Err(error) => return fail(&error, BAD_SETTINGS),
    };
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            return fail(&format!("{address} is in use by another program; choose another with --listen"), 1);
        }
        Err(error) => return fail(&format!("cannot listen on {address}: {error}"), 1),
    };
    let (mut interrupt, mut terminate) =
        match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
            (Ok(interrupt), Ok(terminate)) => (interrupt, terminate),
            (Err(error), _) | (_, Err(error)) => return fail(&error, 1),
        };
    let bound = listener.local_addr().unwrap_or(address);
    // Whoever reads this line may have gone away; the gateway is for others.
    let _ = writeln!(std::io::stdout(), "listening on http://{bound}");
    let shutdown = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    match gateway.serve(listener, shutdown).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, 1),
    }
}

fn command() -> Command {
    let defaults = Config::default();
    let mut command = Command::new("jetapi-gateway")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The same-origin proxy between a CRM's pages and the Jetapi messaging API")
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .help("TOML file with any of the settings below, named as their variables are, in lower case and without JETAPI_ [env: JETAPI_CONFIG]"),
        )
        .arg(
            Arg::new("check")
                .long("check")
                .action(ArgAction::SetTrue)
                .help("Check the settings, print them with *** for credentials, and end"),
        );
    let mut credentials = String::from(
        "Credentials, by variable or in the file only, as a command line can be read by every process:\n",
    );
    for setting in settings() {
        let variable = setting.variable();
        if setting.is_secret {
            credentials.push_str(&format!(
                "  {variable} or {variable}_FILE (a file that holds it)\n          {}\n",
                setting.help
            ));
            continue;
        }
        let default =
            defaults.shown(setting.name).map_or_else(String::new, |value| format!(" [default: {value}]"));
        command = command.arg(
            Arg::new(setting.name)
                .long(setting.flag())
                .value_name("VALUE")
                .help(format!("{} [env: {variable}]{default}", setting.help)),
        );
    }
    credentials.push_str("\nA flag counts for more than a variable, a variable for more than the file.");
    command.next_line_help(true).after_help(credentials)
}

fn start_log(config: &Config) {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(log_filter(config.log_level));
    match config.log_format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).init(),
        _ => registry.with(lines.with_target(false)).init(),
    }
}

fn fail(error: &dyn std::fmt::Display, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "jetapi-gateway: {error}");
    ExitCode::from(code)
}
