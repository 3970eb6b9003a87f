//! The members of one's organisation, and vouching for one of them.

use std::collections::BTreeMap;

use app::colleagues as pages;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{ids::AccountId, routes as paths};
use habilitation::memberships::MembershipError;

use super::{
    Page, Routes, SignedForm, SignedIn, WebError,
    request::{id_of, signed_in},
    see_other,
};
use crate::App;

pub fn routes() -> Routes {
    Routes::new().get(paths::COLLEAGUES, show).post(paths::COLLEAGUES, vouch)
}

impl From<MembershipError> for WebError {
    fn from(error: MembershipError) -> Self {
        match error {
            MembershipError::NotFound => Self::NotFound,
            MembershipError::NotYours => Self::Forbidden,
            MembershipError::Gone => Self::Conflict("Cette personne n’est plus rattachée à cette organisation."),
            MembershipError::InPerson => Self::Told(
                StatusCode::FORBIDDEN,
                "Réservé à la personne",
                "Un rattachement ne se vérifie pas à la place de quelqu’un d’autre. Revenez d’abord à votre compte.",
            ),
            MembershipError::Oneself => {
                Self::Told(StatusCode::FORBIDDEN, "Réservé à une autre personne", "Votre propre rattachement se vérifie par une autre personne.")
            }
            MembershipError::Reason(_) => Self::BadRequest("Le motif est à corriger."),
            MembershipError::Store(error) => Self::internal(error),
        }
    }
}

async fn show(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let (organisation, members) = app.habilitation.colleagues(&actor).await?;
    let done = query.contains_key("confirme");
    Ok(Page::new(&app, &visitor, "Membres de votre organisation").show(|| pages::page(&organisation, &members, done, &visitor.csrf)))
}

async fn vouch(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::COLLEAGUES.to_owned())?;
    let member: AccountId = id_of(form.data.text("membre"))?;
    app.habilitation.vouch(actor, member).await?;
    Ok(see_other(&format!("{}?confirme=1", paths::COLLEAGUES)))
}
