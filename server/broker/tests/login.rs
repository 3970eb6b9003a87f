//! A citizen's login from end to end, and the ways in which it must not work.

mod support;

use std::time::Duration;

use oidc::{
    Params,
    jose::{self, Expected},
};
use serde_json::{Value, json};
use store::{ConnectionTrait, Statement};
use support::*;

#[tokio::test]
async fn a_citizen_is_known_to_the_service() {
    let world = World::new().await;
    let service = world.service("portail", &["given_name", "family_name", "birthdate", "birthplace", "birthcountry", "gender", "email"]).await;
    let mut browser = Browser::default();
    let (page, agreed) = world.identified(&mut browser, &service, "test", &[]).await;
    assert_eq!(page.provider, "Identité de démonstration");
    assert_eq!(page.identity.len(), 7);
    assert!(page.data.is_empty());
    assert_eq!(page.back.origin.as_deref(), Some("https://portail.exemple.fr"));
    let code = world.confirmed(&browser, &agreed).await;
    let tokens = world.exchange(&service, &code, &[]).await.expect("exchanged");
    let members = serde_json::to_value(&tokens).expect("JSON");
    let mut names: Vec<&str> = members.as_object().expect("object").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["access_token", "expires_in", "id_token", "scope", "token_type"]);
    assert_eq!((tokens.expires_in, tokens.token_type.as_str()), (60, "Bearer"));

    let jwks = world.issuer().jwks().await.expect("keys");
    let issuer = world.issuer().url();
    let now = world.fixture.cx.now().as_second();
    let expected = Expected { issuer: &issuer, audience: Some(&service.keys.client_id), now: Some(now), expires: true };
    let id_token: Value = jose::verify(&tokens.id_token, &jwks, expected).expect("signed by us");
    assert_eq!(id_token["nonce"], NONCE);
    assert_eq!(id_token["acr"], "eidas1");
    assert_eq!(id_token["at_hash"], jose::at_hash(&tokens.access_token));
    assert_eq!(id_token["exp"], now + 60);
    assert!(id_token.get("amr").is_none());
    let sub = id_token["sub"].as_str().expect("text");
    assert!(sub.len() == 66 && sub.ends_with("v1") && sub[..64].bytes().all(|b| b.is_ascii_hexdigit()), "{sub}");

    let userinfo = world.issuer().userinfo(Some(&tokens.access_token)).await.expect("active");
    let mut claims: Value = jose::verify(&userinfo, &jwks, expected).expect("signed by us");
    assert_eq!(claims["sub"], sub);
    for member in ["sub", "iss", "aud", "iat", "exp"] {
        claims.as_object_mut().expect("object").remove(member).expect(member);
    }
    assert_eq!(
        claims,
        json!({
            "given_name": "Angela Claire Louise", "given_name_array": ["Angela", "Claire", "Louise"], "family_name": "DUBOIS", "gender": "female",
            "birthdate": "1962-08-24", "birthplace": "75107", "birthcountry": "99100", "email": "test@courriel.example",
        })
    );

    let seen = world.introspect(&tokens.access_token).await.expect("active");
    assert_eq!((seen.sub.as_str(), seen.identity.family_name.as_str()), (sub, "DUBOIS"));
    world.fixture.clock.advance(Duration::from_secs(61));
    assert!(world.introspect(&tokens.access_token).await.is_none());
}

#[tokio::test]
async fn what_is_unknown_abroad_is_padded_or_empty() {
    let world = World::new().await;
    let identity = world.identity("étranger_présumé_né_jour_et_mois").await;
    assert_eq!((identity.birthdate.padded().as_str(), identity.birthplace.as_str()), ("1992-01-01", ""));
}

