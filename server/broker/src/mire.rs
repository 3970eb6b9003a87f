//! The page where citizens choose an identity provider, and the redirection to it.

use domain::routes::realms;
use oidc::{Params, pkce::CodeChallenge};
use store::flow::{self, Flow, Step, Upstream};

use crate::{Issuer, Refusal, fields, provider::Provider, refusal::Back};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mire {
    pub back: Back,
    pub providers: Vec<MireProvider>,
    /// Where their pages are, for the `form-action` directive: a choice is redirected there.
    pub origins: Vec<String>,
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

impl Issuer {
    /// `failed` is the [`fields::FAILED`] parameter.
    pub async fn mire(&self, flow: &str, cookie: Option<&str>, failed: Option<&str>) -> Result<MireOrNext, Refusal> {
        let login = self.login(cookie, flow).await?;
        match login.flow.step {
            Step::Started | Step::AtIdentityProvider(_) => {}
            Step::Identified(_) => return Ok(MireOrNext::Next(self.at(&realms::verification(login.flow.id)))),
            Step::Done | Step::Aborted => return Err(login.refuse(Refusal::wrong_step())),
        }
        let providers = self.providers();
        let name = |uid: &str| providers.iter().find(|provider| provider.uid == uid).map(|provider| provider.name.to_owned());
        Ok(MireOrNext::Mire(Mire {
            failed: failed.and_then(name),
            origins: self.upstream.origins(&self.cx, providers.iter().map(|provider| provider.issuer.as_str())).await,
            back: Back::of(&login.flow, &login.client),
            providers: providers.into_iter().map(|Provider { uid, name, .. }| MireProvider { uid: uid.to_owned(), name: name.to_owned() }).collect(),
        }))
    }

    /// Where to send the citizen: to the identity provider, or back to the choice when it does not answer.
    pub async fn choose(&self, params: &Params, cookie: Option<&str>) -> Result<String, Refusal> {
        let login = self.posted_login(cookie, params).await?;
        let unknown = || Refusal::new("Y020019", 400, "Le moyen de connexion choisi n’existe pas.");
        let uid = params.filled(fields::PROVIDER)?.ok_or_else(|| login.refuse(unknown()))?;
        if self.provider(uid).is_none() {
            return Err(login.refuse(unknown()));
        }
        self.depart(&login.flow, uid).await.map_err(|refusal| login.refuse(refusal))
    }

    pub(crate) async fn depart(&self, flow: &Flow, uid: &str) -> Result<String, Refusal> {
        let Some(provider) = self.provider(uid) else { return Err(Refusal::wrong_step()) };
        let endpoint = match self.upstream.metadata(&self.cx, &provider.issuer).await {
            Ok(metadata) => metadata.authorization_endpoint,
            Err(error) => {
                tracing::warn!(idp = provider.uid, error = %error, "identity provider unavailable");
                return Ok(self.choice_after(flow.id, uid));
            }
        };
        let state = self.cx.new_token();
        let upstream = Upstream { idp: uid.to_owned(), nonce: self.cx.new_token(), code_verifier: self.cx.new_token() };
        let tx = self.cx.begin().await?;
        let left = flow::leave(&self.cx, &tx, flow.id, &state, &upstream).await?;
        tx.commit().await?;
        if !left {
            return Err(Refusal::wrong_step());
        }
        let redirect_uri = self.at(realms::CALLBACK);
        let challenge = CodeChallenge::of(&upstream.code_verifier);
        let mut url = url::Url::parse(&endpoint).map_err(Refusal::technical)?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &provider.client_id),
            ("redirect_uri", &redirect_uri),
            ("scope", SCOPES),
            ("acr_values", &flow.granted.acr),
            ("prompt", "login"),
            ("state", &state),
            ("nonce", &upstream.nonce),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        Ok(url.into())
    }
}
