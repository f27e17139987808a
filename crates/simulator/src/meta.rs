//! The API's error bodies.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

pub(crate) fn not_authorized() -> Response {
    fail(StatusCode::UNAUTHORIZED, "Not authorized!", None)
}

pub(crate) fn not_found() -> Response {
    fail(StatusCode::NOT_FOUND, "Not found", None)
}

pub(crate) fn unprocessable(field: &str, message: &str) -> Response {
    fail(StatusCode::UNPROCESSABLE_ENTITY, "Unprocessable entity", Some(json!({ field: [message] })))
}

fn fail(status: StatusCode, message: &str, errors: Option<Value>) -> Response {
    let mut meta = json!({ "code": status.as_u16(), "message": message, "status": "fail" });
    if let (Some(errors), Some(meta)) = (errors, meta.as_object_mut()) {
        meta.insert("errors".into(), errors);
    }
    (status, Json(json!({ "meta": meta }))).into_response()
}
