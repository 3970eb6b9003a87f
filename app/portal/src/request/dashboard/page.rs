//! The page « Mes demandes »: the filters, and for each request its state and what is expected of whom.

use domain::{
    calendar,
    deadlines::{RENEWAL_GRACE_DAYS, RENEWAL_OPENS_DAYS, days_between},
    request::{State, expected_answer},
    routes,
};
use habilitation::requests::{
    Line, PAGE,
    dashboard::{Bodies, Dashboard, Group, Search, Whose},
};
use jiff::civil::Date;
use leptos::prelude::*;
use ui::{
    cells,
    components::{
        Alert, Badge, BeyondTheEnd, Button, ButtonKind, Buttons, Choice, Column, EmptyState, Field, HiddenField, LinkButton, PageTitle, Pagination,
        SelectField, Table, TextField, Tone, followed,
    },
    named::Named,
};
use web::request::{
    read::{badges, title_of},
    unread,
};

use super::Asked;

/// The value of [`Asked::Organisation`] for every organisation the person works for.
pub const EVERYWHERE: &str = "toutes";

/// The value of each choice in the query.
pub fn whose_word(whose: Whose) -> &'static str {
    match whose {
        Whose::Own => "moi",
        Whose::Colleagues => "organisation",
        Whose::Naming => "designe",
    }
}

pub fn group_word(group: Group) -> &'static str {
    match group {
        Group::ToDo => "a-faire",
        Group::Waiting => "en-cours",
        Group::Approved => "validees",
        Group::Closed => "terminees",
        Group::Archived => "archivees",
    }
}

fn group_label(group: Group) -> &'static str {
    match group {
        Group::ToDo => "À faire",
        Group::Waiting => "En cours d’instruction",
        Group::Approved => "Validées",
        Group::Closed => "Terminées",
        Group::Archived => "Archivées",
    }
}

/// The address of the list with these filters; `page=` can be added at its end.
fn address(search: &Search) -> String {
    let mut query: Vec<(Asked, &str)> = Vec::new();
    if search.whose != Whose::Own {
        query.push((Asked::Whose, whose_word(search.whose)));
    }
    if search.everywhere {
        query.push((Asked::Organisation, EVERYWHERE));
    }
    if let Some(group) = search.group {
        query.push((Asked::Group, group_word(group)));
    }
    if let Some(service) = &search.service {
        query.push((Asked::Service, service.as_str()));
    }
    if !search.text.is_empty() {
        query.push((Asked::Text, search.text.as_str()));
    }
    let query: Vec<_> = query.into_iter().map(|(asked, value)| (asked.as_str(), value)).collect();
    routes::with_query(routes::REQUESTS, &query)
}

fn page_base(search: &Search) -> String {
    let address = address(search);
    format!("{address}{}page=", if address.contains('?') { "&" } else { "?" })
}