#[tokio::test]
async fn a_code_opens_once_for_one_client_in_time() {
    let world = World::new().await;
    let service = world.service("portail", &["email"]).await;
    let other = world.service("autre", &["email"]).await;
    let fresh = async || world.code(&mut Browser::default(), &service, "test", &[]).await;
    use oidc::Code::*;

    let code = fresh().await;
    assert_eq!(world.exchange(&other, &code, &[]).await, Err(InvalidGrant), "another client");
    assert_eq!(world.exchange(&service, &code, &[("redirect_uri", "https://portail.exemple.fr/")]).await, Err(InvalidGrant));
    assert_eq!(world.exchange(&service, &code, &[("client_secret", "faux")]).await, Err(InvalidClient));
    assert_eq!(world.exchange(&service, &code, &[("client_id", "inconnu")]).await, Err(InvalidClient));
    assert_eq!(world.exchange(&service, &code, &[("grant_type", "password")]).await, Err(UnsupportedGrantType));
    assert_eq!(world.exchange(&service, &code, &[("code", "")]).await, Err(InvalidRequest));
    assert_eq!(world.exchange(&service, &code, &[("code_verifier", &"v".repeat(43))]).await, Err(InvalidGrant));
    let tokens = world.exchange(&service, &code, &[]).await.expect("none of these used it");
    assert_eq!(world.exchange(&service, &code, &[]).await, Err(InvalidGrant), "replay");
    assert!(world.introspect(&tokens.access_token).await.is_none(), "a replay takes back what the code gave");
    assert_eq!(world.issuer().userinfo(Some(&tokens.access_token)).await.expect_err("revoked").error, InvalidToken);

    let late = fresh().await;
    world.fixture.clock.advance(Duration::from_secs(30));
    assert_eq!(world.exchange(&service, &late, &[]).await, Err(InvalidGrant), "30 s");

    let challenge = ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let code = world.code(&mut Browser::default(), &service, "test", &[challenge, ("code_challenge_method", "S256")]).await;
    assert_eq!(world.exchange(&service, &code, &[]).await, Err(InvalidGrant), "no verifier");
    assert_eq!(world.exchange(&service, &code, &[("code_verifier", &"v".repeat(43))]).await, Err(InvalidGrant), "wrong verifier");
    let right = ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert!(world.exchange(&service, &code, &[right]).await.is_ok());
}

#[tokio::test]
async fn a_revoked_token_says_nothing() {
    let world = World::new().await;
    let service = world.service("portail", &["email"]).await;
    let other = world.service("autre", &[]).await;
    let code = world.code(&mut Browser::default(), &service, "test", &[]).await;
    let token = world.exchange(&service, &code, &[]).await.expect("exchanged").access_token;
    let by = |service: &Service| {
        let keys = &service.keys;
        Params::from_iter([("token", token.as_str()), ("client_id", &keys.client_id), ("client_secret", &keys.client_secret)])
    };
    world.issuer().revoke(None, &by(&other)).await.expect("answered alike");
    assert!(world.introspect(&token).await.is_some(), "not by another client");
    world.issuer().revoke(None, &by(&service)).await.expect("revoked");
    assert!(world.introspect(&token).await.is_none());
}

#[tokio::test]
async fn the_second_service_needs_no_second_login_until_the_logout() {
    let world = World::new().await;
    let (first, second) = (world.service("premier", &["email"]).await, world.service("second", &[]).await);
    let mut browser = Browser::default();
    let code = world.code(&mut browser, &first, "test", &[]).await;
    let tokens = world.exchange(&first, &code, &[]).await.expect("exchanged");
    let location = continued(world.authorize(&mut browser, &second, &[]).await.expect("accepted"));
    assert!(location.ends_with("/verify"), "{location}");
    let (page, agreed) = world.information(&browser, &location).await;
    assert!(page.is_anonymous());
    let code = world.confirmed(&browser, &agreed).await;
    let others = world.exchange(&second, &code, &[]).await.expect("exchanged");
    let sub = async |token: &str| world.introspect(token).await.expect("active").sub;
    assert_ne!(sub(&tokens.access_token).await, sub(&others.access_token).await, "pairwise");

    let end = |to: &str| Params::from_iter([("id_token_hint", tokens.id_token.as_str()), ("state", "s"), ("post_logout_redirect_uri", to)]);
    let foreign = world.issuer().end_session(&end("https://second.exemple.fr/fin"), browser.cookie.as_deref(), false).await;
    assert_eq!(world.refused(foreign), ("Y046350", 400, false));
    let forged = Params::from_iter([("id_token_hint", "a.b.c")]);
    assert_eq!(world.refused(world.issuer().end_session(&forged, browser.cookie.as_deref(), false).await), ("Y000019", 400, false));
    let ended = world.issuer().end_session(&end("https://premier.exemple.fr/fin"), browser.cookie.as_deref(), false).await;
    let ended = ended.expect("ended");
    assert_eq!((ended.next, ended.over), (broker::Ended::ToService("https://premier.exemple.fr/fin?state=s".to_owned()), true));
    let location = continued(world.authorize(&mut browser, &second, &[]).await.expect("accepted"));
    assert!(!location.ends_with("/verify"), "asked again");
    assert!(world.introspect(&tokens.access_token).await.is_none(), "the logout takes tokens back");
}

#[tokio::test]
async fn a_login_that_stopped_before_the_agreement_serves_nobody_else() {
    let world = World::new().await;
    let (first, second) = (world.service("premier", &[]).await, world.service("second", &[]).await);
    let mut browser = Browser::default();
    world.identified(&mut browser, &first, "test", &[]).await;
    world.at_mire(&mut browser, &second, &[]).await;
}

