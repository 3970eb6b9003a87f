//! Who holds a session, and what opens with it.

use domain::{
    actor::{Actor, Grant, Impersonator, need_second_factor},
    ids::AccountId,
    retention::SESSION,
};
pub use store::message::Waiting;
use store::{
    account::{self, Account},
    demonstration, impersonation, message,
    organisation::{self, members},
    partner, passkey, role, second_factor,
    session::{self, NewSession, Session},
    visit::{self, Visit},
};

use crate::{
    Habilitation,
    accounts::{AccountError, Visitor},
};

/// Seconds between two notes of a session's use: a list of sessions needs no more.
const TOUCH_S: i64 = 300;

/// What a session's token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Nobody,
    /// The password was right, and the second factor was not shown yet: the session opens nothing.
    AwaitingCode,
    Somebody(Box<Holder>),
}

/// Somebody signed in, and what each page says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub actor: Actor,
    /// The name of the organisation they work for.
    pub organisation: Option<String>,
    pub waiting: Waiting,
}

impl Habilitation {
    /// Opens a session, always under a new token. Refuses suspended accounts, and the demonstration's accounts elsewhere than in a
    /// demonstration.
    pub(crate) async fn open_session(&self, tx: &store::Tx, account: AccountId) -> Result<String, AccountError> {
        let suspended = account::by_id(tx, account).await?.is_none_or(|account| account.suspended.is_some());
        if suspended {
            return Err(AccountError::Suspended);
        }
        if !self.demonstration && demonstration::has_account(tx, account).await? {
            return Err(AccountError::Credentials);
        }
        let token = self.cx.new_token();
        let organisation = organisation::of_account(tx, account).await?.first().map(|organisation| organisation.id);
        let code_due = self.has_second_factor(tx, account).await?;
        let now = self.cx.now();
        let new = NewSession { id: self.cx.new_id(), account, organisation, code_due };
        session::open(tx, &token, new, now, SESSION.after(now)).await?;
        account::note_sign_in(tx, account, now).await?;
        Ok(token)
    }

    /// Names the browser of a session: its family, which the caller reads in the words of the browser.
    pub async fn name_browser(&self, token: &str, family: &str) -> Result<(), AccountError> {
        let tx = self.cx.begin().await?;
        session::name_browser(&tx, token, family).await?;
        Ok(tx.commit().await?)
    }

    pub async fn sign_out(&self, token: &str) -> Result<(), AccountError> {
        let now = self.cx.now();
        let tx = self.cx.begin().await?;
        if let Some(Session { account, impersonation: Some(id), .. }) = session::find(&tx, token, now).await? {
            self.end_impersonation(&tx, id, account).await?;
        }
        session::close(&tx, token).await?;
        Ok(tx.commit().await?)
    }

    /// Who holds this session, with what they may do.
    pub async fn actor(&self, token: &str) -> Result<Visitor, AccountError> {
        Ok(match self.who(token).await? {
            Who::Somebody(holder) => Some(holder.actor),
            Who::Nobody | Who::AwaitingCode => None,
        })
    }

    pub async fn who(&self, token: &str) -> Result<Who, AccountError> {
        let Some(visit) = visit::find(&self.cx.db, token, self.cx.now()).await? else { return Ok(Who::Nobody) };
        let Visit { session, account, organisation, grants, partner, verified, waiting } = visit;
        if account.suspended.is_some() {
            return Ok(Who::Nobody);
        }
        if session.awaits_code() {
            return Ok(Who::AwaitingCode);
        }
        self.note_use(token, &session).await;
        if session.impersonation.is_some() {
            // When the impersonation is over, or the right to it is gone, the session is nobody's: it never becomes the
            // administrator's own.
            let Some(actor) = self.impersonated(&session, &account).await? else { return Ok(Who::Nobody) };
            let organisation = self.organisation_name(&actor).await?;
            let waiting = message::waiting(&self.cx.db, actor.account).await?;
            return Ok(Who::Somebody(Box::new(Holder { actor, organisation, waiting })));
        }
        let strong = session.strong_at.is_some();
        let organisation = organisation.map(|found| found.name());
        let actor = actor_of(account, &session, grants, (partner, verified), strong);
        // Somebody whose rights are suspended is not told what waits for them as a reviewer.
        let waiting = Waiting { reviewed: if actor.dormant { 0 } else { waiting.reviewed }, ..waiting };
        Ok(Who::Somebody(Box::new(Holder { actor, organisation, waiting })))
    }

