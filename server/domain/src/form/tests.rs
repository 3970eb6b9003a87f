use proptest::prelude::*;

use super::*;

fn service(fields: Vec<Field>) -> Form {
    Form {
        slug: "essai".into(),
        version: 1,
        name: "Essai".into(),
        stages: vec![Stage {
            slug: "juridique".into(),
            team: "Équipe juridique".into(),
            working_days: 5,
            order: 0,
            covers: vec![],
            service: "essai".into(),
        }],
        blocks: vec![Block { slug: "bloc".into(), title: "Bloc".into(), intro: String::new(), fields, contacts: vec![] }],
        scope_groups: vec![ScopeGroup {
            label: "Identité".into(),
            provider: "FranceConnect".into(),
            scopes: ["gender", "email", "phone"].map(scope).into(),
            service: "essai".into(),
        }],
        ..Form::default()
    }
}

fn scope(id: &str) -> ScopeEntry {
    ScopeEntry {
        id: id.into(),
        label: id.into(),
        description: String::new(),
        included: false,
        deprecated: id == "phone",
        default: false,
        ways: vec![],
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
    let kept = values.iter().map(|typed| normalise(&service.blocks[0].fields[0], typed)).collect();
    let answers = Answers([("champ".to_owned(), kept)].into());
    check_block(&service, &service.blocks[0], &answers).into_iter().next().map(|p| p.problem)
}

#[test]
fn a_field_keeps_each_of_its_values_once_and_no_more_than_a_form_has_boxes() {
    let service = service(vec![Field::new("champ", "Champ", Kind::Choices)]);
    let mut sent = Answers::default();
    sent.0.insert("champ".into(), (0..10_000).map(|n| (n % 2000).to_string()).chain(["a".into(), "a".into()]).collect());
    let mut answers = Answers::default();
    answers.merge_block(&service.blocks[0], &sent);
    assert_eq!(answers.all("champ").len(), MAX_VALUES);
    sent.0.insert("champ".into(), ["a", "b", "a", ""].map(str::to_owned).into());
    answers.merge_block(&service.blocks[0], &sent);
    assert_eq!(answers.all("champ"), ["a", "b"]);
}

#[test]
fn what_a_draft_cannot_keep_leaves_the_rest_of_its_block_as_typed() {
    let service = service(vec![Field::new("court", "Court", Kind::Text), Field::new("long", "Long", Kind::LongText), required(Kind::Email)]);
    let block = &service.blocks[0];
    let (long, held) = ("x".repeat(256), [("court", "Avant"), ("champ", "avant@a.fr")]);
    let answers = |pairs: &[(&str, &str)]| Answers(pairs.iter().map(|(field, value)| ((*field).to_owned(), vec![(*value).to_owned()])).collect());
    for (typed, kept) in [
        // Wrong, missing or forbidden to send: a draft keeps it.
        (vec![("court", "Après"), ("champ", "mairie")], vec![("court", "Après"), ("champ", "mairie")]),
        (vec![("court", ""), ("champ", "b@a.fr")], vec![("court", ""), ("champ", "b@a.fr")]),
        // Too long or unreadable: what was held stays, be it nothing.
        (vec![("court", &long), ("champ", "b@a.fr")], vec![("court", "Avant"), ("champ", "b@a.fr")]),
        (vec![("court", "Après"), ("champ", "b@a.fr"), ("long", "a\0b")], vec![("court", "Après"), ("champ", "b@a.fr")]),
    ] {
        let before = answers(&held);
        let mut after = before.clone();
        after.merge_block(block, &answers(&typed));
        after.leave_refused(&before, &check_block(&service, block, &after));
        assert_eq!(after, answers(&kept), "{typed:?}");
    }
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
        (required(Kind::Text), "a\0b", Some(Problem::Forbidden('\0'))),
        (required(Kind::Text), "D\u{fffd}lib\u{fffd}ration", Some(Problem::Forbidden('\u{fffd}'))),
        (required(Kind::Text), "\u{301}\u{fffc}", Some(Problem::Missing)),
        (required(Kind::LongText), "\u{e000}", Some(Problem::Missing)),
        (required(Kind::LongText), "a\nb", None),
        // A line end pasted in one line is a space.
        (required(Kind::Text), "a\nb", None),
        (required(Kind::Text), "a\tb", None),
        (required(Kind::Email), "a@b.fr\nc@d.fr", Some(Problem::Email)),
        (required(Kind::Name), "J.-P. Martin", None),
        (required(Kind::Name), "URGENT https://evil.example", Some(Problem::NotAName)),
        (required(Kind::Email), "mairie", Some(Problem::Email)),
        (required(Kind::Phone), "12", Some(Problem::Phone)),
        (required(Kind::Mobile), "01 23 45 67 89", Some(Problem::Mobile)),
        (required(Kind::Mobile), "+262 262 12 34 56", Some(Problem::Mobile)),
        (required(Kind::Mobile), "+262 (0)692 12 34 56", None),
        (required(Kind::Phone), "0262 12 34 56", None),
        (required(Kind::Url), "javascript:alert(1)", Some(Problem::Url)),
        (required(Kind::Url), "www.lyon.fr/x", None),
        (required(Kind::Url), "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479", None),
        (numbers.clone(), "abc", Some(Problem::NotANumber)),
        (numbers.clone(), "0", Some(Problem::OutOfRange(1, 120))),
        (numbers.clone(), "36", None),
        (numbers.clone(), "+36", Some(Problem::NotANumber)),
        (numbers.clone(), "-36", Some(Problem::NotANumber)),
        (numbers.clone(), "036", None),
        (numbers.clone(), "36.0", Some(Problem::NotANumber)),
        (numbers, "3 6", Some(Problem::NotANumber)),
        (required(Kind::Number), "0", None),
        (required(Kind::Number), "00", None),
        (required(Kind::Number), "1\u{202f}000", None),
        (required(Kind::Date), "2027-03-01", None),
        (required(Kind::Date), "1900-01-01", None),
        (required(Kind::Date), "2200-12-31", None),
        (required(Kind::Date), "1899-12-31", Some(Problem::Date)),
        (required(Kind::Date), "2201-01-01", Some(Problem::Date)),
        (required(Kind::Date), "0001-01-01", Some(Problem::Date)),
        (required(Kind::Date), "-000001-01-01", Some(Problem::Date)),
        (required(Kind::Date), "+002027-03-01", Some(Problem::Date)),
        (required(Kind::Date), "20270301", None),
        (required(Kind::Date), "2027-03-01T10:00", Some(Problem::Date)),
        (required(Kind::Date), "2027-03-01 10:00", Some(Problem::Date)),
        (required(Kind::Date), "2027-03-01[Europe/Paris]", Some(Problem::Date)),
        (required(Kind::Date), "2027-3-1", None),
        (required(Kind::Date), "2027-W09-1", Some(Problem::Date)),
        (required(Kind::Date), "31/01/2027", None),
        (required(Kind::Date), "31/01/27", Some(Problem::Date)),
        (required(Kind::Date), "2027-02-29", Some(Problem::Date)),
        (required(Kind::Tick), "", Some(Problem::NotTicked)),
        (required(Kind::Choice), "", Some(Problem::NoChoice)),
        (required(Kind::Choice), "b", Some(Problem::UnknownChoice)),
        (required(Kind::Choice), "a", None),
        (required(Kind::Scopes), "", Some(Problem::NoScope)),
        (required(Kind::Scopes), "nuclear_codes", Some(Problem::UnknownChoice)),
        (required(Kind::Scopes), "phone", Some(Problem::NoLongerOffered)),
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
    assert_eq!(answers.text("champ"), "saisi ici", "one line");
    assert_eq!(answers.text("ailleurs"), "reste");
    assert!(answers.all("inconnu").is_empty());
}

#[test]
fn an_end_comes_after_its_beginning_and_not_too_long_after() {
    let end = Field { after: Some("debut".into()), within_months: Some(24), ..Field::new("fin", "Fin", Kind::Date) };
    let service = service(vec![Field::new("debut", "Début", Kind::Date), end]);
    for (begin, end, expected) in [
        ("2027-01-31", "2027-01-30", Some(Problem::TooEarly("Début".into()))),
        ("2027-01-31", "2027-01-31", Some(Problem::TooEarly("Début".into()))),
        ("2027-01-31", "2027-02-01", None),
        ("2027-01-31", "2029-01-31", None),
        ("2027-01-31", "2029-02-01", Some(Problem::TooLate("2\u{a0}ans".into(), "Début".into()))),
        ("", "2027-01-30", None),
        ("2027-01-31", "demain", Some(Problem::Date)),
    ] {
        let mut answers = Answers::default();
        answers.set("debut", begin);
        answers.set("fin", end);
        let found = check_block(&service, &service.blocks[0], &answers).into_iter().find(|p| p.field == "fin").map(|p| p.problem);
        assert_eq!(found, expected, "{begin} {end}");
    }
}

#[test]
fn a_date_is_neither_gone_nor_too_far_on_the_day_it_is_sent() {
    let field = Field { not_past: true, ahead_months: Some(12), ..Field::new("date", "Date", Kind::Date) };
    let hidden = Field { when_is: Some(("besoin".into(), "oui".into())), ..Field { id: "autre".into(), ..field.clone() } };
    let service = service(vec![field, hidden]);
    let today = jiff::civil::date(2026, 11, 23);
    for (day, expected) in [
        ("2026-11-22", Some(Problem::Past)),
        ("2026-11-23", None),
        ("2027-11-23", None),
        ("2027-11-24", Some(Problem::TooFar("1\u{a0}an".into()))),
        ("", None),
        ("99991231", None),
    ] {
        let mut answers = Answers::default();
        answers.set("date", day);
        answers.set("autre", day);
        let found: Vec<_> = untimely(&service.blocks[0], &answers, today);
        let expected: Vec<_> = expected.map(|problem| FieldProblem { field: "date".into(), problem }).into_iter().collect();
        assert_eq!(found, expected, "{day}");
    }
}

#[test]
fn a_way_that_only_completes_others_is_not_enough_for_data_that_has_another() {
    let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into(), hint: String::new() };
    let ways = Field {
        choices: vec![choice("fc", "Avec FC"), choice("params", "Avec l’identité"), choice("identifiant", "Avec un identifiant")],
        ..Field::new(MODALITIES, "Modalités", Kind::Choices)
    };
    let never_alone = Field { not_alone: Some(("fc".into(), "Jamais seule.".into())), ..ways.clone() };
    let out = |ways: &str| Some(Problem::OutOfReach("gender".into(), ways.into()));
    let needs = |ways: &str| Some(Problem::NeedsAnotherWay("gender".into(), "Avec FC".into(), ways.into()));
    for (field, of_scope, chosen, expected) in [
        (&never_alone, &["fc", "params"][..], &["fc", "identifiant"][..], needs("Avec l’identité")),
        (&never_alone, &["fc", "params"], &["fc"], needs("Avec l’identité")),
        (&never_alone, &["fc", "params"], &["identifiant"], out("Avec l’identité")),
        (&never_alone, &["fc", "params"], &["fc", "params"], None),
        (&never_alone, &["fc", "params"], &["params", "identifiant"], None),
        (&never_alone, &["fc", "params", "identifiant"], &["fc"], needs("Avec l’identité\u{a0}» ou «\u{a0}Avec un identifiant")),
        (&never_alone, &["params"], &["fc", "identifiant"], out("Avec l’identité")),
        (&never_alone, &["fc"], &["fc", "identifiant"], None),
        (&never_alone, &["fc"], &["identifiant"], out("Avec FC")),
        (&never_alone, &[], &["fc"], None),
        (&never_alone, &["fc", "params"], &[], None),
        (&ways, &["fc", "params"], &["fc", "identifiant"], None),
        (&ways, &["fc", "params"], &["identifiant"], out("Avec FC\u{a0}» ou «\u{a0}Avec l’identité")),
    ] {
        let list = |ways: &[&str]| ways.iter().map(|way| (*way).to_owned()).collect::<Vec<_>>();
        let mut service = service(vec![required(Kind::Scopes), field.clone()]);
        service.scope_groups[0].scopes[0].ways = list(of_scope);
        let answers = Answers([("champ".to_owned(), list(&["gender"])), (MODALITIES.to_owned(), list(chosen))].into());
        let found = check_field(&service, &required(Kind::Scopes), &answers);
        assert_eq!(found, expected, "{of_scope:?} {chosen:?}");
    }
}

