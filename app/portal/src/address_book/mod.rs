//! The contacts an organisation saves, to name them in its requests without typing them again.

mod page;

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, routes as paths};
use habilitation::address_book::{BookError, Person};
use ui::fields;
use web::{ActorForm, App, FormData, Page, Routes, SignedIn, Visitor, WebError, id_of, see_other};

use self::page::BookForm;

fields! {
    /// What the forms of the page send.
    enum Sent {
        /// The contact to change; empty for a new one.
        Contact = "contact",
        Remove = "supprimer",
        GivenName = "given_name",
        FamilyName = "family_name",
        JobTitle = "job_title",
        Email = "email",
        Phone = "phone",
    }
}

pub fn routes() -> Routes {
    Routes::new().get(paths::SAVED_CONTACTS, show).post(paths::SAVED_CONTACTS, change)
}

async fn show(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let form = BookForm { done: query.contains_key("fait"), ..BookForm::default() };
    present(&app, &visitor, &actor, form, StatusCode::OK).await
}

async fn present(app: &App, visitor: &Visitor, actor: &Actor, form: BookForm, status: StatusCode) -> Result<Response, WebError> {
    let (organisation, contacts) = app.habilitation.address_book(actor).await?;
    let page = Page::new(app, visitor, "Contacts de votre organisation").status(status);
    Ok(page.show(|| page::page(&organisation, &contacts, &form, &visitor.csrf)))
}

fn person(data: &FormData) -> Person {
    let text = |field| data.get(field).to_owned();
    Person {
        given_name: text(Sent::GivenName),
        family_name: text(Sent::FamilyName),
        job_title: text(Sent::JobTitle),
        email: text(Sent::Email),
        phone: text(Sent::Phone),
    }
}

async fn change(State(app): State<App>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let here = format!("{}?fait=1", paths::SAVED_CONTACTS);
    if data.holds(Sent::Remove) {
        app.habilitation.remove_contact(&actor, id_of(data.get(Sent::Remove))?).await?;
        return Ok(see_other(&here));
    }
    let (contact, person) = (data.get(Sent::Contact).to_owned(), person(&data));
    let id = if contact.is_empty() { None } else { Some(id_of(&contact)?) };
    let refused = match app.habilitation.save_contact(&actor, id, &person).await {
        Ok(()) => return Ok(see_other(&here)),
        Err(BookError::Refused(problems)) => BookForm { contact, person, problems, ..BookForm::default() },
        Err(BookError::TooMany) => BookForm { person, too_many: true, ..BookForm::default() },
        Err(error) => return Err(error.into()),
    };
    present(&app, &visitor, &actor, refused, StatusCode::UNPROCESSABLE_ENTITY).await
}
