//! A whole site on a port of its own, with a clock that stands still. Effects wait until the test drains them.

use std::{
    collections::BTreeSet,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{actor::Grant, clock::SystemEntropy};
use habilis::{
    Process,
    background::Effects,
    config::Config,
    listen,
    serve::{self, Senses},
};
use habilitation::accounts::SignUp;
use store::mailbox::Message;
use tempfile::TempDir;
use testkit::{ManualClock, TestDatabase};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::{browser::Browser, second_factors::SecondFactors};

pub const PASSWORD: &str = "Portail famille 92";
/// In the embedded directory: an open town hall, its closed branch, and a number it does not know.
pub const SIRET: &str = "21920023500014";
pub const CLOSED_SIRET: &str = "21920023500022";
pub const UNKNOWN_SIRET: &str = "21920023500030";

const ROLE: &str = "Confirmez votre rôle";

pub struct TestSite {
    pub app: Process,
    pub clock: Arc<ManualClock>,
    pub root: String,
    effects: Effects,
    read: Mutex<BTreeSet<Uuid>>,
    pub second_factors: SecondFactors,
    pub database: TestDatabase,
    _data: TempDir,
}

impl TestSite {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// `settings` as in the environment, without the prefix.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let root = format!("http://{}", listener.local_addr().expect("bound"));
        let database = TestDatabase::create().await;
        let data = tempfile::tempdir().expect("a temporary directory");
        let mut values = testkit::settings(&root, database.url(), data.path());
        values.insert("SITE_DIR".to_owned(), data.path().join("site").display().to_string());
        values.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        // A site in the open refuses what tests need: they take its address alone.
        let open = values.get("BASE_URL").filter(|url| url.starts_with("https://")).cloned();
        if open.is_some() {
            values.insert("BASE_URL".to_owned(), root.clone());
        }
        let mut config = Config::from_values(&values, Vec::new()).expect("a valid configuration");
        config.base_url = open.unwrap_or(config.base_url);
        testkit::migrated(&config.database_url).await;
        let clock = Arc::new(ManualClock::default());
        let senses = Senses { clock: clock.clone(), entropy: Arc::new(SystemEntropy) };
        let app = serve::build(config, senses).await.expect("the rooms are wired");
        let effects = serve::effects(&app).expect("the mailbox");
        tokio::spawn(listen::answer(listener, serve::router(app.clone()), listen::Limits::of(&app.config), std::future::pending()));
        let second_factors = SecondFactors::new(&app.cx);
        Self { app, clock, root, effects, read: Mutex::default(), second_factors, database, _data: data }
    }

    /// A new browser, which gives the second factor that a sign-in asks for.
    pub fn visitor(&self) -> Browser {
        self.hesitant_visitor().with_second_factors(&self.second_factors)
    }

    /// A new browser, which stops at the password.
    pub fn hesitant_visitor(&self) -> Browser {
        Browser::new(&self.root, &self.app.config.base_url)
    }

    /// A new browser in which this person, who has an account, signs in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let browser = self.visitor();
        browser.sign_in(email, PASSWORD).await;
        browser
    }

    /// Same, stopping at the password.
    pub async fn by_password(&self, email: &str) -> Browser {
        let browser = self.hesitant_visitor();
        browser.sign_in(email, PASSWORD).await;
        browser
    }

    /// An account ready to use, signed in by the page.
    pub async fn account(&self, email: &str) -> Browser {
        self.add_account(email).await;
        self.signed_in(email).await
    }

    pub async fn add_account(&self, email: &str) -> domain::ids::AccountId {
        let (given, family) = email.split_once('@').and_then(|(local, _)| local.split_once('.')).unwrap_or(("Camille", "Durand"));
        // Neither a dot nor a digit is in a name.
        let plain = |text: &str| text.replace('.', " ").replace(|c: char| c.is_ascii_digit(), "");
        let form = SignUp { given_name: plain(given), family_name: plain(family), email: email.into(), password: PASSWORD.into() };
        self.app.habilitation.add_account(&form).await.expect("an account")
    }

    /// The id of the account that has this address.
    pub async fn id_of(&self, email: &str) -> domain::ids::AccountId {
        let email = domain::contact::Email::parse(email).expect("an address");
        store::account::by_email(&self.app.cx.db, &email).await.expect("read").expect("an account").id
    }

    /// An account which works for the town hall of Clamart.
    pub async fn applicant(&self, email: &str) -> Browser {
        let browser = self.account(email).await;
        browser.join(SIRET).await;
        browser
    }

    pub async fn reviewer(&self, email: &str, service: &str, stage: &str) -> Browser {
        let account = self.add_account(email).await;
        self.app.habilitation.grant_review(account, service, stage).await.expect("granted");
        self.signed_in(email).await
    }

    /// Somebody with these roles.
    pub async fn holder(&self, email: &str, grants: &[Grant]) -> Browser {
        let account = self.add_account(email).await;
        for grant in grants {
            self.app.habilitation.grant_role(account, grant).await.expect("granted");
        }
        self.signed_in(email).await
    }

    /// Somebody who runs the site and has no other role.
    pub async fn administrator(&self, email: &str) -> Browser {
        let account = self.add_account(email).await;
        self.app.habilitation.set_admin(account, true).await.expect("given");
        self.signed_in(email).await
    }

    /// Verifies the membership of this account in the town hall.
    pub async fn verify(&self, email: &str) {
        self.verify_in(email, SIRET).await;
    }

    /// Same, in another organisation.
    pub async fn verify_in(&self, email: &str, siret: &str) {
        let (cx, account) = (&self.app.cx, self.id_of(email).await);
        let siret = siret.parse().expect("valid");
        let organisation = store::organisation::by_siret(&cx.db, &siret).await.expect("read").expect("joined by somebody");
        let tx = cx.begin().await.expect("a transaction");
        store::organisation::members::set_verified(cx, &tx, account, organisation.id, true, account, "Annuaire").await.expect("written");
        tx.commit().await.expect("committed");
    }

    /// The new messages to this address.
    pub async fn mails_to(&self, address: &str) -> Vec<Message> {
        self.new_mails().await.into_iter().filter(|message| message.recipient == address).collect()
    }

    /// Carries out every effect; none may be left.
    pub async fn settle(&self) {
        self.effects.drain().await.expect("the outbox is read");
        assert_eq!(store::outbox::pending(&self.app.cx.db).await.expect("counted"), 0, "effects are left pending");
    }

    /// Carries out what can be; what fails is kept for later.
    pub async fn try_effects(&self) {
        self.effects.drain().await.expect("the outbox is read");
    }

    /// Delivers what waits, and returns the messages not returned before, by recipient. Those that ask the people named in a
    /// request to confirm their role are left out: each submission sends several. So are those about the second factors that the
    /// kit enrolled or gave.
    pub async fn new_mails(&self) -> Vec<Message> {
        self.mails_where(|message| !message.subject.starts_with(ROLE)).await
    }

    /// The mails that ask the people named in a request to confirm their role.
    pub async fn role_mails(&self) -> Vec<Message> {
        self.mails_where(|message| message.subject.starts_with(ROLE)).await
    }

    async fn mails_where(&self, wanted: impl Fn(&Message) -> bool) -> Vec<Message> {
        self.settle().await;
        let mut messages = store::mailbox::latest(&self.app.cx.db, 1000).await.expect("the mailbox");
        let mut read = self.read.lock().expect("one test at a time");
        messages.retain(|message| wanted(message) && read.insert(message.id));
        for message in &mut messages {
            // As pages are read here: every space is one.
            message.subject = message.subject.replace(['\u{a0}', '\u{202f}'], " ");
        }
        messages.retain(|message| !self.second_factors.caused(&message.recipient, &message.subject));
        messages.sort_by(|a, b| (&a.recipient, &a.subject).cmp(&(&b.recipient, &b.subject)));
        messages
    }

    /// The only new message, and it is for this address.
    pub async fn only_mail(&self, to: &str) -> Message {
        let messages = self.new_mails().await;
        let [message] = messages.as_slice() else { panic!("one message, not {messages:?}") };
        assert_eq!(message.recipient, to);
        message.clone()
    }

    /// Sets the clock to a time in Paris, « 2026-12-08 08:00 », runs the clock job and returns the new mails.
    pub async fn tick_at(&self, moment: &str) -> Vec<Message> {
        let local: jiff::civil::DateTime = moment.replace(' ', "T").parse().expect("a date and a time");
        self.clock.set(local.to_zoned(domain::calendar::paris()).expect("in range").timestamp());
        self.app.habilitation.run_clock(self.app.cx.now()).await.expect("the clock runs");
        self.new_mails().await
    }

    pub fn pass_seconds(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub fn pass(&self, hours: u64) {
        self.clock.advance(Duration::from_secs(hours * 3600));
    }
}

/// The path of the link that is alone on its line.
pub fn link_in(message: &Message, site: &TestSite) -> String {
    let base = &site.app.config.base_url;
    message.body.lines().find_map(|line| line.strip_prefix(base.as_str())).unwrap_or_else(|| panic!("no link in {}", message.body)).to_owned()
}

pub fn headers_of(messages: &[Message]) -> Vec<(&str, &str)> {
    messages.iter().map(|message| (message.recipient.as_str(), message.subject.as_str())).collect()
}
