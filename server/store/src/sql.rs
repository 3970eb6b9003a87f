//! Statements put together from parts, for queries whose shape depends on what is asked. Values are always bound.

use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, QueryResult, Statement, Value};

use crate::Result;

pub(crate) struct Sql {
    backend: DbBackend,
    values: Vec<Value>,
}

impl Sql {
    pub fn new(db: &impl ConnectionTrait) -> Self {
        Self { backend: db.get_database_backend(), values: Vec::new() }
    }

    pub fn is_postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    /// Binds the value and returns its placeholder. Values must be bound in the order in which they appear in the text:
    /// SQLite's are positional.
    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        if self.is_postgres() { format!("${}", self.values.len()) } else { "?".to_owned() }
    }

    /// The placeholders « a, b, c », or `NULL`, which matches nothing, without any value.
    pub fn list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> String {
        let places: Vec<String> = values.into_iter().map(|value| self.bind(value)).collect();
        if places.is_empty() { "NULL".to_owned() } else { places.join(", ") }
    }

    /// SQL condition: the row asks for one of these services, alone or with another one; `prefix` names its table, « r. ».
    pub fn asks_for<S: AsRef<str>>(&mut self, prefix: &str, services: &[S]) -> String {
        let first = self.list(services.iter().map(AsRef::as_ref));
        let second = self.list(services.iter().map(AsRef::as_ref));
        format!("({prefix}service IN ({first}) OR {prefix}with_service IN ({second}))")
    }

    /// The columns of the table `alias` stands for, named so that its rows are read back with the prefix `alias_`.
    pub fn columns<E: EntityTrait>(alias: &str) -> String {
        let all: Vec<String> = E::Column::iter().map(|column| format!("{alias}.{0} AS {alias}_{0}", column.as_str())).collect();
        all.join(", ")
    }

    pub async fn all(self, db: &impl ConnectionTrait, text: String) -> Result<Vec<QueryResult>> {
        Ok(db.query_all_raw(Statement::from_sql_and_values(self.backend, text, self.values)).await?)
    }

    /// Returns how many rows were affected.
    pub async fn run(self, db: &impl ConnectionTrait, text: String) -> Result<u64> {
        Ok(db.execute_raw(Statement::from_sql_and_values(self.backend, text, self.values)).await?.rows_affected())
    }

    /// Replaces each of these names, written « :at » in the text, by a bound value.
    pub fn with(&mut self, text: &str, names: &[(&str, Value)]) -> String {
        let mut done = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(place) = rest.find(':') {
            let (before, after) = rest.split_at(place);
            done.push_str(before);
            let named = names.iter().find(|(name, _)| after[1..].starts_with(name));
            let Some((name, value)) = named else {
                done.push(':');
                rest = &after[1..];
                continue;
            };
            done.push_str(&self.bind(value.clone()));
            rest = &after[1 + name.len()..];
        }
        done.push_str(rest);
        done
    }

    pub async fn count(self, db: &impl ConnectionTrait, text: String) -> Result<u64> {
        let rows = self.all(db, text).await?;
        let count: i64 = rows.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
