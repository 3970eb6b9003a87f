//! Sharing one request: inviting, reminding and removing co-editors.

pub mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, ids::RequestId, routes as paths};
use habilitation::requests::sharing::SharingError;
use ui::shell::NavItem;
use web::{App, Done, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, see_other, signed_in};

use crate::sharing::page::{SharingForm, sharing_page};

pub fn routes() -> Routes {
    Routes::new().get(paths::REQUEST_SHARING, show).post(paths::REQUEST_SHARING, change)
}

const DONE: [(&str, &str); 3] = [
    ("invitation", "L’invitation est partie"),
    ("retrait", "La personne n’a plus accès à la demande"),
    ("droit", "Le droit de transmettre est modifié"),
];

async fn show(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, WebError> {
    let form = SharingForm { done: done.sentence(&DONE), ..SharingForm::default() };
    present(&app, &visitor, &actor, id_of(&id)?, form, StatusCode::OK).await
}

async fn present(app: &App, visitor: &Visitor, actor: &Actor, id: RequestId, form: SharingForm, status: StatusCode) -> Result<Response, WebError> {
    let (opened, people) = app.habilitation.applying(actor).co_editors(id).await.map_err(refused)?;
    let page = Page::new(app, visitor, "Partager la demande").at(NavItem::Requests).status(status);
    Ok(page.show(|| sharing_page(&opened, &people, &form, app.cx.now(), &visitor.csrf)))
}

fn refused(error: SharingError) -> WebError {
    match error {
        SharingError::Request(error) => error.into(),
        _ => WebError::BadRequest("Cette invitation est à corriger."),
    }
}

async fn change(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let here = paths::request_sharing(id);
    let actor = signed_in(&form, here.clone())?;
    let applying = app.habilitation.applying(actor);
    let (person, email) = (form.data.text("personne"), form.data.text("email"));
    let may_submit = form.data.text("transmettre") == "oui";
    let (done, outcome) = match form.data.text("action") {
        "retirer" => ("retrait", applying.remove_co_editor(id, person).await),
        "renvoyer" => ("invitation", applying.resend_invitation(id, person).await),
        "autoriser" => ("droit", applying.let_submit(id, person, true).await),
        "interdire" => ("droit", applying.let_submit(id, person, false).await),
        _ => ("invitation", applying.invite_co_editor(id, email, may_submit).await),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("{here}?fait={done}"))),
        Err(SharingError::Request(error)) => Err(error.into()),
        Err(error) => {
            let typed = SharingForm { email: email.to_owned(), may_submit, error: error.sentence(), done: None };
            present(&app, &form.visitor, actor, id, typed, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
