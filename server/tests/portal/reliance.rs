//! A request may only rely on requests that its author sees: since anybody may join any organisation, joining must not be
//! enough.

use crate::{
    browser::Browser,
    road::{self, API_PARTICULIER, APPLICANT, FRANCECONNECT},
    site::{SIRET, TestSite, link_in},
};

const OUTSIDER: &str = "tom.durand@ailleurs.example";

/// The page of the draft that asks for the FranceConnect request, and its address.
async fn reliance_page(browser: &Browser, id: &str) -> (String, crate::browser::Page) {
    let path = format!("/demandes/{id}/franceconnect");
    let page = browser.open(&path).await;
    (path, page)
}

#[tokio::test]
async fn joining_an_organisation_neither_shows_nor_lends_what_others_filed_for_it() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let provider = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let outsider = site.applicant(OUTSIDER).await;
    let own = road::file(&outsider, FRANCECONNECT, "Le mien", None).await;
    let draft = road::complete(&outsider, API_PARTICULIER, "Mes quotients", Some(&own)).await;
    let (path, page) = reliance_page(&outsider, &draft).await;
    page.says("Le mien");
    page.does_not_say("Portail famille");

    // Its id alone, learnt somewhere, is refused like any other.
    let kept = outsider.submit(page.form(&path).forge("franceconnect", &provider).press("enregistrer")).await;
    outsider.open(&kept.is(303).location()).await.does_not_say("Portail famille");
    let summary = format!("/demandes/{draft}/synthese");
    let refused = outsider.submit(outsider.open(&summary).await.form(&summary).fill(&road::BOXES)).await;
    refused.is(422).says("Le raccordement à FranceConnect : une réponse à corriger");
    refused.does_not_say("Portail famille");

    // Vouched for, they read it: they may rely on it.
    site.verify(OUTSIDER).await;
    let (path, page) = reliance_page(&outsider, &draft).await;
    for seen in ["Portail famille", "Le mien"] {
        page.says(seen);
    }
    outsider.submit(page.form(&path).set("franceconnect", &provider).press("enregistrer")).await.is(303);
    road::submit(&outsider, &draft).await.says("En cours d’instruction");
}

#[tokio::test]
async fn a_co_editor_keeps_what_the_applicant_chose_and_sees_no_more() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let provider = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    road::file(&applicant, FRANCECONNECT, "Médiathèque", None).await;
    let draft = road::complete(&applicant, API_PARTICULIER, "Mes quotients", Some(&provider)).await;
    site.new_mails().await;
    let guest = site.account(OUTSIDER).await;
    guest.join(SIRET).await;
    let share = format!("/demandes/{draft}/partage");
    let page = applicant.open(&share).await;
    applicant.submit(page.form_with(&share, "action", Some("inviter")).set("email", OUTSIDER).set("transmettre", "oui")).await.is(303);
    let link = link_in(&site.only_mail(OUTSIDER).await, &site);
    guest.submit(guest.open(&link).await.form(&link).set("password", crate::site::PASSWORD)).await.is(303);

    let (path, page) = reliance_page(&guest, &draft).await;
    page.says("Portail famille");
    page.does_not_say("Médiathèque");
    guest.submit(page.form(&path).press("suivant")).await.is(303);
    road::submit(&guest, &draft).await.says("En cours d’instruction");
}
