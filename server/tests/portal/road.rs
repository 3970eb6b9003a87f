//! The steps many tests take first: complete answers, a request filed, a decision taken.

use crate::{
    browser::{Browser, Page},
    site::TestSite,
};

pub const FRANCECONNECT: &str = "franceconnect";
pub const API_PARTICULIER: &str = "api-particulier";
pub const APPLICANT: &str = "jeanne.roux@clamart.example";
pub const LEGAL: &str = "nadia.benali@habilis.example";
pub const TEAM: &str = "hugo.petit@habilis.example";
pub const DATA_TEAM: &str = "awa.diallo@habilis.example";
pub const ADMIN: &str = "odile.martin@habilis.example";
pub const TECHNICAL: &str = "louis.garnier@clamart.example";

/// Every question but the name, the data and the request relied upon.
pub const ANSWERS: [(&str, &str); 27] = [
    ("description", "Les familles se connectent avec FranceConnect."),
    ("go_live_date", "2027-03-01"),
    ("volume", "4 000 familles par an"),
    ("alternative", "oui"),
    ("recipients", "Les agents du service enfance"),
    ("retention_months", "36"),
    ("legal_nature", "Délibération du 12 mai 2026"),
    ("legal_url", "https://www.clamart.example/deliberations/tarifs"),
    ("responsable_traitement_given_name", "Claire"),
    ("responsable_traitement_family_name", "Fontaine"),
    ("responsable_traitement_job_title", "Directrice générale"),
    ("responsable_traitement_email", "dgs@clamart.example"),
    ("responsable_traitement_phone", "01 46 62 35 35"),
    ("contact_metier_given_name", "Sophie"),
    ("contact_metier_family_name", "Lambert"),
    ("contact_metier_job_title", "Responsable enfance"),
    ("contact_metier_email", "enfance@clamart.example"),
    ("contact_metier_phone", "01 46 62 35 37"),
    ("delegue_protection_donnees_given_name", "Paul"),
    ("delegue_protection_donnees_family_name", "Marchand"),
    ("delegue_protection_donnees_job_title", "Délégué"),
    ("delegue_protection_donnees_email", "dpo@clamart.example"),
    ("delegue_protection_donnees_phone", "01 46 62 35 36"),
    ("responsable_technique_given_name", "Louis"),
    ("responsable_technique_family_name", "Garnier"),
    ("responsable_technique_job_title", "Chef de projet"),
    ("responsable_technique_email", TECHNICAL),
];
/// The boxes to tick before a request can be submitted.
pub const BOXES: [(&str, &str); 2] = [("conditions", "oui"), ("dpo_informe", "oui")];
pub const MOBILE: (&str, &str) = ("responsable_technique_phone", "06 12 34 56 78");

/// A draft of this service; its address ends with its id.
pub async fn start(browser: &Browser, service: &str) -> String {
    let page = browser.open(&format!("/demandes/nouvelle/{service}")).await;
    let first = browser.submit(page.form(service)).await;
    first.is(303);
    first.location().split('/').nth(2).expect("/demandes/{id}/projet").to_owned()
}

/// A draft with every block answered.
pub async fn complete(browser: &Browser, service: &str, name: &str, relies_on: Option<&str>) -> String {
    let id = start(browser, service).await;
    let mut path = format!("/demandes/{id}/projet");
    while !path.ends_with("/synthese") {
        let form = browser.open(&path).await.form(&path).fill(&[("name", name), MOBILE]).fill(&ANSWERS);
        let form = match relies_on {
            Some(other) if form.holds("franceconnect") => form.set("franceconnect", other),
            _ => form,
        };
        let form = match service {
            FRANCECONNECT if form.holds("scopes") => form.pick("scopes", &["given_name", "email", "openid"]),
            _ if form.holds("scopes") => form.pick("scopes", &["cnaf_quotient_familial", "cnaf_enfants"]),
            _ => form,
        };
        let next = browser.submit(form.press("suivant")).await;
        next.is(303);
        path = next.location();
    }
    id
}

