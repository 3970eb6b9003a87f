//! An administrator impersonating somebody: with a reason, shown on every page, for an hour, and with a trace of each write.

use domain::{actor::By, administration::AdminKind, impersonation::FOR_THE_PERSON, routes::LIST_CSV, security::IN_BULK};
use store::{admin_event::Change, chain::Fault};

use crate::{
    browser::{Browser, Page},
    chain::{behind_its_back, check},
    road::{self, ADMIN, APPLICANT, FRANCECONNECT, LEGAL, TECHNICAL},
    site::{PASSWORD, TestSite, headers_of},
    world::{World, routes},
};

const IN_PERSON: &str = "tout le reste se fait en personne";
const REASON: &str = "Elle ne trouve pas son brouillon (ticket 42)";

async fn begin(site: &TestSite, admin: &Browser, email: &str, reason: &str) -> Page {
    let person = site.add_account(email).await;
    admin.post(&format!("/administration/droits/{person}/prise-en-main"), &[("motif", reason)]).await
}

#[tokio::test]
async fn with_a_reason_an_administrator_sees_what_the_person_sees_and_comes_back() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let draft = road::start(&applicant, FRANCECONNECT).await;
    let admin = site.administrator(ADMIN).await;
    let refused = begin(&site, &admin, APPLICANT, "  ").await;
    assert_eq!(refused.is(422).errors(), ["Indiquez le motif : il est consigné dans le journal."]);
    begin(&site, &admin, APPLICANT, REASON).await.is(303);
    let mail = site.only_mail(APPLICANT).await;
    assert!(mail.body.contains(REASON), "{}", mail.body);

    for path in ["/", "/demandes", &format!("/demandes/{draft}/projet"), "/organisation", "/nulle-part"] {
        let page = admin.get(path).await;
        assert!(page.one(".hb-impersonation").contains("Vous agissez à la place de jeanne roux."), "{path}: {}", page.body);
    }
    admin.get("/administration").await.is(404);
    let page = admin.open("/demandes").await;
    let back = admin.submit(page.form("/prise-en-main/fin")).await;
    assert!(back.is(303).location().starts_with("/administration/droits/"));
    let page = admin.open("/administration").await;
    assert!(!page.has(".hb-impersonation"));
    admin.get(&format!("/demandes/{draft}")).await.is(404);
    // The person's own session never noticed.
    applicant.get(&format!("/demandes/{draft}/projet")).await.is(200);
}

#[tokio::test]
async fn never_of_an_administrator_nor_of_oneself_nor_by_anybody_else() {
    let site = TestSite::new().await;
    let (admin, _) = (site.administrator(ADMIN).await, site.administrator(LEGAL).await);
    for email in [ADMIN, LEGAL] {
        begin(&site, &admin, email, REASON).await.is(409);
    }
    site.add_account(APPLICANT).await;
    let manager = site.holder("marie.sand@habilis.example", &[domain::actor::Grant::new(FRANCECONNECT, None, domain::actor::Role::Manager)]).await;
    begin(&site, &manager, APPLICANT, REASON).await.is(404);
    let stranger = site.account("une.inconnue@a.fr").await;
    begin(&site, &stranger, APPLICANT, REASON).await.is(404);
    assert!(site.new_mails().await.is_empty());
}

