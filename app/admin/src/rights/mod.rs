//! The list of people, and the page of one of them: their rights, given and taken back one at a time, and their account.

mod account;
mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Role, ids::AccountId, routes as paths};
use habilitation::administration::{Administering, RightsError};
use serde::Deserialize;
use ui::{fields, verbs};
use web::{ActorForm, App, FormData, ListQuery, Routes, SignedIn, Visitor, WebError, id_of, see_other};

use self::page::{Control, RightsRefusal, people_page, person_page};
use crate::shared::{admin_page, administering};

fields! {
    /// The fields of the form that searches for a person.
    enum Search {
        Words = "q",
    }
}

fields! {
    enum Sent {
        /// « service » or « service:stage ».
        Perimeter = "perimetre",
        Role = "role",
        /// Whether the person is to administer the site.
        Administers = "valeur",
        Action = "action",
    }
}

verbs! {
    enum Action {
        Give = "donner",
        TakeBack = "retirer",
        SetAdmin = "administration",
    }
}

verbs! {
    enum YesOrNo {
        Yes = "oui",
        No = "non",
    }
}

pub fn routes() -> Routes {
    Routes::new().get(paths::RIGHTS, people).get(paths::RIGHTS_OF, person).post(paths::RIGHTS_OF, change).merge(account::routes())
}

/// `?modifies=…`: something was just changed.
#[derive(Deserialize)]
struct Changed {
    modifies: Option<String>,
}

async fn people(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(typed): Query<FormData>,
) -> Result<Response, WebError> {
    let search: String = typed.get(Search::Words).trim().chars().take(200).collect();
    let found = administering(&app, &actor)?.people(&search, query.number().into()).await?;
    Ok(admin_page(&app, &visitor, "Droits des personnes").show(|| people_page(found, query.number(), &search)))
}

async fn person(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(changed): Query<Changed>,
) -> Result<Response, WebError> {
    let id: AccountId = id_of(&id)?;
    let administering = administering(&app, &actor)?;
    show(&app, &visitor, &administering, id, None, changed.modifies.is_some()).await
}

/// The page of a person, with a form that was refused or, when `done`, the confirmation of a change.
async fn show(
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

async fn change(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id: AccountId = id_of(&id)?;
    let administering = administering(&app, &actor)?;
    let (control, error) = match carry_out(&administering, id, &data).await {
        Ok(()) => return Ok(see_other(&format!("{}?modifies=oui", paths::rights_of(id)))),
        Err(refused) => refused,
    };
    let message = error.sentence().ok_or(error)?;
    let text = |field: Sent| data.get(field).to_owned();
    let refusal = RightsRefusal { control, message, perimeter: text(Sent::Perimeter), role: text(Sent::Role), reason: String::new() };
    show(&app, &visitor, &administering, id, Some(refusal), false).await
}

/// An error comes with the part of the page it is about.
async fn carry_out(administering: &Administering<'_>, id: AccountId, data: &FormData) -> Result<(), (Control, RightsError)> {
    let perimeter = data.get(Sent::Perimeter);
    match data.verb(Sent::Action) {
        Some(Action::Give) => {
            let role = Role::parse(data.get(Sent::Role)).ok_or((Control::Role, RightsError::NoRole))?;
            administering.give(id, perimeter, role).await.map_err(|error| (Control::Perimeter, error))
        }
        Some(Action::TakeBack) => administering.take_back(id, perimeter).await.map_err(|error| (Control::Held, error)),
        Some(Action::SetAdmin) => {
            let admin = data.verb(Sent::Administers) == Some(YesOrNo::Yes);
            administering.set_admin(id, admin).await.map_err(|error| (Control::Administers, error))
        }
        None => Err((Control::Held, RightsError::Unknown)),
    }
}
