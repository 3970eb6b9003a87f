//! What is granted gives the access that its mail announces; when it ends, each person who loses something is told.

use crate::{
    road::{self, API_PARTICULIER, APPLICANT, TECHNICAL, cast},
    site::{TestSite, headers_of},
    together,
};

const DPO: &str = "dpo@clamart.example";
const HEAD: &str = "dgs@clamart.example";
const BUSINESS: &str = "enfance@clamart.example";

#[tokio::test]
async fn the_approval_of_data_says_what_is_open_now_and_what_waits_for_franceconnect() {
    let site = TestSite::new().await;
    let (cast, provider, early) = road::filed_both(&site).await;
    site.new_mails().await;
    road::approve(&cast.data_team, &early).await;
    let mails = site.new_mails().await;
    let body = |to: &str| mails.iter().find(|mail| mail.recipient == to).expect("told").body.clone();
    let later = "Avec FranceConnect, les données s’ouvriront dès que la demande FranceConnect D1 sera validée : nous vous préviendrons.";
    let now = "Avec l’identité saisie par l’usager, les données sont ouvertes dès maintenant : pour recevoir ses accès, le responsable technique écrit à support@particulier.api.gouv.fr en citant H1.";
    for to in [APPLICANT, TECHNICAL] {
        let body = body(to).replace('\u{a0}', " ");
        assert!(body.contains(later) && body.contains(now), "{to}: {body}");
    }
    for to in [DPO, BUSINESS] {
        assert!(body(to).contains("Vous n’avez rien à faire pour l’instant."), "{}", body(to));
    }
    // FranceConnect comes: those who waited are told.
    cast.approve_franceconnect(&provider).await;
    let mails = site.new_mails().await;
    let opened = (APPLICANT, "Habilitation H1 : les données sont ouvertes avec FranceConnect");
    assert!(headers_of(&mails).contains(&opened), "{:?}", headers_of(&mails));
    assert!(headers_of(&mails).contains(&(TECHNICAL, opened.1)), "{:?}", headers_of(&mails));

    // Approved after it, data is open at once.
    let late = road::file(&cast.applicant, API_PARTICULIER, "Étude", Some(&provider)).await;
    road::approve(&cast.data_team, &late).await;
    let mail = site.mails_to(APPLICANT).await.into_iter().find(|mail| mail.subject.contains("H3")).expect("told");
    assert!(mail.body.contains("Avec FranceConnect, les données sont ouvertes dès maintenant, avec les clés de l’habilitation H2."), "{}", mail.body);
    // Asked for without it, FranceConnect is not spoken of.
    let path = format!("/demandes/{}/modalites", road::complete(&cast.applicant, API_PARTICULIER, "Guichet", Some(&provider)).await);
    let page = cast.applicant.open(&path).await;
    cast.applicant.submit(page.form(&path).pick("modalities", &["params"]).press("enregistrer")).await.is(303);
    let without = path.split('/').nth(2).expect("an id").to_owned();
    road::submit(&cast.applicant, &without).await;
    road::approve(&cast.data_team, &without).await;
    let mail = site.mails_to(APPLICANT).await.into_iter().find(|mail| mail.subject.contains("H4")).expect("told");
    assert!(!mail.body.contains("FranceConnect") && mail.body.contains("dès maintenant"), "{}", mail.body);
}

#[tokio::test]
async fn a_revocation_tells_whose_keys_stop_and_whoever_answers_for_the_data() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = together::complete(&site, &cast.applicant, "Portail famille").await;
    cast.approve_both(&id).await;
    let mails = site.new_mails().await;
    let approved = mails.iter().find(|mail| mail.recipient == APPLICANT && mail.subject.contains("délivrées")).expect("told");
    assert!(approved.body.replace('\u{a0}', " ").contains("est validée : les habilitations H1 et H2 sont actives."), "{}", approved.body);
    road::revoke(&cast.team, &id, "Le service a fermé.").await;
    let mails = site.new_mails().await;
    let subject = "Les habilitations H1 et H2 ont été révoquées";
    let told: Vec<_> = headers_of(&mails).into_iter().filter(|(_, header)| *header == subject).map(|(to, _)| to).collect();
    assert_eq!(told, [HEAD, DPO, BUSINESS, TECHNICAL]);
    let body = |to: &str| mails.iter().find(|mail| mail.recipient == to).expect("told").body.clone();
    assert!(body(TECHNICAL).contains("Les clés que vous utilisiez ne fonctionnent plus"), "{}", body(TECHNICAL));
    for to in [TECHNICAL, DPO] {
        assert!(body(to).contains("le 23 novembre 2026") && !body(to).contains("Le service a fermé."), "{}", body(to));
    }
}

