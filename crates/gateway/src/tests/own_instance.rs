//! Calls with the developer's key that name an instance.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use futures_util::stream;
use jetapi::endpoint::TABLE;
use jetapi::telegram_bot;

use super::*;

const BOTS: &str = "/developer/v1/telegram_bots";
const BOT_TOKEN: &str = "110201543:SECRET-Tcv_H1vGWJxfSeofSAs0K5PALDsw";
const CONNECTED: &str = r#"{"telegram_bot":{"bot_link":"https://t.me/oeporpj_bot","status":"running"}}"#;

/// A vendor whose customer 8143 has instance 373.
async fn vendor() -> Stub {
    Stub::new(|asked| match asked.path_and_query.as_str() {
        "/api/v1/account" => json(200, r#"{"account":{"customer_id":8143}}"#),
        "/developer/v1/instances/8143" => json(200, r#"{"instance":{"id":373,"token":"SECRET"}}"#),
        _ => json(200, CONNECTED),
    })
    .await
}

async fn bench(stub: &Stub) -> Bench {
    Bench::with_table(config(stub.address), TABLE, Router::new()).await
}

fn bots_asked(stub: &Stub) -> Vec<Asked> {
    stub.asked().into_iter().filter(|asked| asked.path_and_query.starts_with(BOTS)).collect()
}

impl Bench {
    async fn post_bot(&self, query: &str, content_type: Option<&str>, body: impl Into<Body>) -> Reply {
        let mut request = self.request("POST", &format!("/jetapi{BOTS}{query}"));
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        self.send(request.body(body.into()).unwrap()).await
    }
}

#[tokio::test]
async fn the_widgets_own_call_arrives_as_it_was_sent() {
    let stub = vendor().await;
    let bench = bench(&stub).await;
    let menu = telegram_bot::Menu::new("Меню", "https://crm.example/?a;b").unwrap();
    let call = telegram_bot::connect("373", &Secret::new(BOT_TOKEN), menu.as_ref());
    assert!(telegram_bot::check_token(BOT_TOKEN).is_ok());
    let body = call.body.as_ref().unwrap().expose().to_owned();
    let request = bench
        .request(call.method.as_str(), &format!("/jetapi{}", call.path))
        .header("content-type", "application/json")
        .body(Body::from(body.clone()))
        .unwrap();
    let reply = bench.send(request).await;
    assert_eq!((reply.status.as_u16(), reply.text()), (200, CONNECTED));

    let asked = stub.asked();
    let keys: Vec<_> = asked
        .iter()
        .map(|a| (a.path_and_query.as_str(), a.headers["authorization"].to_str().unwrap().to_owned()))
        .collect();
    let want = [
        ("/api/v1/account", format!("Bearer {TOKEN}")),
        ("/developer/v1/instances/8143", API_KEY.to_owned()),
        (BOTS, API_KEY.to_owned()),
    ];
    assert_eq!(keys, want);
    let sent = &asked[2];
    assert_eq!(sent.body, body);
    assert_eq!(sent.headers["content-type"], "application/json");
    assert_eq!(sent.headers["content-length"], body.len().to_string().as_str());

    // What is known is not asked for again.
    assert_eq!(bench.post_bot("?instance_id=373", None, Body::empty()).await.status, 200);
    assert_eq!(stub.asked().len(), 4);
}

#[tokio::test]
async fn only_the_own_instance_is_reached() {
    const JSON: Option<&str> = Some("application/json");
    let cases: &[(&str, Option<&str>, &str, u16)] = &[
        ("?instance_id=373", None, "", 200),
        ("?instance_id=373&phone=SECRET", JSON, "", 200),
        ("", JSON, r#"{"instance_id":373}"#, 200),
        ("", Some("Application/JSON; charset=UTF-8"), r#"{"instance_id":"373"}"#, 200),
        ("?instance_id=373", JSON, r#"{"instance_id":"373"}"#, 200),
        // Another's.
        ("?instance_id=374", None, "", 403),
        ("?instance_id=8143", None, "", 403),
        ("?instance_id=0373", None, "", 403),
        ("?instance_id=%33%37%34", None, "", 403),
        ("", JSON, r#"{"instance_id":374}"#, 403),
        ("", JSON, r#"{"instance_id":373.0}"#, 403),
        ("", JSON, r#"{"instance_id":null}"#, 403),
        // None, or not one.
        ("", None, "", 400),
        ("", JSON, "{}", 400),
        ("?instance_id=373", JSON, r#"{"instance_id":374}"#, 400),
        ("?instance_id=374", JSON, r#"{"instance_id":373}"#, 400),
        ("", JSON, r#"{"instance_id":374,"instance_id":373}"#, 400),
        ("?instance_id=373&instance_id[]=374", None, "", 400),
        ("?instance_id=373", JSON, r#"{"telegram_bot":{"instance_id":374}}"#, 400),
        ("?instance_id=373", JSON, r#"{"_method":"DELETE"}"#, 400),
        ("?instance_id=373", JSON, "SECRET", 400),
        // Bodies that may be read as something else than JSON.
        ("?instance_id=373", None, r#"{"instance_id":373}"#, 400),
        ("?instance_id=373", Some("application/x-www-form-urlencoded"), "instance_id=374&x=SECRET", 400),
        ("?instance_id=373", Some("application/x-www-form-urlencoded"), r#"{"instance_id":373}"#, 400),
        ("?instance_id=373", Some("multipart/form-data; boundary=x"), "--x--", 400),
        ("?instance_id=373", Some("application/json; charset=utf-16"), r#"{"instance_id":373}"#, 400),
        ("?instance_id=373", Some("application/problem+json"), r#"{"instance_id":373}"#, 400),
        ("?instance_id=373", Some("text/plain"), "", 400),
    ];
    for (query, content_type, body, status) in cases {
        let stub = vendor().await;
        let bench = bench(&stub).await;
        let reply = bench.post_bot(query, *content_type, *body).await;
        let name = format!("{query} {content_type:?} {body}");
        assert_eq!(reply.status.as_u16(), *status, "{name}: {}", reply.text());
        assert_eq!(bots_asked(&stub).len(), usize::from(*status == 200), "{name}");
        if *status != 200 {
            reply.assert_refused(*status);
        }
        if *status == 400 {
            assert_eq!(stub.asked().len(), 0, "{name}: what has no form is not worth a question");
        }
    }
}

#[tokio::test]
async fn two_types_or_an_encoding_are_refused() {
    let stub = vendor().await;
    let bench = bench(&stub).await;
    for (name, value) in [("content-type", "application/x-www-form-urlencoded"), ("content-encoding", "gzip")]
    {
        let request = bench
            .request("POST", &format!("/jetapi{BOTS}"))
            .header("content-type", "application/json")
            .header(name, value)
            .body(Body::from(r#"{"instance_id":373}"#))
            .unwrap();
        bench.send(request).await.assert_refused(400);
    }
    assert_eq!(stub.asked().len(), 0);
}

#[tokio::test]
async fn its_body_is_small_and_comes_in_time() {
    let stub = vendor().await;
    let mut config = config(stub.address);
    config.response_timeout = Duration::from_millis(200);
    let bench = Bench::with_table(config, TABLE, Router::new()).await;
    let of_length = |length: usize| {
        let frame = r#"{"instance_id":373,"menu_title":""}"#;
        frame.replace(r#""""#, &format!("\"{}\"", "x".repeat(length - frame.len())))
    };
    let json = Some("application/json");
    assert_eq!(bench.post_bot("", json, of_length(65_536)).await.status, 200);
    bench.post_bot("", json, of_length(65_537)).await.assert_refused(413);
    let pieces = |text: String| {
        let pieces: Vec<_> =
            text.as_bytes().chunks(1000).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        stream::iter(pieces)
    };
    assert_eq!(bench.post_bot("", json, Body::from_stream(pieces(of_length(65_536)))).await.status, 200);
    bench.post_bot("", json, Body::from_stream(pieces(of_length(65_537)))).await.assert_refused(413);
    let halting = futures_util::StreamExt::chain(pieces(of_length(2000)), stream::pending());
    bench.post_bot("", json, Body::from_stream(halting)).await.assert_refused(400);
    let bodies: Vec<_> = bots_asked(&stub).iter().map(|asked| asked.body.len()).collect();
    assert_eq!(bodies, [65_536, 65_536]);
}

#[tokio::test]
async fn whose_instance_is_unknown_reaches_none() {
    // What the API answers when asked for the instance, and what becomes of the call.
    for (status, answer, want) in [
        (404, r#"{"meta":{"code":404}}"#, 403),
        (401, r#"{"meta":{"code":401}}"#, 401),
        (500, "{}", 502),
        (200, "{}", 502),
        (200, r#"{"instance":{"id":null}}"#, 502),
        (200, r#"{"instance":{"id":""}}"#, 502),
        (200, "SECRET", 502),
    ] {
        let lookups = Arc::new(AtomicUsize::new(0));
        let counted = lookups.clone();
        let stub = Stub::new(move |asked| match asked.path_and_query.as_str() {
            "/api/v1/account" => json(200, r#"{"account":{"customer_id":8143}}"#),
            "/developer/v1/instances/8143" => match counted.fetch_add(1, SeqCst) {
                0 => json(status, answer),
                _ => json(200, r#"{"instance":{"id":373}}"#),
            },
            _ => json(200, CONNECTED),
        })
        .await;
        let bench = bench(&stub).await;
        for query in ["?instance_id=373", "?instance_id=", "?instance_id=null"] {
            bench.post_bot(query, None, Body::empty()).await.assert_refused(want);
        }
        assert_eq!(lookups.load(SeqCst), 1, "a failure is held for a moment");
        assert_eq!(bots_asked(&stub).len(), 0);
        pass(Duration::from_secs(2)).await;
        assert_eq!(bench.post_bot("?instance_id=373", None, Body::empty()).await.status, 200);
        assert_eq!((lookups.load(SeqCst), bots_asked(&stub).len()), (2, 1));
    }

    // The account itself is not known.
    let stub = Stub::new(|_| json(503, "{}")).await;
    bench(&stub).await.post_bot("?instance_id=373", None, Body::empty()).await.assert_refused(502);
    assert_eq!(stub.asked().len(), 1);
}

#[tokio::test]
async fn it_takes_both_credentials() {
    let stub = vendor().await;
    let mut no_key = config(stub.address);
    no_key.api_key = None;
    let bench = Bench::with_table(no_key, TABLE, Router::new()).await;
    bench.post_bot("?instance_id=373", None, Body::empty()).await.assert_refused(404);
    let mut no_token = config(stub.address);
    no_token.token = None;
    let bench = Bench::with_table(no_token, TABLE, Router::new()).await;
    bench.post_bot("?instance_id=373", None, Body::empty()).await.assert_refused(403);
    assert_eq!(stub.asked().len(), 0);
}
