//! A realm of the broker, as data: one OpenID Connect profile, served by an issuer in each environment. Its file says what services may ask for,
//! what they receive, and how long each thing lasts.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Realm {
    /// In the address of the issuer.
    pub slug: String,
    /// As citizens read it.
    pub name: String,
    /// What `amr` says of any login through this realm.
    #[serde(default)]
    pub amr: Vec<String>,
    pub acr: Levels,
    pub lifetimes: Lifetimes,
    pub authorize: AuthorizeRules,
    pub scopes: Vec<IdentityScope>,
    pub claims: Vec<Claim>,
}

/// Levels of assurance (`acr`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// Every level the realm understands, the lowest first.
    pub ladder: Vec<String>,
    /// Those it offers.
    pub offered: Vec<String>,
    /// For a service that asks for none the realm understands.
    pub default: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifetimes {
    /// Of the citizen's session, without any action.
    pub session_minutes: u32,
    /// Of an authorization code.
    pub code_seconds: u32,
    /// Of an access token and of an id_token.
    pub token_seconds: u32,
}

/// What an authorization request must and may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorizeRules {
    /// Parameters required beside `client_id`, `redirect_uri`, `response_type` and `scope`.
    #[serde(default)]
    pub required: Vec<String>,
    /// Accepted parameters, beside all of those.
    #[serde(default)]
    pub optional: Vec<String>,
    /// What happens to any other parameter.
    pub others: Others,
    #[serde(default)]
    pub nonce_min: usize,
    /// Values of `prompt`.
    #[serde(default)]
    pub prompts: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Others {
    /// The request is refused, on a page that names the parameter.
    Refused,
    /// RFC 6749 §3.1.
    Ignored,
}

/// A scope about the person, and what it opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityScope {
    pub id: String,
    pub claims: Vec<String>,
    /// The scopes it stands for: a client that holds them all may ask for it.
    #[serde(default)]
    pub members: Vec<String>,
}

/// What a citizen reads for a claim. A claim that is only of use to machines has no label, and is not listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    pub name: String,
    pub label: String,
}

/// The realm of the clients that an approval opens.
pub const FRANCECONNECT: &str = "franceconnect";

/// The scope of every request (OpenID Connect Core §3.1.2.1).
pub const OPENID: &str = "openid";

/// The claims that the broker knows how to fill in.
pub const CLAIMS: [&str; 13] = [
    "sub",
    "given_name",
    "given_name_array",
    "family_name",
    "preferred_username",
    "birthdate",
    "idp_birthdate",
    "gender",
    "birthplace",
    "birthcountry",
    "email",
    "idp_id",
    "amr",
];

/// Always read: RFC 6749 §4.1.1 and OpenID Connect Core §3.1.2.1.
pub const ALWAYS: [&str; 4] = ["client_id", "redirect_uri", "response_type", "scope"];

/// The other parameters that the broker knows how to read.
pub const PARAMETERS: [&str; 8] = ["acr_values", "state", "nonce", "prompt", "claims", "idp_hint", "ui_locales", PKCE];

/// `code_challenge` and `code_challenge_method` (RFC 7636).
pub const PKCE: &str = "code_challenge";

const PROMPTS: [&str; 2] = ["login", "consent"];

/// Beyond these, a value of a file is a typing error.
const MAX_SESSION_MINUTES: u32 = 24 * 60;
const MAX_SECONDS: u32 = 24 * 3600;
const MAX_NONCE: usize = 512;

/// Why a text of a realm's file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("is not made of lower-case letters, digits and hyphens")]
    Slug,
    #[error("is empty")]
    Empty,
    #[error("is given twice")]
    Twice,
    #[error("is not in the ladder")]
    NotInLadder,
    #[error("is not offered")]
    NotOffered,
    #[error("is 0, or longer than a day")]
    Duration,
    #[error("is a parameter that the broker does not read")]
    Parameter,
    #[error("is longer than a nonce may be")]
    NonceMin,
    #[error("is a prompt that the broker does not know")]
    Prompt,
    #[error("are without openid")]
    NoOpenid,
    #[error("is a claim that the broker does not know")]
    Claim,
    #[error("is no scope of the realm")]
    Member,
}

impl Levels {
    /// The level that answers `acr_values`, a list separated by spaces: the lowest of those it names, or the default when the realm
    /// understands none of them. `None` when it is not offered.
    pub fn answering(&self, acr_values: &str) -> Option<&str> {
        let asked: Vec<&str> = acr_values.split(' ').collect();
        let level = self.ladder.iter().find(|level| asked.contains(&level.as_str())).unwrap_or(&self.default);
        self.offered.contains(level).then_some(level)
    }

    /// Whether the level given is at least the one asked.
    pub fn reaches(&self, given: &str, asked: &str) -> bool {
        let rank = |level: &str| self.ladder.iter().position(|one| one == level);
        rank(given).zip(rank(asked)).is_some_and(|(given, asked)| given >= asked)
    }
}

impl Fault {
    /// For the administrators who edit the files on the site.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Slug => "ne peut contenir que des lettres minuscules sans accent, des chiffres et des tirets",
            Self::Empty => "est vide",
            Self::Twice => "est donné deux fois",
            Self::NotInLadder => "n’est pas dans l’échelle des niveaux (ladder)",
            Self::NotOffered => "n’est pas parmi les niveaux offerts (offered)",
            Self::Duration => "vaut 0, ou plus d’un jour",
            Self::Parameter => "est un paramètre que le courtier ne lit pas",
            Self::NonceMin => "dépasse ce qu’un nonce peut compter",
            Self::Prompt => "est une valeur de prompt que le courtier ne connaît pas",
            Self::NoOpenid => "ne comptent pas openid",
            Self::Claim => "est une donnée que le courtier ne connaît pas",
            Self::Member => "n’est pas un périmètre de ce domaine",
        }
    }
}

