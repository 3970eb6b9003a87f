//! Sharing one request: inviting, reminding and removing co-editors, and letting them submit it.

mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, ids::RequestId, routes as paths};
use habilitation::requests::sharing::SharingError;
use ui::{fields, shell::NavItem, verbs};
use web::{ActorForm, App, Done, Page, Routes, SignedIn, Visitor, WebError, id_of, see_other};

use self::page::{SharingForm, sharing_page};

fields! {
    /// What the forms of the page send.
    enum Sent {
        Action = "action",
        /// The address of the person to invite.
        Email = "email",
        /// The box that lets the person invited submit the request.
        MaySubmit = "transmettre",
        /// How many people the page listed, to tell a form submitted twice from a new invitation of somebody already invited.
        Listed = "invitees",
        /// The address of a person already invited.
        Person = "personne",
    }
}

verbs! {
    enum Verb {
        Invite = "inviter",
        InviteAgain = "renvoyer",
        LetSubmit = "autoriser",
        KeepFromSubmitting = "interdire",
        Remove = "retirer",
    }
}

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

async fn change(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let here = paths::request_sharing(id);
    let applying = app.habilitation.applying(&actor);
    let (person, email, may_submit) = (data.get(Sent::Person), data.get(Sent::Email), data.ticked(Sent::MaySubmit));
    let listed = data.get(Sent::Listed).parse().unwrap_or(usize::MAX);
    let (done, outcome) = match data.verb(Sent::Action) {
        Some(Verb::Remove) => ("retrait", applying.remove_co_editor(id, person).await),
        Some(Verb::InviteAgain) => ("invitation", applying.resend_invitation(id, person).await),
        Some(Verb::LetSubmit) => ("droit", applying.let_submit(id, person, true).await),
        Some(Verb::KeepFromSubmitting) => ("droit", applying.let_submit(id, person, false).await),
        Some(Verb::Invite) | None => ("invitation", applying.invite_co_editor(id, email, may_submit, listed).await),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("{here}?fait={done}"))),
        Err(SharingError::Request(error)) => Err(error.into()),
        Err(error) => {
            let typed = SharingForm { email: email.to_owned(), may_submit, error: error.sentence(), done: None };
            present(&app, &visitor, &actor, id, typed, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
