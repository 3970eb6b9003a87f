//! Which requests of services are taken, and how approvals make clients.

mod support;

use domain::{
    events::{DataRights, ServiceRights},
    form::Answers,
    ids::{HabilitationId, RequestId},
    ports::Environment,
    siret::Siret,
};
use store::{
    account::{self, Account},
    organisation,
    request::{self, NewRequest},
};
use support::*;

#[tokio::test]
async fn requests_that_stop_on_our_page() {
    let world = World::new().await;
    let service = world.service("portail", &["email"]).await;
    for (parameter, value, code) in [
        ("client_id", "ABSENT", "Y030007"),
        ("redirect_uri", "ABSENT", "Y030007"),
        ("response_type", "ABSENT", "Y030007"),
        ("scope", "ABSENT", "Y030007"),
        ("acr_values", "ABSENT", "Y030007"),
        ("state", "ABSENT", "Y030007"),
        ("nonce", "ABSENT", "Y030007"),
        ("nonce", "012345678901234567890", "Y030007"),
        ("prompt", "none", "Y030007"),
        ("claims", "{", "Y030028"),
        ("claims", r#"{"id_token":{"amr":{"essential":true}}}"#, "Y030009"),
        ("client_id", "inconnu", "Y04A586"),
        ("redirect_uri", "https://portail.exemple.fr/ailleurs", "Y046350"),
    ] {
        let refused = world.authorize(&mut Browser::default(), &service, &[(parameter, value)]).await;
        let page = world.broker.page(refused.expect_err(parameter));
        assert_eq!((page.code, page.status, page.back), (code, 400, None), "{parameter}={value}");
        assert!(page.message.contains(parameter), "{}", page.message);
    }
}

#[tokio::test]
async fn requests_answered_to_the_service() {
    let world = World::new().await;
    let service = world.service("portail", &["email"]).await;
    for (parameter, value, error) in [
        ("scope", "openid gender", "invalid_scope"),
        ("scope", "email", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("acr_values", "eidas3", "invalid_acr"),
        ("idp_hint", "inconnu", "invalid_idp_hint"),
    ] {
        let answer = to_service(world.authorize(&mut Browser::default(), &service, &[(parameter, value)]).await.expect("answered"));
        assert_eq!((answer["error"].as_str(), answer["state"].as_str()), (error, "etat é&"), "{parameter}={value}");
    }
}

#[tokio::test]
async fn a_hint_skips_the_choice_and_amr_comes_to_who_may_ask() {
    let world = World::new().await;
    let service = world.service("portail", &["amr"]).await;
    let location = continued(world.authorize(&mut Browser::default(), &service, &[("idp_hint", "identite-demonstration")]).await.expect("accepted"));
    assert!(location.contains("/fournisseur-identite-simule/authorize?"), "{location}");
    let asked = ("claims", r#"{"id_token":{"amr":{"essential":true}}}"#);
    let code = world.code(&mut Browser::default(), &service, "test", &[asked]).await;
    let tokens = world.exchange(&service, &code, &[]).await.expect("exchanged");
    let jwks = world.issuer().jwks().await.expect("keys");
    let issuer = world.issuer().url();
    let expected = oidc::jose::Expected { issuer: &issuer, audience: None, now: None, expires: true };
    let claims: serde_json::Value = oidc::jose::verify(&tokens.id_token, &jwks, expected).expect("signed by us");
    assert_eq!(claims["amr"], serde_json::json!(["fc", "pwd"]));
}

#[tokio::test]
async fn a_credential_of_one_environment_is_unknown_in_the_other() {
    let world = World::new().await;
    let service = world.service("portail", &[]).await;
    let code = world.code(&mut Browser::default(), &service, "test", &[]).await;
    let tokens = world.exchange(&service, &code, &[]).await.expect("exchanged");
    let production = world.broker.issuer(broker::FRANCECONNECT, Environment::Production).expect("shipped").userinfo(Some(&tokens.access_token)).await;
    assert_eq!(production.expect_err("unknown there").error, oidc::Code::InvalidToken);
}

/// A service that went through the whole review: request and habilitation exist.
fn rights(service: RequestId, revision: i64, granted: bool, data: &[&str]) -> ServiceRights {
    let habilitation = HabilitationId(service.0);
    ServiceRights {
        request: service,
        revision,
        habilitation: granted.then_some(habilitation),
        service_name: format!("Portail {revision}"),
        organisation_name: "Ville d’Exemple".to_owned(),
        siret: Siret::parse("21750001600019").expect("valid"),
        identity_scopes: vec!["openid".to_owned(), "email".to_owned()],
        data: vec![DataRights {
            habilitation,
            catalogue_service: "api-particulier".to_owned(),
            siret: Siret::parse("21750001600019").expect("valid"),
            scopes: data.iter().map(|scope| (*scope).to_owned()).collect(),
        }],
    }
}

#[tokio::test]
async fn an_approval_makes_one_client_whatever_the_order_of_events() {
    let world = World::new().await;
    let cx = &world.fixture.cx;
    let service = request_row(&world).await;
    let apply = async |revision, granted, data: &[&str]| {
        world.broker.on_rights_changed(&rights(service, revision, granted, data)).await.expect("applied");
        let clients = store::client::of_request(&cx.db, service).await.expect("read");
        assert_eq!(clients.len(), 1);
        clients.into_iter().next().expect("one")
    };
    let first = apply(1, true, &[]).await;
    assert_eq!((first.client_id.len(), first.sector.len(), first.active, first.secret_unseen), (64, 64, true, true));
    assert_eq!(first.scopes, ["openid", "email"]);
    assert_eq!(apply(1, true, &[]).await, first, "a replay changes nothing");
    let third = apply(3, true, &["cnaf_quotient_familial"]).await;
    assert_eq!(third.scopes, ["openid", "email", "cnaf_quotient_familial"]);
    assert_eq!(apply(2, true, &[]).await, third, "a late event changes nothing");
    assert!(!apply(4, false, &[]).await.active);
    let secret = store::client::reveal_secret(cx, &cx.db, first.id).await.expect("read").expect("once");
    assert_eq!(store::hash_token(&secret), first.secret_hash);
}

/// The least a request needs to exist, for the client's reference to it.
async fn request_row(world: &World) -> RequestId {
    let cx = &world.fixture.cx;
    let applicant = Account {
        id: cx.new_id(),
        email: "camille@courriel.example".to_owned(),
        given_name: "Camille".to_owned(),
        family_name: "Martin".to_owned(),
        phone: String::new(),
        password_hash: None,
        email_confirmed_at: None,
        admin: false,
        suspended: None,
    };
    account::create(&cx.db, &applicant, cx.now()).await.expect("kept");
    let siret = Siret::parse("21750001600019").expect("valid");
    let organisation = organisation::upsert(&cx.db, cx.new_id(), &siret, None, cx.now()).await.expect("kept");
    let (id, answers) = (cx.new_id(), Answers::default());
    let new = NewRequest {
        id,
        service: "franceconnect",
        variant: None,
        with_service: None,
        catalogue_version: 1,
        begun_version: None,
        organisation: organisation.id,
        applicant: applicant.id,
        relies_on: None,
        continues: None,
        title: "",
        folded: "",
        answers: &answers,
    };
    request::create(&cx.db, new, cx.now()).await.expect("kept");
    id
}

#[tokio::test]
async fn a_realm_is_added_at_run_time_from_a_file() {
    let world = World::new().await;
    let service = world.service("portail", &["email"]).await;
    assert!(world.broker.issuer("communes", ENV).is_none());
    let mut files = catalogue::shipped_files();
    let text = files.realms[0].text.replace("slug = \"franceconnect\"", "slug = \"communes\"").replace("token_seconds = 60", "token_seconds = 120");
    files.realms.push(catalogue::Source { file: "realms/communes.toml", text: &text });
    world.fixture.cx.catalogue.publish(catalogue::load(&files).expect("a right file"));

    let added = world.broker.issuer("communes", ENV).expect("at once, without restarting");
    assert_eq!(added.url(), format!("{}/communes/sandbox/api/v2", world.fixture.cx.base_url));
    assert_eq!((added.metadata().issuer, added.realm().token().as_secs()), (added.url(), 120));
    let keys = async |issuer: &broker::Issuer| serde_json::to_string(&issuer.jwks().await.expect("keys")).expect("JSON");
    assert_ne!(keys(&added).await, keys(&world.issuer()).await, "its own keys");
    assert_ne!(added.cookie(), world.issuer().cookie());
    let stranger = [("client_id", service.keys.client_id.as_str()), ("client_secret", &service.keys.client_secret), ("token", "x")];
    let refused = added.revoke(None, &stranger.into_iter().collect()).await.expect_err("a client of another realm");
    assert_eq!(refused.error, oidc::Code::InvalidClient);
}
