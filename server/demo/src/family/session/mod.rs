//! The portal’s session, sealed in its own cookie: the server stores nothing of it.

#[cfg(test)]
mod tests;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use store::Cx;

/// Renewed at each answer that keeps the session.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
const AAD: &str = "demo.family.session";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The token that each form sends back: other sites cannot read it.
    pub form: String,
    pub login: Option<Login>,
    pub account: Option<Account>,
    pub quotient: Option<Quotient>,
}

/// A login that was begun: the citizen is at the issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    pub state: String,
    pub nonce: String,
    /// RFC 7636 §4.1.
    pub code_verifier: String,
    pub wants: Wants,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wants {
    Identity,
    IdentityAndData,
    /// The data alone, for an account whose identity is known already.
    Data,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub sub: String,
    /// Sent as `id_token_hint` when signing out.
    pub id_token: String,
    pub given_name: String,
    pub family_name: String,
    pub birthdate: String,
    pub gender: String,
    pub birthplace: String,
    pub birthcountry: String,
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotient {
    pub value: i64,
    pub year: i16,
    pub month: i8,
    pub provider: String,
    pub children: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    until: Timestamp,
    session: Session,
}

const IDENTITY: [&str; 7] = ["given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry", "email"];
const DATA: [&str; 2] = ["cnaf_quotient_familial", "cnaf_enfants"];

impl Wants {
    pub fn identity(self) -> bool {
        matches!(self, Self::Identity | Self::IdentityAndData)
    }

    pub fn data(self) -> bool {
        matches!(self, Self::Data | Self::IdentityAndData)
    }

    /// The scopes besides `openid`.
    pub fn scopes(self) -> impl Iterator<Item = &'static str> {
        let identity = IDENTITY.into_iter().filter(move |_| self.identity());
        identity.chain(DATA.into_iter().filter(move |_| self.data()))
    }
}

impl Login {
    pub fn new(cx: &Cx, wants: Wants) -> Self {
        Self { state: cx.new_token(), nonce: cx.new_token(), code_verifier: cx.new_token(), wants }
    }
}

impl Account {
    /// Cuts what the issuer sent so that the cookie stays below the 4 KB that browsers accept.
    pub fn within_bounds(self) -> Self {
        let Self { sub, id_token, given_name, family_name, birthdate, gender, birthplace, birthcountry, email } = self;
        Self {
            sub: clip(&sub, 256),
            // Without it, signing out ends the portal’s session alone.
            id_token: if id_token.len() > 1100 { String::new() } else { id_token },
            given_name: clip(&given_name, 120),
            family_name: clip(&family_name, 120),
            birthdate: clip(&birthdate, 10),
            gender: clip(&gender, 20),
            birthplace: clip(&birthplace, 10),
            birthcountry: clip(&birthcountry, 10),
            email: clip(&email, 254),
        }
    }
}

/// At most `max` bytes, without cutting a character.
pub fn clip(text: &str, max: usize) -> String {
    text[..text.floor_char_boundary(max)].to_owned()
}

impl Session {
    pub fn new(cx: &Cx) -> Self {
        Self { form: cx.new_token(), login: None, account: None, quotient: None }
    }

    pub fn seal(&self, cx: &Cx) -> String {
        let sealed = Sealed { until: cx.now() + LIFETIME, session: self.clone() };
        let plain = serde_json::to_vec(&sealed).expect("texts, numbers and lists of them are JSON");
        URL_SAFE_NO_PAD.encode(cx.seal(AAD, &plain))
    }

    /// `None` when the cookie was altered, was sealed with another key or has expired.
    pub fn open(cx: &Cx, cookie: &str) -> Option<Self> {
        let plain = cx.open(AAD, &URL_SAFE_NO_PAD.decode(cookie).ok()?).ok()?;
        let Sealed { until, session } = serde_json::from_slice(&plain).ok()?;
        (until > cx.now()).then_some(session)
    }
}
