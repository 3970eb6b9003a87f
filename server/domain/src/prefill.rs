//! Answers proposed by the parameters of a link, for instance on a partner's site, for a new request. Contacts and fields that the form locks or
//! hides cannot be proposed; a value that a draft would refuse is left out.

use crate::{
    catalogue::{Field, Form, Kind},
    form::{self, Answers, FieldProblem},
};

/// The most values read for one name, in the order of the address.
const MAX_VALUES: usize = 200;

pub fn may_be_proposed(field: &Field) -> bool {
    !field.locked && !field.hidden && !matches!(field.kind, Kind::Documents | Kind::Reliance | Kind::Tick)
}

/// `asked` are the parameters of the link. `scopes=a,b`, `scopes=a&scopes=b` and `scopes[]=a` are the same.
pub fn accepted(service: &Form, asked: &[(String, String)]) -> Answers {
    let mut answers = Answers::default();
    for field in service.blocks.iter().flat_map(|block| &block.fields).filter(|field| may_be_proposed(field)) {
        let values: Vec<String> = asked
            .iter()
            .filter(|(name, _)| name.strip_suffix("[]").unwrap_or(name) == field.id)
            .take(MAX_VALUES)
            .flat_map(|(_, value)| values(field, value))
            .filter(|value| is_offered(service, field, value))
            .collect();
        let values = if field.is_multiple() { values } else { values.into_iter().take(1).collect() };
        if values.is_empty() {
            continue;
        }
        let mut alone = Answers::default();
        alone.0.insert(field.id.clone(), values.clone());
        if form::check_alone(field, &alone).is_none_or(|problem| !problem.refuses_draft()) {
            answers.0.insert(field.id.clone(), values);
        }
    }
    answers
}

/// The values left out because a draft would refuse them.
pub fn refused(service: &Form, asked: &[(String, String)]) -> Vec<FieldProblem> {
    let fields = service.blocks.iter().flat_map(|block| &block.fields).filter(|field| may_be_proposed(field));
    fields
        .filter_map(|field| {
            let typed = asked.iter().filter(|(name, _)| *name == field.id).map(|(_, value)| form::normalise(field, value));
            let alone = Answers([(field.id.clone(), typed.collect())].into());
            let problem = form::check_alone(field, &alone).filter(form::Problem::refuses_draft)?;
            Some(FieldProblem { field: field.id.clone(), problem })
        })
        .collect()
}

/// The parameters that at least one of these forms would accept, to be carried from page to page until the form is chosen.
pub fn carried<'a>(forms: impl IntoIterator<Item = &'a Form>, asked: &[(String, String)]) -> Vec<(String, String)> {
    if asked.is_empty() {
        return Vec::new();
    }
    let mut kept = Answers::default();
    for form in forms {
        for (name, values) in accepted(form, asked).0 {
            let all = kept.0.entry(name).or_default();
            let new: Vec<String> = values.into_iter().filter(|value| !all.contains(value)).collect();
            all.extend(new);
        }
    }
    kept.pairs()
}

fn values(field: &Field, value: &str) -> Vec<String> {
    let parts: Vec<&str> = if field.is_multiple() { value.split(',').collect() } else { vec![value] };
    parts.into_iter().map(|part| form::normalise(field, part)).filter(|part| !part.is_empty()).collect()
}

/// Whether the form offers this choice or scope: any other would only be refused later.
fn is_offered(service: &Form, field: &Field, value: &str) -> bool {
    match field.kind {
        Kind::Choice | Kind::Choices => field.choices.iter().any(|choice| choice.value == value),
        Kind::Scopes => service.scope(value).is_some_and(|scope| !scope.deprecated),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Block, Contact, ScopeEntry, ScopeGroup};

    fn scope(id: &str, deprecated: bool) -> ScopeEntry {
        ScopeEntry { id: id.into(), label: id.into(), description: String::new(), included: false, deprecated, default: false, ways: vec![] }
    }

    fn service() -> Form {
        let mut locked = Field::new("locked", "Locked", Kind::Text);
        locked.locked = true;
        let mut hidden = Field::new("hidden", "Hidden", Kind::Text);
        hidden.hidden = true;
        let fields = vec![
            Field::new("name", "Name", Kind::Text),
            Field::new("scopes", "Scopes", Kind::Scopes),
            Field::new("documents", "Documents", Kind::Documents),
            Field::new("consent", "Consent", Kind::Tick),
            locked,
            hidden,
        ];
        let contacts = vec![Contact { id: "dpo".into(), label: "DPO".into(), ..Contact::default() }];
        let group = ScopeGroup {
            label: "Group".into(),
            provider: "Provider".into(),
            scopes: vec![scope("a", false), scope("b", false), scope("old", true)],
            service: String::new(),
        };
        let block = Block { slug: "projet".into(), title: "Projet".into(), intro: String::new(), fields, contacts };
        Form { blocks: vec![block], scope_groups: vec![group], ..Form::default() }
    }

    #[test]
    fn a_link_proposes_what_the_form_asks_and_nothing_else() {
        for (asked, expected) in [
            ("name= Portail ", vec![("name", vec!["Portail"])]),
            ("name=Un&name=Deux", vec![("name", vec!["Un"])]),
            ("name=", vec![]),
            ("name=a%00b", vec![]),
            ("scopes=a,b", vec![("scopes", vec!["a", "b"])]),
            ("scopes[]=a&scopes[]=b", vec![("scopes", vec!["a", "b"])]),
            ("scopes=a,old,unknown", vec![("scopes", vec!["a"])]),
            ("locked=x&hidden=x&documents=x&consent=oui&unknown=x", vec![]),
            ("dpo_email=x@a.fr&dpo_given_name=Paul", vec![]),
        ] {
            let pairs: Vec<(String, String)> =
                asked.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.replace("%00", "\0"))).collect();
            let found = accepted(&service(), &pairs);
            let found: Vec<(&str, Vec<&str>)> =
                found.0.iter().map(|(name, values)| (name.as_str(), values.iter().map(String::as_str).collect())).collect();
            assert_eq!(found, expected, "{asked}");
        }
        let mut narrow = service();
        narrow.blocks[0].fields.retain(|field| field.id != "name");
        let asked: Vec<(String, String)> =
            [("scopes", "a,b"), ("name", "Portail"), ("dpo_email", "x@a.fr"), ("qui", "editeur")].map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        let kept = carried([&narrow, &service()], &asked);
        let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(kept, [("name", "Portail"), ("scopes", "a"), ("scopes", "b")]);
        let long = vec![("name".to_owned(), "x".repeat(256))];
        assert!(accepted(&service(), &long).0.is_empty());
        assert_eq!(refused(&service(), &long).iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["name"]);
        assert!(refused(&service(), &asked).is_empty());
    }
}
