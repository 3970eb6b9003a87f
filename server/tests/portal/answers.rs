//! What every answer tells browsers, whoever makes it: a handler, the framework, a time-out or a panic.

use std::{net::Ipv4Addr, time::Duration};

use axum::{Router, routing::get};
use domain::{ports::Environment, routes as paths};
use habilis::{listen, serve};
use reqwest::Method;
use tokio::net::TcpListener;

use crate::{
    browser::{Browser, Page, URLENCODED},
    road::APPLICANT,
    site::{PASSWORD, TestSite},
    world::{World, routes},
};

const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Whether caches may keep the answer: it is the same for everybody, and its handler says so.
fn may_be_kept(path: &str) -> bool {
    let public = ["/.well-known/openid-configuration", "/jwks"].iter().any(|end| path.ends_with(end));
    public || ["/assets/", "/pkg/", "/theme/", "/favicon.ico"].iter().any(|start| path.starts_with(start))
}

fn check(what: &str, page: &Page) {
    let told = || format!("{what} ({}): {:?}", page.status, page.headers);
    for (name, value) in ALWAYS {
        assert_eq!(page.header(name), value, "{name} of {}", told());
    }
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; ") && policy.ends_with("base-uri 'none'; frame-ancestors 'none'"), "{}", told());
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{}", told());
    let kept = page.header("cache-control");
    let public = page.status.is_success() && may_be_kept(&page.path) && kept.starts_with("public, max-age=");
    assert!(public || kept.contains("no-store"), "{}", told());
}

#[tokio::test]
async fn every_answer_of_every_route_is_kept_by_nobody_and_framed_by_nobody() {
    let world = World::new().await;
    let everything = world.everything().await;
    let mut seen = 0;
    for browser in [world.site.visitor(), everything] {
        let known = browser.session().is_some();
        for route in routes() {
            let address = world.address(&route.path);
            if route.method == "POST" {
                check(&format!("POST {address}"), &browser.post(&address, &[]).await);
                check(&format!("a forged POST {address}"), &browser.send(Method::POST, &address, &[("sec-fetch-site", "cross-site")], "").await);
            } else {
                check(&format!("GET {address}"), &browser.get(&address).await);
                check(&format!("HEAD {address}"), &browser.send(Method::HEAD, &address, &[], "").await);
            }
            check(&format!("PUT {address}"), &browser.send(Method::PUT, &address, &[], "").await);
            seen += 1;
            if known && browser.session().is_none() {
                browser.sign_in(APPLICANT, PASSWORD).await;
            }
        }
    }
    assert!(seen > 300, "{seen} routes");
}

#[tokio::test]
async fn the_error_page_of_somebody_signed_in_is_kept_by_nobody() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    for path in ["/nulle-part", "/demandes/inconnue", "/assets/inconnu.css", "/instruction"] {
        let page = browser.get(path).await;
        page.is(404);
        assert!(page.body.contains("jeanne roux") && page.has("input[name=csrf]"), "the page knows who reads it: {path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
    }
}

/// Answers nobody wrote a handler for.
async fn odd(browser: &Browser) -> Vec<(&'static str, u16, Page)> {
    let large = [b"csrf=x&email=".to_vec(), vec![b'a'; 512 * 1024]].concat();
    let form = [("content-type", URLENCODED)];
    let token = format!("{}/token", paths::realms::issuer(broker::FRANCECONNECT, Environment::Sandbox));
    let data = format!("{}/v3/dss/quotient_familial/france_connect", paths::realms::api_particulier(Environment::Sandbox));
    let files = [("content-type", "multipart/form-data; boundary=x")];
    vec![
        ("no route", 404, browser.get("/nulle-part").await),
        ("an unreadable path", 400, browser.get("/habilitations/verification/%FF%FE").await),
        ("a method nobody takes", 405, browser.send(Method::DELETE, paths::SIGN_IN, &[], "").await),
        ("a body too large", 413, browser.send(Method::POST, paths::SIGN_IN, &form, large).await),
        ("documents where there are none", 415, browser.send(Method::POST, paths::SIGN_IN, &files, "--x--\r\n").await),
        ("a token endpoint without a client", 401, browser.send(Method::POST, &token, &form, "grant_type=x").await),
        ("data without a token", 401, browser.get(&data).await),
        ("a redirection", 303, browser.get(paths::REQUESTS).await),
        ("a sign of life", 200, browser.get(paths::HEALTH).await),
        ("readiness", 200, browser.get(paths::READY).await),
        ("a static file", 200, browser.get("/assets/habilis.css").await),
    ]
}

#[tokio::test]
async fn answers_of_the_framework_are_dressed_too() {
    for https in [false, true] {
        let settings: &[(&str, &str)] = if https { &[("BASE_URL", "https://habilis.example")] } else { &[] };
        let site = TestSite::with(settings).await;
        let assets = site.app.config.site_dir.join("assets");
        std::fs::create_dir_all(&assets).expect("a folder");
        std::fs::write(assets.join("habilis.css"), "p{}").expect("a file");
        for (what, status, page) in odd(&site.visitor()).await {
            check(what, &page);
            assert_eq!(page.status, status, "{what}");
            let transport = if https { "max-age=31536000" } else { "" };
            assert_eq!(page.header("strict-transport-security"), transport, "{what}");
        }
        let known = site.visitor().get("/assets/habilis.css").await.header("last-modified").to_owned();
        let again = site.visitor().send(Method::GET, "/assets/habilis.css", &[("if-modified-since", &known)], "").await;
        again.is(304);
        assert_eq!(again.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_panic_and_a_time_out_are_pages_with_every_header() {
    let site = TestSite::new().await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let root = format!("http://{}", listener.local_addr().expect("bound"));
    let slow = async || {
        tokio::time::sleep(Duration::from_secs(60)).await;
        "trop tard"
    };
    let broken = async || if root_is_odd() { "impossible" } else { panic!("as handlers may") };
    let odd = Router::new().route("/lent", get(slow)).route("/panique", get(broken));
    let router = serve::dressed(site.app.app.clone(), odd, Duration::from_millis(200));
    tokio::spawn(listen::answer(listener, router, listen::Limits::of(&site.app.config), std::future::pending()));
    let browser = Browser::new(&root, &root);
    for (path, status, sentence) in
        [("/lent", 503, "Le site tarde à répondre"), ("/panique", 500, "Une erreur est survenue"), ("/ailleurs", 404, "Page introuvable")]
    {
        let page = browser.get(path).await;
        page.is(status).says(sentence);
        check(path, &page);
    }
    assert_eq!(browser.get("/lent").await.header("retry-after"), "60");
}

/// Always false, but the compiler cannot know it.
fn root_is_odd() -> bool {
    std::path::Path::new("/").parent().is_some()
}
