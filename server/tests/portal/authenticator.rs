//! A WebAuthn authenticator and its browser for tests, written independently of the server's code: keys on P-256, real
//! attestation objects and assertions. Source: W3C Web Authentication Level 3 § 5.8.1 (client data), § 6.1 (authenticator
//! data), § 6.3 (operations), § 6.5 (attestation object).

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Flags of the authenticator data.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

struct Key {
    id: Vec<u8>,
    relying_party: String,
    handle: Value,
    pair: EcdsaKeyPair,
}

/// One device of one person.
pub struct Authenticator {
    keys: Vec<Key>,
    /// The origin that the browser reports.
    pub origin: String,
    /// Grows with each use; at zero with a device that does not count.
    pub counter: u32,
    /// Whether the device checks who holds it.
    pub verifies: bool,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}"))
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decode(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text(value)).expect("base64url")
}

/// RFC 8949: the head of a byte string, a text or a map, of less than 65,536.
fn head(major: u8, length: usize) -> Vec<u8> {
    let kind = major << 5;
    match u8::try_from(length) {
        Ok(short @ 0..=23) => vec![kind | short],
        Ok(byte) => vec![kind | 24, byte],
        Err(_) => [vec![kind | 25], u16::try_from(length).expect("short").to_be_bytes().to_vec()].concat(),
    }
}

fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    [head(2, bytes.len()), bytes.to_vec()].concat()
}

fn cbor_text(text: &str) -> Vec<u8> {
    [head(3, text.len()), text.as_bytes().to_vec()].concat()
}

impl Authenticator {
    pub fn new(origin: &str) -> Self {
        Self { keys: Vec::new(), origin: origin.to_owned(), counter: 0, verifies: true }
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string().into_bytes()
    }

    fn data(&self, relying_party: &str, more: u8) -> Vec<u8> {
        let flags = PRESENT | if self.verifies { VERIFIED } else { 0 } | more;
        [Sha256::digest(relying_party).to_vec(), vec![flags], self.counter.to_be_bytes().to_vec()].concat()
    }

    /// `navigator.credentials.create`; `None` when the device holds one of the excluded credentials.
    pub fn create(&mut self, options: &Value) -> Option<String> {
        let asked = &options["publicKey"];
        let excluded: Vec<Vec<u8>> = asked["excludeCredentials"].as_array().into_iter().flatten().map(|known| decode(&known["id"])).collect();
        if self.keys.iter().any(|key| excluded.contains(&key.id)) {
            return None;
        }
        let algorithms = asked["pubKeyCredParams"].as_array().expect("algorithms");
        assert!(algorithms.iter().any(|kind| kind["alg"] == -7), "ES256 is asked for: {asked}");
        let relying_party = text(&asked["rp"]["id"]).to_owned();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let answer = self.attest(asked, &pair);
        let id = decode(&answer["rawId"]);
        self.keys.push(Key { id, relying_party, handle: asked["user"]["id"].clone(), pair });
        Some(answer.to_string())
    }

    /// A dishonest device: the key it has already, as if it were new.
    pub fn create_again(&self, options: &Value) -> String {
        self.attest(&options["publicKey"], &self.keys[0].pair).to_string()
    }

    fn attest(&self, asked: &Value, pair: &EcdsaKeyPair) -> Value {
        let relying_party = text(&asked["rp"]["id"]);
        let point = pair.public_key().as_ref().to_vec();
        let id = Sha256::digest(&point).to_vec();
        // COSE (RFC 9053 § 7.1.1): kty EC2, alg ES256, crv P-256, x, y.
        let cose = [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21][..], &cbor_bytes(&point[1..33]), &[0x22], &cbor_bytes(&point[33..])].concat();
        let length = u16::try_from(id.len()).expect("short").to_be_bytes();
        let data = [self.data(relying_party, ATTESTED), vec![0; 16], length.to_vec(), id.clone(), cose].concat();
        let attestation =
            [head(5, 3), cbor_text("fmt"), cbor_text("none"), cbor_text("attStmt"), head(5, 0), cbor_text("authData"), cbor_bytes(&data)].concat();
        let client_data = self.client_data("webauthn.create", &asked["challenge"]);
        json!({
            "id": encode(&id), "rawId": encode(&id), "type": "public-key",
            "response": { "attestationObject": encode(&attestation), "clientDataJSON": encode(&client_data) },
        })
    }

    /// `navigator.credentials.get`, with a key the site asks for.
    pub fn get(&mut self, options: &Value) -> Option<String> {
        let allowed: Vec<Vec<u8>> =
            options["publicKey"]["allowCredentials"].as_array().into_iter().flatten().map(|known| decode(&known["id"])).collect();
        let place = self.keys.iter().position(|key| allowed.contains(&key.id))?;
        Some(self.sign(options, place))
    }

    /// With its first key, whatever the site asks for.
    pub fn get_anyway(&mut self, options: &Value) -> String {
        self.sign(options, 0)
    }

    fn sign(&mut self, options: &Value, place: usize) -> String {
        let asked = &options["publicKey"];
        assert_eq!(text(&asked["rpId"]), self.keys[place].relying_party);
        self.counter += u32::from(self.counter > 0);
        let key = &self.keys[place];
        let data = self.data(&key.relying_party, 0);
        let client_data = self.client_data("webauthn.get", &asked["challenge"]);
        let signed = [data.clone(), Sha256::digest(&client_data).to_vec()].concat();
        let signature = key.pair.sign(&SystemRandom::new(), &signed).expect("signed");
        json!({
            "id": encode(&key.id), "rawId": encode(&key.id), "type": "public-key",
            "response": {
                "authenticatorData": encode(&data), "clientDataJSON": encode(&client_data),
                "signature": encode(signature.as_ref()), "userHandle": key.handle,
            },
        })
        .to_string()
    }
}
