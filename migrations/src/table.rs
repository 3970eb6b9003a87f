//! Shorthands, so that a migration reads as the list of its columns.

use sea_orm_migration::prelude::*;

/// Declares a migration which creates tables in order and drops them in reverse.
macro_rules! creates {
    ($($table:ident),* $(,)?) => {
        #[derive(DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            // SQLite migrations are not transactional by default.
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                $(
                    let (table, indexes) = $table();
                    manager.create_table(table).await?;
                    for index in indexes {
                        manager.create_index(index).await?;
                    }
                )*
                Ok(())
            }

            async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                let mut names: Vec<&str> = vec![$(stringify!($table)),*];
                names.reverse();
                for name in names {
                    manager.drop_table(Table::drop().table(Alias::new(name)).to_owned()).await?;
                }
                Ok(())
            }
        }
    };
}
pub(crate) use creates;

pub type Schema = (TableCreateStatement, Vec<IndexCreateStatement>);

pub fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(Alias::new(name)).to_owned()
}

pub fn index(on: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("ix_{on}_{}", columns.join("_"))).table(Alias::new(on));
    for column in columns {
        index.col(Alias::new(*column));
    }
    index.to_owned()
}

pub fn references(from: &'static str, column: &'static str, to: &'static str, on_delete: ForeignKeyAction) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{from}_{column}"))
        .from(Alias::new(from), Alias::new(column))
        .to(Alias::new(to), Alias::new("id"))
        .on_delete(on_delete)
        .to_owned()
}

pub fn key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create();
    for column in columns {
        key.col(Alias::new(*column));
    }
    key.primary();
    key.to_owned()
}

pub fn id() -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new("id"));
    column.uuid().not_null().primary_key();
    column.to_owned()
}

pub fn column(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
}

pub fn text(name: &'static str) -> ColumnDef {
    column(name).text().not_null().to_owned()
}

pub fn text_null(name: &'static str) -> ColumnDef {
    column(name).text().null().to_owned()
}

pub fn uuid(name: &'static str) -> ColumnDef {
    column(name).uuid().not_null().to_owned()
}

pub fn uuid_null(name: &'static str) -> ColumnDef {
    column(name).uuid().null().to_owned()
}

/// Microseconds since the epoch, or any 64-bit integer.
pub fn bigint(name: &'static str) -> ColumnDef {
    column(name).big_integer().not_null().to_owned()
}

pub fn bigint_null(name: &'static str) -> ColumnDef {
    column(name).big_integer().null().to_owned()
}

pub fn integer(name: &'static str) -> ColumnDef {
    column(name).integer().not_null().to_owned()
}

pub fn integer_null(name: &'static str) -> ColumnDef {
    column(name).integer().null().to_owned()
}

pub fn boolean(name: &'static str) -> ColumnDef {
    column(name).boolean().not_null().to_owned()
}

pub fn json(name: &'static str) -> ColumnDef {
    column(name).json_binary().not_null().to_owned()
}

pub fn json_null(name: &'static str) -> ColumnDef {
    column(name).json_binary().null().to_owned()
}

pub fn binary(name: &'static str) -> ColumnDef {
    column(name).blob().not_null().to_owned()
}

pub fn binary_null(name: &'static str) -> ColumnDef {
    column(name).blob().null().to_owned()
}
