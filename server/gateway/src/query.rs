//! The parameters of a call: what a partner may ask beside the identity, which is never taken from the query.

use std::collections::BTreeMap;

use domain::{
    Timestamp, calendar,
    endpoint::{Endpoint, Parameter, ParameterKind},
    siret::Siret,
};

use crate::refusal::{ErrorItem, Refusal, codes};

/// Bytes; a call has a few short parameters.
pub const LONGEST: usize = 4096;

#[derive(Debug, Clone, Default)]
pub struct Query(BTreeMap<String, Vec<String>>);

enum Given<'a> {
    Nothing,
    One(&'a str),
    Several,
}

impl Query {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.len() > LONGEST {
            return Err(Refusal::too_long(LONGEST));
        }
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            values.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Ok(Self(values))
    }

    pub fn names(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn given(&self, name: &str) -> Given<'_> {
        match self.0.get(name).map(Vec::as_slice) {
            None | Some([]) => Given::Nothing,
            Some([one]) if one.trim().is_empty() => Given::Nothing,
            Some([one]) => Given::One(one.trim()),
            Some(_) => Given::Several,
        }
    }

    /// The organisation on whose behalf the data is asked for.
    pub fn recipient(&self) -> Result<Siret, Refusal> {
        let wrong = |detail: String| Refusal::parameters(vec![ErrorItem::parameter(codes::RECIPIENT, "recipient", detail)]);
        match self.given("recipient") {
            Given::Nothing => Err(wrong(
                "Le paramètre « recipient » est obligatoire : indiquez le numéro SIRET de l’organisme destinataire des données.".to_owned(),
            )),
            Given::Several => Err(wrong("Le paramètre « recipient » ne peut être donné qu’une fois.".to_owned())),
            Given::One(text) => Siret::parse(text).map_err(|invalid| wrong(invalid.to_string())),
        }
    }

    /// The business parameters of the endpoint, defaults filled in. Others are ignored.
    pub fn business(&self, endpoint: &Endpoint, now: Timestamp) -> Result<BTreeMap<String, i64>, Refusal> {
        let today = calendar::paris_date(now);
        let (year, month) = (i64::from(today.year()), i64::from(today.month()));
        let mut values = BTreeMap::new();
        let mut errors = Vec::new();
        for parameter in &endpoint.parameters {
            match self.integer(parameter, year, month) {
                Ok(Some(value)) => drop(values.insert(parameter.name.clone(), value)),
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
        errors.extend(future(endpoint, &values, (year, month)));
        if errors.is_empty() { Ok(values) } else { Err(Refusal::parameters(errors)) }
    }

    fn integer(&self, parameter: &Parameter, year: i64, month: i64) -> Result<Option<i64>, ErrorItem> {
        let Parameter { name, description: _, kind, range, error, malformed } = parameter;
        let (offset, default) = match kind {
            ParameterKind::Integer => (0, None),
            ParameterKind::Year => (year, Some(year)),
            ParameterKind::Month => (0, Some(month)),
        };
        let malformed = malformed.as_ref().unwrap_or(error);
        let text = match self.given(name) {
            Given::Nothing => return Ok(default),
            Given::Several => return Err(ErrorItem::parameter(malformed, name, format!("Le paramètre « {name} » ne peut être donné qu’une fois."))),
            Given::One(text) => text,
        };
        // `+5` and `-0` are integers to Rust, not to people.
        let digits = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(value) = digits.then(|| text.parse::<i64>().ok()).flatten() else {
            return Err(ErrorItem::parameter(malformed, name, format!("Le paramètre « {name} » est un nombre entier.")));
        };
        let (low, high) = (range.0 + offset, range.1 + offset);
        if (low..=high).contains(&value) {
            Ok(Some(value))
        } else {
            Err(ErrorItem::parameter(error, name, format!("Le paramètre « {name} » est compris entre {low} et {high}.")))
        }
    }
}

/// A month that is still to come; nothing when its year or month was refused already.
fn future(endpoint: &Endpoint, values: &BTreeMap<String, i64>, now: (i64, i64)) -> Option<ErrorItem> {
    let of = |kind| endpoint.parameters.iter().find(|parameter| parameter.kind == kind);
    let (year, month) = (of(ParameterKind::Year)?, of(ParameterKind::Month)?);
    let asked = (*values.get(&year.name)?, *values.get(&month.name)?);
    (asked > now)
        .then(|| ErrorItem::parameter(&month.error, &month.name, format!("Le mois demandé, {:02}/{}, n’est pas encore commencé.", asked.1, asked.0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn endpoint() -> Endpoint {
        catalogue::shipped().unwrap().endpoints()[0].clone()
    }

    fn now() -> Timestamp {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    fn codes_of(refusal: &Refusal) -> Vec<&str> {
        refusal.errors.iter().map(|error| error.code.as_str()).collect()
    }

    #[test]
    fn year_and_month() {
        for (query, expected) in [
            ("", Ok((2026, 11))),
            ("annee=&mois=", Ok((2026, 11))),
            ("annee=2026&mois=11", Ok((2026, 11))),
            ("annee=2026&mois=5", Ok((2026, 5))),
            ("annee=2026&mois=05", Ok((2026, 5))),
            ("mois=+7+", Ok((2026, 7))),
            ("annee=2024", Ok((2024, 11))),
            ("annee=2025&mois=12", Ok((2025, 12))),
            ("mois=12", Err(vec!["00354"])),
            ("annee=2026&mois=12", Err(vec!["00354"])),
            ("mois=0", Err(vec!["00354"])),
            ("mois=13", Err(vec!["00354"])),
            ("mois=novembre", Err(vec!["00354"])),
            ("mois=%2B5", Err(vec!["00354"])),
            ("mois=5&mois=6", Err(vec!["00354"])),
            ("annee=2023", Err(vec!["00356"])),
            ("annee=2027", Err(vec!["00356"])),
            ("annee=-2026", Err(vec!["00353"])),
            ("annee=deux", Err(vec!["00353"])),
            ("annee=99999999999999999999", Err(vec!["00353"])),
            ("annee=%FF%FE", Err(vec!["00353"])),
            ("annee=1999&mois=44", Err(vec!["00356", "00354"])),
        ] {
            let values = Query::parse(query).unwrap().business(&endpoint(), now());
            let simple = values.as_ref().map(|values| (values["annee"], values["mois"])).map_err(codes_of);
            assert_eq!(simple, expected, "{query}");
        }
    }

    #[test]
    fn the_year_changes_in_paris() {
        let new_year = "2026-12-31T23:30:00Z".parse().unwrap();
        let values = Query::parse("").unwrap().business(&endpoint(), new_year).unwrap();
        assert_eq!((values["annee"], values["mois"]), (2027, 1));
    }

    #[test]
    fn recipients() {
        for (query, ok) in [
            ("recipient=13002526500013", true),
            ("recipient=130+025+265+00013", true),
            ("recipient=13002526500014", false),
            ("recipient=1300252650001", false),
            ("recipient=%00%00", false),
            ("recipient=", false),
            ("", false),
            ("recipient=13002526500013&recipient=13002526500013", false),
        ] {
            let recipient = Query::parse(query).unwrap().recipient();
            assert_eq!(recipient.is_ok(), ok, "{query}");
            if let Err(refusal) = recipient {
                assert_eq!((refusal.status, codes_of(&refusal)), (422, vec!["00210"]), "{query}");
            }
        }
        assert_eq!(Query::parse(&"a".repeat(LONGEST + 1)).unwrap_err().status, 414);
    }

    proptest! {
        #[test]
        fn any_query_is_answered_without_panic(text in ".*") {
            if let Ok(query) = Query::parse(&text) {
                let _ = query.recipient();
                let _ = query.business(&endpoint(), now());
            }
        }
    }
}
