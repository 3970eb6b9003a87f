//! Starting from something: a link that proposes answers, a copy, the page one left.

use crate::{
    browser::Browser,
    road::{self, API_PARTICULIER, APPLICANT, FRANCECONNECT},
    site::TestSite,
};

async fn start_from(browser: &Browser, query: &str) -> String {
    let page = browser.open(&format!("/demandes/nouvelle/{FRANCECONNECT}?{query}")).await;
    let started = browser.submit(page.form(FRANCECONNECT)).await;
    started.is(303).location()
}

#[tokio::test]
async fn a_link_proposes_answers_but_never_people() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let query = "name=Portail+%C3%A9t%C3%A9&scopes=email,birthdate,inconnu&description=Se+connecter\
                 &responsable_technique_email=pirate@a.fr&alternative=oui&state=approved&legal_document=x";
    browser.open(&format!("/demandes/nouvelle/{FRANCECONNECT}?{query}")).await.says("Des réponses sont proposées");
    let there = start_from(&browser, query).await;
    assert!(there.ends_with("/projet?prerempli=1"), "{there}");
    let page = browser.open(&there).await;
    page.says("Formulaire pré-rempli");
    assert_eq!((page.value("name"), page.value("description")), ("Portail été".to_owned(), "Se connecter".to_owned()));
    assert!(page.form("projet").values("alternative").is_empty(), "a commitment is the applicant's own");
    let id = there.split('/').nth(2).expect("an id").to_owned();
    let mut scopes: Vec<String> =
        browser.open(&format!("/demandes/{id}/donnees")).await.form("donnees").values("scopes").into_iter().map(str::to_owned).collect();
    scopes.sort();
    assert_eq!(scopes, ["birthdate", "email", "openid"]);
    assert_eq!(browser.open(&format!("/demandes/{id}/contacts")).await.value("responsable_technique_email"), "");
    browser.open("/demandes").await.says("Portail été");
}

#[tokio::test]
async fn what_a_link_proposes_survives_the_choice_of_a_form() {
    let site = TestSite::new().await;
    let browser = site.account(APPLICANT).await;
    let query = "name=Portail+%C3%A9t%C3%A9&recipients=Le+service+enfance&responsable_technique_email=pirate@a.fr&inconnu=x";
    let start = format!("/demandes/nouvelle/{API_PARTICULIER}");
    let mut page = browser.open(&format!("{start}?{query}")).await;
    // On the way: the organisation, then the questions.
    let organisation = page.attribute("a[href^='/organisation?']", "href").expect("a link");
    assert!(organisation.contains("Portail"), "{organisation}");
    browser.join(crate::site::SIRET).await;
    page = browser.open(&format!("{start}?{query}")).await;
    for title in ["Notre éditeur de logiciel", "Entr’ouvert", "Cantine, périscolaire, centre de loisirs"] {
        let href = page.link(title);
        assert!(href.contains("name=Portail") && !href.contains("pirate") && !href.contains("inconnu"), "{href}");
        page = browser.open(&href).await;
    }
    page.says("Des réponses sont proposées");
    assert!(page.link("Changer de modèle").contains("recipients="));
    let there = browser.submit(page.form(&start)).await.is(303).location();
    assert!(there.ends_with("?prerempli=1"), "{there}");
    let id = there.split('/').nth(2).expect("an id").to_owned();
    assert_eq!(browser.open(&there).await.value("name"), "Portail été");
    assert_eq!(browser.open(&format!("/demandes/{id}/donnees")).await.value("recipients"), "Le service enfance");
    assert_eq!(browser.open(&format!("/demandes/{id}/contacts")).await.value("responsable_technique_email"), "");
}

#[tokio::test]
async fn a_link_with_nothing_to_propose_says_nothing() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    for query in ["", "inconnu=x", "name=%00", "scopes=inconnu", "name=%ff", "%", "name"] {
        let there = start_from(&browser, query).await;
        assert!(there.ends_with("/projet"), "{query}: {there}");
    }
    // The form checks again what it sends on.
    let page = browser.open(&format!("/demandes/nouvelle/{FRANCECONNECT}")).await;
    let form = page.form(FRANCECONNECT).forge("propose.responsable_technique_email", "pirate@a.fr").forge("propose.state", "approved");
    let started = browser.submit(form).await;
    assert!(started.is(303).location().ends_with("/projet"));
}

