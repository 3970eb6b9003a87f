//! The reviewer's side: the queue of their teams, one request, one decision at a time.

use domain::{actor::Actor, calendar::paris_date, catalogue::Stage, ids::RequestId, message::Side, request::Turn, words::WordsError};
use store::request::{self, Request};

use crate::{
    Habilitation,
    requests::{Opened, answer_day, continuation::Reader, team_of},
};

mod assignment;
mod bulk;
mod decision;
mod exports;
mod grant;
mod membership;
mod notes;
mod prepared;
mod queue;
mod remarks;
mod revocation;
mod templates;
mod transfer;

pub use assignment::{AssignError, AssignableTurn, Assignment};
pub use bulk::{MAX_PICKED, Pick, Picked};
pub use decision::{MAX_REASON, Ruling};
pub(crate) use exports::{CHUNK, SIGN_OF_LIFE, export_in};
pub use exports::{EXPORT_KEPT, ExportError, Reading};
pub use notes::{MAX_NOTE, NoteError, NoteRead};
pub use prepared::{InvitationProblems, Invited, MAX_NOTE_TO_APPLICANT, Prepared, PreparedError, PreparedLine};
pub use queue::{Listed, Listing, MAX_SEARCH_NAME, SearchError, TeamLine, address};
pub use remarks::{MAX_REMARK, RemarkError, Remarked};
pub use store::{
    export::{Export, ExportState},
    note::Note,
    saved_search::SavedSearch,
    template::Template,
};
pub use templates::{TemplateError, TemplateForm, TemplateProblems};
pub use transfer::TransferError;

#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    #[error("no such request")]
    NotFound,
    /// Another team holds the request, or nobody does any more.
    #[error("not this reviewer's turn")]
    NotYourTurn,
    /// During an impersonation an administrator sees what the reviewer sees and decides nothing: two stages are decided by two
    /// people.
    #[error("not in somebody's place")]
    InPerson,
    /// Two stages, two people: whoever approved one leaves the next to somebody else.
    #[error("the same person approved an earlier stage")]
    SamePerson,
    #[error("the reason: {0}")]
    Reason(WordsError),
    #[error("a document is not scanned yet")]
    DocumentWaiting,
    #[error("a document was refused by the antivirus")]
    DocumentRefused,
    #[error("the body holds this habilitation already")]
    HeldAlready,
    /// Somebody decided, or the applicant wrote, since the page was opened.
    #[error("stale decision")]
    Stale,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl DecideError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Reason(error) => error.or_missing("Expliquez votre décision\u{a0}: le demandeur lira ce texte."),
            Self::DocumentWaiting => "Un document est encore en cours d’analyse par l’antivirus\u{a0}: attendez son résultat pour valider.".to_owned(),
            Self::DocumentRefused => "Un document a été refusé par l’antivirus\u{a0}: demandez au demandeur de le remplacer avant de valider.".to_owned(),
            Self::HeldAlready => "Cette organisation détient déjà une habilitation pour ce service, qui ne se délivre qu’une fois\u{a0}: refusez cette demande, ou révoquez d’abord l’autre.".to_owned(),
            _ => return None,
        })
    }
}

impl Habilitation {
    /// Held by whoever has a role on at least one stage; readers see, reviewers decide.
    pub fn reviewing<'a>(&'a self, actor: &'a Actor) -> Option<Reviewing<'a>> {
        actor.is_reviewer().then_some(Reviewing { room: self, actor })
    }
}

pub struct Reviewing<'a> {
    room: &'a Habilitation,
    actor: &'a Actor,
}

impl Reviewing<'_> {
    /// The turns this person may decide, among those in which something can be decided.
    pub fn turns_in<'t>(&self, turns: impl IntoIterator<Item = &'t Turn>) -> impl Iterator<Item = &'t Turn> {
        turns.into_iter().filter(|turn| turn.may_decide() && self.actor.reviews_stage(&turn.service, &turn.stage))
    }

    fn in_person(&self) -> Result<(), DecideError> {
        if self.actor.impersonated_by.is_some() { Err(DecideError::InPerson) } else { Ok(()) }
    }

    /// Whether vendors to contact concern one of the services this person reads.
    pub fn sees_vendors(&self) -> bool {
        self.room.vendor_desk(self.actor).is_some()
    }

    /// A request of a service this person reads, once submitted.
    async fn visible(&self, id: RequestId) -> Result<Request, DecideError> {
        request::of_reviewer(&self.room.cx.db, id, &self.actor.grants).await?.ok_or(DecideError::NotFound)
    }

    /// The team this person decides for now.
    fn stage_to_decide<'b>(&self, opened: &'b Opened) -> Option<&'b Stage> {
        self.turns_in(opened.request.phase.pending()).next().and_then(|turn| team_of(&opened.service, turn))
    }

    /// The day of the answer, as the applicant is told.
    fn promised_to(&self, opened: &Opened) -> String {
        answer_day(&opened.request, paris_date(self.room.cx.now()))
    }

    /// The request, and the turn of this reviewer when it is theirs to decide.
    pub async fn open(&self, id: RequestId) -> Result<(Opened, Option<Turn>), DecideError> {
        let request = self.visible(id).await?;
        let mut opened = self.room.opened_for_review(request).await?;
        opened.unread = self.room.unread_of(self.actor, Side::Reviewer, &opened).await?;
        opened.chain = self.room.chain(&opened, Reader::Reviewer(self.actor)).await?;
        let turn = self.turns_in(opened.request.phase.pending()).next().cloned();
        Ok((opened, turn))
    }
}
