//! A gateway on a real database, with tokens that behave as the broker's do.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{
    Clock,
    events::{DataRights, ServiceRights},
    form::Answers,
    ids::{AccountId, ClientRowId, HabilitationId, OrganisationId, RequestId},
    pivot::{FRANCE, Gender, PartialDate, PivotIdentity},
    ports::{AccessTokens, Environment, Introspection, PortError, PortFuture},
    siret::Siret,
};
use gateway::{Answer, Call, Gateway, Sandbox};
use store::{account, client, organisation, request};
use testkit::{Fixture, ManualClock};

pub const SIRET: &str = "13002526500013";
pub const OTHER_SIRET: &str = "21920023500014";
pub const CLIENT: &str = "client-portail-famille";
pub const QF: &str = "dss/quotient_familial";

/// Tokens live sixty seconds and are known in one environment; introspection can be made to fail.
#[derive(Debug)]
pub struct FakeTokens {
    clock: Arc<ManualClock>,
    issued: Mutex<HashMap<(Environment, String), Introspection>>,
    down: AtomicBool,
}

impl FakeTokens {
    pub fn issue(&self, environment: Environment, token: &str, client_id: &str, scopes: &[&str], identity: PivotIdentity) {
        let introspection = Introspection {
            client_id: client_id.to_owned(),
            sub: "a".repeat(64) + "v1",
            scopes: owned(scopes),
            acr: "eidas1".to_owned(),
            identity,
            expires_at: self.clock.now() + Duration::from_secs(60),
        };
        self.issued.lock().unwrap().insert((environment, token.to_owned()), introspection);
    }

    pub fn break_down(&self) {
        self.down.store(true, Ordering::Relaxed);
    }
}

impl AccessTokens for FakeTokens {
    fn introspect<'a>(&'a self, environment: Environment, token: &'a str) -> PortFuture<'a, Option<Introspection>> {
        Box::pin(async move {
            if self.down.load(Ordering::Relaxed) {
                return Err(PortError("connection refused".to_owned()));
            }
            let issued = self.issued.lock().unwrap().get(&(environment, token.to_owned())).cloned();
            Ok(issued.filter(|introspection| introspection.expires_at > self.clock.now()))
        })
    }
}

pub struct Bench {
    pub gateway: Gateway,
    pub tokens: Arc<FakeTokens>,
    pub fixture: Fixture,
    pub service: RequestId,
    revision: std::sync::atomic::AtomicI64,
}

pub fn shipped_sandbox() -> Sandbox {
    Sandbox::load(catalogue::sandbox().iter().map(|file| (file.folder, file.name, file.text)), None).unwrap()
}

impl Bench {
    /// A client whose service holds no data habilitation yet.
    pub async fn new(sandbox: Sandbox) -> Self {
        let fixture = Fixture::new().await;
        let tokens = Arc::new(FakeTokens { clock: fixture.clock.clone(), issued: Mutex::default(), down: AtomicBool::new(false) });
        let gateway = Gateway::new(fixture.cx.clone(), tokens.clone(), Arc::new(sandbox));
        let service = register(&fixture, CLIENT).await;
        Self { gateway, tokens, fixture, service, revision: 0.into() }
    }

    /// What an approval publishes: a habilitation for data, with these scopes.
    pub async fn grant(&self, scopes: &[&str]) -> HabilitationId {
        let habilitation = self.fixture.cx.new_id();
        self.apply(vec![data(habilitation, SIRET, scopes)]).await;
        habilitation
    }

    pub async fn apply(&self, data: Vec<DataRights>) {
        let revision = 1 + self.revision.fetch_add(1, Ordering::Relaxed);
        self.gateway.on_rights_changed(&self.rights(revision, data)).await.unwrap();
    }

