//! The people around a request, as its pages show them: what the reader is to it, who was named and what they
//! answered, and the way to share it.

use domain::{
    calendar,
    designation::RoleAnswer,
    request::State,
    routes,
    sight::{Act, Sight},
};
use habilitation::requests::{Opened, SUMMARY, designations::Designation};
use leptos::prelude::*;

use super::read::{answers, state_badge, title_of};
use crate::components::{
    Alert, Badge, Breadcrumb, Button, ButtonKind, Details, ErrorLink, ErrorSummary, Field, HiddenField, LinkButton, PageTitle, PostForm, SummaryList,
    SummaryRow, TextareaField, Tone,
};

/// A sentence for whoever reads somebody else's request.
pub fn whose(opened: &Opened) -> Option<AnyView> {
    let name = opened.applicant_name.clone();
    let sentence = match opened.people.sight? {
        Sight::Applicant => return None,
        Sight::CoEditor { may_submit: true } => format!("Vous remplissez cette demande avec {name}, et pouvez la transmettre."),
        Sight::CoEditor { may_submit: false } => {
            format!("Vous remplissez cette demande avec {name}. Vous pouvez tout modifier\u{a0}; c’est {name} qui la transmet.")
        }
        Sight::Colleague => format!("Cette demande a été déposée par {name}, de votre organisation. Vous la consultez."),
        Sight::Contact => return None,
    };
    Some(view! { <Alert tone=Tone::Info title="Demande d’une autre personne"><p>{sentence}</p></Alert> }.into_any())
}

/// Where to go on writing, for whoever may, and the words of the link.
pub fn go_on(opened: &Opened) -> Option<(String, String)> {
    if !opened.allows(Act::Edit) {
        return None;
    }
    let id = opened.request.id;
    let left = opened.people.resume_at.as_deref().unwrap_or_default();
    if left == SUMMARY {
        return Some((routes::request_summary(id), "Reprendre\u{a0}: vérifier et transmettre".to_owned()));
    }
    let steps = opened.service.steps(&opened.request.answers);
    match steps.iter().find(|block| block.slug == left) {
        Some(block) => Some((routes::request_block(id, &block.slug), format!("Reprendre\u{a0}: {}", block.title))),
        None => Some((routes::request_block(id, opened.first_step()?), "Continuer ma demande".to_owned())),
    }
}

/// What the reader may do around the request, as links to the pages that do it.
pub fn ways(opened: &Opened) -> Option<AnyView> {
    let id = opened.request.id;
    let (manages, over) = (opened.allows(Act::Manage), opened.request.stage.state().is_over());
    let way = |allowed: bool, href: String, label: &'static str| allowed.then_some((href, label));
    let links: Vec<_> = [
        way(manages && !over, routes::request_sharing(id), "Partager la demande"),
        way(opened.allows(Act::Duplicate), routes::request_duplicate(id), "Dupliquer"),
        way(
            manages && opened.people.submitted_once && opened.request.stage.state() != State::Archived,
            routes::request_transfer(id),
            "Confier à un collègue",
        ),
        way(opened.allows(Act::TakeOver), routes::request_transfer(id), "Reprendre cette demande"),
    ]
    .into_iter()
    .flatten()
    .map(|(href, label)| view! { <LinkButton href=href label=label kind=ButtonKind::Tertiary small=true /> })
    .collect();
    (!links.is_empty()).then(|| view! { <div class="hb-inline fr-mb-3w">{links}</div> }.into_any())
}

fn tone(answer: RoleAnswer) -> Tone {
    match answer {
        RoleAnswer::Waiting => Tone::Neutral,
        RoleAnswer::Confirmed => Tone::Success,
        RoleAnswer::Declined => Tone::Error,
    }
}

fn badge(answer: RoleAnswer) -> impl IntoView {
    view! { <Badge label=answer.label() tone=tone(answer) /> }
}

/// No server takes our messages to this address.
fn is_unreached(opened: &Opened, one: &Designation) -> bool {
    opened.people.refused.contains(&one.email)
}

