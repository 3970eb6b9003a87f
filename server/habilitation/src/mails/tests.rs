use domain::{ids::RequestId, message::Side};
use uuid::Uuid;

use super::{ending::*, *};

const TO: &str = "jeanne.roux@clamart.example";
const LINK: &str = "https://habilis.example/demandes/1";

fn about(title: &str) -> About {
    About { request: RequestId(Uuid::nil()), number: "D12".into(), service: "FranceConnect".into(), title: title.into(), link: LINK.into() }
}

/// Every message, in the singular and the plural where it has both.
fn samples() -> Vec<Letter> {
    let (named, unnamed) = (&about("Portail famille"), &about(""));
    let (one, two) = (&["H3".to_owned()][..], &["H3".to_owned(), "H4".to_owned()][..]);
    let next = &["Conservez ce numéro\u{a0}: il vous sera demandé pour le raccordement.".to_owned()][..];
    let (team, teams, day, body, reason) =
        ("Équipe juridique", "Équipe juridique et Équipe FranceConnect", "9 décembre 2026", "COMMUNE DE CLAMART", "Le service a fermé.");
    let mut all = vec![
        account::journal_heads(TO, "Demandes\u{a0}: 12, 4f3a"),
        account::undelivered(TO, "dpo@clamart.example"),
        account::unused(TO, day, LINK),
        account::erased(TO, "Vous l’avez demandé."),
        account::confirm_email(TO, LINK),
        account::already_registered(TO, LINK, LINK),
        account::reset_password(TO, LINK),
        account::password_changed(TO, true),
        account::password_changed(TO, false),
        account::rights_changed(TO, "aucun", LINK),
        account::factor_installed(TO),
        account::factor_removed(TO),
        account::application_added(TO),
        account::application_replaced(TO),
        account::application_removed(TO),
        account::passkey_added(TO, "Clé du bureau"),
        account::passkey_removed(TO, "Clé du bureau", true),
        account::passkey_removed(TO, "Clé du bureau", false),
        account::factor_reset(TO),
        account::suspended(TO, reason),
        account::restored(TO, LINK),
        account::impersonated(TO, reason),
        vendors::to_contact(TO, "Arpège", body, "Quotient familial", LINK),
        vendors::contacted(TO, "API Particulier", "Arpège"),
        vendors::closed(TO, "API Particulier", "Arpège", reason, LINK),
        sharing::prepared(TO, "FranceConnect", body, "Nadia Benali", "", LINK),
        sharing::prepared(TO, "FranceConnect", body, "Nadia Benali", reason, LINK),
        sharing::membership_verified(TO, body, LINK),
        sharing::membership_undone(TO, body, reason),
    ];
    all.extend([0, 1, 2].map(|left| account::recovery_code_used(TO, left)));
    for about in [named, unnamed] {
        all.extend([
            request::received(TO, about, teams, day),
            request::stage_approved(TO, about, team, "Équipe FranceConnect", day).without_changes(true).with_message(team, reason),
            request::part_approved(TO, about, team, "Équipe FranceConnect"),
            request::changes_requested(TO, about, team, reason),
            request::changes_withdrawn(TO, about, team, day, true),
            request::changes_withdrawn(TO, about, team, day, false),
            request::refused(TO, about, team, reason),
            request::infected(TO, about, "acte.pdf"),
            request::message(TO, about, "Jeanne Roux", Side::Applicant),
            request::message(TO, about, "Nadia Benali", Side::Reviewer),
            request::handed_over(TO, about, "Marc Lefèvre"),
            request::taken_over(TO, about, "Marc Lefèvre"),
            reviewers::to_review(TO, about, body, day),
            reviewers::entrusted(TO, about, "Hugo Petit", body),
            sharing::co_editor(TO, about, "Jeanne Roux"),
            sharing::named(TO, about, "Délégué à la protection des données", body),
            sharing::role_declined(TO, about, "Paul Marchand", "Délégué à la protection des données", reason),
            clock::draft_waits(TO, about, 15),
            clock::changes_wait(TO, about, 30),
            clock::archive_announced(TO, about, day),
            clock::archived(TO, about),
        ]);
        all.extend([-1, 0, 1, 15].map(|days| clock::limit_near(TO, about, days, day)));
    }
    all.extend([
        request::reopening_refused(TO, named, team, reason),
        request::data_opened(TO, named, "H3", "D1"),
        request::lost_franceconnect(TO, named, "H3", Ending::Revoked.said(false), None),
        request::lost_franceconnect(TO, named, "H3", Ending::Revoked.said(false), Some("avec l’identité saisie par l’usager")),
        sharing::designated(TO, named, "Délégué à la protection des données", body, &[]),
        sharing::designated(TO, named, "Responsable technique", body, next),
        sharing::keys_ready(TO, named, body, LINK),
        sharing::no_longer_named(TO, named, body),
        sharing::no_longer_designated(TO, named, body),
        sharing::keys_withdrawn(TO, named, body),
    ]);
    for numbers in [one, two] {
        all.extend([
            request::approved(TO, named, numbers, next),
            request::revoked(TO, named, numbers, reason),
            clock::expired(TO, named, numbers, day, day),
            clock::renewed(TO, named, numbers, day),
        ]);
        all.extend([0, 1, 30].map(|days| clock::ends_soon(TO, named, numbers, days, day)));
        for how in [Ending::Revoked, Ending::Expired, Ending::GivenUp, Ending::WithoutFranceConnect] {
            let others = "avec l’identité saisie par l’usager, ou avec un identifiant propre à la donnée".to_owned();
            for stops in [Stops::Keys, Stops::Data, Stops::WithFranceConnect(others), Stops::Record] {
                let end = End { habilitations: numbers, how, stops: &stops, day };
                all.push(to_named(TO, named, "Délégué à la protection des données", body, &end));
                all.push(to_technical(TO, named, body, &end));
            }
        }
    }
    all
}

