//! The form filled block by block, complete or not.

use domain::{
    catalogue::{Block, Form, Kind},
    form::{Answers, FieldProblem, Problem},
    ids::RequestId,
};
use store::request::{self, Request};

use super::{Applying, RequestError, Saved};

impl Applying<'_> {
    /// Writes the answers to one block, complete or not. `seen` is the version the form was opened with.
    pub async fn save_block(&self, id: RequestId, block: &str, sent: &Answers, seen: i32) -> Result<Saved, RequestError> {
        let (mut request, form) = self.editable(id).await?;
        let block = form.block(block).ok_or(RequestError::NotFound)?;
        let mut answers = request.answers.clone();
        answers.merge_block(block, sent);
        let problems = self.write_block(&mut request, &form, block, answers, seen).await?;
        Ok(Saved { version: request.version, problems })
    }

    /// The same of a request that is loaded, which becomes what was written; what is still wrong in the block is returned.
    pub(super) async fn write_block(
        &self,
        request: &mut Request,
        form: &Form,
        block: &Block,
        answers: Answers,
        seen: i32,
    ) -> Result<Vec<FieldProblem>, RequestError> {
        let cx = &self.room.cx;
        let mut problems = self.room.check_block(form, block, &answers);
        let reliance = self.check_reliance(form, block, request, &answers, &mut problems).await?;
        if problems.iter().any(|p| p.problem.refuses_draft()) {
            return Err(RequestError::Refused(problems));
        }
        if answers == request.answers {
            return Ok(problems);
        }
        if seen != request.version {
            return Err(RequestError::Stale(Box::new(request.clone())));
        }
        request.title = answers.text("name").to_owned();
        self.room.follow_form(request, answers);
        if let Some(reliance) = reliance {
            request.relies_on = reliance;
        }
        // Reviewers search what they were sent.
        if request.round == 0 {
            request.folded = self.room.words_of(request).await?;
        }
        let tx = cx.begin().await?;
        match request::save(&tx, request, cx.now()).await {
            Ok(version) => request.version = version,
            Err(store::Error::Stale { .. }) => {
                drop(tx);
                return Err(RequestError::Stale(Box::new(self.seen(request.id).await?.request)));
            }
            Err(error) => return Err(error.into()),
        }
        tx.commit().await?;
        Ok(problems)
    }

    /// The request named in the block's reliance field, when the block has one; one that neither whoever writes nor the
    /// applicant sees is a problem like any other.
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
        // What was sent once was found then by somebody who sees it; it may have changed hands since.
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
