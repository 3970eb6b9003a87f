//! One database a test: a file for SQLite, a database of its own for PostgreSQL.

use std::thread;

use domain::{Entropy, clock::SystemEntropy};
use store::ConnectionTrait;
use tempfile::TempDir;

/// Removed when dropped.
#[derive(Debug)]
pub enum TestDatabase {
    Sqlite { url: String, directory: TempDir },
    Postgres { url: String, server: String, name: String },
}

impl TestDatabase {
    /// As `HABILIS_TEST_DATABASE` says: `sqlite` (default), or `postgres` on the server at
    /// `HABILIS_TEST_POSTGRES_URL`.
    pub async fn create() -> Self {
        match variable("HABILIS_TEST_DATABASE").as_deref() {
            Some("postgres") => {
                let server = variable("HABILIS_TEST_POSTGRES_URL").expect("HABILIS_TEST_POSTGRES_URL names the server to test on");
                Self::postgres(server).await
            }
            None | Some("" | "sqlite") => Self::sqlite(),
            Some(other) => panic!("HABILIS_TEST_DATABASE is sqlite or postgres, not {other}"),
        }
    }

    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } | Self::Postgres { url, .. } => url,
        }
    }

    fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let url = format!("sqlite://{}?mode=rwc", directory.path().join("test.sqlite").display());
        Self::Sqlite { url, directory }
    }

    async fn postgres(server: String) -> Self {
        let mut random = [0u8; 8];
        SystemEntropy.fill(&mut random);
        let name = format!("habilis_test_{:016x}", u64::from_le_bytes(random));
        execute(&server, &format!("CREATE DATABASE {name}")).await;
        Self::Postgres { url: with_database(&server, &name), server, name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Self::Postgres { server, name, .. } = self else { return };
        let (server, name) = (std::mem::take(server), std::mem::take(name));
        // Not on the test's runtime, which may be shutting down.
        let dropping = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(execute(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))))
        });
        if dropping.join().is_err() {
            eprintln!("a test database could not be dropped");
        }
    }
}

async fn execute(server: &str, sql: &str) {
    let db = store::connect(server).await.expect("the test server answers");
    db.execute_unprepared(sql).await.expect("the test server lets its user create and drop databases");
    db.close().await.expect("an idle connection closes");
}

/// The same server, another database.
fn with_database(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').map_or((server, String::new()), |(address, options)| (address, format!("?{options}")));
    let after_scheme = address.find("://").map_or(0, |position| position + 3);
    let host = address[after_scheme..].find('/').map_or(address, |slash| &address[..after_scheme + slash]);
    format!("{host}/{name}{options}")
}

#[expect(clippy::disallowed_methods, reason = "tests are configured by cargo xtask test, through the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn database_addresses() {
        for (server, expected) in [
            ("postgres://u@localhost:5432/postgres", "postgres://u@localhost:5432/t"),
            ("postgres://u@localhost:5432", "postgres://u@localhost:5432/t"),
            ("postgres://u:p@h/?host=/run/pg", "postgres://u:p@h/t?host=/run/pg"),
            ("postgres:///postgres?host=/tmp", "postgres:///t?host=/tmp"),
        ] {
            assert_eq!(with_database(server, "t"), expected);
        }
    }
}
