//! Codes of an authenticator application. Source: RFC 6238 (TOTP) over RFC 4226 (HOTP), SHA-1, 30 seconds, six digits,
//! which every application knows.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// Seconds.
const PERIOD: i64 = 30;
/// Steps around the present in which a code is accepted: clocks differ, typing takes time.
const DRIFT: i64 = 1;
/// Bytes; RFC 4226 § 4 wants 16 at least and recommends 20.
pub const SECRET: usize = 20;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub fn step(at: domain::Timestamp) -> i64 {
    at.as_second().div_euclid(PERIOD)
}

pub fn code(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    // RFC 4226 § 5.3: dynamic truncation.
    let offset = usize::from(digest[19] & 0x0f);
    let word = u32::from_be_bytes([digest[offset], digest[offset + 1], digest[offset + 2], digest[offset + 3]]) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

/// The step whose code this is, among those around the present.
pub fn matching_step(secret: &[u8], typed: &str, now: domain::Timestamp) -> Option<i64> {
    let present = step(now);
    // Every step is compared, even after a match: the time taken does not tell which matched.
    let matches = (present - DRIFT..=present + DRIFT).filter(|step| bool::from(code(secret, *step).as_bytes().ct_eq(typed.as_bytes())));
    matches.fold(None, |_, step| Some(step))
}

/// RFC 4648 base 32, without padding, as applications take it.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// What the QR code says. Source: the « Key URI Format » of Google Authenticator, which the others read too.
pub fn uri(secret: &[u8], email: &str) -> String {
    domain::routes::with_query(
        &format!("otpauth://totp/Habilis:{}", email.replace('@', "%40")),
        &[("secret", &base32(secret)), ("issuer", "Habilis")],
    )
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    #[test]
    fn vectors_of_rfc_6238_appendix_b() {
        // Eight digits there, of which the last six are ours.
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_second(seconds).expect("a time");
            assert_eq!(code(RFC, step(at)), expected, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_accepted_one_step_early_or_late() {
        let now = Timestamp::from_second(1_111_111_111).expect("a time");
        let present = step(now);
        for (away, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let expected = accepted.then_some(present + away);
            assert_eq!(matching_step(RFC, &code(RFC, present + away), now), expected, "{away}");
        }
        assert_eq!(matching_step(RFC, "", now), None);
        assert_eq!(matching_step(RFC, "0504711", now), None);
    }

    #[test]
    fn base_32_of_rfc_4648_section_10() {
        for (bytes, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(bytes.as_bytes()), text, "{bytes}");
        }
    }

    #[test]
    fn what_the_picture_says() {
        assert_eq!(uri(b"foobar", "a+b@c.fr"), "otpauth://totp/Habilis:a+b%40c.fr?secret=MZXW6YTBOI&issuer=Habilis");
    }
}
