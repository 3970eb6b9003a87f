//! Checks on the questions of a file: the fields they name exist, are of the right kind and form no cycle; numbers are within bounds; default
//! answers are valid.

use std::collections::BTreeSet;

use super::{CatalogueError, MAX_VALIDITY_MONTHS, RESERVED_FIELDS, invalid, is_slug, leads_back};
use crate::form::{self, Field, Form, Kind, Problem};

/// Upper bound for one answer, so that a form with other questions still fits in the body of an HTTP request.
const MAX_TEXT: usize = 20_000;
const MAX_NUMBER: i64 = 1_000_000_000_000;

pub(super) fn check_fields(service: &Form, fields: &[Field]) -> Result<(), CatalogueError> {
    let ids: BTreeSet<&str> = fields.iter().map(|f| f.id.as_str()).collect();
    for field in fields {
        let named = named(field);
        if let Some(other) = named.iter().find(|other| !ids.contains(**other)) {
            return Err(CatalogueError::UnknownField { service: service.slug.clone(), field: field.id.clone(), other: (*other).to_owned() });
        }
        if named.contains(&field.id.as_str()) {
            return Err(invalid(service, &field.id, "names itself"));
        }
        if matches!(field.kind, Kind::Choice | Kind::Choices) && field.choices.is_empty() {
            return Err(CatalogueError::NoChoices { service: service.slug.clone(), field: field.id.clone() });
        }
        if RESERVED_FIELDS.contains(&field.id.as_str()) || service.statements.iter().any(|s| s.id == field.id) {
            return Err(invalid(service, &field.id, "is a name every form sends: no field may be called so"));
        }
        if !is_slug(&field.id) {
            return Err(invalid(service, &field.id, "may hold only a to z, 0 to 9, - and _"));
        }
        if !field.accept.is_empty() && field.kind != Kind::Documents {
            return Err(invalid(service, &field.id, "takes no files: « accept » is for documents"));
        }
        check_choices(service, field)?;
        check_numbers(service, field)?;
        check_references(service, field, fields)?;
    }
    let conditions = |id: &str| {
        let one = fields.iter().find(|field| field.id == id);
        let over = one.and_then(|field| field.when_over.as_ref()).map(|(other, _)| other.as_str());
        over.into_iter().chain(one.and_then(|field| field.when_is.as_ref()).map(|(other, _)| other.as_str())).collect()
    };
    let after = |id: &str| fields.iter().filter(|field| field.id == id).filter_map(|field| field.after.as_deref()).collect();
    if let Some(round) = fields.iter().find(|field| leads_back(&field.id, conditions) || leads_back(&field.id, after)) {
        return Err(invalid(service, &round.id, "leads back to itself"));
    }
    if service.relies_on.is_some() != fields.iter().any(|field| field.kind == Kind::Reliance) {
        return Err(invalid(service, "relies_on", "goes with a field of kind « reliance »: neither without the other"));
    }
    check_first_answers(service, fields)
}

fn named(field: &Field) -> Vec<&str> {
    let conditions = [field.when_over.as_ref().map(|c| &c.0), field.when_is.as_ref().map(|c| &c.0)];
    conditions.into_iter().chain([field.or.as_ref(), field.after.as_ref()]).flatten().map(String::as_str).collect()
}

fn check_choices(service: &Form, field: &Field) -> Result<(), CatalogueError> {
    let mut seen = BTreeSet::new();
    for choice in &field.choices {
        // The default of a multiple choice is a comma-separated list.
        if choice.value.trim().is_empty() || choice.value.contains(',') || choice.value.chars().count() > field.max || !seen.insert(&choice.value) {
            return Err(invalid(service, &field.id, "has a choice whose value is empty, too long, given twice or with a comma"));
        }
    }
    let never_alone = |value: &String| field.kind == Kind::Choices && field.choices.len() > 1 && seen.contains(value);
    if field.not_alone.as_ref().is_some_and(|(value, _)| !never_alone(value)) {
        return Err(invalid(service, &field.id, "has a choice that is never alone, which it does not offer among several"));
    }
    Ok(())
}

