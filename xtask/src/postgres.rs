//! A throw-away PostgreSQL for one test run: it listens on a Unix socket only, so that no port can clash, and keeps nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::{self, note, on_path, step};

const PREFIX: &str = "habilis-pg-";
/// A server of the developer's own choice, instead of a throw-away one.
const GIVEN: &str = "HABILIS_TEST_POSTGRES_URL";
/// Settings that trade safety for speed: the data is thrown away.
const FAST: [&str; 5] = ["-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off", "-c max_connections=300", "-c jit=off"];

pub enum Cluster {
    Given(String),
    Own { programs: Programs, folder: PathBuf },
}

pub struct Programs {
    folder: PathBuf,
    /// The user to run it as, since PostgreSQL refuses to run as root.
    user: Option<String>,
}

impl Cluster {
    pub fn start() -> Result<Self> {
        if let Some(url) = shell::env(GIVEN).and_then(|url| url.into_string().ok()) {
            note(&format!("on the server that {GIVEN} names"));
            return Ok(Self::Given(url));
        }
        Self::own(&FAST, &shell::scratch())
    }

    /// A cluster of our own with these settings, in a new folder of `place`.
    pub fn own(settings: &[&str], place: &Path) -> Result<Self> {
        let programs = Programs::find_or_install()?;
        let place = short(place);
        programs.remove_abandoned(place);
        let folder = place.join(format!("{PREFIX}{}", std::process::id()));
        note(&format!("starting a throw-away cluster ({})", programs.folder.display()));
        let cluster = Self::Own { programs, folder };
        cluster.create(settings)?;
        Ok(cluster)
    }

    /// sqlx, libpq and `url` all read a percent-encoded folder in the place of the host as the folder of the socket.
    pub fn url(&self) -> String {
        match self {
            Self::Given(url) => url.clone(),
            Self::Own { folder, .. } => url_of(folder, "postgres"),
        }
    }

    /// The address of a new database of our own cluster.
    #[cfg(feature = "bench")]
    pub fn database(&self, name: &str) -> Result<String> {
        let Self::Own { programs, folder } = self else { anyhow::bail!("databases are added to a cluster of our own only") };
        shell::output(programs.command("createdb").arg("-h").arg(folder).args(["-U", "postgres", name]))?;
        Ok(url_of(folder, name))
    }

    /// Process id of the postmaster, the parent of its processes.
    #[cfg(feature = "bench")]
    pub fn process(&self) -> Result<u32> {
        let Self::Own { folder, .. } = self else { anyhow::bail!("only a cluster of our own is known by its processes") };
        let file = folder.join("postmaster.pid");
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        text.lines().next().and_then(|line| line.trim().parse().ok()).context("no number in postmaster.pid")
    }

    fn create(&self, settings: &[&str]) -> Result<()> {
        let Self::Own { programs, folder } = self else {
            return Ok(());
        };
        let data = folder.as_os_str();
        let mut initdb = programs.command("initdb");
        initdb.arg("-D").arg(data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8"]);
        shell::output(initdb.args(["--locale=C.UTF-8", "--no-sync"]))?;
        let options = format!("-k {} -h '' {}", folder.display(), settings.join(" "));
        let mut start = programs.command("pg_ctl");
        start.arg("-D").arg(data).arg("-l").arg(folder.join("log"));
        // Not captured: the server would keep our pipe open, and we would wait for its end.
        shell::run(start.args(["-s", "-w", "-o", &options, "start"])).with_context(|| fs::read_to_string(folder.join("log")).unwrap_or_default())
    }
}

fn url_of(folder: &Path, database: &str) -> String {
    let host = folder.display().to_string().replace('/', "%2F");
    format!("postgres://postgres@{host}/{database}")
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Self::Own { programs, folder } = self {
            programs.remove(folder);
        }
    }
}

impl Programs {
    fn find_or_install() -> Result<Self> {
        let found = installed();
        let folder = match found {
            Some(folder) => folder,
            None => {
                shell::apt_install(&["postgresql"]).context("PostgreSQL (initdb, pg_ctl)")?;
                installed().context("apt-get installed postgresql, yet initdb is nowhere to be found")?
            }
        };
        let user = shell::is_root().then(unprivileged_user).transpose()?;
        Ok(Self { folder, user })
    }

    fn command(&self, program: &str) -> Command {
        let program = self.folder.join(program);
        let mut command = match &self.user {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
        };
        // That user may not be allowed to enter the folder we are in.
        command.current_dir("/");
        command
    }

    fn remove(&self, folder: &Path) {
        let mut stop = self.command("pg_ctl");
        stop.arg("-D").arg(folder).args(["-s", "-w", "-m", "immediate", "stop"]);
        let running = folder.join("postmaster.pid").exists();
        if running && let Err(error) = shell::output(&mut stop) {
            note(&format!("the throw-away cluster did not stop: {error:#}"));
        }
        if folder.exists()
            && let Err(error) = fs::remove_dir_all(folder)
        {
            note(&format!("cannot remove {}: {error}", folder.display()));
        }
    }

    /// Removes the folders of runs that were killed before they could clean up.
    fn remove_abandoned(&self, place: &Path) {
        let entries = fs::read_dir(place).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
            if owner.is_some_and(|pid| !alive(pid)) {
                step(&format!("removing {} left by an interrupted run", entry.path().display()));
                self.remove(&entry.path());
            }
        }
    }
}

fn alive(pid: &str) -> bool {
    shell::succeeds(Command::new("ps").args(["-p", pid])) || Path::new("/proc").join(pid).exists()
}

/// The path of a socket may not exceed some hundred bytes, which the temporary folder of macOS nearly fills.
fn short(place: &Path) -> &Path {
    if place.as_os_str().len() < 50 { place } else { Path::new("/tmp") }
}

fn unprivileged_user() -> Result<String> {
    let exists = |user: &&str| shell::succeeds(Command::new("id").args(["-u", user]));
    let user = ["postgres", "nobody"].into_iter().find(exists);
    ensure!(on_path(&["runuser"]).is_some(), "PostgreSQL refuses to run as root and `runuser` is missing");
    user.map(Into::into).context("PostgreSQL refuses to run as root and there is no user `postgres` or `nobody`")
}

/// The newest version where Debian or Red Hat installs it, else the one on PATH.
fn installed() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = debian.map(|version| version.path().join("bin"));
    let mut versions: Vec<_> = debian.filter(|bin| bin.join("initdb").is_file()).collect();
    versions.sort_by_key(|bin| version_of(bin));
    let named = || Some(on_path(&["initdb"])?.canonicalize().ok()?.parent()?.to_owned());
    versions.pop().or_else(named).filter(|bin| bin.join("pg_ctl").is_file())
}

fn version_of(bin: &Path) -> u32 {
    let version = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    version.and_then(|name| name.parse().ok()).unwrap_or(0)
}
