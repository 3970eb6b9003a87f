//! Answers that look complete and are not: an instruction left in, data that none of the chosen ways gives, dates that end
//! where they begin, roles in a request that is over.

use crate::{
    every_form,
    road::{self, API_PARTICULIER, APPLICANT, FRANCECONNECT, cast, decide},
    site::{TestSite, link_in},
};

const DPO: &str = "dpo@clamart.example";

#[tokio::test]
async fn an_instruction_of_the_model_is_no_legal_basis() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let form = site.app.habilitation.form(API_PARTICULIER, Some("concerto")).expect("shipped");
    let first =
        browser.submit(browser.open("/demandes/nouvelle/api-particulier?forme=concerto").await.form("/demandes/nouvelle/api-particulier")).await;
    let id = first.is(303).location().split('/').nth(2).expect("an id").to_owned();
    let path = format!("/demandes/{id}/cadre-juridique");
    let page = browser.open(&path).await;
    let prefilled = page.value("legal_nature");
    assert!(prefilled.contains("À compléter par la délibération"), "{prefilled}");
    let part = prefilled.replace("À compléter par la délibération", "À compléter : la délibération");
    for text in [prefilled.as_str(), part.as_str(), "Délibération n° XX du conseil", "Délibération de [la commune]", "À compléter"] {
        let form = browser.open(&path).await.form(&path).set("legal_nature", text).set("legal_url", "https://www.clamart.example/acte");
        // A draft keeps anything…
        browser.submit(form.clone().press("enregistrer")).await.is(303);
        let form = browser.open(&path).await.form(&path).set("legal_nature", text);
        let refused = browser.submit(form.press("suivant")).await;
        let errors = refused.is(422).errors();
        assert!(errors.len() == 1 && errors[0].contains("contient encore une consigne à remplacer"), "{text}: {errors:?}");
    }
    // …and nothing is sent with it.
    let summary = format!("/demandes/{id}/synthese");
    let boxes = [("conditions", "oui"), ("dpo_informe", "oui")];
    browser.submit(browser.open(&summary).await.form(&summary).fill(&boxes)).await.is(422).says("Le cadre juridique : une réponse à corriger");
    every_form::fill_and_send(&browser, form, &id, &format!("/demandes/{id}/projet"), "").await;
}

#[tokio::test]
async fn franceconnect_is_never_the_only_way_and_data_it_does_not_give_is_named() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let provider = road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    let id = road::complete(&browser, API_PARTICULIER, "Cantine", Some(&provider)).await;
    let path = format!("/demandes/{id}/modalites");
    let alone = browser.submit(browser.open(&path).await.form(&path).pick("modalities", &["france_connect"]).press("suivant")).await;
    let errors = alone.is(422).errors();
    assert!(errors[0].starts_with("Modalités d’accès : FranceConnect complète toujours une autre modalité"), "{errors:?}");
    let data = format!("/demandes/{id}/donnees");
    for (scope, label, ways, ticked) in [
        (
            "pole_emploi_identite",
            "Statut de demandeur d’emploi et identité",
            "Avec un identifiant propre à la donnée",
            &["france_connect", "params"][..],
        ),
        ("men_statut_scolarite", "Statut d’élève scolarisé", "Avec l’identité saisie par l’usager", &["france_connect", "identifiant"]),
    ] {
        browser.submit(browser.open(&path).await.form(&path).pick("modalities", ticked).press("enregistrer")).await.is(303);
        let refused = browser.submit(browser.open(&data).await.form(&data).pick("scopes", &["mesri_identite", scope]).press("suivant")).await;
        let expected = format!(
            "Données demandées : « {label} » ne s’obtient pas par les modalités choisies : ajoutez « {ways} » aux modalités d’accès, ou décochez cette donnée."
        );
        assert_eq!(refused.is(422).errors(), [expected]);
        let summary = format!("/demandes/{id}/synthese");
        browser.submit(browser.open(&summary).await.form(&summary).fill(&road::BOXES)).await.is(422).says("Les données : une réponse à corriger");
    }
    // FranceConnect gives it, but completes another way, which has to give it too.
    browser.submit(browser.open(&path).await.form(&path).pick("modalities", &["france_connect", "identifiant"]).press("enregistrer")).await.is(303);
    let refused = browser.submit(browser.open(&data).await.form(&data).pick("scopes", &["cnaf_quotient_familial"]).press("suivant")).await;
    let expected = "Données demandées : « Quotient familial » n’a que la modalité « Avec FranceConnect », qui en complète toujours une autre : ajoutez « Avec l’identité saisie par l’usager » aux modalités d’accès, ou décochez cette donnée.";
    assert_eq!(refused.is(422).errors(), [expected]);
    let all = ["france_connect", "params", "identifiant"];
    browser.submit(browser.open(&path).await.form(&path).pick("modalities", &all).press("enregistrer")).await.is(303);
    road::submit(&browser, &id).await.says("En cours d’instruction");
}

