//! What nobody should send, to every route there is: a 4xx in French, never a 5xx, never a panic.

use domain::routes as paths;
use reqwest::Method;

use crate::{
    browser::{Browser, Page, URLENCODED},
    road::APPLICANT,
    site::PASSWORD,
    world::{World, routes},
};

const FIELDS: [&str; 35] = [
    "name",
    "description",
    "email",
    "password",
    "given_name",
    "family_name",
    "siret",
    "choisir",
    "suite",
    "motif",
    "version",
    "action",
    "conditions",
    "redirect_uris",
    "post_logout_redirect_uris",
    "scopes",
    "client_id",
    "state",
    "nonce",
    "code",
    "grant_type",
    "idp",
    "login",
    "token",
    "email_transmis",
    "flow",
    "message",
    "topics",
    "personne",
    "transmettre",
    "role",
    "reponse",
    "rattachement",
    "decision",
    "membre",
];

const QUERIES: [&str; 14] = [
    "page=1&page=2",
    "page=%00",
    "page=99999999999999999999999",
    "%ff=%ff",
    "=&&=&",
    "%",
    "a[]=1&a[b]=2",
    "suite=%00",
    "envoi&envoi",
    "transmise=1&transmise=2",
    "enregistre=a&enregistre=b",
    "decidee=D%00&decidee=",
    "pour=%00",
    "state=%ff&code=%00&client_id=%00&scope=%ff&iss=a&iss=b",
];

/// Not a page: read by machines, which take other formats.
fn is_for_machines(path: &str) -> bool {
    path == paths::HEALTH || path == paths::READY || path.ends_with("/enregistrement")
}

fn check(what: &str, path: &str, page: &Page) {
    let short: String = page.path.chars().take(120).collect();
    let told = || format!("{what} at {short}: {} {}", page.status, page.text().chars().take(300).collect::<String>());
    assert!(!page.status.is_server_error(), "{}", told());
    if !page.status.is_client_error() || is_for_machines(path) {
        return;
    }
    let kind = page.header("content-type");
    let french = kind.starts_with("text/html") && page.body.contains("<html lang=\"fr\"");
    assert!(french || kind.contains("json"), "not a sentence in French ({kind}): {}", told());
}

#[tokio::test]
async fn odd_queries_and_odd_paths() {
    let world = World::new().await;
    let everything = world.everything().await;
    for browser in [&world.site.visitor(), &everything] {
        for route in routes().iter().filter(|route| route.method == "GET") {
            for query in QUERIES {
                let page = browser.get(&format!("{}?{query}", world.address(&route.path))).await;
                check("an odd query", &route.path, &page);
            }
            if !route.path.contains('{') {
                continue;
            }
            for odd in ["%00", "%FF%FE", "..%2f..%2fetc%2fpasswd", "%E9", "'%20OR%201=1--", &"a".repeat(5000)] {
                let page = browser.get(&world.address_with(&route.path, Some(odd))).await;
                check("an odd path", &route.path, &page);
                assert!(!page.body.contains("root:"), "{}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn odd_bodies() {
    let world = World::new().await;
    let everything = world.everything().await;
    for browser in [world.site.visitor(), everything] {
        let known = browser.cookie("habilis_session").is_some();
        for route in routes().iter().filter(|route| route.method == "POST") {
            let address = world.address(&route.path);
            for (what, kind, body) in bodies(&browser.token().await) {
                let answer = browser.try_send(Method::POST, &address, &[("content-type", kind), ("sec-fetch-site", "same-origin")], body).await;
                // Too large to be read to its end, the connection may be closed before the answer is seen.
                let Some(page) = answer else {
                    assert!(what.starts_with("10 MB"), "no answer to {what} at {address}");
                    continue;
                };
                check(what, &route.path, &page);
                assert!(!what.starts_with("10 MB") || page.status.is_client_error() || page.status == 303, "{what} at {address}: {}", page.status);
                if known && browser.cookie("habilis_session").is_none() {
                    browser.sign_in(APPLICANT, PASSWORD).await;
                }
            }
            if route.path.contains('{') {
                odd_paths(&world, &browser, &route.path).await;
            }
        }
    }
}

async fn odd_paths(world: &World, browser: &Browser, pattern: &str) {
    for odd in ["%00", "%FF%FE", "..%2f..%2fetc%2fpasswd", &"a".repeat(5000)] {
        check("an odd path", pattern, &browser.post(&world.address_with(pattern, Some(odd)), &[]).await);
    }
}

fn bodies(token: &str) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let with = |value: &str| {
        let fields: String = FIELDS.iter().map(|name| format!("&{name}={value}")).collect();
        format!("csrf={token}{fields}").into_bytes()
    };
    let decided = |mut body: Vec<u8>| {
        body.extend_from_slice(b"&decision=refuser&redirect_uris=https%3A%2F%2Fa.fr%2F%00");
        body
    };
    let part = "multipart/form-data; boundary=x";
    let multipart = |content: &[u8]| {
        let mut body = format!("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--x\r\nContent-Disposition: form-data; name=\"legal_document\"; filename=\"a\0.pdf\"\r\n\r\n").into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--x--\r\n");
        body
    };
    let mut large = with("a");
    large.extend_from_slice(b"&description=");
    large.resize(10 << 20, b'a');
    vec![
        ("NUL in every field", URLENCODED, decided(with("a%00b"))),
        ("NUL in names", URLENCODED, format!("csrf={token}&na%00me=x&%00=1").into_bytes()),
        ("invalid UTF-8", URLENCODED, with("%ff%fe")),
        ("raw bytes", URLENCODED, [with("a"), vec![b'&', 0xff, 0xfe, b'=', 0]].concat()),
        ("control characters", URLENCODED, with("a%0d%0ab%1b%7f")),
        ("U+FFFE and friends", URLENCODED, with("%EF%BF%BE%F0%9F%98%80%E2%80%AE")),
        ("numbers out of range", URLENCODED, with("-99999999999999999999")),
        ("fields twice", URLENCODED, [with("a"), b"&".to_vec(), with("b")].concat()),
        ("long fields", URLENCODED, with(&"x".repeat(6000))),
        ("10 MB", URLENCODED, large),
        ("10 MB of nothing", "text/plain", vec![b' '; 10 << 20]),
        ("another type", "text/plain", with("a")),
        ("an unreadable type", "multipart/form-data", with("a")),
        ("JSON", "application/json", br#"{"csrf":1,"name":[null]}"#.to_vec()),
        ("an empty body", URLENCODED, Vec::new()),
        ("an empty body of no type", "", Vec::new()),
        ("a document nobody asked for", part, multipart(b"%PDF-1.7")),
        ("an empty multipart", part, b"--x--\r\n".to_vec()),
        ("a broken multipart", part, b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nab".to_vec()),
        ("a multipart of noise", part, vec![0xff; 4096]),
    ]
}
