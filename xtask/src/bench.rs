//! `cargo xtask bench`: what a release build does on this machine, over loopback, as a Markdown table for `docs/BENCHMARKS.md`.
//! The load generator is behind a Cargo feature, which the command enables by itself.

#[cfg(feature = "bench")]
mod browser;
#[cfg(feature = "bench")]
mod cpu;
#[cfg(feature = "bench")]
mod load;
#[cfg(feature = "bench")]
mod process;
#[cfg(feature = "bench")]
mod report;
#[cfg(feature = "bench")]
mod scenarios;
#[cfg(feature = "bench")]
mod volume;
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
    /// Requests in the large database, which is compared with one of 2,000.
    #[arg(long, default_value_t = 200_000)]
    volume: usize,
    /// Only compare the large database with the small one.
    #[arg(long)]
    volume_only: bool,
    /// Only the scenarios whose name contains this.
    #[arg(long)]
    only: Option<String>,
}

#[cfg(feature = "bench")]
impl Options {
    fn plan(&self) -> load::Plan {
        load::Plan { concurrency: self.concurrency, requests: self.requests, warm_up: self.warm_up }
    }

    fn wants(&self, scenario: &str) -> bool {
        self.only.as_deref().is_none_or(|part| scenario.contains(part))
    }

    fn described(&self) -> String {
        let Self { concurrency, requests, warm_up, .. } = self;
        format!("{requests} requests, {concurrency} at a time, after {warm_up} to warm up; the generator runs on the same cores.")
    }
}

#[cfg(feature = "bench")]
pub fn run(options: &Options) -> Result<()> {
    report::run(options)
}

#[cfg(not(feature = "bench"))]
pub fn run(options: &Options) -> Result<()> {
    use crate::shell::{self, Workspace, step};

    let Options { concurrency, requests, warm_up, volume, volume_only, only } = options;
    step("compiling the load generator");
    let mut again = Workspace::find()?.cargo();
    again.args(["run", "--release", "--package", "xtask", "--features", "bench", "--", "bench"]);
    for (name, value) in [("--concurrency", concurrency), ("--requests", requests), ("--warm-up", warm_up), ("--volume", volume)] {
        again.arg(name).arg(value.to_string());
    }
    if *volume_only {
        again.arg("--volume-only");
    }
    if let Some(only) = only {
        again.arg("--only").arg(only);
    }
    shell::run(&mut again)
}
