use std::collections::HashSet;

use scraper::{Html, Selector};

use super::*;

fn attributes(document: &Html, name: &str) -> Vec<String> {
    let selector = Selector::parse(&format!("[{name}]")).expect("an attribute selector is valid");
    document.select(&selector).filter_map(|node| node.attr(name)).map(str::to_owned).collect()
}

fn count(document: &Html, selector: &str) -> usize {
    document.select(&Selector::parse(selector).expect("the selectors of these tests are valid")).count()
}

/// What every page of the site must hold, whatever it shows.
fn check(html: &str) {
    let document = Html::parse_document(html);
    let ids = attributes(&document, "id");
    let known: HashSet<_> = ids.iter().cloned().collect();
    assert_eq!(ids.len(), known.len(), "an id is used twice: {ids:?}");
    for reference in ["aria-describedby", "aria-labelledby", "for"] {
        for value in attributes(&document, reference) {
            for id in value.split_whitespace() {
                assert!(known.contains(id), "{reference} names {id}, which does not exist");
            }
        }
    }
    for href in attributes(&document, "href") {
        if let Some(id) = href.strip_prefix('#').filter(|id| !id.is_empty() && !id.starts_with("page-")) {
            assert!(known.contains(id), "a link leads to #{id}, which does not exist");
        }
    }
    for selector in ["main#contenu", "h1", "header", "footer"] {
        assert_eq!(count(&document, selector), 1, "{selector}");
    }
    assert!(attributes(&document, "style").is_empty());
}

#[test]
fn the_gallery_is_consistent() {
    check(&gallery_document());
}

#[test]
fn the_pages_of_the_gallery_are_consistent() {
    check(&form_document());
    check(&citizen_document());
    check(&confirmation_document());
}

#[test]
fn each_control_has_a_label() {
    let html = gallery_document();
    let document = Html::parse_document(&html);
    let labels: HashSet<_> = attributes(&document, "for").into_iter().collect();
    let controls = Selector::parse("input:not([type=hidden]), select, textarea").expect("valid");
    for control in document.select(&controls) {
        let id = control.attr("id").unwrap_or_default();
        assert!(labels.contains(id), "no label for {}", control.html());
    }
}

#[test]
fn each_error_of_the_summary_leads_to_its_control() {
    let document = Html::parse_document(&form_document());
    let hrefs: Vec<_> = document.select(&Selector::parse(".hb-error-summary a").expect("valid")).filter_map(|link| link.attr("href")).collect();
    assert_eq!(hrefs, ["#nom", "#courriel"]);
    assert_eq!(count(&document, "#nom[aria-invalid=true][aria-describedby='nom-aide nom-erreur']"), 1);
}

#[test]
fn typed_text_comes_back_as_it_was() {
    let document = Html::parse_document(&gallery_document());
    let motif = document.select(&Selector::parse("#motif").expect("valid")).next().expect("it is in the gallery");
    assert_eq!(motif.text().collect::<String>(), "\n<b>Deux\nlignes</b>");
    let empty = document.select(&Selector::parse("#description").expect("valid")).next().expect("it is in the gallery");
    assert_eq!(empty.text().collect::<String>(), "");
}

#[test]
fn an_included_choice_is_locked_and_still_sent() {
    let document = Html::parse_document(&gallery_document());
    assert_eq!(count(&document, "input[type=hidden][name=scopes][value=openid]"), 1);
    assert_eq!(count(&document, "input[type=checkbox][value=openid][checked][disabled]:not([name])"), 1);
}
