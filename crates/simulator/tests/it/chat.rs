use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use jetapi_simulator::Options;
use serde_json::{Value, json};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::harness::{PATIENCE, Vendor};

const BEARER: &str = "Bearer sim-client-token";
/// The API's path and the page's, of the client and of the instance.
const FAMILIES: [(&str, &str); 2] =
    [("/api/v1/chatter", "/chatter"), ("/api/developer_chat", "/developer_chat")];

/// As printed.
const SUCCESS: &str = r#"{
    "meta": {
        "code": 200,
        "status": "success"
    }
}"#;
const NOT_AUTHORIZED: &str = r#"{
    "meta": {
        "code": 401,
        "message": "Not authorized!",
        "status": "fail"
    }
}"#;
const BAD_LINK_PASSWORD: &str = r#"{
    "meta": {
        "code": 422,
        "message": "Unprocessable Entity",
        "status": "fail",
        "errors": {
            "password": [
                "password at least one punctuation character",
                "password should be at least 7 character(s)"
            ]
        },
        "status_id": null
    }
}"#;
const BAD_NEW_PASSWORD: &str = r#"{
    "meta": {
        "code": 422,
        "message": "Unprocessable Entity",
        "status": "fail",
        "errors": {
            "password": [
                "password at least one digit or punctuation character"
            ]
        },
        "status_id": null
    }
}"#;
/// As printed, with the simulator's customer.
const DELETED: &str = r#"{
    "meta": {
        "code": 200,
        "status": "success"
    },
    "customer_id": 8143,
    "deleted_messages_count": 1,
    "deleted_conversations_count": 1
}"#;

fn printed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn refused(field: &str, words: &[&str]) -> (u16, Value) {
    let mut body = printed(BAD_NEW_PASSWORD);
    body["meta"]["errors"] = json!({ field: words });
    (422, body)
}

