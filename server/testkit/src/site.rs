//! What a site under test is configured with.

use std::{collections::BTreeMap, path::Path};

use store::Db;

/// The settings of a site at this address, without their prefix: its database, where it keeps its files, and no limits on attempts.
pub fn settings(base_url: &str, database_url: &str, data: &Path) -> BTreeMap<String, String> {
    [
        ("BASE_URL", base_url.to_owned()),
        ("DATABASE_URL", database_url.to_owned()),
        ("DATA_DIR", data.display().to_string()),
        ("RATE_LIMITS", "false".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// The database at this address, with the schema of today.
pub async fn migrated(database_url: &str) -> Db {
    let db = store::connect(database_url).await.expect("the test database opens");
    store::migrate(&db).await.expect("the migrations apply");
    db
}
