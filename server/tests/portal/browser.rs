//! A browser without JavaScript: keeps cookies, reads pages, fills the forms it finds in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use reqwest::{
    Client, Method, StatusCode,
    header::{self, HeaderMap},
    redirect::Policy,
};
use scraper::{ElementRef, Html, Selector};
use url::form_urlencoded;

use crate::second_factors::SecondFactors;

pub const URLENCODED: &str = "application/x-www-form-urlencoded";
const BOUNDARY: &str = "----une-frontiere-que-personne-n-ecrit";

/// Clones share cookies, as tabs do.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    root: String,
    base: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    /// When it is set, signing in also gives the second factor that the account has or needs.
    second_factors: Option<SecondFactors>,
    /// What a proxy in front of the site writes in `X-Forwarded-For`.
    network: Option<String>,
}

impl Browser {
    /// `root` is where the site listens, `base` what it calls itself.
    #[expect(clippy::disallowed_methods, reason = "a browser, not the application's client")]
    pub fn new(root: &str, base: &str) -> Self {
        // No certificates: the site under test speaks plain HTTP, and reading the machine's takes as long as ten pages.
        let http = Client::builder().redirect(Policy::none()).tls_certs_only([]).build().expect("a client");
        Self { http, root: root.to_owned(), base: base.to_owned(), cookies: Arc::default(), second_factors: None, network: None }
    }

    /// Gives at each sign-in the second factor that is asked for, and enrols one where it is required.
    pub fn with_second_factors(self, held: &SecondFactors) -> Self {
        Self { second_factors: Some(held.clone()), ..self }
    }

    /// Its requests come from this network, according to a trusted proxy.
    pub fn from(self, network: &str) -> Self {
        Self { network: Some(network.to_owned()), ..self }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("not poisoned").get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("not poisoned").insert(name.to_owned(), value.to_owned());
    }

    /// Another browser of the same session: what is set in one is not seen by the other.
    pub fn copy(&self) -> Self {
        let cookies = self.cookies.lock().expect("not poisoned").clone();
        Self { cookies: Arc::new(Mutex::new(cookies)), ..self.clone() }
    }

