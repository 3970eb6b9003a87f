//! Choosing a form, and the vendors that are not ready.

use crate::{
    road::{ADMIN, API_PARTICULIER, APPLICANT, DATA_TEAM, FRANCECONNECT, LEGAL},
    site::{TestSite, headers_of},
};

const START: &str = "/demandes/nouvelle/api-particulier";
const TICKETS: &str = "/instruction/editeurs";

#[tokio::test]
async fn a_qualified_vendor_leads_to_one_request_for_both() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let follow = async |page: &crate::browser::Page, title: &str| {
        let href = page.link(title);
        browser.open(&href).await
    };
    let page = browser.open(START).await;
    page.says("Qui va raccorder votre service");
    let page = follow(&page, "Notre éditeur de logiciel").await;
    let page = follow(&page, "Entr’ouvert").await;
    page.says("Pour quelle démarche");
    let page = follow(&page, "Cantine, périscolaire, centre de loisirs").await;
    for expected in ["Publik Famille (Entr’ouvert)", "Une seule demande pour les deux services", "Déjà rempli pour vous", "Quotient familial"] {
        page.says(expected);
    }
    for team in ["Équipe juridique", "Équipe FranceConnect", "Équipe API Particulier"] {
        page.says(team);
    }
    let started = browser.submit(page.form(START)).await;
    let first = browser.open(&started.is(303).location()).await;
    first.says("Étape 1 sur 6");
    first.says("Mon service reste accessible autrement que par FranceConnect");
}

#[tokio::test]
async fn a_link_leads_straight_to_the_form() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let page = browser.open(&format!("{START}?cas=tarification-enfance&editeur=aiga")).await;
    page.says("iNoé (Aiga)");
    let page = browser.open(&format!("{START}?qui=interne&cas=ccas")).await;
    page.says("Aide sociale du CCAS");
    let page = browser.open(&format!("{START}?cas=nulle-part&editeur=personne-de-connu")).await;
    page.says("Quel est votre éditeur");
    let started = browser.submit(browser.open(&format!("{START}?forme=ccas")).await.form(START)).await;
    let id = started.is(303).location();
    let legal = browser.open(&id.replace("/projet", "/cadre-juridique")).await;
    assert!(legal.value("legal_nature").contains("L123-5"));
    assert_eq!(legal.value("legal_url"), "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000038833680/");
}

#[tokio::test]
async fn a_vendor_does_not_file_for_its_clients() {
    let site = TestSite::new().await;
    let browser = site.account("commercial@entrouvert.example").await;
    browser.join("44317013900036").await;
    let page = browser.open(&format!("{START}?forme=publik-famille")).await;
    page.says("C’est à votre client de déposer cette demande");
    assert_eq!(page.form_count(START), 0);
    browser.post(START, &[("forme", "publik-famille")]).await.is(422).says("C’est à votre client");
    // Nor with the model of another vendor; the page says what a private body must show.
    browser.post(START, &[("forme", "inoe")]).await.is(422).says("C’est à votre client");
    let page = browser.open(&format!("{START}?forme=ccas")).await;
    page.says("Votre organisation n’est pas une administration");
    page.says("ne l’obtient que si un texte le prévoit");
    browser.submit(page.form(START)).await.is(303);
    site.applicant(APPLICANT).await.open(&format!("{START}?forme=ccas")).await.does_not_say("n’est pas une administration");
    browser.post(START, &[("forme", "inconnue")]).await.is(404);
}

#[tokio::test]
async fn a_vendor_that_is_not_ready_is_contacted_and_followed_until_closed() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let team = site.reviewer(DATA_TEAM, API_PARTICULIER, "api-particulier").await;
    let page = browser.open(&format!("{START}?editeur=arpege")).await;
    page.says("Arpège n’est pas encore raccordé à FranceConnect");
    page.says("Concerto (Arpège)");
    let action = format!("{START}/editeur");
    let refused = browser.submit(page.form(&action).set("courriel", "arpege")).await;
    assert_eq!(refused.is(422).errors().len(), 2, "{:?}", refused.errors());
    assert_eq!(refused.value("courriel"), "arpege");
    let filled =
        page.form(&action).fill(&[("donnees", "Quotient familial CAF et MSA"), ("interlocuteur", "Anne Leroy"), ("courriel", "anne@arpege.example")]);
    let sent = browser.submit(filled.clone()).await;
    browser.open(&sent.is(303).location()).await.says("L’équipe est prévenue");
    browser.submit(filled).await.is(303);
    assert_eq!(headers_of(&site.new_mails().await), [(DATA_TEAM, "Un éditeur à contacter")], "told twice, the first stands");

    let list = team.open(TICKETS).await;
    for expected in ["Arpège", "À contacter", "Anne Leroy", "anne@arpege.example", "COMMUNE DE CLAMART", "jeanne roux"] {
        list.says(expected);
    }
    let link = list.attribute("form[action*='/instruction/editeurs/']", "action").expect("a ticket");
    team.post(&link, &[("action", "contacte")]).await.is(303);
    team.post(&link, &[("action", "contacte")]).await.is(409);
    team.open(TICKETS).await.says("par awa diallo");
    let unsaid = team.post(&link, &[("action", "clos"), ("note", " ")]).await;
    assert_eq!(unsaid.is(422).errors(), ["Dites ce qu’il en est : la collectivité lira ce texte."]);
    team.post(&link, &[("action", "clos"), ("note", "Prévu pour la version de mars.")]).await.is(303);
    let mails = site.new_mails().await;
    assert_eq!(headers_of(&mails), [(APPLICANT, "La réponse de votre éditeur"), (APPLICANT, "Votre éditeur a été contacté")]);
    assert!(mails[0].body.contains("version de mars"));
    team.open(&format!("{TICKETS}?etat=closed")).await.says("Prévu pour la version de mars.");
    team.open(&format!("{TICKETS}?etat=open")).await.says("Aucun éditeur à contacter");
    browser.get(TICKETS).await.is(404);
}

