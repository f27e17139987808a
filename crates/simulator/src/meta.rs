//! The API's error bodies.

use axum::{
    Json,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use serde_json::{Value, json};

pub(crate) fn not_authorized() -> Response {
    fail(StatusCode::UNAUTHORIZED, "Not authorized!")
}

pub(crate) fn not_found() -> Response {
    fail(StatusCode::NOT_FOUND, "Not found")
}

pub(crate) fn bad_request() -> Response {
    fail(StatusCode::BAD_REQUEST, "Bad Request")
}

/// `errors`: the messages by field.
pub(crate) fn unprocessable(errors: &Value) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(unprocessable_body(errors))).into_response()
}

/// The same over HTTP and as a channel's `response`.
pub(crate) fn unprocessable_body(errors: &Value) -> Value {
    json!({
        "meta": {
            "code": 422,
            "errors": errors,
            "message": "Unprocessable Entity",
            "status": "fail",
            "status_id": null,
        },
    })
}

/// What a proxy on the way answers in place of the API.
pub(crate) fn page(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or_default();
    (status, Html(format!("<!doctype html><title>{status}</title><h1>{reason}</h1>"))).into_response()
}

fn fail(status: StatusCode, message: &str) -> Response {
    let meta = json!({ "code": status.as_u16(), "message": message, "status": "fail" });
    (status, Json(json!({ "meta": meta }))).into_response()
}
