//! The filters of the list, which combine, and the questions a person keeps. Sent by GET: the address says it all.

use domain::{
    queue::{Assignee, QueueQuery, Sort, Tab},
    routes,
};
use habilitation::reviews::{Listing, MAX_SEARCH_NAME, SavedSearch, address};
use leptos::prelude::*;

use super::queue::{assignee_label, link, states};
use crate::components::{
    Breadcrumb, Button, ButtonKind, Buttons, CheckboxField, Choice, DateField, Details, ErrorSummary, Field, HiddenField, LinkButton, PageTitle,
    PostForm, SelectField, TextField, errors_of, followed,
};

pub(super) fn filters(listing: &Listing) -> AnyView {
    let query = &listing.query;
    let cleared = link(&QueueQuery { tab: query.tab, ..QueueQuery::default() });
    let search = Field::new("q", "Rechercher")
        .hint("Projet, description, organisation, SIRET, demandeur, D123 ou H123.")
        .optional_silently()
        .value(query.words.clone());
    let open = QueueQuery { words: String::new(), ..query.clone() }.is_filtered() || query.sort.is_some();
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

fn controls(listing: &Listing) -> AnyView {
    let query = &listing.query;
    let select = |name: &'static str, label: &'static str, value: Option<String>, choices: Vec<Choice>| {
        let field = Field::new(name, label).id(format!("filtre-{name}")).optional_silently().value(value.unwrap_or_default());
        view! { <SelectField field=field choices=choices placeholder="Sans filtre" /> }.into_any()
    };
    let pairs = |values: &[(String, String)]| values.iter().map(|(value, label)| Choice::new(value.clone(), label.clone())).collect::<Vec<_>>();
    let services = (listing.services.len() > 1).then(|| select("service", "Service", query.service.clone(), pairs(&listing.services)));
    let team = query.team.as_ref().map(|(service, stage)| format!("{service}:{stage}"));
    let teams = (listing.teams.len() > 1).then(|| select("equipe", "Équipe", team, pairs(&listing.teams)));
    let state = (query.tab == Tab::All).then(|| {
        let choices = states().map(|state| Choice::new(state.as_str(), state.label())).collect();
        select("etat", "État", query.state.map(|state| state.as_str().to_owned()), choices)
    });
    let known = [Assignee::Me, Assignee::Nobody].map(|one| Choice::new(one.to_string(), assignee_label(one)));
    let people = known.into_iter().chain(listing.people.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone()))).collect();
    let person = select("instructeur", "Instructeur", query.assignee.map(|one| one.to_string()), people);
    let day = |name: &'static str, label: &'static str, value: Option<jiff::civil::Date>| {
        let field =
            Field::new(name, label).id(format!("filtre-{name}")).optional_silently().value(value.map(|day| day.to_string()).unwrap_or_default());
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
        {services}
        {teams}
        {state}
        {person}
        {day("du", "Transmise à partir du", query.from)}
        {day("au", "Transmise jusqu’au", query.to)}
        <CheckboxField field=late checked=query.late />
        <SelectField field=sort choices=sorts placeholder="L’ordre habituel" />
        <SelectField field=way choices=ways placeholder="Croissant" />
    }
    .into_any()
}

pub(super) fn searches(listing: &Listing, refused: Option<&(String, String)>, csrf: &str) -> AnyView {
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
                    <HiddenField name="liste" value=current />
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
    Field::new("nom", "Nom de la recherche").id(id).maxlength(limit).value(value).error(error)
}

/// One kept question: its name, whether it opens with the list, its end.
pub fn search_page(search: &SavedSearch, typed: Option<&str>, error: Option<String>, csrf: &str) -> impl IntoView + use<> {
    let field = name_field("nom", typed.unwrap_or(&search.name), error);
    let errors = errors_of([&field]);
    let default = if search.is_default {
        view! { <Button label="Ne plus l’ouvrir par défaut" kind=ButtonKind::Secondary name="action" value="ordinaire" /> }
    } else {
        view! { <Button label="L’ouvrir par défaut" kind=ButtonKind::Secondary name="action" value="defaut" /> }
    };
    let parents = vec![(routes::REVIEW_QUEUE.to_owned(), "Instruction".to_owned())];
    view! {
        <Breadcrumb parents=parents current="Recherche enregistrée" />
        <ErrorSummary errors=errors />
        <PageTitle title="Recherche enregistrée" />
        <p><a href=followed(format!("{}?{}", routes::REVIEW_QUEUE, search.query))>"Ouvrir cette recherche"</a></p>
        <PostForm action=routes::saved_search(search.id) csrf=csrf.to_owned()>
            <TextField field=field />
            <Buttons>
                <Button label="Renommer" name="action" value="renommer" />
                {default}
                <Button label="Supprimer" kind=ButtonKind::Danger name="action" value="supprimer" about="la recherche" />
            </Buttons>
        </PostForm>
    }
}
