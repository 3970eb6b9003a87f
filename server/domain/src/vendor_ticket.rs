//! « Our vendor is not ready »: what the API Particulier team is told, and what became of it.

use jiff::Timestamp;

use crate::ids::AccountId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    Open,
    Contacted {
        at: Timestamp,
        by: AccountId,
    },
    /// Closed with a comment; the vendor may never have been contacted.
    Closed {
        contacted: Option<(Timestamp, AccountId)>,
        at: Timestamp,
        by: AccountId,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("transition {0} is not possible from this state")]
pub struct InvalidTransition(pub &'static str);

impl Phase {
    pub fn contact(self, at: Timestamp, by: AccountId) -> Result<Self, InvalidTransition> {
        match self {
            Self::Open => Ok(Self::Contacted { at, by }),
            _ => Err(InvalidTransition("contact")),
        }
    }

    pub fn close(self, at: Timestamp, by: AccountId) -> Result<Self, InvalidTransition> {
        match self {
            Self::Open => Ok(Self::Closed { contacted: None, at, by }),
            Self::Contacted { at: then, by: who } => Ok(Self::Closed { contacted: Some((then, who)), at, by }),
            Self::Closed { .. } => Err(InvalidTransition("close")),
        }
    }

    pub fn state(&self) -> State {
        match self {
            Self::Open => State::Open,
            Self::Contacted { .. } => State::Contacted,
            Self::Closed { .. } => State::Closed,
        }
    }
}

/// The stage without its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Contacted,
    Closed,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Open, Self::Contacted, Self::Closed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Contacted => "contacted",
            Self::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "À contacter",
            Self::Contacted => "Contacté",
            Self::Closed => "Clos",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_goes_forward_only() {
        let (by, at) = (AccountId(uuid::Uuid::nil()), Timestamp::UNIX_EPOCH);
        let contacted = Phase::Open.contact(at, by).unwrap();
        let closed = contacted.clone().close(at, by).unwrap();
        for (stage, contact, close) in [(Phase::Open, true, true), (contacted, false, true), (closed, false, false)] {
            assert_eq!((stage.clone().contact(at, by).is_ok(), stage.clone().close(at, by).is_ok()), (contact, close), "{stage:?}");
        }
    }

    #[test]
    fn states_survive_their_column() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }
}
