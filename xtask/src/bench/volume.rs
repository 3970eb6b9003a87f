//! The same pages and actions with 2,000 requests and with hundreds of thousands, on SQLite and on PostgreSQL.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::Options;
use super::browser::Visitor;
use super::load::{Measure, Plan, measure, timed};
use super::process::House;
use super::report::milliseconds;
use super::scenarios::Account;
use crate::postgres::Cluster;
use crate::shell::{self, Workspace, note, step};

const SMALL: usize = 2_000;
/// One visitor a core, so that the time of an answer includes no waiting for others.
const VISITORS: usize = 2;
const PAGES: usize = 300;
/// Each submission and each approval takes a request of its own.
const ACTS: usize = 150;
const WARM_UP: usize = 20;

type Action = fn(Arc<Scene>) -> Pin<Box<dyn Future<Output = Result<Duration>> + Send>>;

const ALL: [(&str, usize, Action); 9] = [
    ("reviewer's queue, the team's", PAGES, |scene| Box::pin(timed(queue(scene, "", ", lot ")))),
    ("reviewer's queue, all requests", PAGES, |scene| Box::pin(timed(queue(scene, "?onglet=toutes", ", lot ")))),
    ("search, a few found", PAGES, |scene| Box::pin(timed(queue(scene, "?onglet=toutes&q=lot%201234", "lot 1234")))),
    ("search, one in twenty-five found", PAGES, |scene| Box::pin(timed(queue(scene, "?onglet=toutes&q=nevers", "Nevers")))),
    ("applicant's list, 100 requests", PAGES, |scene| Box::pin(timed(dashboard(scene)))),
    ("request page, applicant", PAGES, |scene| Box::pin(timed(request(scene)))),
    ("request page, reviewer", PAGES, |scene| Box::pin(timed(review(scene)))),
    ("submit", ACTS, |scene| Box::pin(submit(scene))),
    ("approve, habilitation granted", ACTS, |scene| Box::pin(approve(scene))),
];

/// What `habilis demo copies` prints.
#[derive(Deserialize)]
struct Copies {
    applicants: Vec<Account>,
    drafts: Vec<String>,
    last_team: Vec<String>,
    shown: String,
}

/// A site with many requests, and the visitors who use it.
struct Scene {
    legal: Visitor,
    franceconnect: Visitor,
    applicant: Visitor,
    submitter: Visitor,
    shown: String,
    drafts: Mutex<Vec<String>>,
    last_team: Mutex<Vec<String>>,
}

pub async fn compare(workspace: &Workspace, options: &Options, cluster: &Cluster) -> Result<()> {
    let mut columns = Vec::new();
    for (name, postgres) in [("SQLite", false), ("PostgreSQL", true)] {
        for requests in [SMALL, options.volume] {
            step(&format!("{requests} requests on {name}"));
            let database = if postgres { Some(cluster.database(&format!("bench_{requests}"))?) } else { None };
            columns.push(figures(workspace, options, database, requests).await.with_context(|| format!("{requests} requests on {name}"))?);
        }
    }
    let (small, large) = (SMALL, options.volume);
    println!("\n{large} requests and {} lines of journal against {small} and {}; {VISITORS} visitors at once.\n", large * 10, small * 10);
    println!(
        "| p50 / p99 (ms) | SQLite, {small} | SQLite, {large} | ratio | PostgreSQL, {small} | PostgreSQL, {large} | ratio |\n|---|--:|--:|--:|--:|--:|--:|"
    );
    let [lite, lite_large, big, big_large] = columns.as_slice() else { anyhow::bail!("four houses are measured") };
    for (index, (name, ..)) in ALL.iter().filter(|(name, ..)| options.wants(name)).enumerate() {
        let row: Vec<String> =
            [(lite, lite_large), (big, big_large)].iter().filter_map(|(small, large)| compared(small.get(index)?, large.get(index)?)).collect();
        println!("| {name} | {} |", row.join(" | "));
    }
    Ok(())
}

fn compared(small: &Measure, large: &Measure) -> Option<String> {
    let times = |found: &Measure| format!("{:.1} / {:.1}", milliseconds(found.median), milliseconds(found.p99));
    let ratio = large.median.as_secs_f64() / small.median.as_secs_f64();
    Some(format!("{} | {} | {ratio:.1}", times(small), times(large)))
}

async fn figures(workspace: &Workspace, options: &Options, database: Option<String>, requests: usize) -> Result<Vec<Measure>> {
    let house = House::new(workspace, database)?;
    let seed = house.seed(0)?;
    let start = Instant::now();
    let printed = shell::output(&mut house.command(&["demo", "copies", "--requests", &requests.to_string()]))?;
    note(&format!("filled in {} s", start.elapsed().as_secs()));
    let Copies { applicants, drafts, last_team, shown } = serde_json::from_slice(&printed).context("what `demo copies` printed")?;
    let [submitter, applicant] = applicants.as_slice() else { anyhow::bail!("`demo copies` names two applicants") };
    let server = house.serve().await?;
    let base = server.base.as_str();
    let scene = Arc::new(Scene {
        legal: seed.visitor(base, "legal").await?,
        franceconnect: seed.visitor(base, "franceconnect").await?,
        applicant: applicant.visitor(base).await?,
        submitter: submitter.visitor(base).await?,
        shown,
        drafts: Mutex::new(drafts),
        last_team: Mutex::new(last_team),
    });
    let mut found = Vec::new();
    for (name, requests, action) in ALL.into_iter().filter(|(name, ..)| options.wants(name)) {
        note(name);
        let plan = Plan { concurrency: VISITORS, requests, warm_up: WARM_UP };
        found.push(measure(action, &scene, plan).await.with_context(|| format!("scenario {name}"))?);
    }
    Ok(found)
}

async fn queue(scene: Arc<Scene>, query: &str, shows: &str) -> Result<()> {
    let page = scene.legal.page(&format!("/instruction{query}")).await?;
    ensure!(page.contains(shows), "the list {query} does not show « {shows} »");
    Ok(())
}

async fn dashboard(scene: Arc<Scene>) -> Result<()> {
    let page = scene.applicant.page("/demandes").await?;
    ensure!(page.matches("lot ").count() >= 25, "the list does not fill a page");
    Ok(())
}

async fn request(scene: Arc<Scene>) -> Result<()> {
    scene.applicant.page(&format!("/demandes/{}", scene.shown)).await.map(drop)
}

async fn review(scene: Arc<Scene>) -> Result<()> {
    scene.legal.page(&format!("/instruction/{}", scene.shown)).await.map(drop)
}

async fn submit(scene: Arc<Scene>) -> Result<Duration> {
    let id = scene.drafts.lock().await.pop().context("no draft is left")?;
    let path = format!("/demandes/{id}/synthese");
    let page = scene.submitter.page(&path).await?;
    let (to, elapsed) = scene.submitter.send(&page, &path, &[]).await?;
    ensure!(!to.ends_with("/synthese"), "the request was not submitted");
    Ok(elapsed)
}

async fn approve(scene: Arc<Scene>) -> Result<Duration> {
    let id = scene.last_team.lock().await.pop().context("no request is left to approve")?;
    let path = format!("/instruction/{id}");
    let page = scene.franceconnect.page(&path).await?;
    let decision =
        page.find("value=\"valider\"").and_then(|at| page.get(..at)?.rfind("<form")).and_then(|at| page.get(at..)).context("no decision to take")?;
    let (to, elapsed) = scene.franceconnect.send(decision, "", &[("motif", "")]).await?;
    ensure!(to.contains("decidee="), "the request was not approved: {to}");
    Ok(elapsed)
}
