//! The part of the page of an approved request that shows its habilitations: until when they are valid, and the links to
//! renew them.

use domain::{
    calendar::{french_date, paris_date},
    deadlines::{RENEWAL_GRACE_DAYS, RENEWAL_OPENS_DAYS, days_between, plus_days},
    routes,
    sight::Act,
};
use habilitation::requests::{Granted, GrantedState, Opened};
use jiff::civil::Date;
use leptos::prelude::*;
use ui::components::*;

/// `today` decides what is over and whether the renewal is offered.
pub(crate) fn in_force(opened: &Opened, today: Date) -> AnyView {
    let over = |one: &Granted| one.state == GrantedState::Expired || one.valid_until.is_some_and(|last| last < today);
    let active: Vec<&Granted> = opened.habilitations.iter().rev().filter(|one| one.is_active() && !over(one)).collect();
    // Of each service only the last one granted counts.
    let replaced = |one: &Granted| opened.habilitations.iter().any(|other| other.service == one.service && other.number > one.number);
    let gone: Vec<&Granted> = opened.habilitations.iter().filter(|one| matches!(one.state, GrantedState::Active | GrantedState::Expired)).collect();
    let gone = gone.into_iter().filter(|one| over(one) && !replaced(one)).filter_map(|one| Some(ended(opened, one, one.valid_until?, today)));
    let gone: Vec<AnyView> = gone.collect();
    let active = (!active.is_empty()).then(|| in_use(opened, &active, today));
    view! { {active} {gone} }.into_any()
}

fn in_use(opened: &Opened, active: &[&Granted], today: Date) -> AnyView {
    let id = opened.request.id;
    let title = match active {
        [one] => format!("Habilitation {} active", one.public_number()),
        many => format!("Habilitations {} actives", many.iter().map(|one| one.public_number()).collect::<Vec<_>>().join(" et ")),
    };
    let granted = active.iter().map(|one| paris_date(one.granted_at)).max().map(french_date).unwrap_or_default();
    let items: Vec<AnyView> = active
        .iter()
        .map(|one| {
            let number = one.public_number();
            let until =
                one.valid_until.map_or_else(|| "sans limite de durée".to_owned(), |last| format!("valable jusqu’au {} inclus", french_date(last)));
            let (file, page) = (routes::request_attestation(id, &number), routes::public_habilitation(&number));
            view! {
                <li>
                    {format!("{number}\u{a0}: {until}. ")}
                    <a href=followed(file) download="">{format!("Télécharger l’attestation {number} (PDF)")}</a>
                    " · "
                    <a href=followed(page)>{format!("Page publique de {number}")}</a>
                </li>
            }
            .into_any()
        })
        .collect();
    let soon = active.iter().filter_map(|one| one.valid_until).map(|last| days_between(today, last)).min();
    let renew = soon.filter(|left| *left <= RENEWAL_OPENS_DAYS && opened.allows(Act::Manage)).map(|left| {
        let first = active.iter().filter_map(|one| one.valid_until).min();
        let several = active.len() > 1 && active.iter().all(|one| one.valid_until == first);
        let ends = if several { "Elles prennent fin" } else { "Elle prend fin" };
        let title = match left {
            ..=0 => format!("{ends} aujourd’hui"),
            1 => format!("{ends} demain"),
            many => format!("{ends} dans {many}\u{a0}jours"),
        };
        let (text, label) = if several {
            ("Prolongez-les pour garder vos accès.", "Renouveler les habilitations")
        } else {
            ("Prolongez-la pour garder vos accès.", "Renouveler l’habilitation")
        };
        view! {
            <Alert tone=Tone::Warning title=title>
                <p>{text}</p>
                <LinkButton href=routes::request_renewal(id) label=label />
            </Alert>
        }
    });
    view! {
        <Alert tone=Tone::Success title=title>
            <p>{format!("Délivrée le {granted}.")}</p>
            <ul>{items}</ul>
        </Alert>
        {renew}
    }
    .into_any()
}

fn ended(opened: &Opened, granted: &Granted, last: Date, today: Date) -> AnyView {
    let grace = plus_days(last, RENEWAL_GRACE_DAYS);
    let next = if !opened.allows(Act::Manage) {
        ().into_any()
    } else if today <= grace {
        let text = format!("Vous pouvez encore la prolonger jusqu’au {}\u{a0}: vos accès rouvriront aussitôt.", french_date(grace));
        view! {
            <p>{text}</p>
            <LinkButton href=routes::request_renewal(opened.request.id) label="Renouveler l’habilitation" />
        }
        .into_any()
    } else {
        view! {
            <p>"Pour utiliser de nouveau ce service, déposez une nouvelle demande."</p>
            <LinkButton href=routes::new_request(&granted.service) label="Faire une nouvelle demande" />
        }
        .into_any()
    };
    view! {
        <Alert tone=Tone::Error title=format!("Habilitation {} arrivée à son terme", granted.public_number())>
            <p>{format!("Elle était valable jusqu’au {}. Vos accès sont fermés.", french_date(last))}</p>
            {next}
        </Alert>
    }
    .into_any()
}
