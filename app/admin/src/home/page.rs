//! Running the site: the way to each of its rooms.

use domain::{actor::Actor, routes};
use leptos::prelude::*;
use ui::components::*;

/// One room of the administration, shown to whoever may enter it.
struct Room {
    href: &'static str,
    title: &'static str,
    what: &'static str,
    open_to: fn(&Actor) -> bool,
}

const ROOMS: [Room; 8] = [
    Room {
        href: routes::RIGHTS,
        title: "Droits des personnes",
        what: "Qui lit, qui instruit, qui gère, service par service.",
        open_to: Actor::administers,
    },
    Room {
        href: routes::ADMIN_JOURNAL,
        title: "Journal de l’administration",
        what: "Les droits donnés et retirés, par qui et quand.",
        open_to: |actor| actor.admin,
    },
    Room {
        href: routes::ADMIN_SECURITY,
        title: "Événements de sécurité",
        what: "Les connexions refusées, les limites atteintes, les mots de passe et seconds facteurs changés, les droits utilisés.",
        open_to: |actor| actor.admin,
    },
    Room {
        href: routes::LINK_DESK,
        title: "Rattachements aux organisations",
        what: "Qui travaille vraiment pour quel organisme.",
        open_to: |actor| actor.admin,
    },
    Room {
        href: routes::MAILS,
        title: "Courriels en attente",
        what: "Ceux qui ne sont pas partis, pourquoi, et de quoi les relancer.",
        open_to: |actor| actor.admin,
    },
    Room {
        href: routes::IMPERSONATIONS,
        title: "Prises en main",
        what: "Qui a agi à la place de qui, pourquoi, et ce qui a été modifié.",
        open_to: |actor| actor.admin,
    },
    Room {
        href: routes::ELIMINATIONS,
        title: "Bordereaux d’élimination",
        what: "Les dossiers arrivés au terme de leur conservation, et le visa des archives.",
        open_to: |actor| actor.admin,
    },
    Room {
        href: routes::CATALOGUE_FILES,
        title: "Catalogue",
        what: "Les formulaires, les données et les équipes de chaque service\u{a0}; les éditeurs.",
        open_to: |actor| actor.admin,
    },
];

pub fn home(actor: &Actor) -> impl IntoView + use<> {
    let rooms: Vec<_> = ROOMS.iter().filter(|room| (room.open_to)(actor)).map(room).collect();
    view! {
        <PageTitle title="Administration" lead="Les droits des personnes et la vie du site." />
        {rooms}
    }
}

fn room(room: &Room) -> impl IntoView + use<> {
    let Room { href, title, what, .. } = *room;
    view! {
        <h2 class="fr-h4"><a href=followed(href)>{title}</a></h2>
        <p>{what}</p>
    }
}

/// From the administration's home to here.
pub(crate) fn way(parents: &[(&str, &str)]) -> Vec<(String, String)> {
    let home = (routes::ADMINISTRATION, "Administration");
    std::iter::once(&home).chain(parents).map(|(href, label)| ((*href).to_owned(), (*label).to_owned())).collect()
}

/// The lines of a small list in a cell.
pub(crate) fn lines(texts: &[String]) -> impl IntoView + use<> {
    let items = texts.iter().map(|text| view! { <li>{text.clone()}</li> }).collect_view();
    view! { <ul class="hb-plain-list">{items}</ul> }
}
