//! A flow with its client and session, as every page of a login needs them, and what forms of a login carry.

use domain::ids::FlowId;
use oidc::Params;
use store::{
    broker_session::{self, BrokerSession},
    client::{self, Client},
    flow::{self, Flow},
};

use crate::{Issuer, Refusal, fields};

#[derive(Debug)]
pub(crate) struct Login {
    pub session: BrokerSession,
    pub flow: Flow,
    pub client: Client,
}

impl Login {
    /// Adds the way back to the service.
    pub(crate) fn refuse(&self, refusal: Refusal) -> Refusal {
        refusal.with_back(&self.flow, &self.client)
    }

    fn check_csrf(&self, params: &Params) -> Result<(), Refusal> {
        match params.filled("csrf")? {
            Some(csrf) if same(csrf, &self.flow.csrf) => Ok(()),
            given => Err(Refusal::csrf(given.is_some())),
        }
    }
}

impl Issuer {
    pub(crate) async fn session(&self, cookie: Option<&str>) -> Result<Option<BrokerSession>, Refusal> {
        match cookie {
            Some(token) => Ok(broker_session::find(&self.cx, &self.cx.db, &self.place(), token).await?),
            None => Ok(None),
        }
    }

    pub(crate) async fn login(&self, cookie: Option<&str>, flow: &str) -> Result<Login, Refusal> {
        let session = self.session(cookie).await?.ok_or_else(Refusal::no_session)?;
        let id: FlowId = flow.parse().map_err(|_| Refusal::no_session())?;
        let flow = flow::find(&self.cx, &self.cx.db, session.id, id).await?.ok_or_else(Refusal::no_session)?;
        let client = self.client_of(&flow).await?;
        Ok(Login { session, flow, client })
    }

    /// The login named by a form of the broker, once its CSRF token is checked.
    pub(crate) async fn posted_login(&self, cookie: Option<&str>, params: &Params) -> Result<Login, Refusal> {
        let flow = params.filled(fields::FLOW)?.ok_or_else(Refusal::no_session)?;
        let login = self.login(cookie, flow).await?;
        login.check_csrf(params)?;
        Ok(login)
    }

    pub(crate) async fn client_of(&self, flow: &Flow) -> Result<Client, Refusal> {
        let client = client::by_id(&self.cx.db, flow.client).await?;
        client.filter(|client| self.has(client)).ok_or_else(Refusal::unknown_client)
    }
}

/// Compares two secrets in constant time.
pub(crate) fn same(given: &str, expected: &str) -> bool {
    use subtle::ConstantTimeEq;
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}
