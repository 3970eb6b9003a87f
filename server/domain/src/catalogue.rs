//! A service that can be asked for, as data: its form, its rules, its review route, what an approval opens.
//! The files live in the `catalogue` crate; here are their types and the checks a file must pass.

use serde::{Deserialize, Serialize};

mod check;
mod field;

pub use check::CatalogueError;
pub use field::{Choice, Field, Kind, TextLimit};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub slug: String,
    /// Raised at each publication; a request keeps the version it was filed under.
    pub version: u32,
    pub name: String,
    pub provider: String,
    /// One sentence for the catalogue.
    pub summary: String,
    /// What to gather before starting, one item a line.
    #[serde(default)]
    pub before_you_start: Vec<String>,
    pub support_email: String,
    pub terms_label: String,
    pub terms_url: String,
    /// The slug of the service whose habilitation this one relies on.
    #[serde(default)]
    pub relies_on: Option<String>,
    pub stages: Vec<Stage>,
    pub blocks: Vec<Block>,
    pub scope_groups: Vec<ScopeGroup>,
    pub provision: Provision,
}

/// One team's turn in the review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub slug: String,
    pub team: String,
    /// The promised delay, in working days from the moment the request reaches this team.
    pub working_days: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    pub slug: String,
    pub title: String,
    #[serde(default)]
    pub intro: String,
    #[serde(default)]
    pub fields: Vec<Field>,
    /// People asked for; each is expanded to its fields by [`Block::all_fields`].
    #[serde(default)]
    pub contacts: Vec<Contact>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub id: String,
    pub label: String,
    #[serde(default)]
    pub hint: String,
    /// A number that can receive an SMS is asked for.
    #[serde(default)]
    pub mobile: bool,
    /// « C’est moi » may fill it with the applicant's own data.
    #[serde(default)]
    pub may_be_applicant: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeGroup {
    pub label: String,
    /// Who holds the data; shown to citizens on the information page.
    pub provider: String,
    pub scopes: Vec<ScopeEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeEntry {
    pub id: String,
    pub label: String,
    #[serde(default)]
    pub description: String,
    /// Always granted; shown ticked and locked.
    #[serde(default)]
    pub included: bool,
    /// No longer offered to new requests.
    #[serde(default)]
    pub deprecated: bool,
    /// Requests which hold this one as soon as the file lists it as ticked by default.
    #[serde(default)]
    pub default: bool,
}

/// What an approval opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provision {
    /// A client in the sandbox realm of the broker, with the granted identity scopes.
    BrokerClient,
    /// Data scopes on the broker client of the habilitation relied on, and the gateway's grant.
    DataScopes,
}

impl Service {
    pub fn block(&self, slug: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.slug == slug)
    }

    pub fn stage(&self, slug: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.slug == slug)
    }

    pub fn block_after(&self, slug: &str) -> Option<&Block> {
        let position = self.blocks.iter().position(|block| block.slug == slug)?;
        self.blocks.get(position + 1)
    }

    pub fn scopes(&self) -> impl Iterator<Item = &ScopeEntry> {
        self.scope_groups.iter().flat_map(|group| &group.scopes)
    }

    pub fn scope(&self, id: &str) -> Option<&ScopeEntry> {
        self.scopes().find(|scope| scope.id == id)
    }

    /// Every field of every block, contacts included.
    pub fn all_fields(&self) -> Vec<Field> {
        self.blocks.iter().flat_map(Block::all_fields).collect()
    }

    pub fn contacts(&self) -> impl Iterator<Item = &Contact> {
        self.blocks.iter().flat_map(|block| &block.contacts)
    }
}

impl Block {
    pub fn all_fields(&self) -> Vec<Field> {
        let mut fields = self.fields.clone();
        fields.extend(self.contacts.iter().flat_map(Contact::fields));
        fields
    }
}

impl Contact {
    /// The five fields of a person; names are `{id}_family_name` and so on.
    pub fn fields(&self) -> Vec<Field> {
        let phone = if self.mobile { Kind::Mobile } else { Kind::Phone };
        let phone_label = if self.mobile { "Téléphone mobile" } else { "Téléphone" };
        [
            ("given_name", "Prénom", Kind::Text),
            ("family_name", "Nom", Kind::Text),
            ("job_title", "Fonction", Kind::Text),
            ("email", "Adresse électronique", Kind::Email),
            ("phone", phone_label, phone),
        ]
        .into_iter()
        .map(|(suffix, label, kind)| {
            let mut field = Field::new(&format!("{}_{suffix}", self.id), label, kind);
            field.required = true;
            field.max = 100;
            field
        })
        .map(|mut field| {
            if matches!(field.kind, Kind::Email) {
                field.max = crate::contact::Email::MAX;
            }
            field
        })
        .collect()
    }
}

/// All services offered, in the order of the catalogue page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    services: Vec<Service>,
    endpoints: Vec<crate::endpoint::Endpoint>,
}

impl Catalogue {
    /// # Errors
    /// The first thing in the files that could not work: a scope twice, a condition on an unknown field…
    pub fn new(services: Vec<Service>, endpoints: Vec<crate::endpoint::Endpoint>) -> Result<Self, CatalogueError> {
        check::check(&services, &endpoints)?;
        Ok(Self { services, endpoints })
    }

    pub fn services(&self) -> &[Service] {
        &self.services
    }

    pub fn service(&self, slug: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.slug == slug)
    }

    pub fn endpoints(&self) -> &[crate::endpoint::Endpoint] {
        &self.endpoints
    }

    /// The label and data provider of a scope, whichever service offers it.
    pub fn scope_label(&self, id: &str) -> Option<(&str, &str)> {
        self.services
            .iter()
            .flat_map(|service| &service.scope_groups)
            .find_map(|group| group.scopes.iter().find(|scope| scope.id == id).map(|scope| (scope.label.as_str(), group.provider.as_str())))
    }
}
