//! What reviewers write beside a decision: notes the applicant never sees, remarks under an answer.

use crate::{
    browser::Browser,
    road::{self, APPLICANT, decide},
    site::TestSite,
};

async fn note(browser: &Browser, id: &str, text: &str) -> crate::browser::Page {
    let path = format!("/instruction/{id}/notes");
    let page = browser.open(&format!("/instruction/{id}")).await;
    browser.submit(page.form(&path).set("texte", text)).await
}

async fn remark(browser: &Browser, id: &str, field: &str, text: &str) -> crate::browser::Page {
    let path = format!("/instruction/{id}/remarques/{field}");
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).set("texte", text).press("enregistrer")).await
}

#[tokio::test]
async fn notes_are_read_by_every_team_of_the_service_and_never_by_the_applicant() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let page = format!("/instruction/{id}");
    let text = "Déjà vue en mai :\nvoir D12 <b>avant</b> de répondre.";
    assert_eq!(note(&cast.legal, &id, text).await.is(303).location(), format!("{page}#notes"));
    let seen = cast.team.open(&page).await;
    seen.says("nadia benali, le");
    seen.says("voir D12 <b>avant</b> de répondre.");
    assert!(!seen.has(".hb-note a"), "a note is changed by whoever wrote it");
    for path in ["", "/synthese", "/projet"] {
        cast.applicant.open(&format!("/demandes/{id}{path}")).await.does_not_say("Déjà vue en mai");
    }
    cast.data_team.get(&page).await.is(404);
    cast.data_team.post(&format!("{page}/notes"), &[("texte", "Bonjour")]).await.is(404);
    assert!(site.new_mails().await.iter().all(|mail| !mail.body.contains("Déjà vue")), "notes go nowhere");
}

#[tokio::test]
async fn one_changes_and_deletes_ones_own_notes_only() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    note(&cast.legal, &id, "À relire").await.is(303);
    let page = cast.legal.open(&format!("/instruction/{id}")).await;
    let path = page.attribute(".hb-note a", "href").expect("a link to change it");
    let edit = cast.legal.open(&path).await;
    assert_eq!(edit.value("texte"), "À relire");
    cast.legal.submit(edit.form(&path).set("texte", "Relue").press("enregistrer")).await.is(303);
    cast.legal.open(&format!("/instruction/{id}")).await.says("(modifiée)");
    for forged in ["enregistrer", "supprimer"] {
        cast.team.post(&path, &[("texte", "Autre"), ("action", forged)]).await.is(404);
    }
    cast.team.get(&path).await.is(404);
    let emptied = cast.legal.submit(edit.form(&path).set("texte", "  ").press("enregistrer")).await;
    assert_eq!(emptied.is(422).errors(), ["Écrivez votre note."]);
    cast.legal.submit(edit.form(&path).press("supprimer")).await.is(303);
    let page = cast.legal.open(&format!("/instruction/{id}")).await;
    page.does_not_say("Relue");
    page.says("Aucune note pour l’instant.");
    cast.legal.get(&path).await.is(404);
}

#[tokio::test]
async fn a_note_that_cannot_be_kept_is_given_back() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    for (text, sentence) in [
        (" \r\n ".to_owned(), "Écrivez votre note."),
        ("é".repeat(5001), "Ce texte dépasse 5000 caractères : raccourcissez-le."),
        ("un\0deux".to_owned(), "Ce texte contient un caractère interdit (caractère nul, U+0000) : supprimez-le."),
    ] {
        let refused = note(&cast.legal, &id, &text).await;
        assert_eq!(refused.is(422).errors(), [sentence]);
        if text.starts_with('é') {
            assert_eq!(refused.value("texte"), text);
        }
    }
}

#[tokio::test]
async fn remarks_reach_the_applicant_under_their_answers_with_the_decision() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    site.new_mails().await;
    let page = cast.legal.open(&format!("/instruction/{id}")).await;
    assert!(page.has(&format!("a[href='/instruction/{id}/remarques/retention_months']")), "a remark is written beside each answer");
    let back = remark(&cast.legal, &id, "retention_months", "36 mois, c’est long : pourquoi ?").await;
    assert_eq!(back.is(303).location(), format!("/instruction/{id}#reponse-retention_months"));
    remark(&cast.legal, &id, "delegue_protection_donnees", "Cette adresse n’est pas nominative.").await.is(303);

    let draft = cast.team.open(&format!("/instruction/{id}")).await;
    draft.says("Pas encore envoyée");
    cast.applicant.open(&format!("/demandes/{id}")).await.does_not_say("c’est long");
    assert!(site.new_mails().await.is_empty(), "nothing leaves before the decision");

    cast.legal.open(&format!("/instruction/{id}")).await.says("2 remarques ne sont pas encore envoyées");
    decide(&cast.legal, &id, "modifier", "Quelques points à revoir.").await.is(303);
    let told = site.only_mail(APPLICANT).await;
    for part in ["Quelques points à revoir.", "36 mois, c’est long", "Cette adresse n’est pas nominative."] {
        assert!(told.body.contains(part), "{part}: {}", told.body);
    }
    let seen = cast.applicant.open(&format!("/demandes/{id}")).await;
    seen.says("2 remarques sont à traiter");
    let row = seen.one("#reponse-retention_months");
    assert!(row.contains("36 mois, c’est long") && row.contains("Remarque – Équipe juridique") && row.contains("À traiter"), "{row}");
    assert!(!row.contains("nadia"), "the applicant is told the team, not the person: {row}");
    cast.applicant.open(&format!("/demandes/{id}/contacts")).await.says("Cette adresse n’est pas nominative.");
}

