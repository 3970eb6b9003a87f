//! Invisible characters, and text that looks like something else: refused or left out the same way in every field.

use crate::{
    road::{self, ADMIN, APPLICANT, FRANCECONNECT, cast},
    site::{PASSWORD, TestSite},
    templates,
};

/// « Ali » with a mark before, inside and after.
const MARKED: &str = "\u{202e}A\u{200b}l\u{2066}i\u{feff}\u{ad}";

#[tokio::test]
async fn marks_nobody_sees_are_left_out_of_names_titles_answers_messages_reasons_and_file_names() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let (applicant, legal) = (&cast.applicant, &cast.legal);
    let page = applicant.open("/mon-compte").await;
    applicant.submit(page.form_holding("/mon-compte", "given_name").set("given_name", MARKED).set("family_name", "Roux")).await.is(303);
    assert!(applicant.open("/").await.one(".hb-account__name").ends_with("Ali Roux"));
    let id = road::complete(applicant, FRANCECONNECT, MARKED, None).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let page = applicant.open(&path).await;
    let form = page.form(&path).set("legal_nature", MARKED).attach("legal_document", &format!("{MARKED}.pdf"), b"%PDF-1.7");
    applicant.submit(form.press("enregistrer")).await.is(303);
    let page = applicant.open(&path).await;
    assert_eq!(page.value("legal_nature"), "Ali");
    assert!(page.all("a[href*='/documents/']")[0].contains("Ali.pdf"));
    road::submit(applicant, &id).await;
    let messages = format!("/instruction/{id}/messages");
    legal.submit(legal.open(&messages).await.form_holding(&messages, "message").set("message", MARKED)).await.is(303);
    road::decide(legal, &id, "modifier", MARKED).await.is(303);
    let mut read = 0;
    for (browser, path) in
        [(applicant, format!("/demandes/{id}")), (applicant, format!("/demandes/{id}/messages")), (legal, format!("/instruction/{id}"))]
    {
        let page = browser.open(&path).await;
        page.says("Ali");
        assert_eq!(super::intruders::unseen(&page.body), None, "{path}");
        read += 1;
    }
    assert_eq!(read, 3);
    for mail in site.new_mails().await {
        assert_eq!(super::intruders::unseen(&format!("{}{}", mail.subject, mail.body)), None, "{}", mail.subject);
    }
}

#[tokio::test]
async fn a_name_of_nothing_visible_is_no_name() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    let page = visitor.open("/inscription").await;
    let form = page.form("/inscription").fill(&[("email", "ali@clamart.example"), ("password", PASSWORD), ("family_name", "Roux")]);
    let refused = visitor.submit(form.set("given_name", "\u{200b}\u{2060}\u{3164}")).await;
    refused.is(422).says("Indiquez votre prénom");
}

#[tokio::test]
async fn nor_does_a_link_propose_them() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let written = url::form_urlencoded::byte_serialize(MARKED.as_bytes()).collect::<String>();
    let page = applicant.open(&format!("/demandes/nouvelle/{FRANCECONNECT}?forme=libre&description={written}")).await;
    assert_eq!(super::intruders::unseen(&page.body), None);
    let there = applicant.submit(page.form(FRANCECONNECT)).await.is(303).location();
    assert_eq!(applicant.open(&there).await.value("description"), "Ali");
}

