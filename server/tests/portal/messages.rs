//! Messages between applicants and reviewers: who reads what, what counts as unread for whom, and how many mails.

use crate::{
    browser::{Browser, Page},
    clamd::{Clamd, EICAR},
    road::{self, API_PARTICULIER, APPLICANT, DATA_TEAM, FRANCECONNECT, LEGAL, TEAM},
    site::{TestSite, headers_of, link_in},
};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n%%EOF";
const COLLEAGUE: &str = "ines.morel@habilis.example";

struct Cast {
    site: TestSite,
    applicant: Browser,
    legal: Browser,
    /// Of the same team.
    colleague: Browser,
    id: String,
}

impl Cast {
    async fn new() -> Self {
        Self::on(TestSite::new().await).await
    }

    async fn on(site: TestSite) -> Self {
        let applicant = site.applicant(APPLICANT).await;
        let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
        let colleague = site.reviewer(COLLEAGUE, FRANCECONNECT, "juridique").await;
        let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
        site.new_mails().await;
        Self { site, applicant, legal, colleague, id }
    }

    fn mine(&self) -> String {
        format!("/demandes/{}/messages", self.id)
    }

    fn theirs(&self) -> String {
        format!("/instruction/{}/messages", self.id)
    }

    async fn ask(&self, text: &str) -> Page {
        write(&self.applicant, &self.mine(), text).await
    }

    async fn answer(&self, text: &str) -> Page {
        write(&self.legal, &self.theirs(), text).await
    }
}

/// Sends a message without opening the thread again, which would mark it as read.
async fn write(browser: &Browser, path: &str, text: &str) -> Page {
    let sent = browser.post(path, &[("message", text)]).await;
    sent.is(303);
    sent
}

/// « 2 non lus », wherever a list or a page shows it.
fn unread(page: &Page) -> Vec<String> {
    page.all(".hb-unread")
}

#[tokio::test]
async fn each_side_is_told_of_what_the_other_wrote_and_reading_clears_it() {
    let cast = Cast::new().await;
    let (list, queue) = ("/demandes", "/instruction");
    cast.applicant.open(&cast.mine()).await.says("Une question sur votre demande ? Écrivez à l’équipe qui l’instruit.");
    cast.ask("Faut-il la délibération signée ?").await;
    cast.ask("Ou le projet suffit-il ?").await;
    assert_eq!(unread(&cast.legal.open(queue).await), ["2 non lus"]);
    assert_eq!(unread(&cast.legal.open(&format!("/instruction/{}", cast.id)).await), ["2 non lus"]);
    // What one wrote oneself is no news.
    assert!(unread(&cast.applicant.open(list).await).is_empty());
    let thread = cast.legal.open(&cast.theirs()).await;
    thread.says("Faut-il la délibération signée ?");
    assert_eq!(thread.all(".hb-thread__new").len(), 2);
    assert!(unread(&cast.legal.open(queue).await).is_empty());
    assert!(cast.legal.open(&cast.theirs()).await.all(".hb-thread__new").is_empty());
    // A colleague of the team has their own mark.
    assert_eq!(unread(&cast.colleague.open(queue).await), ["2 non lus"]);

    let sent = cast.answer("La délibération signée, s’il vous plaît.").await;
    assert_eq!(unread(&cast.applicant.open(list).await), ["1 non lu"]);
    assert_eq!(unread(&cast.applicant.open(&format!("/demandes/{}", cast.id)).await), ["1 non lu"]);
    assert!(unread(&cast.legal.open(queue).await).is_empty());
    // A message of one's own side is no news either.
    assert_eq!(unread(&cast.colleague.open(queue).await), ["2 non lus"]);
    let anchor = sent.location().split_once('#').expect("an anchor").1.to_owned();
    let thread = cast.applicant.open(&cast.mine()).await;
    assert!(thread.has(&format!("li[id='{anchor}']")));
    let bodies = thread.all(".hb-thread .hb-prewrap");
    assert_eq!(bodies, ["Faut-il la délibération signée ?", "Ou le projet suffit-il ?", "La délibération signée, s’il vous plaît."]);
    assert!(
        thread.all(".hb-thread__head")[2].starts_with("nadia benali (instruction) 23 novembre 2026 à 10:00"),
        "{:?}",
        thread.all(".hb-thread__head")
    );
    assert!(thread.all(".hb-thread__head")[0].starts_with("Vous "));
    assert!(unread(&cast.applicant.open(list).await).is_empty());
}

