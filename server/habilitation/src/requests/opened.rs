//! Everything a page shows of one request, gathered once for the applicant and the reviewer alike.

use std::sync::Arc;

use domain::{
    Timestamp,
    actor::By,
    catalogue::{Form, Kind, Moved},
    form::Answers,
    ids::{AccountId, RequestId},
    request::{JournalKind, Phase, State},
    sight::Sight,
    traces::{SOME_ADMINISTRATOR, acted},
};
use store::{
    account,
    address_book::SavedContact,
    designation::{self, Designation},
    document::{self, Document},
    habilitation::{self, Habilitation as Granted},
    journal,
    organisation::{Organisation, members},
    outbox::{self, Effect},
    request::{self, Request, Submission},
};

use super::{Line, Relying, RemarkRead, continuation::Chain, history};
use crate::Habilitation;

#[derive(Debug, Clone)]
pub struct Opened {
    pub request: Request,
    pub service: Arc<Form>,
    /// The forms of earlier versions that were sent or granted.
    pub past_forms: Vec<(u32, Arc<Form>)>,
    /// What a later version of the form changed, until the request is submitted under it; for whoever fills it.
    pub moved: Option<Moved>,
    pub organisation: Organisation,
    pub applicant_name: String,
    pub applicant_email: String,
    pub documents: Vec<Document>,
    /// The latest first.
    pub journal: Vec<JournalEntry>,
    /// The one in force for the request's own service.
    pub habilitation: Option<Granted>,
    /// Every one the request led to, the latest first.
    pub habilitations: Vec<Granted>,
    /// What was sent, each time it was; the first one first.
    pub submissions: Vec<Submission>,
    /// The effects of the approval, done or pending; empty when nothing is in force.
    pub effects: Vec<Effect>,
    /// A FranceConnect habilitation is in force: its own, or the one its data is read through.
    pub client: bool,
    /// Requests it relies on or relied on; for whoever fills it, also those that the form offers.
    pub reliable: Vec<Reliable>,
    /// Habilitations in force whose data is read through this request.
    pub relying: Vec<Relying>,
    /// What reviewers remarked on single answers, the oldest first; drafts only when a reviewer reads.
    pub remarks: Vec<RemarkRead>,
    /// Messages of the other side that whoever opened it has not read.
    pub unread: u64,
    pub people: People,
    /// The steps before and after.
    pub chain: Chain,
}

/// The people around the request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// How the reader sees it; none for a reviewer.
    pub sight: Option<Sight>,
    /// It was submitted at least once, even if it was reopened since.
    pub submitted_once: bool,
    /// For reviewers: the applicant's membership of the organisation is verified.
    pub applicant_verified: bool,
    /// For reviewers: the applicant is still a member of the organisation.
    pub applicant_is_member: bool,
    /// The designations of what was last submitted, and their answers.
    pub designations: Vec<Designation>,
    /// Addresses our messages about this request could not be delivered to.
    pub refused: Vec<String>,
    /// The page the reader left it at.
    pub resume_at: Option<String>,
    /// The reader is a verified member of the organisation, who may use and fill its list of contacts.
    pub keeps_contacts: bool,
    pub saved_contacts: Vec<SavedContact>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    pub kind: JournalKind,
    /// The author, with the administrator who was impersonating them, if any.
    pub who: String,
    pub detail: String,
    pub at: Timestamp,
    /// When the detail was erased.
    pub erased_at: Option<Timestamp>,
    /// Of a submission: its round.
    pub round: Option<u32>,
    /// Of an approval: the numbers of the habilitations it granted.
    pub granted: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reliable {
    pub id: RequestId,
    pub number: i64,
    pub title: String,
    pub state: State,
}

impl From<Line> for Reliable {
    fn from(line: Line) -> Self {
        Self { id: line.id, number: line.number, title: line.title, state: line.state }
    }
}

/// The requests named in the answers as those they rely on.
pub(super) fn named<'a>(form: &'a Form, answers: &'a Answers) -> impl Iterator<Item = RequestId> + 'a {
    let fields = form.blocks.iter().flat_map(|block| &block.fields).filter(|field| field.kind == Kind::Reliance);
    fields.filter_map(|field| answers.text(&field.id).parse().ok())
}

/// Skips a query whose result is known to be empty.
async fn when<T: Default>(may: bool, asked: impl Future<Output = Result<T, store::Error>>) -> Result<T, store::Error> {
    if may { asked.await } else { Ok(T::default()) }
}

/// Hides the changes being written: who does not write them reads what was last submitted, or what is in force while the request is
/// reopened.
pub(super) fn put_as_sent(request: &mut Request, habilitations: &[Granted], submissions: &[Submission]) {
    let granted = request.reopened.and_then(|reopened| habilitations.iter().find(|one| one.id == reopened.habilitation));
    request::put_as_sent(request, granted, submissions.last());
}

impl Opened {
    /// Of a request that is back with its applicant, hides what was written since the last submission. It is not to be saved
    /// afterwards.
    pub(super) fn hide_unsent(&mut self) {
        self.moved = None;
        put_as_sent(&mut self.request, &self.habilitations, &self.submissions);
        self.follow_version();
        let sent = self.journal.iter().position(|line| line.kind == JournalKind::Submitted).unwrap_or(0);
        let mut place = 0;
        self.journal.retain(|line| {
            place += 1;
            place > sent || !matches!(line.kind, JournalKind::DocumentAdded | JournalKind::DocumentRemoved)
        });
    }

