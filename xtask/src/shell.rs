//! What every command needs: where the workspace is, which programs are installed, how to start one and say so.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

pub struct Workspace {
    pub root: PathBuf,
    /// Asked of Cargo, so that `CARGO_TARGET_DIR` and configuration files are respected.
    pub target: PathBuf,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        #[derive(Deserialize)]
        struct Metadata {
            workspace_root: PathBuf,
            target_directory: PathBuf,
        }
        let mut command = cargo();
        command.args(["metadata", "--format-version=1", "--no-deps"]);
        let found: Metadata = serde_json::from_slice(&output(&mut command)?).context("cargo metadata printed something else than its JSON")?;
        Ok(Self { root: found.workspace_root, target: found.target_directory })
    }

    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    pub fn binary(&self, release: bool) -> PathBuf {
        let profile = if release { "release" } else { "debug" };
        let file = format!("habilis{}", std::env::consts::EXE_SUFFIX);
        self.target.join(profile).join(file)
    }

    pub fn cargo(&self) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root);
        command
    }
}

/// Where the temporary files of a test run go: in memory on a machine that has room there, unless `TMPDIR` is set. Most of the
/// time of a test that has a database of its own goes into creating and removing files.
pub fn scratch() -> PathBuf {
    const MEMORY: &str = "/dev/shm";
    const ROOM_IN_KIB: u64 = 4 << 20;
    let room = || {
        let told = output(Command::new("df").args(["--output=avail", "-k", MEMORY])).ok()?;
        String::from_utf8(told).ok()?.lines().last()?.trim().parse::<u64>().ok()
    };
    if env("TMPDIR").is_none() && room().is_some_and(|free| free >= ROOM_IN_KIB) { MEMORY.into() } else { std::env::temp_dir() }
}

/// Cargo without the variables that `cargo run` sets for this very program: they would rebuild every crate
/// whose build script looks at them.
fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let own = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
        if own.iter().any(|prefix| starts_with(&name, prefix)) {
            command.env_remove(name);
        }
    }
    command
}

fn starts_with(name: &OsStr, prefix: &str) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(prefix))
}

/// Runs a command whose output the reader sees; an exit code other than zero is an error naming the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    ensure!(status.success(), "`{}` failed ({status})", shown(command));
    Ok(())
}

/// Runs a command and returns its stdout; if it fails, its stderr becomes the error.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {}", shown(command), complaint.trim());
    }
    Ok(output.stdout)
}

pub fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// The command as one would type it, without its environment.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// The first of these programs found on PATH.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
            .find(|candidate| candidate.is_file())
    })
}

pub fn env(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|uid| uid.trim_ascii() == b"0")
}

/// Installs Debian packages where that may be done without asking: as root, with apt-get present.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    let typed = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    ensure!(is_root() && on_path(&["apt-get"]).is_some(), "not installed, and this user may not install it; on Debian or Ubuntu: sudo {typed}");
    step(&format!("installing {} with apt-get", packages.join(", ")));
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run(apt().args(["update", "-q"]))?;
    run(apt().args(["install", "-y", "-q", "--no-install-recommends"]).args(packages))
}

/// Says what is being done, on stderr, so that stdout stays clean for results.
pub fn step(what: &str) {
    eprintln!("{} {what}", strong("==>"));
}

pub fn note(what: &str) {
    eprintln!("    {what}");
}

/// Bold on a terminal, plain in a log.
pub fn strong(text: impl Display) -> String {
    let coloured = std::io::stderr().is_terminal() && env("NO_COLOR").is_none();
    if coloured { format!("\x1b[1m{text}\x1b[0m") } else { text.to_string() }
}

pub fn kilobytes(bytes: u64) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}
