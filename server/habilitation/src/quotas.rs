//! Daily quotas, checked where something is created.

use domain::{
    ids::{AccountId, OrganisationId},
    quota::{Made, Spent, WINDOW},
};
use store::{ConnectionTrait, quota};

use crate::Habilitation;

impl Habilitation {
    /// Whether this account may create so many more today, in the name of this organisation if there is one. Two calls at the same
    /// instant may both pass: the limit is there against floods, not to be exact.
    pub(crate) async fn quota(
        &self,
        db: &impl ConnectionTrait,
        made: Made,
        by: (AccountId, Option<OrganisationId>),
        more: usize,
    ) -> Result<Result<(), Spent>, store::Error> {
        if !self.quotas {
            return Ok(Ok(()));
        }
        let since = self.cx.now() - WINDOW;
        let own = quota::made_by(db, made, by.0, since).await?;
        let for_body = match by.1 {
            Some(body) => quota::made_for(db, made, body, since).await?,
            None => 0,
        };
        Ok(made.allow(own, for_body, more as u64))
    }
}
