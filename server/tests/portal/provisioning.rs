//! What an approval opens: a client in the sandbox, data scopes once both habilitations are there, and the keys of the
//! technical contact.

use std::time::Duration;

use domain::{
    events::{Consumer, Event},
    ids::RequestId,
    ports::Environment,
};
use store::client::Client;

use crate::{
    browser::Browser,
    road::{self, Cast, TECHNICAL, approve},
    site::{PASSWORD, TestSite, link_in},
};

const IDENTITY: [&str; 3] = ["email", "given_name", "openid"];
const ALL: [&str; 5] = ["cnaf_enfants", "cnaf_quotient_familial", "email", "given_name", "openid"];

async fn clients(site: &TestSite, id: &str) -> Vec<Client> {
    store::client::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read")
}

async fn scopes(site: &TestSite, id: &str) -> Vec<String> {
    let clients = clients(site, id).await;
    let [client] = clients.as_slice() else { panic!("one client, not {clients:?}") };
    assert!(client.active && client.environment == Environment::Sandbox);
    let mut scopes = client.scopes.clone();
    scopes.sort();
    scopes
}

async fn granted_data(site: &TestSite, id: &str) -> Vec<Vec<String>> {
    let id: RequestId = id.parse().expect("an id");
    let grants = store::grant::active_of_request(&site.app.cx.db, id).await.expect("read");
    grants.into_iter().map(|grant| grant.scopes).collect()
}

#[tokio::test]
async fn an_approval_opens_a_client_in_the_sandbox() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    approve(&cast.legal, &id).await;
    site.settle().await;
    assert!(clients(&site, &id).await.is_empty(), "one stage is not enough");
    approve(&cast.team, &id).await;
    assert!(clients(&site, &id).await.is_empty(), "opened by the outbox, not by the decision");
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    page.says("Connexion de vos usagers, pour vos essais : en préparation");
    site.settle().await;
    assert_eq!(scopes(&site, &id).await, IDENTITY);
    let client = &clients(&site, &id).await[0];
    assert_eq!(
        (client.name.as_str(), client.organisation_name.as_str(), client.siret.as_str()),
        ("Portail famille", "COMMUNE DE CLAMART", "21920023500014")
    );
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    for expected in
        ["Connexion de vos usagers, pour vos essais : prête", "Accès aux données accordées : prêt", "Courriels aux personnes concernées : envoyés"]
    {
        page.says(expected);
    }
    let page = cast.team.open(&format!("/instruction/{id}")).await;
    for expected in ["Client FranceConnect (bac à sable) : fait", "Droits sur les données : fait", "Courriels : fait"] {
        page.says(expected);
    }
}

#[tokio::test]
async fn data_opens_when_both_are_approved_franceconnect_first() {
    let site = TestSite::new().await;
    let (cast, provider, data) = road::filed_both(&site).await;
    cast.approve_franceconnect(&provider).await;
    site.settle().await;
    assert_eq!(scopes(&site, &provider).await, IDENTITY);
    assert!(granted_data(&site, &provider).await.is_empty());
    approve(&cast.data_team, &data).await;
    site.settle().await;
    assert_eq!(scopes(&site, &provider).await, ALL);
    assert_eq!(granted_data(&site, &provider).await.concat(), ["cnaf_quotient_familial", "cnaf_enfants"]);
    cast.applicant.open(&format!("/demandes/{data}")).await.says("Accès aux données accordées : prêt");
}

#[tokio::test]
async fn data_opens_when_both_are_approved_data_first() {
    let site = TestSite::new().await;
    let (cast, provider, data) = road::filed_both(&site).await;
    approve(&cast.data_team, &data).await;
    site.settle().await;
    assert!(clients(&site, &provider).await.is_empty() && granted_data(&site, &provider).await.is_empty());
    cast.applicant.open(&format!("/demandes/{data}")).await.says("Habilitation H1 active");
    approve(&cast.legal, &provider).await;
    site.settle().await;
    assert!(clients(&site, &provider).await.is_empty());
    approve(&cast.team, &provider).await;
    site.settle().await;
    assert_eq!(scopes(&site, &provider).await, ALL);
    assert_eq!(granted_data(&site, &provider).await.concat(), ["cnaf_quotient_familial", "cnaf_enfants"]);
}

