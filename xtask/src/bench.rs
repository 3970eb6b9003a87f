//! `cargo xtask bench`: what a release build does on this machine, over loopback, as a Markdown table for
//! `docs/BENCHMARKS.md`. The load generator hides behind a feature; the command switches it on by itself.

#[cfg(feature = "bench")]
mod browser;
#[cfg(feature = "bench")]
mod load;
#[cfg(feature = "bench")]
mod process;
#[cfg(feature = "bench")]
mod report;
#[cfg(feature = "bench")]
mod scenarios;
#[cfg(feature = "bench")]
mod weight;

use anyhow::Result;

#[derive(clap::Args)]
pub struct Options {
    /// Requests under way at the same time.
    #[arg(long, default_value_t = 16)]
    concurrency: usize,
    /// Requests measured in each scenario.
    #[arg(long, default_value_t = 2000)]
    requests: usize,
    /// Requests sent before measuring.
    #[arg(long, default_value_t = 200)]
    warm_up: usize,
    /// Only the scenarios whose name contains this.
    #[arg(long)]
    only: Option<String>,
}

#[cfg(feature = "bench")]
pub fn run(options: &Options) -> Result<()> {
    report::run(options)
}

#[cfg(not(feature = "bench"))]
pub fn run(options: &Options) -> Result<()> {
    use crate::shell::{self, Workspace, step};

    let Options { concurrency, requests, warm_up, only } = options;
    step("compiling the load generator");
    let mut again = Workspace::find()?.cargo();
    again.args(["run", "--release", "--package", "xtask", "--features", "bench", "--", "bench"]);
    for (name, value) in [("--concurrency", concurrency), ("--requests", requests), ("--warm-up", warm_up)] {
        again.arg(name).arg(value.to_string());
    }
    if let Some(only) = only {
        again.arg("--only").arg(only);
    }
    shell::run(&mut again)
}