/// Each field refuses them in its own page, by its sentence or as a value it does not know.
#[tokio::test]
async fn control_characters_are_refused_in_every_field_of_one_line() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let (applicant, legal) = (&cast.applicant, &cast.legal);
    let manager = templates::manager(&site).await;
    let admin = site.administrator(ADMIN).await;
    let draft = road::start(applicant, FRANCECONNECT).await;
    let filed = road::file(applicant, FRANCECONNECT, "Portail famille", None).await;
    let person = site.add_account(APPLICANT).await;
    let version = applicant.open(&format!("/demandes/{draft}/projet")).await.value("version");
    let form = legal.open(&format!("/instruction/{filed}")).await.form_with(&filed, "decision", Some("modifier"));
    let seen = form.values("version")[0];
    for text in ["Ali\u{0}ce", "Ali\u{1b}[31mce", "Ali\u{7f}ce"] {
        let (project, sign_up, visitor) = (format!("/demandes/{draft}/projet"), "/inscription".to_owned(), site.visitor());
        let named = |given, email| vec![("given_name", given), ("family_name", "Roux"), ("email", email), ("password", PASSWORD)];
        let in_the_draft = |field| vec![(field, text), ("version", version.as_str()), ("action", "enregistrer")];
        for (browser, path, fields) in [
            (applicant, "/mon-compte".to_owned(), vec![("given_name", text), ("family_name", "Roux")]),
            (applicant, project.clone(), in_the_draft("name")),
            (applicant, project.clone(), in_the_draft("description")),
            (legal, format!("/instruction/{filed}/messages"), vec![("message", text)]),
            (legal, format!("/instruction/{filed}/notes"), vec![("texte", text)]),
            (legal, format!("/instruction/{filed}/remarques/description"), vec![("texte", text), ("action", "enregistrer")]),
            (legal, format!("/instruction/{filed}"), vec![("decision", "modifier"), ("motif", text), ("version", seen)]),
            (legal, "/instruction/recherches".to_owned(), vec![("nom", text), ("liste", "q=a")]),
            (
                &manager,
                "/instruction/modeles/nouveau".to_owned(),
                vec![("decision", "changes"), ("titre", text), ("texte", "Bonjour"), ("action", "enregistrer")],
            ),
            (&admin, format!("/administration/droits/{person}/suspension"), vec![("motif", text)]),
            (&admin, format!("/administration/droits/{person}/prise-en-main"), vec![("motif", text)]),
            (&visitor, sign_up.clone(), named(text, "a@a.fr")),
            (&visitor, sign_up, named("Ali", text)),
            (applicant, "/organisation".to_owned(), vec![("siret", text)]),
        ] {
            let answer = browser.post(&path, &fields).await;
            assert!([400, 422].contains(&answer.status.as_u16()), "{text:?} in {fields:?} at {path}: {} {}", answer.status, answer.text());
        }
    }
}

#[tokio::test]
async fn line_ends_in_a_field_of_one_line_are_spaces_where_the_field_takes_them_at_all() {
    let site = TestSite::new().await;
    let applicant = &site.applicant(APPLICANT).await;
    let draft = road::start(applicant, FRANCECONNECT).await;
    for (text, read) in [("Ali\nce", "Ali ce"), ("Ali\r\nBcc: a@a.fr", "Ali Bcc: a@a.fr")] {
        let account = applicant.post("/mon-compte", &[("given_name", text), ("family_name", "Roux")]).await;
        assert!([303, 422].contains(&account.status.as_u16()), "{text:?}: {}", account.status);
        if account.status == 303 {
            assert_eq!(applicant.open("/mon-compte").await.value("given_name"), read);
        }
        let path = format!("/demandes/{draft}/projet");
        let form = applicant.open(&path).await.form(&path).set("name", text).press("enregistrer");
        applicant.submit(form).await.is(303);
        assert_eq!(applicant.open(&path).await.value("name"), read);
    }
}

#[tokio::test]
async fn what_an_applicant_writes_is_never_a_placeholder_of_a_template() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let manager = templates::manager(&site).await;
    templates::add(&manager, "changes", "Pièce absente", "Bonjour,\n\nProjet {demande.titre} de {organisation}.").await.is(303);
    let title = "{demande.lien} {echeance} {{demande.numero}} </textarea><x-intruder>";
    let id = road::file(&cast.applicant, FRANCECONNECT, title, None).await;
    let page = cast.legal.open(&format!("/instruction/{id}")).await;
    let template = page.attribute("#modele-modifier option:not([value=''])", "value").expect("a message to insert");
    let form = page.form_with(&id, "decision", Some("modifier")).set("motif", "{organisation}").set("modele", &template);
    let filled = cast.legal.submit(form.press("modele")).await;
    filled.is(200);
    assert_eq!(super::intruders::in_html(&filled.body), [""; 0]);
    let form = filled.form_with(&id, "decision", Some("modifier"));
    let reason = form.values("motif")[0].to_owned();
    assert!(reason.contains(&format!("Projet {title} de COMMUNE DE CLAMART.")) && reason.starts_with("{organisation}"), "{reason}");
    // Sent, it is not read as a template either.
    cast.legal.submit(form.press("")).await.is(303);
    let told = site.mails_to(road::APPLICANT).await;
    let sent = told.iter().find(|mail| mail.body.contains("Projet ")).expect("the reason");
    assert!(sent.body.contains(title), "{}", sent.body);
}

#[tokio::test]
async fn searches_and_filters_read_what_is_seen() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    road::file(&cast.applicant, FRANCECONNECT, "Ali", None).await;
    let written = url::form_urlencoded::byte_serialize(MARKED.as_bytes()).collect::<String>();
    for (browser, path) in [(&cast.legal, format!("/instruction?onglet=toutes&q={written}")), (&cast.applicant, format!("/demandes?q={written}"))] {
        let page = browser.open(&path).await;
        page.says("Ali");
        assert_eq!(super::intruders::unseen(&page.body), None, "{path}");
    }
}
