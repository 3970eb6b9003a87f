//! One site with something behind every address, for the tests that go through all routes.

use domain::{
    actor::{Grant, Role},
    routes as paths,
};
use habilis::access;
use web::Listed;

use crate::{
    authenticator::Authenticator,
    browser::{Browser, Page},
    road::{self, ADMIN, API_PARTICULIER, APPLICANT, FRANCECONNECT, LEGAL, TECHNICAL},
    site::{PASSWORD, TestSite, link_in},
};

/// Passkeys need a site with a host name.
pub const BASE: &str = "http://localhost";
pub const MANAGER: &str = "marie.sand@habilis.example";
pub const ELSEWHERE: &str = "samir.haddad@rhone.example";
/// The organisation they work for.
const RHONE: &str = "22690001700014";

pub struct World {
    pub site: TestSite,
    pub applicant: Browser,
    pub reviewer: Browser,
    pub technical: Browser,
    /// Manager of both services, with a passkey.
    pub manager: Browser,
    pub admin: Browser,
    /// Verified member of another organisation.
    pub elsewhere: Browser,
    draft: String,
    submitted: String,
    /// Sent back, with a remark.
    returned: String,
    approved: String,
    /// A value for each other parameter of an address.
    objects: Vec<(&'static str, String)>,
    /// The fields that each route cannot do without.
    needed: Vec<(&'static str, &'static str, String)>,
}

/// The last part of an address.
fn last(address: &str) -> String {
    address.rsplit('/').next().unwrap_or_default().to_owned()
}

impl World {
    pub async fn new() -> Self {
        let site = TestSite::with(&[("DEMO", "true"), ("BASE_URL", BASE)]).await;
        let (cast, approved) = road::approved(&site).await;
        let granted = store::habilitation::by_number(&site.app.cx.db, 1).await.expect("read").expect("granted");
        let (technical, invitation) = technical_contact(&site).await;
        let (submitted, document, note) = submitted(&cast).await;
        let (returned, remark) = returned(&cast).await;
        let draft = road::start(&cast.applicant, FRANCECONNECT).await;

        let (manager, key) = manager(&site).await;
        let admin = site.administrator(ADMIN).await;
        let elsewhere = elsewhere(&site).await;
        let (export, search) = kept_by(&cast.legal, &site).await;
        let objects = vec![
            ("{document}", last(&document)),
            ("{mail}", invitation),
            ("{code}", granted.code.expect("a code").to_string()),
            ("{number}", "H1".to_owned()),
            ("{note}", last(&note)),
            ("{field}", "name".to_owned()),
            ("{remark}", last(&remark)),
            ("{template}", template(&manager).await),
            ("{prepared}", prepared(&cast.legal).await),
            ("{search}", search),
            ("{export}", export),
            ("{account}", site.id_of(LEGAL).await.to_string()),
            ("{impersonation}", impersonation(&admin, &site).await),
            ("{passkey}", key),
            ("{elimination}", elimination(&cast, &site).await),
            ("{ticket}", ticket(&cast.applicant, &manager).await),
            ("{version}", version(&admin).await),
            ("{token}", "inconnu".to_owned()),
            ("{flow}", "inconnu".to_owned()),
            ("{realm}", broker::FRANCECONNECT.to_owned()),
            ("{environment}", "sandbox".to_owned()),
            ("{block}", "projet".to_owned()),
            ("{*call}", "v3/dss/quotient_familial/france_connect".to_owned()),
            ("{*path}", "fichier.css".to_owned()),
        ];
        let rhone = store::organisation::by_siret(&site.app.cx.db, &RHONE.parse().expect("valid")).await.expect("read").expect("joined");
        let other = site.id_of(ELSEWHERE).await;
        let needed = vec![
            (paths::PREPARED, "service", FRANCECONNECT.to_owned()),
            (paths::MY_SESSIONS, "session", "autres".to_owned()),
            (paths::COLLEAGUES, "membre", other.to_string()),
            (paths::MEMBERSHIPS, "rattachement", format!("{other}.{}", rhone.id)),
        ];
        static_files(&site);
        let (applicant, reviewer) = (cast.applicant, cast.legal);
        Self { site, applicant, reviewer, technical, manager, admin, elsewhere, draft, submitted, returned, approved, objects, needed }
    }

