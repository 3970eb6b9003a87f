//! « Êtes-vous éligible ? »: from four answers to what to file, or why not. Sources: arrêté du 8 novembre 2018
//! relatif à FranceConnect; CRPA art. L114-8 (exchanges between administrations).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    Particulier,
    Administration,
    SocietePrivee,
    DejaPartenaire,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Vendor {
    /// The vendor of the online service has implemented FranceConnect.
    Implements,
    DoesNot,
    /// The organisation develops its own service.
    InHouse,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    pub who: Option<Who>,
    pub has_franceconnect: Option<bool>,
    pub vendor: Option<Vendor>,
    pub several_services: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A question is still open.
    Incomplete,
    /// A citizen uses FranceConnect, and does not ask for it.
    Citizen,
    /// Private organisations: only where a text requires the identity to be verified, or for an address change.
    PrivateBody,
    /// Sign in and go on.
    Partner,
    /// A request for FranceConnect and one for the data.
    TwoRequests,
    /// FranceConnect is already in use: the data alone.
    OneRequest,
    /// The vendor's model covers both in one file.
    VendorModel,
    /// The vendor must implement FranceConnect first.
    ContactVendor,
    /// Several services: people help in person.
    PersonalSupport,
}

impl Who {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "particulier" => Some(Self::Particulier),
            "administration" => Some(Self::Administration),
            "societe" => Some(Self::SocietePrivee),
            "partenaire" => Some(Self::DejaPartenaire),
            _ => None,
        }
    }
}

impl Vendor {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "oui" => Some(Self::Implements),
            "non" => Some(Self::DoesNot),
            "interne" => Some(Self::InHouse),
            _ => None,
        }
    }
}

pub fn outcome(answers: Answers) -> Outcome {
    match answers.who {
        None => Outcome::Incomplete,
        Some(Who::Particulier) => Outcome::Citizen,
        Some(Who::SocietePrivee) => Outcome::PrivateBody,
        Some(Who::DejaPartenaire) => Outcome::Partner,
        Some(Who::Administration) => match (answers.several_services, answers.has_franceconnect, answers.vendor) {
            (Some(true), _, _) => Outcome::PersonalSupport,
            (Some(false), Some(true), Some(Vendor::Implements | Vendor::InHouse)) => Outcome::OneRequest,
            (Some(false), Some(_), Some(Vendor::DoesNot)) => Outcome::ContactVendor,
            (Some(false), Some(false), Some(Vendor::Implements)) => Outcome::VendorModel,
            (Some(false), Some(false), Some(Vendor::InHouse)) => Outcome::TwoRequests,
            _ => Outcome::Incomplete,
        },
    }
}

impl Outcome {
    /// The slugs of the services to ask for, in order.
    pub fn requests(self) -> &'static [&'static str] {
        match self {
            Self::TwoRequests => &["franceconnect", "api-particulier"],
            // The vendor's form asks for both at once.
            Self::OneRequest | Self::VendorModel => &["api-particulier"],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decision_table() {
        let body = Some(Who::Administration);
        for (who, fc, vendor, several, expected) in [
            (None, None, None, None, Outcome::Incomplete),
            (Some(Who::Particulier), None, None, None, Outcome::Citizen),
            (Some(Who::SocietePrivee), None, None, None, Outcome::PrivateBody),
            (Some(Who::DejaPartenaire), None, None, None, Outcome::Partner),
            (body, None, None, None, Outcome::Incomplete),
            (body, Some(false), Some(Vendor::InHouse), None, Outcome::Incomplete),
            (body, None, None, Some(true), Outcome::PersonalSupport),
            (body, Some(false), Some(Vendor::InHouse), Some(false), Outcome::TwoRequests),
            (body, Some(false), Some(Vendor::Implements), Some(false), Outcome::VendorModel),
            (body, Some(false), Some(Vendor::DoesNot), Some(false), Outcome::ContactVendor),
            (body, Some(true), Some(Vendor::InHouse), Some(false), Outcome::OneRequest),
            (body, Some(true), Some(Vendor::Implements), Some(false), Outcome::OneRequest),
            (body, Some(true), Some(Vendor::DoesNot), Some(false), Outcome::ContactVendor),
        ] {
            let answers = Answers { who, has_franceconnect: fc, vendor, several_services: several };
            assert_eq!(outcome(answers), expected, "{answers:?}");
        }
    }
}