#[tokio::test]
async fn identities_that_cannot_be_accepted() {
    let world = World::new().await;
    let service = world.service("portail", &["email"]).await;
    for (login, expected) in [
        ("sans_prenom", ("Y000006", 400, true)),
        ("sans_nom_naissance", ("Y000006", 400, true)),
        ("sans_mail", ("Y000006", 400, true)),
        ("sans_genre", ("Y000006", 400, true)),
        ("test_INVALID_COG", ("Y000006", 400, true)),
        ("Désactivé", ("Y180001", 403, true)),
    ] {
        let mut browser = Browser::default();
        let mire = world.at_mire(&mut browser, &service, &[]).await;
        let back = world.at_provider(&browser, &mire, login).await;
        let refused = world.callback(&mut browser, &back).await;
        assert_eq!(world.refused(refused), expected, "{login}");
        let left = world.issuer().abort(&with(&mire, "reason", "error"), browser.cookie.as_deref()).await.expect("back to the service");
        assert_eq!(query(&left).one("error"), Ok(Some("server_error")));
    }
}

#[tokio::test]
async fn giving_up_tells_the_service() {
    let world = World::new().await;
    let service = world.service("portail", &[]).await;
    let mut browser = Browser::default();
    let mire = world.at_mire(&mut browser, &service, &[]).await;
    let left = query(&world.issuer().abort(&mire, browser.cookie.as_deref()).await.expect("back to the service"));
    assert_eq!(left.one("error"), Ok(Some("access_denied")));
    assert_eq!(left.one("state"), Ok(Some("etat é&")));
    assert_eq!(world.refused(world.issuer().choose(&with(&mire, "idp", "identite-demonstration"), browser.cookie.as_deref()).await).0, "Y420001");
}

#[tokio::test]
async fn a_provider_that_refuses_leads_back_to_the_choice() {
    let world = World::new().await;
    let service = world.service("portail", &[]).await;
    let mut browser = Browser::default();
    let mire = world.at_mire(&mut browser, &service, &[]).await;
    let mut back = world.at_provider(&browser, &mire, "test").await;
    let state = back.one("state").expect("once").expect("a state").to_owned();
    let iss = world.broker.simulated().issuer();
    back = Params::from_iter([("error", "access_denied"), ("state", state.as_str()), ("iss", &iss)]);
    let location = world.callback(&mut browser, &back).await.expect("back");
    assert!(location.ends_with("?echec=identite-demonstration"), "{location}");
    let again = world.at_provider(&browser, &mire, "test").await;
    assert!(world.callback(&mut browser, &again).await.is_ok());
}

#[tokio::test]
async fn a_login_belongs_to_one_browser_and_goes_one_way() {
    let world = World::new().await;
    let service = world.service("portail", &[]).await;
    let (mut browser, mut thief) = (Browser::default(), Browser::default());
    let mire = world.at_mire(&mut browser, &service, &[]).await;
    world.at_mire(&mut thief, &service, &[]).await;
    let chosen = with(&mire, "idp", "identite-demonstration");
    assert_eq!(world.refused(world.issuer().choose(&chosen, None).await), ("Y190001", 401, false));
    assert_eq!(world.refused(world.issuer().choose(&chosen, thief.cookie.as_deref()).await), ("Y190001", 401, false));
    let flow = mire.one("flow").expect("once").expect("a flow");
    assert_eq!(world.refused(world.issuer().choose(&with(&form(flow, "faux"), "idp", "x"), browser.cookie.as_deref()).await).0, "Y470001");
    assert_eq!(world.refused(world.issuer().choose(&Params::from_iter([("flow", flow)]), browser.cookie.as_deref()).await).0, "Y470002");
    assert_eq!(world.refused(world.issuer().choose(&with(&mire, "idp", "inconnu"), browser.cookie.as_deref()).await), ("Y020019", 400, true));
    assert_eq!(world.refused(world.issuer().information(flow, browser.cookie.as_deref()).await), ("Y000004", 403, true));
    assert_eq!(world.refused(world.issuer().confirm(&mire, browser.cookie.as_deref()).await), ("Y000004", 403, true));

    let back = world.at_provider(&browser, &mire, "test").await;
    assert_eq!(world.refused(world.callback(&mut thief, &back).await), ("Y020022", 403, false));
    assert_eq!(world.refused(world.callback(&mut Browser::default(), &back).await), ("Y420002", 401, false));
    assert_eq!(world.refused(world.callback(&mut browser, &Params::from_iter([("code", "x")])).await), ("Y020021", 400, false));
    let state = back.one("state").expect("once").expect("a state");
    let iss = world.broker.simulated().issuer();
    let from_it =
        |code: Option<&'static str>| Params::from_iter([("state", state), ("iss", &iss)].into_iter().chain(code.map(|code| ("code", code))));
    assert_eq!(world.refused(world.callback(&mut browser, &from_it(None)).await), ("Y020025", 400, true));
    assert_eq!(world.refused(world.callback(&mut browser, &from_it(Some("x"))).await), ("Y020026", 502, true));
    let unnamed = Params::from_iter([("state", state), ("code", "x")]);
    assert_eq!(world.refused(world.callback(&mut browser, &unnamed).await), ("Y020022", 403, true), "the provider always names itself");
    let mixed = Params::from_iter([("state", state), ("code", "x"), ("iss", "https://autre.example")]);
    assert_eq!(world.refused(world.callback(&mut browser, &mixed).await), ("Y020022", 403, true));

    let before = browser.clone();
    world.callback(&mut browser, &back).await.expect("identified");
    assert_eq!(world.refused(world.issuer().information(flow, before.cookie.as_deref()).await).0, "Y190001", "the former name opens nothing");
    let location = world.issuer().confirm(&mire, browser.cookie.as_deref()).await.expect("confirmed");
    assert!(location.contains("code="));
    assert_eq!(world.refused(world.issuer().confirm(&mire, browser.cookie.as_deref()).await).0, "Y420001", "one code a login");

    let mire = world.at_mire(&mut thief, &service, &[]).await;
    world.fixture.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(world.refused(world.issuer().choose(&mire, thief.cookie.as_deref()).await).0, "Y190001", "30 minutes");
}

