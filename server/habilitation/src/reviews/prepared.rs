//! Requests a reviewer prepares for somebody: filled in part, never with people, then handed over by mail.

use domain::{
    Hours, applicant,
    applicant::Obstacle,
    catalogue::{Form, ServiceFile},
    contact::Email,
    form::{Answers, FieldProblem},
    ids::PreparedId,
    prefill,
    prepared::{INVITATION_DAYS, Phase},
    quota::{Made, Spent},
    routes,
    siret::Siret,
    words::{self, WordsError},
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
    /// Claimed, withdrawn or changed meanwhile.
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

/// Whom a prepared request is handed to, as typed.
#[derive(Debug, Clone, Copy)]
pub struct Invited<'a> {
    pub email: &'a str,
    pub siret: &'a str,
    pub note: &'a str,
}

impl Invited<'_> {
    fn note(&self) -> Result<String, WordsError> {
        words::optional(self.note, MAX_NOTE_TO_APPLICANT)
    }

    /// Whether this very invitation was sent.
    fn is_in(&self, prepared: &Prepared) -> bool {
        let Phase::Invited { email, siret, .. } = &prepared.phase else { return false };
        let address = Email::parse(self.email).is_some_and(|typed| typed.as_str() == email);
        address && Siret::parse(self.siret).is_ok_and(|typed| typed == *siret) && self.note().is_ok_and(|note| note == prepared.note)
    }
}

/// An invitation that can be sent.
struct Checked {
    address: String,
    siret: Siret,
    organisation: String,
    note: String,
}

/// The answers that were sent, beside what is stored.
struct Proposal<'a> {
    prepared: Prepared,
    form: &'a Form,
    /// What would be stored.
    answers: Answers,
    /// What cannot be stored.
    refused: Vec<FieldProblem>,
}

impl Proposal<'_> {
    fn changes(&self) -> bool {
        self.answers != self.prepared.answers
    }

    /// Whether these answers are stored and this invitation was sent since the page was opened.
    fn is_handed_to(&self, invited: Invited<'_>, seen: i32) -> bool {
        self.prepared.version != seen && !self.changes() && self.refused.is_empty() && invited.is_in(&self.prepared)
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
    /// The services this person decides for, but for those that continue another: a request for these begins with the answers of the
    /// step before.
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

    /// Begins a prepared request, in the plain form or in that of a variant. The same `id` again writes nothing.
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

    /// Stores what a pre-fill link could propose as well: neither people, nor documents, nor what is locked. What cannot be stored is
    /// returned, and the rest is stored. The same answers again write nothing, and conflict with nobody.
    pub async fn save_prepared(&self, id: PreparedId, sent: &Answers, seen: i32) -> Result<(), PreparedError> {
        let cx = &self.room.cx;
        let proposal = self.proposal(id, sent).await?;
        if proposal.changes() {
            let tx = cx.begin().await?;
            let saved = prepared::save(&tx, id, &proposal.answers, seen, cx.now()).await;
            match saved {
                Ok(()) => tx.commit().await?,
                Err(store::Error::Stale { .. }) => {
                    drop(tx);
                    // The same form, sent twice at once.
                    if self.proposal(id, sent).await?.changes() {
                        return Err(PreparedError::Stale);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        if proposal.refused.is_empty() { Ok(()) } else { Err(PreparedError::Refused(proposal.refused)) }
    }

    async fn proposal(&self, id: PreparedId, sent: &Answers) -> Result<Proposal<'_>, PreparedError> {
        let (prepared, form) = self.prepared_request(id).await?;
        let pairs = sent.pairs();
        let refused = prefill::refused(form, &pairs);
        let mut answers = prefill::accepted(form, &pairs);
        answers.leave_refused(&prepared.answers, &refused);
        Ok(Proposal { prepared, form, answers, refused })
    }

    /// Stores the answers, then sends the link; one sent before stops working. The same form sent twice invites once, and succeeds
    /// twice.
    pub async fn hand_to(&self, id: PreparedId, sent: &Answers, invited: Invited<'_>, seen: i32) -> Result<(), PreparedError> {
        match self.hand_to_once(id, sent, invited, seen).await {
            Err(PreparedError::Stale) if self.proposal(id, sent).await?.is_handed_to(invited, seen) => Ok(()),
            other => other,
        }
    }

    async fn hand_to_once(&self, id: PreparedId, sent: &Answers, invited: Invited<'_>, seen: i32) -> Result<(), PreparedError> {
        let cx = &self.room.cx;
        let proposal = self.proposal(id, sent).await?;
        let checked = self.checked(proposal.form, invited).await?;
        let (true, Ok(checked)) = (proposal.refused.is_empty(), &checked) else {
            if self.proposal(id, sent).await?.is_handed_to(invited, seen) {
                return Ok(());
            }
            self.save_prepared(id, sent, seen).await?;
            return Err(PreparedError::Invitation(checked.err().unwrap_or_default()));
        };
        let Checked { address, siret, organisation, note } = checked;
        let token = cx.new_token();
        let until = Hours(i64::from(INVITATION_DAYS) * 24).after(cx.now());
        let invitation = prepared::Invitation { token: &token, email: address, siret, note, until };
        let tx = cx.begin().await?;
        let mut version = seen;
        if proposal.changes() {
            unless_stale(prepared::save(&tx, id, &proposal.answers, seen, cx.now()).await, || PreparedError::Stale)?;
            version += 1;
        }
        unless_stale(prepared::invite(&tx, id, invitation, version, cx.now()).await, || PreparedError::Stale)?;
        let link = cx.url(&routes::claim(&token));
        let letter = mails::sharing::prepared(address, &proposal.form.name, organisation, &self.actor.name, note, &link);
        letter.at_address_of(self.actor.account).send(cx, &tx).await?;
        Ok(tx.commit().await?)
    }

    /// Everything the invitation needs, or what is wrong with each part.
    async fn checked(&self, form: &Form, invited: Invited<'_>) -> Result<Result<Checked, InvitationProblems>, PreparedError> {
        let mut problems = InvitationProblems::default();
        let address = self.room.mailbox(invited.email).map_err(|problem| problems.email = Some(problem.sentence())).ok();
        let note = invited.note().map_err(|error| problems.note = Some(error.sentence())).ok();
        let body = self.body(form, invited.siret).await?.map_err(|sentence| problems.siret = Some(sentence)).ok();
        let (Some(address), Some((siret, organisation)), Some(note)) = (address, body, note) else { return Ok(Err(problems)) };
        if let Err(limit) = self.room.may_invite(self.actor.account, address.as_str()).await? {
            return Ok(Err(InvitationProblems { email: Some(limit.sentence()), ..InvitationProblems::default() }));
        }
        Ok(Ok(Checked { address: address.as_str().to_owned(), siret, organisation, note }))
    }

    /// The organisation's SIRET and name, or what is wrong with it.
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
        match prepared::withdraw(&tx, id, seen, cx.now()).await {
            Err(store::Error::Stale { .. }) => {
                drop(tx);
                // Withdrawn already: by the same form, or by a colleague who wanted the same.
                let (found, _) = self.prepared_request(id).await?;
                if matches!(found.phase, Phase::Withdrawn { .. }) { Ok(()) } else { Err(PreparedError::Stale) }
            }
            done => {
                done?;
                Ok(tx.commit().await?)
            }
        }
    }

    /// The number of the request that it was claimed as, if it was.
    pub async fn claimed_as(&self, one: &Prepared) -> Result<Option<i64>, PreparedError> {
        let Phase::Claimed { request, .. } = one.phase else { return Ok(None) };
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
