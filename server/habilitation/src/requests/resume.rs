//! Where each person left a request: kept with it, so that any device goes on from there.

use domain::{ids::RequestId, sight::Act};
use store::resume_point;

use super::{Applying, RequestError};

/// The place that stands for the last page, where everything is read again before it is sent.
pub const SUMMARY: &str = "synthese";

impl Applying<'_> {
    /// Remembers the page the person goes to, the summary included.
    pub async fn remember_place(&self, id: RequestId, block: &str) -> Result<(), RequestError> {
        if self.left_at(id).await?.as_deref() == Some(block) {
            return Ok(());
        }
        self.allowed(id, Act::Edit).await?;
        self.write_place(id, block).await
    }

    /// The same, when the caller has just checked that this person may edit the request.
    pub(super) async fn note_place(&self, id: RequestId, block: &str) -> Result<(), RequestError> {
        if self.left_at(id).await?.as_deref() == Some(block) { Ok(()) } else { self.write_place(id, block).await }
    }

    async fn write_place(&self, id: RequestId, block: &str) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        resume_point::set(&tx, self.actor.account, id, block).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn left_at(&self, id: RequestId) -> Result<Option<String>, RequestError> {
        Ok(resume_point::find(&self.room.cx.db, self.actor.account, id).await?)
    }
}
