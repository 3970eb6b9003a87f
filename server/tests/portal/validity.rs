//! The end of a habilitation: reminders, expiry, renewal. API Particulier grants 18 months.

use domain::ids::RequestId;

use crate::{
    browser::Browser,
    road::{self, APPLICANT, TECHNICAL, approve},
    site::{TestSite, headers_of},
};

/// Approved on 23 November 2026, with the FranceConnect habilitation it relies on; both ids.
async fn granted(site: &TestSite) -> (String, String) {
    let (cast, provider, data) = road::filed_both(site).await;
    cast.approve_franceconnect(&provider).await;
    approve(&cast.data_team, &data).await;
    site.new_mails().await;
    (provider, data)
}

/// The applicant may prolong it; the people it names learn that it is over.
const END: [(&str, &str); 4] = [
    ("dpo@clamart.example", "L’habilitation H2 est arrivée à son terme"),
    ("enfance@clamart.example", "L’habilitation H2 est arrivée à son terme"),
    (APPLICANT, "Habilitation H2 : elle a pris fin"),
    (TECHNICAL, "L’habilitation H2 est arrivée à son terme"),
];

async fn open_grants(site: &TestSite, provider: &str) -> usize {
    let id: RequestId = provider.parse().expect("an id");
    store::grant::active_of_request(&site.app.cx.db, id).await.expect("read").len()
}

#[tokio::test]
async fn the_end_is_announced_six_times_and_no_day_twice() {
    let site = TestSite::new().await;
    granted(&site).await;
    for (day, words) in [
        ("2028-02-22", None),
        ("2028-02-23", Some("dans 90 jours")),
        ("2028-02-29", None),
        ("2028-03-23", None),
        ("2028-03-24", Some("dans 60 jours")),
        ("2028-04-23", Some("dans 30 jours")),
        ("2028-05-08", Some("dans 15 jours")),
        ("2028-05-16", Some("dans 7 jours")),
        ("2028-05-22", None),
        ("2028-05-23", Some("aujourd’hui")),
    ] {
        let mails = site.tick_at(&format!("{day} 09:00")).await;
        let expected = words.map(|words| format!("Habilitation H2 : elle prend fin {words}"));
        let expected: Vec<(&str, &str)> = expected.iter().map(|subject| (APPLICANT, subject.as_str())).collect();
        assert_eq!(headers_of(&mails), expected, "{day}");
        assert_eq!(headers_of(&site.tick_at(&format!("{day} 18:00")).await), [], "{day} again");
    }
}

#[tokio::test]
async fn missed_reminders_are_not_made_up_for() {
    let site = TestSite::new().await;
    granted(&site).await;
    assert_eq!(headers_of(&site.tick_at("2028-05-10 09:00").await), [(APPLICANT, "Habilitation H2 : elle prend fin dans 13 jours")]);
    assert_eq!(headers_of(&site.tick_at("2028-06-30 09:00").await), END);
}

#[tokio::test]
async fn an_expired_habilitation_opens_nothing() {
    let site = TestSite::new().await;
    let (provider, data) = granted(&site).await;
    assert_eq!(open_grants(&site, &provider).await, 1);
    site.tick_at("2028-05-23 23:59").await;
    assert_eq!(open_grants(&site, &provider).await, 1, "the last day counts");
    assert_eq!(headers_of(&site.tick_at("2028-05-24 00:00").await), END);
    assert_eq!(open_grants(&site, &provider).await, 0);
    let browser = site.signed_in(APPLICANT).await;
    let page = browser.open(&format!("/demandes/{data}")).await;
    page.says("Habilitation H2 arrivée à son terme");
    page.says("Elle était valable jusqu’au 23 mai 2028. Vos accès sont fermés.");
    browser.get(&format!("/demandes/{data}/attestation")).await.is(404);
    browser.open("/habilitations/H2").await.says("Cette habilitation n’est plus valable depuis le 23 mai 2028.");
    // FranceConnect was granted for 36 months.
    browser.open(&format!("/demandes/{provider}")).await.says("Habilitation H1 active");
}