    /// The applicant, with every right there is.
    pub async fn everything(&self) -> Browser {
        let room = &self.site.app.habilitation;
        let account = self.site.id_of(APPLICANT).await;
        for (service, stage) in [(FRANCECONNECT, "juridique"), (FRANCECONNECT, "franceconnect"), (API_PARTICULIER, "api-particulier")] {
            room.grant_review(account, service, stage).await.expect("granted");
        }
        let cx = &self.site.app.cx;
        let tx = cx.begin().await.expect("a transaction");
        let granted = store::habilitation::active_of_request(&cx.db, self.approved.parse().expect("an id")).await.expect("read").remove(0);
        let keeper =
            domain::catalogue::Contact { id: "responsable_technique_5".into(), added_to: Some("responsable_technique".into()), ..Default::default() };
        let named = [(keeper, domain::contact::Email::parse(APPLICANT).expect("an address"))];
        store::habilitation::contacts::name(&tx, granted.id, &named, true).await.expect("named");
        store::partner::give_access(&tx, self.approved.parse().expect("an id"), account, cx.now()).await.expect("given");
        tx.commit().await.expect("committed");
        self.site.second_factors.enrol(&self.applicant, APPLICANT).await;
        self.applicant.clone()
    }

    /// An address of this route, where the right visitor finds something.
    pub fn address(&self, pattern: &str) -> String {
        self.address_with(pattern, None)
    }

    /// Same, with `odd` as the value of each parameter.
    pub fn address_with(&self, pattern: &str, odd: Option<&str>) -> String {
        let request = match pattern {
            _ if pattern.starts_with("/partenaire/") || pattern.ends_with("/attestation") || pattern.ends_with("/renouvellement") => &self.approved,
            _ if pattern.starts_with("/instruction/") || pattern.contains("/documents/") => &self.submitted,
            paths::REQUEST_REMARK => &self.returned,
            // With the teams: it cannot be put away, and stays for the other lines.
            paths::REQUEST_ARCHIVE => &self.submitted,
            _ => &self.draft,
        };
        // What only the other service has.
        let file = if [paths::REPORT_VENDOR, paths::CATALOGUE_VERSION].contains(&pattern) { API_PARTICULIER } else { FRANCECONNECT };
        let (request, file) = (("{request}", request.clone()), ["{service}", "{file}"].map(|name| (name, file.to_owned())));
        let mut path = pattern.to_owned();
        for (name, value) in self.objects.iter().chain([&request]).chain(&file) {
            path = path.replace(name, odd.unwrap_or(value));
        }
        assert!(!path.contains('{'), "{path}: a parameter this test does not know");
        path
    }

    /// The fields that a form to this route must have.
    pub fn fields(&self, pattern: &str) -> Vec<(&str, &str)> {
        self.needed.iter().filter(|(of, ..)| *of == pattern).map(|(_, name, value)| (*name, value.as_str())).collect()
    }

