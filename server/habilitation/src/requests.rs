//! The applicant's side: start a request, fill it block by block, attach documents, submit, follow.

use domain::{
    actor::Actor,
    calendar,
    catalogue::{Block, Kind, Provision, Service, Stage as ReviewStage},
    events::Event,
    form::{self, Answers, FieldProblem, Problem},
    ids::RequestId,
    notification::Topic,
    request::JournalKind,
    routes,
    sight::Act,
};
use store::{
    account, journal, outbox,
    request::{self, NewRequest},
    role,
};

use crate::{Habilitation, mails};

pub mod designations;
mod documents;
mod opened;
mod remarks;
mod resume;
mod seen;
pub mod sharing;

pub use documents::document_problems;
pub use opened::{JournalEntry, Opened, People, Reliable};
pub use remarks::RemarkRead;
pub use store::request::{Line, Page, Request};

/// Lines on a page of a list.
pub const PAGE: u64 = 25;

#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Unknown, or somebody else's: the same answer.
    #[error("no such request")]
    NotFound,
    #[error("unknown service")]
    UnknownService,
    #[error("no organisation chosen")]
    NoOrganisation,
    #[error("closed establishment")]
    ClosedOrganisation,
    /// Submitted or decided already.
    #[error("not editable")]
    NotEditable,
    /// Seen, but somebody else's to change.
    #[error("not this person's to change")]
    NotYours,
    /// Nothing was written; what was typed goes back to the page.
    #[error("answers refused")]
    Refused(Vec<FieldProblem>),
    /// Somebody saved since the form was opened; what is stored now comes along.
    #[error("stale form")]
    Stale(Box<Request>),
    #[error("incomplete request")]
    Incomplete(Vec<(String, Vec<FieldProblem>)>),
    #[error("terms not accepted")]
    TermsMissing,
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A block was written; what is still missing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub version: i32,
    pub problems: Vec<FieldProblem>,
}

impl Habilitation {
    /// Everybody signed in may apply; what they see is theirs.
    pub fn applying<'a>(&'a self, actor: &'a Actor) -> Applying<'a> {
        Applying { room: self, actor }
    }

    pub fn service(&self, slug: &str) -> Option<&Service> {
        self.cx.catalogue.service(slug)
    }
}

/// The capability of an applicant over their own requests.
pub struct Applying<'a> {
    room: &'a Habilitation,
    actor: &'a Actor,
}

