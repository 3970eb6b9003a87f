//! Moving a request to a later version of its form: what its people are told, and which answers it keeps.

use std::collections::BTreeSet;

use super::{Answers, Block, Field, FieldProblem, Form, Kind, ScopeGroup, check_all};

/// What changed for one request between two versions of its form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// Answers that were accepted and are no longer.
    pub refused: Vec<Question>,
    /// Questions to answer that were not asked before.
    pub asked: Vec<Question>,
    /// Answers to questions that are not asked any more.
    pub gone: Vec<String>,
    /// Data asked for that is not offered any more.
    pub gone_scopes: Vec<String>,
    pub new_scopes: Vec<String>,
    /// Boxes to tick before sending.
    pub new_boxes: Vec<String>,
    pub gone_boxes: Vec<String>,
}

/// Where to find a question: its block and its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The slug of the block.
    pub block: String,
    pub label: String,
    /// Of an answer that is no longer accepted: why, in a sentence.
    pub why: String,
}

impl Moved {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether what was granted can no longer go on as it is.
    pub fn stops(&self) -> bool {
        let Self { refused, asked, gone: _, gone_scopes, new_scopes: _, new_boxes, gone_boxes: _ } = self;
        !refused.is_empty() || !asked.is_empty() || !gone_scopes.is_empty() || !new_boxes.is_empty()
    }
}

/// Both forms are given as these answers call for them (see [`Form::asked`]).
pub fn moved(before: &Form, after: &Form, answers: &Answers) -> Moved {
    let (old, new) = (before.all_fields(), after.all_fields());
    let known = |fields: &[Field], id: &str| fields.iter().any(|field| field.id == id);
    let mut moved = Moved::default();
    for field in &old {
        if field.kind == Kind::Scopes {
            let gone = answers.all(&field.id).iter().filter(|id| after.scope(id).is_none());
            moved.gone_scopes.extend(gone.filter_map(|id| before.scope(id)).map(|scope| scope.label.clone()));
        }
        if !field.hidden && !answers.is_empty(&field.id) && !known(&new, &field.id) {
            moved.gone.push(field.label.clone());
        }
    }
    moved.new_scopes =
        after.scopes().filter(|scope| !scope.deprecated && before.scope(&scope.id).is_none()).map(|scope| scope.label.clone()).collect();
    let right: BTreeSet<String> = {
        let wrong: BTreeSet<String> = problems(before, answers).into_iter().map(|(_, wrong)| wrong.field).collect();
        old.iter().map(|field| field.id.clone()).filter(|id| !wrong.contains(id)).collect()
    };
    for (block, FieldProblem { field, problem }) in problems(after, &after.carried(before, answers)) {
        let label = new.iter().find(|one| one.id == field).map_or_else(|| field.clone(), |one| one.label.clone());
        let question = Question { block, label, why: problem.sentence() };
        if !known(&old, &field) {
            moved.asked.push(question);
        } else if right.contains(&field) {
            moved.refused.push(question);
        }
    }
    let boxes = |form: &Form, other: &Form| -> Vec<String> {
        let labels = form.statements.iter().filter(|one| other.statements.iter().all(|known| known.label != one.label));
        labels.map(|one| one.label.clone()).collect()
    };
    moved.new_boxes = boxes(after, before);
    moved.gone_boxes = boxes(before, after);
    moved
}

/// Everything that is wrong, with its block.
fn problems(form: &Form, answers: &Answers) -> Vec<(String, FieldProblem)> {
    let wrong = check_all(form, answers).into_iter();
    wrong.flat_map(|(block, problems)| problems.into_iter().map(|problem| (block.slug.clone(), problem))).collect()
}