#[tokio::test]
async fn replaying_the_outbox_changes_nothing() {
    let site = TestSite::new().await;
    let (cast, provider, data) = road::filed_both(&site).await;
    cast.approve_franceconnect(&provider).await;
    let older = rights_due(&site).await;
    site.pass(1);
    site.settle().await;
    approve(&cast.data_team, &data).await;
    let latest = rights_due(&site).await;
    site.pass(1);
    site.settle().await;
    let (before, data_before) = (clients(&site, &provider).await, granted_data(&site, &provider).await);
    assert_eq!(before.len(), 1);
    for event in [&latest, &older, &latest] {
        let Event::RightsChanged(rights) = event else { panic!("rights") };
        site.app.broker.on_rights_changed(rights).await.expect("applied");
        site.app.gateway.on_rights_changed(rights).await.expect("applied");
    }
    assert_eq!((clients(&site, &provider).await, granted_data(&site, &provider).await), (before, data_before));
}

#[tokio::test]
async fn only_a_commit_that_leaves_effects_wakes_their_consumers() {
    let (cx, _fixture) = testkit::cx().await;
    for (effects, woken) in [(0, false), (1, true), (2, true)] {
        let rung = cx.outbox_bell.notified();
        let tx = cx.begin().await.expect("a transaction");
        store::counter::next(&tx, "rights").await.expect("counted");
        for _ in 0..effects {
            let event = Event::FilesDropped { names: Vec::new() };
            store::outbox::publish(&cx, &tx, None, &event).await.expect("published");
        }
        tx.commit().await.expect("committed");
        assert_eq!(tokio::time::timeout(Duration::ZERO, rung).await.is_ok(), woken, "{effects} effects");
    }
    let rung = cx.outbox_bell.notified();
    let tx = cx.begin().await.expect("a transaction");
    store::outbox::publish(&cx, &tx, None, &Event::FilesDropped { names: Vec::new() }).await.expect("published");
    drop(tx);
    assert!(tokio::time::timeout(Duration::ZERO, rung).await.is_err(), "what was not committed wakes nobody");
    let due = store::outbox::claim_next(&cx, Consumer::Files).await.expect("read").expect("an effect");
    let rung = cx.outbox_bell.notified();
    let tx = cx.begin().await.expect("a transaction");
    store::outbox::done(&tx, due.id, cx.now()).await.expect("done");
    tx.commit().await.expect("committed");
    assert!(tokio::time::timeout(Duration::ZERO, rung).await.is_err(), "an effect carried out leaves none");
}

/// The next event for the broker, leased but not marked as done, so that it is offered again.
async fn rights_due(site: &TestSite) -> Event {
    let cx = &site.app.cx;
    let due = store::outbox::claim_next(cx, Consumer::Broker).await.expect("read").expect("an event");
    let more = store::outbox::claim_next(cx, Consumer::Broker).await.expect("read");
    assert!(more.is_none(), "one event: {more:?}");
    due.event
}

/// A FranceConnect habilitation, and the link its technical contact received.
async fn invited(site: &TestSite) -> (Cast, String, String) {
    let (cast, id) = road::approved(site).await;
    let mails = site.new_mails().await;
    let invitation = mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("an invitation");
    let link = link_in(invitation, site);
    (cast, id, link)
}

async fn technical(site: &TestSite, link: &str) -> Browser {
    let browser = site.visitor();
    let page = browser.open(link).await;
    let entered = browser.submit(page.form(link).set("given_name", "Louis").set("family_name", "Garnier").set("password", PASSWORD)).await;
    entered.is(303);
    browser
}