    /// `None` when the server closed the connection rather than read all of the body.
    pub async fn try_send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Option<Page> {
        let jar: Vec<String> = self.cookies.lock().expect("not poisoned").iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.http.request(method, format!("{}{path}", self.root)).body(body);
        if !jar.is_empty() {
            request = request.header(header::COOKIE, jar.join("; "));
        }
        if let Some(network) = &self.network {
            request = request.header("x-forwarded-for", network);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("ASCII"));
        }
        let bytes = response.bytes().await.ok()?.to_vec();
        Some(Page { status, path: path.to_owned(), headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes, base: self.base.clone() })
    }

    fn keep(&self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("name=value");
        let mut cookies = self.cookies.lock().expect("not poisoned");
        if attributes.contains("Max-Age=0") {
            cookies.remove(name)
        } else {
            cookies.insert(name.to_owned(), value.to_owned())
        };
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Page {
        let named = format!("{method} {path}");
        self.try_send(method, path, headers, body.into()).await.unwrap_or_else(|| panic!("no answer to {named}"))
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, &[("sec-fetch-site", "none")], Vec::new()).await
    }

    /// The page at this address, through redirections, which must exist.
    pub async fn open(&self, path: &str) -> Page {
        let page = self.arrive(self.get(path).await).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
        page
    }

    /// Where a redirection ends.
    pub async fn arrive(&self, mut page: Page) -> Page {
        for _ in 0..5 {
            if page.status != StatusCode::SEE_OTHER {
                return page;
            }
            page = self.get(&page.location()).await;
        }
        panic!("too many redirections, the last to {}", page.path)
    }

    pub async fn submit(&self, form: Form) -> Page {
        let (kind, body) = form.encode();
        self.send(Method::POST, &form.action, &[("content-type", &kind), ("sec-fetch-site", "same-origin")], body).await
    }

    /// Posts fields with a valid token, without opening the page of the form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token().await;
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("csrf", &token).extend_pairs(fields).finish();
        self.send(Method::POST, path, &[("content-type", URLENCODED), ("sec-fetch-site", "same-origin")], body).await
    }

    /// The token that every form of this visitor carries.
    pub async fn token(&self) -> String {
        let page = self.arrive(self.get("/connexion").await).await;
        page.attribute("input[name=csrf]", "value").unwrap_or_else(|| panic!("no form at {}", page.path))
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Page {
        self.sign_in_at("/connexion", email, password).await
    }

    /// Signs in from a page that redirected to the sign-in page, whose address holds the way back.
    pub async fn sign_in_at(&self, address: &str, email: &str, password: &str) -> Page {
        let entered = self.try_to_sign_in(address, email, password).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
        match &self.second_factors {
            Some(held) => held.complete(self, email, entered).await,
            None => entered,
        }
    }

    /// Gives an address and a password, whatever the answer; no second factor.
    pub async fn try_to_sign_in(&self, address: &str, email: &str, password: &str) -> Page {
        let page = self.open(address).await;
        self.submit(page.form("/connexion").set("email", email).set("password", password)).await
    }

    /// Asks for a new password.
    pub async fn forget_password(&self, email: &str) -> Page {
        let page = self.open("/mot-de-passe-oublie").await;
        self.submit(page.form("/mot-de-passe-oublie").set("email", email)).await
    }

    /// Keeps for later sign-ins the recovery codes that this page shows, if it does.
    pub fn note_codes(&self, email: &str, page: &Page) {
        if let Some(held) = self.second_factors.as_ref().filter(|_| page.body.contains("hb-codes")) {
            held.note_codes(email, page);
        }
    }

    pub fn session(&self) -> Option<String> {
        self.cookie("habilis_session").or_else(|| self.cookie("__Host-habilis_session"))
    }

    pub async fn join(&self, siret: &str) -> Page {
        let page = self.get("/organisation").await;
        self.submit(page.form_holding("/organisation", "siret").set("siret", siret)).await
    }
}

#[derive(Debug, Clone)]
pub struct Page {
    pub status: StatusCode,
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
    base: String,
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|_| panic!("not a selector: {css}"))
}

