//! What applicants and reviewers write to each other about a request.

use serde::{Deserialize, Serialize};

/// Of one message, in characters.
pub const MAX: usize = 5000;

/// On which side of the request a message was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The applicant and their co-editors.
    Applicant,
    Reviewer,
}

impl Side {
    pub const ALL: [Self; 2] = [Self::Applicant, Self::Reviewer];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Reviewer => "reviewer",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.as_str() == text)
    }

    pub fn other(self) -> Self {
        match self {
            Self::Applicant => Self::Reviewer,
            Self::Reviewer => Self::Applicant,
        }
    }

    /// Shown after the author's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Applicant => "demande",
            Self::Reviewer => "instruction",
        }
    }
}

/// Whether to mail somebody who has read messages up to `read` and was last told of message `told`: they get no other mail until they have read
/// that one.
pub fn is_news(read: i64, told: i64) -> bool {
    told <= read
}

/// « 2 non lus »; nothing when everything was read.
pub fn unread_in_words(count: u64) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 non lu".to_owned()),
        many => Some(format!("{many} non lus")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mail_until_it_was_read() {
        // Never told; told of 4 and not read since; read since.
        for (read, told, news) in [(0, 0, true), (0, 4, false), (3, 4, false), (4, 4, true), (9, 4, true)] {
            assert_eq!(is_news(read, told), news, "{read} {told}");
        }
    }

    #[test]
    fn sides() {
        for side in Side::ALL {
            assert_eq!(Side::parse(side.as_str()), Some(side));
            assert_eq!(side.other().other(), side);
        }
        assert_eq!(unread_in_words(0), None);
        assert_eq!(unread_in_words(1).as_deref(), Some("1 non lu"));
        assert_eq!(unread_in_words(12).as_deref(), Some("12 non lus"));
    }
}
