//! Asking the public company directory who stands behind a SIRET. Answers are cached in the database with their
//! date; an unreachable directory is its own answer, and blocks nobody's draft.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::{Timestamp, organisation::Establishment, siret::Siret, text};
use serde::Deserialize;
use store::{Cx, organisation};

mod labels;

/// An answer younger than this is not asked for again.
const FRESH: Duration = Duration::from_secs(24 * 3600);
const ATTEMPTS: u32 = 3;
const SILENCE: Duration = Duration::from_secs(60);

pub enum Directory {
    /// A few dozen public establishments, for the demonstration and for work without a network.
    Embedded(BTreeMap<String, Establishment>),
    /// The shape of « recherche d’entreprises »: `GET {base}/search?q={siret}`.
    Http { base: String, http: reqwest::Client, silent_until: Mutex<Option<Timestamp>> },
}

#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    #[error("the directory cannot be reached")]
    Unreachable,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Directory {
    pub fn http(base: String, http: reqwest::Client) -> Self {
        Self::Http { base, http, silent_until: Mutex::new(None) }
    }

    pub fn embedded() -> Self {
        let list: Vec<Establishment> =
            serde_json::from_str(include_str!("directory/embedded.json")).expect("the embedded directory is read by a test");
        Self::Embedded(list.into_iter().map(|e| (e.siret.to_string(), e)).collect())
    }

    /// The establishment, or `None` for a number the directory does not know.
    pub async fn look_up(&self, cx: &Cx, siret: &Siret) -> Result<Option<Establishment>, DirectoryError> {
        let cached = organisation::directory_entry(&cx.db, siret).await?;
        if let Some((found, at)) = &cached
            && cx.now().duration_since(*at).unsigned_abs() < FRESH
        {
            return Ok(found.clone());
        }
        let answer = match self {
            Self::Embedded(list) => Ok(list.get(siret.as_str()).cloned()),
            Self::Http { base, http, silent_until } => ask_unless_silent(cx, base, http, silent_until, siret).await,
        };
        match answer {
            Ok(found) => {
                let tx = cx.begin().await?;
                organisation::remember_directory_entry(&tx, siret, found.as_ref(), cx.now()).await?;
                tx.commit().await?;
                Ok(found)
            }
            // Yesterday's answer is better than none.
            Err(error) => cached.map(|(found, _)| found).ok_or(error),
        }
    }
}

/// After a failure nobody waits for the directory again for a minute.
async fn ask_unless_silent(
    cx: &Cx,
    base: &str,
    http: &reqwest::Client,
    silent_until: &Mutex<Option<Timestamp>>,
    siret: &Siret,
) -> Result<Option<Establishment>, DirectoryError> {
    let until = *silent_until.lock().unwrap_or_else(PoisonError::into_inner);
    if until.is_some_and(|until| cx.now() < until) {
        return Err(DirectoryError::Unreachable);
    }
    let answer = ask(base, http, siret).await;
    *silent_until.lock().unwrap_or_else(PoisonError::into_inner) = answer.is_err().then(|| cx.now() + SILENCE);
    answer
}

async fn ask(base: &str, http: &reqwest::Client, siret: &Siret) -> Result<Option<Establishment>, DirectoryError> {
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(150 << attempt)).await;
        }
        let sent = http.get(format!("{base}/search")).query(&[("q", siret.as_str())]).timeout(Duration::from_secs(3)).send().await;
        match sent {
            Ok(response) if response.status().is_success() => match response.json::<Answer>().await {
                Ok(answer) => return Ok(answer.establishment(siret)),
                Err(error) => tracing::warn!(error = %error.without_url(), "the directory's answer cannot be read"),
            },
            Ok(response) if response.status().is_client_error() && response.status().as_u16() != 429 => return Ok(None),
            Ok(response) => tracing::warn!(http.status = response.status().as_u16(), "the directory failed"),
            Err(error) => tracing::warn!(error = %error.without_url(), "the directory cannot be reached"),
        }
    }
    Err(DirectoryError::Unreachable)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    results: Vec<LegalUnit>,
}

#[derive(Deserialize)]
struct LegalUnit {
    #[serde(default)]
    nom_complet: String,
    #[serde(default)]
    nature_juridique: Option<String>,
    #[serde(default)]
    matching_etablissements: Vec<Site>,
}

#[derive(Deserialize)]
struct Site {
    siret: String,
    #[serde(default)]
    adresse: Option<String>,
    #[serde(default)]
    code_postal: Option<String>,
    #[serde(default)]
    libelle_commune: Option<String>,
    #[serde(default)]
    activite_principale: Option<String>,
    #[serde(default)]
    est_siege: bool,
    /// `A` open, `F` closed.
    #[serde(default)]
    etat_administratif: Option<String>,
}

impl Answer {
    fn establishment(self, siret: &Siret) -> Option<Establishment> {
        self.results.into_iter().find_map(|unit| {
            let LegalUnit { nom_complet, nature_juridique, matching_etablissements } = unit;
            let site = matching_etablissements.into_iter().find(|site| site.siret == siret.as_str())?;
            let read = |text: &str| text::visible(text).into_owned();
            let legal_category = nature_juridique.unwrap_or_default();
            let naf = site.activite_principale.unwrap_or_default();
            Some(Establishment {
                siret: siret.clone(),
                name: read(&nom_complet),
                legal_category_label: labels::legal_category(&legal_category).to_owned(),
                legal_category,
                naf_label: labels::naf(&naf).to_owned(),
                naf,
                address: read(&site.adresse.unwrap_or_default()),
                postal_code: site.code_postal.unwrap_or_default(),
                town: read(&site.libelle_commune.unwrap_or_default()),
                head_office: site.est_siege,
                open: site.etat_administratif.as_deref() != Some("F"),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_directory_is_whole() {
        let Directory::Embedded(list) = Directory::embedded() else { panic!("embedded") };
        assert!(list.len() >= 30, "{}", list.len());
        assert!(list.get("21920023500022").is_some_and(|closed| !closed.open));
        assert!(list.values().filter(|e| e.is_public()).count() >= 30);
        for one in list.values() {
            assert_eq!(one.legal_category_label, labels::legal_category(&one.legal_category), "{}", one.siret);
            assert_eq!(one.naf_label, labels::naf(&one.naf), "{}", one.siret);
        }
    }
}
