//! The one door to a request for those who do not review it: what ties them to it decides how they see it.

use std::collections::HashMap;

use domain::{
    ids::{AccountId, OrganisationId, RequestId, TypedId},
    sight::{Act, Sight, Ties},
};
use sea_orm::entity::prelude::*;

use super::{Line, Request, assemble, entity, with_turns};
use crate::{Result, co_editor, designation, organisation::members};

/// Who looks: the address is confirmed.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    pub account: AccountId,
    pub email: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub request: Request,
    pub sight: Sight,
    /// It left its author once, be it reopened since.
    pub submitted_once: bool,
}

impl Seen {
    pub fn allows(&self, act: Act) -> bool {
        self.sight.allows(act, self.request.stage.state(), self.submitted_once)
    }
}

/// Nothing when it does not exist for this person.
pub async fn seen_by(db: &impl ConnectionTrait, id: RequestId, viewer: Viewer<'_>) -> Result<Option<Seen>> {
    let Some((row, turns)) = with_turns(db, entity::Entity::find_by_id(id.uuid())).await? else { return Ok(None) };
    let submitted_once = row.submitted_at.is_some();
    let door = Door { id, applicant: AccountId(row.applicant_id), organisation: OrganisationId(row.organisation_id), submitted_once };
    let Some(sight) = sights(db, &[door], viewer).await?.remove(&id) else { return Ok(None) };
    Ok(Some(Seen { request: assemble(row, turns)?, sight, submitted_once }))
}

/// Those of these lines that exist for this person.
pub async fn seen_among(db: &impl ConnectionTrait, lines: &[Line], viewer: Viewer<'_>) -> Result<Vec<RequestId>> {
    let door = |line: &Line| {
        let Line { id, applicant, organisation, submitted_at, .. } = *line;
        Door { id, applicant, organisation, submitted_once: submitted_at.is_some() }
    };
    Ok(sights(db, &lines.iter().map(door).collect::<Vec<_>>(), viewer).await?.into_keys().collect())
}

/// What the sight of a request hangs on.
struct Door {
    id: RequestId,
    applicant: AccountId,
    organisation: OrganisationId,
    submitted_once: bool,
}

/// Those that exist for this person, several at once. What a better tie already gives is not asked.
async fn sights(db: &impl ConnectionTrait, doors: &[Door], viewer: Viewer<'_>) -> Result<HashMap<RequestId, Sight>> {
    let others: Vec<&Door> = doors.iter().filter(|door| door.applicant != viewer.account).collect();
    let shared = co_editor::rights(db, others.iter().map(|door| door.id), viewer.account).await?;
    let left: Vec<&Door> = others.into_iter().filter(|door| door.submitted_once && !shared.contains_key(&door.id)).collect();
    let verified = members::verified_among(db, viewer.account, left.iter().map(|door| door.organisation)).await?;
    let named = designation::naming_among(db, left.iter().map(|door| door.id), viewer.email).await?;
    let sight = |door: &Door| {
        let ties = Ties {
            applicant: door.applicant == viewer.account,
            co_editor: shared.get(&door.id).copied(),
            verified_member: verified.contains(&door.organisation),
            named: named.contains(&door.id),
        };
        Some((door.id, ties.sight(door.submitted_once)?))
    };
    Ok(doors.iter().filter_map(sight).collect())
}
