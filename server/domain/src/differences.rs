//! What changed between two versions of the answers, as people read it.

use std::collections::BTreeSet;

use crate::{
    calendar,
    catalogue::{Field, Form, Kind},
    form::Answers,
    phone,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The slug of the block.
    pub block: String,
    /// « Responsable technique, prénom ».
    pub label: String,
    pub change: Change,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Empty where there is no answer.
    Text { before: String, after: String },
    /// Labels of scopes or choices.
    Set { added: Vec<String>, removed: Vec<String> },
    /// Ids of documents.
    Documents { added: Vec<String>, removed: Vec<String> },
}

/// In the order of the form; a question that is not asked counts as unanswered.
pub fn differences(form: &Form, before: &Answers, after: &Answers) -> Vec<Difference> {
    let mut found = Vec::new();
    for block in &form.blocks {
        for field in block.all_fields() {
            let contact = block.contacts.iter().find(|contact| field.id.starts_with(&format!("{}_", contact.id)));
            let label = contact.map_or_else(|| field.label.clone(), |contact| format!("{}, {}", contact.label, field.label.to_lowercase()));
            if let Some(change) = change(form, &field, before, after) {
                found.push(Difference { block: block.slug.clone(), label, change });
            }
        }
    }
    found
}

/// Whether an approval is outdated: one of the blocks it covers (all of them when `covers` is empty) has changed since.
pub fn is_outdated(covers: &[String], changes: &[Difference]) -> bool {
    changes.iter().any(|difference| covers.is_empty() || covers.contains(&difference.block))
}

fn change(form: &Form, field: &Field, before: &Answers, after: &Answers) -> Option<Change> {
    let values = |answers: &Answers| if field.is_asked(answers) { answers.all(&field.id).to_vec() } else { Vec::new() };
    let (old, new) = (values(before), values(after));
    if old == new {
        return None;
    }
    let label = |value: &String| match field.kind {
        Kind::Scopes => form.scope(value).map_or_else(|| value.clone(), |scope| scope.label.clone()),
        _ => field.choices.iter().find(|choice| choice.value == *value).map_or_else(|| value.clone(), |choice| choice.label.clone()),
    };
    let (old_set, new_set): (BTreeSet<&String>, BTreeSet<&String>) = (old.iter().collect(), new.iter().collect());
    let only = |these: &[String], those: &BTreeSet<&String>, name: &dyn Fn(&String) -> String| {
        these.iter().filter(|value| !those.contains(value) && !value.is_empty()).map(name).collect::<Vec<String>>()
    };
    match field.kind {
        Kind::Scopes | Kind::Choices => {
            let (added, removed) = (only(&new, &old_set, &label), only(&old, &new_set, &label));
            (!added.is_empty() || !removed.is_empty()).then_some(Change::Set { added, removed })
        }
        Kind::Documents => {
            let (added, removed) = (only(&new, &old_set, &Clone::clone), only(&old, &new_set, &Clone::clone));
            (!added.is_empty() || !removed.is_empty()).then_some(Change::Documents { added, removed })
        }
        _ => {
            let text = |values: &[String]| values.first().map(|value| words(field.kind, value, &label)).unwrap_or_default();
            let (before, after) = (text(&old), text(&new));
            (before != after).then_some(Change::Text { before, after })
        }
    }
}

