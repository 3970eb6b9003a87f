//! Events that one crate sends to another through the outbox. Each carries the whole state its consumer needs, with a revision, so that a replay
//! or a late arrival changes nothing.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{AccountId, DocumentId, HabilitationId, RequestId},
    notification::Topic,
    siret::Siret,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    RightsChanged(ServiceRights),
    Mail(Mail),
    Notification(Notification),
    /// An address was typed: whether an account has it is looked up in the background, so that the time of the response does not reveal it.
    AddressTyped(AddressTyped),
    /// Files of the data directory that no row refers to any more.
    FilesDropped {
        names: Vec<String>,
    },
    /// A document waits for the antivirus.
    Scan {
        document: DocumentId,
    },
}

/// Who consumes an outbox row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consumer {
    Broker,
    Gateway,
    Delivery,
    Antivirus,
    Files,
    Accounts,
}

impl Consumer {
    pub const ALL: [Self; 6] = [Self::Accounts, Self::Broker, Self::Gateway, Self::Delivery, Self::Antivirus, Self::Files];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Broker => "broker",
            Self::Gateway => "gateway",
            Self::Delivery => "delivery",
            Self::Antivirus => "antivirus",
            Self::Files => "files",
            Self::Accounts => "accounts",
        }
    }

    /// As the pages of the teams name the effect.
    pub fn label(self) -> &'static str {
        match self {
            Self::Broker => "Client FranceConnect (bac à sable)",
            Self::Gateway => "Droits sur les données",
            Self::Delivery => "Courriels",
            Self::Antivirus => "Analyse antivirus",
            Self::Files => "Fichiers supprimés",
            Self::Accounts => "Comptes",
        }
    }
}

/// The effect of an approval for its applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    UnderWay,
    Done,
    /// Carried out without opening anything: no FranceConnect habilitation is in force.
    Closed,
}

impl Consumer {
    /// `client` when a FranceConnect habilitation is in force, of the request itself or of the one it relies on.
    pub fn opening(self, done: bool, client: bool) -> Opening {
        match self {
            Self::Broker | Self::Gateway if !client => Opening::Closed,
            _ if done => Opening::Done,
            _ => Opening::UnderWay,
        }
    }
}

impl Event {
    pub fn consumers(&self) -> &'static [Consumer] {
        match self {
            Self::RightsChanged(_) => &[Consumer::Broker, Consumer::Gateway],
            Self::Mail(_) | Self::Notification(_) => &[Consumer::Delivery],
            Self::Scan { .. } => &[Consumer::Antivirus],
            Self::FilesDropped { .. } => &[Consumer::Files],
            Self::AddressTyped(_) => &[Consumer::Accounts],
        }
    }
}

/// Everything one service provider may do, worked out again at each approval or revocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRights {
    /// The FranceConnect request: its id names the service for its whole life.
    pub request: RequestId,
    /// Rises with each change; a consumer ignores a lower one.
    pub revision: i64,
    /// The FranceConnect habilitation in force; none once revoked.
    pub habilitation: Option<HabilitationId>,
    pub service_name: String,
    pub organisation_name: String,
    pub siret: Siret,
    /// Scopes of the FranceConnect habilitation.
    pub identity_scopes: Vec<String>,
    /// Habilitations for data that rely on this service; empty while FranceConnect itself is not approved.
    pub data: Vec<DataRights>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRights {
    pub habilitation: HabilitationId,
    /// Catalogue slug: `api-particulier`.
    pub catalogue_service: String,
    pub siret: Siret,
    pub scopes: Vec<String>,
}

impl ServiceRights {
    /// Every scope the broker's client may ask for.
    pub fn all_scopes(&self) -> Vec<String> {
        let mut scopes = self.identity_scopes.clone();
        for scope in self.data.iter().flat_map(|data| &data.scopes) {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        scopes
    }
}

/// A message ready to leave. The body may hold one-time links: it is sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    /// Plain text; links stand alone on their line.
    pub body: String,
    /// The account that typed the address, told when no server accepts the message. `None` for an address that its owner gave.
    #[serde(default)]
    pub author: Option<AccountId>,
}

/// Somebody typed this address, and may not be the reader of its mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressTyped {
    pub email: String,
    pub wish: Wish,
    /// Shortened, as in security events.
    pub network: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    NewPassword,
    Account {
        given_name: String,
        family_name: String,
        /// A path of this site, to go on to once the address is confirmed.
        return_to: Option<String>,
    },
}

/// An optional message: it says how to stop messages of its topic, and is not sent to accounts that did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub mail: Mail,
    pub account: AccountId,
    pub topic: Topic,
    /// Stands in the `List-Unsubscribe` header (RFC 2369) and takes the POST of RFC 8058.
    pub unsubscribe: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_carried_out_without_franceconnect_opens_nothing() {
        for (consumer, done, client, expected) in [
            (Consumer::Broker, false, true, Opening::UnderWay),
            (Consumer::Broker, true, true, Opening::Done),
            (Consumer::Broker, true, false, Opening::Closed),
            (Consumer::Gateway, true, true, Opening::Done),
            (Consumer::Gateway, true, false, Opening::Closed),
            (Consumer::Gateway, false, false, Opening::Closed),
            (Consumer::Delivery, true, false, Opening::Done),
            (Consumer::Delivery, false, false, Opening::UnderWay),
            (Consumer::Antivirus, true, false, Opening::Done),
        ] {
            assert_eq!(consumer.opening(done, client), expected, "{consumer:?} {done} {client}");
        }
    }
}
