//! One decision on several requests picked in the queue: a page to confirm, then the decision.

mod page;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{request::Decision, routes as paths};
use habilitation::reviews::{DecideError, MAX_PICKED, Pick};
use serde::Deserialize;
use ui::{shell::NavItem, verbs};
use web::{ActorForm, App, Page, Routes, SignedIn, WebError, see_other};

use self::page::{BulkPage, bulk_page, bulk_result_page};
use crate::{
    queue::{Bulk, Said, kept, show_list},
    shared::reviewing,
};

verbs! {
    /// The form of the list sends no verb: it only leads to the page of confirmation.
    enum Action {
        Confirm = "decider",
    }
}

pub fn routes() -> Routes {
    Routes::new().get(paths::REVIEW_BULK, result).post(paths::REVIEW_BULK, bulk)
}

#[derive(Deserialize)]
struct ResultQuery {
    compte: Option<String>,
}

/// What was done: a GET, so that loading the page again decides nothing.
async fn result(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(ResultQuery { compte }): Query<ResultQuery>,
) -> Result<Response, WebError> {
    let reviewing = reviewing(&app, &actor)?;
    let Some(account) = compte else { return Ok(see_other(paths::REVIEW_QUEUE)) };
    let (picked, back) = reviewing.account(&account).await?;
    Ok(Page::new(&app, &visitor, "Décisions prises").at(NavItem::Review).show(|| bulk_result_page(&picked, &back)))
}

/// The first time, shows what was picked and asks to confirm; confirmed, decides.
async fn bulk(State(app): State<App>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let reviewing = reviewing(&app, &actor)?;
    let picks: Vec<Pick> = data.all(Bulk::Pick).filter_map(Pick::parse).take(MAX_PICKED).collect();
    let query = kept(data.get(Bulk::Back));
    let back = habilitation::reviews::address(&query);
    let decision = Decision::parse(data.get(Bulk::Decision)).filter(|decision| matches!(decision, Decision::Approve | Decision::RequestChanges));
    let (Some(decision), false) = (decision, picks.is_empty()) else {
        let said = Said { problem: Some("Cochez au moins une demande.".into()), ..Said::default() };
        return show_list(&app, &visitor, &reviewing, query, 1, said, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let reason = data.get(Bulk::Reason);
    let page = Page::new(&app, &visitor, "Décider plusieurs demandes").at(NavItem::Review);
    let error = match data.verb(Bulk::Action) {
        None => None,
        Some(Action::Confirm) => match reviewing.decide_many(picks.clone(), decision, reason).await {
            Ok(picked) => {
                let account = reviewing.account_of(&picked, &back)?;
                return Ok(see_other(&paths::with_query(paths::REVIEW_BULK, &[("compte", &account)])));
            }
            Err(error @ DecideError::Reason(_)) => error.sentence(),
            Err(error) => return Err(error.into()),
        },
    };
    let picked = reviewing.picked(picks).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = BulkPage { picked: &picked, decision, reason, error, back: &back, csrf: &visitor.csrf };
    Ok(page.status(status).show(|| bulk_page(&shown)))
}
