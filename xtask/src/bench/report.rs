//! Builds, seeds, serves, measures, and prints the tables on stdout; everything else goes to stderr.

use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result};

use super::Options;
use super::cpu::Processes;
use super::load::{Measure, measure, timed};
use super::process::{House, Server};
use super::scenarios::{self, Stage};
use super::{volume, weight};
use crate::front;
use crate::postgres::Cluster;
use crate::shell::{self, Workspace, note, step};

/// PostgreSQL with its default settings, every commit flushed to disk, except for memory and connections.
const SAFE: [&str; 4] = ["-c", "shared_buffers=1GB", "-c", "max_connections=100"];

pub fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    front::build(&workspace)?;
    step("server: release build (several minutes the first time)");
    shell::run(workspace.cargo().args(["build", "--release", "--package", "habilis"]))?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the load generator")?;
    runtime.block_on(all(&workspace, options))
}

async fn all(workspace: &Workspace, options: &Options) -> Result<()> {
    println!("{}\n", machine(workspace));
    println!("{}\n", options.described());
    let cluster = Cluster::own(&SAFE, &std::env::temp_dir())?;
    if options.volume_only {
        return volume::compare(workspace, options, &cluster).await;
    }
    let lite = small(workspace, options, None).await?;
    let big = small(workspace, options, Some(&cluster)).await?;
    println!(
        "\n| scenario | SQLite requests/s | a core | p50 (ms) | p99 (ms) | PostgreSQL requests/s | a core | p50 (ms) | p99 (ms) |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|"
    );
    for ((name, lite), (_, big)) in lite.iter().zip(&big) {
        println!("| {name} | {} | {} |", cells(lite), cells(big));
    }
    volume::compare(workspace, options, &cluster).await
}

/// A scenario that was run, and how many times one second of processor time (server and database) runs it.
struct Played {
    measure: Measure,
    per_core: f64,
}

fn cells(Played { measure, per_core }: &Played) -> String {
    format!("{:.0} | {per_core:.0} | {:.1} | {:.1}", measure.per_second, milliseconds(measure.median), milliseconds(measure.p99))
}

/// Measures the demonstration, with an applicant whose list fills a page; on SQLite without a cluster.
async fn small(workspace: &Workspace, options: &Options, cluster: Option<&Cluster>) -> Result<Vec<(&'static str, Played)>> {
    step("demonstration data in a temporary directory");
    let database = cluster.map(|cluster| cluster.database("bench_small")).transpose()?;
    let house = House::new(workspace, database)?;
    let seed = house.seed(30)?;
    step("measuring");
    let server = house.serve().await?;
    let idle = server.memory()?.now;
    let stage = Arc::new(Stage::set(&server.base, &seed, house.service_keys()?).await?);
    let database = cluster.map(Cluster::process).transpose()?;
    let processes = Processes([server.process()].into_iter().chain(database).collect());
    let found = loads(&stage, options, &processes).await?;
    if cluster.is_none() {
        weights(&stage).await?;
        resources(&server, idle)?;
    }
    Ok(found)
}

async fn loads(stage: &Arc<Stage>, options: &Options, processes: &Processes) -> Result<Vec<(&'static str, Played)>> {
    let mut found = Vec::new();
    for (name, action) in scenarios::ALL.into_iter().filter(|(name, _)| options.wants(name)) {
        note(name);
        let (plan, before) = (options.plan(), processes.seconds()?);
        let measure = measure(move |stage| timed(action(stage)), stage, plan).await.with_context(|| format!("scenario {name}"))?;
        let per_core = (plan.warm_up + plan.requests) as f64 / (processes.seconds()? - before);
        found.push((name, Played { measure, per_core }));
    }
    Ok(found)
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

pub fn milliseconds(time: std::time::Duration) -> f64 {
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
