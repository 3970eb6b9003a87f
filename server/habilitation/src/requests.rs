//! The applicant's side: start a request, fill it block by block, attach documents, submit, follow.

use std::sync::Arc;

use domain::{
    actor::Actor,
    calendar,
    catalogue::{Form, ServiceFile, Stage},
    form::{Answers, FieldProblem},
    ids::RequestId,
    notification::Topic,
    quota::Made,
    request::{JournalKind, Turn, expected_answer},
    routes,
    sight::Act,
};
use jiff::civil::Date;
use store::{
    account, journal,
    organisation::{self, Organisation},
    request::{self, NewRequest},
    role,
};

use crate::{
    Habilitation,
    mails::{self, About},
};

mod answering;
mod attach;
mod claim;
pub mod continuation;
pub mod dashboard;
pub mod designations;
pub mod documents;
pub mod duplicate;
mod filling;
mod held_once;
mod history;
mod lifecycle;
mod obstacle;
mod opened;
mod people;
mod relying;
mod remarks;
mod resume;
mod seen;
mod sending;
pub mod sharing;
mod transfer;
mod versions;

pub use answering::{BlockSent, Command, Outcome, Place, SentDocuments};
pub use claim::{ClaimError, Offer};
pub use filling::as_shown;
pub use held_once::Held;
pub use lifecycle::LifeError;
pub use obstacle::Obstacle;
pub use opened::{JournalEntry, Opened, People, Reliable};
pub use people::PersonCommand;
pub use relying::Relying;
pub use remarks::RemarkRead;
pub use resume::SUMMARY;
pub use store::{
    PAGE, Page,
    habilitation::{Habilitation as Granted, HabilitationState as GrantedState},
    request::{Line, Request},
};
pub use transfer::{TransferError, may_change_hands};

#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Unknown, or somebody else's: the same answer.
    #[error("no such request")]
    NotFound,
    #[error("unknown service")]
    UnknownService,
    #[error(transparent)]
    Obstacle(#[from] Obstacle),
    /// The same form was sent twice: the request exists already.
    #[error("begun already")]
    Begun(RequestId),
    /// Submitted or decided already.
    #[error("not editable")]
    NotEditable,
    /// The person may read the request, but not do this.
    #[error("not this person's to change")]
    NotYours,
    /// A reopened request that would be submitted as it was granted.
    #[error("nothing changed")]
    Unchanged,
    /// Somebody saved the same block since the form was opened; the request as it is stored comes along.
    #[error("stale form")]
    Stale(Box<Request>),
    #[error("incomplete request")]
    Incomplete(Vec<(String, Vec<FieldProblem>)>),
    /// A later version of the form was published: the request follows it, and its people have to read it again before sending it.
    #[error("form changed")]
    FormChanged,
    /// The boxes left empty: terms of use, statements.
    #[error("boxes left empty")]
    NotTicked(Vec<String>),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What writing a block led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The version of the request's row.
    pub version: i32,
    /// [`as_shown`] of the answers as they are stored.
    pub shown: String,
    /// What is missing or wrong in the block; answers whose problem refuses a draft ([`domain::form::Problem::refuses_draft`]) were
    /// not stored.
    pub problems: Vec<FieldProblem>,
}

impl Habilitation {
    /// Anybody signed in may apply; each method checks what ties them to the request.
    pub fn applying<'a>(&'a self, actor: &'a Actor) -> Applying<'a> {
        Applying { room: self, actor }
    }

    pub fn service(&self, slug: &str) -> Option<&ServiceFile> {
        self.cx.catalogue.service(slug)
    }
}

/// The requests that a new request refers to, and the version it begins from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ties {
    pub relies_on: Option<RequestId>,
    pub continues: Option<RequestId>,
    /// The version its answers come from, when it is not the current one.
    pub begun_version: Option<u32>,
}

/// The capability of an applicant over their own requests.
pub struct Applying<'a> {
    pub(crate) room: &'a Habilitation,
    pub(crate) actor: &'a Actor,
}

impl Applying<'_> {
    /// Creates a draft. Called again with the same `id`, it returns `Begun` and creates nothing.
    pub async fn start(&self, id: RequestId, slug: &str, variant: Option<&str>) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let form = self.room.form(slug, variant).ok_or(RequestError::UnknownService)?;
        let organisation = self.room.current_organisation(self.actor).await?;
        let organisation = self.check_start(form, organisation.as_ref(), false).await?;
        let answers = form.first_answers();
        let tx = cx.begin().await?;
        self.create(&tx, id, form, organisation, &answers, Ties::default()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A draft with these answers, journaled.
    pub(crate) async fn create(
        &self,
        tx: &store::Tx,
        id: RequestId,
        form: &Form,
        organisation: &Organisation,
        answers: &Answers,
        ties: Ties,
    ) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        self.room.quota(tx, Made::Drafts, (self.actor.account, Some(organisation.id)), 1).await?.map_err(Obstacle::from)?;
        let title = answers.text("name");
        let folded = words(title, answers, &self.actor.name, &self.actor.email, organisation);
        let new = NewRequest {
            id,
            service: &form.slug,
            variant: form.variant.as_deref(),
            with_service: also(form),
            catalogue_version: form.version,
            begun_version: ties.begun_version,
            organisation: organisation.id,
            applicant: self.actor.account,
            relies_on: ties.relies_on,
            continues: ties.continues,
            title,
            folded: &folded,
            answers,
        };
        if !request::create(tx, new, cx.now()).await? {
            return Err(RequestError::Begun(id));
        }
        journal::write(cx, tx, id, JournalKind::Created, self.actor, "").await?;
        Ok(())
    }

    async fn editable(&self, id: RequestId) -> Result<(Request, Arc<Form>), RequestError> {
        let request = self.allowed(id, Act::Edit).await?.request;
        let form = self.room.form_of(&request).ok_or(RequestError::UnknownService)?;
        Ok((request, form))
    }
}

