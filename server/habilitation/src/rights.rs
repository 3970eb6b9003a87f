//! What a service may do, recomputed from its habilitations and told to the broker and the gateway. Data scopes
//! count only while the FranceConnect habilitation is active: whichever of the two is approved last, the rights
//! are complete then.

use domain::{
    events::{DataRights, Event, ServiceRights},
    ids::RequestId,
};
use store::{Cx, Tx, counter, habilitation, organisation, outbox, request};

/// `service` is the FranceConnect request; `cause` the request whose page shows the effects.
pub(crate) async fn publish(cx: &Cx, tx: &Tx, service: RequestId, cause: RequestId) -> Result<(), store::Error> {
    let Some(provider) = request::by_id(&**tx, service).await? else { return Ok(()) };
    let Some(active) = habilitation::active_of_request(&**tx, service).await? else { return Ok(()) };
    let inconsistent = || store::Error::Inconsistent { table: "request", id: service.to_string() };
    let body = organisation::by_id(&**tx, provider.organisation).await?.ok_or_else(inconsistent)?;
    let mut data = Vec::new();
    for relying in request::approved_relying_on(&**tx, service).await? {
        if let Some(granted) = habilitation::active_of_request(&**tx, relying.id).await? {
            data.push(DataRights {
                habilitation: granted.id,
                catalogue_service: granted.service,
                siret: body.siret.to_string(),
                scopes: granted.scopes,
            });
        }
    }
    let rights = ServiceRights {
        service,
        revision: counter::next(&**tx, "rights").await?,
        habilitation: Some(active.id),
        service_name: provider.title,
        organisation_name: body.name(),
        siret: body.siret.to_string(),
        identity_scopes: active.scopes,
        data,
    };
    outbox::publish(cx, &**tx, Some(cause), &Event::RightsChanged(rights)).await
}
