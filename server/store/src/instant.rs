//! Instants as columns hold them.

use domain::Timestamp;

/// Microseconds since the epoch, as columns hold instants.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}
