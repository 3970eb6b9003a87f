//! A broker on a real database, and its simulated identity provider behind a real listener. The citizen's browser
//! is played by calls to the use cases.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{RawForm, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use broker::{Authorized, Broker, FRANCECONNECT, Information, Issuer, MireOrNext, NewClient, Refusal, RegisteredClient, simulated::LoginOutcome};
use domain::{
    pivot::PivotIdentity,
    ports::{AccessTokens, Environment, Introspection},
    routes::realms::SIMULATED_IDENTITY_PROVIDER,
};
use oidc::{
    Code, Params,
    token::{TokenAnswer, bearer},
};
use testkit::Fixture;

pub const ENV: Environment = Environment::Sandbox;
pub const NONCE: &str = "0123456789abcdefghijklmnop";

pub struct World {
    pub broker: Broker,
    pub fixture: Fixture,
}

/// What a browser keeps.
#[derive(Default, Clone, Debug)]
pub struct Browser {
    pub cookie: Option<String>,
}

pub struct Service {
    pub keys: RegisteredClient,
    pub redirect_uri: String,
    pub scope: String,
}

impl World {
    pub async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let fixture = Fixture::at(&format!("http://{address}")).await;
        let broker = Broker::new(fixture.cx.clone(), http());
        let router = simulated(broker.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { broker, fixture }
    }

    pub fn issuer(&self) -> Issuer {
        self.broker.issuer(FRANCECONNECT, ENV).expect("a shipped realm")
    }

    pub async fn service(&self, name: &str, scopes: &[&str]) -> Service {
        let redirect_uri = format!("https://{name}.exemple.fr/retour");
        let new = NewClient {
            name: name.to_owned(),
            redirect_uris: vec![redirect_uri.clone()],
            post_logout_redirect_uris: vec![format!("https://{name}.exemple.fr/fin")],
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        };
        let keys = self.issuer().add_client(new).await.expect("valid client");
        let scope = ["openid"].iter().chain(scopes.iter().filter(|scope| **scope != "amr")).copied().collect::<Vec<_>>().join(" ");
        Service { keys, redirect_uri, scope }
    }

    pub async fn authorize(&self, browser: &mut Browser, service: &Service, more: &[(&str, &str)]) -> Result<Authorized, Refusal> {
        let mut pairs: Vec<(String, String)> = [
            ("client_id", service.keys.client_id.as_str()),
            ("redirect_uri", &service.redirect_uri),
            ("response_type", "code"),
            ("scope", &service.scope),
            ("acr_values", "eidas1"),
            ("state", "etat é&"),
            ("nonce", NONCE),
        ]
        .into_iter()
        .filter(|(name, _)| !more.iter().any(|(other, _)| other == name))
        .chain(more.iter().copied())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        pairs.retain(|(_, value)| value != "ABSENT");
        let answer = self.issuer().authorize(&pairs.into_iter().collect(), browser.cookie.as_deref(), false).await?;
        if let Authorized::Continue { session: Some(token), .. } = &answer {
            browser.cookie = Some(token.clone());
        }
        Ok(answer)
    }

    /// Up to the mire: its flow and form token.
    pub async fn at_mire(&self, browser: &mut Browser, service: &Service, more: &[(&str, &str)]) -> Params {
        let location = continued(self.authorize(browser, service, more).await.expect("accepted"));
        let flow = flow_of(&location);
        match self.issuer().mire(&flow, browser.cookie.as_deref(), None).await.expect("shown") {
            MireOrNext::Mire(mire) => form(&flow, &mire.back.csrf),
            MireOrNext::Next(location) => panic!("sent on to {location}"),
        }
    }

    /// From the mire to what comes back from the identity provider.
    pub async fn at_provider(&self, browser: &Browser, mire: &Params, login: &str) -> Params {
        let chosen = with(mire, "idp", "identite-demonstration");
        let location = self.issuer().choose(&chosen, browser.cookie.as_deref()).await.expect("chosen");
        assert!(location.starts_with(&self.fixture.cx.url(SIMULATED_IDENTITY_PROVIDER)), "{location}");
        let page = self.broker.simulated().authorize(&query(&location)).expect("login page");
        let typed = Params::from_iter([("request", page.request.as_str()), ("login", login), ("password", "123")]);
        match self.broker.simulated().login(&typed).expect("answered") {
            LoginOutcome::Location(location) => query(&location),
            LoginOutcome::Again(_) => panic!("{login} refused"),
        }
    }

    pub async fn callback(&self, browser: &mut Browser, params: &Params) -> Result<String, Refusal> {
        let returned = self.issuer().callback(params, browser.cookie.as_deref()).await?;
        if let Some(token) = returned.session {
            assert_ne!(browser.cookie.as_ref(), Some(&token), "the session has a new name");
            browser.cookie = Some(token);
        }
        Ok(returned.location)
    }

    /// The whole way to the information page.
    pub async fn identified(&self, browser: &mut Browser, service: &Service, login: &str, more: &[(&str, &str)]) -> (Information, Params) {
        let mire = self.at_mire(browser, service, more).await;
        let back = self.at_provider(browser, &mire, login).await;
        let location = self.callback(browser, &back).await.expect("identified");
        self.information(browser, &location).await
    }

