//! Access follows the designation: whoever a habilitation in force names has it, and nobody who was only named before.

use crate::{
    browser::{Browser, Page},
    road::{self, ADMIN, APPLICANT, Cast, FRANCECONNECT, TECHNICAL, cast, decide},
    site::{PASSWORD, TestSite, headers_of, link_in},
};

const NEXT: &str = "ines.nguyen@clamart.example";
const DPO: &str = "dpo@clamart.example";
const NEXT_DPO: &str = "autre.delegue@clamart.example";
const RETURN: &str = "https://portail.clamart.example/retour";

/// An approved request, and the link its technical contact was sent.
async fn granted(site: &TestSite) -> (Cast, String, String) {
    let (cast, id) = road::approved(site).await;
    let mails = site.new_mails().await;
    site.role_mails().await;
    let link = link_in(mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("an invitation"), site);
    (cast, id, link)
}

async fn enter(site: &TestSite, link: &str) -> Browser {
    let browser = site.visitor();
    let page = browser.open(link).await;
    browser.submit(page.form(link).fill(&[("given_name", "Louis"), ("family_name", "Garnier")]).set("password", PASSWORD)).await.is(303);
    browser
}

/// Names somebody else for these roles, and transmits the change.
async fn replace(cast: &Cast, id: &str, roles: &[(&str, &str)]) {
    road::reopen(&cast.applicant, id).await;
    let path = format!("/demandes/{id}/contacts");
    let form = cast.applicant.open(&path).await.form(&path);
    let form = roles.iter().fold(form, |form, (role, email)| form.set(&format!("{role}_email"), email));
    cast.applicant.submit(form.press("enregistrer")).await.is(303);
    road::submit(&cast.applicant, id).await;
}

/// Statuses of the page, the addresses and the secret of a service.
async fn keys(browser: &Browser, id: &str) -> [u16; 3] {
    let status = |page: Page| page.status.as_u16();
    let page = status(browser.get(&format!("/partenaire/{id}")).await);
    let addresses = status(browser.post(&format!("/partenaire/{id}/adresses"), &[("redirect_uris", RETURN)]).await);
    let refused = browser.post(&format!("/partenaire/{id}/adresses"), &[("redirect_uris", "javascript:1")]).await;
    [page, addresses, status(refused)]
}

const OPEN: [u16; 3] = [200, 303, 422];
const CLOSED: [u16; 3] = [404; 3];

#[tokio::test]
async fn a_technical_contact_replaced_at_a_reopening_loses_the_keys_when_it_is_approved_and_not_before() {
    let site = TestSite::new().await;
    let (cast, id, link) = granted(&site).await;
    let former = enter(&site, &link).await;
    replace(&cast, &id, &[("responsable_technique", NEXT)]).await;
    assert_eq!(keys(&former, &id).await, OPEN, "what is in force still names them");
    assert!(!headers_of(&site.new_mails().await).iter().any(|(to, _)| [TECHNICAL, NEXT].contains(to)), "nothing is decided yet");
    former.get(&format!("/demandes/{id}")).await.is(200);

    cast.approve_franceconnect(&id).await;
    let mails = site.new_mails().await;
    assert_eq!(keys(&former, &id).await, CLOSED);
    former.post(&format!("/partenaire/{id}/secret"), &[]).await.is(404);
    former.get(&format!("/demandes/{id}")).await.is(404);
    let list = former.open("/partenaire").await;
    list.says("Aucun service pour l’instant");
    assert!(!list.all("nav a").contains(&"Espace partenaire".to_owned()));
    let told: Vec<(&str, &str)> = headers_of(&mails).into_iter().filter(|(to, _)| *to != APPLICANT).collect();
    assert!(told.contains(&(TECHNICAL, "Votre accès aux clés de la demande D1 a pris fin")), "{told:?}");
    let invited = mails.iter().find(|mail| mail.recipient == NEXT && mail.subject.starts_with("Vos accès de test")).expect("invited");
    let next = enter(&site, &link_in(invited, &site)).await;
    assert_eq!(keys(&next, &id).await, OPEN);

    // Named again, the former one is sent a new link: nothing opens without it.
    replace(&cast, &id, &[("responsable_technique", TECHNICAL)]).await;
    cast.approve_franceconnect(&id).await;
    assert_eq!((keys(&former, &id).await, keys(&next, &id).await), (CLOSED, CLOSED));
    let mails = site.new_mails().await;
    let link = link_in(mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("invited again"), &site);
    assert_eq!(keys(&enter(&site, &link).await, &id).await, OPEN);
    site.role_mails().await;
}

