//! How often an address may try, in this process: one limit for whoever is behind an IP, a tighter one for the account
//! aimed at. And how many mails an account may have us send to others.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use domain::ids::AccountId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

pub struct Limits {
    by_ip: DefaultKeyedRateLimiter<IpAddr>,
    by_email: DefaultKeyedRateLimiter<String>,
    by_sender: DefaultKeyedRateLimiter<AccountId>,
    by_recipient: DefaultKeyedRateLimiter<(AccountId, String)>,
    enabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts")]
pub struct TooMany;

/// Of the invitations somebody has us send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationLimit {
    #[error("Une invitation vient de partir\u{a0}: attendez dix minutes avant de la renvoyer.")]
    TooSoon,
    #[error("Beaucoup d’invitations sont parties de votre compte\u{a0}: attendez une heure avant d’en envoyer d’autres.")]
    TooMuch,
}

const PER_IP: NonZeroU32 = NonZeroU32::new(60).expect("sixty is not zero");
const PER_SENDER: NonZeroU32 = NonZeroU32::new(20).expect("twenty is not zero");
const PER_EMAIL: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");

impl Limits {
    pub fn new(enabled: bool) -> Self {
        Self {
            by_ip: RateLimiter::keyed(Quota::per_minute(PER_IP)),
            by_email: RateLimiter::keyed(Quota::with_period(Duration::from_secs(60)).expect("a minute is not zero").allow_burst(PER_EMAIL)),
            by_sender: RateLimiter::keyed(Quota::with_period(Duration::from_secs(180)).expect("three minutes are not zero").allow_burst(PER_SENDER)),
            by_recipient: RateLimiter::keyed(Quota::with_period(Duration::from_secs(600)).expect("ten minutes are not zero")),
            enabled,
        }
    }

    pub fn check(&self, ip: IpAddr, email: &str) -> Result<(), TooMany> {
        if !self.enabled {
            return Ok(());
        }
        self.by_ip.check_key(&ip).map_err(|_| TooMany)?;
        self.by_email.check_key(&email.to_lowercase()).map_err(|_| TooMany)
    }

    /// For what is guessed without an account.
    pub fn check_address(&self, ip: IpAddr) -> Result<(), TooMany> {
        if self.enabled { self.by_ip.check_key(&ip).map_err(|_| TooMany) } else { Ok(()) }
    }

    /// For the mails somebody has us send to others: so many an hour, whoever they are for.
    pub fn check_sender(&self, account: AccountId) -> Result<(), TooMany> {
        if self.enabled { self.by_sender.check_key(&account).map_err(|_| TooMany) } else { Ok(()) }
    }

    /// One mail every ten minutes to the same person.
    fn check_recipient(&self, account: AccountId, email: &str) -> Result<(), TooMany> {
        if self.enabled { self.by_recipient.check_key(&(account, email.to_lowercase())).map_err(|_| TooMany) } else { Ok(()) }
    }

    pub fn check_invitation(&self, account: AccountId, email: &str) -> Result<(), InvitationLimit> {
        self.check_recipient(account, email).map_err(|_| InvitationLimit::TooSoon)?;
        self.check_sender(account).map_err(|_| InvitationLimit::TooMuch)
    }

    /// Forgets the addresses that have been quiet.
    pub fn sweep(&self) {
        self.by_ip.retain_recent();
        self.by_email.retain_recent();
        self.by_sender.retain_recent();
        self.by_recipient.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_closed_before_an_address_is() {
        let limits = Limits::new(true);
        let ip = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..10 {
            assert_eq!(limits.check(ip, "a@b.fr"), Ok(()));
        }
        assert_eq!(limits.check(ip, "A@B.fr"), Err(TooMany));
        assert_eq!(limits.check(ip, "autre@b.fr"), Ok(()));
        for i in 0..48 {
            assert_eq!(limits.check(ip, &format!("{i}@b.fr")), Ok(()), "{i}");
        }
        assert_eq!(limits.check(ip, "encore@b.fr"), Err(TooMany));
        assert_eq!(limits.check(IpAddr::from([192, 0, 2, 2]), "encore@b.fr"), Ok(()));
    }
}
