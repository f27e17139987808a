//! Requests.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

use futures_util::stream;
use jetapi::endpoint::TABLE;
use tokio::sync::Notify;

use super::*;

#[tokio::test]
async fn exactly_the_table_is_forwarded() {
    let stub = Stub::new(|_| json(200, r#"{"account":{"customer_id":8143},"instance":{"id":373}}"#)).await;
    let bench = Bench::with_table(config(stub.address), TABLE, Router::new()).await;
    for entry in TABLE {
        let path = entry.path.replace("{customer_id}", "8143");
        let path = match entry.reach {
            Reach::OwnInstance => format!("/jetapi{path}?instance_id=373"),
            Reach::OwnAccount | Reach::OwnCustomer => format!("/jetapi{path}"),
        };
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] {
            let is_listed = TABLE.iter().any(|s| s.path == entry.path && s.method.as_str() == method);
            let before = stub.asked().len();
            let reply = bench.ask(method, &path).await;
            assert_eq!(reply.status.is_success(), is_listed, "{method} {path}");
            assert_eq!(stub.asked().len() > before, is_listed, "{method} {path}");
            if is_listed {
                // With its slash at the end, where it has one.
                assert_eq!(stub.asked().pop().unwrap().path_and_query, path["/jetapi".len()..]);
            }
        }
    }
    let before = stub.asked().len();
    for path in [
        "/jetapi",
        "/jetapi/",
        "/jetapi?x=1",
        "/jetapi/api/v1/account/",
        "/jetapi//api/v1/account",
        "/jetapi/api/v1/account%2f",
        "/jetapi/api/v1/%61ccount",
        "/jetapi/api/v1/../v1/account",
        "/jetapi/API/v1/account",
        "/jetapi/api/v1/account;x",
        "/jetapi/developer/v1/instances",
        "/jetapi/developer/v1/instances/8143/delete_container_session",
        "/jetapi/developer/v1/instances/8143%2F..",
        "/jetapi/__sim/whatsapp",
        "/jetapi/healthz",
    ] {
        bench.get(path).await.assert_refused(404);
    }
    for path in ["/jetapi/api/v1/chatter", "/jetapi/api/developer_chat", "/jetapi/api/v1/chatter//"] {
        bench.ask("DELETE", path).await.assert_refused(404);
    }
    for path in
        ["/api/v1/account", "/jetapix/api/v1/account", "/x/../jetapi/api/v1/account", "/__sim/whatsapp"]
    {
        assert_eq!(bench.get(path).await.status, 404, "{path}");
    }
    assert_eq!(stub.asked().len(), before);
}

#[tokio::test]
async fn another_base_path_can_be_chosen() {
    let stub = Stub::vendor().await;
    let mut config = config(stub.address);
    config.base_path = "/crm/messengers".into();
    let bench = Bench::new(config).await;
    assert_eq!(bench.get("/crm/messengers/api/v1/account").await.status, 200);
    bench.get("/crm/messengers/other").await.assert_refused(404);
    assert_eq!(bench.get("/jetapi/api/v1/account").await.status, 404);
}

#[tokio::test]
async fn each_path_gets_its_credential_and_nothing_of_the_browsers() {
    let stub = Stub::vendor().await;
    let bench = Bench::new(config(stub.address)).await;
    for (method, path, authorization) in [
        ("GET", "/api/v1/account", format!("Bearer {TOKEN}")),
        ("PUT", "/api/developer_chat/conversations/notes", format!("Bearer {TOKEN}")),
        ("POST", "/api/tmp/instances", API_KEY.to_owned()),
        ("GET", "/developer/v1/instances/8143", API_KEY.to_owned()),
    ] {
        let request = bench
            .request(method, &format!("/jetapi{path}"))
            .header("cookie", "session=SECRET-cookie")
            .header("authorization", "Bearer SECRET-of-the-browser")
            .header("proxy-authorization", "SECRET")
            .header("connection", "keep-alive, X-Hop, Accept-Language")
            .header("x-hop", "1")
            .header("keep-alive", "timeout=5")
            .header("te", "trailers")
            .header("trailer", "x")
            .header("accept", "application/json")
            .header("accept-encoding", "gzip, br")
            .header("accept-language", "ru")
            .header("content-type", "application/json")
            .header("origin", format!("http://{}", bench.address))
            .header("referer", "http://127.0.0.1/page?SECRET")
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", "10.0.0.1")
            .header("forwarded", "for=10.0.0.1")
            .header("x-csrf-token", "SECRET")
            .header("user-agent", "browser/1")
            .header("x-request-id", "trace-1")
            .body(Body::empty())
            .unwrap();
        assert_eq!(bench.send(request).await.status, 200, "{path}");
        let asked = stub.asked().pop().unwrap();
        assert_eq!(asked.path_and_query, path);
        assert_eq!(asked.headers["authorization"], authorization.as_str(), "{path}");
        assert_eq!(asked.headers["host"], stub.address.to_string().as_str());
        assert_eq!(asked.headers["x-request-id"], "trace-1");
        let names: BTreeSet<&str> = asked.headers.keys().map(::http::HeaderName::as_str).collect();
        let want = ["accept", "authorization", "content-type", "host", "user-agent", "x-request-id"];
        let names: Vec<&str> = names.into_iter().filter(|name| *name != "content-length").collect();
        assert_eq!(names, want, "{path}");
    }
}

#[tokio::test]
async fn query_and_body_arrive_byte_for_byte() {
    let stub = Stub::vendor().await;
    let bench = Bench::new(config(stub.address)).await;
    let body: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    for query in ["", "?", "?a=%41&b=[]|'{}&&c&a=1+2%20%D0%96&phone=SECRET", "?x=1?y=/../"] {
        let path = format!("/jetapi/api/v1/send_file{query}");
        let request = bench.request("POST", &path).body(Body::from(body.clone())).unwrap();
        assert_eq!(bench.send(request).await.status, 200);
        let asked = stub.asked().pop().unwrap();
        assert_eq!(asked.method, "POST");
        assert_eq!(asked.path_and_query, format!("/api/v1/send_file{query}"));
        assert_eq!(asked.headers["content-length"], "70000");
        assert!(asked.body == body);
    }
}

#[tokio::test]
async fn a_large_upload_waits_for_the_upstream_instead_of_filling_memory() {
    const CHUNK: usize = 64 * 1024;
    const CHUNKS: usize = 1600; // 100 MiB
    const TOTAL: u64 = (CHUNK * CHUNKS) as u64;
    // What the kernel's socket buffers of two hops may hold, and some.
    const AT_MOST_UNDER_WAY: u64 = 32 << 20;

    let sent = Arc::new(AtomicU64::new(0));
    let received = Arc::new(AtomicU64::new(0));
    let most = Arc::new(AtomicU64::new(0));
    let upstream = {
        let (sent, received, most) = (sent.clone(), received.clone(), most.clone());
        Router::new().fallback(async move |request: AxumRequest| {
            // Reads nothing until the sender has come to a halt: what it got rid of by then is what is held
            // somewhere between.
            let mut before = u64::MAX;
            while before != sent.load(SeqCst) {
                before = sent.load(SeqCst);
                tokio::time::sleep(Duration::from_millis(150)).await;
            }
            let mut body = request.into_body();
            while let Some(Ok(frame)) = body.frame().await {
                most.fetch_max(sent.load(SeqCst) - received.load(SeqCst), SeqCst);
                received.fetch_add(frame.data_ref().map_or(0, |data| data.len() as u64), SeqCst);
            }
            json(200, r#"{"ok":true}"#)
        })
    };
    let bench = Bench::new(config(serve(upstream).await)).await;

    let chunk = Bytes::from(vec![b'x'; CHUNK]);
    let body = Body::from_stream(stream::iter((0..CHUNKS).map({
        let sent = sent.clone();
        move |_| {
            sent.fetch_add(CHUNK as u64, SeqCst);
            Ok::<_, Infallible>(chunk.clone())
        }
    })));
    let request =
        bench.request("POST", "/jetapi/api/v1/send_file").header("content-length", TOTAL).body(body).unwrap();
    let reply = bench.send(request).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(received.load(SeqCst), TOTAL);
    let most = most.load(SeqCst);
    assert!((1..AT_MOST_UNDER_WAY).contains(&most), "{most} bytes were under way");
}

#[tokio::test]
async fn an_upload_may_take_longer_than_an_answer() {
    let stub = Stub::vendor().await;
    let mut config = config(stub.address);
    config.response_timeout = Duration::from_millis(500);
    let bench = Bench::new(config).await;
    let body = Body::from_stream(stream::unfold(0, async |step| {
        tokio::time::sleep(Duration::from_millis(100)).await;
        (step < 8).then_some((Ok::<_, Infallible>("piece"), step + 1))
    }));
    let request = bench.request("POST", "/jetapi/api/v1/send_file").body(body).unwrap();
    assert_eq!(bench.send(request).await.status, 200);
    assert_eq!(stub.asked()[0].body.len(), 40);
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let stub = Stub::vendor().await;
    let mut config = config(stub.address);
    config.max_body_bytes = 1000;
    let bench = Bench::new(config).await;
    let post = |body: Body| bench.request("POST", "/jetapi/api/v1/send_file").body(body).unwrap();
    assert_eq!(bench.send(post(Body::from(vec![0; 1000]))).await.status, 200);
    assert_eq!(stub.asked().len(), 1);
    bench.send(post(Body::from(vec![0; 1001]))).await.assert_refused(413);
    assert_eq!(stub.asked().len(), 1, "the declared length is enough to refuse");
    let chunks = stream::iter((0..11).map(|_| Ok::<_, Infallible>(vec![0; 100])));
    bench.send(post(Body::from_stream(chunks))).await.assert_refused(413);
}

#[tokio::test]
async fn json_replies_lose_their_credentials_and_nothing_else() {
    let body = r#"{"meta":{"code":200},"account":{"token":"SECRET-jwt","total":1.10,"list":[{"api_key":"SECRET","id":12345678901234567890}],"note":"is SECRET-client-token"},"idempotency_key":"SECRET"}"#;
    let want =
        r#"{"meta":{"code":200},"account":{"total":1.10,"list":[{"id":12345678901234567890}],"note":"***"}}"#;
    for kind in ["application/json", "application/json; charset=utf-8", "Application/Problem+JSON", ""] {
        let stub = Stub::new(move |_| {
            let mut response = json(200, body);
            response.headers_mut().remove("content-type");
            if !kind.is_empty() {
                response.headers_mut().insert("content-type", kind.parse().unwrap());
            }
            response
        })
        .await;
        let bench = Bench::new(config(stub.address)).await;
        let reply = bench.get("/jetapi/api/v1/account").await;
        assert_eq!(reply.text(), want, "{kind}");
        assert_eq!(reply.headers["content-length"], want.len().to_string().as_str());
    }
}

#[tokio::test]
async fn a_reply_passes_as_it_is_or_not_at_all() {
    type Make = fn() -> Response<Body>;
    // The upstream's answer, the status that the browser gets, and the body where it is the upstream's.
    let cases: &[(&str, Make, u16, Option<&str>)] = &[
        ("401", || json(401, r#"{"meta":{"code":401}}"#), 401, Some(r#"{"meta":{"code":401}}"#)),
        ("401 without body", || json(401, ""), 401, Some("")),
        ("404", || json(404, r#"{"meta":{}}"#), 404, Some(r#"{"meta":{}}"#)),
        (
            "422",
            || json(422, r#"{"meta":{"errors":{"a":["b"]}}}"#),
            422,
            Some(r#"{"meta":{"errors":{"a":["b"]}}}"#),
        ),
        ("500", || json(500, r#"{"meta":{}}"#), 500, Some(r#"{"meta":{}}"#)),
        (
            "a page",
            || {
                Response::builder()
                    .status(503)
                    .header("content-type", "text/html")
                    .body("<h1>token</h1>".into())
                    .unwrap()
            },
            503,
            Some("<h1>token</h1>"),
        ),
        ("no content", || Response::builder().status(204).body(Body::empty()).unwrap(), 204, Some("")),
        ("not modified", || Response::builder().status(304).body(Body::empty()).unwrap(), 304, Some("")),
        ("no JSON", || json(200, "<html>SECRET</html>"), 502, None),
        ("half of JSON", || json(200, r#"{"token":"SECRET""#), 502, None),
        (
            "broken characters",
            || {
                Response::builder()
                    .header("content-type", "application/json")
                    .body(Body::from(&b"\"\xff SECRET\""[..]))
                    .unwrap()
            },
            502,
            None,
        ),
        ("too large", || json(200, &format!("[\"{}\"]", "x".repeat(5000))), 502, None),
        (
            "compressed",
            || {
                Response::builder()
                    .header("content-type", "application/json")
                    .header("content-encoding", "gzip")
                    .body("SECRET".into())
                    .unwrap()
            },
            502,
            None,
        ),
        (
            "redirect",
            || {
                Response::builder()
                    .status(302)
                    .header("location", "https://api.jetapi.io/?token=SECRET")
                    .body(Body::empty())
                    .unwrap()
            },
            502,
            None,
        ),
    ];
    for (name, make, status, body) in cases {
        let stub = Stub::new(move |_| {
            let mut response = make();
            let headers = response.headers_mut();
            headers.insert("set-cookie", "session=SECRET".parse().unwrap());
            headers.insert("access-control-allow-origin", "*".parse().unwrap());
            headers.insert("strict-transport-security", "max-age=1".parse().unwrap());
            headers.insert("clear-site-data", "\"*\"".parse().unwrap());
            headers.insert("x-token", "SECRET".parse().unwrap());
            headers.insert("cache-control", "public, max-age=600".parse().unwrap());
            headers.insert("etag", "\"1\"".parse().unwrap());
            response
        })
        .await;
        let mut config = config(stub.address);
        config.max_json_bytes = 4000;
        let bench = Bench::new(config).await;
        let reply = bench.get("/jetapi/api/v1/account").await;
        assert_eq!(reply.status.as_u16(), *status, "{name}");
        match body {
            Some(body) => {
                assert_eq!(reply.text(), *body, "{name}");
                assert_eq!(reply.headers["etag"], "\"1\"", "{name}");
            }
            None => reply.assert_refused(502),
        }
        let names: BTreeSet<&str> = reply.headers.keys().map(::http::HeaderName::as_str).collect();
        for gone in [
            "set-cookie",
            "access-control-allow-origin",
            "strict-transport-security",
            "clear-site-data",
            "x-token",
            "location",
        ] {
            assert!(!names.contains(gone), "{name}: {gone}");
        }
        assert_eq!(reply.headers["cache-control"], "no-store", "{name}");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff", "{name}");
    }
}

#[tokio::test]
async fn a_reply_that_is_no_json_is_streamed() {
    let gate = Arc::new(Notify::new());
    let upstream = {
        let gate = gate.clone();
        Router::new().fallback(async move || {
            let body = stream::unfold(0, move |step| {
                let gate = gate.clone();
                async move {
                    match step {
                        0 => Some((Ok::<_, Infallible>("first"), 1)),
                        1 => {
                            gate.notified().await;
                            Some((Ok("second"), 2))
                        }
                        _ => None,
                    }
                }
            });
            Response::builder().header("content-type", "text/csv").body(Body::from_stream(body)).unwrap()
        })
    };
    let bench = Bench::new(config(serve(upstream).await)).await;
    let request = bench.request("GET", "/jetapi/api/v1/account").body(Body::empty()).unwrap();
    let mut body = bench.client.request(request).await.unwrap().into_body();
    let first =
        tokio::time::timeout(PATIENCE, body.frame()).await.expect("the first piece waits for nothing");
    assert_eq!(first.unwrap().unwrap().into_data().unwrap(), "first");
    gate.notify_one();
    assert_eq!(body.collect().await.unwrap().to_bytes(), "second");
}

#[tokio::test]
async fn an_upstream_that_fails_is_502_and_one_that_is_silent_504() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let bench = Bench::new(config(free)).await;
    bench.get("/jetapi/api/v1/account").await.assert_refused(502);

    let silent = serve(Router::new().fallback(async || std::future::pending::<StatusCode>().await)).await;
    let mut silent_config = config(silent);
    silent_config.response_timeout = Duration::from_millis(100);
    let bench = Bench::new(silent_config).await;
    bench.get("/jetapi/api/v1/account").await.assert_refused(504);

    // Breaks off in the middle of its answer.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let broken = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"token\":\"SECRET\"")
                .await;
        }
    });
    let bench = Bench::new(config(broken)).await;
    bench.get("/jetapi/api/v1/account").await.assert_refused(502);
}

#[tokio::test]
async fn what_is_printed_on_another_host_can_be_sent_there() {
    let (api, chatpush) = (Stub::vendor().await, Stub::vendor().await);
    let calls = [
        jetapi::max::send_phone("79811597745"),
        jetapi::max::send_code(&Secret::new("SECRET-848158")),
        jetapi::max::close_session(),
    ];
    for to_chatpush in [false, true] {
        let mut config = config(api.address);
        if to_chatpush {
            config.host_upstreams.insert("api.chatpush.ru".into(), upstream(chatpush.address));
        }
        let bench = Bench::with_table(config, TABLE, Router::new()).await;
        let upstream = if to_chatpush { &chatpush } else { &api };
        for call in &calls {
            let body = call.body.as_ref().map(|body| body.expose().to_owned()).unwrap_or_default();
            let request = bench
                .request(call.method.as_str(), &format!("/jetapi{}", call.path))
                .header("content-type", "application/json")
                .body(Body::from(body.clone()))
                .unwrap();
            assert_eq!(bench.send(request).await.status, 200);
            let asked = upstream.asked().pop().unwrap();
            assert_eq!((asked.path_and_query, asked.body), (call.path.clone(), body.into()));
            assert_eq!(asked.headers["authorization"], format!("Bearer {TOKEN}").as_str());
        }
        assert_eq!(bench.get("/jetapi/api/v1/account").await.status, 200);
    }
    assert_eq!((api.asked().len(), chatpush.asked().len()), (3 + 1 + 1, 3));
}

#[tokio::test]
async fn a_developers_endpoint_reaches_only_the_own_customer() {
    let lookups = Arc::new(AtomicUsize::new(0));
    let counted = lookups.clone();
    // The first question after the account fails.
    let stub = Stub::new(move |asked| {
        if asked.path_and_query != "/api/v1/account" {
            return json(200, r#"{"instance":{"token":"SECRET"}}"#);
        }
        assert_eq!(asked.headers["authorization"], format!("Bearer {TOKEN}").as_str());
        match counted.fetch_add(1, SeqCst) {
            0 => json(500, "{}"),
            _ => json(200, r#"{"account":{"customer_id":8143}}"#),
        }
    })
    .await;
    let bench = Bench::new(config(stub.address)).await;
    bench.get("/jetapi/developer/v1/instances/8143").await.assert_refused(502);
    let instances =
        |stub: &Stub| stub.asked().iter().filter(|a| a.path_and_query.contains("instances")).count();
    assert_eq!(instances(&stub), 0);

    // A failure is held for a moment, then asked about again.
    bench.get("/jetapi/developer/v1/instances/8143").await.assert_refused(502);
    assert_eq!(lookups.load(SeqCst), 1);
    pass(Duration::from_secs(2)).await;
    let reply = bench.get("/jetapi/developer/v1/instances/8143").await;
    assert_eq!(reply.text(), r#"{"instance":{}}"#);
    for other in ["8144", "81430", "08143", "0"] {
        bench.get(&format!("/jetapi/developer/v1/instances/{other}")).await.assert_refused(403);
    }
    pass(Duration::from_secs(10)).await;
    assert_eq!(bench.get("/jetapi/developer/v1/instances/8143").await.status, 200);
    assert_eq!(instances(&stub), 2);
    assert_eq!(lookups.load(SeqCst), 2, "one that failed and one that is kept");
}

#[tokio::test]
async fn without_a_credential_nothing_goes_upstream() {
    let stub = Stub::vendor().await;
    let mut no_key = config(stub.address);
    no_key.api_key = None;
    let bench = Bench::new(no_key).await;
    let reply = bench.get("/jetapi/developer/v1/instances/8143").await;
    reply.assert_refused(404);
    assert!(reply.text().contains("API key"), "{}", reply.text());

    let mut no_token = config(stub.address);
    no_token.token = None;
    let bench = Bench::new(no_token).await;
    bench.get("/jetapi/api/v1/account").await.assert_refused(401);
    bench.get("/jetapi/developer/v1/instances/8143").await.assert_refused(403);
    let ready = bench.get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.json()["token"], "missing");
    assert_eq!(stub.asked().len(), 0);
}

#[tokio::test]
async fn another_site_is_refused_before_anything_else() {
    let stub = Stub::vendor().await;
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("index.html"), "page").unwrap();
    let mut config = config(stub.address);
    config.static_dir = Some(directory.path().into());
    let beside = Router::new().route("/beside", axum::routing::get(async || "beside"));
    let bench = Bench::with_table(config, &ENDPOINTS, beside).await;
    let from_elsewhere: [(&str, &str); 3] = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for (name, value) in from_elsewhere {
        for (path, guarded) in [
            ("/jetapi/api/v1/account", true),
            ("/jetapi/nothing", true),
            ("/jetapi/socket/websocket", true),
            ("/jetapi/whatsapp/socket/websocket", true),
            ("/beside", true),
            // A link from another page may lead to the page.
            ("/", false),
            ("/healthz", false),
        ] {
            let request = bench.request("GET", path).header(name, value).body(Body::empty()).unwrap();
            let reply = bench.send(request).await;
            if guarded {
                reply.assert_refused(403);
            } else {
                assert_eq!(reply.status, 200, "{path}");
            }
        }
    }
    assert_eq!(stub.asked().len(), 0);
    assert_eq!(bench.get("/beside").await.text(), "beside");
}

#[tokio::test]
async fn readiness_tells_what_is_wrong_and_does_not_hammer() {
    let stub = Stub::vendor().await;
    let bench = Bench::new(config(stub.address)).await;
    assert_eq!(bench.get("/healthz").await.text(), "ok\n");
    for _ in 0..5 {
        let ready = bench.get("/readyz").await;
        assert_eq!(ready.status, 200);
        assert_eq!(ready.json()["account"], "reachable");
        assert_eq!(ready.json()["idempotency_key"], "missing");
        assert!(!ready.text().contains(MARK));
    }
    assert_eq!(stub.asked().len(), 1);
    pass(Duration::from_secs(6)).await;
    bench.get("/readyz").await;
    assert_eq!(stub.asked().len(), 2);

    let stub = Stub::new(|_| json(401, r#"{"meta":{"code":401}}"#)).await;
    let bench = Bench::new(config(stub.address)).await;
    let ready = bench.get("/readyz").await;
    assert_eq!((ready.status.as_u16(), &ready.json()["account"]), (503, &Value::from("token refused")));

    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let bench = Bench::new(config(free)).await;
    let ready = bench.get("/readyz").await;
    assert_eq!((ready.status.as_u16(), &ready.json()["account"]), (503, &Value::from("unreachable")));
}

#[tokio::test]
async fn every_request_has_an_id_and_a_line_in_the_log() {
    let stub = Stub::vendor().await;
    let bench = Bench::new(config(stub.address)).await;
    let reply = bench.get("/jetapi/api/v1/account?phone=SECRET").await;
    let id = reply.headers["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(id.len(), 32);
    assert_eq!(stub.asked().pop().unwrap().headers["x-request-id"], id.as_str());
    let log = logged();
    let line = log.lines().find(|line| line.contains(&id)).expect("a line");
    for part in ["method=\"GET\"", "path=\"/api/v1/account\"", "status=200", "duration_ms="] {
        assert!(line.contains(part), "{line} lacks {part}");
    }
    for (given, is_kept) in [("abc-1.2_3", true), ("a b", false), ("", false), ("x\"y", false)] {
        let request =
            bench.request("GET", "/healthz").header("x-request-id", given).body(Body::empty()).unwrap();
        assert_eq!(bench.send(request).await.headers["x-request-id"] == given, is_kept, "{given}");
    }
}

#[tokio::test]
async fn the_pages_files_come_with_their_headers() {
    let stub = Stub::vendor().await;
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("index.html", "page");
    write("app-0123456789abcdef_bg.wasm", "plain");
    write("app-0123456789abcdef_bg.wasm.br", "brotli");
    let mut config = config(stub.address);
    config.static_dir = Some(directory.path().into());
    let bench = Bench::new(config).await;
    let page = bench.get("/").await;
    assert_eq!((page.status.as_u16(), page.text()), (200, "page"));
    assert_eq!(page.headers["cache-control"], "no-cache");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; ")
    );
    assert!(policy.ends_with("; require-trusted-types-for 'script'"));

    let request = bench
        .request("GET", "/app-0123456789abcdef_bg.wasm")
        .header("accept-encoding", "gzip, br")
        .body(Body::empty())
        .unwrap();
    let wasm = bench.send(request).await;
    assert_eq!(wasm.text(), "brotli");
    assert_eq!(wasm.headers["content-encoding"], "br");
    assert_eq!(wasm.headers["content-type"], "application/wasm");
    assert_eq!(wasm.headers["cache-control"], "public, max-age=31536000, immutable");
    let gone = bench.get("/gone-0123456789abcdef.js").await;
    assert_eq!((gone.status.as_u16(), &gone.headers["cache-control"]), (404, &"no-cache".parse().unwrap()));
    assert_eq!(bench.get("/..%2f..%2fetc/passwd").await.status, 404);
}

#[tokio::test]
async fn only_a_loopback_listener_is_served() {
    let stub = Stub::vendor().await;
    let gateway = Gateway::new(config(stub.address)).unwrap();
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let error = gateway.serve(listener, std::future::pending()).await.unwrap_err();
    assert!(matches!(error, ServeError::NotLoopback(_)));
    assert!(error.to_string().contains("authentication"), "{error}");

    let mut open = config(stub.address);
    open.listen = "192.168.0.1:80".parse().unwrap();
    assert!(Gateway::new(open).is_err());
}
