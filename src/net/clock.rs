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
        let millis = (delay.as_millis() + 1).min(i32::MAX as u128) as u32;
        Self { handle: set_timeout(callback.as_ref(), millis.into()), _callback: callback }
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

    async fn after(delay: Duration) {
        let mut timeout = None;
        let fired = Promise::new(&mut |resolve, _| {
            timeout = Some(Timeout::new(delay, move || drop(resolve.call0(&JsValue::UNDEFINED))));
        });
        JsFuture::from(fired).await.unwrap();
    }

    fn counting(delay: Duration) -> (Timeout, Rc<Cell<u32>>) {
        let count = Rc::new(Cell::new(0));
        let counted = count.clone();
        (Timeout::new(delay, move || counted.set(counted.get() + 1)), count)
    }

    #[wasm_bindgen_test]
    async fn a_timeout_fires_once_and_not_early() {
        for millis in [0, 1, 30] {
            let delay = Duration::from_millis(millis);
            let (_timeout, count) = counting(delay);
            let started = performance_now();
            after(delay).await;
            assert!(performance_now() - started >= delay.as_millis() as f64);
            assert_eq!(count.get(), 1);
            // Long enough for a repetition.
            after(2 * delay).await;
            assert_eq!(count.get(), 1);
        }
    }

    #[wasm_bindgen_test]
    async fn a_timeout_that_was_dropped_does_not_fire() {
        let (timeout, count) = counting(Duration::from_millis(10));
        drop(timeout);
        assert_eq!(Rc::strong_count(&count), 1, "the callback is freed");
        // Timers fire in the order in which they are due.
        after(Duration::from_millis(20)).await;
        assert_eq!(count.get(), 0);
    }

    #[wasm_bindgen_test]
    async fn a_delay_of_weeks_does_not_fire_at_once() {
        let (_timeout, count) = counting(Duration::from_hours(24 * 60));
        after(Duration::from_millis(20)).await;
        assert_eq!(count.get(), 0);
    }

    #[wasm_bindgen_test]
    fn an_instant_of_now_is_the_wall_clocks_now() {
        let (before, now, after) = (date_now(), unix_millis(now()), date_now());
        // The wall clock is read in whole milliseconds, and may be set meanwhile by a few.
        assert!(before - 20.0 < now && now < after + 20.0, "{before} {now} {after}");
        let minute = Duration::from_secs(60);
        assert!((unix_millis(super::now() + minute) - now - 60_000.0).abs() < 20.0);
    }
}
