//! What happened to the safety of accounts, for those who run the site.

use domain::{calendar, routes, security::SecurityKind};
use habilitation::{
    administration::SecurityLine,
    requests::{PAGE, Page},
};
use leptos::prelude::*;

use super::{
    journal::{JournalFilters, filter_form},
    way,
};
use crate::{cells, components::*};

const TITLE: &str = "Événements de sécurité";

pub fn security_page(page: Page<SecurityLine>, number: u32, filters: &JournalFilters) -> impl IntoView + use<> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let lead = match page.total {
        0 => String::new(),
        1 => "Un événement.".to_owned(),
        many => format!("{many} événements, le plus récent d’abord."),
    };
    let rows: Vec<_> = page.items.iter().map(row).collect();
    let columns = ["Date", "Événement", "Personne", "Réseau", "Détail"].map(Column::text).to_vec();
    let kinds = SecurityKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label())).collect();
    let query = [("acte", &*filters.kind), ("personne", &filters.person), ("du", &filters.from), ("au", &filters.until)];
    let base = format!("{}&page=", routes::with_query(routes::ADMIN_SECURITY, &query));
    view! {
        <Breadcrumb parents=way(&[]) current=TITLE />
        <PageTitle title=TITLE lead=lead />
        <p>"Les réseaux sont tronqués. Chaque événement est conservé un an."</p>
        {filter_form(filters, routes::ADMIN_SECURITY, ("Événement", "Tous les événements"), kinds, "Nom ou adresse.")}
        {if rows.is_empty() {
            view! { <EmptyState title="Aucun événement" text="Rien de tel ne s’est produit, ou pas pendant cette période." /> }.into_any()
        } else {
            view! { <Table id="evenements" caption=TITLE caption_hidden=true columns=columns rows=rows /> }.into_any()
        }}
        <Pagination current=number total=pages base=base />
    }
}

fn row(line: &SecurityLine) -> Vec<AnyView> {
    let SecurityLine { event, person } = line;
    let or_dash = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    cells![
        calendar::french_moment(event.at),
        event.kind.label(),
        person.clone().unwrap_or_else(|| "Aucun compte".to_owned()),
        or_dash(&event.network),
        or_dash(&event.detail),
    ]
}
