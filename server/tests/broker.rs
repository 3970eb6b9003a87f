//! The broker over HTTP, as a browser and a service meet it: pages, cookies, headers, status codes. The rules
//! themselves are tested in the broker's own tests.

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc};

use broker::{FRANCECONNECT, NewClient, RegisteredClient};
use domain::{clock::SystemEntropy, ports::Environment};
use habilis::{
    Process,
    config::Config,
    serve::{self, Senses},
};
use reqwest::{Client, Response, StatusCode, header};
use scraper::{Html, Selector};
use serde_json::Value;
use tempfile::TempDir;
use testkit::{ManualClock, TestDatabase};
use tokio::net::TcpListener;

struct Site {
    app: Process,
    issuer: String,
    service: RegisteredClient,
    _database: TestDatabase,
    _data: TempDir,
}

const SERVICE: &str = "http://localhost:4567/retour";

impl Site {
    async fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let database = TestDatabase::create().await;
        let data = tempfile::tempdir().expect("a temporary directory");
        let values = testkit::settings(&format!("http://{address}"), database.url(), data.path());
        let config = Config::from_values(&values, Vec::new()).expect("valid configuration");
        testkit::migrated(&config.database_url).await;
        let senses = Senses { clock: Arc::new(ManualClock::default()), entropy: Arc::new(SystemEntropy) };
        let app = serve::build(config, senses).await.expect("built");
        let new = NewClient {
            name: "Portail <test>".to_owned(),
            redirect_uris: vec![SERVICE.to_owned()],
            post_logout_redirect_uris: vec!["http://localhost:4567/fin".to_owned()],
            scopes: vec!["given_name".to_owned(), "email".to_owned(), "cnaf_quotient_familial".to_owned()],
        };
        let issuer = app.broker.issuer(FRANCECONNECT, Environment::Sandbox).expect("shipped");
        let service = issuer.add_client(new).await.expect("valid client");
        tokio::spawn(serve::run(app.clone(), listener, std::future::pending()));
        let issuer = issuer.url();
        Self { issuer, app, service, _database: database, _data: data }
    }

    fn authorize_parameters(&self) -> Vec<(&str, &str)> {
        vec![
            ("client_id", &self.service.client_id),
            ("redirect_uri", SERVICE),
            ("response_type", "code"),
            ("scope", "openid given_name email cnaf_quotient_familial"),
            ("acr_values", "eidas1"),
            ("state", "e"),
            ("nonce", "0123456789abcdefghijklmnop"),
        ]
    }

    fn authorize_url(&self, replaced: &[(&str, &str)]) -> String {
        let kept: Vec<_> = self.authorize_parameters().into_iter().filter(|(name, _)| !replaced.iter().any(|(other, _)| other == name)).collect();
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).extend_pairs(replaced).finish();
        format!("{}/authorize?{query}", self.issuer)
    }

    /// Obtains a code by going through every page; checks what pages say on the way.
    async fn code(&self, browser: &Client) -> String {
        let mire = follow(browser, get(browser, &self.authorize_url(&[])).await).await;
        assert_eq!(mire.title, "Choisissez comment vous identifier");
        let login = follow(browser, mire.submit(browser, self, "redirect-to-idp", &[("idp", "identite-demonstration")]).await).await;
        assert_eq!(login.title, "Connexion à Identité de démonstration");
        let wrong = login.submit(browser, self, "login", &[("login", "test"), ("password", "faux")]).await;
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let information = follow(browser, login.submit(browser, self, "login", &[("login", "test"), ("password", "123")]).await).await;
        assert_eq!(information.title, "Vos données transmises au service");
        assert!(information.text.contains("Prénom(s)") && information.text.contains("uotient familial"), "{}", information.text);
        assert!(information.policy.contains("form-action 'self' http://localhost:4567;"), "{}", information.policy);
        let answer = information.submit(browser, self, "/login", &[]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let location = url::Url::parse(&location(&answer)).expect("an address");
        assert!(location.as_str().starts_with(SERVICE));
        let parameters: BTreeMap<String, String> = location.query_pairs().into_owned().collect();
        assert_eq!((parameters["state"].as_str(), parameters["iss"].as_str()), ("e", self.issuer.as_str()));
        parameters["code"].clone()
    }
}

struct Page {
    url: String,
    title: String,
    text: String,
    policy: String,
    html: String,
}

