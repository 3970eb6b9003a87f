//! A company directory for tests: it answers, fails, or takes its time, as the test says.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::site::SIRET;

#[derive(Default)]
struct Inner {
    calls: AtomicUsize,
    failures: AtomicUsize,
    delay: Mutex<Duration>,
    said: Mutex<Option<Value>>,
}

pub struct Directory {
    pub url: String,
    inner: Arc<Inner>,
}

impl Directory {
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let inner = Arc::new(Inner::default());
        let router = Router::new().route("/search", get(search)).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    /// The next answers are 500.
    pub fn fail(&self, times: usize) {
        self.inner.failures.store(times, Ordering::SeqCst);
    }

    pub fn take(&self, delay: Duration) {
        *self.inner.delay.lock().expect("not poisoned") = delay;
    }

    /// Every answer is this one, until `None` is given.
    pub fn say(&self, answer: Option<Value>) {
        *self.inner.said.lock().expect("not poisoned") = answer;
    }

    pub fn calls(&self) -> usize {
        self.inner.calls.load(Ordering::SeqCst)
    }
}

async fn search(State(inner): State<Arc<Inner>>, Query(query): Query<Vec<(String, String)>>) -> Response {
    inner.calls.fetch_add(1, Ordering::SeqCst);
    let delay = *inner.delay.lock().expect("not poisoned");
    tokio::time::sleep(delay).await;
    if inner.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if let Some(answer) = inner.said.lock().expect("not poisoned").clone() {
        return Json(answer).into_response();
    }
    let known = query.iter().any(|(name, value)| name == "q" && value == SIRET);
    let site = json!({ "siret": SIRET, "adresse": "1 PLACE MAURICE GUNSBOURG 92140 CLAMART", "activite_principale": "84.11Z", "est_siege": true, "etat_administratif": "A" });
    let unit = json!({ "nom_complet": "COMMUNE DE CLAMART (ANNUAIRE)", "nature_juridique": "7210", "matching_etablissements": [site], "inconnu": 1 });
    Json(json!({ "results": if known { vec![unit] } else { Vec::new() }, "total_results": 1 })).into_response()
}
