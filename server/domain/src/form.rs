//! The form of a request: what it asks, who reads it and what an approval opens, worked out by the catalogue for one service
//! and one of its variants; the answers to it, and what is wrong with them.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

mod answers;
mod check;
mod delay;
mod field;
mod grant;
mod impact;
mod moved;
mod people;
mod placeholder;
mod rule;
mod together;
mod ways;

pub use answers::{Answers, MAX_VALUES, normalise, shown_again};
pub use check::{FieldProblem, Problem, accented_mailboxes, check_all, check_alone, check_block, untimely};
pub use delay::review_days;
pub use field::{Choice, Field, FileKind, Kind, TextLimit};
pub use grant::{Granted, Part};
pub use impact::breaks;
pub use moved::{Moved, Question, moved};
pub use people::MAX_PEOPLE;
pub use placeholder::placeholder;
pub use rule::ScopeRule;
pub use together::Alone;
pub use ways::Ways;

pub(crate) use answers::number;
pub(crate) use check::check_field;
pub(crate) use delay::{longest, sum};

/// The form of a request. A request keeps the version it was begun under: `Catalogue::form` finds that form again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Form {
    /// The service asked for.
    pub slug: String,
    /// The version of the file of the service.
    pub version: u32,
    /// Which variant of the service this form is of; none for the plain form.
    pub variant: Option<String>,
    pub name: String,
    /// One sentence for the catalogue.
    pub summary: String,
    pub before_you_start: Vec<String>,
    pub support_email: String,
    pub terms_label: String,
    pub terms_url: String,
    pub eligibility: String,
    /// The slug of the service whose habilitation this one relies on.
    pub relies_on: Option<String>,
    /// The slug of the service whose approved request this one is the next step of; its answers are copied.
    pub continues: Option<String>,
    /// How many months a habilitation is valid; without it, for ever.
    pub validity_months: Option<u32>,
    /// Meant for public bodies: others are warned, and reviewers told.
    pub public_bodies: bool,
    /// An organisation may hold it only once: no second request while one is under review or its habilitation is in force.
    pub unique: bool,
    /// Ticked beside the terms of use before submitting.
    pub statements: Vec<Statement>,
    pub stages: Vec<Stage>,
    pub blocks: Vec<Block>,
    pub scope_groups: Vec<ScopeGroup>,
    pub scope_rules: Vec<ScopeRule>,
    pub provision: Provision,
    /// Whether applicants and reviewers may write to each other.
    pub messages: bool,
    /// What an approval opens, in order; two services when they are asked for together.
    pub parts: Vec<Part>,
    /// The answers a new request holds from the start, beside the defaults of the fields.
    pub prefill: BTreeMap<String, Vec<String>>,
    /// This form when the answers do not call for the second service; none for a form of one service.
    pub alone: Option<Arc<Alone>>,
}

/// The name of the box by which the terms of use are accepted.
pub const TERMS: &str = "conditions";

/// The field that lists the ways of access: how the service says whose data it wants.
pub const MODALITIES: &str = "modalities";

/// Its value for people who sign in with FranceConnect.
pub const FRANCE_CONNECT: &str = "france_connect";

/// The field that cites the text a request is founded on, and the one that links to it. In a form for two services the second has fields of its
/// own, whose ids end with these names.
pub const LEGAL_NATURE: &str = "legal_nature";
pub const LEGAL_URL: &str = "legal_url";

/// One team's turn in the review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub slug: String,
    pub team: String,
    /// The promised delay, in working days from the moment the request reaches this team.
    pub working_days: u32,
    /// Teams of the same order decide in parallel, a lower one first. Files may leave it out: see `catalogue::Review`.
    #[serde(default = "no_order")]
    pub order: u32,
    /// The blocks its approval covers; empty for all of them.
    #[serde(default)]
    pub covers: Vec<String>,
    /// The service whose team decides: in a form that asks for two services together, not always the form's own.
    #[serde(skip)]
    pub service: String,
}

pub(crate) const NO_ORDER: u32 = u32::MAX;

