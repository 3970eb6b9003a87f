//! What those who run the site read of the safety of accounts: who, from which network, never an address.

use crate::{
    browser::Browser,
    road::{self, ADMIN, FRANCECONNECT, TECHNICAL, cast},
    site::{PASSWORD, TestSite, link_in},
    totp,
};

const PAGE: &str = "/administration/securite";
const EMAIL: &str = "marc.lefevre@clamart.example";
const WRONG: &str = "Ce n’est pas lui 1";

async fn lines(admin: &Browser, query: &str) -> Vec<String> {
    admin.open(&format!("{PAGE}{query}")).await.all("#evenements tbody tr")
}

/// « event, person, network, detail » of each line, the latest first.
async fn events(admin: &Browser, query: &str) -> Vec<[String; 4]> {
    let page = admin.open(&format!("{PAGE}{query}")).await;
    let column = |number: u8| page.all(&format!("#evenements tbody tr > :nth-child({number})"));
    let [what, who, network, detail] = [2, 3, 4, 5].map(column);
    what.into_iter().zip(who).zip(network).zip(detail).map(|(((what, who), network), detail)| [what, who, network, detail]).collect()
}

#[tokio::test]
async fn failed_sign_ins_limits_resets_and_new_browsers_are_told() {
    let site = TestSite::with(&[("RATE_LIMITS", "true"), ("TRUSTED_PROXIES", "1")]).await;
    let admin = site.administrator(ADMIN).await;
    site.add_account(EMAIL).await;
    let thief = site.visitor().from("203.0.113.77");
    thief.try_to_sign_in("/connexion", "personne@clamart.example", WRONG).await.is(422);
    for _ in 0..10 {
        thief.try_to_sign_in("/connexion", EMAIL, WRONG).await.is(422);
    }
    thief.try_to_sign_in("/connexion", EMAIL, WRONG).await.is(429);
    site.pass_seconds(1);
    let owner = site.visitor().from("2001:db8:1:2::9");
    owner.try_to_sign_in("/connexion", EMAIL, PASSWORD).await.is(303);
    site.pass_seconds(1);
    let page = owner.open("/mot-de-passe-oublie").await;
    owner.submit(page.form("/mot-de-passe-oublie").set("email", EMAIL)).await.is(303);
    let link = link_in(&site.only_mail(EMAIL).await, &site);
    site.pass_seconds(1);
    owner.submit(owner.open(&link).await.form(&link).set("password", "Trois grues dans le jardin")).await.is(303);
    site.pass_seconds(1);
    let form = owner.open("/mon-compte").await.form("/mon-compte/mot-de-passe").set("current_password", "Trois grues dans le jardin");
    owner.submit(form.set("password", "Quatre grues dans le jardin")).await.is(303);

    let told = events(&admin, "?personne=lefevre").await;
    let (marc, theirs, his) = ("marc lefevre", "203.0.113.0/24", "2001:db8:1:2::/64");
    let expected = |what: &str, network: &str, detail: &str| [what, marc, network, detail].map(str::to_owned);
    assert_eq!(told[0], expected("Mot de passe changé", his, "–"));
    assert_eq!(told[1], expected("Mot de passe remplacé par un lien", his, "–"));
    assert_eq!(told[2], expected("Nouveau mot de passe demandé", his, "–"));
    assert_eq!(told[3][..3], expected("Connexion depuis un nouvel appareil", his, "")[..3]);
    // At one instant, in no order.
    assert_eq!(told[4..].iter().filter(|line| **line == expected("Connexion refusée", theirs, "–")).count(), 10);
    assert_eq!(told[4..].iter().filter(|line| **line == expected("Limite d’essais atteinte", theirs, "Connexion")).count(), 1);
    assert_eq!(told.len(), 15);
    let unknown = events(&admin, "?acte=sign_in_failed").await;
    assert_eq!(unknown.len(), 11);
    assert!(unknown.contains(&["Connexion refusée", "Aucun compte", theirs, "–"].map(str::to_owned)), "{unknown:?}");
    let page = admin.open(PAGE).await;
    for hidden in ["203.0.113.77", "2001:db8:1:2::9", EMAIL, "personne@clamart.example"] {
        page.does_not_say(hidden);
    }
    site.new_mails().await;
}

