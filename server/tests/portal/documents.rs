//! Documents: what is accepted, who reads them.

use crate::{
    browser::Page,
    road::{self, API_PARTICULIER, APPLICANT, FRANCECONNECT, LEGAL},
    site::TestSite,
};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n\x00\xff%%EOF";

fn link(page: &Page) -> String {
    page.attribute("a[href*='/documents/']", "href").unwrap_or_else(|| panic!("no document: {}", page.text()))
}

fn removal(page: &Page) -> String {
    page.attribute("button[value^='retirer:']", "value").expect("a button")
}

#[tokio::test]
async fn the_legal_text_is_a_link_or_a_document() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let page = browser.open(&path).await;
    let refused = browser.submit(page.form(&path).set("legal_nature", "Délibération").press("suivant")).await;
    refused.is(422);
    assert_eq!(refused.errors().len(), 2, "{:?}", refused.errors());
    assert!(refused.errors().iter().all(|error| error.ends_with("Indiquez un lien ou ajoutez un document.")), "{:?}", refused.errors());
    let wrong = browser.submit(refused.form(&path).set("legal_url", "javascript:alert(1)").press("suivant")).await;
    assert_eq!(wrong.is(422).errors(), ["Lien vers le texte : Cette adresse n’est pas valide. Exemple : https://www.legifrance.gouv.fr/…"]);
    let next =
        browser.submit(wrong.form(&path).set("legal_url", "").attach("legal_document", "C:\\actes\\délibération.pdf", PDF).press("suivant")).await;
    assert_eq!(next.is(303).location(), format!("/demandes/{id}/contacts"));
    browser.open(&path).await.says("délibération.pdf (PDF, 1 Ko)");
}

#[tokio::test]
async fn only_pdf_of_ten_megabytes_and_six_of_them() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let page = browser.open(&path).await;
    let mut large = b"%PDF-1.7".to_vec();
    large.resize(11 << 20, b' ');
    for (bytes, sentence) in [
        (b"<html>".as_slice(), "Document : acte.pdf : Ce document n’est pas dans un format accepté : PDF."),
        (b"".as_slice(), "Document : acte.pdf : Ce document est vide."),
        (large.as_slice(), "Document : acte.pdf : Ce document dépasse 10 Mo : réduisez-le ou déposez-en plusieurs."),
    ] {
        let version = browser.open(&path).await.value("version");
        let sent = page
            .form(&path)
            .forge("version", &version)
            .set("legal_nature", "Arrêté gardé")
            .attach("legal_document", "acte.pdf", bytes)
            .press("enregistrer");
        let refused = browser.submit(sent).await;
        assert_eq!(refused.is(422).errors(), [sentence]);
        assert_eq!(refused.value("legal_nature"), "Arrêté gardé");
        assert!(!refused.has("a[href*='/documents/']"));
    }
    // Larger than frameworks take by themselves.
    large.truncate(9 << 20);
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).attach("legal_document", "long.pdf", &large).press("enregistrer")).await.is(303);
    browser.open(&path).await.says("long.pdf (PDF, 9,4 Mo)");
    for number in 2..=6 {
        let page = browser.open(&path).await;
        browser.submit(page.form(&path).attach("legal_document", &format!("acte {number}.pdf"), PDF).press("enregistrer")).await.is(303);
    }
    let page = browser.open(&path).await;
    assert_eq!(page.all("a[href*='/documents/']").len(), 6);
    let seventh = browser.submit(page.form(&path).attach("legal_document", "acte 7.pdf", PDF).press("enregistrer")).await;
    assert_eq!(seventh.is(422).errors(), ["Document : acte 7.pdf : 6 documents au plus : retirez-en un avant d’en ajouter."]);

    let page = browser.open(&path).await;
    let gone = link(&page);
    let removed = browser.submit(page.form(&path).press(&removal(&page))).await;
    assert_eq!(removed.is(303).location(), path);
    assert_eq!(browser.open(&path).await.all("a[href*='/documents/']").len(), 5);
    browser.get(&gone).await.is(404);
}

