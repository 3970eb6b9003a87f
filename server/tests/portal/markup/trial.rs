//! What is sent with each form of a walk, and what is asked of the answers.

use std::collections::BTreeMap;

use scraper::Html;

use super::{
    forms::{self, Control, Filling, Posted, Sent, Wanted},
    hostile::{BROKEN, LINES},
    walk::{Fault, Person, Walk},
};
use crate::{browser::Page, rows, site::PASSWORD};

/// Invisible characters that come with what people paste.
pub const INVISIBLE: [char; 6] = ['\u{200b}', '\u{2060}', '\u{ad}', '\u{feff}', '\u{34f}', '\u{3164}'];
/// Characters that change the direction of the text that follows.
pub const DIRECTION: [char; 3] = ['\u{202e}', '\u{2066}', '\u{200f}'];
const LONG: usize = 10_000;
/// Tables in which one act may leave several rows, and each sending leaves its own, whatever its outcome.
const TRACES: [&str; 4] = ["outbox", "security_event", "request_total", "message_mark"];

/// What a walk is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// Texts that a page could take for markup or code.
    Hostile,
    /// Invisible characters, around and inside what is typed, or alone.
    Marked,
    /// Ten thousand characters in each field.
    Long,
    /// Each form twice at once.
    Twice,
    /// Each form once the session is gone.
    SignedOut,
}

/// One form on its way: how it is filled, by which button it is sent, and how.
#[derive(Debug, Clone, Copy)]
pub struct Sending {
    pub filling: Filling,
    pub button: usize,
    pub way: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Sent so that what comes after it is reached.
    Once,
    /// What was typed must be found again.
    Found,
    /// Invisible characters alone must be treated as an empty field.
    AsEmpty,
    TwiceAtOnce,
    SignedOut,
}

