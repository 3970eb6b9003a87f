//! `habilis key`: which master keys are in use, and how an old one is put away.

use std::{collections::BTreeMap, time::Duration};

use crate::Process;
use clap::Subcommand;
use habilitation::sealing::Sealed;

use crate::background::KEYS_EVERY;

/// Two passes are usual; values that the site seals during a pass may need one more.
const PASSES: usize = 10;

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Tell what each key of the file is needed for.
    List,
    /// Seal everything anew with the first key of the file, while the site serves. May be stopped and run again.
    Rotate,
}

impl KeyCommand {
    pub(super) async fn run(self, app: Process) -> anyhow::Result<()> {
        if let Self::Rotate = self {
            rotate(&app).await?;
        }
        let sealed = app.habilitation.sealed().await?;
        let unused = table(&app, &sealed);
        if let Self::Rotate = self
            && !unused.is_empty()
        {
            println!("No longer used: {}. Their lines may leave the file; copies of the database made before still need them.", unused.join(", "));
        }
        Ok(())
    }
}

async fn rotate(app: &Process) -> anyhow::Result<()> {
    // Waits until every running server has read the file again, and seals with its first key too.
    let age = app.config.master_key_file.metadata().and_then(|found| found.modified()).ok().and_then(|at| at.elapsed().ok());
    if let Some(wait) = age.and_then(|age| (KEYS_EVERY + Duration::from_secs(2)).checked_sub(age)) {
        tokio::time::sleep(wait).await;
    }
    let (mut done, mut lost) = (0, 0);
    for _ in 0..PASSES {
        let pass = app.habilitation.reseal().await?;
        (done, lost) = (done + pass.done, pass.lost);
        if pass.done == 0 {
            break;
        }
    }
    println!("{done} value(s) and file(s) sealed anew");
    if lost > 0 {
        anyhow::bail!("{lost} value(s) or file(s) are sealed with a key the file does not hold: put its line back, and run this again");
    }
    Ok(())
}

/// Prints one line per key; returns the ids of the old keys that nothing needs.
fn table(app: &Process, sealed: &Sealed) -> Vec<String> {
    let mut needed: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (id, count) in &sealed.values.by_key {
        needed.entry(id).or_default().0 += count;
    }
    for (id, count) in &sealed.files.by_key {
        needed.entry(id).or_default().1 += count;
    }
    let mut unused = Vec::new();
    for (place, key) in app.config.master_keys.iter().enumerate() {
        let (values, files) = needed.remove(key.id.as_str()).unwrap_or_default();
        let said = match place {
            0 => ", current",
            _ if values + files == 0 && sealed.values.unnamed == 0 => {
                unused.push(key.id.clone());
                ", no longer used"
            }
            _ => "",
        };
        println!("{}: {values} value(s), {files} file(s){said}", key.id);
    }
    for (tag, (values, files)) in needed {
        println!("{tag}: {values} value(s), {files} file(s), not in the file");
    }
    if sealed.values.unnamed > 0 {
        println!("without the name of their key: {} value(s)", sealed.values.unnamed);
    }
    if sealed.clear > 0 {
        println!("in clear: {} file(s)", sealed.clear);
    }
    unused
}
