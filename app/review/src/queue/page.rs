//! The page of the list. Its tab, filters, order and page number are all in the address.

use domain::{
    calendar,
    deadlines::LegalLevel,
    queue::{Assignee, QueueQuery, Sort, Tab},
    request::{Decision, State},
    routes,
};
use habilitation::{
    requests::PAGE,
    reviews::{Listed, Listing, address},
};
use jiff::civil::Date;
use leptos::prelude::*;
use ui::{
    cells,
    components::{
        Alert, Badge, BeyondTheEnd, Button, ButtonKind, Buttons, CSRF_FIELD, Column, EmptyState, ErrorLink, ErrorSummary, HiddenField, Impersonating,
        LinkButton, PageTitle, Pagination, PostForm, Table, Tone, followed,
    },
    named::Named,
};
use web::request::{
    read::{state_badge, title_of},
    unread,
};

use super::{Bulk, Export, filters};

/// What the page says beside the list.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// A sentence about what was just done.
    pub done: Option<String>,
    /// The name typed for a search, and why it was refused.
    pub refused_name: Option<(String, String)>,
    /// A sentence about what could not be done with the list.
    pub problem: Option<String>,
    /// Whether this reader sees the list of vendors to contact.
    pub vendors: bool,
    /// Whether this reader may prepare requests for others.
    pub prepares: bool,
}

pub fn link(query: &QueueQuery) -> String {
    format!("{}?{}", routes::REVIEW_QUEUE, address(query))
}

pub fn queue_page(listing: &Listing, number: u32, said: &Said, csrf: &str) -> impl IntoView + use<> {
    let query = &listing.query;
    let pages = u32::try_from(listing.page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let done = said.done.clone().map(|title| view! { <Alert tone=Tone::Success title=title live=true /> });
    let problem = said.problem.clone().map(|title| view! { <Alert tone=Tone::Error title=title live=true /> });
    let days = query.problems().into_iter().map(|(name, message)| ErrorLink::new(filters::day_id(name), message));
    let names = said.refused_name.iter().map(|(_, message)| ErrorLink::new("nom-recherche", message.clone()));
    let errors: Vec<ErrorLink> = days.chain(names).collect();
    let list = if listing.page.items.is_empty() { empty(listing) } else { table(listing, csrf) };
    let prepared = said.prepares.then(|| {
        view! { <LinkButton href=routes::PREPARED label="Demandes préparées" kind=ButtonKind::Tertiary small=true /> }
    });
    let vendors = said.vendors.then(|| {
        view! { <LinkButton href=routes::VENDOR_TICKETS label="Éditeurs à contacter" kind=ButtonKind::Tertiary small=true /> }
    });
    let exports = (!listing.page.items.is_empty()).then(|| exports(query, csrf));
    view! {
        {done}
        {problem}
        <ErrorSummary errors=errors />
        <PageTitle title="Demandes à instruire" lead=lead(listing) />
        {tabs(listing)}
        {filters::filters(listing)}
        {filters::chips(listing)}
        {filters::searches(listing, said.refused_name.as_ref(), csrf)}
        {list}
        <Pagination current=number total=pages base=format!("{}&page=", link(query)) />
        {exports}
        <Buttons>
            <LinkButton href=routes::TEMPLATES label="Modèles de réponse" kind=ButtonKind::Tertiary small=true />
            {prepared}
            {vendors}
        </Buttons>
    }
}

fn lead(listing: &Listing) -> String {
    let plain = listing.query.tab == Tab::Teams && !listing.query.is_filtered();
    match (listing.page.total, plain) {
        (0, _) => String::new(),
        (1, true) => "Une demande attend votre équipe.".to_owned(),
        (many, true) => format!("{} demandes attendent vos équipes, la plus urgente d’abord.", grouped(many)),
        (1, false) => "Une demande.".to_owned(),
        (many, false) => format!("{} demandes.", grouped(many)),
    }
}

/// « 12 345 », with the spaces French puts between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut words = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            words.push('\u{202f}');
        }
        words.push(digit);
    }
    words
}

fn tabs(listing: &Listing) -> AnyView {
    let items: Vec<AnyView> = Tab::ALL
        .into_iter()
        .map(|tab| {
            let current = tab == listing.query.tab;
            // Filters are kept from one tab to another; the order is not, since tabs have different columns.
            let href = link(&QueueQuery { tab, sort: None, descending: false, ..listing.query.clone() });
            let label = format!("{} ({})", tab.label(), grouped(listing.count(tab)));
            view! { <li><a class="hb-tabs__link" href=followed(href) aria-current=current.then_some("page")>{label}</a></li> }.into_any()
        })
        .collect();
    view! { <nav class="hb-tabs" aria-label="Listes de demandes"><ul>{items}</ul></nav> }.into_any()
}

