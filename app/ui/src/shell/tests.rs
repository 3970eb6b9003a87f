use leptos::prelude::*;
use scraper::{Html, Selector};

use super::*;

#[island]
fn Counter(start: u32) -> impl IntoView {
    view! { <p class="counter">{start}</p> }
}

fn texts(html: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let selector = Selector::parse(selector).expect("the selectors of these tests are valid");
    page.select(&selector).map(|node| node.text().collect::<String>().trim().to_owned()).collect()
}

fn signed_in() -> Chrome {
    Chrome {
        title: "Mes demandes".to_owned(),
        user: Some(ChromeUser { name: "Camille Martin".to_owned(), can_apply: true, partner: true, ..ChromeUser::default() }),
        csrf: "jeton\"<".to_owned(),
        current: NavItem::Requests,
        ..Chrome::default()
    }
}

#[test]
fn the_navigation_follows_the_rights() {
    let html = render_document(signed_in(), || view! { <h1>"Mes demandes"</h1> });
    assert_eq!(texts(&html, "title"), ["Mes demandes — Habilis"]);
    assert_eq!(texts(&html, ".fr-nav__link"), ["Accueil", "Êtes-vous éligible\u{a0}?", "Mes demandes", "Espace partenaire"]);
    assert_eq!(texts(&html, "[aria-current=page]"), ["Mes demandes"]);
    assert_eq!(texts(&html, "main h1"), ["Mes demandes"]);
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"fr\">"));
}

#[test]
fn text_is_escaped_and_nothing_is_inline() {
    let html = render_document(signed_in(), || view! { <p>"<script>alert(1)</script>"</p> });
    let html = html.replace(r#"<script type="module" src="/assets/typed.js"></script>"#, "");
    assert!(html.contains("&lt;script&gt;"));
    assert!(html.contains("value=\"jeton&quot;&lt;\"") || html.contains("value=\"jeton&quot;<\""));
    for forbidden in ["<script", "<style", " style=", " onclick="] {
        assert!(!html.contains(forbidden), "{forbidden} in the document");
    }
}

#[test]
fn an_island_is_marked_for_the_browser_and_loads_the_script() {
    let chrome = Chrome { islands: true, ..Chrome::default() };
    let html = render_document(chrome, || view! { <Counter start=3 /> });
    assert!(html.contains("<script type=\"module\" src=\"/assets/islands.js\">"));
    assert!(html.contains("<leptos-island data-component=\"Counter_"), "{html}");
    assert!(html.contains("data-props=\"{&quot;start&quot;:3}\""), "{html}");
}

#[test]
fn the_citizen_document_has_no_navigation() {
    let html = render_citizen_document("Choisir un compte", || view! { <h1>"Choisir un compte"</h1> });
    assert!(texts(&html, ".fr-nav").is_empty());
    assert_eq!(texts(&html, "header p"), ["FranceConnect de démonstration – Habilis"]);
}
