//! Renewal: the holder of a habilitation declares that nothing has changed, and its last day moves by one validity period.

use domain::{
    calendar::{french_date, paris_date},
    catalogue::Moved,
    deadlines::{self, Renewal, Term},
    ids::RequestId,
    request::{JournalKind, Phase},
    routes,
    sight::Act,
};
use jiff::civil::Date;
use store::{
    habilitation::{self, Habilitation as Granted, HabilitationState},
    journal,
};

use crate::{
    mails::{self, About},
    requests::{Applying, Opened, RequestError},
    rights,
};

#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// Nothing was granted, it has no end, or it is somebody else's to renew.
    #[error("nothing to renew")]
    NotFound,
    #[error("a renewal is not possible today")]
    Closed,
    /// The box stating that nothing has changed was not ticked.
    #[error("the box is not ticked")]
    NotConfirmed,
    /// The current form would not accept what was granted: the request has to be updated and submitted again.
    #[error("today's rules refuse it")]
    Outdated,
    /// Renewed or replaced since the page was opened.
    #[error("the end has changed")]
    Stale,
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl RenewError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::NotConfirmed => "Confirmez que rien n’a changé\u{a0}: sinon, mettez votre demande à jour.".to_owned(),
            _ => return None,
        })
    }
}

impl From<store::Error> for RenewError {
    fn from(error: store::Error) -> Self {
        Self::Request(error.into())
    }
}

/// What the renewal page shows.
#[derive(Debug, Clone)]
pub struct Renewable {
    pub opened: Opened,
    /// The one that ends first.
    pub habilitation: Granted,
    /// The one granted together with it, when it ends on the same day: prolonged with it.
    pub together: Option<Granted>,
    pub last_day: Date,
    pub renewal: Renewal,
    /// What the form changed since, when that prevents a renewal.
    pub moved: Option<Moved>,
}

impl Renewable {
    /// « H1 », or « H1 » and « H2 », in their order.
    pub fn numbers(&self) -> Vec<String> {
        let mut all: Vec<&Granted> = std::iter::once(&self.habilitation).chain(&self.together).collect();
        all.sort_by_key(|one| one.number);
        all.into_iter().map(Granted::public_number).collect()
    }

    /// It was prolonged at least once.
    pub fn renewed(&self) -> bool {
        self.opened.journal.iter().any(|entry| entry.kind == JournalKind::Renewed)
    }
}

fn term(one: &Granted) -> Term<'_> {
    let alive = matches!(one.state, HabilitationState::Active | HabilitationState::Expired);
    Term { id: one.id, service: &one.service, alive, last_day: one.valid_until, paired_with: one.paired_with }
}

impl Applying<'_> {
    pub async fn renewable(&self, id: RequestId) -> Result<Renewable, RenewError> {
        let cx = &self.room.cx;
        let opened = self.open(id).await?;
        if !opened.allows(Act::Manage) {
            return Err(RenewError::NotFound);
        }
        let terms: Vec<Term<'_>> = opened.habilitations.iter().map(term).collect();
        let (last_day, first, pair) = deadlines::first_to_end(&terms).ok_or(RenewError::NotFound)?;
        let find = |id| opened.habilitations.iter().find(|one| one.id == id).cloned();
        let granted = find(first).ok_or(RenewError::NotFound)?;
        let together = pair.and_then(find);
        let services = std::iter::once(&granted).chain(&together).map(|one| one.service.as_str());
        let months = services.filter_map(|slug| self.room.service(slug)?.validity_months).min().ok_or(RenewError::NotFound)?;
        let renewal = deadlines::renewal(last_day, months, paris_date(cx.now()));
        let moved = self.room.moved_since(&opened.request, granted.catalogue_version, &granted.answers).filter(Moved::stops);
        Ok(Renewable { opened, habilitation: granted, together, last_day, renewal, moved })
    }

    /// `seen` is the last day the page showed: a form sent twice prolongs once, and succeeds twice.
    pub async fn renew(&self, id: RequestId, unchanged: bool, seen: Date) -> Result<Date, RenewError> {
        match self.renew_once(id, unchanged, seen).await {
            Err(RenewError::Stale) if unchanged && self.room.did_last(self.actor, id, JournalKind::Renewed).await? => {
                Ok(self.renewable(id).await?.last_day)
            }
            other => other,
        }
    }

    async fn renew_once(&self, id: RequestId, unchanged: bool, seen: Date) -> Result<Date, RenewError> {
        let cx = &self.room.cx;
        let renewable = self.renewable(id).await?;
        let numbers = renewable.numbers();
        let Renewable { opened, habilitation: granted, together, last_day, renewal, moved } = renewable;
        if seen != last_day {
            return Err(RenewError::Stale);
        }
        let Renewal::Open(until) = renewal else { return Err(RenewError::Closed) };
        // While the request is reopened, what will be granted is the changed request.
        if !matches!(opened.request.phase, Phase::Approved { .. }) {
            return Err(RenewError::Closed);
        }
        if moved.is_some() {
            return Err(RenewError::Outdated);
        }
        if !unchanged {
            return Err(RenewError::NotConfirmed);
        }
        let check_on = deadlines::next_validity_check(until, paris_date(cx.now()));
        let tx = cx.begin().await?;
        for one in std::iter::once(&granted).chain(&together) {
            if !habilitation::prolong(&tx, one.id, last_day, until, check_on).await? {
                return Err(RenewError::Stale);
            }
        }
        let last = french_date(until);
        let detail = format!("{} – jusqu’au {last}", numbers.join(" et "));
        journal::write(cx, &tx, id, JournalKind::Renewed, self.actor, &detail).await?;
        if granted.state == HabilitationState::Expired {
            rights::publish(cx, &tx, granted.relies_on.unwrap_or(id), id).await?;
        }
        let about = About::new(cx, &opened.request, &opened.service.name, &routes::request(id));
        mails::clock::renewed(&opened.applicant_email, &about, &numbers, &last).send(cx, &tx).await?;
        tx.commit().await?;
        Ok(until)
    }
}
