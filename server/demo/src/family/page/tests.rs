use scraper::{Html, Selector};

use super::*;

fn texts(html: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let selector = Selector::parse(selector).expect("the selectors of these tests are valid");
    page.select(&selector).map(|node| node.text().collect::<String>().trim().to_owned()).collect()
}

#[test]
fn the_home_page_says_how_to_try() {
    let html = home_page(Theme::Own, "c1".into());
    assert_eq!(texts(&html, "h1"), ["Bienvenue sur le portail famille"]);
    assert_eq!(texts(&html, "button")[0], "S’identifier avec FranceConnect");
    assert_eq!(texts(&html, "code"), ["test", "123"]);
    assert_eq!(texts(&html, "header p"), ["Portail famille – service de démonstration"]);
    assert!(!html.contains("style="));
}

#[test]
fn the_account_is_filled_and_keeps_what_was_typed() {
    let account = Account {
        csrf: "c1".into(),
        given_name: "Angela <Claire>".into(),
        birthdate: "24 août 1962".into(),
        email: "pas une adresse".into(),
        email_error: Some("Saisissez une adresse.".into()),
        quotient: Some(650),
        ..Account::default()
    };
    let html = account_page(Theme::Own, account);
    assert_eq!(texts(&html, "h1"), ["Compte pré-rempli"]);
    assert_eq!(texts(&html, "dd")[..3], ["Angela <Claire>", "Non renseigné", "24 août 1962"]);
    assert!(html.contains(r#"value="pas une adresse""#));
    assert!(texts(&html, "title")[0].starts_with("Erreur"));
    assert!(texts(&html, "button").contains(&"Transmettre mes données avec FranceConnect".to_owned()));
}

#[test]
fn the_quotient_is_what_one_sees_first() {
    let band = Band { name: "C".into(), range: "de 601 à 900".into(), price: "2,60\u{a0}€".into(), yours: true };
    let quotient = Quotient {
        value: 650,
        month: "novembre 2026".into(),
        provider: "CAF".into(),
        children: vec!["Ines".into(), "Malo".into()],
        bands: vec![band],
        ..Quotient::default()
    };
    let html = quotient_page(Theme::Own, quotient.clone());
    assert_eq!(texts(&html, "h1"), ["Votre quotient familial\u{a0}: 650"]);
    assert_eq!(texts(&html, "section li"), ["Ines", "Malo"]);
    assert_eq!(texts(&html, ".fr-callout__title"), ["Un repas à la cantine\u{a0}: 2,60\u{a0}€"]);
    let alone = quotient_page(Theme::Own, Quotient { children: Vec::new(), ..quotient });
    assert!(texts(&alone, "#enfants").is_empty());
}
