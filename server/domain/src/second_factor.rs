//! What a second factor allows, for how long, and when it may be removed. Passkeys: W3C Web Authentication Level 3.

use jiff::{SignedDuration, Timestamp};

use crate::{actor::Actor, routes};

/// Minutes a challenge may be answered, once (W3C Web Authentication Level 3 § 13.4.3 and § 15.1, which recommends
/// five to ten).
pub const CHALLENGE_MINUTES: i64 = 5;
/// For how many minutes after a proof its holder may change their factors, and do what [`asks_again`] lists.
pub const FRESH_MINUTES: i64 = 15;
/// The most passkeys of one account: more than anybody has devices.
pub const PASSKEYS_MAX: usize = 10;
/// Characters of a passkey's name.
pub const PASSKEY_NAME_MAX: usize = 50;
/// Bytes of a credential's identifier (W3C Web Authentication Level 3 § 7.1, step 25).
pub const CREDENTIAL_ID_MAX: usize = 1023;

pub fn challenge_until(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_mins(CHALLENGE_MINUTES)).unwrap_or(Timestamp::MAX)
}

/// Whether a factor shown at `strong_at` is still recent enough at `now`.
pub fn is_fresh(strong_at: Option<Timestamp>, now: Timestamp) -> bool {
    strong_at.is_some_and(|at| now.duration_since(at) < SignedDuration::from_mins(FRESH_MINUTES))
}

/// Routes whose forms give rights, secrets or an impersonation, or change redirect addresses or the catalogue: a session left open, or a forged
/// form, must not be enough.
const GUARDED: [&str; 11] = [
    routes::RIGHTS_OF,
    routes::SUSPENSION,
    routes::FACTOR_RESET,
    routes::IMPERSONATE,
    routes::CATALOGUE_NEW,
    routes::CATALOGUE_TEXT,
    routes::PARTNER_REDIRECTS,
    routes::PARTNER_SECRET,
    routes::PARTNER_NEW_SECRET,
    // A verified member may read the requests of the other members of the organisation.
    routes::MEMBERSHIPS,
    routes::REVIEW_MEMBERSHIP,
];

/// Whether a form sent to this route, given as a pattern, requires a proof less than fifteen minutes old. People without the right are not asked:
/// for them the address does not exist. Nor is an impersonating administrator, who cannot show the person's factors: what only the person may
/// send is refused by the rules of impersonation.
pub fn asks_again(route: &str, actor: &Actor) -> bool {
    let theirs = match route {
        _ if route.starts_with(routes::PARTNER) => actor.partner,
        _ if route.starts_with(routes::REVIEW_QUEUE) => actor.is_reviewer(),
        _ => actor.administers(),
    };
    GUARDED.contains(&route) && theirs && actor.impersonated_by.is_none()
}

/// When the person last gave a proof: their second factor, or their password if they have none.
pub fn proved_at(has_factor: bool, strong_at: Option<Timestamp>, signed_in_at: Timestamp) -> Option<Timestamp> {
    if has_factor { strong_at } else { strong_at.max(Some(signed_in_at)) }
}

/// Whether a factor cannot be removed: it is the last one, and the person's rights require one.
pub fn must_stay(required: bool, others: usize) -> bool {
    required && others == 0
}

/// Trimmed; `None` when it is empty, too long, or contains control characters.
pub fn passkey_name(typed: &str) -> Option<&str> {
    let name = typed.trim();
    let length = name.chars().count();
    ((1..=PASSKEY_NAME_MAX).contains(&length) && !name.chars().any(char::is_control)).then_some(name)
}

/// Whether a credential's signature counter is acceptable after the stored one: it must have grown, unless both are zero, for authenticators that
/// do not count (W3C Web Authentication Level 3 § 6.1.1).
pub fn counter_follows(kept: u32, shown: u32) -> bool {
    shown > kept || (shown == 0 && kept == 0)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        actor::{Grant, Impersonator, Role},
        ids::{AccountId, ImpersonationId},
    };

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
    fn a_password_proves_what_a_factor_would_where_there_is_none() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        for (has_factor, strong, signed_in, proved) in [
            (true, Some(5), 90, Some(5)),
            (true, None, 90, None),
            (false, None, 90, Some(90)),
            (false, Some(95), 90, Some(95)),
            (false, Some(5), 90, Some(90)),
        ] {
            assert_eq!(proved_at(has_factor, strong.map(at), at(signed_in)), proved.map(at));
        }
    }

    #[test]
    fn acts_that_hand_out_power_ask_again_of_those_who_may_do_them() {
        let nobody = Actor {
            account: AccountId(Uuid::nil()),
            name: String::new(),
            email: String::new(),
            organisation: None,
            verified: false,
            grants: Vec::new(),
            admin: false,
            partner: false,
            strong: false,
            dormant: false,
            impersonated_by: None,
        };
        let admin = Actor { admin: true, ..nobody.clone() };
        let reviewer = Actor { grants: vec![Grant::new("franceconnect", None, Role::Reviewer)], ..nobody.clone() };
        let manager = Actor { grants: vec![Grant::new("franceconnect", None, Role::Manager)], ..nobody.clone() };
        let partner = Actor { partner: true, ..nobody.clone() };
        let by = Impersonator { account: AccountId(Uuid::nil()), impersonation: ImpersonationId(Uuid::nil()), until: Timestamp::MAX };
        let in_the_place_of = Actor { impersonated_by: Some(by), ..partner.clone() };
        let asked = |actor: &Actor| routes::ALL.iter().filter(|route| asks_again(route, actor)).copied().collect::<Vec<_>>();
        assert_eq!(asked(&nobody), [""; 0]);
        assert_eq!(asked(&in_the_place_of), [""; 0]);
        assert_eq!(asked(&partner), [routes::PARTNER_REDIRECTS, routes::PARTNER_SECRET, routes::PARTNER_NEW_SECRET]);
        let administration = [
            routes::MEMBERSHIPS,
            routes::RIGHTS_OF,
            routes::SUSPENSION,
            routes::FACTOR_RESET,
            routes::IMPERSONATE,
            routes::CATALOGUE_NEW,
            routes::CATALOGUE_TEXT,
        ];
        assert_eq!(asked(&admin), administration);
        assert_eq!(asked(&reviewer), [routes::REVIEW_MEMBERSHIP]);
        let mut both = [&administration[..], &[routes::REVIEW_MEMBERSHIP]].concat();
        both.sort_by_key(|route| routes::ALL.iter().position(|one| one == route));
        assert_eq!(asked(&manager), both);
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
