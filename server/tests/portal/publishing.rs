//! The administrator's catalogue: seen, edited, published; requests keep their version.

use crate::{
    browser::{Browser, Page},
    road::{self, APPLICANT, FRANCECONNECT},
    site::TestSite,
};

const FILE: &str = "/administration/catalogue/franceconnect";
const TEXT: &str = "/administration/catalogue/franceconnect/texte";

/// The text with one thing replaced, sent with a reason.
async fn send(admin: &Browser, from: &str, to: &str, action: &str) -> Page {
    let page = admin.open(TEXT).await;
    let text = page.value("texte");
    assert!(text.contains(from), "{from}");
    admin.submit(page.form(TEXT).set("texte", &text.replacen(from, to, 1)).set("motif", "Essai").press(action)).await
}

#[tokio::test]
async fn the_form_is_seen_as_applicants_see_it() {
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    let list = admin.open("/administration/catalogue").await;
    for name in ["FranceConnect", "API Particulier", "ProConnect, fournisseur d’identité", "Éditeurs"] {
        list.says(name);
    }
    let page = admin.open("/administration/catalogue/api-particulier?forme=publik-famille").await;
    for expected in
        ["Le formulaire : Publik Famille (Entr’ouvert)", "Équipe juridique", "Équipe API Particulier", "Nom de naissance", "Quotient familial"]
    {
        page.says(expected);
    }
    admin.open("/administration/catalogue/editeurs").await.says("Ce fichier est celui livré avec Habilis.");
    admin.get("/administration/catalogue/inconnu").await.is(404);
    site.applicant(APPLICANT).await.get(FILE).await.is(404);
}

#[tokio::test]
async fn a_published_file_is_served_at_once_and_requests_keep_their_version() {
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    let browser = site.applicant(APPLICANT).await;
    let before = road::start(&browser, FRANCECONNECT).await;
    let (old, new) = ("label = \"Nom public du service\"", "label = \"Nom du service pour le public\"");

    let tried = send(&admin, old, new, "verifier").await;
    tried.is(200).says("Le fichier est correct");
    tried.says("Nom du service pour le public");
    assert!(tried.has("del") && tried.has("ins"));
    browser.open(&format!("/demandes/{before}/projet")).await.says("Nom public du service");

    let published = send(&admin, old, new, "publier").await;
    let page = admin.open(&published.is(303).location()).await;
    for expected in ["Version 2 publiée", "Essai", "Nom du service pour le public"] {
        page.says(expected);
    }
    admin.open(&format!("{FILE}/versions/2")).await.says("version = 2");
    admin.get(&format!("{FILE}/versions/7")).await.is(404);
    admin.open("/administration/journal").await.says("FranceConnect, version 2");

    browser.open(&format!("/demandes/{before}/projet")).await.says("Nom public du service");
    let after = road::start(&browser, FRANCECONNECT).await;
    browser.open(&format!("/demandes/{after}/projet")).await.says("Nom du service pour le public");
    // Forms that ask for both services are a new version too.
    let form = site.app.cx.catalogue().form("api-particulier", Some("publik-famille"), 1).expect("kept").clone();
    assert_eq!(form.block("projet").map(|block| block.fields[0].label.as_str()), Some("Nom public de la démarche"));
    assert_eq!(site.app.cx.catalogue().service("api-particulier").map(|service| service.version), Some(3));
}

#[tokio::test]
async fn what_is_granted_lasts_as_the_form_it_was_asked_with_says() {
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    let (cast, before) = road::filed(&site).await;
    send(&admin, "validity_months = 36", "validity_months = 12", "publier").await.is(303);
    let after = road::file(&cast.applicant, FRANCECONNECT, "Rendez-vous", None).await;
    for (request, last_day) in [(before, "23 novembre 2029"), (after, "23 novembre 2027")] {
        cast.approve_franceconnect(&request).await;
        cast.applicant.open(&format!("/demandes/{request}")).await.says(&format!("valable jusqu’au {last_day}"));
    }
}

