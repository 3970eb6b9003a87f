//! A reviewer prepares a request for somebody: filled in part, handed by mail to one person, taken once.

use crate::{
    browser::{Browser, Form, Page},
    road::{self, API_PARTICULIER, APPLICANT, DATA_TEAM, LEGAL},
    site::{CLOSED_SIRET, PASSWORD, SIRET, TestSite, UNKNOWN_SIRET, link_in},
};

const LIST: &str = "/instruction/brouillons";

async fn team(site: &TestSite) -> Browser {
    site.reviewer(DATA_TEAM, API_PARTICULIER, "api-particulier").await
}

/// Prepares a request; returns its address.
async fn prepare(team: &Browser) -> String {
    prepare_in(team, API_PARTICULIER).await
}

async fn prepare_in(team: &Browser, form: &str) -> String {
    let page = team.open(LIST).await;
    let there = team.submit(page.form(LIST).set("service", form)).await.is(303).location();
    let form = team.open(&there).await.form_holding(&there, "name");
    let form = form.set("name", "Cantine à 1 €").set("description", "Tarifer selon les revenus.").pick("scopes", &["cnaf_quotient_familial"]);
    team.submit(form).await.is(303);
    there
}

async fn invite(team: &Browser, prepared: &str, email: &str, siret: &str) -> Page {
    let form = invitation(&team.open(prepared).await, prepared);
    team.submit(form.set("courriel", email).set("siret", siret).set("mot", "Comme convenu au téléphone.")).await
}

/// The form as its button « Envoyer l’invitation » sends it.
pub fn invitation(page: &Page, prepared: &str) -> Form {
    let action = page.attribute("button[formaction]", "formaction").expect("a button that invites");
    Form { action, ..page.form_holding(prepared, "courriel") }
}

#[tokio::test]
async fn prepared_answers_reach_the_invited_person_who_files_the_request() {
    let site = TestSite::new().await;
    let team = team(&site).await;
    let prepared = prepare(&team).await;
    let page = team.open(&prepared).await;
    assert_eq!(page.value("name"), "Cantine à 1 €");
    for person in ["contact_metier_email", "delegue_protection_donnees_given_name", "project_documents", "franceconnect"] {
        assert!(!page.has(&format!("[name='{person}']")), "{person} is not the reviewer's to fill");
    }
    invite(&team, &prepared, APPLICANT, SIRET).await.is(303);
    let mail = site.only_mail(APPLICANT).await;
    assert_eq!(mail.subject, "Une demande API Particulier préparée pour vous");
    assert!(mail.body.contains("Comme convenu au téléphone.") && mail.body.contains("COMMUNE DE CLAMART"), "{}", mail.body);
    let link = link_in(&mail, &site);

    // From the link to the page through the account that this person opens.
    let visitor = site.visitor();
    assert_eq!(visitor.get(&link).await.is(303).location(), format!("/connexion?suite={}", link.replace('/', "%2F")));
    let applicant = site.account(APPLICANT).await;
    let page = applicant.open(&link).await;
    for expected in ["Cantine à 1 €", "API Particulier", "COMMUNE DE CLAMART", "awa diallo", "Comme convenu au téléphone."] {
        page.says(expected);
    }
    let first = applicant.submit(page.form(&link)).await.is(303).location();
    let id = first.split('/').nth(2).expect("an id").to_owned();
    let page = applicant.open(&first).await;
    page.says("Formulaire pré-rempli");
    assert_eq!((page.value("name"), page.value("description")), ("Cantine à 1 €".to_owned(), "Tarifer selon les revenus.".to_owned()));
    let data = applicant.open(&format!("/demandes/{id}/donnees")).await;
    assert_eq!(data.form("donnees").values("scopes"), ["cnaf_quotient_familial"]);
    let page = applicant.open(&format!("/demandes/{id}")).await;
    page.says("Préparé par awa diallo");
    page.says("COMMUNE DE CLAMART");

    // It is a draft like any other: its author's, and nobody else's.
    team.get(&format!("/instruction/{id}")).await.is(404);
    let page = team.open(&prepared).await;
    page.says("jeanne.roux@clamart.example l’a reprise le 23 novembre 2026");
    page.says("C’est la demande D1.");
    assert!(!page.has("[name='name']"));
    assert_eq!(team.open(LIST).await.all("#preparees tbody tr"), ["Cantine à 1 € API Particulier jeanne.roux@clamart.example Repris awa diallo"]);
    applicant.get(&link).await.is(410);
    assert_eq!(applicant.post(&link, &[]).await.is(303).location().split('?').next(), first.split('?').next(), "the draft it became");
    site.account("autre.personne@clamart.example").await.post(&link, &[]).await.is(410);
}