#[tokio::test]
async fn one_mail_until_it_was_read_whatever_the_number_of_messages() {
    let cast = Cast::new().await;
    for text in ["Bonjour,", "j’oubliais :", "merci !"] {
        cast.ask(text).await;
    }
    let mails = cast.site.new_mails().await;
    let subject = "Demande D1 : un nouveau message";
    assert_eq!(headers_of(&mails), [(COLLEAGUE, subject), (LEGAL, subject)]);
    assert!(!mails[0].body.contains("Bonjour,\n\nj’oubliais"), "the text stays on the site");
    assert_eq!(link_in(&mails[0], &cast.site), cast.theirs());
    // One of them reads: only they are told of the next one.
    cast.legal.open(&cast.theirs()).await;
    cast.ask("Une précision encore.").await;
    assert_eq!(headers_of(&cast.site.new_mails().await), [(LEGAL, subject)]);

    cast.answer("Entendu.").await;
    cast.answer("Bien reçu.").await;
    let mail = cast.site.only_mail(APPLICANT).await;
    assert!(mail.body.contains("nadia benali, de l’équipe qui instruit votre demande, vous a écrit"), "{}", mail.body);
    cast.applicant.open(&cast.mine()).await;
    cast.answer("À bientôt.").await;
    cast.site.only_mail(APPLICANT).await;
}

#[tokio::test]
async fn the_team_whose_turn_it_is_is_written_to() {
    let cast = Cast::new().await;
    let team = cast.site.reviewer(TEAM, FRANCECONNECT, "franceconnect").await;
    road::approve(&cast.legal, &cast.id).await;
    cast.site.new_mails().await;
    cast.ask("Bonjour").await;
    assert_eq!(headers_of(&cast.site.new_mails().await), [(TEAM, "Demande D1 : un nouveau message")]);
    write(&team, &cast.theirs(), "Bonjour").await;
    cast.site.only_mail(APPLICANT).await;
}

#[tokio::test]
async fn a_refused_message_comes_back_as_it_was_typed() {
    let cast = Cast::new().await;
    let form = |page: &Page| page.form(&cast.mine());
    let page = cast.applicant.open(&cast.mine()).await;
    let empty = cast.applicant.submit(form(&page).set("message", "  \r\n ")).await;
    assert_eq!(empty.is(422).errors(), ["Écrivez votre message."]);
    let long = "é".repeat(5001);
    let refused = cast.applicant.submit(form(&page).set("message", &long)).await;
    assert_eq!(refused.is(422).errors(), ["Ce texte dépasse 5000 caractères : raccourcissez-le."]);
    assert_eq!(refused.value("message"), long);
    let unreadable = cast.applicant.submit(form(&page).set("message", "a\u{0}b")).await;
    assert_eq!(unreadable.is(422).errors(), ["Ce texte contient un caractère interdit (caractère nul, U+0000) : supprimez-le."]);
    let refused = cast.applicant.submit(form(&page).set("message", "Voici.").attach("documents", "page.html", b"<html>, a;b")).await;
    assert_eq!(refused.is(422).errors(), ["page.html : Ce document n’est pas dans un format accepté : PDF, XLSX, ODS ou CSV."]);
    assert_eq!(refused.value("message"), "Voici.");
    refused.says("Joignez-les de nouveau");
    let many = (2..=4)
        .fold(form(&page).set("message", "Voici.").attach("documents", "1.pdf", PDF), |form, n| form.add("documents", &format!("{n}.pdf"), PDF));
    assert_eq!(cast.applicant.submit(many).await.is(422).errors(), ["3 documents au plus : retirez-en un avant d’en ajouter."]);
    cast.applicant.open(&cast.mine()).await.says("Aucun message");
    cast.applicant.submit(form(&page).set("message", &"é".repeat(5000))).await.is(303);
}

