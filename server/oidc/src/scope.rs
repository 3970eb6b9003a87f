//! Scopes, and the claims each identity scope opens.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(String);

impl Scope {
    pub const MAX: usize = 100;

    /// RFC 6749 §3.3.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX).contains(&text.len());
        (fits && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub const OPENID: &str = "openid";

/// An identity scope of the realm `franceconnect` and what it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityScope {
    pub id: &'static str,
    pub claims: &'static [&'static str],
}

macro_rules! scopes {
    ($($id:literal => [$($claim:literal),*];)*) => {
        /// In the order of the published document.
        pub const IDENTITY: &[IdentityScope] = &[$(IdentityScope { id: $id, claims: &[$($claim),*] }),*];
    };
}

scopes! {
    "openid" => ["sub"];
    "profile" => ["given_name", "given_name_array", "family_name", "birthdate", "gender", "preferred_username"];
    "birth" => ["birthplace", "birthcountry"];
    "identite_pivot" => ["given_name", "given_name_array", "family_name", "birthdate", "gender", "birthplace", "birthcountry"];
    "given_name" => ["given_name", "given_name_array"];
    "family_name" => ["family_name"];
    "preferred_username" => ["preferred_username"];
    "birthdate" => ["birthdate"];
    "gender" => ["gender"];
    "birthplace" => ["birthplace"];
    "birthcountry" => ["birthcountry"];
    "email" => ["email"];
    "idp_birthdate" => ["idp_birthdate"];
    "idp_id" => ["idp_id"];
    "amr" => ["amr"];
}

pub fn identity(id: &str) -> Option<&'static IdentityScope> {
    IDENTITY.iter().find(|scope| scope.id == id)
}

/// The scopes an alias stands for: a client that holds them all may ask for it.
pub fn members(alias: &str) -> Option<&'static [&'static str]> {
    match alias {
        "profile" => Some(&["given_name", "family_name", "birthdate", "gender", "preferred_username"]),
        "birth" => Some(&["birthplace", "birthcountry"]),
        "identite_pivot" => Some(&["given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry"]),
        _ => None,
    }
}

pub fn is_granted(scope: &str, granted: &[String]) -> bool {
    let holds = |id: &str| granted.iter().any(|have| have == id);
    scope == OPENID || holds(scope) || members(scope).is_some_and(|members| members.iter().all(|id| holds(id)))
}

/// The claims of all these scopes, each once, in the order of the scopes.
pub fn claims<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Vec<&'static str> {
    let mut claims = Vec::new();
    for claim in scopes.into_iter().filter_map(identity).flat_map(|scope| scope.claims) {
        if !claims.contains(claim) {
            claims.push(*claim);
        }
    }
    claims
}

/// What a citizen reads for a claim; `None` for claims that are only of use to machines.
pub fn claim_label(claim: &str) -> Option<&'static str> {
    Some(match claim {
        "given_name" => "Prénom(s)",
        "family_name" => "Nom de naissance",
        "preferred_username" => "Nom d’usage",
        "birthdate" => "Date de naissance",
        "gender" => "Sexe",
        "birthplace" => "Lieu de naissance",
        "birthcountry" => "Pays de naissance",
        "email" => "Adresse électronique",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_needs_all_it_stands_for() {
        let granted: Vec<String> = ["birthplace", "email"].map(str::to_owned).into();
        assert!(is_granted("openid", &[]));
        assert!(is_granted("email", &granted));
        assert!(!is_granted("birth", &granted));
        let granted: Vec<String> = ["birthplace", "birthcountry"].map(str::to_owned).into();
        assert!(is_granted("birth", &granted));
        assert!(!is_granted("identite_pivot", &granted));
    }

    #[test]
    fn claims_come_once() {
        assert_eq!(claims(["openid", "birth", "birthplace", "inconnu"]), ["sub", "birthplace", "birthcountry"]);
    }

    #[test]
    fn characters_of_a_scope() {
        assert!(Scope::parse("dgfip_rfr").is_some());
        for bad in ["", "a b", "a\"", "é", "a\\b"] {
            assert!(Scope::parse(bad).is_none(), "{bad}");
        }
    }
}
