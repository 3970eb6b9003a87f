//! Ways of access: how a service says whose data it wants, according to its answers.

use super::{Answers, FRANCE_CONNECT, Form, Kind, MODALITIES};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways {
    pub franceconnect: bool,
    /// The ways other than FranceConnect, as the form names them.
    others: Vec<String>,
}

impl Form {
    /// A form without the field [`MODALITIES`] has one way: FranceConnect if it relies on a request for it, otherwise none.
    pub fn ways(&self, answers: &Answers) -> Ways {
        let fields = self.all_fields();
        let Some(field) = fields.iter().find(|field| field.id == MODALITIES) else {
            return Ways { franceconnect: fields.iter().any(|field| field.kind == Kind::Reliance), others: Vec::new() };
        };
        let chosen = answers.all(MODALITIES);
        let others = field.choices.iter().filter(|one| one.value != FRANCE_CONNECT && chosen.contains(&one.value));
        Ways { franceconnect: chosen.iter().any(|way| way == FRANCE_CONNECT), others: others.map(|one| one.label.clone()).collect() }
    }
}

impl Ways {
    /// « avec l’identité saisie par l’usager, ou avec un identifiant propre à la donnée »; none when there is no other.
    pub fn others_named(&self) -> Option<String> {
        let inside = |label: &String| label.strip_prefix("Avec ").map_or_else(|| label.clone(), |rest| format!("avec {rest}"));
        let named: Vec<String> = self.others.iter().map(inside).collect();
        (!named.is_empty()).then(|| named.join(", ou "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Block, Choice, Field};

    #[test]
    fn the_ways_chosen_are_named() {
        let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into(), hint: String::new() };
        let choices = vec![
            choice(FRANCE_CONNECT, "Avec FranceConnect"),
            choice("params", "Avec l’identité saisie"),
            choice("identifiant", "Avec un identifiant"),
            choice("plaque", "Plaque d’immatriculation"),
        ];
        let asked = Field { choices, ..Field::new(MODALITIES, "Modalités", Kind::Choices) };
        for (fields, chosen, franceconnect, others) in [
            (vec![asked.clone()], &["france_connect"][..], true, None),
            (vec![asked.clone()], &["france_connect", "params"], true, Some("avec l’identité saisie")),
            (vec![asked.clone()], &["identifiant", "params"], false, Some("avec l’identité saisie, ou avec un identifiant")),
            (vec![asked.clone()], &["plaque", "gone"], false, Some("Plaque d’immatriculation")),
            (vec![asked], &[], false, None),
            (vec![Field::new("reliance", "Habilitation", Kind::Reliance)], &[], true, None),
            (vec![], &["france_connect"], false, None),
        ] {
            let service = Form { blocks: vec![Block { fields, ..Block::default() }], ..Form::default() };
            let answers = Answers([(MODALITIES.to_owned(), chosen.iter().map(|way| (*way).to_owned()).collect())].into());
            let ways = service.ways(&answers);
            assert_eq!((ways.franceconnect, ways.others_named().as_deref()), (franceconnect, others), "{chosen:?}");
        }
    }
}
