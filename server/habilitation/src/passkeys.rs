//! Passkeys, the second factor without anything to type. Source: W3C Web Authentication Level 3, § 7.1 (registration) and § 7.2
//! (authentication), carried out by `webauthn-rs`: challenge, origin, relying party, presence and verification of the person,
//! signature, counter. This module keeps each challenge sealed, for one session, one purpose, one answer and five minutes.

use domain::{
    actor::Actor,
    administration::AdminKind,
    ids::{AccountId, PasskeyId},
    network::Origin,
    second_factor::{CREDENTIAL_ID_MAX, PASSKEYS_MAX, challenge_until, counter_follows, must_stay, passkey_name},
    security::SecurityKind,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use store::{
    account,
    passkey::{self, NewPasskey, Purpose},
    session::{self, Session},
};
use url::{Host, Url};
use webauthn_rs::prelude::{
    Passkey as Credential, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder,
    WebauthnError,
};

use crate::{
    Habilitation,
    factors::{Enrolled, FactorError, PASSKEY, required},
    limits::Door,
    mails::account as mails,
};

#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The errors of a code: too many attempts, no session, an impersonation, a factor shown too long ago.
    #[error(transparent)]
    Factor(#[from] FactorError),
    #[error("the name of the passkey")]
    Name,
    #[error("no answer from the passkey")]
    Missing,
    #[error("the ceremony is over or was used")]
    Expired,
    #[error("the answer of the passkey was refused")]
    Refused,
    #[error("the passkey was copied")]
    Copied,
    #[error("the passkey is enrolled already")]
    Known,
    #[error("too many passkeys")]
    Full,
    /// No such passkey, or none on this site.
    #[error("no such passkey")]
    NotFound,
}

impl PasskeyError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Name => "Donnez à cette clé un nom de 50\u{a0}caractères au plus, par exemple «\u{a0}Téléphone\u{a0}».".to_owned(),
            Self::Missing => "La clé d’accès n’a pas répondu. Vérifiez que JavaScript est actif dans votre navigateur, puis recommencez.".to_owned(),
            Self::Expired => "Cette demande a expiré ou a déjà servi. Recommencez.".to_owned(),
            Self::Refused => "Cette clé d’accès n’a pas été acceptée. Recommencez, ou utilisez un autre moyen.".to_owned(),
            Self::Copied => {
                "Cette clé d’accès semble avoir été copiée\u{a0}: elle n’est plus acceptée. Utilisez un autre moyen, puis retirez-la de votre compte."
                    .to_owned()
            }
            Self::Known => "Cette clé est déjà enregistrée.".to_owned(),
            Self::Full => "Vous avez déjà dix clés d’accès. Retirez-en une d’abord.".to_owned(),
            _ => return None,
        })
    }
}

impl From<store::Error> for PasskeyError {
    fn from(error: store::Error) -> Self {
        Self::Factor(error.into())
    }
}

/// The relying party: the host of the site's address, which must be a domain (§ 5.1.2) served over https, or this machine (§ 13.4.9,
/// Secure Contexts).
pub(crate) fn relying_party(base_url: &str) -> Option<Webauthn> {
    let url = Url::parse(base_url).ok()?;
    let Some(Host::Domain(domain)) = url.host() else { return None };
    let local = domain == "localhost" || domain.ends_with(".localhost");
    if url.scheme() != "https" && !local {
        return None;
    }
    WebauthnBuilder::new(domain, &url).ok()?.rp_name("Habilis").build().ok()
}

