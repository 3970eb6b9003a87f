//! Who opens what, and when: each kind of visitor, each kind of object of a request, each moment of its life.

use std::fmt::Write;

use domain::actor::{Grant, Role};

use crate::{
    browser::Browser,
    road::{self, ADMIN, API_PARTICULIER, Cast, FRANCECONNECT, cast},
    site::{PASSWORD, TestSite, link_in},
    templates,
};

const GUEST: &str = "ines.nguyen@prestataire.example";
const COLLEAGUE: &str = "marc.lefevre@clamart.example";
const NAMED: &str = "dpo@clamart.example";

/// One letter each for: nobody signed in, a stranger, the applicant, a co-editor, a verified member of the organisation, an
/// unverified one, somebody named, a reader, a reviewer, a reviewer of another service, a manager, an administrator.
const LETTERS: &str = "asdrcvnljogt";

struct Scene {
    site: TestSite,
    cast: Cast,
    id: String,
    visitors: Vec<Browser>,
}

async fn scene() -> Scene {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = road::complete(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let sharing = format!("/demandes/{id}/partage");
    let form = cast.applicant.open(&sharing).await.form_with(&sharing, "action", Some("inviter")).set("email", GUEST);
    cast.applicant.submit(form).await.is(303);
    let guest = site.account(GUEST).await;
    let link = link_in(&site.only_mail(GUEST).await, &site);
    guest.submit(guest.open(&link).await.form(&link).set("password", PASSWORD)).await.is(303);
    let colleague = site.applicant(COLLEAGUE).await;
    site.verify(COLLEAGUE).await;
    let role = |stage: Option<&str>, role: Role| [Grant::new(FRANCECONNECT, stage, role)];
    let visitors = vec![
        site.visitor(),
        site.account("une.inconnue@a.fr").await,
        cast.applicant.clone(),
        guest,
        colleague,
        site.applicant("autre.personne@clamart.example").await,
        site.account(NAMED).await,
        site.holder("lea.morel@habilis.example", &role(None, Role::Reader)).await,
        cast.legal.clone(),
        cast.data_team.clone(),
        site.holder("marie.sand@habilis.example", &role(None, Role::Manager)).await,
        site.administrator(ADMIN).await,
    ];
    assert_eq!(visitors.len(), LETTERS.len());
    Scene { site, cast, id, visitors }
}

impl Scene {
    /// The letters of those who get this page; the others are told nothing but that it does not exist, or that they have to sign
    /// in. A page that leads its reader back to one they may read counts as refused, and so does one that says it is not their turn.
    async fn open_to(&self, path: &str) -> String {
        let mut letters = String::new();
        for (browser, letter) in self.visitors.iter().zip(LETTERS.chars()) {
            let status = browser.get(path).await.status.as_u16();
            assert!([200, 303, 404, 409].contains(&status), "{path} answers {status} to {letter}");
            letters.push(if status == 200 { letter } else { '.' });
        }
        letters
    }

    fn own(&self) -> String {
        format!("/demandes/{}", self.id)
    }

    fn review(&self) -> String {
        format!("/instruction/{}", self.id)
    }

    /// Adds a document to the answers; its address.
    async fn add_document(&self, name: &str) -> String {
        let path = format!("/demandes/{}/cadre-juridique", self.id);
        let page = self.cast.applicant.open(&path).await;
        let known = page.attributes("a[href*='/documents/']", "href");
        self.cast.applicant.submit(page.form(&path).attach("legal_document", name, b"%PDF-1.7").press("enregistrer")).await.is(303);
        let all = self.cast.applicant.open(&path).await.attributes("a[href*='/documents/']", "href");
        all.into_iter().find(|href| !known.contains(href)).expect("one more")
    }
}

/// What is wrong, all of it at once.
struct Findings(String);

impl Findings {
    async fn check(&mut self, scene: &Scene, moment: &str, what: &str, path: &str, expected: &str) {
        let found = scene.open_to(path).await;
        if found != expected {
            writeln!(self.0, "{moment}, {what}: {found}, not {expected}").expect("a string grows");
        }
    }

    async fn all(&mut self, scene: &Scene, moment: &str, objects: &[(&str, String, &str)]) {
        for (what, path, expected) in objects {
            self.check(scene, moment, what, path, expected).await;
        }
    }

    /// At the end: nothing is wrong, and every mail leaves.
    async fn none(self, scene: &Scene) {
        assert!(self.0.is_empty(), "in the order {LETTERS}:\n{}", self.0);
        scene.site.new_mails().await;
        scene.site.role_mails().await;
    }
}

#[tokio::test]
async fn each_kind_of_visitor_opens_each_kind_of_object_of_a_draft_and_of_what_is_sent_and_no_sooner() {
    let scene = scene().await;
    let cast = &scene.cast;
    let mut wrong = Findings(String::new());
    let (own, review) = (scene.own(), scene.review());
    let first = scene.add_document("premier.pdf").await;

    let draft = [
        ("request", own.clone(), "..dr........"),
        ("answers", format!("{own}/projet"), "..dr........"),
        ("summary", format!("{own}/synthese"), "..dr........"),
        ("document", first.clone(), "..dr........"),
        ("copy", format!("{own}/duplication"), "..dr........"),
        ("sharing", format!("{own}/partage"), "..d........."),
        ("review", review.clone(), "............"),
        ("review messages", format!("{review}/messages"), "............"),
        ("attestation", format!("{own}/attestation"), "............"),
    ];
    wrong.all(&scene, "draft", &draft).await;

    road::submit(&cast.applicant, &scene.id).await;
    let messages = format!("{own}/messages");
    let form = cast.applicant.open(&messages).await.form(&messages).set("message", "Bonjour");
    cast.applicant.submit(form.attach("documents", "joint.pdf", b"%PDF-1.7")).await.is(303);
    let joined = cast.applicant.open(&messages).await.attribute("a[href*='/documents/']", "href").expect("a document");
    let notes = format!("{review}/notes");
    cast.legal.submit(cast.legal.open(&review).await.form(&notes).set("texte", "À revoir")).await.is(303);
    let note = cast.legal.open(&review).await.attribute(".hb-note a", "href").expect("a note");
    let remark = format!("{review}/remarques/name");
    let submitted = [
        ("request", own.clone(), "..drc.n....."),
        ("document", first.clone(), "..drc.nlj.g."),
        ("copy", format!("{own}/duplication"), "..drc......."),
        ("messages", messages.clone(), "..drc......."),
        ("document of a message", joined.clone(), "..drc..lj.g."),
        ("sharing", format!("{own}/partage"), "..d........."),
        ("transfer", format!("{own}/transfert"), "..d.c......."),
        ("review", review.clone(), ".......lj.g."),
        ("review messages", format!("{review}/messages"), ".......lj.g."),
        ("note", note, "........j..."),
        ("remark", remark, "........j.g."),
        ("attestation", format!("{own}/attestation"), "............"),
    ];
    wrong.all(&scene, "submitted", &submitted).await;
    wrong.none(&scene).await;
}

#[tokio::test]
async fn each_kind_of_visitor_opens_each_kind_of_object_once_sent_back_approved_or_reopened_and_no_sooner() {
    let scene = scene().await;
    let (cast, id) = (&scene.cast, scene.id.as_str());
    let mut wrong = Findings(String::new());
    let (own, review) = (scene.own(), scene.review());
    let first = scene.add_document("premier.pdf").await;
    road::submit(&cast.applicant, id).await;
    road::decide(&cast.legal, id, "modifier", "Précisez.").await.is(303);
    let second = scene.add_document("second.pdf").await;
    let sent_back = [
        ("request", own.clone(), "..drc.n....."),
        ("answers", format!("{own}/projet"), "..dr........"),
        ("document sent", first.clone(), "..drc.nlj.g."),
        ("document added since", second.clone(), "..dr........"),
        ("review", review.clone(), ".......lj.g."),
    ];
    wrong.all(&scene, "sent back", &sent_back).await;
    for (reader, path) in [(&scene.visitors[4], &own), (&scene.visitors[6], &own), (&cast.legal, &review)] {
        reader.open(path).await.does_not_say("second.pdf");
    }

    road::submit(&cast.applicant, id).await;
    cast.approve_franceconnect(id).await;
    let approved = [
        ("request", own.clone(), "..drc.n....."),
        ("document of the first sending", first.clone(), "..drc.nlj.g."),
        ("document of the second", second.clone(), "..drc.nlj.g."),
        ("attestation", format!("{own}/attestation"), "..drc..lj.g."),
        ("renewal", format!("{own}/renouvellement"), "..d........."),
        ("keys", format!("/partenaire/{id}"), "............"),
    ];
    wrong.all(&scene, "approved", &approved).await;

    road::reopen(&cast.applicant, &scene.id).await;
    let third = scene.add_document("troisieme.pdf").await;
    let reopened = [
        ("request", own.clone(), "..drc.n....."),
        ("answers", format!("{own}/projet"), "..dr........"),
        ("document in force", second, "..drc.nlj.g."),
        ("document added since", third, "..dr........"),
        ("review", review.clone(), ".......lj.g."),
        ("attestation", format!("{own}/attestation"), "..drc..lj.g."),
    ];
    wrong.all(&scene, "reopened", &reopened).await;
    wrong.none(&scene).await;
}

#[tokio::test]
async fn what_reviewers_keep_is_opened_by_whoever_it_is_for() {
    let scene = scene().await;
    let (site, cast) = (&scene.site, &scene.cast);
    road::submit(&cast.applicant, &scene.id).await;
    let list = cast.legal.open("/instruction?onglet=equipes&q=Portail").await;
    let export = cast.legal.submit(list.form("/instruction/exports")).await.is(303).location();
    site.app.habilitation.run_exports().await.expect("made");
    cast.legal.submit(list.form("/instruction/recherches").set("nom", "Les miennes")).await.is(303);
    let kept = cast.legal.open("/instruction").await;
    let search = kept.attribute(".hb-searches a[href^='/instruction/recherches/']", "href").expect("a search");
    let manager = &scene.visitors[10];
    templates::add(manager, "changes", "Délai", "Bonjour").await.is(303);
    let template = manager.open("/instruction/modeles").await.attribute("#modeles a", "href").expect("a template");
    let prepared = cast.data_team.open("/instruction/brouillons").await.form("/instruction/brouillons").set("service", API_PARTICULIER);
    let prepared = cast.data_team.submit(prepared).await.is(303).location();

    let mut wrong = Findings(String::new());
    let objects = [
        ("list", "/instruction".to_owned(), ".......ljog."),
        ("list as a file", "/instruction/liste.csv".to_owned(), ".......ljog."),
        ("export", export.clone(), "........j..."),
        ("its file", format!("{export}/fichier"), "........j..."),
        ("saved search", search, "........j..."),
        ("templates", "/instruction/modeles".to_owned(), ".......ljog."),
        ("template", template, "..........g."),
        ("prepared requests", "/instruction/brouillons".to_owned(), "........jog."),
        ("one of them", prepared, ".........o.."),
        ("contacts of the body", "/organisation/contacts".to_owned(), "....c......."),
        ("members of the body", "/organisation/membres".to_owned(), "....c......."),
        ("rights", "/administration/droits".to_owned(), "..........gt"),
        ("journal", "/administration/journal".to_owned(), "...........t"),
        ("links to verify", "/administration/rattachements".to_owned(), "...........t"),
        ("mails", "/administration/courriels".to_owned(), "...........t"),
    ];
    wrong.all(&scene, "any", &objects).await;
    wrong.none(&scene).await;
}
