use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use jetapi_simulator::Options;
use serde_json::{Value, json};

use crate::harness::{Vendor, answer};

const BEARER: &str = "Bearer sim-client-token";
const PATH: &str = "/api/developer_chat/conversations/notes";

/// What is printed under "sent".
const SENT: &str = r#"{
    "phone": "995591234567",
    "notes": [
        {
            "title": "Text",
            "body": "[Hello](https://google.com) Test_\n  Test _test_."
        }
    ]
}"#;

/// As printed, with the simulator's customer, and without the times.
const SAVED: &str = r#"{
    "meta": {
        "code": 200,
        "status": "success"
    },
    "conversations": [
        {
            "id": 4071161,
            "customer_id": 8143,
            "client_phone": "995591234567",
            "conversation_type": "whatsapp",
            "notes": [
                {
                    "title": "Text",
                    "body": "[Hello](https://google.com) Test_\n  Test _test_."
                }
            ],
            "tdlib_user_id": null,
            "tdlib_username": null,
            "messenger_client_name": null,
            "crm_client_name": null
        }
    ]
}"#;

const NO_IDENTIFIER: &str = r#"{
    "meta": {
        "code": 422,
        "message": "Unprocessable Entity",
        "status": "fail",
        "errors": {
            "phone": [
                "Phone number One of these fields must be present: [:phone, :tdlib_username, :tdlib_user_id]"
            ]
        },
        "status_id": null
    }
}"#;

const NOT_AUTHORIZED: &str = r#"{
    "meta": {
        "code": 401,
        "message": "Not authorized!",
        "status": "fail"
    }
}"#;

fn printed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn refused(errors: Value) -> (u16, Value) {
    let mut body = printed(NO_IDENTIFIER);
    body["meta"]["errors"] = errors;
    (422, body)
}

/// Takes the times out of a printed conversation.
fn times(conversation: &mut Value) -> [String; 2] {
    ["created_at", "updated_at"].map(|name| {
        let time = conversation.as_object_mut().unwrap().remove(name).unwrap();
        time.as_str().unwrap().to_owned()
    })
}

