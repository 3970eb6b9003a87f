//! Opening a request by what ties the person to it, and refusing the acts that this does not allow.

use domain::{
    ids::RequestId,
    message::Side,
    sight::{Act, Sight},
};
use store::request::{self, Seen, Viewer};

use super::{Applying, Opened, Reliable, RequestError, continuation::Reader, opened::put_as_sent};

impl Applying<'_> {
    pub(super) async fn seen(&self, id: RequestId) -> Result<Seen, RequestError> {
        let viewer = Viewer { account: self.actor.account, email: &self.actor.email };
        request::seen_by(&self.room.cx.db, id, viewer).await?.ok_or(RequestError::NotFound)
    }

    /// The request, if this person may do this with it now.
    pub(super) async fn allowed(&self, id: RequestId, act: Act) -> Result<Seen, RequestError> {
        let seen = self.seen(id).await?;
        permit(&seen, act)?;
        Ok(seen)
    }

    /// Whatever this person may see of it; a contact's view holds neither history nor other people's contact details.
    pub async fn open(&self, id: RequestId) -> Result<Opened, RequestError> {
        let Seen { request, sight, submitted_once } = self.seen(id).await?;
        let mut opened = self.room.opened(request).await?;
        opened.people.sight = Some(sight);
        opened.people.submitted_once = submitted_once;
        if sight == Sight::Contact {
            opened.reduce_for(&self.actor.email);
            return Ok(opened);
        }
        if !sight.reads_what_is_written() {
            opened.hide_unsent();
        }
        opened.unread = self.room.unread_of(self.actor, Side::Applicant, &opened).await?;
        opened.chain = self.room.chain(&opened, Reader::Applicant(self.actor)).await?;
        if opened.allows(Act::Edit) {
            self.offer_reliance(&mut opened).await?;
            opened.people.resume_at = self.left_at(id).await?;
            let saved = self.room.contacts_for(self.actor, opened.request.organisation).await?;
            opened.people.keeps_contacts = saved.is_some();
            opened.people.saved_contacts = saved.unwrap_or_default();
        }
        Ok(opened)
    }

    /// Adds the requests that this person sees and may rely on to those already relied on.
    async fn offer_reliance(&self, opened: &mut Opened) -> Result<(), RequestError> {
        let Some(other) = &opened.service.relies_on else { return Ok(()) };
        let found = request::reliable(&self.room.cx.db, opened.request.organisation, other, &[self.actor.account]).await?;
        let new = found.into_iter().map(Reliable::from).filter(|one| opened.reliable.iter().all(|known| known.id != one.id));
        let new: Vec<Reliable> = new.collect();
        opened.reliable.extend(new);
        opened.reliable.sort_by_key(|one| std::cmp::Reverse(one.number));
        Ok(())
    }
}

/// Refuses what this person may not do now with the request they see.
pub(super) fn permit(seen: &Seen, act: Act) -> Result<(), RequestError> {
    if seen.allows(act) {
        return Ok(());
    }
    Err(match (seen.sight, act) {
        (Sight::Contact, _) => RequestError::NotFound,
        (Sight::Applicant, _) | (Sight::CoEditor { .. }, Act::Edit) => RequestError::NotEditable,
        _ => RequestError::NotYours,
    })
}

impl Opened {
    /// For the applicant's side: false for reviewers, who have rules of their own.
    pub fn allows(&self, act: Act) -> bool {
        self.people.sight.is_some_and(|sight| sight.allows(act, self.request.phase.state(), self.people.submitted_once))
    }

    /// Shows what is in force, for a contact whom a pending change replaces: that change does not name them.
    fn put_as_in_force(&mut self) {
        if let Some(granted) = self.request.reopened.and_then(|reopened| self.habilitations.iter().find(|one| one.id == reopened.habilitation)) {
            self.request.title.clone_from(&granted.title);
            self.request.answers = granted.answers.clone();
            self.request.relies_on = granted.relies_on;
            self.request.catalogue_version = granted.catalogue_version;
        }
    }

    /// What a contact reads of the request: no history, and of the other contacts only the name and the role.
    pub(crate) fn reduce_for(&mut self, email: &str) {
        put_as_sent(&mut self.request, &self.habilitations, &self.submissions);
        self.people.designations.retain(|one| one.email == email);
        if self.people.designations.is_empty() {
            self.put_as_in_force();
        }
        self.follow_version();
        self.journal.clear();
        self.remarks.clear();
        self.effects.clear();
        self.relying.clear();
        self.moved = None;
        self.request.set_aside = None;
        self.people.refused.clear();
        for contact in self.service.people(&self.request.answers) {
            let field = format!("{}_email", contact.id);
            if self.request.answers.text(&field) != email {
                self.request.answers.0.remove(&field);
                self.request.answers.0.remove(&format!("{}_phone", contact.id));
            }
        }
    }
}
