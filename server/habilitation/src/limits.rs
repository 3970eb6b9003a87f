//! Rate limits, shared by all processes. What others try on an account never locks its owner out in a browser they signed in with
//! before, nor keeps them from choosing a new password; in other browsers, it slows everybody down.

use std::time::Duration;

use domain::{
    Hours, Timestamp, calendar::french_time, contact::Email, ids::AccountId, network::Origin, retention::KNOWN_DEVICE, security::SecurityKind,
};
use store::{
    account,
    designation::Designation,
    known_device,
    limit::{Bucket, Quota, Taken, longest_wait, take, take_all},
};

use crate::Habilitation;

/// A browser that nobody signed in with since this instant is no longer known.
pub(crate) fn known_since(now: Timestamp) -> Timestamp {
    Hours(-KNOWN_DEVICE.0).after(now)
}

/// Whether limits apply: they are off in tests and benchmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    enabled: bool,
}

impl Limits {
    pub fn new(enabled: bool) -> Self {
        Self { enabled }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts")]
pub struct TooMany {
    pub until: Timestamp,
    pub now: Timestamp,
}

impl TooMany {
    /// As `Retry-After` counts: whole seconds, rounded up.
    pub fn seconds(self) -> u64 {
        let micros = u64::try_from(self.until.as_microsecond() - self.now.as_microsecond()).unwrap_or(0);
        micros.div_ceil(1_000_000).max(1)
    }

    /// « 3 minutes », never less than there is.
    pub fn delay(self) -> String {
        match self.seconds() {
            ..=60 => "une minute".to_owned(),
            seconds @ ..3600 => format!("{}\u{a0}minutes", seconds.div_ceil(60)),
            3600 => "une heure".to_owned(),
            seconds => format!("{}\u{a0}heures", seconds.div_ceil(3600)),
        }
    }

    /// When to come back.
    pub fn sentence(self) -> String {
        format!("Trop de tentatives\u{a0}: réessayez dans {}, à partir de {}.", self.delay(), french_time(self.until))
    }
}

/// Why an invitation is not sent: too soon for this recipient, or too many from this sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationLimit {
    #[error("an invitation has just left")]
    TooSoon(TooMany),
    #[error("too many invitations left")]
    TooMuch(TooMany),
}

impl InvitationLimit {
    /// What the person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::TooSoon(wait) => format!("Une invitation vient de partir\u{a0}: attendez {} avant de la renvoyer.", wait.delay()),
            Self::TooMuch(wait) => {
                format!("Beaucoup d’invitations sont parties de votre compte\u{a0}: attendez {} avant d’en envoyer d’autres.", wait.delay())
            }
        }
    }
}

const fn quota(at_once: u32, then_every_s: u64) -> Quota {
    Quota { at_once, then_every: Duration::from_secs(then_every_s) }
}

/// One person typing a password or a code.
const BY_HAND: Quota = quota(10, 60);
/// Everybody behind one network address, which a whole town hall may share.
const NETWORK: Quota = quota(60, 1);
/// All attempts on one account from browsers it does not know: about 1,500 guesses a day.
const ELSEWHERE: Quota = quota(100, 60);
/// The same for six-digit codes, which are asked only after the password.
const CODES_ELSEWHERE: Quota = quota(20, 60);
/// Mails that one person may ask for.
const MESSAGES_BY_HAND: Quota = quota(5, 120);
const MESSAGES_NETWORK: Quota = quota(30, 10);
/// Mails that strangers may have sent to one mailbox: past this limit, it holds enough links that work.
const MAILBOX: Quota = quota(20, 180);
const SENDER: Quota = quota(20, 180);
const RECIPIENT: Quota = quota(1, 600);
/// Answers of a designated person to their role: an answer, and a change of mind or two.
const ROLE: Quota = quota(3, 24 * 3600);

