//! `habilis journal`: verifies that the journals were not altered.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::Process;
use clap::Subcommand;
use domain::calendar::french_moment;
use store::{
    Cx,
    chain::{self, Chain, Found, Head, Whole},
};

use crate::commands::Failed;

#[derive(Subcommand)]
pub(super) enum JournalCommand {
    /// Recompute the hash of every line of the journals. Exits with 1 when a line was altered, with 3 when the journals do not hold a head
    /// that was sent out, with 4 when `--against` gives nothing to compare one of them with. Without `--against`, lines cut off at the end
    /// (their counter set back) and an older copy put back are not detected.
    Verify {
        /// Heads that were sent out (HABILIS_JOURNAL_HEADS): the file they are appended to, a log, a mail saved or pasted; `-` reads the
        /// standard input.
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
    },
}

const BROKEN: u8 = 1;
const NOT_KEPT: u8 = 3;
const NOTHING_TO_COMPARE: u8 = 4;

impl JournalCommand {
    pub(super) async fn run(self, app: Process) -> anyhow::Result<()> {
        let Self::Verify { against } = self;
        let broken = verify(&app.cx).await;
        let compared = match &against {
            Some(path) => compare(&app.cx, path).await?,
            None => {
                println!("nothing tells whether lines are missing at the end: compare with heads that left the house (--against FILE)");
                Compared::Kept
            }
        };
        if !broken.is_empty() {
            return Err(Failed { code: BROKEN, message: format!("broken: {}", broken.join(", ")) }.into());
        }
        match compared {
            Compared::Kept => Ok(()),
            Compared::Lost => {
                let message = "the journals were rewritten, cut off or replaced since these heads left".to_owned();
                Err(Failed { code: NOT_KEPT, message }.into())
            }
            Compared::Nothing(message) => Err(Failed { code: NOTHING_TO_COMPARE, message }.into()),
        }
    }
}

/// Prints what was found in each journal; returns those that are broken.
async fn verify(cx: &Cx) -> Vec<&'static str> {
    let mut broken = Vec::new();
    for chain in Chain::ALL {
        let table = chain.table();
        match chain::verify(cx, chain).await {
            Ok(Ok(whole)) => {
                println!("{table}: {} line(s), whole, last hash {}", whole.lines, whole.hash);
                if tell_beginning(table, &whole) {
                    broken.push(table);
                }
            }
            Ok(Err(fault)) => {
                println!("{table}: {fault}");
                broken.push(table);
            }
            Err(error) => {
                println!("{table}: cannot be read: {:#}", anyhow::Error::from(error));
                broken.push(table);
            }
        }
    }
    broken
}

/// Prints what comes before the first verified line: purged lines, lines older than the key. True when the latter were already broken.
fn tell_beginning(table: &str, Whole { purged, adopted, .. }: &Whole) -> bool {
    if let Some(purged) = purged {
        let at = french_moment(purged.at);
        println!("{table}: lines 1 to {} were removed on {at}; verified from the checkpoint signed then", purged.seq);
    }
    let Some(adopted) = adopted.as_ref().filter(|adopted| purged.as_ref().is_none_or(|purged| purged.seq < adopted.seq)) else { return false };
    let at = french_moment(adopted.at);
    println!("{table}: lines up to {} are from before the key, under which they were chained on {at}", adopted.seq);
    if let Some(fault) = &adopted.fault {
        println!("{table}: they were broken already: {fault}");
    }
    adopted.fault.is_some()
}

enum Compared {
    Kept,
    Lost,
    Nothing(String),
}

async fn compare(cx: &Cx, path: &Path) -> anyhow::Result<Compared> {
    let name = if path == Path::new("-") { "the standard input".to_owned() } else { path.display().to_string() };
    let text = match read(path) {
        Ok(text) => text,
        Err(error) => return Ok(Compared::Nothing(format!("{name} cannot be read: {error}"))),
    };
    let mut heads = Head::read_all(&text);
    heads.sort_by_key(|head| (head.at, head.chain.table(), head.seq));
    heads.dedup();
    let mut kept: BTreeMap<&str, (usize, Head)> = BTreeMap::new();
    let (mut lost, mut forged): (BTreeSet<&str>, bool) = (BTreeSet::new(), false);
    for head in heads {
        let (table, seq, at) = (head.chain.table(), head.seq, french_moment(head.at));
        let found = match chain::compare(cx, &head).await {
            Ok(found) => found,
            Err(error) => {
                println!("{table}: the head of {at} (line {seq}) cannot be compared: {:#}", anyhow::Error::from(error));
                continue;
            }
        };
        match found {
            Found::Kept => {
                let (count, last) = kept.entry(table).or_insert((0, head.clone()));
                (*count, *last) = (*count + 1, head);
                continue;
            }
            Found::Rewritten => println!("{table}: rewritten: line {seq} is not the one that was the last on {at}"),
            Found::CutOff { last } => println!("{table}: cut off: it had {seq} line(s) on {at}, it ends at line {last}"),
            Found::Purged { upto } => {
                println!("{table}: the head of {at} (line {seq}) is older than the checkpoint (line {upto}): not compared");
                continue;
            }
            Found::Forged => {
                println!("{table}: the head of {at} (line {seq}) was not signed with the key of this site, or was altered since");
                forged = true;
                continue;
            }
        }
        lost.insert(table);
    }
    for (table, (count, last)) in &kept {
        println!("{table}: holds {count} head(s) of {name}, the last one line {} of {}", last.seq, french_moment(last.at));
    }
    let alone = Chain::ALL.map(Chain::table).into_iter().filter(|table| !lost.contains(table) && !kept.contains_key(table));
    let alone: Vec<&str> = alone.collect();
    for table in &alone {
        println!("{table}: no head of {name} to compare it with");
    }
    Ok(match (!lost.is_empty(), forged, alone.len()) {
        (true, ..) => Compared::Lost,
        (false, true, _) => Compared::Nothing(format!("{name} has heads that this site did not sign")),
        (false, false, 0) => Compared::Kept,
        (false, false, _) if kept.is_empty() => Compared::Nothing(format!("{name} has no head to compare the journals with")),
        (false, false, _) => Compared::Nothing(format!("{name} has no head to compare {} with", alone.join(", "))),
    })
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().read_to_end(&mut bytes)?;
    } else {
        bytes = std::fs::read(path)?;
    }
    // Logs and mails may hold bytes of any kind around the heads.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
