//! Time and randomness as arguments, so that tests can fix both.

use std::fmt::Debug;

use jiff::Timestamp;

pub trait Clock: Send + Sync + Debug {
    fn now(&self) -> Timestamp;
}

/// A lifetime in hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours(pub i64);

impl Hours {
    pub fn after(self, now: Timestamp) -> Timestamp {
        now.saturating_add(jiff::SignedDuration::from_hours(self.0)).unwrap_or(Timestamp::MAX)
    }
}

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync + Debug {
    fn fill(&self, buffer: &mut [u8]);
}

#[cfg(not(target_arch = "wasm32"))]
mod system {
    use super::{Clock, Entropy, Timestamp};

    #[derive(Debug, Clone, Copy)]
    pub struct SystemClock;

    impl Clock for SystemClock {
        #[expect(clippy::disallowed_methods, reason = "the one home of the wall clock")]
        fn now(&self) -> Timestamp {
            Timestamp::now()
        }
    }

    #[derive(Debug, Clone, Copy)]
    pub struct SystemEntropy;

    impl Entropy for SystemEntropy {
        #[expect(clippy::disallowed_methods, reason = "the one home of the system's randomness")]
        fn fill(&self, buffer: &mut [u8]) {
            getrandom::fill(buffer).expect("without the system's randomness nothing here is safe to run");
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use system::{SystemClock, SystemEntropy};
