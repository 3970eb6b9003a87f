//! Twenty calls a second for each habilitation, counted by this process.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{Timestamp, ids::HabilitationId};

pub const PER_SECOND: u32 = 20;
/// Above this many habilitations, the counts of past seconds are deleted.
const KEPT: usize = 1024;

#[derive(Debug, Default)]
pub struct Limiter(Mutex<HashMap<HabilitationId, Window>>);

#[derive(Debug, Clone, Copy)]
struct Window {
    second: i64,
    taken: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub limit: u32,
    pub remaining: u32,
    /// Seconds since the epoch at which the count starts again.
    pub reset: i64,
    pub exceeded: bool,
}

impl Limiter {
    pub fn take(&self, habilitation: HabilitationId, now: Timestamp) -> Quota {
        let second = now.as_second();
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() > KEPT {
            windows.retain(|_, window| window.second == second);
        }
        let window = windows.entry(habilitation).or_insert(Window { second, taken: 0 });
        if window.second != second {
            *window = Window { second, taken: 0 };
        }
        window.taken = window.taken.saturating_add(1);
        Quota { limit: PER_SECOND, remaining: PER_SECOND.saturating_sub(window.taken), reset: second + 1, exceeded: window.taken > PER_SECOND }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_twenty_first_call_of_a_second_waits_for_the_next() {
        let limiter = Limiter::default();
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let (ours, theirs) = (HabilitationId(uuid::Uuid::from_u128(1)), HabilitationId(uuid::Uuid::from_u128(2)));
        for expected in (0..PER_SECOND).rev() {
            let quota = limiter.take(ours, now);
            assert_eq!((quota.remaining, quota.exceeded, quota.reset), (expected, false, 1_795_000_001));
        }
        assert!(limiter.take(ours, now).exceeded);
        assert!(!limiter.take(theirs, now).exceeded);
        assert!(limiter.take(ours, now + Duration::from_millis(999)).exceeded);
        assert!(!limiter.take(ours, now + Duration::from_secs(1)).exceeded);
    }

    #[test]
    fn habilitations_of_past_seconds_are_forgotten() {
        let limiter = Limiter::default();
        for number in 0..5000 {
            limiter.take(HabilitationId(uuid::Uuid::from_u128(number)), Timestamp::from_second(i64::try_from(number).unwrap()).unwrap());
        }
        assert!(limiter.0.lock().unwrap().len() <= KEPT + 1);
    }
}
