//! The client's account and the developer's instance: two views of the one customer.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use crate::{Simulator, meta, whatsapp::AccountAnswer};

pub(crate) const INSTANCE_ID: u32 = 373;

pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new()
        .route("/api/v1/account", get(account))
        .route("/developer/v1/instances/{customer_id}", get(instance))
        .with_state(simulator.clone())
}

async fn account(State(simulator): State<Simulator>, headers: HeaderMap) -> Response {
    let Simulator { inner } = simulator;
    match inner.whatsapp.account_answer() {
        AccountAnswer::Api => {}
        AccountAnswer::Html(status) => return meta::page(status),
    }
    let refusing = inner.whatsapp_sockets.is_refusing() || inner.api_sockets.is_refusing();
    if refusing || !inner.is_client(&headers) {
        return meta::not_authorized();
    }
    Json(json!({
        "meta": { "code": 200, "status": "success" },
        "account": {
            "token": inner.options.token,
            "total_amount": "780.70",
            "customer_id": inner.options.customer_id,
            "dispatch_routing": ["sms"],
            "subscription_paid_until": "2025-07-01",
            "sender_names": ["jeth813", "testname"],
            "tdlib_session": inner.telegram.session_number(),
            "whatsapp_session": u8::from(inner.whatsapp.phone().is_some()),
            "subscription_status": "active",
            "subscription_cost": "100.00",
        },
    }))
    .into_response()
}

async fn instance(
    State(Simulator { inner }): State<Simulator>,
    Path(customer_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !inner.is_developer(&headers) {
        return meta::not_authorized();
    }
    if customer_id != inner.options.customer_id.to_string() {
        return meta::not_found();
    }
    let phone = inner.whatsapp.phone();
    Json(json!({
        "meta": { "code": 200, "status": "success" },
        "instance": {
            "id": INSTANCE_ID,
            "token": inner.options.token,
            "external_id": "0001",
            "customer_id": inner.options.customer_id,
            "subscription_paid_until": "2025-10-31",
            "renew_subscription": false,
            "tdlib_session": inner.telegram.session_number(),
            "whatsapp_session": u8::from(phone.is_some()),
            "whatsapp_queue_size": 0,
            "whatsapp_queue_limit": 1000,
            "whatsapp_phone": phone,
            "subscription_status": "active",
            "subscription_cost": "600.00",
        },
    }))
    .into_response()
}