impl Form {
    /// The answers once moved to this form: without those to questions it does not ask, and with the values it fixes.
    pub fn carried(&self, before: &Self, answers: &Answers) -> Answers {
        let (mut kept, new) = (answers.clone(), self.all_fields());
        for field in before.all_fields() {
            if !new.iter().any(|one| one.id == field.id) && !self.prefill.contains_key(&field.id) {
                kept.0.remove(&field.id);
            }
        }
        for field in new.iter().filter(|field| field.kind == Kind::Scopes) {
            if let Some(asked) = kept.0.get_mut(&field.id) {
                asked.retain(|id| self.scope(id).is_some() || before.scope(id).is_none());
            }
        }
        self.fix(&mut kept);
        kept
    }

    /// Sets the answers that the form fixes to its own values, whatever they were when the request was begun.
    pub fn fix(&self, answers: &mut Answers) {
        let (begun, fields) = (self.first_answers(), self.all_fields());
        for (name, values) in &begun.0 {
            let fixed =
                fields.iter().find(|field| field.id == *name).is_none_or(|field| (field.locked || field.hidden) && field.kind != Kind::Scopes);
            if fixed {
                answers.0.insert(name.clone(), values.clone());
            }
        }
    }

    /// This form with the questions and the data that only an earlier one had, so that earlier answers can be read.
    #[must_use]
    pub fn with_those_of(&self, before: &Self) -> Self {
        let (mut all, known) = (self.clone(), self.all_fields());
        for block in &before.blocks {
            let gone: Vec<Field> = block.fields.iter().filter(|field| !known.iter().any(|one| one.id == field.id)).cloned().collect();
            match all.blocks.iter_mut().find(|one| one.slug == block.slug) {
                Some(ours) => ours.fields.extend(gone),
                None if gone.is_empty() => {}
                None => all.blocks.push(Block { fields: gone, contacts: Vec::new(), ..block.clone() }),
            }
        }
        let gone = before.scope_groups.iter().map(|group| {
            let scopes = group.scopes.iter().filter(|scope| self.scope(&scope.id).is_none()).cloned().collect();
            ScopeGroup { scopes, ..group.clone() }
        });
        all.scope_groups.extend(gone.filter(|group| !group.scopes.is_empty()).collect::<Vec<_>>());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        differences::{Change, differences},
        form::{Block, ScopeEntry, ScopeGroup, Statement},
    };

    /// Each field as « id:longest », « ! » before one that has to be answered, « # » before one that is fixed.
    fn form(fields: &[&str], scopes: &[&str], boxes: &[&str]) -> Form {
        let field = |text: &&str| {
            let (id, max) = text.trim_start_matches(['!', '#']).split_once(':').unwrap_or((text.trim_start_matches(['!', '#']), "100"));
            let locked = text.starts_with('#');
            Field {
                required: text.starts_with('!'),
                locked,
                default: if locked { max.to_owned() } else { String::new() },
                max: if locked { 100 } else { max.parse().expect("a number") },
                ..Field::new(id, id, Kind::Text)
            }
        };
        let mut all: Vec<Field> = fields.iter().map(field).collect();
        all.push(Field::new("scopes", "Données", Kind::Scopes));
        let scopes = scopes.iter().map(|id| ScopeEntry {
            id: id.trim_end_matches('-').into(),
            label: id.to_uppercase(),
            deprecated: id.ends_with('-'),
            ..ScopeEntry::default()
        });
        let statement = |label: &&str| Statement { id: (*label).into(), label: (*label).into(), url: None, document: None };
        Form {
            blocks: vec![Block { slug: "b".into(), fields: all, ..Block::default() }],
            scope_groups: vec![ScopeGroup { scopes: scopes.collect(), ..ScopeGroup::default() }],
            statements: boxes.iter().map(statement).collect(),
            ..Form::default()
        }
    }

    fn labels(questions: &[Question]) -> Vec<&str> {
        questions.iter().map(|one| one.label.as_str()).collect()
    }

