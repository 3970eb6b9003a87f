//! One decision on several requests, where their service allows it. Each request is decided by itself, on the version that was
//! ticked; a report says what was done and what was not.

use domain::{
    Hours,
    ids::{AccountId, RequestId},
    queue::{QueueQuery, Tab},
    request::{Decision, TeamRef},
};
use serde::{Deserialize, Serialize};
use store::{
    micros, organisation,
    queue::{self, Row},
};

use super::{
    DecideError, Reviewing,
    decision::{Ruling, checked_reason},
};

/// Maximum number of requests picked at once: a page of the list.
pub const MAX_PICKED: usize = 25;
const AAD: &str = "bulk-result";
/// How long the report can be read again.
const READABLE: Hours = Hours(1);

/// The report, sealed in the address of its page: it is not stored, and nobody can forge one.
#[derive(Serialize, Deserialize)]
struct Account {
    of: AccountId,
    /// Microseconds since the epoch.
    until: i64,
    back: String,
    /// The pick, and why it was left aside.
    done: Vec<(String, Option<String>)>,
}

/// A line that was ticked, as its check box encodes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    pub request: RequestId,
    /// As it was listed.
    pub version: i32,
    pub service: String,
    pub stage: String,
}

impl Pick {
    /// « id:version:service:stage ».
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ':');
        let pick = Self {
            request: parts.next()?.parse().ok()?,
            version: parts.next()?.parse().ok()?,
            service: parts.next()?.to_owned(),
            stage: parts.next()?.to_owned(),
        };
        Some(pick)
    }
}

impl std::fmt::Display for Pick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { request, version, service, stage } = self;
        write!(f, "{request}:{version}:{service}:{stage}")
    }
}

/// One of the requests on the page of confirmation, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    pub pick: Pick,
    pub number: i64,
    pub title: String,
    pub organisation: String,
    pub team: String,
    /// Why it will not be decided with the others, or was not.
    pub obstacle: Option<String>,
}

impl Reviewing<'_> {
    /// The ticked requests that this person still sees, by number.
    pub async fn picked(&self, picks: Vec<Pick>) -> Result<Vec<Picked>, DecideError> {
        let db = &self.room.cx.db;
        let query = QueueQuery { tab: Tab::Teams, ..QueueQuery::default() };
        let ids = picks.iter().map(|pick| pick.request);
        let rows = queue::among(db, &self.scope(&query), ids).await?;
        let names = organisation::by_ids(db, rows.iter().map(|row| row.organisation)).await?;
        let mut picked: Vec<Picked> = picks
            .into_iter()
            .filter_map(|pick| {
                let row = rows.iter().find(|row| row.id == pick.request)?;
                Some(Picked {
                    number: row.number,
                    title: row.title.clone(),
                    organisation: names.iter().find(|one| one.id == row.organisation).map(|one| one.name()).unwrap_or_default(),
                    team: self.room.service(&pick.service).and_then(|s| s.stage(&pick.stage)).map(|s| s.team.clone()).unwrap_or_default(),
                    obstacle: self.obstacle(row, &pick),
                    pick,
                })
            })
            .collect();
        picked.sort_by_key(|one| one.number);
        picked.dedup_by_key(|one| one.pick.request);
        Ok(picked)
    }

    /// The report, sealed for an address.
    pub fn account_of(&self, picked: &[Picked], back: &str) -> Result<String, store::Error> {
        let cx = &self.room.cx;
        let done = picked.iter().map(|one| (one.pick.to_string(), one.obstacle.clone())).collect();
        let account = Account { of: self.actor.account, until: micros(READABLE.after(cx.now())), back: back.to_owned(), done };
        Ok(hex::encode(cx.seal(AAD, &serde_json::to_vec(&account)?)))
    }

    /// Opens a report, for its author and for an hour; with the address of the list it came from.
    pub async fn account(&self, token: &str) -> Result<(Vec<Picked>, String), DecideError> {
        let cx = &self.room.cx;
        let sealed = hex::decode(token).map_err(|_| DecideError::NotFound)?;
        let plain = cx.open(AAD, &sealed).map_err(|_| DecideError::NotFound)?;
        let account: Account = serde_json::from_slice(&plain).map_err(|_| DecideError::NotFound)?;
        if account.of != self.actor.account || account.until <= micros(cx.now()) {
            return Err(DecideError::NotFound);
        }
        let picks = account.done.iter().filter_map(|(pick, _)| Pick::parse(pick)).collect();
        let mut picked = self.picked(picks).await?;
        for one in &mut picked {
            // The obstacle of that time: the decisions have changed the requests since.
            let pick = one.pick.to_string();
            one.obstacle = account.done.iter().find(|(known, _)| *known == pick).and_then(|(_, obstacle)| obstacle.clone());
        }
        Ok((picked, account.back))
    }

    fn obstacle(&self, row: &Row, pick: &Pick) -> Option<String> {
        let holds = row.turns.iter().any(|turn| turn.service == pick.service && turn.stage == pick.stage);
        let sentence = if row.version != pick.version || !holds {
            "Elle a changé depuis que vous l’avez cochée."
        } else if !self.actor.reviews_stage(&pick.service, &pick.stage) {
            "Elle n’attend pas votre équipe."
        } else if !self.decides_in_bulk(&pick.service) {
            "Ce service veut une décision par demande."
        } else {
            return None;
        };
        Some(sentence.to_owned())
    }

    /// Refusals are not taken in bulk, because each has its own reasons. Nor are changes withdrawn in bulk: they were asked for on
    /// one request by mistake.
    pub async fn decide_many(&self, picks: Vec<Pick>, decision: Decision, reason: &str) -> Result<Vec<Picked>, DecideError> {
        if matches!(decision, Decision::Refuse | Decision::WithdrawChanges) {
            return Err(DecideError::NotYourTurn);
        }
        self.in_person()?;
        checked_reason(reason, decision.needs_reason())?;
        let mut picked = self.picked(picks).await?;
        for one in &mut picked {
            let team = TeamRef { service: &one.pick.service, stage: &one.pick.stage };
            let ruling = Ruling { team: Some(team), decision, reason, seen: one.pick.version };
            if one.obstacle.is_some() {
                // Decided already, by the same form sent before: no obstacle.
                if self.decided_already(one.pick.request, ruling).await?.is_some() {
                    one.obstacle = None;
                }
                continue;
            }
            one.obstacle = match self.decide(one.pick.request, ruling).await {
                Ok(_) => None,
                Err(DecideError::Store(error)) => return Err(error.into()),
                Err(error) => Some(obstacle_of(&error)),
            };
        }
        Ok(picked)
    }
}

fn obstacle_of(error: &DecideError) -> String {
    let of_a_list = match error {
        DecideError::SamePerson => Some("Vous avez validé une étape de cette demande\u{a0}: la suivante revient à une autre personne."),
        DecideError::NotFound => Some("Elle n’est plus dans vos demandes."),
        _ => None,
    };
    let own = of_a_list.map(str::to_owned).or_else(|| error.sentence());
    own.unwrap_or_else(|| "Elle a changé depuis que vous l’avez cochée.".to_owned())
}
