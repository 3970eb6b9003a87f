//! Builds the process from its configuration, answers requests, and shuts down gracefully.

use std::{future::Future, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::StatusCode,
    middleware,
    response::IntoResponse,
};
use delivery::Delivery;
use domain::{
    Clock, Entropy,
    clock::{SystemClock, SystemEntropy},
    routes as paths,
};
use habilitation::{Habilitation, directory::Directory, limits::Limits};
use store::{
    ConnectionTrait, Cx, CxParts,
    chain::{self, Adoption},
    kept_key,
};
use tokio::{net::TcpListener, sync::watch};
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};
use web::{
    App, Intake, Once, Parts, Routes, Settings, WebError, dress_errors, framework_refusals, give_up, keep_refused, measure_bodies, note_outcomes,
    security_headers,
};

use crate::{
    background::{self, Effects},
    boot,
    config::{Config, Theme},
    heads, listen,
    process::Process,
    routes,
};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How long requests in flight may go on after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);

/// What tests replace: time and randomness.
pub struct Senses {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

impl Default for Senses {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
    }
}

/// Connects to the database, whose schema must be up to date, checks the shipped files, and assembles the parts of the application.
pub async fn build(config: Config, senses: Senses) -> anyhow::Result<Process> {
    store::sealed_file::create_folder(&config.data_dir)?;
    let catalogue = store::Shelf::new(catalogue::shipped()?);
    let db = store::connect(&config.database_url).await?;
    let keys = kept_key::settle(&db, boot::keys(&config), senses.entropy.as_ref(), senses.clock.now()).await?;
    let cx = Cx::new(CxParts {
        db,
        clock: senses.clock,
        entropy: senses.entropy,
        keys,
        catalogue,
        base_url: config.base_url.clone(),
        outbox_bell: Arc::default(),
        writer: Arc::default(),
    });
    adopt_journals(&cx, &config.data_dir).await?;
    let http = http_client()?;
    let directory = match &config.directory_url {
        Some(base) => Directory::http(base.clone(), http.clone()),
        None => Directory::embedded(),
    };
    let documents = config.data_dir.join("documents");
    let habilitation = Habilitation::new(cx.clone(), directory, Limits::new(config.rate_limits), documents)
        .with_scanner(config.scanner.clone())
        .with_demonstration(config.demo)
        .with_international_mail(config.smtp_utf8)
        .with_files(Arc::new(catalogue::Bundle));
    let broker = broker::Broker::new(cx.clone(), http.clone());
    let gateway = gateway::Gateway::new(cx.clone(), Arc::new(broker.clone()), Arc::new(boot::sandbox(&config)?));
    let gateway = if config.rate_limits { gateway } else { gateway.without_limits() };
    let intake = Intake::new(config.data_dir.join("tmp"))?;
    let settings = settings(&config);
    let app = App::from(Parts { cx, settings, habilitation, broker, gateway, http, intake, once: Once::default() });
    Ok(Process { app, config })
}

fn settings(config: &Config) -> Settings {
    let theme_dir = match &config.theme {
        Theme::Own => None,
        Theme::Dsfr(folder) => Some(folder.clone()),
    };
    Settings {
        base_url: config.base_url.clone(),
        site_dir: config.site_dir.clone(),
        data_dir: config.data_dir.clone(),
        theme_dir,
        demo: config.demo,
        trusted_proxies: config.trusted_proxies,
    }
}

/// Chains under the key, once, the journal lines written before there was one. That this was done is noted outside the database:
/// whoever controls the database could otherwise insert unkeyed lines and have them chained too.
async fn adopt_journals(cx: &Cx, data_dir: &Path) -> anyhow::Result<()> {
    let noted = data_dir.join("journals.keyed");
    let adopted = chain::adopt(cx, noted.exists()).await.with_context(|| {
        let noted = noted.display();
        format!("the journals are not as they were left; only where the database was put back from a backup of before the key, remove {noted}")
    })?;
    for adoption in adopted {
        match adoption {
            Adoption::Adopted { chain, lines, fault: None } => tracing::info!(journal = chain.table(), lines, "a journal was chained under the key"),
            Adoption::Adopted { chain, lines, fault: Some(fault) } => {
                tracing::error!(journal = chain.table(), lines, %fault, "a journal was chained under the key, but was already broken before");
            }
            Adoption::Refused { chain } => {
                tracing::error!(journal = chain.table(), "lines of the old kind stand among those chained under the key: `habilis journal verify`");
            }
        }
    }
    if !noted.exists() {
        std::fs::write(&noted, "The journals of this site are chained under its key.\n").context("noting that the journals are chained")?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the one constructor of the HTTP client: no redirect, bounded in time")]
fn http_client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(3))
        .timeout(Duration::from_secs(10))
        .user_agent("Habilis")
        .build()
}

pub fn effects(app: &Process) -> anyhow::Result<Effects> {
    let delivery = Delivery::new(app.config.smtp_url.as_deref(), &app.config.mail_from)?;
    Ok(Effects { app: app.clone(), delivery })
}

pub fn router(app: Process) -> Router {
    dressed(app.app, routes::all().into_router(), REQUEST_TIMEOUT)
}

/// Adds the middleware that applies to every response, including those of unknown routes, framework errors, time-outs and panics.
pub fn dressed(app: App, routes: Router<App>, patience: Duration) -> Router {
    routes
        .fallback(|| async { WebError::NotFound })
        .layer(middleware::from_fn_with_state(app.clone(), measure_bodies))
        .layer(middleware::from_fn_with_state(app.clone(), note_outcomes))
        .layer(middleware::from_fn_with_state(app.clone(), keep_refused))
        .layer(middleware::from_fn(framework_refusals))
        .layer(middleware::from_fn_with_state(app.clone(), dress_errors))
        .layer(middleware::from_fn_with_state(patience, give_up))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(listen::refuse_long_heads))
        .layer(middleware::from_fn_with_state(app.clone(), security_headers))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(app)
}

/// The route's pattern, never the address itself: it may hold a one-time link.
fn span(request: &Request) -> tracing::Span {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let id = request.headers().get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", http.method = %request.method(), http.route = route, request.id = id)
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> axum::response::Response {
    #[derive(Debug, thiserror::Error)]
    #[error("a handler panicked")]
    struct Panicked;
    WebError::internal(Panicked).into_response()
}

pub fn routes() -> Routes {
    Routes::new().get(paths::HEALTH, || async { "ok" }).get(paths::READY, ready)
}

async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.cx.db.execute_unprepared("SELECT 1").await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

/// Answers on `listener` until `stop` resolves, then lets what is under way finish.
pub async fn run(app: Process, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    let (tell, told) = watch::channel(false);
    let mut tasks = background::start(&effects(&app)?, &told);
    let sending = tokio::spawn(heads::run(app.clone(), told.clone()));
    let (limits, router) = (listen::Limits::of(&app.config), router(app.clone()));
    let mut stopping = told.clone();
    let signal = async move {
        stop.await;
        let _ = tell.send(true);
    };
    tokio::select! {
        () = listen::answer(listener, router, limits, signal) => {}
        () = async { let _ = stopping.wait_for(|stop| *stop).await; tokio::time::sleep(GRACE).await; } => tracing::warn!("some requests did not end in time"),
    }
    while tokio::time::timeout(GRACE, tasks.join_next()).await.is_ok_and(|task| task.is_some()) {}
    // Nobody writes any more: these heads are the last.
    let sent = sending.await.unwrap_or_default();
    heads::send_last(&app, &sent).await.context("sending the last heads of the journals")
}
