//! A service sends a citizen: the request is checked, a flow starts.

use domain::{ports::Environment, routes::realms};
use oidc::{
    AuthorizeRequest, Params, RedirectUri,
    authorize::{Allowed, Granted},
    error::Code,
};
use store::{
    broker_session::{self, BrokerSession},
    client::{self, Client},
    flow::{self, Flow, Step},
};

use crate::{Broker, REALM, Refusal, fields, place, provider};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorized {
    /// Go on to a page of the broker; `session` is the value of a new cookie.
    Continue { location: String, session: Option<String> },
    /// The service gets an error.
    ToService(String),
    /// A form post from another site comes without our cookie: the same request by GET carries it.
    ByGet(String),
}

impl Broker {
    pub async fn authorize(&self, environment: Environment, params: &Params, cookie: Option<&str>, posted: bool) -> Result<Authorized, Refusal> {
        let request = AuthorizeRequest::parse(params, environment == Environment::Sandbox)?;
        let client = self.calling_client(environment, &request).await?;
        if request.wants_amr && !client.scopes.iter().any(|scope| scope == "amr") {
            return Err(Refusal::new(
                "Y030009",
                400,
                "Le service demande le moyen d’authentification (amr) sans y être autorisé (paramètre claims).",
            ));
        }
        let granted = match self.allowed(environment, &request, &client) {
            Ok(granted) => granted,
            Err(error) => return Ok(Authorized::ToService(error.location(&self.issuer(environment)))),
        };
        if posted && cookie.is_none() {
            return Ok(Authorized::ByGet(self.at(environment, &format!("{}?{}", oidc::paths::AUTHORIZE, params.encoded()))));
        }
        let known = self.session(environment, cookie).await?;
        self.start(environment, &client, request, granted, known).await
    }

    async fn calling_client(&self, environment: Environment, request: &AuthorizeRequest) -> Result<Client, Refusal> {
        let client = client::by_client_id(&self.cx.db, REALM, environment, request.client_id.as_str()).await?;
        let client = client.filter(|client| client.active).ok_or_else(Refusal::unknown_client)?;
        let registered = |uri: &RedirectUri| client.redirect_uris.iter().any(|known| known == uri.as_str());
        if registered(&request.redirect_uri) { Ok(client) } else { Err(Refusal::unknown_address("redirect_uri")) }
    }

    fn allowed(&self, environment: Environment, request: &AuthorizeRequest, client: &Client) -> Result<Granted, oidc::redirect::ErrorRedirect> {
        let providers = provider::all(&self.cx, environment);
        let hints: Vec<&str> = providers.iter().map(|provider| provider.uid).collect();
        let known_scope = |id: &str| oidc::scope::identity(id).is_some() || self.cx.catalogue.scope_label(id).is_some();
        request.check(Allowed { acrs: provider::ACRS, scopes: &client.scopes, known_scope: &known_scope, idp_hints: &hints })
    }

    async fn start(
        &self,
        environment: Environment,
        client: &Client,
        request: AuthorizeRequest,
        granted: Granted,
        known: Option<BrokerSession>,
    ) -> Result<Authorized, Refusal> {
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
                (broker_session::open(&self.cx, &tx, &place(environment), &token, until).await?, Some(token))
            }
        };
        // A citizen identified earlier in the session is not asked again, unless the service wants another provider.
        let person = session.person.filter(|person| hint.as_deref().is_none_or(|hint| hint == person.idp));
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
            (Step::Identified(_), _) => self.at(environment, &realms::verification(flow.id)),
            (_, Some(hint)) => self.depart(environment, flow.id, &hint).await?,
            (_, None) => self.at(environment, &realms::choice(flow.id)),
        };
        Ok(Authorized::Continue { location, session: cookie })
    }

    /// The answer to a service when the citizen gives up, or could not go on.
    pub async fn abort(&self, environment: Environment, params: &Params, cookie: Option<&str>) -> Result<String, Refusal> {
        let login = self.posted_login(environment, cookie, params).await?;
        let after_error = params.filled(fields::REASON)? == Some(fields::AFTER_ERROR);
        let tx = self.cx.begin().await?;
        let left = flow::abort(&tx, login.flow.id).await?;
        tx.commit().await?;
        if !left {
            return Err(Refusal::wrong_step());
        }
        let (error, description) = if after_error {
            (Code::ServerError, "authentication aborted due to a technical error on the authorization server")
        } else {
            (Code::AccessDenied, "user authentication aborted")
        };
        Ok(login.flow.request.refuse(error, description).location(&self.issuer(environment)))
    }
}
