//! Verification of the applicant's membership by a reviewer who decides for the service, and who says how they know.

use domain::{ids::RequestId, request::JournalKind, words};
use store::{account, journal, organisation::members, request::Request};

use super::{DecideError, Reviewing};
use crate::{
    memberships::{MAX_REASON, MembershipError},
    requests::Opened,
};

impl Reviewing<'_> {
    /// While the membership is not verified, for reviewers who decide for the service; nobody verifies their own.
    pub fn may_verify_membership(&self, opened: &Opened) -> bool {
        opened.people.applicant_is_member && !opened.people.applicant_verified && self.verifies(&opened.request)
    }

    fn verifies(&self, request: &Request) -> bool {
        self.actor.reviews_one_of(request.services()) && request.applicant != self.actor.account
    }

    /// `reason` says how it is known, for whoever reads the request after.
    pub async fn verify_membership(&self, id: RequestId, reason: &str) -> Result<(), MembershipError> {
        let cx = &self.room.cx;
        let request = self.visible(id).await.map_err(unseen)?;
        self.in_person().map_err(|_| MembershipError::InPerson)?;
        if !self.verifies(&request) {
            return Err(MembershipError::NotYours);
        }
        let reason = words::checked(reason, MAX_REASON).map_err(MembershipError::Reason)?;
        members::find(&cx.db, request.applicant, request.organisation).await?.ok_or(MembershipError::Gone)?;
        let applicant = account::by_id(&cx.db, request.applicant).await?.ok_or(MembershipError::NotFound)?;
        let organisation = self.room.organisation(request.organisation).await?.ok_or(MembershipError::NotFound)?;
        let tx = cx.begin().await?;
        if self.room.write_verified(&tx, &applicant, &organisation, true, self.actor.account, &reason).await? {
            journal::write(cx, &tx, id, JournalKind::MembershipVerified, self.actor, &reason).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn unseen(error: DecideError) -> MembershipError {
    match error {
        DecideError::Store(error) => error.into(),
        _ => MembershipError::NotFound,
    }
}