#[tokio::test]
async fn renewed_as_it_is_from_its_end_and_not_from_today() {
    let site = TestSite::new().await;
    let (_, data) = granted(&site).await;
    let path = format!("/demandes/{data}/renouvellement");
    let browser = site.signed_in(APPLICANT).await;
    browser.open(&format!("/demandes/{data}")).await.says("valable jusqu’au 23 mai 2028 inclus.");
    let early = browser.open(&path).await;
    early.says("Le renouvellement sera possible à partir du 23 février 2028.");
    assert_eq!(early.form_count(&path), 0);
    browser.post(&path, &[("confirmation", "oui"), ("fin", "2028-05-23")]).await.is(409);

    site.tick_at("2028-03-01 09:00").await;
    let browser = site.signed_in(APPLICANT).await;
    browser.open(&format!("/demandes/{data}")).await.says("Elle prend fin dans 83 jours");
    let page = browser.open(&path).await;
    let unsure = browser.submit(page.form(&path)).await;
    assert_eq!(unsure.is(422).errors(), ["Confirmez que rien n’a changé : sinon, mettez votre demande à jour."]);
    browser.open(&format!("{path}?prolongee=2028-05-23")).await.does_not_say("Habilitation prolongée");
    let done = browser.submit(page.form(&path).set("confirmation", "oui")).await;
    done.is(303);
    let shown = browser.open(&done.location()).await;
    shown.says("Habilitation prolongée jusqu’au 23 novembre 2029");
    browser.open(&format!("{path}?prolongee=2028-05-23")).await.does_not_say("Habilitation prolongée");
    assert_eq!(headers_of(&site.new_mails().await), [(APPLICANT, "Habilitation H2 : prolongée jusqu’au 23 novembre 2029")]);
    // The same form again prolongs nothing, and leads to the same page.
    let again = browser.submit(page.form(&path).set("confirmation", "oui")).await;
    assert_eq!(again.is(303).location(), done.location());
    let detail = browser.open(&format!("/demandes/{data}")).await;
    detail.says("valable jusqu’au 23 novembre 2029 inclus.");
    detail.says("Habilitation prolongée");
    // The old end brings nothing, the new one is announced in its turn.
    assert_eq!(headers_of(&site.tick_at("2028-05-24 09:00").await), []);
    // On the same day as that of the FranceConnect habilitation, which was granted for 36 months. Accounts that nobody used since
    // are told of their end as well.
    let mut told = site.tick_at("2029-08-25 09:00").await;
    told.retain(|mail| mail.recipient == APPLICANT);
    assert_eq!(
        headers_of(&told),
        [(APPLICANT, "Habilitation H1 : elle prend fin dans 90 jours"), (APPLICANT, "Habilitation H2 : elle prend fin dans 90 jours")]
    );
}

#[tokio::test]
async fn up_to_thirty_days_late_the_rights_come_back() {
    let site = TestSite::new().await;
    let (provider, data) = granted(&site).await;
    site.tick_at("2028-06-22 09:00").await;
    assert_eq!(open_grants(&site, &provider).await, 0);
    let (path, browser) = (format!("/demandes/{data}/renouvellement"), site.signed_in(APPLICANT).await);
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).set("confirmation", "oui")).await.is(303);
    site.settle().await;
    assert_eq!(open_grants(&site, &provider).await, 1);
    browser.open(&format!("/demandes/{data}")).await.says("valable jusqu’au 23 novembre 2029 inclus.");
}

#[tokio::test]
async fn later_a_new_request_is_needed() {
    let site = TestSite::new().await;
    let (provider, data) = granted(&site).await;
    site.tick_at("2028-06-23 09:00").await;
    let (path, browser) = (format!("/demandes/{data}/renouvellement"), site.signed_in(APPLICANT).await);
    let page = browser.open(&path).await;
    page.says("Elle ne peut plus être renouvelée");
    assert_eq!(page.form_count(&path), 0);
    browser.post(&path, &[("confirmation", "oui"), ("fin", "2028-05-23")]).await.is(409);
    browser.open(&format!("/demandes/{provider}/renouvellement")).await.says("à partir du 25 août 2029");
    site.account("une.inconnue@a.fr").await.get(&path).await.is(404);
}

