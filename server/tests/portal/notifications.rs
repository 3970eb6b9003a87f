//! Optional mails: the switches of the account, and the link to unsubscribe without signing in.

use reqwest::Method;

use crate::{
    browser::{Browser, Page, URLENCODED},
    road::{self, APPLICANT, FRANCECONNECT, LEGAL},
    site::{TestSite, headers_of},
};

const SWITCHES: &str = "/mon-compte/notifications";

/// The link at the foot of the only new mail.
async fn link_of_next_mail(site: &TestSite, to: &str) -> String {
    let mail = site.only_mail(to).await;
    let base = format!("{}/desabonnement/", site.app.config.base_url);
    let line = mail.body.lines().find(|line| line.starts_with(&base)).unwrap_or_else(|| panic!("no link in {}", mail.body));
    line.strip_prefix(site.app.config.base_url.as_str()).expect("ours").to_owned()
}

/// Unsubscribes as a mail program does: from another site, with no cookie and no token.
async fn one_click(site: &TestSite, link: &str) -> Page {
    let headers = [("content-type", URLENCODED), ("sec-fetch-site", "cross-site"), ("origin", "https://courriel.example")];
    site.visitor().send(Method::POST, link, &headers, "List-Unsubscribe=One-Click").await
}

fn ticked(page: &Page) -> Vec<String> {
    let form = page.form(SWITCHES);
    form.values("topics").into_iter().map(str::to_owned).collect()
}

async fn write(browser: &Browser, path: &str) {
    browser.post(path, &[("message", "Bonjour")]).await.is(303);
}

#[tokio::test]
async fn the_link_asks_first_and_stops_when_its_button_is_pressed() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    site.new_mails().await;
    write(&legal, &format!("/instruction/{id}/messages")).await;
    let link = link_of_next_mail(&site, APPLICANT).await;

    let visitor = site.visitor();
    let page = visitor.open(&link).await;
    page.says("Messages au sujet d’une demande");
    page.says(APPLICANT);
    assert_eq!(ticked(&applicant.open(SWITCHES).await), ["messages", "reminders"], "looking changes nothing");
    let done = visitor.submit(page.form(&link)).await;
    done.is(200).says("ne recevra plus ces courriels");
    assert_eq!(ticked(&applicant.open(SWITCHES).await), ["reminders"]);
    // Twice does the same, and so does the mail program.
    visitor.submit(page.form(&link)).await.is(200);
    one_click(&site, &link).await.is(200);

    applicant.open(&format!("/demandes/{id}/messages")).await;
    write(&legal, &format!("/instruction/{id}/messages")).await;
    assert!(site.new_mails().await.is_empty());
    // Decisions are not among the mails one may stop.
    road::decide(&legal, &id, "modifier", "Une pièce manque.").await.is(303);
    site.only_mail(APPLICANT).await;
}

#[tokio::test]
async fn the_link_expires_and_cannot_be_made_up() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    site.new_mails().await;
    write(&legal, &format!("/instruction/{id}/messages")).await;
    let link = link_of_next_mail(&site, APPLICANT).await;
    let last = if link.ends_with('0') { "1" } else { "0" };
    let forged = format!("{}{last}", &link[..link.len() - 1]);
    for wrong in [forged.as_str(), "/desabonnement/inconnu", "/desabonnement/00"] {
        site.visitor().get(wrong).await.is(410).says("Il est incomplet, ou date de plus de trente jours.");
        one_click(&site, wrong).await.is(410);
    }
    site.pass(30 * 24 - 1);
    site.visitor().get(&link).await.is(200);
    site.pass(1);
    site.visitor().get(&link).await.is(410);
    one_click(&site, &link).await.is(410);
    let applicant = site.account(APPLICANT).await;
    assert_eq!(ticked(&applicant.open(SWITCHES).await), ["messages", "reminders"]);
}

