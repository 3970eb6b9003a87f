//! `kill -9` in the middle of submissions: whatever was acknowledged is there afterwards, and nothing is half done.

use std::{
    collections::BTreeMap,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use domain::{
    clock::SystemClock,
    form::Answers,
    ids::RequestId,
    request::{JournalKind, State},
};
use habilis::{
    Process,
    config::Config,
    serve::{Senses, build},
};
use habilitation::{accounts::SignUp, requests::as_shown};
use scraper::{Html, Selector};
use testkit::TestDatabase;

const EMAIL: &str = "demandeuse@clamart.example";
const PASSWORD: &str = "Resister-a-tout-2026";
const REQUESTS: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_submissions_survive_kill_9() {
    let database = TestDatabase::create().await;
    let data = tempfile::tempdir().expect("a temporary directory");
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).expect("a free port").port();
    let app = application(database.url(), data.path(), port).await;
    let requests = ready_to_submit(&app).await;

    let mut server = start(database.url(), data.path(), port).await;
    let browser = sign_in(port).await;
    let (acknowledged, unknown) = send_until_killed(&browser, port, &requests, &mut server).await;
    server.wait().expect("ended");
    assert!(acknowledged.len() >= REQUESTS / 3, "{} acknowledged", acknowledged.len());

    let mut server = start(database.url(), data.path(), port).await;
    for id in &acknowledged {
        let (state, submissions) = stored(&app, *id).await;
        assert_eq!((state, submissions), (State::UnderReview, 1), "acknowledged {id}");
    }
    for id in &unknown {
        let (state, submissions) = stored(&app, *id).await;
        let whole = (state == State::Draft && submissions == 0) || (state == State::UnderReview && submissions == 1);
        assert!(whole, "half done: {id} {state:?} with {submissions} journal lines");
    }
    eprintln!("{} acknowledged, {} cut off", acknowledged.len(), unknown.len());
    server.kill().expect("stopped");
    server.wait().expect("ended");
}

/// Submits all the requests at once, and kills the server while some are on their way: those it acknowledged, and the others.
async fn send_until_killed(browser: &reqwest::Client, port: u16, requests: &[RequestId], server: &mut Child) -> (Vec<RequestId>, Vec<RequestId>) {
    let mut pages = Vec::new();
    for id in requests {
        let (csrf, version) = summary(browser, port, *id).await;
        pages.push((*id, csrf, version));
    }
    let mut sending = tokio::task::JoinSet::new();
    for (id, csrf, version) in pages {
        let browser = browser.clone();
        sending.spawn(async move {
            let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("conditions", "oui"), ("dpo_informe", "oui")];
            let sent = browser.post(format!("http://127.0.0.1:{port}/demandes/{id}/synthese")).form(&form).send().await;
            let acknowledged = sent.is_ok_and(|response| response.status() == 303 && location(&response).contains("transmise"));
            (id, acknowledged)
        });
    }
    let (mut acknowledged, mut unknown) = (Vec::new(), Vec::new());
    while let Some(done) = sending.join_next().await {
        let (id, ok) = done.expect("a request task");
        if ok {
            acknowledged.push(id)
        } else {
            unknown.push(id)
        }
        // Some are through, others on their way: now.
        if acknowledged.len() == REQUESTS / 3 {
            server.kill().expect("SIGKILL");
        }
    }
    (acknowledged, unknown)
}

fn settings(database: &str, data: &Path, port: u16) -> BTreeMap<String, String> {
    let mut settings = testkit::settings(&format!("http://127.0.0.1:{port}"), database, data);
    settings.insert("LISTEN".to_owned(), format!("127.0.0.1:{port}"));
    settings
}

async fn application(database: &str, data: &Path, port: u16) -> Process {
    let config = Config::from_values(&settings(database, data, port), Vec::new()).expect("valid");
    testkit::migrated(database).await;
    build(config, Senses { clock: std::sync::Arc::new(SystemClock), ..Senses::default() }).await.expect("built")
}

