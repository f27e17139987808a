//! The demo as it is started.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

fn demo(directory: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jetapi-demo"));
    command.arg("--static-dir").arg(directory).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn pages_gateway_simulator_and_its_control_are_on_one_address() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("index.html"), "the page").unwrap();
    let mut child = demo(directory.path()).args(["--port", "0", "--refs", "string"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").expect("an address").to_owned();

    assert!(get(&address, "/").ends_with("the page"));
    let account = get(&address, "/jetapi/api/v1/account");
    assert!(account.contains("\"customer_id\":8143") && !account.contains("token"), "{account}");
    assert!(get(&address, "/__sim/whatsapp").starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/jetapi/__sim/whatsapp").starts_with("HTTP/1.1 404"));

    let mut socket = TcpStream::connect(&address).unwrap();
    write!(
        socket,
        "GET /jetapi/whatsapp/socket/websocket?vsn=2.0.0 HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
         connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .unwrap();
    let mut status = String::new();
    BufReader::new(socket.try_clone().unwrap()).read_line(&mut status).unwrap();
    assert_eq!(status, "HTTP/1.1 101 Switching Protocols\r\n");

    // With a socket open, Ctrl-C still ends it cleanly.
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_busy_port_and_missing_pages_are_one_clear_line() {
    let directory = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let output = demo(directory.path()).args(["--port", &address.port().to_string()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!("jetapi-demo: {address} is in use by another program; choose another with --port\n")
    );
    let output = demo(&directory.path().join("gone")).args(["--port", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("build the pages first"));
}
