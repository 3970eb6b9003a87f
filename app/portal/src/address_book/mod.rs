//! The contacts an organisation keeps at hand.

pub mod page;

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, routes as paths};
use habilitation::address_book::{BookError, Person};
use web::{App, FormData, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, see_other, signed_in};

use crate::address_book::page::{self as pages, BookForm};

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
    Ok(page.show(|| pages::page(&organisation, &contacts, &form, &visitor.csrf)))
}

fn person(data: &FormData) -> Person {
    let text = |name: &str| data.text(name).to_owned();
    Person {
        given_name: text("given_name"),
        family_name: text("family_name"),
        job_title: text("job_title"),
        email: text("email"),
        phone: text("phone"),
    }
}

async fn change(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::SAVED_CONTACTS.to_owned())?;
    let (data, here) = (&form.data, format!("{}?fait=1", paths::SAVED_CONTACTS));
    if data.has("supprimer") {
        app.habilitation.remove_contact(actor, id_of(data.text("supprimer"))?).await?;
        return Ok(see_other(&here));
    }
    let (contact, person) = (data.text("contact").to_owned(), person(data));
    let id = if contact.is_empty() { None } else { Some(id_of(&contact)?) };
    let refused = match app.habilitation.save_contact(actor, id, &person).await {
        Ok(()) => return Ok(see_other(&here)),
        Err(BookError::Refused(problems)) => BookForm { contact, person, problems, ..BookForm::default() },
        Err(BookError::TooMany) => BookForm { person, too_many: true, ..BookForm::default() },
        Err(error) => return Err(error.into()),
    };
    present(&app, &form.visitor, actor, refused, StatusCode::UNPROCESSABLE_ENTITY).await
}
