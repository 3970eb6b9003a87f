//! The form filled block by block, complete or not.

use std::sync::Arc;

use domain::{
    catalogue::{Block, Form, Kind},
    form::{Answers, FieldProblem, Problem},
    ids::RequestId,
};
use sha2::{Digest, Sha256};
use store::request::{self, Request};

use super::{Applying, RequestError, Saved};

/// How many times a block, or a document, is written again when somebody else wrote another part of the request meanwhile.
pub(super) const TRIES: usize = 5;

/// A short hash of a block's answers as a page shows them. It comes back with the form, and tells whether the stored answers are
/// still those the page was filled on, whatever happened to other blocks, to documents and to the request itself.
pub fn as_shown(block: &Block, answers: &Answers) -> String {
    let mut hash = Sha256::new();
    for field in block.sent_fields() {
        let values = answers.all(&field.id).iter().filter(|value| !value.is_empty());
        for part in std::iter::once(&field.id).chain(values) {
            hash.update(part);
            hash.update([0]);
        }
        hash.update([1]);
    }
    hex::encode(&hash.finalize()[..8])
}

impl Applying<'_> {
    /// Writes the answers to one block, complete or not; those that cannot be stored are left out and returned as problems. `seen` is
    /// [`as_shown`] of the answers that the page was opened with.
    pub async fn save_block(&self, id: RequestId, block: &str, sent: &Answers, seen: &str) -> Result<Saved, RequestError> {
        let (mut request, mut form) = self.editable(id).await?;
        let block = form.block(block).ok_or(RequestError::NotFound)?.clone();
        let problems = self.write_block((&mut request, &mut form), &block, sent, seen).await?;
        Ok(Saved { version: request.version, shown: as_shown(&block, &request.answers), problems })
    }

    /// The same for a request already loaded, which is updated in place; returns what is missing or wrong in the block.
    pub(super) async fn write_block(
        &self,
        (request, form): (&mut Request, &mut Arc<Form>),
        block: &Block,
        sent: &Answers,
        seen: &str,
    ) -> Result<Vec<FieldProblem>, RequestError> {
        let cx = &self.room.cx;
        for _ in 0..TRIES {
            let mut answers = request.answers.clone();
            answers.merge_block(block, sent);
            let mut problems = self.room.check_block(form, block, &answers);
            let reliance = self.check_reliance(form, block, request, &answers, &mut problems).await?;
            answers.leave_refused(&request.answers, &problems);
            if answers == request.answers {
                return Ok(problems);
            }
            if seen != as_shown(block, &request.answers) {
                return Err(RequestError::Stale(Box::new(request.clone())));
            }
            request.title = answers.text("name").to_owned();
            self.room.follow_form(request, answers);
            if let Some(reliance) = reliance {
                request.relies_on = reliance;
            }
            // After the first submission, reviewers search the words of what was submitted.
            if request.round == 0 {
                request.folded = self.room.words_of(request).await?;
            }
            let tx = cx.begin().await?;
            match request::save(&tx, request, cx.now()).await {
                Ok(version) => {
                    request.version = version;
                    tx.commit().await?;
                    return Ok(problems);
                }
                // Somebody wrote meanwhile: this block, another, or the same form sent twice.
                Err(store::Error::Stale { .. }) => {
                    drop(tx);
                    (*request, *form) = self.editable(request.id).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(RequestError::Stale(Box::new(request.clone())))
    }

    /// The request named in the block's reliance field, when the block has one. A request that neither the actor nor the applicant
    /// sees is a problem like any other.
    pub(super) async fn check_reliance(
        &self,
        service: &Form,
        block: &Block,
        request: &Request,
        answers: &Answers,
        problems: &mut Vec<FieldProblem>,
    ) -> Result<Option<Option<RequestId>>, RequestError> {
        let (Some(other), Some(field)) = (&service.relies_on, block.fields.iter().find(|f| f.kind == Kind::Reliance)) else { return Ok(None) };
        let text = answers.text(&field.id);
        if text.is_empty() || !field.is_asked(answers) {
            return Ok(Some(None));
        }
        let mut named: Option<RequestId> = text.parse().ok();
        // A reliance that was submitted was checked then; the request may have changed hands since.
        let sent = request.round > 0 && named == request.relies_on;
        if !sent {
            let people = [self.actor.account, request.applicant];
            let known = request::reliable(&self.room.cx.db, request.organisation, other, &people).await?;
            named = named.filter(|id| known.iter().any(|line| line.id == *id));
        }
        if named.is_none() {
            problems.push(FieldProblem { field: field.id.clone(), problem: Problem::UnknownChoice });
        }
        Ok(Some(named))
    }
}
