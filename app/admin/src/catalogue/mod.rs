//! The files of the catalogue: an administrator reads them, edits their text and publishes a new version.

mod creation;
mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, catalogue::FileError, routes as paths};
use habilitation::publishing::{OpenedFile, PublishError, Publishing};
use serde::Deserialize;
use ui::{fields, verbs};
use web::{ActorForm, App, FormData, Routes, SignedIn, Visitor, WebError, id_of, see_other};

use self::{
    creation::{NewPage, NewRefusal, new_page},
    page::{Refusal, TextPage, file_page, files_page, text_page, version_page},
};
use crate::shared::admin_page;

fields! {
    enum Sent {
        /// The identifier of a new service.
        Slug = "identifiant",
        /// The file that a new one is copied from.
        Model = "modele",
        Text = "texte",
        Reason = "motif",
        Action = "action",
    }
}

verbs! {
    enum Action {
        Check = "verifier",
        Publish = "publier",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::CATALOGUE_FILES, list)
        .get(paths::CATALOGUE_NEW, begin)
        .post(paths::CATALOGUE_NEW, create)
        .get(paths::CATALOGUE_FILE, file)
        .get(paths::CATALOGUE_TEXT, text)
        .post(paths::CATALOGUE_TEXT, publish)
        .get(paths::CATALOGUE_VERSION, version)
}

/// 404 for whoever is not an administrator.
fn publishing<'a>(app: &'a App, actor: &'a Actor) -> Result<Publishing<'a>, WebError> {
    app.habilitation.publishing(actor).ok_or(WebError::NotFound)
}

const NO_REASON: &str = "Donnez le motif de la publication.";

async fn list(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn) -> Result<Response, WebError> {
    let files = publishing(&app, &actor)?.files().await?;
    Ok(admin_page(&app, &visitor, "Catalogue").show(|| files_page(&files)))
}

/// The variant of the form to show, and whether a version was just published.
#[derive(Debug, Default, Deserialize)]
struct FileQuery {
    forme: Option<String>,
    publiee: Option<String>,
}

async fn file(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(file): Path<String>,
    Query(shown): Query<FileQuery>,
) -> Result<Response, WebError> {
    let opened = publishing(&app, &actor)?.open(&file).await?;
    let catalogue = app.cx.catalogue();
    let variant = shown.forme.as_deref().filter(|slug| catalogue.form_now(&file, Some(slug)).is_some());
    let form = catalogue.form_now(&file, variant);
    let title = opened.name.clone();
    Ok(admin_page(&app, &visitor, title).show(|| file_page(&opened, form, variant, shown.publiee.is_some())))
}

async fn text(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(file): Path<String>) -> Result<Response, WebError> {
    let opened = publishing(&app, &actor)?.open(&file).await?;
    let typed = Typed { text: opened.text.clone(), reason: String::new() };
    Ok(show(&app, &visitor, &opened, &typed, None, false))
}

struct Typed {
    text: String,
    reason: String,
}

