//! The list of impersonations, and the page of one of them.

use domain::{calendar, routes};
use habilitation::{
    administration::{Action, ImpersonationLine},
    requests::{PAGE, Page},
};
use leptos::prelude::*;
use ui::{cells, components::*};

use crate::shared::way;

const TITLE: &str = "Prises en main";

fn pages(total: u64) -> u32 {
    u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX)
}

pub fn impersonations_page(page: Page<ImpersonationLine>, number: u32) -> impl IntoView + use<> {
    let lead = match page.total {
        0 => "Aucune prise en main.".to_owned(),
        1 => "Une prise en main.".to_owned(),
        many => format!("{many} prises en main, la plus récente d’abord."),
    };
    let rows: Vec<_> = page
        .items
        .iter()
        .map(|line| {
            let one = &line.impersonation;
            cells![
                view! { <a href=routes::impersonation(one.id)>{calendar::french_moment(one.started_at)}</a> },
                line.admin.clone(),
                line.person.clone(),
                view! { <span class="hb-prewrap">{one.reason.clone()}</span> },
                ended(line),
            ]
        })
        .collect();
    let columns = ["Début", "Par", "À la place de", "Motif", "Fin"].map(Column::text).to_vec();
    let table = (!rows.is_empty()).then(|| view! { <Table id="prises" caption=TITLE caption_hidden=true columns=columns rows=rows /> });
    view! {
        <Breadcrumb parents=way(&[]) current=TITLE />
        <PageTitle title=TITLE lead=lead />
        {table}
        <Pagination current=number total=pages(page.total) base=format!("{}?page=", routes::IMPERSONATIONS) />
    }
}

fn ended(line: &ImpersonationLine) -> String {
    match line.impersonation.ended_at {
        _ if line.under_way => "En cours".to_owned(),
        Some(at) => calendar::french_moment(at),
        None => format!("{} (durée écoulée)", calendar::french_moment(line.impersonation.ends_at)),
    }
}

pub fn impersonation_page(line: &ImpersonationLine, actions: Page<Action>, number: u32) -> impl IntoView + use<> {
    let one = &line.impersonation;
    let title = format!("{} à la place de {}", line.admin, line.person);
    let rows = vec![
        SummaryRow::text("Début", calendar::french_moment(one.started_at)),
        SummaryRow::text("Fin", ended(line)),
        SummaryRow::text("Motif", one.reason.clone()),
    ];
    let done: Vec<_> = actions
        .items
        .iter()
        .map(|action| cells![calendar::french_moment(action.at), view! { <code>{action.route.clone()}</code> }, named(action), outcome(action)])
        .collect();
    let columns = ["Date", "Adresse", "Identifiants", "Issue"].map(Column::text).to_vec();
    let table = if done.is_empty() {
        view! { <p>"Rien n’a été modifié."</p> }.into_any()
    } else {
        view! { <Table id="actes" caption="Actes" caption_hidden=true columns=columns rows=done /> }.into_any()
    };
    view! {
        <Breadcrumb parents=way(&[(routes::IMPERSONATIONS, TITLE)]) current=title.clone() />
        <PageTitle title=title />
        <SummaryList rows=rows />
        <h2 class="fr-h4">"Ce qui a été envoyé"</h2>
        {table}
        <Pagination current=number total=pages(actions.total) base=format!("{}?page=", routes::impersonation(one.id)) />
    }
}

/// The ids that the address of the form held, such as that of a request.
fn named(action: &Action) -> String {
    if action.ids.is_empty() { "Aucun".to_owned() } else { action.ids.clone() }
}

fn outcome(action: &Action) -> &'static str {
    match action.status {
        None => "Inconnue",
        Some(status) if status < 400 => "Faite",
        Some(_) => "Refusée",
    }
}
