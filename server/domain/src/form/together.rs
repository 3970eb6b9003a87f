//! A form that asks for two services, and its reduction to one when the answers do not call for the second: a qualified vendor's variant asks for
//! FranceConnect only if people sign in with it.

use std::{collections::BTreeSet, sync::Arc};

use super::{Answers, Field, Form, Kind};

/// The reduction of a form for two services to one, for when the other service is not called for or already has a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Alone {
    /// The other service is asked for when this field holds `value`…
    pub field: String,
    pub value: String,
    /// …and this field names no existing request for it.
    pub reliance: String,
    pub form: Arc<Form>,
}

impl Form {
    /// The form these answers call for.
    pub fn asked(&self, answers: &Answers) -> &Self {
        self.alone(answers).map_or(self, |form| &**form)
    }

    /// The form for one service, when the answers call for that one only.
    pub(crate) fn alone(&self, answers: &Answers) -> Option<&Arc<Self>> {
        let alone = self.alone.as_ref()?;
        let both = answers.all(&alone.field).contains(&alone.value) && answers.is_empty(&alone.reliance);
        (!both).then_some(&alone.form)
    }

    /// Adapts the answers to the form they call for, after the applicant changed their mind: questions that only the form for two services asks
    /// get their default answers or lose their answers, and so do scopes.
    pub fn fit(&self, answers: &mut Answers) {
        let Some(alone) = &self.alone else { return };
        let begun = self.first_answers();
        let both = std::ptr::eq(self.asked(answers), self);
        let kept: BTreeSet<String> = alone.form.all_fields().into_iter().map(|field| field.id).collect();
        for field in self.all_fields() {
            match field.kind {
                Kind::Scopes if both => {
                    let missing: Vec<String> = begun.all(&field.id).iter().filter(|id| self.is_included(id)).cloned().collect();
                    let held = answers.0.entry(field.id.clone()).or_default();
                    held.extend(missing.into_iter().filter(|id| !held.contains(id)).collect::<Vec<_>>());
                }
                Kind::Scopes => {
                    answers.0.entry(field.id.clone()).or_default().retain(|id| self.scope(id).is_none() || alone.form.scope(id).is_some());
                }
                _ if kept.contains(&field.id) => {}
                _ if both => {
                    if let Some(values) = begun.0.get(&field.id) {
                        answers.0.entry(field.id.clone()).or_insert_with(|| values.clone());
                    }
                }
                _ => {
                    answers.0.remove(&field.id);
                }
            }
        }
    }

    fn is_included(&self, scope: &str) -> bool {
        self.scope(scope).is_some_and(|scope| scope.included)
    }

    /// Keeps the reduction to one service if the applicant may change the condition; otherwise the form asks for both services whatever is
    /// answered, and no existing request can be named.
    pub(crate) fn or_alone(mut self, alone: Self) -> Self {
        let reliance = alone.all_fields().into_iter().find(|field| field.kind == Kind::Reliance);
        let open = |field: &str| self.all_fields().iter().any(|one| one.id == field && !one.locked && !one.hidden);
        if let Some(Field { id, when_is: Some((field, value)), .. }) = reliance
            && open(&field)
        {
            self.alone = Some(Arc::new(Alone { field, value, reliance: id, form: Arc::new(alone) }));
            return self;
        }
        self.relies_on = None;
        for block in &mut self.blocks {
            block.fields.retain(|field| field.kind != Kind::Reliance);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Block, Choice, ScopeEntry, ScopeGroup};

    fn service(fields: Vec<Field>, scopes: &[(&str, bool)]) -> Form {
        let scopes = scopes.iter().map(|(id, included)| ScopeEntry { id: (*id).into(), included: *included, ..ScopeEntry::default() }).collect();
        Form {
            blocks: vec![Block { slug: "projet".into(), fields, ..Block::default() }],
            scope_groups: vec![ScopeGroup { scopes, ..ScopeGroup::default() }],
            ..Form::default()
        }
    }

    fn both(locked: bool) -> Form {
        let choice = |value: &str| Choice { value: value.into(), label: value.into(), hint: String::new() };
        let way =
            Field { choices: vec![choice("fc"), choice("autre")], default: "fc".into(), locked, ..Field::new("way", "Modalités", Kind::Choices) };
        let scopes = Field::new("scopes", "Données", Kind::Scopes);
        let level = Field { default: "1".into(), ..Field::new("level", "Niveau", Kind::Text) };
        let reliance = Field { when_is: Some(("way".into(), "fc".into())), ..Field::new("other", "Habilitation", Kind::Reliance) };
        let alone = service(vec![way.clone(), scopes.clone(), reliance.clone()], &[("data", false)]);
        service(vec![way, scopes, level, reliance], &[("openid", true), ("data", false)]).or_alone(alone)
    }

    #[test]
    fn the_other_is_asked_for_as_long_as_the_answers_call_for_it() {
        let form = both(false);
        for (values, expected) in [(&["fc"][..], true), (&["autre"], false), (&["autre", "fc"], true), (&[], false)] {
            let answers = Answers([("way".to_owned(), values.iter().map(|one| (*one).to_owned()).collect())].into());
            assert_eq!(std::ptr::eq(form.asked(&answers), &form), expected, "{values:?}");
        }
    }

    #[test]
    fn a_request_for_the_other_that_is_there_already_is_relied_upon() {
        let form = both(false);
        let mut answers = form.first_answers();
        assert!(std::ptr::eq(form.asked(&answers), &form));
        answers.set("other", "D1");
        assert!(!std::ptr::eq(form.asked(&answers), &form));
        form.fit(&mut answers);
        assert_eq!((answers.text("other"), answers.all("scopes"), answers.all("level")), ("D1", &[][..], &[][..]));
        answers.set("other", "");
        assert!(std::ptr::eq(form.asked(&answers), &form));
    }

    #[test]
    fn a_model_that_fixes_the_way_has_one_form() {
        let form = both(true);
        assert!(form.alone.is_none());
        assert!(form.all_fields().iter().all(|field| field.kind != Kind::Reliance), "nothing else to rely on");
        assert!(std::ptr::eq(form.asked(&Answers::default()), &form));
    }

    #[test]
    fn a_change_of_mind_and_back_leaves_the_answers_as_they_were() {
        let form = both(false);
        let begun = form.first_answers();
        assert_eq!((begun.all("scopes"), begun.text("level")), (&["openid".to_owned()][..], "1"));
        let mut answers = begun.clone();
        answers.set("way", "autre");
        answers.0.insert("scopes".to_owned(), vec!["openid".to_owned(), "data".to_owned()]);
        form.fit(&mut answers);
        assert_eq!((answers.all("scopes"), answers.all("level")), (&["data".to_owned()][..], &[][..]));
        answers.set("way", "fc");
        form.fit(&mut answers);
        assert_eq!((answers.all("scopes"), answers.text("level")), (&["data".to_owned(), "openid".to_owned()][..], "1"));
    }
}