/// What somebody attempts, and is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door<'a> {
    /// The password, at an address that may have no account.
    Password(&'a Email),
    /// A second factor after the password, or a change of factors.
    Code(AccountId),
    /// The password again, inside a session.
    OwnPassword(AccountId),
    SignUp(&'a Email),
    NewPassword(&'a Email),
}

impl Door<'_> {
    fn label(self) -> &'static str {
        match self {
            Self::Password(_) => "Connexion",
            Self::Code(_) => "Second facteur",
            Self::OwnPassword(_) => "Changement de mot de passe",
            Self::SignUp(_) => "Création de compte",
            Self::NewPassword(_) => "Mot de passe oublié",
        }
    }

    /// The buckets that an attempt is taken from. `device` is a browser that signed in to the account before: it has a bucket of its
    /// own, which nobody else empties.
    fn buckets(self, from: &Origin, device: Option<&str>) -> Vec<Bucket> {
        let network = &from.network;
        let bucket = |purpose, key: String, quota| Bucket { purpose, key, quota };
        match (self, device) {
            (Self::OwnPassword(account), _) => vec![bucket("own_password", account.to_string(), BY_HAND)],
            (Self::Password(email), Some(device)) => vec![bucket("password.device", format!("{device} {email}"), BY_HAND)],
            (Self::Password(email), None) => vec![
                bucket("password.network", network.to_string(), NETWORK),
                bucket("password.pair", format!("{network} {email}"), BY_HAND),
                bucket("password.account", email.to_string(), ELSEWHERE),
            ],
            (Self::Code(account), Some(device)) => vec![bucket("code.device", format!("{device} {account}"), BY_HAND)],
            (Self::Code(account), None) => {
                vec![bucket("code.pair", format!("{network} {account}"), BY_HAND), bucket("code.account", account.to_string(), CODES_ELSEWHERE)]
            }
            (Self::NewPassword(email), Some(device)) => vec![bucket("reset.device", format!("{device} {email}"), MESSAGES_BY_HAND)],
            (Self::NewPassword(email), None) => vec![
                bucket("reset.network", network.to_string(), MESSAGES_NETWORK),
                bucket("reset.pair", format!("{network} {email}"), MESSAGES_BY_HAND),
            ],
            (Self::SignUp(email), _) => vec![
                bucket("sign_up.network", network.to_string(), MESSAGES_NETWORK),
                bucket("sign_up.pair", format!("{network} {email}"), MESSAGES_BY_HAND),
            ],
        }
    }
}

type Allowed<E = TooMany> = Result<Result<(), E>, store::Error>;

impl Habilitation {
    async fn take(&self, buckets: &[Bucket]) -> Result<Result<bool, TooMany>, store::Error> {
        if !self.limits.enabled {
            return Ok(Ok(false));
        }
        Ok(match take_all(&self.cx, buckets).await? {
            Taken::Wait(until) => Err(self.too_many(until)),
            taken => Ok(taken == Taken::Last),
        })
    }

    pub(crate) fn too_many(&self, until: Timestamp) -> TooMany {
        TooMany { until, now: self.cx.now() }
    }

    /// Counts one attempt, or says how long to wait.
    pub(crate) async fn may_try(&self, door: Door<'_>, from: &Origin) -> Allowed {
        let device = if self.knows(door, from).await? { from.device.as_deref() } else { None };
        let last = match self.take(&door.buckets(from, device)).await? {
            Ok(last) => last,
            Err(wait) => return Ok(Err(wait)),
        };
        if last {
            let account = match door {
                Door::Code(account) | Door::OwnPassword(account) => Some(account),
                Door::Password(email) | Door::SignUp(email) | Door::NewPassword(email) => {
                    account::by_email(&self.cx.db, email).await?.map(|account| account.id)
                }
            };
            self.note_now(SecurityKind::LimitReached, account, Some(from), door.label()).await?;
        }
        Ok(Ok(()))
    }

