//! The quotient familial, read from API Particulier with the citizen’s access token.

use domain::{ports::Environment, routes::realms};
use openidconnect::url::{ParseError, Url};
use serde::Deserialize;
use web::App;

use crate::family::{
    http::{self, HttpError},
    session::{Quotient, clip},
};

const ENDPOINT: &str = "/v3/dss/quotient_familial/france_connect";
/// Further children are left out, since the answer is kept in a cookie.
const MAX_CHILDREN: usize = 6;

#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    Quotient(Quotient),
    /// The family allowance funds know nobody with this identity.
    Nobody,
    NotEntitled,
}

#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error("an address cannot be read")]
    Address(#[from] ParseError),
    #[error("the gateway did not answer")]
    Unreachable(#[from] HttpError),
    #[error("the gateway answered with status {status}, code {code}")]
    Refused { status: u16, code: String },
    #[error("the answer of the gateway cannot be read")]
    Unreadable,
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

/// The parts of scopes that were not granted are absent.
#[derive(Deserialize)]
struct Data {
    quotient_familial: Option<Figure>,
    #[serde(default)]
    enfants: Vec<Child>,
}

#[derive(Deserialize)]
struct Figure {
    fournisseur: String,
    valeur: i64,
    annee: i16,
    mois: i8,
}

#[derive(Deserialize)]
struct Child {
    prenoms: Option<String>,
}

pub async fn quotient(app: &App, access_token: &str, recipient: &str) -> Result<Found, GatewayError> {
    let mut address = Url::parse(&app.cx.url(&format!("{}{ENDPOINT}", realms::api_particulier(Environment::Sandbox))))?;
    address.query_pairs_mut().append_pair("recipient", recipient);
    let answer = http::get(&app.http, address.as_str(), access_token).await?;
    read(answer.status().as_u16(), answer.body())
}

fn read(status: u16, body: &[u8]) -> Result<Found, GatewayError> {
    match status {
        200 => figure(body),
        403 => Ok(Found::NotEntitled),
        _ => match code(body) {
            // A code that begins with 00 comes from the gateway itself: 404 then means that the address called is wrong.
            code if status == 404 && !code.starts_with("00") && !code.is_empty() => Ok(Found::Nobody),
            code => Err(GatewayError::Refused { status, code }),
        },
    }
}

fn figure(body: &[u8]) -> Result<Found, GatewayError> {
    let Answer { data: Data { quotient_familial, enfants } } = serde_json::from_slice(body).map_err(|_| GatewayError::Unreadable)?;
    let Some(Figure { fournisseur, valeur, annee, mois }) = quotient_familial else { return Ok(Found::NotEntitled) };
    let first_names = enfants.into_iter().filter_map(|child| Some(clip(child.prenoms?.split_whitespace().next()?, 40)));
    Ok(Found::Quotient(Quotient {
        value: valeur,
        year: annee,
        month: mois,
        provider: clip(&fournisseur, 40),
        children: first_names.take(MAX_CHILDREN).collect(),
    }))
}

fn code(body: &[u8]) -> String {
    let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let code = answer.pointer("/errors/0/code").and_then(serde_json::Value::as_str).unwrap_or_default();
    clip(code, 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_gateway_may_answer() {
        let full = r#"{"data":{"quotient_familial":{"fournisseur":"CNAF","valeur":650,"annee":2026,"mois":11},
            "enfants":[{"prenoms":"INES MARIE"},{"prenoms":null}],"adresse":{}},"links":{},"meta":{}}"#;
        let quotient = Quotient { value: 650, year: 2026, month: 11, provider: "CNAF".to_owned(), children: vec!["INES".to_owned()] };
        assert_eq!(read(200, full.as_bytes()).ok(), Some(Found::Quotient(quotient)));
        for (status, body, expected) in [
            (200, r#"{"data":{"enfants":[]}}"#, Ok(Found::NotEntitled)),
            (403, "{}", Ok(Found::NotEntitled)),
            (404, r#"{"errors":[{"code":"35003"}]}"#, Ok(Found::Nobody)),
            (404, r#"{"errors":[{"code":"00404"}]}"#, Err("00404")),
            (404, "<html>", Err("")),
            (401, r#"{"errors":[{"code":"50002"}]}"#, Err("50002")),
            (502, r#"{"errors":[{"code":"35999"}]}"#, Err("35999")),
        ] {
            match (read(status, body.as_bytes()), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{status} {body}"),
                (Err(GatewayError::Refused { status: told, code }), Err(expected)) => assert_eq!((told, code.as_str()), (status, expected)),
                (other, _) => panic!("{status} {body}: {other:?}"),
            }
        }
        for unreadable in ["", "[]", r#"{"data":{"quotient_familial":{"valeur":"650"}}}"#] {
            assert!(matches!(read(200, unreadable.as_bytes()), Err(GatewayError::Unreadable)), "{unreadable}");
        }
    }
}
