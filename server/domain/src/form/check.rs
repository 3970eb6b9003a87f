//! What is wrong with answers. One set of rules for the page, the autosave and the submission.

use serde::{Deserialize, Serialize};

use jiff::civil::Date;

use super::{Answers, Block, Field, Form, Kind, LEGAL_NATURE, MODALITIES, ScopeEntry, answers::number, placeholder};
use crate::{
    address,
    calendar::{NOT_A_DATE, kept_date, plus_months},
    contact::Email,
    person_name,
    phone::Phone,
    text,
};

/// The field whose answer is the title of the request.
const TITLE: &str = "name";

/// What is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Problem {
    #[error("no answer")]
    Missing,
    #[error("nothing chosen")]
    NoChoice,
    #[error("no scope ticked")]
    NoScope,
    #[error("a box left unticked")]
    NotTicked,
    #[error("more than {0} characters")]
    TooLong(usize),
    #[error("a forbidden character: {0:?}")]
    Forbidden(char),
    /// In a field for the name of a person.
    #[error("no name of a person")]
    NotAName,
    /// In a field whose answer is shown as a title in lists and mails.
    #[error("an address in a title")]
    AddressInTitle,
    #[error("not an e-mail address")]
    Email,
    /// Valid, but the site's mail server does not support SMTPUTF8 (RFC 6531).
    #[error("an address that needs SMTPUTF8")]
    AccentedMailbox,
    #[error("not a telephone number")]
    Phone,
    #[error("not a mobile number")]
    Mobile,
    #[error("not a URL")]
    Url,
    #[error("not a whole number")]
    NotANumber,
    #[error("not between {0} and {1}")]
    OutOfRange(i64, i64),
    #[error("not a date")]
    Date,
    #[error("a choice that is not offered")]
    UnknownChoice,
    #[error("neither a link nor a document")]
    OneOfTwo,
    #[error("not after the date of another field: {0}")]
    TooEarly(String),
    /// At most so many months after the date of another field.
    #[error("later than {0} after the date of another field: {1}")]
    TooLate(String, String),
    #[error("a date in the past")]
    Past,
    /// At most so many months after the day it is sent.
    #[error("a date later than {0} from now")]
    TooFar(String),
    /// An instruction left in the text, quoted.
    #[error("an instruction left in the text: {0}")]
    Placeholder(String),
    /// A rule of the catalogue about a choice, in its own words.
    #[error("a choice the catalogue refuses: {0}")]
    Choice(String),
    /// Labels of a scope and of the ways of access that give it.
    #[error("data not offered by the access ways chosen: {0}")]
    OutOfReach(String, String),
    /// Labels of a scope, of the only chosen way that gives it, which cannot be used alone, and of the ways it must be used with.
    #[error("data with an access way that needs another: {0}")]
    NeedsAnotherWay(String, String, String),
    /// A scope that the catalogue marks as deprecated.
    #[error("a scope no longer offered")]
    NoLongerOffered,
    /// A rule of the catalogue about scopes that go together, in its own words.
    #[error("scopes the catalogue refuses together: {0}")]
    Scopes(String),
    #[error("an infected document")]
    InfectedDocument,
    #[error("a document that could not be scanned")]
    UnscannedDocument,
    #[error("no request to rely on")]
    NoReliance,
}