    /// As [`access::VISITORS`] names them, with the address each signs in by.
    pub async fn visitors(&self) -> [(Option<&'static str>, Browser); access::VISITORS.len()] {
        const STRANGER: &str = "une.inconnue@a.fr";
        [
            (None, self.site.visitor()),
            (Some(STRANGER), self.site.account(STRANGER).await),
            (Some(APPLICANT), self.applicant.clone()),
            (Some(LEGAL), self.reviewer.clone()),
            (Some(TECHNICAL), self.technical.clone()),
            (Some(ADMIN), self.admin.clone()),
            (Some(MANAGER), self.manager.clone()),
            (Some(ELSEWHERE), self.elsewhere.clone()),
        ]
    }
}

/// Whoever keeps the keys, who has followed the link of the invitation, and the id of this mail.
async fn technical_contact(site: &TestSite) -> (Browser, String) {
    let mails = site.new_mails().await;
    let invitation = mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("an invitation");
    let browser = site.visitor();
    let link = link_in(invitation, site);
    let page = browser.open(&link).await;
    browser.submit(page.form(&link).set("given_name", "Louis").set("family_name", "Garnier").set("password", PASSWORD)).await.is(303);
    (browser, invitation.id.to_string())
}

/// A request under review, the address of its document and that of a note.
async fn submitted(cast: &road::Cast) -> (String, String, String) {
    let id = road::complete(&cast.applicant, FRANCECONNECT, "Médiathèque", None).await;
    road::attach(&cast.applicant, &id, "acte.pdf", b"%PDF-1.7").await;
    let page = cast.applicant.open(&format!("/demandes/{id}/cadre-juridique")).await;
    let document = page.attribute("a[href*='/documents/']", "href").expect("a document");
    road::submit(&cast.applicant, &id).await;
    let (notes, path) = (format!("/instruction/{id}/notes"), format!("/instruction/{id}"));
    cast.legal.submit(cast.legal.open(&path).await.form(&notes).set("texte", "À revoir")).await.is(303);
    let note = cast.legal.open(&path).await.attribute(".hb-note a", "href").expect("a note");
    (id, document, note)
}

/// A request sent back, and the address of a remark.
async fn returned(cast: &road::Cast) -> (String, String) {
    let id = road::file(&cast.applicant, FRANCECONNECT, "Cantine", None).await;
    let path = format!("/instruction/{id}/remarques/description");
    cast.legal.submit(cast.legal.open(&path).await.form(&path).set("texte", "À préciser").press("enregistrer")).await.is(303);
    road::decide(&cast.legal, &id, "modifier", "Précisez le projet.").await.is(303);
    let summary = cast.applicant.open(&format!("/demandes/{id}/synthese")).await;
    (id, summary.attribute("form[action*='/remarques/']", "action").expect("a remark"))
}

/// A verified member of another organisation.
async fn elsewhere(site: &TestSite) -> Browser {
    let browser = site.account(ELSEWHERE).await;
    browser.join(RHONE).await;
    site.verify_in(ELSEWHERE, RHONE).await;
    browser
}

fn static_files(site: &TestSite) {
    for folder in ["assets", "pkg"] {
        std::fs::create_dir_all(site.app.config.site_dir.join(folder)).expect("a folder");
        std::fs::write(site.app.config.site_dir.join(folder).join("fichier.css"), "p{}").expect("a file");
    }
    std::fs::write(site.app.config.site_dir.join("assets/favicon.svg"), "<svg/>").expect("a file");
}

/// An export and a saved search of the reviewer.
async fn kept_by(reviewer: &Browser, site: &TestSite) -> (String, String) {
    let list = reviewer.open("/instruction?onglet=equipes&q=mediatheque").await;
    let export = reviewer.submit(list.form(paths::EXPORTS)).await.is(303).location();
    site.app.habilitation.run_exports().await.expect("made");
    reviewer.submit(list.form(paths::SAVED_SEARCHES).set("nom", "Médiathèques")).await.is(303);
    let kept = reviewer.open(paths::REVIEW_QUEUE).await;
    let search = kept.attribute(".hb-searches a[href^='/instruction/recherches/']", "href").expect("a search");
    (last(&export), last(&search))
}

async fn template(manager: &Browser) -> String {
    let form = manager.open(paths::NEW_TEMPLATE).await.form(paths::NEW_TEMPLATE).set("decision", "changes").set("service", FRANCECONNECT);
    manager.submit(form.set("titre", "Pièce absente").set("texte", "Bonjour").press("enregistrer")).await.is(303);
    last(&manager.open(paths::TEMPLATES).await.attribute("#modeles a", "href").expect("a template"))
}

async fn prepared(team: &Browser) -> String {
    let form = team.open(paths::PREPARED).await.form(paths::PREPARED).set("service", FRANCECONNECT);
    last(&team.submit(form).await.is(303).location())
}

/// An impersonation of the applicant, begun and ended.
async fn impersonation(admin: &Browser, site: &TestSite) -> String {
    let person = site.id_of(APPLICANT).await;
    admin.post(&paths::impersonate(person), &[("motif", "Ticket 42")]).await.is(303);
    admin.submit(admin.open(paths::HOME).await.form(paths::IMPERSONATION_END)).await.is(303);
    last(&admin.open(paths::IMPERSONATIONS).await.attribute("tbody a", "href").expect("a line"))
}

/// The manager of both services, whose rights rest on a passkey, and the id of this passkey.
async fn manager(site: &TestSite) -> (Browser, String) {
    let account = site.add_account(MANAGER).await;
    for service in [FRANCECONNECT, API_PARTICULIER] {
        site.app.habilitation.grant_role(account, &Grant::new(service, None, Role::Manager)).await.expect("granted");
    }
    let browser = site.hesitant_visitor();
    browser.sign_in(MANAGER, PASSWORD).await;
    let (noted, key) = passkey(&browser).await;
    site.second_factors.note_codes(MANAGER, noted.is(200));
    (browser.with_second_factors(&site.second_factors), key)
}

/// Enrols a passkey; returns the answer and the id of the passkey.
pub async fn passkey(browser: &Browser) -> (Page, String) {
    let options = browser.post(paths::PASSKEY_CREATION, &[("nom", "Téléphone")]).await;
    let options = serde_json::from_str(&options.is(200).body).expect("options in JSON");
    let answer = Authenticator::new(BASE).create(&options).expect("a new key");
    let page = browser.open(paths::SECURITY).await;
    let enrolled = browser.submit(page.form(paths::PASSKEYS).set("nom", "Téléphone").set("reponse", &answer)).await;
    let key = browser.open(paths::SECURITY).await.attribute("#mes-cles a", "href").expect("a key");
    (enrolled, last(&key))
}

/// An elimination list with one file, just refused, whose period is made to be over.
async fn elimination(cast: &road::Cast, site: &TestSite) -> String {
    let id = road::file(&cast.applicant, FRANCECONNECT, "Piscine", None).await;
    road::decide(&cast.legal, &id, "refuser", "La piscine est fermée.").await.is(303);
    let cx = &site.app.cx;
    let (list, over) = (cx.new_id(), cx.now() + jiff::SignedDuration::from_secs(1));
    let tx = cx.begin().await.expect("a transaction");
    let made = store::elimination::propose(&tx, list, site.id_of(ADMIN).await, over, cx.now()).await.expect("written");
    tx.commit().await.expect("committed");
    assert_eq!(made, Some((1, 1)));
    list.to_string()
}

async fn ticket(applicant: &Browser, manager: &Browser) -> String {
    let report = paths::report_vendor(API_PARTICULIER);
    let page = applicant.open(&format!("{}?editeur=arpege", paths::new_request(API_PARTICULIER))).await;
    applicant.submit(page.form(&report).set("donnees", "Quotient familial CAF et MSA").set("courriel", "anne@arpege.example")).await.is(303);
    last(&manager.open(paths::VENDOR_TICKETS).await.attribute("form[action*='/instruction/editeurs/']", "action").expect("a ticket"))
}

/// A catalogue version published by the administrator, for the service that no request asks for.
async fn version(admin: &Browser) -> String {
    let path = paths::catalogue_text(API_PARTICULIER);
    let page = admin.open(&path).await;
    let text = format!("{}\n# Relu.\n", page.value("texte"));
    admin.submit(page.form(&path).set("texte", &text).set("motif", "Relecture").press("publier")).await.is(303);
    let versions = admin.open(&paths::catalogue_file(API_PARTICULIER)).await;
    last(&versions.attribute("a[href*='/versions/']", "href").expect("a version"))
}

pub fn routes() -> Vec<Listed> {
    habilis::routes::all().listed().to_vec()
}
