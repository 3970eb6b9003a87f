use std::collections::BTreeMap;

use domain::eligibility::Outcome;

use super::eligibility::{self, Progress};

fn progress(query: &[(&str, &str)]) -> Progress {
    Progress::read(&query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>())
}

#[test]
fn questions_come_one_after_the_other() {
    let body = ("profil", "administration");
    for (query, expected) in [
        (vec![], Outcome::Incomplete),
        (vec![("profil", "n’importe quoi")], Outcome::Incomplete),
        (vec![("services", "un"), ("franceconnect", "non"), ("editeur", "interne")], Outcome::Incomplete),
        (vec![("profil", "particulier"), ("services", "un")], Outcome::Citizen),
        (vec![body, ("services", "plusieurs")], Outcome::PersonalSupport),
        (vec![body, ("services", "un"), ("franceconnect", "peut-être"), ("editeur", "oui")], Outcome::Incomplete),
        (vec![body, ("services", "un"), ("franceconnect", "non"), ("editeur", "interne")], Outcome::TwoRequests),
        (vec![body, ("services", "un"), ("franceconnect", "oui"), ("editeur", "oui")], Outcome::OneRequest),
    ] {
        assert_eq!(progress(&query).outcome(), expected, "{query:?}");
    }
}

#[test]
fn a_blank_answer_is_told_only_when_the_form_was_sent() {
    assert!(!progress(&[]).title().starts_with("Erreur"));
    assert!(progress(&[("question", "profil")]).title().starts_with("Erreur"));
    assert!(!progress(&[("question", "profil"), ("profil", "administration")]).title().starts_with("Erreur"));
}

#[test]
fn every_outcome_has_one_heading_and_a_way_back() {
    let catalogue = domain::catalogue::Catalogue::default();
    for query in [
        vec![("profil", "particulier")],
        vec![("profil", "societe")],
        vec![("profil", "partenaire")],
        vec![("profil", "administration"), ("services", "plusieurs")],
        vec![("profil", "administration"), ("services", "un"), ("franceconnect", "non"), ("editeur", "non")],
        vec![("profil", "administration"), ("services", "un"), ("franceconnect", "oui"), ("editeur", "interne")],
    ] {
        let html = ui::shell::render_fragment(|| eligibility::page(&progress(&query), &catalogue));
        assert_eq!(html.matches("<h1").count(), 1, "{query:?}");
        assert!(html.contains("Modifier") && html.contains("Recommencer"), "{query:?}");
        assert!(!html.contains("<form"), "{query:?}");
    }
}

#[test]
fn an_earlier_answer_is_changed_without_losing_those_before() {
    let catalogue = domain::catalogue::Catalogue::default();
    let half = progress(&[("profil", "administration"), ("services", "un")]);
    let html = ui::shell::render_fragment(|| eligibility::page(&half, &catalogue));
    assert!(html.contains(r#"href="/eligibilite?profil=administration""#), "{html}");
    assert!(html.contains(r#"name="franceconnect""#) && html.contains(r#"name="services" value="un""#), "{html}");
}
