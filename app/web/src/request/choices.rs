//! The choices of a question and the scopes of a service, as boxes to tick.

use domain::{
    catalogue::{Field as Question, Form},
    form::Answers,
};
use ui::components::{Choice, ChoiceGroup};

pub fn choices(question: &Question, answers: &Answers) -> Vec<Choice> {
    let picked = answers.all(&question.id);
    question
        .choices
        .iter()
        .map(|choice| {
            let shown = Choice::new(choice.value.clone(), choice.label.clone()).checked(picked.contains(&choice.value));
            if choice.hint.is_empty() { shown } else { shown.hint(choice.hint.clone()) }
        })
        .collect()
}

pub fn scopes(service: &Form, asked: &[String]) -> Vec<ChoiceGroup> {
    service
        .scope_groups
        .iter()
        .filter_map(|group| {
            let boxes: Vec<Choice> = group
                .scopes
                .iter()
                .filter(|scope| !scope.deprecated || asked.contains(&scope.id))
                .map(|scope| {
                    let label = if scope.deprecated { format!("{} (n’est plus proposée)", scope.label) } else { scope.label.clone() };
                    let shown = Choice::new(scope.id.clone(), label).checked(scope.included || asked.contains(&scope.id)).included(scope.included);
                    if scope.description.is_empty() { shown } else { shown.hint(scope.description.clone()) }
                })
                .collect();
            (!boxes.is_empty()).then(|| ChoiceGroup::new(group.label.clone(), boxes))
        })
        .collect()
}
