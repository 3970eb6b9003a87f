//! The catalogue files: seen, edited, published.

pub mod creation;
pub mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, catalogue::FileError, routes as paths};
use habilitation::publishing::{OpenedFile, PublishError, Publishing};
use serde::Deserialize;
use web::{App, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, see_other, signed_in};

use crate::{
    catalogue::{
        creation::{NewPage, NewRefusal, new_page},
        page::{Refusal, TextPage, file_page, files_page, text_page, version_page},
    },
    home::admin_page,
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(paths::CATALOGUE_FILES, list)
        .get(paths::CATALOGUE_NEW, begin)
        .post(paths::CATALOGUE_NEW, create)
        .get(paths::CATALOGUE_FILE, file)
        .get(paths::CATALOGUE_TEXT, text)
        .post(paths::CATALOGUE_TEXT, publish)
        .get(paths::CATALOGUE_VERSION, version)
}

/// The files do not exist for whoever is no administrator.
fn publishing<'a>(app: &'a App, actor: &'a Actor) -> Result<Publishing<'a>, WebError> {
    app.habilitation.publishing(actor).ok_or(WebError::NotFound)
}

const NO_REASON: &str = "Donnez le motif de la publication.";

async fn list(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn) -> Result<Response, WebError> {
    let files = publishing(&app, &actor)?.files().await?;
    Ok(admin_page(&app, &visitor, "Catalogue").show(|| files_page(&files)))
}

#[derive(Debug, Default, Deserialize)]
struct Shown {
    forme: Option<String>,
    publiee: Option<String>,
}

async fn file(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(file): Path<String>,
    Query(shown): Query<Shown>,
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

async fn publish(State(app): State<App>, Path(file): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::catalogue_text(&file))?;
    let publishing = publishing(&app, actor)?;
    let typed = Typed { text: form.data.text("texte").replace("\r\n", "\n"), reason: form.data.text("motif").to_owned() };
    let seen = form.data.text("version").parse().unwrap_or(0);
    let outcome = if form.data.text("action") == "publier" {
        publishing.publish(&file, &typed.text, &typed.reason, seen).await.map(Some)
    } else {
        publishing.try_out(&file, &typed.text).await.map(|_| None)
    };
    let opened = publishing.open(&file).await?;
    let refusal = match outcome {
        Ok(Some(_)) => return Ok(see_other(&paths::with_query(&paths::catalogue_file(&file), &[("publiee", "1")]))),
        Ok(None) => return Ok(show(&app, &form.visitor, &opened, &typed, None, true)),
        Err(PublishError::Invalid(error)) => Refusal::Wrong(told(&error, &file)),
        Err(PublishError::Breaks(broken)) => Refusal::Breaks(broken),
        Err(PublishError::Reason(error)) => Refusal::Reason(error.or_missing(NO_REASON)),
        Err(PublishError::Unchanged) => Refusal::Unchanged,
        Err(PublishError::Stale) => Refusal::Stale,
        Err(error) => return Err(error.into()),
    };
    Ok(show(&app, &form.visitor, &opened, &typed, Some(&refusal), false))
}

/// A mistake may be told in another file than the one that is written: one that names it.
fn told(error: &FileError, file: &str) -> String {
    let told = error.in_french();
    if error.file == format!("{file}.toml") { told } else { format!("Fichier {}. {told}", error.file) }
}

#[derive(Debug, Default, Deserialize)]
struct Beginning {
    modele: Option<String>,
}

async fn begin(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(Beginning { modele }): Query<Beginning>,
) -> Result<Response, WebError> {
    let publishing = publishing(&app, &actor)?;
    let model = modele.filter(|slug| !slug.is_empty());
    let text = publishing.beginning(model.as_deref()).await?;
    let files = publishing.files().await?;
    let shown = NewPage { files: &files, model: model.as_deref(), slug: "", text: &text, reason: "", refusal: None, form: None, csrf: &visitor.csrf };
    Ok(admin_page(&app, &visitor, "Nouveau service").show(|| new_page(&shown)))
}

async fn create(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::CATALOGUE_NEW.to_owned())?;
    let publishing = publishing(&app, actor)?;
    let (slug, text, reason) = (form.data.text("identifiant").trim(), form.data.text("texte").replace("\r\n", "\n"), form.data.text("motif"));
    let tried = publishing.try_new(slug, &text).await;
    let outcome = match tried {
        Ok(_) if form.data.text("action") == "publier" => match publishing.publish_new(slug, &text, reason).await {
            Ok(()) => return Ok(see_other(&paths::with_query(&paths::catalogue_file(slug), &[("publiee", "1")]))),
            Err(error) => Err(error),
        },
        Ok(tried) => Ok(tried.catalogue.form_now(slug, None).cloned()),
        Err(error) => Err(error),
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
    let shown = NewPage { files: &files, model: None, slug, text: &text, reason, refusal, form: seen.as_ref(), csrf: &form.visitor.csrf };
    Ok(admin_page(&app, &form.visitor, "Nouveau service").status(status).show(|| new_page(&shown)))
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