impl Page {
    async fn read(response: Response) -> Self {
        let url = response.url().to_string();
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("ASCII").to_owned();
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        let html = response.text().await.expect("text");
        assert!(!html.contains("<script") && !html.contains(" style="), "nothing inline");
        let (title, text) = {
            let page = Html::parse_document(&html);
            let of = |selector: &str| {
                let selector = Selector::parse(selector).expect("valid");
                page.select(&selector).flat_map(|node| node.text()).collect::<String>().trim().to_owned()
            };
            (of("h1"), of("main"))
        };
        Self { url, title, text, policy, html }
    }

    /// Posts the form whose action ends with `action`: its hidden fields, and what was typed.
    async fn submit(&self, browser: &Client, site: &Site, action: &str, typed: &[(&str, &str)]) -> Response {
        let (to, fields) = {
            let page = Html::parse_document(&self.html);
            let forms = Selector::parse("form").expect("valid");
            let hidden = Selector::parse("input[type=hidden]").expect("valid");
            let form = page.select(&forms).find(|form| form.value().attr("action").is_some_and(|to| to.ends_with(action))).expect(action);
            let field = |input: scraper::ElementRef<'_>| {
                (input.value().attr("name").unwrap_or_default().to_owned(), input.value().attr("value").unwrap_or_default().to_owned())
            };
            let fields: Vec<(String, String)> = form.select(&hidden).map(field).collect();
            (form.value().attr("action").unwrap_or_default().to_owned(), fields)
        };
        let fields: Vec<(String, String)> = fields.into_iter().chain(typed.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))).collect();
        assert!(self.url.starts_with(&site.app.cx.base_url));
        browser.post(site.app.cx.url(&to)).header("sec-fetch-site", "same-origin").form(&fields).send().await.expect("answered")
    }
}

#[expect(clippy::disallowed_methods, reason = "a browser of its own for each test")]
fn browser() -> Client {
    Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

async fn get(browser: &Client, url: &str) -> Response {
    browser.get(url).send().await.expect("answered")
}

/// Follows redirections to a page.
async fn follow(browser: &Client, mut response: Response) -> Page {
    for _ in 0..10 {
        if response.status() != StatusCode::SEE_OTHER {
            assert_eq!(response.status(), StatusCode::OK, "{}", response.url());
            return Page::read(response).await;
        }
        let next = response.url().join(&location(&response)).expect("an address");
        response = get(browser, next.as_str()).await;
    }
    panic!("redirections without end");
}

fn location(response: &Response) -> String {
    response.headers()[header::LOCATION].to_str().expect("ASCII").to_owned()
}

#[tokio::test]
async fn from_the_service_and_back_with_claims() {
    let site = Site::new().await;
    let browser = browser();
    let code = site.code(&browser).await;
    let machine = self::browser();
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", SERVICE)];
    let token = machine.post(format!("{}/token", site.issuer)).basic_auth(&site.service.client_id, Some(&site.service.client_secret));
    let answer = token.header("origin", "https://ailleurs.example").form(&form).send().await.expect("answered");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    assert!(answer.headers().get(header::SET_COOKIE).is_none());
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(5));

    let bearer = answer["access_token"].as_str().expect("text");
    for request in [machine.get(format!("{}/userinfo", site.issuer)), machine.post(format!("{}/userinfo", site.issuer))] {
        let userinfo = request.bearer_auth(bearer).send().await.expect("answered");
        assert_eq!(userinfo.headers()[header::CONTENT_TYPE], "application/jwt");
        let jwks: oidc::Jwks = get(&machine, &format!("{}/jwks", site.issuer)).await.json().await.expect("keys");
        let expected = oidc::jose::Expected { issuer: &site.issuer, audience: Some(&site.service.client_id), now: None, expires: true };
        let claims: Value = oidc::jose::verify(&userinfo.text().await.expect("text"), &jwks, expected).expect("signed");
        assert_eq!(claims["given_name"], "Angela Claire Louise");
        assert!(claims.get("family_name").is_none());
    }

    let end = format!("{}/session/end?id_token_hint={}&state=s", site.issuer, answer["id_token"].as_str().expect("text"));
    let back = get(&browser, &format!("{end}&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A4567%2Ffin")).await;
    assert_eq!((back.status(), location(&back).as_str()), (StatusCode::SEE_OTHER, "http://localhost:4567/fin?state=s"));
    let here = Page::read(get(&browser, &end).await).await;
    assert_eq!(here.title, "Vous êtes déconnecté");
}

