//! A form that waits for a proof: what it is about to do, in words, and the page it comes from.

use domain::{actor::Role, routes};
use leptos::prelude::*;
use ui::components::{SummaryList, SummaryRow};

use crate::error::Again;

fn field<'a>(form: &'a Again, name: &str) -> &'a str {
    form.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
}

/// What the form does: the value of its button, or of the field that replaces it.
fn decision(form: &Again) -> &str {
    ["action", "decision"].into_iter().map(|name| field(form, name)).find(|value| !value.is_empty()).unwrap_or_default()
}

/// What the form does, in words; `None` for a form that requires no proof.
fn act(form: &Again) -> Option<&'static str> {
    Some(match (routes::pattern_of(&form.action)?, decision(form)) {
        (routes::RIGHTS_OF, "retirer") => "Retirer un rôle",
        (routes::RIGHTS_OF, "administration") if field(form, "valeur") == "non" => "Retirer l’administration du site",
        (routes::RIGHTS_OF, "administration") => "Donner l’administration du site",
        (routes::RIGHTS_OF, _) => "Donner un rôle",
        (routes::SUSPENSION, "retablir") => "Rétablir l’accès d’un compte",
        (routes::SUSPENSION, _) => "Suspendre l’accès d’un compte",
        (routes::FACTOR_RESET, _) => "Retirer la double authentification d’un compte",
        (routes::IMPERSONATE, _) => "Agir à la place de quelqu’un",
        (routes::CATALOGUE_NEW | routes::CATALOGUE_TEXT, "verifier") => "Vérifier le texte d’un service",
        (routes::CATALOGUE_NEW | routes::CATALOGUE_TEXT, _) => "Publier le texte d’un service",
        (routes::PARTNER_REDIRECTS, _) => "Enregistrer les adresses d’un service",
        (routes::PARTNER_SECRET, _) => "Afficher un secret",
        (routes::PARTNER_NEW_SECRET, _) => "Remplacer un secret",
        (routes::MEMBERSHIPS, "annuler") => "Annuler la vérification d’un rattachement",
        (routes::MEMBERSHIPS | routes::REVIEW_MEMBERSHIP, _) => "Vérifier un rattachement",
        _ => return None,
    })
}

/// The page that holds the form: its own address, or the parent address when its own accepts forms only.
pub fn page_of(form: &Again) -> String {
    match routes::pattern_of(&form.action) {
        Some(
            routes::SUSPENSION
            | routes::FACTOR_RESET
            | routes::IMPERSONATE
            | routes::PARTNER_REDIRECTS
            | routes::PARTNER_SECRET
            | routes::PARTNER_NEW_SECRET
            | routes::REVIEW_MEMBERSHIP,
        ) => form.action.rsplit_once('/').map_or(routes::HOME, |(page, _)| page).to_owned(),
        Some(routes::MEMBERSHIPS | routes::RIGHTS_OF | routes::CATALOGUE_NEW | routes::CATALOGUE_TEXT) => form.action.clone(),
        _ => routes::HOME.to_owned(),
    }
}

/// Names of the person and the perimeter that the form holds by their ids.
#[derive(Debug, Clone, Default)]
pub struct About {
    pub person: Option<String>,
    pub perimeter: Option<String>,
}

/// What people typed, by the label it had. The text of a file is too long to be read again here.
fn typed(form: &Again, about: &About) -> impl Iterator<Item = SummaryRow> {
    const LABELS: [(&str, &str); 7] = [
        ("perimetre", "Périmètre"),
        ("role", "Rôle"),
        ("identifiant", "Identifiant"),
        ("motif", "Motif"),
        ("source", "Justification"),
        ("redirect_uris", "Adresses de retour"),
        ("post_logout_redirect_uris", "Adresses après déconnexion"),
    ];
    LABELS.into_iter().filter_map(move |(name, label)| {
        let value = about.perimeter.as_deref().filter(|_| name == "perimetre").unwrap_or(field(form, name));
        let role = Role::parse(value).filter(|_| name == "role").map(Role::label);
        let value = role.unwrap_or(value);
        (!value.is_empty()).then(|| SummaryRow::text(label, value))
    })
}