/// Said first: until the address is right, the person cannot answer.
pub(super) fn unreached(opened: &Opened) -> Option<AnyView> {
    let lines: Vec<_> = opened
        .people
        .designations
        .iter()
        .filter(|one| is_unreached(opened, one))
        .map(|one| view! { <li>{format!("{} ({})\u{a0}: {}", one.name, one.label, one.email)}</li> })
        .collect();
    let title = match lines.len() {
        0 => return None,
        1 => "Une personne désignée ne reçoit pas nos courriels",
        _ => "Des personnes désignées ne reçoivent pas nos courriels",
    };
    let how = if opened.allows(Act::Edit) {
        "Vérifiez l’adresse auprès de la personne, puis corrigez-la dans les contacts de la demande."
    } else {
        "Vérifiez l’adresse auprès de la personne. Si elle est à corriger, signalez-le par un message à l’équipe qui instruit la demande."
    };
    Some(
        view! {
            <Alert tone=Tone::Warning title=title>
                <ul>{lines}</ul>
                <p>{how}</p>
            </Alert>
        }
        .into_any(),
    )
}

/// Who was named and what each answered; for the applicant and the reviewers.
pub fn roles(opened: &Opened) -> Option<AnyView> {
    if opened.people.designations.is_empty() {
        return None;
    }
    let rows = opened.people.designations.iter().map(|one| {
        let when = one.answered_at.map(|at| format!(" le {}", calendar::french_date(calendar::paris_date(at))));
        let reason = (!one.reason.is_empty()).then(|| view! { <span class="hb-prewrap">{format!("Motif\u{a0}: {}", one.reason)}</span> });
        let refused = is_unreached(opened, one).then(|| {
            let sentence = format!("Cette personne ne reçoit pas nos courriels\u{a0}: vérifiez l’adresse {}.", one.email);
            view! { <br /><Badge label="Adresse à vérifier" tone=Tone::Warning />" "<span>{sentence}</span> }
        });
        let name = one.name.clone();
        SummaryRow::new(one.label.clone(), view! { <span>{name}" "</span>{badge(one.answer)}{when}{reason.map(|r| view! { <br />{r} })}{refused} })
    });
    let rows: Vec<SummaryRow> = rows.collect();
    Some(view! { <section><h2 class="fr-h4">"Les personnes désignées"</h2><SummaryList rows=rows /></section> }.into_any())
}

/// What somebody named typed when it was refused.
#[derive(Debug, Clone, Default)]
pub struct RoleForm {
    /// The role the refused answer was about.
    pub contact: String,
    pub reason: String,
    pub error: Option<String>,
    pub done: bool,
}

/// The request as somebody named in it reads it, with their answer; `action` takes it.
pub fn contact_page(opened: &Opened, mine: &[Designation], action: &str, form: &RoleForm, signed_in: bool, csrf: &str) -> impl IntoView + use<> {
    let request = &opened.request;
    let title = title_of(&request.title);
    let lead = format!("{} · D{} · {}", opened.service.name, request.number, opened.organisation.name());
    let breadcrumb =
        signed_in.then(|| view! { <Breadcrumb parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned())] current=title.clone() /> });
    let errors = form.error.iter().map(|message| ErrorLink::new(reason_id(&form.contact), message.clone())).collect::<Vec<_>>();
    let who = format!("Déposée par {} pour {}.", opened.applicant_name, opened.organisation.name());
    let roles: Vec<AnyView> = mine.iter().map(|one| role(one, request.stage.state().is_over(), action, form, csrf)).collect();
    let state = state_badge(request.stage.state());
    let documents = (!signed_in && !opened.documents.is_empty())
        .then(|| view! { <p>"Pour ouvrir les documents, connectez-vous avec l’adresse où vous avez reçu ce lien."</p> });
    view! {
        {breadcrumb}
        <ErrorSummary errors=errors />
        {form.done.then(|| view! { <Alert tone=Tone::Success title="Votre réponse est enregistrée" live=true><p>"L’organisation et l’administration la voient. Vous pouvez encore la changer."</p></Alert> })}
        <PageTitle title=title lead=lead>{state}</PageTitle>
        <p>{who}</p>
        {roles}
        <h2 class="fr-h4">"La demande"</h2>
        {documents}
        {answers(opened, false)}
    }
}

