//! `habilis demo seed`: accounts, requests and keys that make the demonstration work, made by the use cases that people use. Run
//! again, it only checks that the keys of the family portal are still there.

pub mod answers;

use std::net::{IpAddr, Ipv4Addr};

use std::pin::Pin;

use anyhow::Context;
use domain::{
    actor::Actor,
    administration::AdminKind,
    form::Answers,
    ids::{AccountId, RequestId},
    request::Decision,
    routes,
};
use habilitation::{accounts::SignUp, requests::as_shown, reviews::Ruling};
use serde_json::json;
use web::App;

pub const PASSWORD: &str = "Demonstration-2026";
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Mairie de Clamart, in the embedded directory.
pub(super) const SIRET: &str = "21920023500014";

struct Person {
    role: &'static str,
    email: &'static str,
    given_name: &'static str,
    family_name: &'static str,
    what: &'static str,
    reviews: &'static [(&'static str, &'static str)],
}

const PEOPLE: [Person; 6] = [
    Person {
        role: "applicant",
        email: "demandeuse@clamart.example",
        given_name: "Jeanne",
        family_name: "Roux",
        what: "agente de la mairie, dépose les demandes",
        reviews: &[],
    },
    Person {
        role: "legal",
        email: "juriste@habilis.example",
        given_name: "Nadia",
        family_name: "Benali",
        what: "équipe juridique, première étape",
        reviews: &[("franceconnect", "juridique")],
    },
    Person {
        role: "franceconnect",
        email: "franceconnect@habilis.example",
        given_name: "Hugo",
        family_name: "Petit",
        what: "équipe FranceConnect, deuxième étape",
        reviews: &[("franceconnect", "franceconnect")],
    },
    Person {
        role: "api_particulier",
        email: "particulier@habilis.example",
        given_name: "Awa",
        family_name: "Diallo",
        what: "équipe API Particulier",
        reviews: &[("api-particulier", "api-particulier")],
    },
    Person {
        role: "admin",
        email: "administration@habilis.example",
        given_name: "Odile",
        family_name: "Martin",
        what: "administre le site et donne les droits",
        reviews: &[],
    },
    Person {
        role: "technical",
        email: "technique@clamart.example",
        given_name: "Louis",
        family_name: "Garnier",
        what: "responsable technique, espace partenaire",
        reviews: &[],
    },
];

#[derive(clap::Args)]
pub struct Seed {
    /// Print JSON: accounts by role, and requests of the applicant.
    #[arg(long)]
    json: bool,
    /// Drafts to add for the applicant, for benchmarks.
    #[arg(long, default_value_t = 0)]
    requests: u32,
}

/// What `habilis serve` prints when the demonstration is on.
pub fn welcome(base_url: &str) -> String {
    let people: String = PEOPLE.iter().map(|p| format!("    {:<34}{}\n", p.email, p.what)).collect();
    format!(
        "\n  Habilis répond sur {base_url}\n\n  Pour commencer :\n    1. {base_url}{}\n       « S’identifier avec FranceConnect », « Identité de démonstration », identifiant test, mot de passe 123,\n       puis « Transmettre mes données avec FranceConnect » : le quotient familial s’affiche.\n    2. {base_url}{} : déposez une demande, puis validez-la avec les comptes ci-dessous\n       (le code demandé après le mot de passe est écrit sur la page).\n    3. {base_url}{} : tous les courriels envoyés.\n\n  Comptes (mot de passe {PASSWORD}) :\n{people}",
        routes::DEMO_SERVICE,
        routes::SIGN_IN,
        routes::MAILBOX,
    )
}

impl Seed {
    pub async fn run(self, app: App, drain: Drain) -> anyhow::Result<()> {
        let keys = app.settings.data_dir.join("portail-famille.json");
        let demo = Demo::new(app, drain);
        let mut applicant = None;
        for person in &PEOPLE {
            // The account of the technical contact is opened later, when they are invited.
            if person.role != "technical" {
                let actor = demo.person(person).await?;
                if person.role == "applicant" {
                    applicant = Some(actor);
                }
            }
        }
        let (applicant, session) = applicant.context("the applicant is in the list")?;
        demo.app.habilitation.join_organisation(&applicant, &session, SIRET).await?;
        let applicant = demo.actor(&session).await?;
        if !keys.exists() {
            demo.app.habilitation.operating().note(AdminKind::Demonstration, "Comptes et demandes fictifs").await?;
            demo.family_portal(&applicant, &keys).await.context("setting up the family portal")?;
            demo.samples(&applicant).await.context("adding sample requests")?;
        }
        let mut drafts = Vec::new();
        for number in 0..self.requests {
            drafts.push(demo.draft(&applicant, &answers::sample(number)).await?.to_string());
        }
        demo.drain().await?;
        if self.json {
            let accounts: serde_json::Map<String, serde_json::Value> =
                PEOPLE.iter().map(|p| (p.role.to_owned(), json!({ "email": p.email, "password": PASSWORD }))).collect();
            println!("{}", json!({ "accounts": accounts, "requests": drafts }));
        }
        Ok(())
    }
}