impl Applying<'_> {
    pub async fn start(&self, slug: &str) -> Result<RequestId, RequestError> {
        let cx = &self.room.cx;
        let service = self.room.service(slug).ok_or(RequestError::UnknownService)?;
        let organisation = self.room.current_organisation(self.actor).await?.ok_or(RequestError::NoOrganisation)?;
        if organisation.establishment.as_ref().is_some_and(|e| !e.open) {
            return Err(RequestError::ClosedOrganisation);
        }
        let id = cx.new_id();
        let answers = service.first_answers();
        let new = NewRequest {
            id,
            service: &service.slug,
            catalogue_version: service.version,
            organisation: organisation.id,
            applicant: self.actor.account,
            answers: &answers,
        };
        let tx = cx.begin().await?;
        request::create(&*tx, new, cx.now()).await?;
        journal::write(cx, &*tx, id, JournalKind::Created, Some(self.actor.account), "").await?;
        tx.commit().await?;
        Ok(id)
    }

    pub async fn list(&self, page: u64) -> Result<Page<Line>, RequestError> {
        Ok(request::list_of_applicant(&self.room.cx.db, self.actor.account, page, PAGE).await?)
    }

    async fn editable(&self, id: RequestId) -> Result<(Request, &Service), RequestError> {
        let request = self.allowed(id, Act::Edit).await?.request;
        let service = self.room.service(&request.service).ok_or(RequestError::UnknownService)?;
        Ok((request, service))
    }

    /// Writes the answers to one block, complete or not. `seen` is the version the form was opened with.
    pub async fn save_block(&self, id: RequestId, block: &str, sent: &Answers, seen: i32) -> Result<Saved, RequestError> {
        let cx = &self.room.cx;
        let (mut request, service) = self.editable(id).await?;
        let block = service.block(block).ok_or(RequestError::NotFound)?;
        let mut answers = request.answers.clone();
        answers.merge_block(block, sent);
        let mut problems = form::check_block(service, block, &answers);
        let reliance = self.check_reliance(service, block, &request, &answers, &mut problems).await?;
        if problems.iter().any(|p| p.problem.refuses_draft()) {
            return Err(RequestError::Refused(problems));
        }
        if answers == request.answers {
            return Ok(Saved { version: request.version, problems });
        }
        if seen != request.version {
            return Err(RequestError::Stale(Box::new(request)));
        }
        request.title = answers.text("name").to_owned();
        request.answers = answers;
        if let Some(reliance) = reliance {
            request.relies_on = reliance;
        }
        let tx = cx.begin().await?;
        let version = match request::save(&*tx, &request, cx.now()).await {
            Err(store::Error::Stale { .. }) => {
                drop(tx);
                return Err(RequestError::Stale(Box::new(self.seen(id).await?.request)));
            }
            other => other?,
        };
        tx.commit().await?;
        Ok(Saved { version, problems })
    }

    /// The request named in the block's reliance field, when the block has one; a foreign or unknown one is a
    /// problem like any other.
    async fn check_reliance(
        &self,
        service: &Service,
        block: &Block,
        request: &Request,
        answers: &Answers,
        problems: &mut Vec<FieldProblem>,
    ) -> Result<Option<Option<RequestId>>, RequestError> {
        let (Some(other), Some(field)) = (&service.relies_on, block.fields.iter().find(|f| f.kind == Kind::Reliance)) else { return Ok(None) };
        let text = answers.text(&field.id);
        if text.is_empty() {
            return Ok(Some(None));
        }
        let known = request::reliable(&self.room.cx.db, request.organisation, other).await?;
        let named = text.parse().ok().filter(|id: &RequestId| known.iter().any(|line| line.id == *id));
        if named.is_none() {
            problems.push(FieldProblem { field: field.id.clone(), problem: Problem::UnknownChoice });
        }
        Ok(Some(named))
    }

    /// Everything checked, the request goes to its first team, or back to the one that sent it.
    pub async fn submit(&self, id: RequestId, terms_accepted: bool, seen: i32) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let (mut request, service) = self.editable(id).await?;
        self.allowed(id, Act::Submit).await?;
        let mut missing: Vec<(String, Vec<FieldProblem>)> =
            form::check_all(service, &request.answers).into_iter().map(|(block, problems)| (block.slug.clone(), problems)).collect();
        let documents = document_problems(&request, &store::document::of_request(&cx.db, id).await?);
        for block in &service.blocks {
            let mut problems: Vec<FieldProblem> =
                documents.iter().filter(|problem| block.fields.iter().any(|field| field.id == problem.field)).cloned().collect();
            self.check_reliance(service, block, &request, &request.answers.clone(), &mut problems).await?;
            if !problems.is_empty() {
                missing.push((block.slug.clone(), problems));
            }
        }
        if !missing.is_empty() {
            return Err(RequestError::Incomplete(missing));
        }
        if !terms_accepted {
            return Err(RequestError::TermsMissing);
        }
        if seen != request.version {
            return Err(RequestError::Stale(Box::new(request)));
        }
        request.stage = request.stage.submit(cx.now()).map_err(|_| RequestError::NotEditable)?;
        let tx = cx.begin().await?;
        match request::save(&*tx, &request, cx.now()).await {
            Err(store::Error::Stale { .. }) => return Err(RequestError::NotEditable),
            other => other?,
        };
        journal::write(cx, &*tx, id, JournalKind::Submitted, Some(self.actor.account), "").await?;
        self.tell_of_submission(&tx, &request, service).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn tell_of_submission(&self, tx: &store::Tx, request: &Request, service: &Service) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let Some(stage) = turn_of(service, request) else { return Ok(()) };
        let promised = promised(stage, cx.now());
        let (number, link) = (request.public_number(), cx.url(&routes::request(request.id)));
        let about = mails::About { number: &number, service: &service.name, title: &request.title, link: &link };
        let applicant = account::by_id(&**tx, request.applicant).await?.map(|one| one.email).unwrap_or_default();
        let receipt = mails::received(&applicant, &about, &stage.team, &promised);
        outbox::publish(cx, &**tx, Some(request.id), &Event::Mail(receipt)).await?;
        let organisation = store::organisation::by_id(&**tx, request.organisation).await?.map(|o| o.name()).unwrap_or_default();
        self.room.tell_team(tx, request, service, stage, &organisation).await?;
        self.name_contacts(tx, request, &organisation).await
    }
}

impl Habilitation {
    /// Tells every reviewer of the stage that a request waits for them.
    pub(crate) async fn tell_team(
        &self,
        tx: &store::Tx,
        request: &Request,
        service: &Service,
        stage: &ReviewStage,
        organisation: &str,
    ) -> Result<(), store::Error> {
        let cx = &self.cx;
        let (number, link) = (request.public_number(), cx.url(&routes::review_request(request.id)));
        let about = mails::About { number: &number, service: &service.name, title: &request.title, link: &link };
        let promised = promised(stage, cx.now());
        let team = role::reviewers(&**tx, &service.slug, &stage.slug).await?;
        let words = |reviewer: &store::account::Account| mails::to_review(&reviewer.email, &about, organisation, &promised);
        self.notify(tx, Topic::ToReview, request.id, &team, words).await?;
        Ok(())
    }
}

/// The review stage whose turn it is, while the request is under review.
pub fn turn_of<'a>(service: &'a Service, request: &Request) -> Option<&'a ReviewStage> {
    request.stage.step_under_review().and_then(|step| service.stages.get(step))
}

/// « 30 novembre 2026 »: the day promised by a team that received the request at `since`.
pub fn promised(stage: &ReviewStage, since: domain::Timestamp) -> String {
    calendar::french_date(promised_day(stage, since))
}

pub fn promised_day(stage: &ReviewStage, since: domain::Timestamp) -> jiff::civil::Date {
    calendar::add_working_days(calendar::paris_date(since), stage.working_days)
}

/// The scopes of the form's own service: one habilitation for each request, for now.
pub(crate) fn granted_scopes(service: &Service, answers: &Answers) -> Vec<String> {
    service.granted(answers).into_iter().find(|granted| granted.service == service.slug).map(|granted| granted.scopes).unwrap_or_default()
}

pub(crate) fn opens_client(service: &Service) -> bool {
    service.provision == Provision::BrokerClient
}
