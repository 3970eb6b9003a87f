//! Work after the commit: each consumer of the outbox in its own loop, retried with back-off, and the purge of
//! what has outlived its retention.

use std::{error::Error, time::Duration};

use crate::Process;
use delivery::{Delivery, DeliveryError};
use domain::{
    Hours,
    events::{Consumer, Event},
};
use store::outbox::{self, Due};
use tokio::{sync::watch, task::JoinSet};

const BATCH: usize = 20;
const IDLE: Duration = Duration::from_secs(5);
const CATALOGUE_EVERY: Duration = Duration::from_secs(3);
const PURGE_EVERY: Duration = Duration::from_secs(60);
const CLOCK_EVERY: Duration = Duration::from_secs(180);
/// How often the file of the master keys is read again.
pub const KEYS_EVERY: Duration = Duration::from_secs(2);
/// Doubled at each attempt.
const FIRST_RETRY: Duration = Duration::from_secs(5);
const LONGEST_RETRY: Duration = Duration::from_secs(3600);

/// RFC 5321 §4.5.4.1: a message that is refused for the moment is given up after four to five days.
const GIVE_UP: Hours = Hours(5 * 24);

#[derive(Clone)]
pub struct Effects {
    pub app: Process,
    pub delivery: Delivery,
}

impl Effects {
    /// Carries out what is due, the oldest first; returns how many were done. Failures stay for later.
    pub async fn run_due(&self, consumer: Consumer) -> Result<usize, store::Error> {
        let cx = &self.app.cx;
        let mut done = 0;
        for _ in 0..BATCH {
            let Some(due) = outbox::claim_next(cx, consumer).await? else { break };
            match self.carry_out(consumer, &due).await {
                Ok(()) => {
                    let tx = cx.begin().await?;
                    outbox::done(&tx, due.id, cx.now()).await?;
                    tx.commit().await?;
                    done += 1;
                }
                Err(error) => self.put_off(&due, error.as_ref()).await?,
            }
        }
        Ok(done)
    }

