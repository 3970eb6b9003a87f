//! The filters of the list, sent by GET so that the address holds them, and the searches a person saved.

use domain::{
    calendar::{self, Day},
    queue::{Assignee, QueueQuery, Sort, Tab},
    routes,
};
use habilitation::reviews::{Listing, MAX_SEARCH_NAME, SavedSearch, address};
use leptos::prelude::*;
use ui::components::{
    Breadcrumb, Button, ButtonKind, Buttons, CheckboxField, CheckboxGroups, Choice, ChoiceGroup, DateField, Details, ErrorSummary, Field,
    HiddenField, LinkButton, PageTitle, PostForm, SelectField, TextField, errors_of, followed,
};

use super::{
    Search, SearchAction,
    page::{assignee_label, link, states},
};
use crate::shared::way;

pub fn filters(listing: &Listing) -> AnyView {
    let query = &listing.query;
    let cleared = link(&QueueQuery { tab: query.tab, ..QueueQuery::default() });
    let search = Field::new("q", "Rechercher")
        .hint("Projet, description, organisation, SIRET, demandeur, D123 ou H123.")
        .optional_silently()
        .value(query.words.clone());
    let open = QueueQuery { words: String::new(), ..query.clone() }.is_filtered();
    let clear = query.is_filtered().then(|| view! { <LinkButton href=cleared label="Effacer les filtres" kind=ButtonKind::Tertiary /> });
    let controls = controls(listing);
    view! {
        <form class="hb-filters" method="get" action=routes::REVIEW_QUEUE role="search" novalidate>
            <input type="hidden" name="onglet" value=query.tab.as_str() />
            <TextField field=search />
            <Details summary="Filtrer et trier" open=open>
                <div class="hb-filters__grid">{controls}</div>
            </Details>
            <Buttons>
                <Button label="Afficher" />
                {clear}
            </Buttons>
        </form>
    }
    .into_any()
}

/// A filter that takes several values.
struct Filter {
    name: &'static str,
    label: &'static str,
    choices: Vec<(String, String)>,
}

impl Filter {
    fn all(listing: &Listing) -> [Self; 4] {
        let known = [Assignee::Me, Assignee::Nobody].map(|one| (one.to_string(), assignee_label(one).to_owned()));
        let people = listing.people.iter().map(|(id, name)| (id.to_string(), name.clone()));
        [
            Self { name: "service", label: "Service", choices: listing.services.clone() },
            Self { name: "equipe", label: "Équipe", choices: listing.teams.clone() },
            Self { name: "etat", label: "État", choices: states().map(|state| (state.as_str().to_owned(), state.label().to_owned())).collect() },
            Self { name: "instructeur", label: "Instructeur", choices: known.into_iter().chain(people).collect() },
        ]
    }

    /// A filter with a single choice is not offered, nor the one by state on the tabs of a team, whose requests are all in one state.
    fn is_offered(&self, listing: &Listing) -> bool {
        self.choices.len() > 1 && (self.name != "etat" || listing.query.tab == Tab::All)
    }
}

/// Each value of the filters in use, with a link that removes it.
pub fn chips(listing: &Listing) -> Option<AnyView> {
    let (query, filters) = (&listing.query, Filter::all(listing));
    let label = |name: &str, value: &str| match name {
        "q" => Some(format!("«\u{a0}{value}\u{a0}»")),
        "retard" => Some("Seulement les retards".to_owned()),
        "du" => query.from.known().map(|day| format!("Transmise à partir du {}", calendar::french_date(day))),
        "au" => query.to.known().map(|day| format!("Transmise jusqu’au {}", calendar::french_date(day))),
        _ => {
            let filter = filters.iter().find(|filter| filter.name == name)?;
            let choice = filter.choices.iter().find(|(one, _)| one == value).map_or(value, |(_, label)| label);
            Some(format!("{}\u{a0}: {choice}", filter.label))
        }
    };
    let chips: Vec<AnyView> = query
        .pairs()
        .into_iter()
        .filter_map(|(name, value)| {
            let (label, href) = (label(name, &value)?, link(&query.without(name, &value)));
            let remove = format!("Retirer le filtre {label}");
            Some(
                view! { <li><a class="fr-tag fr-tag--dismiss" href=followed(href) title=remove.clone() aria-label=remove>{label}</a></li> }
                    .into_any(),
            )
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <nav aria-label="Filtres en cours"><ul class="fr-tags-group">{chips}</ul></nav> }.into_any())
}

/// The id of the input of a day.
pub fn day_id(name: &str) -> String {
    format!("filtre-{name}")
}

