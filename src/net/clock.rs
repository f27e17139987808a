//! The browser's clocks and timers.

use std::time::Duration;

use jetapi::time::Instant;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, millis: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);
}

/// The monotonic clock that the state machines are told, from the start of the page.
pub(crate) fn now() -> Instant {
    Instant::from_millis(performance_now() as u64)
}

/// When `instant` was, in milliseconds of the Unix epoch as JavaScript dates count them.
pub(crate) fn unix_millis(instant: Instant) -> f64 {
    date_now() - performance_now() + instant.as_millis() as f64
}

/// A number that differs from page to page, so that a fleet of widgets does not reconnect in step. Not for secrets.
pub(crate) fn jitter_seed() -> u64 {
    js_sys::Math::random().to_bits() ^ date_now().to_bits()
}

/// A pending `setTimeout`, cleared on drop.
pub(crate) struct Timeout {
    handle: JsValue,
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls `callback` once, after `delay` and never before it.
    pub(crate) fn new(delay: Duration, callback: impl FnMut() + 'static) -> Self {
        let callback = Closure::<dyn FnMut()>::new(callback);
        // Browsers hold the delay in 31 bits and may fire up to a millisecond early.
        let millis = (delay.as_millis() + 1).min(i32::MAX as u128) as f64;
        Self { handle: set_timeout(callback.as_ref(), millis), _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        clear_timeout(&self.handle);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use js_sys::Promise;
    use wasm_bindgen_futures::JsFuture;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn a_timeout_fires_once_not_early_and_not_after_it_was_dropped() {
        let dropped_fired = Rc::new(Cell::new(false));
        drop(Timeout::new(Duration::from_millis(10), {
            let fired = dropped_fired.clone();
            move || fired.set(true)
        }));
        let started = now();
        let mut timeout = None;
        let fired = Promise::new(&mut |resolve, _| {
            timeout = Some(Timeout::new(Duration::from_millis(30), move || {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }));
        });
        JsFuture::from(fired).await.unwrap();
        assert!(now() - started >= Duration::from_millis(30));
        assert!(!dropped_fired.get());
    }

    #[wasm_bindgen_test]
    fn an_instant_of_now_is_the_wall_clocks_now() {
        assert!((unix_millis(now()) - date_now()).abs() < 50.0);
    }
}