#[tokio::test]
async fn a_copy_takes_the_answers_and_leaves_the_documents() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail famille", None).await;
    let block = format!("/demandes/{id}/cadre-juridique");
    let page = browser.open(&block).await;
    browser.submit(page.form(&block).attach("legal_document", "acte.pdf", b"%PDF-1.7").press("enregistrer")).await.is(303);
    road::submit(&browser, &id).await;

    let path = format!("/demandes/{id}/duplication");
    let page = browser.open(&path).await;
    let copied = browser.submit(page.form(&path)).await;
    let there = copied.is(303).location();
    let page = browser.open(&there).await;
    page.says("Demande dupliquée");
    assert_eq!(page.value("name"), "Portail famille (copie)");
    let copy = there.split('/').nth(2).expect("an id").to_owned();
    assert!(!browser.open(&format!("/demandes/{copy}/cadre-juridique")).await.has("a[href*='/documents/']"));
    assert_eq!(browser.open(&format!("/demandes/{copy}/contacts")).await.value("responsable_technique_email"), road::TECHNICAL);

    let page = browser.open(&path).await;
    let bare = browser.submit(page.form(&path).pick("contacts", &[])).await;
    let bare = bare.is(303).location().split('/').nth(2).expect("an id").to_owned();
    assert_eq!(browser.open(&format!("/demandes/{bare}/contacts")).await.value("responsable_technique_email"), "");
    browser.open(&format!("/demandes/{copy}")).await.says("brouillon");
}

#[tokio::test]
async fn a_copy_may_rely_on_the_same_habilitation() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let franceconnect = road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    let id = road::complete(&browser, API_PARTICULIER, "Tarifs", Some(&franceconnect)).await;
    let path = format!("/demandes/{id}/duplication");
    for (kept, expected) in [(true, franceconnect.as_str()), (false, "")] {
        let form = browser.open(&path).await.form(&path);
        let form = if kept { form } else { form.pick("rattachement", &[]) };
        let copy = browser.submit(form).await.is(303).location().split('/').nth(2).expect("an id").to_owned();
        let page = browser.open(&format!("/demandes/{copy}/franceconnect")).await;
        assert_eq!(page.form("franceconnect").values("franceconnect"), [expected]);
    }
}

#[tokio::test]
async fn strangers_copy_nothing_and_colleagues_copy_for_themselves() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let stranger = site.applicant("marc.lefevre@clamart.example").await;
    let path = format!("/demandes/{id}/duplication");
    stranger.get(&path).await.is(404);
    stranger.post(&path, &[]).await.is(404);
    site.verify("marc.lefevre@clamart.example").await;
    let page = stranger.open(&path).await;
    stranger.submit(page.form(&path)).await.is(303);
    stranger.open("/demandes").await.says("Portail famille (copie)");
    applicant.open("/demandes").await.does_not_say("(copie)");
}

#[tokio::test]
async fn one_goes_on_at_the_page_one_left_on_any_device() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let request = format!("/demandes/{id}");
    browser.open(&request).await.says("Continuer ma demande");
    let block = format!("{request}/projet");
    let form = browser.open(&block).await.form(&block).set("name", "Portail").fill(&road::ANSWERS).press("suivant");
    browser.submit(form).await.is(303);
    let other = site.signed_in(APPLICANT).await;
    let page = other.open(&request).await;
    assert!(page.has(&format!("a[href='{request}/donnees']")), "{}", page.text());
    page.says("Reprendre : Les données");
    let done = road::complete(&browser, FRANCECONNECT, "Médiathèque", None).await;
    other.open(&format!("/demandes/{done}")).await.says("Reprendre : vérifier et transmettre");
}

#[tokio::test]
async fn a_vendor_does_not_copy_its_clients_request_into_one_of_its_own() {
    let directory = crate::directory::Directory::start().await;
    directory.fail(usize::MAX);
    let site = TestSite::with(&[("DIRECTORY_URL", &directory.url)]).await;
    let client = site.applicant(APPLICANT).await;
    let address = "/demandes/nouvelle/api-particulier?forme=publik-famille";
    let first = client.submit(client.open(address).await.form("/demandes/nouvelle/api-particulier")).await;
    let id = first.is(303).location().split('/').nth(2).expect("an id").to_owned();
    let vendor = site.account("ines.nguyen@entrouvert.example").await;
    vendor.join("44317013900036").await.is(303);
    let share = format!("/demandes/{id}/partage");
    let page = client.open(&share).await;
    client.submit(page.form_with(&share, "action", Some("inviter")).set("email", "ines.nguyen@entrouvert.example")).await.is(303);
    let link = crate::site::link_in(&site.only_mail("ines.nguyen@entrouvert.example").await, &site);
    vendor.submit(vendor.open(&link).await.form(&link).set("password", crate::site::PASSWORD)).await.is(303);
    vendor.join("44317013900036").await;
    let refused = vendor.post(&format!("/demandes/{id}/duplication"), &[]).await;
    refused.is(400).says("C’est à votre client de déposer cette demande.");
}
