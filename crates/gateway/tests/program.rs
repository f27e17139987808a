//! The program: its settings, its exit codes, its log.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

/// The program with nothing of this process's environment.
fn gateway() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jetapi-gateway"));
    command.env_clear().stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn output(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// Waits for the line that says where it listens.
fn address(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}")).to_owned()
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\ncookie: SECRET\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn end(child: Child, signal: &str) -> (Option<i32>, String) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_busy_port_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, stdout, stderr) = output(gateway().args(["--listen", &address]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert_eq!(
        stderr,
        format!("jetapi-gateway: {address} is in use by another program; choose another with --listen\n")
    );
}

#[test]
fn check_shows_the_settings_of_file_environment_and_flags() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("gateway.toml");
    std::fs::write(
        &file,
        "listen = \"127.0.0.1:1\"\nmax_sockets = 7\ntoken = \"SECRET\"\nbase_path = \"/file\"",
    )
    .unwrap();
    let (code, stdout, stderr) = output(
        gateway()
            .args(["--check", "--listen", "127.0.0.1:3"])
            .env("JETAPI_CONFIG", &file)
            .env("JETAPI_LISTEN", "127.0.0.1:2")
            .env("JETAPI_BASE_PATH", "/variable"),
    );
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    for line in [
        "listen = \"127.0.0.1:3\"",
        "base_path = \"/variable\"",
        "max_sockets = 7",
        "token = \"***\"",
        "# api_key is not set",
    ] {
        assert!(stdout.lines().any(|shown| shown == line), "{stdout} lacks {line}");
    }
    assert!(!stdout.contains("SECRET"));

    // What is shown is a file that can be used.
    let shown = directory.path().join("shown.toml");
    std::fs::write(&shown, &stdout).unwrap();
    let (code, again, _) = output(gateway().arg("--check").arg("--config").arg(&shown));
    assert_eq!((code, again), (Some(0), stdout));
}

#[test]
fn settings_that_cannot_be_used_end_it_with_2() {
    for (arguments, variable, words) in [
        (vec!["--listen", "0.0.0.0:0"], ("X", ""), "no authentication is configured"),
        (vec!["--listen", "nowhere"], ("X", ""), "listen (--listen): must be an IP address and a port"),
        (vec!["--config", "/does/not/exist.toml"], ("X", ""), "/does/not/exist.toml"),
        (vec!["--token", "SECRET"], ("X", ""), "unexpected argument '--token'"),
        (vec!["--api-key=SECRET"], ("X", ""), "unexpected argument '--api-key'"),
        (vec![], ("JETAPI_TOKEN", "SECRET 1"), "token (JETAPI_TOKEN): must be visible ASCII"),
    ] {
        let (code, stdout, stderr) = output(gateway().args(&arguments).env(variable.0, variable.1));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        assert!(stderr.contains(words), "{stderr:?} lacks {words:?}");
        assert!(!stderr.contains("SECRET"), "{stderr}");
    }
}

#[test]
fn help_and_readme_list_every_setting() {
    let (code, help, _) = output(gateway().arg("--help"));
    assert_eq!(code, Some(0));
    let readme = include_str!("../README.md");
    let defaults = jetapi_gateway::Config::default();
    for setting in jetapi_gateway::settings() {
        assert!(help.contains(&setting.variable()), "{help} lacks {}", setting.name);
        assert_eq!(help.contains(&format!("--{} ", setting.flag())), !setting.is_secret, "{}", setting.name);
        let row = format!("| `{}` |", setting.name);
        let row =
            readme.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("no row {row}"));
        let default = defaults.shown(setting.name).unwrap_or_default();
        assert!(
            row.ends_with(&format!(
                "| {} |",
                if default.is_empty() { default } else { format!("`{default}`") }
            )),
            "{row}"
        );
    }
}

#[test]
fn it_serves_until_a_signal_and_logs_no_secret_at_any_level() {
    for (signal, format) in [("-TERM", "json"), ("-INT", "text")] {
        let vendor = TcpListener::bind("127.0.0.1:0").unwrap();
        let upstream = format!("http://{}", vendor.local_addr().unwrap());
        let answering = std::thread::spawn(move || {
            let (mut stream, _) = vendor.accept().unwrap();
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap();
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 18\r\n\r\n{\"token\":\"SECRET\"}")
                .unwrap();
            String::from_utf8_lossy(&head[..read]).into_owned()
        });
        let mut child = gateway()
            .args(["--listen", "127.0.0.1:0", "--log-level", "trace", "--log-format", format])
            .args(["--api-upstream", &upstream, "--whatsapp-upstream", "http://127.0.0.1:1"])
            .env("JETAPI_TOKEN", "SECRET-token")
            .env("RUST_LOG", "trace")
            .spawn()
            .unwrap();
        let address = address(&mut child);
        let reply = get(&address, "/jetapi/api/v1/account?phone=SECRET");
        assert!(reply.starts_with("HTTP/1.1 200") && reply.ends_with("\r\n\r\n{}"), "{reply}");
        assert!(answering.join().unwrap().contains("Bearer SECRET-token"));
        let refused = get(&address, "/jetapi/developer/v1/instances/1?SECRET");
        assert!(refused.starts_with("HTTP/1.1 404"), "{refused}");
        let (code, log) = end(child, signal);
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("/api/v1/account") && log.contains("200"), "{log}");
        assert!(!log.contains("SECRET"), "{log}");
        if format == "json" {
            assert!(log.lines().all(|line| line.starts_with('{') && line.ends_with('}')), "{log}");
        }
    }
}