/// The text, with every run of spaces reduced to one.
fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Page {
    fn html(&self) -> Html {
        // Where an address may be cut is no space between two words.
        Html::parse_document(&self.body.replace("<wbr>", ""))
    }

    /// Where the answer leads, on this site.
    pub fn location(&self) -> String {
        let to = self
            .headers
            .get(header::LOCATION)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_else(|| panic!("{} at {} leads nowhere: {}", self.status, self.path, self.text()));
        to.strip_prefix(&self.base).unwrap_or(to).to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn all(&self, css: &str) -> Vec<String> {
        self.html().select(&selector(css)).map(words).collect()
    }

    pub fn one(&self, css: &str) -> String {
        self.all(css).into_iter().next().unwrap_or_else(|| panic!("no {css} at {}: {}", self.path, self.body))
    }

    pub fn has(&self, css: &str) -> bool {
        self.html().select(&selector(css)).next().is_some()
    }

    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.html().select(&selector(css)).find_map(|element| element.value().attr(name).map(str::to_owned))
    }

    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        self.html().select(&selector(css)).filter_map(|element| element.value().attr(name).map(str::to_owned)).collect()
    }

    /// Where the link of these words leads.
    pub fn link(&self, text: &str) -> String {
        let html = self.html();
        let found = html.select(&selector("main a")).find(|link| words(*link) == text);
        found.and_then(|link| link.value().attr("href")).unwrap_or_else(|| panic!("no link « {text} » at {}: {}", self.path, self.text())).to_owned()
    }

    pub fn text(&self) -> String {
        let main = self.all("main");
        if main.is_empty() { self.all("body").join(" ") } else { main.join(" ") }
    }

    pub fn says(&self, expected: &str) {
        let text = self.text();
        assert!(text.contains(expected), "« {expected} » is not at {} ({}): {text}", self.path, self.status);
    }

    pub fn does_not_say(&self, unexpected: &str) {
        assert!(!self.text().contains(unexpected), "« {unexpected} » is at {}", self.path);
    }

    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.path, self.text());
        self
    }

    /// The sentences of the summary at the top, each leading to a control of the page.
    pub fn errors(&self) -> Vec<String> {
        let html = self.html();
        let links: Vec<ElementRef<'_>> = html.select(&selector("#erreurs li a")).collect();
        for link in &links {
            let target = link.value().attr("href").and_then(|href| href.strip_prefix('#')).expect("leads into the page");
            assert_eq!(html.select(&selector(&format!("[id='{target}']"))).count(), 1, "#{target} at {}", self.path);
        }
        links.into_iter().map(words).collect()
    }

    pub fn value(&self, control: &str) -> String {
        let html = self.html();
        let found = html.select(&selector(&format!("main [name='{control}']"))).next().unwrap_or_else(|| panic!("no {control} at {}", self.path));
        if found.value().name() == "textarea" { typed_in(found) } else { found.value().attr("value").unwrap_or_default().to_owned() }
    }

    /// The form which, among those to the same address, has this control.
    pub fn form_holding(&self, action: &str, control: &str) -> Form {
        let html = self.html();
        let found = html
            .select(&selector("form"))
            .filter(|form| form.value().attr("action").is_some_and(|to| to.ends_with(action)))
            .map(Form::read)
            .find(|form| form.holds(control));
        found.unwrap_or_else(|| panic!("no form to {action} with {control} at {}: {}", self.path, self.text()))
    }

    /// The form which, among those to the same address, has none of these controls.
    pub fn form_without(&self, action: &str, controls: &[&str]) -> Form {
        let html = self.html();
        let found = html
            .select(&selector("form"))
            .filter(|form| form.value().attr("action").is_some_and(|to| to.ends_with(action)))
            .map(Form::read)
            .find(|form| !controls.iter().any(|control| form.holds(control)));
        found.unwrap_or_else(|| panic!("no other form to {action} at {}: {}", self.path, self.text()))
    }

    /// The first form whose action ends with `action`.
    pub fn form(&self, action: &str) -> Form {
        self.form_with(action, "decision", None)
    }

    /// The form which, among those to the same address, holds this value in a hidden field.
    pub fn form_with(&self, action: &str, name: &str, value: Option<&str>) -> Form {
        let html = self.html();
        let found = html
            .select(&selector("form[method=post]"))
            .filter(|form| form.value().attr("action").is_some_and(|to| to.ends_with(action)))
            .map(Form::read)
            .find(|form| value.is_none_or(|value| form.values(name) == [value]));
        found.unwrap_or_else(|| panic!("no form to {action} at {}: {}", self.path, self.text()))
    }

    pub fn form_count(&self, action: &str) -> usize {
        let html = self.html();
        html.select(&selector("form")).filter(|form| form.value().attr("action") == Some(action)).count()
    }

    /// The body with the visitor's token left out.
    pub fn without_token(&self) -> String {
        let token = self.attribute("input[name=csrf]", "value").expect("a form");
        self.body.replace(&token, "")
    }
}

fn typed_in(textarea: ElementRef<'_>) -> String {
    let text: String = textarea.text().collect();
    text.strip_prefix('\n').unwrap_or(&text).to_owned()
}

#[derive(Debug, Clone)]
pub struct Form {
    pub action: String,
    pub multipart: bool,
    pub fields: Vec<(String, String)>,
    pub files: Vec<(String, String, Vec<u8>)>,
    pub empty_files: Vec<String>,
    pub controls: BTreeSet<String>,
}