const TERMS: &str = "terms_url = \"https://partenaires.franceconnect.gouv.fr/cgu\"";

#[tokio::test]
async fn a_wrong_file_comes_back_with_its_line_and_what_was_typed() {
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    for (from, to, expected) in [
        ("kind = \"long_text\"", "kind = \"roman\"", "La valeur « roman » n’est pas permise ici."),
        ("slug = \"contacts\"", "slug = \"historique\"", "« historique » est un mot réservé aux adresses : aucun bloc ne peut s’appeler ainsi."),
        ("slug = \"franceconnect\"\n", "slug = \"autre\"\n", "le service « franceconnect », qui n’existe pas."),
        ("terms_url", "terms_uri", "La clé « terms_uri » n’est pas connue ici."),
        (TERMS, "terms_url = \"javascript:alert(1)\"", "« javascript:alert » n’est pas une adresse https."),
        (TERMS, "terms_url = \"cgu\"", "« terms_url » n’est ni une adresse https, ni un chemin de ce site."),
        ("name = \"FranceConnect\"", "name = FranceConnect", "Ligne 4, colonne 8 : Le texte n’est pas du TOML correct. Détail technique : "),
    ] {
        for action in ["verifier", "publier"] {
            let refused = send(&admin, from, to, action).await;
            let errors = refused.is(422).errors();
            assert!(errors[0].contains(expected) && errors[0].contains("Ligne "), "{errors:?}");
            assert!(refused.value("texte").contains(to));
        }
    }
    let page = admin.open(TEXT).await;
    admin.submit(page.form(TEXT).press("publier")).await.is(422).says("Ce texte est celui qui est en vigueur");
    let text = page.value("texte").replacen("Faible", "Bas", 1);
    let unsaid = admin.submit(page.form(TEXT).set("texte", &text).press("publier")).await;
    assert_eq!(unsaid.is(422).errors(), ["Donnez le motif de la publication."]);
    assert!(admin.open(FILE).await.text().contains("celui livré avec Habilis"));
}

#[tokio::test]
async fn a_change_that_would_stop_a_request_is_refused_with_its_number() {
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    let browser = site.applicant(APPLICANT).await;
    road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    let gone = "[[blocks.fields]]\nid = \"volume\"";
    let renamed = "[[blocks.fields]]\nid = \"volumetrie\"";
    let refused = send(&admin, gone, renamed, "publier").await;
    refused.is(409).says("Demandes en cours que ce changement arrêterait");
    refused.says("D1 Portail famille");
    refused.says("Le champ « Nombre de connexions attendues », rempli, disparaît.");
    assert!(refused.value("texte").contains("volumetrie"));
    let stage = send(&admin, "slug = \"juridique\"", "slug = \"droit\"", "publier").await;
    stage.is(409).says("L’étape « Équipe juridique », en cours, disparaît.");
}

#[tokio::test]
async fn two_administrators_do_not_overwrite_each_other() {
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    let page = admin.open(TEXT).await;
    send(&admin, "Faible (eIDAS 1)", "Faible", "publier").await.is(303);
    let text = page.value("texte").replacen("Nom public", "Nom", 1);
    let late = admin.submit(page.form(TEXT).set("texte", &text).set("motif", "Essai").press("publier")).await;
    late.is(409).says("Quelqu’un a publié ce fichier entre-temps");
    assert!(late.value("texte").contains("Nom du service"));
}

#[tokio::test]
async fn another_process_serves_what_was_published() {
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    let senses = habilis::serve::Senses { clock: site.clock.clone(), ..habilis::serve::Senses::default() };
    let other = habilis::serve::build(site.app.config.clone(), senses).await.expect("a second process");
    send(&admin, "label = \"Nom public du service\"", "label = \"Nom affiché\"", "publier").await.is(303);
    let label = || other.cx.catalogue().form_now(FRANCECONNECT, None).and_then(|s| s.block("projet")).map(|b| b.fields[0].label.clone());
    assert_eq!(label().as_deref(), Some("Nom public du service"));
    other.habilitation.refresh_catalogue().await.expect("read");
    assert_eq!(label().as_deref(), Some("Nom affiché"));
}

