//! Access to a request for anyone who does not review it: it depends on their relation to the request (applicant, co-editor,
//! verified member of the organisation, named contact).

use std::collections::HashMap;

use domain::{
    ids::{AccountId, OrganisationId, RequestId, TypedId},
    sight::{Act, Sight, Ties},
};
use sea_orm::entity::prelude::*;

use super::{Line, Request, assemble, entity, with_turns};
use crate::{Result, co_editor, designation, organisation::members};

/// Who reads the request. The address must be a confirmed one, since it gives access to the requests that name it.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    pub account: AccountId,
    pub email: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub request: Request,
    pub sight: Sight,
    /// Whether it was ever submitted, even if it was reopened since.
    pub submitted_once: bool,
}

impl Seen {
    pub fn allows(&self, act: Act) -> bool {
        self.sight.allows(act, self.request.phase.state(), self.submitted_once)
    }
}

/// `None` when the request does not exist, or this person may not see it.
pub async fn seen_by(db: &impl ConnectionTrait, id: RequestId, viewer: Viewer<'_>) -> Result<Option<Seen>> {
    let Some((row, turns)) = with_turns(db, entity::Entity::find_by_id(id.uuid())).await? else { return Ok(None) };
    let submitted_once = row.submitted_at.is_some();
    let door = Door { id, applicant: AccountId(row.applicant_id), organisation: OrganisationId(row.organisation_id), submitted_once };
    let Some(sight) = sights(db, &[door], viewer).await?.remove(&id) else { return Ok(None) };
    Ok(Some(Seen { request: assemble(row, turns)?, sight, submitted_once }))
}

/// Among these lines, the requests that this person may see.
pub async fn seen_among(db: &impl ConnectionTrait, lines: &[Line], viewer: Viewer<'_>) -> Result<Vec<RequestId>> {
    let door = |line: &Line| {
        let Line { id, applicant, organisation, submitted_at, .. } = *line;
        Door { id, applicant, organisation, submitted_once: submitted_at.is_some() }
    };
    Ok(sights(db, &lines.iter().map(door).collect::<Vec<_>>(), viewer).await?.into_keys().collect())
}

/// What decides who may see a request.
struct Door {
    id: RequestId,
    applicant: AccountId,
    organisation: OrganisationId,
    submitted_once: bool,
}

/// How this person sees each of these requests; those they may not see are left out. Memberships and designations are looked up
/// only where the person is neither the applicant nor a co-editor.
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
