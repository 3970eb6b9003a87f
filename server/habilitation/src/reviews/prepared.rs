//! Requests a reviewer prepares for somebody: filled in part, never with people, then handed over by mail.

use domain::{
    Hours, applicant,
    applicant::Obstacle,
    catalogue::{Form, ServiceFile},
    form::{Answers, FieldProblem},
    ids::PreparedId,
    prefill,
    prepared::INVITATION_DAYS,
    quota::{Made, Spent},
    routes,
    siret::Siret,
    words,
};
pub use store::prepared::Prepared;
use store::{
    Page, Paging, account,
    prepared::{self, NewPrepared},
    unless_stale,
};

use super::Reviewing;
use crate::{Habilitation, directory::DirectoryError, mails};

pub const MAX_NOTE_TO_APPLICANT: usize = 1000;

#[derive(Debug, thiserror::Error)]
pub enum PreparedError {
    #[error("no such prepared request")]
    NotFound,
    /// Taken, given up or changed meanwhile.
    #[error("stale prepared request")]
    Stale,
    #[error("answers refused")]
    Refused(Vec<FieldProblem>),
    #[error("invitation refused")]
    Invitation(InvitationProblems),
    #[error(transparent)]
    Spent(#[from] Spent),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// One sentence by control.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvitationProblems {
    pub email: Option<String>,
    pub siret: Option<String>,
    pub note: Option<String>,
}

impl InvitationProblems {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedLine {
    pub prepared: Prepared,
    /// The service, and the use case or the product.
    pub form_name: String,
    pub by: String,
}

impl Reviewing<'_> {
    /// The services this person decides for; one that goes on from another begins with that other's answers.
    pub fn preparable(&self) -> Vec<&ServiceFile> {
        let own = |service: &&ServiceFile| self.actor.reviews_service(&service.slug) && service.continues.is_none();
        self.room.cx.catalogue().services().iter().filter(own).collect()
    }

    pub async fn prepared_requests(&self, number: u64) -> Result<Page<PreparedLine>, PreparedError> {
        let services: Vec<&str> = self.preparable().into_iter().map(|service| service.slug.as_str()).collect();
        let Page { items, total } = prepared::of_services(&self.room.cx.db, &services, Paging::of(number)).await?;
        let people = account::by_ids(&self.room.cx.db, items.iter().map(|one| one.prepared_by)).await?;
        let line = |one: Prepared| PreparedLine {
            form_name: self.room.form_name(&one.service, one.variant.as_deref()),
            by: people.iter().find(|person| person.id == one.prepared_by).map(|person| person.name()).unwrap_or_default(),
            prepared: one,
        };
        Ok(Page { items: items.into_iter().map(line).collect(), total })
    }

    /// In the plain form, or in one of the service's others. The same `id` again writes nothing.
    pub async fn prepare(&self, id: PreparedId, slug: &str, variant: Option<&str>) -> Result<(), PreparedError> {
        let cx = &self.room.cx;
        let service = self.preparable().into_iter().find(|service| service.slug == slug).ok_or(PreparedError::NotFound)?;
        let form = self.room.form(&service.slug, variant).ok_or(PreparedError::NotFound)?;
        let tx = cx.begin().await?;
        if prepared::by_id(&tx, id).await?.is_some() {
            return Ok(());
        }
        self.room.quota(&tx, Made::Prepared, (self.actor.account, None), 1).await??;
        let new = NewPrepared { id, service: slug, variant, answers: &form.first_answers(), by: self.actor.account };
        prepared::create(&tx, new, cx.now()).await?;
        Ok(tx.commit().await?)
    }

    /// With the form it is filled in.
    pub async fn prepared_request(&self, id: PreparedId) -> Result<(Prepared, &Form), PreparedError> {
        let found = prepared::by_id(&self.room.cx.db, id).await?.ok_or(PreparedError::NotFound)?;
        if !self.actor.reviews_service(&found.service) {
            return Err(PreparedError::NotFound);
        }
        let form = self.room.form_prepared(&found).ok_or(PreparedError::NotFound)?;
        Ok((found, form))
    }

    /// Takes what a link could propose as well: neither people, nor documents, nor what is locked.
    pub async fn save_prepared(&self, id: PreparedId, sent: &Answers, seen: i32) -> Result<(), PreparedError> {
        let cx = &self.room.cx;
        let (_, form) = self.prepared_request(id).await?;
        let sent = sent.pairs();
        let problems = prefill::refused(form, &sent);
        if !problems.is_empty() {
            return Err(PreparedError::Refused(problems));
        }
        let answers = prefill::accepted(form, &sent);
        let tx = cx.begin().await?;
        unless_stale(prepared::save(&tx, id, &answers, seen, cx.now()).await, || PreparedError::Stale)?;
        Ok(tx.commit().await?)
    }

