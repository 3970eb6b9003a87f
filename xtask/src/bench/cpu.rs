//! Processor time of the server and of its database: what a page costs, whatever the load generator takes beside them.

use std::fs;

use anyhow::{Context, Result};

/// Ticks in one second of processor time in `/proc`, on every Linux that Rust supports (`USER_HZ`, proc(5)).
const TICKS: f64 = 100.0;

/// Processes whose children count too: a connection of PostgreSQL is one.
pub struct Processes(pub Vec<u32>);

/// What `/proc/<pid>/stat` tells.
struct Told {
    parent: u32,
    own: u64,
    /// Time of the children that have ended.
    ended: u64,
}

impl Processes {
    pub fn seconds(&self) -> Result<f64> {
        let mut ticks = 0;
        for pid in &self.0 {
            let told = read(*pid).with_context(|| format!("no processor time of process {pid}: it is read from /proc, on Linux only"))?;
            ticks += told.own + told.ended;
        }
        for entry in fs::read_dir("/proc").context("/proc")?.flatten() {
            let told = entry.file_name().to_str().and_then(|name| read(name.parse().ok()?));
            ticks += told.filter(|told| self.0.contains(&told.parent)).map_or(0, |told| told.own + told.ended);
        }
        Ok(ticks as f64 / TICKS)
    }
}

fn read(pid: u32) -> Option<Told> {
    told(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Fields are counted from the last parenthesis: it ends the name of the program, which may hold anything.
fn told(stat: &str) -> Option<Told> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Told { parent: fields.get(1)?.parse().ok()?, own: number(11)? + number(12)?, ended: number(13)? + number(14)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_times_of_a_process() {
        let found = told("42 (a (b) c) S 7 42 42 0 -1 4194304 100 0 0 0 12 3 40 5 20 0 1 0 1000 0 0").expect("the line is whole");
        assert_eq!((found.parent, found.own, found.ended), (7, 15, 45));
        assert!(told("42 (cut").is_none());
    }
}