#[tokio::test]
async fn the_link_of_a_replaced_contact_opens_nothing() {
    let site = TestSite::new().await;
    let (cast, id, link) = granted(&site).await;
    let late = site.visitor();
    let page = late.open(&link).await;
    replace(&cast, &id, &[("responsable_technique", NEXT)]).await;
    late.get(&link).await.is(200);
    cast.approve_franceconnect(&id).await;
    late.get(&link).await.is(410);
    late.submit(page.form(&link).set("given_name", "Louis").set("family_name", "Garnier").set("password", PASSWORD)).await.is(410);
    site.new_mails().await;
    site.role_mails().await;
}

#[tokio::test]
async fn what_is_revoked_or_expired_opens_no_keys_and_what_is_renewed_does() {
    let site = TestSite::new().await;
    let (cast, id, link) = granted(&site).await;
    let technical = enter(&site, &link).await;
    let other = road::file(&cast.applicant, FRANCECONNECT, "Médiathèque", None).await;
    cast.approve_franceconnect(&other).await;
    let mails = site.new_mails().await;
    let second = link_in(mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("an invitation"), &site);
    road::revoke(&cast.legal, &id, "Fermée.").await;
    road::revoke(&cast.legal, &other, "Fermée.").await;
    assert_eq!(keys(&technical, &id).await, CLOSED);
    site.visitor().get(&second).await.is(410);
    site.new_mails().await;

    let kept = road::file(&cast.applicant, FRANCECONNECT, "Cantine", None).await;
    cast.approve_franceconnect(&kept).await;
    let mails = site.new_mails().await;
    let page = technical.open(&link_in(mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("an invitation"), &site)).await;
    technical.submit(page.form(&page.path).set("password", PASSWORD)).await.is(303);
    site.tick_at("2029-11-24 09:00").await;
    let [technical, applicant] = [site.visitor(), site.visitor()];
    technical.sign_in(TECHNICAL, PASSWORD).await;
    assert_eq!(keys(&technical, &kept).await, CLOSED, "expired");
    applicant.sign_in(APPLICANT, PASSWORD).await;
    let path = format!("/demandes/{kept}/renouvellement");
    applicant.submit(applicant.open(&path).await.form(&path).set("confirmation", "oui")).await.is(303);
    assert_eq!(keys(&technical, &kept).await, OPEN, "renewed");
    site.new_mails().await;
    site.role_mails().await;
}

#[tokio::test]
async fn a_change_refused_or_given_up_gives_the_role_back_to_whoever_holds_it() {
    for refused in [true, false] {
        let site = TestSite::new().await;
        let (cast, id, _) = granted(&site).await;
        let (former, next) = (site.account(DPO).await, site.account(NEXT_DPO).await);
        let page = format!("/demandes/{id}");
        next.get(&page).await.is(404);
        replace(&cast, &id, &[("delegue_protection_donnees", NEXT_DPO)]).await;
        let mails = site.role_mails().await;
        let asked = link_in(mails.iter().find(|mail| mail.recipient == NEXT_DPO).expect("asked"), &site);
        // What is in force names one, what waits for an answer the other.
        former.get(&page).await.is(200);
        next.get(&page).await.is(200);
        site.visitor().get(&asked).await.is(200);
        if refused {
            decide(&cast.legal, &id, "refuser", "Non.").await.is(303);
        } else {
            decide(&cast.legal, &id, "modifier", "Précisez.").await.is(303);
            let open = cast.applicant.open(&page).await;
            cast.applicant.submit(open.form("reouverture/abandon")).await.is(303);
        }
        next.get(&page).await.is(404);
        site.visitor().get(&asked).await.is(410);
        assert!(headers_of(&site.new_mails().await).contains(&(NEXT_DPO, "Demande D1 : vous n’y êtes plus désigné")), "refused: {refused}");
        former.open(&page).await.says("Vous êtes désigné");
        site.role_mails().await;
    }
}

