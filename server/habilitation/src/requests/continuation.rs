//! Continuation: the next step of something granted (production after the sandbox) is asked for by its own request, which begins with
//! the answers that were granted and stays linked to them.

use domain::{
    actor::Actor,
    calendar::paris_date,
    catalogue::{Form, Kind, ServiceFile},
    form::Answers,
    ids::{OrganisationId, RequestId},
    request::State,
    sight::Act,
};
use store::{
    co_editor,
    document::{self, Document},
    habilitation::{self, Habilitation as Granted},
    organisation::{self, members},
    request::{self, Line, Request, Viewer},
};

use super::{Applying, Obstacle, Opened, RequestError, Ties, duplicate};
use crate::{Habilitation, documents::cited_in};

/// A step before or after, as the page of a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    pub id: RequestId,
    pub number: i64,
    pub service_name: String,
    pub state: State,
    /// « H45 », while it is in force.
    pub habilitation: Option<String>,
    /// Whether the reader may open it.
    pub opens: bool,
}

/// The steps before and after a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    pub before: Option<Linked>,
    pub after: Vec<Linked>,
    /// The slug and the name of the service to ask for next, when the reader may ask for it and nobody has.
    pub next: Option<(String, String)>,
}

/// Who reads the page: each side has its own access rules.
#[derive(Clone, Copy)]
pub(crate) enum Reader<'a> {
    Applicant(&'a Actor),
    Reviewer(&'a Actor),
}

impl Habilitation {
    /// The service that continues this one.
    pub fn next_of(&self, slug: &str) -> Option<&ServiceFile> {
        self.cx.catalogue.services().iter().find(|service| service.continues.as_deref() == Some(slug))
    }

    async fn in_force_of(&self, request: RequestId, service: &str) -> Result<Option<Granted>, store::Error> {
        let today = paris_date(self.cx.now());
        let active = habilitation::active_of_request(&self.cx.db, request).await?;
        Ok(active.into_iter().find(|one| one.service == service && one.is_in_force(today)))
    }

    /// Runs no query when the request continues none and no service continues its own.
    pub(crate) async fn chain(&self, opened: &Opened, reader: Reader<'_>) -> Result<Chain, store::Error> {
        let (db, own, today) = (&self.cx.db, &opened.request, paris_date(self.cx.now()));
        let next = self.next_of(&own.service);
        let mut chain = Chain::default();
        if own.continues.is_none() && next.is_none() {
            return Ok(chain);
        }
        let lines = request::steps_around(db, own.id, own.continues).await?;
        let opening = match reader {
            Reader::Applicant(actor) => request::seen_among(db, &lines, Viewer { account: actor.account, email: &actor.email }).await?,
            Reader::Reviewer(actor) => request::reviewed_among(db, &lines, &actor.grants).await?,
        };
        let active = habilitation::active_of_requests(db, lines.iter().map(|line| line.id)).await?;
        for line in lines {
            let in_force = active.iter().find(|one| one.request == line.id && one.service == line.service && one.is_in_force(today));
            let linked = Linked {
                id: line.id,
                number: line.number,
                service_name: self.service_name(&line.service).to_owned(),
                state: line.state,
                habilitation: in_force.map(Granted::public_number),
                opens: opening.contains(&line.id),
            };
            if Some(line.id) == own.continues {
                chain.before = Some(linked);
            } else if next.is_some() && (linked.opens || line.submitted_at.is_some()) {
                // A draft of somebody else's is private.
                chain.after.push(linked);
            }
        }
        let Some(next) = next else { return Ok(chain) };
        let over = |one: &Linked| matches!(one.state, State::Refused | State::Revoked | State::Archived);
        let may = matches!(reader, Reader::Applicant(_)) && opened.allows(Act::Duplicate);
        let granted = opened.habilitations.iter().any(|one| one.service == own.service && one.is_in_force(today));
        if may && granted && chain.after.iter().all(over) {
            chain.next = Some((next.slug.clone(), next.name.clone()));
        }
        Ok(chain)
    }
}

impl Applying<'_> {
    /// Requests that this person may continue with `service`, in the name of this organisation; none for a service that continues no
    /// other.
    pub async fn continuable(&self, service: &ServiceFile, organisation: OrganisationId) -> Result<Vec<Line>, RequestError> {
        let db = &self.room.cx.db;
        let Some(before) = &service.continues else { return Ok(Vec::new()) };
        let mut lines = request::continuable(db, organisation, before, paris_date(self.room.cx.now())).await?;
        if !lines.is_empty() && !members::is_verified(db, self.actor.account, organisation).await? {
            let shared = co_editor::requests_of(db, self.actor.account).await?;
            lines.retain(|line| line.applicant == self.actor.account || shared.contains(&line.id));
        }
        Ok(lines)
    }

    /// Creates a draft with the answers granted at the step before, in the name of the same organisation. Called again with the same
    /// `id`, it returns `Begun`.
    pub async fn start_after(&self, id: RequestId, slug: &str, before: RequestId) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let service = self.room.service(slug).ok_or(RequestError::UnknownService)?;
        let earlier = service.continues.clone().ok_or(RequestError::UnknownService)?;
        let from = match self.allowed(before, Act::Duplicate).await {
            Ok(seen) => seen.request,
            Err(RequestError::Store(error)) => return Err(error.into()),
            Err(_) => return Err(Obstacle::NoStepBefore.into()),
        };
        if from.service != earlier {
            return Err(Obstacle::NoStepBefore.into());
        }
        let granted = self.room.in_force_of(before, &earlier).await?.ok_or(Obstacle::NoStepBefore)?;
        if !organisation::is_member(&cx.db, self.actor.account, from.organisation).await? {
            return Err(Obstacle::NoStepBefore.into());
        }
        let body = self.room.organisation(from.organisation).await?.ok_or(Obstacle::NoOrganisation)?;
        let form = self.form_after(service, &from).ok_or(RequestError::UnknownService)?;
        self.room.check_body(form, &body)?;
        let mut answers = duplicate::shared(form, &granted.answers);
        let documents = self.copies(form, &granted.answers, &mut answers, before, id).await?;
        let ties = Ties { relies_on: granted.relies_on, continues: Some(before), begun_version: None };
        let tx = cx.begin().await?;
        if let Err(error) = self.create(&tx, id, form, &body, &answers, ties).await {
            for document in &documents {
                self.room.forget_bytes(document).await;
            }
            return Err(error);
        }
        for document in &documents {
            self.room.add_row(&tx, document).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The variant of the same vendor and use case, or else the plain form.
    fn form_after(&self, service: &ServiceFile, from: &Request) -> Option<&Form> {
        let before = self.room.service(&from.service)?.variants.iter().find(|one| Some(&one.slug) == from.variant.as_ref());
        let same = before.and_then(|before| service.variants.iter().find(|one| one.use_case == before.use_case && one.vendor == before.vendor));
        self.room.form(&service.slug, same.map(|one| one.slug.as_str()))
    }

    /// Copies the documents that answer a question of both forms, files included: each request keeps or loses its files by itself.
    async fn copies(
        &self,
        form: &Form,
        granted: &Answers,
        answers: &mut Answers,
        before: RequestId,
        request: RequestId,
    ) -> Result<Vec<Document>, RequestError> {
        let known = document::of_request(&self.room.cx.db, before).await?;
        let mut copies = Vec::new();
        for field in form.blocks.iter().flat_map(|block| &block.fields).filter(|field| field.kind == Kind::Documents && !field.hidden) {
            let formats = field.formats();
            let mut ids = Vec::new();
            for one in cited_in(granted, &known).filter(|one| one.field == field.id && one.scan.is_readable() && formats.contains(&one.format)) {
                if let Some(copy) = self.room.copy_document(one, self.actor, request).await {
                    ids.push(copy.id.to_string());
                    copies.push(copy);
                }
            }
            if !ids.is_empty() {
                answers.0.insert(field.id.clone(), ids);
            }
        }
        Ok(copies)
    }

    /// Before the first submission, checks that what the request continues is in force.
    pub(super) async fn check_step_before(&self, form: &Form, request: &Request) -> Result<(), RequestError> {
        let Some(earlier) = form.continues.as_ref().filter(|_| request.round == 0) else { return Ok(()) };
        let before = request.continues.ok_or(Obstacle::NoStepBefore)?;
        Ok(self.room.in_force_of(before, earlier).await?.map(|_| ()).ok_or(Obstacle::NoStepBefore)?)
    }
}
