//! What happens because a date has come: reminders, expiries, archiving, erasures. Each tick reads the due rows by index, in batches;
//! a message, its trace and its journal line are written in one transaction, so that an interrupted tick is resumed by the next and
//! two processes send nothing twice.
//! Where rows are locked, each has its own transaction and the journal line comes last: the journal's lock makes all other writers
//! wait, so its holder must not wait for a row that one of them holds.

use domain::{
    Timestamp,
    calendar::paris_date,
    deadlines::mail_day,
    ids::{AccountId, RequestId},
    notification::Topic,
    request::JournalKind,
};
use jiff::civil::Date;
use store::{
    Cx, Tx,
    account::{self, Account},
    journal,
    request::Request,
};

use crate::{
    Habilitation,
    mails::{About, Letter},
};

mod idle;
mod legal;
mod retention;
mod validity;

pub use retention::Aged;

pub(crate) use legal::follow as legal_clock_follows;

/// Rows read at once.
const BATCH: u64 = 100;

/// What a run did; zeros when nothing was due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ran {
    pub reminded: usize,
    pub announced: usize,
    pub archived: usize,
    pub warned: usize,
    pub validity_reminded: usize,
    pub expired: usize,
    pub aged: Aged,
}

impl Ran {
    pub fn is_idle(&self) -> bool {
        *self == Self::default()
    }
}

/// The instant of a run, with its dates in Paris.
#[derive(Debug, Clone, Copy)]
struct Tick {
    now: Timestamp,
    today: Date,
    /// Today from eight in the morning on, and the day before until then: mails wait for office hours.
    mail_day: Date,
}

impl Habilitation {
    /// Everything that is due at `now`, once. Safe to repeat and to run in several processes.
    pub async fn run_clock(&self, now: Timestamp) -> Result<Ran, store::Error> {
        let tick = Tick { now, today: paris_date(now), mail_day: mail_day(now) };
        // Expiries come first, so that nobody is reminded of something that is over.
        let expired = self.end_habilitations(tick).await?;
        let validity_reminded = self.remind_of_ends(tick).await?;
        let archived = self.archive_announced(tick).await?;
        let (reminded, announced) = self.remind_idle(tick).await?;
        let warned = self.warn_of_limits(tick).await?;
        let aged = self.age(tick).await?;
        store::queue::gather_totals(&self.cx.db).await?;
        Ok(Ran { reminded, announced, archived, warned, validity_reminded, expired, aged })
    }
}

async fn address(tx: &Tx, id: AccountId) -> Result<Option<String>, store::Error> {
    Ok(account::by_id(tx, id).await?.map(|account| account.email))
}

impl Habilitation {
    /// What mails say of a request; « sans nom » when it has no title.
    fn about(&self, request: &Request, path: &str) -> About {
        let about = About::new(&self.cx, request, self.service_name(&request.service), path);
        if about.title.is_empty() { About { title: "sans nom".to_owned(), ..about } } else { about }
    }

    /// Mails the people who did not turn reminders off; false when there is nobody to mail.
    async fn remind_people(&self, tx: &Tx, request: RequestId, people: &[Account], words: impl Fn(&Account) -> Letter) -> Result<bool, store::Error> {
        Ok(!self.notify(tx, Topic::Reminders, request, people, words).await?.is_empty())
    }
}

async fn note(cx: &Cx, tx: &Tx, request: RequestId, kind: JournalKind, detail: &str) -> Result<(), store::Error> {
    journal::write(cx, tx, request, kind, None, detail).await
}