#[tokio::test]
async fn each_write_leaves_its_line_and_its_outcome() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let draft = road::start(&applicant, FRANCECONNECT).await;
    let admin = site.administrator(ADMIN).await;
    begin(&site, &admin, APPLICANT, REASON).await.is(303);
    let path = format!("/demandes/{draft}/projet");
    let page = admin.open(&path).await;
    admin.submit(page.form(&path).set("name", "Cantine").press("enregistrer")).await.is(303);
    // Stale by now: refused, and told as such.
    let refused = admin.submit(page.form(&path).set("name", "Autre").press("enregistrer")).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    admin.submit(admin.open("/").await.form("/prise-en-main/fin")).await.is(303);

    let list = admin.open("/administration/prises-en-main").await;
    list.says(REASON);
    list.says("odile martin");
    let detail = admin.open(&list.attribute("tbody a", "href").expect("a line")).await;
    detail.says("odile martin à la place de jeanne roux");
    assert_eq!(detail.all("tbody code"), ["POST /demandes/{request}/{block}", "POST /demandes/{request}/{block}"]);
    let cells = detail.all("tbody td");
    assert!(cells.contains(&format!("request={draft} block=projet")), "{cells:?}");
    assert!(cells.contains(&"Faite".to_owned()) && cells.contains(&"Refusée".to_owned()), "{cells:?}");
    let journal = admin.open("/administration/journal").await;
    journal.says("Prise en main commencée");
    journal.says("Prise en main terminée");
    site.new_mails().await;
}

#[tokio::test]
async fn it_lasts_an_hour_at_most() {
    let site = TestSite::new().await;
    site.applicant(APPLICANT).await;
    let admin = site.administrator(ADMIN).await;
    begin(&site, &admin, APPLICANT, REASON).await.is(303);
    site.clock.advance(std::time::Duration::from_secs(3599));
    assert!(admin.open("/demandes").await.has(".hb-impersonation"));
    site.clock.advance(std::time::Duration::from_secs(1));
    // The session ends with the hour: its token stood for somebody else.
    assert_eq!(admin.get("/demandes").await.is(303).location(), "/connexion?suite=%2Fdemandes");
    admin.get("/administration").await.is(303);
    admin.sign_in(ADMIN, PASSWORD).await;
    assert!(!admin.open("/demandes").await.has(".hb-impersonation"));
    admin.open("/administration/prises-en-main").await.says("(durée écoulée)");
    site.new_mails().await;
}

#[tokio::test]
async fn nothing_of_the_persons_own_account_changes_meanwhile() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let admin = site.administrator(ADMIN).await;
    begin(&site, &admin, APPLICANT, REASON).await.is(303);
    site.new_mails().await;
    let sealed = admin.open("/mon-compte/securite").await.form("/mon-compte/securite").values("scelle")[0].to_owned();
    for (path, fields) in [
        ("/mon-compte", vec![("given_name", "Autre"), ("family_name", "Nom")]),
        ("/mon-compte/mot-de-passe", vec![("current_password", PASSWORD), ("password", "Un tout autre 2026")]),
        ("/mon-compte/sessions", vec![("session", "autres")]),
        ("/mon-compte/securite", vec![("scelle", sealed.as_str()), ("code", "000000")]),
        ("/mon-compte/securite/codes", vec![("code", "000000")]),
        ("/mon-compte/securite/retrait", vec![("code", "000000")]),
    ] {
        admin.post(path, &fields).await.is(403).says(IN_PERSON);
    }
    assert!(applicant.get("/demandes").await.status == 200);
    site.settle().await;
}

#[tokio::test]
async fn what_is_for_the_person_alone_cannot_be_pressed() {
    const WHY: &str = "Seule la personne elle-même peut";
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let admin = site.administrator(ADMIN).await;
    let data = applicant.open("/mon-compte/donnees").await;
    data.does_not_say(WHY);
    assert!(data.has("main a[href='/mon-compte/donnees/copie']") && data.has("main a[href='/mon-compte/suppression']"));
    begin(&site, &admin, APPLICANT, REASON).await.is(303);
    site.new_mails().await;
    let data = admin.open("/mon-compte/donnees").await;
    data.says(WHY);
    assert_eq!(data.all("main button[disabled]"), ["Télécharger mes données", "Supprimer mon compte"]);
    assert!(!data.has("main a[href='/mon-compte/donnees/copie']"));
    // Of the forms about organisations, the one that chooses stays.
    let page = admin.open("/organisation").await;
    page.says(WHY);
    assert_eq!(page.all("main fieldset[disabled] button"), ["Ajouter cette organisation", "Quitter COMMUNE DE CLAMART"]);
    let refused = admin.post("/organisation", &[("siret", "13002526500013")]).await;
    refused.is(403).says("Rien n’a été enregistré.");
    assert!(refused.has("main form[action='/prise-en-main/fin']"));
    let back = admin.submit(refused.form("/prise-en-main/fin")).await;
    assert!(back.is(303).location().starts_with("/administration/droits/"), "the page that refuses leads back");
}

