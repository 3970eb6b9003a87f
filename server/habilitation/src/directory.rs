//! Looks up in the public company directory which establishment has a SIRET. Answers are cached in the database with their date; a
//! directory that cannot be reached is a distinct error, which does not block drafts.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::{Timestamp, organisation::Establishment, siret::Siret, text};
use serde_json::Value;
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
            // A cached answer, however old, is better than none.
            Err(error) => cached.map(|(found, _)| found).ok_or(error),
        }
    }
}

/// Why the directory gave no usable answer.
#[derive(Debug, PartialEq, Eq)]
enum NoAnswer {
    /// It does not answer, or answers that it cannot.
    Outage,
    /// Its answer about this number cannot be read; it may still answer about other numbers.
    Odd,
}

/// After an outage the directory is not asked again for a minute, so that nobody waits for it.
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
    let outage = matches!(answer, Err(NoAnswer::Outage));
    *silent_until.lock().unwrap_or_else(PoisonError::into_inner) = outage.then(|| cx.now() + SILENCE);
    answer.map_err(|_| DirectoryError::Unreachable)
}

async fn ask(base: &str, http: &reqwest::Client, siret: &Siret) -> Result<Option<Establishment>, NoAnswer> {
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(150 << attempt)).await;
        }
        let sent = http.get(format!("{base}/search")).query(&[("q", siret.as_str())]).timeout(Duration::from_secs(3)).send().await;
        match sent {
            Ok(response) if response.status().is_success() => match response.bytes().await {
                Ok(body) => {
                    return serde_json::from_slice(&body).ok().and_then(|answer| establishment(&answer, siret)).ok_or_else(|| {
                        tracing::warn!("the directory's answer cannot be read");
                        NoAnswer::Odd
                    });
                }
                Err(error) => tracing::warn!(error = %error.without_url(), "the directory's answer was cut"),
            },
            Ok(response) if response.status().is_client_error() && response.status().as_u16() != 429 => return Ok(None),
            Ok(response) => tracing::warn!(http.status = response.status().as_u16(), "the directory failed"),
            Err(error) => tracing::warn!(error = %error.without_url(), "the directory cannot be reached"),
        }
    }
    Err(NoAnswer::Outage)
}

/// Reads an answer: `Some(None)` when the list does not have this number, `None` when the answer is not a list. A field that is
/// missing, null or of another type reads as an empty text.
fn establishment(answer: &Value, siret: &Siret) -> Option<Option<Establishment>> {
    let units = match answer.as_object()?.get("results") {
        None | Some(Value::Null) => return Some(None),
        Some(results) => results.as_array()?,
    };
    let sites = |unit: &Value| unit["matching_etablissements"].as_array().cloned().unwrap_or_default();
    let found = units.iter().find_map(|unit| Some((unit, sites(unit).into_iter().find(|site| plain(&site["siret"]) == siret.as_str())?)));
    Some(found.map(|(unit, site)| {
        let (legal_category, naf) = (plain(&unit["nature_juridique"]), plain(&site["activite_principale"]));
        let (name, address, town) = (plain(&unit["nom_complet"]), plain(&site["adresse"]), plain(&site["libelle_commune"]));
        Establishment {
            siret: siret.clone(),
            name: if name.is_empty() || is_withheld(&name) { WITHHELD_NAME.to_owned() } else { name },
            legal_category_label: labels::legal_category(&legal_category).to_owned(),
            legal_category,
            naf_label: labels::naf(&naf).to_owned(),
            naf,
            address: if is_withheld(&address) { WITHHELD_ADDRESS.to_owned() } else { address },
            postal_code: shown(plain(&site["code_postal"])),
            town: shown(town),
            head_office: matches!(plain(&site["est_siege"]).as_str(), "true" | "1"),
            open: plain(&site["etat_administratif"]) != "F",
        }
    }))
}

