//! Tests that read files of third parties, which this repository may not include: without them beside it, the stage reports
//! that it did not run. These tests are `#[ignore]`d elsewhere, so that a machine without the files never reports them as
//! passed.

use anyhow::{Result, ensure};

use super::{EVERYTHING, Outcome, nextest};
use crate::shell::{self, Workspace, note};

/// Relative to the root of the workspace.
const FILES: [&str; 2] = ["../shared/reference/scopes.json", "../shared/data/sandbox-payloads"];
/// Every test that reads one of them is in a module of this name.
const MODULE: &str = "official::";

pub fn run(workspace: &Workspace) -> Result<Outcome> {
    let missing: Vec<&str> = FILES.into_iter().filter(|file| !workspace.root.join(file).exists()).collect();
    if !missing.is_empty() {
        return Ok(Outcome::NotRun(format!("the official files are not beside this repository: {}", missing.join(", "))));
    }
    let mut tests = workspace.cargo();
    tests.env("HABILIS_TEST_DATABASE", "sqlite");
    if nextest(workspace) {
        let filter = format!("test(/(^|::){MODULE}/)");
        tests.args(["nextest", "run", "--workspace", "--no-fail-fast", "--run-ignored", "only", "-E", &filter]).args(EVERYTHING);
        shell::run(&mut tests)?;
    } else {
        tests.args(["test", "--workspace", "--no-fail-fast"]).args(EVERYTHING).args(["--", "--ignored", MODULE]);
        let told = shell::output(&mut tests)?;
        let count = passed(&String::from_utf8_lossy(&told));
        ensure!(count > 0, "no test reads the official files");
        note(&format!("{count} tests passed"));
    }
    Ok(Outcome::Passed)
}

/// The sum of all the lines « test result: ok. 3 passed; 0 failed; … ».
fn passed(told: &str) -> u32 {
    let counts = told.lines().filter_map(|line| line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse::<u32>().ok());
    counts.sum()
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn what_passed_is_counted() {
        let told =
            "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored\n\ntest result: ok. 0 passed; 0 failed\ntest result: ok. 1 passed;";
        assert_eq!((passed(told), passed("")), (3, 0));
    }
}
