//! Templates of answers, which reviewers insert in a decision.

mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    ids::TemplateId,
    routes as paths,
    template::{self, TemplateKind},
};
use habilitation::reviews::{Reviewing, TemplateError, TemplateForm, TemplateProblems};
use ui::{fields, shell::NavItem, verbs};
use web::{ActorForm, App, Done, FormData, Page, Routes, SignedIn, Visitor, WebError, id_of, id_once, see_other};

use self::page::{TemplatePage, template_page, templates_page};
use crate::shared::reviewing;

fields! {
    enum Sent {
        Service = "service",
        /// The decision the template is for.
        Decision = "decision",
        Title = "titre",
        Body = "texte",
        Action = "action",
    }
}

verbs! {
    enum Action {
        Save = "enregistrer",
        Preview = "apercu",
        Remove = "supprimer",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::TEMPLATES, list)
        .get(paths::NEW_TEMPLATE, new)
        .post(paths::NEW_TEMPLATE, create)
        .get(paths::TEMPLATE, edit)
        .post(paths::TEMPLATE, change)
}

const DONE: [(&str, &str); 2] = [("enregistre", "Modèle enregistré"), ("supprime", "Modèle supprimé")];

async fn list(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Query(done): Query<Done>) -> Result<Response, WebError> {
    let reviewing = reviewing(&app, &actor)?;
    let templates = reviewing.templates().await?;
    let may_add = !reviewing.managed().is_empty();
    let name = |slug: &str| app.habilitation.service(slug).map(|service| service.name.clone()).unwrap_or_default();
    Ok(Page::new(&app, &visitor, "Modèles de réponse").at(NavItem::Review).show(|| templates_page(&templates, name, may_add, done.sentence(&DONE))))
}

/// 404 for whoever manages no service: only managers change templates.
fn managing<'a>(app: &'a App, actor: &'a domain::actor::Actor) -> Result<Reviewing<'a>, WebError> {
    let reviewing = reviewing(app, actor)?;
    if reviewing.managed().is_empty() { Err(WebError::NotFound) } else { Ok(reviewing) }
}

/// What the page of a template shows.
struct Shown<'a> {
    id: Option<TemplateId>,
    form: &'a TemplateForm,
    problems: &'a TemplateProblems,
    preview: bool,
}

fn page(app: &App, visitor: &Visitor, reviewing: &Reviewing<'_>, shown: &Shown<'_>) -> Response {
    let Shown { id, form, problems, preview } = *shown;
    let status = if *problems == TemplateProblems::default() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let services = reviewing.managed();
    let page = TemplatePage { id, services: &services, form, problems, preview, csrf: &visitor.csrf };
    Page::new(app, visitor, "Modèle de réponse").at(NavItem::Review).status(status).show(|| template_page(&page))
}

fn typed(data: &FormData) -> TemplateForm {
    TemplateForm {
        service: data.get(Sent::Service).to_owned(),
        kind: TemplateKind::parse(data.get(Sent::Decision)),
        title: data.get(Sent::Title).to_owned(),
        body: data.get(Sent::Body).replace("\r\n", "\n"),
    }
}

async fn new(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn) -> Result<Response, WebError> {
    let reviewing = managing(&app, &actor)?;
    let shown = Shown { id: None, form: &TemplateForm::default(), problems: &TemplateProblems::default(), preview: false };
    Ok(page(&app, &visitor, &reviewing, &shown))
}

async fn create(State(app): State<App>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let reviewing = managing(&app, &actor)?;
    let sent = typed(&data);
    let action = data.verb(Sent::Action);
    let problems = match action {
        Some(Action::Preview) => unknown_variable(&sent),
        Some(Action::Save | Action::Remove) | None => {
            let id: TemplateId = id_once(&app, &actor, &data, paths::NEW_TEMPLATE, &[]);
            match reviewing.add_template(id, &sent).await {
                Ok(()) => return Ok(see_other(&format!("{}?fait=enregistre", paths::TEMPLATES))),
                Err(TemplateError::Refused(problems)) => *problems,
                Err(error) => return Err(error.into()),
            }
        }
    };
    let preview = action == Some(Action::Preview) && problems == TemplateProblems::default();
    Ok(page(&app, &visitor, &reviewing, &Shown { id: None, form: &sent, problems: &problems, preview }))
}

fn unknown_variable(form: &TemplateForm) -> TemplateProblems {
    TemplateProblems { body: template::check(&form.body).err().map(|error| error.sentence()), ..TemplateProblems::default() }
}

async fn edit(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let id: TemplateId = id_of(&id)?;
    let reviewing = managing(&app, &actor)?;
    let stored = reviewing.template(id).await?;
    let form = TemplateForm { service: stored.service, kind: Some(stored.kind), title: stored.title, body: stored.body };
    Ok(page(&app, &visitor, &reviewing, &Shown { id: Some(id), form: &form, problems: &TemplateProblems::default(), preview: false }))
}

async fn change(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id: TemplateId = id_of(&id)?;
    let reviewing = managing(&app, &actor)?;
    let stored = reviewing.template(id).await?;
    let sent = TemplateForm { service: stored.service, kind: Some(stored.kind), ..typed(&data) };
    let action = data.verb(Sent::Action);
    let problems = match action {
        Some(Action::Preview) => unknown_variable(&sent),
        Some(Action::Remove) => {
            reviewing.remove_template(id).await?;
            return Ok(see_other(&format!("{}?fait=supprime", paths::TEMPLATES)));
        }
        Some(Action::Save) | None => match reviewing.rewrite_template(id, &sent).await {
            Ok(()) => return Ok(see_other(&format!("{}?fait=enregistre", paths::TEMPLATES))),
            Err(TemplateError::Refused(problems)) => *problems,
            Err(error) => return Err(error.into()),
        },
    };
    let preview = action == Some(Action::Preview) && problems == TemplateProblems::default();
    Ok(page(&app, &visitor, &reviewing, &Shown { id: Some(id), form: &sent, problems: &problems, preview }))
}
