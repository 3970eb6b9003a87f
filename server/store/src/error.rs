//! The errors of the database layer.

use sea_orm::{DbErr, RuntimeErr, SqlxError};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("database")]
    Database(#[from] DbErr),
    /// A row that this site never writes.
    #[error("inconsistent row {id} in {table}")]
    Inconsistent { table: &'static str, id: String },
    /// The version was no longer the expected one: somebody else wrote first.
    #[error("stale write on {table}")]
    Stale { table: &'static str },
    /// The database was put back as it was before the key, or somebody made it look so.
    #[error("the lines of {table} are from before there was a key, though those of this site were chained under it already")]
    OldLines { table: &'static str },
    #[error("sealed value cannot be opened: {0}")]
    Unseal(String),
    #[error("stored JSON")]
    Json(#[from] serde_json::Error),
}

/// Turns a stale write into `stale`, the use case's own error for it.
///
/// # Errors
/// `stale`, or what else went wrong.
pub fn unless_stale<T, E: From<Error>>(done: Result<T>, stale: impl FnOnce() -> E) -> Result<T, E> {
    match done {
        Err(Error::Stale { .. }) => Err(stale()),
        other => Ok(other?),
    }
}

/// Whether the database rolled a transaction back because of a concurrent one: nothing was written, and a retry may succeed.
/// PostgreSQL, appendix A: 40001 serialization failure, 40P01 deadlock. SQLite, result codes: 5, 261, 517 busy; 6, 262 locked.
pub fn gave_way(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).filter_map(|error| error.downcast_ref::<DbErr>()).any(|error| match error {
        DbErr::Conn(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
            matches!(&*code, "40001" | "40P01" | "5" | "261" | "517" | "6" | "262")
        }
        _ => false,
    })
}

impl Error {
    pub(crate) fn inconsistent(table: &'static str, id: impl ToString) -> Self {
        Self::Inconsistent { table, id: id.to_string() }
    }

    /// A column holds what its type does not: SQLite keeps any value anywhere.
    pub(crate) fn is_unreadable(&self) -> bool {
        let Self::Database(DbErr::Query(RuntimeErr::SqlxError(error))) = self else { return matches!(self, Self::Database(DbErr::Type(_))) };
        matches!(**error, SqlxError::ColumnDecode { .. } | SqlxError::Decode(_))
    }

    /// The row was not deleted because a foreign key refers to it. SQLite, result codes: 787 foreign key, 1811 where the key
    /// says RESTRICT. PostgreSQL, appendix A: 23503 foreign key violation, 23001 restrict violation.
    pub fn is_still_named(&self) -> bool {
        let Self::Database(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = self else { return false };
        let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
        matches!(&*code, "787" | "1811" | "23503" | "23001")
    }

    /// A unique constraint refused the row.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))))
    }
}