    /// Sends the link; the one sent before opens nothing any more.
    pub async fn hand_to(&self, id: PreparedId, email: &str, siret: &str, note: &str, seen: i32) -> Result<(), PreparedError> {
        let cx = &self.room.cx;
        let (_, form) = self.prepared_request(id).await?;
        let mut problems = InvitationProblems::default();
        let address = self.room.mailbox(email).map_err(|problem| problems.email = Some(problem.sentence())).ok();
        let note = words::optional(note, MAX_NOTE_TO_APPLICANT).unwrap_or_else(|error| {
            problems.note = Some(error.sentence());
            String::new()
        });
        let body = match self.body(form, siret).await? {
            Ok(body) => Some(body),
            Err(sentence) => {
                problems.siret = Some(sentence);
                None
            }
        };
        let (Some(address), Some((siret, organisation)), true) = (address, body, problems.is_empty()) else {
            return Err(PreparedError::Invitation(problems));
        };
        if let Err(limit) = self.room.may_invite(self.actor.account, address.as_str()).await? {
            return Err(PreparedError::Invitation(InvitationProblems { email: Some(limit.sentence()), ..InvitationProblems::default() }));
        }
        let token = cx.new_token();
        let until = Hours(i64::from(INVITATION_DAYS) * 24).after(cx.now());
        let invitation = prepared::Invitation { token: &token, email: address.as_str(), siret: &siret, note: &note, until };
        let tx = cx.begin().await?;
        unless_stale(prepared::invite(&tx, id, invitation, seen, cx.now()).await, || PreparedError::Stale)?;
        let link = cx.url(&routes::claim(&token));
        let letter = mails::sharing::prepared(address.as_str(), &form.name, &organisation, &self.actor.name, &note, &link);
        letter.at_address_of(self.actor.account).send(cx, &tx).await?;
        Ok(tx.commit().await?)
    }

    /// The body's number and name, or what is wrong with it.
    async fn body(&self, form: &Form, siret: &str) -> Result<Result<(Siret, String), String>, store::Error> {
        let siret = match Siret::parse(siret) {
            Ok(siret) => siret,
            Err(error) => return Ok(Err(error.sentence())),
        };
        let found = match self.room.directory.look_up(&self.room.cx, &siret).await {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(Err("Ce SIRET n’existe pas dans l’annuaire des entreprises.".to_owned())),
            Err(DirectoryError::Unreachable) => {
                return Ok(Err("L’annuaire des entreprises ne répond pas\u{a0}: réessayez dans quelques minutes.".to_owned()));
            }
            Err(DirectoryError::Store(error)) => return Err(error),
        };
        let vendors = self.room.cx.catalogue().vendors();
        let of_product = self.room.is_of_product(form);
        Ok(match applicant::obstacle(&siret, Some(&found), of_product, vendors) {
            Some(Obstacle::Closed) => Err("Cet établissement est fermé\u{a0}: il ne peut pas déposer de demande.".to_owned()),
            Some(Obstacle::Vendor) => Err("C’est au client de cet éditeur de déposer la demande.".to_owned()),
            None => Ok((siret, found.name)),
        })
    }

    pub async fn withdraw_prepared(&self, id: PreparedId, seen: i32) -> Result<(), PreparedError> {
        let cx = &self.room.cx;
        self.prepared_request(id).await?;
        let tx = cx.begin().await?;
        unless_stale(prepared::withdraw(&tx, id, seen, cx.now()).await, || PreparedError::Stale)?;
        Ok(tx.commit().await?)
    }

    /// Who took it, and the number of their request.
    pub async fn claimed_as(&self, one: &Prepared) -> Result<Option<i64>, PreparedError> {
        let domain::prepared::Stage::Claimed { request, .. } = one.stage else { return Ok(None) };
        Ok(store::request::by_id(&self.room.cx.db, request).await?.map(|request| request.number))
    }
}

impl Habilitation {
    /// The form it was prepared in; the plain one when that is no longer offered.
    pub(crate) fn form_prepared(&self, one: &Prepared) -> Option<&Form> {
        self.form(&one.service, one.variant.as_deref()).or_else(|| self.form(&one.service, None))
    }

    /// « API Particulier – Aide sociale du CCAS ».
    pub fn form_name(&self, slug: &str, variant: Option<&str>) -> String {
        let Some(service) = self.service(slug) else { return String::new() };
        let variant = service.variants.iter().find(|one| Some(one.slug.as_str()) == variant);
        variant.map_or_else(|| service.name.clone(), |one| format!("{} – {}", service.name, one.name))
    }
}