/// The text of a field without invisible characters; empty for anything but a string, a number or a boolean.
fn plain(field: &Value) -> String {
    match field {
        Value::String(typed) => text::visible(typed).trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

const WITHHELD_NAME: &str = "Nom non diffusé";
const WITHHELD_ADDRESS: &str = "Adresse non diffusée";

/// The directory writes « [NON-DIFFUSIBLE] » or « [ND] » for those who asked INSEE not to publish their name and address (Code de
/// commerce, art. A123-96).
fn is_withheld(text: &str) -> bool {
    text.contains("[NON-DIFFUSIBLE]") || text.contains("[ND]")
}

fn shown(text: String) -> String {
    if is_withheld(&text) { String::new() } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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

    #[test]
    fn what_can_be_read_of_an_answer_is_read() {
        const SIRET: &str = "21920023500014";
        let siret = Siret::parse(SIRET).expect("valid");
        let site = json!({ "siret": SIRET, "adresse": "1 PLACE X", "code_postal": "92140", "libelle_commune": "CLAMART",
            "activite_principale": "84.11Z", "est_siege": true, "etat_administratif": "A" });
        let unit = |site: Value| json!({ "nom_complet": "COMMUNE DE CLAMART", "nature_juridique": "7210", "matching_etablissements": [site] });
        let with = |mut one: Value, field: &str, value: Value| {
            one[field] = value;
            one
        };
        let whole = unit(site.clone());
        let nobody = json!({ "nom_complet": null, "matching_etablissements": [{ "siret": null }] });
        let told = |results: Value| {
            establishment(&json!({ "results": results }), &siret).expect("an answer").map(|found| (found.name, found.head_office, found.address))
        };
        let clamart = |head_office: bool| Some(("COMMUNE DE CLAMART".to_owned(), head_office, "1 PLACE X".to_owned()));
        for (results, expected) in [
            (json!([whole.clone()]), clamart(true)),
            (json!([unit(with(site.clone(), "est_siege", Value::Null))]), clamart(false)),
            (json!([unit(with(site.clone(), "est_siege", json!("true")))]), clamart(true)),
            (json!([unit(with(site.clone(), "code_postal", json!(92140)))]), clamart(true)),
            (json!([unit(with(site.clone(), "libelle_commune", json!([])))]), clamart(true)),
            (json!([with(whole.clone(), "nature_juridique", json!(7210))]), clamart(true)),
            (json!([with(whole.clone(), "nom_complet", Value::Null)]), Some(("Nom non diffusé".to_owned(), true, "1 PLACE X".to_owned()))),
            (json!([with(whole.clone(), "nom_complet", json!("  "))]), Some(("Nom non diffusé".to_owned(), true, "1 PLACE X".to_owned()))),
            (json!([nobody.clone(), whole.clone()]), clamart(true)),
            (json!([null, 12, "x", whole.clone()]), clamart(true)),
            (json!([with(whole.clone(), "matching_etablissements", json!([null, { "siret": null }, {}, site.clone()]))]), clamart(true)),
            (json!([with(whole.clone(), "matching_etablissements", Value::Null)]), None),
            (json!([nobody]), None),
            (json!([]), None),
            (Value::Null, None),
            (
                json!([with(unit(with(site.clone(), "adresse", json!("[NON-DIFFUSIBLE] 92140 CLAMART"))), "nom_complet", json!("[NON-DIFFUSIBLE]"))]),
                Some(("Nom non diffusé".to_owned(), true, "Adresse non diffusée".to_owned())),
            ),
            (
                json!([with(unit(with(site.clone(), "adresse", json!("[ND] [ND]"))), "nom_complet", json!("[ND] [ND]"))]),
                Some(("Nom non diffusé".to_owned(), true, "Adresse non diffusée".to_owned())),
            ),
        ] {
            assert_eq!(told(results.clone()), expected, "{results}");
        }
        let town = |value: &str| establishment(&json!({ "results": [unit(with(site.clone(), "libelle_commune", json!(value)))] }), &siret);
        assert_eq!(town("[ND]").flatten().map(|found| found.town).as_deref(), Some(""));
        assert_eq!(establishment(&json!({}), &siret), Some(None));
        for odd in [json!(null), json!([]), json!("x"), json!({ "results": "x" }), json!({ "results": {} })] {
            assert_eq!(establishment(&odd, &siret), None, "{odd}");
        }
    }
}
