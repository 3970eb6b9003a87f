//! What is measured, one function each: add a function and a line in `ALL`.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::{browser::Visitor, process::ServiceKeys};

pub type Action = fn(Arc<Stage>) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

pub const ALL: [(&str, Action); 6] = [
    ("home `/`", |stage| Box::pin(home(stage))),
    ("sign-in page `/connexion`", |stage| Box::pin(sign_in_page(stage))),
    ("applicant's list `/demandes`", |stage| Box::pin(list(stage))),
    ("request page `/demandes/{id}`", |stage| Box::pin(request_page(stage))),
    ("complete login, `authorize` to `userinfo`", |stage| Box::pin(login(stage))),
    ("gateway, `quotient_familial` by FranceConnect", |stage| Box::pin(quotient(stage))),
];

/// The visitors and data of the demonstration that the scenarios use.
pub struct Stage {
    pub anonymous: Visitor,
    pub applicant: Visitor,
    /// The address of a request of the applicant.
    pub request: String,
    base: String,
    keys: ServiceKeys,
    /// Access tokens live 60 seconds: one is shared and renewed before that.
    token: Mutex<Option<(String, Instant)>>,
}

/// What `habilis demo seed --json` prints.
#[derive(Deserialize)]
pub struct Seed {
    accounts: BTreeMap<String, Account>,
    /// Identifiers of requests that belong to the applicant.
    requests: Vec<String>,
}

impl Seed {
    /// Somebody of the demonstration, signed in.
    pub async fn visitor(&self, base: &str, role: &str) -> Result<Visitor> {
        let account = self.accounts.get(role).with_context(|| format!("the seed has no account `{role}`"))?;
        account.visitor(base).await.with_context(|| format!("{role} cannot sign in"))
    }
}

#[derive(Deserialize)]
pub struct Account {
    email: String,
    password: String,
}

impl Account {
    pub async fn visitor(&self, base: &str) -> Result<Visitor> {
        let visitor = Visitor::new(base)?;
        visitor.sign_in(&self.email, &self.password).await?;
        Ok(visitor)
    }
}

impl Stage {
    pub async fn set(base: &str, seed: &Seed, keys: ServiceKeys) -> Result<Self> {
        let applicant = seed.visitor(base, "applicant").await?;
        let request = seed.requests.last().context("the seed has no request")?;
        let request = format!("/demandes/{request}");
        Ok(Self { anonymous: Visitor::new(base)?, applicant, request, base: base.to_owned(), keys, token: Mutex::new(None) })
    }

    /// A page with fields: the first block that the request's page leads to.
    pub async fn form(&self) -> Result<String> {
        let page = self.applicant.page(&self.request).await?;
        let prefix = format!("href=\"{}/", self.request);
        let block = page.split(&prefix).nth(1).and_then(|rest| rest.split('"').next());
        let block = block.with_context(|| format!("{} leads to no form", self.request))?;
        Ok(format!("{}/{block}", self.request))
    }
}

async fn home(stage: Arc<Stage>) -> Result<()> {
    stage.anonymous.page("/").await.map(drop)
}

async fn sign_in_page(stage: Arc<Stage>) -> Result<()> {
    stage.anonymous.page("/connexion").await.map(drop)
}

async fn list(stage: Arc<Stage>) -> Result<()> {
    let page = stage.applicant.page("/demandes").await?;
    ensure!(page.contains(&stage.request), "the list does not show the request {}", stage.request);
    Ok(())
}

async fn request_page(stage: Arc<Stage>) -> Result<()> {
    stage.applicant.page(&stage.request).await.map(drop)
}

const ISSUER: &str = "/franceconnect/sandbox/api/v2";

/// A citizen without a session: choice of the provider, identity provider, information page, code, token. Returns the access
/// token.
async fn access_token(stage: &Stage) -> Result<(Visitor, String)> {
    let (citizen, base) = (Visitor::new(&stage.base)?, &stage.base);
    let back = format!("{base}/demo/portail-famille/retour");
    let authorize = format!(
        "{ISSUER}/authorize?response_type=code&client_id={}&redirect_uri={back}&state=etat&nonce=0123456789abcdefghijklmn&acr_values=eidas1&scope=openid%20given_name%20family_name%20cnaf_quotient_familial",
        stage.keys.client_id
    );
    let mire = citizen.follow(&authorize, &back).await?.page()?;
    let sign_in = citizen.fill(&mire, "/redirect-to-idp", &[("idp", "identite-demonstration")], &back).await?.page()?;
    let information = citizen.fill(&sign_in, "/login", &[("login", "test"), ("password", "123")], &back).await?.page()?;
    let returned = citizen.fill(&information, "/login", &[], &back).await?.stopped()?;
    let code = returned.split("code=").nth(1).and_then(|rest| rest.split('&').next()).context("no code came back")?;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", back.as_str()),
        ("client_id", stage.keys.client_id.as_str()),
        ("client_secret", stage.keys.client_secret.as_str()),
    ];
    let answer = citizen.post_json(&format!("{ISSUER}/token"), &fields).await?;
    let token = answer.get("access_token").and_then(|token| token.as_str()).context("no access token")?.to_owned();
    Ok((citizen, token))
}

async fn login(stage: Arc<Stage>) -> Result<()> {
    let (citizen, token) = access_token(&stage).await?;
    citizen.with_token(&format!("{ISSUER}/userinfo"), &token).await.map(drop)
}

async fn quotient(stage: Arc<Stage>) -> Result<()> {
    let token = {
        let mut held = stage.token.lock().await;
        match &*held {
            Some((token, since)) if since.elapsed() < Duration::from_secs(40) => token.clone(),
            _ => {
                let (_, token) = access_token(&stage).await?;
                *held = Some((token.clone(), Instant::now()));
                token
            }
        }
    };
    let path = format!("/api-particulier/sandbox/v3/dss/quotient_familial/france_connect?recipient={}", stage.keys.recipient);
    let answer = stage.anonymous.with_token(&path, &token).await?;
    ensure!(answer.contains("\"valeur\":"), "no figure in the answer");
    Ok(())
}
