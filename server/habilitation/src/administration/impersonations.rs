//! Impersonation: an administrator acts in somebody's account to see what they see, with a reason, for an hour, and with a trace of
//! everything.

use std::collections::BTreeMap;

use domain::{
    Hours,
    actor::{Actor, Impersonator},
    administration::AdminKind,
    ids::{AccountId, ActionId, ImpersonationId},
};
pub use store::impersonation::Action;
use store::{
    Page, Paging, account,
    admin_event::{self, Change},
    impersonation::{self, Impersonation},
    organisation, session,
};

use super::{Administering, RightsError, checked_reason};
use crate::{Habilitation, mails::account as mails};

const HOUR: Hours = Hours(1);

#[derive(Debug, Clone)]
pub struct ImpersonationLine {
    pub impersonation: Impersonation,
    pub admin: String,
    pub person: String,
    pub under_way: bool,
}

impl Administering<'_> {
    /// Refused on an administrator's account, which would hide who acts, on a suspended one and on one's own. Returns the new token
    /// of the session: forms of pages opened before are refused.
    pub async fn impersonate(&self, token: &str, id: AccountId, reason: &str) -> Result<String, RightsError> {
        self.require_admin()?;
        let reason = &checked_reason(reason)?;
        let cx = &self.room.cx;
        let now = cx.now();
        let tx = cx.begin().await?;
        let account = account::by_id(&tx, id).await?.filter(|account| !account.is_erased()).ok_or(RightsError::NotFound)?;
        if account.id == self.actor.account || account.admin || account.suspended.is_some() {
            return Err(RightsError::NotThem);
        }
        let impersonation = Impersonation {
            id: cx.new_id(),
            admin: self.actor.account,
            account: id,
            reason: reason.clone(),
            organisation: organisation::of_account(&tx, id).await?.first().map(|organisation| organisation.id),
            started_at: now,
            ends_at: HOUR.after(now),
            ended_at: None,
        };
        impersonation::start(&tx, &impersonation).await?;
        session::impersonate(&tx, token, Some(impersonation.id)).await?;
        let renewed = cx.new_token();
        session::rename(&tx, token, &renewed).await?;
        let change = Change { reason, ..Change::default() };
        admin_event::write(cx, &tx, self.actor, AdminKind::ImpersonationStarted, Some(id), change).await?;
        mails::impersonated(&account.email, reason).send(cx, &tx).await?;
        tx.commit().await?;
        Ok(renewed)
    }

    pub async fn impersonations(&self, number: u64) -> Result<Page<ImpersonationLine>, RightsError> {
        self.require_admin()?;
        let Page { items, total } = impersonation::list(&self.room.cx.db, Paging::of(number)).await?;
        Ok(Page { items: self.named(items).await?, total })
    }

    /// One impersonation, and what was done during it.
    pub async fn impersonation(&self, id: ImpersonationId, number: u64) -> Result<(ImpersonationLine, Page<Action>), RightsError> {
        self.require_admin()?;
        let db = &self.room.cx.db;
        let found = impersonation::find(db, id).await?.ok_or(RightsError::NotFound)?;
        let line = self.named(vec![found]).await?.pop().ok_or(RightsError::NotFound)?;
        Ok((line, impersonation::actions(db, id, Paging::of(number)).await?))
    }

    async fn named(&self, found: Vec<Impersonation>) -> Result<Vec<ImpersonationLine>, RightsError> {
        let ids: Vec<AccountId> = found.iter().flat_map(|one| [one.admin, one.account]).collect();
        let names: BTreeMap<AccountId, String> =
            account::by_ids(&self.room.cx.db, ids).await?.into_iter().map(|account| (account.id, account.name())).collect();
        let name = |id: AccountId| names.get(&id).cloned().unwrap_or_default();
        let now = self.room.cx.now();
        let line = |one: Impersonation| ImpersonationLine {
            admin: name(one.admin),
            person: name(one.account),
            under_way: one.is_under_way(now),
            impersonation: one,
        };
        Ok(found.into_iter().map(line).collect())
    }
}

impl Habilitation {
    /// Ends the impersonation and returns the new token of the administrator's session; `None` when nobody is being impersonated.
    pub async fn stop_impersonating(&self, actor: &Actor, token: &str) -> Result<Option<String>, store::Error> {
        let Some(Impersonator { account, impersonation, .. }) = actor.impersonated_by else { return Ok(None) };
        let tx = self.cx.begin().await?;
        self.end_impersonation(&tx, impersonation, account).await?;
        session::impersonate(&tx, token, None).await?;
        let renewed = self.cx.new_token();
        session::rename(&tx, token, &renewed).await?;
        tx.commit().await?;
        Ok(Some(renewed))
    }

    pub(crate) async fn end_impersonation(&self, tx: &store::Tx, id: ImpersonationId, admin: AccountId) -> Result<(), store::Error> {
        let Some(found) = impersonation::find(tx, id).await? else { return Ok(()) };
        if impersonation::end(tx, id, self.cx.now()).await? {
            let change = Change { reason: &found.reason, ..Change::default() };
            admin_event::write(&self.cx, tx, Some(admin), AdminKind::ImpersonationEnded, Some(found.account), change).await?;
        }
        Ok(())
    }

    /// Written before the form is carried out, so that no change goes without its line.
    pub async fn note_action(&self, impersonator: &Impersonator, route: &str, ids: &str) -> Result<ActionId, store::Error> {
        let id = self.cx.new_id();
        let tx = self.cx.begin().await?;
        impersonation::add_action(&tx, id, impersonator.impersonation, route, ids, self.cx.now()).await?;
        tx.commit().await?;
        Ok(id)
    }

    pub async fn note_outcome(&self, id: ActionId, status: u16) -> Result<(), store::Error> {
        let tx = self.cx.begin().await?;
        impersonation::set_outcome(&tx, id, status).await?;
        tx.commit().await
    }
}
