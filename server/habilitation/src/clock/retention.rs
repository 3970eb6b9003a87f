//! The end of retention periods. Each tick handles a bounded number of rows of each kind, in separate transactions, so that nobody
//! waits long and an interrupted tick is resumed by the next; two processes at once erase nothing twice.

use domain::{
    calendar::{french_date, paris_date},
    deadlines::{plus_days, start_of},
    ids::AccountId,
    retention::{Class, WARNING_DAYS},
    routes,
};
use store::{
    account, admin_event,
    chain::{self, Chain},
    elimination, erasure, request, retention,
};

use super::{BATCH, Tick};
use crate::{Habilitation, mails::account as mails};

/// Maximum number of rows deleted from one table at once, where nobody has to be told.
const SWEPT: u64 = 5_000;

/// What a run erased, or warned of, at the end of its retention period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Aged {
    /// Unused accounts, whose owners were told that they will be deleted.
    pub warned: usize,
    pub anonymised: usize,
    pub unconfirmed: usize,
    pub drafts: usize,
    /// Request files whose elimination the archives allowed.
    pub files: usize,
    /// Rows of all other tables.
    pub rows: u64,
}

impl Habilitation {
    pub(super) async fn age(&self, tick: Tick) -> Result<Aged, store::Error> {
        Ok(Aged {
            warned: self.warn_unused(tick).await?,
            anonymised: self.expire_unused(tick).await?,
            unconfirmed: self.forget_unconfirmed(tick).await?,
            drafts: self.forget_drafts(tick).await?,
            files: self.carry_eliminations(tick).await?,
            rows: self.sweep(tick).await? + self.purge_admin_journal(tick).await?,
        })
    }

    async fn warn_unused(&self, tick: Tick) -> Result<usize, store::Error> {
        let cx = &self.cx;
        // Accounts whose period ends in thirty days; `mail_day` keeps these mails in office hours.
        let Some(seen) = Class::Account.before(start_of(plus_days(tick.mail_day, WARNING_DAYS + 1))) else { return Ok(0) };
        let last = french_date(plus_days(tick.mail_day, WARNING_DAYS));
        let mut warned = 0;
        for id in erasure::unused(&cx.db, seen, None, BATCH).await? {
            let tx = cx.begin().await?;
            if let Some(account) = account::by_id(&tx, id).await?
                && erasure::warn(&tx, id, seen, tick.now).await?
            {
                mails::unused(&account.email, &last, &cx.url(routes::SIGN_IN)).send(cx, &tx).await?;
                tx.commit().await?;
                warned += 1;
            }
        }
        Ok(warned)
    }

    async fn expire_unused(&self, tick: Tick) -> Result<usize, store::Error> {
        let cx = &self.cx;
        let Some(seen) = Class::Account.before(tick.now) else { return Ok(0) };
        // Only accounts warned at least thirty days ago, even when the warning left late.
        let warned = start_of(plus_days(paris_date(tick.now), 1 - WARNING_DAYS));
        let mut expired = 0;
        for id in erasure::unused(&cx.db, seen, Some(warned), BATCH).await? {
            let tx = cx.begin().await?;
            let held = erasure::in_force(&tx, id).await?;
            if held.keeps_from_aging() || !erasure::is_unused(&tx, id, seen).await? {
                continue;
            }
            let Some(account) = account::by_id(&tx, id).await? else { continue };
            if self.expire_account(&tx, &account, "Aucune connexion depuis deux ans").await? {
                tx.commit().await?;
                expired += 1;
            }
        }
        Ok(expired)
    }

    async fn forget_unconfirmed(&self, tick: Tick) -> Result<usize, store::Error> {
        let Some(before) = Class::UnconfirmedAccount.before(tick.now) else { return Ok(0) };
        let mut gone = 0;
        for id in erasure::unconfirmed(&self.cx.db, before, BATCH).await? {
            gone += usize::from(self.forget_unconfirmed_one(id, tick).await?);
        }
        Ok(gone)
    }

    /// Deletes the row; when a journal refers to it, the account is erased to a bare id instead.
    async fn forget_unconfirmed_one(&self, id: AccountId, tick: Tick) -> Result<bool, store::Error> {
        let tx = self.cx.begin().await?;
        match erasure::remove_unconfirmed(&tx, id).await {
            Ok(gone) => {
                tx.commit().await?;
                return Ok(gone);
            }
            Err(error) if error.is_still_named() => drop(tx),
            Err(error) => return Err(error),
        }
        let tx = self.cx.begin().await?;
        let gone = erasure::erase(&tx, id, tick.now).await?;
        tx.commit().await?;
        Ok(gone)
    }

    async fn forget_drafts(&self, tick: Tick) -> Result<usize, store::Error> {
        let Some(before) = Class::Draft.before(tick.now) else { return Ok(0) };
        let mut gone = 0;
        for id in request::drafts_to_forget(&self.cx.db, before, BATCH).await? {
            let tx = self.cx.begin().await?;
            if self.erase_file(&tx, id).await? {
                tx.commit().await?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// Erases the request files of the lists that have their visa.
    async fn carry_eliminations(&self, tick: Tick) -> Result<usize, store::Error> {
        let cx = &self.cx;
        let Some(before) = Class::RequestFile.before(tick.now) else { return Ok(0) };
        let mut erased = 0;
        for (_, id) in elimination::to_erase(&cx.db, BATCH).await? {
            let tx = cx.begin().await?;
            if elimination::is_over(&tx, id, before).await? {
                let done = elimination::note_erased(&tx, id, tick.now).await? && self.erase_file(&tx, id).await?;
                erased += usize::from(done);
            } else {
                elimination::leave_out(&tx, id).await?;
            }
            tx.commit().await?;
        }
        let tx = cx.begin().await?;
        if elimination::close(&tx, tick.now).await? > 0 {
            tx.commit().await?;
        }
        Ok(erased)
    }

    /// Purges the oldest lines of the administration's journal, behind a signed checkpoint. A journal that fails verification is left
    /// as it is, for whoever investigates it.
    async fn purge_admin_journal(&self, tick: Tick) -> Result<u64, store::Error> {
        let cx = &self.cx;
        let Some(before) = Class::AdminJournal.before(tick.now) else { return Ok(0) };
        if admin_event::oldest(&cx.db).await?.is_none_or(|oldest| oldest >= before) {
            return Ok(0);
        }
        let tx = cx.begin().await?;
        match chain::purge_before(cx, &tx, Chain::Administration, before).await? {
            Ok(gone) => {
                tx.commit().await?;
                Ok(gone)
            }
            Err(fault) => {
                tracing::error!(%fault, "the administration's journal is not whole: nothing of it was purged");
                Ok(0)
            }
        }
    }

    async fn sweep(&self, tick: Tick) -> Result<u64, store::Error> {
        let mut gone = 0;
        for sweep in &retention::SWEEPS {
            let Some(before) = sweep.class.before(tick.now) else { continue };
            let tx = self.cx.begin().await?;
            let rows = retention::sweep(&tx, sweep, before, SWEPT).await?;
            if rows > 0 {
                tx.commit().await?;
            }
            gone += rows;
        }
        Ok(gone)
    }
}
