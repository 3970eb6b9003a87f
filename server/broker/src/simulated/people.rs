//! The people of the demonstration: each shows one case, named by the login.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct TestPerson {
    pub login: String,
    pub family_name: String,
    #[serde(default)]
    pub preferred_username: String,
    pub given_name: String,
    pub gender: String,
    pub email: String,
    pub birthdate: String,
    #[serde(default)]
    pub birthplace: String,
    pub birthcountry: String,
    /// What the person shows, for the page's help; empty for those which are not listed there.
    #[serde(default)]
    pub shows: String,
    #[serde(default)]
    pub account_status: String,
}

/// The same for everybody.
pub(super) const PASSWORD: &str = "123";

static PEOPLE: LazyLock<Vec<TestPerson>> =
    LazyLock::new(|| serde_json::from_str(include_str!("people.json")).expect("the embedded file is read by a test"));

pub(super) fn all() -> &'static [TestPerson] {
    &PEOPLE
}

pub(super) fn find(login: &str) -> Option<&'static TestPerson> {
    all().iter().find(|person| person.login == login)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::{Map, Value};

    use super::*;
    use crate::{identity, simulated::token::claims};

    #[test]
    fn each_login_is_one_person_and_the_first_is_angela() {
        let logins: HashSet<&str> = all().iter().map(|person| person.login.as_str()).collect();
        assert_eq!(logins.len(), all().len());
        assert_eq!(all()[0].given_name, "Angela Claire Louise");
    }

    #[test]
    fn what_the_broker_makes_of_each_case() {
        let read = |login: &str| {
            let claims: Map<String, Value> = claims(find(login).expect(login));
            identity::read(&claims).map_err(|claim| claim.0)
        };
        for (login, claim) in [
            ("sans_prenom", "given_name"),
            ("sans_nom_naissance", "family_name"),
            ("sans_mail", "email"),
            ("sans_genre", "gender"),
            ("sans_birthplace", "birthplace"),
            ("test_INVALID_COG", "birthplace"),
            ("test_CORSE_INVALID", "birthcountry"),
        ] {
            assert_eq!(read(login), Err(claim), "{login}");
        }
        let broken = ["sans_prenom", "sans_nom_naissance", "sans_mail", "sans_genre", "sans_birthplace", "test_INVALID_COG", "test_CORSE_INVALID"];
        for person in all().iter().filter(|person| !broken.contains(&person.login.as_str())) {
            assert!(read(&person.login).is_ok(), "{}", person.login);
        }
        let of = |login: &str| read(login).expect(login);
        assert_eq!(of("naissance_etranger_birthplace_texte").birthplace, "");
        assert_eq!(of("étranger_présumé_né_jour_et_mois").birthdate.padded(), "1992-01-01");
        assert_eq!(of("test").given_names, ["Angela", "Claire", "Louise"]);
        assert_eq!(of("nom_50+_caractères").family_name.len(), 52);
    }
}
