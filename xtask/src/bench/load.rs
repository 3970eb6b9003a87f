//! The load generator: a fixed number of requests by a fixed number of visitors at once, after a warm-up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

#[derive(Clone, Copy)]
pub struct Plan {
    pub concurrency: usize,
    pub requests: usize,
    pub warm_up: usize,
}

pub struct Measure {
    pub per_second: f64,
    pub median: Duration,
    pub p99: Duration,
}

/// `action` runs the scenario once, and returns how long the part to be measured took.
pub async fn measure<S, A, F>(action: A, stage: &Arc<S>, plan: Plan) -> Result<Measure>
where
    S: Send + Sync + 'static,
    A: Fn(Arc<S>) -> F + Copy + Send + 'static,
    F: Future<Output = Result<Duration>> + Send,
{
    repeat(action, stage, plan.concurrency, plan.warm_up).await?;
    let start = Instant::now();
    let mut times = repeat(action, stage, plan.concurrency, plan.requests).await?;
    let elapsed = start.elapsed();
    times.sort_unstable();
    Ok(Measure { per_second: times.len() as f64 / elapsed.as_secs_f64(), median: percentile(&times, 50), p99: percentile(&times, 99) })
}

async fn repeat<S, A, F>(action: A, stage: &Arc<S>, visitors: usize, total: usize) -> Result<Vec<Duration>>
where
    S: Send + Sync + 'static,
    A: Fn(Arc<S>) -> F + Copy + Send + 'static,
    F: Future<Output = Result<Duration>> + Send,
{
    let taken = Arc::new(AtomicUsize::new(0));
    let visits = (0..visitors).map(|_| {
        let (taken, stage) = (Arc::clone(&taken), Arc::clone(stage));
        tokio::spawn(async move {
            let mut times = Vec::new();
            while taken.fetch_add(1, Ordering::Relaxed) < total {
                times.push(action(Arc::clone(&stage)).await?);
            }
            anyhow::Ok(times)
        })
    });
    let mut times = Vec::with_capacity(total);
    for visit in visits.collect::<Vec<_>>() {
        times.extend(visit.await.context("a visitor panicked")??);
    }
    Ok(times)
}

/// Measures the whole of the action.
pub async fn timed(action: impl Future<Output = Result<()>>) -> Result<Duration> {
    let start = Instant::now();
    action.await?;
    Ok(start.elapsed())
}

/// Nearest rank, over sorted values.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let times: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 50), Duration::from_millis(100));
        assert_eq!(percentile(&times, 99), Duration::from_millis(198));
        assert_eq!(percentile(&times[..1], 99), Duration::from_millis(1));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }
}
