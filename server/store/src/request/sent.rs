//! A request as its reviewers were sent it: what its people write meanwhile is theirs until they transmit it.

use std::collections::HashMap;

use domain::{
    form::Answers,
    ids::TypedId,
    request::{Stage, State},
};
use sea_orm::entity::prelude::*;

use super::{Request, Submission, submission};
use crate::{
    Result,
    habilitation::{self, Habilitation},
};

/// The name of the project, among the answers.
fn title(answers: &Answers) -> String {
    answers.text("name").to_owned()
}

/// Sent back, `last` was submitted; approved and being changed, `granted` is in force. Not to be saved.
pub fn put_as_sent(request: &mut Request, granted: Option<&Habilitation>, last: Option<&Submission>) {
    match (&request.stage, granted, last) {
        (Stage::Draft, Some(granted), _) => {
            request.title.clone_from(&granted.title);
            request.answers = granted.answers.clone();
            request.catalogue_version = granted.catalogue_version;
            request.relies_on = granted.relies_on;
        }
        (Stage::ChangesRequested(_), _, Some(last)) => {
            request.title = title(&last.answers);
            request.answers = last.answers.clone();
            request.catalogue_version = last.catalogue_version;
        }
        _ => {}
    }
}

/// The same, read from where it is kept.
pub async fn as_sent(db: &impl ConnectionTrait, mut request: Request) -> Result<Request> {
    let (mut granted, mut last) = (None, None);
    match (&request.stage, request.reopened) {
        (Stage::Draft, Some(reopened)) => granted = habilitation::by_id(db, reopened.habilitation).await?,
        (Stage::ChangesRequested(_), _) => last = submission::last_of(db, [request.id.uuid()]).await?.remove(&request.id.uuid()),
        _ => {}
    }
    put_as_sent(&mut request, granted.as_ref(), last.as_ref());
    Ok(request)
}

/// The titles of those of a list that are back with their people, by request.
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
