//! An authenticator application for tests, written independently of the server's code.

use domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The key as the page shows it.
pub fn decode(text: &str) -> Vec<u8> {
    let bits: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| format!("{:05b}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).expect("base 32")))
        .collect();
    bits.as_bytes().chunks_exact(8).map(|byte| u8::from_str_radix(std::str::from_utf8(byte).expect("bits"), 2).expect("a byte")).collect()
}

pub fn code(secret: &[u8], at: Timestamp) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("a key");
    mac.update(&u64::try_from(at.as_second() / 30).expect("after 1970").to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let start = usize::from(digest[19] & 15);
    let word: [u8; 4] = digest[start..start + 4].try_into().expect("four bytes");
    format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
}

#[test]
fn the_key_of_rfc_6238() {
    let secret = decode("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    assert_eq!(secret, b"12345678901234567890");
    assert_eq!(code(&secret, Timestamp::from_second(59).expect("a time")), "287082");
}
