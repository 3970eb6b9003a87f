//! The administration's journal: who changed what, for whom, when and why.

use domain::{administration::AdminKind, calendar, routes, traces};
use habilitation::{
    administration::EventLine,
    requests::{PAGE, Page},
};
use leptos::prelude::*;
use ui::{cells, components::*};

use crate::home::page::way;

/// The filters as they were typed.
#[derive(Debug, Clone, Default)]
pub struct JournalFilters {
    pub kind: String,
    pub person: String,
    pub from: String,
    pub until: String,
}

pub fn journal_page(page: Page<EventLine>, number: u32, filters: &JournalFilters) -> impl IntoView + use<> {
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
    let query = [("acte", &*filters.kind), ("personne", &filters.person), ("du", &filters.from), ("au", &filters.until)];
    let base = format!("{}&page=", routes::with_query(routes::ADMIN_JOURNAL, &query));
    view! {
        <Breadcrumb parents=way(&[]) current="Journal de l’administration" />
        <PageTitle title="Journal de l’administration" lead=lead />
        {filter_form(filters, routes::ADMIN_JOURNAL, ("Acte", "Tous les actes"), kinds, "Nom ou adresse, de qui a agi ou de qui est concerné.")}
        {table}
        <Pagination current=number total=pages base=base />
    }
}

/// `what` names the kinds, and all of them.
pub(crate) fn filter_form(
    filters: &JournalFilters,
    action: &'static str,
    (what, all): (&'static str, &'static str),
    kinds: Vec<Choice>,
    whom: &'static str,
) -> impl IntoView + use<> {
    let open = [&filters.kind, &filters.person, &filters.from, &filters.until].iter().any(|typed| !typed.is_empty());
    let kind = Field::new("acte", what).value(filters.kind.clone()).optional_silently();
    let person = Field::new("personne", "Personne").hint(whom).value(filters.person.clone()).optional_silently();
    let from = Field::new("du", "Du").value(filters.from.clone()).optional_silently();
    let until = Field::new("au", "Au").value(filters.until.clone()).optional_silently();
    view! {
        <div class="fr-mb-4w">
            <Details summary="Filtrer" open=open>
                <form class="hb-form" method="get" action=action role="search">
                    <SelectField field=kind choices=kinds placeholder=all />
                    <TextField field=person />
                    <DateField field=from />
                    <DateField field=until />
                    <Buttons>
                        <Button label="Filtrer" kind=ButtonKind::Secondary />
                        {open.then(|| view! { <LinkButton label="Tout afficher" href=action kind=ButtonKind::Tertiary /> })}
                    </Buttons>
                </form>
            </Details>
        </div>
    }
}

fn row(line: &EventLine) -> Vec<AnyView> {
    let EventLine { event, actor, about } = line;
    // A dash says that there is nothing to read, where an empty cell would leave a doubt.
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

/// Who acts when nobody does.
fn nobody(kind: AdminKind) -> &'static str {
    if kind == AdminKind::AccountExpired { "Habilis" } else { "Ligne de commande" }
}
