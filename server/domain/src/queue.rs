//! A reviewer's query on the list of requests, as the address holds it: a tab, filters that combine, an order.

use std::collections::BTreeSet;

use crate::{calendar::Day, ids::AccountId, request::State};

/// The longest value read from the address; longer ones are ignored.
const MAX_VALUE: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Assigned to the reader.
    Mine,
    /// Assigned to nobody.
    Unassigned,
    /// Waiting for one of the reader's teams.
    #[default]
    Teams,
    /// Every request of the reader's services, whatever its state.
    All,
}

impl Tab {
    pub const ALL: [Self; 4] = [Self::Teams, Self::Mine, Self::Unassigned, Self::All];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "miennes",
            Self::Unassigned => "libres",
            Self::Teams => "equipes",
            Self::All => "toutes",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Mine => "Les miennes",
            Self::Unassigned => "Sans instructeur",
            Self::Teams => "Mes équipes",
            Self::All => "Toutes les demandes",
        }
    }

    /// Lists turns of teams rather than requests.
    pub fn is_of_turns(self) -> bool {
        self != Self::All
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assignee {
    Me,
    Nobody,
    Person(AccountId),
}

impl Assignee {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "moi" => Some(Self::Me),
            "personne" => Some(Self::Nobody),
            other => other.parse().ok().map(Self::Person),
        }
    }
}

impl std::fmt::Display for Assignee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Me => f.write_str("moi"),
            Self::Nobody => f.write_str("personne"),
            Self::Person(account) => account.fmt(f),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Number,
    Title,
    /// When the team received it.
    Received,
    /// The promised day.
    Due,
    Submitted,
}

impl Sort {
    pub const ALL: [Self; 5] = [Self::Due, Self::Received, Self::Submitted, Self::Number, Self::Title];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Number => "numero",
            Self::Title => "projet",
            Self::Received => "recue",
            Self::Due => "echeance",
            Self::Submitted => "transmise",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Number => "Numéro",
            Self::Title => "Nom du projet",
            Self::Received => "Reçue par l’équipe",
            Self::Due => "Réponse promise",
            Self::Submitted => "Date de transmission",
        }
    }
}

/// The query, without the number of the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueQuery {
    pub tab: Tab,
    /// As typed: see [`crate::search`].
    pub words: String,
    /// Any of these services; an empty list does not filter. The same holds for the three lists that follow.
    pub services: Vec<String>,
    /// A service and one of its stages.
    pub teams: Vec<(String, String)>,
    pub states: Vec<State>,
    pub assignees: Vec<Assignee>,
    /// The promised day has passed.
    pub late: bool,
    /// Submitted on this day or later.
    pub from: Day,
    /// Submitted on this day or earlier.
    pub to: Day,
    /// The usual order of the tab when there is none.
    pub sort: Option<Sort>,
    pub descending: bool,
}

/// The most values of one filter; further ones are ignored.
const MAX_VALUES: usize = 30;

fn is_ours(value: &str) -> bool {
    !value.is_empty() && value.len() <= MAX_VALUE && !value.contains('\0')
}

/// Sorted and without duplicates, so that the same values give the same address.
fn once_each<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.take(MAX_VALUES).collect::<BTreeSet<T>>().into_iter().collect()
}