#[tokio::test]
async fn a_homologation_holds_on_the_day_the_request_is_sent() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    // Today is 23 November 2026.
    for (begin, end, expected) in [
        ("2026-12-01", "2026-12-01", Some("Indiquez une date postérieure à celle du champ « Début de validité ».")),
        ("2026-12-01", "2026-11-30", Some("Indiquez une date postérieure à celle du champ « Début de validité ».")),
        ("2025-06-01", "2026-11-22", Some("Cette date est passée : indiquez une date à venir.")),
        ("2026-06-01", "2031-06-02", Some("Indiquez une date au plus tard 5 ans après celle du champ « Début de validité ».")),
        ("2026-06-01", "2031-06-01", None),
        ("2025-06-01", "2026-11-23", None),
        ("2027-11-23", "2028-11-23", None),
        ("2027-11-24", "2028-11-23", Some("Cette date est trop lointaine : indiquez une date au plus tard dans 1 an.")),
    ] {
        let form = site.app.habilitation.form("api-impot-particulier", None).expect("shipped");
        let block = form.blocks.iter().find(|block| block.fields.iter().any(|field| field.id == "safety_end")).expect("the block");
        let mut answers = domain::form::Answers::default();
        for (id, value) in [("safety_authority", "Claire Fontaine"), ("safety_begin", begin), ("safety_end", end)] {
            answers.set(id, value);
        }
        let today = domain::calendar::paris_date(site.app.cx.now());
        let found = domain::form::check_block(form, block, &answers).into_iter().chain(domain::form::untimely(block, &answers, today));
        let found = found.filter(|one| ["safety_begin", "safety_end"].contains(&one.field.as_str()));
        let found: Vec<String> = found.map(|one| one.problem.sentence().replace('\u{a0}', " ")).collect();
        assert_eq!(found, expected.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{begin} {end}");
    }
    browser.open("/services").await.says("API Impôt particulier");
}

#[tokio::test]
async fn a_role_in_a_request_that_is_over_is_neither_confirmed_nor_declined() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let contact = site.account(DPO).await;
    let visitor = site.visitor();
    let mut filed = Vec::new();
    for name in ["Refusée", "Révoquée", "Archivée"] {
        let id = road::file(&cast.applicant, FRANCECONNECT, name, None).await;
        let mails = site.role_mails().await;
        filed.push((id, link_in(mails.iter().find(|mail| mail.recipient == DPO).expect("told"), &site)));
    }
    let [(refused, _), (revoked, _), (archived, _)] = filed.as_slice() else { panic!("three") };
    // The pages are opened before anything happens.
    let mut open = Vec::new();
    for (_, link) in &filed {
        open.push(visitor.open(link).await.form_with(link, "reponse", Some("confirmer")));
    }
    decide(&cast.legal, refused, "refuser", "Hors du champ.").await.is(303);
    cast.approve_franceconnect(revoked).await;
    road::revoke(&cast.legal, revoked, "Le service a fermé.").await;
    decide(&cast.legal, archived, "modifier", "Précisez.").await.is(303);
    cast.applicant.post(&format!("/demandes/{archived}/retrait"), &[]).await.is(303);
    for ((id, link), form) in filed.iter().zip(open) {
        let gone = visitor.get(link).await;
        gone.is(410).says("Cette demande est terminée");
        visitor.submit(form).await.is(410).says("il n’y a plus de rôle à confirmer ni à décliner");
        let answers = [("role", "delegue_protection_donnees"), ("reponse", "confirmer")];
        contact.post(&format!("/roles/demande/{id}"), &answers).await.is(409);
        let page = contact.open(&format!("/demandes/{id}")).await;
        assert_eq!(page.form_count(&format!("/roles/demande/{id}")), 0);
        let named = store::designation::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
        assert!(named.iter().all(|one| one.answer == domain::designation::RoleAnswer::Waiting));
        // Nobody is invited to fill it either.
        let invited = cast.applicant.post(&format!("/demandes/{id}/partage"), &[("action", "inviter"), ("email", "ines@a.fr")]).await;
        invited.is(409);
    }
}