#[tokio::test]
async fn factors_secrets_and_rights_used_are_told() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let admin = site.administrator(ADMIN).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    cast.approve_franceconnect(&id).await;
    let mails = site.new_mails().await;
    let link = link_in(mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("an invitation"), &site);
    let technical = site.visitor();
    let page = technical.open(&link).await;
    let names = page.form(&link).set("given_name", "Louis").set("family_name", "Garnier");
    technical.submit(names.set("password", PASSWORD)).await.is(303);
    technical.post(&format!("/partenaire/{id}/secret"), &[]).await.is(200);
    let mut told: Vec<String> = events(&admin, "?personne=garnier").await.into_iter().map(|line| line[0].clone()).collect();
    told.sort();
    assert_eq!(told, ["Connexion depuis un nouvel appareil", "Mot de passe choisi à l’ouverture du compte", "Secret affiché"]);

    let rights = events(&admin, "?acte=right_used&personne=nadia").await;
    assert_eq!(rights[0][3], "Décision sur une demande");
    assert!(events(&admin, "?acte=right_used&personne=jeanne").await.is_empty(), "an applicant has no right to use");

    site.pass_seconds(1);
    let page = technical.open("/mon-compte/securite").await;
    let secret = totp::decode(&page.attribute("#cle", "value").expect("a key"));
    technical.submit(page.form("/mon-compte/securite").set("code", &totp::code(&secret, site.app.cx.now()))).await.is(200);
    site.pass_seconds(1);
    let other = site.by_password(TECHNICAL).await;
    other.submit(other.open("/connexion/code").await.form("/connexion/code").set("code", "000000")).await.is(422);
    let told = events(&admin, "?personne=garnier").await;
    assert_eq!((told[0][0].as_str(), told[0][3].as_str()), ("Second facteur refusé", "Code"));
    assert_eq!((told[1][0].as_str(), told[1][3].as_str()), ("Second facteur ajouté", "Application d’authentification"));
    site.new_mails().await;
}

#[tokio::test]
async fn what_is_taken_in_bulk_is_told() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let admin = site.administrator(ADMIN).await;
    road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let last = async || events(&admin, "?acte=right_used&personne=nadia").await.first().map(|line| line[3].clone());
    let list = cast.legal.open("/instruction?onglet=equipes").await;
    assert_eq!(last().await, None, "reading pages leaves nothing");
    site.pass_seconds(1);
    cast.legal.get("/instruction/liste.csv?onglet=equipes").await.is(200);
    assert_eq!(last().await.as_deref(), Some("Liste téléchargée en CSV"));
    site.pass_seconds(1);
    let export = cast.legal.submit(list.form("/instruction/exports")).await.is(303).location();
    assert_eq!(last().await.as_deref(), Some("Export d’une liste"));
    site.app.habilitation.run_exports().await.expect("made");
    site.pass_seconds(1);
    cast.legal.get(&format!("{export}/fichier")).await.is(200);
    assert_eq!(last().await.as_deref(), Some("Classeur d’un export téléchargé"));
    cast.applicant.get("/instruction/liste.csv").await.is(404);
    assert!(events(&admin, "?acte=right_used&personne=jeanne").await.is_empty(), "an applicant takes nothing");
    site.new_mails().await;
}

#[tokio::test]
async fn the_page_filters_pages_and_forgets_after_a_year() {
    let site = TestSite::new().await;
    let admin = site.administrator(ADMIN).await;
    let nobody = admin.open(&format!("{PAGE}?acte=secret_shown")).await;
    nobody.says("Aucun événement");
    assert!(nobody.has(".fr-breadcrumb") && admin.open("/administration").await.has(&format!("main a[href='{PAGE}']")));
    site.add_account(EMAIL).await;
    for _ in 0..30 {
        site.visitor().try_to_sign_in("/connexion", EMAIL, WRONG).await.is(422);
    }
    assert_eq!(lines(&admin, "?acte=sign_in_failed&page=2").await.len(), 30 - lines(&admin, "?acte=sign_in_failed").await.len());
    for (query, found) in [
        ("?acte=sign_in_failed&du=2026-11-23", true),
        ("?acte=sign_in_failed&au=2026-11-23", true),
        ("?acte=sign_in_failed&du=2026-11-24", false),
        ("?acte=sign_in_failed&au=2026-11-22", false),
        ("?acte=sign_in_failed&personne=marc", true),
        ("?acte=sign_in_failed&personne=odile", false),
        ("?acte=sign_in_failed&du=23/11/2026&au=23+novembre+2026", true),
        ("?acte=inconnu&du=hier", false),
    ] {
        assert_eq!(!lines(&admin, query).await.is_empty(), found, "{query}");
    }
    for (query, said) in [
        ("?du=hier", "Cette date n’est pas valide. Exemple : 31/01/2027"),
        ("?du=24/11/2026&au=23/11/2026", "Cette date précède celle du début de la période."),
    ] {
        let page = admin.open(&format!("{PAGE}{query}")).await;
        assert_eq!(page.errors(), [said], "{query}");
    }
    assert_eq!(admin.open(&format!("{PAGE}?du=hier")).await.value("du"), "hier");
    site.pass(24 * 366);
    site.app.habilitation.purge().await.expect("purged");
    let admin = site.administrator(ADMIN).await;
    assert_eq!(events(&admin, "").await.len(), 2, "the password and the sign-in of just now");
}
