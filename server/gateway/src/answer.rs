//! The answer to a call, before it becomes an HTTP response.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{limiter::Quota, refusal::Refusal};

pub const CONTENT_TYPE: &str = "application/vnd.api+json";

#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    pub body: Value,
}

impl Answer {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        let headers = vec![("content-type", CONTENT_TYPE.to_owned()), ("cache-control", "no-store".to_owned())];
        Self { status, headers, body }
    }

    pub(crate) fn refusal(refusal: &Refusal) -> Self {
        let errors: Vec<Value> = refusal.errors.iter().map(|error| error.to_json()).collect();
        let mut answer = Self::new(refusal.status, json!({ "errors": errors }));
        answer.headers.extend(refusal.headers.iter().cloned());
        answer
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The code of the first error.
    pub fn code(&self) -> Option<&str> {
        self.body.pointer("/errors/0/code")?.as_str()
    }

    pub(crate) fn with_quota(mut self, quota: &Quota) -> Self {
        self.headers.push(("ratelimit-limit", quota.limit.to_string()));
        self.headers.push(("ratelimit-remaining", quota.remaining.to_string()));
        self.headers.push(("ratelimit-reset", quota.reset.to_string()));
        self
    }

    pub(crate) fn with_request_id(mut self, id: Uuid) -> Self {
        self.headers.push(("x-request-id", id.to_string()));
        self
    }

    /// Adds `retry-after` when the payload says in how many seconds to try again.
    pub(crate) fn with_retry_in(mut self) -> Self {
        if let Some(seconds) = self.body.pointer("/errors/0/meta/retry_in").and_then(Value::as_u64) {
            self.headers.push(("retry-after", seconds.to_string()));
        }
        self
    }
}
