//! The people named in a request: told when it is submitted, they confirm or decline their role, with or without an
//! account.

use domain::{
    Hours,
    actor::By,
    catalogue::Form,
    designation::RoleAnswer,
    ids::RequestId,
    request::{JournalKind, State},
    routes,
    words::{self, WordsError},
};
pub use store::designation::Designation;
use store::{
    account,
    designation::{self, NewDesignation},
    habilitation::contacts,
    journal,
    request::{self, Request},
};

use super::{Applying, Opened, RequestError};
use crate::{
    Habilitation,
    limits::TooMany,
    mails::{self, About},
};

const LINK: Hours = Hours(60 * 24);
/// Maximum number of characters of a reason.
pub const MAX_REASON: usize = 1000;

/// The answer of a designated person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleReply {
    Confirm,
    Decline(String),
}

#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The link is unknown or expired, or the role went to somebody else.
    #[error("link not usable")]
    Link,
    /// The request was refused, revoked or archived: there is no role any more.
    #[error("the request is over")]
    Over(State),
    /// Limited, because each answer writes a journal line and each refusal sends a mail.
    #[error("the answer changed too often")]
    TooMany(#[from] TooMany),
    #[error("the reason: {0}")]
    Reason(WordsError),
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl RoleError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Reason(error) => error.or_missing("Dites pourquoi vous déclinez ce rôle\u{a0}: le demandeur lira ce texte."),
            _ => return None,
        })
    }
}

impl From<store::Error> for RoleError {
    fn from(error: store::Error) -> Self {
        Self::Request(error.into())
    }
}

impl RoleReply {
    fn checked(self) -> Result<(RoleAnswer, String), RoleError> {
        let Self::Decline(reason) = self else { return Ok((RoleAnswer::Confirmed, String::new())) };
        Ok((RoleAnswer::Declined, words::checked(&reason, MAX_REASON).map_err(RoleError::Reason)?))
    }
}

impl Habilitation {
    /// Part of submitting, and of restoring what was granted: people newly designated are mailed, those not designated any more are
    /// removed. Somebody who names themselves (`own` is their address) has confirmed by doing so. `form` is the one that was filled:
    /// it may ask for people whom its service alone does not ask for.
    pub(crate) async fn name_contacts(
        &self,
        tx: &store::Tx,
        request: &Request,
        form: &Form,
        organisation: &str,
        own: &str,
    ) -> Result<(), store::Error> {
        let cx = &self.cx;
        let known = designation::of_request(tx, request.id).await?;
        let (now, until) = (cx.now(), LINK.after(cx.now()));
        for (contact, email) in form.named(&request.answers) {
            let email = email.as_str();
            let before = known.iter().find(|one| one.contact == contact.id && one.email == email);
            if before.is_some_and(|one| one.answer != RoleAnswer::Waiting || one.expires_at > now) {
                continue;
            }
            let text = |suffix: &str| request.answers.text(&format!("{}_{suffix}", contact.id));
            let (token, name) = (cx.new_token(), format!("{} {}", text("given_name"), text("family_name")));
            let answer = if email == own { RoleAnswer::Confirmed } else { RoleAnswer::Waiting };
            let new = NewDesignation { contact: &contact.id, label: &contact.label, name: name.trim(), email, token: &token, answer };
            designation::name(tx, request.id, new, now, until).await?;
            if email != own {
                let about = About::new(cx, request, &form.name, &routes::role(&token));
                mails::sharing::named(email, &about, &contact.label, organisation).at_address_of(request.applicant).send(cx, tx).await?;
            }
        }
        self.forget_replaced(tx, request, form, organisation, known).await
    }