/// `services` are slugs and names, in the catalogue's order; `handed` the number of a request just given to a colleague.
pub fn dashboard_page(
    board: &Dashboard,
    search: &Search,
    number: u32,
    services: &[(String, String)],
    handed: Option<String>,
) -> impl IntoView + use<> {
    let pages = u32::try_from(board.page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let filtered = search.group.is_some() || search.service.is_some() || !search.text.is_empty();
    let nothing = board.total() == 0 && !filtered;
    let elsewhere = search.whose == Whose::Own && !search.everywhere && board.bodies.is_some();
    let lead = match board.page.total {
        0 => String::new(),
        1 => "Une demande.".to_owned(),
        many => format!("{many} demandes, la plus récente d’abord."),
    };
    let start = (search.whose == Whose::Own && !nothing).then(|| view! { <p><LinkButton href=routes::CATALOGUE label="Nouvelle demande" /></p> });
    let tools = (!nothing).then(|| view! { {groups(board, search)} {search_form(search, services)} });
    let list = if board.page.total == 0 && !filtered && elsewhere {
        nothing_here(board)
    } else if board.page.total == 0 {
        empty(search, filtered)
    } else if board.page.items.is_empty() {
        view! { <BeyondTheEnd first=address(search) /> }.into_any()
    } else {
        table(board, search, services)
    };
    let handed = handed.map(|number| {
        view! { <Alert tone=Tone::Success title=format!("La demande {number} a changé de demandeur") live=true><p>"Votre collègue et vous êtes prévenus par courriel."</p></Alert> }
    });
    view! {
        {handed}
        <PageTitle title="Mes demandes" lead=lead />
        {start}
        {tabs(board, search)}
        {bodies(board, search)}
        {tools}
        {list}
        <Pagination current=number total=pages base=page_base(search) />
    }
}

fn link(href: String, label: String, current: bool) -> AnyView {
    view! { <li><a class="fr-tag" href=followed(href) aria-current=current.then_some("true")>{label}</a></li> }.into_any()
}

/// The choice of whose requests are listed, for people who have others to see than their own.
fn tabs(board: &Dashboard, search: &Search) -> Option<AnyView> {
    let mut items = vec![(Whose::Own, "Les miennes".to_owned())];
    if let Some(number) = board.colleagues {
        items.push((Whose::Colleagues, format!("Celles de mes collègues ({number})")));
    }
    if board.naming > 0 {
        items.push((Whose::Naming, format!("Celles qui me désignent ({})", board.naming)));
    }
    if items.len() == 1 && search.whose == Whose::Own {
        return None;
    }
    let links: Vec<AnyView> =
        items.into_iter().map(|(whose, label)| link(address(&Search { whose, ..Search::default() }), label, whose == search.whose)).collect();
    Some(view! { <nav aria-label="À qui sont les demandes"><ul class="fr-tags-group">{links}</ul></nav> }.into_any())
}

/// The choice between the current organisation and all of them, for people who have requests in several.
fn bodies(board: &Dashboard, search: &Search) -> Option<AnyView> {
    let Bodies { current, here, everywhere } = board.bodies.as_ref().filter(|_| search.whose == Whose::Own)?;
    let of = |everywhere: bool| address(&Search { everywhere, ..Search::default() });
    let links = vec![
        link(of(false), format!("{current} ({here})"), !search.everywhere),
        link(of(true), format!("Toutes mes organisations ({everywhere})"), search.everywhere),
    ];
    Some(view! { <nav aria-label="De quelle organisation sont les demandes"><ul class="fr-tags-group">{links}</ul></nav> }.into_any())
}

fn nothing_here(board: &Dashboard) -> AnyView {
    let name = board.bodies.as_ref().map(|bodies| bodies.current.clone()).unwrap_or_default();
    let all = address(&Search { everywhere: true, ..Search::default() });
    view! {
        <EmptyState title=format!("Aucune demande pour {name}") text="Vos autres demandes restent dans «\u{a0}Toutes mes organisations\u{a0}».">
            <Buttons>
                <LinkButton href=routes::CATALOGUE label="Nouvelle demande" />
                <LinkButton href=all label="Voir toutes mes demandes" kind=ButtonKind::Secondary />
            </Buttons>
        </EmptyState>
    }
    .into_any()
}

/// The choice of a group of states, with the number of requests in each.
fn groups(board: &Dashboard, search: &Search) -> AnyView {
    let all = link(address(&Search { group: None, ..search.clone() }), format!("Toutes ({})", board.total()), search.group.is_none());
    let links: Vec<AnyView> = board
        .counts
        .iter()
        .filter(|(group, number)| *number > 0 || search.group == Some(*group))
        .map(|(group, number)| {
            let label = format!("{} ({number})", group_label(*group));
            link(address(&Search { group: Some(*group), ..search.clone() }), label, search.group == Some(*group))
        })
        .collect();
    view! { <nav aria-label="Où en sont les demandes"><ul class="fr-tags-group">{all}{links}</ul></nav> }.into_any()
}

fn search_form(search: &Search, services: &[(String, String)]) -> AnyView {
    let text =
        Field::new(Asked::Text, "Rechercher").hint("Un mot du projet, ou un numéro\u{a0}: D123, H45").value(search.text.clone()).optional_silently();
    let service = Field::new(Asked::Service, "Service").optional_silently().value(search.service.clone().unwrap_or_default());
    let choices = services.iter().map(|(slug, name)| Choice::new(slug.clone(), name.clone())).collect();
    let kept: Vec<AnyView> = [
        (search.whose != Whose::Own).then(|| (Asked::Whose, whose_word(search.whose))),
        search.everywhere.then_some((Asked::Organisation, EVERYWHERE)),
        search.group.map(|group| (Asked::Group, group_word(group))),
    ]
    .into_iter()
    .flatten()
    .map(|(name, value)| view! { <HiddenField name=name value=value /> }.into_any())
    .collect();
    let reset = (!search.text.is_empty() || search.service.is_some())
        .then(|| view! { <LinkButton href=address(&Search { whose: search.whose, everywhere: search.everywhere, ..Search::default() }) label="Tout afficher" kind=ButtonKind::Tertiary /> });
    view! {
        <form class="hb-form hb-search" method="get" action=routes::REQUESTS role="search">
            {kept}
            <TextField field=text />
            <SelectField field=service choices=choices placeholder="Tous les services" />
            <div class="fr-btns-group fr-btns-group--inline-md"><Button label="Rechercher" kind=ButtonKind::Secondary />{reset}</div>
        </form>
    }
    .into_any()
}

fn empty(search: &Search, filtered: bool) -> AnyView {
    if filtered {
        return view! { <EmptyState title="Aucune demande ne correspond" text="Essayez un autre mot, ou retirez un filtre." /> }.into_any();
    }
    match search.whose {
        Whose::Own => view! {
            <EmptyState title="Vous n’avez pas encore de demande" text="Choisissez un service pour commencer\u{a0}: votre brouillon est enregistré au fil de la saisie.">
                <LinkButton href=routes::CATALOGUE label="Voir les services" />
            </EmptyState>
        }
        .into_any(),
        Whose::Colleagues => view! {
            <EmptyState title="Vos collègues n’ont encore rien transmis" text="Leurs demandes apparaîtront ici dès qu’elles seront transmises\u{a0}; leurs brouillons restent privés." />
        }
        .into_any(),
        Whose::Naming => view! {
            <EmptyState title="Aucune demande ne vous désigne" text="Celles où votre adresse figure parmi les contacts apparaîtront ici." />
        }
        .into_any(),
    }
}

fn table(board: &Dashboard, search: &Search, services: &[(String, String)]) -> AnyView {
    let name = |slug: &str| services.iter().find(|(one, _)| one == slug).map(|(_, name)| name.clone()).unwrap_or_default();
    let of_several = !board.organisations.is_empty();
    let rows = board
        .page
        .items
        .iter()
        .map(|line| {
            let by = board.names.get(&line.applicant).map(|who| view! { <span class="fr-hint-text">{format!("Déposée par {who}")}</span> });
            let waiting = unread::unread(board.unread.get(&line.id).copied().unwrap_or(0));
            let mut cells = cells![
                view! { <a href=routes::request(line.id)>{title_of(&line.title)}</a>" "{waiting}{by} },
                format!("D{}", line.number),
                name(&line.service),
                badges(line.state, line.reopened),
                expected(line, board, search.whose),
                calendar::french_date(calendar::paris_date(line.updated_at)),
            ];
            if of_several {
                cells.insert(2, board.organisations.get(&line.organisation).cloned().unwrap_or_default().into_any());
            }
            cells
        })
        .collect::<Vec<_>>();
    let mut columns = vec![
        Column::text("Projet"),
        Column::short("Numéro"),
        Column::text("Service"),
        Column::text("État"),
        Column::text("La suite"),
        Column::short("Modifiée le"),
    ];
    if of_several {
        columns.insert(2, Column::text("Organisation"));
    }
    view! { <Table id="demandes" caption="Demandes" caption_hidden=true columns=columns rows=rows /> }.into_any()
}

fn expected(line: &Line, board: &Dashboard, whose: Whose) -> AnyView {
    if line.state == State::Approved
        && let Some(last) = board.ends.get(&line.id)
    {
        return validity(line, *last, board);
    }
    let own = whose == Whose::Own;
    let words: String = match line.state {
        State::Draft if own => "À compléter et à transmettre".into(),
        State::Draft => "En cours de modification".into(),
        State::UnderReview => {
            let promised = expected_answer(&line.turns, board.today).map(calendar::french_date);
            promised.map(|day| format!("Réponse au plus tard le {day}")).unwrap_or_default()
        }
        State::ChangesRequested if own => "Vos modifications sont attendues".into(),
        State::ChangesRequested => "Des modifications sont attendues".into(),
        State::Approved => "Habilitation active".into(),
        State::Refused | State::Revoked | State::Archived => "Terminée".into(),
    };
    words.into_any()
}

/// Until when a habilitation is valid and, near its end, the link to renew it for its applicant.
fn validity(line: &Line, last: Date, board: &Dashboard) -> AnyView {
    let left = days_between(board.today, last);
    let day = calendar::french_date(last);
    let text = match left {
        ..0 => format!("A pris fin le {day}"),
        0 => "Valable jusqu’à aujourd’hui".to_owned(),
        _ => format!("Valable jusqu’au {day}"),
    };
    if left > RENEWAL_OPENS_DAYS {
        return text.into_any();
    }
    if left < -RENEWAL_GRACE_DAYS {
        return view! { <div>{text}" "<Badge label="Terminée" /></div> }.into_any();
    }
    let mine = !board.names.contains_key(&line.applicant);
    let badge = match left {
        ..0 => view! { <Badge label="À renouveler" tone=Tone::Error /> }.into_any(),
        _ => view! { <Badge label="À renouveler" tone=Tone::Warning /> }.into_any(),
    };
    let soon = match left {
        ..=0 => None,
        1 => Some("Encore 1 jour".to_owned()),
        many => Some(format!("Encore {many} jours")),
    };
    let soon = soon.map(|words| view! { <span class="fr-hint-text">{words}</span> });
    let badge = if mine {
        let (href, about) = (routes::request_renewal(line.id), format!("\u{a0}: {}", title_of(&line.title)));
        view! { <a href=followed(href)>{badge}<span class="fr-sr-only">{about}</span></a> }.into_any()
    } else {
        badge
    };
    view! { <div>{text}" "{badge}{soon}</div> }.into_any()
}