fn empty(listing: &Listing) -> AnyView {
    if listing.page.total > 0 {
        return view! { <BeyondTheEnd first=link(&listing.query) /> }.into_any();
    }
    let (title, text) = match (listing.query.is_filtered(), listing.query.tab) {
        (true, _) => ("Aucune demande ne correspond", "Retirez un filtre, ou cherchez avec moins de mots."),
        (false, Tab::Mine) => ("Aucune demande ne vous est attribuée", "Prenez une demande depuis sa page."),
        (false, Tab::Unassigned) => ("Toutes les demandes ont un instructeur", "Aucune demande de vos équipes n’attend d’être prise."),
        (false, Tab::Teams) => ("Rien à instruire", "Aucune demande n’attend votre équipe. Vous recevrez un courriel à la prochaine."),
        (false, Tab::All) => ("Aucune demande", "Aucune demande n’a encore été transmise à vos services."),
    };
    view! { <EmptyState title=title text=text /> }.into_any()
}

/// The header of a column links to the list sorted by it, or in the opposite order when it already is.
fn sorting(query: &QueueQuery, sort: Sort, column: Column) -> Column {
    let (current, descending) = query.order();
    let turned = QueueQuery { sort: Some(sort), descending: current == sort && !descending, ..query.clone() };
    column.sorts(link(&turned), (current == sort).then_some(!descending))
}

fn table(listing: &Listing, csrf: &str) -> AnyView {
    let query = &listing.query;
    let of_turns = query.tab.is_of_turns();
    let in_bulk = listing.page.items.iter().any(|item| item.in_bulk) && use_context::<Impersonating>().is_none();
    let mut columns = vec![
        sorting(query, Sort::Title, Column::text("Projet")),
        sorting(query, Sort::Number, Column::short("Numéro")),
        Column::text("Organisation"),
    ];
    columns.push(Column::text("Service et équipe"));
    columns.push(if of_turns {
        sorting(query, Sort::Received, Column::short("Reçue"))
    } else {
        sorting(query, Sort::Submitted, Column::short("Transmise"))
    });
    columns.push(if of_turns { sorting(query, Sort::Due, Column::text("Réponse promise")) } else { Column::text("État et réponse promise") });
    columns.push(Column::text("Instructeur"));
    if in_bulk {
        columns.push(Column::short("Choisir"));
    }
    let rows: Vec<Vec<AnyView>> = listing.page.items.iter().map(|item| row(item, listing.today, of_turns, in_bulk)).collect();
    let table = view! { <Table id="file" caption="Demandes" caption_hidden=true columns=columns rows=rows /> };
    if !in_bulk {
        return table.into_any();
    }
    view! {
        <form method="post" action=routes::REVIEW_BULK novalidate>
            <HiddenField name=CSRF_FIELD value=csrf.to_owned() />
            <HiddenField name=Bulk::Back value=address(query) />
            {table}
            <Buttons>
                <Button label="Valider les demandes choisies" kind=ButtonKind::Secondary name=Bulk::Decision value=Decision::Approve.as_str() />
                <Button label="Demander des modifications" kind=ButtonKind::Secondary name=Bulk::Decision value=Decision::RequestChanges.as_str() about="pour les demandes choisies" />
            </Buttons>
        </form>
    }
    .into_any()
}

fn row(item: &Listed, today: Date, of_turns: bool, in_bulk: bool) -> Vec<AnyView> {
    let row = &item.row;
    let name = view! { <a href=routes::review_request(row.id)>{title_of(&row.title)}</a>" "{unread::unread(item.unread)} };
    // One element per cell: narrow screens show the column’s label beside it.
    let cell = |content: AnyView| view! { <div>{content}</div> }.into_any();
    let teams: Vec<AnyView> = item.teams.iter().map(|one| view! { <p class="hb-line">{one.team.clone()}</p> }.into_any()).collect();
    let team = view! { <p class="hb-line">{item.service_name.clone()}</p> {teams} };
    let received = if of_turns {
        item.teams.first().map(|one| age(one.received, today)).unwrap_or_default()
    } else {
        row.submitted_at.map(|at| calendar::french_date(calendar::paris_date(at))).unwrap_or_default()
    };
    let promises: Vec<AnyView> = item.teams.iter().filter_map(|one| Some(deadline(one.due?, today))).collect();
    let state = (!of_turns).then(|| state_badge(row.state));
    let people: Vec<AnyView> = item
        .teams
        .iter()
        .map(|one| view! { <p class="hb-line">{one.assignee.clone().unwrap_or_else(|| "Personne".to_owned())}</p> }.into_any())
        .collect();
    let mut cells = cells![
        name,
        format!("D{}", row.number),
        item.organisation_name.clone(),
        cell(team.into_any()),
        received,
        cell(view! { {state} {promises} {legal(item)} }.into_any()),
        if people.is_empty() { ().into_any() } else { cell(people.into_any()) },
    ];
    if in_bulk {
        cells.push(tick(item));
    }
    cells
}