    /// Answers put back as they were submitted or granted are read in the form of their version.
    pub(super) fn follow_version(&mut self) {
        if let Some((_, form)) = self.past_forms.iter().find(|(version, _)| *version == self.request.catalogue_version) {
            self.service = form.clone();
        }
    }

    /// The first page to fill.
    pub fn first_step(&self) -> Option<&str> {
        self.service.steps(&self.request.answers).first().map(|block| block.slug.as_str())
    }

    /// What reviewers were shown, as a number that a decision comes back with. What the applicant writes while changes are asked for
    /// is not shown to them and does not make a decision stale: another submission does.
    pub fn read_as(&self) -> i32 {
        match &self.request.phase {
            Phase::ChangesRequested(review) => i32::try_from(review.round).map_or(i32::MIN, |round| -round),
            _ => self.request.version,
        }
    }

    /// Whether the two sides may write to each other: never before the first submission.
    pub fn has_messages(&self) -> bool {
        self.service.messages && self.request.round > 0
    }
}

impl Habilitation {
    /// As its applicant reads it.
    pub(crate) async fn opened(&self, request: Request) -> Result<Opened, store::Error> {
        let mut opened = self.gathered(request, false).await?;
        opened.journal.retain(|line| !line.kind.is_internal());
        Ok(opened)
    }

    /// Before the first submission, does not query what exists only after it.
    async fn gathered(&self, mut request: Request, for_review: bool) -> Result<Opened, store::Error> {
        let (db, sent) = (&self.cx.db, request.round > 0);
        let habilitations = when(sent, habilitation::of_request(db, request.id)).await?;
        let submissions = when(sent, request::submissions(db, request.id)).await?;
        if for_review {
            put_as_sent(&mut request, &habilitations, &submissions);
        }
        let inconsistent = || store::Error::Inconsistent { table: "request", id: request.id.to_string() };
        let service = self.form_of(&request).ok_or_else(inconsistent)?;
        let organisation = self.organisation(request.organisation).await?.ok_or_else(inconsistent)?;
        let lines = journal::of_request(db, request.id).await?;
        let ids: Vec<AccountId> =
            lines.iter().flat_map(|line| [line.by.account, line.by.impersonated_by]).flatten().chain([request.applicant]).collect();
        let people = account::by_ids(db, ids).await?;
        let name = |id: AccountId| people.iter().find(|a| a.id == id).map(|a| a.name()).unwrap_or_default();
        // Applicants are told that an administrator acted; reviewers are told which one.
        let impersonator = |id: AccountId| if for_review { name(id) } else { SOME_ADMINISTRATOR.to_owned() };
        let who = |by: By| acted(&by.account.map(name).unwrap_or_else(|| "Habilis".into()), by.impersonated_by.map(impersonator).as_deref());
        let mut journal: Vec<JournalEntry> = lines
            .into_iter()
            .map(|line| JournalEntry {
                kind: line.kind,
                who: who(line.by),
                detail: line.detail,
                at: line.at,
                erased_at: line.erased_at,
                round: None,
                granted: Vec::new(),
            })
            .collect();
        history::place(&mut journal, &submissions, &habilitations, &request.service);
        let relied = request.relies_on.into_iter().chain(submissions.iter().filter(|_| for_review).flat_map(|sent| named(&service, &sent.answers)));
        let reliable = request::of_organisation(db, request.organisation, relied).await?;
        let link = when(for_review, members::find(db, request.applicant, request.organisation)).await?;
        let people_around = People {
            applicant_verified: link.is_some_and(|link| link.verified),
            applicant_is_member: link.is_some(),
            designations: when(sent, designation::of_request(db, request.id)).await?,
            refused: when(sent, self.refused_addresses(request.id)).await?,
            ..People::default()
        };
        let main = habilitations.iter().find(|one| one.is_active() && one.service == request.service).cloned();
        let versions = submissions.iter().map(|one| (one.catalogue_version, one.answers.clone()));
        let versions = versions.chain(habilitations.iter().map(|one| (one.catalogue_version, one.answers.clone())));
        let client = match habilitations.iter().filter(|one| one.is_active()).find_map(|one| one.relies_on) {
            Some(provider) => self.client_of(db, provider).await?.is_some(),
            None => habilitations.iter().any(|one| one.is_active() && self.opens_client(one)),
        };
        Ok(Opened {
            client,
            past_forms: self.past_forms(&request, versions),
            moved: if for_review { None } else { self.moved(&request) },
            organisation,
            people: people_around,
            applicant_name: name(request.applicant),
            applicant_email: people.iter().find(|a| a.id == request.applicant).map(|a| a.email.clone()).unwrap_or_default(),
            documents: document::of_request(db, request.id).await?,
            journal,
            habilitations,
            submissions,
            effects: when(main.is_some(), outbox::of_request(db, request.id)).await?,
            habilitation: main,
            reliable: reliable.into_iter().map(Into::into).collect(),
            relying: self.relying(&request).await?,
            remarks: when(sent, self.remarks(&service, request.id, for_review)).await?,
            unread: 0,
            chain: Chain::default(),
            service,
            request,
        })
    }

    /// As reviewers read it: what was last submitted, whatever is written since. It is not to be saved.
    pub(crate) async fn opened_for_review(&self, request: Request) -> Result<Opened, store::Error> {
        let mut opened = self.gathered(request, true).await?;
        opened.hide_unsent();
        Ok(opened)
    }
}
