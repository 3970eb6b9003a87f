//! `cargo xtask test`: everything a change must pass, in stages, cheapest first. Nothing is skipped in silence: what
//! a stage needs and cannot find is a failure that says what to install, or the summary tells that the stage did not run.

mod arrows;
mod browser;
mod deny;
mod metadata;
mod official;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::front;
use crate::postgres::Cluster;
use crate::shell::{self, Workspace, note, step, strong};

#[derive(clap::Args)]
pub struct Options {
    /// Only this stage (may be repeated).
    #[arg(long, value_enum, conflicts_with = "from")]
    only: Vec<Stage>,
    /// This stage and those after it.
    #[arg(long, value_enum)]
    from: Option<Stage>,
    /// Fail if this stage cannot run (may be repeated): official files or the database of advisories are missing.
    #[arg(long, value_enum)]
    require: Vec<Stage>,
}

/// The outcome of a stage that did not fail.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// It could not run, for this reason.
    NotRun(String),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, ValueEnum)]
enum Stage {
    /// rustfmt.
    Fmt,
    /// clippy, for the server and for the browser.
    Clippy,
    /// Banned crates, licences and sources, as deny.toml says.
    Deny,
    /// Known vulnerabilities, where the advisory database can be fetched.
    Advisories,
    /// Which crate of the workspace may use which.
    Arrows,
    /// The front end builds and keeps its weight.
    Front,
    /// Unit and integration tests, on SQLite.
    Sqlite,
    /// The tests that use the database again, on PostgreSQL.
    Postgres,
    /// Tests that read official files, if they are beside this repository.
    Official,
    /// Journeys in a real browser.
    End2end,
}

pub fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    let mut times = Vec::new();
    for &stage in Stage::value_variants().iter().filter(|stage| options.selects(**stage)) {
        step(&strong(format!("stage {}", stage.name())));
        let start = Instant::now();
        let outcome = stage.run(&workspace).and_then(|outcome| options.accept(stage, outcome));
        let told = match &outcome {
            Ok(Outcome::Passed) => "passed".to_owned(),
            Ok(Outcome::NotRun(reason)) => format!("NOT RUN: {reason}"),
            Err(_) => "FAILED".to_owned(),
        };
        times.push((stage, start.elapsed(), told));
        if outcome.is_err() {
            summary(&times);
            let name = stage.name();
            eprintln!("\nOnce repaired, go on with: cargo xtask test --from {name}");
            return outcome.map(drop).with_context(|| format!("stage `{name}` failed"));
        }
    }
    summary(&times);
    Ok(())
}

impl Options {
    fn selects(&self, stage: Stage) -> bool {
        let Self { only, from, require: _ } = self;
        (only.is_empty() || only.contains(&stage)) && from.is_none_or(|first| stage >= first)
    }

    fn accept(&self, stage: Stage, outcome: Outcome) -> Result<Outcome> {
        match outcome {
            Outcome::NotRun(reason) if self.require.contains(&stage) => bail!("it could not run, and is required: {reason}"),
            accepted => Ok(accepted),
        }
    }
}

impl Stage {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn run(self, workspace: &Workspace) -> Result<Outcome> {
        match self {
            Self::Advisories => return deny::advisories(workspace),
            Self::Official => return official::run(workspace),
            Self::Fmt => shell::run(workspace.cargo().args(["fmt", "--all", "--check"])),
            Self::Clippy => clippy(workspace),
            Self::Deny => deny::check(workspace),
            Self::Arrows => {
                arrows::check(workspace)?;
                note("and the proof that a forbidden arrow is seen");
                shell::run(workspace.cargo().args(["test", "--package", "xtask"]))
            }
            Self::Front => front::build(workspace),
            Self::Sqlite => on_sqlite(workspace),
            Self::Postgres => on_postgres(workspace),
            Self::End2end => {
                front::build(workspace)?;
                build_all(workspace)?;
                browser::journeys(workspace)
            }
        }?;
        Ok(Outcome::Passed)
    }
}