#[tokio::test]
async fn an_invitation_names_a_person_and_a_body_that_exist() {
    let site = TestSite::new().await;
    let team = team(&site).await;
    let prepared = prepare(&team).await;
    for (email, siret, errors) in [
        ("jeanne@", SIRET, &["Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr"][..]),
        (APPLICANT, UNKNOWN_SIRET, &["Ce SIRET n’existe pas dans l’annuaire des entreprises."]),
        (APPLICANT, CLOSED_SIRET, &["Cet établissement est fermé : il ne peut pas déposer de demande."]),
        ("", "123", &["Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr", "Un SIRET compte 14 chiffres."]),
    ] {
        let refused = invite(&team, &prepared, email, siret).await;
        let found = refused.is(422).errors();
        assert_eq!(found.len(), errors.len(), "{found:?}");
        assert_eq!(found[0], errors[0]);
        assert_eq!(
            (refused.value("courriel"), refused.value("siret"), refused.value("mot")),
            (email.into(), siret.into(), "Comme convenu au téléphone.".into())
        );
    }
    assert!(site.new_mails().await.is_empty());
    let form = team.open(&prepared).await.form_holding(&prepared, "name").set("name", &"x".repeat(101));
    let refused = team.submit(form).await;
    assert_eq!(refused.is(422).errors(), ["Nom public de la démarche : Ce texte dépasse 100 caractères : raccourcissez-le."]);
    assert_eq!(refused.value("name").len(), 101);
}

#[tokio::test]
async fn nobody_has_us_invite_others_without_end() {
    let site = TestSite::with(&[("RATE_LIMITS", "true")]).await;
    let team = team(&site).await;
    let prepared = prepare(&team).await;
    invite(&team, &prepared, APPLICANT, SIRET).await.is(303);
    let refused = invite(&team, &prepared, APPLICANT, SIRET).await;
    assert_eq!(refused.is(422).errors(), ["Une invitation vient de partir : attendez 10 minutes avant de la renvoyer."]);
    for number in 1..20 {
        invite(&team, &prepared, &format!("personne{number}@a.example"), SIRET).await.is(303);
    }
    let refused = invite(&team, &prepared, "encore@a.example", SIRET).await;
    assert_eq!(refused.is(422).errors(), ["Beaucoup d’invitations sont parties de votre compte : attendez 3 minutes avant d’en envoyer d’autres."]);
    assert_eq!(
        (refused.value("courriel"), refused.value("siret"), refused.value("mot")),
        ("encore@a.example".into(), SIRET.into(), "Comme convenu au téléphone.".into())
    );
    let mails = site.new_mails().await;
    assert!(mails.len() == 20 && mails.iter().all(|mail| mail.recipient != "encore@a.example"), "{}", mails.len());
}

#[tokio::test]
async fn only_the_invited_person_takes_it_once_and_in_time() {
    let site = TestSite::new().await;
    let team = team(&site).await;
    let prepared = prepare(&team).await;
    invite(&team, &prepared, APPLICANT, SIRET).await.is(303);
    let first = link_in(&site.only_mail(APPLICANT).await, &site);
    let other = site.account("autre.personne@clamart.example").await;
    other.get(&first).await.is(403).says("Elle a été envoyée à une autre adresse");
    other.post(&first, &[]).await.is(403);

    // A new invitation ends the one before; so does its thirtieth day.
    invite(&team, &prepared, APPLICANT, SIRET).await.is(303);
    let second = link_in(&site.only_mail(APPLICANT).await, &site);
    let invited = site.account(APPLICANT).await;
    invited.get(&first).await.is(410);
    invited.get(&second).await.is(200);
    site.pass(30 * 24);
    invited.sign_in(APPLICANT, PASSWORD).await;
    invited.get(&second).await.is(410);
    team.sign_in(DATA_TEAM, PASSWORD).await;
    team.open(&prepared).await.says("Invitation expirée");
    invite(&team, &prepared, APPLICANT, SIRET).await.is(303);
    let third = link_in(&site.only_mail(APPLICANT).await, &site);

    // Two tabs at once: one draft.
    let mut tabs = tokio::task::JoinSet::new();
    let form = invited.open(&third).await.form(&third);
    for _ in 0..4 {
        let (browser, form) = (invited.clone(), form.clone());
        tabs.spawn(async move { browser.submit(form).await.status.as_u16() });
    }
    let mut statuses = tabs.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 303, 303, 303]);
    assert_eq!(invited.open("/demandes").await.all("main a[href^='/demandes/']").iter().filter(|text| text.contains("Cantine")).count(), 1);
}