/// Carries out what waits in the outbox; given by the process, which knows all its consumers.
pub type Drain = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), store::Error>> + Send>> + Send + Sync>;

pub(super) struct Demo {
    pub(super) app: App,
    drain: Drain,
}

impl Demo {
    pub(super) fn new(app: App, drain: Drain) -> Self {
        Self { app, drain }
    }

    /// Carries out what waits in the outbox: rights are opened, mails are put in the mailbox.
    pub(super) async fn drain(&self) -> Result<(), store::Error> {
        (self.drain)().await
    }

    async fn person(&self, person: &Person) -> anyhow::Result<(Actor, String)> {
        let account = self.open_account(person).await?;
        for (service, stage) in person.reviews {
            self.app.habilitation.grant_review(account, service, stage).await?;
        }
        if person.role == "admin" {
            self.app.habilitation.set_admin(account, true).await?;
        }
        self.app.habilitation.install_demonstration_factor(account).await?;
        let mut session = self.app.habilitation.sign_in(person.email, PASSWORD, &HERE.into()).await?;
        if let Some(code) = self.app.habilitation.demonstration_code(&session).await? {
            session = self.app.habilitation.enter_code(&session, &code, &HERE.into()).await?;
        }
        Ok((self.actor(&session).await?, session))
    }

    /// Opens the account as the command line does, since invitations refuse a password as well known as this one.
    async fn open_account(&self, person: &Person) -> anyhow::Result<AccountId> {
        let form = SignUp {
            given_name: person.given_name.into(),
            family_name: person.family_name.into(),
            email: person.email.into(),
            password: PASSWORD.into(),
        };
        let account = self.app.habilitation.add_account(&form).await?;
        self.keep_inside(account).await?;
        Ok(account)
    }

    /// Marks the account as the demonstration’s: its password is public, so it cannot sign in anywhere else.
    async fn keep_inside(&self, account: AccountId) -> anyhow::Result<()> {
        let tx = self.app.cx.begin().await?;
        store::demonstration::add_account(&tx, account).await?;
        Ok(tx.commit().await?)
    }

    async fn actor(&self, session: &str) -> anyhow::Result<Actor> {
        self.app.habilitation.actor(session).await?.context("the session was just opened")
    }

    pub(super) async fn by_role(&self, role: &str) -> anyhow::Result<Actor> {
        let person = PEOPLE.iter().find(|p| p.role == role).context("a role of the list")?;
        Ok(self.person(person).await?.0)
    }

    /// A draft with every block answered, and its version.
    pub(super) async fn filled(&self, applicant: &Actor, service: &str, filled: &Answers) -> anyhow::Result<(RequestId, i32)> {
        let room = self.app.habilitation.clone().without_quotas();
        let applying = room.applying(applicant);
        let id = self.app.cx.new_id();
        applying.start(id, service, None).await?;
        let mut version = 1;
        for block in &self.app.habilitation.service(service).context("a shipped service")?.blocks {
            let seen = as_shown(block, &applying.open(id).await?.request.answers);
            let saved = applying.save_block(id, &block.slug, filled, &seen).await?;
            anyhow::ensure!(saved.problems.is_empty(), "{service}/{}: {:?}", block.slug, saved.problems);
            version = saved.version;
        }
        Ok((id, version))
    }

    /// A request with every block answered, sent.
    pub(super) async fn file(&self, applicant: &Actor, service: &str, filled: &Answers) -> anyhow::Result<RequestId> {
        let (id, version) = self.filled(applicant, service, filled).await?;
        let applying = self.app.habilitation.applying(applicant);
        let form = self.app.habilitation.form(service, None).context("a shipped service")?;
        applying.submit(id, &form.boxes().collect::<Vec<_>>(), version).await?;
        Ok(id)
    }

