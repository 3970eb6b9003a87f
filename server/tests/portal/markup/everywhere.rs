//! Every field of every form, then every page, mail and file.

use std::collections::BTreeSet;

use domain::routes as paths;
use habilis::access;
use scraper::Html;

use super::{
    forms::{self, Filling},
    hostile::{BLOCK, LINES},
    people::people,
    trial::Trial,
    walk::{Person, Walk},
};
use crate::{
    road::TECHNICAL,
    world::{self, World},
};

const LAST_ADMIN: &str = "nora.faure@habilis.example";

/// Forms that end something others need, sent after the others.
const ENDING: [&str; 24] = [
    paths::SIGN_OUT,
    paths::MY_SESSIONS,
    paths::RESET,
    paths::RIGHTS_OF,
    paths::SUSPENSION,
    paths::FACTOR_RESET,
    paths::IMPERSONATE,
    paths::IMPERSONATION_END,
    paths::SECURITY_REMOVE,
    paths::PASSKEY_REMOVE,
    paths::ORGANISATION,
    paths::COLLEAGUES,
    paths::MEMBERSHIPS,
    paths::REQUEST_SUMMARY,
    paths::REQUEST_TRANSFER,
    paths::REQUEST_ARCHIVE,
    paths::REQUEST_REOPEN_CANCEL,
    paths::REVIEW_REQUEST,
    paths::REVIEW_BULK,
    paths::REVIEW_TRANSFER,
    paths::REVIEW_REVOKE,
    paths::PREPARED_WITHDRAWAL,
    paths::CATALOGUE_TEXT,
    paths::CATALOGUE_NEW,
];

/// Forms that erase a person's account, sent last of all.
const LAST: [&str; 2] = [paths::ERASURE, paths::ERASE_ACCOUNT];

/// Routes which no form of the walk reaches, and why that leaves nothing unread.
pub const APART: [(&str, &str); 8] = [
    (paths::PASSKEY_REQUEST, "called by the script with the fields of a form that is walked; keeps none"),
    (paths::REQUEST_DOCUMENT_SCAN, "one button without a field, where an antivirus is configured"),
    (paths::MAILS, "one button without a field, while a mail server is down"),
    (paths::ELIMINATIONS, "one button without a field, once the period of a file is over"),
    (paths::REQUEST_RENEWAL, "a box and a date the page gives, near the end of a habilitation"),
    ("/demo/", "the demonstration service: cookies and figures of its own, no text of a person"),
    ("/{realm}/", "a citizen's flow, which keeps nothing typed; its pages go through the same renderer"),
    ("/fournisseur-identite-simule/", "the same"),
];

/// Everybody sends every form they find, until there is nothing new.
pub async fn everybody_sends_everything(world: &World, walk: &mut Walk) {
    let mut people = people(world).await;
    let (hostile, mut again) = (walk.trial == Trial::Hostile, true);
    for round in 0.. {
        if !again && round > 2 {
            break;
        }
        assert!(round < 10, "there is always something new");
        let letters = walk.read_mails(&world.site).await;
        let mut anything_new = false;
        for person in &mut people {
            if person.wanders {
                person.starts.extend(letters.iter().filter(|link| !link.starts_with("/demo/")).cloned());
            }
            let now = |pattern: &str| round > 1 || !(LAST.contains(&pattern) || round == 0 && ENDING.contains(&pattern));
            anything_new |= walk.go(person, 2, hostile || round < 2, now).await;
        }
        // The last time nothing is left to send: everything hostile is read as all that was sent left it.
        again = hostile && anything_new;
    }
}

#[tokio::test]
async fn nothing_typed_in_any_field_of_any_form_becomes_markup_anywhere() {
    let world = World::new().await;
    let site = &world.site;
    let mut walk = Walk::new(&site.app, Trial::Hostile);
    scripts(&world, &mut walk).await;
    everybody_sends_everything(&world, &mut walk).await;
    let mails = walk.read_mails(site).await.into_iter().filter(|link| link.starts_with("/demo/")).collect();
    walk.go(&Person { email: None, browser: site.visitor(), starts: mails, wanders: false }, 1, false, |_| false).await;
    confirmations(&world, &mut walk).await;

    let mut wrong: Vec<String> = walk.found.iter().cloned().collect();
    for kind in ["text/html", "text/csv", "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] {
        if !walk.read.keys().any(|read| read.starts_with(kind)) {
            wrong.push(format!("no {kind} was read: {:?}", walk.read));
        }
    }
    wrong.extend(never_sent(&walk, &APART));
    let never = walk.fields.iter().filter(|((path, _), sent)| !**sent && !is_apart(path, &APART));
    wrong.extend(never.map(|((path, name), _)| format!("{path} has a form whose field {name:?} was never sent")));
    assert!(wrong.is_empty(), "{} things are wrong, among {:?}:\n{wrong:#?}", wrong.len(), walk.read);
    assert!(walk.fields.len() > 250, "{} fields", walk.fields.len());
}

