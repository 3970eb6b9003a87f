//! Grants follow the rights of a service, whatever the order its events arrive in.

use domain::ids::HabilitationId;
use store::grant;

use crate::common::{Bench, OTHER_SIRET, SIRET, data, shipped_sandbox};

const QF: &[&str] = &["cnaf_quotient_familial"];

async fn active(bench: &Bench) -> Vec<(HabilitationId, Vec<String>, i64)> {
    let grants = grant::active_of_request(&bench.fixture.cx.db, bench.service).await.unwrap();
    grants.into_iter().map(|grant| (grant.habilitation, grant.scopes, grant.revision)).collect()
}

#[tokio::test]
async fn an_approval_opens_a_reopening_changes_a_revocation_closes() {
    let bench = Bench::new(shipped_sandbox()).await;
    let mut ids: [HabilitationId; 3] = std::array::from_fn(|_| bench.fixture.cx.new_id());
    ids.sort();
    let [first, second, third] = ids;
    for (data, expected) in [
        (vec![], vec![]),
        (vec![data(first, SIRET, QF)], vec![(first, QF)]),
        (vec![data(first, SIRET, QF), data(second, OTHER_SIRET, &["cnous_email"])], vec![(first, QF), (second, &["cnous_email"][..])]),
        // A new habilitation supersedes the first.
        (vec![data(second, OTHER_SIRET, QF), data(third, SIRET, &[])], vec![(second, QF), (third, &[])]),
        (vec![data(first, SIRET, QF)], vec![(first, QF)]),
        (vec![], vec![]),
    ] {
        bench.apply(data).await;
        let found = active(&bench).await;
        let found: Vec<(HabilitationId, Vec<&str>)> =
            found.iter().map(|(id, scopes, _)| (*id, scopes.iter().map(String::as_str).collect())).collect();
        assert_eq!(found, expected.into_iter().map(|(id, scopes)| (id, scopes.to_vec())).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_replay_or_a_late_event_changes_nothing() {
    let bench = Bench::new(shipped_sandbox()).await;
    let (first, second) = (bench.fixture.cx.new_id(), bench.fixture.cx.new_id());
    let rights = |revision, data| bench.rights(revision, data);
    bench.gateway.on_rights_changed(&rights(5, vec![data(second, SIRET, QF)])).await.unwrap();
    for late in [rights(5, vec![]), rights(4, vec![data(first, SIRET, QF)]), rights(1, vec![])] {
        bench.gateway.on_rights_changed(&late).await.unwrap();
        assert_eq!(active(&bench).await, [(second, vec![QF[0].to_owned()], 5)]);
    }
    // Revoked: what was open before does not come back with a late event.
    bench.gateway.on_rights_changed(&rights(6, vec![])).await.unwrap();
    bench.gateway.on_rights_changed(&rights(5, vec![data(second, SIRET, QF)])).await.unwrap();
    assert_eq!(active(&bench).await, []);
}

#[tokio::test]
async fn without_franceconnect_no_data() {
    let bench = Bench::new(shipped_sandbox()).await;
    bench.grant(QF).await;
    let mut rights = bench.rights(9, vec![data(bench.fixture.cx.new_id(), SIRET, QF)]);
    rights.habilitation = None;
    bench.gateway.on_rights_changed(&rights).await.unwrap();
    assert_eq!(active(&bench).await, []);
}

#[tokio::test]
async fn events_applied_at_once_leave_the_last_revision() {
    let bench = Bench::new(shipped_sandbox()).await;
    let ids: Vec<HabilitationId> = (0..10).map(|_| bench.fixture.cx.new_id()).collect();
    let mut running = tokio::task::JoinSet::new();
    for (revision, id) in (1..).zip(&ids) {
        let (gateway, rights) = (bench.gateway.clone(), bench.rights(revision, vec![data(*id, SIRET, QF)]));
        running.spawn(async move { gateway.on_rights_changed(&rights).await.is_ok() });
    }
    assert_eq!(running.join_all().await, vec![true; 10]);
    assert_eq!(active(&bench).await, [(ids[9], vec![QF[0].to_owned()], 10)]);
}

#[tokio::test]
async fn old_calls_are_purged() {
    let bench = Bench::new(shipped_sandbox()).await;
    bench.qf("inconnu", "").await;
    let cx = &bench.fixture.cx;
    assert_eq!(store::call::purge_before(&cx.db, cx.now()).await.unwrap(), 0);
    bench.fixture.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(store::call::purge_before(&cx.db, cx.now()).await.unwrap(), 1);
}
