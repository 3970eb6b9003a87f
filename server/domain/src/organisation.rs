//! What the site stores of a public or private organisation, as the company directory describes its establishment.

use serde::{Deserialize, Serialize};

use crate::siret::Siret;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Establishment {
    pub siret: Siret,
    pub name: String,
    /// INSEE legal category, four digits: `7210` is a commune.
    pub legal_category: String,
    pub legal_category_label: String,
    /// NAF code with its dot: `84.11Z`.
    pub naf: String,
    pub naf_label: String,
    pub address: String,
    pub postal_code: String,
    pub town: String,
    pub head_office: bool,
    pub open: bool,
}

impl Establishment {
    /// Legal persons under administrative law: INSEE legal categories 4xxx (public industrial and commercial
    /// bodies) and 7xxx.
    pub fn is_public(&self) -> bool {
        self.legal_category.starts_with('7') || self.legal_category.starts_with('4')
    }
}
