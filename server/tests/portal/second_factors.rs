//! The second factors of the people of one site: an application enrolled through the pages, and the recovery codes noted then.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use domain::Timestamp;
use store::Cx;

use crate::{
    browser::{Browser, Page},
    totp,
};

const SECURITY: &str = "/mon-compte/securite";
const CODE: &str = "/connexion/code";
/// Subjects of the mails that tell somebody what the kit did for them.
const ENROLLED: &str = "La double authentification est activée";
const CODE_USED: &str = "Un de vos codes de secours a servi";

/// What somebody holds to confirm a sign-in.
#[derive(Default)]
struct Held {
    /// The key of the application; none for somebody who enrolled a passkey.
    application: Option<Vec<u8>>,
    /// The time step of the last code given: none works twice.
    last_step: i64,
    recovery_codes: VecDeque<String>,
}

fn step(at: Timestamp) -> i64 {
    at.as_second() / 30
}

/// Shared by all the browsers of a site.
#[derive(Clone)]
pub struct SecondFactors {
    cx: Cx,
    /// By the address of the account.
    held: Arc<Mutex<BTreeMap<String, Held>>>,
    /// Recipient and subject of the mails that the kit caused and no test has to count.
    mails: Arc<Mutex<Vec<(String, &'static str)>>>,
}

impl SecondFactors {
    pub fn new(cx: &Cx) -> Self {
        Self { cx: cx.clone(), held: Arc::default(), mails: Arc::default() }
    }

    /// After the password: gives the code that is asked for, or enrols an application when the rights of the account need one.
    /// Returns the last answer of the sign-in.
    pub async fn complete(&self, browser: &Browser, email: &str, entered: Page) -> Page {
        let to = entered.location();
        if to.starts_with(CODE) {
            let page = browser.get(&to).await;
            let answer = browser.submit(page.form(CODE).set("code", &self.code(email))).await;
            assert_eq!(answer.status, 303, "the code of {email}: {}", answer.text());
            if self.recovery_codes_left(email) == 1 {
                self.renew(browser, email).await;
            }
            return answer;
        }
        if to.starts_with(SECURITY) {
            self.enrol(browser, email).await;
        }
        entered
    }

    /// Enrols an application for the person who is signed in.
    pub async fn enrol(&self, browser: &Browser, email: &str) {
        let page = browser.open(SECURITY).await;
        let secret = totp::decode(&page.attribute("#cle", "value").expect("a key"));
        let now = self.cx.now();
        let noted = browser.submit(page.form(SECURITY).set("code", &totp::code(&secret, now))).await;
        self.note(email, Held { application: Some(secret), last_step: step(now), ..Held::default() }, &noted);
        self.expect_mail(email, ENROLLED);
    }

    /// Keeps the recovery codes of this page for later sign-ins, in place of those noted before.
    pub fn note_codes(&self, email: &str, page: &Page) {
        let held = self.held.lock().expect("not poisoned").remove(email).unwrap_or_default();
        self.note(email, held, page);
    }

    fn recovery_codes_left(&self, email: &str) -> usize {
        self.held.lock().expect("not poisoned").get(email).map_or(0, |held| held.recovery_codes.len())
    }

    /// Exchanges the last recovery code for ten new ones.
    async fn renew(&self, browser: &Browser, email: &str) {
        let page = browser.open(SECURITY).await;
        let form = page.form(&format!("{SECURITY}/codes"));
        // With a passkey and no application, the proof of the sign-in is enough.
        let form = if form.holds("code") { form.set("code", &self.code(email)) } else { form };
        let noted = browser.submit(form).await;
        self.note_codes(email, &noted);
    }

    fn note(&self, email: &str, held: Held, page: &Page) {
        let recovery_codes = VecDeque::from(page.all(".hb-codes code"));
        assert_eq!(recovery_codes.len(), 10, "{email}: {}", page.text());
        self.held.lock().expect("not poisoned").insert(email.to_owned(), Held { recovery_codes, ..held });
    }

    /// The current code of the application or, when that one was given already, a recovery code.
    fn code(&self, email: &str) -> String {
        let now = self.cx.now();
        let mut all = self.held.lock().expect("not poisoned");
        let held = all.get_mut(email).unwrap_or_else(|| panic!("a second factor of {email} that the kit did not enrol"));
        if let Some(secret) = held.application.as_ref().filter(|_| step(now) > held.last_step) {
            held.last_step = step(now);
            return totp::code(secret, now);
        }
        self.expect_mail(email, CODE_USED);
        held.recovery_codes.pop_front().expect("a recovery code left")
    }

    fn expect_mail(&self, to: &str, subject: &'static str) {
        self.mails.lock().expect("not poisoned").push((to.to_owned(), subject));
    }

    /// Whether the kit caused a mail like this one; each is counted once.
    pub fn caused(&self, to: &str, subject: &str) -> bool {
        let mut mails = self.mails.lock().expect("not poisoned");
        let found = mails.iter().position(|(recipient, expected)| recipient == to && *expected == subject);
        found.map(|place| mails.swap_remove(place)).is_some()
    }
}
