//! The messages people may stop: each has a topic, a switch in the account and a link in the mail.

use serde::{Deserialize, Serialize};

use crate::Hours;

/// How long the link of a mail works.
pub const UNSUBSCRIBE: Hours = Hours(30 * 24);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A request reached the reader's team.
    ToReview,
    /// The other side wrote about a request.
    Messages,
    /// Something waits, or ends before long. The final message about it, such as that of the last day of a habilitation, cannot be stopped.
    Reminders,
}

impl Topic {
    pub const ALL: [Self; 3] = [Self::ToReview, Self::Messages, Self::Reminders];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::ToReview => "to_review",
            Self::Messages => "messages",
            Self::Reminders => "reminders",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::ToReview => "Nouvelles demandes à instruire",
            Self::Messages => "Messages au sujet d’une demande",
            Self::Reminders => "Rappels",
        }
    }

    pub fn hint(self) -> &'static str {
        match self {
            Self::ToReview => "Un courriel quand une demande arrive dans votre équipe.",
            Self::Messages => "Un courriel quand on vous écrit, jamais plus d’un tant que vous n’avez pas lu.",
            Self::Reminders => "Brouillon laissé de côté, modifications attendues, habilitation qui prend bientôt fin, délai légal qui approche.",
        }
    }
}
