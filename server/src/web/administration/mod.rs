//! The administrators' and managers' handlers.

use app::{administration as pages, shell::NavItem};
use axum::{extract::State, response::Response};
use domain::{actor::Actor, routes};
use habilitation::administration::{Administering, RightsError};

use super::{Page, Routes, SignedIn, Visitor, WebError};
use crate::App;

mod accounts;
mod catalogue;
mod eliminations;
mod journal;
mod rights;
mod security;

pub fn routes() -> Routes {
    Routes::new()
        .get(routes::ADMINISTRATION, home)
        .merge(rights::routes())
        .merge(journal::routes())
        .merge(security::routes())
        .merge(accounts::routes())
        .merge(catalogue::routes())
        .merge(eliminations::routes())
}

/// The administration does not exist for whoever runs nothing.
fn administering<'a>(app: &'a App, actor: &'a Actor) -> Result<Administering<'a>, WebError> {
    app.habilitation.administering(actor).ok_or(WebError::NotFound)
}

impl From<RightsError> for WebError {
    fn from(error: RightsError) -> Self {
        match error {
            RightsError::NotFound => Self::NotFound,
            RightsError::Oneself => Self::Conflict("Vos propres droits se changent par une autre personne."),
            RightsError::Outside => Self::Conflict("Ce périmètre n’est pas le vôtre."),
            RightsError::LastAdmin => Self::Conflict("Cette personne est la seule à administrer le site."),
            RightsError::NoPerimeter | RightsError::NoRole => Self::BadRequest("Choisissez un périmètre et un rôle."),
            RightsError::NotThem => {
                Self::Conflict("Cette action ne se fait ni sur soi-même, ni sur une personne qui administre le site, ni sur un compte suspendu.")
            }
            RightsError::Reason(_) => Self::BadRequest("Le motif est à corriger."),
            RightsError::Unknown => Self::BadRequest("Cette action n’existe pas."),
            RightsError::Store(error) => Self::internal(error),
        }
    }
}

/// A page of the administration.
fn page<'a>(app: &'a App, visitor: &'a Visitor, title: impl Into<String>) -> Page<'a> {
    Page::new(app, visitor, title).at(NavItem::Administration)
}

async fn home(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn) -> Result<Response, WebError> {
    administering(&app, &actor)?;
    Ok(page(&app, &visitor, "Administration").show(|| pages::home(&actor)))
}
