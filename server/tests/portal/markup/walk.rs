//! Goes from page to page as each person of a whole site: every form found is sent, and every answer is read.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
};

use domain::{
    contact::Email,
    routes::{DEMO_SERVICE, IMPERSONATION_END},
};
use habilis::Process;
use habilitation::sessions::Who;
use reqwest::{Method, StatusCode};
use scraper::{Html, Selector};

use super::{
    forms::{self, Posted, Sent},
    intruders,
    trial::{Sending, Trial, Way},
};
use crate::{
    browser::{Browser, Page},
    site::{PASSWORD, TestSite},
    world::routes,
};

/// Somebody on the site.
pub struct Person {
    pub email: Option<&'static str>,
    pub browser: Browser,
    /// Where they begin.
    pub starts: Vec<String>,
    /// Whether they read everything: those who are there for one form do not.
    pub wanders: bool,
}

/// What leads further from a page.
#[derive(Default, Clone)]
pub struct Read {
    posts: Vec<Posted>,
    gets: Vec<Posted>,
    links: Vec<String>,
}

/// Not read here: other servers, addresses for machines, citizens who log in.
const APART: [&str; 8] =
    [DEMO_SERVICE, "/{realm}/", "/fournisseur-identite-simule/", "/api-particulier/", "/healthz", "/readyz", "/assets/", "/pkg/"];

pub struct Walk {
    pub app: Process,
    /// What is sent with each form.
    pub trial: Trial,
    gets: Vec<Vec<String>>,
    posts: Vec<Vec<String>>,
    /// The keys of the forms already sent.
    done: BTreeSet<String>,
    /// How many sendings there were.
    pub turns: usize,
    /// The statuses of the answers to forms, by route.
    pub answers: BTreeMap<String, BTreeSet<u16>>,
    /// The fields that forms to a route have in the pages, and whether they were ever sent; the empty name stands for the form
    /// itself.
    pub fields: BTreeMap<(String, String), bool>,
    /// Links of mails that have stopped working.
    dead: BTreeSet<String>,
    /// The forms that the last answers brought.
    offered: Vec<Posted>,
    /// Where answers led each person.
    met: BTreeMap<Option<&'static str>, Vec<String>>,
    pub found: BTreeSet<String>,
    /// What the trial finds, by route and field.
    pub faults: BTreeSet<Fault>,
    /// Accepted texts that no page has shown yet: a row must hold them.
    pub unseen: Vec<(Fault, String)>,
    /// The tables whose rows are counted.
    pub tables: BTreeSet<String>,
    /// How many answers of each kind were read.
    pub read: BTreeMap<String, usize>,
    /// What each page led to, by the hash of its content.
    known: HashMap<u64, Read>,
    digests: RandomState,
}

/// What is wrong with a form: its route, its field (none when it is the whole form), and in what way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub route: String,
    pub field: String,
    pub what: String,
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

/// The route that a path matches, the one with the fewest parameters.
fn pattern_of(patterns: &[Vec<String>], path: &str) -> Option<String> {
    let path = segments(path.split(['?', '#']).next().unwrap_or_default());
    let fits = |pattern: &&Vec<String>| pattern.len() == path.len() && pattern.iter().zip(&path).all(|(one, own)| one.starts_with('{') || one == own);
    let own = |pattern: &&Vec<String>| pattern.iter().filter(|part| !part.starts_with('{')).count();
    patterns.iter().filter(fits).max_by_key(own).map(|pattern| pattern.join("/"))
}

impl Walk {
    pub fn new(app: &Process, trial: Trial) -> Self {
        let of = |method: &str| routes().iter().filter(|route| route.method == method).map(|route| segments(&route.path)).collect();
        Self {
            app: app.clone(),
            trial,
            gets: of("GET"),
            posts: of("POST"),
            done: BTreeSet::new(),
            turns: 0,
            answers: BTreeMap::new(),
            fields: BTreeMap::new(),
            dead: BTreeSet::new(),
            offered: Vec::new(),
            met: BTreeMap::new(),
            found: BTreeSet::new(),
            faults: BTreeSet::new(),
            unseen: Vec::new(),
            tables: BTreeSet::new(),
            read: BTreeMap::new(),
            known: HashMap::new(),
            digests: RandomState::new(),
        }
    }

