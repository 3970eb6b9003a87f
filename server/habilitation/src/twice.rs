//! The same form sent twice, as by a double click. The first sending does what was asked for, so the second one finds that it
//! cannot be done any more. Before it is refused, the journal is asked: when the last thing done to the request is this very
//! act, by this very person, the second sending succeeds as well and leads to the same page. Somebody else's act stays a
//! conflict. Nothing of this is read or written when a form is accepted the first time.

use domain::{
    actor::{Actor, By},
    ids::RequestId,
    request::JournalKind,
};
use store::journal::{self, Line};

use crate::Habilitation;

impl Habilitation {
    /// What last moved the request, when this person did it.
    pub(crate) async fn own_last_move(&self, actor: &Actor, request: RequestId) -> Result<Option<Line>, store::Error> {
        let moves = JournalKind::ALL.iter().copied().filter(|kind| kind.moves());
        self.own_last(actor, request, moves).await
    }

    /// The latest line of these kinds, when it is this person's.
    pub(crate) async fn own_last(
        &self,
        actor: &Actor,
        request: RequestId,
        kinds: impl IntoIterator<Item = JournalKind>,
    ) -> Result<Option<Line>, store::Error> {
        let last = journal::last(&self.cx.db, request, kinds).await?;
        Ok(last.filter(|line| line.by == By::from(actor)))
    }

    /// Whether this person's act of this kind is the last move of the request.
    pub(crate) async fn did_last(&self, actor: &Actor, request: RequestId, kind: JournalKind) -> Result<bool, store::Error> {
        Ok(self.own_last_move(actor, request).await?.is_some_and(|line| line.kind == kind))
    }
}
