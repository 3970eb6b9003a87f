//! The attestation of a habilitation, for its holders, and the public pages that verify it. Neither shows a contact or the applicant,
//! and nothing is shown before an approval.

use std::sync::Arc;

use attestation::{Attestation, Group};
use domain::{
    actor::Actor,
    calendar::{french_date, paris_date},
    catalogue::{Field, Form, Kind},
    form::Answers,
    ids::{HabilitationId, RequestId},
    network::Origin,
    sight::Act,
    verification::VerificationCode,
};
use jiff::civil::Date;
use store::{
    habilitation::{self, Habilitation as Granted, HabilitationState},
    organisation,
    request::{self, Request, Viewer},
};

use crate::{Habilitation, limits::TooMany};

#[derive(Debug, thiserror::Error)]
pub enum AttestationError {
    #[error("no such habilitation")]
    NotFound,
    #[error(transparent)]
    TooMany(#[from] TooMany),
    #[error("the attestation cannot be composed")]
    Document(#[from] attestation::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The public state of a habilitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Active,
    /// A later habilitation of the same project replaced it.
    Replaced,
    Revoked,
    Expired,
}

/// All that the public may know of a habilitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicHabilitation {
    pub number: String,
    pub service: String,
    pub provider: String,
    pub organisation: String,
    pub siret: String,
    pub project: String,
    pub standing: Standing,
    pub granted_on: Date,
    pub valid_until: Option<Date>,
    /// Fields the catalogue marks as public, with what was answered.
    pub answers: Vec<(String, String)>,
    pub groups: Vec<(String, Vec<String>)>,
}

impl Habilitation {
    /// For whoever may read the request (its people, members of its organisation) and the reviewers of the service. Of two
    /// habilitations granted together, the one with this number, or else the first.
    pub async fn attestation(&self, actor: &Actor, id: RequestId, number: Option<&str>) -> Result<Pdf, AttestationError> {
        let request = self.request_seen_by(actor, id).await?.ok_or(AttestationError::NotFound)?;
        let active = habilitation::active_of_request(&self.cx.db, request.id).await?;
        let mut valid = active.into_iter().filter(|one| !self.is_over(one));
        let granted = valid.find(|one| number.is_none_or(|number| number == one.public_number())).ok_or(AttestationError::NotFound)?;
        let granted = self.with_code(granted).await?;
        let facts = self.facts(&granted, &request).await?;
        let name = format!("attestation-{}.pdf", granted.public_number());
        let bytes = tokio::task::spawn_blocking(move || attestation::render(&facts)).await.map_err(|_| attestation::Error::Typeface)??;
        Ok(Pdf { name, bytes })
    }

    async fn request_seen_by(&self, actor: &Actor, id: RequestId) -> Result<Option<Request>, store::Error> {
        let db = &self.cx.db;
        let seen = request::seen_by(db, id, Viewer { account: actor.account, email: &actor.email }).await?;
        match seen.filter(|seen| seen.allows(Act::Read)) {
            Some(seen) => Ok(Some(seen.request)),
            None => request::of_reviewer(db, id, &actor.grants).await,
        }
    }

    /// A habilitation without a verification code gets one when it is first needed.
    async fn with_code(&self, granted: Granted) -> Result<Granted, AttestationError> {
        if granted.code.is_some() {
            return Ok(granted);
        }
        let tx = self.cx.begin().await?;
        habilitation::give_code(&tx, granted.id, &VerificationCode::mint(self.cx.entropy.as_ref())).await?;
        tx.commit().await?;
        self.granted(granted.id).await
    }

    async fn granted(&self, id: HabilitationId) -> Result<Granted, AttestationError> {
        habilitation::by_id(&self.cx.db, id).await?.ok_or(AttestationError::NotFound)
    }

    /// The form the habilitation was asked for with; when it cannot be found, the current form of the service.
    fn form_granted(&self, granted: &Granted, request: &Request) -> Result<Arc<Form>, AttestationError> {
        let today = || self.cx.catalogue.form_asked(&granted.service, None, u32::MAX, &granted.answers);
        self.form_at(request, granted.catalogue_version, &granted.answers).or_else(today).ok_or(AttestationError::NotFound)
    }

    async fn facts(&self, granted: &Granted, request: &Request) -> Result<Attestation, AttestationError> {
        let cx = &self.cx;
        let service = self.service(&granted.service).ok_or(AttestationError::NotFound)?;
        let form = self.form_granted(granted, request)?;
        let body = organisation::by_id(&cx.db, granted.organisation).await?.ok_or(AttestationError::NotFound)?;
        let code = granted.code.as_ref().map(VerificationCode::to_string).unwrap_or_default();
        let months = granted.answers.text("retention_months");
        Ok(Attestation {
            number: granted.public_number(),
            service: service.name.clone(),
            provider: service.provider.clone(),
            organisation: body.name(),
            siret: body.siret.spaced(),
            project: project(&granted.title),
            groups: groups(&form, granted).into_iter().map(|(label, scopes)| Group { label, scopes }).collect(),
            legal: legal(&form, &granted.answers),
            retention: if months.is_empty() { String::new() } else { format!("{months}\u{a0}mois") },
            granted_on: french_date(paris_date(granted.granted_at)),
            valid_until: granted.valid_until.map(french_date).unwrap_or_default(),
            address: cx.url(&domain::routes::verified(&code)),
            code,
            issued_at: cx.now(),
        })
    }