    /// Whether this person still has an account that is not suspended; signs in again if the session ended, for whatever
    /// reason.
    async fn is_there(&self, person: &Person) -> bool {
        let Some(email) = person.email.filter(|_| person.wanders) else { return true };
        let token = person.browser.session().unwrap_or_default();
        if self.app.habilitation.who(&token).await.expect("read") != Who::Nobody {
            return true;
        }
        let address = Email::parse(email).expect("an address");
        let account = store::account::by_email(&self.app.cx.db, &address).await.expect("read");
        let there = account.is_some_and(|account| account.suspended.is_none());
        if there {
            person.browser.sign_in(email, PASSWORD).await;
        }
        there
    }

    /// Checks an answer, and returns what leads further: forms to send, forms to ask with, links.
    pub fn look(&mut self, who: Option<&str>, page: &Page) -> Read {
        if page.status.is_server_error() {
            self.found.insert(format!("{} as {who:?}: {} {}", page.path, page.status, page.text()));
            return Read::default();
        }
        let kind = page.header("content-type");
        *self.read.entry(kind.to_owned()).or_default() += 1;
        self.unseen.retain(|(_, typed)| !page.body.contains(typed));
        // The clock stands still: most pages come again as they were, but for the token of their forms.
        let token = token_in(&page.body);
        let digest = self.digests.hash_one(page.body.split(token).collect::<Vec<_>>());
        if let Some(known) = self.known.get(&digest).filter(|_| kind.starts_with("text/html")) {
            let mut known = known.clone();
            known.posts.iter_mut().for_each(|form| form.sign(token));
            return known;
        }
        let html = kind.starts_with("text/html").then(|| Html::parse_document(&page.body));
        let what = |found: String| format!("{} ({}): {found}", page.path.split('?').next().unwrap_or_default(), page.status);
        self.found.extend(intruders::found_in(page, html.as_ref()).into_iter().map(what));
        let Some(html) = html else { return Read::default() };
        let posts = forms::in_page(&html, "post");
        for form in &posts {
            let Some(pattern) = pattern_of(&self.posts, &form.action) else { continue };
            for name in form.names() {
                self.fields.entry((pattern.clone(), name)).or_default();
            }
        }
        let read = Read { posts, gets: forms::in_page(&html, "get"), links: links(&html) };
        self.known.insert(digest, read.clone());
        read
    }