#[tokio::test]
async fn switches_are_kept_and_obeyed() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    // Who reviews nothing is not asked about reviews.
    assert_eq!(ticked(&applicant.open(SWITCHES).await), ["messages", "reminders"]);
    let page = legal.open(SWITCHES).await;
    assert_eq!(ticked(&page), ["to_review", "messages", "reminders"]);
    let saved = legal.submit(page.form(SWITCHES).pick("topics", &["messages"])).await;
    legal.open(&saved.is(303).location()).await.says("Vos préférences sont enregistrées");
    assert_eq!(ticked(&legal.open(SWITCHES).await), ["messages"]);
    let id = road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    assert_eq!(headers_of(&site.new_mails().await), [(APPLICANT, "Demande D1 : nous l’avons bien reçue")]);
    write(&applicant, &format!("/demandes/{id}/messages")).await;
    site.only_mail(LEGAL).await;
    legal.submit(page.form(SWITCHES).pick("topics", &["to_review", "messages"])).await.is(303);
    road::file(&applicant, FRANCECONNECT, "Médiathèque", None).await;
    assert!(headers_of(&site.new_mails().await).contains(&(LEGAL, "Demande D2 à instruire")));
}

#[tokio::test]
async fn a_mail_still_waiting_when_it_is_refused_does_not_leave() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    site.new_mails().await;
    write(&applicant, &format!("/demandes/{id}/messages")).await;
    let page = legal.open(SWITCHES).await;
    legal.submit(page.form(SWITCHES).pick("topics", &[])).await.is(303);
    assert!(site.new_mails().await.is_empty());
}

#[tokio::test]
async fn reminders_may_be_stopped_and_what_ends_is_told_all_the_same() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    road::start(&applicant, FRANCECONNECT).await;
    let sent = road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    site.new_mails().await;
    let page = applicant.open(SWITCHES).await;
    page.says("Toujours envoyés");
    page.says("L’annonce qu’une demande sera archivée, puis son archivage");
    applicant.submit(page.form(SWITCHES).pick("topics", &["messages"])).await.is(303);
    legal.submit(legal.open(SWITCHES).await.form(SWITCHES).pick("topics", &[])).await.is(303);

    assert_eq!(headers_of(&site.tick_at("2026-12-08 09:00").await), [], "the draft is not reminded of");
    // Fifteen days before the legal limit, then on its day.
    assert_eq!(headers_of(&site.tick_at("2027-01-08 09:00").await), []);
    assert_eq!(headers_of(&site.tick_at("2027-01-23 09:00").await), [(LEGAL, "Demande D2 : dernier jour pour décider")]);
    assert_eq!(headers_of(&site.tick_at("2027-02-06 09:00").await), [(APPLICANT, "Demande D1 : elle sera archivée le 21 février 2027")]);
    assert_eq!(headers_of(&site.tick_at("2027-02-21 09:00").await), [(APPLICANT, "Demande D1 : elle est archivée")]);
    let browser = site.signed_in(APPLICANT).await;
    browser.open(&format!("/demandes/{sent}")).await.does_not_say("Rappel envoyé");
}

#[tokio::test]
async fn the_link_of_a_reminder_stops_reminders_and_the_last_day_is_told() {
    let site = TestSite::new().await;
    let cast = road::cast(&site).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail", None).await;
    cast.approve_franceconnect(&id).await;
    site.new_mails().await;
    // Three years on, accounts that nobody uses are told of their end too: not what this is about.
    let told = async |moment: &str| {
        site.tick_at(moment).await.into_iter().filter(|mail| mail.recipient == APPLICANT && mail.subject.contains("H1")).collect::<Vec<_>>()
    };
    let mails = told("2029-08-25 09:00").await;
    assert_eq!(headers_of(&mails), [(APPLICANT, "Habilitation H1 : elle prend fin dans 90 jours")]);
    let base = site.app.config.base_url.as_str();
    let link = mails[0].body.lines().find_map(|line| line.strip_prefix(base).filter(|path| path.starts_with("/desabonnement/"))).expect("a way out");
    one_click(&site, link).await.is(200);
    assert_eq!(headers_of(&told("2029-10-24 09:00").await), []);
    assert_eq!(headers_of(&told("2029-11-23 09:00").await), [(APPLICANT, "Habilitation H1 : elle prend fin aujourd’hui")]);
    assert_eq!(headers_of(&told("2029-11-24 09:00").await), [(APPLICANT, "Habilitation H1 : elle a pris fin")]);
}