#[tokio::test]
async fn what_is_withdrawn_opens_nothing_and_other_services_teams_see_nothing() {
    let site = TestSite::new().await;
    let team = team(&site).await;
    let elsewhere = site.reviewer(LEGAL, road::FRANCECONNECT, "juridique").await;
    let prepared = prepare(&team).await;
    invite(&team, &prepared, APPLICANT, SIRET).await.is(303);
    let link = link_in(&site.only_mail(APPLICANT).await, &site);
    elsewhere.get(&prepared).await.is(404);
    elsewhere.open(LIST).await.does_not_say("Cantine");
    elsewhere.post(LIST, &[("service", API_PARTICULIER)]).await.is(404);
    let withdrawal = team.open(&prepared).await.form(&format!("{prepared}/retrait"));
    team.submit(withdrawal.clone()).await.is(303);
    team.submit(withdrawal).await.is(303);
    team.open(&prepared).await.says("Personne ne peut la reprendre.");
    team.open(LIST).await.says("Retiré");
    site.account(APPLICANT).await.get(&link).await.is(410);
    team.post(&prepared, &[("name", "Autre"), ("version", "3")]).await.is(409);
    site.account("un.passant@a.fr").await.get(LIST).await.is(404);
}

#[tokio::test]
async fn a_use_case_or_a_product_is_prepared_in_its_own_form() {
    let site = TestSite::new().await;
    let team = team(&site).await;
    let applicant = site.account(APPLICANT).await;
    for (form, name, locked) in [
        ("api-particulier/ccas", "API Particulier – Aide sociale du CCAS", false),
        ("api-particulier/publik-famille", "API Particulier – Publik Famille (Entr’ouvert)", true),
    ] {
        let prepared = prepare_in(&team, form).await;
        let page = team.open(&prepared).await;
        page.says(name);
        assert_eq!(page.has("[name=technical_vendor]"), !locked, "what the model fixes is not the reviewer's to fill");
        team.open(LIST).await.says(name);
        invite(&team, &prepared, APPLICANT, SIRET).await.is(303);
        let link = link_in(&site.only_mail(APPLICANT).await, &site);
        let page = applicant.open(&link).await;
        page.says(name);
        let first = applicant.submit(page.form(&link)).await.is(303).location();
        let id = first.split('/').nth(2).expect("an id").to_owned();
        let legal = applicant.open(&format!("/demandes/{id}/cadre-juridique")).await;
        assert_eq!(legal.value("legal_nature").contains("L123-5"), !locked, "{form}");
        let boxes = applicant.open(&format!("/demandes/{id}/synthese")).await.attributes("main input[type=checkbox]", "name");
        assert_eq!(boxes.contains(&"conditions_franceconnect".to_owned()), locked, "the model asks for both services");
    }
    team.post(LIST, &[("service", "api-particulier/inconnu")]).await.is(404);
    team.post(LIST, &[("service", "franceconnect")]).await.is(404);
    // A vendor's client files, with the vendor's model too.
    let prepared = prepare_in(&team, "api-particulier/publik-famille").await;
    let refused = invite(&team, &prepared, APPLICANT, "44317013900036").await;
    assert_eq!(refused.is(422).errors(), ["C’est au client de cet éditeur de déposer la demande."]);
}

