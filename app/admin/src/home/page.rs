//! The list of the features of the administration that the reader may use.

use domain::{actor::Actor, routes};
use leptos::prelude::*;
use ui::components::*;

/// A feature of the administration.
struct Feature {
    href: &'static str,
    title: &'static str,
    what: &'static str,
    open_to: fn(&Actor) -> bool,
}

const FEATURES: [Feature; 8] = [
    Feature {
        href: routes::RIGHTS,
        title: "Droits des personnes",
        what: "Qui lit, qui instruit, qui gère, service par service.",
        open_to: Actor::administers,
    },
    Feature {
        href: routes::ADMIN_JOURNAL,
        title: "Journal de l’administration",
        what: "Les droits donnés et retirés, par qui et quand.",
        open_to: |actor| actor.admin,
    },
    Feature {
        href: routes::ADMIN_SECURITY,
        title: "Événements de sécurité",
        what: "Les connexions refusées, les limites atteintes, les mots de passe et seconds facteurs changés, les droits utilisés.",
        open_to: |actor| actor.admin,
    },
    Feature {
        href: routes::MEMBERSHIPS,
        title: "Rattachements aux organisations",
        what: "Qui travaille vraiment pour quel organisme.",
        open_to: |actor| actor.admin,
    },
    Feature {
        href: routes::MAILS,
        title: "Courriels en attente",
        what: "Ceux qui ne sont pas partis, pourquoi, et de quoi les relancer.",
        open_to: |actor| actor.admin,
    },
    Feature {
        href: routes::IMPERSONATIONS,
        title: "Prises en main",
        what: "Qui a agi à la place de qui, pourquoi, et ce qui a été modifié.",
        open_to: |actor| actor.admin,
    },
    Feature {
        href: routes::ELIMINATIONS,
        title: "Bordereaux d’élimination",
        what: "Les dossiers arrivés au terme de leur conservation, et le visa des archives.",
        open_to: |actor| actor.admin,
    },
    Feature {
        href: routes::CATALOGUE_FILES,
        title: "Catalogue",
        what: "Les formulaires, les données et les équipes de chaque service\u{a0}; les éditeurs.",
        open_to: |actor| actor.admin,
    },
];

pub fn home(actor: &Actor) -> impl IntoView + use<> {
    let features: Vec<_> = FEATURES.iter().filter(|feature| (feature.open_to)(actor)).map(entry).collect();
    view! {
        <PageTitle title="Administration" lead="Les droits des personnes et la vie du site." />
        {features}
    }
}

fn entry(feature: &Feature) -> impl IntoView + use<> {
    let Feature { href, title, what, .. } = *feature;
    view! {
        <h2 class="fr-h4"><a href=followed(href)>{title}</a></h2>
        <p>{what}</p>
    }
}
