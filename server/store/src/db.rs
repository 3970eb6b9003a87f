//! The database: a pool for transactions, and one for single queries, whose connections are kept for reuse.
//!
//! A pool of sqlx sends an empty query to each connection that comes back, to check that it still answers, which costs about as
//! much as a short query. A connection that has just answered needs no check.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    sea_query::Values,
    sqlx::{self, AssertSqlSafe, Executor, IntoArguments, Pool, Postgres, Sqlite, pool::PoolConnection, query::Query, query_with},
};
use sea_query_sqlx::SqlxValues;
use tokio::{sync::Semaphore, time::timeout};

/// Size of each pool. Queries and transactions have one each, so that a transaction never waits for another one when its code
/// also runs a query outside of it.
pub(crate) const CONNECTIONS: u32 = 8;
/// Longest wait for a connection.
pub(crate) const WAIT: Duration = Duration::from_secs(10);
/// A connection idle for longer goes back to the pool, which checks it before it is used again.
pub(crate) const REST: Duration = Duration::from_secs(1);
/// A connection kept for longer goes back too, however busy: the pool replaces those that are old.
const KEPT: Duration = Duration::from_secs(60);

pub struct Db {
    transactions: DatabaseConnection,
    questions: Questions,
}

enum Questions {
    Postgres(Kept<Postgres>),
    Sqlite(Kept<Sqlite>),
}

impl Db {
    pub(crate) fn new(transactions: DatabaseConnection, questions: &DatabaseConnection) -> Self {
        let questions = match questions.get_database_backend() {
            DbBackend::Postgres => Questions::Postgres(Kept::of(questions.get_postgres_connection_pool())),
            _ => Questions::Sqlite(Kept::of(questions.get_sqlite_connection_pool())),
        };
        Self { transactions, questions }
    }

    pub(crate) fn transactions(&self) -> &DatabaseConnection {
        &self.transactions
    }

    /// # Errors
    /// The database no longer answers.
    pub async fn close(self) -> Result<(), DbErr> {
        match self.questions {
            Questions::Postgres(kept) => kept.close().await,
            Questions::Sqlite(kept) => kept.close().await,
        }
        self.transactions.close().await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.transactions.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.transactions.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.transactions.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.questions {
            Questions::Postgres(kept) => kept.ask(statement).await,
            Questions::Sqlite(kept) => kept.ask(statement).await,
        }
    }
}

struct Kept<D: sqlx::Database> {
    pool: Pool<D>,
    /// One permit for each connection: whoever holds one finds a connection, kept here or in the pool.
    turns: Semaphore,
    /// The idle connections, the last one used at the end.
    resting: Mutex<Vec<Resting<D>>>,
}

struct Resting<D: sqlx::Database> {
    connection: PoolConnection<D>,
    taken: Instant,
    used: Instant,
}

impl<D> Kept<D>
where
    D: sqlx::Database,
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
    SqlxValues: IntoArguments<D>,
    QueryResult: From<D::Row>,
{
    fn of(pool: &Pool<D>) -> Self {
        Self { pool: pool.clone(), turns: Semaphore::new(CONNECTIONS as usize), resting: Mutex::default() }
    }

    /// When the query fails or is cancelled, its connection goes back to the pool.
    async fn ask(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let values = statement.values.unwrap_or(Values(Vec::new()));
        let question: Query<'_, D, SqlxValues> = query_with(AssertSqlSafe(statement.sql), SqlxValues(values));
        let _turn = timeout(WAIT, self.turns.acquire()).await.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        let (mut connection, taken) = self.take().await?;
        let rows = question.fetch_all(&mut *connection).await.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))?;
        self.rest(connection, taken);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    async fn take(&self) -> Result<(PoolConnection<D>, Instant), DbErr> {
        if let Some(last) = self.last() {
            return Ok((last.connection, last.taken));
        }
        let connection = self.pool.acquire().await.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))?;
        Ok((connection, Instant::now()))
    }

    fn last(&self) -> Option<Resting<D>> {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        let last = resting.pop()?;
        if last.used.elapsed() < REST && last.taken.elapsed() < KEPT {
            return Some(last);
        }
        // The others have been idle for longer.
        resting.clear();
        None
    }

    fn rest(&self, connection: PoolConnection<D>, taken: Instant) {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        resting.push(Resting { connection, taken, used: Instant::now() });
    }

    async fn close(self) {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.pool.close().await;
    }
}
