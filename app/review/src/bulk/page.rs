//! The page that asks to confirm, and the page that tells what was decided for each request.

use domain::{request::Decision, routes};
use habilitation::reviews::Picked;
use leptos::prelude::*;
use ui::{
    cells,
    components::{
        Alert, Badge, Breadcrumb, Button, ButtonKind, Buttons, Column, ErrorSummary, Field, HiddenField, LinkButton, PageTitle, PostForm, Table,
        TextareaField, Tone, errors_of,
    },
};
use web::request::read::title_of;

use super::Action;
use crate::{queue::Bulk, shared::way};

/// What the page of confirmation shows.
pub struct BulkPage<'a> {
    pub picked: &'a [Picked],
    pub decision: Decision,
    pub reason: &'a str,
    pub error: Option<String>,
    /// The query of the list the requests were picked in.
    pub back: &'a str,
    pub csrf: &'a str,
}

fn requests(count: usize) -> String {
    if count == 1 { "1 demande".to_owned() } else { format!("{count} demandes") }
}

fn table(picked: &[Picked], done: bool) -> AnyView {
    let rows: Vec<Vec<AnyView>> = picked
        .iter()
        .map(|one| {
            let name = view! { <a href=routes::review_request(one.pick.request)>{title_of(&one.title)}</a> };
            let outcome = match (&one.obstacle, done) {
                (Some(obstacle), _) => {
                    view! { <Badge label="Laissée de côté" tone=Tone::Warning /> <p class="hb-line">{obstacle.clone()}</p> }.into_any()
                }
                (None, true) => view! { <Badge label="Décidée" tone=Tone::Success /> }.into_any(),
                (None, false) => "À décider".into_any(),
            };
            cells![name, format!("D{}", one.number), one.organisation.clone(), one.team.clone(), outcome]
        })
        .collect();
    let columns = ["Projet", "Numéro", "Organisation", "Équipe", "Décision"].map(Column::text).to_vec();
    view! { <Table id="lot" caption="Les demandes choisies" caption_hidden=true columns=columns rows=rows /> }.into_any()
}

pub fn bulk_page(page: &BulkPage<'_>) -> impl IntoView + use<> {
    let BulkPage { picked, decision, reason, back, csrf, .. } = *page;
    let able = picked.iter().filter(|one| one.obstacle.is_none()).count();
    let title = if decision == Decision::Approve { "Valider plusieurs demandes" } else { "Demander des modifications à plusieurs demandes" };
    let field = Field::new(Bulk::Reason, if decision == Decision::Approve { "Votre message" } else { "Ce qu’il faut modifier" })
        .hint("Chaque demandeur lira ce texte.")
        .value(reason)
        .error(page.error.clone());
    let errors = errors_of([&field]);
    let field = if decision == Decision::Approve { field.optional() } else { field };
    let hidden: Vec<AnyView> = picked.iter().map(|one| view! { <HiddenField name=Bulk::Pick value=one.pick.to_string() /> }.into_any()).collect();
    let cancel = format!("{}?{back}", routes::REVIEW_QUEUE);
    let (back, csrf) = (back.to_owned(), csrf.to_owned());
    let send = (able > 0).then(|| view! { <Button label=format!("Confirmer pour {}", requests(able)) name=Bulk::Action value=Action::Confirm /> });
    view! {
        <Breadcrumb parents=way(&[]) current=title />
        <ErrorSummary errors=errors />
        <PageTitle title=title lead="Relisez la liste, puis confirmez. Chaque demande est décidée telle que vous l’avez vue." />
        {table(picked, false)}
        <PostForm action=routes::REVIEW_BULK csrf=csrf>
            {hidden}
            <HiddenField name=Bulk::Decision value=decision.as_str() />
            <HiddenField name=Bulk::Back value=back />
            <TextareaField field=field />
            <Buttons>
                {send}
                <LinkButton href=cancel label="Annuler" kind=ButtonKind::Tertiary />
            </Buttons>
        </PostForm>
    }
}

pub fn bulk_result_page(picked: &[Picked], back: &str) -> impl IntoView + use<> {
    let done = picked.iter().filter(|one| one.obstacle.is_none()).count();
    let (tone, title) = match (done, picked.len() - done) {
        (0, _) => (Tone::Error, "Aucune demande n’a été décidée".to_owned()),
        (1, 0) => (Tone::Success, "La demande est décidée".to_owned()),
        (all, 0) => (Tone::Success, format!("Les {all} demandes sont décidées")),
        (some, left) => {
            let (decided, aside) = (if some == 1 { "décidée" } else { "décidées" }, if left == 1 { "laissée" } else { "laissées" });
            (Tone::Warning, format!("{} {decided}, {left} {aside} de côté", requests(some)))
        }
    };
    let back = format!("{}?{back}", routes::REVIEW_QUEUE);
    view! {
        <Breadcrumb parents=way(&[]) current="Décisions" />
        <Alert tone=tone title=title live=true />
        <PageTitle title="Ce qui a été fait" />
        {table(picked, true)}
        <p><LinkButton href=back label="Revenir à la liste" kind=ButtonKind::Secondary /></p>
    }
}
