//! Levels of assurance, in the order of the eIDAS regulation.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Acr {
    Eidas1,
    Eidas2,
    Eidas3,
}

impl Acr {
    pub const ALL: [Self; 3] = [Self::Eidas1, Self::Eidas2, Self::Eidas3];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eidas1 => "eidas1",
            Self::Eidas2 => "eidas2",
            Self::Eidas3 => "eidas3",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|acr| acr.as_str() == text)
    }

    /// The lowest level named in a space-separated list; unknown levels are ignored.
    pub fn lowest_of(list: &str) -> Option<Self> {
        list.split(' ').filter_map(Self::parse).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_known_level_is_the_one_asked() {
        assert_eq!(Acr::lowest_of("eidas3 eidas1 eidas9"), Some(Acr::Eidas1));
        assert_eq!(Acr::lowest_of("eidas3 eidas2"), Some(Acr::Eidas2));
        assert_eq!(Acr::lowest_of("eidas9"), None);
    }
}
