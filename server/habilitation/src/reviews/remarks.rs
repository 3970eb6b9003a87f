//! Remarks on single answers. A draft belongs to whoever writes it, and is sent with the decision of the team.

use domain::{
    actor::By,
    catalogue::Stage,
    ids::RequestId,
    words::{self, WordsError},
};
use store::remark::{self, Remark};

use super::{DecideError, Reviewing};
use crate::requests::Opened;

/// Maximum number of characters of a remark.
pub const MAX_REMARK: usize = 2000;

#[derive(Debug, thiserror::Error)]
pub enum RemarkError {
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error(transparent)]
    Review(#[from] DecideError),
}

impl From<store::Error> for RemarkError {
    fn from(error: store::Error) -> Self {
        Self::Review(error.into())
    }
}

/// What the page of a remark on one answer shows.
#[derive(Debug, Clone)]
pub struct Remarked {
    pub opened: Opened,
    pub field: String,
    /// The question, or the contact.
    pub label: String,
    /// One's own draft.
    pub draft: Option<Remark>,
}

impl Reviewing<'_> {
    /// The answer to remark upon, while it is this person's turn to decide.
    pub async fn remarking(&self, id: RequestId, field: &str) -> Result<Remarked, DecideError> {
        let (opened, turn) = self.open(id).await?;
        let label = opened.label_of(field).ok_or(DecideError::NotFound)?;
        if turn.is_none() {
            return Err(DecideError::NotYourTurn);
        }
        let drafts = remark::of_request(&self.room.cx.db, id).await?;
        let draft = drafts.into_iter().find(|one| one.field == field && one.author == self.actor.account && one.sent.is_none());
        Ok(Remarked { opened, field: field.to_owned(), label, draft })
    }

    /// Writes the draft, or writes it again.
    pub async fn remark(&self, id: RequestId, field: &str, text: &str) -> Result<(), RemarkError> {
        let cx = &self.room.cx;
        let Remarked { opened, draft, .. } = self.remarking(id, field).await?;
        let stage = self.stage_to_decide(&opened).ok_or(DecideError::NotYourTurn)?;
        let text = words::checked(text, MAX_REMARK)?;
        let impersonated_by = By::from(self.actor).impersonated_by;
        let tx = cx.begin().await?;
        match draft {
            Some(draft) => remark::rewrite(&tx, draft.id, &text, impersonated_by).await?,
            None => {
                let new = Remark {
                    id: cx.new_id(),
                    request: id,
                    field: field.to_owned(),
                    service: stage.service.clone(),
                    stage: stage.slug.clone(),
                    author: self.actor.account,
                    impersonated_by,
                    text,
                    at: cx.now(),
                    sent: None,
                };
                remark::add(&tx, &new).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    pub async fn remove_remark(&self, id: RequestId, field: &str) -> Result<(), RemarkError> {
        let Some(draft) = self.remarking(id, field).await?.draft else { return Ok(()) };
        let tx = self.room.cx.begin().await?;
        remark::remove_draft(&tx, draft.id).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The drafts of a team, as the message about its decision lists them; nothing when there are none.
pub(crate) fn listed(opened: &Opened, stage: &Stage) -> String {
    let lines: Vec<String> = opened
        .remarks
        .iter()
        .filter(|one| one.sent.is_none() && (&one.service, &one.stage) == (&stage.service, &stage.slug))
        .map(|one| format!("- {}\u{a0}: {}", opened.label_of(&one.field).unwrap_or_default(), one.text))
        .collect();
    if lines.is_empty() { String::new() } else { format!("\n\nRemarques sur vos réponses\u{a0}:\n{}", lines.join("\n")) }
}