#[tokio::test]
async fn attachments_go_through_the_door_of_the_thread() {
    let cast = Cast::new().await;
    let elsewhere = cast.site.reviewer(DATA_TEAM, API_PARTICULIER, "api-particulier").await;
    let stranger = cast.site.applicant("autre.personne@clamart.example").await;
    let page = cast.applicant.open(&cast.mine()).await;
    let form = page.form(&cast.mine()).set("message", "Voici l’acte et les tarifs.").attach("documents", "acte.pdf", PDF);
    cast.applicant.submit(form.add("documents", "tarifs.csv", "quotient;tarif\n400;1\n".as_bytes())).await.is(303);
    let thread = cast.legal.open(&cast.theirs()).await;
    thread.says("acte.pdf (PDF, 1 Ko)");
    thread.says("tarifs.csv (CSV, 1 Ko)");
    let csv = thread.attribute(".hb-thread li li:last-child a", "href").expect("two documents");
    let read = cast.legal.get(&csv).await;
    assert_eq!(read.is(200).body, "quotient;tarif\n400;1\n");
    assert_eq!((read.header("content-type"), read.header("x-content-type-options")), ("text/csv", "nosniff"));
    assert_eq!(read.header("content-disposition"), "attachment; filename*=UTF-8''tarifs.csv");
    cast.applicant.get(&csv).await.is(200);
    for other in [&elsewhere, &stranger] {
        other.get(&csv).await.is(404);
        other.get(&cast.theirs()).await.is(404);
        other.get(&cast.mine()).await.is(404);
        other.post(&cast.mine(), &[("message", "a")]).await.is(404);
        other.post(&cast.theirs(), &[("message", "a")]).await.is(404);
    }
    assert_eq!(cast.site.visitor().get(&csv).await.is(303).location().split('?').next(), Some("/connexion"));
    // They answer no question of the form, and cannot be taken out as if they did.
    assert!(!cast.legal.open(&format!("/instruction/{}", cast.id)).await.has("a[href*='/documents/']"));
}

#[tokio::test]
async fn an_infected_attachment_is_told_in_the_thread() {
    let clamd = Clamd::up().await;
    let cast = Cast::on(TestSite::with(&[("CLAMAV_URL", &clamd.url())]).await).await;
    let page = cast.legal.open(&cast.theirs()).await;
    let virus = format!("%PDF-1.7 {}", EICAR.concat());
    cast.legal.submit(page.form(&cast.theirs()).set("message", "Un modèle.").attach("documents", "modele.pdf", virus.as_bytes())).await.is(303);
    cast.applicant.open(&cast.mine()).await.says("modele.pdf (PDF, 1 Ko) Analyse antivirus en cours");
    let mails = cast.site.new_mails().await;
    assert_eq!(
        headers_of(&mails),
        [(APPLICANT, "Demande D1 : un nouveau message"), (LEGAL, "Demande D1 : un document a été supprimé par l’antivirus")]
    );
    let thread = cast.applicant.open(&cast.mine()).await;
    thread.says("modele.pdf (PDF, 1 Ko) Virus détecté : document supprimé");
    assert!(!thread.has("a[href*='/documents/']"));
}

#[tokio::test]
async fn a_draft_has_nobody_to_write_to() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/messages");
    let page = applicant.open(&path).await;
    page.says("Vous pourrez écrire aux équipes d’instruction une fois votre demande transmise.");
    assert!(!page.has("textarea"));
    assert!(!applicant.open(&format!("/demandes/{id}")).await.has(&format!("a[href='{path}']")));
    applicant.post(&path, &[("message", "Bonjour")]).await.is(409).says("une fois la demande transmise");
    legal.get(&format!("/instruction/{id}/messages")).await.is(404);
}