fn kept(state: &impl Serialize) -> Result<Vec<u8>, PasskeyError> {
    serde_json::to_vec(state).map_err(|_| PasskeyError::Refused)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, PasskeyError> {
    serde_json::from_slice(bytes).map_err(|_| PasskeyError::Expired)
}

/// Reads the browser's answer, which the page's script put in the form.
fn answer<T: DeserializeOwned>(response: &str) -> Result<T, PasskeyError> {
    if response.trim().is_empty() {
        return Err(PasskeyError::Missing);
    }
    serde_json::from_str(response).map_err(|_| PasskeyError::Refused)
}

fn refused(error: &WebauthnError) -> PasskeyError {
    tracing::warn!(%error, "a passkey was refused");
    match error {
        WebauthnError::CredentialPossibleCompromise => PasskeyError::Copied,
        _ => PasskeyError::Refused,
    }
}

impl Habilitation {
    fn relying_party(&self) -> Result<&Webauthn, PasskeyError> {
        self.relying_party.as_deref().ok_or(PasskeyError::NotFound)
    }

    async fn session(&self, token: &str) -> Result<Session, PasskeyError> {
        let found = session::find(&self.cx.db, token, self.cx.now()).await?;
        Ok(found.ok_or(FactorError::Nobody)?)
    }

    async fn keep_challenge(&self, session: &Session, purpose: Purpose, state: &[u8]) -> Result<(), PasskeyError> {
        let tx = self.cx.begin().await?;
        passkey::set_challenge(&self.cx, &tx, session.id, purpose, state, challenge_until(self.cx.now())).await?;
        Ok(tx.commit().await?)
    }

    /// The challenge is deleted once taken, whether the answer is right or wrong.
    async fn take_challenge(&self, session: &Session, purpose: Purpose) -> Result<Vec<u8>, PasskeyError> {
        let tx = self.cx.begin().await?;
        let state = passkey::take_challenge(&self.cx, &tx, session.id, purpose).await?;
        tx.commit().await?;
        state.ok_or(PasskeyError::Expired)
    }

    async fn credentials(&self, account: AccountId) -> Result<Vec<Credential>, PasskeyError> {
        let all = passkey::of_account(&self.cx.db, account).await?;
        all.into_iter().map(|found| serde_json::from_value(found.credential).map_err(|_| PasskeyError::Refused)).collect()
    }

    /// The options of `navigator.credentials.create` for a new passkey of this name.
    pub async fn begin_passkey(&self, actor: &Actor, token: &str, name: &str, from: &Origin) -> Result<Value, PasskeyError> {
        self.may_change(actor, from).await?;
        let relying_party = self.relying_party()?;
        self.require_fresh(actor, token).await?;
        passkey_name(name).ok_or(PasskeyError::Name)?;
        let known = self.credentials(actor.account).await?;
        if known.len() >= PASSKEYS_MAX {
            return Err(PasskeyError::Full);
        }
        let tx = self.cx.begin().await?;
        let handle = passkey::handle(&self.cx, &tx, actor.account).await?;
        tx.commit().await?;
        let excluded = known.iter().map(|credential| credential.cred_id().clone()).collect();
        let (options, state) =
            relying_party.start_passkey_registration(handle, &actor.email, &actor.name, Some(excluded)).map_err(|error| refused(&error))?;
        self.keep_challenge(&self.session(token).await?, Purpose::Creation, &kept(&state)?).await?;
        serde_json::to_value(options).map_err(|_| PasskeyError::Refused)
    }

    /// Enrols the passkey that answers the challenge of this session.
    pub async fn add_passkey(&self, actor: &Actor, token: &str, name: &str, response: &str, from: &Origin) -> Result<Enrolled, PasskeyError> {
        self.may_change(actor, from).await?;
        let relying_party = self.relying_party()?;
        self.require_fresh(actor, token).await?;
        let name = passkey_name(name).ok_or(PasskeyError::Name)?;
        let response: RegisterPublicKeyCredential = answer(response)?;
        let state: PasskeyRegistration = read(&self.take_challenge(&self.session(token).await?, Purpose::Creation).await?)?;
        let credential = relying_party.finish_passkey_registration(&response, &state).map_err(|error| refused(&error))?;
        let credential_id = credential.cred_id().to_vec();
        if credential_id.len() > CREDENTIAL_ID_MAX {
            return Err(PasskeyError::Refused);
        }
        let tx = self.cx.begin().await?;
        let first = !self.has_second_factor(&tx, actor.account).await?;
        if passkey::count(&tx, actor.account).await? >= PASSKEYS_MAX as u64 {
            return Err(PasskeyError::Full);
        }
        let credential = serde_json::to_value(&credential).map_err(|_| PasskeyError::Refused)?;
        let new = NewPasskey { account: actor.account, name, credential_id: &credential_id, credential };
        if !passkey::add(&self.cx, &tx, new).await? {
            return Err(PasskeyError::Known);
        }
        let codes = if first { self.new_codes(&tx, actor.account).await? } else { Vec::new() };
        let session = self.renewed(&tx, token).await?;
        self.journal_factor(&tx, actor.account, AdminKind::FactorAdded, ("", PASSKEY), from).await?;
        mails::passkey_added(&actor.email, name).send(&self.cx, &tx).await?;
        tx.commit().await?;
        Ok(Enrolled { codes, session, replaced: false })
    }

    /// The options of `navigator.credentials.get`, for whoever holds this session.
    pub async fn begin_passkey_entry(&self, token: &str, from: &Origin) -> Result<Value, PasskeyError> {
        let relying_party = self.relying_party()?;
        let session = self.session(token).await?;
        let account = self.in_person(&session, from).await?;
        let credentials = self.credentials(account).await?;
        if credentials.is_empty() {
            return Err(PasskeyError::NotFound);
        }
        let (options, state) = relying_party.start_passkey_authentication(&credentials).map_err(|error| refused(&error))?;
        self.keep_challenge(&session, Purpose::Request, &kept(&state)?).await?;
        serde_json::to_value(options).map_err(|_| PasskeyError::Refused)
    }

    /// Checks a passkey, after the password or again later; returns the new token of the strengthened session.
    pub async fn enter_passkey(&self, token: &str, response: &str, from: &Origin) -> Result<String, PasskeyError> {
        let session = self.session(token).await?;
        let account = self.in_person(&session, from).await?;
        let entered = self.check_passkey(token, &session, account, response).await;
        if matches!(entered, Err(PasskeyError::Refused | PasskeyError::Copied)) {
            self.note_now(SecurityKind::CodeFailed, Some(account), Some(from), PASSKEY).await?;
        }
        entered
    }

    async fn check_passkey(&self, token: &str, session: &Session, account: AccountId, response: &str) -> Result<String, PasskeyError> {
        let relying_party = self.relying_party()?;
        let response: PublicKeyCredential = answer(response)?;
        let state: PasskeyAuthentication = read(&self.take_challenge(session, Purpose::Request).await?)?;
        let shown = relying_party.finish_passkey_authentication(&response, &state).map_err(|error| refused(&error))?;
        let tx = self.cx.begin().await?;
        // The passkey may have been removed meanwhile.
        let found = passkey::by_credential(&tx, account, shown.cred_id()).await?.ok_or(PasskeyError::Refused)?;
        let mut credential: Credential = serde_json::from_value(found.credential.clone()).map_err(|_| PasskeyError::Refused)?;
        credential.update_credential(&shown);
        let credential = serde_json::to_value(&credential).map_err(|_| PasskeyError::Refused)?;
        if !counter_follows(found.counter, shown.counter()) || !passkey::used(&tx, &found, &credential, shown.counter(), self.cx.now()).await? {
            return Err(PasskeyError::Copied);
        }
        let renewed = self.renewed(&tx, token).await?;
        tx.commit().await?;
        Ok(renewed)
    }

    /// Counts one attempt and returns the account of this session, which must not be an impersonation.
    async fn in_person(&self, session: &Session, from: &Origin) -> Result<AccountId, PasskeyError> {
        if session.impersonation.is_some() {
            return Err(FactorError::Impersonated.into());
        }
        let account = account::by_id(&self.cx.db, session.account).await?.filter(|account| account.suspended.is_none());
        let account = account.ok_or(FactorError::Nobody)?;
        self.may_try(Door::Code(account.id), from).await?.map_err(FactorError::from)?;
        Ok(account.id)
    }

    pub async fn rename_passkey(&self, actor: &Actor, token: &str, id: PasskeyId, name: &str, from: &Origin) -> Result<(), PasskeyError> {
        self.may_change(actor, from).await?;
        self.require_fresh(actor, token).await?;
        let name = passkey_name(name).ok_or(PasskeyError::Name)?;
        let tx = self.cx.begin().await?;
        if !passkey::rename(&tx, actor.account, id, name).await? {
            return Err(PasskeyError::NotFound);
        }
        Ok(tx.commit().await?)
    }

    /// The last factor of somebody whose rights need one is not removed. When none is left, no session of the account stays strong.
    pub async fn remove_passkey(&self, actor: &Actor, token: &str, id: PasskeyId, from: &Origin) -> Result<(), PasskeyError> {
        self.may_change(actor, from).await?;
        self.require_fresh(actor, token).await?;
        let tx = self.cx.begin().await?;
        let all = passkey::of_account(&tx, actor.account).await?;
        let found = all.iter().find(|found| found.id == id).ok_or(PasskeyError::NotFound)?;
        let others = all.len() - 1 + usize::from(self.has_application(&tx, actor.account).await?);
        if must_stay(required(actor), others) {
            return Err(FactorError::Last.into());
        }
        passkey::remove(&tx, actor.account, id).await?;
        if others == 0 {
            self.without_factor(&tx, actor.account).await?;
        }
        self.journal_factor(&tx, actor.account, AdminKind::FactorRemoved, (PASSKEY, ""), from).await?;
        mails::passkey_removed(&actor.email, &found.name, others == 0).send(&self.cx, &tx).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_domain_reached_safely_takes_passkeys() {
        for (address, taken) in [
            ("https://habilis.example", true),
            ("https://habilis.example:8443", true),
            ("http://localhost:3000", true),
            ("http://habilis.localhost:3000", true),
            ("http://habilis.example", false),
            ("http://127.0.0.1:3000", false),
            ("https://192.0.2.1", false),
            ("https://[2001:db8::1]", false),
        ] {
            assert_eq!(relying_party(address).is_some(), taken, "{address}");
        }
    }
}