    /// Past its last day, even if the expiry job has not run yet.
    fn is_over(&self, granted: &Granted) -> bool {
        granted.valid_until.is_some_and(|last| last < paris_date(self.cx.now()))
    }

    /// Finds a habilitation by the code of its attestation; wrong codes count towards the limit on guesses.
    pub async fn verified(&self, code: &VerificationCode, from: &Origin) -> Result<PublicHabilitation, AttestationError> {
        self.may_guess(from).await??;
        match habilitation::by_code(&self.cx.db, code).await? {
            Some(granted) => self.shown(granted).await,
            None => {
                self.guessed_wrong(from).await??;
                Err(AttestationError::NotFound)
            }
        }
    }

    /// Finds a habilitation by its number, which is public.
    pub async fn public_habilitation(&self, number: i64) -> Result<PublicHabilitation, AttestationError> {
        let granted = habilitation::by_number(&self.cx.db, number).await?.ok_or(AttestationError::NotFound)?;
        self.shown(granted).await
    }

    async fn shown(&self, granted: Granted) -> Result<PublicHabilitation, AttestationError> {
        let cx = &self.cx;
        let service = self.service(&granted.service).ok_or(AttestationError::NotFound)?;
        let body = organisation::by_id(&cx.db, granted.organisation).await?.ok_or(AttestationError::NotFound)?;
        let request = request::by_id(&cx.db, granted.request).await?.ok_or(AttestationError::NotFound)?;
        let form = self.form_granted(&granted, &request)?;
        let over = self.is_over(&granted);
        Ok(PublicHabilitation {
            number: granted.public_number(),
            service: service.name.clone(),
            provider: service.provider.clone(),
            organisation: body.name(),
            siret: body.siret.spaced(),
            project: project(&granted.title),
            standing: match granted.state {
                HabilitationState::Superseded => Standing::Replaced,
                HabilitationState::Revoked => Standing::Revoked,
                HabilitationState::Expired => Standing::Expired,
                HabilitationState::Active if over => Standing::Expired,
                HabilitationState::Active => Standing::Active,
            },
            granted_on: paris_date(granted.granted_at),
            valid_until: granted.valid_until,
            answers: public_answers(&form, &granted.answers),
            groups: groups(&form, &granted),
        })
    }
}

fn project(title: &str) -> String {
    if title.is_empty() { "Projet sans nom".to_owned() } else { title.to_owned() }
}

/// The granted scopes under the groups of the form; scopes the form does not have go under « Autres données ».
fn groups(form: &Form, granted: &Granted) -> Vec<(String, Vec<String>)> {
    let granted = &granted.scopes;
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    for group in &form.scope_groups {
        let held = group.scopes.iter().filter(|scope| granted.contains(&scope.id));
        known.extend(held.clone().map(|scope| scope.id.as_str()));
        let labels: Vec<String> = held.map(|scope| scope.label.clone()).collect();
        if !labels.is_empty() {
            groups.push((group.label.clone(), labels));
        }
    }
    let others: Vec<String> = granted.iter().filter(|id| !known.contains(&id.as_str())).cloned().collect();
    if !others.is_empty() {
        groups.push(("Autres données".to_owned(), others));
    }
    groups
}

/// Answers that can be read: neither documents nor people nor scopes.
fn readable(field: &Field, answers: &Answers) -> Option<(String, String)> {
    let choice =
        |value: &String| field.choices.iter().find(|choice| choice.value == *value).map_or_else(|| value.clone(), |choice| choice.label.clone());
    let text = match field.kind {
        Kind::Text | Kind::Name | Kind::LongText | Kind::Url | Kind::Number => answers.text(&field.id).to_owned(),
        Kind::Date => answers.text(&field.id).parse().map(french_date).unwrap_or_default(),
        Kind::Choice | Kind::Choices => answers.all(&field.id).iter().map(choice).collect::<Vec<_>>().join(", "),
        _ => return None,
    };
    (!text.trim().is_empty()).then(|| (field.label.clone(), text))
}

/// The block « cadre juridique » of every form.
fn legal(form: &Form, answers: &Answers) -> Vec<(String, String)> {
    let block = form.block("cadre-juridique");
    block.into_iter().flat_map(|block| &block.fields).filter_map(|field| readable(field, answers)).collect()
}

fn public_answers(form: &Form, answers: &Answers) -> Vec<(String, String)> {
    let fields = form.blocks.iter().flat_map(|block| &block.fields);
    // The name is the page's title.
    fields.filter(|field| field.public && field.id != "name").filter_map(|field| readable(field, answers)).collect()
}
