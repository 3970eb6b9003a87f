//! The journeys of `end2end/`, in a headless Chromium, against the binary just built.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::{self, Workspace, note, on_path};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

pub fn journeys(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("end2end");
    ensure!(folder.join("package-lock.json").is_file(), "{} has no package-lock.json: the journeys are missing", folder.display());
    ensure!(
        on_path(&["node"]).is_some() && on_path(&["npm"]).is_some(),
        "the journeys need Node.js and npm (on Debian or Ubuntu: apt-get install nodejs npm); nothing else here does"
    );
    let browser = browser()?;
    note(&format!("with {}", browser.display()));
    let mut install = Command::new("npm");
    install.args(["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    shell::run(install.current_dir(&folder))?;
    let mut playwright = Command::new("npx");
    playwright
        .args(["playwright", "test"])
        .current_dir(&folder)
        .env("CHROMIUM_PATH", browser)
        .env("HABILIS_BIN", workspace.binary(false))
        .env("HABILIS_SITE_DIR", workspace.site())
        .env("TMPDIR", shell::scratch());
    shell::run(&mut playwright)
}

fn browser() -> Result<PathBuf> {
    if let Some(given) = shell::env("CHROMIUM_PATH").map(PathBuf::from) {
        ensure!(given.is_file(), "CHROMIUM_PATH names {}, which does not exist", given.display());
        return Ok(given);
    }
    if let Some(found) = on_path(&BROWSERS) {
        return Ok(found);
    }
    shell::apt_install(&["chromium"]).context("Chromium")?;
    on_path(&BROWSERS).context("apt-get installed chromium, yet it is not on PATH")
}