#[tokio::test]
async fn pages_for_the_person_alone_and_files_of_many_do_not_open() {
    let world = World::new().await;
    let admin = world.site.administrator(ADMIN).await;
    let list = [LIST_CSV, "/instruction/liste.csv?onglet=equipes"];
    world.reviewer.get(LIST_CSV).await.is(200);
    for email in [APPLICANT, LEGAL, TECHNICAL] {
        begin(&world.site, &admin, email, REASON).await.is(303);
        let pages = FOR_THE_PERSON.iter().chain(&IN_BULK).map(|route| world.address(route));
        for page in pages.chain(list.map(str::to_owned)) {
            let refused = admin.get(&page).await;
            refused.is(403).says(IN_PERSON);
            assert!(!refused.body.contains("otpauth:"), "{page}");
        }
        if email == LEGAL {
            let queue = admin.open("/instruction").await;
            assert!(queue.all("main button[disabled]").contains(&"Fichier CSV".to_owned()), "{:?}", queue.all("main button[disabled]"));
        }
        admin.submit(admin.open("/").await.form("/prise-en-main/fin")).await.is(303);
    }
    world.site.new_mails().await;
}

#[tokio::test]
async fn losing_the_right_ends_it_and_so_does_leaving() {
    let site = TestSite::new().await;
    site.applicant(APPLICANT).await;
    let admin = site.administrator(ADMIN).await;
    begin(&site, &admin, APPLICANT, REASON).await.is(303);
    let own = site.add_account(ADMIN).await;
    site.app.habilitation.set_admin(own, false).await.expect("taken");
    assert!(!admin.open("/").await.has(".hb-impersonation"));
    site.app.habilitation.set_admin(own, true).await.expect("given");
    assert!(admin.open("/").await.has(".hb-impersonation"));
    admin.submit(admin.open("/").await.form("/deconnexion")).await.is(303);
    admin.sign_in(ADMIN, PASSWORD).await;
    assert!(!admin.open("/").await.has(".hb-impersonation"));
    admin.open("/administration/journal").await.says("Prise en main terminée");
    let mails = site.new_mails().await;
    assert_eq!(headers_of(&mails), [(APPLICANT, "L’administration d’Habilis ouvre votre espace")]);
}

#[tokio::test]
async fn the_token_changes_when_standing_in_begins_and_when_it_ends() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let draft = road::start(&applicant, FRANCECONNECT).await;
    let admin = site.administrator(ADMIN).await;
    let person = site.add_account(APPLICANT).await;
    let (own_page, draft_page) = (format!("/administration/droits/{person}"), format!("/demandes/{draft}/projet"));

    let (before, tab) = (admin.session(), admin.copy());
    let own_form = admin.open(&own_page).await.form(&own_page);
    begin(&site, &admin, APPLICANT, REASON).await.is(303);
    let during = admin.session();
    assert_ne!(before, during);
    tab.get("/administration").await.is(303);
    admin.submit(own_form).await.is(403).says("Ce formulaire a expiré");

    let tab = admin.copy();
    let draft_form = admin.open(&draft_page).await.form(&draft_page).set("name", "Cantine").press("enregistrer");
    admin.submit(admin.open("/").await.form("/prise-en-main/fin")).await.is(303);
    assert_ne!(during, admin.session());
    tab.get("/demandes").await.is(303);
    admin.submit(draft_form).await.is(403).says("Ce formulaire a expiré");
    admin.get("/administration").await.is(200);
    site.new_mails().await;
}