#[tokio::test]
async fn whoever_is_replaced_before_anything_is_granted_is_told_and_sees_nothing_more() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let contact = site.account(DPO).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    contact.get(&format!("/demandes/{id}")).await.is(200);
    decide(&cast.legal, &id, "modifier", "Le délégué a changé.").await.is(303);
    site.new_mails().await;
    let path = format!("/demandes/{id}/contacts");
    let form = cast.applicant.open(&path).await.form(&path).set("delegue_protection_donnees_email", NEXT_DPO);
    cast.applicant.submit(form.press("enregistrer")).await.is(303);
    road::submit(&cast.applicant, &id).await;
    let told = site.mails_to(DPO).await;
    assert_eq!(headers_of(&told), [(DPO, "Demande D1 : vous n’y êtes plus désigné")]);
    contact.get(&format!("/demandes/{id}")).await.is(404);
    contact.post(&format!("/roles/demande/{id}"), &[("role", "delegue_protection_donnees"), ("reponse", "confirmer")]).await.is(404);
    assert!(!contact.open("/demandes").await.text().contains("Portail famille"));
    site.role_mails().await;
}

#[tokio::test]
async fn a_contact_whose_account_has_another_address_by_now_has_no_keys() {
    let site = TestSite::new().await;
    let (_, id, link) = granted(&site).await;
    let technical = enter(&site, &link).await;
    assert_eq!(keys(&technical, &id).await, OPEN);
    let db = &site.app.cx.db;
    let sql = format!("UPDATE account SET email = 'louis.ailleurs@clamart.example' WHERE email = '{TECHNICAL}'");
    store::ConnectionTrait::execute_unprepared(db, &sql).await.expect("changed");
    assert_eq!(keys(&technical, &id).await, CLOSED);
    technical.get(&format!("/demandes/{id}")).await.is(404);
}

#[tokio::test]
async fn former_applicants_and_co_editors_who_were_removed_keep_nothing() {
    const GUEST: &str = "marc.lefevre@clamart.example";
    let site = TestSite::new().await;
    let (cast, id, _) = granted(&site).await;
    let admin = site.administrator(ADMIN).await;
    let guest = site.applicant(GUEST).await;
    let sharing = format!("/demandes/{id}/partage");
    let invite = async || {
        let form = cast.applicant.open(&sharing).await.form_with(&sharing, "action", Some("inviter")).set("email", GUEST);
        cast.applicant.submit(form).await.is(303);
        link_in(&site.only_mail(GUEST).await, &site)
    };
    let first = invite().await;
    guest.submit(guest.open(&first).await.form(&first).set("password", PASSWORD)).await.is(303);
    guest.get(&format!("/demandes/{id}")).await.is(200);
    cast.applicant.post(&sharing, &[("action", "retirer"), ("personne", GUEST)]).await.is(303);
    guest.get(&format!("/demandes/{id}")).await.is(404);
    let second = invite().await;
    cast.applicant.post(&sharing, &[("action", "retirer"), ("personne", GUEST)]).await.is(303);
    guest.get(&second).await.is(410);

    // Handed over, the request is no longer its first applicant's, nor are its keys, its messages, its renewal.
    cast.applicant.post(&format!("/demandes/{id}/transfert"), &[("email", GUEST)]).await.is(303);
    for path in ["", "/messages", "/renouvellement", "/attestation", "/partage", "/transfert", "/duplication"] {
        cast.applicant.get(&format!("/demandes/{id}{path}")).await.is(404);
    }
    cast.applicant.post(&format!("/demandes/{id}/reouverture"), &[]).await.is(404);
    guest.get(&format!("/demandes/{id}")).await.is(200);
    admin.get(&format!("/demandes/{id}")).await.is(404);
    site.new_mails().await;
}