impl Form {
    fn read(form: ElementRef<'_>) -> Self {
        let attribute = |name: &str| form.value().attr(name).unwrap_or_default();
        assert_eq!(attribute("method"), "post");
        let mut read = Self {
            action: attribute("action").to_owned(),
            multipart: attribute("enctype") == "multipart/form-data",
            fields: Vec::new(),
            files: Vec::new(),
            empty_files: Vec::new(),
            controls: BTreeSet::new(),
        };
        for control in form.select(&selector("input, textarea, select")) {
            let element = control.value();
            let Some(name) = element.attr("name").filter(|_| element.attr("disabled").is_none()) else { continue };
            read.controls.insert(name.to_owned());
            let value = match (element.name(), element.attr("type").unwrap_or("text")) {
                ("textarea", _) => Some(typed_in(control)),
                ("select", _) => {
                    let picked = control.select(&selector("option[selected]")).next().or_else(|| control.select(&selector("option")).next());
                    picked.map(|option| option.value().attr("value").unwrap_or_default().to_owned())
                }
                (_, "checkbox" | "radio") => element.attr("checked").map(|_| element.attr("value").unwrap_or("on").to_owned()),
                (_, "file") => {
                    read.empty_files.push(name.to_owned());
                    None
                }
                (_, "submit") => None,
                _ => Some(element.attr("value").unwrap_or_default().to_owned()),
            };
            read.fields.extend(value.map(|value| (name.to_owned(), value)));
        }
        read
    }

    pub fn values(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    pub fn holds(&self, name: &str) -> bool {
        self.controls.contains(name)
    }

    /// Types, ticks or chooses one value; the control must be there.
    pub fn set(self, name: &str, value: &str) -> Self {
        assert!(self.holds(name), "no {name} in the form to {}: {:?}", self.action, self.controls);
        self.forge(name, value)
    }

    /// Sets a value whether or not the control exists, as a forged request would.
    pub fn forge(self, name: &str, value: &str) -> Self {
        self.pick(name, &[value])
    }

    pub fn pick(mut self, name: &str, values: &[&str]) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self.fields.extend(values.iter().map(|value| (name.to_owned(), (*value).to_owned())));
        self
    }

    /// Fills the controls that are here, and leaves the rest.
    pub fn fill(self, values: &[(&str, &str)]) -> Self {
        values.iter().fold(self, |form, (name, value)| if form.holds(name) { form.set(name, value) } else { form })
    }

    pub fn press(self, action: &str) -> Self {
        self.forge("action", action)
    }

    pub fn attach(mut self, name: &str, file_name: &str, bytes: &[u8]) -> Self {
        assert!(self.holds(name) && self.multipart, "no {name} to attach to");
        self.empty_files.retain(|control| control != name);
        self.files.push((name.to_owned(), file_name.to_owned(), bytes.to_vec()));
        self
    }

    /// One more file in a control that takes several.
    pub fn add(mut self, name: &str, file_name: &str, bytes: &[u8]) -> Self {
        assert!(self.files.iter().any(|(control, ..)| control == name), "nothing attached to {name} yet");
        self.files.push((name.to_owned(), file_name.to_owned(), bytes.to_vec()));
        self
    }

    fn encode(&self) -> (String, Vec<u8>) {
        if !self.multipart {
            return (URLENCODED.to_owned(), form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish().into_bytes());
        }
        let mut body = Vec::new();
        let mut part = |disposition: String, bytes: &[u8]| {
            body.extend_from_slice(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        for (name, value) in &self.fields {
            part(format!("name=\"{name}\""), value.as_bytes());
        }
        for name in &self.empty_files {
            part(format!("name=\"{name}\"; filename=\"\""), b"");
        }
        for (name, file_name, bytes) in &self.files {
            part(format!("name=\"{name}\"; filename=\"{file_name}\""), bytes);
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        (format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }
}
