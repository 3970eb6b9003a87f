//! The page of the journal: its filters, and its lines in a table.

use domain::{administration::AdminKind, calendar, routes, traces};
use habilitation::{
    administration::EventLine,
    requests::{PAGE, Page},
};
use leptos::prelude::*;
use ui::{cells, components::*};

use crate::{
    filters::{Filters, filter_form},
    shared::way,
};

pub fn journal_page(page: Page<EventLine>, number: u32, filters: &Filters) -> impl IntoView + use<> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let lead = match page.total {
        0 => "Aucune ligne.".to_owned(),
        1 => "Une ligne.".to_owned(),
        many => format!("{many} lignes, la plus récente d’abord."),
    };
    let rows: Vec<_> = page.items.iter().map(row).collect();
    let columns = ["Date", "Acte", "Par", "Pour", "Avant", "Après", "Motif"].map(Column::text).to_vec();
    let table = (!rows.is_empty())
        .then(|| view! { <Table id="journal" caption="Journal de l’administration" caption_hidden=true columns=columns rows=rows /> });
    let kinds = AdminKind::ALL.map(|kind| Choice::new(kind.as_str(), kind.label())).to_vec();
    view! {
        <Breadcrumb parents=way(&[]) current="Journal de l’administration" />
        <PageTitle title="Journal de l’administration" lead=lead />
        {filter_form(filters, routes::ADMIN_JOURNAL, ("Acte", "Tous les actes"), kinds, "Nom ou adresse, de qui a agi ou de qui est concerné.")}
        {table}
        <Pagination current=number total=pages base=filters.base(routes::ADMIN_JOURNAL) />
    }
}

fn row(line: &EventLine) -> Vec<AnyView> {
    let EventLine { event, actor, about } = line;
    // A dash, since an empty cell could be taken for a fault of the page.
    let text = |text: &str| view! { <span class="hb-prewrap">{if text.is_empty() { "–".to_owned() } else { text.to_owned() }}</span> };
    cells![
        calendar::french_moment(event.at),
        event.kind.label(),
        actor.clone().unwrap_or_else(|| nobody(event.kind).to_owned()),
        about.clone().unwrap_or_else(|| "–".to_owned()),
        text(&event.before),
        text(&event.after),
        event.erased_at.map_or_else(|| text(&event.reason), |at| text(&traces::erased(at))),
    ]
}

/// The author of a line that no account wrote.
fn nobody(kind: AdminKind) -> &'static str {
    if kind == AdminKind::AccountExpired { "Habilis" } else { "Ligne de commande" }
}
