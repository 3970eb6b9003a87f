//! The request as somebody named in it reads it, with the forms to confirm or to decline their role.

use domain::{designation::RoleAnswer, request::State, routes};
use habilitation::requests::{Opened, designations::Designation};
use leptos::prelude::*;
use ui::components::{
    Alert, Breadcrumb, Button, ButtonKind, Details, ErrorLink, ErrorSummary, Field, HiddenField, LinkButton, PageTitle, PostForm, TextareaField, Tone,
};
use web::request::{
    designated,
    read::{answers, state_badge, title_of},
};

use super::{Sent, Verb};

/// The answer that was refused, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct RoleForm {
    /// The role the refused answer was about.
    pub contact: String,
    pub reason: String,
    pub error: Option<String>,
    pub done: bool,
}

/// `mine` are the roles of the reader; `action` is the address their answer is sent to.
pub fn contact_page(opened: &Opened, mine: &[Designation], action: &str, form: &RoleForm, signed_in: bool, csrf: &str) -> impl IntoView + use<> {
    let request = &opened.request;
    let title = title_of(&request.title);
    let lead = format!("{} · D{} · {}", opened.service.name, request.number, opened.organisation.name());
    let breadcrumb =
        signed_in.then(|| view! { <Breadcrumb parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned())] current=title.clone() /> });
    let errors = form.error.iter().map(|message| ErrorLink::new(reason_id(&form.contact), message.clone())).collect::<Vec<_>>();
    let who = format!("Déposée par {} pour {}.", opened.applicant_name, opened.organisation.name());
    let roles: Vec<AnyView> = mine.iter().map(|one| role(one, request.phase.state().is_over(), action, form, csrf)).collect();
    let state = state_badge(request.phase.state());
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
    let field = Field::new(Sent::Reason, "Pourquoi déclinez-vous ce rôle\u{a0}?")
        .id(reason_id(&one.contact))
        .hint("Le demandeur lira ce texte.")
        .value(typed)
        .error(if refused { form.error.clone() } else { None });
    let hidden = |answer: Verb| {
        view! { <HiddenField name=Sent::Role value=one.contact.clone() /> <HiddenField name=Sent::Answer value=answer /> }
    };
    let (yes, no) = (hidden(Verb::Confirm), hidden(Verb::Decline));
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
                <p>{designated::badge(one.answer)}</p>
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