#[tokio::test]
async fn an_invitation_opens_an_account_and_the_partner_space_once() {
    let site = TestSite::new().await;
    let (cast, id, link) = invited(&site).await;
    let browser = site.visitor();
    let page = browser.open(&link).await;
    page.says("COMMUNE DE CLAMART vous a désigné responsable technique de « Portail famille ».");
    assert_eq!(page.attribute("main [type=email]", "value").as_deref(), Some(TECHNICAL));
    let refused = browser.submit(page.form(&link).set("given_name", "Louis").set("password", "court").forge("email", "autre@a.fr")).await;
    assert_eq!(refused.is(422).errors().len(), 2, "{:?}", refused.errors());
    assert_eq!((refused.value("given_name"), refused.attribute("main [type=email]", "value")), ("Louis".to_owned(), Some(TECHNICAL.to_owned())));
    let entered = browser.submit(refused.form(&link).set("family_name", "Garnier").set("password", PASSWORD)).await;
    assert_eq!(entered.is(303).location(), format!("/partenaire/{id}"));
    let space = browser.open(&entered.location()).await;
    let client = &clients(&site, &id).await[0];
    assert_eq!(space.attribute("#client-id", "value"), Some(client.client_id.clone()));
    assert_eq!(space.attribute("#issuer", "value"), site.app.broker.issuer(broker::FRANCECONNECT, Environment::Sandbox).map(|issuer| issuer.url()));
    space.says("given_name email");
    browser.open("/partenaire").await.says("Portail famille");
    site.visitor().get(&link).await.is(410).says("Ce lien ne fonctionne plus");
    site.visitor().submit(page.form(&link)).await.is(403);
    for stranger in [&cast.applicant, &cast.legal] {
        stranger.get(&format!("/partenaire/{id}")).await.is(404);
        stranger.post(&format!("/partenaire/{id}/secret"), &[]).await.is(404);
        stranger.post(&format!("/partenaire/{id}/adresses"), &[("redirect_uris", "https://evil.example/")]).await.is(404);
    }
    let again = site.signed_in(TECHNICAL).await;
    again.open("/").await;
    again.open("/partenaire").await.says("Portail famille");
}

#[tokio::test]
async fn somebody_known_accepts_with_their_password() {
    let site = TestSite::new().await;
    site.add_account(TECHNICAL).await;
    let (_, id, link) = invited(&site).await;
    let browser = site.visitor();
    let page = browser.open(&link).await;
    page.says("Cette adresse a déjà un compte Habilis.");
    let refused = browser.submit(page.form(&link).set("password", "Ce n’est pas lui 1")).await;
    assert_eq!(refused.is(422).errors(), ["Le mot de passe est incorrect."]);
    assert!(browser.cookie("habilis_session").is_none());
    let entered = browser.submit(refused.form(&link).set("password", PASSWORD)).await;
    assert_eq!(entered.is(303).location(), format!("/partenaire/{id}"));
}

#[tokio::test]
async fn whoever_signed_up_with_the_address_of_an_invited_person_gets_nothing() {
    let site = TestSite::new().await;
    let thief = site.visitor();
    let form = thief.open("/inscription").await.form("/inscription").fill(&[("given_name", "Mallory"), ("family_name", "Voleur")]);
    thief.submit(form.set("email", TECHNICAL).forge("password", "Le chat du voleur 7")).await.is(303);
    let opening = link_in(&site.only_mail(TECHNICAL).await, &site);
    let (_, id, link) = invited(&site).await;
    let browser = site.visitor();
    let page = browser.open(&link).await;
    page.does_not_say("Cette adresse a déjà un compte Habilis.");
    let obvious = browser.submit(page.form(&link).fill(&[("given_name", "Louis"), ("family_name", "Garnier"), ("password", "azertyuiop123")])).await;
    assert_eq!(obvious.is(422).errors().len(), 1, "{:?}", obvious.errors());
    let entered = browser.submit(obvious.form(&link).set("password", PASSWORD)).await;
    assert_eq!(entered.is(303).location(), format!("/partenaire/{id}"));
    assert_eq!(browser.open("/mon-compte").await.value("given_name"), "Louis");
    thief.get(&opening).await.is(410);
    let page = thief.open("/connexion").await;
    thief.submit(page.form("/connexion").set("email", TECHNICAL).set("password", "Le chat du voleur 7")).await.is(422);
}

