//! The section of the request’s page where a team decides: each decision with its text, the templates it may start from, and the
//! mail it sends.

use domain::{
    events::Mail,
    request::{Decision, State, Turn},
    routes,
    template::TemplateKind,
};
use habilitation::{
    requests::{Opened, team_of},
    reviews::Template,
};
use leptos::prelude::*;
use ui::components::{Button, ButtonKind, Buttons, Choice, Details, Field, HiddenField, PostForm, SelectField, TextareaField};
use web::VERSION;

use super::{Action, Sent};
use crate::request::page::ReviewPage;

/// A decision shown again on the page: it was refused, a template was inserted, or its mail is previewed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub decision: Option<Decision>,
    pub reason: String,
    /// « service:stage », when the reader is in several teams and chose one.
    pub team: String,
    pub error: Option<String>,
    /// The mail that would be sent; `Some(None)` when none would be sent now.
    pub mail: Option<Option<Mail>>,
}

pub fn reason_id(decision: Option<Decision>) -> &'static str {
    match decision {
        Some(Decision::Approve) => "motif-validation",
        Some(Decision::RequestChanges) => "motif-modifications",
        Some(Decision::Refuse) => "motif-refus",
        Some(Decision::WithdrawChanges) => "motif-retrait",
        None => "decision",
    }
}

/// The words around one decision.
struct Words {
    decision: Decision,
    /// The templates that go with it.
    kind: Option<TemplateKind>,
    summary: &'static str,
    label: &'static str,
    hint: &'static str,
    button: &'static str,
    tone: ButtonKind,
}

const WORDS: [Words; 4] = [
    Words {
        decision: Decision::WithdrawChanges,
        kind: None,
        summary: "Retirer la demande de modifications",
        label: "Votre message",
        hint: "Il s’ajoute au courriel qui prévient le demandeur.",
        button: "Retirer la demande de modifications",
        tone: ButtonKind::Primary,
    },
    Words {
        decision: Decision::Approve,
        kind: Some(TemplateKind::Approval),
        summary: "Valider avec un message",
        label: "Votre message",
        hint: "Il s’ajoute au courriel de validation.",
        button: "Valider et envoyer",
        tone: ButtonKind::Primary,
    },
    Words {
        decision: Decision::RequestChanges,
        kind: Some(TemplateKind::Changes),
        summary: "Demander des modifications",
        label: "Ce qu’il faut modifier",
        hint: "Le demandeur lira ce texte, puis vos remarques.",
        button: "Demander des modifications",
        tone: ButtonKind::Secondary,
    },
    Words {
        decision: Decision::Refuse,
        kind: Some(TemplateKind::Refusal),
        summary: "Refuser la demande",
        label: "Le motif du refus",
        hint: "Le demandeur lira ce texte et pourra le contester.",
        button: "Refuser la demande",
        tone: ButtonKind::Danger,
    },
];

/// The team that decides: a hidden field, or a list when the reader is in several teams that hold the request.
fn team(opened: &Opened, turns: &[&Turn], form: &str, chosen: Option<&str>) -> AnyView {
    let code = |turn: &Turn| format!("{}:{}", turn.service, turn.stage);
    let [_, _, ..] = turns else {
        return turns.first().map(|turn| view! { <HiddenField name=Sent::Team value=code(turn) /> }).into_any();
    };
    let choices = turns
        .iter()
        .map(|turn| Choice::new(code(turn), team_of(&opened.service, turn).map(|stage| stage.team.clone()).unwrap_or_default()))
        .collect::<Vec<_>>();
    let first = turns.first().map(|turn| code(turn)).unwrap_or_default();
    let value = chosen.filter(|chosen| !chosen.is_empty()).map_or(first, str::to_owned);
    let field = Field::new(Sent::Team, "Au nom de quelle équipe").id(format!("equipe-{form}")).value(value);
    view! { <SelectField field=field choices=choices /> }.into_any()
}