fn controls(listing: &Listing) -> AnyView {
    let query = &listing.query;
    let asked = query.pairs();
    let boxes = |filter: &Filter| {
        let is_asked = |value: &str| asked.iter().any(|(name, one)| *name == filter.name && one == value);
        let choices = filter.choices.iter().map(|(value, label)| Choice::new(value.clone(), label.clone()).checked(is_asked(value))).collect();
        let field = Field::new(filter.name, filter.label).id(format!("filtre-{}", filter.name)).optional_silently();
        view! { <CheckboxGroups field=field groups=vec![ChoiceGroup::new("", choices)] /> }.into_any()
    };
    let boxes: Vec<AnyView> = Filter::all(listing).iter().filter(|filter| filter.is_offered(listing)).map(boxes).collect();
    let problems = query.problems();
    let day = |name: &'static str, label: &'static str, value: &Day| {
        let problem = problems.iter().find(|(field, _)| *field == name).map(|(_, problem)| problem.clone());
        let field = Field::new(name, label).id(day_id(name)).optional_silently().value(value.shown()).error(problem);
        view! { <DateField field=field /> }.into_any()
    };
    let late = Field::new("retard", "Seulement les retards").id("filtre-retard").optional_silently();
    let sorts = Sort::ALL
        .into_iter()
        .filter(|sort| query.tab.is_of_turns() || !matches!(sort, Sort::Due | Sort::Received))
        .map(|sort| Choice::new(sort.as_str(), sort.label()))
        .collect::<Vec<_>>();
    let sort = Field::new("tri", "Trier par").id("filtre-tri").optional_silently().value(query.sort.map(Sort::as_str).unwrap_or_default());
    let way = Field::new("sens", "Ordre").id("filtre-sens").optional_silently().value(if query.descending { "desc" } else { "" });
    let ways = vec![Choice::new("desc", "Décroissant")];
    view! {
        {boxes}
        {day("du", "Transmise à partir du", &query.from)}
        {day("au", "Transmise jusqu’au", &query.to)}
        <CheckboxField field=late checked=query.late />
        <SelectField field=sort choices=sorts placeholder="L’ordre habituel" />
        <SelectField field=way choices=ways placeholder="Croissant" />
    }
    .into_any()
}

pub fn searches(listing: &Listing, refused: Option<&(String, String)>, csrf: &str) -> AnyView {
    let query = &listing.query;
    let current = address(query);
    let items: Vec<AnyView> = listing
        .saved
        .iter()
        .map(|one| {
            let label = if one.is_default { format!("{} (par défaut)", one.name) } else { one.name.clone() };
            let is_current = (one.query == current).then_some("true");
            view! {
                <li>
                    <a href=followed(format!("{}?{}", routes::REVIEW_QUEUE, one.query)) aria-current=is_current>{label}</a>
                    " "
                    <a class="fr-text--sm" href=routes::saved_search(one.id)>"Modifier"<span class="fr-sr-only">{format!(" la recherche {}", one.name)}</span></a>
                </li>
            }
            .into_any()
        })
        .collect();
    let list = (!items.is_empty()).then(|| view! { <nav aria-label="Recherches enregistrées"><ul class="hb-searches">{items}</ul></nav> });
    let field = name_field("nom-recherche", refused.map_or("", |(name, _)| name), refused.map(|(_, message)| message.clone()));
    let csrf = csrf.to_owned();
    let save = (query.is_filtered() || query.sort.is_some() || refused.is_some()).then(|| {
        view! {
            <Details summary="Enregistrer cette recherche" open=refused.is_some()>
                <PostForm action=routes::SAVED_SEARCHES csrf=csrf>
                    <HiddenField name=Search::List value=current />
                    <TextField field=field />
                    <Button label="Enregistrer" kind=ButtonKind::Secondary />
                </PostForm>
            </Details>
        }
    });
    view! { <div class="fr-mb-4w">{list} {save}</div> }.into_any()
}

fn name_field(id: &str, value: &str, error: Option<String>) -> Field {
    let limit = u32::try_from(MAX_SEARCH_NAME).unwrap_or(u32::MAX);
    Field::new(Search::Name, "Nom de la recherche").id(id).maxlength(limit).value(value).error(error)
}

/// The page of a saved search: renamed, opened by default or not, removed.
pub fn search_page(search: &SavedSearch, typed: Option<&str>, error: Option<String>, csrf: &str) -> impl IntoView + use<> {
    let field = name_field("nom", typed.unwrap_or(&search.name), error);
    let errors = errors_of([&field]);
    let default = if search.is_default {
        view! { <Button label="Ne plus l’ouvrir par défaut" kind=ButtonKind::Secondary name=Search::Action value=SearchAction::MakeOrdinary /> }
    } else {
        view! { <Button label="L’ouvrir par défaut" kind=ButtonKind::Secondary name=Search::Action value=SearchAction::MakeDefault /> }
    };
    view! {
        <Breadcrumb parents=way(&[]) current="Recherche enregistrée" />
        <ErrorSummary errors=errors />
        <PageTitle title="Recherche enregistrée" />
        <p><a href=followed(format!("{}?{}", routes::REVIEW_QUEUE, search.query))>"Ouvrir cette recherche"</a></p>
        <PostForm action=routes::saved_search(search.id) csrf=csrf.to_owned()>
            <TextField field=field />
            <Buttons>
                <Button label="Renommer" name=Search::Action value=SearchAction::Rename />
                {default}
                <Button label="Supprimer" kind=ButtonKind::Danger name=Search::Action value=SearchAction::Remove about="la recherche" />
            </Buttons>
        </PostForm>
    }
}