#[tokio::test]
async fn the_applicant_says_what_is_dealt_with_and_earlier_remarks_are_kept() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let summary = format!("/demandes/{id}/synthese");
    let answers = format!("/demandes/{id}/donnees");
    remark(&cast.legal, &id, "retention_months", "Première remarque").await.is(303);
    remark(&cast.legal, &id, "recipients", "Seconde remarque").await.is(303);
    decide(&cast.legal, &id, "modifier", "À revoir.").await.is(303);

    // In the form, the button keeps what was typed.
    let page = cast.applicant.open(&answers).await;
    let handle = page.attribute("button[value^='traiter:']", "value").expect("a button");
    cast.applicant.submit(page.form(&answers).set("retention_months", "12").press(&handle)).await.is(303);
    let page = cast.applicant.open(&answers).await;
    assert_eq!(page.value("retention_months"), "12");
    assert_eq!(page.all("main button[value^='atraiter:']").len(), 1);
    // On the summary, a form of its own.
    let page = cast.applicant.open(&summary).await;
    let open = page.form_with("", "traitee", Some("oui"));
    cast.applicant.submit(open.clone()).await.is(303);
    let page = cast.applicant.open(&summary).await;
    assert_eq!(page.all(".hb-remark").iter().filter(|text| text.contains("Traitée")).count(), 2);
    let undo = page.form_with("", "traitee", Some("non"));
    cast.applicant.submit(undo).await.is(303);
    cast.applicant.submit(open).await.is(303);

    road::submit(&cast.applicant, &id).await;
    let page = cast.legal.open(&format!("/instruction/{id}")).await;
    assert!(page.one("#reponse-retention_months").contains("Traitée"), "the reviewer sees it");
    remark(&cast.legal, &id, "retention_months", "Encore trop long").await.is(303);
    decide(&cast.legal, &id, "modifier", "Encore un effort.").await.is(303);
    let seen = cast.applicant.open(&format!("/demandes/{id}")).await;
    seen.says("Une remarque est à traiter");
    let row = seen.one("#reponse-retention_months");
    assert!(row.contains("Encore trop long") && row.contains("Une remarque précédente") && row.contains("Première remarque"), "{row}");
}

#[tokio::test]
async fn remarks_belong_to_their_author_and_to_their_team_s_turn() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let path = format!("/instruction/{id}/remarques/name");
    cast.team.get(&path).await.is(409);
    cast.data_team.get(&path).await.is(404);
    cast.applicant.get(&path).await.is(404);
    for unknown in ["inconnu", "responsable_traitement_email"] {
        cast.legal.get(&format!("/instruction/{id}/remarques/{unknown}")).await.is(404);
    }
    assert_eq!(remark(&cast.legal, &id, "name", " ").await.is(422).errors(), ["Écrivez votre remarque."]);
    let long = "x".repeat(2001);
    let refused = remark(&cast.legal, &id, "name", &long).await;
    assert_eq!(refused.is(422).errors(), ["Ce texte dépasse 2000 caractères : raccourcissez-le."]);
    assert_eq!(refused.value("texte"), long);
    remark(&cast.legal, &id, "name", "Un nom plus clair").await.is(303);
    remark(&cast.legal, &id, "name", "Un nom bien plus clair").await.is(303);
    let page = cast.legal.open(&path).await;
    assert_eq!(page.value("texte"), "Un nom bien plus clair", "a draft is written again, not added");
    cast.legal.submit(page.form(&path).press("supprimer")).await.is(303);
    assert!(!cast.legal.open(&format!("/instruction/{id}")).await.has(".hb-remark"));

    remark(&cast.legal, &id, "name", "Un nom plus clair").await.is(303);
    let late = cast.legal.open(&path).await.form(&path).set("texte", "Un nom trop long").press("enregistrer");
    decide(&cast.legal, &id, "modifier", "Précisez.").await.is(303);
    let late = cast.legal.submit(late).await;
    late.is(409).says("Cette demande n’attend plus votre équipe");
    assert_eq!(late.value("garde"), "Un nom trop long", "to be copied");
    let seen = cast.applicant.open(&format!("/demandes/{id}/synthese")).await;
    let form = seen.form_with("", "traitee", Some("oui"));
    let other = site.applicant("autre.personne@clamart.example").await;
    let sent = other.post(&form.action, &[("traitee", "oui")]).await;
    assert!(sent.status == 404, "{}", sent.status);
}
