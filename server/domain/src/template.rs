//! Ready-made messages of a service's reviewers: their variables, written between braces, and the text once filled in.

use serde::{Deserialize, Serialize};

/// Characters of a title.
pub const MAX_TITLE: usize = 50;
/// Characters of a text, as for a reason typed by hand.
pub const MAX_BODY: usize = 5000;
/// Few enough that the list beside a decision is read at a glance.
pub const MAX_PER_KIND: usize = 3;

/// The decision a message goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateKind {
    Approval,
    Changes,
    Refusal,
}

impl TemplateKind {
    pub const ALL: [Self; 3] = [Self::Approval, Self::Changes, Self::Refusal];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Changes => "changes",
            Self::Refusal => "refusal",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Approval => "Validation",
            Self::Changes => "Demande de modifications",
            Self::Refusal => "Refus",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    Number,
    Title,
    Link,
    Organisation,
    Deadline,
}

impl Variable {
    pub const ALL: [Self; 5] = [Self::Number, Self::Title, Self::Link, Self::Organisation, Self::Deadline];

    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "demande.numero",
            Self::Title => "demande.titre",
            Self::Link => "demande.lien",
            Self::Organisation => "organisation",
            Self::Deadline => "echeance",
        }
    }

    pub fn meaning(self) -> &'static str {
        match self {
            Self::Number => "le numéro de la demande",
            Self::Title => "le nom du projet",
            Self::Link => "l’adresse de la demande",
            Self::Organisation => "le nom de l’organisation",
            Self::Deadline => "la date de réponse promise",
        }
    }
}

/// What each variable becomes for one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    pub number: String,
    pub title: String,
    pub link: String,
    pub organisation: String,
    pub deadline: String,
}

impl Values {
    /// For the preview of a message that is not about a request yet.
    pub fn sample() -> Self {
        Self {
            number: "D123".into(),
            title: "Portail famille".into(),
            link: "https://habilis.example/demandes/D123".into(),
            organisation: "Commune de Clamart".into(),
            deadline: "30 novembre 2026".into(),
        }
    }

    fn of(&self, variable: Variable) -> &str {
        match variable {
            Variable::Number => &self.number,
            Variable::Title => &self.title,
            Variable::Link => &self.link,
            Variable::Organisation => &self.organisation,
            Variable::Deadline => &self.deadline,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("no such variable: {0}")]
    Unknown(String),
    #[error("an unclosed brace")]
    Unclosed,
}

impl TemplateError {
    /// What the person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::Unknown(name) => format!("La variable {{{name}}} n’existe pas."),
            Self::Unclosed => "Une accolade ouverte n’est pas refermée.".to_owned(),
        }
    }
}

enum Piece<'a> {
    Text(&'a str),
    Variable(Variable),
}

fn pieces(body: &str) -> Result<Vec<Piece<'_>>, TemplateError> {
    let (mut found, mut rest) = (Vec::new(), body);
    while let Some((before, after)) = rest.split_once('{') {
        found.push(Piece::Text(before));
        let (name, after) = after.split_once('}').ok_or(TemplateError::Unclosed)?;
        let shown = || TemplateError::Unknown(name.chars().take(60).collect());
        let variable = Variable::ALL.into_iter().find(|variable| variable.name() == name.trim()).ok_or_else(shown)?;
        found.push(Piece::Variable(variable));
        rest = after;
    }
    found.push(Piece::Text(rest));
    Ok(found)
}

/// # Errors
/// The first thing between braces that is not a variable.
pub fn check(body: &str) -> Result<(), TemplateError> {
    pieces(body).map(|_| ())
}

/// A text that does not pass [`check`] is returned as it is: a reviewer reads it before it is sent.
pub fn fill(body: &str, values: &Values) -> String {
    let Ok(pieces) = pieces(body) else { return body.to_owned() };
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Variable(variable) => values.of(variable),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_variables_are_filled_and_others_named() {
        let values = Values::sample();
        for (body, filled) in [
            ("", Ok("")),
            ("Sans variable }", Ok("Sans variable }")),
            ("{demande.numero} « { demande.titre } »", Ok("D123 « Portail famille »")),
            ("{organisation}{echeance}", Ok("Commune de Clamart30 novembre 2026")),
            ("Bonjour {demandeur}", Err("La variable {demandeur} n’existe pas.")),
            ("{}", Err("La variable {} n’existe pas.")),
            ("{demande.numero", Err("Une accolade ouverte n’est pas refermée.")),
            ("{{demande.numero}}", Err("La variable {{demande.numero} n’existe pas.")),
        ] {
            let got = check(body).map(|()| fill(body, &values)).map_err(|error| error.sentence());
            assert_eq!(got, filled.map(str::to_owned).map_err(str::to_owned), "{body}");
        }
    }

    #[test]
    fn what_a_value_holds_is_never_read_as_a_variable() {
        let values = Values { title: "{demande.lien}".into(), ..Values::sample() };
        assert_eq!(fill("{demande.titre}", &values), "{demande.lien}");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(body in ".{0,200}") {
            let _ = check(&body);
            if !body.contains('{') {
                prop_assert_eq!(fill(&body, &Values::sample()), body);
            }
        }
    }
}