#[test]
fn scopes_go_together_as_the_rules_say() {
    let list = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let base = ScopeRule { message: "Non.".into(), ..ScopeRule::default() };
    let one_of = ScopeRule { at_least_one_of: list(&["email"]), ..base.clone() };
    let apart = ScopeRule { exclusive: Some((list(&["email"]), list(&["gender"]))), ..base.clone() };
    let alone = ScopeRule { alone: Some("gender".into()), ..base };
    let unless = ScopeRule { unless: list(&["gender"]), ..one_of.clone() };
    let lifted = ScopeRule { lifted_by: Some(("besoin".into(), "oui".into())), ..apart.clone() };
    for (rule, asked, need, broken) in [
        (&one_of, &["gender"][..], "", true),
        (&one_of, &["gender", "email"], "", false),
        (&unless, &["gender"], "", false),
        (&apart, &["gender", "email"], "oui", true),
        (&apart, &["email"], "", false),
        (&lifted, &["gender", "email"], "", true),
        (&lifted, &["gender", "email"], "oui", false),
        (&alone, &["gender", "email"], "", true),
        (&alone, &["gender"], "", false),
        (&alone, &["email"], "", false),
    ] {
        let service = Form { scope_rules: vec![rule.clone()], ..service(vec![required(Kind::Scopes), Field::new("besoin", "Besoin", Kind::Tick)]) };
        let mut answers = Answers([("champ".to_owned(), list(asked))].into());
        answers.set("besoin", need);
        let problems = check_block(&service, &service.blocks[0], &answers);
        assert_eq!(problems.iter().any(|p| p.problem == Problem::Scopes("Non.".into())), broken, "{rule:?} {asked:?}");
    }
}

proptest! {
    #[test]
    fn no_answer_panics(value in ".{0,400}", kind in 0usize..13) {
        let kinds = [Kind::Text, Kind::LongText, Kind::Name, Kind::Email, Kind::Phone, Kind::Mobile, Kind::Url, Kind::Number, Kind::Date, Kind::Choice, Kind::Tick, Kind::Scopes, Kind::Reliance];
        let _ = problem_of(required(kinds[kind]), &[&value]);
    }
}
