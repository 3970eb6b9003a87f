//! What spares typing: one's own card, the organisation's list, and several people under one contact.

use crate::{
    browser::Browser,
    road::{self, APPLICANT, FRANCECONNECT, TECHNICAL, cast},
    site::TestSite,
};

const BOOK: &str = "/organisation/contacts";

async fn add(browser: &Browser, values: &[(&str, &str)]) -> crate::browser::Page {
    let page = browser.open(BOOK).await;
    let forms = page.form_without(BOOK, &["contact", "supprimer"]);
    browser.submit(forms.fill(values)).await
}

const DPO: [(&str, &str); 5] = [
    ("given_name", "Paul"),
    ("family_name", "Marchand"),
    ("job_title", "Délégué à la protection des données"),
    ("email", "DPO@clamart.example"),
    ("phone", "01 46 62 35 36"),
];

#[tokio::test]
async fn a_verified_member_keeps_the_contacts_of_the_organisation() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    browser.get(BOOK).await.is(404);
    site.verify(APPLICANT).await;
    let refused = add(&browser, &[("given_name", "Paul"), ("email", "dpo@")]).await;
    assert_eq!(
        refused.is(422).errors(),
        [
            "Nom : Ce champ est à compléter.",
            "Fonction : Ce champ est à compléter.",
            "Adresse électronique : Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr",
            "Téléphone : Ce champ est à compléter.",
        ]
    );
    assert_eq!(refused.value("given_name"), "Paul");
    let added = add(&browser, &DPO).await;
    browser.open(&added.is(303).location()).await.says("Contacts enregistrés");
    // The same address is the same person.
    add(&browser, &DPO).await.is(303);
    let page = browser.open(BOOK).await;
    assert_eq!(page.all("h2").iter().filter(|title| title.contains("Paul Marchand")).count(), 1);
    let changed = browser.submit(page.form_holding(BOOK, "contact").set("job_title", "DPO")).await;
    browser.open(&changed.is(303).location()).await.says("DPO · dpo@clamart.example");
    let gone = browser.submit(page.form_holding(BOOK, "supprimer")).await;
    browser.open(&gone.is(303).location()).await.says("Aucun contact pour l’instant.");
    browser.submit(page.form_holding(BOOK, "supprimer")).await.is(404);
}

#[tokio::test]
async fn a_button_fills_a_contact_from_the_list_and_another_keeps_one() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/contacts");
    assert!(!browser.open(&path).await.form(&path).holds("repertoire-delegue_protection_donnees"), "not a verified member");
    site.verify(APPLICANT).await;
    add(&browser, &DPO).await.is(303);
    let page = browser.open(&path).await;
    let contact = page.attribute("select[name='repertoire-delegue_protection_donnees'] option:nth-child(2)", "value").expect("the one kept");
    let form = page.form(&path).set("repertoire-delegue_protection_donnees", &contact);
    browser.submit(form.press("reprendre:delegue_protection_donnees")).await.is(303);
    let page = browser.open(&path).await;
    assert_eq!(page.value("delegue_protection_donnees_email"), "dpo@clamart.example");
    assert_eq!(page.value("delegue_protection_donnees_job_title"), "Délégué à la protection des données");

    let refused = browser.submit(page.form(&path).press("garder:responsable_technique")).await;
    assert_eq!(refused.is(422).errors().len(), 5, "an empty person is not kept");
    let form = page.form(&path).fill(&road::ANSWERS).set("responsable_technique_phone", "06 12 34 56 78");
    let form = form.forge("version", &refused.value("version"));
    browser.submit(form.press("garder:responsable_technique")).await.is(303);
    browser.open(BOOK).await.says("Louis Garnier");

    let stranger = site.applicant("autre.personne@clamart.example").await;
    let other = road::start(&stranger, FRANCECONNECT).await;
    stranger.post(&format!("/demandes/{other}/contacts"), &[("version", "1"), ("action", "garder:responsable_technique")]).await.is(404);
}