#[tokio::test]
async fn whatever_the_form_only_drafts_are_written_in_somebodys_place() {
    let world = World::new().await;
    let admin = world.site.administrator(ADMIN).await;
    let (mut refused, mut sent) = (0, 0);
    for email in [APPLICANT, LEGAL, TECHNICAL] {
        begin(&world.site, &admin, email, REASON).await.is(303);
        for route in routes().into_iter().filter(|route| route.method == "POST") {
            let path = route.path.as_str();
            // Machines, the demonstration, and the way out of mails, which works without an account, have tokens of their own.
            let apart = ["/{realm}/", "/fournisseur-identite-simule/", "/demo/", "/desabonnement/", "/deconnexion", "/prise-en-main/fin"];
            if apart.iter().any(|root| path.starts_with(root)) {
                continue;
            }
            let answer = admin.post(&world.address(path), &[]).await;
            if domain::impersonation::MAY_SEND.contains(&path) {
                assert_ne!(answer.status.as_u16(), 403, "{path}");
                sent += 1;
            } else {
                answer.is(403).says(IN_PERSON);
                refused += 1;
            }
        }
        admin.submit(admin.open("/").await.form("/prise-en-main/fin")).await.is(303);
    }
    assert!(refused > 150 && sent == 12, "{refused} refused, {sent} sent");
    world.site.new_mails().await;
}

#[tokio::test]
async fn the_secret_and_the_addresses_are_for_the_technical_contact_in_person() {
    let world = World::new().await;
    let site = &world.site;
    let admin = site.administrator(ADMIN).await;
    let path = world.address("/partenaire/{request}");
    begin(site, &admin, TECHNICAL, REASON).await.is(303);
    let page = admin.open(&path).await;
    page.says("Seule la personne elle-même peut envoyer ce formulaire.");
    assert_eq!(page.all("main form button").len(), page.all("main form fieldset[disabled] button").len());
    assert!(page.all("main form button").contains(&"Afficher le secret".to_owned()));
    admin.submit(page.form("/secret")).await.is(403).says(IN_PERSON);
    admin.submit(page.form("/adresses").set("redirect_uris", "https://evil.example/")).await.is(403).says(IN_PERSON);
    // Drafts, and the way back, are not among what is read only.
    assert!(!page.has(".hb-impersonation fieldset"));
    let own = world.technical.open(&path).await;
    assert!(!own.has("main fieldset[disabled]") && !own.value("redirect_uris").contains("evil"));
    let shown = world.technical.submit(own.form("/secret")).await;
    shown.is(200).says("Copiez-le maintenant");
    site.new_mails().await;
}

#[tokio::test]
async fn in_somebodys_place_one_chooses_a_body_and_neither_joins_nor_leaves_one() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    applicant.join("21750001600019").await.is(303);
    let siret = crate::site::SIRET.parse().expect("valid");
    let clamart = store::organisation::by_siret(&site.app.cx.db, &siret).await.expect("read").expect("joined").id.to_string();
    let admin = site.administrator(ADMIN).await;
    begin(&site, &admin, APPLICANT, REASON).await.is(303);
    admin.post("/organisation", &[("choisir", &clamart)]).await.is(303);
    for fields in [[("siret", "21920023500022")], [("quitter", clamart.as_str())]] {
        admin.post("/organisation", &fields).await.is(403).says(IN_PERSON);
    }
    // What the person leaves meanwhile is not worked for any more.
    applicant.post("/organisation", &[("quitter", &clamart)]).await.is(303);
    admin.open("/demandes").await;
    admin.post("/demandes/nouvelle/franceconnect", &[]).await.is(403);
    site.new_mails().await;
}