fn reason_id(contact: &str) -> String {
    format!("motif-{}", contact.replace('_', "-"))
}

fn role(one: &Designation, over: bool, action: &str, form: &RoleForm, csrf: &str) -> AnyView {
    let refused = form.error.is_some() && form.contact == one.contact;
    let typed = if refused { form.reason.clone() } else { one.reason.clone() };
    let field = Field::new("motif", "Pourquoi déclinez-vous ce rôle\u{a0}?")
        .id(reason_id(&one.contact))
        .hint("Le demandeur lira ce texte.")
        .value(typed)
        .error(if refused { form.error.clone() } else { None });
    let hidden = |answer: &'static str| {
        view! { <HiddenField name="role" value=one.contact.clone() /> <HiddenField name="reponse" value=answer /> }
    };
    let (yes, no) = (hidden("confirmer"), hidden("decliner"));
    let (label, label_too) = (one.label.clone(), one.label.clone());
    let (action, csrf) = (action.to_owned(), csrf.to_owned());
    let (action_too, csrf_too) = (action.clone(), csrf.clone());
    let awaited = (!over && one.answer == RoleAnswer::Waiting).then(|| {
        view! { <p>"Votre réponse est attendue\u{a0}: confirmez ce rôle, ou déclinez-le s’il n’est pas le vôtre."</p> }
    });
    let confirm = (!over && one.answer != RoleAnswer::Confirmed).then(|| {
        view! {
            <PostForm action=action csrf=csrf inline=true>
                {yes}
                <Button label="Je confirme ce rôle" about=label />
            </PostForm>
        }
    });
    let decline = (!over && one.answer != RoleAnswer::Declined).then(|| {
        view! {
            <Details summary="Décliner ce rôle" open=refused>
                <PostForm action=action_too csrf=csrf_too>
                    {no}
                    <TextareaField field=field rows=3 />
                    <Button label="Décliner ce rôle" about=label_too kind=ButtonKind::Secondary />
                </PostForm>
            </Details>
        }
    });
    view! {
        <section class="fr-callout">
            <h2 class="fr-callout__title">{format!("Vous êtes désigné\u{a0}: {}", one.label)}</h2>
            <div class="fr-callout__text">
                <p>{badge(one.answer)}</p>
                {awaited}
                {confirm}
                {decline}
            </div>
        </section>
    }
    .into_any()
}

/// For a role in a request that is over.
pub fn over_role_page(state: State) -> impl IntoView {
    let what = match state {
        State::Refused => "Elle a été refusée",
        State::Revoked => "L’habilitation délivrée a été révoquée",
        _ => "Elle a été archivée",
    };
    view! {
        <PageTitle title="Cette demande est terminée" lead=format!("{what}\u{a0}: il n’y a plus de rôle à confirmer ni à décliner.") />
        <p>"Vous n’avez rien à faire. Pour toute question, adressez-vous à l’organisation qui vous avait désigné."</p>
    }
}

/// For a link that is unknown, too old, or about a role now given to somebody else.
pub fn dead_role_page() -> impl IntoView {
    view! {
        <PageTitle title="Ce lien ne fonctionne plus" lead="Il a expiré, il est incomplet, ou le rôle a été confié à quelqu’un d’autre." />
        <p>"Prévenez l’organisation qui vous a désigné, ou connectez-vous\u{a0}: les demandes qui vous désignent sont dans «\u{a0}Mes demandes\u{a0}»."</p>
        <p><LinkButton label="Se connecter" href=routes::SIGN_IN /></p>
    }
}
