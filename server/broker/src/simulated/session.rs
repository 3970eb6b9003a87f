//! Logout at the simulated identity provider, which keeps no session: it only knows where to send back.

use oidc::{Params, RedirectUri};

use super::Simulated;
use crate::Refusal;

impl Simulated {
    /// Where to go next; `None` shows a page.
    pub fn end_session(&self, params: &Params) -> Result<Option<String>, Refusal> {
        let Some(to) = params.filled("post_logout_redirect_uri")? else { return Ok(None) };
        let known = self.broker.issuers().iter().any(|issuer| issuer.at("/client/logout-callback") == to);
        if !known {
            return Err(Refusal::new("FI0003", 400, "L’adresse de retour après déconnexion n’est pas connue (paramètre post_logout_redirect_uri)."));
        }
        let state = params.filled("state")?;
        Ok(Some(RedirectUri::trusted(to).with(state.map(|state| ("state", state)).as_slice(), false)))
    }
}
