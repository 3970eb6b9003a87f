//! One site with something behind every address, for the tests that go through all routes.

use habilis::web::Listed;

use crate::{
    browser::Browser,
    road::{self, ADMIN, APPLICANT, FRANCECONNECT, LEGAL, TECHNICAL, cast},
    site::{PASSWORD, TestSite, link_in},
};

/// An identifier of nothing.
const NOWHERE: &str = "01930000-0000-7000-8000-000000000000";

pub struct World {
    pub site: TestSite,
    pub applicant: Browser,
    pub reviewer: Browser,
    pub technical: Browser,
    draft: String,
    submitted: String,
    approved: String,
    /// Of the submitted request.
    document: String,
    mail: String,
    /// The reviewer's, on the submitted request.
    note: String,
    /// The reviewer's.
    account: String,
    /// Of the approved request's attestation.
    code: String,
}

impl World {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// `settings` beside those of the demonstration.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let site = TestSite::with(&[&[("DEMO", "true")], settings].concat()).await;
        let cast = cast(&site).await;
        let approved = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
        cast.approve_franceconnect(&approved).await;
        let mails = site.new_mails().await;
        let invitation = mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("an invitation");
        let technical = site.visitor();
        let link = link_in(invitation, &site);
        let page = technical.open(&link).await;
        technical.submit(page.form(&link).set("given_name", "Louis").set("family_name", "Garnier").set("password", PASSWORD)).await.is(303);

        let submitted = road::complete(&cast.applicant, FRANCECONNECT, "Médiathèque", None).await;
        let path = format!("/demandes/{submitted}/cadre-juridique");
        let page = cast.applicant.open(&path).await;
        cast.applicant.submit(page.form(&path).attach("legal_document", "acte.pdf", b"%PDF-1.7").press("enregistrer")).await.is(303);
        let document = cast.applicant.open(&path).await.attribute("a[href*='/documents/']", "href").expect("a document");
        road::submit(&cast.applicant, &submitted).await;
        let (notes, path) = (format!("/instruction/{submitted}/notes"), format!("/instruction/{submitted}"));
        cast.legal.submit(cast.legal.open(&path).await.form(&notes).set("texte", "À revoir")).await.is(303);
        let note = cast.legal.open(&path).await.attribute(".hb-note a", "href").expect("a note");
        let note = note.rsplit('/').next().expect("an id").to_owned();
        let draft = road::start(&cast.applicant, FRANCECONNECT).await;
        let mail = invitation.id.to_string();
        let account = site.add_account(LEGAL).await.to_string();
        let document = document.rsplit('/').next().expect("an id").to_owned();
        let granted = store::habilitation::by_number(&site.app.cx.db, 1).await.expect("read").expect("granted");
        let code = granted.code.expect("a code").to_string();
        Self { applicant: cast.applicant, reviewer: cast.legal, technical, account, draft, submitted, approved, document, mail, note, code, site }
    }

    /// The applicant, given every right there is.
    pub async fn everything(&self) -> Browser {
        let room = &self.site.app.habilitation;
        let account = self.site.add_account(APPLICANT).await;
        for (service, stage) in [(FRANCECONNECT, "juridique"), (FRANCECONNECT, "franceconnect"), (road::API_PARTICULIER, "api-particulier")] {
            room.grant_review(account, service, stage).await.expect("granted");
        }
        let cx = &self.site.app.cx;
        let tx = cx.begin().await.expect("a transaction");
        let granted = store::habilitation::active_of_request(&cx.db, self.approved.parse().expect("an id")).await.expect("read").remove(0);
        let keeper =
            domain::catalogue::Contact { id: "responsable_technique_5".into(), added_to: Some("responsable_technique".into()), ..Default::default() };
        let named = [(keeper, domain::contact::Email::parse(APPLICANT).expect("an address"))];
        store::habilitation::contacts::name(&*tx, granted.id, &named, true).await.expect("named");
        store::partner::give_access(&*tx, self.approved.parse().expect("an id"), account, cx.now()).await.expect("given");
        tx.commit().await.expect("committed");
        self.applicant.clone()
    }

    /// An address of this route, where the right visitor finds something.
    pub fn address(&self, pattern: &str) -> String {
        self.address_with(pattern, None)
    }

    /// The same with `odd` in the place of each parameter.
    pub fn address_with(&self, pattern: &str, odd: Option<&str>) -> String {
        let request = match pattern {
            _ if pattern.starts_with("/partenaire/") || pattern.ends_with("/attestation") || pattern.ends_with("/renouvellement") => &self.approved,
            _ if pattern.starts_with("/instruction/") || pattern.contains("/documents/") => &self.submitted,
            // With the teams: it cannot be put away, and stays for the other lines.
            domain::routes::REQUEST_ARCHIVE => &self.submitted,
            _ => &self.draft,
        };
        let mut path = pattern.to_owned();
        for (name, value) in [
            ("{request}", request.as_str()),
            ("{document}", &self.document),
            ("{mail}", &self.mail),
            ("{code}", &self.code),
            ("{number}", "H1"),
            ("{note}", &self.note),
            ("{field}", "name"),
            ("{remark}", NOWHERE),
            ("{template}", NOWHERE),
            ("{prepared}", NOWHERE),
            ("{search}", NOWHERE),
            ("{export}", NOWHERE),
            ("{account}", &self.account),
            ("{impersonation}", NOWHERE),
            ("{passkey}", NOWHERE),
            ("{elimination}", NOWHERE),
            ("{token}", "inconnu"),
            ("{ticket}", "inconnu"),
            ("{file}", FRANCECONNECT),
            ("{version}", "1"),
            ("{flow}", "inconnu"),
            ("{service}", FRANCECONNECT),
            ("{block}", "projet"),
            ("{*call}", "v3/dss/quotient_familial/france_connect"),
            ("{*path}", "inconnu.css"),
        ] {
            path = path.replace(name, odd.unwrap_or(value));
        }
        assert!(!path.contains('{'), "{path}: a parameter this test does not know");
        path
    }

    /// Anonymous, a stranger, the applicant, a reviewer, the technical contact, an administrator: with the address each signs in by.
    pub async fn visitors(&self) -> [(Option<&'static str>, Browser); 6] {
        const STRANGER: &str = "une.inconnue@a.fr";
        [
            (None, self.site.visitor()),
            (Some(STRANGER), self.site.account(STRANGER).await),
            (Some(APPLICANT), self.applicant.clone()),
            (Some(LEGAL), self.reviewer.clone()),
            (Some(TECHNICAL), self.technical.clone()),
            (Some(ADMIN), self.site.administrator(ADMIN).await),
        ]
    }
}

pub fn routes() -> Vec<Listed> {
    habilis::web::all_routes().listed().to_vec()
}
