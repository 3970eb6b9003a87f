//! The data gateway: called with a FranceConnect access token, it answers with the data that was granted. Grants come from events; answers come
//! from the catalogue and, in the sandbox, from payload files.

mod answer;
mod call;
mod limiter;
mod mask;
mod openapi;
mod query;
mod refusal;
mod sandbox;

use std::sync::Arc;

use domain::{events::ServiceRights, ports::AccessTokens};
use store::Cx;

pub use answer::{Answer, CONTENT_TYPE};
pub use call::Call;
pub use limiter::PER_SECOND;
pub use openapi::openapi;
pub use refusal::codes;
pub use sandbox::{Sandbox, SandboxError};

/// The realm whose clients call with the tokens of their users.
const REALM: &str = "franceconnect";

/// Cheap to clone; one for the whole process.
#[derive(Clone)]
pub struct Gateway {
    cx: Cx,
    tokens: Arc<dyn AccessTokens>,
    sandbox: Arc<Sandbox>,
    /// `None` where calls are not counted: benchmarks and tests that call a lot.
    limiter: Option<Arc<limiter::Limiter>>,
}

impl Gateway {
    pub fn new(cx: Cx, tokens: Arc<dyn AccessTokens>, sandbox: Arc<Sandbox>) -> Self {
        Self { cx, tokens, sandbox, limiter: Some(Arc::default()) }
    }

    #[must_use]
    pub fn without_limits(self) -> Self {
        Self { limiter: None, ..self }
    }

    /// Opens, changes and closes the grants of a service; a replay or a late event changes nothing.
    ///
    /// # Errors
    /// The database refused; nothing was changed.
    pub async fn on_rights_changed(&self, rights: &ServiceRights) -> store::Result<()> {
        let tx = self.cx.begin().await?;
        let news = store::grant::apply(&tx, rights, self.cx.now()).await?;
        tx.commit().await?;
        tracing::info!(request.id = %rights.request, rights.revision, rights.news = news, "gateway grants follow the rights of a service");
        Ok(())
    }
}
