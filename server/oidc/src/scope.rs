//! Scopes as requests and tokens name them; what each opens is the realm's.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(String);

impl Scope {
    pub const MAX: usize = 100;

    /// RFC 6749 §3.3.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX).contains(&text.len());
        (fits && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub const OPENID: &str = "openid";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_a_scope() {
        assert!(Scope::parse("dgfip_rfr").is_some());
        for bad in ["", "a b", "a\"", "é", "a\\b"] {
            assert!(Scope::parse(bad).is_none(), "{bad}");
        }
    }
}
