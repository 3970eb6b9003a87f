//! The page of a list one asks for.

use serde::Deserialize;

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    page: Option<String>,
}

impl ListQuery {
    /// The page number, when the address has one; an unreadable one counts as 1.
    pub fn asked(&self) -> Option<u64> {
        self.page.as_ref().map(|_| self.number().into())
    }

    /// From 1; what cannot be read is the first page.
    pub fn number(&self) -> u32 {
        page_number(self.page.as_deref())
    }
}

pub fn page_number(asked: Option<&str>) -> u32 {
    asked.and_then(|page| page.parse().ok()).filter(|page| (1..=100_000).contains(page)).unwrap_or(1)
}
