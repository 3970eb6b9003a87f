//! Passwords: argon2id at the parameters OWASP recommends (19 MiB, two passes), off the async threads and never
//! more at once than there are cores.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

#[derive(Clone)]
pub(crate) struct Passwords(Arc<Semaphore>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    #[error("Le mot de passe doit compter au moins {MIN} caractères.")]
    Short,
    #[error("Le mot de passe ne peut pas dépasser {MAX} caractères.")]
    Long,
    #[error("Le mot de passe ne doit pas contenir votre adresse électronique.")]
    HoldsEmail,
    #[error("Ce mot de passe est trop simple : mélangez des mots et des caractères différents.")]
    Monotonous,
}

/// Characters. Source: CNIL, deliberation 2022-100 of 21 July 2022 (twelve at least).
pub const MIN: usize = 12;
pub const MAX: usize = 128;

/// # Errors
/// Why the password is not accepted.
pub fn check_strength(password: &str, email: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    let mailbox = email.split('@').next().unwrap_or_default();
    match () {
        () if length < MIN => Err(WeakPassword::Short),
        () if length > MAX => Err(WeakPassword::Long),
        () if mailbox.len() >= 4 && password.to_lowercase().contains(mailbox) => Err(WeakPassword::HoldsEmail),
        () if different.len() < 5 => Err(WeakPassword::Monotonous),
        () => Ok(()),
    }
}

impl Passwords {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self(Arc::new(Semaphore::new(cores)))
    }

    pub(crate) async fn hash(&self, password: &str, salt: [u8; 16]) -> String {
        let password = password.to_owned();
        self.run(move || {
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .expect("a salt of 16 bytes and a password of at most a few hundred are within argon2's limits")
        })
        .await
    }

    /// Takes the same time when there is no account: a hash of nothing is checked instead.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let password = password.to_owned();
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let right =
            self.run(move || PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())).await;
        right && known
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
            ("aaaaaaaaaaaaaa", Err(WeakPassword::Monotonous)),
            ("jeanne.roux-2026!", Err(WeakPassword::HoldsEmail)),
            ("Portail famille 92", Ok(())),
        ] {
            assert_eq!(check_strength(password, "jeanne.roux@clamart.example"), expected, "{password}");
        }
        assert_eq!(check_strength(&"é1b2c".repeat(30), "a@b.fr"), Err(WeakPassword::Long));
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
