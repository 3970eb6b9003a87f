//! What a partner sees of the gateway, from a missing token to a masked answer.

use std::time::Duration;

use domain::ports::Environment;
use gateway::{Answer, Call};
use serde_json::json;

use crate::common::{Bench, CLIENT, OTHER_SIRET, SIRET, angela, data, qf_call, register, shipped_sandbox, to_us};

const ALL: &[&str] = &["openid", "cnaf_quotient_familial", "cnaf_allocataires", "cnaf_enfants", "cnaf_adresse"];

fn simple(answer: &Answer) -> (u16, Option<&str>) {
    (answer.status, answer.code())
}

fn keys(answer: &Answer) -> Vec<&str> {
    answer.body["data"].as_object().map(|data| data.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[tokio::test]
async fn the_quotient_familial_of_angela_reaches_the_service() {
    let bench = Bench::new(shipped_sandbox()).await;
    let habilitation = bench.grant(ALL).await;
    let answer = bench.qf(&bench.angela(ALL), &to_us("")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["data"]["quotient_familial"]["valeur"], 650);
    assert_eq!(answer.body["data"]["enfants"].as_array().unwrap().len(), 2);
    assert_eq!((answer.header("content-type"), answer.header("cache-control")), (Some("application/vnd.api+json"), Some("no-store")));
    assert_eq!((answer.header("ratelimit-limit"), answer.header("ratelimit-remaining")), (Some("20"), Some("19")));
    let now = bench.fixture.cx.now().as_second();
    assert_eq!(answer.header("ratelimit-reset"), Some((now + 1).to_string().as_str()));

    let calls = store::call::recent_of_client(&bench.fixture.cx.db, CLIENT, 10).await.unwrap();
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!((call.habilitation, call.status, call.code.as_deref()), (Some(habilitation), 200, None));
    assert_eq!((call.endpoint.as_str(), call.environment), ("v3/dss/quotient_familial/france_connect", Environment::Sandbox));
    assert_eq!(answer.header("x-request-id"), Some(call.request_id.to_string().as_str()));
}

#[tokio::test]
async fn only_what_both_the_token_and_the_habilitation_hold_comes_back() {
    for (granted, token, expected) in [
        (ALL, &["cnaf_quotient_familial"][..], &["quotient_familial"][..]),
        (&["cnaf_quotient_familial"], ALL, &["quotient_familial"]),
        (&["cnaf_quotient_familial", "cnaf_enfants"], &["cnaf_enfants", "cnaf_adresse"], &["enfants"]),
        (ALL, ALL, &["adresse", "allocataires", "enfants", "quotient_familial"]),
    ] {
        let bench = Bench::new(shipped_sandbox()).await;
        bench.grant(granted).await;
        let answer = bench.qf(&bench.angela(token), &to_us("")).await;
        assert_eq!((answer.status, keys(&answer).as_slice()), (200, expected), "{granted:?} ∩ {token:?}");
    }
}

#[tokio::test]
async fn without_a_common_scope_the_missing_ones_are_named() {
    for (granted, token, missing, place) in [
        (&["cnaf_quotient_familial"][..], &["openid", "cnaf_adresse"][..], json!(["cnaf_quotient_familial"]), "token"),
        (&["cnous_email"], ALL, json!(["cnaf_adresse", "cnaf_allocataires", "cnaf_enfants", "cnaf_quotient_familial"]), "habilitation"),
    ] {
        let bench = Bench::new(shipped_sandbox()).await;
        bench.grant(granted).await;
        let answer = bench.qf(&bench.angela(token), &to_us("")).await;
        assert_eq!(simple(&answer), (403, Some("00100")));
        let meta = answer.body.pointer("/errors/0/meta").unwrap();
        assert_eq!((&meta["missing_scopes"], meta["missing_in"].as_str()), (&missing, Some(place)));
    }
}

#[tokio::test]
async fn a_credential_is_asked_for_in_the_header_alone() {
    let bench = Bench::new(shipped_sandbox()).await;
    bench.grant(ALL).await;
    let token = bench.angela(ALL);
    for (header, query, expected) in [
        (None, to_us(""), (401, Some("00101"))),
        (None, to_us(&format!("&token={token}")), (401, Some("00101"))),
        (Some("Bearer"), to_us(""), (401, Some("50001"))),
        (Some("Basic YTpi"), to_us(""), (401, Some("50001"))),
        (Some("Bearer inconnu"), to_us(""), (401, Some("50002"))),
    ] {
        let answer = bench.gateway.call(qf_call(header, &query)).await;
        assert_eq!(simple(&answer), expected, "{header:?} {query}");
        assert!(answer.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer ")));
        assert!(answer.header("x-request-id").is_some() && answer.header("ratelimit-limit").is_none());
    }
    let since = bench.fixture.cx.now();
    assert_eq!(store::call::count_since(&bench.fixture.cx.db, since).await.unwrap(), 5, "refused calls are recorded too");
}

#[tokio::test]
async fn a_token_expires_and_stays_in_its_environment() {
    let bench = Bench::new(shipped_sandbox()).await;
    bench.grant(ALL).await;
    let token = bench.angela(ALL);
    let header = format!("Bearer {token}");
    let query = to_us("");
    let production = bench.gateway.call(Call { environment: Environment::Production, ..qf_call(Some(&header), &query) }).await;
    assert_eq!(simple(&production), (401, Some("50002")));
    bench.fixture.clock.advance(Duration::from_secs(59));
    assert_eq!(bench.qf(&token, &query).await.status, 200);
    bench.fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(simple(&bench.qf(&token, &query).await), (401, Some("50002")));
    bench.tokens.break_down();
    assert_eq!(simple(&bench.qf(&token, &query).await), (502, Some("51001")));
}

#[tokio::test]
async fn a_service_without_an_active_habilitation_is_told_whom_to_ask() {
    let bench = Bench::new(shipped_sandbox()).await;
    let no_link = bench.qf(&bench.angela(ALL), &to_us("")).await;
    assert_eq!(simple(&no_link), (403, Some("00110")));
    assert_eq!(no_link.body.pointer("/errors/0/meta/support"), Some(&json!("support@particulier.api.gouv.fr")));

    bench.grant(ALL).await;
    let token = bench.angela(ALL);
    assert_eq!(bench.qf(&token, &to_us("")).await.status, 200);
    bench.apply(Vec::new()).await;
    assert_eq!(simple(&bench.qf(&token, &to_us("")).await), (403, Some("00110")), "a revocation is seen at the next call");

    bench.tokens.issue(Environment::Sandbox, "autre", "client-inconnu", ALL, angela());
    assert_eq!(simple(&bench.qf("autre", &to_us("")).await), (403, Some("00110")));
}

#[tokio::test]
async fn a_change_of_scopes_is_seen_at_the_next_call() {
    let bench = Bench::new(shipped_sandbox()).await;
    let habilitation = bench.grant(ALL).await;
    let token = bench.angela(ALL);
    assert!(keys(&bench.qf(&token, &to_us("")).await).contains(&"adresse"));
    bench.apply(vec![data(habilitation, SIRET, &["cnaf_quotient_familial"])]).await;
    assert_eq!(keys(&bench.qf(&token, &to_us("")).await), ["quotient_familial"]);
}

#[tokio::test]
async fn the_recipient_is_the_body_that_was_granted_the_data() {
    let bench = Bench::new(shipped_sandbox()).await;
    bench.grant(ALL).await;
    let token = bench.angela(ALL);
    for (query, expected) in [
        (String::new(), (422, Some("00210"))),
        ("recipient=13002526500014".to_owned(), (422, Some("00210"))),
        ("recipient=%00".to_owned(), (422, Some("00210"))),
        (format!("recipient={OTHER_SIRET}"), (403, Some("00214"))),
        (to_us(""), (200, None)),
    ] {
        let answer = bench.qf(&token, &query).await;
        assert_eq!(simple(&answer), expected, "{query}");
        if answer.status != 200 {
            assert_eq!(answer.body.pointer("/errors/0/source/parameter"), Some(&json!("recipient")));
        }
    }
}

#[tokio::test]
async fn of_two_habilitations_the_one_of_the_recipient_answers() {
    let bench = Bench::new(shipped_sandbox()).await;
    let (ours, theirs) = (bench.fixture.cx.new_id(), bench.fixture.cx.new_id());
    bench.apply(vec![data(ours, SIRET, &["cnaf_quotient_familial"]), data(theirs, OTHER_SIRET, &["cnaf_adresse"])]).await;
    let token = bench.angela(ALL);
    assert_eq!(keys(&bench.qf(&token, &to_us("")).await), ["quotient_familial"]);
    bench.fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(keys(&bench.qf(&token, &format!("recipient={OTHER_SIRET}")).await), ["adresse"]);
    let calls = store::call::recent_of_client(&bench.fixture.cx.db, CLIENT, 2).await.unwrap();
    assert_eq!(calls.iter().map(|call| call.habilitation).collect::<Vec<_>>(), [Some(theirs), Some(ours)]);
}

#[tokio::test]
async fn months_are_validated_and_answered_one_by_one() {
    let bench = Bench::new(shipped_sandbox()).await;
    bench.grant(ALL).await;
    let token = bench.angela(ALL);
    for (rest, expected) in [
        ("&annee=2026&mois=9", 712),
        ("&mois=09", 712),
        ("&mois=8", 650),
        ("&annee=2025&mois=9", 650),
        ("&nomNaissance=MERCIER&prenoms[]=Pierre", 650),
    ] {
        let answer = bench.qf(&token, &to_us(rest)).await;
        assert_eq!(answer.body["data"]["quotient_familial"]["valeur"], expected, "{rest}");
    }
    for (rest, code) in [("&mois=13", "00354"), ("&mois=12", "00354"), ("&annee=2023", "00356"), ("&annee=x", "00353")] {
        assert_eq!(simple(&bench.qf(&token, &to_us(rest)).await), (422, Some(code)), "{rest}");
    }
    assert_eq!(bench.qf(&token, &to_us("&annee=1&mois=99")).await.body["errors"].as_array().unwrap().len(), 2);
    assert_eq!(simple(&bench.qf(&token, &to_us(&"&x".repeat(3000))).await), (414, Some("00414")));
}

#[tokio::test]
async fn the_failures_of_a_provider_come_through() {
    let bench = Bench::new(shipped_sandbox()).await;
    bench.grant(ALL).await;
    let mut stranger = angela();
    stranger.family_name = "INCONNUE".to_owned();
    assert_eq!(simple(&bench.qf(&bench.token(ALL, stranger), &to_us("")).await), (404, Some("35003")));
    let mut mario = angela();
    mario.family_name = "Brosse".to_owned();
    mario.given_names = vec!["Mario".to_owned()];
    mario.gender = domain::pivot::Gender::Male;
    mario.birthdate = domain::pivot::PartialDate::parse("1981-02-03").unwrap();
    mario.birthplace = "2A004".to_owned();
    let maintenance = bench.qf(&bench.token(ALL, mario), &to_us("")).await;
    assert_eq!((simple(&maintenance), maintenance.header("retry-after")), ((503, Some("35020")), Some("300")));
}

#[tokio::test]
async fn the_twenty_first_call_of_a_second_is_refused() {
    let bench = Bench::new(shipped_sandbox()).await;
    bench.grant(ALL).await;
    // Another token each time: the count is the habilitation's.
    for _ in 0..20 {
        assert_eq!(bench.qf(&bench.angela(ALL), &to_us("")).await.status, 200);
    }
    let refused = bench.qf(&bench.angela(ALL), &to_us("")).await;
    assert_eq!(simple(&refused), (429, Some("00429")));
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-remaining")), (Some("1"), Some("0")));

    let other = register(&bench.fixture, "client-autre").await;
    let mut rights = bench.rights(1, vec![data(bench.fixture.cx.new_id(), SIRET, ALL)]);
    rights.request = other;
    bench.gateway.on_rights_changed(&rights).await.unwrap();
    bench.tokens.issue(Environment::Sandbox, "autre", "client-autre", ALL, angela());
    assert_eq!(bench.qf("autre", &to_us("")).await.status, 200, "another habilitation is not slowed down");

    bench.fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(bench.qf(&bench.angela(ALL), &to_us("")).await.status, 200);
}

#[tokio::test]
async fn an_address_that_does_not_exist_says_so() {
    let bench = Bench::new(shipped_sandbox()).await;
    for (call, expected) in [
        (Call { version: 9, ..qf_call(None, "") }, (404, Some("00402"))),
        (Call { path: "dss/inconnu", ..qf_call(None, "") }, (404, Some("00404"))),
        (Call { path: "", ..qf_call(None, "") }, (404, Some("00404"))),
        (Call { modality: "identite", ..qf_call(None, "") }, (404, Some("00404"))),
        (Call { modality: "…", ..qf_call(None, "") }, (404, Some("00404"))),
    ] {
        assert_eq!(simple(&bench.gateway.call(call).await), expected);
    }
    assert_eq!(simple(&bench.gateway.unknown_path()), (404, Some("00404")));
    let production = Environment::Production;
    bench.tokens.issue(production, "p", CLIENT, ALL, angela());
    let query = to_us("");
    let answer = bench.gateway.call(Call { environment: production, ..qf_call(Some("Bearer p"), &query) }).await;
    assert_eq!(simple(&answer), (403, Some("00110")), "a client of the sandbox is unknown in production");
}

#[tokio::test]
async fn fifty_citizens_at_once_are_all_answered() {
    let bench = Bench::new(shipped_sandbox()).await;
    // Three habilitations, so that the limit of one is not reached.
    let mut sirets = [SIRET, OTHER_SIRET, "35600000000048"];
    bench.apply(sirets.iter().map(|siret| data(bench.fixture.cx.new_id(), siret, ALL)).collect()).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (gateway, token) = (bench.gateway.clone(), bench.angela(ALL));
        sirets.rotate_left(1);
        let query = format!("recipient={}", sirets[0]);
        running.spawn(async move { gateway.call(qf_call(Some(&format!("Bearer {token}")), &query)).await.status });
    }
    assert_eq!(running.join_all().await, vec![200; 50]);
}
