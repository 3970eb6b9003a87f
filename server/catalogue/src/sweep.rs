//! Every question of every shipped form refuses what is missing, too long, of another kind or not offered, with a sentence
//! on that very question.

use domain::{
    catalogue::{Block, Field, Form, Kind},
    form::{Answers, Problem, check_block},
};

use super::*;

/// The plain form and those of the variants, and what each form for two services becomes with one.
fn forms(catalogue: &Catalogue) -> Vec<&Form> {
    let mut forms = Vec::new();
    for service in catalogue.services() {
        let variants = service.variants.iter().map(|variant| Some(variant.slug.as_str()));
        for form in std::iter::once(None).chain(variants).filter_map(|variant| catalogue.form_now(&service.slug, variant)) {
            forms.push(form);
            forms.extend(form.alone.as_ref().map(|alone| &*alone.form));
        }
    }
    forms
}

/// Adds the answers by which this question is asked.
fn asking(form: &Form, field: &Field, answers: &mut Answers) {
    let other = |id: &str| form.all_fields().into_iter().find(|one| one.id == id);
    if let Some((id, value)) = &field.when_is {
        answers.set(id, value.clone());
        if let Some(other) = other(id) {
            asking(form, &other, answers);
        }
    }
    if let Some((id, limit)) = &field.when_over {
        answers.set(id, (limit + 1).to_string());
        if let Some(other) = other(id) {
            asking(form, &other, answers);
        }
    }
}

/// The problem reported on this question when it has these answers.
fn problem(form: &Form, block: &Block, field: &Field, values: &[String]) -> Option<Problem> {
    let mut answers = form.first_answers();
    asking(form, field, &mut answers);
    if let Some(earlier) = &field.after {
        answers.set(earlier, "2027-06-01");
    }
    if let Some(other) = &field.or {
        answers.0.remove(other);
    }
    answers.0.insert(field.id.clone(), values.to_vec());
    assert!(field.is_asked(&answers), "{} of {} is never asked", field.id, form.slug);
    check_block(form, block, &answers).into_iter().find(|one| one.field == field.id).map(|one| one.problem)
}

/// Wrong answers for this kind of question, with the problem each must give.
fn wrong(form: &Form, field: &Field) -> Vec<(String, Problem)> {
    let one = |value: &str, problem: Problem| vec![(value.to_owned(), problem)];
    match field.kind {
        Kind::Name => one("www.evil.example", Problem::NotAName),
        Kind::Email => one("pas une adresse", Problem::Email),
        Kind::Phone => one("123", Problem::Phone),
        Kind::Mobile => one("01 46 62 35 35", Problem::Mobile),
        Kind::Url => one("nulle part", Problem::Url),
        Kind::Number => {
            let mut all = one("douze", Problem::NotANumber);
            if let Some((low, high)) = field.range {
                all.push(((low - 1).to_string(), Problem::OutOfRange(low, high)));
                all.push(((high + 1).to_string(), Problem::OutOfRange(low, high)));
            }
            all
        }
        Kind::Date => {
            let mut all = one("bientôt", Problem::Date);
            if let Some(earlier) = &field.after {
                let label = form.all_fields().into_iter().find(|other| other.id == *earlier).map(|other| other.label).unwrap_or_default();
                all.push(("2027-05-31".to_owned(), Problem::TooEarly(label)));
            }
            all
        }
        Kind::Tick => one("non", Problem::NotTicked),
        Kind::Choice | Kind::Choices | Kind::Scopes => one("inconnue", Problem::UnknownChoice),
        // A text may say anything; what is named or deposited is checked against the database.
        Kind::Text | Kind::LongText | Kind::Documents | Kind::Reliance => Vec::new(),
    }
}

fn missing(field: &Field) -> Option<Problem> {
    if field.or.is_some() {
        return Some(Problem::OneOfTwo);
    }
    field.required.then_some(match field.kind {
        Kind::Choice | Kind::Choices => Problem::NoChoice,
        Kind::Scopes => Problem::NoScope,
        Kind::Tick => Problem::NotTicked,
        Kind::Reliance => Problem::NoReliance,
        _ => Problem::Missing,
    })
}

#[test]
fn every_question_of_every_form_says_what_is_wrong_with_it() {
    let catalogue = shipped().unwrap();
    let (mut questions, mut refused) = (0, 0);
    for form in forms(&catalogue) {
        for block in &form.blocks {
            for field in block.all_fields().iter().filter(|field| !field.hidden) {
                let mut cases = wrong(form, field);
                cases.extend(missing(field).map(|problem| (String::new(), problem)));
                cases.push(("é".repeat(field.max + 1), Problem::TooLong(field.max)));
                cases.push(("a\u{0}b".to_owned(), Problem::Forbidden('\0')));
                for (value, expected) in &cases {
                    let found = problem(form, block, field, std::slice::from_ref(value));
                    assert_eq!(found.as_ref(), Some(expected), "{} {:?} {} {value:.20?}", form.slug, form.variant, field.id);
                }
                if !field.required && field.or.is_none() {
                    assert_eq!(problem(form, block, field, &[]), None, "{} {:?} {} may stay empty", form.slug, form.variant, field.id);
                }
                questions += 1;
                refused += cases.len();
            }
        }
    }
    assert!(questions > 1000 && refused > 3 * questions, "{questions} questions, {refused} refusals");
}