impl Problem {
    /// What the person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::Missing => "Ce champ est à compléter.".to_owned(),
            Self::NoChoice => "Choisissez une réponse.".to_owned(),
            Self::NoScope => "Cochez au moins une donnée.".to_owned(),
            Self::NotTicked => "Cette case est à cocher pour continuer.".to_owned(),
            Self::TooLong(max) => format!("Ce texte dépasse {max} caractères\u{a0}: raccourcissez-le."),
            Self::Forbidden(c) => text::forbidden_sentence(*c),
            Self::NotAName => person_name::NOT_A_NAME.to_owned(),
            Self::AddressInTitle => address::IN_A_TITLE.to_owned(),
            Self::Email => "Cette adresse électronique n’est pas valide. Exemple\u{a0}: prenom.nom@mairie.fr".to_owned(),
            Self::AccentedMailbox => {
                "Notre serveur de messagerie n’accepte pas les accents avant l’arobase\u{a0}: indiquez une autre adresse.".to_owned()
            }
            Self::Phone => "Ce numéro de téléphone n’est pas valide. Exemple\u{a0}: 01 23 45 67 89".to_owned(),
            Self::Mobile => "Indiquez un numéro de mobile\u{a0}: il recevra un SMS. Exemple\u{a0}: 06 12 34 56 78".to_owned(),
            Self::Url => "Cette adresse n’est pas valide. Exemple\u{a0}: https://www.legifrance.gouv.fr/…".to_owned(),
            Self::NotANumber => "Indiquez un nombre entier.".to_owned(),
            Self::OutOfRange(min, max) => format!("Indiquez un nombre compris entre {min} et {max}."),
            Self::Date => NOT_A_DATE.to_owned(),
            Self::UnknownChoice => "Cette réponse n’est pas proposée.".to_owned(),
            Self::OneOfTwo => "Indiquez un lien ou ajoutez un document.".to_owned(),
            Self::TooEarly(field) => format!("Indiquez une date postérieure à celle du champ «\u{a0}{field}\u{a0}»."),
            Self::TooLate(delay, field) => format!("Indiquez une date au plus tard {delay} après celle du champ «\u{a0}{field}\u{a0}»."),
            Self::Past => "Cette date est passée\u{a0}: indiquez une date à venir.".to_owned(),
            Self::TooFar(delay) => format!("Cette date est trop lointaine\u{a0}: indiquez une date au plus tard dans {delay}."),
            Self::Placeholder(text) => {
                format!("Ce texte contient encore une consigne à remplacer («\u{a0}{text}\u{a0}»)\u{a0}: écrivez votre réponse à la place.")
            }
            Self::Choice(rule) => rule.clone(),
            Self::OutOfReach(data, ways) => format!(
                "«\u{a0}{data}\u{a0}» ne s’obtient pas par les modalités choisies\u{a0}: ajoutez «\u{a0}{ways}\u{a0}» aux modalités d’accès, ou décochez cette donnée."
            ),
            Self::NeedsAnotherWay(data, way, others) => format!(
                "«\u{a0}{data}\u{a0}» n’a que la modalité «\u{a0}{way}\u{a0}», qui en complète toujours une autre\u{a0}: ajoutez «\u{a0}{others}\u{a0}» aux modalités d’accès, ou décochez cette donnée."
            ),
            Self::NoLongerOffered => "Une donnée cochée n’est plus proposée\u{a0}: décochez-la.".to_owned(),
            Self::Scopes(rule) => rule.clone(),
            Self::InfectedDocument => "Un document contient un virus\u{a0}: retirez-le et déposez-en un autre.".to_owned(),
            Self::UnscannedDocument => "Un document n’a pas pu être analysé par l’antivirus\u{a0}: retirez-le et déposez-le de nouveau.".to_owned(),
            Self::NoReliance => "Choisissez l’habilitation, ou la demande en cours, sur laquelle repose celle-ci.".to_owned(),
        }
    }

    /// A draft may be incomplete or wrong, but holds no text that is too long or unreadable.
    pub fn refuses_draft(&self) -> bool {
        matches!(self, Self::TooLong(_) | Self::Forbidden(_))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    pub field: String,
    pub problem: Problem,
}

/// Everything wrong with one block; empty when the next one may be opened.
pub fn check_block(form: &Form, block: &Block, answers: &Answers) -> Vec<FieldProblem> {
    block
        .all_fields()
        .iter()
        .filter_map(|field| check_field(form, field, answers).map(|problem| FieldProblem { field: field.id.clone(), problem }))
        .collect()
}

/// Everything wrong with the whole request, by block.
pub fn check_all<'a>(form: &'a Form, answers: &Answers) -> Vec<(&'a Block, Vec<FieldProblem>)> {
    form.blocks.iter().map(|block| (block, check_block(form, block, answers))).filter(|(_, problems)| !problems.is_empty()).collect()
}

