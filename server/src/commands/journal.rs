//! `habilis journal`: whether what was written is still what was written.

use anyhow::bail;
use clap::Subcommand;
use store::chain::{self, Chain};

use crate::App;

#[derive(Subcommand)]
pub(super) enum JournalCommand {
    /// Recompute the hash of every line of the journals. Exits with 1 at the first line which is not as it was
    /// written. The hashes printed can be kept elsewhere: found again next time, they prove that no end was cut off.
    Verify,
}

impl JournalCommand {
    pub(super) async fn run(self, app: App) -> anyhow::Result<()> {
        let Self::Verify = self;
        let mut broken = Vec::new();
        for chain in Chain::ALL {
            match chain::verify(&app.cx.db, chain).await? {
                Ok(whole) => println!("{}: {} line(s), whole, last hash {}", chain.table(), whole.lines, whole.hash),
                Err(fault) => {
                    println!("{}: {fault}", chain.table());
                    broken.push(chain.table());
                }
            }
        }
        if !broken.is_empty() {
            bail!("broken: {}", broken.join(", "));
        }
        Ok(())
    }
}