/// What a thief of the database would read: the file, or every row of every table.
async fn stored_bytes(world: &World) -> Vec<u8> {
    if let Some(path) = world.fixture.database.url().strip_prefix("sqlite://").and_then(|rest| rest.split('?').next()) {
        let read = |suffix: &str| std::fs::read(format!("{path}{suffix}")).unwrap_or_default();
        return [read(""), read("-wal")].concat();
    }
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let mut stored = Vec::new();
    for table in texts(world, tables.to_owned()).await {
        for row in texts(world, format!("SELECT t::text FROM \"{table}\" t")).await {
            stored.extend_from_slice(row.as_bytes());
            stored.push(b'\n');
        }
    }
    stored
}

async fn texts(world: &World, question: String) -> Vec<String> {
    let db = &world.fixture.cx.db;
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), question)).await.expect("read");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// As it is, or as PostgreSQL writes bytes.
fn holds(bytes: &[u8], text: &str) -> bool {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    [text, &hex].iter().any(|text| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn the_database_never_holds_an_identity_in_clear() {
    let world = World::new().await;
    let service = world.service("portail", &["family_name", "email"]).await;
    let code = world.code(&mut Browser::default(), &service, "test", &[]).await;
    let tokens = world.exchange(&service, &code, &[]).await.expect("exchanged");
    let bytes = stored_bytes(&world).await;
    assert!(holds(&bytes, "portail.exemple.fr"), "what is read is the right database");
    for secret in ["DUBOIS", "Angela", "test@courriel.example", "1962-08-24", &tokens.access_token, &code, &service.keys.client_secret] {
        assert!(!holds(&bytes, secret), "{secret}");
    }
}

#[tokio::test]
async fn everything_is_forgotten_in_time() {
    let world = World::new().await;
    let service = world.service("portail", &[]).await;
    let code = world.code(&mut Browser::default(), &service, "test", &[]).await;
    world.exchange(&service, &code, &[]).await.expect("exchanged");
    world.at_mire(&mut Browser::default(), &service, &[]).await;
    let pending = world.code(&mut Browser::default(), &service, "test", &[]).await;
    assert_eq!(world.broker.purge().await.expect("purged"), 0, "nothing is old");
    world.fixture.clock.advance(Duration::from_secs(61));
    assert_eq!(world.broker.purge().await.expect("purged"), 2, "a token, and the person of a code nobody came for");
    assert_eq!(world.exchange(&service, &pending, &[]).await, Err(oidc::Code::InvalidGrant));
    assert_eq!(world.exchange(&service, &code, &[]).await, Err(oidc::Code::InvalidGrant), "still recognised");
    world.fixture.clock.advance(Duration::from_secs(31 * 60));
    // Two codes, three flows, three sessions.
    assert_eq!(world.broker.purge().await.expect("purged"), 8);
    assert_eq!(world.broker.purge().await.expect("purged"), 0);
}
