//! Tables whose lines are written once: the database itself refuses to change or remove them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub async fn protect(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared(&format!(
            "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'lines of % are written once', TG_TABLE_NAME; END $$;
             CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        ))
        .await?;
        return Ok(());
    }
    for verb in ["UPDATE", "DELETE"] {
        let name = format!("{table}_no_{}", verb.to_lowercase());
        let sql = format!("CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'lines of {table} are written once'); END");
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

pub async fn release(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared(&format!("DROP TRIGGER IF EXISTS {table}_append_only ON {table}")).await?;
        return Ok(());
    }
    for verb in ["update", "delete"] {
        db.execute_unprepared(&format!("DROP TRIGGER IF EXISTS {table}_no_{verb}")).await?;
    }
    Ok(())
}