impl Habilitation {
    /// Tells every reviewer of the team that a request waits for them.
    pub(crate) async fn tell_team(
        &self,
        tx: &store::Tx,
        request: &Request,
        service: &Form,
        turn: &Turn,
        organisation: &str,
    ) -> Result<(), store::Error> {
        let about = About::new(&self.cx, request, &service.name, &routes::review_request(request.id));
        let promised = turn.due().map(calendar::french_date).unwrap_or_default();
        let team = role::reviewers(tx, &turn.service, &turn.stage).await?;
        let words = |reviewer: &store::account::Account| mails::reviewers::to_review(&reviewer.email, &about, organisation, &promised);
        self.notify(tx, Topic::ToReview, request.id, &team, words).await?;
        Ok(())
    }

    /// The form a new request of this service gets: the plain one, or a variant's.
    pub fn form(&self, slug: &str, variant: Option<&str>) -> Option<&Form> {
        self.cx.catalogue.form_now(slug, variant)
    }

    /// The form of a request at its version, for the services that its answers ask for.
    pub fn form_of(&self, request: &Request) -> Option<Arc<Form>> {
        self.form_at(request, request.catalogue_version, &request.answers)
    }

    /// Its form in another version. When its variant does not exist in that version, the plain form of the service.
    pub(crate) fn form_at(&self, request: &Request, version: u32, answers: &Answers) -> Option<Arc<Form>> {
        let of = |variant| self.cx.catalogue.form_asked(&request.service, variant, version, answers);
        of(request.variant.as_deref()).or_else(|| of(None))
    }

    /// The same, before the answers select the services that are asked for.
    fn whole_form_of(&self, request: &Request) -> Option<&Form> {
        let of = |variant| self.cx.catalogue.form(&request.service, variant, request.catalogue_version);
        of(request.variant.as_deref()).or_else(|| of(None))
    }

    /// Sets the answers, and the second service that they ask for, if any.
    fn follow_form(&self, request: &mut Request, mut answers: Answers) {
        if let Some(whole) = self.whole_form_of(request) {
            if !std::ptr::eq(whole.asked(&answers), whole.asked(&request.answers)) {
                whole.fit(&mut answers);
            }
            request.with_service = also(whole.asked(&answers)).map(str::to_owned);
        }
        request.answers = answers;
    }

    /// The words a search finds the request by.
    pub(crate) async fn words_of(&self, request: &Request) -> Result<String, store::Error> {
        let inconsistent = || store::Error::Inconsistent { table: "request", id: request.id.to_string() };
        let organisation = organisation::by_id(&self.cx.db, request.organisation).await?.ok_or_else(inconsistent)?;
        let applicant = account::by_id(&self.cx.db, request.applicant).await?.ok_or_else(inconsistent)?;
        Ok(words(&request.title, &request.answers, &applicant.name(), &applicant.email, &organisation))
    }

    /// The same once the applicant's account is erased.
    pub(crate) async fn words_without_applicant(&self, request: &Request) -> Result<String, store::Error> {
        let inconsistent = || store::Error::Inconsistent { table: "request", id: request.id.to_string() };
        let organisation = organisation::by_id(&self.cx.db, request.organisation).await?.ok_or_else(inconsistent)?;
        Ok(words(&request.title, &request.answers, domain::erasure::ERASED_NAME, "", &organisation))
    }
}

/// The other service a form asks for, when it asks for two.
fn also(form: &Form) -> Option<&str> {
    form.parts.iter().map(|part| part.service.as_str()).find(|service| *service != form.slug)
}

/// Title, description, organisation and applicant. The number of the request is not among them: it is searched as a number.
fn words(title: &str, answers: &Answers, name: &str, email: &str, organisation: &Organisation) -> String {
    domain::search::words(&[title, answers.text("description"), &organisation.name(), organisation.siret.as_str(), name, email].join(" "))
}

/// The team of a turn, as the form names it.
pub fn team_of<'a>(form: &'a Form, turn: &Turn) -> Option<&'a Stage> {
    form.stages.iter().find(|stage| stage.service == turn.service && stage.slug == turn.stage)
}

/// « Équipe juridique et Équipe FranceConnect »: the teams whose turn it is.
pub fn teams(form: &Form, request: &Request) -> String {
    let names: Vec<&str> = request.phase.pending().filter_map(|turn| team_of(form, turn)).map(|stage| stage.team.as_str()).collect();
    names.join(" et ")
}

/// « 30 novembre 2026 »: the day by which the applicant has the answer, all teams included.
pub fn answer_day(request: &Request, today: Date) -> String {
    request.phase.review().and_then(|review| expected_answer(&review.turns, today)).map(calendar::french_date).unwrap_or_default()
}
