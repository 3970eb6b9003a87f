//! Verification of memberships: an administrator decides, or a verified colleague whose address has the same domain vouches. A member
//! who is not verified sees only their own requests.

use domain::{
    actor::Actor,
    ids::{AccountId, OrganisationId},
    membership, routes,
    words::{self, WordsError},
};
use store::{
    Page, Paging,
    account::{self, Account},
    organisation::{
        self, Organisation,
        members::{self, Membership},
    },
    session,
};

use crate::{Habilitation, mails};

/// Maximum number of members listed: a longer list would amount to a directory.
const MAX_MEMBERS: u64 = 200;
/// Maximum number of characters of a justification.
pub const MAX_REASON: usize = 500;
const VOUCHED: &str = "Confirmé par un collègue dont l’adresse a le même domaine";

#[derive(Debug, thiserror::Error)]
pub enum MembershipError {
    #[error("no such link")]
    NotFound,
    #[error("the addresses are not at the same body")]
    NotYours,
    /// The person left the organisation, or never joined it.
    #[error("no longer a member")]
    Gone,
    #[error("not in somebody's place")]
    InPerson,
    /// A verified member sees what the others file: nobody verifies their own membership.
    #[error("one's own link")]
    Oneself,
    #[error("the reason: {0}")]
    Reason(WordsError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl MembershipError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Reason(error) => error.or_missing("Justifiez votre décision."),
            _ => return None,
        })
    }
}

/// A member of the same organisation, as a colleague sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub account: AccountId,
    pub name: String,
    pub email: String,
    pub verified: bool,
    /// The reader may vouch for them.
    pub may_vouch: bool,
}

/// A membership as an administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipLine {
    pub account: AccountId,
    pub organisation: OrganisationId,
    pub name: String,
    pub email: String,
    pub organisation_name: String,
    pub siret: String,
    pub since: domain::Timestamp,
    pub verified: bool,
    /// Who decided last, why and when.
    pub last: Option<(String, String, domain::Timestamp)>,
}

impl Habilitation {
    /// The organisations in which this person's membership is verified.
    pub async fn verified_organisations(&self, actor: &Actor) -> Result<Vec<OrganisationId>, store::Error> {
        let links = members::of_account(&self.cx.db, actor.account).await?;
        Ok(links.into_iter().filter(|link| link.verified).map(|link| link.organisation).collect())
    }

    /// The organisation this person works for, and its members; for a verified member only.
    pub async fn colleagues(&self, actor: &Actor) -> Result<(Organisation, Vec<Member>), MembershipError> {
        let organisation = self.verified_current(actor).await?;
        let links = members::of_organisation(&self.cx.db, organisation.id, MAX_MEMBERS).await?;
        let accounts = account::by_ids(&self.cx.db, links.iter().map(|link| link.account)).await?;
        let line = |link: &Membership| {
            let account = accounts.iter().find(|one| one.id == link.account)?;
            let may_vouch = !link.verified && account.email_confirmed_at.is_some() && membership::may_vouch(&actor.email, &account.email);
            Some(Member { account: link.account, name: account.name(), email: account.email.clone(), verified: link.verified, may_vouch })
        };
        Ok((organisation, links.iter().filter_map(line).collect()))
    }

    pub(crate) async fn verified_current(&self, actor: &Actor) -> Result<Organisation, MembershipError> {
        let id = actor.organisation.ok_or(MembershipError::NotFound)?;
        if !members::is_verified(&self.cx.db, actor.account, id).await? {
            return Err(MembershipError::NotFound);
        }
        organisation::by_id(&self.cx.db, id).await?.ok_or(MembershipError::NotFound)
    }

    pub async fn vouch(&self, actor: &Actor, colleague: AccountId) -> Result<(), MembershipError> {
        let organisation = self.verified_current(actor).await?;
        let account = account::by_id(&self.cx.db, colleague).await?.ok_or(MembershipError::NotFound)?;
        members::find(&self.cx.db, colleague, organisation.id).await?.ok_or(MembershipError::NotFound)?;
        if account.email_confirmed_at.is_none() || !membership::may_vouch(&actor.email, &account.email) {
            return Err(MembershipError::NotYours);
        }
        self.set_verified(&account, &organisation, true, actor.account, VOUCHED).await
    }