fn show(app: &App, visitor: &Visitor, opened: &OpenedFile, typed: &Typed, refusal: Option<&Refusal>, checked: bool) -> Response {
    let status = match refusal {
        None => StatusCode::OK,
        Some(Refusal::Stale | Refusal::Breaks(_)) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let shown = TextPage { opened, text: &typed.text, reason: &typed.reason, refusal, checked, csrf: &visitor.csrf };
    admin_page(app, visitor, format!("Modifier {}", opened.name)).status(status).show(|| text_page(&shown))
}

async fn publish(State(app): State<App>, Path(file): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let publishing = publishing(&app, &actor)?;
    let typed = Typed { text: data.get(Sent::Text).replace("\r\n", "\n"), reason: data.get(Sent::Reason).to_owned() };
    let seen = u32::try_from(data.version()).unwrap_or(0);
    let outcome = match data.verb(Sent::Action) {
        Some(Action::Publish) => publishing.publish(&file, &typed.text, &typed.reason, seen).await.map(Some),
        Some(Action::Check) | None => publishing.try_out(&file, &typed.text).await.map(|_| None),
    };
    let opened = publishing.open(&file).await?;
    let refusal = match outcome {
        Ok(Some(_)) => return Ok(see_other(&paths::with_query(&paths::catalogue_file(&file), &[("publiee", "1")]))),
        Ok(None) => return Ok(show(&app, &visitor, &opened, &typed, None, true)),
        Err(PublishError::Invalid(error)) => Refusal::Wrong(told(&error, &file)),
        Err(PublishError::Breaks(broken)) => Refusal::Breaks(broken),
        Err(PublishError::Reason(error)) => Refusal::Reason(error.or_missing(NO_REASON)),
        Err(PublishError::Unchanged) => Refusal::Unchanged,
        Err(PublishError::Stale) => Refusal::Stale,
        Err(error) => return Err(error.into()),
    };
    Ok(show(&app, &visitor, &opened, &typed, Some(&refusal), false))
}

/// The mistake, with the name of its file when it is not the file being written but another one that refers to it.
fn told(error: &FileError, file: &str) -> String {
    let told = error.in_french();
    if error.file == format!("{file}.toml") { told } else { format!("Fichier {}. {told}", error.file) }
}

async fn begin(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Query(query): Query<FormData>) -> Result<Response, WebError> {
    let publishing = publishing(&app, &actor)?;
    let model = Some(query.get(Sent::Model)).filter(|slug| !slug.is_empty());
    let text = publishing.beginning(model).await?;
    let files = publishing.files().await?;
    let shown = NewPage { files: &files, model, slug: "", text: &text, reason: "", refusal: None, form: None, csrf: &visitor.csrf };
    Ok(admin_page(&app, &visitor, "Nouveau service").show(|| new_page(&shown)))
}

async fn create(State(app): State<App>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let publishing = publishing(&app, &actor)?;
    let (slug, text, reason) = (data.get(Sent::Slug).trim(), data.get(Sent::Text).replace("\r\n", "\n"), data.get(Sent::Reason));
    let tried = publishing.try_new(slug, &text).await;
    let outcome = match (tried, data.verb(Sent::Action)) {
        (Ok(_), Some(Action::Publish)) => match publishing.publish_new(slug, &text, reason).await {
            Ok(()) => return Ok(see_other(&paths::with_query(&paths::catalogue_file(slug), &[("publiee", "1")]))),
            Err(error) => Err(error),
        },
        (Ok(tried), Some(Action::Check) | None) => Ok(tried.catalogue.form_now(slug, None).cloned()),
        (Err(error), _) => Err(error),
    };
    let (refusal, seen) = match outcome {
        Ok(seen) => (None, seen),
        Err(PublishError::Invalid(error)) => (Some(NewRefusal::Text(told(&error, slug))), None),
        Err(PublishError::Slug(problem)) => (Some(NewRefusal::Slug(problem.sentence())), None),
        Err(PublishError::Reason(error)) => (Some(NewRefusal::Reason(error.or_missing(NO_REASON))), None),
        Err(error) => return Err(error.into()),
    };
    let files = publishing.files().await?;
    let status = if refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let refusal = refusal.as_ref();
    let shown = NewPage { files: &files, model: None, slug, text: &text, reason, refusal, form: seen.as_ref(), csrf: &visitor.csrf };
    Ok(admin_page(&app, &visitor, "Nouveau service").status(status).show(|| new_page(&shown)))
}

async fn version(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path((file, version)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let opened = publishing(&app, &actor)?.open(&file).await?;
    let number: u32 = id_of(&version)?;
    let place = opened.versions.iter().position(|line| line.version == number).ok_or(WebError::NotFound)?;
    let (Some(line), before) = (opened.versions.get(place), opened.versions.get(place + 1)) else { return Err(WebError::NotFound) };
    let title = format!("{}, version {number}", opened.name);
    Ok(admin_page(&app, &visitor, title).show(|| version_page(&opened, line, before)))
}
