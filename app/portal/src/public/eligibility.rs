//! « Êtes-vous éligible ? »: one question at a time. The answers are in the address, so that the page works without a script and
//! can be sent to a colleague.

use std::collections::BTreeMap;

use domain::{
    catalogue::Catalogue,
    eligibility::{Answers, Outcome, Vendor, Who, outcome},
    routes,
};
use leptos::prelude::*;
use ui::components::*;

use super::outcome;

/// The field that names the question shown: when it is sent without an answer to that question, the question was left blank.
const ASKED: &str = "question";

struct Question {
    /// Its query parameter.
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    /// Its name in the list of answers.
    short: &'static str,
    /// Value, label, and details shown under the label.
    choices: &'static [(&'static str, &'static str, &'static str)],
}

const QUESTIONS: [Question; 4] = [
    Question {
        name: "profil",
        label: "Vous êtes",
        hint: "",
        short: "Vous êtes",
        choices: &[
            ("particulier", "Un particulier", "Vous faites une démarche pour vous-même."),
            ("administration", "Une administration ou une collectivité", "Commune, département, ministère, établissement public, organisme social…"),
            ("societe", "Une société de droit privé", "Entreprise, association, éditeur de logiciels…"),
            ("partenaire", "Déjà partenaire", "Vous avez un compte Habilis."),
        ],
    },
    Question {
        name: "services",
        label: "Combien de services en ligne voulez-vous raccorder\u{a0}?",
        hint: "Un portail famille compte pour un service.",
        short: "Services à raccorder",
        choices: &[("un", "Un seul", ""), ("plusieurs", "Plusieurs", "")],
    },
    Question {
        name: "franceconnect",
        label: "Ce service propose-t-il déjà FranceConnect\u{a0}?",
        hint: "Vos usagers y voient alors le bouton FranceConnect.",
        short: "FranceConnect déjà en place",
        choices: &[("oui", "Oui", ""), ("non", "Non, pas encore", "")],
    },
    Question {
        name: "editeur",
        label: "Votre éditeur est-il prêt\u{a0}?",
        hint: "Son logiciel doit savoir connecter vos usagers avec FranceConnect.",
        short: "Éditeur prêt",
        choices: &[
            ("oui", "Oui, son logiciel le permet", ""),
            ("non", "Non, pas encore", "Ou vous ne le savez pas."),
            ("interne", "Nous développons le service nous-mêmes", ""),
        ],
    },
];

/// The questions answered so far, and the one to ask next.
pub struct Progress {
    answers: Answers,
    /// Question and chosen answer, by position.
    answered: Vec<(usize, usize)>,
    open: Option<usize>,
    /// The open question was sent without an answer.
    blank: bool,
}

impl Progress {
    /// A value that is none of the choices counts as no answer, and nothing is read after a question without an answer.
    pub fn read(query: &BTreeMap<String, String>) -> Self {
        let mut progress = Self { answers: Answers::default(), answered: Vec::new(), open: None, blank: false };
        for (index, question) in QUESTIONS.iter().enumerate() {
            if outcome(progress.answers) != Outcome::Incomplete {
                break;
            }
            let sent = query.get(question.name).map_or("", String::as_str);
            let Some(choice) = question.choices.iter().position(|(value, ..)| *value == sent) else {
                progress.open = Some(index);
                progress.blank = query.get(ASKED).is_some_and(|asked| asked == question.name);
                break;
            };
            progress.answered.push((index, choice));
            match question.name {
                "profil" => progress.answers.who = Who::parse(sent),
                "services" => progress.answers.several_services = Some(sent == "plusieurs"),
                "franceconnect" => progress.answers.has_franceconnect = Some(sent == "oui"),
                _ => progress.answers.vendor = Vendor::parse(sent),
            }
        }
        progress
    }

    pub fn outcome(&self) -> Outcome {
        outcome(self.answers)
    }

    pub fn title(&self) -> &'static str {
        if self.blank { "Erreur\u{a0}: Êtes-vous éligible\u{a0}?" } else { "Êtes-vous éligible\u{a0}?" }
    }

    /// Name and value of each answer before the question at `end`.
    fn pairs(&self, end: usize) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.answered.iter().filter(move |(question, _)| *question < end).filter_map(|(question, choice)| {
            let question = QUESTIONS.get(*question)?;
            Some((question.name, question.choices.get(*choice)?.0))
        })
    }

    /// The page as it was before the question at `index` was answered.
    fn back_to(&self, index: usize) -> String {
        let pairs: Vec<String> = self.pairs(index).map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { routes::ELIGIBILITY.to_owned() } else { format!("{}?{}", routes::ELIGIBILITY, pairs.join("&")) }
    }
}

pub fn page(progress: &Progress, catalogue: &Catalogue) -> impl IntoView + use<> {
    let next = match progress.open.and_then(|index| QUESTIONS.get(index)) {
        Some(question) => ask(progress, question).into_any(),
        None => view! {
            {outcome::part(progress.outcome(), catalogue)}
            <p><a href=routes::ELIGIBILITY>"Recommencer"</a></p>
        }
        .into_any(),
    };
    view! {
        <Breadcrumb current="Êtes-vous éligible\u{a0}?" />
        <PageTitle title="Êtes-vous éligible\u{a0}?" lead="Quatre questions au plus. Rien n’est enregistré." />
        {answered(progress)}
        {next}
    }
}

fn answered(progress: &Progress) -> impl IntoView + use<> {
    let rows: Vec<SummaryRow> = progress
        .answered
        .iter()
        .filter_map(|(index, choice)| {
            let question = QUESTIONS.get(*index)?;
            let (_, label, _) = question.choices.get(*choice)?;
            Some(SummaryRow::text(question.short, *label).action(progress.back_to(*index), "Modifier"))
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <h2>"Vos réponses"</h2> <SummaryList rows=rows /> })
}

fn ask(progress: &Progress, question: &'static Question) -> impl IntoView + use<> {
    let mut field = Field::new(question.name, question.label);
    if !question.hint.is_empty() {
        field = field.hint(question.hint);
    }
    if progress.blank {
        field = field.error("Choisissez une réponse.".to_owned());
    }
    let errors = errors_of([&field]);
    let choices = question
        .choices
        .iter()
        .map(|(value, label, hint)| {
            let choice = Choice::new(*value, *label);
            if hint.is_empty() { choice } else { choice.hint(*hint) }
        })
        .collect();
    let kept = progress.pairs(QUESTIONS.len()).map(|(name, value)| view! { <HiddenField name=name value=value /> }).collect_view();
    view! {
        <ErrorSummary errors=errors />
        <form class="hb-form" method="get" action=routes::ELIGIBILITY>
            {kept}
            <HiddenField name=ASKED value=question.name />
            <RadioGroup field=field choices=choices rich=true />
            <Buttons>
                <Button label="Continuer" />
            </Buttons>
        </form>
    }
}
