//! How long to wait before trying again.

use std::time::Duration;

/// As the reference client has it; the last repeats.
const RECONNECT_MILLIS: [u64; 10] = [10, 50, 100, 150, 200, 250, 500, 1_000, 2_000, 5_000];
/// What a server that refused so often is spared.
const REFUSED_MILLIS: u64 = 15_000;
/// As the reference client has it; the last repeats.
const REJOIN_MILLIS: [u64; 4] = [1_000, 2_000, 5_000, 10_000];

/// After so many failures in a row the server may be refusing us: a browser does not tell.
pub(super) const REFUSED_AFTER: u32 = 8;
/// After so many it is asked less often.
const SLOW_AFTER: u32 = 12;

/// Spreads waits, so that a fleet of clients does not come back in step.
#[derive(Debug)]
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// `millis`, a quarter less to a quarter more.
    fn spread(&mut self, millis: u64) -> Duration {
        // SplitMix64: a step of a counter, then its bits mixed.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Duration::from_millis(millis - millis / 4 + (mixed ^ (mixed >> 31)) % (millis / 2 + 1))
    }

    /// The wait after the `failures`th connection in a row that failed, from 1.
    pub(super) fn reconnect(&mut self, failures: u32) -> Duration {
        self.spread(if failures > SLOW_AFTER { REFUSED_MILLIS } else { step(&RECONNECT_MILLIS, failures) })
    }

    /// The wait after the `failures`th join in a row that failed, from 1.
    pub(super) fn rejoin(&mut self, failures: u32) -> Duration {
        self.spread(step(&REJOIN_MILLIS, failures))
    }
}

fn step(steps: &[u64], failures: u32) -> u64 {
    let index = (failures.max(1) as usize - 1).min(steps.len() - 1);
    steps.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_as_the_reference_clients_do_give_or_take_a_quarter() {
        let reconnects = [10, 50, 100, 150, 200, 250, 500, 1_000, 2_000, 5_000, 5_000, 5_000, 15_000, 15_000]
            .iter()
            .zip(1..);
        let rejoins = [1_000, 2_000, 5_000, 10_000, 10_000].iter().zip(1..);
        for seed in 0..200 {
            let mut jitter = Jitter::new(seed);
            for (millis, failures) in reconnects.clone() {
                let wait = jitter.reconnect(failures).as_millis() as u64;
                assert!(wait.abs_diff(*millis) <= millis / 4 + 1, "{failures}: {wait}");
            }
            for (millis, failures) in rejoins.clone() {
                let wait = jitter.rejoin(failures).as_millis() as u64;
                assert!(wait.abs_diff(*millis) <= millis / 4 + 1, "{failures}: {wait}");
            }
        }
    }

    #[test]
    fn two_clients_do_not_wait_alike() {
        let waits = |seed| {
            let mut jitter = Jitter::new(seed);
            (8..40).map(|failures| jitter.reconnect(failures)).collect::<Vec<_>>()
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
        let distinct: std::collections::BTreeSet<_> = (0..1_000).map(|seed| waits(seed)[0]).collect();
        assert!(distinct.len() > 300, "{}", distinct.len());
    }
}
