//! Who gives which right to whom: scenario 25 of the reference, and what must never happen.

use domain::{
    actor::{Grant, Role},
    ids::AccountId,
};

use crate::{
    browser::{Browser, Page},
    road::{ADMIN, API_PARTICULIER, FRANCECONNECT, LEGAL, TEAM},
    site::TestSite,
};

const MANAGER: &str = "marie.sand@habilis.example";

fn page_of(id: AccountId) -> String {
    format!("/administration/droits/{id}")
}

async fn manager(site: &TestSite) -> Browser {
    site.holder(MANAGER, &[Grant::new(FRANCECONNECT, None, Role::Manager)]).await
}

async fn give(browser: &Browser, id: AccountId, perimeter: &str, role: &str) -> Page {
    let path = page_of(id);
    let page = browser.open(&path).await;
    browser.submit(page.form_with(&path, "action", Some("donner")).forge("perimetre", perimeter).set("role", role)).await
}

async fn take_back(browser: &Browser, id: AccountId, perimeter: &str) -> Page {
    let path = page_of(id);
    browser.post(&path, &[("action", "retirer"), ("perimetre", perimeter)]).await
}

async fn rights(site: &TestSite, id: AccountId) -> Vec<String> {
    let grants = store::role::of_account(&site.app.cx.db, id).await.expect("read");
    grants.iter().map(|grant| format!("{}:{}:{}", grant.service, grant.stage.as_deref().unwrap_or("*"), grant.role.as_str())).collect()
}

#[tokio::test]
async fn a_manager_gives_and_takes_back_inside_the_perimeter_and_leaves_the_rest_alone() {
    let site = TestSite::new().await;
    let manager = manager(&site).await;
    let legal = site.add_account(LEGAL).await;
    site.app.habilitation.grant_role(legal, &Grant::new(API_PARTICULIER, Some("api-particulier"), Role::Reader)).await.expect("granted");

    give(&manager, legal, "franceconnect:juridique", "reviewer").await.is(303);
    assert_eq!(rights(&site, legal).await, ["api-particulier:api-particulier:reader", "franceconnect:juridique:reviewer"]);
    let mail = site.only_mail(LEGAL).await;
    assert_eq!(mail.subject, "Vos droits sur Habilis ont changé");
    assert!(mail.body.contains("FranceConnect, équipe juridique\u{a0}: instruction") || mail.body.contains("juridique"), "{}", mail.body);

    let page = manager.open(&page_of(legal)).await;
    page.says("Hors de votre périmètre");
    assert_eq!(page.form_count(&page_of(legal)), 2, "one to take the role back, one to give another");

    // The same perimeter twice: the new role replaces the old one.
    give(&manager, legal, "franceconnect:juridique", "manager").await.is(303);
    assert_eq!(rights(&site, legal).await, ["api-particulier:api-particulier:reader", "franceconnect:juridique:manager"]);
    take_back(&manager, legal, "franceconnect:juridique").await.is(303);
    assert_eq!(rights(&site, legal).await, ["api-particulier:api-particulier:reader"]);
    site.new_mails().await;
}

#[tokio::test]
async fn a_manager_gives_nothing_outside_the_perimeter() {
    let site = TestSite::new().await;
    let manager = manager(&site).await;
    let legal = site.add_account(LEGAL).await;
    let grant = Grant::new(API_PARTICULIER, Some("api-particulier"), Role::Reviewer);
    site.app.habilitation.grant_role(legal, &grant).await.expect("granted");
    for perimeter in ["api-particulier", "api-particulier:api-particulier", "inconnu", "franceconnect:inconnue", "franceconnect:"] {
        let refused = give(&manager, legal, perimeter, "reader").await;
        assert_eq!(refused.is(422).errors(), ["Ce périmètre n’est pas le vôtre."], "{perimeter}");
    }
    take_back(&manager, legal, "api-particulier:api-particulier").await.is(422).says("Ce périmètre n’est pas le vôtre.");
    assert_eq!(rights(&site, legal).await, ["api-particulier:api-particulier:reviewer"]);

    // Of one team only: neither the other team nor the whole service.
    let of_team = site.holder(TEAM, &[Grant::new(FRANCECONNECT, Some("franceconnect"), Role::Manager)]).await;
    give(&of_team, legal, "franceconnect", "reader").await.is(422);
    give(&of_team, legal, "franceconnect:juridique", "reader").await.is(422);
    give(&of_team, legal, "franceconnect:franceconnect", "reader").await.is(303);
    assert_eq!(rights(&site, legal).await, ["api-particulier:api-particulier:reviewer", "franceconnect:franceconnect:reader"]);
    site.new_mails().await;
}