impl Vendor {
    async fn put_notes(&self, authorization: &str, body: impl Into<Body>) -> (u16, Value) {
        let request = Request::put(PATH)
            .header("authorization", authorization)
            .header("content-type", "application/json")
            .body(body.into())
            .unwrap();
        let (status, body) = answer(self.simulator.api_router(), request).await;
        (status.as_u16(), serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }

    async fn save(&self, body: Value) -> (u16, Value) {
        self.put_notes(BEARER, body.to_string()).await
    }

    /// The types of the conversations that a good request was answered with.
    async fn saved(&self, body: Value) -> Vec<(String, Value)> {
        let (status, mut answer) = self.save(body.clone()).await;
        assert_eq!(status, 200, "{body}: {answer}");
        let Value::Array(conversations) = answer["conversations"].take() else { panic!("{answer}") };
        let kind = |conversation: &Value| conversation["conversation_type"].as_str().unwrap().to_owned();
        conversations.into_iter().map(|mut one| (kind(&one), one["notes"].take())).collect()
    }
}

#[tokio::test]
async fn answers_are_the_printed_ones() {
    let vendor = Vendor::start(Options::default()).await;
    let (status, mut body) = vendor.put_notes(BEARER, SENT).await;
    let [created_at, updated_at] = times(&mut body["conversations"][0]);
    assert_eq!((status, body), (200, printed(SAVED)));
    let shape = |time: &str| time.replace(|char: char| char.is_ascii_digit(), "0");
    for time in [&created_at, &updated_at] {
        assert_eq!(shape(time), shape("2025-05-23T13:54:33"), "{time}");
    }

    let no_identifier = json!({ "notes": printed(SENT)["notes"] });
    assert_eq!(vendor.save(no_identifier).await, (422, printed(NO_IDENTIFIER)));
    for authorization in ["", "sim-client-token", "sim-api-key"] {
        let expected = (401, printed(NOT_AUTHORIZED));
        assert_eq!(vendor.put_notes(authorization, SENT).await, expected, "{authorization}");
    }
    let (status, _) = vendor.put_notes(BEARER, "{").await;
    assert_eq!(status, 400);
    let state = vendor.state_of("notes").await;
    // What is no JSON doesn't come so far.
    assert_eq!((&state["received"], state["saves"].as_array().unwrap().len()), (&json!(5), 1));
}

#[tokio::test]
async fn a_contact_has_to_be_named() {
    let vendor = Vendor::start(Options::default()).await;
    for (identifiers, errors) in [
        (json!({ "phone": "", "tdlib_username": null }), printed(NO_IDENTIFIER)["meta"]["errors"].clone()),
        (json!({ "phone": "12" }), json!({ "phone": ["Phone number has invalid format"] })),
        (
            json!({ "phone": "995591234567", "tdlib_username": "a b" }),
            json!({ "tdlib_username": ["Telegram username has invalid format"] }),
        ),
        (
            json!({ "tdlib_user_id": "x1" }),
            json!({ "tdlib_user_id": ["Telegram user ID has invalid format"] }),
        ),
    ] {
        let mut body = identifiers.clone();
        body["notes"] = json!([]);
        assert_eq!(vendor.save(body.clone()).await, refused(errors.clone()), "{identifiers}");
        body["notes"] = json!("x");
        let mut both = errors;
        both["notes"] = json!(["Notes is invalid"]);
        assert_eq!(vendor.save(body).await, refused(both), "{identifiers}");
    }
    assert_eq!(vendor.state_of("notes").await["conversations"], json!([]));
}

#[tokio::test]
async fn notes_are_held_to_the_rules() {
    let vendor = Vendor::start(Options::default()).await;
    let long = |length| "я".repeat(length);
    let (title, body, neither) = (
        "Notes title should be at most 255 character(s)",
        "Notes body should be at most 1000 character(s)",
        "Notes title or body must be present",
    );
    // Two UTF-16 units each.
    let emoji = "🙂".repeat(255);
    for (notes, words) in [
        (json!(null), vec!["Notes can't be blank"]),
        (json!({}), vec!["Notes is invalid"]),
        (json!("text"), vec!["Notes is invalid"]),
        (json!(["text", 5]), vec!["Notes is invalid"]),
        (json!([{ "title": 5 }]), vec!["Notes is invalid"]),
        (json!([{}]), vec![neither]),
        (json!([{ "title": " ", "body": "\n" }, { "title": null }]), vec![neither]),
        (json!([{ "title": long(255), "body": long(1000) }, { "title": emoji }]), vec![]),
        (json!([{ "title": long(256) }]), vec![title]),
        (json!([{ "body": long(1001) }]), vec![body]),
        (json!([{ "title": long(256), "body": long(1001) }, {}, {}]), vec![title, body, neither]),
        (json!([{ "title": "Text" }]), vec![]),
        (json!([{ "body": "Text" }]), vec![]),
        (json!([]), vec![]),
    ] {
        let answer = vendor.save(json!({ "phone": "995591234567", "notes": notes })).await;
        if words.is_empty() {
            assert_eq!(answer.0, 200, "{notes}: {}", answer.1);
        } else {
            assert_eq!(answer, refused(json!({ "notes": words })), "{notes}");
        }
    }
}

#[tokio::test]
async fn the_printed_limit_can_be_set() {
    let vendor = Vendor::start(Options::default()).await;
    let notes = |count| json!({ "phone": "995591234567", "notes": vec![json!({ "title": "Text" }); count] });
    assert_eq!(vendor.save(notes(50)).await.0, 200);
    vendor.control_of("notes", json!({ "do": "max_parts", "parts": 2 })).await;
    assert_eq!(vendor.save(notes(2)).await.0, 200);
    let words = "Notes must contain a maximum of 2 parts";
    assert_eq!(vendor.save(notes(3)).await, refused(json!({ "notes": [words] })));
    vendor.control_of("notes", json!({ "do": "max_parts" })).await;
    assert_eq!(vendor.save(notes(3)).await.0, 200);
}

#[tokio::test]
async fn all_notes_are_replaced_in_every_conversation_of_the_contact() {
    let vendor = Vendor::start(Options::default()).await;
    let telegram = json!({
        "do": "conversation",
        "type": "tdlib",
        "phone": "+995591234567",
        "tdlib_username": "Nino_K",
        "tdlib_user_id": 777,
        "notes": [{ "title": "Old" }],
    });
    for instruction in [
        json!({ "do": "conversation", "type": "whatsapp", "phone": "995591234567" }),
        telegram,
        json!({ "do": "conversation", "type": "whatsapp", "phone": "995591234568", "notes": [{ "body": "Other" }] }),
    ] {
        vendor.control_of("notes", instruction).await;
    }
    let both = ["whatsapp", "tdlib"];
    for (identifiers, kinds) in [
        (json!({ "phone": "995591234567" }), &both[..]),
        (json!({ "phone": "+995591234567" }), &both),
        (json!({ "phone": 995_591_234_567_u64 }), &both),
        (json!({ "tdlib_username": "Nino_K" }), &both[1..]),
        (json!({ "tdlib_username": "@nino_k" }), &both[1..]),
        (json!({ "tdlib_user_id": 777 }), &both[1..]),
        (json!({ "tdlib_user_id": "777" }), &both[1..]),
        (json!({ "phone": "995591234567", "tdlib_user_id": 777 }), &both),
        (json!({ "phone": "995591234567", "tdlib_username": "Nobody" }), &both),
    ] {
        for notes in [json!([{ "title": "A", "body": null }, { "title": null, "body": "B" }]), json!([])] {
            let mut body = identifiers.clone();
            body["notes"] = notes.clone();
            let expected: Vec<_> = kinds.iter().map(|kind| (String::from(*kind), notes.clone())).collect();
            assert_eq!(vendor.saved(body).await, expected, "{identifiers}");
        }
    }
    let state = vendor.state_of("notes").await;
    assert_eq!(state["conversations"].as_array().unwrap().len(), 3);
    assert_eq!(state["conversations"][2]["notes"], json!([{ "title": null, "body": "Other" }]));
}

#[tokio::test]
async fn an_unknown_contact_gets_a_conversation() {
    let vendor = Vendor::start(Options::default()).await;
    for (identifiers, kind, phone, username, user_id) in [
        (
            json!({ "phone": "995591234567", "tdlib_username": "nino" }),
            "whatsapp",
            json!("995591234567"),
            Value::Null,
            Value::Null,
        ),
        (json!({ "tdlib_username": "@gio_1" }), "tdlib", Value::Null, json!("gio_1"), Value::Null),
        (json!({ "tdlib_user_id": "-100500" }), "tdlib", Value::Null, Value::Null, json!(-100_500)),
    ] {
        let mut body = identifiers.clone();
        body["notes"] = json!([]);
        let mut ids = Vec::new();
        for _ in 0..2 {
            let (_, answer) = vendor.save(body.clone()).await;
            let [conversation] = &answer["conversations"].as_array().unwrap()[..] else {
                panic!("{answer}");
            };
            assert_eq!(conversation["conversation_type"], kind, "{identifiers}");
            assert_eq!(conversation["client_phone"], phone);
            assert_eq!(conversation["tdlib_username"], username);
            assert_eq!(conversation["tdlib_user_id"], user_id);
            ids.push(conversation["id"].clone());
        }
        assert_eq!(ids[0], ids[1], "{identifiers}");
    }
}

#[tokio::test]
async fn every_save_moves_the_time_and_no_refusal_does() {
    let vendor = Vendor::start(Options::default()).await;
    let mut last = None;
    for _ in 0..3 {
        let (_, mut answer) = vendor.put_notes(BEARER, SENT).await;
        let [created_at, updated_at] = times(&mut answer["conversations"][0]);
        // Times of this form are in order as texts.
        let (first, latest) = last.unwrap_or((created_at.clone(), created_at.clone()));
        assert!(created_at == first && updated_at > latest, "{created_at} {updated_at} after {latest}");
        last = Some((created_at, updated_at));
    }
    let before = vendor.state_of("notes").await["conversations"].take();
    vendor.save(json!({ "phone": "995591234567", "notes": [{}] })).await;
    assert_eq!(vendor.state_of("notes").await["conversations"], before);
}

#[tokio::test]
async fn saves_are_told_in_their_order() {
    let vendor = Vendor::start(Options::default()).await;
    for n in 0..25 {
        let body = json!({ "tdlib_username": "nino", "notes": [{ "title": n.to_string() }] });
        assert_eq!(vendor.save(body).await.0, 200);
    }
    let state = vendor.state_of("notes").await;
    let titles: Vec<_> =
        state["saves"].as_array().unwrap().iter().map(|save| &save["notes"][0]["title"]).collect();
    assert_eq!((titles.len(), titles[0], titles[19]), (20, &json!("5"), &json!("24")));
    let last = json!({
        "phone": null,
        "tdlib_username": "nino",
        "tdlib_user_id": null,
        "notes": [{ "title": "24", "body": null }],
    });
    assert_eq!(state["saves"][19], last);
}

#[tokio::test]
async fn answers_can_be_refusals_or_pages() {
    let vendor = Vendor::start(Options::default()).await;
    let reject = json!({ "do": "reject", "field": "notes[1].title", "words": "is rude", "times": 2 });
    vendor.control_of("notes", reject).await;
    for _ in 0..2 {
        assert_eq!(vendor.put_notes(BEARER, SENT).await, refused(json!({ "notes[1].title": ["is rude"] })));
    }
    assert_eq!(vendor.state_of("notes").await["saves"], json!([]));
    vendor.control_of("notes", json!({ "do": "fail", "when": "after" })).await;
    assert_eq!(vendor.put_notes(BEARER, SENT).await.0, 502);
    assert_eq!(vendor.state_of("notes").await["conversations"][0]["notes"], printed(SENT)["notes"]);
}

#[tokio::test]
async fn an_instruction_that_cannot_be_followed_is_refused() {
    let vendor = Vendor::start(Options::default()).await;
    for (body, field, words) in [
        (r#"{"do":"dance"}"#, "do", "conversation, max_parts, reset, reject, fail, slow"),
        (r#"{"do":"conversation","phone":"995591234567"}"#, "type", "whatsapp, tdlib"),
        (r#"{"do":"conversation","type":"whatsapp","tdlib_username":"nino"}"#, "phone", "WhatsApp"),
        (r#"{"do":"conversation","type":"tdlib","phone":"x"}"#, "phone", "international"),
        (r#"{"do":"conversation","type":"tdlib","notes":[{}]}"#, "notes", "must be present"),
        (r#"{"do":"max_parts","parts":"2"}"#, "base", "expected usize"),
        (r#"{"do":"reset","kind":"x"}"#, "base", "unknown field `kind`"),
    ] {
        let (status, answer) = vendor.post_control("notes", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let message = answer["meta"]["errors"][field][0].as_str().unwrap_or_default();
        assert!(message.contains(words), "{body}: {answer}");
    }
}

#[tokio::test]
async fn a_reset_makes_everything_as_at_the_start() {
    let vendor = Vendor::start(Options::default()).await;
    let mut start = vendor.state_of("notes").await;
    start["ok"] = json!(true);
    vendor.put_notes(BEARER, SENT).await;
    for instruction in [
        json!({ "do": "max_parts", "parts": 0 }),
        json!({ "do": "reject", "times": 9 }),
        json!({ "do": "slow" }),
    ] {
        vendor.control_of("notes", instruction).await;
    }
    assert_eq!(vendor.control_of("notes", json!({ "do": "reset" })).await, start);
    assert_eq!(vendor.put_notes(BEARER, SENT).await.0, 200);
}
