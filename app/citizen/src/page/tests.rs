use scraper::{Html, Selector};

use super::*;

fn texts(html: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let selector = Selector::parse(selector).expect("the selectors of these tests are valid");
    page.select(&selector).map(|node| node.text().collect::<String>().trim().to_owned()).collect()
}

fn back() -> BackForm {
    BackForm { action: "/retour".into(), service: "Portail <famille>".into(), flow: "f1".into(), csrf: "c1".into() }
}

#[test]
fn the_choice_lists_providers_and_the_way_back() {
    let providers = vec![Provider { uid: "demo".into(), name: "Identité de démonstration".into() }];
    let page = Mire { back: back(), action: "/choix".into(), providers, failed: Some("Autre".into()) };
    let html = mire_page(Theme::Own, page);
    assert_eq!(texts(&html, "h1"), ["Choisissez comment vous identifier"]);
    assert_eq!(texts(&html, "button"), ["Identité de démonstration", "Revenir sur Portail <famille>"]);
    assert_eq!(texts(&html, "[role=alert] .fr-alert__title"), ["La connexion à «\u{a0}Autre\u{a0}» n’a pas abouti"]);
    assert!(!html.contains("style="));
}

#[test]
fn data_is_told_by_who_gives_it() {
    let page = Information {
        back: back(),
        action: "/accord".into(),
        organisation: "Ville d’Exemple".into(),
        provider: "Identité de démonstration".into(),
        identity: vec!["Prénom(s)".into()],
        data: vec![DataGroup { provider: "CNAF".into(), labels: vec!["Quotient familial".into()] }],
    };
    let html = information_page(Theme::Own, page.clone());
    assert_eq!(texts(&html, "section li"), ["Prénom(s)", "Quotient familial"]);
    assert_eq!(texts(&html, "button")[0], "Continuer sur Portail <famille>");
    let anonymous = information_page(Theme::Own, Information { identity: Vec::new(), data: Vec::new(), ..page });
    assert!(texts(&anonymous, ".fr-text--lead")[0].contains("anonyme"));
}

#[test]
fn an_error_leads_back_only_to_a_known_service() {
    let page = ErrorPage { code: "Y030007".into(), message: "Le paramètre nonce est absent.".into(), reference: "r1".into(), back: None };
    let html = error_page(Theme::Own, page.clone());
    assert_eq!(texts(&html, "dd"), ["Y030007", "r1"]);
    assert!(texts(&html, "button").is_empty());
    let html = error_page(Theme::Own, ErrorPage { back: Some(back()), ..page });
    assert_eq!(texts(&html, "button"), ["Revenir sur Portail <famille>"]);
}
