//! A request prepared by a reviewer for somebody who will file it, handed over by a one-time link.

use jiff::Timestamp;

use crate::{
    ids::{AccountId, RequestId},
    siret::Siret,
};

/// Days an invitation can be answered.
pub const INVITATION_DAYS: i32 = 30;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Being filled in.
    Open,
    /// A link was sent to this address.
    Invited { email: String, siret: Siret, at: Timestamp, until: Timestamp },
    /// The invited person took it, and its draft belongs to them.
    Claimed { email: String, at: Timestamp, by: AccountId, request: RequestId },
    /// Given up; no link opens it any more.
    Withdrawn { at: Timestamp },
}

impl Phase {
    pub fn label(&self, now: Timestamp) -> &'static str {
        match self {
            Self::Open => "Préparé",
            Self::Invited { until, .. } if *until <= now => "Invitation expirée",
            Self::Invited { .. } => "Invité",
            Self::Claimed { .. } => "Repris",
            Self::Withdrawn { .. } => "Retiré",
        }
    }

    /// Whether it may be filled in, handed over or withdrawn: as long as nobody took it.
    pub fn is_editable(&self) -> bool {
        matches!(self, Self::Open | Self::Invited { .. })
    }

    /// Whether this address may take it now.
    pub fn may_be_claimed(&self, address: &str, now: Timestamp) -> bool {
        matches!(self, Self::Invited { email, until, .. } if email == address && now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_invited_person_takes_it_and_only_in_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let invited = Phase::Invited { email: "a@b.fr".into(), siret: Siret::parse("13002526500013").unwrap(), at: at(0), until: at(10) };
        let (account, request) = (AccountId(uuid::Uuid::nil()), RequestId(uuid::Uuid::nil()));
        let claimed = Phase::Claimed { email: "a@b.fr".into(), at: at(1), by: account, request };
        for (stage, address, second, expected, label, editable) in [
            (&invited, "a@b.fr", 9, true, "Invité", true),
            (&invited, "a@b.fr", 10, false, "Invitation expirée", true),
            (&invited, "autre@b.fr", 9, false, "Invité", true),
            (&claimed, "a@b.fr", 9, false, "Repris", false),
            (&Phase::Open, "a@b.fr", 9, false, "Préparé", true),
            (&Phase::Withdrawn { at: at(2) }, "a@b.fr", 9, false, "Retiré", false),
        ] {
            assert_eq!(stage.may_be_claimed(address, at(second)), expected, "{stage:?}");
            assert_eq!((stage.label(at(second)), stage.is_editable()), (label, editable), "{stage:?}");
        }
    }
}
