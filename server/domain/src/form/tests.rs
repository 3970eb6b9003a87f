use proptest::prelude::*;

use super::*;
use crate::catalogue::{Choice, Provision, ScopeEntry, ScopeGroup, Stage};

fn service(fields: Vec<Field>) -> Service {
    Service {
        slug: "essai".into(),
        version: 1,
        name: "Essai".into(),
        provider: "DINUM".into(),
        summary: String::new(),
        before_you_start: vec![],
        support_email: "a@b.fr".into(),
        terms_label: "CGU".into(),
        terms_url: "https://exemple.fr/cgu".into(),
        relies_on: None,
        stages: vec![Stage { slug: "juridique".into(), team: "Équipe juridique".into(), working_days: 5 }],
        blocks: vec![Block { slug: "bloc".into(), title: "Bloc".into(), intro: String::new(), fields, contacts: vec![] }],
        scope_groups: vec![ScopeGroup {
            label: "Identité".into(),
            provider: "FranceConnect".into(),
            scopes: vec![ScopeEntry {
                id: "gender".into(),
                label: "Sexe".into(),
                description: String::new(),
                included: false,
                deprecated: false,
                default: false,
            }],
        }],
        provision: Provision::BrokerClient,
    }
}

fn required(kind: Kind) -> Field {
    Field {
        required: true,
        choices: vec![Choice { value: "a".into(), label: "A".into(), hint: String::new() }],
        ..Field::new("champ", "Champ", kind)
    }
}

fn problem_of(field: Field, values: &[&str]) -> Option<Problem> {
    let service = service(vec![field]);
    let answers = Answers([("champ".to_owned(), values.iter().map(|v| (*v).to_owned()).collect())].into());
    check_block(&service, &service.blocks[0], &answers).into_iter().next().map(|p| p.problem)
}

#[test]
fn each_kind_refuses_what_it_must() {
    let long = "x".repeat(256);
    let numbers = Field { range: Some((1, 120)), ..required(Kind::Number) };
    for (field, value, expected) in [
        (required(Kind::Text), "", Some(Problem::Missing)),
        (required(Kind::Text), "   ", Some(Problem::Missing)),
        (required(Kind::Text), "Portail famille", None),
        (required(Kind::Text), long.as_str(), Some(Problem::TooLong(255))),
        (required(Kind::Text), "a\0b", Some(Problem::ControlCharacter)),
        (required(Kind::LongText), "a\nb", None),
        (required(Kind::Email), "mairie", Some(Problem::Email)),
        (required(Kind::Phone), "12", Some(Problem::Phone)),
        (required(Kind::Mobile), "01 23 45 67 89", Some(Problem::Mobile)),
        (required(Kind::Url), "javascript:alert(1)", Some(Problem::Url)),
        (required(Kind::Url), "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479", None),
        (numbers.clone(), "abc", Some(Problem::NotANumber)),
        (numbers.clone(), "0", Some(Problem::OutOfRange(1, 120))),
        (numbers, "36", None),
        (required(Kind::Date), "31/01/2027", Some(Problem::Date)),
        (required(Kind::Date), "2027-02-29", Some(Problem::Date)),
        (required(Kind::Tick), "", Some(Problem::NotTicked)),
        (required(Kind::Choice), "", Some(Problem::NoChoice)),
        (required(Kind::Choice), "b", Some(Problem::UnknownChoice)),
        (required(Kind::Choice), "a", None),
        (required(Kind::Scopes), "", Some(Problem::NoScope)),
        (required(Kind::Scopes), "nuclear_codes", Some(Problem::UnknownChoice)),
        (required(Kind::Scopes), "gender", None),
        (required(Kind::Reliance), "", Some(Problem::NoReliance)),
    ] {
        let shown = format!("{:?} {value:.20}", field.kind);
        assert_eq!(problem_of(field, &[value]), expected, "{shown}");
    }
}

#[test]
fn justification_is_asked_above_36_months_only() {
    let months = Field { required: true, range: Some((1, 1200)), ..Field::new("mois", "Mois", Kind::Number) };
    let why = Field { required: true, when_over: Some(("mois".into(), 36)), ..Field::new("pourquoi", "Pourquoi", Kind::LongText) };
    let service = service(vec![months, why]);
    for (value, problems) in [("36", 0), ("37", 1), ("", 1), ("abc", 1)] {
        let mut answers = Answers::default();
        answers.set("mois", value);
        assert_eq!(check_block(&service, &service.blocks[0], &answers).len(), problems, "{value}");
    }
}

#[test]
fn a_link_or_a_document_and_both_fields_say_so() {
    let url = Field { or: Some("document".into()), ..Field::new("lien", "Lien", Kind::Url) };
    let document = Field { or: Some("lien".into()), ..Field::new("document", "Document", Kind::Documents) };
    let service = service(vec![url, document]);
    let mut answers = Answers::default();
    let problems = check_block(&service, &service.blocks[0], &answers);
    assert_eq!(problems.iter().map(|p| &p.problem).collect::<Vec<_>>(), [&Problem::OneOfTwo, &Problem::OneOfTwo]);
    answers.set("document", "0193");
    assert!(check_block(&service, &service.blocks[0], &answers).is_empty());
}

#[test]
fn locked_fields_and_foreign_names_are_not_taken_from_what_is_sent() {
    let locked = Field { locked: true, ..Field::new("verrou", "Verrou", Kind::Text) };
    let service = service(vec![locked, Field::new("champ", "Champ", Kind::Text)]);
    let mut answers = Answers::default();
    answers.set("verrou", "fixe");
    answers.set("ailleurs", "reste");
    let mut sent = Answers::default();
    sent.set("verrou", "changé");
    sent.set("champ", " saisi\r\nici ");
    sent.set("inconnu", "x");
    answers.merge_block(&service.blocks[0], &sent);
    assert_eq!(answers.text("verrou"), "fixe");
    assert_eq!(answers.text("champ"), "saisi\nici");
    assert_eq!(answers.text("ailleurs"), "reste");
    assert!(answers.all("inconnu").is_empty());
}

proptest! {
    #[test]
    fn no_answer_panics(value in ".{0,400}", kind in 0usize..12) {
        let kinds = [Kind::Text, Kind::LongText, Kind::Email, Kind::Phone, Kind::Mobile, Kind::Url, Kind::Number, Kind::Date, Kind::Choice, Kind::Tick, Kind::Scopes, Kind::Reliance];
        let _ = problem_of(required(kinds[kind]), &[&value]);
    }
}
