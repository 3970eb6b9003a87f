//! Transmitting a request: everything is checked, then it goes to its first teams, or back to those that had it.

use domain::{
    catalogue::Service,
    form::{self, FieldProblem},
    ids::RequestId,
    request::{self as life, JournalKind},
    routes,
    sight::Act,
};
use store::{
    account, journal,
    request::{self, Request},
};

use super::{Applying, RequestError, also, document_problems, last_promise, teams};
use crate::mails::{self, About};

impl Applying<'_> {
    /// Everything checked and the boxes `ticked`, the request goes to its first teams, or back to those that had it.
    pub async fn submit(&self, id: RequestId, ticked: &[&str], seen: i32) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let (mut request, service) = self.editable(id).await?;
        self.allowed(id, Act::Submit).await?;
        self.check_step_before(&service, &request).await?;
        let mut missing: Vec<(String, Vec<FieldProblem>)> =
            form::check_all(&service, &request.answers).into_iter().map(|(block, problems)| (block.slug.clone(), problems)).collect();
        let documents = document_problems(&request, &store::document::of_request(&cx.db, id).await?);
        for block in &service.blocks {
            let mut problems: Vec<FieldProblem> =
                documents.iter().filter(|problem| block.fields.iter().any(|field| field.id == problem.field)).cloned().collect();
            self.check_reliance(&service, block, &request, &request.answers.clone(), &mut problems).await?;
            if !problems.is_empty() {
                missing.push((block.slug.clone(), problems));
            }
        }
        if !missing.is_empty() {
            return Err(RequestError::Incomplete(missing));
        }
        let empty: Vec<String> = service.boxes().filter(|name| !ticked.contains(name)).map(str::to_owned).collect();
        if !empty.is_empty() {
            return Err(RequestError::NotTicked(empty));
        }
        if seen != request.version {
            return Err(RequestError::Stale(Box::new(request)));
        }
        if self.room.is_unchanged(&request).await? {
            return Err(RequestError::Unchanged);
        }
        request.round += 1;
        request.with_service = also(&service).map(str::to_owned);
        request.stage = request.stage.submit(cx.now(), request.round, life::route(&service)).map_err(|_| RequestError::NotEditable)?;
        request.first_submitted_at = request.first_submitted_at.or(Some(cx.now()));
        request.folded = self.room.words_of(&request).await?;
        let tx = cx.begin().await?;
        match request::save(&*tx, &request, cx.now()).await {
            Err(store::Error::Stale { .. }) => {
                drop(tx);
                // Transmitted by somebody else, or only edited meanwhile.
                return Err(RequestError::Stale(Box::new(self.allowed(id, Act::Submit).await?.request)));
            }
            other => other?,
        };
        self.check_held_once(&tx, &service, request.organisation, id).await?;
        crate::clock::legal_clock_follows(cx, &tx, &request).await?;
        request::keep_submission(&*tx, &request, self.actor.account, cx.now()).await?;
        store::resume_point::forget(&*tx, id).await?;
        self.tell_of_submission(&tx, &request, &service).await?;
        journal::write(cx, &*tx, id, JournalKind::Submitted, Some(self.actor.account), "").await?;
        tx.commit().await?;
        Ok(())
    }

    async fn tell_of_submission(&self, tx: &store::Tx, request: &Request, service: &Service) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let about = About::new(cx, request, &service.name, &routes::request(request.id));
        let applicant = account::by_id(&**tx, request.applicant).await?.map(|one| one.email).unwrap_or_default();
        mails::request::received(&applicant, &about, &teams(service, request), &last_promise(request)).send(cx, tx).await?;
        let organisation = store::organisation::by_id(&**tx, request.organisation).await?.map(|o| o.name()).unwrap_or_default();
        for turn in request.stage.pending() {
            self.room.tell_team(tx, request, service, turn, &organisation).await?;
        }
        Ok(self.room.name_contacts(tx, request, &organisation, &self.actor.email).await?)
    }
}
