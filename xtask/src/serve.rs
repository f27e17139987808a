//! Programs that run until Ctrl-C.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::run::is_on_path;

const POLL: Duration = Duration::from_millis(50);
/// Longer than the gateway takes to drain its sockets.
const GRACE: Duration = Duration::from_secs(15);

/// Fails with one line when something listens on the port already.
pub(crate) fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is in use; stop what listens there, or choose another with --port")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on port {port}")),
    }
}

/// A port that is free now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Children that end together, and at the latest when this is dropped.
pub(crate) struct Services {
    interrupted: Arc<AtomicBool>,
    children: Vec<(&'static str, Child)>,
}

impl Services {
    /// From here on Ctrl-C no longer ends this program by itself.
    pub(crate) fn new() -> Result<Self> {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = interrupted.clone();
        ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
            .context("cannot listen for Ctrl-C")?;
        Ok(Self { interrupted, children: Vec::new() })
    }

    pub(crate) fn start(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        // In a group of its own, so that a terminal's Ctrl-C reaches it once, through us, and not twice: a second
        // one means "at once" to many programs.
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        self.children.push((name, child.with_context(|| format!("cannot start {name}"))?));
        Ok(())
    }

    /// Waits until something answers on the port. `false`: Ctrl-C came first.
    pub(crate) fn wait_for_port(&mut self, port: u16) -> Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        while TcpStream::connect_timeout(&address, POLL).is_err() {
            if self.interrupted.load(Ordering::Relaxed) {
                return Ok(false);
            }
            self.check_running()?;
            sleep(POLL);
        }
        Ok(true)
    }

    /// Waits for Ctrl-C, which is success, or for a child to end, which is not.
    pub(crate) fn wait_for_interrupt(&mut self) -> Result<()> {
        while !self.interrupted.load(Ordering::Relaxed) {
            self.check_running()?;
            sleep(POLL);
        }
        eprintln!();
        self.stop();
        Ok(())
    }

    fn check_running(&mut self) -> Result<()> {
        for (name, child) in &mut self.children {
            if let Some(status) = child.try_wait()? {
                // A child may see the interrupt before we do.
                if self.interrupted.load(Ordering::Relaxed) {
                    return Ok(());
                }
                bail!("{name} ended by itself ({status})");
            }
        }
        Ok(())
    }

    fn stop(&mut self) {
        for (_, child) in &self.children {
            // The whole group: Trunk has a cargo below it while it builds.
            if let Ok(id) = i32::try_from(child.id()) {
                let _ = kill(Pid::from_raw(-id), Signal::SIGINT);
            }
        }
        let deadline = Instant::now() + GRACE;
        for (name, child) in &mut self.children {
            while matches!(child.try_wait(), Ok(None)) {
                if Instant::now() > deadline {
                    eprintln!("{name} does not end; killing it");
                    let _ = child.kill();
                    let _ = child.wait();
                }
                sleep(POLL);
            }
        }
        self.children.clear();
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Opens the page where there is a screen to open it on.
pub(crate) fn open_browser(url: &str) {
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()));
    if !has_screen || !is_on_path("xdg-open") {
        return;
    }
    let opened = Command::new("xdg-open")
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    if let Err(error) = opened {
        eprintln!("cannot open a browser: {error}");
    }
}