#[tokio::test]
async fn the_partner_space_names_what_was_granted_while_a_change_is_being_written() {
    let world = crate::world::World::new().await;
    let partner = world.address(domain::routes::PARTNER_SERVICE);
    let own = partner.replace("/partenaire/", "/demandes/");
    let page = world.applicant.open(&own).await;
    world.applicant.submit(page.form("/reouverture")).await.is(303);
    let path = format!("{own}/projet");
    let form = world.applicant.open(&path).await.form(&path).set("name", "Nom encore secret");
    world.applicant.submit(form.press("enregistrer")).await.is(303);
    for path in ["/partenaire", &partner] {
        let page = world.technical.open(path).await;
        page.says("Portail famille");
        page.does_not_say("Nom encore secret");
    }
}

/// What the token endpoint says to a service that shows these keys, with a code it was never given.
async fn token(site: &TestSite, client_id: &str, secret: &str) -> (u16, bool) {
    let fields =
        [("grant_type", "authorization_code"), ("code", "inconnu"), ("redirect_uri", RETURN), ("client_id", client_id), ("client_secret", secret)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let path = format!("{}/token", domain::routes::realms::issuer(broker::FRANCECONNECT, domain::ports::Environment::Sandbox));
    let page = site.visitor().send(reqwest::Method::POST, &path, &[("content-type", "application/x-www-form-urlencoded")], body).await;
    (page.status.as_u16(), page.body.contains("invalid_client"))
}

fn code(page: &Page, id: &str) -> String {
    page.attribute(&format!("#{id}"), "value").unwrap_or_else(|| panic!("no {id} in {}", page.text()))
}

/// What the token endpoint says to keys it knows, and to others.
const KNOWN: (u16, bool) = (400, false);
const REFUSED: (u16, bool) = (401, true);

/// Who replaced the secret of this request, each time.
async fn replaced_by(site: &TestSite, id: &str) -> Vec<Option<domain::ids::AccountId>> {
    let lines = store::journal::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    lines.iter().filter(|line| line.kind == domain::request::JournalKind::SecretReplaced).map(|line| line.by.account).collect()
}

#[tokio::test]
async fn whoever_keeps_the_keys_now_replaces_the_secret_that_was_shown_to_another() {
    const LEFT: &str = "Il a été affiché à une personne qui n’est plus responsable technique de ce service.";
    let site = TestSite::new().await;
    let (cast, id, link) = granted(&site).await;
    let former = enter(&site, &link).await;
    let (space, renewal) = (format!("/partenaire/{id}"), format!("/partenaire/{id}/nouveau-secret"));
    let unseen = former.open(&space).await;
    assert_eq!(unseen.form_count(&renewal), 0, "it is shown before it is replaced");
    let shown = former.submit(unseen.form(&format!("{space}/secret"))).await;
    let (client, secret) = (code(&shown, "client-id"), code(&shown, "client-secret"));
    assert_eq!(token(&site, &client, &secret).await, KNOWN);
    let own = former.open(&space).await;
    own.does_not_say(LEFT);
    own.says("S’il est perdu, ou connu de quelqu’un d’autre, remplacez-le.");

    replace(&cast, &id, &[("responsable_technique", NEXT)]).await;
    cast.approve_franceconnect(&id).await;
    let mails = site.new_mails().await;
    let invited = mails.iter().find(|mail| mail.recipient == NEXT && mail.subject.starts_with("Vos accès de test")).expect("invited");
    let next = enter(&site, &link_in(invited, &site)).await;
    let page = next.open(&space).await;
    page.says(LEFT);
    page.says("L’ancien cesse de fonctionner au même instant");
    assert_eq!(token(&site, &client, &secret).await, KNOWN, "the service goes on until it is replaced");
    former.post(&renewal, &[]).await.is(404);

    let renewed = next.submit(page.form(&renewal)).await;
    renewed.is(200).says("Copiez-le maintenant");
    assert_eq!((code(&renewed, "client-id"), renewed.header("cache-control")), (client.clone(), "no-store"));
    let new = code(&renewed, "client-secret");
    assert_eq!((token(&site, &client, &secret).await, token(&site, &client, &new).await), (REFUSED, KNOWN));
    let after = next.open(&space).await;
    after.does_not_say(LEFT);
    assert!(!after.body.contains(&new));
    assert_eq!(replaced_by(&site, &id).await, [Some(site.id_of(NEXT).await)]);
    site.new_mails().await;
    site.role_mails().await;
}

#[tokio::test]
async fn a_secret_is_replaced_once_by_each_form_and_each_time_is_told() {
    let site = TestSite::new().await;
    let (_, id, link) = granted(&site).await;
    let keeper = enter(&site, &link).await;
    let (space, renewal) = (format!("/partenaire/{id}"), format!("/partenaire/{id}/nouveau-secret"));
    let shown = keeper.submit(keeper.open(&space).await.form(&format!("{space}/secret"))).await;
    let client = code(&shown, "client-id");
    let page = keeper.open(&space).await;
    let new = code(&keeper.submit(page.form(&renewal)).await, "client-secret");
    // The same form again, as when a page is read anew, replaces nothing more.
    keeper.submit(page.form(&renewal)).await.is(409).says("Ce secret est déjà remplacé");
    assert_eq!(token(&site, &client, &new).await, KNOWN);

    // Lost, or known of somebody else, it is replaced again.
    let after = keeper.open(&space).await;
    let again = code(&keeper.submit(after.form(&renewal)).await, "client-secret");
    assert_eq!((token(&site, &client, &new).await, token(&site, &client, &again).await), (REFUSED, KNOWN));
    assert_eq!(replaced_by(&site, &id).await, [Some(site.id_of(TECHNICAL).await); 2]);
    let admin = site.administrator(ADMIN).await;
    let told = admin.open("/administration/securite?acte=secret_replaced").await;
    told.says(&client);
    assert!(!told.body.contains(&again) && told.all("#evenements tbody tr").len() == 2);
    site.new_mails().await;
    site.role_mails().await;
}

#[tokio::test]
async fn the_name_of_the_body_one_is_invited_by_makes_no_password() {
    const VENDOR: &str = "anne.morel@prestataire.example";
    const WRITER: &str = "paul.morel@redaction.example";
    const NAMED: &str = "Clamart-commune-Clamart";
    const WORDS: &str = "Quatre tortues au piano";
    let site = TestSite::new().await;
    let (cast, id, _) = granted(&site).await;
    replace(&cast, &id, &[("responsable_technique", VENDOR)]).await;
    cast.approve_franceconnect(&id).await;
    let mails = site.new_mails().await;
    let keys = link_in(mails.iter().find(|mail| mail.recipient == VENDOR && mail.subject.starts_with("Vos accès de test")).expect("invited"), &site);
    let draft = road::start(&cast.applicant, FRANCECONNECT).await;
    let path = format!("/demandes/{draft}/partage");
    let form = cast.applicant.open(&path).await.form_with(&path, "action", Some("inviter")).set("email", WRITER);
    cast.applicant.submit(form).await.is(303);
    let write = link_in(&site.only_mail(WRITER).await, &site);
    for link in [keys, write] {
        let browser = site.visitor();
        let form = browser.open(&link).await.form(&link).fill(&[("given_name", "Anne"), ("family_name", "Morel")]);
        let refused = browser.submit(form.clone().set("password", NAMED)).await;
        assert!(refused.is(422).errors()[0].contains("trop facile à deviner"), "{:?}", refused.errors());
        browser.submit(form.set("password", WORDS)).await.is(303);
        // Nor later.
        let form = browser.open("/mon-compte").await.form("/mon-compte/mot-de-passe").set("current_password", WORDS);
        assert!(browser.submit(form.set("password", NAMED)).await.is(422).errors()[0].contains("trop facile à deviner"));
    }
    // Somebody who has nothing to do with it may take it.
    let stranger = habilitation::accounts::SignUp {
        given_name: "Anne".into(),
        family_name: "Morel".into(),
        email: "autre@ailleurs.example".into(),
        password: NAMED.into(),
    };
    assert!(site.app.habilitation.add_account(&stranger).await.is_ok());
    site.new_mails().await;
    site.role_mails().await;
}
