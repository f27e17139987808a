//! Starting other programs.

use std::{
    collections::VecDeque,
    env,
    ffi::OsStr,
    fmt,
    io::{self, BufRead, BufReader, ErrorKind, IsTerminal},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The error of a command whose own output has said what is wrong.
#[derive(Debug)]
pub(crate) struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stop {}

/// A program that failed, and what it printed last where nobody watched.
#[derive(Debug)]
pub(crate) struct Failed {
    message: String,
    pub(crate) last_lines: VecDeque<String>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failed {}

const LAST_LINES: usize = 120;

/// Of a program that prints nothing for this long it is asked whether it has ended.
const QUIET: Duration = Duration::from_millis(200);

/// A command that runs in the root of the clone.
pub(crate) fn command(workspace: &Workspace, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&workspace.root);
    // What cargo told us about xtask would reach build scripts that watch these variables, and they would run again
    // each time that cargo is called from here after it was called by hand.
    for (name, _) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command.env("CARGO_TARGET_DIR", &workspace.target);
    command
}

pub(crate) fn cargo(workspace: &Workspace) -> Command {
    command(workspace, env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Says what it runs, runs it with its output passed through, and fails when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    announce(command);
    // Who watches sees the program's own colors and progress.
    if io::stdout().is_terminal() {
        let status = command.status().with_context(|| format!("cannot start {}", name(command)))?;
        if !status.success() {
            bail!("{} failed ({status})", name(command));
        }
        return Ok(());
    }
    run_through(command, |_| {})
}

/// As [`run`], and counts the tests that passed by the summary lines of cargo's and wasm-bindgen's test harness.
pub(crate) fn run_tests(command: &mut Command) -> Result<u64> {
    announce(command);
    let mut passed = 0;
    run_through(command, |line| passed += passed_tests(line))?;
    Ok(passed)
}

/// Passes on what the program prints, line by line.
fn run_through(command: &mut Command, mut see: impl FnMut(&str)) -> Result<()> {
    let (reader, writer) = io::pipe()?;
    if !io::stdout().is_terminal() {
        command.stderr(writer.try_clone()?);
    }
    let child = command.stdout(writer).spawn().with_context(|| format!("cannot start {}", name(command)));
    // The command holds on to the pipe's other end, and would to what it starts again.
    command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let mut child = child?;
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
            line.clear();
        }
    });
    let mut last_lines = VecDeque::new();
    let status = loop {
        match lines.recv_timeout(QUIET) {
            Ok(line) => {
                print!("{line}");
                see(&line);
                if last_lines.len() == LAST_LINES {
                    last_lines.pop_front();
                }
                last_lines.push_back(line);
            }
            // A program's own child may outlive it, and keep the pipe open.
            Err(RecvTimeoutError::Timeout) => {
                if let Some(status) = child.try_wait()? {
                    break status;
                }
            }
            Err(RecvTimeoutError::Disconnected) => break child.wait()?,
        }
    };
    if !status.success() {
        let message = format!("{} failed ({status})", name(command));
        return Err(Failed { message, last_lines }.into());
    }
    Ok(())
}

fn passed_tests(line: &str) -> u64 {
    line.split_once("test result: ")
        .and_then(|(_, counts)| counts.split_once(". "))
        .and_then(|(_, counts)| counts.split_once(" passed"))
        .and_then(|(count, _)| count.parse().ok())
        .unwrap_or(0)
}

/// What a command prints, or nothing when it is not there or fails.
pub(crate) fn output(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program is on PATH.
pub(crate) fn is_on_path(program: &str) -> bool {
    find_on_path(program).is_some()
}

pub(crate) fn find_on_path(program: &str) -> Option<std::path::PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file.
pub(crate) fn write(path: &Path, contents: impl AsRef<[u8]>) -> Result<()> {
    std::fs::write(path, contents).with_context(|| format!("cannot write {}", path.display()))
}

/// Removes a file or folder that may not be there.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn announce(command: &Command) {
    let args: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    eprintln!("     Running {} {}", name(command), args.join(" "));
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_has_the_last_lines_of_both_outputs() {
        let mut command = Command::new("sh");
        command.args(["-c", "seq 200; echo wrong >&2; sleep 60 & exit 3"]);
        let error = run_through(&mut command, |_| {}).expect_err("it fails");
        let failed = error.downcast::<Failed>().expect("it has run");
        assert_eq!(failed.message, "sh failed (exit status: 3)");
        assert_eq!(failed.last_lines.len(), LAST_LINES);
        assert_eq!(failed.last_lines.back().map(String::as_str), Some("wrong\n"));
    }

    #[test]
    fn counts_what_the_harness_says_passed() {
        let table = [
            ("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n", 12),
            ("\u{1b}[0mtest result: \u{1b}[32mok\u{1b}[0m. 3 passed; 0 failed\n", 3),
            ("test result: FAILED. 7 passed; 1 failed;\n", 7),
            ("test wire::nine ... ok\n", 0),
            ("no tests to run!\n", 0),
        ];
        for (line, passed) in table {
            assert_eq!(passed_tests(line), passed, "{line:?}");
        }
    }
}
