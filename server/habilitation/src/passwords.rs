//! Passwords: argon2id at the parameters OWASP recommends (19 MiB, two passes), off the async threads and never
//! more at once than there are cores.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

mod obvious;

#[derive(Clone)]
pub(crate) struct Passwords(Arc<Semaphore>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    #[error("a password of less than {MIN} characters")]
    Short,
    #[error("a password of more than {MAX} characters")]
    Long,
    #[error("a password that holds the address of the account")]
    HoldsEmail,
    #[error("a password with a character nobody can type again")]
    Unreadable,
    #[error("a password easy to guess")]
    Obvious,
}

impl WeakPassword {
    /// What the person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::Short => format!("Le mot de passe doit compter au moins {MIN} caractères."),
            Self::Long => format!("Le mot de passe ne peut pas dépasser {MAX} caractères."),
            Self::HoldsEmail => "Le mot de passe ne doit pas contenir votre adresse électronique.".to_owned(),
            Self::Unreadable => "Ce mot de passe contient un caractère que vous ne pourriez pas retaper.".to_owned(),
            Self::Obvious => {
                "Ce mot de passe est trop facile à deviner\u{a0}: choisissez plutôt plusieurs mots sans lien entre eux, ni avec vous.".to_owned()
            }
        }
    }
}

/// Characters. Source: CNIL, deliberation 2022-100 of 21 July 2022 (twelve at least).
pub const MIN: usize = 12;
pub const MAX: usize = 128;

/// One spelling of a password, however a keyboard writes it: composed letters, one kind of blank. Source: RFC 8265, §4.2.2
/// (OpaqueString).
fn opaque(password: &str) -> String {
    let plain = |c: char| if c.is_whitespace() && !c.is_ascii() && !c.is_control() { ' ' } else { c };
    password.chars().map(plain).nfc().collect()
}

/// `about` is what people know of the account: its address, its names, the organisations it works for.
///
/// # Errors
/// Why the password is not accepted.
pub fn check_strength(password: &str, email: &str, about: &[&str]) -> Result<(), WeakPassword> {
    let password = opaque(password);
    let length = password.chars().count();
    let mailbox = email.split('@').next().unwrap_or_default();
    match () {
        () if length < MIN => Err(WeakPassword::Short),
        () if length > MAX => Err(WeakPassword::Long),
        () if mailbox.len() >= 4 && password.to_lowercase().contains(mailbox) => Err(WeakPassword::HoldsEmail),
        () if password.chars().any(char::is_control) => Err(WeakPassword::Unreadable),
        () if obvious::is_obvious(&password, about) => Err(WeakPassword::Obvious),
        () => Ok(()),
    }
}

/// The spellings that may have been hashed for this password, each once; a password in ASCII has one.
fn spellings(typed: &str) -> Vec<String> {
    // A composed letter is made of four characters at most.
    let typed: String = typed.chars().take(4 * (MAX + 1)).collect();
    let mut all = vec![opaque(&typed)];
    for other in [typed.nfd().collect(), typed] {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

impl Passwords {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self(Arc::new(Semaphore::new(cores)))
    }

    pub(crate) async fn hash(&self, password: &str, salt: [u8; 16]) -> String {
        let password = opaque(password);
        self.run(move || {
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .expect("a salt of 16 bytes and a password of at most a few hundred are within argon2's limits")
        })
        .await
    }

    /// Takes the same time when there is no account: a constant hash is checked instead. A stored hash may be of another spelling of
    /// the password, so each spelling is tried; how many there are depends only on what is typed.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let spellings = spellings(password);
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let is_it = |hash: &PasswordHash, typed: &String| Argon2::default().verify_password(typed.as_bytes(), hash).is_ok();
        let right = self.run(move || PasswordHash::new(&hash).is_ok_and(|hash| spellings.iter().filter(|typed| is_it(&hash, typed)).count() > 0));
        right.await && known
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _turn = self.0.acquire().await.expect("the semaphore is never closed");
        tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength() {
        for (password, expected) in [
            ("court", Err(WeakPassword::Short)),
            ("onze-lettre", Err(WeakPassword::Short)),
            ("aaaaaaaaaaaaaa", Err(WeakPassword::Obvious)),
            ("jeanne.roux-2026!", Err(WeakPassword::HoldsEmail)),
            ("Portail\0famille 92", Err(WeakPassword::Unreadable)),
            ("Portail famille 92", Ok(())),
            // Counted as they are read: eleven letters, then twelve.
            ("e\u{301}te\u{301}-Hyères", Err(WeakPassword::Short)),
            ("e\u{301}te\u{301} à Hyères", Ok(())),
        ] {
            assert_eq!(check_strength(password, "jeanne.roux@clamart.example", &[]), expected, "{password}");
        }
        assert_eq!(check_strength(&"é1b2c".repeat(30), "a@b.fr", &[]), Err(WeakPassword::Long));
        assert_ne!(check_strength(&"e\u{301}1b2c".repeat(25), "a@b.fr", &[]), Err(WeakPassword::Long));
    }

    #[tokio::test]
    async fn a_password_is_the_same_however_its_accents_and_blanks_are_spelled() {
        let passwords = Passwords::new();
        let spelled = ["Été à Hyères 92", "E\u{301}te\u{301} a\u{300} Hye\u{300}res 92", "Été\u{a0}à\u{202f}Hyères 92"];
        for chosen in spelled {
            let hash = passwords.hash(chosen, [1; 16]).await;
            for typed in spelled {
                assert!(passwords.verify(typed, Some(&hash)).await, "{chosen:?} {typed:?}");
            }
            assert!(!passwords.verify("Ete a Hyeres 92", Some(&hash)).await);
        }
        // As hashes were made before.
        for typed in ["Été à Hyères 92", "E\u{301}te\u{301} a\u{300} Hye\u{300}res 92", "Été\u{a0}à Hyères"] {
            let old = Argon2::default().hash_password_with_salt(typed.as_bytes(), &[1; 16]).expect("hashed").to_string();
            assert!(passwords.verify(typed, Some(&old)).await, "{typed:?}");
        }
        assert_eq!((spellings("Portail famille 92").len(), spellings("Été à Hyères").len()), (1, 2));
    }

    #[tokio::test]
    async fn a_hash_recognises_its_password_only() {
        let passwords = Passwords::new();
        let hash = passwords.hash("Portail famille 92", [1; 16]).await;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("Portail famille 92", Some(&hash)).await);
        assert!(!passwords.verify("Portail famille 93", Some(&hash)).await);
        assert!(!passwords.verify("", None).await);
    }
}
