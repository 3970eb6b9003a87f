//! A service sends a citizen: the request is checked, a flow starts.

use domain::{ports::Environment, realm::Others, routes::realms};
use oidc::{
    AuthorizeRequest, Params, RedirectUri,
    authorize::{Accepted, Allowed, Granted},
    error::Code,
};
use store::{
    broker_session::{self, BrokerSession},
    client::{self, Client},
    flow::{self, Flow, Step},
    person::Person,
};

use crate::{Issuer, Refusal, fields};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorized {
    /// Go on to a page of the broker; `session` is the value of a new cookie.
    Continue { location: String, session: Option<String> },
    /// The service gets an error.
    ToService(String),
    /// A form post from another site comes without our cookie: the same request by GET carries it.
    ByGet(String),
}

impl Issuer {
    pub async fn authorize(&self, params: &Params, cookie: Option<&str>, posted: bool) -> Result<Authorized, Refusal> {
        let accepted = Accepted {
            local: self.environment == Environment::Sandbox,
            reads: &|name| self.realm.reads(name),
            strict: self.realm.authorize.others == Others::Refused,
            requires: &|name| self.realm.requires(name),
            nonce_min: self.realm.authorize.nonce_min,
            prompts: &self.realm.authorize.prompts,
        };
        let request = AuthorizeRequest::parse(params, accepted)?;
        let client = self.calling_client(&request).await?;
        if request.wants_amr && !client.scopes.iter().any(|scope| scope == "amr") {
            return Err(Refusal::new(
                "Y030009",
                400,
                "Le service demande le moyen d’authentification (amr) sans y être autorisé (paramètre claims).",
            ));
        }
        let granted = match self.allowed(&request, &client) {
            Ok(granted) => granted,
            Err(error) => return Ok(Authorized::ToService(error.location(&self.url()))),
        };
        if posted && cookie.is_none() {
            return Ok(Authorized::ByGet(self.at(&format!("{}?{}", oidc::paths::AUTHORIZE, params.encoded()))));
        }
        let known = self.session(cookie).await?;
        self.start(&client, request, granted, known).await
    }

    async fn calling_client(&self, request: &AuthorizeRequest) -> Result<Client, Refusal> {
        let client = client::by_client_id(&self.cx.db, &self.realm.slug, self.environment, request.client_id.as_str()).await?;
        let client = client.filter(|client| client.active).ok_or_else(Refusal::unknown_client)?;
        let registered = |uri: &RedirectUri| client.redirect_uris.iter().any(|known| known == uri.as_str());
        if registered(&request.redirect_uri) { Ok(client) } else { Err(Refusal::unknown_address("redirect_uri")) }
    }

    fn allowed(&self, request: &AuthorizeRequest, client: &Client) -> Result<Granted, oidc::redirect::ErrorRedirect> {
        let providers = self.providers();
        let hints: Vec<&str> = providers.iter().map(|provider| provider.uid).collect();
        request.check(Allowed {
            acr: self.realm.acr.answering(&request.acr_values),
            granted_scope: &|id| self.realm.is_granted(id, &client.scopes),
            known_scope: &|id| self.knows_scope(id),
            idp_hints: &hints,
        })
    }

    async fn start(&self, client: &Client, request: AuthorizeRequest, granted: Granted, known: Option<BrokerSession>) -> Result<Authorized, Refusal> {
        let until = self.session_end();
        let hint = request.idp_hint.clone();
        let tx = self.cx.begin().await?;
        let (session, cookie) = match known {
            Some(session) => {
                broker_session::extend(&tx, session.id, until).await?;
                (session, None)
            }
            None => {
                let token = self.cx.new_token();
                (broker_session::open(&self.cx, &tx, &self.place(), &token, until).await?, Some(token))
            }
        };
        // A citizen identified earlier in the session is not asked again, unless the service wants another provider, a higher level or a new
        // login.
        let serves = |person: &Person| {
            let reaches = self.realm.acr.reaches(&person.acr, &granted.acr);
            reaches && !request.reauthenticate && hint.as_deref().is_none_or(|hint| hint == person.idp)
        };
        let person = session.person.filter(serves);
        let flow = Flow {
            id: self.cx.new_id(),
            session: session.id,
            client: client.id,
            request,
            granted,
            csrf: self.cx.new_token(),
            step: person.map_or(Step::Started, Step::Identified),
        };
        flow::start(&self.cx, &tx, &flow, until).await?;
        tx.commit().await?;
        let location = match (&flow.step, hint) {
            (Step::Identified(_), _) => self.at(&realms::verification(flow.id)),
            (_, Some(hint)) => self.depart(&flow, &hint).await?,
            (_, None) => self.at(&realms::choice(flow.id)),
        };
        Ok(Authorized::Continue { location, session: cookie })
    }

    /// The answer to a service when the citizen gives up, or could not go on.
    pub async fn abort(&self, params: &Params, cookie: Option<&str>) -> Result<String, Refusal> {
        let login = self.posted_login(cookie, params).await?;
        let after_error = params.filled(fields::REASON)? == Some(fields::AFTER_ERROR);
        // A login that is over already leads back as well: its page may still be open in another tab.
        let tx = self.cx.begin().await?;
        flow::abort(&tx, login.flow.id).await?;
        tx.commit().await?;
        let (error, description) = if after_error {
            (Code::ServerError, "authentication aborted due to a technical error on the authorization server")
        } else {
            (Code::AccessDenied, "user authentication aborted")
        };
        Ok(login.flow.request.refuse(error, description).location(&self.url()))
    }
}