    /// Whether this browser signed in to this account before. Runs as many queries whatever the answer, so that time does not tell.
    async fn knows(&self, door: Door<'_>, from: &Origin) -> Result<bool, store::Error> {
        let Some(device) = from.device.as_deref().filter(|_| self.limits.enabled) else { return Ok(false) };
        let known = known_device::accounts(&self.cx.db, device, known_since(self.cx.now())).await?;
        match door {
            Door::Code(account) | Door::OwnPassword(account) => Ok(known.contains(&account)),
            Door::Password(email) | Door::SignUp(email) | Door::NewPassword(email) => {
                Ok(account::by_ids(&self.cx.db, known).await?.iter().any(|account| account.email == email.as_str()))
            }
        }
    }

    /// For codes that are guessed without an account: only wrong guesses count, so that a right one writes nothing.
    pub(crate) async fn may_guess(&self, from: &Origin) -> Allowed {
        let until = if self.limits.enabled { longest_wait(&self.cx, &self.cx.db, &[guess(from)]).await? } else { None };
        Ok(until.map_or(Ok(()), |until| Err(self.too_many(until))))
    }

    pub(crate) async fn guessed_wrong(&self, from: &Origin) -> Allowed {
        Ok(self.take(&[guess(from)]).await?.map(|_| ()))
    }

    /// False when this mailbox was sent as many mails as strangers may ask for.
    pub(crate) async fn may_write_to(&self, email: &Email) -> Result<bool, store::Error> {
        let bucket = Bucket { purpose: "mailbox", key: email.to_string(), quota: MAILBOX };
        Ok(self.take(&[bucket]).await?.is_ok())
    }

    /// For the mails that somebody has the site send to others: limits the sender, whoever the recipients are.
    pub(crate) async fn may_send(&self, account: AccountId) -> Allowed {
        Ok(self.take(&[sender(account)]).await?.map(|_| ()))
    }

    /// The same, in the transaction that sends.
    pub(crate) async fn may_send_with(&self, tx: &store::Tx, account: AccountId) -> Allowed {
        self.take_with(tx, &sender(account)).await
    }

    pub(crate) async fn may_answer_role(&self, tx: &store::Tx, named: &Designation) -> Allowed {
        let Designation { request, contact, email, .. } = named;
        self.take_with(tx, &Bucket { purpose: "role", key: format!("{request} {contact} {email}"), quota: ROLE }).await
    }

    async fn take_with(&self, tx: &store::Tx, bucket: &Bucket) -> Allowed {
        if !self.limits.enabled {
            return Ok(Ok(()));
        }
        match take(&self.cx, tx, bucket).await? {
            Taken::Wait(until) => Ok(Err(self.too_many(until))),
            Taken::Yes | Taken::Last => Ok(Ok(())),
        }
    }

    /// Limits the sender, and allows one mail every ten minutes to the same person.
    pub(crate) async fn may_invite(&self, account: AccountId, email: &str) -> Allowed<InvitationLimit> {
        let recipient = Bucket { purpose: "recipient", key: format!("{account} {}", email.to_lowercase()), quota: RECIPIENT };
        if let Err(wait) = self.take(&[recipient]).await? {
            return Ok(Err(InvitationLimit::TooSoon(wait)));
        }
        Ok(self.take(&[sender(account)]).await?.map(|_| ()).map_err(InvitationLimit::TooMuch))
    }
}

fn guess(from: &Origin) -> Bucket {
    Bucket { purpose: "verification", key: from.network.to_string(), quota: NETWORK }
}

fn sender(account: AccountId) -> Bucket {
    Bucket { purpose: "sender", key: account.to_string(), quota: SENDER }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_to_wait_as_long_as_there_is_to_wait() {
        let now = Timestamp::from_second(1_800_000_000).expect("an instant");
        for (micros, seconds, delay) in [
            (1, 1, "une minute"),
            (60_000_000, 60, "une minute"),
            (60_000_001, 61, "2\u{a0}minutes"),
            (599_000_000, 599, "10\u{a0}minutes"),
            (3_600_000_000, 3600, "une heure"),
            (3_601_000_000, 3601, "2\u{a0}heures"),
        ] {
            let wait = TooMany { until: Timestamp::from_microsecond(now.as_microsecond() + micros).expect("an instant"), now };
            assert_eq!((wait.seconds(), wait.delay().as_str()), (seconds, delay), "{micros}");
        }
    }
}
