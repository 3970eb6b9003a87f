//! Sends the heads of the journals where whoever controls the database cannot change them: they prove later that nothing was altered,
//! cut off or replaced (`habilis journal verify --against`).

use std::{
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::Process;
use anyhow::Context;
use domain::contact::Email;
use jiff::SignedDuration;
use store::{
    chain::{self, Chain, Head},
    clock_mark::{self, Mark},
};
use tokio::sync::watch;

/// Where heads go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    Log,
    /// Appended to this file.
    File(PathBuf),
    /// Mailed to this address.
    Mail(String),
}

impl Destination {
    /// « log », « file:/path », « mailto:address ».
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "log" {
            return Ok(Self::Log);
        }
        if let Some(path) = text.strip_prefix("file:").map(PathBuf::from) {
            return match path.parent() {
                Some(folder) if path.is_absolute() && folder.is_dir() && !path.is_dir() => Ok(Self::File(path)),
                _ => Err(format!("names {}, which is not the absolute path of a file in a folder that exists", path.display())),
            };
        }
        match text.strip_prefix("mailto:").map(Email::parse) {
            Some(Some(address)) => Ok(Self::Mail(address.to_string())),
            Some(None) => Err(format!("names {text:?}, which is not an address")),
            None => Err(format!("is {text:?}; it is log, file:/absolute/path or mailto:address, or several of them between commas")),
        }
    }

    fn every(&self) -> SignedDuration {
        match self {
            Self::Log | Self::File(_) => SignedDuration::from_hours(1),
            Self::Mail(_) => SignedDuration::from_hours(24),
        }
    }

    /// Name of the clock mark that holds when heads were last sent to this destination.
    fn mark(&self) -> String {
        match self {
            Self::Log => "heads log".to_owned(),
            Self::File(path) => format!("heads file {}", path.display()),
            Self::Mail(address) => format!("heads mail {address}"),
        }
    }
}

/// How often the process checks whether a destination is due.
const LOOK: Duration = Duration::from_secs(60);

/// Sends heads at regular intervals until told to stop; among several processes, one sends each time. Returns the last heads sent.
pub async fn run(app: Process, mut stop: watch::Receiver<bool>) -> Vec<Head> {
    let mut sent = Vec::new();
    while !*stop.borrow() {
        if let Err(error) = send_due(&app, &mut sent).await {
            tracing::error!(error = format!("{error:#}"), "the heads of the journals could not be sent");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => {}
        }
    }
    sent
}

/// Sends the heads to each destination that is due, and stores them in `sent`.
pub async fn send_due(app: &Process, sent: &mut Vec<Head>) -> anyhow::Result<()> {
    let mut due = Vec::new();
    for to in &app.config.journal_heads {
        if claim(app, to).await? {
            due.push(to);
        }
    }
    if due.is_empty() {
        return Ok(());
    }
    let heads = heads(app).await?;
    send_all(app, &due, &heads).await;
    *sent = heads;
    Ok(())
}

/// Before the process ends, sends the heads again if lines were written since `sent`.
pub async fn send_last(app: &Process, sent: &[Head]) -> anyhow::Result<()> {
    let heads = heads(app).await?;
    if heads.iter().map(|head| (head.seq, &head.hash)).eq(sent.iter().map(|head| (head.seq, &head.hash))) {
        return Ok(());
    }
    let all: Vec<&Destination> = app.config.journal_heads.iter().collect();
    send_all(app, &all, &heads).await;
    Ok(())
}

/// A destination that fails does not prevent the others.
async fn send_all(app: &Process, to: &[&Destination], heads: &[Head]) {
    for to in to {
        if let Err(error) = send(app, to, heads).await {
            tracing::error!(error = format!("{error:#}"), "the heads of the journals could not be sent");
        }
    }
}

/// Claims the destination for this process; false when heads were sent there too recently, by any process.
async fn claim(app: &Process, to: &Destination) -> anyhow::Result<bool> {
    let (now, name) = (app.cx.now(), to.mark());
    let mark = clock_mark::read(&app.cx.db, &name).await?;
    if now.duration_since(mark.at) < to.every() {
        return Ok(false);
    }
    let tx = app.cx.begin().await?;
    let ours = clock_mark::advance(&tx, &name, mark, Mark { at: now, ..Mark::START }).await?;
    tx.commit().await?;
    Ok(ours)
}

async fn heads(app: &Process) -> anyhow::Result<Vec<Head>> {
    let mut heads = Vec::new();
    for chain in Chain::ALL {
        heads.push(chain::head(&app.cx, chain).await?.with_context(|| format!("the head of {}", chain.table()))?);
    }
    Ok(heads)
}

async fn send(app: &Process, to: &Destination, heads: &[Head]) -> anyhow::Result<()> {
    let lines: Vec<String> = heads.iter().map(ToString::to_string).collect();
    match to {
        Destination::Log => lines.iter().for_each(|line| tracing::info!("{line}")),
        Destination::File(path) => append(path, &lines).with_context(|| format!("appending to {}", path.display()))?,
        Destination::Mail(address) => app.habilitation.mail_heads(address, &lines.join("\n")).await?,
    }
    Ok(())
}

/// In a single write, so that the lines of two processes are not mixed.
fn append(path: &Path, lines: &[String]) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.write_all(format!("{}\n", lines.join("\n")).as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_read() {
        assert_eq!(Destination::parse(" log "), Ok(Destination::Log));
        assert_eq!(Destination::parse("file:/tmp/heads"), Ok(Destination::File("/tmp/heads".into())));
        assert_eq!(Destination::parse("mailto:rssi@habilis.example"), Ok(Destination::Mail("rssi@habilis.example".into())));
        for wrong in ["", "logs", "file:", "file:heads", "file:/nowhere/heads", "file:/tmp", "mailto:", "mailto:rssi", "https://a.fr"] {
            assert!(Destination::parse(wrong).is_err(), "{wrong}");
        }
    }
}
