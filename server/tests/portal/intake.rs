//! Endless bodies, unexpected documents, silent connections: how much of the process each of them may use.

use std::{net::Ipv4Addr, time::Duration};

use domain::routes as paths;
use habilis::{listen, serve};
use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
    browser::{Browser, URLENCODED},
    road::{self, APPLICANT, FRANCECONNECT},
    site::{PASSWORD, TestSite},
};

const MULTIPART: &str = "multipart/form-data; boundary=x";
const SOON: Duration = Duration::from_secs(10);

/// A request written by hand, of which only the beginning is sent.
struct Unfinished(TcpStream);

impl Unfinished {
    async fn send(root: &str, head: &str, body: &[u8]) -> Self {
        let address = root.strip_prefix("http://").expect("plain HTTP");
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let _ = stream.write_all(format!("{head}\r\nhost: {address}\r\nsec-fetch-site: same-origin\r\n\r\n").as_bytes()).await;
        // The answer may come, and the connection end, before all of it is taken.
        let _ = stream.write_all(body).await;
        Self(stream)
    }

    /// A POST of `length` bytes, of which `body` alone is sent.
    async fn post(browser: &Browser, root: &str, path: &str, kind: &str, length: usize, body: &[u8]) -> Self {
        let cookie = browser.session().map(|session| format!("\r\ncookie: habilis_session={session}")).unwrap_or_default();
        let head = format!("POST {path} HTTP/1.1\r\ncontent-type: {kind}\r\ncontent-length: {length}{cookie}");
        Self::send(root, &head, body).await
    }

    /// The whole answer, as far as it goes; `None` when the server sends nothing in time.
    async fn answer(&mut self, within: Duration) -> Option<String> {
        let mut bytes = Vec::new();
        let read = async {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = self.0.read(&mut piece).await {
                bytes.extend_from_slice(&piece[..length]);
                if String::from_utf8_lossy(&bytes).contains("</html>") {
                    break;
                }
            }
        };
        timeout(within, read).await.ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn is_answered(&mut self, status: u16, sentence: &str) {
        let answer = self.answer(SOON).await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {answer}");
        assert!(answer.contains(sentence), "{sentence}: {answer}");
    }
}

/// The beginning of a form with a document: fields, then a file of which `sent` bytes come.
fn form_with_a_file(fields: &[(&str, &str)], sent: usize) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--x\r\nContent-Disposition: form-data; name=\"documents\"; filename=\"acte.pdf\"\r\n\r\n%PDF-1.7";
    let mut body = body.into_bytes();
    body.resize(body.len() + sent, b'a');
    body
}

async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never: {what}");
}

fn held(site: &TestSite) -> usize {
    site.app.intake.held()
}

fn files_in_the_way(site: &TestSite) -> usize {
    std::fs::read_dir(site.app.config.data_dir.join("tmp")).expect("a folder").count()
}

#[tokio::test]
async fn twenty_unfinished_documents_sent_to_sign_in_are_refused_unread() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    let token = visitor.token().await;
    let body = form_with_a_file(&[("csrf", &token)], 64 * 1024);
    let mut all = Vec::new();
    for _ in 0..20 {
        all.push(Unfinished::post(&visitor, &site.root, paths::SIGN_IN, MULTIPART, 48 << 20, &body).await);
    }
    for one in &mut all {
        one.is_answered(415, "Cette page ne reçoit pas de document").await;
    }
    assert_eq!((held(&site), files_in_the_way(&site)), (0, 0));
}

#[tokio::test]
async fn only_the_pages_that_take_documents_read_them() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    let body = form_with_a_file(&[("csrf", &browser.token().await)], 0);
    let whole = [body, b"\r\n--x--\r\n".to_vec()].concat();
    for (path, taken) in [
        (format!("/demandes/{id}/messages"), true),
        (format!("/demandes/{id}/synthese"), false),
        (paths::MY_ACCOUNT.to_owned(), false),
        (paths::ORGANISATION.to_owned(), false),
        (format!("/demandes/nouvelle/{FRANCECONNECT}"), false),
    ] {
        for kind in [MULTIPART, "Multipart/Form-Data; boundary=x"] {
            let page = browser.send(Method::POST, &path, &[("content-type", kind), ("sec-fetch-site", "same-origin")], whole.clone()).await;
            assert_eq!(page.status != 415, taken, "{path} {kind}: {}", page.text());
        }
    }
}

