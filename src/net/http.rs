//! Calls of the API over `fetch`, through the same-origin proxy.
//!
//! Not over gloo-net, which the product otherwise builds on: its 0.6 stops the whole wasm instance on a rejection
//! that is no `Error`, as an abort with a reason of the page's own is, and costs 7 KB of brotli for what is one
//! `fetch` here.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use jetapi::endpoint::{Method, Response};
use jetapi::error::ApiError;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCredentials, RequestInit};

use super::clock::Timeout;

/// How long an answer may take, its body included.
const ANSWER_LIMIT: Duration = Duration::from_secs(15);

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Answer {
    /// The answer as an endpoint reads it.
    pub(super) fn as_response(&self) -> Response<'_> {
        Response { status: self.status, body: &self.body }
    }
}

/// Sends a request, or waits for one that is under way. Dropping the future aborts it.
///
/// # Errors
/// [`ApiError::Timeout`] after 15 s; [`ApiError::Network`] where nothing came back.
pub(super) async fn fetch(method: Method, url: &str, under_way: Option<Promise>) -> Result<Answer, ApiError> {
    let window = web_sys::window().ok_or(ApiError::Network)?;
    let abort = Abort(AbortController::new().map_err(|_| ApiError::Network)?);
    let timed_out = Rc::new(Cell::new(false));
    let _limit = Timeout::new(ANSWER_LIMIT, {
        let (controller, timed_out) = (abort.0.clone(), timed_out.clone());
        move || {
            timed_out.set(true);
            controller.abort();
        }
    });

    let init = RequestInit::new();
    init.set_method(method.as_str());
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_signal(Some(&abort.0.signal()));
    let failed = |_: JsValue| if timed_out.get() { ApiError::Timeout } else { ApiError::Network };

    let request = under_way.unwrap_or_else(|| window.fetch_with_str_and_init(url, &init));
    let response = JsFuture::from(request).await.map_err(failed)?;
    let response: web_sys::Response = response.dyn_into().map_err(failed)?;
    let body = JsFuture::from(response.text().map_err(failed)?).await.map_err(failed)?;
    Ok(Answer { status: response.status(), body: body.as_string().unwrap_or_default() })
}

/// Aborts on drop, which does nothing to a request that has ended.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}
