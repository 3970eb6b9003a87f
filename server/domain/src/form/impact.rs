//! What a new version of a form would break in a request that is under way.

use std::collections::BTreeSet;

use super::{Answers, FieldProblem, Form, Kind, check_all};

/// Why the request could not go on with the new form, each in a sentence; nothing when it could. `turns` are the teams
/// that hold it, as service and stage.
pub fn breaks(before: &Form, after: Option<&Form>, answers: &Answers, turns: &[(&str, &str)]) -> Vec<String> {
    let Some(after) = after else { return vec!["Son modèle disparaît.".to_owned()] };
    let mut reasons = Vec::new();
    let (old_fields, new_fields) = (before.all_fields(), after.all_fields());
    for field in &old_fields {
        if field.kind == Kind::Scopes {
            let gone = answers.all(&field.id).iter().filter(|id| after.scope(id).is_none());
            reasons
                .extend(gone.map(|id| format!("La donnée «\u{a0}{}\u{a0}» disparaît.", before.scope(id).map_or(id.as_str(), |s| s.label.as_str()))));
        }
        if !answers.is_empty(&field.id) && !new_fields.iter().any(|new| new.id == field.id) {
            reasons.push(format!("Le champ «\u{a0}{}\u{a0}», rempli, disparaît.", field.label));
        }
    }
    for (service, slug) in turns {
        if !after.stages.iter().any(|stage| stage.service == *service && stage.slug == *slug) {
            let team = before.stages.iter().find(|stage| stage.slug == *slug).map_or(*slug, |stage| stage.team.as_str());
            reasons.push(format!("L’étape «\u{a0}{team}\u{a0}», en cours, disparaît."));
        }
    }
    if !turns.is_empty() {
        reasons.extend(refused_now(before, after, answers));
    }
    reasons
}

/// Answers that the earlier form accepts and the new one refuses.
fn refused_now(before: &Form, after: &Form, answers: &Answers) -> Vec<String> {
    let problems = |form: &Form| -> Vec<FieldProblem> { check_all(form, answers).into_iter().flat_map(|(_, problems)| problems).collect() };
    let known: BTreeSet<String> = problems(before).into_iter().map(|problem| problem.field).collect();
    let fields = after.all_fields();
    problems(after)
        .into_iter()
        .filter(|problem| !known.contains(&problem.field))
        .map(|problem| {
            let label = fields.iter().find(|field| field.id == problem.field).map_or(problem.field.as_str(), |field| field.label.as_str());
            format!("La réponse à «\u{a0}{label}\u{a0}» ne serait plus acceptée.")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Block, Choice, Field, ScopeEntry, ScopeGroup, Stage};

    fn form(fields: &[&str], scopes: &[&str], stages: &[&str], choices: &[&str]) -> Form {
        let mut all: Vec<Field> = fields.iter().map(|id| Field::new(id, id, Kind::Text)).collect();
        all.push(Field::new("scopes", "Données", Kind::Scopes));
        let mut choice = Field::new("choix", "Choix", Kind::Choice);
        choice.choices = choices.iter().map(|value| Choice { value: (*value).into(), label: (*value).into(), hint: String::new() }).collect();
        all.push(choice);
        let scope = |id: &&str| ScopeEntry {
            id: (*id).into(),
            label: (*id).into(),
            description: String::new(),
            included: false,
            deprecated: false,
            default: false,
            ways: vec![],
        };
        let stage =
            |slug: &&str| Stage { slug: (*slug).into(), team: (*slug).into(), working_days: 1, order: 0, covers: vec![], service: "s".into() };
        Form {
            slug: "s".into(),
            blocks: vec![Block { slug: "b".into(), title: "B".into(), intro: String::new(), fields: all, contacts: vec![] }],
            scope_groups: vec![ScopeGroup {
                label: "G".into(),
                provider: "P".into(),
                scopes: scopes.iter().map(scope).collect(),
                service: "s".into(),
            }],
            stages: stages.iter().map(stage).collect(),
            ..Form::default()
        }
    }

    #[test]
    fn what_breaks_a_request_is_told() {
        let before = form(&["nom", "vide"], &["a", "b"], &["equipe"], &["x", "y"]);
        let mut answers = Answers::default();
        answers.set("nom", "Portail");
        answers.set("scopes", "a");
        answers.set("choix", "x");
        let turns: &[(&str, &str)] = &[("s", "equipe")];
        for (after, turns, expected) in [
            (Some(before.clone()), turns, &[][..]),
            (Some(form(&["nom"], &["a"], &["equipe", "autre"], &["x"])), turns, &[]),
            (None, &[], &["Son modèle disparaît."]),
            (Some(form(&[], &["a"], &[], &["x"])), &[], &["Le champ «\u{a0}nom\u{a0}», rempli, disparaît."]),
            (Some(form(&["nom"], &["b"], &["equipe"], &["x"])), &[], &["La donnée «\u{a0}a\u{a0}» disparaît."]),
            (Some(form(&["nom"], &["a"], &["autre"], &["x"])), turns, &["L’étape «\u{a0}equipe\u{a0}», en cours, disparaît."]),
            (Some(form(&["nom"], &["a"], &["equipe"], &["y"])), turns, &["La réponse à «\u{a0}Choix\u{a0}» ne serait plus acceptée."]),
            (Some(form(&["nom"], &["a"], &["equipe"], &["y"])), &[], &[]),
        ] {
            assert_eq!(breaks(&before, after.as_ref(), &answers, turns), expected);
        }
    }
}
