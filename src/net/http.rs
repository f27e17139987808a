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
use jetapi::secret::Secret;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit};

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

/// Sends a request to a path of this origin, or waits for one that is under way. A body is JSON. Dropping the future
/// aborts it.
///
/// # Errors
/// [`ApiError::Timeout`] after 15 s; [`ApiError::Network`] where nothing came back.
pub(super) async fn fetch(
    method: Method,
    path: &str,
    body: Option<Secret>,
    under_way: Option<Promise>,
) -> Result<Answer, ApiError> {
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
    init.set_signal(Some(&abort.0.signal()));
    if let Some(body) = body {
        init.set_body(&body.expose().into());
        let headers = Headers::new().map_err(|_| ApiError::Network)?;
        headers.set("content-type", "application/json").map_err(|_| ApiError::Network)?;
        init.set_headers(&headers);
    }
    let failed = |_: JsValue| if timed_out.get() { ApiError::Timeout } else { ApiError::Network };

    let url = super::address(path, false).ok_or(ApiError::Network)?;
    let request = under_way.unwrap_or_else(|| window.fetch_with_str_and_init(&url, &init));
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

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use js_sys::{Function, Reflect};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// A global function with another in its place until this is dropped.
    struct Stub {
        name: &'static str,
        real: JsValue,
    }

    impl Stub {
        fn new(name: &'static str, parameters: &str, body: &str) -> Self {
            let real = global(name);
            set(name, &Function::new_with_args(parameters, body));
            Self { name, real }
        }
    }

    impl Drop for Stub {
        fn drop(&mut self) {
            set(self.name, &self.real);
        }
    }

    fn set(name: &str, value: &JsValue) {
        Reflect::set(&js_sys::global(), &name.into(), value).unwrap();
    }

    fn global(name: &str) -> JsValue {
        Reflect::get(&js_sys::global(), &name.into()).unwrap()
    }

    async fn get(path: &str) -> Result<Answer, ApiError> {
        fetch(Method::Get, path, None, None).await
    }

    fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
        future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[wasm_bindgen_test]
    async fn an_answer_is_an_answer_whatever_its_status() {
        let page = get("/").await.unwrap();
        assert_eq!(page.status, 200);
        assert!(page.body.contains("<html>"), "{}", page.body);
        assert_eq!(get("/there/is/no/such/page").await.unwrap().status, 404);
    }

    #[wasm_bindgen_test]
    async fn where_nothing_comes_back_the_network_failed() {
        // No browser takes these.
        for path in [":9/", "@host/"] {
            assert!(matches!(get(path).await, Err(ApiError::Network)), "{path}");
        }
        for body in [
            "return Promise.reject('a string')",
            "return Promise.reject()",
            "return Promise.reject({ message: 'not an Error' })",
            "return Promise.resolve('not a Response')",
            "return Promise.resolve(new Response(new ReadableStream({ start(to) { to.error('broken off') } })))",
        ] {
            let _fetch = Stub::new("fetch", "", body);
            assert!(matches!(get("/").await, Err(ApiError::Network)), "{body}");
        }
    }

    /// Answers nothing, and remembers the signal.
    const NO_ANSWER: &str = "
        globalThis.lastSignal = init.signal;
        return new Promise((_, reject) => init.signal.addEventListener('abort', () => reject(init.signal.reason)));";

    #[wasm_bindgen_test]
    async fn who_no_longer_waits_aborts() {
        let _fetch = Stub::new("fetch", "url, init", NO_ANSWER);
        let mut answer = Box::pin(get("/"));
        assert!(poll(&mut answer).is_pending());
        let signal: web_sys::AbortSignal = global("lastSignal").unchecked_into();
        assert!(!signal.aborted());
        drop(answer);
        assert!(signal.aborted());
        // The rejection that follows finds nobody.
        JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
    }

    #[wasm_bindgen_test]
    async fn an_answer_has_its_time() {
        let _fetch = Stub::new("fetch", "url, init", NO_ANSWER);
        let mut answer = Box::pin(get("/"));
        {
            let body = "globalThis.lastDelay = millis; queueMicrotask(callback)";
            let _clock = Stub::new("setTimeout", "callback, millis", body);
            assert!(poll(&mut answer).is_pending());
        }
        let seconds = global("lastDelay").as_f64().unwrap() / 1_000.0;
        assert_eq!(seconds.floor(), 15.0);
        assert!(matches!(answer.await, Err(ApiError::Timeout)));
    }
}