#[tokio::test]
async fn what_is_typed_is_saved_with_the_invitation_and_an_invitation_is_kept_with_the_answers() {
    let site = TestSite::new().await;
    let team = team(&site).await;
    let prepared = prepare(&team).await;
    let typed = async |form: Form| {
        let page = team.open(&prepared).await;
        let form = Form { action: form.action, ..page.form_holding(&prepared, "courriel") };
        team.submit(form.set("name", "Cantine gratuite").set("siret", SIRET).set("mot", "Bonjour").set("courriel", "jeanne@")).await
    };
    // Saved alone, the answers take nothing away from the invitation being written.
    let saved = typed(team.open(&prepared).await.form_holding(&prepared, "courriel")).await;
    saved.is(200).says("Réponses enregistrées");
    assert_eq!((saved.value("courriel"), saved.value("siret"), saved.value("mot")), ("jeanne@".into(), SIRET.into(), "Bonjour".into()));
    assert_eq!(team.open(&prepared).await.value("name"), "Cantine gratuite");
    // An invitation that is refused keeps the answers all the same, and the one that leaves carries them.
    let form = invitation(&saved, &prepared).set("name", "Cantine pour tous");
    let refused = team.submit(form).await;
    assert_eq!(refused.is(422).errors(), ["Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr"]);
    assert_eq!(team.open(&prepared).await.value("name"), "Cantine pour tous");
    let form = invitation(&refused, &prepared).set("name", "Cantine de tous").set("courriel", APPLICANT);
    team.submit(form).await.is(303);
    let link = link_in(&site.only_mail(APPLICANT).await, &site);
    site.account(APPLICANT).await.open(&link).await.says("Cantine de tous");
    // What cannot be kept keeps nothing else from being.
    let form = team.open(&prepared).await.form_holding(&prepared, "name").set("name", &"x".repeat(101)).set("description", "Le midi.");
    let refused = team.submit(form).await;
    assert_eq!((refused.is(422).value("name").len(), refused.value("description").as_str()), (101, "Le midi."));
    let page = team.open(&prepared).await;
    assert_eq!((page.value("name"), page.value("description")), ("Cantine de tous".to_owned(), "Le midi.".to_owned()));
}

#[tokio::test]
async fn a_stale_form_comes_back_with_what_was_typed() {
    let site = TestSite::new().await;
    let team = team(&site).await;
    let prepared = prepare(&team).await;
    let late = team.open(&prepared).await;
    let form = team.open(&prepared).await.form_holding(&prepared, "name").set("name", "Premier");
    team.submit(form).await.is(303);
    for invites in [false, true] {
        let form = if invites { invitation(&late, &prepared) } else { late.form_holding(&prepared, "courriel") };
        let form = form.set("name", "Second").set("courriel", APPLICANT).set("siret", SIRET).set("mot", "Bonjour");
        let conflict = team.submit(form).await;
        conflict.is(409).says("Cette demande préparée a changé depuis que vous l’avez ouverte");
        let rows = conflict.all("#versions tbody tr");
        assert!(rows.len() == 1 && rows[0].contains("Second") && rows[0].contains("Premier"), "{rows:?}");
        for (field, value) in [("name", "Second"), ("courriel", APPLICANT), ("siret", SIRET), ("mot", "Bonjour")] {
            assert_eq!(conflict.value(field), value);
        }
    }
    assert!(site.new_mails().await.is_empty());
    // The page that came back is up to date: sent again, it is kept.
    let conflict = team.submit(invitation(&late, &prepared).set("name", "Second").set("courriel", APPLICANT).set("siret", SIRET)).await;
    team.submit(invitation(&conflict, &prepared)).await.is(303);
    site.account(APPLICANT).await.open(&link_in(&site.only_mail(APPLICANT).await, &site)).await.says("Second");
    // Given up meanwhile, there is nothing left to fill: what was typed is shown, to be copied.
    let late = team.open(&prepared).await;
    team.submit(late.form(&format!("{prepared}/retrait"))).await.is(303);
    let conflict = team.submit(invitation(&late, &prepared).set("name", "Troisième").set("mot", "Un long message")).await;
    conflict.is(409).says("Troisième");
    conflict.says("Un long message");
}
