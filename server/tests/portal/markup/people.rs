//! Every person that a form is meant for, on a site where each form is on some page.

use domain::routes as paths;
use habilis::access;

use super::{
    hostile::{BLOCK, LINES, SOMEBODY},
    walk::Person,
};
use crate::{
    authenticator::Authenticator,
    browser::Browser,
    road::{self, ADMIN, API_PARTICULIER, APPLICANT, FRANCECONNECT, TEAM, TECHNICAL},
    site::{PASSWORD, SIRET, TestSite},
    totp,
    world::{BASE, MANAGER, World},
};

const COLLEAGUE: &str = "marc.lefevre@clamart.example";
/// Not a verified member yet, and first in every list.
const UNKNOWN_COLLEAGUE: &str = "abel.abadie@clamart.example";
const PARIS: &str = "21750001600019";
const SECOND_ADMIN: &str = "paul.morel@habilis.example";
const KEY_HOLDER: &str = "ines.leroy@habilis.example";

/// The pages that this column of the access table may open, except those whose address holds the token of a mail.
fn pages(world: &World, visitor: &str) -> Vec<String> {
    let column = access::VISITORS.iter().position(|name| *name == visitor).expect("a visitor of the table");
    let lines = access::parse(include_str!("../../../access.txt")).expect("a table").into_iter();
    let there = lines.filter(|line| line.method == "GET" && line.statuses[column] == 200 && !line.path.contains("{token}"));
    there.map(|line| world.address(&line.path)).collect()
}

pub async fn people(world: &World) -> Vec<Person> {
    let (site, applicant) = (&world.site, &world.applicant);
    let own = requests(world).await;
    let wanderer = |email: &'static str, as_who: &str, browser: &Browser, more: &[String]| {
        let starts = more.iter().cloned().chain(pages(world, as_who)).collect();
        Person { email: Some(email), browser: browser.clone(), starts, wanders: true }
    };
    let granted = own.last().expect("a granted one").replace("/demandes/", "/instruction/");
    prepare(&world.manager, SOMEBODY).await;
    let prepared = prepare(&world.manager, "personne.absente@clamart.example").await;
    let colleague = site.applicant(COLLEAGUE).await;
    site.verify(COLLEAGUE).await;
    // Of two bodies.
    for siret in [PARIS, SIRET] {
        // One after the other: at sign-in, the first one joined is the current one.
        site.pass_seconds(1);
        colleague.join(siret).await.is(303);
    }
    site.applicant(UNKNOWN_COLLEAGUE).await;
    // After somebody without one, to whom everything else is done.
    let with_factor = [world.address(paths::RIGHTS_OF), paths::rights_of(site.id_of(MANAGER).await)];
    let second = site.administrator(SECOND_ADMIN).await;
    publish(&second, API_PARTICULIER).await;
    let person = site.add_account(COLLEAGUE).await;
    second.post(&paths::impersonate(person), &[("motif", LINES[2])]).await.is(303);
    let (holder, awaiting, key) = key_holder(site).await;
    let there = |email: Option<&'static str>, browser: &Browser, starts: &[&str]| {
        let starts = starts.iter().map(|start| (*start).to_owned()).collect();
        Person { email, browser: browser.clone(), starts, wanders: false }
    };
    vec![
        Person { email: None, browser: site.visitor(), starts: pages(world, "anonyme"), wanders: true },
        // Before the teams, who could take back what they offer.
        wanderer(SOMEBODY, "compte", &site.account(SOMEBODY).await, &[]),
        wanderer(APPLICANT, "demandeur", applicant, &own),
        wanderer(COLLEAGUE, "compte", &colleague, &[paths::COLLEAGUES.to_owned(), paths::SAVED_CONTACTS.to_owned()]),
        wanderer(MANAGER, "gestionnaire", &world.manager, &[prepared, granted, "/instruction?onglet=equipes".to_owned()]),
        wanderer(TECHNICAL, "technique", &world.technical, &own),
        wanderer(ADMIN, "administrateur", &world.admin, &with_factor),
        there(Some(KEY_HOLDER), &holder, &[paths::MY_ACCOUNT, paths::SECURITY, paths::SECURITY_APPLICATION, key.as_str()]),
        there(Some(KEY_HOLDER), &awaiting, &[paths::SIGN_IN_CODE]),
        there(Some(SECOND_ADMIN), &second, &[paths::HOME]),
    ]
}