#[tokio::test]
async fn my_job_title_and_telephone_are_learnt_once() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let first = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{first}/contacts");
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).press("moi:responsable_technique")).await.is(303);
    let page = browser.open(&path).await;
    assert_eq!(page.value("responsable_technique_job_title"), "");
    let form = page.form(&path).set("responsable_technique_job_title", "Cheffe de projet").set("responsable_technique_phone", "06 12 34 56 78");
    browser.submit(form.press("enregistrer")).await.is(303);

    let second = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{second}/contacts");
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).press("moi:responsable_technique")).await.is(303);
    let page = browser.open(&path).await;
    let value = |name: &str| page.value(&format!("responsable_technique_{name}"));
    assert_eq!(
        (value("given_name"), value("family_name"), value("email"), value("job_title"), value("phone")),
        ("jeanne".into(), "roux".into(), APPLICANT.into(), "Cheffe de projet".into(), "06 12 34 56 78".into())
    );
}

const SECOND: &str = "ines.nguyen@clamart.example";
const SECOND_PERSON: [(&str, &str); 5] = [
    ("responsable_technique_2_given_name", "Inès"),
    ("responsable_technique_2_family_name", "Nguyen"),
    ("responsable_technique_2_job_title", "Développeuse"),
    ("responsable_technique_2_email", SECOND),
    ("responsable_technique_2_phone", "06 12 34 56 79"),
];

#[tokio::test]
async fn several_technical_contacts_each_get_their_messages_and_their_keys() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = road::complete(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let path = format!("/demandes/{id}/contacts");
    let page = cast.applicant.open(&path).await;
    assert!(!page.form(&path).holds("responsable_technique_2_email"));
    cast.applicant.submit(page.form(&path).press("ajouter:responsable_technique")).await.is(303);
    let page = cast.applicant.open(&path).await;
    let refused = cast.applicant.submit(page.form(&path).press("suivant")).await;
    assert_eq!(refused.is(422).errors().len(), 5);
    assert_eq!(refused.errors()[0], "Responsable technique (2), prénom : Ce champ est à compléter.");
    let filled = cast.applicant.submit(refused.form(&path).fill(&SECOND_PERSON).press("suivant")).await;
    filled.is(303);
    road::submit(&cast.applicant, &id).await.says("Inès Nguyen");
    let told: Vec<String> = site.role_mails().await.into_iter().map(|mail| mail.recipient).collect();
    assert!(told.contains(&SECOND.to_owned()) && told.contains(&TECHNICAL.to_owned()), "{told:?}");
    site.new_mails().await;
    cast.approve_franceconnect(&id).await;
    let keys: Vec<String> =
        site.new_mails().await.into_iter().filter(|mail| mail.subject.starts_with("Vos accès de test")).map(|mail| mail.recipient).collect();
    assert_eq!(keys, [SECOND, TECHNICAL]);
}

#[tokio::test]
async fn up_to_five_people_and_any_of_the_added_ones_leaves() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/contacts");
    for _ in 2..=5 {
        let page = browser.open(&path).await;
        browser.submit(page.form(&path).press("ajouter:responsable_technique")).await.is(303);
    }
    let page = browser.open(&path).await;
    assert!(!page.has("button[value='ajouter:responsable_technique']"), "five at most");
    browser.submit(page.form(&path).fill(&SECOND_PERSON).press("oter:responsable_technique_2")).await.is(303);
    let page = browser.open(&path).await;
    let form = page.form(&path);
    assert!(!form.holds("responsable_technique_2_email") && form.holds("responsable_technique_5_email"));
    browser.submit(form.press("ajouter:responsable_technique")).await.is(303);
    let page = browser.open(&path).await;
    assert_eq!(page.value("responsable_technique_2_email"), "", "the second place is free again, and empty");
    for wrong in ["ajouter:inconnu", "oter:responsable_technique", "reprendre:inconnu", "moi:inconnu"] {
        browser.submit(page.form(&path).press(wrong)).await.is(303);
    }
    assert!(browser.open(&path).await.form(&path).holds("responsable_technique_email"));
}
