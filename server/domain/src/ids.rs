//! Typed identifiers (UUID v7 inside), so that the id of an account cannot be used as that of a request.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Entropy;

/// Mints a UUID v7 (RFC 9562 §5.7) from the given instant and randomness.
pub fn mint(now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0u8; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A UUID v8 made of these bytes (RFC 9562 §5.8): the same bytes give the same identifier.
pub fn named(bytes: [u8; 16]) -> Uuid {
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

pub trait TypedId: Copy {
    fn from_uuid(uuid: Uuid) -> Self;
    fn uuid(self) -> Uuid;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl TypedId for $name {
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn uuid(self) -> Uuid { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )*};
}

ids! {
    AccountId,
    /// A list of files proposed to the archives.
    EliminationId,
    OrganisationId,
    RequestId,
    HabilitationId,
    DocumentId,
    MessageId,
    /// A contact saved by an organisation, to be named in its requests.
    SavedContactId,
    /// A service provider's registration at the broker (the row, not its public `client_id`).
    ClientRowId,
    OutboxId,
    /// One login of a citizen through the broker, from `authorize` to the return to the service.
    FlowId,
    BrokerSessionId,
    /// An authorization code of the broker (the row, not the code).
    CodeId,
    AccessTokenId,
    SigningKeyId,
    SessionId,
    PasskeyId,
    ImpersonationId,
    /// One action done under impersonation.
    ActionId,
    /// A note between the reviewers of a service.
    NoteId,
    /// A remark of a reviewer on one answer.
    RemarkId,
    TemplateId,
    SavedSearchId,
    VendorTicketId,
    /// A request a reviewer prepares for somebody.
    PreparedId,
    ExportId,
}