/// The routes to which no form was sent; fails when an exception got one.
pub fn never_sent(walk: &Walk, exceptions: &[(&str, &str)]) -> Vec<String> {
    let table = access::parse(include_str!("../../../access.txt")).expect("a table");
    let posts: BTreeSet<String> = table.into_iter().filter(|line| line.method == "POST").map(|line| line.path).collect();
    for (apart, _) in exceptions {
        let known = posts.iter().any(|path| path == apart || (apart.ends_with('/') && path.starts_with(apart)));
        assert!(known && !walk.was_sent(apart), "{apart} is no exception any more");
    }
    let never = posts.into_iter().filter(|path| !is_apart(path, exceptions) && !walk.was_sent(path));
    never.map(|path| format!("{path} takes a form that was never sent; answers: {:?}", walk.answers.get(&path))).collect()
}

fn is_apart(path: &str, exceptions: &[(&str, &str)]) -> bool {
    exceptions.iter().any(|(one, _)| path == *one || (one.ends_with('/') && path.starts_with(one)))
}

/// What the scripts of the pages send: the fields of the form they stand in, to their own address.
async fn scripts(world: &World, walk: &mut Walk) {
    let block = world.address(paths::REQUEST_BLOCK);
    let page = world.applicant.open(&block).await;
    let form =
        forms::in_page(&Html::parse_document(&page.body), "post").into_iter().find(|form| form.action == block).expect("the form of the block");
    let sent = form.sent_by_script().filled(Filling::Plausible(1), 0, 0);
    let headers = [("content-type", sent.kind.as_str()), ("sec-fetch-site", "same-origin")];
    world.applicant.send(reqwest::Method::POST, &format!("{block}/enregistrement"), &headers, sent.body).await.is(200);
    walk.answers.entry(paths::REQUEST_AUTOSAVE.to_owned()).or_default().insert(200);
    let options = world.applicant.post(paths::PASSKEY_CREATION, &[("nom", LINES[0])]).await;
    assert!(options.is(200).header("content-type").starts_with("application/json"));
    walk.answers.entry(paths::PASSKEY_CREATION.to_owned()).or_default().insert(200);
}

/// The second factor asked for again, alone and with a form that waits for it.
async fn confirmations(world: &World, walk: &mut Walk) {
    // With the application alone, then, once there is one, with the passkey as well.
    for with_key in [false, true] {
        let admin = world.site.administrator(LAST_ADMIN).await;
        let person = Person { email: Some(LAST_ADMIN), browser: admin.clone(), starts: vec![paths::SECURITY_CONFIRM.to_owned()], wanders: false };
        if with_key {
            world::passkey(&admin).await.0.is(303);
        }
        world.site.pass_seconds(16 * 60);
        let asked = admin.post(&world.address(paths::IMPERSONATE), &[("motif", BLOCK)]).await;
        assert!(asked.is(403).has("input[name='reprise.motif']"));
        walk.answered(&person, &asked).await;
        world.site.pass_seconds(16 * 60);
        walk.go(&person, 1, false, |_| true).await;
    }
}

/// Somebody without a second factor is asked for the password.
#[tokio::test]
async fn what_waits_for_a_password_becomes_no_markup() {
    let world = World::new().await;
    let mut walk = Walk::new(&world.site.app, Trial::Hostile);
    let starts = vec![paths::SECURITY_CONFIRM.to_owned()];
    let person = Person { email: Some(TECHNICAL), browser: world.technical.clone(), starts, wanders: false };
    world.site.pass_seconds(16 * 60);
    let asked = world.technical.post(&world.address(paths::PARTNER_REDIRECTS), &[("redirect_uris", BLOCK)]).await;
    assert!(asked.is(403).has("input[name='reprise.redirect_uris']"));
    walk.answered(&person, &asked).await;
    walk.go(&person, 1, false, |_| true).await;
    assert!(walk.found.is_empty(), "{:#?}", walk.found);
    assert!(walk.fields.values().all(|sent| *sent), "{:?}", walk.fields);
    assert!(walk.fields.contains_key(&(paths::SECURITY_CONFIRM.to_owned(), "password".to_owned())), "{:?}", walk.fields);
}