#[tokio::test]
async fn no_decision_is_taken_in_somebody_elses_place() {
    let site = TestSite::new().await;
    let cast = road::cast(&site).await;
    let (granted, waiting) =
        (road::file(&cast.applicant, FRANCECONNECT, "Portail", None).await, road::file(&cast.applicant, FRANCECONNECT, "Cantine", None).await);
    cast.approve_franceconnect(&granted).await;
    let admin = site.administrator(ADMIN).await;
    begin(&site, &admin, LEGAL, REASON).await.is(303);
    site.new_mails().await;
    let path = format!("/instruction/{waiting}");
    let version = admin.open(&path).await.form(&path).values("version")[0].to_owned();
    let pick = format!("{waiting}:{version}:franceconnect:juridique");
    let revocation = admin.open(&format!("/instruction/{granted}")).await.form("/revocation").values("version")[0].to_owned();
    for (path, fields) in [
        (path.clone(), vec![("decision", "valider"), ("version", version.as_str())]),
        (path.clone(), vec![("decision", "valider"), ("version", version.as_str()), ("action", "courriel")]),
        (path.clone(), vec![("decision", "refuser"), ("version", version.as_str()), ("motif", "Non.")]),
        (format!("/instruction/{granted}/revocation"), vec![("version", revocation.as_str()), ("motif", "Non.")]),
        ("/instruction/lot".to_owned(), vec![("demande", pick.as_str()), ("decision", "valider"), ("action", "decider")]),
    ] {
        admin.post(&path, &fields).await.is(403).says(IN_PERSON);
    }
    assert!(site.new_mails().await.is_empty());
    admin.open(&path).await.says("À vous de décider");
}

#[tokio::test]
async fn what_is_done_in_somebodys_place_names_both_in_one_line() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let admin = site.administrator(ADMIN).await;
    let [person, administrator] = [site.add_account(APPLICANT).await, site.add_account(ADMIN).await];
    let id = road::complete(&applicant, FRANCECONNECT, "Cantine", None).await;
    begin(&site, &admin, APPLICANT, REASON).await.is(303);
    let path = format!("/demandes/{id}/cadre-juridique");
    let form = admin.open(&path).await.form(&path).attach("legal_document", "acte.pdf", b"%PDF-1.7");
    admin.submit(form.press("enregistrer")).await.is(303);
    let both = By { account: Some(person), impersonated_by: Some(administrator) };
    let cx = &site.app.cx;
    let lines = store::journal::of_request(&cx.db, id.parse().expect("an id")).await.expect("read");
    assert_eq!(lines.iter().map(|line| line.by).collect::<Vec<_>>(), [both, Some(person).into()]);
    admin.submit(admin.open("/").await.form("/prise-en-main/fin")).await.is(303);

    // The person goes on in person, and each reader is told what is theirs to know.
    road::submit(&applicant, &id).await;
    let own = applicant.open(&format!("/demandes/{id}")).await;
    own.says("jeanne roux, par l’administration du site (prise en main)");
    assert!(!own.body.contains("odile martin"), "which administrator it was is not the applicant’s to know");
    legal.open(&format!("/instruction/{id}")).await.says("jeanne roux, par odile martin (prise en main)");
    site.new_mails().await;

    // And a line of those who run the site.
    let tx = cx.begin().await.expect("a transaction");
    let change = Change { before: "", after: "", reason: "Ticket 42" };
    store::admin_event::write(cx, &tx, both, AdminKind::RoleGiven, None, change).await.expect("written");
    tx.commit().await.expect("committed");
    admin.open("/administration/journal").await.says("jeanne roux, par odile martin (prise en main)");
    admin.open("/administration/journal?personne=odile&acte=role_given").await.says("Ticket 42");

    // The second actor is part of the chain.
    assert!(check(&site).await.is_ok());
    behind_its_back(&site, "UPDATE journal SET impersonated_by = NULL WHERE seq = 2").await;
    assert_eq!(check(&site).await, Err(Fault::Changed(2)));
}