    /// Who the holder of a session that awaits its second factor will be once it is shown.
    pub async fn awaited(&self, token: &str) -> Result<Visitor, AccountError> {
        let visit = visit::find(&self.cx.db, token, self.cx.now()).await?;
        let visit = visit.filter(|visit| visit.account.suspended.is_none() && visit.session.awaits_code());
        Ok(visit.map(|Visit { session, account, grants, partner, verified, .. }| actor_of(account, &session, grants, (partner, verified), true)))
    }

    /// The person being impersonated in this session, while the impersonation is under way.
    async fn impersonated(&self, session: &Session, admin: &Account) -> Result<Option<Actor>, AccountError> {
        let db = &self.cx.db;
        let Some(id) = session.impersonation else { return Ok(None) };
        let under_way = impersonation::find(db, id).await?.filter(|found| found.is_under_way(self.cx.now()));
        let Some(found) = under_way.filter(|_| admin.admin && session.strong_at.is_some()) else { return Ok(None) };
        let Some(account) = account::by_id(db, found.account).await?.filter(|account| !account.admin) else { return Ok(None) };
        let membership = match found.organisation {
            Some(organisation) => members::find(db, account.id, organisation).await?,
            None => None,
        };
        Ok(Some(Actor {
            account: account.id,
            name: account.name(),
            grants: role::of_account(db, account.id).await?,
            admin: false,
            dormant: false,
            partner: !partner::services_of(db, account.id).await?.is_empty(),
            organisation: membership.as_ref().map(|link| link.organisation),
            verified: membership.is_some_and(|link| link.verified),
            strong: true,
            impersonated_by: Some(Impersonator { account: admin.id, impersonation: id, until: found.ends_at }),
            email: account.email,
        }))
    }

    /// Notes the use of the session; a failure is logged, and does not make the page fail.
    async fn note_use(&self, token: &str, session: &Session) {
        let now = self.cx.now();
        if now.as_second() - session.last_used_at.as_second() < TOUCH_S {
            return;
        }
        let noted: Result<(), store::Error> = async {
            let tx = self.cx.begin().await?;
            session::touch(&tx, token, now).await?;
            tx.commit().await
        }
        .await;
        if let Err(error) = noted {
            tracing::warn!(%error, "the use of a session could not be noted");
        }
    }

    /// Whether the account has a second factor that counts here: the public application of the demonstration's accounts does not
    /// count on other sites.
    pub(crate) async fn has_second_factor(&self, db: &impl store::ConnectionTrait, account: AccountId) -> Result<bool, store::Error> {
        Ok(self.has_application(db, account).await? || passkey::count(db, account).await? > 0)
    }

    pub(crate) async fn has_application(&self, db: &impl store::ConnectionTrait, account: AccountId) -> Result<bool, store::Error> {
        Ok(second_factor::kind(db, account).await?.is_some_and(|demonstration| !demonstration || self.demonstration))
    }
}

/// Rights that ask for a second factor are suspended until it is shown (`strong`).
fn actor_of(account: Account, session: &Session, grants: Vec<Grant>, (partner, verified): (bool, bool), strong: bool) -> Actor {
    let dormant = !strong && need_second_factor(account.admin, &grants);
    Actor {
        account: account.id,
        name: account.name(),
        grants: if dormant { Vec::new() } else { grants },
        admin: account.admin && !dormant,
        dormant,
        partner,
        organisation: session.organisation,
        verified,
        strong,
        impersonated_by: None,
        email: account.email,
    }
}