#[tokio::test]
async fn discovery_is_public_and_true() {
    let site = Site::new().await;
    let client = browser();
    let answer = get(&client, &format!("{}/.well-known/openid-configuration", site.issuer)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers().get(header::SET_COOKIE).is_none());
    let document: Value = answer.json().await.expect("JSON");
    assert_eq!(document["acr_values_supported"], serde_json::json!(["eidas1"]));
    assert!(
        !document.to_string().contains("offline_access")
            && !document.to_string().contains("backchannel")
            && !document.to_string().contains("encryption")
    );
    let endpoints: Vec<&str> = document
        .as_object()
        .expect("object")
        .iter()
        .filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri")
        .filter_map(|(_, url)| url.as_str())
        .collect();
    assert_eq!(endpoints.len(), 6);
    for url in endpoints {
        assert_ne!(get(&client, url).await.status(), StatusCode::NOT_FOUND, "{url}");
    }
}

#[tokio::test]
async fn what_services_send_never_breaks_anything() {
    let site = Site::new().await;
    let client = browser();
    let long = "x".repeat(20_000);
    for (parameter, value) in [
        ("nonce", "court"),
        ("prompt", "none"),
        ("client_id", "inconnu"),
        ("redirect_uri", "https://ailleurs.example/"),
        ("state", "\0"),
        ("state", &long),
    ] {
        let refused = get(&client, &site.authorize_url(&[(parameter, value)])).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{parameter}");
        let page = Page::read(refused).await;
        assert_eq!(page.title, "Une erreur s’est produite");
        assert!(!page.html.contains("<form"), "no way back for {parameter}");
    }
    let scope = get(&client, &site.authorize_url(&[("scope", "openid gender")])).await;
    assert!(location(&scope).starts_with(&format!("{SERVICE}?error=invalid_scope&")));

    let token = format!("{}/token", site.issuer);
    let wrong = client.post(&token).basic_auth("inconnu", Some("x")).form(&[("grant_type", "authorization_code")]).send().await.expect("answered");
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.json::<Value>().await.expect("JSON")["error"], "invalid_client");
    let huge = client.post(&token).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body("x".repeat(10 << 20)).send().await;
    assert!(huge.is_err() || huge.is_ok_and(|answer| answer.status().is_client_error()));
    for body in ["a=%ff", "%00=1", "grant_type=authorization_code&grant_type=x", ""] {
        let request = client.post(&token).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        assert!(request.send().await.expect("answered").status().is_client_error(), "{body}");
    }
    let json = client.post(&token).json(&serde_json::json!({"grant_type": 1})).send().await.expect("answered");
    assert!(json.status().is_client_error());
    let userinfo = client.get(format!("{}/userinfo", site.issuer)).bearer_auth("inconnu").send().await.expect("answered");
    assert_eq!(userinfo.status(), StatusCode::UNAUTHORIZED);
    for path in ["/interaction/x", "/interaction/%FF/consent", "/interaction/x/verify", "/oidc-callback?state=x", "/oidc-callback"] {
        assert!(get(&client, &format!("{}{path}", site.issuer)).await.status().is_client_error(), "{path}");
    }
}

#[tokio::test]
async fn posts_from_elsewhere() {
    let site = Site::new().await;
    let client = browser();
    let parameters = site.authorize_parameters();
    let posted =
        client.post(format!("{}/authorize", site.issuer)).header("sec-fetch-site", "cross-site").form(&parameters).send().await.expect("answered");
    assert_eq!(posted.status(), StatusCode::SEE_OTHER);
    assert!(posted.headers().get(header::SET_COOKIE).is_none(), "asked again by GET, which brings the cookie");
    let mire = follow(&client, posted).await;
    assert_eq!(mire.title, "Choisissez comment vous identifier");
    let chosen = client.post(format!("{}/redirect-to-idp", site.issuer)).header("sec-fetch-site", "cross-site").form(&[("idp", "x")]).send().await;
    assert_eq!(chosen.expect("answered").status(), StatusCode::FORBIDDEN);
    let left = mire.submit(&client, &site, "redirect-to-sp-with-error", &[]).await;
    assert!(location(&left).starts_with(&format!("{SERVICE}?error=access_denied&")), "{}", location(&left));
}