    /// Schedules another attempt, unless it is a mail that was refused for good.
    async fn put_off(&self, due: &Due, error: &(dyn Error + Send + Sync + 'static)) -> Result<(), store::Error> {
        let Due { id, attempts, .. } = *due;
        let cx = &self.app.cx;
        let mail = error.downcast_ref::<DeliveryError>();
        let noted = mail.map_or_else(|| error.to_string(), DeliveryError::noted);
        if mail.is_some_and(|mail| mail.is_final() || (mail.is_refusal() && cx.now() >= GIVE_UP.after(due.created_at))) {
            tracing::warn!(outbox.id = %id, outbox.attempts = attempts, %error, "a message was refused for good");
            return self.app.habilitation.give_up_mail(id, &due.event, &noted).await;
        }
        let wait = retry_after(attempts);
        tracing::warn!(outbox.id = %id, outbox.attempts = attempts, retry_s = wait.as_secs(), %error, "an effect failed and will be retried");
        let tx = cx.begin().await?;
        outbox::retry(&tx, id, cx.now() + wait, &noted).await?;
        tx.commit().await
    }

    async fn carry_out(&self, consumer: Consumer, due: &Due) -> Result<(), Box<dyn Error + Send + Sync>> {
        match (consumer, &due.event) {
            (Consumer::Delivery, event) => self.delivery.handle(&self.app.cx, due.id, event).await?,
            (Consumer::Broker, Event::RightsChanged(rights)) => self.app.broker.on_rights_changed(rights).await?,
            (Consumer::Gateway, Event::RightsChanged(rights)) => self.app.gateway.on_rights_changed(rights).await?,
            (Consumer::Antivirus, Event::Scan { document }) => self.app.habilitation.scan_document(*document).await?,
            (Consumer::Files, Event::FilesDropped { names }) => self.app.habilitation.delete_files(names).await?,
            (Consumer::Accounts, Event::AddressTyped(typed)) => self.app.habilitation.answer_address(typed).await?,
            // Each event names its consumers: no other pair is ever written.
            (Consumer::Broker | Consumer::Gateway | Consumer::Antivirus | Consumer::Files | Consumer::Accounts, _) => {}
        }
        Ok(())
    }

    /// Runs every consumer until nothing is due; for tests and commands.
    pub async fn drain(&self) -> Result<(), store::Error> {
        loop {
            let mut done = 0;
            for consumer in Consumer::ALL {
                done += self.run_due(consumer).await?;
            }
            if done == 0 {
                return Ok(());
            }
        }
    }
}

/// Counted in attempts made, the first included.
fn retry_after(attempts: i32) -> Duration {
    // 5 s doubled ten times is more than an hour already.
    let doublings = attempts.clamp(1, 11).unsigned_abs() - 1;
    (FIRST_RETRY * 2u32.pow(doublings)).min(LONGEST_RETRY)
}

/// Starts the loops; they end when `stop` turns true.
pub fn start(effects: &Effects, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for consumer in Consumer::ALL {
        tasks.spawn(consume(effects.clone(), consumer, stop.clone()));
    }
    tasks.spawn(purge(effects.app.clone(), stop.clone()));
    tasks.spawn(clock(effects.app.clone(), stop.clone()));
    tasks.spawn(follow_catalogue(effects.app.clone(), stop.clone()));
    tasks.spawn(make_exports(effects.app.clone(), stop.clone()));
    tasks.spawn(follow_keys(effects.app.clone(), stop.clone()));
    tasks.spawn(seal_files(effects.app.clone()));
    tasks
}

async fn consume(effects: Effects, consumer: Consumer, mut stop: watch::Receiver<bool>) {
    let bell = effects.app.cx.outbox_bell.clone();
    while !*stop.borrow() {
        // Created before the outbox is read, so that a notification sent in between is not missed.
        let rung = bell.notified();
        match effects.run_due(consumer).await {
            Ok(0) => {
                tokio::select! {
                    () = rung => {}
                    () = tokio::time::sleep(IDLE) => {}
                    _ = stop.changed() => {}
                }
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(consumer = consumer.as_str(), %error, "the outbox cannot be read");
                tokio::time::sleep(IDLE).await;
            }
        }
    }
}

/// Reads the published catalogue again every few seconds, so that what another process published is served here too.
async fn follow_catalogue(app: Process, mut stop: watch::Receiver<bool>) {
    if let Err(error) = app.habilitation.record_shipped_catalogue().await {
        tracing::error!(%error, "the shipped catalogue could not be recorded");
    }
    while !*stop.borrow() {
        if let Err(error) = app.habilitation.refresh_catalogue().await {
            tracing::error!(%error, "the publications of the catalogue cannot be read");
        }
        tokio::select! {
            () = tokio::time::sleep(CATALOGUE_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Makes the workbooks that were asked for, and purges those past their retention.
async fn make_exports(app: Process, mut stop: watch::Receiver<bool>) {
    let bell = app.habilitation.exports_bell();
    while !*stop.borrow() {
        if let Err(error) = app.habilitation.run_exports().await {
            tracing::error!(%error, "workbooks cannot be made");
        }
        if let Err(error) = app.habilitation.purge_exports().await {
            tracing::error!(%error, "workbooks cannot be purged");
        }
        tokio::select! {
            () = bell.notified() => {}
            () = tokio::time::sleep(PURGE_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Reads the file of the master keys again every few seconds: a new first key is soon in use, which `habilis key rotate` relies on.
async fn follow_keys(app: Process, mut stop: watch::Receiver<bool>) {
    let mut said = String::new();
    while !*stop.borrow() {
        match app.cx.keys.refresh() {
            Ok(true) => tracing::info!("the master keys were read again"),
            Ok(false) => said.clear(),
            Err(error) if error == said => {}
            Err(error) => {
                tracing::error!(%error, "the master keys cannot be read again: those read before stay in use");
                said = error;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(KEYS_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Once, at startup: seals the files that are stored in clear, or with an older key.
async fn seal_files(app: Process) {
    match app.habilitation.reseal_files().await {
        Ok(done) if done.done > 0 => tracing::info!(files = done.done, "files were sealed"),
        Ok(_) => {}
        Err(error) => tracing::error!(%error, "files could not be sealed"),
    }
}

async fn purge(app: Process, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = app.habilitation.purge().await {
            tracing::error!(%error, "expired rows of the portal could not be purged");
        }
        if let Err(error) = app.broker.purge().await {
            tracing::error!(%error, "expired rows of the broker could not be purged");
        }
        tokio::select! {
            () = tokio::time::sleep(PURGE_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Sends the reminders that are due and ends what expires: a few minutes late at most, never twice.
async fn clock(app: Process, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match app.habilitation.run_clock(app.cx.now()).await {
            Ok(ran) if ran.is_idle() => {}
            Ok(ran) => tracing::info!(
                clock.reminded = ran.reminded,
                clock.announced = ran.announced,
                clock.archived = ran.archived,
                clock.warned = ran.warned,
                clock.validity_reminded = ran.validity_reminded,
                clock.expired = ran.expired,
                clock.accounts_warned = ran.aged.warned,
                clock.accounts_anonymised = ran.aged.anonymised,
                clock.accounts_unconfirmed = ran.aged.unconfirmed,
                clock.drafts_erased = ran.aged.drafts,
                clock.files_erased = ran.aged.files,
                clock.rows_purged = ran.aged.rows,
                "the clock told what was due"
            ),
            Err(error) => tracing::error!(%error, "the clock could not tell what is due"),
        }
        tokio::select! {
            () = tokio::time::sleep(CLOCK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_doubles_up_to_an_hour() {
        for (attempts, seconds) in
            [(i32::MIN, 5), (0, 5), (1, 5), (2, 10), (3, 20), (9, 1280), (10, 2560), (11, 3600), (12, 3600), (50, 3600), (i32::MAX, 3600)]
        {
            assert_eq!(retry_after(attempts).as_secs(), seconds, "after {attempts} attempts");
        }
    }
}