#[tokio::test]
async fn a_service_held_once_is_not_asked_for_twice() {
    const START: &str = "/demandes/nouvelle/franceconnect";
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    send(&admin, "bulk_decisions = true\n", "bulk_decisions = true\nunique = true\n", "publier").await.is(303);
    let cast = road::cast(&site).await;
    let colleague = site.applicant("marc.lefevre@clamart.example").await;
    site.verify(road::APPLICANT).await;
    // Two drafts may be under way, one only is sent.
    let late = road::complete(&colleague, FRANCECONNECT, "Portail", None).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let summary = format!("/demandes/{late}/synthese");
    let page = colleague.open(&summary).await;
    let boxes = page.attributes("main input[type=checkbox]", "name");
    let send_late = boxes.iter().fold(page.form(&summary), |form, name| form.set(name, "oui"));
    colleague.submit(send_late.clone()).await.is(409).says("Votre organisation a déjà une demande en cours, ou une habilitation, pour ce service");

    let held = async |browser: &Browser| {
        let page = browser.open(START).await;
        page.says("Une organisation n’a qu’une habilitation « FranceConnect »");
        assert_eq!(page.form_count(START), 0);
        browser.post(START, &[("forme", "libre")]).await.is(422).says("Votre organisation a déjà ce service");
        page
    };
    cast.approve_franceconnect(&id).await;
    assert_eq!(held(&cast.applicant).await.link("Ouvrir la demande D2"), format!("/demandes/{id}"));
    held(&colleague).await.says("Un collègue l’a déposée : rapprochez-vous de lui.");
    cast.applicant.post(&format!("/demandes/{id}/duplication"), &[]).await.is(409);

    // Elsewhere it can be asked for, and here again once it was taken back.
    let elsewhere = site.account("autre.personne@paris.example").await;
    elsewhere.join("21750001600019").await.is(303);
    road::start(&elsewhere, FRANCECONNECT).await;
    road::revoke(&cast.legal, &id, "Le service a fermé.").await;
    colleague.submit(send_late).await.is(303);
}

#[tokio::test]
async fn whoever_joined_by_themselves_keeps_nobody_from_a_service_held_once() {
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    send(&admin, "bulk_decisions = true\n", "bulk_decisions = true\nunique = true\n", "publier").await.is(303);
    let cast = road::cast(&site).await;
    let colleague = site.applicant("marc.lefevre@clamart.example").await;
    site.verify("marc.lefevre@clamart.example").await;
    // Nobody vouched for whoever files this one: it stands in nobody's way but theirs.
    let early = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    cast.applicant.post("/demandes/nouvelle/franceconnect", &[("forme", "libre")]).await.is(422).says("Votre organisation a déjà ce service");
    let late = road::file(&colleague, FRANCECONNECT, "Portail", None).await;

    // Granted, it holds the service: the other cannot be granted beside it.
    cast.approve_franceconnect(&early).await;
    road::approve(&cast.legal, &late).await;
    let refused = road::decide(&cast.team, &late, "valider", "").await;
    let sentence = "Cette organisation détient déjà une habilitation pour ce service, qui ne se délivre qu’une fois : refusez cette demande, ou révoquez d’abord l’autre.";
    assert_eq!(refused.is(422).errors(), [sentence]);
    road::revoke(&cast.legal, &early, "Personne ne la connaît.").await;
    road::approve(&cast.team, &late).await;
    colleague.open(&format!("/demandes/{late}")).await.says("Habilitation H2 active");
}