fn tick(item: &Listed) -> AnyView {
    if !item.in_bulk {
        return ().into_any();
    }
    let (id, number) = (format!("choix-{}", item.row.number), item.row.number);
    let team = item.row.turns.first().map(|turn| format!("{}:{}", turn.service, turn.stage)).unwrap_or_default();
    let value = format!("{}:{}:{team}", item.row.id, item.row.version);
    view! {
        <div class="fr-checkbox-group">
            <input type="checkbox" id=id.clone() name=Bulk::Pick.as_str() value=value />
            <label class="fr-label" for=id><span class="fr-sr-only">{format!("Choisir la demande D{number}")}</span></label>
        </div>
    }
    .into_any()
}

fn age(received: Date, today: Date) -> String {
    match domain::deadlines::days_between(received, today) {
        ..=0 => "Aujourd’hui".into(),
        1 => "Hier".into(),
        many => format!("Il y a {many} jours"),
    }
}

fn working_days(days: u32) -> String {
    if days == 1 { "1 jour ouvré".to_owned() } else { format!("{days} jours ouvrés") }
}

fn deadline(promised: Date, today: Date) -> AnyView {
    let day = calendar::french_date(promised);
    let (words, badge) = if promised < today {
        let late = working_days(calendar::working_days_between(promised, today).max(1));
        (Some(format!("Dépassée de {late}")), Some(("En retard", Tone::Error)))
    } else if promised == today {
        (None, Some(("Aujourd’hui", Tone::Warning)))
    } else {
        (Some(format!("Dans {}", working_days(calendar::working_days_between(today, promised)))), None)
    };
    let badge = badge.map(|(label, tone)| view! { <Badge label=label tone=tone /> });
    let words = words.map(|words| view! { <p class="hb-line fr-text--sm hb-nowrap">{words}</p> });
    view! { <p class="hb-line hb-nowrap">{day}</p> {badge} {words} }.into_any()
}

/// A request left without answer for two months is refused (CRPA, art. L231-4): a badge says so from fifteen days before.
fn legal(item: &Listed) -> Option<AnyView> {
    let (limit, level) = item.legal?;
    let day = calendar::french_date(limit);
    let (label, tone) = match level {
        LegalLevel::Calm => return None,
        LegalLevel::Near => (format!("Délai légal\u{a0}: {day}"), Tone::Warning),
        LegalLevel::Urgent => (format!("Délai légal imminent\u{a0}: {day}"), Tone::Error),
        LegalLevel::Passed => (format!("Délai légal dépassé depuis le {day}"), Tone::Error),
    };
    Some(view! { <Badge label=label tone=tone /> }.into_any())
}

fn exports(query: &QueueQuery, csrf: &str) -> AnyView {
    let (kept, csrf) = (address(query), csrf.to_owned());
    let csv = format!("{}?{}", routes::LIST_CSV, address(query));
    view! {
        <section aria-labelledby="exporter">
            <h2 class="fr-h5" id="exporter">"Exporter cette liste"</h2>
            <div class="hb-inline">
                <PostForm action=routes::EXPORTS csrf=csrf inline=true>
                    <HiddenField name=Export::List value=kept />
                    <Button label="Classeur Excel (XLSX)" kind=ButtonKind::Secondary small=true />
                </PostForm>
                <LinkButton href=csv label="Fichier CSV" kind=ButtonKind::Secondary small=true />
            </div>
        </section>
    }
    .into_any()
}

/// The states a list can be filtered by.
pub fn states() -> impl Iterator<Item = State> {
    State::ALL.into_iter().filter(|state| *state != State::Draft)
}

pub fn assignee_label(assignee: Assignee) -> &'static str {
    match assignee {
        Assignee::Me => "Moi",
        Assignee::Nobody => "Personne",
        Assignee::Person(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands() {
        for (number, words) in [(0, "0"), (999, "999"), (1000, "1\u{202f}000"), (1_234_567, "1\u{202f}234\u{202f}567")] {
            assert_eq!(grouped(number), words);
        }
    }
}
