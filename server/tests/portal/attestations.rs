//! The attestation of a habilitation and the public pages which verify it: to whom, of what, and what they never say.

use crate::{
    road::{self, Cast, approve},
    site::{TestSite, headers_of},
};

/// Names that public pages and attestations must not show.
const PEOPLE: [&str; 6] = ["Fontaine", "Lambert", "Marchand", "Garnier", "jeanne", "@clamart.example"];

async fn data_approved(site: &TestSite) -> (Cast, String) {
    let (cast, _, data) = road::filed_both(site).await;
    approve(&cast.data_team, &data).await;
    (cast, data)
}

async fn code(site: &TestSite, number: i64) -> String {
    let granted = store::habilitation::by_number(&site.app.cx.db, number).await.expect("read").expect("granted");
    granted.code.expect("a code").to_string()
}

#[tokio::test]
async fn the_attestation_is_a_tagged_document_for_those_who_may_see_the_request() {
    let site = TestSite::new().await;
    let (cast, id) = data_approved(&site).await;
    let path = format!("/demandes/{id}/attestation");
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    assert_eq!(page.attribute("a[href*='/attestation']", "href"), Some(format!("{path}?numero=H1")));
    cast.applicant.get(&format!("{path}?numero=H2")).await.is(404);
    for browser in [&cast.applicant, &cast.data_team] {
        let file = browser.get(&path).await;
        file.is(200);
        assert_eq!(file.header("content-type"), "application/pdf");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"attestation-H1.pdf\"");
        let address = format!("/URI({}/habilitations/verification/{})", site.app.config.base_url, code(&site, 1).await);
        for expected in ["<pdfaid:part>2</pdfaid:part>", "<pdfuaid:part>1</pdfuaid:part>", "/StructTreeRoot", address.as_str()] {
            assert!(file.body.contains(expected), "{expected}");
        }
    }
    site.account("une.inconnue@a.fr").await.get(&path).await.is(404);
    cast.team.get(&path).await.is(404);
    assert!(site.visitor().get(&path).await.is(303).location().starts_with("/connexion"));
}

#[tokio::test]
async fn before_an_approval_there_is_nothing_to_know() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    cast.applicant.get(&format!("/demandes/{id}/attestation")).await.is(404);
    for number in ["H1", "H0", "H-1", "1", "D1", "H99999999999999999999", "h1"] {
        site.visitor().get(&format!("/habilitations/{number}")).await.is(404).does_not_say("Portail");
    }
}

#[tokio::test]
async fn anybody_verifies_a_code_and_learns_no_name() {
    let site = TestSite::new().await;
    data_approved(&site).await;
    let (visitor, code) = (site.visitor(), code(&site, 1).await);
    let page = visitor.open("/habilitations/verification").await;
    let typed = code.to_lowercase().replace('-', " ");
    let answer = visitor.submit(page.form("/habilitations/verification").set("attestation", &typed)).await;
    assert_eq!(answer.is(303).location(), format!("/habilitations/verification/{code}"));
    let verified = visitor.open(&answer.location()).await;
    for expected in
        ["Attestation authentique et valable", "H1", "Cantine", "COMMUNE DE CLAMART", "API Particulier", "23 novembre 2026", "23 mai 2028"]
    {
        verified.says(expected);
    }
    let public = visitor.open("/habilitations/H1").await;
    for expected in ["Cantine", "COMMUNE DE CLAMART", "Active", "Quotient familial"] {
        public.says(expected);
    }
    for name in PEOPLE {
        for page in [&verified, &public] {
            assert!(!page.body.contains(name), "{name}");
        }
    }
}

#[tokio::test]
async fn a_wrong_code_is_told_from_a_mistyped_one() {
    let site = TestSite::new().await;
    data_approved(&site).await;
    let (visitor, code) = (site.visitor(), code(&site, 1).await);
    let other = if code.starts_with('0') { '1' } else { '0' };
    let mistyped = format!("{other}{}", &code[1..]);
    let unknown = domain::verification::VerificationCode::mint(&domain::clock::SystemEntropy).to_string();
    for (typed, sentence) in [
        ("", "Le code compte 16 lettres et chiffres. Exemple : 7Q4K-29XM-3RTV-8W5C"),
        ("H1", "Le code compte 16 lettres et chiffres. Exemple : 7Q4K-29XM-3RTV-8W5C"),
        (mistyped.as_str(), "Ce code contient une faute de frappe : comparez-le à celui de l’attestation."),
        (unknown.as_str(), "Aucune attestation ne porte ce code. Vérifiez-le, ou demandez une attestation récente à l’organisme."),
    ] {
        let page = visitor.open("/habilitations/verification").await;
        let refused = visitor.submit(page.form("/habilitations/verification").set("attestation", typed)).await;
        assert_eq!(refused.is(422).errors(), [sentence], "{typed}");
        assert_eq!(refused.value("attestation"), typed);
        if !typed.is_empty() {
            visitor.get(&format!("/habilitations/verification/{typed}")).await.is(404).says(sentence);
        }
    }
}

#[tokio::test]
async fn codes_cannot_be_tried_one_after_the_other() {
    let site = TestSite::with(&[("RATE_LIMITS", "true")]).await;
    let visitor = site.visitor();
    let code = || domain::verification::VerificationCode::mint(&domain::clock::SystemEntropy);
    let mut statuses = Vec::new();
    for _ in 0..70 {
        statuses.push(visitor.get(&format!("/habilitations/verification/{}", code())).await.status.as_u16());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 404).count(), 60);
    assert_eq!(statuses.last(), Some(&429));
}

#[tokio::test]
async fn the_page_of_an_expired_habilitation_says_so() {
    let site = TestSite::new().await;
    data_approved(&site).await;
    let code = code(&site, 1).await;
    site.new_mails().await;
    // The day is enough: the page does not wait for the clock's tick.
    site.clock.set("2028-05-23T22:00:00Z".parse().expect("an instant"));
    let page = site.visitor().open(&format!("/habilitations/verification/{code}")).await;
    page.says("Attestation authentique, mais plus valable");
    page.says("Expirée");
    assert_eq!(headers_of(&site.new_mails().await), []);
}