#[tokio::test]
async fn with_changes_it_is_reopened_and_what_is_granted_then_has_a_new_end() {
    let site = TestSite::new().await;
    let (_, data) = granted(&site).await;
    site.tick_at("2028-03-01 09:00").await;
    let (path, browser) = (format!("/demandes/{data}/renouvellement"), site.signed_in(APPLICANT).await);
    let page = browser.open(&path).await;
    page.says("Quelque chose a changé");
    let reopened = browser.submit(page.form(&format!("{data}/reouverture"))).await;
    browser.open(&reopened.is(303).location()).await.says("Vous pouvez modifier votre demande");
    browser.open(&path).await.says("Vous êtes en train de la modifier");
    browser.post(&path, &[("confirmation", "oui"), ("fin", "2028-05-23")]).await.is(409);
    let block = format!("/demandes/{data}/donnees");
    let form = browser.open(&block).await.form(&block).set("retention_months", "12").press("enregistrer");
    browser.submit(form).await.is(303);
    road::submit(&browser, &data).await;
    let team = site.signed_in(road::DATA_TEAM).await;
    approve(&team, &data).await;
    let detail = browser.open(&format!("/demandes/{data}")).await;
    detail.says("Habilitation H3 active");
    detail.says("valable jusqu’au 1er septembre 2029 inclus.");
    site.new_mails().await;
    assert_eq!(headers_of(&site.tick_at("2028-05-24 09:00").await), [], "the one replaced has no end to announce");
}

/// The line of this project in the list, as it reads.
async fn line(browser: &Browser, project: &str) -> String {
    let lines = browser.open("/demandes").await.all("#demandes tbody tr");
    lines.into_iter().find(|line| line.contains(project)).expect("a line")
}

#[tokio::test]
async fn the_list_says_until_when_and_when_to_renew() {
    let site = TestSite::new().await;
    let (_, data) = granted(&site).await;
    for (day, expected, renewable) in [
        ("2026-11-23", "Valable jusqu’au 23 mai 2028", false),
        ("2028-02-22", "Valable jusqu’au 23 mai 2028", false),
        ("2028-02-23", "Valable jusqu’au 23 mai 2028 À renouveler : Cantine Encore 90 jours", true),
        ("2028-05-22", "Valable jusqu’au 23 mai 2028 À renouveler : Cantine Encore 1 jour", true),
        ("2028-05-23", "Valable jusqu’à aujourd’hui À renouveler", true),
        ("2028-05-24", "A pris fin le 23 mai 2028 À renouveler", true),
        ("2028-06-22", "A pris fin le 23 mai 2028 À renouveler", true),
        ("2028-06-23", "A pris fin le 23 mai 2028 Terminée", false),
    ] {
        site.tick_at(&format!("{day} 09:00")).await;
        let browser = site.signed_in(APPLICANT).await;
        let found = line(&browser, "Cantine").await;
        assert!(found.contains(expected), "{day}: {found}");
        let page = browser.open("/demandes").await;
        assert_eq!(page.has(&format!("#demandes a[href='/demandes/{data}/renouvellement']")), renewable, "{day}");
        assert_eq!(found.contains("À renouveler"), renewable, "{day}: {found}");
    }
    // A colleague reads the same and cannot renew for somebody else.
    site.applicant("marc.lefevre@clamart.example").await;
    site.verify("marc.lefevre@clamart.example").await;
    site.tick_at("2028-06-22 10:00").await;
    let colleague = site.signed_in("marc.lefevre@clamart.example").await;
    let page = colleague.open("/demandes?qui=organisation").await;
    page.says("A pris fin le 23 mai 2028");
    assert!(!page.has("a[href$='/renouvellement']"));
}
