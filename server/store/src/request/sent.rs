//! A request as its reviewers were sent it: what its people write meanwhile is theirs until they transmit it.

use std::collections::HashMap;

use domain::{
    form::Answers,
    ids::TypedId,
    request::{Stage, State},
};
use sea_orm::entity::prelude::*;

use super::{Request, submission};
use crate::{Result, habilitation};

/// The name of the project, among the answers.
fn title(answers: &Answers) -> String {
    answers.text("name").to_owned()
}

/// Sent back, the last submission; approved and being changed, what was granted. Not to be saved.
pub async fn as_sent(db: &impl ConnectionTrait, mut request: Request) -> Result<Request> {
    match (&request.stage, request.reopened) {
        (Stage::Draft, Some(reopened)) => {
            if let Some(granted) = habilitation::by_id(db, reopened.habilitation).await? {
                request.title = granted.title;
                request.answers = granted.answers;
                request.relies_on = granted.relies_on;
            }
        }
        (Stage::ChangesRequested(_), _) => {
            if let Some(answers) = submission::last_answers(db, [request.id.uuid()]).await?.remove(&request.id.uuid()) {
                request.title = title(&answers);
                request.answers = answers;
            }
        }
        _ => {}
    }
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
        submission::last_answers(db, sent_back).await?.into_iter().map(|(id, answers)| (id, title(&answers))).collect();
    titles.extend(habilitation::titles_in_force(db, reopened).await?);
    Ok(titles)
}