#[tokio::test]
async fn each_refused_file_is_named_and_the_others_are_kept() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let printed = [b"\x1B%-12345X@PJL\r\n".as_slice(), PDF].concat();
    let mut heavy = PDF.to_vec();
    heavy.resize(10_000_001, b' ');
    let form = browser.open(&path).await.form(&path).set("legal_nature", "Arrêté gardé");
    let form = form
        .attach("legal_document", "bon.pdf", PDF)
        .add("legal_document", "mauvais.docx", b"PK\x03\x04")
        .add("legal_document", "vide.pdf", b"")
        .add("legal_document", "lourd.pdf", &heavy)
        // Browsers send a quotation mark so.
        .add("legal_document", "Le %22oui%22 ; 50%2525.pdf", &printed);
    let refused = browser.submit(form.press("enregistrer")).await;
    assert_eq!(
        refused.is(422).errors(),
        [
            "Document : mauvais.docx : Ce document n’est pas dans un format accepté : PDF.",
            "Document : vide.pdf : Ce document est vide.",
            "Document : lourd.pdf : Ce document dépasse 10 Mo : réduisez-le ou déposez-en plusieurs.",
        ]
    );
    assert_eq!(refused.value("legal_nature"), "Arrêté gardé");
    let page = browser.open(&path).await;
    page.says("bon.pdf (PDF, 1 Ko)");
    page.says("Le \"oui\" ; 50%2525.pdf (PDF, 1 Ko)");
    assert_eq!(page.all("a[href*='/documents/']").len(), 2);
}

#[tokio::test]
async fn a_document_is_read_by_the_applicant_and_the_reviewers_only() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let stranger = site.applicant("autre.personne@clamart.example").await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let elsewhere = site.reviewer("awa.diallo@habilis.example", API_PARTICULIER, "api-particulier").await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).attach("legal_document", "Délibération n° 3.pdf", PDF).press("enregistrer")).await.is(303);
    let document = link(&browser.open(&path).await);

    let read = browser.get(&document).await;
    assert_eq!(read.is(200).bytes, PDF);
    assert_eq!(
        (read.header("content-type"), read.header("x-content-type-options"), read.header("cache-control")),
        ("application/pdf", "nosniff", "private, no-store")
    );
    assert_eq!(read.header("content-disposition"), "attachment; filename*=UTF-8''D%C3%A9lib%C3%A9ration%20n%C2%B0%203.pdf");
    legal.get(&document).await.is(404);
    road::submit(&browser, &id).await;
    assert_eq!(link(&legal.open(&format!("/instruction/{id}")).await), document);
    assert_eq!(legal.get(&document).await.is(200).bytes, PDF);
    for other in [&stranger, &elsewhere] {
        other.get(&document).await.is(404);
    }
    assert_eq!(site.visitor().get(&document).await.is(303).location().split('?').next(), Some("/connexion"));
    let mine = road::start(&stranger, FRANCECONNECT).await;
    stranger.get(&document.replace(&id, &mine)).await.is(404);
    // Nor can it be removed through another request, or once it was sent.
    let value = format!("retirer:{}", document.rsplit('/').next().expect("an id"));
    stranger.post(&format!("/demandes/{mine}/projet"), &[("version", "1"), ("action", &value)]).await.is(404);
    browser.post(&path, &[("action", &value)]).await.is(409);
    assert_eq!(legal.get(&document).await.is(200).bytes, PDF);
}

#[tokio::test]
async fn several_documents_at_once_survive_the_walk_through_the_form() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let form = browser.open(&path).await.form(&path).attach("legal_document", "un.pdf", PDF);
    browser.submit(form.add("legal_document", "deux.pdf", PDF).press("suivant")).await.is(303);
    browser.open(&format!("/demandes/{id}/contacts")).await;
    let page = browser.open(&path).await;
    page.says("un.pdf (PDF, 1 Ko)");
    page.says("deux.pdf (PDF, 1 Ko)");
    browser.submit(page.form(&path).press(&removal(&page))).await.is(303);
    let page = browser.open(&path).await;
    page.does_not_say("un.pdf");
    page.says("deux.pdf");
    browser.submit(page.form(&path).press(&removal(&page))).await.is(303);
    assert!(!browser.open(&path).await.has("a[href*='/documents/']"));
}

#[tokio::test]
async fn what_a_submission_cites_outlives_its_removal() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    browser.submit(browser.open(&path).await.form(&path).attach("legal_document", "acte.pdf", PDF).press("enregistrer")).await.is(303);
    let document = link(&browser.open(&path).await);
    road::submit(&browser, &id).await;
    road::decide(&legal, &id, "modifier", "Un autre acte, s’il vous plaît.").await.is(303);
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).press(&removal(&page))).await.is(303);
    assert!(!browser.open(&path).await.has("a[href*='/documents/']"), "it is out of the answers");
    assert!(legal.open(&format!("/instruction/{id}")).await.has("a[href*='/documents/']"), "reviewers read what was sent");
    assert_eq!(legal.get(&document).await.is(200).bytes, PDF);
    // Taken out of the answers twice, it is out of them, and still where it was sent.
    browser.submit(page.form(&path).press(&removal(&page))).await.is(303);
    assert_eq!(legal.get(&document).await.is(200).bytes, PDF);
}

