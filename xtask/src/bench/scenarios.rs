//! What is measured, one function each: add a function and a line in `ALL`.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::browser::Visitor;

pub type Action = fn(Arc<Stage>) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

pub const ALL: [(&str, Action); 4] = [
    ("home `/`", |stage| Box::pin(home(stage))),
    ("sign-in page `/connexion`", |stage| Box::pin(sign_in_page(stage))),
    ("applicant's list `/demandes`", |stage| Box::pin(list(stage))),
    ("request page `/demandes/{id}`", |stage| Box::pin(request_page(stage))),
];

/// The people and things of the demonstration that scenarios play with.
pub struct Stage {
    pub anonymous: Visitor,
    pub applicant: Visitor,
    /// The address of a request of the applicant.
    pub request: String,
}

/// What `habilis demo seed --json` prints.
#[derive(Deserialize)]
pub struct Seed {
    accounts: BTreeMap<String, Account>,
    /// Identifiers of requests that belong to the applicant.
    requests: Vec<String>,
}

#[derive(Deserialize)]
struct Account {
    email: String,
    password: String,
}

impl Stage {
    pub async fn set(base: &str, seed: &Seed) -> Result<Self> {
        let Seed { accounts, requests } = seed;
        let account = accounts.get("applicant").context("the seed has no account `applicant`")?;
        let applicant = Visitor::new(base)?;
        applicant.sign_in(&account.email, &account.password).await.context("the applicant cannot sign in")?;
        let request = requests.first().context("the seed has no request")?;
        Ok(Self { anonymous: Visitor::new(base)?, applicant, request: format!("/demandes/{request}") })
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
