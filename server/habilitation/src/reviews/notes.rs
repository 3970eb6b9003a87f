//! Notes between the reviewers of a service. The applicant never sees them; each person changes their own.

use domain::{
    actor::By,
    ids::{AccountId, NoteId, RequestId},
    traces::acted,
    words::{self, WordsError},
};
use store::{
    account,
    note::{self, Note},
};

use super::{DecideError, Reviewing};
use crate::requests::Opened;

/// Maximum number of characters of a note.
pub const MAX_NOTE: usize = 5000;

#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The request or the note does not exist for this person.
    #[error(transparent)]
    Review(#[from] DecideError),
}

impl From<store::Error> for NoteError {
    fn from(error: store::Error) -> Self {
        Self::Review(error.into())
    }
}

/// A note as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRead {
    pub note: Note,
    /// The author, with the administrator who was impersonating them, if any.
    pub author: String,
    /// Whether the reader wrote it, and may change it.
    pub mine: bool,
}

impl Reviewing<'_> {
    pub async fn notes(&self, opened: &Opened) -> Result<Vec<NoteRead>, DecideError> {
        let db = &self.room.cx.db;
        let notes = note::of_request(db, opened.request.id).await?;
        let ids: Vec<AccountId> = notes.iter().flat_map(|note| [Some(note.author), note.impersonated_by]).flatten().collect();
        let people = account::by_ids(db, ids).await?;
        let name = |id: AccountId| people.iter().find(|a| a.id == id).map(|a| a.name()).unwrap_or_default();
        let read = |note: Note| NoteRead {
            author: acted(&name(note.author), note.impersonated_by.map(name).as_deref()),
            mine: note.author == self.actor.account,
            note,
        };
        Ok(notes.into_iter().map(read).collect())
    }

    /// Readers of the service only read notes.
    pub fn may_note(&self, opened: &Opened) -> bool {
        self.actor.reviews_one_of(opened.request.services())
    }

    /// The same `id` again writes nothing.
    pub async fn add_note(&self, id: NoteId, request: RequestId, text: &str) -> Result<(), NoteError> {
        let cx = &self.room.cx;
        if !self.actor.reviews_one_of(self.visible(request).await?.services()) {
            return Err(DecideError::NotFound.into());
        }
        let text = words::checked(text, MAX_NOTE)?;
        let impersonated_by = By::from(self.actor).impersonated_by;
        let tx = cx.begin().await?;
        note::add(&tx, &Note { id, request, author: self.actor.account, impersonated_by, text, at: cx.now(), edited_at: None }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// One's own note.
    pub async fn note(&self, request: RequestId, id: NoteId) -> Result<Note, NoteError> {
        self.visible(request).await?;
        Ok(note::mine(&self.room.cx.db, request, id, self.actor.account).await?.ok_or(DecideError::NotFound)?)
    }

    pub async fn rewrite_note(&self, request: RequestId, id: NoteId, text: &str) -> Result<(), NoteError> {
        let cx = &self.room.cx;
        let before = self.note(request, id).await?;
        let text = words::checked(text, MAX_NOTE)?;
        if text != before.text {
            let tx = cx.begin().await?;
            note::rewrite(&tx, id, &text, By::from(self.actor).impersonated_by, cx.now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    pub async fn remove_note(&self, request: RequestId, id: NoteId) -> Result<(), NoteError> {
        self.note(request, id).await?;
        let tx = self.room.cx.begin().await?;
        note::remove(&tx, id).await?;
        tx.commit().await?;
        Ok(())
    }
}
