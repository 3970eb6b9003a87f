//! The page where citizens choose an identity provider, and the redirection to it.

use domain::{ids::FlowId, ports::Environment, routes::realms};
use oidc::{Params, pkce::CodeChallenge};
use store::flow::{self, Step, Upstream};

use crate::{
    Broker, Refusal, fields,
    provider::{self, Provider},
    refusal::Back,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mire {
    pub back: Back,
    pub providers: Vec<MireProvider>,
    /// The provider through which a login has just failed.
    pub failed: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MireProvider {
    pub uid: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MireOrNext {
    Mire(Mire),
    /// The citizen is identified already.
    Next(String),
}

/// The scopes asked of every identity provider.
const SCOPES: &str = "openid given_name family_name preferred_username gender birthdate birthplace birthcountry email";

impl Broker {
    /// `failed` is the [`fields::FAILED`] parameter.
    pub async fn mire(&self, environment: Environment, flow: &str, cookie: Option<&str>, failed: Option<&str>) -> Result<MireOrNext, Refusal> {
        let login = self.login(environment, cookie, flow).await?;
        match login.flow.step {
            Step::Started | Step::AtIdentityProvider(_) => {}
            Step::Identified(_) => return Ok(MireOrNext::Next(self.at(environment, &realms::verification(login.flow.id)))),
            Step::Done | Step::Aborted => return Err(Refusal::wrong_step()),
        }
        let providers = provider::all(&self.cx, environment);
        let name = |uid: &str| providers.iter().find(|provider| provider.uid == uid).map(|provider| provider.name.to_owned());
        Ok(MireOrNext::Mire(Mire {
            failed: failed.and_then(name),
            back: Back::of(&login.flow, &login.client),
            providers: providers.into_iter().map(|Provider { uid, name, .. }| MireProvider { uid: uid.to_owned(), name: name.to_owned() }).collect(),
        }))
    }

    /// Where to send the citizen: to the identity provider, or back to the choice when it does not answer.
    pub async fn choose(&self, environment: Environment, params: &Params, cookie: Option<&str>) -> Result<String, Refusal> {
        let login = self.posted_login(environment, cookie, params).await?;
        let unknown = || Refusal::new("Y020019", 400, "Le moyen de connexion choisi n’existe pas.");
        let uid = params.filled(fields::PROVIDER)?.ok_or_else(|| login.refuse(unknown()))?;
        if provider::find(&self.cx, environment, uid).is_none() {
            return Err(login.refuse(unknown()));
        }
        self.depart(environment, login.flow.id, uid).await.map_err(|refusal| login.refuse(refusal))
    }

    pub(crate) async fn depart(&self, environment: Environment, flow: FlowId, uid: &str) -> Result<String, Refusal> {
        let Some(provider) = provider::find(&self.cx, environment, uid) else { return Err(Refusal::wrong_step()) };
        let endpoint = match self.upstream.metadata(&self.cx, &provider.issuer).await {
            Ok(metadata) => metadata.authorization_endpoint,
            Err(error) => {
                tracing::warn!(idp = provider.uid, error = %error, "identity provider unavailable");
                return Ok(self.choice_after(environment, flow, uid));
            }
        };
        let state = self.cx.new_token();
        let upstream = Upstream { idp: uid.to_owned(), nonce: self.cx.new_token(), code_verifier: self.cx.new_token() };
        let tx = self.cx.begin().await?;
        let left = flow::leave(&self.cx, &tx, flow, &state, &upstream).await?;
        tx.commit().await?;
        if !left {
            return Err(Refusal::wrong_step());
        }
        let redirect_uri = self.at(environment, realms::CALLBACK);
        let challenge = CodeChallenge::of(&upstream.code_verifier);
        let mut url = url::Url::parse(&endpoint).map_err(Refusal::technical)?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &provider.client_id),
            ("redirect_uri", &redirect_uri),
            ("scope", SCOPES),
            ("acr_values", oidc::acr::Acr::Eidas1.as_str()),
            ("prompt", "login"),
            ("state", &state),
            ("nonce", &upstream.nonce),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        Ok(url.into())
    }
}