    async fn draft(&self, applicant: &Actor, filled: &Answers) -> anyhow::Result<RequestId> {
        let room = self.app.habilitation.clone().without_quotas();
        let applying = room.applying(applicant);
        let id = self.app.cx.new_id();
        applying.start(id, "franceconnect", None).await?;
        let opened = applying.open(id).await?;
        let block = opened.service.block("projet").context("a block of the form")?;
        applying.save_block(id, &block.slug, filled, &as_shown(block, &opened.request.answers)).await?;
        Ok(id)
    }

    async fn approve(&self, role: &str, id: RequestId) -> anyhow::Result<()> {
        self.decide(role, id, Decision::Approve, "").await
    }

    pub(super) async fn decide(&self, role: &str, id: RequestId, decision: Decision, reason: &str) -> anyhow::Result<()> {
        let reviewer = self.by_role(role).await?;
        let reviewing = self.app.habilitation.reviewing(&reviewer).context("a reviewer")?;
        let (opened, _) = reviewing.open(id).await?;
        reviewing.decide(id, Ruling { team: None, decision, reason, seen: opened.request.version }).await?;
        Ok(())
    }

    /// The family portal from the first request to its keys: two requests, their reviews, the technical contact’s secret.
    async fn family_portal(&self, applicant: &Actor, keys: &std::path::Path) -> anyhow::Result<()> {
        let provider = self.file(applicant, "franceconnect", &answers::franceconnect()).await?;
        self.approve("legal", provider).await?;
        self.approve("franceconnect", provider).await?;
        let data = self.file(applicant, "api-particulier", &answers::api_particulier(provider)).await?;
        self.approve("api_particulier", data).await?;
        self.drain().await?;
        let technical = self.accept_invitation().await?;
        let partnering = self.app.habilitation.partnering(&technical);
        let (back, home) = (self.app.cx.url(routes::DEMO_CALLBACK), self.app.cx.url(routes::DEMO_SERVICE));
        partnering.set_redirect_uris(provider, &back, &home).await?;
        let (client, secret) = partnering.reveal_secret(provider, &HERE.into()).await?;
        let file = json!({ "client_id": client.client_id, "client_secret": secret, "recipient": SIRET });
        write_private(keys, &serde_json::to_vec_pretty(&file)?)?;
        Ok(())
    }

    /// Follows the link of the last invitation in the mailbox.
    async fn accept_invitation(&self) -> anyhow::Result<Actor> {
        let person = PEOPLE.iter().find(|p| p.role == "technical").context("the technical contact")?;
        self.open_account(person).await?;
        let messages = store::mailbox::latest(&self.app.cx.db, 100).await?;
        let prefix = self.app.cx.url(&routes::invitation(""));
        let token = messages
            .iter()
            .filter(|message| message.recipient == person.email)
            .find_map(|message| message.body.lines().find_map(|line| line.strip_prefix(&prefix)))
            .context("no invitation was delivered")?
            .to_owned();
        let form = SignUp {
            given_name: person.given_name.into(),
            family_name: person.family_name.into(),
            email: person.email.into(),
            password: PASSWORD.into(),
        };
        // The account is added first: an invitation would refuse its well-known password.
        self.app.habilitation.add_account(&form).await?;
        let (session, _) = self.app.habilitation.accept_invitation(&token, &form, &HERE.into()).await?;
        let actor = self.actor(&session).await?;
        self.keep_inside(actor.account).await?;
        Ok(actor)
    }

    /// Requests so that no list is empty: a draft, one with each team, one sent back.
    async fn samples(&self, applicant: &Actor) -> anyhow::Result<()> {
        self.draft(applicant, &answers::sample(0)).await?;
        self.file(applicant, "franceconnect", &answers::named("Prise de rendez-vous en mairie")).await?;
        let second = self.file(applicant, "franceconnect", &answers::named("Inscription à la médiathèque")).await?;
        self.approve("legal", second).await?;
        let third = self.file(applicant, "franceconnect", &answers::named("Demande d’acte d’état civil")).await?;
        let reason = "La durée de conservation paraît longue pour cette démarche\u{a0}: pouvez-vous la réduire à 12 mois, ou expliquer pourquoi 36 mois sont nécessaires\u{a0}?";
        self.decide("legal", third, Decision::RequestChanges, reason).await
    }
}

fn write_private(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;

    store::sealed_file::create(path)?.write_all(bytes)
}