pub fn section(page: &ReviewPage<'_>, turn: &Turn) -> AnyView {
    let ReviewPage { opened, turns, has_approved, templates, typed, csrf, .. } = *page;
    let last = opened.request.phase.review().is_some_and(|review| review.is_last(turn.team()));
    let approve = if last { "Délivrer l’habilitation" } else { "Valider cette étape" };
    let (action, version) = (routes::review_request(opened.request.id), opened.read_as().to_string());
    let seen = opened.journal.len().to_string();
    let team = team(opened, turns, "seule", None);
    let sent_back = opened.request.phase.state() == State::ChangesRequested;
    let other = if sent_back { Decision::RequestChanges } else { Decision::WithdrawChanges };
    let waits = sent_back.then(|| {
        view! {
            <p>
                "Vous avez demandé des modifications. Si elles ne sont plus nécessaires, retirez la demande de modifications, ou décidez sur ce qui a été transmis en dernier. "
                "Ce que le demandeur a écrit depuis est conservé pour lui."
            </p>
        }
    });
    let form = |words: &Words| {
        let offered: Vec<&Template> = templates.iter().filter(|one| Some(one.kind) == words.kind).collect();
        form(opened, words, turns, &offered, typed.filter(|typed| typed.decision == Some(words.decision)), csrf)
    };
    // Taking back a request for changes comes before the other decisions.
    let (first, forms): (Vec<&Words>, Vec<&Words>) = WORDS
        .iter()
        .filter(|words| words.decision != other && !(has_approved && words.decision == Decision::Approve))
        .partition(|words| words.decision == Decision::WithdrawChanges);
    let (first, forms) = (first.into_iter().map(form).collect_view(), forms.into_iter().map(form).collect_view());
    let kind = if sent_back { ButtonKind::Secondary } else { ButtonKind::Primary };
    let drafts = opened.remarks.iter().filter(|one| one.sent.is_none()).count();
    let drafts = match drafts {
        0 => None,
        1 => Some("Une remarque n’est pas encore envoyée\u{a0}: elle le sera avec une demande de modifications.".to_owned()),
        many => Some(format!("{many} remarques ne sont pas encore envoyées\u{a0}: elles le seront avec une demande de modifications.")),
    };
    let approval = if has_approved {
        view! { <p>"Vous avez validé l’étape précédente\u{a0}: une autre personne de l’équipe valide celle-ci."</p> }.into_any()
    } else {
        view! {
            <PostForm action=action csrf=csrf.to_owned() inline=true>
                <HiddenField name=VERSION value=version />
                <HiddenField name=Sent::Seen value=seen />
                <HiddenField name=Sent::Decision value=Decision::Approve.as_str() />
                {team}
                <Button label=approve kind=kind />
            </PostForm>
        }
        .into_any()
    };
    view! {
        <section class="hb-decisions fr-mb-4w" aria-labelledby="decision">
            <h2 class="fr-h4" id="decision" tabindex="-1">"Votre décision"</h2>
            {waits}
            {drafts.map(|sentence| view! { <p>{sentence}</p> })}
            {first}
            {approval}
            {forms}
        </section>
    }
    .into_any()
}

fn form(opened: &Opened, words: &Words, turns: &[&Turn], templates: &[&Template], typed: Option<&Typed>, csrf: &str) -> AnyView {
    let Words { decision, summary, label, hint, button, tone, .. } = *words;
    let value = decision.as_str();
    let field = Field::new(Sent::Reason, label)
        .id(reason_id(Some(decision)))
        .hint(hint)
        .value(typed.map(|typed| typed.reason.clone()).unwrap_or_default())
        .error(typed.and_then(|typed| typed.error.clone()));
    let field = if decision.needs_reason() { field } else { field.optional() };
    let (action, version) = (routes::review_request(opened.request.id), opened.read_as().to_string());
    let seen = opened.journal.len().to_string();
    let insert = (!templates.is_empty()).then(|| {
        let choices = templates.iter().map(|one| Choice::new(one.id.to_string(), one.title.clone())).collect::<Vec<_>>();
        let field = Field::new(Sent::Template, "Partir d’un modèle").id(format!("modele-{value}")).optional();
        view! {
            <SelectField field=field choices=choices placeholder="Choisir un modèle" />
            <Button label="Insérer le modèle" kind=ButtonKind::Tertiary small=true name=Sent::Action value=Action::InsertTemplate about=summary />
        }
    });
    let team = team(opened, turns, value, typed.map(|typed| typed.team.as_str()));
    let preview = typed.and_then(|typed| typed.mail.as_ref()).map(|mail| shown(mail.as_ref(), value));
    let csrf = csrf.to_owned();
    let send = if preview.is_some() { "Envoyer" } else { button };
    view! {
        <Details summary=summary open=typed.is_some()>
            <PostForm action=action csrf=csrf>
                <HiddenField name=VERSION value=version />
                <HiddenField name=Sent::Seen value=seen />
                <HiddenField name=Sent::Decision value=value />
                {team}
                {insert}
                <TextareaField field=field />
                {preview}
                <Buttons>
                    <Button label=send kind=tone />
                    <Button label="Voir le courriel" kind=ButtonKind::Secondary name=Sent::Action value=Action::PreviewMail about=summary />
                </Buttons>
            </PostForm>
        </Details>
    }
    .into_any()
}

/// The text of the mail that will be sent.
fn shown(mail: Option<&Mail>, value: &str) -> AnyView {
    let Some(mail) = mail else {
        return view! { <p role="status">"Aucun courriel ne partira maintenant\u{a0}: le demandeur sera prévenu quand les autres équipes auront décidé."</p> }.into_any();
    };
    let id = format!("courriel-{value}");
    let heading = id.clone();
    view! {
        <section aria-labelledby=heading>
            <h3 class="fr-h6" id=id tabindex="-1" autofocus>"Le courriel qui sera envoyé"</h3>
            <div class="hb-mail">
                <p>{format!("À\u{a0}: {}", mail.to)}</p>
                <p>{format!("Objet\u{a0}: {}", mail.subject)}</p>
                <p class="hb-prewrap">{mail.body.clone()}</p>
            </div>
        </section>
    }
    .into_any()
}
