//! What the applicant does with the reviewers' remarks: reads them under their answers, says what is dealt with.

use domain::{
    ids::{AccountId, RemarkId, RequestId},
    traces::acted,
};
use store::{
    account,
    remark::{self, Remark, Sent},
};

use super::{Applying, Opened, RequestError};
use crate::Habilitation;

/// A remark as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemarkRead {
    pub id: RemarkId,
    pub field: String,
    pub service: String,
    pub stage: String,
    /// The team it speaks for; what the applicant sees in place of a person.
    pub team: String,
    pub author: AccountId,
    /// The author, with the administrator who was impersonating them, if any.
    pub author_name: String,
    pub text: String,
    pub at: domain::Timestamp,
    /// Nothing while it is a draft, which only reviewers are shown.
    pub sent: Option<Sent>,
}

impl Habilitation {
    /// Drafts are for reviewers; the applicant reads what was sent.
    pub(crate) async fn remarks(
        &self,
        service: &domain::catalogue::Form,
        request: RequestId,
        with_drafts: bool,
    ) -> Result<Vec<RemarkRead>, store::Error> {
        let db = &self.cx.db;
        let mut remarks = remark::of_request(db, request).await?;
        remarks.retain(|one| with_drafts || one.sent.is_some());
        if remarks.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<AccountId> = remarks.iter().flat_map(|one| [Some(one.author), one.impersonated_by]).flatten().collect();
        let people = account::by_ids(db, ids).await?;
        let name = |id: AccountId| people.iter().find(|a| a.id == id).map(|a| a.name()).unwrap_or_default();
        let read = |one: Remark| {
            let Remark { id, request: _, field, service: of, stage, author, impersonated_by, text, at, sent } = one;
            let team = service.stages.iter().find(|one| one.service == of && one.slug == stage).map(|stage| stage.team.clone()).unwrap_or_default();
            let author_name = acted(&name(author), impersonated_by.map(name).as_deref());
            RemarkRead { id, field, service: of, stage, team, author, author_name, text, at, sent }
        };
        Ok(remarks.into_iter().map(read).collect())
    }
}

impl Opened {
    /// The question of this name, or the contact; nothing for what the form does not show.
    pub fn label_of(&self, field: &str) -> Option<String> {
        let asked = self.service.blocks.iter().flat_map(|block| &block.fields).find(|one| one.id == field && !one.hidden);
        let contact = || self.service.people(&self.request.answers).into_iter().find(|one| one.id == field).map(|one| one.label);
        asked.map(|one| one.label.clone()).or_else(contact)
    }

    pub fn remarks_on<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a RemarkRead> {
        self.remarks.iter().filter(move |one| one.field == field)
    }

    /// How many times changes were asked for: the remarks of that round are those to answer now.
    pub fn round(&self) -> u32 {
        let asked = self.journal.iter().filter(|line| line.kind == domain::request::JournalKind::ChangesRequested).count();
        u32::try_from(asked).unwrap_or(u32::MAX)
    }

    /// Sent in the last round and not dealt with yet.
    pub fn remarks_to_handle(&self) -> usize {
        let round = self.round();
        self.remarks.iter().filter(|one| one.sent.is_some_and(|sent| sent.round == round && sent.handled_at.is_none())).count()
    }
}

impl Applying<'_> {
    /// Says that a remark is dealt with, or is not after all; while the request can be changed.
    pub async fn handle_remark(&self, id: RequestId, remark: RemarkId, handled: bool) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        self.editable(id).await?;
        let tx = cx.begin().await?;
        if !remark::set_handled(&tx, id, remark, handled.then(|| cx.now())).await? {
            return Err(RequestError::NotFound);
        }
        tx.commit().await?;
        Ok(())
    }
}