#[tokio::test]
async fn what_relied_on_a_revoked_franceconnect_tells_its_own_people() {
    let site = TestSite::new().await;
    let (cast, provider) = road::approved(&site).await;
    let data = road::file(&cast.applicant, API_PARTICULIER, "Cantine", Some(&provider)).await;
    road::approve(&cast.data_team, &data).await;
    site.new_mails().await;
    road::revoke(&cast.team, &provider, "Le service a fermé.").await;
    let mails = site.new_mails().await;
    let headers = headers_of(&mails);
    for to in [TECHNICAL, DPO] {
        assert!(headers.contains(&(to, "L’habilitation H1 a été révoquée")), "{headers:?}");
        assert!(headers.contains(&(to, "L’habilitation H2 ne repose plus sur aucune habilitation FranceConnect")), "{headers:?}");
    }
    assert!(headers.contains(&(APPLICANT, "Habilitation H2 : les données ne sont plus ouvertes avec FranceConnect")), "{headers:?}");
    // What the user types still opens the data: nobody is told that all of it stops.
    let told = |to: &str| mails.iter().find(|mail| mail.recipient == to && mail.subject.contains("H2")).expect("told").body.replace('\u{a0}', " ");
    for (to, expected) in [
        (APPLICANT, "ne sont plus ouvertes à votre service avec FranceConnect. Elles le restent avec l’identité saisie par l’usager."),
        (DPO, "Les données ne sont plus transmises avec FranceConnect. Elles le restent avec l’identité saisie par l’usager."),
        (TECHNICAL, "ne sont plus transmises à ce service avec FranceConnect. Elles le restent avec l’identité saisie par l’usager."),
        (TECHNICAL, "Retirez de votre configuration les appels avec FranceConnect, et gardez vos autres accès."),
    ] {
        assert!(told(to).contains(expected), "{to}: {}", told(to));
        assert!(!told(to).contains("Plus aucune donnée"), "{to}: {}", told(to));
    }
    // At the end of its time, the same people are told.
    let mails = site.tick_at("2028-06-01 09:00").await;
    assert!(headers_of(&mails).contains(&(TECHNICAL, "L’habilitation H2 est arrivée à son terme")), "{:?}", headers_of(&mails));
}

#[tokio::test]
async fn data_approved_on_a_revoked_franceconnect_is_said_to_be_closed() {
    let site = TestSite::new().await;
    let (cast, provider) = road::approved(&site).await;
    let early = road::file(&cast.applicant, API_PARTICULIER, "Cantine", Some(&provider)).await;
    road::approve(&cast.data_team, &early).await;
    let late = road::file(&cast.applicant, API_PARTICULIER, "Étude", Some(&provider)).await;
    road::revoke(&cast.team, &provider, "Le service a fermé.").await;
    site.new_mails().await;
    road::approve(&cast.data_team, &late).await;
    let mails = site.new_mails().await;
    let body = |to: &str| mails.iter().find(|mail| mail.recipient == to).expect("told").body.replace('\u{a0}', " ");
    let fact = "Avec FranceConnect, les données ne sont pas ouvertes : la demande FranceConnect D1 n’a plus d’habilitation active.";
    let to_do = "Mettez votre demande à jour pour la rattacher à une autre.";
    assert!(body(APPLICANT).contains(&format!("{fact} {to_do}")), "{}", body(APPLICANT));
    assert!(body(TECHNICAL).contains(fact) && !body(TECHNICAL).contains(to_do), "{}", body(TECHNICAL));
    site.settle().await;
    // The same for what was open before it was revoked.
    for id in [&early, &late] {
        let page = cast.applicant.open(&format!("/demandes/{id}")).await;
        page.says("Connexion de vos usagers : fermée, car l’habilitation FranceConnect n’est plus active");
        page.says("Accès aux données accordées, avec FranceConnect : fermé");
        page.does_not_say("prête");
        page.does_not_say("Accès aux données accordées : prêt");
    }
}

#[tokio::test]
async fn the_terms_of_the_other_service_are_read_behind_their_own_name() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = together::complete(&site, &cast.applicant, "Portail famille").await;
    let page = cast.applicant.open(&format!("/demandes/{id}/synthese")).await;
    let links: Vec<String> = page.all("main a").into_iter().filter(|text| text.starts_with("Lire ")).collect();
    assert_eq!(
        links,
        ["Lire les conditions générales d’utilisation d’API Particulier", "Lire les conditions générales d’utilisation de FranceConnect"]
    );
}
