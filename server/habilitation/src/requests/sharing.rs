//! Co-editors: invited by mail on one request, they fill it and answer with its applicant.

use domain::{Hours, contact::Email, form::Problem, ids::RequestId, request::JournalKind, routes, sight::Act};
pub use store::co_editor::CoEditor;
use store::{
    account, co_editor, journal,
    link::{self, Link, Purpose},
};

use super::{Applying, Opened, RequestError};
use crate::{
    limits::InvitationLimit,
    mails::{self, About},
};

const INVITATION: Hours = Hours(14 * 24);
/// Between two messages to the same person.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(600);
pub const MAX_CO_EDITORS: usize = 10;

#[derive(Debug, thiserror::Error)]
pub enum SharingError {
    #[error("the address: {0}")]
    Email(Problem),
    #[error("one's own address")]
    Oneself,
    #[error("invited already")]
    Already,
    #[error("{MAX_CO_EDITORS} people share it already")]
    TooMany,
    #[error(transparent)]
    Limit(#[from] InvitationLimit),
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl SharingError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Email(problem) => problem.sentence(),
            Self::Oneself => "Cette adresse est la vôtre\u{a0}: indiquez celle d’un collègue.".to_owned(),
            Self::Already => "Cette personne est déjà invitée.".to_owned(),
            Self::TooMany => format!("{MAX_CO_EDITORS} personnes au plus\u{a0}: retirez-en une avant d’en inviter une autre."),
            Self::Limit(error) => error.sentence(),
            _ => return None,
        })
    }
}

impl From<store::Error> for SharingError {
    fn from(error: store::Error) -> Self {
        Self::Request(error.into())
    }
}