    #[test]
    fn what_a_later_version_changes_for_a_request_is_told() {
        let before = form(&["!nom", "note", "!vide"], &["a", "b"], &["dpo"]);
        let mut answers = Answers::default();
        answers.set("nom", "Portail");
        answers.set("note", "Une note");
        answers.0.insert("scopes".into(), vec!["a".into()]);
        type Row<'a> = (Form, &'a [&'a str], &'a [&'a str], &'a [&'a str], &'a [&'a str], &'a [&'a str], &'a [&'a str], bool);
        // The later form: refused, asked, gone, data gone, new data, new boxes, whether it stops what was granted.
        let table: [Row<'_>; 9] = [
            (before.clone(), &[], &[], &[], &[], &[], &[], false),
            (form(&["!nom:3", "note", "!vide"], &["a", "b"], &["dpo"]), &["nom"], &[], &[], &[], &[], &[], true),
            (form(&["!nom", "!vide"], &["a", "b"], &["dpo"]), &[], &[], &["note"], &[], &[], &[], false),
            (form(&["!nom", "note", "!vide", "!plus"], &["a", "b"], &["dpo"]), &[], &["plus"], &[], &[], &[], &[], true),
            (form(&["!nom", "note", "!vide", "plus"], &["a", "b"], &["dpo"]), &[], &[], &[], &[], &[], &[], false),
            (form(&["!nom", "note", "!vide"], &["b", "c"], &["dpo"]), &[], &[], &[], &["A"], &["C"], &[], true),
            (form(&["!nom", "note", "!vide"], &["a-", "b"], &["dpo"]), &["Données"], &[], &[], &[], &[], &[], true),
            (form(&["!nom", "note", "!vide"], &["a", "b"], &["dpo", "rssi"]), &[], &[], &[], &[], &[], &["rssi"], true),
            // What was missing already is not news.
            (form(&["!nom", "note", "!vide:3"], &["a", "b"], &[]), &[], &[], &[], &[], &[], &[], false),
        ];
        for (index, (after, refused, asked, gone, gone_scopes, new_scopes, new_boxes, stops)) in table.into_iter().enumerate() {
            let found = moved(&before, &after, &answers);
            assert_eq!((labels(&found.refused), labels(&found.asked)), (refused.to_vec(), asked.to_vec()), "{index}");
            assert_eq!(
                (found.gone.clone(), found.gone_scopes.clone()),
                (gone.iter().map(|one| (*one).to_owned()).collect(), gone_scopes.iter().map(|one| (*one).to_owned()).collect()),
                "{index}"
            );
            assert_eq!(
                (found.new_scopes.clone(), found.new_boxes.clone()),
                (new_scopes.iter().map(|one| (*one).to_owned()).collect(), new_boxes.iter().map(|one| (*one).to_owned()).collect()),
                "{index}"
            );
            assert_eq!(found.stops(), stops, "{index}");
            assert_eq!(found.gone_boxes.len(), usize::from(after.statements.is_empty()), "{index}");
        }
    }

    #[test]
    fn what_is_sent_has_neither_vanished_answers_nor_what_was_fixed_before() {
        let (before, after) = (form(&["nom", "note", "#niveau:1"], &["a", "b"], &[]), form(&["nom", "#niveau:2"], &["b"], &[]));
        let mut answers = before.first_answers();
        answers.set("nom", "Portail");
        answers.set("note", "Une note");
        answers.0.insert("scopes".into(), vec!["a".into(), "b".into()]);
        let sent = after.carried(&before, &answers);
        assert_eq!((sent.text("nom"), sent.all("note"), sent.text("niveau"), sent.all("scopes")), ("Portail", &[][..], "2", &["b".to_owned()][..]));
        // Both can be read beside one another.
        let read = differences(&after.with_those_of(&before), &answers, &sent);
        let read: Vec<(&str, &Change)> = read.iter().map(|one| (one.label.as_str(), &one.change)).collect();
        let text = |before: &str, after: &str| Change::Text { before: before.into(), after: after.into() };
        assert_eq!(
            read,
            [("niveau", &text("1", "2")), ("Données", &Change::Set { added: vec![], removed: vec!["A".into()] }), ("note", &text("Une note", ""))]
        );
    }
}