/// Addresses of the applicant’s requests: a draft to send, one to correct, the pages that lead to a form; the approved one
/// comes last.
async fn requests(world: &World) -> Vec<String> {
    let (applicant, legal) = (&world.applicant, &world.reviewer);
    let team = world.site.signed_in(TEAM).await;
    let ready = road::complete(applicant, FRANCECONNECT, LINES[2], None).await;
    let corrected = road::file(applicant, FRANCECONNECT, LINES[0], None).await;
    let remark = format!("/instruction/{corrected}/remarques/description");
    legal.submit(legal.open(&remark).await.form(&remark).set("texte", BLOCK).press("enregistrer")).await.is(303);
    road::decide(legal, &corrected, "modifier", BLOCK).await.is(303);
    let granted = road::file(applicant, FRANCECONNECT, LINES[3], None).await;
    for browser in [legal, &team] {
        road::approve(browser, &granted).await;
    }
    // Decided with others at once.
    road::file(applicant, API_PARTICULIER, LINES[4], Some(&granted)).await;
    let data = road::start(applicant, API_PARTICULIER).await;
    vec![
        format!("/demandes/{ready}/synthese"),
        format!("/demandes/{corrected}"),
        format!("/demandes/{corrected}/synthese"),
        format!("/demandes/{corrected}/projet"),
        format!("/demandes/{corrected}/messages"),
        format!("/demandes/{data}"),
        format!("/demandes/{granted}/attestation"),
        format!("/demandes/{data}/projet"),
        "/demandes/nouvelle/api-particulier?editeur=arpege".to_owned(),
        "/demandes/nouvelle/api-particulier?editeur=autre".to_owned(),
        "/habilitations/H2".to_owned(),
        format!("/demandes/{granted}"),
    ]
}

/// A prepared request, offered to this person.
async fn prepare(teams: &Browser, email: &str) -> String {
    let form = teams.open(paths::PREPARED).await.form(paths::PREPARED).set("service", API_PARTICULIER);
    let prepared = teams.submit(form).await.is(303).location();
    let invite = crate::prepared::invitation(&teams.open(&prepared).await, &prepared);
    let invite = invite.set("courriel", email).set("siret", SIRET).set("mot", LINES[0]);
    teams.submit(invite).await.is(303);
    prepared
}

/// Publishes a form whose own texts are hostile too.
async fn publish(admin: &Browser, file: &str) {
    let path = paths::catalogue_text(file);
    let page = admin.open(&path).await;
    let mut text = page.value("texte");
    for place in ["label", "hint", "intro", "title"] {
        let (from, to) = (format!("\n{place} = \""), format!("\n{place} = \"</textarea></title></option></select><x-intruder>"));
        assert!(text.contains(&from), "{place}");
        text = text.replacen(&from, &to, 3);
    }
    let published = admin.submit(page.form(&path).set("texte", &text).set("motif", LINES[3]).press("publier")).await;
    assert_eq!(published.status.as_u16(), 303, "{:?}", published.errors());
}

/// Somebody with an authenticator application and a passkey; the same person after the password alone; the page of the passkey.
async fn key_holder(site: &TestSite) -> (Browser, Browser, String) {
    site.add_account(KEY_HOLDER).await;
    let (holder, awaiting) = (site.hesitant_visitor(), site.hesitant_visitor());
    holder.sign_in(KEY_HOLDER, PASSWORD).await;
    let page = holder.open(paths::SECURITY).await;
    let secret = totp::decode(&page.attribute("#cle", "value").expect("a key"));
    let form = page.form_holding(paths::SECURITY, "code");
    holder.submit(form.set("code", &totp::code(&secret, site.app.cx.now()))).await.is(200);
    let name = LINES[2];
    let options = holder.post(paths::PASSKEY_CREATION, &[("nom", name)]).await;
    let options = serde_json::from_str(&options.is(200).body).expect("options in JSON");
    let answer = Authenticator::new(BASE).create(&options).expect("a new key");
    let page = holder.open(paths::SECURITY).await;
    holder.submit(page.form(paths::PASSKEYS).set("nom", name).set("reponse", &answer)).await.is(303);
    let key = holder.open(paths::SECURITY).await.attribute("#mes-cles a", "href").expect("a key");
    awaiting.sign_in(KEY_HOLDER, PASSWORD).await;
    (holder, awaiting, key)
}
