//! What an operator does from the command line. Nobody is signed in there: each act leaves its line in the
//! administration's journal, without a name.

use domain::{actor::Grant, administration::AdminKind, ids::AccountId};
use store::{
    account,
    admin_event::{self, Change},
    role,
};

use crate::{
    Habilitation,
    accounts::{AccountError, SignUp},
};

pub struct Operating<'a> {
    room: &'a Habilitation,
}

impl Habilitation {
    /// For whoever has access to the machine: no other right is checked.
    pub fn operating(&self) -> Operating<'_> {
        Operating { room: self }
    }
}

impl Operating<'_> {
    /// An account ready to use, or a new password for a known one, and the rights it is given: all of it or nothing.
    pub async fn add_account(&self, form: &SignUp, grants: &[Grant], admin: bool) -> Result<AccountId, AccountError> {
        let (room, cx) = (self.room, &self.room.cx);
        let hash = room.checked_hash(form).await?;
        let tx = cx.begin().await?;
        let (id, created) = room.add_account_in(&tx, form, hash).await?;
        let kind = if created { AdminKind::AccountCreated } else { AdminKind::PasswordSet };
        admin_event::write(cx, &tx, None, kind, Some(id), Change::default()).await?;
        let was_admin = account::by_id(&tx, id).await?.is_some_and(|account| account.admin);
        for grant in grants {
            let before = room.grants_in_words(&role::of_account(&tx, id).await?, was_admin);
            role::give(&tx, id, grant).await?;
            let after = room.grants_in_words(&role::of_account(&tx, id).await?, was_admin);
            self.change(&tx, AdminKind::RoleGiven, id, &before, &after).await?;
        }
        if admin && !was_admin {
            let held = role::of_account(&tx, id).await?;
            account::set_admin(&tx, id, true).await?;
            self.change(&tx, AdminKind::AdminGiven, id, &room.grants_in_words(&held, false), &room.grants_in_words(&held, true)).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    async fn change(&self, tx: &store::Tx, kind: AdminKind, about: AccountId, before: &str, after: &str) -> Result<(), store::Error> {
        if before == after {
            return Ok(());
        }
        admin_event::write(&self.room.cx, tx, None, kind, Some(about), Change { before, after, reason: "" }).await
    }

    /// Journals a command whose work is done elsewhere. Called before that work, so that none goes without its line.
    pub async fn note(&self, kind: AdminKind, what: &str) -> Result<(), store::Error> {
        let tx = self.room.cx.begin().await?;
        admin_event::write(&self.room.cx, &tx, None, kind, None, Change { after: what, ..Change::default() }).await?;
        tx.commit().await
    }
}