#[tokio::test]
async fn a_service_is_made_in_the_browser_and_asked_for_at_once() {
    const NEW: &str = "/administration/catalogue/nouveau";
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    let page = admin.open(&admin.open("/administration/catalogue").await.link("Nouveau service")).await;
    let text = page.value("texte").replacen("name = \"Nouveau service\"", "name = \"API Scolarité\"", 1);
    for (slug, text, expected) in [
        ("", text.clone(), "Donnez un identifiant au service."),
        ("API Scolarité", text.clone(), "lettres minuscules sans accent"),
        ("franceconnect", text.clone(), "Un service porte déjà cet identifiant."),
        ("editeurs", text.clone(), "Cet identifiant est réservé"),
        ("api-scolarite", text.replacen("kind = \"long_text\"", "kind = \"roman\"", 1), "La valeur « roman » n’est pas permise ici."),
        ("api-scolarite", text.replacen("slug = \"contacts\"", "slug = \"messages\"", 1), "est un mot réservé aux adresses"),
    ] {
        for action in ["verifier", "publier"] {
            let form = page.form(NEW).set("identifiant", slug).set("texte", &text).set("motif", "Ouverture").press(action);
            let refused = admin.submit(form).await;
            let errors = refused.is(422).errors();
            assert!(errors[0].contains(expected), "{errors:?}");
            assert_eq!((refused.value("identifiant"), refused.value("texte")), (slug.to_owned(), text.clone()));
        }
    }
    let form = page.form(NEW).set("identifiant", "api-scolarite").set("texte", &text);
    let tried = admin.submit(form.clone().press("verifier")).await;
    tried.is(200).says("Le fichier est correct");
    tried.says("Le formulaire");
    tried.says("Première donnée");
    assert_eq!(admin.submit(form.clone().press("publier")).await.is(422).errors(), ["Donnez le motif de la publication."]);
    let form = form.set("motif", "Ouverture du service").press("publier");
    let published = admin.submit(form.clone()).await;
    let page = admin.open(&published.is(303).location()).await;
    page.says("Version 1 publiée");
    page.says("et les brouillons le jour où ils sont transmis");
    assert_eq!(admin.submit(form).await.is(422).errors(), ["Un service porte déjà cet identifiant."], "sent twice");
    admin.open("/administration/journal").await.says("API Scolarité, version 1");

    // Asked for, reviewed and edited like any other.
    let browser = site.applicant(APPLICANT).await;
    browser.open("/services").await.says("API Scolarité");
    let form = site.app.habilitation.form("api-scolarite", None).expect("published");
    let id = crate::every_form::file(&browser, form, None, "").await;
    let reviewer = site.reviewer("lea.moreau@habilis.example", "api-scolarite", "instruction").await;
    road::approve(&reviewer, &id).await;
    browser.open(&format!("/demandes/{id}")).await.says("Habilitation H1 active");
    let path = "/administration/catalogue/api-scolarite/texte";
    let file = admin.open(path).await;
    let text = file.value("texte").replacen("Première donnée", "Niveau de classe", 1);
    admin.submit(file.form(path).set("texte", &text).set("motif", "Précision").press("publier")).await.is(303);
    browser.get(NEW).await.is(404);
}

#[tokio::test]
async fn a_service_may_begin_as_a_copy_of_another() {
    const NEW: &str = "/administration/catalogue/nouveau";
    let site = TestSite::new().await;
    let admin = site.administrator("admin@habilis.example").await;
    admin.get(&format!("{NEW}?modele=inconnu")).await.is(404);
    let page = admin.open(&format!("{NEW}?modele=franceconnect-plus")).await;
    let form = page.form(NEW).set("identifiant", "franceconnect-pro").set("motif", "Essai").press("publier");
    admin.submit(form).await.is(303);
    let services: Vec<String> = site.app.cx.catalogue().services().iter().map(|service| service.slug.clone()).collect();
    assert_eq!(services.last().map(String::as_str), Some("franceconnect-pro"), "{services:?}");
    assert_eq!(services.iter().filter(|slug| *slug == "franceconnect-plus").count(), 1);
}