    /// Removes those of `known` whom the answers do not name for that role any more, and their links. They are mailed, unless they
    /// had declined, are named for another role, or are named by the habilitation in force.
    pub(crate) async fn forget_replaced(
        &self,
        tx: &store::Tx,
        request: &Request,
        form: &Form,
        organisation: &str,
        known: Vec<Designation>,
    ) -> Result<(), store::Error> {
        let cx = &self.cx;
        let named = form.named(&request.answers);
        let in_force = contacts::in_force(tx, request.id).await?;
        let mut told: Vec<String> = Vec::new();
        for Designation { contact, email, answer, .. } in known {
            if named.iter().any(|(one, address)| one.id == contact && address.as_str() == email) {
                continue;
            }
            // Removes this person's row only: somebody else may hold the role already.
            designation::forget(tx, request.id, &contact, &email).await?;
            let elsewhere = named.iter().any(|(_, address)| address.as_str() == email) || in_force.iter().any(|one| one.email == email);
            if answer != RoleAnswer::Declined && !elsewhere && !told.contains(&email) {
                let about = About::new(cx, request, &form.name, &routes::request(request.id));
                mails::sharing::no_longer_named(&email, &about, organisation).at_address_of(request.applicant).send(cx, tx).await?;
                told.push(email);
            }
        }
        Ok(())
    }
}

impl Applying<'_> {
    /// Records the answer of a designated person, from their own account.
    pub async fn answer_role(&self, id: RequestId, contact: &str, reply: RoleReply) -> Result<(), RoleError> {
        self.seen(id).await?;
        let all = designation::of_request(&self.room.cx.db, id).await?;
        let mine = all.into_iter().find(|one| one.contact == contact && one.email == self.actor.email);
        self.room.record_answer(&mine.ok_or(RequestError::NotFound)?, reply, self.actor.into()).await
    }
}

impl Habilitation {
    /// What the link of a named person opens: their role, and a summary of the request.
    pub async fn designation(&self, token: &str) -> Result<(Designation, Opened), RoleError> {
        let found = designation::by_token(&self.cx.db, token, self.cx.now()).await?.ok_or(RoleError::Link)?;
        let request = request::by_id(&self.cx.db, found.request).await?.ok_or(RoleError::Link)?;
        check_not_over(&request)?;
        let mut opened = self.opened(request).await?;
        opened.reduce_for(&found.email);
        Ok((found, opened))
    }

    pub async fn answer_designation(&self, token: &str, reply: RoleReply) -> Result<(), RoleError> {
        let found = designation::by_token(&self.cx.db, token, self.cx.now()).await?.ok_or(RoleError::Link)?;
        self.record_answer(&found, reply, By::default()).await
    }

    async fn record_answer(&self, named: &Designation, reply: RoleReply, by: By) -> Result<(), RoleError> {
        let cx = &self.cx;
        let tx = cx.begin().await?;
        let request = request::by_id(&tx, named.request).await?.ok_or(RoleError::Link)?;
        check_not_over(&request)?;
        let (answer, reason) = reply.checked()?;
        if answer == named.answer {
            return Ok(());
        }
        self.may_answer_role(&tx, named).await??;
        if !designation::answer(&tx, named, answer, &reason, cx.now()).await? {
            let all = designation::of_request(&tx, request.id).await?;
            let still = all.iter().any(|one| one.contact == named.contact && one.email == named.email);
            return if still { Ok(()) } else { Err(RoleError::Link) };
        }
        let who = format!("{} ({})", named.name, named.label.to_lowercase());
        let (kind, detail) = match answer {
            RoleAnswer::Declined => (JournalKind::RoleDeclined, format!("{who} — {reason}")),
            _ => (JournalKind::RoleConfirmed, who),
        };
        journal::write(cx, &tx, request.id, kind, by, &detail).await?;
        if answer == RoleAnswer::Declined
            && let Some(applicant) = account::by_id(&tx, request.applicant).await?
        {
            let about = About::new(cx, &request, self.service_name(&request.service), &routes::request(request.id));
            mails::sharing::role_declined(&applicant.email, &about, &named.name, &named.label, &reason).send(cx, &tx).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn check_not_over(request: &Request) -> Result<(), RoleError> {
    let state = request.phase.state();
    if state.is_over() { Err(RoleError::Over(state)) } else { Ok(()) }
}
