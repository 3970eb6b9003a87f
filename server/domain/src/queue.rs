//! What a reviewer asks of the list of requests, as an address holds it: a tab, filters that combine, an order.

use jiff::civil::Date;

use crate::{ids::AccountId, request::State};

/// Characters of a value in the address; longer ones are not ours.
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// The question, without the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueQuery {
    pub tab: Tab,
    /// As typed: see [`crate::search`].
    pub words: String,
    pub service: Option<String>,
    /// A service and one of its stages.
    pub team: Option<(String, String)>,
    pub state: Option<State>,
    pub assignee: Option<Assignee>,
    /// The promised day has passed.
    pub late: bool,
    /// Submitted on this day or later.
    pub from: Option<Date>,
    /// Submitted on this day or earlier.
    pub to: Option<Date>,
    /// The usual order of the tab when there is none.
    pub sort: Option<Sort>,
    pub descending: bool,
}

impl QueueQuery {
    /// What cannot be read is left out.
    pub fn parse(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim());
            found.filter(|value| !value.is_empty() && value.len() <= MAX_VALUE && !value.contains('\0'))
        };
        let words: String =
            pairs.iter().find(|(key, _)| key == "q").map(|(_, value)| value.as_str()).unwrap_or_default().chars().take(MAX_VALUE).collect();
        Self {
            tab: value("onglet").and_then(|text| Tab::ALL.into_iter().find(|tab| tab.as_str() == text)).unwrap_or_default(),
            words: words.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned(),
            service: value("service").map(str::to_owned),
            team: value("equipe").and_then(|text| text.split_once(':')).map(|(service, stage)| (service.to_owned(), stage.to_owned())),
            state: value("etat").and_then(State::parse).filter(|state| *state != State::Draft),
            assignee: value("instructeur").and_then(Assignee::parse),
            late: value("retard").is_some(),
            from: value("du").and_then(|text| text.parse().ok()),
            to: value("au").and_then(|text| text.parse().ok()),
            sort: value("tri").and_then(|text| Sort::ALL.into_iter().find(|sort| sort.as_str() == text)),
            descending: value("sens") == Some("desc"),
        }
    }

    /// The pairs of the address, in one order: the same question is the same address.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let Self { tab, words, service, team, state, assignee, late, from, to, sort, descending } = self;
        let mut pairs = vec![("onglet", tab.as_str().to_owned())];
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("q", (!words.is_empty()).then(|| words.clone()));
        push("service", service.clone());
        push("equipe", team.as_ref().map(|(service, stage)| format!("{service}:{stage}")));
        push("etat", state.map(|state| state.as_str().to_owned()));
        push("instructeur", assignee.map(|assignee| assignee.to_string()));
        push("retard", late.then(|| "oui".to_owned()));
        push("du", from.map(|day| day.to_string()));
        push("au", to.map(|day| day.to_string()));
        push("tri", sort.map(|sort| sort.as_str().to_owned()));
        push("sens", descending.then(|| "desc".to_owned()));
        pairs
    }

    /// Whether something is asked beside the tab and the order.
    pub fn is_filtered(&self) -> bool {
        let plain = Self { tab: self.tab, sort: self.sort, descending: self.descending, ..Self::default() };
        *self != plain
    }

    /// The order in force: on the reader's teams the first promised first, elsewhere the latest submitted first.
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
            ("du", "2026-02-30"),
            ("au", "2026-02-28"),
            ("equipe", "sans-deux-points"),
            ("tri", "id; DROP TABLE request"),
            ("service", "\0"),
        ]);
        assert_eq!(read, QueueQuery { to: Some(jiff::civil::date(2026, 2, 28)), ..QueueQuery::default() });
    }

    #[test]
    fn the_promised_day_orders_turns_only() {
        assert_eq!(parse(&[("onglet", "toutes"), ("tri", "echeance")]).order(), (Sort::Submitted, false));
        assert_eq!(parse(&[("tri", "echeance"), ("sens", "desc")]).order(), (Sort::Due, true));
        assert_eq!(parse(&[]).order(), (Sort::Due, false));
        assert!(!parse(&[("tri", "numero")]).is_filtered() && parse(&[("q", "a")]).is_filtered());
    }

    proptest! {
        #[test]
        fn an_address_read_and_written_again_is_the_same(values in proptest::collection::vec(("[a-z]{1,11}|onglet|q|etat|du|tri|equipe", ".{0,20}|toutes|2026-01-01|numero|fc:legal|refused"), 0..12)) {
            let once = QueueQuery::parse(&values);
            let written: Vec<(String, String)> = once.pairs().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            prop_assert_eq!(QueueQuery::parse(&written), once);
        }
    }
}
