//! Whatever is typed in any field of any form is found again: with invisible characters, too long, sent twice at once, or sent
//! once the session is gone.

use domain::routes as paths;

use super::{
    everywhere::{APART, everybody_sends_everything, never_sent},
    intruders::unseen,
    trial::Trial,
    walk::{Fault, Walk},
};
use crate::{rows, world::World};

/// A route, a field (none when it is the whole form; the beginning of a name before `*`), and why nothing is lost there.
type Exception = (&'static str, &'static str, &'static str);

fn meets((route, field, _): &Exception, fault: &Fault) -> bool {
    let named = field.strip_suffix('*').map_or(*field == fault.field, |start| fault.field.starts_with(start));
    *route == fault.route && named
}

/// Walks, then reports everything that is wrong except for these exceptions, each of which must occur.
async fn walked(trial: Trial, exceptions: &[Exception], more_apart: &[(&str, &str)]) {
    let world = World::new().await;
    let mut walk = Walk::new(&world.site.app, trial);
    everybody_sends_everything(&world, &mut walk).await;
    let texts = rows::texts(&world.site.app).await;
    let seen: Vec<String> = texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let lost = std::mem::take(&mut walk.unseen).into_iter().filter(|(_, typed)| !seen.iter().any(|text| text.contains(typed)));
    walk.faults.extend(lost.map(|(fault, _)| fault));
    let mut wrong: Vec<String> = walk.found.iter().cloned().collect();
    wrong.extend(texts.iter().filter_map(|text| unseen(text).map(|marks| format!("{marks} in a row: {text:?}"))));
    let apart: Vec<(&str, &str)> = APART.iter().chain(&SCRIPTS).chain(more_apart).copied().collect();
    wrong.extend(never_sent(&walk, &apart));
    let unexpected = walk.faults.iter().filter(|fault| !exceptions.iter().any(|exception| meets(exception, fault)));
    wrong.extend(unexpected.map(|fault| format!("{} {:?}: {}", fault.route, fault.field, fault.what)));
    let not_met = exceptions.iter().filter(|exception| !walk.faults.iter().any(|fault| meets(exception, fault)));
    wrong.extend(not_met.map(|(route, field, reason)| format!("{route} {field:?} is no exception any more ({reason})")));
    assert!(wrong.is_empty(), "{} things are wrong:\n{wrong:#?}", wrong.len());
}

/// What the scripts of a page send, and proofs that are asked again after a quarter of an hour: they hold no text that is shown
/// again.
const SCRIPTS: [(&str, &str); 4] = [
    (paths::REQUEST_AUTOSAVE, "the form of its block, which is walked"),
    (paths::PASSKEY_CREATION, "the form that adds the key, which is walked"),
    (paths::SECURITY_CONFIRM, "a code, asked for after a quarter of an hour"),
    (paths::SECURITY_CONFIRM_PASSKEY, "the same with a key"),
];

const CODE: &str = "a code that serves once, never shown again";
const SECRET: &str = "a password or a code is never kept: the sign-in page leads back to the page of the form";
const SEALED: &str = "sealed until the link of the letter is opened";
const VISITORS: &str = "sent by people who have no session";
const SEVERAL: &str = "one act writes several rows";

/// Fields whose text is not shown again.
const CODES: [Exception; 4] = [
    (paths::SIGN_IN_CODE, "code", CODE),
    (paths::SECURITY, "code", CODE),
    (paths::SECURITY_CODES, "code", CODE),
    (paths::SECURITY_REMOVE, "code", CODE),
];

#[tokio::test]
async fn marks_nobody_sees_are_left_out_of_what_is_typed_and_alone_are_nothing() {
    let mut exceptions = CODES.to_vec();
    exceptions.extend([(paths::SIGN_UP, "given_name", SEALED), (paths::SIGN_UP, "family_name", SEALED)]);
    walked(Trial::Marked, &exceptions, &[]).await;
}

#[tokio::test]
async fn ten_thousand_characters_are_kept_or_shown_again() {
    walked(Trial::Long, &CODES, &[]).await;
}

#[tokio::test]
async fn a_form_sent_twice_at_once_is_sent_once() {
    let exceptions = [
        (paths::SECURITY_CODES, "", "each sending draws other codes: the last page shows those that work"),
        (paths::SECURITY_CODES, "admin_event", "the same"),
        (paths::PARTNER_SECRET, "", "a secret is shown once; it can be replaced"),
        (paths::PARTNER_NEW_SECRET, "", "the same"),
        (paths::CLAIM, "journal", SEVERAL),
        (paths::REQUEST_SUMMARY, "request_contact", SEVERAL),
        (paths::REQUEST_SUMMARY, "review_turn", SEVERAL),
    ];
    walked(Trial::Twice, &exceptions, &[]).await;
}

#[tokio::test]
async fn what_is_sent_once_the_session_is_gone_waits_for_whoever_signs_in() {
    let apart = [
        (paths::SIGN_IN, VISITORS),
        (paths::SIGN_IN_CODE, VISITORS),
        (paths::SIGN_IN_PASSKEY, VISITORS),
        (paths::SIGN_UP, VISITORS),
        (paths::CONFIRM_EMAIL, VISITORS),
        (paths::PASSKEY_REMOVE, "of a factor, which is enrolled with a code"),
        (paths::SECURITY_REMOVE, "the same"),
        (paths::IMPERSONATION_END, "the impersonation ends with the session"),
    ];
    let exceptions = [
        (paths::INVITATION, "", SECRET),
        (paths::MY_PASSWORD, "", SECRET),
        (paths::SECURITY, "", SECRET),
        (paths::SECURITY_CODES, "", SECRET),
        (paths::ERASURE, "", SECRET),
        (paths::RESET, "", SECRET),
        (paths::UNSUBSCRIBE, "", "a link of a mail, which works without a session"),
        (paths::IMPERSONATION_END, "", "the impersonation ends with the session"),
    ];
    walked(Trial::SignedOut, &exceptions, &apart).await;
}