/// Nothing for a form this site does not know.
pub fn told(form: &Again, about: &About) -> Option<AnyView> {
    let person = about.person.as_deref().map(|name| SummaryRow::text("Personne", name));
    let act = SummaryRow::text("Ce que vous allez faire", act(form)?);
    let rows: Vec<SummaryRow> = std::iter::once(act).chain(person).chain(typed(form, about)).collect();
    Some(view! { <SummaryList rows=rows /> }.into_any())
}

#[cfg(test)]
mod tests {
    use domain::{
        actor::{Actor, Grant},
        ids::{AccountId, RequestId},
        second_factor::asks_again,
    };

    use super::*;
    use ui::shell::render_fragment;

    const NIL: &str = "00000000-0000-0000-0000-000000000000";

    fn sent(action: String, fields: &[(&str, &str)]) -> Again {
        Again { action, fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
    }

    #[test]
    fn every_form_that_waits_is_told_in_words_and_leads_back_to_a_page() {
        let actor = Actor {
            account: NIL.parse().expect("an id"),
            name: String::new(),
            email: String::new(),
            organisation: None,
            verified: false,
            grants: vec![Grant::new("franceconnect", None, Role::Reviewer)],
            admin: true,
            partner: true,
            strong: true,
            dormant: false,
            impersonated_by: None,
        };
        for route in routes::ALL.iter().filter(|route| asks_again(route, &actor)) {
            let form = sent((*route).to_owned(), &[]);
            assert!(act(&form).is_some() && page_of(&form) != routes::HOME, "{route}");
        }
        assert!(act(&sent(routes::MY_ACCOUNT.to_owned(), &[])).is_none());
    }

    #[test]
    fn what_was_typed_is_shown_by_its_label() {
        let (account, request): (AccountId, RequestId) = (NIL.parse().expect("an id"), NIL.parse().expect("an id"));
        for (form, page, words) in [
            (
                sent(routes::rights_of(account), &[("action", "donner"), ("perimetre", "franceconnect:juridique"), ("role", "reader")]),
                routes::rights_of(account),
                &["Donner un rôle", "Périmètre", "franceconnect:juridique", Role::Reader.label()][..],
            ),
            (
                sent(routes::rights_of(account), &[("action", "administration"), ("valeur", "non")]),
                routes::rights_of(account),
                &["Retirer l’administration du site"],
            ),
            (
                sent(routes::suspension(account), &[("action", "retablir"), ("motif", "Erreur de personne")]),
                routes::rights_of(account),
                &["Rétablir l’accès", "Motif", "Erreur de personne"],
            ),
            (sent(routes::partner_secret(request), &[]), routes::partner_service(request), &["Afficher un secret"]),
            (sent(routes::partner_new_secret(request), &[]), routes::partner_service(request), &["Remplacer un secret"]),
            (
                sent(routes::MEMBERSHIPS.to_owned(), &[("decision", "verifier"), ("motif", "Annuaire de la mairie")]),
                routes::MEMBERSHIPS.to_owned(),
                &["Vérifier un rattachement", "Motif", "Annuaire de la mairie"],
            ),
            (
                sent(routes::MEMBERSHIPS.to_owned(), &[("decision", "annuler")]),
                routes::MEMBERSHIPS.to_owned(),
                &["Annuler la vérification d’un rattachement"],
            ),
            (
                sent(routes::review_membership(request), &[("source", "Appel au standard")]),
                routes::review_request(request),
                &["Vérifier un rattachement", "Justification", "Appel au standard"],
            ),
            (
                sent(routes::partner_redirects(request), &[("redirect_uris", "https://a.example/retour")]),
                routes::partner_service(request),
                &["Adresses de retour", "https://a.example/retour"],
            ),
        ] {
            assert_eq!(page_of(&form), page);
            let html = render_fragment(|| told(&form, &About::default()));
            for word in words {
                assert!(html.contains(word), "{word}: {html}");
            }
        }
        let form = sent(routes::rights_of(account), &[("perimetre", "franceconnect:juridique")]);
        let about = About { person: Some("Ali Ben".to_owned()), perimeter: Some("FranceConnect, Équipe juridique".to_owned()) };
        let html = render_fragment(|| told(&form, &about));
        assert!(html.contains("Ali Ben") && html.contains("FranceConnect, Équipe juridique") && !html.contains("franceconnect:juridique"), "{html}");
    }
}