#[tokio::test]
async fn nothing_of_a_document_is_read_before_the_session_and_the_token() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    let path = format!("/demandes/{id}/messages");
    let token = browser.token().await;
    let stranger = site.visitor();
    let strange = stranger.token().await;
    for (what, who, fields, status, sentence) in [
        ("nobody", &stranger, vec![("csrf", strange.as_str())], 303, "connexion"),
        ("no token", &browser, vec![], 403, "Ce formulaire a expiré"),
        ("a wrong token", &browser, vec![("csrf", "0000")], 403, "Ce formulaire a expiré"),
        ("the token of another session", &browser, vec![("csrf", strange.as_str())], 403, "Ce formulaire a expiré"),
    ] {
        let body = form_with_a_file(&fields, 32 * 1024);
        let mut sent = Unfinished::post(who, &site.root, &path, MULTIPART, 30 << 20, &body).await;
        let answer = sent.answer(Duration::from_secs(5)).await;
        let answer = answer.unwrap_or_else(|| panic!("{what}: the document is waited for"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(sentence), "{what}: {answer}");
    }
    // A token that comes after the document comes too late.
    let late =
        [form_with_a_file(&[], 10), format!("\r\n--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--x--\r\n").into_bytes()]
            .concat();
    browser.send(Method::POST, &path, &[("content-type", MULTIPART)], late).await.is(403);
    assert_eq!(files_in_the_way(&site), 0);
}

#[tokio::test]
async fn documents_under_way_lie_on_the_disk_and_are_counted() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    let path = format!("/demandes/{id}/messages");
    let token = browser.token().await;
    let body = form_with_a_file(&[("csrf", &token), ("message", "Voici l’acte.")], 9 << 20);
    let mut under_way = Vec::new();
    for _ in 0..2 {
        under_way.push(Unfinished::post(&browser, &site.root, &path, MULTIPART, 31 << 20, &body).await);
    }
    // Nine megabytes each, of which the process keeps what it has just received.
    let mut third = loop {
        let mut third = Unfinished::post(&browser, &site.root, &path, MULTIPART, 31 << 20, &form_with_a_file(&[("csrf", &token)], 1024)).await;
        if let Some(answer) = third.answer(Duration::from_millis(500)).await {
            assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: 10"), "{answer}");
            assert!(answer.contains("Trop d’envois à la fois"), "{answer}");
            break third;
        }
    };
    assert!(held(&site) < 2 << 20, "{} bytes in memory", held(&site));
    assert_eq!(files_in_the_way(&site), 0, "files without a name");
    // Once they are gone, there is room again.
    under_way.clear();
    assert_eq!(third.answer(SOON).await.as_deref(), Some(""), "closed");
    eventually("memory is given back", || held(&site) == 0).await;
    let page = browser.open(&path).await;
    let sent = browser.submit(page.form(&path).set("message", "Voici l’acte.").attach("documents", "acte.pdf", b"%PDF-1.7")).await;
    sent.is(303);
}

#[tokio::test]
async fn a_form_with_too_much_text_or_too_many_documents_is_refused_with_a_sentence() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    let path = format!("/demandes/{id}/messages");
    let page = browser.open(&path).await;
    let form = || page.form(&path).set("message", "Voici.");
    browser.submit(form().forge("notes", &"x".repeat(600 * 1024))).await.is(413).says("512 Ko");
    let mut many = form().attach("documents", "0.pdf", b"%PDF-1.7");
    for number in 1..30 {
        many = many.add("documents", &format!("{number}.pdf"), b"%PDF-1.7");
    }
    browser.submit(many).await.is(400).says("20 documents au plus");
    let big = vec![b'a'; (10 << 20) + 10];
    browser.submit(form().attach("documents", "gros.pdf", &big)).await.is(422).says("dépasse 10 Mo");
}

