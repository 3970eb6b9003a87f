//! What a service may do, recomputed from its habilitations and told to the broker and the gateway. Data scopes count only while the
//! FranceConnect habilitation is active: the rights are complete once both are approved, in whatever order.

use domain::{
    catalogue::Provision,
    events::{DataRights, Event, ServiceRights},
    ids::RequestId,
};
use store::{
    Cx, Tx, counter,
    habilitation::{self, Habilitation},
    organisation, outbox, request,
};

/// `id` is the request that opens a FranceConnect client; `cause` the request whose page shows the effects. Publishes nothing for a
/// request that was never granted such a client.
pub(crate) async fn publish(cx: &Cx, tx: &Tx, id: RequestId, cause: RequestId) -> Result<(), store::Error> {
    let provision = |one: &Habilitation| cx.catalogue.service(&one.service).map(|service| service.provision);
    let Some(provider) = request::by_id(tx, id).await? else { return Ok(()) };
    let own = habilitation::of_request(tx, id).await?;
    if !own.iter().any(|one| provision(one) == Some(Provision::BrokerClient)) {
        return Ok(());
    }
    let active = own.iter().find(|one| one.is_active() && provision(one) == Some(Provision::BrokerClient));
    let inconsistent = || store::Error::Inconsistent { table: "request", id: id.to_string() };
    let body = organisation::by_id(tx, provider.organisation).await?.ok_or_else(inconsistent)?;
    let relying = habilitation::active_relying_on(tx, id).await?;
    let granted_together = own.iter().filter(|one| one.is_active() && provision(one) == Some(Provision::DataScopes));
    let data = granted_together
        .chain(&relying)
        .map(|granted| DataRights {
            habilitation: granted.id,
            catalogue_service: granted.service.clone(),
            siret: body.siret.clone(),
            scopes: granted.scopes.clone(),
        })
        .collect();
    let rights = ServiceRights {
        request: id,
        revision: counter::next(tx, "rights").await?,
        habilitation: active.map(|one| one.id),
        service_name: active.map_or(provider.title, |one| one.title.clone()),
        organisation_name: body.name(),
        siret: body.siret.clone(),
        identity_scopes: active.map(|one| one.scopes.clone()).unwrap_or_default(),
        data,
    };
    outbox::publish(cx, tx, Some(cause), &Event::RightsChanged(rights)).await
}
