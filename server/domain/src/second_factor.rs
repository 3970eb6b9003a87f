//! What a second factor allows, for how long, and when it may go. Passkeys: W3C Web Authentication Level 3.

use jiff::{SignedDuration, Timestamp};

/// Minutes a challenge may be answered, once (W3C Web Authentication Level 3 § 13.4.3 and § 15.1, which recommends
/// five to ten).
pub const CHALLENGE_MINUTES: i64 = 5;
/// Minutes for which a factor that was shown lets its holder change their factors.
pub const FRESH_MINUTES: i64 = 15;
/// Passkeys of one account. More than anybody has devices; the list stays a list.
pub const PASSKEYS_MAX: usize = 10;
/// Characters of a passkey's name.
pub const PASSKEY_NAME_MAX: usize = 50;
/// Bytes of a credential's identifier (W3C Web Authentication Level 3 § 7.1, step 25).
pub const CREDENTIAL_ID_MAX: usize = 1023;

pub fn challenge_until(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_mins(CHALLENGE_MINUTES)).unwrap_or(Timestamp::MAX)
}

/// Whether a factor shown at `strong_at` still speaks for the person at `now`.
pub fn is_fresh(strong_at: Option<Timestamp>, now: Timestamp) -> bool {
    strong_at.is_some_and(|at| now.duration_since(at) < SignedDuration::from_mins(FRESH_MINUTES))
}

/// Without it nothing would be left, and their rights ask for one.
pub fn must_stay(required: bool, others: usize) -> bool {
    required && others == 0
}

/// Trimmed; `None` when it is empty, too long, or not for eyes.
pub fn passkey_name(typed: &str) -> Option<&str> {
    let name = typed.trim();
    let length = name.chars().count();
    ((1..=PASSKEY_NAME_MAX).contains(&length) && !name.chars().any(char::is_control)).then_some(name)
}

/// Whether the counter of a credential may follow the one kept: both stay at zero where authenticators count nothing,
/// else it only grows (W3C Web Authentication Level 3 § 6.1.1).
pub fn counter_follows(kept: u32, shown: u32) -> bool {
    shown > kept || (shown == 0 && kept == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_grow_or_count_nothing() {
        for (kept, shown, follows) in [(0, 0, true), (0, 1, true), (5, 6, true), (5, 60, true), (5, 5, false), (5, 4, false), (5, 0, false)] {
            assert_eq!(counter_follows(kept, shown), follows, "{kept} then {shown}");
        }
    }

    #[test]
    fn a_factor_speaks_for_fifteen_minutes() {
        let now = Timestamp::from_second(1_000_000).expect("a time");
        for (ago, fresh) in [(0, true), (FRESH_MINUTES * 60 - 1, true), (FRESH_MINUTES * 60, false), (1_000_000, false)] {
            let at = Timestamp::from_second(1_000_000 - ago).expect("a time");
            assert_eq!(is_fresh(Some(at), now), fresh, "{ago} s ago");
        }
        assert!(!is_fresh(None, now));
    }

    #[test]
    fn the_last_one_stays_with_whoever_needs_it() {
        for (required, others, stays) in [(true, 0, true), (true, 1, false), (false, 0, false), (false, 3, false)] {
            assert_eq!(must_stay(required, others), stays);
        }
    }

    #[test]
    fn names_are_short_and_readable() {
        assert_eq!(passkey_name("  Clé de bureau "), Some("Clé de bureau"));
        for refused in ["", "   ", "a\u{0}b", "deux\nlignes", &"é".repeat(51)] {
            assert_eq!(passkey_name(refused), None, "{refused:?}");
        }
        assert!(passkey_name(&"é".repeat(50)).is_some());
    }
}
