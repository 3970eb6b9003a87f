//! The page of the security events: its filters, and its lines in a table.

use domain::{calendar, routes, security::SecurityKind};
use habilitation::{
    administration::SecurityLine,
    requests::{PAGE, Page},
};
use leptos::prelude::*;
use ui::{cells, components::*};

use crate::{
    filters::{Filters, filter_form},
    shared::way,
};

const TITLE: &str = "Événements de sécurité";

pub fn security_page(page: Page<SecurityLine>, number: u32, filters: &Filters) -> impl IntoView + use<> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let lead = match page.total {
        0 => String::new(),
        1 => "Un événement.".to_owned(),
        many => format!("{many} événements, le plus récent d’abord."),
    };
    let rows: Vec<_> = page.items.iter().map(row).collect();
    let columns = ["Date", "Événement", "Personne", "Réseau", "Détail"].map(Column::text).to_vec();
    let kinds = SecurityKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label())).collect();
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
        <Pagination current=number total=pages base=filters.base(routes::ADMIN_SECURITY) />
    }
}

/// The French name of each form that teams and administrators send, and of each file they download, by its route.
const ACTS: [(&str, &str); 34] = [
    (routes::VENDOR_TICKET, "Suivi d’un éditeur à contacter"),
    (routes::REVIEW_REQUEST, "Décision sur une demande"),
    (routes::REVIEW_REVOKE, "Révocation d’une habilitation"),
    (routes::REVIEW_MEMBERSHIP, "Confirmation d’un rattachement"),
    (routes::REVIEW_TRANSFER, "Changement de demandeur"),
    (routes::REVIEW_ASSIGN, "Attribution d’une demande"),
    (routes::REVIEW_BULK, "Décision sur plusieurs demandes"),
    (routes::EXPORTS, "Export d’une liste"),
    (routes::SAVED_SEARCHES, "Recherche enregistrée"),
    (routes::SAVED_SEARCH, "Changement d’une recherche enregistrée"),
    (routes::REVIEW_NOTES, "Note interne"),
    (routes::REVIEW_NOTE, "Changement d’une note interne"),
    (routes::REVIEW_REMARK, "Remarque sur une réponse"),
    (routes::PREPARED, "Demande préparée pour quelqu’un"),
    (routes::PREPARED_ONE, "Changement d’une demande préparée"),
    (routes::PREPARED_INVITATION, "Invitation à reprendre une demande préparée"),
    (routes::PREPARED_WITHDRAWAL, "Retrait d’une demande préparée"),
    (routes::NEW_TEMPLATE, "Nouveau modèle de réponse"),
    (routes::TEMPLATE, "Changement d’un modèle de réponse"),
    (routes::REVIEW_MESSAGES, "Message au demandeur"),
    (routes::MAILS, "Nouvel essai d’envoi de courriels"),
    (routes::RIGHTS_OF, "Changement des droits d’un compte"),
    (routes::CATALOGUE_NEW, "Nouveau service du catalogue"),
    (routes::CATALOGUE_TEXT, "Changement du texte d’un service"),
    (routes::MEMBERSHIPS, "Décision sur un rattachement"),
    (routes::SUSPENSION, "Suspension d’un compte, ou sa fin"),
    (routes::FACTOR_RESET, "Retrait de la double authentification d’un compte"),
    (routes::IMPERSONATE, "Prise en main"),
    (routes::ERASE_ACCOUNT, "Suppression d’un compte"),
    (routes::ELIMINATIONS, "Nouveau bordereau d’élimination"),
    (routes::ELIMINATION, "Visa ou abandon d’un bordereau"),
    (routes::LIST_CSV, "Liste téléchargée en CSV"),
    (routes::EXPORT_FILE, "Classeur d’un export téléchargé"),
    (routes::ELIMINATION_CSV, "Bordereau téléchargé"),
];

/// The detail of an event in French: some are stored as a route or an identifier.
fn detail(kind: SecurityKind, kept: &str) -> String {
    match kind {
        _ if kept.is_empty() => "–".to_owned(),
        SecurityKind::RightUsed => ACTS.iter().find(|(route, _)| *route == kept).map_or(kept, |(_, words)| words).to_owned(),
        SecurityKind::SecretShown | SecurityKind::SecretReplaced => format!("Identifiant du service\u{a0}: {kept}"),
        _ => kept.to_owned(),
    }
}

fn row(line: &SecurityLine) -> Vec<AnyView> {
    let SecurityLine { event, person } = line;
    let network = if event.network.is_empty() { "–".to_owned() } else { event.network.clone() };
    cells![
        calendar::french_moment(event.at),
        event.kind.label(),
        person.clone().unwrap_or_else(|| "Aucun compte".to_owned()),
        network,
        detail(event.kind, &event.detail),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_teams_and_administrators_has_words() {
        let access = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../server/access.txt")).expect("the list of routes");
        let forms = access.lines().filter_map(|line| line.strip_prefix("POST")?.split_whitespace().next());
        let theirs = forms.filter(|route| route.starts_with(routes::REVIEW_QUEUE) || route.starts_with(routes::ADMINISTRATION));
        let theirs: Vec<&str> = theirs.chain(domain::security::IN_BULK).collect();
        assert_eq!(theirs.len(), ACTS.len(), "{theirs:?}");
        for route in theirs {
            assert_ne!(detail(SecurityKind::RightUsed, route), route);
        }
    }

    #[test]
    fn other_details_are_said_as_they_are() {
        for (kind, kept, told) in [
            (SecurityKind::NewDevice, "Firefox sur Windows", "Firefox sur Windows"),
            (SecurityKind::SecretShown, "abc", "Identifiant du service\u{a0}: abc"),
            (SecurityKind::SecretReplaced, "abc", "Identifiant du service\u{a0}: abc"),
            (SecurityKind::SignInFailed, "", "–"),
            (SecurityKind::RightUsed, "/gone/one/day", "/gone/one/day"),
        ] {
            assert_eq!(detail(kind, kept), told);
        }
    }
}