    pub async fn information(&self, browser: &Browser, location: &str) -> (Information, Params) {
        let flow = flow_of(location);
        let next = self.issuer().verify(&flow, browser.cookie.as_deref()).await.expect("verified");
        assert!(next.ends_with("/consent"), "{next}");
        let page = self.issuer().information(&flow, browser.cookie.as_deref()).await.expect("shown");
        let form = form(&flow, &page.back.csrf);
        (page, form)
    }

    /// The whole way to a code.
    pub async fn code(&self, browser: &mut Browser, service: &Service, login: &str, more: &[(&str, &str)]) -> String {
        let (_, agreed) = self.identified(browser, service, login, more).await;
        self.confirmed(browser, &agreed).await
    }

    pub async fn confirmed(&self, browser: &Browser, agreed: &Params) -> String {
        let location = self.issuer().confirm(agreed, browser.cookie.as_deref()).await.expect("confirmed");
        let answer = query(&location);
        assert_eq!(answer.one("state"), Ok(Some("etat é&")));
        assert_eq!(answer.one("iss"), Ok(Some(self.issuer().url().as_str())));
        answer.one("code").expect("once").expect("a code").to_owned()
    }

    pub async fn exchange(&self, service: &Service, code: &str, more: &[(&str, &str)]) -> Result<TokenAnswer, Code> {
        let given = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", service.redirect_uri.as_str()),
            ("client_id", service.keys.client_id.as_str()),
            ("client_secret", service.keys.client_secret.as_str()),
        ];
        let pairs = given.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name)).chain(more.iter()).copied();
        self.issuer().token(None, &Params::from_iter(pairs)).await.map_err(|error| error.error)
    }

    pub async fn introspect(&self, token: &str) -> Option<Introspection> {
        self.broker.introspect(ENV, token).await.expect("the database answers")
    }

    pub async fn identity(&self, login: &str) -> PivotIdentity {
        let service = self.service("identite", &[]).await;
        let code = self.code(&mut Browser::default(), &service, login, &[]).await;
        let tokens = self.exchange(&service, &code, &[]).await.expect("exchanged");
        self.introspect(&tokens.access_token).await.expect("active").identity
    }

    pub fn refused<T: std::fmt::Debug>(&self, result: Result<T, Refusal>) -> (&'static str, u16, bool) {
        let page = self.broker.page(result.expect_err("refused"));
        (page.code, page.status, page.back.is_some())
    }
}

pub fn continued(answer: Authorized) -> String {
    match answer {
        Authorized::Continue { location, .. } => location,
        other => panic!("{other:?}"),
    }
}

pub fn to_service(answer: Authorized) -> HashMap<String, String> {
    match answer {
        Authorized::ToService(location) => {
            let start = location.find(['?', '#']).expect("parameters");
            url::form_urlencoded::parse(&location.as_bytes()[start + 1..]).into_owned().collect()
        }
        other => panic!("{other:?}"),
    }
}

pub fn flow_of(location: &str) -> String {
    let (_, rest) = location.split_once("/interaction/").expect("a page of the login");
    rest.split(['/', '?']).next().expect("always one part").to_owned()
}

pub fn query(location: &str) -> Params {
    Params::parse(location.split_once('?').expect("a query").1.as_bytes()).expect("readable")
}

pub fn form(flow: &str, csrf: &str) -> Params {
    Params::from_iter([("flow", flow), ("csrf", csrf)])
}

pub fn with(params: &Params, name: &str, value: &str) -> Params {
    let encoded = url::form_urlencoded::Serializer::new(params.encoded()).append_pair(name, value).finish();
    Params::parse(encoded.as_bytes()).expect("readable")
}

#[expect(clippy::disallowed_methods, reason = "tests have no server to take the client from")]
pub fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

fn simulated(broker: Broker) -> Router {
    async fn discovery(State(broker): State<Broker>) -> Response {
        Json(broker.simulated().metadata()).into_response()
    }
    async fn jwks(State(broker): State<Broker>) -> Response {
        Json(broker.simulated().jwks().await.expect("keys")).into_response()
    }
    async fn token(State(broker): State<Broker>, RawForm(body): RawForm) -> Response {
        let params = Params::parse(&body).expect("readable");
        match broker.simulated().token(None, &params).await {
            Ok(answer) => Json(answer).into_response(),
            Err(error) => (axum::http::StatusCode::BAD_REQUEST, Json(error)).into_response(),
        }
    }
    async fn userinfo(State(broker): State<Broker>, headers: HeaderMap) -> Response {
        let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        broker.simulated().userinfo(bearer(authorization)).await.expect("a valid token").into_response()
    }
    let at = |path: &str| format!("{SIMULATED_IDENTITY_PROVIDER}{path}");
    Router::new()
        .route(&at("/.well-known/openid-configuration"), get(discovery))
        .route(&at("/jwks"), get(jwks))
        .route(&at("/token"), post(token))
        .route(&at("/userinfo"), get(userinfo))
        .with_state(broker)
}
