//! `habilis demo copies`: fills the database with as many requests as a large installation has, to measure the site’s speed.

use anyhow::Context;
use domain::{
    Timestamp,
    actor::Actor,
    administration::AdminKind,
    ids::{OrganisationId, RequestId},
    request::{Decision, JournalKind},
    search::words,
    siret::Siret,
};
use jiff::SignedDuration;
use serde_json::json;
use store::{account::Account, copies::RequestCopy, organisation};
use web::App;

use crate::seed::{Demo, Drain, PASSWORD, SIRET, answers};

#[derive(clap::Args)]
pub struct Copies {
    /// How many requests to add.
    #[arg(long)]
    requests: usize,
}

/// Out of twenty requests, how many are copied from each original. Beyond those the benchmarks act on, nine in ten of the
/// requests that would be under way are approved instead: in a large database most requests are decided.
const MIX: [(Kind, usize); 6] =
    [(Kind::Draft, 2), (Kind::WithLegal, 2), (Kind::WithFranceConnect, 2), (Kind::SentBack, 1), (Kind::Refused, 1), (Kind::Approved, 12)];
/// How many requests each applicant has; each has an organisation of their own.
const OF_ONE: usize = 100;
const BATCH: usize = 500;
/// How many drafts of the first applicant the benchmarks submit, and how many requests waiting for their last team they
/// approve.
const MEASURED: usize = 200;

const KINDS: [&str; 8] = [
    "Portail famille",
    "Cantine scolaire",
    "Stationnement résidentiel",
    "Inscription à la crèche",
    "Transport scolaire",
    "Aide facultative",
    "Carte de bibliothèque",
    "Prise de rendez-vous",
];
const PLACES: [&str; 25] = [
    "Abbeville",
    "Albi",
    "Annecy",
    "Auxerre",
    "Bayonne",
    "Beauvais",
    "Blois",
    "Bourges",
    "Castres",
    "Chartres",
    "Dax",
    "Dole",
    "Évreux",
    "Foix",
    "Gap",
    "Laon",
    "Mende",
    "Millau",
    "Moulins",
    "Nevers",
    "Privas",
    "Rodez",
    "Sète",
    "Tulle",
    "Vannes",
];
/// The history of a request that was sent back once.
const STORY: [JournalKind; 10] = [
    JournalKind::Created,
    JournalKind::DocumentAdded,
    JournalKind::DocumentAdded,
    JournalKind::Submitted,
    JournalKind::Assigned,
    JournalKind::ChangesRequested,
    JournalKind::DocumentRemoved,
    JournalKind::DocumentAdded,
    JournalKind::Submitted,
    JournalKind::Assigned,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Draft,
    WithLegal,
    WithFranceConnect,
    SentBack,
    Refused,
    Approved,
}

/// An applicant and their organisation.
struct Holder {
    account: store::account::Account,
    organisation: OrganisationId,
}

/// One request of each kind, made through the use cases.
type Originals = Vec<(Kind, RequestId, Timestamp)>;

impl Copies {
    /// Prints JSON: two applicants, drafts of the first, requests that wait for their last team, and a request of the second
    /// applicant.
    pub async fn run(self, app: App, drain: Drain) -> anyhow::Result<()> {
        let demo = Demo::new(app, drain);
        let cx = &demo.app.cx;
        demo.app.habilitation.operating().note(AdminKind::Demonstration, &format!("{} copies", self.requests)).await?;
        let applicant = demo.by_role("applicant").await.context("run `habilis demo seed` before")?;
        let originals = originals(&demo, &applicant).await?;
        let holders = holders(&demo, &applicant, self.requests.div_ceil(OF_ONE).max(2)).await?;
        let (mut drafts, mut last_team, mut shown) = (Vec::new(), Vec::new(), None);
        let numbers: Vec<usize> = (0..self.requests).collect();
        for batch in numbers.chunks(BATCH) {
            let copies: Vec<RequestCopy> = batch.iter().map(|number| copy(*number, cx.now(), &originals, &holders)).collect::<anyhow::Result<_>>()?;
            let tx = cx.begin().await?;
            let ids = store::copies::add(cx, &tx, &copies).await?;
            tx.commit().await?;
            for (number, id) in batch.iter().zip(ids) {
                match kind(*number) {
                    (Kind::Draft, nth) if nth < MEASURED => drafts.push(id.to_string()),
                    (Kind::WithFranceConnect, nth) if nth < MEASURED => last_team.push(id.to_string()),
                    (Kind::Approved, _) if number / OF_ONE == 1 => shown = Some(id.to_string()),
                    _ => {}
                }
            }
        }
        store::copies::settle(&cx.db).await?;
        let people: Vec<_> = holders.iter().take(2).map(|holder| json!({ "email": holder.account.email, "password": PASSWORD })).collect();
        println!("{}", json!({ "applicants": people, "drafts": drafts, "last_team": last_team, "shown": shown }));
        Ok(())
    }
}

