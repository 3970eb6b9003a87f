//! The link by which the invited person takes a request prepared for them.

use app::{request::claim_page, shell::NavItem};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::routes as paths;
use habilitation::requests::ClaimError;

use super::{
    Page, Routes, SignedForm, SignedIn, WebError,
    request::{first_page, signed_in},
};
use crate::App;

pub fn routes() -> Routes {
    Routes::new().get(paths::CLAIM, offer).post(paths::CLAIM, claim)
}

impl From<ClaimError> for WebError {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Dead => Self::Told(
                StatusCode::GONE,
                "Ce lien ne fonctionne plus",
                "Il a déjà servi, il a expiré, ou l’équipe qui avait préparé la demande l’a retirée. Demandez-lui une nouvelle invitation.",
            ),
            ClaimError::NotYours => Self::Told(
                StatusCode::FORBIDDEN,
                "Cette invitation n’est pas pour ce compte",
                "Elle a été envoyée à une autre adresse\u{a0}: déconnectez-vous, puis rouvrez le lien avec le compte de cette adresse.",
            ),
            ClaimError::Request(error) => error.into(),
        }
    }
}

async fn offer(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(token): Path<String>) -> Result<Response, WebError> {
    let offer = app.habilitation.applying(&actor).offer(&token).await?;
    let page = Page::new(&app, &visitor, "Une demande a été préparée pour vous").at(NavItem::Requests);
    Ok(page.show(|| claim_page(&token, &offer, &visitor.csrf)))
}

async fn claim(State(app): State<App>, Path(token): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::claim(&token))?;
    let applying = app.habilitation.applying(actor);
    let id = applying.claim(&token).await?;
    first_page(&applying, id, Some("prerempli")).await
}