/// What is wrong with the typography of a text of ours.
fn wrong(text: &str) -> Vec<&'static str> {
    let text = text.replace(LINK, "");
    let has = |what: &str| text.contains(what);
    let mut wrong = Vec::new();
    for (bad, why) in [
        ("'", "a straight apostrophe"),
        ("  ", "two spaces"),
        (" .", "a space before a full stop"),
        (" ,", "a space before a comma"),
        (" :", "a plain space before a colon"),
        (" ;", "a plain space before a semicolon"),
        (" ?", "a plain space before a question mark"),
        (" !", "a plain space before an exclamation mark"),
        ("« ", "a plain space after an opening quotation mark"),
        (" »", "a plain space before a closing quotation mark"),
        ("..", "two full stops"),
        ("«\u{a0}\u{a0}»", "an empty name between quotation marks"),
        (" de le ", "« de le »"),
        (" de les ", "« de les »"),
        (" à le ", "« à le »"),
    ] {
        if has(bad) {
            wrong.push(why);
        }
    }
    wrong
}

#[test]
fn every_message_is_written_in_correct_french_in_the_singular_and_in_the_plural() {
    for letter in samples() {
        let mail = letter.signed();
        assert_eq!(wrong(&mail.subject), Vec::<&str>::new(), "{}", mail.subject);
        assert_eq!(wrong(&mail.body), Vec::<&str>::new(), "{}", mail.body);
        assert!(mail.subject.chars().next().is_some_and(|first| first.is_uppercase()), "{}", mail.subject);
        let paragraphs: Vec<&str> = mail.body.split("\n\n").collect();
        assert_eq!(paragraphs.first(), Some(&"Bonjour,"));
        for paragraph in &paragraphs {
            let first = paragraph.chars().next();
            assert!(first.is_some_and(|c| c.is_uppercase() || c == '«') || paragraph.starts_with("https://") || *paragraph == "aucun", "{paragraph}");
            let ended = paragraph.ends_with(['.', '?', ',']) || paragraph.contains("\u{a0}:") || paragraph.contains(LINK) || *paragraph == "aucun";
            assert!(ended, "{paragraph:?} has no end");
        }
    }
}

#[test]
fn every_message_has_its_sample() {
    let sources = [
        include_str!("account.rs"),
        include_str!("clock.rs"),
        include_str!("ending.rs"),
        include_str!("request.rs"),
        include_str!("reviewers.rs"),
        include_str!("sharing.rs"),
        include_str!("vendors.rs"),
    ];
    let own = include_str!("tests.rs");
    let messages = sources.iter().flat_map(|text| text.lines()).filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next());
    let mut count = 0;
    for name in messages {
        assert!(own.contains(&format!("{name}(TO")), "{name} has no sample");
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
fn one_habilitation_is_active_and_two_are() {
    let (one, two) = (&["H3".to_owned()][..], &["H3".to_owned(), "H4".to_owned()][..]);
    let about = &about("Portail famille");
    for (numbers, subject, sentence) in [
        (one, "Demande D12\u{a0}: habilitation H3 délivrée", "est validée\u{a0}: l’habilitation H3 est active."),
        (two, "Demande D12\u{a0}: habilitations H3 et H4 délivrées", "est validée\u{a0}: les habilitations H3 et H4 sont actives."),
    ] {
        let mail = request::approved(TO, about, numbers, &[]).signed();
        assert_eq!(mail.subject, subject);
        assert!(mail.body.contains(sentence), "{}", mail.body);
    }
    for (numbers, subject, sentence) in [
        (
            one,
            "L’habilitation H3 a été révoquée",
            "L’habilitation H3 a été révoquée le 9 décembre 2026, pour «\u{a0}Portail famille\u{a0}» (FranceConnect)",
        ),
        (two, "Les habilitations H3 et H4 ont été révoquées", "Les habilitations H3 et H4 ont été révoquées le 9 décembre 2026, pour"),
    ] {
        let end = End { habilitations: numbers, how: Ending::Revoked, stops: &Stops::Keys, day: "9 décembre 2026" };
        let mail = to_technical(TO, about, "COMMUNE DE CLAMART", &end).signed();
        assert_eq!(mail.subject, subject);
        assert!(mail.body.contains(sentence), "{}", mail.body);
    }
}
