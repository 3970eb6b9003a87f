//! The list of requests: tabs, filters that combine, order, search, saved searches, assignment.

use std::time::Duration;

use domain::actor::{Grant, Role};
use store::copies::RequestCopy;

use crate::{
    browser::{Browser, Page},
    road::{self, API_PARTICULIER, APPLICANT, Cast, DATA_TEAM, FRANCECONNECT, LEGAL, TEAM, cast, decide},
    site::{PASSWORD, TestSite, headers_of},
};

const QUEUE: &str = "/instruction";

fn names(page: &Page) -> Vec<String> {
    page.all("#file tbody th a")
}

async fn list(browser: &Browser, query: &str) -> Vec<String> {
    names(&browser.open(&format!("{QUEUE}?{query}")).await)
}

async fn day_later(site: &TestSite, cast: &Cast) {
    site.clock.advance(Duration::from_secs(24 * 3600));
    cast.applicant.sign_in(APPLICANT, PASSWORD).await;
    cast.legal.sign_in(LEGAL, PASSWORD).await;
    cast.team.sign_in(TEAM, PASSWORD).await;
    cast.data_team.sign_in(DATA_TEAM, PASSWORD).await;
}

/// Three FranceConnect requests, a day apart; the second one is with the second team.
async fn three(site: &TestSite) -> (Cast, [String; 3]) {
    let cast = cast(site).await;
    let first = road::file(&cast.applicant, FRANCECONNECT, "Médiathèque", None).await;
    day_later(site, &cast).await;
    let second = road::file(&cast.applicant, FRANCECONNECT, "Cantine", None).await;
    road::approve(&cast.legal, &second).await;
    day_later(site, &cast).await;
    let third = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    (cast, [first, second, third])
}

async fn assign(browser: &Browser, id: &str, action: &str, person: &str) -> Page {
    let page = browser.open(&format!("{QUEUE}/{id}")).await;
    let form = page.form_with("/attribution", "action", Some(action));
    browser.submit(if person.is_empty() { form } else { form.set("personne", person) }).await
}

#[tokio::test]
async fn tabs_count_what_they_list() {
    let site = TestSite::new().await;
    let (cast, [first, second, _]) = three(&site).await;
    let page = cast.legal.open(QUEUE).await;
    assert_eq!(page.all(".hb-tabs a"), ["Mes équipes (2)", "Les miennes (0)", "Sans instructeur (2)", "Toutes les demandes (3)"]);
    assert_eq!(names(&page), ["Médiathèque", "Portail famille"]);
    assign(&cast.legal, &first, "prendre", "").await.is(303);
    let page = cast.legal.open("/instruction?onglet=miennes").await;
    assert_eq!(page.all(".hb-tabs a"), ["Mes équipes (2)", "Les miennes (1)", "Sans instructeur (1)", "Toutes les demandes (3)"]);
    assert_eq!(page.one(".hb-tabs a[aria-current]"), "Les miennes (1)");
    assert_eq!(names(&page), ["Médiathèque"]);
    assert_eq!(list(&cast.legal, "onglet=libres").await, ["Portail famille"]);
    assert_eq!(list(&cast.legal, "onglet=toutes").await, ["Portail famille", "Cantine", "Médiathèque"]);
    road::approve(&cast.team, &second).await;
    let all = cast.legal.open("/instruction?onglet=toutes").await;
    assert!(all.all("#file tbody tr").iter().any(|row| row.contains("Cantine") && row.contains("Validée")));
    let draft = road::start(&cast.applicant, FRANCECONNECT).await;
    assert!(!cast.legal.open("/instruction?onglet=toutes").await.body.contains(&draft), "a draft is nobody's business");
    cast.data_team.open("/instruction?onglet=toutes").await.says("Aucune demande");
}