fn no_order() -> u32 {
    NO_ORDER
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    pub id: String,
    pub label: String,
    /// What the statement is about, when it can be read somewhere.
    #[serde(default)]
    pub url: Option<String>,
    /// The document behind `url`, as « Lire … » names it.
    #[serde(default)]
    pub document: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Further people may be added for the same role.
    #[serde(default)]
    pub multiple: bool,
    /// The contact this person was added to.
    #[serde(skip)]
    pub added_to: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeGroup {
    pub label: String,
    /// Who holds the data; shown to citizens on the information page.
    pub provider: String,
    pub scopes: Vec<ScopeEntry>,
    /// The service which grants them.
    #[serde(skip)]
    pub service: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Ticked by default in new requests.
    #[serde(default)]
    pub default: bool,
    /// The ways of access that give it, among the values of the field [`MODALITIES`]; empty for all of them.
    #[serde(default)]
    pub ways: Vec<String>,
}

/// What an approval opens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provision {
    /// A habilitation only: this site delivers no keys for it.
    #[default]
    Record,
    /// A client in the sandbox realm of the broker, with the granted identity scopes.
    BrokerClient,
    /// Data scopes on the broker client of the habilitation relied on, and the gateway's grant.
    DataScopes,
}

impl Form {
    pub fn block(&self, slug: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.slug == slug)
    }

    pub fn stage(&self, slug: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.slug == slug)
    }

    /// The blocks with something to answer, given the answers; the others are only read in the summary.
    pub fn steps(&self, answers: &Answers) -> Vec<&Block> {
        self.blocks.iter().filter(|block| block.is_step(answers)).collect()
    }

    pub fn step_after(&self, slug: &str, answers: &Answers) -> Option<&Block> {
        let position = self.blocks.iter().position(|block| block.slug == slug)?;
        self.blocks.iter().skip(position + 1).find(|block| block.is_step(answers))
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

    /// What a new request holds before anybody has typed anything.
    pub fn first_answers(&self) -> Answers {
        let mut answers = Answers::default();
        for field in self.all_fields() {
            if !field.default.is_empty() {
                let values = if field.is_multiple() { field.default.split(',').map(str::to_owned).collect() } else { vec![field.default.clone()] };
                answers.0.insert(field.id.clone(), values);
            }
            if field.kind == Kind::Scopes {
                let scopes = self.scopes().filter(|scope| (scope.included || scope.default) && !scope.deprecated).map(|scope| scope.id.clone());
                answers.0.insert(field.id.clone(), scopes.collect());
            }
        }
        answers.0.extend(self.prefill.clone());
        answers
    }

    /// The names of the boxes to tick before submitting: the terms of use, then the statements.
    pub fn boxes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(TERMS).chain(self.statements.iter().map(|statement| statement.id.as_str()))
    }

    pub fn contacts(&self) -> impl Iterator<Item = &Contact> {
        self.blocks.iter().flat_map(|block| &block.contacts)
    }
}

impl Block {
    /// Whether something in it is to be answered.
    pub fn is_step(&self, answers: &Answers) -> bool {
        !self.contacts.is_empty() || self.fields.iter().any(|field| !field.locked && field.is_asked(answers))
    }

    /// Whether something in it is to be read.
    pub fn is_shown(&self, answers: &Answers) -> bool {
        !self.contacts.is_empty() || self.fields.iter().any(|field| field.is_asked(answers))
    }

    pub fn all_fields(&self) -> Vec<Field> {
        let mut fields = self.fields.clone();
        fields.extend(self.contacts.iter().flat_map(Contact::people).flat_map(|person| person.when_added(person.fields())));
        fields
    }

    /// The fields whose answers are sent with the form of the block: neither those locked or hidden, nor documents, which are uploaded
    /// separately.
    pub fn sent_fields(&self) -> impl Iterator<Item = Field> + use<> {
        self.all_fields().into_iter().filter(|field| !field.locked && !field.hidden && field.kind != Kind::Documents)
    }
}

impl Contact {
    /// The five fields of a person; names are `{id}_family_name` and so on.
    pub fn fields(&self) -> Vec<Field> {
        let phone = if self.mobile { Kind::Mobile } else { Kind::Phone };
        let phone_label = if self.mobile { "Téléphone mobile" } else { "Téléphone" };
        [
            ("given_name", "Prénom", Kind::Name),
            ("family_name", "Nom", Kind::Name),
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

#[cfg(test)]
mod tests;
