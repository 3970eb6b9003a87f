//! How much one person, and all the people of one organisation, may create in 24 hours: far more than they need, and little enough that nobody
//! fills the disk or overwhelms a team.

use std::time::Duration;

/// A sliding window, so that nothing starts again at midnight.
pub const WINDOW: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    Drafts,
    Messages,
    Documents,
    Exports,
    /// Requests a reviewer prepares for others.
    Prepared,
}

/// Whose daily limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    Body,
}

/// The daily limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the limit of a day is reached: {made:?} of {whose:?}")]
pub struct Spent {
    pub made: Made,
    pub whose: Whose,
}

impl Made {
    pub const ALL: [Self; 5] = [Self::Drafts, Self::Messages, Self::Documents, Self::Exports, Self::Prepared];

    /// The limit of one account.
    pub fn own(self) -> u64 {
        match self {
            // An organisation that applies for all its services at once has some dozens.
            Self::Drafts => 100,
            // About one every quarter of an hour, all day long.
            Self::Messages => 100,
            // Those of some fifteen complete requests.
            Self::Documents => 100,
            // Each is a whole list in a workbook, kept for a day.
            Self::Exports => 30,
            // As many as one may begin for oneself.
            Self::Prepared => 100,
        }
    }

    /// The limit of all the accounts that work for one organisation; `None` where organisations are not counted.
    pub fn of_body(self) -> Option<u64> {
        match self {
            Self::Drafts => Some(300),
            Self::Messages | Self::Documents => Some(400),
            Self::Exports | Self::Prepared => None,
        }
    }

    /// Whether `more` may be created, when `own` were in the window by the account and `by_body` by the organisation.
    ///
    /// # Errors
    /// The first limit that would be passed.
    pub fn allow(self, own: u64, by_body: u64, more: u64) -> Result<(), Spent> {
        if own + more > self.own() {
            return Err(Spent { made: self, whose: Whose::Own });
        }
        match self.of_body() {
            Some(limit) if by_body + more > limit => Err(Spent { made: self, whose: Whose::Body }),
            _ => Ok(()),
        }
    }
}

impl Spent {
    /// What the person reads.
    pub fn sentence(self) -> String {
        let what = match self.made {
            Made::Drafts => "nouvelles demandes",
            Made::Messages => "messages",
            Made::Documents => "documents",
            Made::Exports => "exports",
            Made::Prepared => "demandes préparées",
        };
        match self.whose {
            Whose::Own => format!("Vous avez atteint la limite de {} {what} en 24\u{a0}heures. Réessayez demain.", self.made.own()),
            Whose::Body => {
                let limit = self.made.of_body().unwrap_or_default();
                format!("Votre organisation a atteint la limite de {limit} {what} en 24\u{a0}heures. Réessayez demain.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_passes_and_the_next_does_not() {
        for made in Made::ALL {
            let (own, body) = (made.own(), made.of_body().unwrap_or(u64::MAX / 2));
            for (so_far, by_body, more, refused) in [
                (0, 0, 1, None),
                (own - 1, 0, 1, None),
                (own, 0, 1, Some(Whose::Own)),
                (own - 1, 0, 2, Some(Whose::Own)),
                (0, 0, own + 1, Some(Whose::Own)),
                (0, body - 1, 1, None),
                (0, body, 1, made.of_body().map(|_| Whose::Body)),
                (own, body, 1, Some(Whose::Own)),
                (own, body, 0, None),
            ] {
                let allowed = made.allow(so_far, by_body, more);
                assert_eq!(allowed.err().map(|spent| spent.whose), refused, "{made:?}: {so_far}, {by_body} and {more}");
            }
        }
    }

    #[test]
    fn the_sentence_names_whose_limit_and_how_much() {
        let told = |made, whose| Spent { made, whose }.sentence();
        assert_eq!(told(Made::Drafts, Whose::Own), "Vous avez atteint la limite de 100 nouvelles demandes en 24\u{a0}heures. Réessayez demain.");
        assert_eq!(
            told(Made::Documents, Whose::Body),
            "Votre organisation a atteint la limite de 400 documents en 24\u{a0}heures. Réessayez demain."
        );
    }
}
