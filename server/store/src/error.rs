//! What can go wrong below the use cases.

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("database")]
    Database(#[from] sea_orm::DbErr),
    /// A row which no code of ours writes.
    #[error("inconsistent row {id} in {table}")]
    Inconsistent { table: &'static str, id: String },
    /// The version was no longer the expected one: somebody else wrote first.
    #[error("stale write on {table}")]
    Stale { table: &'static str },
    #[error("sealed value cannot be opened: {0}")]
    Unseal(String),
    #[error("stored JSON")]
    Json(#[from] serde_json::Error),
}

/// Somebody else wrote first: `stale` says what that means to whoever writes now.
///
/// # Errors
/// `stale`, or what else went wrong.
pub fn unless_stale<T, E: From<Error>>(done: Result<T>, stale: impl FnOnce() -> E) -> Result<T, E> {
    match done {
        Err(Error::Stale { .. }) => Err(stale()),
        other => Ok(other?),
    }
}

impl Error {
    pub(crate) fn inconsistent(table: &'static str, id: impl ToString) -> Self {
        Self::Inconsistent { table, id: id.to_string() }
    }

    /// A unique constraint refused the row.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))))
    }
}