    /// The kind of a page, since each kind is read a few times only; and whether its address has a query.
    fn kind(&self, address: &str) -> Option<(String, bool)> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let pattern = pattern_of(&self.gets, path).filter(|pattern| !APART.iter().any(|apart| pattern.starts_with(apart)))?;
        let last = path.rsplit('/').next().unwrap_or_default();
        let each = ["{block}", "{mail}"].iter().any(|end| pattern.ends_with(end)) || pattern.starts_with("/demandes/nouvelle/");
        let block = if each { last } else { "" };
        let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
        Some((format!("{pattern} {block} {names:?}"), !query.is_empty()))
    }

    /// Where the answers to this person led.
    fn met(&self, person: &Person) -> Vec<String> {
        self.met.get(&person.email).cloned().unwrap_or_default()
    }

    /// Reads the pages this person reaches, at most `each` of one kind, and sends the forms for which `send` is true. With
    /// `follows`, links and forms sent by GET are followed too. Returns whether any form was new.
    pub async fn go(&mut self, person: &Person, each: usize, follows: bool, send: impl Fn(&str) -> bool) -> bool {
        let mut waiting: VecDeque<String> = person.starts.iter().cloned().chain(self.met(person)).collect();
        let (mut seen, mut read, mut anything_new) = (BTreeMap::<String, usize>::new(), BTreeSet::new(), false);
        while let Some(address) = waiting.pop_front() {
            let Some((kind, asked)) = self.kind(&address) else { continue };
            let count = seen.entry(kind).or_default();
            if *count >= if asked { 1 } else { each } || self.dead.contains(&address) || !read.insert(address.clone()) {
                continue;
            }
            if !self.is_there(person).await {
                break;
            }
            let page = person.browser.get(&address).await;
            if page.status == StatusCode::GONE {
                self.dead.insert(address.clone());
            } else {
                *count += 1;
            }
            let Read { posts, gets, links } = self.look(person.email, &page);
            if page.status.is_redirection() {
                waiting.push_back(page.location());
                continue;
            }
            anything_new |= self.send_all(person, &address, posts, &send).await;
            waiting.extend(self.met(person));
            if follows && person.wanders {
                waiting.extend(gets.iter().map(|form| form.query(self.trial.query(read.len()))));
                waiting.extend(links);
            }
        }
        anything_new
    }

    pub fn was_sent(&self, route: &str) -> bool {
        self.answers.get(route).is_some_and(|statuses| statuses.iter().any(|status| was_read(*status)))
    }

    /// Reads an answer got elsewhere, and sends its forms.
    pub async fn answered(&mut self, person: &Person, page: &Page) {
        let forms = self.look(person.email, page).posts;
        self.send_all(person, &page.path, forms, &|_: &str| true).await;
    }

    /// Sends the forms of a page, then those of the answers.
    async fn send_all(&mut self, person: &Person, address: &str, forms: Vec<Posted>, wanted: &impl Fn(&str) -> bool) -> bool {
        let (mut forms, mut anything_new) = (VecDeque::from(forms), false);
        while let Some(form) = forms.pop_front() {
            anything_new |= self.send(person, address, form, wanted).await;
            forms.extend(self.offered.drain(..));
        }
        anything_new
    }

    async fn send(&mut self, person: &Person, address: &str, form: Posted, wanted: &impl Fn(&str) -> bool) -> bool {
        let Some(pattern) = pattern_of(&self.posts, &form.action) else {
            self.found.insert(format!("{address}: a form to {}, which is no route", form.action));
            return false;
        };
        let key = form.key(&pattern);
        // Whoever stood in for somebody always comes back.
        if !self.trial.concerns(person) || !wanted(&pattern) || !(self.done.insert(key.clone()) || pattern == IMPERSONATION_END) {
            return false;
        }
        let (mut form, mut read) = (form, false);
        if self.trial != Trial::Hostile {
            // As it stands now: the forms before it in the page may have changed it.
            let page = person.browser.get(address).await;
            let Some(now) = self.look(person.email, &page).posts.into_iter().find(|form| self.key(form).as_ref() == Some(&key)) else {
                self.done.remove(&key);
                return false;
            };
            form = now;
        }
        for sending in self.trial.sendings(&form) {
            let status = self.post(person, address, &form, sending).await;
            read |= was_read(status);
            // What was refused may have been kept: what is typed next is typed in a page of the moment.
            if status == 422 && self.trial == Trial::Hostile {
                continue;
            }
            // As it stands now: what was accepted may have changed it, or ended it, the session or the account with it.
            if !self.is_there(person).await {
                break;
            }
            let page = person.browser.get(address).await;
            let (mut again, others): (Vec<Posted>, Vec<Posted>) =
                self.look(person.email, &page).posts.into_iter().partition(|form| self.key(form).as_ref() == Some(&key));
            self.offered.extend(others);
            if again.is_empty() {
                break;
            }
            form = again.swap_remove(0);
        }
        if !read {
            // What it was about had gone: to be sent from the next page that shows it.
            self.done.remove(&key);
        }
        read
    }

    pub fn key(&self, form: &Posted) -> Option<String> {
        pattern_of(&self.posts, &form.action).map(|pattern| form.key(&pattern))
    }

    /// The route a form goes to.
    pub fn route(&self, action: &str) -> String {
        pattern_of(&self.posts, action).unwrap_or_else(|| action.to_owned())
    }

    pub async fn transmit(person: &Person, sent: &Sent) -> Page {
        let headers = [("content-type", sent.kind.as_str()), ("sec-fetch-site", "same-origin")];
        let answer = person.browser.send(Method::POST, &sent.action, &headers, sent.body.clone()).await;
        if let Some(email) = person.email {
            person.browser.note_codes(email, &answer);
        }
        answer
    }

    async fn post(&mut self, person: &Person, address: &str, form: &Posted, sending: Sending) -> u16 {
        self.turns += 1;
        let sent = form.filled(sending.filling, sending.button, self.turns);
        let answer = match sending.way {
            Way::Once | Way::Found => Self::transmit(person, &sent).await,
            Way::AsEmpty => self.as_empty(person, form, sending, &sent).await,
            Way::TwiceAtOnce => self.twice_at_once(person, &sent).await,
            Way::SignedOut => self.signed_out(person, address, &sent).await,
        };
        if sending.way == Way::Found {
            self.find(person, address, &sent, &answer).await;
        }
        let Read { posts, .. } = self.look(person.email, &answer);
        let status = answer.status.as_u16();
        if status == 200 {
            self.offered.extend(posts);
        }
        let route = self.route(&sent.action);
        self.answers.entry(route).or_default().insert(status);
        if let Some(pattern) = pattern_of(&self.posts, &form.action).filter(|_| was_read(status)) {
            self.fields.extend(form.names().into_iter().map(|name| ((pattern.clone(), name), true)));
        }
        if status == 303 && answer.location().starts_with('/') {
            let met = self.met.entry(person.email).or_default();
            if !met.contains(&answer.location()) {
                met.push(answer.location());
            }
        }
        if person.email.is_none() {
            // A link or a password signs in; this visitor stays nobody.
            person.browser.set_cookie("habilis_session", "");
        }
        status
    }

    /// Checks every mail, whose subject is a header and whose body is plain text; returns the links to follow.
    pub async fn read_mails(&mut self, site: &TestSite) -> Vec<String> {
        site.try_effects().await;
        site.app.habilitation.run_exports().await.expect("made");
        let mut mails = store::mailbox::latest(&site.app.cx.db, 5000).await.expect("the mailbox");
        // They all have the same date: the order is made up, and the same each time.
        mails.sort_by(|a, b| (&a.recipient, &a.subject, &a.body).cmp(&(&b.recipient, &b.subject, &b.body)));
        assert!(mails.len() > 10, "{} mails", mails.len());
        let mut links = Vec::new();
        for mail in mails {
            let mut wrong = Vec::new();
            if mail.subject.chars().any(char::is_control) || mail.recipient.chars().any(|c| c.is_control() || c == ' ' || c == '<') {
                wrong.push(format!("a control character in {:?} to {:?}", mail.subject, mail.recipient));
            }
            wrong.extend(intruders::unseen(&mail.subject));
            wrong.extend(intruders::unseen(&mail.body));
            let broken = mail.body.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
            wrong.extend(broken.then(|| "a control character in the body".to_owned()));
            self.found.extend(wrong.into_iter().map(|wrong| format!("mail « {} »: {wrong}", mail.subject)));
            links.extend(mail.body.lines().filter_map(|line| line.strip_prefix(site.app.config.base_url.as_str())).map(str::to_owned));
            links.push(format!("/demo/boite/{}", mail.id));
        }
        links.into_iter().filter(|link| link.starts_with('/')).collect()
    }
}

/// The token that every form of a page carries; a text that is in no page when it has none.
fn token_in(body: &str) -> &str {
    let after = body.split_once("name=\"csrf\" value=\"").map(|(_, after)| after);
    after.and_then(|after| after.split('"').next()).unwrap_or("\u{0}")
}

/// Whether the form was taken into account, rather than refused for its address, its sender or its token.
fn was_read(status: u16) -> bool {
    ![401, 403, 404, 405, 410].contains(&status)
}

fn links(html: &Html) -> Vec<String> {
    let selector = Selector::parse("a[href^='/']").expect("a selector");
    let addresses = html.select(&selector).filter_map(|link| link.value().attr("href"));
    addresses.map(|href| href.split('#').next().unwrap_or_default().to_owned()).collect()
}
