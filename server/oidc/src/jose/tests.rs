//! `joserfc.json` was made by joserfc 1.6.5 (Python), so that our code is checked against another implementation.

use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::*;

fn fixture() -> Value {
    serde_json::from_str(include_str!("joserfc.json")).expect("JSON")
}

fn text(fixture: &Value, name: &str) -> String {
    fixture[name].as_str().expect("text").to_owned()
}

const EXPECTED: Expected<'_> = Expected { issuer: "https://idp.example", audience: Some("courtier"), now: Some(1_999_999_950), expires: true };

#[test]
fn the_thumbprint_of_rfc_7638_section_3_1() {
    let jwk: Jwk = serde_json::from_value(json!({
        "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    }))
    .expect("a key");
    assert_eq!(jwk.thumbprint(ThumbprintHash::SHA256).expect("supported"), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

#[test]
fn a_key_made_elsewhere_has_the_same_name_and_public_part() {
    let fixture = fixture();
    let key = SigningKey::from_pkcs8(&STANDARD.decode(text(&fixture, "pkcs8")).expect("base64")).expect("a key");
    assert_eq!(key.kid(), text(&fixture, "thumbprint"));
    let published = serde_json::to_value(Jwks::of(&[&key])).expect("JSON");
    for member in ["kty", "crv", "x", "y", "kid", "alg", "use"] {
        assert_eq!(published["keys"][0][member], fixture["jwks"]["keys"][0][member], "{member}");
    }
    assert!(published["keys"][0].get("d").is_none());
}

#[test]
fn tokens_signed_elsewhere_are_verified() {
    let fixture = fixture();
    let jwks: Jwks = serde_json::from_value(fixture["jwks"].clone()).expect("keys");
    for alg in ["es256", "rs256"] {
        let claims: Value = verify(&text(&fixture, alg), &jwks, EXPECTED).expect("valid");
        assert_eq!(claims["sub"], "x");
    }
    assert_eq!(verify::<Value>(&text(&fixture, "hs256"), &jwks, EXPECTED), Err(VerifyError::Algorithm));
}

#[test]
fn each_reason_to_refuse() {
    let fixture = fixture();
    let jwks: Jwks = serde_json::from_value(fixture["jwks"].clone()).expect("keys");
    let token = text(&fixture, "es256");
    let refused = |token: &str, expected: Expected<'_>| verify::<Value>(token, &jwks, expected).expect_err("refused");
    assert_eq!(refused(&token, Expected { issuer: "https://autre.example", ..EXPECTED }), VerifyError::Refused);
    assert_eq!(refused(&token, Expected { audience: Some("autre"), ..EXPECTED }), VerifyError::Refused);
    assert_eq!(refused(&token, Expected { now: Some(2_000_000_011), ..EXPECTED }), VerifyError::Expired);
    assert!(verify::<Value>(&token, &jwks, Expected { now: None, ..EXPECTED }).is_ok());
    let own = SigningKey::from_pkcs8(&SigningKey::generate().expect("a key")).expect("a key");
    let ring = Jwks::of(&[&own]);
    let dated = |dates: Value, expires: bool| {
        let mut claims = json!({"iss": "https://idp.example", "aud": ["courtier"]});
        claims.as_object_mut().expect("an object").extend(dates.as_object().expect("an object").clone());
        verify::<Value>(&own.sign(&claims).expect("signed"), &ring, Expected { expires, ..EXPECTED }).map(drop)
    };
    assert_eq!(dated(json!({"exp": 1_999_999_960i64, "nbf": 1_999_999_955i64}), true), Ok(()), "clocks differ by some seconds");
    assert_eq!(dated(json!({"exp": 1_999_999_990i64, "nbf": 1_999_999_980i64}), true), Err(VerifyError::TooEarly));
    assert_eq!((dated(json!({}), true), dated(json!({}), false)), (Err(VerifyError::Malformed), Ok(())));
    assert_eq!(dated(json!({"exp": "2000000000"}), true), Err(VerifyError::Malformed));
    assert!(matches!(refused("", EXPECTED), VerifyError::Malformed));
    assert!(matches!(refused("a.b.c", EXPECTED), VerifyError::Malformed));
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let other = format!("{signed}.{}", signature.chars().rev().collect::<String>());
    assert_eq!(refused(&other, EXPECTED), VerifyError::Refused);
    let stranger = SigningKey::from_pkcs8(&SigningKey::generate().expect("a key")).expect("a key");
    let forged = stranger.sign(&json!({"iss": "https://idp.example", "aud": "courtier", "exp": 2_000_000_000i64})).expect("signed");
    assert_eq!(refused(&forged, EXPECTED), VerifyError::UnknownKey);
    // No `alg: none`, whatever the case.
    for alg in ["none", "None", "NONE"] {
        let header = URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"{alg}\"}}"));
        assert_eq!(refused(&format!("{header}.e30."), EXPECTED), VerifyError::Malformed);
    }
}

#[test]
fn our_signature_verifies_with_our_published_key() {
    let key = SigningKey::from_pkcs8(&SigningKey::generate().expect("a key")).expect("a key");
    let token = key.sign(&json!({"iss": "https://idp.example", "aud": "courtier", "exp": 2_000_000_000i64, "sub": "é"})).expect("signed");
    let claims: Value = verify(&token, &Jwks::of(&[&key]), EXPECTED).expect("valid");
    assert_eq!(claims["sub"], "é");
}

#[test]
fn access_token_hash() {
    let fixture = fixture();
    assert_eq!(at_hash(&text(&fixture, "access_token")), text(&fixture, "at_hash"));
}
