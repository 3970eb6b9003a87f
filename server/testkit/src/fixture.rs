//! A context on a migrated database, with the shipped catalogue.

use std::sync::Arc;

use store::{Cx, CxParts, Keys};
use tokio::sync::{Mutex, Notify};

use crate::{ManualClock, SeededEntropy, TestDatabase};

pub const BASE_URL: &str = "http://habilis.test";

/// Keep it as long as the context: dropping it removes the database.
pub struct Fixture {
    pub cx: Cx,
    pub clock: Arc<ManualClock>,
    pub database: TestDatabase,
}

impl Fixture {
    pub async fn new() -> Self {
        Self::at(BASE_URL).await
    }

    /// For a site that listens at `base_url`, without trailing slash.
    pub async fn at(base_url: &str) -> Self {
        let database = TestDatabase::create().await;
        let clock = Arc::new(ManualClock::default());
        let db = store::connect(database.url()).await.expect("the test database opens");
        store::migrate(&db).await.expect("the migrations apply to an empty database");
        let cx = Cx::new(CxParts {
            db,
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(1)),
            keys: Keys::new(&[7; 32]),
            catalogue: store::Shelf::new(catalogue::shipped().expect("the shipped catalogue is valid")),
            base_url: base_url.to_owned(),
            outbox_bell: Arc::new(Notify::new()),
            writer: Arc::new(Mutex::new(())),
        });
        Self { cx, clock, database }
    }
}

/// The context and what keeps it alive.
pub async fn cx() -> (Cx, Fixture) {
    let fixture = Fixture::new().await;
    (fixture.cx.clone(), fixture)
}
