//! « Mes demandes »: where each one stands and what is expected of whom.

use std::collections::HashMap;

use domain::{
    calendar,
    ids::RequestId,
    request::{State, Turn},
    routes,
};
use habilitation::requests::{Line, PAGE, Page};
use leptos::prelude::*;

use super::read::{badges, title_of};
use crate::{
    cells,
    components::{Column, EmptyState, LinkButton, PageTitle, Pagination, Table},
    messages,
};

/// `service_name` gives a service's name by its slug; `unread` the messages of each line that were not read.
pub fn list_page<N: Fn(&str) -> String>(page: Page<Line>, number: u32, service_name: N, unread: &HashMap<RequestId, u64>) -> impl IntoView + use<N> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let total = match page.total {
        0 => String::new(),
        1 => "Une demande.".to_owned(),
        many => format!("{many} demandes, la plus récente d’abord."),
    };
    let rows = page
        .items
        .iter()
        .map(|line| {
            let waiting = messages::unread(unread.get(&line.id).copied().unwrap_or(0));
            let name = view! { <a href=routes::request(line.id)>{title_of(&line.title)}</a>" "{waiting} };
            cells![
                name,
                format!("D{}", line.number),
                service_name(&line.service),
                badges(line.state, line.reopened),
                expected(line),
                calendar::french_date(calendar::paris_date(line.updated_at)),
            ]
        })
        .collect::<Vec<_>>();
    let empty = rows.is_empty();
    let columns = ["Projet", "Numéro", "Service", "État", "La suite", "Modifiée le"].map(Column::text).to_vec();
    view! {
        <PageTitle title="Mes demandes" lead=total />
        {if empty {
            view! {
                <EmptyState title="Vous n’avez pas encore de demande" text="Choisissez un service pour commencer\u{a0}: votre brouillon est enregistré au fil de la saisie.">
                    <LinkButton href=routes::CATALOGUE label="Voir les services" />
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <p><LinkButton href=routes::CATALOGUE label="Nouvelle demande" /></p>
                <Table id="demandes" caption="Mes demandes" caption_hidden=true columns=columns rows=rows />
                <Pagination current=number total=pages base=format!("{}?page=", routes::REQUESTS) />
            }
            .into_any()
        }}
    }
}

fn expected(line: &Line) -> String {
    match line.state {
        State::Draft => "À compléter et à transmettre".into(),
        State::UnderReview => {
            let promised = line.pending.iter().filter_map(Turn::due).max().map(calendar::french_date);
            promised.map(|day| format!("Réponse avant le {day}")).unwrap_or_default()
        }
        State::ChangesRequested => "Vos modifications sont attendues".into(),
        State::Approved => "Habilitation active".into(),
        State::Refused | State::Revoked | State::Archived => "Terminée".into(),
    }
}