fn check_numbers(service: &Form, field: &Field) -> Result<(), CatalogueError> {
    let wrong = |why| Err(invalid(service, &field.id, why));
    if !(1..=MAX_TEXT).contains(&field.max) {
        return wrong("takes from 1 to 20000 characters (max)");
    }
    if let Some((low, high)) = field.range {
        if field.kind != Kind::Number {
            return wrong("has a range, which only a number has");
        }
        if low > high {
            return wrong("has a range that ends before it begins");
        }
        if low < 0 || high > MAX_NUMBER {
            return wrong("has a range out of bounds: from 0 to 1000000000000");
        }
    }
    let dated = field.kind == Kind::Date;
    let about_dates = field.not_past || field.ahead_months.is_some() || field.within_months.is_some();
    if (about_dates && !dated) || (field.within_months.is_some() && field.after.is_none()) {
        return wrong("has a rule about dates that does not apply to it");
    }
    let months = 1..=MAX_VALIDITY_MONTHS;
    if [field.within_months, field.ahead_months].into_iter().flatten().any(|count| !months.contains(&count)) {
        return wrong("counts from 1 to 120 months");
    }
    Ok(())
}

fn check_references(service: &Form, field: &Field, fields: &[Field]) -> Result<(), CatalogueError> {
    let find = |id: &str| fields.iter().find(|field| field.id == id);
    if let Some((other, limit)) = &field.when_over
        && let Some(other) = find(other)
    {
        let possible = match other.kind {
            Kind::Number => other.range.is_none_or(|(_, high)| *limit < high),
            Kind::Choice => other.choices.iter().filter_map(|choice| form::number(&choice.value)).any(|offered| offered > *limit),
            _ => return Err(invalid(service, &field.id, "is asked for over a number: the field it names must be one")),
        };
        if *limit < 0 || !possible {
            return Err(invalid(service, &field.id, "is asked for over a number that nobody can give"));
        }
    }
    if let Some((other, value)) = &field.when_is
        && !find(other).is_some_and(|other| can_hold(other, value))
    {
        return Err(invalid(service, value, "is a value the field of the condition cannot take"));
    }
    if let Some(other) = field.or.as_deref().and_then(find) {
        let open = |field: &Field| matches!(field.kind, Kind::Text | Kind::LongText | Kind::Url | Kind::Documents);
        if other.or.as_ref() != Some(&field.id) || !open(field) || !open(other) {
            return Err(invalid(service, &field.id, "goes with one other text, link or document, and both say so (or)"));
        }
    }
    if let Some(other) = field.after.as_deref().and_then(find)
        && (field.kind != Kind::Date || other.kind != Kind::Date)
    {
        return Err(invalid(service, &field.id, "compares dates: both fields must be dates"));
    }
    Ok(())
}

/// A condition on a value nobody can choose would hide the question for ever.
pub(super) fn can_hold(field: &Field, value: &str) -> bool {
    match field.kind {
        Kind::Tick => value == "oui",
        Kind::Choice | Kind::Choices => field.choices.iter().any(|choice| choice.value == value),
        _ => false,
    }
}

/// Default answers must be valid, except for instructions: the applicant replaces them.
fn check_first_answers(service: &Form, fields: &[Field]) -> Result<(), CatalogueError> {
    let answers = service.first_answers();
    for field in fields.iter().filter(|field| !field.default.is_empty()) {
        let problem = form::check_field(service, &Field { hidden: false, ..field.clone() }, &answers);
        if problem.is_some_and(|problem| !matches!(problem, Problem::Placeholder(_))) {
            return Err(invalid(service, &field.default, "is a value the field cannot take"));
        }
    }
    Ok(())
}