#[tokio::test]
async fn all_the_bodies_being_read_together_have_a_limit() {
    let site = TestSite::new().await;
    site.add_account(APPLICANT).await;
    let visitor = site.visitor();
    let body = vec![b'a'; 500_000];
    let mut all = Vec::new();
    for _ in 0..80 {
        all.push(Unfinished::post(&visitor, &site.root, paths::SIGN_IN, URLENCODED, 510_000, &body).await);
        assert!(held(&site) <= 32 << 20);
    }
    eventually("the limit is reached", || held(&site) > 31 << 20).await;
    let mut refused = 0;
    for one in &mut all {
        if let Some(answer) = one.answer(Duration::from_millis(20)).await.filter(|answer| !answer.is_empty()) {
            assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("Trop d’envois à la fois"), "{answer}");
            refused += 1;
        }
    }
    assert!((10..80).contains(&refused), "{refused} refused");
    drop(all);
    eventually("all is given back", || held(&site) == 0).await;
    visitor.sign_in(APPLICANT, PASSWORD).await.is(303);
}

/// The same site behind a listener of these limits.
async fn listening(site: &TestSite, limits: listen::Limits) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let root = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(listen::answer(listener, serve::router(site.app.clone()), limits, std::future::pending()));
    root
}

const HEALTH: &str = "GET /healthz HTTP/1.1";

#[tokio::test]
async fn half_sent_heads_are_closed_and_others_are_answered_meanwhile() {
    let site = TestSite::new().await;
    let root = listening(&site, listen::Limits { connections: 100, each: None, head: Duration::from_millis(400) }).await;
    let address = root.strip_prefix("http://").expect("plain HTTP");
    let mut silent = Vec::new();
    for number in 0..60 {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        // Nothing at all, a beginning, a head that goes on for ever.
        let beginning = ["", "GET /connexion HT", "GET / HTTP/1.1\r\nhost: x\r\nx-un: "][number % 3];
        stream.write_all(beginning.as_bytes()).await.expect("written");
        silent.push(Unfinished(stream));
    }
    Browser::new(&root, &root).get("/healthz").await.is(200);
    for one in &mut silent {
        let answer = one.answer(Duration::from_secs(5)).await.expect("the connection is closed");
        assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    }
}

#[tokio::test]
async fn a_connection_at_rest_is_closed_and_the_next_one_gets_its_place() {
    let site = TestSite::new().await;
    let root = listening(&site, listen::Limits { connections: 3, each: None, head: Duration::from_millis(400) }).await;
    let mut at_rest = Vec::new();
    for _ in 0..3 {
        let mut one = Unfinished::send(&root, HEALTH, b"").await;
        let mut begun = [0; 12];
        timeout(SOON, one.0.read_exact(&mut begun)).await.expect("in time").expect("an answer");
        assert_eq!(&begun, b"HTTP/1.1 200");
        at_rest.push(one);
    }
    // The fourth waits for one of them to be closed.
    let mut fourth = Unfinished::send(&root, &format!("{HEALTH}\r\nconnection: close"), b"").await;
    assert!(fourth.answer(SOON).await.expect("an answer").starts_with("HTTP/1.1 200"));
    for mut one in at_rest {
        one.answer(SOON).await.expect("closed");
    }
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let site = TestSite::new().await;
    let long = format!("{HEALTH}\r\nx-long: {}", "a".repeat(200 * 1024));
    let mut sent = Unfinished::send(&site.root, &long, b"").await;
    let answer = sent.answer(SOON).await.expect("an answer");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_head_beyond_64_kb_is_refused_whatever_was_read_of_it() {
    let site = TestSite::new().await;
    for (length, status) in [(60_000, "200"), (66_000, "431"), (100_000, "431"), (120_000, "431")] {
        for head in [
            format!("{HEALTH}\r\nconnection: close\r\nx-long: {}", "a".repeat(length)),
            format!("{HEALTH}\r\nconnection: close{}", format!("\r\nx-much: {}", "a".repeat(990)).repeat(length / 1000)),
        ] {
            let mut sent = Unfinished::send(&site.root, &head, b"").await;
            let answer = sent.answer(SOON).await.expect("an answer");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{length}: {answer:.200}");
        }
    }
}
