//! What an administrator does to an account, each time with a reason: suspension, lost second factor, standing in.

pub mod page;

use axum::{
    extract::{Path, Query, State},
    http::header,
    response::Response,
};
use domain::{
    ids::{AccountId, ImpersonationId},
    routes as paths,
};
use habilitation::{administration::RightsError, erasure::ErasureError, factors::FactorError};
use web::{App, ListQuery, Routes, SignedForm, SignedIn, WebError, id_of, see_other, session_cookie, signed_in};

use crate::{
    accounts::page::{impersonation_page, impersonations_page},
    home::{admin_page, administering},
    rights::{page::RightsRefusal, show},
};

pub fn routes() -> Routes {
    Routes::new()
        .post(paths::SUSPENSION, suspend)
        .post(paths::FACTOR_RESET, reset_factor)
        .post(paths::IMPERSONATE, impersonate)
        .post(paths::ERASE_ACCOUNT, erase)
        .post(paths::IMPERSONATION_END, stop)
        .get(paths::IMPERSONATIONS, impersonations)
        .get(paths::IMPERSONATION, impersonation)
}

async fn suspend(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let administering = administering(&app, signed_in(&form, paths::rights_of(id))?)?;
    let reason = form.data.text("motif");
    let result = match form.data.text("action") {
        "retablir" => administering.restore(id, reason).await,
        _ => administering.suspend(id, reason).await,
    };
    answer(&app, &form, id, "motif-suspension", result).await
}

async fn reset_factor(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let administering = administering(&app, signed_in(&form, paths::rights_of(id))?)?;
    let result = administering.reset_factor(id, form.data.text("motif")).await;
    answer(&app, &form, id, "motif-double-authentification", result).await
}

async fn impersonate(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let administering = administering(&app, signed_in(&form, paths::rights_of(id))?)?;
    let session = form.visitor.session.as_deref().ok_or(WebError::NotFound)?;
    match administering.impersonate(session, id, form.data.text("motif")).await {
        Ok(renewed) => Ok(under(&app, &renewed, see_other(paths::HOME))),
        Err(refused) => answer(&app, &form, id, "motif-prise-en-main", Err(refused)).await,
    }
}

async fn erase(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let administering = administering(&app, signed_in(&form, paths::rights_of(id))?)?;
    let session = form.visitor.session.as_deref().ok_or(WebError::NotFound)?;
    let result = match administering.erase(session, id, form.data.text("motif")).await {
        Ok(()) => Ok(()),
        Err(ErasureError::Rights(refused)) => Err(refused),
        Err(ErasureError::Factor(FactorError::Stale)) => return Err(WebError::Confirm { return_to: paths::rights_of(id) }),
        Err(other) => return Err(other.into()),
    };
    answer(&app, &form, id, "motif-effacement", result).await
}

/// The browser goes on with the new token of its session.
fn under(app: &App, session: &str, mut response: Response) -> Response {
    response.headers_mut().append(header::SET_COOKIE, session_cookie(app, session));
    response
}

/// Back to the person's page, or to the form with the sentence about its reason.
async fn answer(app: &App, form: &SignedForm, id: AccountId, field: &'static str, result: Result<(), RightsError>) -> Result<Response, WebError> {
    let message = match result {
        Ok(()) => return Ok(see_other(&format!("{}?modifies=oui", paths::rights_of(id)))),
        Err(error @ RightsError::Reason(_)) => error.sentence().ok_or(error)?,
        Err(error) => return Err(error.into()),
    };
    let administering = administering(app, signed_in(form, paths::rights_of(id))?)?;
    let refusal = RightsRefusal { field, message, reason: form.data.text("motif").to_owned(), ..RightsRefusal::default() };
    show(app, &form.visitor, &administering, id, Some(refusal), false).await
}

async fn stop(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::HOME.to_owned())?;
    let Some(session) = form.visitor.session.as_deref() else { return Ok(see_other(paths::HOME)) };
    let back = match &actor.impersonated_by {
        Some(_) => paths::rights_of(actor.account),
        None => paths::HOME.to_owned(),
    };
    let response = see_other(&back);
    Ok(match app.habilitation.stop_impersonating(actor, session).await? {
        Some(renewed) => under(&app, &renewed, response),
        None => response,
    })
}

async fn impersonations(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
) -> Result<Response, WebError> {
    let found = administering(&app, &actor)?.impersonations(query.number().into()).await?;
    Ok(admin_page(&app, &visitor, "Prises en main").show(|| impersonations_page(found, query.number())))
}

async fn impersonation(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, WebError> {
    let id: ImpersonationId = id_of(&id)?;
    let (line, actions) = administering(&app, &actor)?.impersonation(id, query.number().into()).await?;
    Ok(admin_page(&app, &visitor, "Prise en main").show(|| impersonation_page(&line, actions, query.number())))
}