#[tokio::test]
async fn a_field_that_wants_a_spreadsheet_takes_nothing_else() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, "api-impot-particulier-bac-a-sable").await;
    let path = format!("/demandes/{id}/donnees");
    let attach = async |name: &str, bytes: &[u8]| {
        let form = browser.open(&path).await.form(&path).set("specific_needs", "oui").attach("specific_needs_file", name, bytes);
        browser.submit(form.press("enregistrer")).await
    };
    let sentence = "Ce document n’est pas dans un format accepté : XLSX, ODS ou CSV.";
    // An old workbook may hold macros that nobody sees: this service does not ask for it.
    let workbook = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1W\0o\0r\0k\0b\0o\0o\0k\0\0\0";
    for (name, bytes) in [("besoins.csv", PDF), ("besoins.csv", b"<html>;,".as_slice()), ("besoins.xls", workbook.as_slice())] {
        assert_eq!(attach(name, bytes).await.is(422).errors(), [format!("Expression de besoins spécifiques : {name} : {sentence}")]);
    }
    attach("besoins.pdf", b"donnee;annee\nrfr;2025\n").await.is(303);
    let page = browser.open(&path).await;
    page.says("besoins.pdf.csv (CSV, 1 Ko)");
    assert_eq!(browser.get(&link(&page)).await.header("content-type"), "text/csv");
}

#[tokio::test]
async fn specific_needs_without_their_spreadsheet_are_not_sent() {
    const SANDBOX: &str = "api-impot-particulier-bac-a-sable";
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let team = site.reviewer("lea.moreau@habilis.example", SANDBOX, "dgfip").await;
    let provider = road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    let form = site.app.habilitation.form(SANDBOX, None).expect("shipped");
    let id = crate::every_form::file(&browser, form, None, &provider).await;
    road::decide(&team, &id, "modifier", "Dites vos besoins.").await.is(303);
    let path = format!("/demandes/{id}/donnees");
    let ticked = async || browser.open(&path).await.form(&path).set("specific_needs", "oui");
    let refused = browser.submit(ticked().await.press("suivant")).await;
    assert_eq!(refused.is(422).errors(), ["Expression de besoins spécifiques : Ce champ est à compléter."]);
    let summary = format!("/demandes/{id}/synthese");
    let page = browser.open(&summary).await;
    let boxes = page.attributes("main input[type=checkbox]", "name");
    let send = boxes.iter().fold(page.form(&summary), |form, name| form.set(name, "oui"));
    browser.submit(send).await.is(422).says("Les données : une réponse à corriger");
    let form = ticked().await.attach("specific_needs_file", "besoins.csv", b"donnee;annee\nrfr;2025\n");
    browser.submit(form.press("suivant")).await.is(303);
    road::submit(&browser, &id).await.says("En cours d’instruction");
}

#[tokio::test]
async fn the_documents_of_an_archived_draft_are_deleted_and_those_of_what_was_sent_are_kept() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let folder = site.app.config.data_dir.join("documents");
    let files = || std::fs::read_dir(&folder).map_or(0, Iterator::count);
    let attach = async |id: &str| {
        let path = format!("/demandes/{id}/cadre-juridique");
        let form = browser.open(&path).await.form(&path).attach("legal_document", "acte.pdf", b"%PDF-1.7").press("enregistrer");
        browser.submit(form).await.is(303);
        browser.open(&path).await.attribute("a[href*='/documents/']", "href").expect("a document")
    };
    let draft = road::start(&browser, FRANCECONNECT).await;
    let document = attach(&draft).await;
    let page = browser.open(&format!("/demandes/{draft}")).await;
    browser.submit(page.form(&format!("{draft}/retrait"))).await.is(303);
    browser.get(&document).await.is(404);
    assert_eq!(files(), 1, "not before the archiving is certain");
    site.settle().await;
    assert_eq!(files(), 0);
    browser.open(&format!("/demandes/{draft}")).await.says("Demande archivée");

    // By the clock as well; what was sent once is kept with what was sent.
    attach(&road::start(&browser, FRANCECONNECT).await).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let sent = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    let kept = attach(&sent).await;
    road::submit(&browser, &sent).await;
    road::decide(&legal, &sent, "refuser", "Hors du champ de la loi.").await.is(303);
    let page = browser.open(&format!("/demandes/{sent}")).await;
    browser.submit(page.form(&format!("{sent}/retrait"))).await.is(303);
    site.settle().await;
    assert_eq!(files(), 2);
    browser.get(&kept).await.is(200);
    site.tick_at("2027-02-06 09:00").await;
    site.tick_at("2027-02-21 09:00").await;
    assert_eq!(files(), 1);
}
