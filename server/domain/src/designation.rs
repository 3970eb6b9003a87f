//! A person named in a request: whether they confirmed the role they were given.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleAnswer {
    Waiting,
    Confirmed,
    Declined,
}

impl RoleAnswer {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Confirmed, Self::Declined];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Sans réponse",
            Self::Confirmed => "Confirmé",
            Self::Declined => "Décliné",
        }
    }
}
