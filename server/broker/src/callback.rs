//! The return from an identity provider: the identity it gives is fetched, verified and checked.

use domain::routes::realms;
use oidc::{Params, VerifyError};
use serde_json::Value;
use store::{
    broker_session,
    flow::{self, Step, Upstream},
    person::Person,
};

use crate::{
    Issuer, Refusal, identity,
    login::Login,
    upstream::{Exchange, Failed, UpstreamError, Vouched},
};

/// `session` is the value of a new cookie: the session changes at login, so that one known beforehand gives nothing (session fixation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub location: String,
    pub session: Option<String>,
}

impl Issuer {
    pub async fn callback(&self, params: &Params, cookie: Option<&str>) -> Result<Returned, Refusal> {
        let state = params.filled("state")?;
        let state = state.ok_or_else(|| Refusal::new("Y020021", 400, "Le retour du fournisseur d’identité est incomplet (paramètre state)."))?;
        let lost = || {
            Refusal::new(
                "Y420002",
                401,
                "Votre session n’existe plus ou a expiré. Veuillez recommencer depuis le service où vous souhaitez vous connecter.",
            )
        };
        let session = self.session(cookie).await?.ok_or_else(lost)?;
        let unknown = || Refusal::new("Y020022", 403, "Ce retour ne correspond à aucune connexion en cours dans ce navigateur.");
        let flow = flow::by_upstream_state(&self.cx, &self.cx.db, session.id, state).await?.ok_or_else(unknown)?;
        let Step::AtIdentityProvider(upstream) = flow.step.clone() else { return Err(unknown()) };
        let client = self.client_of(&flow).await?;
        let login = Login { session, flow, client };
        self.returned(&login, &upstream, params).await.map_err(|refusal| login.refuse(refusal))
    }

    async fn returned(&self, login: &Login, upstream: &Upstream, params: &Params) -> Result<Returned, Refusal> {
        let unknown = || Refusal::new("Y020019", 400, "Le moyen de connexion choisi n’existe plus.");
        let provider = self.provider(&upstream.idp).ok_or_else(unknown)?;
        // RFC 9207: an answer of another issuer, or of none where the provider always names itself, would be a mix-up attack.
        let names_itself = self.upstream.names_itself(&self.cx, &provider.issuer).await;
        if params.filled("iss")?.map_or(names_itself, |iss| iss != provider.issuer) {
            return Err(Refusal::new("Y020022", 403, "Ce retour vient d’un autre fournisseur d’identité que celui qui a été choisi."));
        }
        if let Some(error) = params.filled("error")? {
            tracing::info!(idp = provider.uid, error = error.chars().take(100).collect::<String>(), "identity provider answered with an error");
            let tx = self.cx.begin().await?;
            flow::come_back(&tx, login.flow.id).await?;
            tx.commit().await?;
            return Ok(Returned { location: self.choice_after(login.flow.id, provider.uid), session: None });
        }
        let no_code = || Refusal::new("Y020025", 400, "Le retour du fournisseur d’identité est incomplet (paramètre code).");
        let exchange = Exchange {
            code: params.filled("code")?.ok_or_else(no_code)?,
            redirect_uri: &self.at(realms::CALLBACK),
            code_verifier: &upstream.code_verifier,
            nonce: &upstream.nonce,
        };
        let vouched = self.upstream.identify(&self.cx, &provider, exchange).await.map_err(|failed| failure(provider.name, failed))?;
        let person = self.person(login, provider.uid, &vouched)?;
        self.identified(login, &person).await
    }

    fn person(&self, login: &Login, idp: &str, vouched: &Vouched) -> Result<Person, Refusal> {
        if !self.realm.acr.reaches(&vouched.acr, &login.flow.granted.acr) {
            return Err(Refusal::new("Y020001", 500, "Le niveau de garantie de votre identité est inférieur à celui que le service demande."));
        }
        if vouched.claims.get("account_status").and_then(Value::as_str) == Some("blocked") {
            return Err(Refusal::new("Y180001", 403, "L’usage de ce compte est bloqué. Pour le débloquer, contactez l’assistance."));
        }
        let identity = identity::read(&vouched.claims).map_err(|claim| {
            let message = "Les informations transmises par votre fournisseur d’identité sont incomplètes ou incorrectes. Contactez-le pour les faire corriger, ou choisissez un autre moyen de connexion.";
            Refusal::new("Y000006", 400, message).caused(claim.0)
        })?;
        Ok(Person { identity, idp: idp.to_owned(), acr: vouched.acr.clone(), auth_time: self.cx.now() })
    }

    async fn identified(&self, login: &Login, person: &Person) -> Result<Returned, Refusal> {
        let token = self.cx.new_token();
        let tx = self.cx.begin().await?;
        if !flow::identify(&self.cx, &tx, login.flow.id, person).await? {
            return Err(Refusal::wrong_step());
        }
        broker_session::rotate(&tx, login.session.id, &token, self.session_end()).await?;
        tx.commit().await?;
        Ok(Returned { location: self.at(&realms::verification(login.flow.id)), session: Some(token) })
    }
}

fn failure(name: &str, failed: Failed) -> Refusal {
    let (code, error) = match failed {
        Failed::Token(error) => ("Y020026", error),
        Failed::IdToken(error) => ("Y020030", error),
        Failed::Userinfo(error @ UpstreamError::Unsigned) => ("Y440001", error),
        Failed::Userinfo(error @ UpstreamError::Token(VerifyError::Algorithm)) => ("Y440002", error),
        Failed::Userinfo(error @ UpstreamError::Token(_)) => ("Y440003", error),
        Failed::Userinfo(error @ UpstreamError::NoSubject) => ("Y020029", error),
        Failed::Userinfo(error) => ("Y020027", error),
    };
    let message = format!("La connexion à «\u{a0}{name}\u{a0}» n’a pas abouti. Veuillez réessayer, ou choisir un autre moyen de connexion.");
    Refusal::new(code, 502, message).caused(crate::refusal::chain(&error))
}
