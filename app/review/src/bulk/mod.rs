//! One decision on several requests.

pub mod page;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{request::Decision, routes as paths};
use habilitation::reviews::{DecideError, MAX_PICKED, Pick};
use serde::Deserialize;
use ui::shell::NavItem;
use web::{App, Page, Routes, SignedForm, SignedIn, WebError, see_other, signed_in};

use crate::{
    bulk::page::{BulkPage, bulk_page, bulk_result_page},
    queue::{kept, page::Said, show_list},
    request::reviewing,
};

pub(crate) fn routes() -> Routes {
    Routes::new().get(paths::REVIEW_BULK, result).post(paths::REVIEW_BULK, bulk)
}

#[derive(Deserialize)]
struct ResultQuery {
    compte: Option<String>,
}

/// What was done; reloading the page decides nothing.
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

/// First the list once more, then the decision.
async fn bulk(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::REVIEW_QUEUE.to_owned())?;
    let reviewing = reviewing(&app, actor)?;
    let sent = form.data.answers();
    let picks: Vec<Pick> = sent.all("demande").iter().filter_map(|text| Pick::parse(text)).take(MAX_PICKED).collect();
    let query = kept(form.data.text("retour"));
    let back = habilitation::reviews::address(&query);
    let decision = Decision::parse(form.data.text("decision")).filter(|decision| matches!(decision, Decision::Approve | Decision::RequestChanges));
    let (Some(decision), false) = (decision, picks.is_empty()) else {
        let said = Said { problem: Some("Cochez au moins une demande.".into()), ..Said::default() };
        return show_list(&app, &form.visitor, &reviewing, query, 1, said, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let reason = form.data.text("motif");
    let page = Page::new(&app, &form.visitor, "Décider plusieurs demandes").at(NavItem::Review);
    let error = if form.data.text("action") == "decider" {
        match reviewing.decide_many(picks.clone(), decision, reason).await {
            Ok(picked) => {
                let account = reviewing.account_of(&picked, &back)?;
                return Ok(see_other(&paths::with_query(paths::REVIEW_BULK, &[("compte", &account)])));
            }
            Err(error @ DecideError::Reason(_)) => error.sentence(),
            Err(error) => return Err(error.into()),
        }
    } else {
        None
    };
    let picked = reviewing.picked(picks).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = BulkPage { picked: &picked, decision, reason, error, back: &back, csrf: &form.visitor.csrf };
    Ok(page.status(status).show(|| bulk_page(&shown)))
}