    pub fn rights(&self, revision: i64, data: Vec<DataRights>) -> ServiceRights {
        ServiceRights {
            request: self.service,
            revision,
            habilitation: Some(HabilitationId(self.service.0)),
            service_name: "Portail famille".to_owned(),
            organisation_name: "Clamart".to_owned(),
            siret: Siret::parse(SIRET).unwrap(),
            identity_scopes: owned(&["openid", "family_name"]),
            data,
        }
    }

    /// A fresh token of the service for Angela.
    pub fn angela(&self, scopes: &[&str]) -> String {
        self.token(scopes, angela())
    }

    pub fn token(&self, scopes: &[&str], identity: PivotIdentity) -> String {
        let token = self.fixture.cx.new_token();
        self.tokens.issue(Environment::Sandbox, &token, CLIENT, scopes, identity);
        token
    }

    pub async fn qf(&self, token: &str, query: &str) -> Answer {
        let header = format!("Bearer {token}");
        self.gateway.call(qf_call(Some(&header), query)).await
    }
}

pub fn qf_call<'a>(authorization: Option<&'a str>, query: &'a str) -> Call<'a> {
    Call { environment: Environment::Sandbox, version: 3, path: QF, modality: "france_connect", authorization, query }
}

pub fn to_us(rest: &str) -> String {
    format!("recipient={SIRET}{rest}")
}

pub fn data(habilitation: HabilitationId, siret: &str, scopes: &[&str]) -> DataRights {
    DataRights { habilitation, catalogue_service: "api-particulier".to_owned(), siret: Siret::parse(siret).unwrap(), scopes: owned(scopes) }
}

pub fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub fn angela() -> PivotIdentity {
    PivotIdentity {
        given_names: owned(&["Angela", "Claire", "Louise"]),
        family_name: "DUBOIS".to_owned(),
        gender: Gender::Female,
        birthdate: PartialDate { year: 1962, month: Some(8), day: Some(24) },
        birthplace: "75107".to_owned(),
        birthcountry: FRANCE.to_owned(),
        preferred_username: None,
        email: "angela@example.fr".to_owned(),
    }
}

/// A FranceConnect request and the sandbox client that its approval created.
pub async fn register(fixture: &Fixture, client_id: &str) -> RequestId {
    let cx = &fixture.cx;
    let siret = Siret::parse(SIRET).unwrap();
    let (applicant, service): (AccountId, RequestId) = (cx.new_id(), cx.new_id());
    let person = account::Account {
        id: applicant,
        email: format!("{client_id}@clamart.example"),
        given_name: "Jeanne".to_owned(),
        family_name: "Roux".to_owned(),
        phone: String::new(),
        password_hash: None,
        email_confirmed_at: None,
        admin: false,
        suspended: None,
    };
    account::create(&cx.db, &person, cx.now()).await.unwrap();
    let organisation = organisation::upsert(&cx.db, cx.new_id::<OrganisationId>(), &siret, None, cx.now()).await.unwrap();
    let answers = Answers::default();
    let new = request::NewRequest {
        id: service,
        service: "franceconnect",
        variant: None,
        with_service: None,
        catalogue_version: 1,
        begun_version: None,
        organisation: organisation.id,
        applicant,
        relies_on: None,
        continues: None,
        title: "",
        folded: "",
        answers: &answers,
    };
    request::create(&cx.db, new, cx.now()).await.unwrap();
    let row = client::Client {
        id: cx.new_id::<ClientRowId>(),
        client_id: client_id.to_owned(),
        realm: "franceconnect".to_owned(),
        environment: Environment::Sandbox,
        request: Some(service),
        name: "Portail famille".to_owned(),
        organisation_name: "Clamart".to_owned(),
        siret: SIRET.to_owned(),
        secret_hash: String::new(),
        secret_unseen: true,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        scopes: Vec::new(),
        sector: client_id.to_owned(),
        active: true,
        revision: 1,
    };
    client::create(cx, &cx.db, &row, "secret").await.unwrap();
    service
}
