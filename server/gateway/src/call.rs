//! One data call, from the checking of its token to the record of its outcome.

use std::{collections::BTreeSet, time::Instant};

use domain::{
    endpoint::{Endpoint, Modality},
    ids::HabilitationId,
    ports::{Environment, Introspection},
};
use store::{client, grant::Grant};
use uuid::Uuid;

use crate::{Answer, Gateway, REALM, limiter::Quota, mask::mask, query::Query, refusal::Refusal};

/// Bytes; our own tokens have 64.
const LONGEST_TOKEN: usize = 4096;

/// What the caller sent.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub environment: Environment,
    /// `3` in `/v3/…`.
    pub version: u32,
    /// Without version nor modality: `dss/quotient_familial`.
    pub path: &'a str,
    /// The last segment: `france_connect`.
    pub modality: &'a str,
    /// The `Authorization` header as it came; one that is not text is given as empty.
    pub authorization: Option<&'a str>,
    /// The query string, without the question mark.
    pub query: &'a str,
}

/// What is known of a call when it ends, however it ends.
#[derive(Default)]
struct Trace {
    client_id: Option<String>,
    habilitation: Option<HabilitationId>,
    quota: Option<Quota>,
}

impl Gateway {
    /// Always an answer: data, or the reason why not. A call to a mounted endpoint is recorded before it is
    /// answered; without a record there is no data.
    pub async fn call(&self, call: Call<'_>) -> Answer {
        let started = Instant::now();
        let request_id = domain::ids::mint(self.cx.now(), self.cx.entropy.as_ref());
        let mut trace = Trace::default();
        let answer = match self.mounted(&call) {
            Err(refusal) => Answer::refusal(&refusal),
            Ok((endpoint, modality)) => {
                let outcome = self.attempt(&call, endpoint, modality, &mut trace).await;
                let answer = outcome.unwrap_or_else(|refusal| Answer::refusal(&refusal));
                let recorded = self.record(&call, endpoint, &trace, &answer, request_id, started).await;
                recorded.map_or_else(|error| Answer::refusal(&error.into()), |()| answer)
            }
        };
        let answer = match &trace.quota {
            Some(quota) => answer.with_quota(quota),
            None => answer,
        };
        answer.with_request_id(request_id)
    }

    /// The answer to a path that is not of the form `/v{n}/{path}/{modality}`.
    pub fn unknown_path(&self) -> Answer {
        Answer::refusal(&Refusal::unknown_endpoint()).with_request_id(domain::ids::mint(self.cx.now(), self.cx.entropy.as_ref()))
    }

    fn mounted(&self, call: &Call<'_>) -> Result<(&Endpoint, Modality), Refusal> {
        let modality = Modality::parse(call.modality).ok_or_else(Refusal::unknown_endpoint)?;
        let candidates =
            || self.cx.catalogue.endpoints().iter().filter(|endpoint| endpoint.path == call.path && endpoint.modalities.contains(&modality));
        if let Some(endpoint) = candidates().find(|endpoint| endpoint.version == call.version) {
            return Ok((endpoint, modality));
        }
        let versions: Vec<u32> = candidates().map(|endpoint| endpoint.version).collect();
        Err(if versions.is_empty() { Refusal::unknown_endpoint() } else { Refusal::unsupported_version(&versions) })
    }

    async fn attempt(&self, call: &Call<'_>, endpoint: &Endpoint, modality: Modality, trace: &mut Trace) -> Result<Answer, Refusal> {
        let query = Query::parse(call.query)?;
        let token = bearer(call.authorization, query.names("token"))?;
        let holder = self.introspect(call.environment, token).await?;
        trace.client_id = Some(holder.client_id.clone());
        let grants = self.grants(call.environment, &holder.client_id).await?;
        let (grant, opened) = choose(endpoint, &holder, &grants, &query)?;
        trace.habilitation = Some(grant.habilitation);
        trace.quota = self.limiter.as_ref().map(|limiter| limiter.take(grant.habilitation, self.cx.now()));
        if let Some(quota) = trace.quota.filter(|quota| quota.exceeded) {
            return Err(Refusal::too_many(quota.reset - self.cx.now().as_second()));
        }
        let business = query.business(endpoint, self.cx.now())?;
        if call.environment == Environment::Production {
            return Err(Refusal::provider_not_connected(endpoint));
        }
        let case = self.sandbox.answer(endpoint, modality, &holder.identity, &business).ok_or_else(|| Refusal::not_found(endpoint))?;
        Ok(Answer::new(case.status, mask(endpoint, &opened, case.payload.clone())).with_retry_in())
    }

