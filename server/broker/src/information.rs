//! The page which tells the citizen what will be passed on, and the answer to the service once it was read.

use std::collections::BTreeMap;

use domain::{ids::CodeId, routes::realms};
use oidc::{Params, scope};
use store::{
    authorization_code::{self, AuthorizationCode, Phase},
    broker_session,
    flow::{self, Step},
    person::Person,
};

use crate::{Issuer, Refusal, claims, login::Login, refusal::Back};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Information {
    pub back: Back,
    pub organisation: String,
    /// The identity provider, by its name.
    pub provider: String,
    /// Labels of the identity data passed on; empty when the service only learns that somebody came.
    pub identity: Vec<String>,
    pub data: Vec<DataGroup>,
}

/// What one administration will be asked for on the citizen's behalf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataGroup {
    pub provider: String,
    pub labels: Vec<String>,
}

impl Information {
    pub fn is_anonymous(&self) -> bool {
        self.identity.is_empty() && self.data.is_empty()
    }
}

impl Issuer {
    /// Where an identified citizen goes next.
    pub async fn verify(&self, flow: &str, cookie: Option<&str>) -> Result<String, Refusal> {
        let login = self.login(cookie, flow).await?;
        match login.flow.step {
            Step::Identified(_) => Ok(self.at(&realms::information(login.flow.id))),
            Step::Started | Step::AtIdentityProvider(_) => Ok(self.at(&realms::choice(login.flow.id))),
            Step::Done | Step::Aborted => Err(login.refuse(Refusal::wrong_step())),
        }
    }

    pub async fn information(&self, flow: &str, cookie: Option<&str>) -> Result<Information, Refusal> {
        let login = self.login(cookie, flow).await?;
        let person = identified(&login)?;
        let scopes = || login.flow.granted.scopes.iter().map(scope::Scope::as_str);
        let identity = self.realm.claims_of(scopes()).into_iter().filter_map(|claim| self.realm.label(claim)).map(str::to_owned).collect();
        let mut data: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for id in scopes().filter(|id| self.realm.scope(id).is_none()) {
            if let Some((label, provider)) = self.cx.catalogue.scope_label(id) {
                data.entry(provider).or_default().push(label.to_owned());
            }
        }
        Ok(Information {
            back: Back::of(&login.flow, &login.client),
            organisation: login.client.organisation_name.clone(),
            provider: self.provider(&person.idp).map(|provider| provider.name.to_owned()).unwrap_or_default(),
            identity,
            data: data.into_iter().map(|(provider, labels)| DataGroup { provider: provider.to_owned(), labels }).collect(),
        })
    }

    /// The address of the service, with a code.
    pub async fn confirm(&self, params: &Params, cookie: Option<&str>) -> Result<String, Refusal> {
        let login = self.posted_login(cookie, params).await?;
        let person = identified(&login)?.clone();
        let Login { session, flow, client } = login;
        let code = self.cx.new_token();
        let issued = AuthorizationCode {
            id: self.cx.new_id::<CodeId>(),
            client: client.id,
            session: session.id,
            sub: claims::sub(&self.cx, &client.sector, &person.identity),
            request: flow.request.clone(),
            granted: flow.granted,
            expires_at: self.cx.now() + self.realm.code(),
            phase: Phase::Pending(person.clone()),
        };
        let tx = self.cx.begin().await?;
        if !flow::finish(&tx, flow.id).await? {
            return Err(Refusal::wrong_step());
        }
        authorization_code::issue(&self.cx, &tx, &code, &issued).await?;
        broker_session::remember(&self.cx, &tx, session.id, &person, self.session_end()).await?;
        tx.commit().await?;
        let issuer = self.url();
        let mut answer = vec![("code", code.as_str())];
        answer.extend(flow.request.state.as_deref().map(|state| ("state", state)));
        answer.push(("iss", &issuer));
        Ok(flow.request.redirect_uri.with(&answer, false))
    }
}

fn identified(login: &Login) -> Result<&Person, Refusal> {
    match &login.flow.step {
        Step::Identified(person) => Ok(person),
        Step::Started | Step::AtIdentityProvider(_) => {
            let message = "Vous n’avez pas encore été identifié. Veuillez choisir un moyen de connexion.";
            Err(login.refuse(Refusal::new("Y000004", 403, message)))
        }
        Step::Done | Step::Aborted => Err(login.refuse(Refusal::wrong_step())),
    }
}