/// The addresses of a block that need a mail server with SMTPUTF8 (RFC 6531).
pub fn accented_mailboxes(block: &Block, answers: &Answers) -> Vec<FieldProblem> {
    let accented = |field: &Field| Email::parse(answers.text(&field.id)).is_some_and(|email| email.is_international());
    let fields = block.all_fields();
    let mailboxes = fields.iter().filter(|field| field.kind == Kind::Email && field.is_asked(answers) && accented(field));
    mailboxes.map(|field| FieldProblem { field: field.id.clone(), problem: Problem::AccentedMailbox }).collect()
}

pub(crate) fn check_field(form: &Form, field: &Field, answers: &Answers) -> Option<Problem> {
    let values = answers.all(&field.id);
    if values.iter().any(|value| value.chars().count() > field.max) {
        return Some(Problem::TooLong(field.max));
    }
    let one_line = |value: &String| (field.kind != Kind::LongText).then(|| value.chars().find(|c| matches!(c, '\n' | '\t'))).flatten();
    if let Some(forbidden) = values.iter().find_map(|value| text::forbidden(value).or_else(|| one_line(value))) {
        return Some(Problem::Forbidden(forbidden));
    }
    if !field.is_asked(answers) {
        return None;
    }
    if answers.is_empty(&field.id) {
        return check_empty(field, answers);
    }
    check_value(form, field, values, answers)
}

/// Checks a field that belongs to no form.
pub fn check_alone(field: &Field, answers: &Answers) -> Option<Problem> {
    check_field(&Form::default(), field, answers)
}

fn check_empty(field: &Field, answers: &Answers) -> Option<Problem> {
    if let Some(other) = &field.or {
        return answers.is_empty(other).then_some(Problem::OneOfTwo);
    }
    if !field.required {
        return None;
    }
    Some(match field.kind {
        Kind::Choice | Kind::Choices => Problem::NoChoice,
        Kind::Scopes => Problem::NoScope,
        Kind::Tick => Problem::NotTicked,
        Kind::Reliance => Problem::NoReliance,
        _ => Problem::Missing,
    })
}

fn check_value(form: &Form, field: &Field, values: &[String], answers: &Answers) -> Option<Problem> {
    let first = values.first().map_or("", String::as_str);
    match field.kind {
        Kind::Text | Kind::LongText => check_text(form, field, first),
        Kind::Documents | Kind::Reliance => None,
        Kind::Name => (!person_name::is_name(first)).then_some(Problem::NotAName),
        Kind::Email => Email::parse(first).is_none().then_some(Problem::Email),
        Kind::Phone => Phone::parse(first).is_none().then_some(Problem::Phone),
        Kind::Mobile => (!Phone::parse(first).is_some_and(|phone| phone.takes_sms)).then_some(Problem::Mobile),
        Kind::Url => (!address::is_web(first)).then_some(Problem::Url),
        Kind::Number => check_number(field, first),
        Kind::Date => check_date(form, field, first, answers),
        Kind::Tick => (first != "oui").then_some(Problem::NotTicked),
        Kind::Choice | Kind::Choices => {
            if values.iter().any(|value| !field.choices.iter().any(|choice| choice.value == *value)) {
                return Some(Problem::UnknownChoice);
            }
            let (_, message) = field.not_alone.as_ref().filter(|(value, _)| values == std::slice::from_ref(value))?;
            Some(Problem::Choice(message.clone()))
        }
        Kind::Scopes => check_scopes(form, values, answers),
    }
}

fn check_date(form: &Form, field: &Field, text: &str, answers: &Answers) -> Option<Problem> {
    let Some(date) = kept_date(text) else { return Some(Problem::Date) };
    let other = field.after.as_ref()?;
    let begin = kept_date(answers.text(other))?;
    let label = || form.all_fields().into_iter().find(|f| f.id == *other).map(|f| f.label).unwrap_or_default();
    if date <= begin {
        return Some(Problem::TooEarly(label()));
    }
    let months = field.within_months.filter(|months| date > plus_months(begin, *months))?;
    Some(Problem::TooLate(in_words(months), label()))
}

