//! A request as it was last submitted or granted: what its applicant writes afterwards is hidden from others until it is
//! submitted.

use std::collections::HashMap;

use domain::{
    form::Answers,
    ids::TypedId,
    request::{Phase, State},
};
use sea_orm::entity::prelude::*;

use super::{Request, Submission, submission};
use crate::{
    Result,
    habilitation::{self, Habilitation},
};

/// The title of a request is its answer to the question `name`.
fn title(answers: &Answers) -> String {
    answers.text("name").to_owned()
}

/// Puts the title and answers of `last`, the last submission, in a request that was sent back, and those of `granted`, its
/// habilitation in force, in an approved request being changed. The result must not be saved.
pub fn put_as_sent(request: &mut Request, granted: Option<&Habilitation>, last: Option<&Submission>) {
    match (&request.phase, granted, last) {
        (Phase::Draft, Some(granted), _) => {
            request.title.clone_from(&granted.title);
            request.answers = granted.answers.clone();
            request.catalogue_version = granted.catalogue_version;
            request.relies_on = granted.relies_on;
        }
        (Phase::ChangesRequested(_), _, Some(last)) => {
            request.title = title(&last.answers);
            request.answers = last.answers.clone();
            request.catalogue_version = last.catalogue_version;
        }
        _ => {}
    }
}

/// Same, with the submission or the habilitation read from the database.
pub async fn as_sent(db: &impl ConnectionTrait, mut request: Request) -> Result<Request> {
    let (mut granted, mut last) = (None, None);
    match (&request.phase, request.reopened) {
        (Phase::Draft, Some(reopened)) => granted = habilitation::by_id(db, reopened.habilitation).await?,
        (Phase::ChangesRequested(_), _) => last = submission::last_of(db, [request.id.uuid()]).await?.remove(&request.id.uuid()),
        _ => {}
    }
    put_as_sent(&mut request, granted.as_ref(), last.as_ref());
    Ok(request)
}

/// The titles that others see of requests sent back (last submission) or reopened (habilitation in force), by request.
pub(crate) async fn titles(db: &impl ConnectionTrait, rows: impl IntoIterator<Item = (Uuid, State)>) -> Result<HashMap<Uuid, String>> {
    let (mut sent_back, mut reopened) = (Vec::new(), Vec::new());
    for (id, state) in rows {
        match state {
            State::ChangesRequested => sent_back.push(id),
            State::Draft => reopened.push(id),
            _ => {}
        }
    }
    let mut titles: HashMap<Uuid, String> =
        submission::last_of(db, sent_back).await?.into_iter().map(|(id, sent)| (id, title(&sent.answers))).collect();
    titles.extend(habilitation::titles_in_force(db, reopened).await?);
    Ok(titles)
}
