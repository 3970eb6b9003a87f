//! The server under measure: a release build on a temporary data directory, stopped and removed at the end.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::Client;

use super::scenarios::Seed;
use crate::shell::{self, Workspace};

static HOUSES: AtomicUsize = AtomicUsize::new(0);
const PATIENCE: Duration = Duration::from_secs(60);

/// Keys of a service provider.
#[derive(Clone, serde::Deserialize)]
pub struct ServiceKeys {
    pub client_id: String,
    pub client_secret: String,
    /// SIRET to name as the recipient of data.
    pub recipient: String,
}

/// A data directory with its configuration, apart from the developer's own data.
pub struct House {
    binary: PathBuf,
    site: PathBuf,
    data: PathBuf,
    port: u16,
    /// Address of a PostgreSQL database; without it, SQLite in the data directory.
    database: Option<String>,
}

pub struct Server {
    child: Child,
    pub base: String,
    pub start_up: Duration,
}

/// Resident memory in kB: now, and the most there ever was.
#[derive(Clone, Copy)]
pub struct Memory {
    pub now: u64,
    pub peak: u64,
}

impl House {
    pub fn new(workspace: &Workspace, database: Option<String>) -> Result<Self> {
        let number = HOUSES.fetch_add(1, Ordering::Relaxed);
        let data = std::env::temp_dir().join(format!("habilis-bench-{}-{number}", std::process::id()));
        fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on loopback")?;
        Ok(Self { binary: workspace.binary(true), site: workspace.site(), data, port: free.local_addr()?.port(), database })
    }

    fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Creates the schema, and the demonstration with this many more drafts for its applicant.
    pub fn seed(&self, drafts: u32) -> Result<Seed> {
        shell::output(&mut self.command(&["migrate"]))?;
        let printed = shell::output(&mut self.command(&["demo", "seed", "--json", "--requests", &drafts.to_string()]))?;
        serde_json::from_slice(&printed).context("what `demo seed --json` printed")
    }

    /// The keys of the demonstration service, as the seed wrote them.
    pub fn service_keys(&self) -> Result<ServiceKeys> {
        let path = self.data.join("portail-famille.json");
        let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| path.display().to_string())
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("HABILIS_")) {
                command.env_remove(name);
            }
        }
        command.args(arguments).current_dir(&self.data);
        command.env("HABILIS_LISTEN", format!("127.0.0.1:{}", self.port));
        command.env("HABILIS_BASE_URL", self.base());
        command.env("HABILIS_DATA_DIR", &self.data);
        command.env("HABILIS_SITE_DIR", &self.site);
        if let Some(url) = &self.database {
            command.env("HABILIS_DATABASE_URL", url);
        }
        command.env("HABILIS_DEMO", "true");
        // All visitors come from one address, which the limits would block.
        command.env("HABILIS_RATE_LIMITS", "false");
        command
    }

    pub async fn serve(&self) -> Result<Server> {
        let log = fs::File::create(self.data.join("bench.log")).context("cannot write the log")?;
        let mut command = self.command(&["serve"]);
        command.stdout(Stdio::null()).stderr(log);
        // Reading the certificates of the system takes longer than some start-ups.
        let client = Client::builder().no_proxy().build().context("cannot make an HTTP client")?;
        let start = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start `{}`", shell::shown(&command)))?;
        let mut server = Server { child, base: self.base(), start_up: Duration::ZERO };
        server.wait_until_it_answers(&client, start).await.with_context(|| fs::read_to_string(self.data.join("bench.log")).unwrap_or_default())?;
        server.start_up = start.elapsed();
        Ok(server)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.data) {
            shell::note(&format!("cannot remove {}: {error}", self.data.display()));
        }
    }
}

impl Server {
    async fn wait_until_it_answers(&mut self, client: &Client, start: Instant) -> Result<()> {
        let health = format!("{}/healthz", self.base);
        while start.elapsed() < PATIENCE {
            if client.get(&health).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server stopped by itself ({status})");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("no answer from {health} within {} s", PATIENCE.as_secs())
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn memory(&self) -> Result<Memory> {
        let file = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&file).with_context(|| format!("memory is read from {file}, on Linux only"))?;
        Ok(Memory { now: field(&status, "VmRSS:")?, peak: field(&status, "VmHWM:")? })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killing it loses nothing: its data is deleted with its folder.
        if self.child.kill().and_then(|()| self.child.wait()).is_err() {
            shell::note("the server had already stopped");
        }
    }
}

fn field(status: &str, name: &str) -> Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).with_context(|| format!("no {name} in the status of the server"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_status_of_a_process() -> Result<()> {
        let status = "Name:\thabilis\nVmHWM:\t   61234 kB\nVmRSS:\t   51200 kB\n";
        assert_eq!(field(status, "VmRSS:")?, 51_200);
        assert!(field(status, "VmSwap:").is_err());
        Ok(())
    }
}
