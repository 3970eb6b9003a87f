//! Time and randomness under the test's control.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{Clock, Entropy, Timestamp};

/// Stands still until told otherwise.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A Monday, 10:00 in Paris.
    pub const START: &str = "2026-11-23T09:00:00Z";

    pub fn at(instant: Timestamp) -> Self {
        Self(Mutex::new(instant))
    }

    pub fn advance(&self, by: Duration) {
        let mut now = locked(&self.0);
        *now = now.saturating_add(by).unwrap_or(Timestamp::MAX);
    }

    pub fn set(&self, instant: Timestamp) {
        *locked(&self.0) = instant;
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::at(Self::START.parse().expect("the constant is a valid instant"))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *locked(&self.0)
    }
}

/// SplitMix64 (Steele, Lea, Flood, 2014): repeatable, and good for nothing else.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<u64>);

impl SeededEntropy {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = locked(&self.0);
        for chunk in buffer.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = *state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            for (byte, fresh) in chunk.iter_mut().zip(word.to_le_bytes()) {
                *byte = fresh;
            }
        }
    }
}

/// A test that failed while holding the lock does not hide the others.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