/// The kind of a copy, and how many of that kind come before it.
fn kind(number: usize) -> (Kind, usize) {
    let mut place = number % 20;
    for (kind, share) in MIX {
        if place < share {
            let nth = number / 20 * share + place;
            let under_way = !matches!(kind, Kind::Approved | Kind::Refused);
            return (if under_way && nth >= MEASURED && !nth.is_multiple_of(10) { Kind::Approved } else { kind }, nth);
        }
        place -= share;
    }
    (Kind::Approved, number)
}

fn copy(number: usize, now: Timestamp, originals: &Originals, holders: &[Holder]) -> anyhow::Result<RequestCopy> {
    let (kind, nth) = kind(number);
    let (_, of, of_at) = *originals.iter().find(|(one, ..)| *one == kind).context("an original of each kind")?;
    let holder = if kind == Kind::Draft && nth < MEASURED { holders.first() } else { holders.get(number / OF_ONE) };
    let Holder { account, organisation } = holder.context("somebody files each request")?;
    // Dates that leave the expiry job nothing to do: what is decided is months old, the rest is recent.
    let hours = if matches!(kind, Kind::Approved | Kind::Refused) { 24 * 30 + i64::try_from(nth % 7_200)? } else { i64::try_from(nth % 200)? };
    let (purpose, place) = (KINDS[number % KINDS.len()], PLACES[number / KINDS.len() % PLACES.len()]);
    let title = format!("{purpose} de {place}, lot {number}");
    let folded = words(&format!("{title} {} {}", account.name(), account.email));
    let told = STORY.to_vec();
    Ok(RequestCopy {
        of,
        applicant: account.id,
        organisation: *organisation,
        title,
        folded,
        at: now - SignedDuration::from_hours(hours),
        of_at,
        told,
    })
}

async fn originals(demo: &Demo, applicant: &Actor) -> anyhow::Result<Originals> {
    let applying = demo.app.habilitation.applying(applicant);
    let mut originals = Vec::new();
    for (kind, _) in MIX {
        let filled = answers::named("Modèle de demande");
        let id = if kind == Kind::Draft {
            demo.filled(applicant, "franceconnect", &filled).await?.0
        } else {
            demo.file(applicant, "franceconnect", &filled).await?
        };
        match kind {
            Kind::Draft | Kind::WithLegal => {}
            Kind::WithFranceConnect => demo.decide("legal", id, Decision::Approve, "").await?,
            Kind::SentBack => demo.decide("legal", id, Decision::RequestChanges, "Précisez les destinataires des données.").await?,
            Kind::Refused => demo.decide("legal", id, Decision::Refuse, "Ce projet ne relève pas de FranceConnect.").await?,
            Kind::Approved => {
                demo.decide("legal", id, Decision::Approve, "").await?;
                demo.decide("franceconnect", id, Decision::Approve, "").await?;
            }
        }
        originals.push((kind, id, applying.open(id).await?.request.created_at));
    }
    demo.drain().await?;
    Ok(originals)
}

/// People with the password of the demonstration, each the only member of their organisation.
async fn holders(demo: &Demo, like: &Actor, count: usize) -> anyhow::Result<Vec<Holder>> {
    let cx = &demo.app.cx;
    let model = store::account::by_id(&cx.db, like.account).await?.context("the applicant's account")?;
    let body = organisation::by_siret(&cx.db, &Siret::parse(SIRET)?).await?.and_then(|found| found.establishment).context("the applicant's body")?;
    let tx = cx.begin().await?;
    let mut holders = Vec::with_capacity(count);
    for number in 0..count {
        let email = format!("agent{number}@copies.example");
        let account = Account { id: cx.new_id(), email, family_name: format!("Roux {number}"), ..model.clone() };
        anyhow::ensure!(store::account::create(&tx, &account, cx.now()).await?, "the copies are there already");
        store::demonstration::add_account(&tx, account.id).await?;
        let siret = siret(number).context("a number of an establishment")?;
        let establishment = domain::organisation::Establishment { siret: siret.clone(), name: format!("Commune n° {number}"), ..body.clone() };
        let organisation = organisation::upsert(&tx, cx.new_id(), &siret, Some(&establishment), cx.now()).await?.id;
        organisation::join(&tx, account.id, organisation, true, cx.now()).await?;
        holders.push(Holder { account, organisation });
    }
    tx.commit().await?;
    Ok(holders)
}

/// The SIRET of another establishment of the applicant’s organisation: its SIREN, four digits, and the digit that makes it valid.
fn siret(number: usize) -> Option<Siret> {
    let siren = SIRET.get(..9)?;
    (0..10).find_map(|check| Siret::parse(&format!("{siren}{:04}{check}", 1_000 + number)).ok())
}