/// A request under review by its first team.
pub async fn file(browser: &Browser, service: &str, name: &str, relies_on: Option<&str>) -> String {
    let id = complete(browser, service, name, relies_on).await;
    submit(browser, &id).await;
    id
}

pub async fn submit(browser: &Browser, id: &str) -> Page {
    let path = format!("/demandes/{id}/synthese");
    let page = browser.open(&path).await;
    let boxes = page.attributes("main input[type=checkbox]", "name");
    let sent = browser.submit(boxes.iter().fold(page.form(&path), |form, name| form.set(name, "oui"))).await;
    sent.is(303);
    browser.open(&sent.location()).await
}

/// Changes one answer, and saves its block.
pub async fn change(browser: &Browser, id: &str, block: &str, field: &str, value: &str) -> Page {
    let path = format!("/demandes/{id}/{block}");
    browser.submit(browser.open(&path).await.form(&path).set(field, value).press("enregistrer")).await
}

/// Attaches a document to the legal framework of a request.
pub async fn attach(browser: &Browser, id: &str, name: &str, bytes: &[u8]) {
    let path = format!("/demandes/{id}/cadre-juridique");
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).attach("legal_document", name, bytes).press("enregistrer")).await.is(303);
}

/// Makes an approved request a draft again.
pub async fn reopen(browser: &Browser, id: &str) -> Page {
    let page = browser.open(&format!("/demandes/{id}")).await;
    let reopened = browser.submit(page.form(&format!("{id}/reouverture"))).await;
    browser.open(&reopened.is(303).location()).await
}

/// Revokes what this request was granted.
pub async fn revoke(browser: &Browser, id: &str, reason: &str) {
    let page = browser.open(&format!("/instruction/{id}")).await;
    browser.submit(page.form(&format!("{id}/revocation")).set("motif", reason)).await.is(303);
}

/// Presses one of the three buttons of the reviewer's page.
pub async fn decide(browser: &Browser, id: &str, decision: &str, reason: &str) -> Page {
    let page = browser.open(&format!("/instruction/{id}")).await;
    let form = page.form_with(id, "decision", Some(decision));
    let form = if decision == "valider" { form } else { form.set("motif", reason) };
    browser.submit(form).await
}

pub async fn approve(browser: &Browser, id: &str) {
    decide(browser, id, "valider", "").await.is(303);
}

/// One browser for each of the four people involved.
pub struct Cast {
    pub applicant: Browser,
    pub legal: Browser,
    pub team: Browser,
    pub data_team: Browser,
}

pub async fn cast(site: &TestSite) -> Cast {
    Cast {
        applicant: site.applicant(APPLICANT).await,
        legal: site.reviewer(LEGAL, FRANCECONNECT, "juridique").await,
        team: site.reviewer(TEAM, FRANCECONNECT, "franceconnect").await,
        data_team: site.reviewer(DATA_TEAM, API_PARTICULIER, "api-particulier").await,
    }
}

/// The four people, and a FranceConnect request under review by its first team.
pub async fn filed(site: &TestSite) -> (Cast, String) {
    let cast = cast(site).await;
    let id = file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    (cast, id)
}

/// Same, approved by both teams.
pub async fn approved(site: &TestSite) -> (Cast, String) {
    let (cast, id) = filed(site).await;
    cast.approve_franceconnect(&id).await;
    (cast, id)
}

/// The four people, and two requests under review: for FranceConnect, and for the data that rely on it.
pub async fn filed_both(site: &TestSite) -> (Cast, String, String) {
    let (cast, provider) = filed(site).await;
    let data = file(&cast.applicant, API_PARTICULIER, "Cantine", Some(&provider)).await;
    (cast, provider, data)
}

impl Cast {
    /// Sends a request for both services, which the three teams approve.
    pub async fn approve_both(&self, id: &str) {
        submit(&self.applicant, id).await;
        for team in [&self.legal, &self.team, &self.data_team] {
            approve(team, id).await;
        }
    }

    /// Both stages of a FranceConnect request.
    pub async fn approve_franceconnect(&self, id: &str) {
        approve(&self.legal, id).await;
        approve(&self.team, id).await;
    }
}
