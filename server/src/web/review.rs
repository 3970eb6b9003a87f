//! The reviewers' handlers.

use app::{
    review::{Refusal, queue_page, request_page},
    shell::NavItem,
};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{calendar, ids::RequestId, request::Decision, routes as paths};
use habilitation::reviews::{DecideError, Reviewing};
use serde::Deserialize;

use super::{
    Page, Routes, SignedForm, SignedIn, WebError,
    request::{ListQuery, signed_in},
    see_other,
};
use crate::App;

pub fn routes() -> Routes {
    Routes::new().get(paths::REVIEW_QUEUE, queue).get(paths::REVIEW_REQUEST, open).post(paths::REVIEW_REQUEST, decide)
}

impl From<DecideError> for WebError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::NotFound => Self::NotFound,
            DecideError::NotYourTurn => Self::Conflict("Cette demande n’attend plus votre équipe : une décision a déjà été prise."),
            DecideError::SamePerson => {
                Self::Conflict("Vous avez validé l’étape précédente\u{a0}: la suivante revient à une autre personne de l’équipe.")
            }
            DecideError::Stale => Self::Conflict("Cette demande a changé depuis que vous l’avez ouverte. Relisez-la avant de décider."),
            DecideError::ReasonMissing | DecideError::ReasonTooLong | DecideError::ReasonUnreadable => Self::BadRequest("Le motif est à corriger."),
            DecideError::Store(error) => Self::internal(error),
        }
    }
}

/// The queue does not exist for whoever reviews nothing.
fn reviewing<'a>(app: &'a App, actor: &'a domain::actor::Actor) -> Result<Reviewing<'a>, WebError> {
    app.habilitation.reviewing(actor).ok_or(WebError::NotFound)
}

#[derive(Deserialize)]
struct Decided {
    decidee: Option<String>,
}

async fn queue(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(decided): Query<Decided>,
) -> Result<Response, WebError> {
    let page = reviewing(&app, &actor)?.queue(query.number().into()).await?;
    let today = calendar::paris_date(app.cx.now());
    let decided = decided.decidee.filter(|number| number.len() < 20 && number.starts_with('D'));
    Ok(Page::new(&app, &visitor, "Demandes à instruire").at(NavItem::Review).show(|| queue_page(page, query.number(), today, decided)))
}

async fn open(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let id: RequestId = id.parse().map_err(|_| WebError::NotFound)?;
    let (opened, turn) = reviewing(&app, &actor)?.open(id).await?;
    let title = format!("Instruire {}", opened.request.public_number());
    Ok(Page::new(&app, &visitor, title).at(NavItem::Review).show(|| request_page(&opened, turn, None, &visitor.csrf)))
}

async fn decide(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id: RequestId = id.parse().map_err(|_| WebError::NotFound)?;
    let actor = signed_in(&form, paths::review_request(id))?;
    let reviewing = reviewing(&app, actor)?;
    let decision = Decision::parse(form.data.text("decision")).ok_or(WebError::BadRequest("Choisissez une décision."))?;
    let (reason, seen) = (form.data.text("motif").replace("\r\n", "\n"), form.data.text("version").parse().unwrap_or(0));
    let message = match reviewing.decide(id, decision, &reason, seen).await {
        Ok(_) => {
            let (opened, _) = reviewing.open(id).await?;
            return Ok(see_other(&format!("{}?decidee={}", paths::REVIEW_QUEUE, opened.request.public_number())));
        }
        Err(error @ (DecideError::ReasonMissing | DecideError::ReasonTooLong | DecideError::ReasonUnreadable)) => error.to_string(),
        Err(error) => return Err(error.into()),
    };
    let (opened, turn) = reviewing.open(id).await?;
    let refusal = Refusal { decision: Some(decision), reason, message };
    let page = Page::new(&app, &form.visitor, format!("Instruire {}", opened.request.public_number())).at(NavItem::Review);
    Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).show(|| request_page(&opened, turn, Some(&refusal), &form.visitor.csrf)))
}
