//! The signing keys of our issuers, read from the store and cached for a few minutes: a key added there since the last reading can only be newer
//! than the one this process signs with.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::Timestamp;
use oidc::SigningKey;
use store::{Cx, Error, Result, signing_key};
use tokio::sync::Mutex;

const KEPT: Duration = Duration::from_secs(5 * 60);

type Keys = Arc<Vec<SigningKey>>;

#[derive(Debug, Default)]
pub(crate) struct KeyRing(Mutex<HashMap<String, (Timestamp, Keys)>>);

impl KeyRing {
    /// The keys of an issuer, the newest first: that one signs. The first call makes one.
    pub(crate) async fn of(&self, cx: &Cx, place: &str) -> Result<Keys> {
        let mut rings = self.0.lock().await;
        if let Some((read_at, keys)) = rings.get(place)
            && *read_at + KEPT > cx.now()
        {
            return Ok(keys.clone());
        }
        let keys = Arc::new(load(cx, place).await?);
        rings.insert(place.to_owned(), (cx.now(), keys.clone()));
        Ok(keys)
    }

    pub(crate) async fn sign(&self, cx: &Cx, place: &str, claims: &(impl serde::Serialize + Sync)) -> Result<String> {
        let keys = self.of(cx, place).await?;
        let newest = keys.first().ok_or_else(|| unusable(place))?;
        newest.sign(claims).map_err(|_| unusable(place))
    }
}

async fn load(cx: &Cx, place: &str) -> Result<Vec<SigningKey>> {
    let mut stored = signing_key::of_issuer(cx, &cx.db, place).await?;
    if stored.is_empty() {
        let new = SigningKey::generate().map_err(|_| unusable(place))?;
        let tx = cx.begin().await?;
        signing_key::add_first(cx, &tx, place, &new).await?;
        tx.commit().await?;
        stored = signing_key::of_issuer(cx, &cx.db, place).await?;
    }
    stored.iter().map(|pkcs8| SigningKey::from_pkcs8(pkcs8).map_err(|_| unusable(place))).collect()
}

fn unusable(place: &str) -> Error {
    Error::Unseal(format!("signing key of {place}"))
}