#[tokio::test]
async fn a_manager_changes_neither_their_own_rights_nor_who_runs_the_site() {
    let site = TestSite::new().await;
    let manager = manager(&site).await;
    let own = site.add_account(MANAGER).await;
    let page = manager.open(&page_of(own)).await;
    page.says("Vos propres droits se changent par une autre personne.");
    assert_eq!(page.form_count(&page_of(own)), 0);
    let forged = [("action", "donner"), ("perimetre", "franceconnect:juridique"), ("role", "manager")];
    manager.post(&page_of(own), &forged).await.is(422).says("Vos propres droits se changent par une autre personne.");
    take_back(&manager, own, "franceconnect").await.is(422);
    assert_eq!(rights(&site, own).await, ["franceconnect:*:manager"]);

    let legal = site.add_account(LEGAL).await;
    assert!(!manager.open(&page_of(legal)).await.text().contains("Administration du site"));
    for person in [own, legal] {
        manager.post(&page_of(person), &[("action", "administration"), ("valeur", "oui")]).await.is(404);
        let account = store::account::by_id(&site.app.cx.db, person).await.expect("read").expect("there");
        assert!(!account.admin);
    }
    give(&manager, legal, "franceconnect:juridique", "admin").await.is(422).says("Choisissez un rôle.");
    manager.get("/administration/journal").await.is(404);
    site.settle().await;
}

#[tokio::test]
async fn nobody_gives_a_right_to_themselves_administrators_included() {
    let site = TestSite::new().await;
    let admin = site.administrator(ADMIN).await;
    let own = site.add_account(ADMIN).await;
    let page = admin.open(&page_of(own)).await;
    page.says("Vos propres droits se changent par une autre personne.");
    assert!(!page.text().contains("Donner un rôle"));
    for (perimeter, role) in [("franceconnect", "reader"), ("franceconnect:juridique", "reviewer"), ("api-particulier", "manager")] {
        let refused = admin.post(&page_of(own), &[("action", "donner"), ("perimetre", perimeter), ("role", role)]).await;
        refused.is(422).says("Vos propres droits se changent par une autre personne.");
    }
    admin.post(&page_of(own), &[("action", "administration"), ("valeur", "oui")]).await.is(422);
    assert!(rights(&site, own).await.is_empty());
    admin.get("/instruction").await.is(404);

    // Being a verified member shows the requests of a body: that is given by somebody else too.
    admin.join(crate::site::SIRET).await.is(303);
    let siret = crate::site::SIRET.parse().expect("valid");
    let body = store::organisation::by_siret(&site.app.cx.db, &siret).await.expect("read").expect("joined").id;
    let link = format!("{own}.{body}");
    let confirm = [("rattachement", link.as_str()), ("motif", "C’est moi"), ("decision", "verifier")];
    admin.post("/administration/rattachements", &confirm).await.is(403).says("Votre propre rattachement se vérifie par une autre personne.");
    assert!(!store::organisation::members::is_verified(&site.app.cx.db, own, body).await.expect("read"));
    let other = site.administrator(LEGAL).await;
    other.post("/administration/rattachements", &confirm).await.is(303);
    give(&other, own, "franceconnect:juridique", "reviewer").await.is(303);
    assert_eq!(rights(&site, own).await, ["franceconnect:juridique:reviewer"]);
    // What one has, one may give up.
    take_back(&admin, own, "franceconnect:juridique").await.is(303);
    site.new_mails().await;
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let site = TestSite::new().await;
    let admin = site.administrator(ADMIN).await;
    let own = site.add_account(ADMIN).await;
    let refused = admin.post(&page_of(own), &[("action", "administration"), ("valeur", "non")]).await;
    refused.is(422).says("la seule à administrer le site");

    let legal = site.add_account(LEGAL).await;
    admin.post(&page_of(legal), &[("action", "administration"), ("valeur", "oui")]).await.is(303);
    assert_eq!(site.only_mail(LEGAL).await.subject, "Vos droits sur Habilis ont changé");
    admin.post(&page_of(own), &[("action", "administration"), ("valeur", "non")]).await.is(303);
    admin.get("/administration").await.is(404);
    site.new_mails().await;
}

