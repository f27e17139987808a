//! The end.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::*;

/// An upstream that says when it was asked, and answers when told to.
async fn gated() -> (SocketAddr, Arc<Notify>, Arc<Notify>) {
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let router = Router::new().fallback({
        let (asked, answer) = (asked.clone(), answer.clone());
        async move || {
            asked.notify_one();
            answer.notified().await;
            json(200, "{}")
        }
    });
    (serve(router).await, asked, answer)
}

#[tokio::test]
async fn a_request_under_way_is_finished() {
    let (upstream, asked, answer) = gated().await;
    let mut bench = Bench::new(config(upstream)).await;
    let mut running = std::mem::replace(&mut bench.running, tokio::spawn(async { Ok(()) }));
    let stop = bench.stop.clone();
    let address = bench.address;
    let (reply, ()) = tokio::join!(bench.get("/jetapi/api/v1/account"), async {
        asked.notified().await;
        stop.cancel();
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        answer.notify_one();
    });
    assert_eq!(reply.status, 200);
    timeout(PATIENCE, &mut running).await.expect("serve returns").unwrap().unwrap();
}

#[tokio::test]
async fn a_request_that_does_not_end_is_given_up_after_the_drain_time() {
    let (upstream, asked, _answer) = gated().await;
    let mut config = config(upstream);
    config.drain_timeout = Duration::from_millis(100);
    let mut bench = Bench::new(config).await;
    let mut stream = TcpStream::connect(bench.address).await.unwrap();
    stream.write_all(b"GET /jetapi/api/v1/account HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    asked.notified().await;
    bench.stop.cancel();
    timeout(PATIENCE, &mut bench.running).await.expect("serve returns").unwrap().unwrap();
    assert_eq!(
        timeout(PATIENCE, stream.read(&mut [0; 16])).await.expect("the connection is given up").unwrap_or(0),
        0
    );
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_the_shutdown_up() {
    let stub = Stub::vendor().await;
    let mut bench = Bench::new(config(stub.address)).await;
    let idle = TcpStream::connect(bench.address).await.unwrap();
    bench.get("/healthz").await;
    bench.stop.cancel();
    timeout(Duration::from_secs(2), &mut bench.running).await.expect("serve returns").unwrap().unwrap();
    drop(idle);
}