impl QueueQuery {
    /// What cannot be read is left out, except for the days: see [`Self::problems`].
    pub fn parse(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim());
            found.filter(|value| is_ours(value))
        };
        let values =
            |name: &'static str| pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| is_ours(value));
        let day = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| Day::parse(value)).unwrap_or_default();
        let words: String =
            pairs.iter().find(|(key, _)| key == "q").map(|(_, value)| value.as_str()).unwrap_or_default().chars().take(MAX_VALUE).collect();
        Self {
            tab: value("onglet").and_then(|text| Tab::ALL.into_iter().find(|tab| tab.as_str() == text)).unwrap_or_default(),
            words: words.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned(),
            services: once_each(values("service").map(str::to_owned)),
            teams: once_each(values("equipe").filter_map(|text| text.split_once(':')).map(|(service, stage)| (service.to_owned(), stage.to_owned()))),
            states: State::ALL.into_iter().filter(|state| *state != State::Draft && values("etat").any(|text| text == state.as_str())).collect(),
            assignees: once_each(values("instructeur").filter_map(Assignee::parse)),
            late: value("retard").is_some(),
            from: day("du"),
            to: day("au"),
            sort: value("tri").and_then(|text| Sort::ALL.into_iter().find(|sort| sort.as_str() == text)),
            descending: value("sens") == Some("desc"),
        }
    }

    /// The pairs of the address, in a fixed order: the same query gives the same address.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let Self { tab, words, services, teams, states, assignees, late, from, to, sort, descending } = self;
        let mut pairs = vec![("onglet", tab.as_str().to_owned())];
        pairs.extend((!words.is_empty()).then(|| ("q", words.clone())));
        pairs.extend(services.iter().map(|service| ("service", service.clone())));
        pairs.extend(teams.iter().map(|(service, stage)| ("equipe", format!("{service}:{stage}"))));
        pairs.extend(states.iter().map(|state| ("etat", state.as_str().to_owned())));
        pairs.extend(assignees.iter().map(|assignee| ("instructeur", assignee.to_string())));
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("retard", late.then(|| "oui".to_owned()));
        push("du", from.kept());
        push("au", to.kept());
        push("tri", sort.map(|sort| sort.as_str().to_owned()));
        push("sens", descending.then(|| "desc".to_owned()));
        pairs
    }

    /// What is wrong with the days, by name of field: the list stays empty until it is corrected.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        Day::problems(("du", &self.from), ("au", &self.to))
    }

    /// Whether the query filters anything, beside the tab and the order.
    pub fn is_filtered(&self) -> bool {
        let plain = Self { tab: self.tab, sort: self.sort, descending: self.descending, ..Self::default() };
        *self != plain
    }

    /// The same query without one of its values, as the address names it.
    #[must_use]
    pub fn without(&self, name: &str, value: &str) -> Self {
        let kept = self.pairs().into_iter().filter(|(key, one)| (*key, one.as_str()) != (name, value));
        Self::parse(&kept.map(|(key, one)| (key.to_owned(), one)).collect::<Vec<_>>())
    }

    /// The order that applies; by default, the earliest promised day first on the tabs of turns, the latest submission first elsewhere.
    pub fn order(&self) -> (Sort, bool) {
        match (self.sort, self.tab.is_of_turns()) {
            (Some(Sort::Due | Sort::Received), false) => (Sort::Submitted, self.descending),
            (Some(sort), _) => (sort, self.descending),
            (None, true) => (Sort::Due, false),
            (None, false) => (Sort::Submitted, true),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> QueueQuery {
        QueueQuery::parse(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let read = parse(&[
            ("onglet", "ailleurs"),
            ("etat", "draft"),
            ("instructeur", "' OR 1=1"),
            ("au", "28/02/2026"),
            ("equipe", "sans-deux-points"),
            ("tri", "id; DROP TABLE request"),
            ("service", "\0"),
        ]);
        assert_eq!(read, QueueQuery { to: Day::Known(jiff::civil::date(2026, 2, 28)), ..QueueQuery::default() });
    }

    #[test]
    fn a_day_that_cannot_be_read_is_said() {
        const UNREAD: &str = "Cette date n’est pas valide. Exemple\u{a0}: 31/01/2027";
        const BACKWARDS: &str = "Cette date précède celle du début de la période.";
        for (from, to, problems) in [
            ("31/12/2026", "2027-01-31", vec![]),
            ("", " ", vec![]),
            ("1er janvier 2027", "01/01/2027", vec![]),
            ("n’importe", "", vec![("du", UNREAD)]),
            ("2026-13-01", "30/02/2027", vec![("du", UNREAD), ("au", UNREAD)]),
            ("31/12/26", "31/12/2026", vec![("du", UNREAD)]),
            ("\0", "", vec![("du", UNREAD)]),
            ("02/01/2027", "01/01/2027", vec![("au", BACKWARDS)]),
        ] {
            let read = parse(&[("du", from), ("au", to)]);
            let problems: Vec<_> = problems.into_iter().map(|(name, said)| (name, said.to_owned())).collect();
            assert_eq!(read.problems(), problems, "{from:?} {to:?}");
        }
        assert_eq!(parse(&[("du", "31 décembre 2026")]).pairs()[1], ("du", "2026-12-31".to_owned()));
        assert!(parse(&[("du", "n’importe")]).is_filtered());
    }

    #[test]
    fn the_promised_day_orders_turns_only() {
        assert_eq!(parse(&[("onglet", "toutes"), ("tri", "echeance")]).order(), (Sort::Submitted, false));
        assert_eq!(parse(&[("tri", "echeance"), ("sens", "desc")]).order(), (Sort::Due, true));
        assert_eq!(parse(&[]).order(), (Sort::Due, false));
        assert!(!parse(&[("tri", "numero")]).is_filtered() && parse(&[("q", "a")]).is_filtered());
    }

    #[test]
    fn a_filter_takes_several_values_in_one_order() {
        let read = parse(&[
            ("service", "fc"),
            ("etat", "refused"),
            ("service", "api"),
            ("etat", "approved"),
            ("etat", "draft"),
            ("instructeur", "personne"),
            ("instructeur", "moi"),
            ("service", "fc"),
            ("equipe", "fc:juridique"),
            ("equipe", ""),
        ]);
        assert_eq!(read.services, ["api", "fc"]);
        assert_eq!(read.states, [State::Approved, State::Refused]);
        assert_eq!(read.assignees, [Assignee::Me, Assignee::Nobody]);
        assert_eq!(read.teams, [("fc".to_owned(), "juridique".to_owned())]);
        let fewer = read.without("service", "fc").without("equipe", "fc:juridique").without("etat", "refused");
        assert_eq!((fewer.services, fewer.teams, fewer.states), (vec!["api".to_owned()], vec![], vec![State::Approved]));
        let many: Vec<(String, String)> = (0..200).map(|one| ("service".to_owned(), one.to_string())).collect();
        assert_eq!(QueueQuery::parse(&many).services.len(), MAX_VALUES);
    }

    proptest! {
        #[test]
        fn an_address_read_and_written_again_is_the_same(values in proptest::collection::vec(("[a-z]{1,11}|onglet|q|etat|du|tri|equipe", ".{0,20}|toutes|2026-01-01|31/12/2026|numero|fc:legal|refused"), 0..12)) {
            let once = QueueQuery::parse(&values);
            let written: Vec<(String, String)> = once.pairs().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            prop_assert_eq!(QueueQuery::parse(&written), once);
        }
    }
}