fn clippy(workspace: &Workspace) -> Result<()> {
    front::require_target(workspace)?;
    let mut server = workspace.cargo();
    server.args(["clippy", "--workspace", "--all-targets"]).args(EVERYTHING);
    shell::run(server.args(["--", "-D", "warnings"]))?;
    let mut browser = workspace.cargo();
    browser.args(["clippy", "--package", "ui", "--lib", "--target", front::WASM_TARGET]);
    browser.args(["--no-default-features", "--features", "hydrate"]);
    shell::run(browser.args(["--", "-D", "warnings"]))
}

/// The same selection of packages and features everywhere, so that no dependency is compiled twice.
const EVERYTHING: [&str; 2] = ["--features", "xtask/bench"];

fn build_all(workspace: &Workspace) -> Result<()> {
    let mut build = workspace.cargo();
    shell::run(build.args(["build", "--workspace", "--bins", "--tests"]).args(EVERYTHING))
}

fn on_sqlite(workspace: &Workspace) -> Result<()> {
    build_all(workspace)?;
    let mut tests = workspace.cargo();
    if nextest(workspace) {
        tests.args(["nextest", "run", "--workspace", "--no-fail-fast"]).args(EVERYTHING);
        shell::run(tests.env("HABILIS_TEST_DATABASE", "sqlite").env("TMPDIR", shell::scratch()))?;
        note("documentation examples (nextest does not run them)");
        tests = workspace.cargo();
        tests.args(["test", "--workspace", "--doc", "--quiet"]).args(EVERYTHING);
    } else {
        tests.args(["test", "--workspace", "--no-fail-fast"]).args(EVERYTHING);
    }
    shell::run(tests.env("HABILIS_TEST_DATABASE", "sqlite").env("TMPDIR", shell::scratch()))
}

/// The packages whose tests open a database.
const DATABASE_USERS: [&str; 5] = ["habilis", "store", "broker", "gateway", "testkit"];

fn on_postgres(workspace: &Workspace) -> Result<()> {
    build_all(workspace)?;
    let cluster = Cluster::start()?;
    let mut tests = workspace.cargo();
    if nextest(workspace) {
        // A filter rather than `--package`: other packages selected would mean other features, and a rebuild.
        let filter = DATABASE_USERS.map(|package| format!("package(={package})")).join(" | ");
        tests.args(["nextest", "run", "--workspace", "--no-fail-fast", "-E", &filter]);
    } else {
        tests.args(["test", "--workspace", "--no-fail-fast"]);
    }
    tests.args(EVERYTHING);
    tests.env("HABILIS_TEST_DATABASE", "postgres").env("TMPDIR", shell::scratch());
    shell::run(tests.env("HABILIS_TEST_POSTGRES_URL", cluster.url()))
}

fn nextest(workspace: &Workspace) -> bool {
    let found = shell::succeeds(workspace.cargo().args(["nextest", "--version"]));
    note(if found { "with cargo nextest" } else { "with cargo test (cargo nextest is not installed)" });
    found
}

fn summary(times: &[(Stage, Duration, String)]) {
    eprintln!("\n{:<10} {:>9}  result", "stage", "time");
    for (stage, time, result) in times {
        eprintln!("{:<10} {:>7.1} s  {result}", stage.name(), time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time, _)| *time).sum();
    eprintln!("{:<10} {:>7.1} s", "total", total.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_cannot_run_is_told_or_fails_where_it_is_required() {
        let not_run = || Outcome::NotRun("no files".into());
        let options = |require: &[Stage]| Options { only: vec![], from: None, require: require.to_vec() };
        assert_eq!(options(&[]).accept(Stage::Official, not_run()).ok(), Some(not_run()));
        assert_eq!(options(&[Stage::Advisories]).accept(Stage::Official, not_run()).ok(), Some(not_run()));
        assert!(options(&[Stage::Official]).accept(Stage::Official, not_run()).is_err());
        assert_eq!(options(&[Stage::Official]).accept(Stage::Official, Outcome::Passed).ok(), Some(Outcome::Passed));
    }
}