/// « 5 ans », « 18 mois ».
fn in_words(months: u32) -> String {
    match (months / 12, months % 12) {
        (1, 0) => "1\u{a0}an".to_owned(),
        (years, 0) => format!("{years}\u{a0}ans"),
        _ => format!("{months}\u{a0}mois"),
    }
}

/// The dates of this block that are past on the day it is sent, or too far ahead, in fields that refuse it.
pub fn untimely(block: &Block, answers: &Answers, today: Date) -> Vec<FieldProblem> {
    let wrong = |field: &Field| {
        let day = kept_date(answers.text(&field.id))?;
        let far = field.ahead_months.filter(|months| day > plus_months(today, *months));
        (field.not_past && day < today).then_some(Problem::Past).or(far.map(|months| Problem::TooFar(in_words(months))))
    };
    let asked = block.fields.iter().filter(|field| field.is_asked(answers));
    asked.filter_map(|field| wrong(field).map(|problem| FieldProblem { field: field.id.clone(), problem })).collect()
}

/// A text prefilled by a variant, or that the request is founded on, is searched for instructions more strictly than others.
fn check_text(form: &Form, field: &Field, text: &str) -> Option<Problem> {
    if field.locked {
        return None;
    }
    if field.id == TITLE && address::holds_one(text) {
        return Some(Problem::AddressInTitle);
    }
    let strict = form.prefill.contains_key(&field.id) || field.id.ends_with(LEGAL_NATURE);
    let left = field.instructions.iter().find(|one| placeholder::still_holds(text, one)).cloned();
    left.or_else(|| placeholder(text, strict)).map(Problem::Placeholder)
}

fn check_scopes(form: &Form, values: &[String], answers: &Answers) -> Option<Problem> {
    for value in values {
        match form.scope(value) {
            None => return Some(Problem::UnknownChoice),
            Some(scope) if scope.deprecated => return Some(Problem::NoLongerOffered),
            Some(_) => {}
        }
    }
    out_of_reach(form, values, answers).or_else(|| broken_rule(form, values, answers))
}

/// The first scope that none of the chosen ways of access gives. A way that cannot be used alone counts only for scopes that have no other.
fn out_of_reach(form: &Form, values: &[String], answers: &Answers) -> Option<Problem> {
    let (chosen, fields) = (answers.all(MODALITIES), form.all_fields());
    let field = fields.iter().find(|field| field.id == MODALITIES).filter(|_| !answers.is_empty(MODALITIES))?;
    let complement = field.not_alone.as_ref().map(|(value, _)| value);
    let label = |way: &String| field.choices.iter().find(|choice| choice.value == *way).map_or_else(|| way.clone(), |choice| choice.label.clone());
    let wrong = |scope: &ScopeEntry| {
        let others: Vec<&String> = scope.ways.iter().filter(|way| Some(*way) != complement).collect();
        let enough: Vec<&String> = if others.is_empty() { scope.ways.iter().collect() } else { others };
        if enough.is_empty() || enough.iter().any(|way| chosen.contains(way)) {
            return None;
        }
        let missing = enough.into_iter().map(label).collect::<Vec<_>>().join("\u{a0}» ou «\u{a0}");
        Some(match complement.filter(|way| chosen.contains(way) && scope.ways.contains(way)) {
            Some(way) => Problem::NeedsAnotherWay(scope.label.clone(), label(way), missing),
            None => Problem::OutOfReach(scope.label.clone(), missing),
        })
    };
    values.iter().filter_map(|value| form.scope(value)).find_map(wrong)
}

fn broken_rule(form: &Form, values: &[String], answers: &Answers) -> Option<Problem> {
    form.scope_rules.iter().find(|rule| rule.is_broken(values, answers)).map(|rule| Problem::Scopes(rule.message.clone()))
}

fn check_number(field: &Field, text: &str) -> Option<Problem> {
    let Some(number) = number(text) else { return Some(Problem::NotANumber) };
    let (low, high) = field.range?;
    (!(low..=high).contains(&number)).then_some(Problem::OutOfRange(low, high))
}