#[tokio::test]
async fn filters_combine_and_say_what_they_did() {
    let site = TestSite::new().await;
    let (cast, [first, ..]) = three(&site).await;
    assign(&cast.legal, &first, "prendre", "").await.is(303);
    for (query, expected) in [
        ("onglet=toutes&etat=under_review", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("onglet=toutes&etat=approved", vec![]),
        ("onglet=toutes&etat=approved&etat=under_review", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("onglet=toutes&equipe=franceconnect:franceconnect&equipe=franceconnect:juridique", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("onglet=toutes&instructeur=personne&instructeur=moi", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("onglet=toutes&service=api-particulier&service=franceconnect&q=cant", vec!["Cantine"]),
        ("onglet=toutes&etat=refused&etat=under_review&q=portail", vec!["Portail famille"]),
        ("onglet=toutes&etat=refused&etat=approved&q=portail", vec![]),
        ("onglet=equipes&instructeur=moi&instructeur=personne&q=portail", vec!["Portail famille"]),
        ("onglet=toutes&equipe=franceconnect:franceconnect", vec!["Cantine"]),
        ("onglet=toutes&instructeur=personne", vec!["Portail famille", "Cantine"]),
        ("onglet=toutes&instructeur=moi", vec!["Médiathèque"]),
        ("onglet=toutes&instructeur=moi&etat=refused", vec![]),
        ("onglet=toutes&service=franceconnect&q=cant", vec!["Cantine"]),
        ("onglet=toutes&service=api-particulier", vec![]),
        ("onglet=toutes&du=2026-11-23&au=2026-11-23", vec!["Médiathèque"]),
        ("onglet=toutes&du=2026-11-24", vec!["Portail famille", "Cantine"]),
        ("onglet=toutes&au=2026-11-22", vec![]),
        ("onglet=toutes&du=23/11/2026&au=23+novembre+2026", vec!["Médiathèque"]),
        ("onglet=toutes&du=24.11.2026", vec!["Portail famille", "Cantine"]),
        ("onglet=toutes&du=n%E2%80%99importe", vec![]),
        ("onglet=equipes&q=portail", vec!["Portail famille"]),
        ("onglet=equipes&retard=oui", vec![]),
    ] {
        assert_eq!(list(&cast.legal, query).await, expected, "{query}");
    }
    for (query, field, typed, said) in [
        ("du=31/12/26", "du", "31/12/26", "Cette date n’est pas valide. Exemple : 31/01/2027"),
        ("au=2026-13-01", "au", "2026-13-01", "Cette date n’est pas valide. Exemple : 31/01/2027"),
        ("du=24/11/2026&au=2026-11-23", "au", "23/11/2026", "Cette date précède celle du début de la période."),
    ] {
        let page = cast.legal.open(&format!("/instruction?onglet=toutes&{query}")).await;
        assert_eq!((page.errors(), page.value(field)), (vec![said.to_owned()], typed.to_owned()), "{query}");
        cast.legal.get(&format!("/instruction/liste.csv?onglet=toutes&{query}")).await.is(400).says("Une date de cette liste n’est pas valide");
    }
    let none = cast.legal.open("/instruction?onglet=equipes&q=introuvable").await;
    none.says("Aucune demande ne correspond");
    assert_eq!(none.value("q"), "introuvable");
    assert!(none.has("a[href='/instruction?onglet=equipes']"), "a link clears the filters");
    site.clock.set("2026-12-01T09:00:00Z".parse().expect("an instant"));
    cast.legal.sign_in(LEGAL, PASSWORD).await;
    let late = cast.legal.open("/instruction?retard=oui").await;
    assert_eq!(names(&late), ["Médiathèque"]);
    late.says("Dépassée de 1 jour ouvré");
}

#[tokio::test]
async fn a_filter_takes_several_values_kept_exported_and_removed_one_by_one() {
    let site = TestSite::new().await;
    let (cast, [first, second, _]) = three(&site).await;
    decide(&cast.legal, &first, "refuser", "Hors du champ.").await.is(303);
    road::approve(&cast.team, &second).await;
    let page = cast.legal.open("/instruction?onglet=toutes").await;
    for value in ["approved", "refused"] {
        assert!(page.has(&format!("form[method=get] input[type=checkbox][name=etat][value={value}]")), "{value}");
    }
    let asked = cast.legal.open("/instruction?onglet=toutes&etat=refused&etat=approved").await;
    assert_eq!(names(&asked), ["Cantine", "Médiathèque"]);
    assert_eq!(asked.attributes("input[name=etat][checked]", "value"), ["approved", "refused"]);
    assert_eq!(asked.all("nav[aria-label='Filtres en cours'] a"), ["État : Validée", "État : Refusée"]);

    // Kept under a name, and exported, with both.
    let kept = cast.legal.submit(asked.form("/instruction/recherches").set("nom", "Décidées")).await;
    let address = kept.is(303).location();
    assert_eq!(address, "/instruction?onglet=toutes&etat=approved&etat=refused&fait=recherche");
    assert_eq!(names(&cast.legal.open(&address).await), ["Cantine", "Médiathèque"]);
    let csv = asked.attribute("a[href^='/instruction/liste.csv']", "href").expect("an export");
    assert!(csv.contains("etat=approved&etat=refused"), "{csv}");
    let file = cast.legal.get(&csv).await;
    let file = &file.is(200).body;
    assert!(file.contains("Cantine") && file.contains("Médiathèque") && !file.contains("Portail famille"), "{file}");

    // Each goes alone.
    let fewer = asked.attribute("a.fr-tag--dismiss[aria-label$='Validée']", "href").expect("a way out");
    assert_eq!(fewer, "/instruction?onglet=toutes&etat=refused");
    let page = cast.legal.open(&fewer).await;
    assert_eq!(names(&page), ["Médiathèque"]);
    let none = page.attribute("nav[aria-label='Filtres en cours'] a", "href").expect("a way out");
    assert_eq!(list(&cast.legal, none.trim_start_matches("/instruction?")).await.len(), 3);
}

#[tokio::test]
async fn columns_order_the_list_both_ways() {
    let site = TestSite::new().await;
    let (cast, _) = three(&site).await;
    for (query, expected) in [
        ("onglet=toutes&tri=projet", ["Cantine", "Médiathèque", "Portail famille"]),
        ("onglet=toutes&tri=projet&sens=desc", ["Portail famille", "Médiathèque", "Cantine"]),
        ("onglet=toutes&tri=numero", ["Médiathèque", "Cantine", "Portail famille"]),
        ("onglet=toutes&tri=transmise&sens=desc", ["Portail famille", "Cantine", "Médiathèque"]),
    ] {
        assert_eq!(list(&cast.legal, query).await, expected, "{query}");
    }
    let page = cast.legal.open("/instruction?onglet=equipes").await;
    assert_eq!(page.attribute("#file th[aria-sort]", "aria-sort").as_deref(), Some("ascending"));
    let turned = page.attribute("#file th[aria-sort] a", "href").expect("a link");
    let page = cast.legal.open(&turned).await;
    assert_eq!(names(&page), ["Portail famille", "Médiathèque"]);
    assert_eq!(page.attribute("#file th[aria-sort]", "aria-sort").as_deref(), Some("descending"));
}

#[tokio::test]
async fn twenty_five_a_page_with_the_true_total() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    for index in 1..=27 {
        road::file(&cast.applicant, FRANCECONNECT, &format!("Projet {index}"), None).await;
        site.clock.advance(std::time::Duration::from_secs(1));
    }
    let page = cast.legal.open(QUEUE).await;
    page.says("27 demandes attendent vos équipes");
    assert_eq!(names(&page).len(), 25);
    let next = page.attribute("a[rel='next']", "href").expect("a next page");
    assert_eq!(names(&cast.legal.open(&next).await), ["Projet 26", "Projet 27"]);
    let beyond = cast.legal.open("/instruction?onglet=equipes&page=9").await;
    assert!(names(&beyond).is_empty());
    beyond.says("Cette page n’existe pas");
    let found = cast.legal.open("/instruction?onglet=equipes&q=projet").await;
    let next = found.attribute("a[rel='next']", "href").expect("a next page");
    assert!(next.contains("q=projet"), "the page keeps the question: {next}");
    for (query, first, last) in [
        ("onglet=toutes&q=projet", "Projet 27", "Projet 1"),
        ("onglet=toutes&q=projet&tri=numero", "Projet 1", "Projet 27"),
        ("onglet=toutes&q=projet&tri=transmise&etat=under_review&service=franceconnect", "Projet 1", "Projet 27"),
        ("onglet=toutes&q=projet&tri=projet", "Projet 1", "Projet 9"),
    ] {
        let page = cast.legal.open(&format!("{QUEUE}?{query}")).await;
        page.says("27 demandes");
        let shown = names(&page);
        assert_eq!((shown.len(), shown.first().map(String::as_str)), (25, Some(first)), "{query}");
        let shown = names(&cast.legal.open(&format!("{QUEUE}?{query}&page=2")).await);
        assert_eq!((shown.len(), shown.last().map(String::as_str)), (2, Some(last)), "{query}");
    }
    assert!(list(&cast.legal, "onglet=toutes&q=projet&etat=approved").await.is_empty());
    list(&cast.legal, "onglet=toutes&q=projet&service=a'b%22%26").await;
}

#[tokio::test]
async fn a_search_finds_words_numbers_people_and_siret_however_they_are_written() {
    let site = TestSite::new().await;
    let (cast, [first, ..]) = three(&site).await;
    road::approve(&cast.legal, &first).await;
    road::approve(&cast.team, &first).await;
    let find = |typed: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("onglet", "toutes").append_pair("q", typed).finish();
        let legal = cast.legal.clone();
        async move { list(&legal, &query).await }
    };
    for (typed, expected) in [
        ("MEDIATHEQUE", vec!["Médiathèque"]),
        ("médiath", vec!["Médiathèque"]),
        ("famille portail", vec!["Portail famille"]),
        ("d2", vec!["Cantine"]),
        ("219", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("D2 cantine", vec!["Cantine"]),
        ("D2 portail", vec![]),
        ("2", vec!["Cantine"]),
        ("H1", vec!["Médiathèque"]),
        ("H9", vec![]),
        ("commune de clamart", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("219 200 235 00014", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("219200235", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("jeanne.roux@clamart.example", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("roux cantine", vec!["Cantine"]),
        ("approved", vec![]),
        ("sent", vec![]),
        ("connectent", vec!["Portail famille", "Cantine", "Médiathèque"]),
        ("«\u{a0}portail-famille\u{a0}»", vec!["Portail famille"]),
    ] {
        assert_eq!(find(typed).await, expected, "{typed}");
    }
    let long = "x".repeat(500);
    for odd in
        ["\"", "'", "* OR *", "NEAR(a b)", "folded:a", "a AND", "(", "^a", "-a", "a:*", "%", "_", "\\", "D99999999999999999999", &long, "日本", "½"]
    {
        find(odd).await;
    }
    assert_eq!(find(" ").await.len(), 3, "nothing asked is no filter");
}

#[tokio::test]
async fn a_word_like_a_number_is_also_a_word() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    for title in ["MDPH 13", "H2 énergie", "Salle n°73", "Plan covid 19"] {
        road::file(&cast.applicant, FRANCECONNECT, title, None).await;
    }
    for (typed, expected) in [
        ("MDPH 13", vec!["MDPH 13"]),
        ("mdph13", vec!["MDPH 13"]),
        ("H2 énergie", vec!["H2 énergie"]),
        ("H2", vec!["H2 énergie"]),
        ("n°73", vec!["Salle n°73"]),
        ("nº73", vec!["Salle n°73"]),
        ("№73", vec!["Salle n°73"]),
        ("73", vec!["Salle n°73"]),
        ("covid19", vec!["Plan covid 19"]),
        ("covid-19", vec!["Plan covid 19"]),
        // The numbers of the requests are found all the same.
        ("D1", vec!["MDPH 13"]),
        ("d 3", vec!["Salle n°73"]),
        ("2", vec!["H2 énergie"]),
        ("D1 H9", vec![]),
        ("MDPH 14", vec![]),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        assert_eq!(list(&cast.legal, &format!("onglet=toutes&q={query}")).await, expected, "{typed}");
        let own = cast.applicant.open(&format!("/demandes?q={query}")).await;
        assert_eq!(own.all("#demandes tbody th > a"), expected, "{typed}");
    }
}

/// Words of the copy of that number, the oldest first: some are in all of them, some in the oldest or in one of two.
fn copied_words(index: usize) -> String {
    let age = match index {
        ..500 => "ancien",
        500..800 => "recent",
        _ => "nouveau",
    };
    let half = if index.is_multiple_of(2) { "pair" } else { "impair" };
    format!("partout {age} {half} {} copie{index}", ["nevers", "dax", "albi"][index % 3])
}

const COPIES: usize = 900;
const QUESTIONS: [&str; 12] = [
    "partout",
    "pair",
    "ancien",
    "recent",
    "nouveau",
    "nevers",
    "partout pair",
    "partout copie12",
    "ancien nevers",
    "pair copie899",
    "impair copie899",
    "rien",
];

/// Copies of these two requests, one in ten of the second.
async fn copy_many(site: &TestSite, [provider, data]: [&str; 2]) {
    let cx = &site.app.cx;
    let request = |id: &str| store::request::by_id(&cx.db, id.parse().expect("an identifier"));
    let sources = [request(provider).await.expect("read").expect("filed"), request(data).await.expect("read").expect("filed")];
    let of = |index: usize| &sources[usize::from(index % 10 == 9)];
    for first in (0..COPIES).step_by(300) {
        let copy = |index: usize| RequestCopy {
            of: of(index).id,
            applicant: sources[0].applicant,
            organisation: sources[0].organisation,
            title: format!("Copie {index}"),
            folded: copied_words(index),
            at: sources[0].created_at + jiff::SignedDuration::from_mins(i64::try_from(index).expect("few")),
            of_at: of(index).created_at,
            told: Vec::new(),
        };
        let copies: Vec<RequestCopy> = (first..first + 300).map(copy).collect();
        let tx = cx.begin().await.expect("begun");
        store::copies::add(cx, &tx, &copies).await.expect("added");
        tx.commit().await.expect("committed");
    }
    store::copies::settle(&cx.db).await.expect("settled");
}

#[tokio::test]
async fn a_search_among_many_finds_what_reading_them_all_finds() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let provider = road::file(&cast.applicant, FRANCECONNECT, "Portail", None).await;
    cast.approve_franceconnect(&provider).await;
    let data = road::file(&cast.applicant, API_PARTICULIER, "Quotient", Some(&provider)).await;
    copy_many(&site, [&provider, &data]).await;
    let everything = site.reviewer("paule.lambert@habilis.example", FRANCECONNECT, "juridique").await;
    let account = site.add_account("paule.lambert@habilis.example").await;
    site.app.habilitation.grant_review(account, API_PARTICULIER, "api-particulier").await.expect("granted");

    for (reader, reads_data, reads_provider) in [(&everything, true, true), (&cast.legal, false, true), (&cast.data_team, true, false)] {
        for typed in QUESTIONS {
            let found = |index: &usize| {
                let words = copied_words(*index);
                let readable = if index % 10 == 9 { reads_data } else { reads_provider };
                readable && typed.split(' ').all(|typed| words.split(' ').any(|word| word.starts_with(typed)))
            };
            let mut expected: Vec<usize> = (0..COPIES).filter(found).collect();
            for order in ["tri=transmise&sens=asc", "tri=transmise&sens=desc"] {
                let pages = expected.len().div_ceil(25);
                for page in [1, 2, pages].into_iter().filter(|page| (1..=pages).contains(page)) {
                    let shown = reader.open(&format!("{QUEUE}?onglet=toutes&q={}&{order}&page={page}", typed.replace(' ', "+"))).await;
                    let titles: Vec<String> = expected.iter().skip((page - 1) * 25).take(25).map(|index| format!("Copie {index}")).collect();
                    assert_eq!(names(&shown), titles, "{typed}, {order}, page {page}");
                    shown.says(&if expected.len() == 1 { "Une demande.".to_owned() } else { format!("{} demandes", expected.len()) });
                }
                expected.reverse();
            }
        }
    }
}

#[tokio::test]
async fn words_and_titles_follow_what_is_sent() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Piscine", None).await;
    assert_eq!(list(&cast.legal, "q=piscine").await, ["Piscine"]);
    decide(&cast.legal, &id, "modifier", "Un autre nom.").await.is(303);
    let path = format!("/demandes/{id}/projet");
    let page = cast.applicant.open(&path).await;
    cast.applicant.submit(page.form(&path).set("name", "Patinoire").press("enregistrer")).await.is(303);
    // Half-typed, the new name is the applicant's; they find it.
    assert_eq!(list(&cast.legal, "onglet=toutes&q=piscine").await, ["Piscine"]);
    assert!(list(&cast.legal, "onglet=toutes&q=patinoire").await.is_empty());
    cast.applicant.open("/demandes?q=patinoire").await.says("Patinoire");
    road::submit(&cast.applicant, &id).await;
    assert_eq!(list(&cast.legal, "onglet=toutes&q=patinoire").await, ["Patinoire"]);
    assert!(list(&cast.legal, "onglet=toutes&q=piscine").await.is_empty());
}

#[tokio::test]
async fn a_question_is_kept_under_a_name_and_may_open_with_the_list() {
    let site = TestSite::new().await;
    let (cast, _) = three(&site).await;
    let asked = "/instruction?onglet=toutes&q=cantine";
    let keep = |name: &'static str| {
        let legal = cast.legal.clone();
        async move {
            let page = legal.open(asked).await;
            legal.submit(page.form("/instruction/recherches").set("nom", name)).await
        }
    };
    let kept = keep("Cantines").await;
    assert_eq!(kept.is(303).location(), format!("{asked}&fait=recherche"));
    assert_eq!(keep("Cantines").await.is(422).errors(), ["Vous avez déjà une recherche de ce nom."]);
    assert_eq!(keep("  ").await.is(422).errors(), ["Donnez un nom à cette recherche."]);
    let page = cast.legal.open(QUEUE).await;
    assert_eq!(page.attribute(".hb-searches a", "href").as_deref(), Some(asked));
    assert!(!cast.team.open(QUEUE).await.has(".hb-searches"), "each person has their own");
    let path = page.attribute(".hb-searches a[href^='/instruction/recherches/']", "href").expect("a link to change it");
    cast.team.get(&path).await.is(404);
    cast.team.post(&path, &[("action", "supprimer")]).await.is(404);

    let edit = cast.legal.open(&path).await;
    cast.legal.submit(edit.form(&path).press("defaut")).await.is(303);
    assert_eq!(cast.legal.get(QUEUE).await.is(303).location(), asked);
    assert_eq!(list(&cast.legal, "onglet=equipes").await.len(), 2, "another list is still one click away");
    cast.legal.submit(edit.form(&path).set("nom", "Les cantines").press("renommer")).await.is(303);
    cast.legal.open("/instruction?onglet=equipes").await.says("Les cantines (par défaut)");
    let edit = cast.legal.open(&path).await;
    cast.legal.submit(edit.form(&path).press("ordinaire")).await.is(303);
    cast.legal.get(QUEUE).await.is(200);
    cast.legal.submit(edit.form(&path).press("supprimer")).await.is(303);
    cast.legal.get(&path).await.is(404);
    assert!(!cast.legal.open(QUEUE).await.has(".hb-searches"));
}

#[tokio::test]
async fn a_request_is_taken_handed_over_and_released() {
    let site = TestSite::new().await;
    let (cast, [id, ..]) = three(&site).await;
    let colleague = site.reviewer("lea.martin@habilis.example", FRANCECONNECT, "juridique").await;
    let lea = site.add_account("lea.martin@habilis.example").await.to_string();
    let hugo = site.add_account(TEAM).await.to_string();
    site.new_mails().await;
    assign(&cast.legal, &id, "prendre", "").await.is(303);
    cast.legal.open(&format!("{QUEUE}/{id}")).await.says("Équipe juridique : nadia benali");
    assert!(site.new_mails().await.is_empty(), "one does not write to oneself");
    let page = cast.legal.open(&format!("{QUEUE}/{id}")).await;
    assert!(page.has(&format!("option[value='{lea}']")) && !page.has(&format!("option[value='{hugo}']")), "colleagues of the team only");
    assign(&cast.legal, &id, "confier", &lea).await.is(303);
    let mails = site.new_mails().await;
    assert_eq!(headers_of(&mails), [("lea.martin@habilis.example", "Demande D1 : elle vous est confiée")]);
    assert!(mails[0].body.contains("nadia benali vous confie"), "{}", mails[0].body);
    assert_eq!(list(&colleague, "onglet=miennes").await, ["Médiathèque"]);
    assert!(list(&cast.legal, "onglet=miennes").await.is_empty());
    assign(&colleague, &id, "rendre", "").await.is(303);
    assert_eq!(list(&colleague, "onglet=libres").await.len(), 2);
    let history = cast.legal.open(&format!("{QUEUE}/{id}")).await;
    for expected in ["Demande attribuée", "Équipe juridique — lea martin", "Attribution retirée"] {
        history.says(expected);
    }
    let seen = cast.applicant.open(&format!("/demandes/{id}")).await;
    seen.does_not_say("lea martin");
    seen.does_not_say("Demande attribuée");
}

#[tokio::test]
async fn nobody_gives_a_request_to_somebody_outside_the_team() {
    let site = TestSite::new().await;
    let (cast, [id, ..]) = three(&site).await;
    let path = format!("{QUEUE}/{id}/attribution");
    let hugo = site.add_account(TEAM).await.to_string();
    site.reviewer("lea.martin@habilis.example", FRANCECONNECT, "juridique").await;
    let page = cast.legal.open(&format!("{QUEUE}/{id}")).await;
    let form = page.form_with("/attribution", "action", Some("confier"));
    for person in [hugo.as_str(), "", "personne"] {
        let refused = cast.legal.submit(form.clone().forge("personne", person)).await;
        assert_eq!(refused.is(422).errors(), ["Choisissez une personne de l’équipe."], "{person}");
    }
    let version = form.values("version")[0].to_owned();
    let sent = [("equipe", "franceconnect:juridique"), ("action", "prendre"), ("version", version.as_str())];
    cast.team.post(&path, &sent).await.is(409);
    cast.data_team.post(&path, &sent).await.is(404);
    cast.applicant.post(&path, &sent).await.is(404);
    let reader = site.add_account("lea.colin@habilis.example").await;
    site.app.habilitation.grant_role(reader, &Grant::new(FRANCECONNECT, None, Role::Reader)).await.expect("granted");
    let browser = site.signed_in("lea.colin@habilis.example").await;
    browser.post(&path, &sent).await.is(409);
    let reading = browser.open("/instruction?onglet=toutes").await;
    assert_eq!(names(&reading).len(), 3, "a reader finds every request of the service");
    assert!(names(&browser.open(QUEUE).await).is_empty(), "and has none to decide");
    assign(&cast.legal, &id, "prendre", "").await.is(303);
    let late = cast.legal.post(&path, &[("equipe", "franceconnect:juridique"), ("action", "rendre"), ("version", &version)]).await;
    late.is(409).says("Cette demande a changé depuis que vous l’avez ouverte.");
    late.says("Équipe juridique : nadia benali");
}

#[tokio::test]
async fn the_legal_limit_is_told_before_it_passes() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    road::file(&cast.applicant, FRANCECONNECT, "Médiathèque", None).await;
    for (instant, words) in [
        ("2027-01-07T09:00:00Z", None),
        ("2027-01-08T09:00:00Z", Some("Délai légal : 23 janvier 2027")),
        ("2027-01-20T09:00:00Z", Some("Délai légal imminent : 23 janvier 2027")),
        ("2027-01-23T22:30:00Z", Some("Délai légal imminent")),
        ("2027-01-25T09:00:00Z", Some("Délai légal dépassé depuis le 23 janvier 2027")),
    ] {
        site.clock.set(instant.parse().expect("an instant"));
        cast.legal.sign_in(LEGAL, PASSWORD).await;
        let page = cast.legal.open(QUEUE).await;
        match words {
            Some(words) => page.says(words),
            None => page.does_not_say("Délai légal"),
        }
    }
}