impl Realm {
    pub fn session(&self) -> Duration {
        Duration::from_secs(u64::from(self.lifetimes.session_minutes) * 60)
    }

    pub fn code(&self) -> Duration {
        Duration::from_secs(self.lifetimes.code_seconds.into())
    }

    pub fn token(&self) -> Duration {
        Duration::from_secs(self.lifetimes.token_seconds.into())
    }

    pub fn scope(&self, id: &str) -> Option<&IdentityScope> {
        self.scopes.iter().find(|scope| scope.id == id)
    }

    /// Whether a client that holds these scopes may ask for this one.
    pub fn is_granted(&self, scope: &str, granted: &[String]) -> bool {
        let holds = |id: &String| granted.contains(id);
        let by_members = |scope: &IdentityScope| !scope.members.is_empty() && scope.members.iter().all(holds);
        scope == OPENID || granted.iter().any(|have| have == scope) || self.scope(scope).is_some_and(by_members)
    }

    /// The claims of all these scopes, each once, in the order of the scopes.
    pub fn claims_of<'a>(&'a self, scopes: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut claims = Vec::new();
        for claim in scopes.into_iter().filter_map(|id| self.scope(id)).flat_map(|scope| &scope.claims) {
            if !claims.contains(&claim.as_str()) {
                claims.push(claim);
            }
        }
        claims
    }

    /// `None` for claims that are only of use to machines.
    pub fn label(&self, claim: &str) -> Option<&str> {
        self.claims.iter().find(|known| known.name == claim).map(|known| known.label.as_str())
    }

    /// Whether an authorization request may hold this parameter.
    pub fn reads(&self, parameter: &str) -> bool {
        let known = |list: &[String]| list.iter().any(|one| one == parameter || one == PKCE && parameter == "code_challenge_method");
        ALWAYS.contains(&parameter) || known(&self.authorize.required) || known(&self.authorize.optional)
    }

    pub fn requires(&self, parameter: &str) -> bool {
        self.authorize.required.iter().any(|one| one == parameter)
    }

    /// What the file says that could not work: the text at fault, and why.
    pub fn problem(&self) -> Option<(&str, Fault)> {
        let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !word(&self.slug) {
            return Some((&self.slug, Fault::Slug));
        }
        if self.name.trim().is_empty() {
            return Some(("name", Fault::Empty));
        }
        self.levels().or_else(|| self.durations()).or_else(|| self.parameters()).or_else(|| self.offers())
    }

    fn levels(&self) -> Option<(&str, Fault)> {
        let Levels { ladder, offered, default } = &self.acr;
        if let Some(twice) = repeated(ladder.iter()).or_else(|| repeated(offered.iter())) {
            return Some((twice, Fault::Twice));
        }
        let unknown = offered.iter().find(|level| !ladder.contains(level));
        unknown.map(|level| (level.as_str(), Fault::NotInLadder)).or_else(|| (!offered.contains(default)).then_some((default, Fault::NotOffered)))
    }

    fn durations(&self) -> Option<(&str, Fault)> {
        let Lifetimes { session_minutes, code_seconds, token_seconds } = self.lifetimes;
        [
            ("session_minutes", session_minutes, MAX_SESSION_MINUTES),
            ("code_seconds", code_seconds, MAX_SECONDS),
            ("token_seconds", token_seconds, MAX_SECONDS),
        ]
        .into_iter()
        .find(|(_, value, max)| *value == 0 || value > max)
        .map(|(name, ..)| (name, Fault::Duration))
    }

    fn parameters(&self) -> Option<(&str, Fault)> {
        let AuthorizeRules { required, optional, nonce_min, prompts, .. } = &self.authorize;
        let all = || required.iter().chain(optional);
        if let Some(twice) = repeated(all()) {
            return Some((twice, Fault::Twice));
        }
        if let Some(unknown) = all().find(|name| !PARAMETERS.contains(&name.as_str())) {
            return Some((unknown, Fault::Parameter));
        }
        if *nonce_min > MAX_NONCE {
            return Some(("nonce_min", Fault::NonceMin));
        }
        prompts.iter().find(|value| !PROMPTS.contains(&value.as_str())).map(|value| (value.as_str(), Fault::Prompt))
    }

    fn offers(&self) -> Option<(&str, Fault)> {
        if let Some(twice) = repeated(self.scopes.iter().map(|scope| &scope.id)).or_else(|| repeated(self.claims.iter().map(|claim| &claim.name))) {
            return Some((twice, Fault::Twice));
        }
        if self.scope(OPENID).is_none() {
            return Some(("scopes", Fault::NoOpenid));
        }
        let claims = self.scopes.iter().flat_map(|scope| &scope.claims).chain(self.claims.iter().map(|claim| &claim.name));
        if let Some(unknown) = claims.into_iter().find(|claim| !CLAIMS.contains(&claim.as_str())) {
            return Some((unknown, Fault::Claim));
        }
        let members = self.scopes.iter().flat_map(|scope| &scope.members);
        members.into_iter().find(|id| self.scope(id).is_none()).map(|id| (id.as_str(), Fault::Member))
    }
}

fn repeated<'a>(names: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    let mut seen = BTreeSet::new();
    names.map(String::as_str).find(|name| !seen.insert(*name))
}