/// Complete drafts, ready to be submitted.
async fn ready_to_submit(app: &Process) -> Vec<RequestId> {
    let room = &app.habilitation;
    let form = SignUp { given_name: "Jeanne".into(), family_name: "Roux".into(), email: EMAIL.into(), password: PASSWORD.into() };
    room.add_account(&form).await.expect("an account");
    let session = room.sign_in(EMAIL, PASSWORD, &std::net::IpAddr::from([127, 0, 0, 1]).into()).await.expect("signed in");
    let actor = room.actor(&session).await.expect("read").expect("somebody");
    room.join_organisation(&actor, &session, "21920023500014").await.expect("joined");
    let actor = room.actor(&session).await.expect("read").expect("somebody");
    let applying = room.applying(&actor);
    let mut requests = Vec::new();
    for _ in 0..REQUESTS {
        let id = app.cx.new_id();
        applying.start(id, "franceconnect", None).await.expect("started");
        for block in &room.service("franceconnect").expect("shipped").blocks {
            let seen = as_shown(block, &applying.open(id).await.expect("a draft").request.answers);
            applying.save_block(id, &block.slug, &complete(), &seen).await.expect("saved");
        }
        requests.push(id);
    }
    requests
}

fn complete() -> Answers {
    let mut answers = Answers::default();
    for (field, value) in [
        ("name", "Portail famille"),
        ("description", "Connexion des familles."),
        ("alternative", "oui"),
        ("recipients", "Service enfance"),
        ("retention_months", "12"),
        ("legal_nature", "Arrêté du 8 novembre 2018"),
        ("legal_url", "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479"),
    ] {
        answers.set(field, value);
    }
    answers.0.insert("scopes".into(), vec!["openid".into(), "email".into()]);
    for contact in ["responsable_traitement", "delegue_protection_donnees", "responsable_technique"] {
        for (suffix, value) in
            [("given_name", "Paul"), ("family_name", "Marchand"), ("job_title", "Agent"), ("email", "paul@clamart.example"), ("phone", "0612345678")]
        {
            answers.set(&format!("{contact}_{suffix}"), value);
        }
    }
    answers
}

async fn start(database: &str, data: &Path, port: u16) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_habilis"));
    command.arg("serve").stdout(Stdio::null()).stderr(Stdio::null());
    for (name, value) in settings(database, data, port) {
        command.env(format!("HABILIS_{name}"), value);
    }
    #[expect(clippy::zombie_processes, reason = "every caller kills and waits; a failed start fails the test")]
    let child = command.spawn().expect("the binary starts");
    for _ in 0..200 {
        if reqwest::get(format!("http://127.0.0.1:{port}/readyz")).await.is_ok_and(|r| r.status() == 200) {
            return child;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server did not become ready");
}

#[expect(clippy::disallowed_methods, reason = "a browser with cookies, not the application's client")]
async fn sign_in(port: u16) -> reqwest::Client {
    let browser = reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let page = browser.get(format!("http://127.0.0.1:{port}/connexion")).send().await.expect("a page").text().await.expect("text");
    let form = [("csrf", input(&page, "csrf")), ("email", EMAIL.into()), ("password", PASSWORD.into())];
    let response = browser.post(format!("http://127.0.0.1:{port}/connexion")).form(&form).send().await.expect("an answer");
    assert_eq!(response.status(), 303);
    browser
}

async fn summary(browser: &reqwest::Client, port: u16, id: RequestId) -> (String, String) {
    let page = browser.get(format!("http://127.0.0.1:{port}/demandes/{id}/synthese")).send().await.expect("a page").text().await.expect("text");
    (input(&page, "csrf"), input(&page, "version"))
}

fn input(page: &str, name: &str) -> String {
    let selector = Selector::parse(&format!("main input[name={name}]")).expect("a selector");
    let html = Html::parse_document(page);
    html.select(&selector).next().and_then(|i| i.value().attr("value")).unwrap_or_else(|| panic!("no {name} in the page")).to_owned()
}

fn location(response: &reqwest::Response) -> String {
    response.headers().get("location").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}

async fn stored(app: &Process, id: RequestId) -> (State, usize) {
    let request = store::request::by_id(&app.cx.db, id).await.expect("read").expect("there");
    let journal = store::journal::of_request(&app.cx.db, id).await.expect("read");
    (request.phase.state(), journal.iter().filter(|line| line.kind == JournalKind::Submitted).count())
}