#[tokio::test]
async fn a_long_thread_opens_at_its_end() {
    let cast = Cast::new().await;
    for n in 1..=51 {
        cast.ask(&format!("Message numéro {n}.")).await;
    }
    let last = cast.legal.open(&cast.theirs()).await;
    assert_eq!(last.all(".hb-thread .hb-prewrap"), ["Message numéro 51."]);
    let first = cast.legal.open(&format!("{}?page=1", cast.theirs())).await;
    assert_eq!(first.all(".hb-thread .hb-prewrap").len(), 50);
    assert!(unread(&cast.legal.open("/instruction").await).is_empty());
    // Looking at old messages alone reads nothing new.
    cast.colleague.open(&format!("{}?page=1", cast.theirs())).await;
    assert_eq!(unread(&cast.colleague.open("/instruction").await), ["51 non lus"]);
}

#[tokio::test]
async fn a_service_may_do_without_messages() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, "api-impot-particulier-bac-a-sable").await;
    let path = format!("/demandes/{id}/messages");
    applicant.get(&path).await.is(404);
    applicant.post(&path, &[("message", "Bonjour")]).await.is(404);
}

#[tokio::test]
async fn whoever_stands_in_for_somebody_reads_nothing_in_their_place() {
    let cast = Cast::new().await;
    cast.answer("Une pièce manque.").await;
    let admin = cast.site.administrator(road::ADMIN).await;
    let person = cast.site.add_account(APPLICANT).await;
    let impersonation = format!("/administration/droits/{person}/prise-en-main");
    admin.post(&impersonation, &[("motif", "Elle ne voit pas le message")]).await.is(303);
    admin.open(&cast.mine()).await.says("Une pièce manque.");
    assert_eq!(unread(&cast.applicant.open("/demandes").await), ["1 non lu"]);
}

/// What the navigation says of unread messages, on screen and to screen readers.
fn in_navigation(page: &Page) -> Vec<String> {
    page.all("#navigation a").into_iter().filter(|entry| entry.contains("non lu")).collect()
}

#[tokio::test]
async fn the_navigation_says_how_many_messages_wait_on_each_side() {
    let cast = Cast::new().await;
    cast.ask("Faut-il la délibération signée ?").await;
    cast.ask("Ou le projet suffit-il ?").await;
    for reviewer in [&cast.legal, &cast.colleague] {
        assert_eq!(in_navigation(&reviewer.open("/").await), ["Instruction 2 : 2 messages non lus"]);
    }
    assert!(in_navigation(&cast.applicant.open("/").await).is_empty(), "one’s own messages are no news");
    let other = cast.site.reviewer(DATA_TEAM, API_PARTICULIER, "api-particulier").await;
    assert!(in_navigation(&other.open("/").await).is_empty(), "another service");
    cast.legal.open(&cast.theirs()).await;
    assert!(in_navigation(&cast.legal.open("/").await).is_empty());
    assert_eq!(in_navigation(&cast.colleague.open("/").await), ["Instruction 2 : 2 messages non lus"], "each has their own mark");

    cast.answer("La délibération signée, s’il vous plaît.").await;
    assert_eq!(in_navigation(&cast.applicant.open("/mon-compte").await), ["Mes demandes 1 : 1 message non lu"]);
    // A refused form has the same header.
    let page = cast.applicant.post(&cast.mine(), &[("message", "")]).await;
    assert_eq!(in_navigation(page.is(422)), ["Mes demandes 1 : 1 message non lu"]);
    cast.applicant.open(&cast.mine()).await;
    assert!(in_navigation(&cast.applicant.open("/").await).is_empty());
    assert!(in_navigation(&cast.site.visitor().open("/").await).is_empty());
}

#[tokio::test]
async fn messages_are_counted_for_whoever_does_without_mails() {
    let cast = Cast::new().await;
    let path = "/mon-compte/notifications";
    let form = cast.legal.open(path).await.form(path);
    cast.legal.submit(form.pick("topics", &["to_review"])).await.is(303);
    cast.ask("Une question").await;
    let mails = cast.site.new_mails().await;
    assert!(!headers_of(&mails).iter().any(|(to, _)| *to == LEGAL), "{:?}", headers_of(&mails));
    assert_eq!(in_navigation(&cast.legal.open("/").await), ["Instruction 1 : 1 message non lu"]);
}
