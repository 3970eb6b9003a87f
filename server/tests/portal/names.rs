//! The names people give: none may be a web address, and none is in the subject of a mail.

use crate::{
    browser::{Browser, Form},
    road::{self, API_PARTICULIER, APPLICANT, DATA_TEAM, FRANCECONNECT, TECHNICAL, cast},
    site::{PASSWORD, TestSite, link_in},
};

const SENTENCE: &str =
    "Un nom s’écrit avec des lettres, des espaces, des traits d’union et des apostrophes. Après un point, mettez une espace : « J. Martin ».";
const BAIT: [&str; 8] = [
    "URGENT https://evil.example",
    "www.evil.example",
    "Jeanne evil.fr",
    "a@evil.example",
    "evil．example",
    "Appelez le 0612345678",
    "Jeanne 😀",
    "Urgent: Jeanne",
];

/// A form that is otherwise valid is refused with each of these names.
async fn refused(browser: &Browser, form: Form, name: &str) {
    for bait in BAIT {
        let answer = browser.submit(form.clone().set(name, bait)).await;
        let errors = answer.is(422).errors();
        assert!(errors.len() == 1 && errors[0].ends_with(SENTENCE), "{name} {bait}: {errors:?}");
        assert_eq!(answer.value(name), bait);
    }
}

#[tokio::test]
async fn no_name_of_an_account_is_an_address() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    let whole = [("given_name", "Jeanne"), ("family_name", "Roux"), ("email", "jeanne@clamart.example"), ("password", PASSWORD)];
    for name in ["given_name", "family_name"] {
        refused(&visitor, visitor.open("/inscription").await.form("/inscription").fill(&whole), name).await;
    }
    visitor.submit(visitor.open("/inscription").await.form("/inscription").fill(&whole)).await.is(303);
    let link = link_in(&site.only_mail("jeanne@clamart.example").await, &site);
    for name in ["given_name", "family_name"] {
        refused(&visitor, visitor.open(&link).await.form(&link).fill(&whole), name).await;
    }
    let owner = site.account("marc.lefevre@clamart.example").await;
    for name in ["given_name", "family_name"] {
        refused(&owner, owner.open("/mon-compte").await.form("/mon-compte").fill(&whole), name).await;
    }
    for bait in BAIT {
        let form =
            habilitation::accounts::SignUp { given_name: bait.into(), family_name: "Roux".into(), email: "x@a.fr".into(), password: PASSWORD.into() };
        assert!(site.app.habilitation.add_account(&form).await.is_err(), "{bait}");
    }
}

#[tokio::test]
async fn no_name_of_a_contact_is_an_address() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    site.verify(APPLICANT).await;
    let person = [
        ("given_name", "Paul"),
        ("family_name", "Marchand"),
        ("job_title", "Délégué"),
        ("email", "dpo@clamart.example"),
        ("phone", "01 46 62 35 36"),
    ];
    for name in ["given_name", "family_name"] {
        let page = applicant.open("/organisation/contacts").await;
        refused(&applicant, page.form_without("/organisation/contacts", &["contact", "supprimer"]).fill(&person), name).await;
    }
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let path = format!("/demandes/{id}/contacts");
    for bait in BAIT {
        let form = applicant.open(&path).await.form(&path);
        let answer = applicant.submit(form.set("responsable_technique_given_name", bait).press("suivant")).await;
        let errors = answer.is(422).errors();
        assert!(errors.len() == 1 && errors[0].ends_with(SENTENCE), "{bait}: {errors:?}");
    }
}

#[tokio::test]
async fn no_title_holds_an_address() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let sentence = "Un nom ne contient ni adresse de site ni adresse électronique.";
    let id = road::start(&applicant, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/projet");
    let vendor = format!("/demandes/nouvelle/{API_PARTICULIER}/editeur");
    for bait in ["URGENT https://evil.example", "Portail www.evil.example", "Écrivez à a@evil.example"] {
        let answer = applicant.submit(applicant.open(&path).await.form(&path).set("name", bait).press("suivant")).await;
        let errors = answer.is(422).errors();
        assert!(errors.iter().any(|error| error.ends_with(sentence)), "{bait}: {errors:?}");
        assert_eq!(answer.value("name"), bait);
        let form = applicant.open(&format!("/demandes/nouvelle/{API_PARTICULIER}?editeur=autre")).await.form(&vendor);
        let answer = applicant.submit(form.fill(&[("nom", bait), ("donnees", "Quotient familial"), ("courriel", "anne@editeur.example")])).await;
        assert!(answer.is(422).errors().iter().any(|error| error.ends_with(sentence)), "{bait}");
    }
    let form = applicant.open(&path).await.form(&path).set("name", "Service-public.fr").press("suivant");
    assert!(!applicant.submit(form).await.errors().iter().any(|error| error.ends_with(sentence)));
}

#[tokio::test]
async fn no_subject_holds_what_somebody_typed() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    // Their names are those of their addresses.
    let typed = ["jeanne", "roux", "nadia", "awa", "diallo", "louis", "garnier", "paul", "marchand", "inès", "appât", "marc", "lefevre"];
    let id = road::file(&cast.applicant, FRANCECONNECT, "Appât evil.example", None).await;
    let path = format!("/demandes/{id}/partage");
    let draft = road::start(&cast.applicant, FRANCECONNECT).await;
    let sharing = path.replace(&id, &draft);
    let page = cast.applicant.open(&sharing).await;
    cast.applicant.submit(page.form_with(&sharing, "action", Some("inviter")).set("email", "ines@a.example")).await.is(303);
    cast.approve_franceconnect(&id).await;
    let mut roles = site.role_mails().await;
    road::file(&cast.applicant, FRANCECONNECT, "Appât evil.example", None).await;
    let again = site.role_mails().await;
    let link = link_in(again.iter().find(|mail| mail.recipient == "dpo@clamart.example").expect("named"), &site);
    let visitor = site.visitor();
    let decline = visitor.open(&link).await.form_with(&link, "reponse", Some("decliner")).set("motif", "Erreur.");
    visitor.submit(decline).await.is(303);
    roles.extend(again);
    site.add_account("marc.lefevre@clamart.example").await;
    let colleague = site.applicant("marc.lefevre@clamart.example").await;
    site.verify("marc.lefevre@clamart.example").await;
    colleague.submit(colleague.open(&format!("/demandes/{id}/transfert")).await.form(&format!("/demandes/{id}/transfert"))).await.is(303);
    let action = format!("/demandes/nouvelle/{API_PARTICULIER}/editeur");
    let form = cast.applicant.open(&format!("/demandes/nouvelle/{API_PARTICULIER}?editeur=autre")).await.form(&action);
    let form = form.fill(&[("nom", "Appât.example"), ("donnees", "Quotient familial CAF et MSA"), ("courriel", "anne@editeur.example")]);
    cast.applicant.submit(form).await.is(303);

    let mails: Vec<_> = site.new_mails().await.into_iter().chain(roles).collect();
    for told in [TECHNICAL, DATA_TEAM, APPLICANT, "ines@a.example", "dpo@clamart.example"] {
        assert!(mails.iter().any(|mail| mail.recipient == told), "nothing to {told}");
    }
    assert!(mails.len() > 10, "{}", mails.len());
    for mail in &mails {
        let subject = mail.subject.to_lowercase();
        let found = typed.iter().find(|word| subject.contains(*word));
        assert!(found.is_none() && !subject.contains("evil"), "{}", mail.subject);
    }
}
