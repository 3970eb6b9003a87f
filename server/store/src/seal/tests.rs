use domain::clock::SystemEntropy;

use super::*;

const OLD: [u8; 32] = [7; 32];
const NEW: [u8; 32] = [8; 32];

fn line(id: &str, secret: [u8; 32]) -> String {
    format!("{id}:{}\n", hex::encode(secret))
}

/// Seals as the first scheme did.
fn unnamed(secret: [u8; 32], aad: &str, plain: &[u8]) -> Vec<u8> {
    let sealer = Sealer::new(&MasterKey::new(secret));
    let sealed = sealer.cipher().encrypt(&XNonce::from([3; NONCE]), Payload { msg: plain, aad: aad.as_bytes() }).expect("short");
    [vec![UNNAMED], vec![3; NONCE], sealed].concat()
}

#[test]
fn what_is_sealed_opens_only_in_its_place_and_whole() {
    let keys = Keys::new(&OLD);
    let sealed = keys.seal(&SystemEntropy, "client.secret:1", b"valeur");
    assert_eq!(keys.open("client.secret:1", &sealed).ok().as_deref(), Some(b"valeur".as_slice()));
    assert!(keys.open("client.secret:2", &sealed).is_err());
    assert!(Keys::new(&NEW).open("client.secret:1", &sealed).is_err());
    for position in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[position] ^= 1;
        assert!(keys.open("client.secret:1", &altered).is_err(), "byte {position}");
    }
    assert!(keys.open("client.secret:1", &sealed[..20]).is_err());
    assert!(keys.open("client.secret:1", b"").is_err());
}

#[test]
fn what_the_scheme_before_sealed_still_opens_and_nothing_new_passes_for_it() {
    let keys = Keys::new(&OLD);
    let before = unnamed(OLD, "client.secret", b"valeur");
    assert_eq!(keys.open_as("client.secret:1", "client.secret", &before).ok().as_deref(), Some(b"valeur".as_slice()));
    assert!(keys.open("client.secret:1", &before).is_err());
    assert!(!keys.is_current(&before));
    let now = keys.seal(&SystemEntropy, "client.secret:1", b"valeur");
    assert!(keys.is_current(&now));
    assert!(keys.open_as("client.secret:2", "client.secret:1", &now).is_err(), "the old name opens old values only");
}

#[test]
fn keys_of_the_file_open_what_they_sealed_and_the_first_seals() {
    let folder = std::env::temp_dir().join(format!("habilis-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("master.key");
    let masters = |text: &str| MasterKey::parse_file(text).expect("keys");
    std::fs::write(&file, line("1", OLD)).expect("written");
    let serving = Keys::of(&masters(&line("1", OLD)), &file);
    let before = serving.seal(&SystemEntropy, "a", b"1");

    let both = line("2", NEW) + &line("1", OLD);
    let rotating = Keys::of(&masters(&both), &file);
    assert_eq!(rotating.open("a", &before).ok().as_deref(), Some(b"1".as_slice()));
    let after = rotating.seal(&SystemEntropy, "a", b"2");
    assert!(serving.open("a", &after).is_err(), "not in the file yet");
    std::fs::write(&file, &both).expect("written");
    assert_eq!(serving.open("a", &after).ok().as_deref(), Some(b"2".as_slice()), "the file is read again for a key not known");
    assert!(rotating.is_current(&serving.seal(&SystemEntropy, "a", b"3")), "and its first line seals from now on");

    std::fs::write(&file, "half a li").expect("written");
    assert!(serving.refresh().is_err());
    assert!(serving.open("a", &before).is_ok() && serving.open("a", &after).is_ok(), "a file that makes no sense changes nothing");
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn another_master_key_changes_no_subject() {
    let kept = Kept::derived(&MasterKey::new(OLD));
    let renewed = Keys::new(&NEW).with_kept(kept);
    assert_eq!(renewed.sub("broker.sub", "somebody"), Keys::new(&OLD).sub("broker.sub", "somebody"));
    assert_eq!(renewed.mac("recovery_code", "x"), Keys::new(&OLD).mac("recovery_code", "x"));
    assert_ne!(Keys::new(&NEW).sub("broker.sub", "somebody"), Keys::new(&OLD).sub("broker.sub", "somebody"));
    // As every version wrote it: HMAC under HMAC(master, "habilis mac v1").
    let derived = hmac(&hmac(&OLD, b"habilis mac v1"), b"broker.sub\0somebody");
    assert_eq!(renewed.sub("broker.sub", "somebody"), hex::encode(derived));
}