#[tokio::test]
async fn addresses_are_refused_one_by_one_and_kept_as_typed() {
    let site = TestSite::new().await;
    let (_, id, link) = invited(&site).await;
    let browser = technical(&site, &link).await;
    let path = format!("/partenaire/{id}/adresses");
    let page = browser.open(&format!("/partenaire/{id}")).await;
    let typed = "https://portail.clamart.example/retour\nhttp://portail.clamart.example/retour\njavascript:alert(1)\n/retour\nhttps://a.fr/#x\nhttps://u:p@a.fr/";
    let refused = browser.submit(page.form(&path).set("redirect_uris", typed).set("post_logout_redirect_uris", "ftp://a.fr")).await;
    refused.is(422);
    assert_eq!(
        refused.errors(),
        [
            "« http://portail.clamart.example/retour » : http n’est accepté que pour localhost ; utilisez https.",
            "« javascript:alert(1) » : l’adresse doit commencer par https://.",
            "« /retour » : cette adresse n’est pas complète. Exemple : https://mairie.example/retour",
            "« https://a.fr/#x » : l’adresse ne peut pas contenir de « # ».",
            "« https://u:p@a.fr/ » : l’adresse ne peut pas contenir d’identifiants.",
            "« ftp://a.fr » : l’adresse doit commencer par https://.",
        ]
    );
    assert_eq!((refused.value("redirect_uris"), refused.value("post_logout_redirect_uris")), (typed.to_owned(), "ftp://a.fr".to_owned()));
    assert!(clients(&site, &id).await[0].redirect_uris.is_empty());
    for (wrong, errors) in [("", 1), ("https://a.fr/\0", 1), ("https://a.fr/un chemin", 1)] {
        let refused = browser.submit(page.form(&path).set("redirect_uris", wrong)).await;
        assert_eq!(refused.is(422).errors().len(), errors, "{wrong:?}: {:?}", refused.errors());
    }
    let kept = "https://portail.clamart.example/retour\nhttp://localhost:4000/retour";
    let saved =
        browser.submit(refused.form(&path).set("redirect_uris", kept).set("post_logout_redirect_uris", "https://portail.clamart.example/")).await;
    assert_eq!(saved.is(303).location(), format!("/partenaire/{id}?enregistre=1"));
    let page = browser.open(&saved.location()).await;
    page.says("Adresses enregistrées");
    assert_eq!(page.value("redirect_uris"), kept);
    assert_eq!(clients(&site, &id).await[0].post_logout_redirect_uris, ["https://portail.clamart.example/"]);
}

#[tokio::test]
async fn the_secret_is_shown_once() {
    let site = TestSite::new().await;
    let (_, id, link) = invited(&site).await;
    let browser = technical(&site, &link).await;
    let path = format!("/partenaire/{id}/secret");
    let page = browser.open(&format!("/partenaire/{id}")).await;
    let shown = browser.submit(page.form(&path)).await;
    shown.is(200).says("Copiez-le maintenant");
    assert_eq!(shown.header("cache-control"), "no-store");
    let client = &clients(&site, &id).await[0];
    let secret = shown.attribute("#client-secret", "value").expect("shown");
    assert_eq!(store::hash_token(&secret), client.secret_hash);
    assert!(!client.secret_unseen);
    browser.submit(page.form(&path)).await.is(409).says("Ce secret a déjà été affiché");
    let later = browser.open(&format!("/partenaire/{id}")).await;
    assert!(!later.body.contains(&secret));
    assert_eq!(later.form_count(&path), 0);
    browser.get(&path).await.is(405);
    site.settle().await;
}

#[tokio::test]
async fn a_secret_asked_for_twice_at_once_is_shown_once() {
    let site = TestSite::new().await;
    let (_, id, link) = invited(&site).await;
    let browser = technical(&site, &link).await;
    let path = format!("/partenaire/{id}/secret");
    let page = browser.open(&format!("/partenaire/{id}")).await;
    let (a, b) = tokio::join!(browser.submit(page.form(&path)), browser.submit(page.form(&path)));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}