/// What is done to a text before it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    Plain,
    /// These marks before, inside and after.
    Marked(&'static [char]),
    /// These marks instead of it.
    Only(&'static [char]),
    Long,
}

impl Dress {
    fn put_on(self, plain: &str) -> String {
        match self {
            Self::Plain => plain.to_owned(),
            Self::Only(marks) => marks.iter().collect(),
            Self::Marked(marks) => {
                let all: String = marks.iter().collect();
                let middle = plain.char_indices().nth(plain.chars().count() / 2).map_or(0, |(at, _)| at);
                let (before, after) = plain.split_at(middle);
                format!("{all}{before}{all}{after}{all}")
            }
            Self::Long => {
                let text: String = format!("{plain}, puis la suite à lire, ").chars().cycle().take(LONG - 1).collect();
                format!("{text}.")
            }
        }
    }
}

/// Five letters unique to each number, so that a page that holds them holds this text.
fn letters(mut number: usize) -> String {
    const LETTERS: &[u8; 16] = b"bcdfghjklmnprstv";
    let mut word = String::new();
    for _ in 0..5 {
        word.push(char::from(LETTERS[number % 16]));
        number /= 16;
    }
    word
}

/// What a person could send; `number` makes its words the only ones of the site.
pub fn ordinary(control: &Control, wanted: Wanted, number: usize, dress: Dress) -> Option<String> {
    let plain = match wanted {
        Wanted::Nothing => return None,
        Wanted::This(value) => value,
        Wanted::Web => format!("https://www.clamart.example/{}", letters(number)),
        Wanted::Name | Wanted::Line | Wanted::Text => format!("Texte {}", letters(number)),
    };
    Some(if control.is_typed() { dress.put_on(&plain) } else { plain })
}

impl Trial {
    pub fn sendings(self, form: &Posted) -> Vec<Sending> {
        // Addresses come in turn: one form leads to the letter for an account, and to the one for somebody new.
        let least = if form.controls.iter().any(|control| control.kind == "email") { 2 } else { 1 };
        let buttons = 0..form.buttons.len().clamp(least, 4);
        let with = |dress: Dress, way: Way| move |button: usize| Sending { filling: Filling::Ordinary(dress), button, way };
        let plain = buttons.clone().map(with(Dress::Plain, Way::Once));
        match self {
            Self::Hostile => {
                let fillings = hostile_fillings(form).into_iter().enumerate();
                fillings.map(|(button, filling)| Sending { filling, button, way: Way::Once }).collect()
            }
            Self::Twice => buttons.map(with(Dress::Plain, Way::TwiceAtOnce)).collect(),
            Self::SignedOut => std::iter::once(with(Dress::Plain, Way::SignedOut)(0)).chain(plain.skip(1)).collect(),
            Self::Marked | Self::Long if !form.has_typed() => plain.collect(),
            Self::Marked => {
                let alone = [INVISIBLE.as_slice(), &DIRECTION].map(|marks| with(Dress::Only(marks), Way::AsEmpty)(0));
                let around = buttons.clone().chain(buttons.len()..2).enumerate();
                let around = around.map(|(turn, button)| {
                    let marks = if turn % 2 == 0 { INVISIBLE.as_slice() } else { &DIRECTION };
                    with(Dress::Marked(marks), Way::Found)(button)
                });
                alone.into_iter().chain(around).collect()
            }
            Self::Long => buttons.map(with(Dress::Long, Way::Found)).chain(plain).collect(),
        }
    }

    /// How a form sent by GET is filled.
    pub fn query(self, turn: usize) -> Filling {
        match self {
            Self::Hostile => Filling::Plausible(turn),
            Self::Marked => Filling::Ordinary(Dress::Marked(if turn.is_multiple_of(2) { &INVISIBLE } else { &DIRECTION })),
            Self::Long => Filling::Ordinary(Dress::Long),
            Self::Twice | Self::SignedOut => Filling::Ordinary(Dress::Plain),
        }
    }

    /// Whether the trial applies to this person: `SignedOut` needs a session that the password alone can open again.
    pub fn concerns(self, person: &Person) -> bool {
        self != Self::SignedOut || person.email.is_some() && person.wanders
    }
}

/// A form without a text to type is sent forged once, then with each of its buttons.
fn hostile_fillings(form: &Posted) -> Vec<Filling> {
    let mut fillings = vec![Filling::Forged(0)];
    if form.has_text() {
        fillings.extend((0..BROKEN.len()).map(Filling::Broken));
        fillings.push(Filling::Forged(3));
        fillings.extend((0..LINES.len()).step_by(3).map(Filling::Plausible));
    }
    fillings.extend((0..form.buttons.len().min(4)).map(Filling::Plausible));
    fillings
}

/// The text to find again: without its invisible characters and the spaces around it.
fn expected(typed: &str) -> String {
    let seen: String = typed.chars().filter(|c| !INVISIBLE.contains(c) && !DIRECTION.contains(c)).collect();
    words(&seen)
}

/// Every kind of space and line end made one.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a page shows: the texts of its fields, by name, and its words.
struct Seen {
    fields: BTreeMap<String, Vec<String>>,
    text: String,
}

impl Seen {
    fn of(page: &Page) -> Self {
        let html = Html::parse_document(&page.body.replace("<wbr>", ""));
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for control in ["post", "get"].into_iter().flat_map(|method| forms::in_page(&html, method)).flat_map(|form| form.controls) {
            fields.entry(control.name).or_default().push(words(&control.value));
        }
        Self { fields, text: words(&html.root_element().text().collect::<Vec<_>>().join(" ")) }
    }

    fn has_in(&self, field: &str, text: &str) -> bool {
        self.fields.get(field).is_some_and(|values| values.iter().any(|value| value == text))
    }
}

/// Whether the button deletes what the field is about, or replaces what was typed about this contact of a block.
fn takes_away(button: &str, field: &str) -> bool {
    let (verb, about) = button.trim_matches(['[', ']']).strip_prefix("action=").unwrap_or_default().split_once(':').unwrap_or((button, ""));
    button == "[action=supprimer]" || ["moi", "reprendre", "oter"].contains(&verb) && field.starts_with(&format!("{about}_"))
}

/// What an answer is, in short.
fn said(page: &Page) -> String {
    let what = if page.status.is_redirection() { page.location() } else { page.text() };
    format!("{} {}", page.status.as_u16(), what.chars().take(160).collect::<String>())
}

impl Walk {
    fn fault(&mut self, sent: &Sent, field: &str, what: String) {
        let fault = self.fault_of(sent, field, what);
        self.faults.insert(fault);
    }

    fn fault_of(&self, sent: &Sent, field: &str, what: String) -> Fault {
        Fault { route: self.route(&sent.action), field: field.to_owned(), what: format!("{} {what}", sent.button) }
    }

    /// What was typed must be in a field of the same name or, once it was accepted, anywhere in the page that follows or in the
    /// one that held the form, or in a row.
    pub(super) async fn find(&mut self, person: &Person, address: &str, sent: &Sent, answer: &Page) {
        let status = answer.status.as_u16();
        if answer.status.is_server_error() || sent.typed.is_empty() && ![200, 303, 422].contains(&status) {
            return self.fault(sent, "", said(answer));
        }
        let mut seen = vec![Seen::of(answer)];
        if answer.status == 303 {
            for address in [answer.location(), address.to_owned()] {
                seen.push(Seen::of(&person.browser.arrive(person.browser.get(&address).await).await));
            }
        }
        for (name, typed) in &sent.typed {
            let expected = expected(typed);
            let told = [200, 303, 409].contains(&status) && seen.iter().any(|seen| seen.text.contains(&expected));
            if expected.is_empty() || told || takes_away(&sent.button, name) || seen.iter().any(|seen| seen.has_in(name, &expected)) {
                continue;
            }
            if answer.status == 303 {
                self.unseen.push((self.fault_of(sent, name, format!("accepted, then nowhere: {}", said(answer))), expected));
            } else {
                let short: String = expected.chars().take(40).collect();
                self.fault(sent, name, format!("« {short} » is not in the field: {}", said(answer)));
            }
        }
    }

    /// Sends the form empty and, when that is refused, with the marks alone: they are refused in the same words.
    pub(super) async fn as_empty(&mut self, person: &Person, form: &Posted, sending: Sending, marks: &Sent) -> Page {
        let empty = form.filled(Filling::Ordinary(Dress::Only(&[])), sending.button, 0);
        let refused = Self::transmit(person, &empty).await;
        let again = forms::in_page(&Html::parse_document(&refused.body), "post").into_iter().find(|again| self.key(again) == self.key(form));
        let Some(again) = again.filter(|_| refused.status == 422) else { return refused };
        let answer = Self::transmit(person, &again.filled(sending.filling, sending.button, 0)).await;
        let errors = |page: &Page| (page.status, page.all("#erreurs li"));
        if errors(&answer) != errors(&refused) {
            self.fault(marks, "", format!("marks alone are not as empty: {:?} and {:?}", errors(&refused), errors(&answer)));
        }
        answer
    }

    /// Sends the same form twice at once: both answers are the same, and nothing is made twice.
    pub(super) async fn twice_at_once(&mut self, person: &Person, sent: &Sent) -> Page {
        if self.tables.is_empty() {
            self.tables = rows::tables(&self.app).await;
        }
        let before = rows::counts(&self.app, &self.tables).await;
        let (one, two) = tokio::join!(Self::transmit(person, sent), Self::transmit(person, sent));
        let after = rows::counts(&self.app, &self.tables).await;
        self.look(person.email, &two);
        let same = if one.status == 303 && two.status == 303 { one.location() == two.location() } else { one.text() == two.text() };
        if one.status != two.status || !same || ![200, 303, 422].contains(&one.status.as_u16()) {
            self.fault(sent, "", format!("{} and {}", said(&one), said(&two)));
        }
        for (table, many) in after {
            let more = many - before.get(&table).copied().unwrap_or_default();
            if more > 1 && !TRACES.contains(&table.as_str()) {
                self.fault(sent, &table, format!("{more} rows: {} and {}", said(&one), said(&two)));
            }
        }
        if one.status == 303 { one } else { two }
    }

    /// Sends a form when the session's cookie is gone, signs in, and sends again what was kept.
    pub(super) async fn signed_out(&mut self, person: &Person, address: &str, sent: &Sent) -> Page {
        let Some(email) = person.email else { return Self::transmit(person, sent).await };
        person.browser.set_cookie("habilis_session", "");
        let answer = Self::transmit(person, sent).await;
        let resumed = kept_at(&answer);
        let sign_in = if resumed.is_some() { answer.location() } else { "/connexion".to_owned() };
        person.browser.sign_in_at(&sign_in, email, PASSWORD).await;
        let Some(resumed) = resumed else {
            self.fault(sent, "", format!("not kept: {}", said(&answer)));
            return answer;
        };
        let page = person.browser.get(&resumed).await;
        self.look(person.email, &page);
        let seen = Seen::of(&page);
        for (name, typed) in &sent.typed {
            let expected = expected(typed);
            if !seen.has_in(name, &expected) || !seen.text.contains(&expected) {
                self.fault(sent, name, format!("is not in the page after signing in: {}", said(&page)));
            }
        }
        let kept = forms::in_page(&Html::parse_document(&page.body), "post").into_iter().find(|form| form.action == sent.action);
        let Some(kept) = kept else {
            self.fault(sent, "", format!("cannot be sent again: {}", said(&page)));
            return page;
        };
        let answer = Self::transmit(person, &kept.filled(Filling::Ordinary(Dress::Plain), 0, 0)).await;
        self.find(person, address, sent, &answer).await;
        answer
    }
}

/// The address of the kept form, if the redirection to the sign-in page leads to one.
fn kept_at(answer: &Page) -> Option<String> {
    let location = (answer.status == 303).then(|| answer.location())?;
    let query = location.strip_prefix("/connexion?")?;
    let (_, there) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "suite")?;
    there.starts_with("/reprise/").then(|| there.into_owned())
}
