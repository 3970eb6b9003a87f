//! What every use case is given: the database, the clock, randomness, the keys, the catalogue.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{Clock, Entropy, Timestamp, catalogue::Catalogue, ids::TypedId};
use migrations::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard};

use crate::{
    Db, Keys, Result, Shelf,
    db::{CONNECTIONS, REST, WAIT},
};

/// Cheap to clone; one for the whole process.
#[derive(Clone)]
pub struct Cx(Arc<CxParts>);

pub struct CxParts {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub keys: Keys,
    pub catalogue: Shelf,
    /// Where people reach the site, without trailing slash: `https://habilis.example`.
    pub base_url: String,
    /// Notified after each commit that added effects to the outbox.
    pub outbox_bell: Arc<Notify>,
    /// SQLite takes one writer at a time: waiting for this mutex is fairer than its busy loop.
    pub writer: Arc<Mutex<()>>,
}

impl Deref for Cx {
    type Target = CxParts;
    fn deref(&self) -> &CxParts {
        &self.0
    }
}

impl Cx {
    pub fn new(parts: CxParts) -> Self {
        Self(Arc::new(parts))
    }

    /// The catalogue in force; a publication does not change what a caller already holds.
    pub fn catalogue(&self) -> &Catalogue {
        self.catalogue.current()
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn new_id<T: TypedId>(&self) -> T {
        T::from_uuid(domain::ids::mint(self.now(), self.entropy.as_ref()))
    }

    /// An id derived from these words under the site's key, which nobody else can compute: inserting twice under it inserts
    /// once.
    pub fn id_of<T: TypedId>(&self, words: &str) -> T {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Sha256::digest(self.keys.mac("id", words))[..16]);
        T::from_uuid(domain::ids::named(bytes))
    }

    /// 256 random bits in hexadecimal, for links, sessions, codes, secrets.
    pub fn new_token(&self) -> String {
        let mut bytes = [0u8; 32];
        self.entropy.fill(&mut bytes);
        hex::encode(bytes)
    }

    pub fn seal(&self, aad: &str, plain: &[u8]) -> Vec<u8> {
        self.keys.seal(self.entropy.as_ref(), aad, plain)
    }

    pub fn open(&self, aad: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.keys.open(aad, sealed)
    }

    /// For values whose associated data was `unnamed` in the first sealing scheme.
    pub(crate) fn open_as(&self, aad: &str, unnamed: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.keys.open_as(aad, unnamed, sealed)
    }

    /// Begins a write transaction; dropping it without [`Tx::commit`] rolls it back.
    pub async fn begin(&self) -> Result<Tx> {
        let sqlite = self.db.get_database_backend() == DbBackend::Sqlite;
        let writer = if sqlite { Some(self.writer.clone().lock_owned().await) } else { None };
        let options = TransactionOptions {
            // In SQLite, a deferred transaction that begins to write fails at once instead of waiting for its turn.
            sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(Tx {
            inner: self.db.transactions().begin_with_options(options).await?,
            bell: self.outbox_bell.clone(),
            has_effects: AtomicBool::new(false),
            _writer: writer,
        })
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

/// A write transaction. Statements are given `&tx` as they would be given a connection.
pub struct Tx {
    inner: DatabaseTransaction,
    bell: Arc<Notify>,
    /// Whether it leaves something for the consumers of the outbox to carry out at once.
    has_effects: AtomicBool,
    _writer: Option<OwnedMutexGuard<()>>,
}

impl Tx {
    /// The commit will wake the consumers of the outbox.
    pub(crate) fn leaves_effects(&self) {
        self.has_effects.store(true, Ordering::Relaxed);
    }

    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await?;
        if self.has_effects.into_inner() {
            self.bell.notify_waiters();
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}

/// # Errors
/// The database cannot be reached, or refuses its settings.
pub async fn connect(url: &str) -> Result<Db> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(CONNECTIONS).acquire_timeout(WAIT).sqlx_logging(false);
    options.test_before_acquire_if_idle_for(REST);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .foreign_keys(true)
            .pragma("journal_mode", "WAL")
            // What was acknowledged survives a power cut too.
            .pragma("synchronous", "FULL")
            .busy_timeout(Duration::from_secs(15))
    });
    let transactions = Database::connect(options.clone()).await?;
    Ok(Db::new(transactions, &Database::connect(options).await?))
}

/// # Errors
/// A migration failed; nothing of it was kept.
pub async fn migrate(db: &Db) -> Result<()> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(Migrator::up(db.transactions(), None).await?);
    }
    // All on one connection: others opened between two migrations were seen to miss a table for a moment. PostgreSQL has a
    // transaction for each migration already.
    let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..TransactionOptions::default() };
    let tx = db.transactions().begin_with_options(options).await?;
    Migrator::up(&tx, None).await?;
    Ok(tx.commit().await?)
}

impl std::fmt::Debug for Cx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cx").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
