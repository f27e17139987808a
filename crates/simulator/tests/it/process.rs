use std::process::Stdio;

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

use crate::harness::{Peer, QUERY, ROOM};

fn simulator(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_jetapi-simulator"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_signal_drains_the_sockets_and_ends_the_process_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let mut process =
            simulator(&["--listen", "127.0.0.1:0", "--whatsapp-listen", "127.0.0.1:0", "--refs", "string"]);
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let greeting = lines.next_line().await.unwrap().unwrap();
        let greeting = greeting.strip_prefix("simulator listening on http://").expect(&greeting);
        let (address, whatsapp) = greeting.split_once(" (WhatsApp on http://").expect(greeting);
        let whatsapp = whatsapp.trim_end_matches(')');

        let mut api_peer = Peer::connect(format!("ws://{address}/socket/websocket?{QUERY}")).await.unwrap();
        let mut whatsapp_peer =
            Peer::connect(format!("ws://{whatsapp}/socket/websocket?{QUERY}")).await.unwrap();
        whatsapp_peer.send(json!(["1", "1", ROOM, "phx_join", {}])).await;
        assert_eq!(whatsapp_peer.next().await[0], "1");

        let pid = process.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().await.unwrap().success());
        assert_eq!(api_peer.closed().await, Some(1012));
        assert_eq!(whatsapp_peer.closed().await, Some(1012));
        drop((api_peer, whatsapp_peer));
        assert_eq!(process.wait().await.unwrap().code(), Some(0));
        assert_eq!(lines.next_line().await.unwrap(), None, "one line and no more");
    }
}

#[tokio::test]
async fn a_busy_port_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut process = simulator(&["--listen", &address]);
    let mut complaint = String::new();
    process.stderr.take().unwrap().read_to_string(&mut complaint).await.unwrap();
    assert_eq!(process.wait().await.unwrap().code(), Some(1));
    assert!(complaint.starts_with(&format!("jetapi-simulator: can't listen on {address}: ")), "{complaint}");
    assert_eq!(complaint.lines().count(), 1);
}