impl Applying<'_> {
    /// The request and who edits it, for its applicant.
    pub async fn co_editors(&self, id: RequestId) -> Result<(Opened, Vec<CoEditor>), SharingError> {
        self.managed(id).await?;
        Ok((self.open(id).await?, co_editor::of_request(&self.room.cx.db, id).await?))
    }

    /// For anybody but the applicant, the page does not exist.
    pub(super) async fn managed(&self, id: RequestId) -> Result<store::request::Seen, RequestError> {
        let seen = self.seen(id).await?;
        if seen.allows(Act::Manage) { Ok(seen) } else { Err(RequestError::NotFound) }
    }

    /// `listed` is how many co-editors the page showed when the form was filled: an invitation added since, on the same terms, comes
    /// from the same form sent twice, and succeeds.
    pub async fn invite_co_editor(&self, id: RequestId, email: &str, may_submit: bool, listed: usize) -> Result<(), SharingError> {
        let done = self.invite_once(id, email, may_submit).await;
        let (Err(SharingError::Already), Some(email)) = (&done, Email::parse(email)) else { return done };
        let known = co_editor::of_request(&self.room.cx.db, id).await?;
        let same = |one: &CoEditor| one.email == email.as_str() && one.may_submit == may_submit && one.accepted_at.is_none();
        // In the order they were invited.
        if known.iter().skip(listed).any(same) { Ok(()) } else { done }
    }

    async fn invite_once(&self, id: RequestId, email: &str, may_submit: bool) -> Result<(), SharingError> {
        let cx = &self.room.cx;
        let request = self.managed(id).await?.request;
        check_not_over(&request)?;
        let email = self.room.mailbox(email).map_err(SharingError::Email)?;
        if email.as_str() == self.actor.email {
            return Err(SharingError::Oneself);
        }
        let known = co_editor::of_request(&cx.db, id).await?;
        if known.iter().any(|one| one.email == email.as_str()) {
            return Err(SharingError::Already);
        }
        if known.len() >= MAX_CO_EDITORS {
            return Err(SharingError::TooMany);
        }
        // Counted too when an address is removed and invited again: it is mailed again.
        self.room.may_invite(self.actor.account, email.as_str()).await??;
        let (now, until) = (cx.now(), INVITATION.after(cx.now()));
        let tx = cx.begin().await?;
        if !co_editor::invite(&tx, id, email.as_str(), may_submit, self.actor.account, now, until).await? {
            return Err(SharingError::Already);
        }
        journal::write(cx, &tx, id, JournalKind::CoEditorInvited, self.actor, "").await?;
        self.send_invitation(&tx, &request, email.as_str()).await?;
        Ok(tx.commit().await?)
    }

    /// A new link; the one sent before no longer works.
    pub async fn resend_invitation(&self, id: RequestId, email: &str) -> Result<(), SharingError> {
        let cx = &self.room.cx;
        let request = self.managed(id).await?.request;
        check_not_over(&request)?;
        let all = co_editor::of_request(&cx.db, id).await?;
        let known = all.iter().find(|one| one.email == email && one.accepted_at.is_none()).ok_or(RequestError::NotFound)?;
        let again = known.invited_at + PAUSE;
        if cx.now() < again {
            return Err(InvitationLimit::TooSoon(self.room.too_many(again)).into());
        }
        self.room.may_send(self.actor.account).await?.map_err(InvitationLimit::TooMuch)?;
        let tx = cx.begin().await?;
        if !co_editor::invite_again(&tx, id, email, cx.now(), INVITATION.after(cx.now())).await? {
            return Err(RequestError::NotFound.into());
        }
        link::withdraw_co_edit(&tx, id, email).await?;
        self.send_invitation(&tx, &request, email).await?;
        Ok(tx.commit().await?)
    }

    async fn send_invitation(&self, tx: &store::Tx, request: &store::request::Request, email: &str) -> Result<(), SharingError> {
        let cx = &self.room.cx;
        let token = cx.new_token();
        let link = Link { purpose: Purpose::CoEdit(request.id), email: email.to_owned() };
        link::create(tx, &token, &link, INVITATION.after(cx.now())).await?;
        let about = About::new(cx, request, self.room.service_name(&request.service), &routes::invitation(&token));
        Ok(mails::sharing::co_editor(email, &about, &self.actor.name).at_address_of(self.actor.account).send(cx, tx).await?)
    }

    pub async fn let_submit(&self, id: RequestId, email: &str, allowed: bool) -> Result<(), SharingError> {
        let cx = &self.room.cx;
        self.managed(id).await?;
        let tx = cx.begin().await?;
        if !co_editor::allow_submitting(&tx, id, email, allowed).await? {
            return Err(RequestError::NotFound.into());
        }
        Ok(tx.commit().await?)
    }

    /// The invitation, or the right, ends at once.
    pub async fn remove_co_editor(&self, id: RequestId, email: &str) -> Result<(), SharingError> {
        let cx = &self.room.cx;
        self.managed(id).await?;
        let all = co_editor::of_request(&cx.db, id).await?;
        let joined = all.iter().find(|one| one.email == email).and_then(|one| one.account);
        let tx = cx.begin().await?;
        if !co_editor::remove(&tx, id, email).await? {
            drop(tx);
            // Removed already by the same form.
            let kinds = [JournalKind::CoEditorInvited, JournalKind::CoEditorJoined, JournalKind::CoEditorRemoved];
            let last = self.room.own_last(self.actor, id, kinds).await?;
            return if last.is_some_and(|line| line.kind == JournalKind::CoEditorRemoved) { Ok(()) } else { Err(RequestError::NotFound.into()) };
        }
        link::withdraw_co_edit(&tx, id, email).await?;
        // The name, never the address: the line of the journal stays.
        let name = account::by_ids(&tx, joined).await?.first().map(account::Account::name).unwrap_or_default();
        journal::write(cx, &tx, id, JournalKind::CoEditorRemoved, self.actor, &name).await?;
        Ok(tx.commit().await?)
    }
}

/// Nobody is invited to a request that is over.
fn check_not_over(request: &store::request::Request) -> Result<(), RequestError> {
    if request.phase.state().is_over() { Err(RequestError::NotEditable) } else { Ok(()) }
}
