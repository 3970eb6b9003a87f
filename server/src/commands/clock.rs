//! `habilis clock`: what the background does every few minutes, by hand.

use crate::Process;
use clap::Subcommand;
use domain::administration::AdminKind;

#[derive(Subcommand)]
pub(super) enum ClockCommand {
    /// Tell and end everything that is due, once; safe beside a running server.
    Run,
}

impl ClockCommand {
    pub(super) async fn run(self, app: Process) -> anyhow::Result<()> {
        let Self::Run = self;
        app.habilitation.operating().note(AdminKind::ClockRun, "").await?;
        let ran = app.habilitation.run_clock(app.cx.now()).await?;
        println!(
            "reminded           {}\narchives announced {}\narchived           {}\nlegal limits       {}\nends announced     {}\nexpired            {}",
            ran.reminded, ran.announced, ran.archived, ran.warned, ran.validity_reminded, ran.expired
        );
        let aged = ran.aged;
        println!(
            "accounts warned    {}\naccounts erased    {}\nnever confirmed    {}\ndrafts erased      {}\nfiles erased       {}\nrows purged        {}",
            aged.warned, aged.anonymised, aged.unconfirmed, aged.drafts, aged.files, aged.rows
        );
        Ok(())
    }
}