    async fn set_verified(
        &self,
        account: &Account,
        organisation: &Organisation,
        verified: bool,
        by: AccountId,
        reason: &str,
    ) -> Result<(), MembershipError> {
        let tx = self.cx.begin().await?;
        self.write_verified(&tx, account, organisation, verified, by, reason).await?;
        Ok(tx.commit().await?)
    }

    /// False when somebody else took the same decision meanwhile: there is nothing left to do.
    pub(crate) async fn write_verified(
        &self,
        tx: &store::Tx,
        account: &Account,
        organisation: &Organisation,
        verified: bool,
        by: AccountId,
        reason: &str,
    ) -> Result<bool, store::Error> {
        let cx = &self.cx;
        if !members::set_verified(cx, tx, account.id, organisation.id, verified, by, reason).await? {
            return Ok(false);
        }
        let letter = if verified {
            mails::sharing::membership_verified(&account.email, &organisation.name(), &cx.url(routes::REQUESTS))
        } else {
            mails::sharing::membership_undone(&account.email, &organisation.name(), reason)
        };
        letter.send(cx, tx).await?;
        Ok(true)
    }

    /// Ends the membership; the person keeps the requests they filed. The session goes on with another of their organisations, if
    /// any.
    pub async fn leave_organisation(&self, actor: &Actor, session_token: &str, id: OrganisationId) -> Result<(), MembershipError> {
        let tx = self.cx.begin().await?;
        if !members::leave(&tx, actor.account, id).await? {
            return Err(MembershipError::NotFound);
        }
        session::forget_organisation(&tx, actor.account, id).await?;
        let others = organisation::of_account(&tx, actor.account).await?;
        if let (Some(next), true) = (others.first(), actor.organisation == Some(id)) {
            session::choose_organisation(&tx, session_token, next.id).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The administrators' list of memberships.
    pub fn memberships<'a>(&'a self, actor: &'a Actor) -> Option<Memberships<'a>> {
        actor.admin.then_some(Memberships { room: self, actor })
    }
}

pub struct Memberships<'a> {
    room: &'a Habilitation,
    actor: &'a Actor,
}

impl Memberships<'_> {
    pub async fn list(&self, verified: bool, page: u64) -> Result<Page<MembershipLine>, MembershipError> {
        let db = &self.room.cx.db;
        let Page { items: links, total } = members::list(db, verified, Paging::of(page)).await?;
        let checks = members::last_checks(db, &links).await?;
        let people = links.iter().map(|link| link.account).chain(checks.iter().map(|(_, _, check)| check.by));
        let accounts = account::by_ids(db, people).await?;
        let bodies = organisation::by_ids(db, links.iter().map(|link| link.organisation)).await?;
        let line = |link: &Membership| {
            let account = accounts.iter().find(|one| one.id == link.account)?;
            let body = bodies.iter().find(|one| one.id == link.organisation)?;
            let check = checks.iter().find(|(one, other, _)| (*one, *other) == (link.account, link.organisation));
            let name = |id: AccountId| accounts.iter().find(|one| one.id == id).map(Account::name).unwrap_or_default();
            Some(MembershipLine {
                account: link.account,
                organisation: link.organisation,
                name: account.name(),
                email: account.email.clone(),
                organisation_name: body.name(),
                siret: body.siret.spaced(),
                since: link.since,
                verified: link.verified,
                last: check.map(|(_, _, check)| (name(check.by), check.reason.clone(), check.at)),
            })
        };
        Ok(Page { items: links.iter().filter_map(line).collect(), total })
    }

    pub async fn decide(&self, account: AccountId, organisation: OrganisationId, verified: bool, reason: &str) -> Result<(), MembershipError> {
        let db = &self.room.cx.db;
        if verified && account == self.actor.account {
            return Err(MembershipError::Oneself);
        }
        let reason = words::checked(reason, MAX_REASON).map_err(MembershipError::Reason)?;
        members::find(db, account, organisation).await?.ok_or(MembershipError::NotFound)?;
        let account = account::by_id(db, account).await?.ok_or(MembershipError::NotFound)?;
        let organisation = organisation::by_id(db, organisation).await?.ok_or(MembershipError::NotFound)?;
        self.room.set_verified(&account, &organisation, verified, self.actor.account, &reason).await
    }
}