#[tokio::test]
async fn each_team_speaks_of_a_vendor_in_its_own_name() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    // A second service has products of vendors.
    let admin = site.administrator(ADMIN).await;
    let text = format!("/administration/catalogue/{FRANCECONNECT}/texte");
    let page = admin.open(&text).await;
    let with_product = format!(
        "{}\n[[variants]]\nslug = \"concerto\"\nname = \"Concerto (Arpège)\"\nvendor = \"arpege\"\nsummary = \"Concerto\"\n",
        page.value("texte")
    );
    admin.submit(page.form(&text).set("texte", &with_product).set("motif", "Concerto").press("publier")).await.is(303);
    let teams = [
        (API_PARTICULIER, "API Particulier", site.reviewer(DATA_TEAM, API_PARTICULIER, "api-particulier").await),
        (FRANCECONNECT, "FranceConnect", site.reviewer(LEGAL, FRANCECONNECT, "juridique").await),
    ];
    for (service, name, team) in &teams {
        let report = format!("/demandes/nouvelle/{service}/editeur");
        browser.post(&report, &[("editeur", "arpege"), ("donnees", "Quotient familial"), ("courriel", "anne@arpege.example")]).await.is(303);
        site.new_mails().await;
        let ticket = team.open(TICKETS).await.attribute("form[action*='/instruction/editeurs/']", "action").expect("a ticket");
        team.post(&ticket, &[("action", "contacte")]).await.is(303);
        team.post(&ticket, &[("action", "clos"), ("note", "Prévu pour mars.")]).await.is(303);
        let mails = site.mails_to(APPLICANT).await;
        let said: Vec<bool> =
            mails.iter().map(|mail| mail.body.contains(&format!("l’équipe {name} ")) || mail.body.contains(&format!("L’équipe {name} "))).collect();
        assert_eq!(said, [true, true], "{name}: {mails:?}");
    }
}

#[tokio::test]
async fn nobody_has_teams_written_to_about_vendors_without_end() {
    let site = TestSite::with(&[("RATE_LIMITS", "true")]).await;
    let browser = site.applicant(APPLICANT).await;
    site.reviewer(DATA_TEAM, API_PARTICULIER, "api-particulier").await;
    let action = format!("{START}/editeur");
    let form = browser.open(&format!("{START}?editeur=autre")).await.form(&action);
    let form = form.fill(&[("donnees", "Quotient familial CAF et MSA"), ("courriel", "anne@editeur.example"), ("message", "Appelez le matin.")]);
    for number in 0..20 {
        browser.submit(form.clone().set("nom", &format!("Éditeur {number}"))).await.is(303);
    }
    // The same vendor again is told already: nobody is written to.
    browser.submit(form.clone().set("nom", "Éditeur 3")).await.is(303);
    let refused = browser.submit(form.set("nom", "Éditeur de trop")).await;
    assert_eq!(refused.is(422).errors(), ["Vous avez signalé beaucoup d’éditeurs : attendez 3 minutes avant d’en signaler un autre."]);
    assert_eq!((refused.value("nom"), refused.value("message")), ("Éditeur de trop".to_owned(), "Appelez le matin.".to_owned()));
    let listed = browser
        .open(&format!("{START}?editeur=arpege"))
        .await
        .form(&action)
        .fill(&[("donnees", "Quotient familial CAF et MSA"), ("courriel", "a@b.fr")]);
    assert_eq!(browser.submit(listed).await.is(422).errors(), refused.errors());
    assert_eq!(site.mails_to(DATA_TEAM).await.len(), 20);
}
