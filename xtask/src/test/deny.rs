//! The rules on dependencies of `deny.toml`, checked by the same version of cargo-deny everywhere: it is installed in the
//! target folder if this machine has another one, or none.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Outcome;
use crate::shell::{self, Workspace, note, step};

const VERSION: &str = "0.20.2";

/// Banned crates, licences, sources: all that needs no network.
pub fn check(workspace: &Workspace) -> Result<()> {
    shell::run(deny(workspace)?.args(["check", "bans", "licenses", "sources"]))
}

/// Known vulnerabilities, where the database of advisories can be fetched.
pub fn advisories(workspace: &Workspace) -> Result<Outcome> {
    if let Err(error) = shell::output(deny(workspace)?.args(["fetch", "db"])) {
        note(&format!("{error:#}"));
        return Ok(Outcome::NotRun("the advisory database cannot be fetched from here".into()));
    }
    shell::run(deny(workspace)?.args(["check", "advisories"]))?;
    Ok(Outcome::Passed)
}

fn deny(workspace: &Workspace) -> Result<Command> {
    let mut command = Command::new(program(workspace)?);
    command.current_dir(&workspace.root).args(["--workspace", "--locked"]);
    Ok(command)
}

fn program(workspace: &Workspace) -> Result<PathBuf> {
    let tools = workspace.target.join("tools");
    let ours = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    let known = shell::on_path(&["cargo-deny"]).into_iter().chain([ours.clone()]);
    if let Some(found) = known.into_iter().find(|program| is_right(program)) {
        return Ok(found);
    }
    step(&format!("installing cargo-deny {VERSION} (a few minutes, once)"));
    let mut install = workspace.cargo();
    // Compiled as for development: it reads a thousand manifests, and the time is in compiling it.
    install.args(["install", "cargo-deny", "--version", VERSION, "--locked", "--debug", "--root"]).arg(&tools);
    shell::run(install.arg("--target-dir").arg(tools.join("target"))).context("cargo-deny comes from the public registry")?;
    Ok(ours)
}

fn is_right(program: &Path) -> bool {
    let told = shell::output(Command::new(program).arg("--version")).unwrap_or_default();
    is_version(&String::from_utf8_lossy(&told))
}

/// « cargo-deny 0.20.2 ».
fn is_version(told: &str) -> bool {
    told.split_whitespace().nth(1) == Some(VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_is_not_the_right_one() {
        for (told, right) in [(format!("cargo-deny {VERSION}\n"), true), ("cargo-deny 0.14.0".into(), false), (String::new(), false)] {
            assert_eq!(is_version(&told), right, "{told}");
        }
    }
}