#[tokio::test]
async fn two_administrators_who_remove_each_other_leave_one() {
    let site = TestSite::new().await;
    let (one, other) = (site.administrator(ADMIN).await, site.administrator(LEGAL).await);
    let (first, second) = (site.add_account(ADMIN).await, site.add_account(LEGAL).await);
    let remove = [("action", "administration"), ("valeur", "non")];
    let (to_second, to_first) = (page_of(second), page_of(first));
    tokio::join!(one.post(&to_second, &remove), other.post(&to_first, &remove));
    assert_eq!(store::account::count_admins(&site.app.cx.db).await.expect("counted"), 1);
    site.settle().await;
}

#[tokio::test]
async fn people_are_found_by_name_without_accents_and_by_exact_address() {
    let site = TestSite::new().await;
    let manager = manager(&site).await;
    for (email, service, stage) in
        [("zoe.leger@habilis.example", FRANCECONNECT, "juridique"), ("anne.autre@habilis.example", API_PARTICULIER, "api-particulier")]
    {
        let account = site.add_account(email).await;
        site.app.habilitation.grant_review(account, service, stage).await.expect("granted");
    }
    site.add_account("sans.droit@a.fr").await;
    let names = |page: Page| page.all("tbody th");
    assert_eq!(names(manager.open("/administration/droits").await), ["zoe leger", "marie sand"]);
    assert_eq!(names(manager.open("/administration/droits?q=ZO%C3%89").await), ["zoe leger"]);
    assert_eq!(names(manager.open("/administration/droits?q=sans").await), Vec::<String>::new());
    assert_eq!(names(manager.open("/administration/droits?q=sans.droit@a.fr").await), ["sans droit"]);
    let admin = site.administrator(ADMIN).await;
    assert_eq!(names(admin.open("/administration/droits").await), ["anne autre", "zoe leger", "odile martin", "marie sand"]);
}

#[tokio::test]
async fn the_list_has_pages_of_twenty_five() {
    let site = TestSite::new().await;
    let admin = site.administrator(ADMIN).await;
    for number in 0..26 {
        let account = site.add_account(&format!("agent.n{number:02}@habilis.example")).await;
        site.app.habilitation.grant_review(account, FRANCECONNECT, "juridique").await.expect("granted");
    }
    let first = admin.open("/administration/droits").await;
    first.says("27 personnes");
    assert_eq!(first.all("tbody tr").len(), 25);
    assert_eq!(admin.open("/administration/droits?q=&page=2").await.all("tbody tr").len(), 2);
}

#[tokio::test]
async fn each_change_is_in_the_journal_with_who_what_and_when() {
    let site = TestSite::new().await;
    let (manager, admin) = (manager(&site).await, site.administrator(ADMIN).await);
    let legal = site.add_account(LEGAL).await;
    give(&manager, legal, "franceconnect:juridique", "reader").await.is(303);
    // Nothing changes: nothing is written, nobody is told.
    give(&manager, legal, "franceconnect:juridique", "reader").await.is(303);
    site.only_mail(LEGAL).await;
    take_back(&manager, legal, "franceconnect:juridique").await.is(303);
    site.only_mail(LEGAL).await;

    let journal = admin.open("/administration/journal").await;
    // Two more: the manager and the administrator each enrolled a second factor.
    journal.says("4 lignes");
    assert_eq!(journal.all("tbody tr").iter().filter(|line| line.contains("Moyen de double authentification ajouté")).count(), 2);
    let cells = journal.all("tbody tr td");
    assert!(
        cells.contains(&"Rôle retiré".to_owned()) && cells.contains(&"marie sand".to_owned()) && cells.contains(&"nadia benali".to_owned()),
        "{cells:?}"
    );
    let given = admin.open("/administration/journal?acte=role_given").await;
    assert_eq!(given.all("tbody tr").len(), 1);
    given.says("aucun");
    assert_eq!(admin.open("/administration/journal?personne=BENALI").await.all("tbody tr").len(), 2);
    assert!(admin.open("/administration/journal?personne=personne").await.all("tbody tr").is_empty());
    let today = domain::calendar::paris_date(site.app.cx.now());
    assert_eq!(admin.open(&format!("/administration/journal?du={today}&au={today}")).await.all("tbody tr").len(), 4);
    let yesterday = today.yesterday().expect("a day");
    assert!(admin.open(&format!("/administration/journal?au={yesterday}")).await.all("tbody tr").is_empty());
}
