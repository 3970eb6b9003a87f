//! A habilitation goes on as it is: its holder says that nothing has changed, and its end moves by one validity.

use domain::{
    calendar::{french_date, paris_date},
    deadlines::{self, Renewal},
    events::Event,
    ids::RequestId,
    request::{JournalKind, Stage},
    routes,
    sight::Act,
};
use jiff::civil::Date;
use store::{
    habilitation::{self, Habilitation as Granted, HabilitationState},
    journal, outbox,
};

use crate::{
    mails, mails_clock,
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
    /// The box that says so was not ticked.
    #[error("Confirmez que rien n’a changé\u{a0}: sinon, mettez votre demande à jour.")]
    NotConfirmed,
    /// Renewed or replaced since the page was opened.
    #[error("the end has changed")]
    Stale,
    #[error(transparent)]
    Request(#[from] RequestError),
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
    pub habilitation: Granted,
    pub last_day: Date,
    pub renewal: Renewal,
}

/// Of the last ones granted for each service, in force or expired, the one that ends first.
fn first_to_end(opened: &Opened) -> Option<(&Granted, Date)> {
    let mut seen: Vec<&str> = Vec::new();
    let mut ends = Vec::new();
    for granted in &opened.habilitations {
        if !seen.contains(&granted.service.as_str()) {
            seen.push(&granted.service);
            let alive = matches!(granted.state, HabilitationState::Active | HabilitationState::Expired);
            ends.extend(granted.valid_until.filter(|_| alive).map(|last| (granted, last)));
        }
    }
    ends.into_iter().min_by_key(|(_, last)| *last)
}

impl Applying<'_> {
    pub async fn renewable(&self, id: RequestId) -> Result<Renewable, RenewError> {
        let cx = &self.room.cx;
        let opened = self.open(id).await?;
        if !opened.allows(Act::Manage) {
            return Err(RenewError::NotFound);
        }
        let (granted, last_day) = first_to_end(&opened).ok_or(RenewError::NotFound)?;
        let granted = granted.clone();
        let months = self.room.service(&granted.service).and_then(|service| service.validity_months).ok_or(RenewError::NotFound)?;
        let renewal = deadlines::renewal(last_day, months, paris_date(cx.now()));
        Ok(Renewable { opened, habilitation: granted, last_day, renewal })
    }

    /// `seen` is the last day the page showed: a form sent twice prolongs once.
    pub async fn renew(&self, id: RequestId, unchanged: bool, seen: Date) -> Result<Date, RenewError> {
        let cx = &self.room.cx;
        let Renewable { opened, habilitation: granted, last_day, renewal } = self.renewable(id).await?;
        if seen != last_day {
            return Err(RenewError::Stale);
        }
        let Renewal::Open(until) = renewal else { return Err(RenewError::Closed) };
        // Under change, it is what changes that will be granted.
        if !matches!(opened.request.stage, Stage::Approved { .. }) {
            return Err(RenewError::Closed);
        }
        if !unchanged {
            return Err(RenewError::NotConfirmed);
        }
        let check_on = deadlines::next_validity_check(until, paris_date(cx.now()));
        let tx = cx.begin().await?;
        if !habilitation::prolong(&*tx, granted.id, last_day, until, check_on).await? {
            return Err(RenewError::Stale);
        }
        let (number, last) = (granted.public_number(), french_date(until));
        journal::write(cx, &*tx, id, JournalKind::Renewed, Some(self.actor.account), &format!("{number} – jusqu’au {last}")).await?;
        if granted.state == HabilitationState::Expired {
            rights::publish(cx, &tx, granted.relies_on.unwrap_or(id), id).await?;
        }
        let (demand, link) = (opened.request.public_number(), cx.url(&routes::request(id)));
        let about = mails::About { number: &demand, service: &opened.service.name, title: &opened.request.title, link: &link };
        outbox::publish(cx, &*tx, Some(id), &Event::Mail(mails_clock::renewed(&opened.applicant_email, &about, &number, &last))).await?;
        tx.commit().await?;
        Ok(until)
    }
}
