//! Builds, seeds, serves, measures, and prints the tables on stdout; everything else goes to stderr.

use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result};

use super::Options;
use super::load::{Measure, Plan, measure};
use super::process::{House, Server};
use super::scenarios::{self, Seed, Stage};
use super::weight;
use crate::front;
use crate::shell::{self, Workspace, note, step};

pub fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    front::build(&workspace)?;
    step("server: release build (several minutes the first time)");
    shell::run(workspace.cargo().args(["build", "--release", "--package", "habilis"]))?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the load generator")?;
    runtime.block_on(all(&workspace, options))
}

async fn all(workspace: &Workspace, options: &Options) -> Result<()> {
    step("demonstration data in a temporary directory");
    let house = House::new(workspace)?;
    shell::output(&mut house.command(&["migrate"]))?;
    let printed = shell::output(&mut house.command(&["demo", "seed", "--json", "--requests", "30"]))?;
    let seed: Seed = serde_json::from_slice(&printed).context("what `demo seed --json` printed")?;

    step("measuring");
    let server = house.serve().await?;
    let idle = server.memory()?.now;
    let stage = Arc::new(Stage::set(&server.base, &seed, house.service_keys()?).await?);
    println!("{}\n", machine(workspace));
    loads(&stage, options).await?;
    weights(&stage).await?;
    resources(&server, idle)
}

async fn loads(stage: &Arc<Stage>, options: &Options) -> Result<()> {
    let Options { concurrency, requests, warm_up, only } = options;
    let plan = Plan { concurrency: *concurrency, requests: *requests, warm_up: *warm_up };
    println!("{requests} requests, {concurrency} at a time, after {warm_up} to warm up; the generator runs on the same cores.\n");
    println!("| scenario | requests/s | p50 (ms) | p99 (ms) |\n|---|--:|--:|--:|");
    let wanted = |name: &str| only.as_deref().is_none_or(|part| name.contains(part));
    for (name, action) in scenarios::ALL.into_iter().filter(|(name, _)| wanted(name)) {
        note(name);
        let found = measure(action, stage, plan).await.with_context(|| format!("scenario {name}"))?;
        let Measure { per_second, median, p99 } = found;
        println!("| {name} | {per_second:.0} | {:.1} | {:.1} |", milliseconds(median), milliseconds(p99));
    }
    Ok(())
}

async fn weights(stage: &Stage) -> Result<()> {
    println!("\n| first view | files | bytes transferred (bodies) |\n|---|--:|--:|");
    let form = stage.form().await?;
    for (name, visitor, path) in [("`/`", &stage.anonymous, "/"), ("a form page", &stage.applicant, &*form)] {
        let found = weight::of(visitor, path).await?;
        println!("| {name} | {} | {} |", found.files, found.bytes);
    }
    Ok(())
}

fn resources(server: &Server, idle: u64) -> Result<()> {
    let peak = server.memory()?.peak;
    println!("\n| process | |\n|---|--:|");
    println!("| start-up to the first answer of `/healthz` | {:.0} ms |", milliseconds(server.start_up));
    println!("| resident memory, idle | {:.1} MB |", idle as f64 / 1024.0);
    println!("| resident memory, highest under load | {:.1} MB |", peak as f64 / 1024.0);
    Ok(())
}

fn milliseconds(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The commit and the processor: figures without them mean nothing.
fn machine(workspace: &Workspace) -> String {
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--dirty"]).current_dir(&workspace.root);
    let commit = shell::output(&mut git).unwrap_or_else(|_| b"unknown".to_vec());
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split(": ").nth(1)).unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("Commit {}, {cores} cores ({model}), release build, loopback.", String::from_utf8_lossy(&commit).trim())
}