fn words(kind: Kind, value: &String, label: &dyn Fn(&String) -> String) -> String {
    match kind {
        Kind::Choice => label(value),
        Kind::Tick => {
            if value == "oui" {
                "Oui".to_owned()
            } else {
                String::new()
            }
        }
        Kind::Date => value.parse().map(calendar::french_date).unwrap_or_else(|_| value.clone()),
        Kind::Phone | Kind::Mobile => phone::shown(value),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Block, Choice, Contact, ScopeEntry, ScopeGroup};

    fn form() -> Form {
        let choice = Field {
            choices: [("eidas1", "Faible"), ("eidas2", "Substantiel")]
                .map(|(value, label)| Choice { value: value.into(), label: label.into(), hint: String::new() })
                .to_vec(),
            ..Field::new("eidas", "Niveau de garantie", Kind::Choice)
        };
        let why = Field { when_over: Some(("mois".into(), 36)), ..Field::new("pourquoi", "Pourquoi", Kind::LongText) };
        let block = |slug: &str, fields: Vec<Field>| Block { slug: slug.into(), title: slug.into(), fields, ..Block::default() };
        let mut people = block("contacts", vec![]);
        people.contacts = vec![Contact { id: "dpo".into(), label: "Délégué".into(), ..Contact::default() }];
        let scope = |id: &str, label: &str| ScopeEntry { id: id.into(), label: label.into(), ..ScopeEntry::default() };
        Form {
            blocks: vec![
                block("projet", vec![Field::new("name", "Nom", Kind::Text), Field::new("jour", "Jour", Kind::Date), choice]),
                block("donnees", vec![Field::new("scopes", "Données", Kind::Scopes), Field::new("mois", "Mois", Kind::Number), why]),
                block("cadre", vec![Field::new("acte", "Acte", Kind::Documents)]),
                people,
            ],
            scope_groups: vec![ScopeGroup {
                label: "Identité".into(),
                scopes: vec![scope("gender", "Sexe"), scope("email", "Adresse")],
                ..ScopeGroup::default()
            }],
            ..Form::default()
        }
    }

    fn answers(values: &[(&str, &[&str])]) -> Answers {
        Answers(values.iter().map(|(name, values)| ((*name).to_owned(), values.iter().map(|v| (*v).to_owned()).collect())).collect())
    }

    fn told(before: &[(&str, &[&str])], after: &[(&str, &[&str])]) -> Vec<(String, Change)> {
        differences(&form(), &answers(before), &answers(after)).into_iter().map(|one| (one.label, one.change)).collect()
    }

    fn text(label: &str, before: &str, after: &str) -> Vec<(String, Change)> {
        vec![(label.to_owned(), Change::Text { before: before.into(), after: after.into() })]
    }

    #[test]
    fn each_kind_says_what_changed() {
        assert_eq!(told(&[("name", &["Avant"])], &[("name", &["Après"])]), text("Nom", "Avant", "Après"));
        assert_eq!(told(&[], &[("jour", &["2027-03-01"])]), text("Jour", "", "1er mars 2027"));
        assert_eq!(told(&[("eidas", &["eidas1"])], &[("eidas", &["eidas2"])]), text("Niveau de garantie", "Faible", "Substantiel"));
        assert_eq!(told(&[("dpo_email", &["a@b.fr"])], &[("dpo_email", &["c@d.fr"])]), text("Délégué, adresse électronique", "a@b.fr", "c@d.fr"));
        assert_eq!(
            told(&[("scopes", &["gender"])], &[("scopes", &["email"])]),
            [("Données".to_owned(), Change::Set { added: vec!["Adresse".into()], removed: vec!["Sexe".into()] })]
        );
        assert_eq!(
            told(&[("acte", &["1", "2"])], &[("acte", &["2", "3"])]),
            [("Acte".to_owned(), Change::Documents { added: vec!["3".into()], removed: vec!["1".into()] })]
        );
    }

    #[test]
    fn order_blanks_and_questions_not_asked_are_no_change() {
        for (before, after) in [
            (
                &[("scopes", &["gender", "email"] as &[&str])] as &[(&str, &[&str])],
                &[("scopes", &["email", "gender"] as &[&str])] as &[(&str, &[&str])],
            ),
            (&[("name", &[""])], &[]),
            (&[("mois", &["12"]), ("pourquoi", &["reste"])], &[("mois", &["12"])]),
        ] {
            assert_eq!(told(before, after), [], "{before:?}");
        }
    }

    #[test]
    fn an_approval_is_outdated_by_the_blocks_it_covered_alone() {
        let changes = differences(&form(), &answers(&[("name", &["Avant"])]), &answers(&[("name", &["Après"])]));
        assert!(is_outdated(&[], &changes) && is_outdated(&["projet".into()], &changes));
        assert!(!is_outdated(&["donnees".into()], &changes) && !is_outdated(&[], &[]));
    }
}
