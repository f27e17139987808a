//! The browsers beside Chromium: the widget's wasm tests in each, and a smoke test of the script tag.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{
    run::{command, run as run_command},
    test::{require_tests, wasm_tests, with_binaries},
    tools::{self, WebKit},
    workspace::Workspace,
};

const SMOKE: &str = "tests/webdriver";

/// A browser, and what it takes to drive it.
struct Browser {
    name: &'static str,
    driver: PathBuf,
    /// Where the test runner of wasm-bindgen looks for the driver.
    runner_env: &'static str,
    /// The screen that it draws on, where it cannot do without.
    screen: Option<Screen>,
    /// What the unoptimized code of the wasm tests needs. What ships is run without it.
    debug_env: &'static [(&'static str, &'static str)],
}

/// While WebKitGTK 2.50 compiles wasm beside the running code, some hot unoptimized function sees, now and again, values
/// that nobody wrote: in the engine's bare shell, joining strings, with no import, panicked in 9 of 2,200 fresh modules.
/// Compiled in turn, it did in none of 2,500; nor in any of 4,000 when optimized as what ships.
const COMPILE_IN_TURN: (&str, &str) = ("JSC_useConcurrentJIT", "0");

pub(crate) fn firefox(workspace: &Workspace) -> Result<()> {
    let driver = tools::firefox_driver(workspace)?;
    test(
        workspace,
        &Browser { name: "firefox", driver, runner_env: "GECKODRIVER", screen: None, debug_env: &[] },
    )
}

pub(crate) fn webkit(workspace: &Workspace) -> Result<()> {
    let WebKit { driver, screen } = tools::webkit(workspace)?;
    let screen = Some(Screen::start(workspace, &screen)?);
    // WebKit's driver takes what Safari's takes.
    test(
        workspace,
        &Browser {
            name: "webkit",
            driver,
            runner_env: "SAFARIDRIVER",
            screen,
            debug_env: &[COMPILE_IN_TURN],
        },
    )
}

fn test(workspace: &Workspace, browser: &Browser) -> Result<()> {
    let wasm = wasm_tests(workspace, |tests| {
        browser
            .on_screen(tests.env(browser.runner_env, &browser.driver))
            .envs(browser.debug_env.iter().copied())
    });
    smoke(workspace, browser).and(wasm)
}

fn smoke(workspace: &Workspace, browser: &Browser) -> Result<()> {
    require_tests(workspace, SMOKE, ".test.")?;
    let mut node = command(workspace, "node");
    with_binaries(workspace, &mut node)
        .env("BROWSER", browser.name)
        .env("DRIVER", &browser.driver)
        // Of all of them together.
        .args(["--test", "--test-reporter=spec", "--test-timeout=600000"])
        .arg(workspace.path(SMOKE).join("smoke.test.js"));
    run_command(browser.on_screen(&mut node))
}

impl Browser {
    fn on_screen<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        match &self.screen {
            Some(screen) => command.env("DISPLAY", &screen.display).env("GDK_BACKEND", "x11"),
            None => command,
        }
    }
}

/// An X server without a screen, until it is dropped.
struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    fn start(workspace: &Workspace, xvfb: &Path) -> Result<Self> {
        let mut server = command(workspace, xvfb)
            // It takes a display that is free, and prints its number once it listens.
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let mut number = String::new();
        if let Some(stdout) = server.stdout.take() {
            BufReader::new(stdout).read_line(&mut number)?;
        }
        let screen = Self { server, display: format!(":{}", number.trim()) };
        ensure!(!number.is_empty(), "Xvfb ended by itself");
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