struct Page {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn shows(&self, screen: &str) -> bool {
        self.text.contains(&format!(r#"data-screen="{screen}""#))
    }
}

impl Vendor {
    async fn send(&self, request: Request<Body>) -> Page {
        let response = self.simulator.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Page {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn chat(&self, method: &str, path_and_query: &str) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path_and_query)
            .header("authorization", BEARER)
            .header("host", "chat.test:4010");
        let Page { status, text, .. } = self.send(request.body(Body::empty()).unwrap()).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The link's path and query.
    async fn link(&self, family: usize, query: &str) -> String {
        let (api, page) = FAMILIES[family];
        let (status, body) = self.chat("POST", &format!("{api}/generate_link?{query}")).await;
        assert_eq!(status, 200, "{body}");
        let link = body["link"]["link"].as_str().unwrap();
        let link = link.strip_prefix("http://chat.test:4010").expect(link);
        assert!(link.starts_with(&format!("{page}?customer_id=8143&hash=")), "{link}");
        link.to_owned()
    }

    async fn page(&self, link: &str) -> Page {
        self.send(Request::get(link).body(Body::empty()).unwrap()).await
    }

    async fn log_in(&self, link: &str, password: &str) -> Page {
        let request = Request::post(link).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(format!("password={password}").into()).unwrap()).await
    }
}

#[tokio::test]
async fn answers_are_the_printed_ones() {
    for (api, _) in FAMILIES {
        let vendor = Vendor::start(Options::default()).await;
        for (method, request, status, body) in [
            ("POST", "/generate_link?password=", 422, BAD_LINK_PASSWORD),
            ("POST", "/generate_link", 422, BAD_LINK_PASSWORD),
            ("POST", "/generate_link?auth_type=0", 422, BAD_LINK_PASSWORD),
            ("POST", "/change_password?password=Qwerr", 422, BAD_NEW_PASSWORD),
            ("POST", "/change_password?password=", 422, BAD_NEW_PASSWORD),
            ("POST", "/change_password", 422, BAD_NEW_PASSWORD),
            ("POST", "/change_password?password=Qwerrty1234", 200, SUCCESS),
            ("DELETE", "/", 200, DELETED),
        ] {
            let actual = vendor.chat(method, &format!("{api}{request}")).await;
            assert_eq!(actual, (status, printed(body)), "{method} {api}{request}");
        }
        let (status, body) = vendor.chat("POST", &format!("{api}/generate_link?password=Example123")).await;
        assert_eq!((status, &body["meta"]), (200, &printed(SUCCESS)["meta"]));
        assert_eq!(body["link"].as_object().unwrap().len(), 1);
        let (_, hash) = body["link"]["link"].as_str().unwrap().split_once("&hash=").unwrap();
        assert_eq!(hash.len(), "343c7bd8d5efbfa33528b711598989cf66317bd1".len());
    }
}

#[tokio::test]
async fn nothing_is_answered_without_the_clients_token() {
    let vendor = Vendor::start(Options::default()).await;
    for (api, page) in FAMILIES {
        for authorization in ["", "sim-client-token", "sim-api-key", "Bearer wrong"] {
            for (method, request) in [
                ("POST", "/generate_link?password=Example123"),
                ("POST", "/change_password?password=Example123"),
                ("DELETE", ""),
                ("DELETE", "/"),
            ] {
                let request = Request::builder()
                    .method(method)
                    .uri(format!("{api}{request}"))
                    .header("authorization", authorization);
                let answer = vendor.send(request.body(Body::empty()).unwrap()).await;
                assert_eq!((answer.status, printed(&answer.text)), (401, printed(NOT_AUTHORIZED)));
            }
        }
        let state = vendor.state_of("chat").await;
        assert_eq!((&state["links_made"], &state["password_set"]), (&json!(0), &json!(false)));
        assert_eq!((&state["messages"], &state["conversations"]), (&json!(1), &json!(1)));
        let received = json!({ "generate_link": 4, "change_password": 4, "delete": 8, "page": 0 });
        assert_eq!(state["received"][page.trim_start_matches('/')], received);
    }
}

#[tokio::test]
async fn passwords_are_held_to_the_rules() {
    let vendor = Vendor::start(Options::default()).await;
    let (character, short) =
        ("password at least one punctuation character", "password should be at least 7 character(s)");
    let for_change = "password at least one digit or punctuation character";
    for (password, link_words, change_words) in [
        ("Exampl", vec![character, short], vec![for_change]),
        ("Examples", vec![character], vec![for_change]),
        ("Exampl1", vec![], vec![]),
        ("Examp1", vec![short], vec![short]),
        ("Example!", vec![], vec![]),
        // Seven characters, and fourteen bytes but for the digit.
        ("%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C1", vec![], vec![]),
        ("%D0%BF%D0%B0%D1%80%D0%BE%D0%BB1", vec![short], vec![short]),
    ] {
        for (request, words) in [("generate_link", link_words), ("change_password", change_words)] {
            let request = format!("/api/v1/chatter/{request}?password={password}");
            let (status, body) = vendor.chat("POST", &request).await;
            if words.is_empty() {
                assert_eq!(status, 200, "{request}: {body}");
            } else {
                assert_eq!((status, body), refused("password", &words), "{request}");
            }
        }
    }
    for auth_type in ["2", "none", "01", "-1"] {
        let request = format!("/api/developer_chat/generate_link?password=Example123&auth_type={auth_type}");
        let expected = refused("auth_type", &["auth_type is invalid"]);
        assert_eq!(vendor.chat("POST", &request).await, expected, "{auth_type}");
    }
}

#[tokio::test]
async fn parameters_may_come_as_json() {
    let vendor = Vendor::start(Options::default()).await;
    for body in [json!({ "password": "Example123" }), json!({ "auth_type": 1 }), json!({ "auth_type": "1" })]
    {
        let request = Request::post("/api/v1/chatter/generate_link")
            .header("authorization", BEARER)
            .header("content-type", "application/json");
        let answer = vendor.send(request.body(body.to_string().into()).unwrap()).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
    }
    assert_eq!(vendor.state_of("chat").await["links_made"], 3);
}

#[tokio::test]
async fn a_link_names_the_origin_that_is_configured() {
    let chat_origin = Some("https://chat.example".into());
    let vendor = Vendor::start(Options { chat_origin, ..Options::default() }).await;
    let (_, body) = vendor.chat("POST", "/api/developer_chat/generate_link?auth_type=1").await;
    let link = body["link"]["link"].as_str().unwrap();
    assert!(link.starts_with("https://chat.example/developer_chat?customer_id=8143&hash="), "{link}");
}

#[tokio::test]
async fn a_link_stays_until_it_is_made_with_another_password() {
    let vendor = Vendor::start(Options::default()).await;
    let first = vendor.link(0, "password=Example123").await;
    assert_eq!(vendor.link(0, "password=Example123").await, first);
    assert_eq!(vendor.link(0, "auth_type=1").await, first);
    assert_eq!(vendor.link(0, "password=Example123").await, first);
    assert_eq!(vendor.link(1, "password=Example123").await, first.replace("chatter", "developer_chat"));
    vendor.chat("POST", "/api/v1/chatter/change_password?password=Qwerrty1234").await;
    assert_eq!(vendor.link(0, "password=Qwerrty1234").await, first);
    assert_eq!(vendor.page(&first).await.status, 200);

    let second = vendor.link(0, "password=Example123").await;
    assert_ne!(second, first);
    assert_eq!(vendor.page(&first).await.status, 404);
    assert_eq!(vendor.page(&second).await.status, 200);

    let other_seed = Vendor::start(Options { seed: 2, ..Options::default() }).await;
    assert_ne!(other_seed.link(0, "password=Example123").await, first);
}

#[tokio::test]
async fn a_page_opens_with_a_good_link_alone() {
    let vendor = Vendor::start(Options::default()).await;
    let link = vendor.link(1, "auth_type=1").await;
    let (_, hash) = link.split_once("&hash=").unwrap();
    for bad in [
        "/developer_chat".to_owned(),
        "/developer_chat?customer_id=8143".into(),
        format!("/developer_chat?hash={hash}"),
        format!("/developer_chat?customer_id=8144&hash={hash}"),
        format!("/developer_chat?customer_id=8143&hash={hash}0"),
        format!("/developer_chat?customer_id=8143&hash={hash}&hash={hash}"),
    ] {
        let page = vendor.page(&bad).await;
        assert_eq!(page.status, 404, "{bad}");
        assert!(page.text.starts_with("<!doctype html>"), "{}", page.text);
    }
    assert_eq!(vendor.state_of("chat").await["opened"], json!([]));

    let page = vendor.page(&link).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.shows("chat"), "{}", page.text);
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    assert!(!policy.contains("frame-ancestors") && page.header("x-frame-options").is_empty());
    assert_eq!(vendor.state_of("chat").await["received"]["developer_chat"]["page"], 7);
}

#[tokio::test]
async fn what_a_page_needs_is_served() {
    let vendor = Vendor::start(Options::default()).await;
    let link = vendor.link(0, "auth_type=1").await;
    let mut pages = vec![vendor.page(&link).await.text];
    let nested = vendor.page("/chat-page/nested").await;
    assert!(nested.header("content-security-policy").contains("script-src 'self'"));
    pages.push(nested.text);
    let mut paths: Vec<_> = pages
        .iter()
        .flat_map(|page| page.split('"'))
        .filter(|attribute| attribute.starts_with("/chat-page/"))
        .collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/chat-page/nested.js", "/chat-page/page.css", "/chat-page/page.js"]);
    for path in paths {
        let asset = vendor.page(path).await;
        let kind = if path.ends_with(".css") { "text/css" } else { "text/javascript" };
        assert_eq!(asset.status, 200, "{path}");
        assert!(asset.header("content-type").starts_with(kind), "{path}");
    }
}

#[tokio::test]
async fn the_options_of_a_page_are_told() {
    let vendor = Vendor::start(Options::default()).await;
    let link = vendor.link(0, "auth_type=1").await;
    vendor
        .page(&format!("{link}&phone=%2B995591234567&dispatch_routing=tdlib&chat_only=true&x=1&x=%26&x="))
        .await;
    let opened = json!([{
        "page": "chatter",
        "options": {
            "phone": "+995591234567",
            "dispatch_routing": "tdlib",
            "chat_only": "true",
            "x": ["1", "&", ""],
        },
    }]);
    assert_eq!(vendor.state_of("chat").await["opened"], opened);
    for n in 0..25 {
        vendor.page(&format!("{link}&phone={n}")).await;
    }
    let opened = vendor.state_of("chat").await["opened"].take();
    let phones: Vec<_> = opened.as_array().unwrap().iter().map(|page| &page["options"]["phone"]).collect();
    assert_eq!((phones.len(), phones[0], phones[19]), (20, &json!("5"), &json!("24")));
}

#[tokio::test]
async fn a_link_with_a_password_asks_for_it() {
    let vendor = Vendor::start(Options::default()).await;
    let link = vendor.link(0, "password=Example123").await;
    assert!(vendor.page(&link).await.shows("password"));
    let wrong = vendor.log_in(&link, "Example124").await;
    assert!(wrong.status == 200 && wrong.shows("wrong_password") && wrong.header("set-cookie").is_empty());
    let right = vendor.log_in(&link, "Example123").await;
    assert!(right.status == 200 && right.shows("chat"), "{}", right.text);

    let (cookie, _) = right.header("set-cookie").split_once(';').unwrap();
    let come_back = async || {
        let request = Request::get(&link).header("cookie", format!("other=1; {cookie}"));
        vendor.send(request.body(Body::empty()).unwrap()).await
    };
    assert!(come_back().await.shows("chat"));
    vendor.chat("POST", "/api/v1/chatter/change_password?password=Example123").await;
    assert!(come_back().await.shows("chat"), "the password is the same");
    vendor.chat("POST", "/api/v1/chatter/change_password?password=Qwerrty1234").await;
    assert!(come_back().await.shows("password"));
    assert!(vendor.log_in(&link, "Qwerrty1234").await.shows("chat"));
    assert!(vendor.log_in(&link, "Example123").await.shows("wrong_password"));

    vendor.link(0, "auth_type=1").await;
    assert!(vendor.page(&link).await.shows("chat"));
    let state = vendor.state_of("chat").await;
    assert_eq!((&state["password_set"], &state["asks_password"]), (&json!(true), &json!(false)));
    assert!(!state.to_string().contains("Qwerrty1234"), "{state}");
}

#[tokio::test]
async fn chats_are_deleted_once() {
    let vendor = Vendor::start(Options::default()).await;
    for path in ["/api/v1/chatter", "/api/v1/chatter/", "/api/developer_chat", "/api/developer_chat/"] {
        vendor.control_of("chat", json!({ "do": "counts", "messages": 1205, "conversations": 37 })).await;
        for (messages, conversations) in [(1205, 37), (0, 0)] {
            let mut expected = printed(DELETED);
            expected["deleted_messages_count"] = json!(messages);
            expected["deleted_conversations_count"] = json!(conversations);
            assert_eq!(vendor.chat("DELETE", path).await, (200, expected), "{path}");
        }
    }
}

#[tokio::test]
async fn the_apis_answers_can_be_refusals_or_pages() {
    let vendor = Vendor::start(Options::default()).await;
    let request = "/api/v1/chatter/generate_link?auth_type=1";
    vendor.control_of("chat", json!({ "do": "reject", "field": "password", "words": "is known" })).await;
    assert_eq!(vendor.chat("POST", request).await, refused("password", &["is known"]));
    vendor.control_of("chat", json!({ "do": "fail", "status": 503, "when": "after" })).await;
    let (status, page) = vendor.chat("POST", request).await;
    assert!(status == 503 && page.is_string(), "{page}");
    assert_eq!(vendor.state_of("chat").await["links_made"], 1);
    // Pages have faults of their own.
    vendor.control_of("chat", json!({ "do": "fail" })).await;
    assert_eq!(vendor.page("/chatter").await.status, 404);
    assert_eq!(vendor.chat("POST", request).await.0, 502);
}

#[tokio::test]
async fn a_page_can_hang_and_come_after_all() {
    let vendor = Vendor::start(Options::default()).await;
    let link = vendor.link(0, "auth_type=1").await;
    for (fault, letting_go) in [
        (json!({ "do": "hang" }), "mend_page"),
        (json!({ "do": "slow_page", "ms": 600_000 }), "mend_page"),
        (json!({ "do": "hang", "times": 2 }), "mend_page"),
    ] {
        let before = vendor.state_of("chat").await["received"]["chatter"]["page"].as_u64().unwrap();
        vendor.control_of("chat", fault.clone()).await;
        let let_go = async {
            vendor.state_of_where("chat", |state| state["received"]["chatter"]["page"] == before + 2).await;
            vendor.control_of("chat", json!({ "do": letting_go })).await
        };
        let pages = async {
            let mut first = Box::pin(vendor.page(&link));
            let hanging = timeout(Duration::from_millis(50), &mut first).await;
            assert!(hanging.is_err(), "{fault}");
            tokio::join!(first, vendor.page(&link))
        };
        let ((first, second), state) =
            timeout(PATIENCE, async { tokio::join!(pages, let_go) }).await.expect("pages in time");
        assert_eq!((first.status, second.status, &state["page"]), (200, 200, &json!("served")), "{fault}");
    }
    vendor.control_of("chat", json!({ "do": "hang" })).await;
    let (page, ()) = timeout(PATIENCE, async {
        tokio::join!(vendor.page(&link), async {
            vendor.state_of_where("chat", |state| state["received"]["chatter"]["page"] == 7).await;
            vendor.simulator.drain().await;
        })
    })
    .await
    .expect("a page that doesn't hold up a shutdown");
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn faults_of_a_page_strike_as_often_as_they_are_told_to() {
    let vendor = Vendor::start(Options::default()).await;
    let link = vendor.link(0, "auth_type=1").await;
    vendor.control_of("chat", json!({ "do": "fail_page", "times": 2 })).await;
    for (status, state) in [(500, "failing"), (500, "served"), (200, "served")] {
        assert_eq!(vendor.page(&link).await.status, status);
        assert_eq!(vendor.state_of("chat").await["page"], state);
    }
    vendor.control_of("chat", json!({ "do": "fail_page" })).await;
    for _ in 0..3 {
        assert_eq!(vendor.page(&link).await.status, 500);
    }
    vendor.control_of("chat", json!({ "do": "fail_page", "times": 0 })).await;
    assert_eq!(vendor.page(&link).await.status, 200);
    vendor.control_of("chat", json!({ "do": "hang", "times": 1 })).await;
    let mut hanging = Box::pin(vendor.page(&link));
    assert!(timeout(Duration::from_millis(50), &mut hanging).await.is_err());
    assert_eq!(timeout(PATIENCE, vendor.page(&link)).await.expect("the next page").status, 200);
}

#[tokio::test]
async fn a_page_can_refuse_to_be_framed_and_misbehave() {
    let vendor = Vendor::start(Options::default()).await;
    let link = vendor.link(0, "auth_type=1").await;
    vendor.control_of("chat", json!({ "do": "refuse_framing" })).await;
    let page = vendor.page(&link).await;
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert!(page.header("content-security-policy").ends_with("; frame-ancestors 'none'"));
    assert_eq!(page.headers.get_all("content-security-policy").iter().count(), 1);

    let script = vendor.page("/chat-page/page.js").await.text;
    for kind in ["navigate_top", "popups", "steal_focus", "scroll", "flood", "imitate", "alert"] {
        let state = vendor.control_of("chat", json!({ "do": "misbehave", "kind": kind })).await;
        assert_eq!(state["misbehaves"], kind);
        let page = vendor.page(&link).await.text;
        assert!(page.contains(&format!(r#"data-mischief="{kind}""#)), "{page}");
        assert!(script.contains(&format!("\n  {kind}() {{")), "{kind} is carried out");
    }
    let state = vendor.control_of("chat", json!({ "do": "mend_page" })).await;
    assert_eq!((&state["misbehaves"], &state["refuses_framing"]), (&Value::Null, &json!(false)));
    assert!(vendor.page(&link).await.text.contains(r#"data-mischief="none""#));
}

#[tokio::test]
async fn an_instruction_that_cannot_be_followed_is_refused() {
    let vendor = Vendor::start(Options::default()).await;
    for (body, field, words) in [
        (
            r#"{"do":"dance"}"#,
            "do",
            "counts, hang, slow_page, fail_page, refuse_framing, misbehave, mend_page, reset, reject, fail, slow",
        ),
        (r#"{"do":"misbehave"}"#, "kind", "navigate_top, popups, steal_focus, scroll, flood, imitate, alert"),
        (r#"{"do":"misbehave","kind":"all"}"#, "kind", "navigate_top"),
        (r#"{"do":"counts","messages":-1}"#, "base", "expected u64"),
        (r#"{"do":"hang","phone":"1"}"#, "base", "unknown field `phone`"),
    ] {
        let (status, answer) = vendor.post_control("chat", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let message = answer["meta"]["errors"][field][0].as_str().unwrap_or_default();
        assert!(message.contains(words), "{body}: {answer}");
    }
}

#[tokio::test]
async fn a_reset_makes_everything_as_at_the_start() {
    let vendor = Vendor::start(Options::default()).await;
    let mut start = vendor.state_of("chat").await;
    start["ok"] = json!(true);
    let link = vendor.link(0, "password=Example123").await;
    vendor.link(0, "password=Example124").await;
    vendor.chat("DELETE", "/api/v1/chatter/").await;
    vendor.page(&link).await;
    for instruction in [
        json!({ "do": "counts", "messages": 9 }),
        json!({ "do": "fail_page" }),
        json!({ "do": "refuse_framing" }),
        json!({ "do": "misbehave", "kind": "flood" }),
        json!({ "do": "reject", "times": 9 }),
        json!({ "do": "slow" }),
    ] {
        vendor.control_of("chat", instruction).await;
    }
    assert_eq!(vendor.control_of("chat", json!({ "do": "reset" })).await, start);
    assert_eq!(vendor.page(&link).await.status, 404, "no link is made");
    assert_eq!(vendor.link(0, "password=Example123").await, link);
    assert!(vendor.page(&link).await.shows("password"));
}
