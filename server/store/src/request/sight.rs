//! The one door to a request for those who do not review it: what ties them to it decides how they see it.

use domain::{
    ids::{AccountId, OrganisationId, RequestId, TypedId},
    sight::{Act, Sight, Ties},
};
use sea_orm::entity::prelude::*;

use super::{Request, assemble, entity, with_turns};
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
    let organisation = OrganisationId(row.organisation_id);
    let mut ties = Ties { applicant: row.applicant_id == viewer.account.uuid(), ..Ties::default() };
    if !ties.applicant {
        ties.co_editor = co_editor::rights(db, id, viewer.account).await?;
    }
    // What the better tie already gives is not asked.
    if submitted_once && ties.sight(true).is_none() {
        ties.verified_member = members::is_verified(db, viewer.account, organisation).await?;
        ties.named = designation::is_named(db, id, viewer.email).await?;
    }
    let Some(sight) = ties.sight(submitted_once) else { return Ok(None) };
    Ok(Some(Seen { request: assemble(row, turns)?, sight, submitted_once }))
}
