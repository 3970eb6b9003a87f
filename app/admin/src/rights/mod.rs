//! People and their rights.

pub mod page;

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Role, ids::AccountId, routes as paths};
use habilitation::administration::{Administering, RightsError};
use web::{App, FormData, ListQuery, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, see_other, signed_in};

use crate::{
    home::{admin_page, administering},
    rights::page::{RightsRefusal, people_page, person_page},
};

pub fn routes() -> Routes {
    Routes::new().get(paths::RIGHTS, people).get(paths::RIGHTS_OF, person).post(paths::RIGHTS_OF, change)
}

type Params = Query<BTreeMap<String, String>>;

async fn people(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(params): Params,
) -> Result<Response, WebError> {
    let search = params.get("q").map(|text| text.trim().chars().take(200).collect::<String>()).unwrap_or_default();
    let found = administering(&app, &actor)?.people(&search, query.number().into()).await?;
    Ok(admin_page(&app, &visitor, "Droits des personnes").show(|| people_page(found, query.number(), &search)))
}

async fn person(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(params): Params,
) -> Result<Response, WebError> {
    let id: AccountId = id_of(&id)?;
    let administering = administering(&app, &actor)?;
    show(&app, &visitor, &administering, id, None, params.contains_key("modifies")).await
}

pub(crate) async fn show(
    app: &App,
    visitor: &Visitor,
    administering: &Administering<'_>,
    id: AccountId,
    refusal: Option<RightsRefusal>,
    done: bool,
) -> Result<Response, WebError> {
    let person = administering.person(id).await?;
    let status = if refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = admin_page(app, visitor, format!("{} – Droits", person.account.name())).status(status);
    Ok(page.show(|| person_page(&person, administering.is_admin(), refusal.as_ref(), done, &visitor.csrf)))
}

async fn change(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id: AccountId = id_of(&id)?;
    let actor = signed_in(&form, paths::rights_of(id))?;
    let administering = administering(&app, actor)?;
    let (field, error) = match carry_out(&administering, id, &form.data).await {
        Ok(()) => return Ok(see_other(&format!("{}?modifies=oui", paths::rights_of(id)))),
        Err(refused) => refused,
    };
    let message = error.sentence().ok_or(error)?;
    let text = |name: &str| form.data.text(name).to_owned();
    let refusal = RightsRefusal { field, message, perimeter: text("perimetre"), role: text("role"), reason: String::new() };
    show(&app, &form.visitor, &administering, id, Some(refusal), false).await
}

/// A refusal comes with the control it is about.
async fn carry_out(administering: &Administering<'_>, id: AccountId, data: &FormData) -> Result<(), (&'static str, RightsError)> {
    let perimeter = data.text("perimetre");
    match data.text("action") {
        "donner" => {
            let role = Role::parse(data.text("role")).ok_or(("role", RightsError::NoRole))?;
            administering.give(id, perimeter, role).await.map_err(|error| ("perimetre", error))
        }
        "retirer" => administering.take_back(id, perimeter).await.map_err(|error| ("droits", error)),
        "administration" => administering.set_admin(id, data.text("valeur") == "oui").await.map_err(|error| ("administration", error)),
        _ => Err(("droits", RightsError::Unknown)),
    }
}