    async fn introspect(&self, environment: Environment, token: &str) -> Result<Introspection, Refusal> {
        match self.tokens.introspect(environment, token).await {
            Ok(Some(holder)) if holder.expires_at > self.cx.now() => Ok(holder),
            Ok(_) => Err(Refusal::token_unknown()),
            Err(error) => {
                tracing::warn!(error = %error, "an access token could not be verified");
                Err(Refusal::franceconnect_down())
            }
        }
    }

    /// The active grants behind a FranceConnect client; never empty.
    async fn grants(&self, environment: Environment, client_id: &str) -> Result<Vec<Grant>, Refusal> {
        let client = client::by_client_id(&self.cx.db, REALM, environment, client_id).await?;
        let request = client.filter(|client| client.active).and_then(|client| client.request);
        let grants = match request {
            Some(request) => store::grant::active_of_request(&self.cx.db, request).await?,
            None => Vec::new(),
        };
        if grants.is_empty() {
            let support = self.cx.catalogue.service("api-particulier").map(|service| service.support_email.as_str());
            return Err(Refusal::no_habilitation(support));
        }
        Ok(grants)
    }

    async fn record(
        &self,
        call: &Call<'_>,
        endpoint: &Endpoint,
        trace: &Trace,
        answer: &Answer,
        request_id: Uuid,
        started: Instant,
    ) -> store::Result<()> {
        let row = store::call::Call {
            id: domain::ids::mint(self.cx.now(), self.cx.entropy.as_ref()),
            at: self.cx.now(),
            environment: call.environment,
            habilitation: trace.habilitation,
            client_id: trace.client_id.clone(),
            endpoint: format!("v{}/{}/{}", endpoint.version, endpoint.path, call.modality),
            status: answer.status,
            code: answer.code().map(str::to_owned),
            request_id,
            duration_micros: i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX),
        };
        let tx = self.cx.begin().await?;
        store::call::record(&tx, row).await?;
        tx.commit().await
    }
}

/// RFC 6750 §2.1; the scheme is case-insensitive (RFC 9110 §11.1).
fn bearer(authorization: Option<&str>, in_query: bool) -> Result<&str, Refusal> {
    let Some(header) = authorization else { return Err(Refusal::token_missing(in_query)) };
    let (scheme, token) = header.trim().split_once(' ').ok_or_else(Refusal::token_malformed)?;
    let token = token.trim_start();
    let readable = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte));
    if scheme.eq_ignore_ascii_case("bearer") && (1..=LONGEST_TOKEN).contains(&token.len()) && readable {
        Ok(token)
    } else {
        Err(Refusal::token_malformed())
    }
}

/// The grant this call is made under, and the scopes that both it and the token hold. When an organisation was granted the endpoint twice, the
/// grant that opens most.
fn choose<'a>(endpoint: &'a Endpoint, holder: &Introspection, grants: &'a [Grant], query: &Query) -> Result<(&'a Grant, BTreeSet<&'a str>), Refusal> {
    let token: BTreeSet<&str> = holder.scopes.iter().map(String::as_str).collect();
    let granted = |grant: &'a Grant| endpoint.opened_by(&grant.scopes.iter().map(String::as_str).collect());
    let open = |grant: &'a Grant| (grant, granted(grant).into_iter().filter(|scope| token.contains(scope)).collect::<BTreeSet<_>>());
    let opening: Vec<_> = grants.iter().map(open).filter(|(_, opened)| !opened.is_empty()).collect();
    if opening.is_empty() {
        return Err(Refusal::scopes(endpoint, &grants.iter().flat_map(granted).collect()));
    }
    let recipient = query.recipient()?;
    let ours = opening.into_iter().filter(|(grant, _)| grant.siret == recipient);
    ours.max_by_key(|(_, opened)| opened.len()).ok_or_else(Refusal::recipient_not_granted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials() {
        let long = format!("Bearer {}", "a".repeat(LONGEST_TOKEN + 1));
        for (header, expected) in [
            (None, Err("00101")),
            (Some(""), Err("50001")),
            (Some("Bearer"), Err("50001")),
            (Some("Bearer "), Err("50001")),
            (Some("Basic YTpi"), Err("50001")),
            (Some("Bearer deux mots"), Err("50001")),
            (Some("Bearer é"), Err("50001")),
            (Some(long.as_str()), Err("50001")),
            (Some("Bearer abc-._~+/="), Ok("abc-._~+/=")),
            (Some("bearer  abc"), Ok("abc")),
        ] {
            let parsed = bearer(header, false);
            let simple = parsed.as_ref().copied().map_err(|refusal| refusal.errors[0].code.as_str());
            assert_eq!(simple, expected, "{header:?}");
        }
    }
}
