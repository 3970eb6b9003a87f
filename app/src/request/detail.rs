//! One request, for the person who filed it: where it stands, what to do, what was answered.

use domain::{
    calendar,
    events::Consumer,
    message::Side,
    request::{JournalKind, Stage, State},
    routes,
    sight::Act,
};
use habilitation::requests::{Opened, promised, turn_of};
use leptos::prelude::*;

use super::people;
use super::read::{answers, journal, last_reason, state_badge, title_of};
use crate::{
    components::{Alert, Breadcrumb, Callout, Details, LinkButton, PageTitle, Tone},
    messages::messages_link,
};

/// `submitted` tells that the request has just been sent.
pub fn detail_page(opened: &Opened, submitted: bool) -> impl IntoView + use<> {
    let request = &opened.request;
    let state = request.stage.state();
    let title = title_of(&request.title);
    let lead = format!("{} · D{} · {}", opened.service.name, request.number, opened.organisation.name());
    let submitted = submitted.then(|| {
        view! {
            <Alert tone=Tone::Success title="Votre demande a été transmise" live=true>
                <p>"Un accusé de réception vient de vous être envoyé par courriel."</p>
            </Alert>
        }
    });
    let lines = journal(&opened.journal);
    view! {
        <Breadcrumb parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned())] current=title.clone() />
        {submitted}
        <PageTitle title=title lead=lead>{state_badge(state)}</PageTitle>
        {people::whose(opened)}
        <div class="fr-mb-4w">{next(opened)}</div>
        {messages_link(opened, Side::Applicant)}
        {people::ways(opened)}
        {effects(opened)}
        <h2 class="fr-h4">"Votre demande"</h2>
        {answers(opened, opened.allows(Act::Edit))}
        {people::roles(opened)}
        <Details summary="Historique" open=state != State::Draft>{lines}</Details>
    }
}

/// What happens now, and who has to act.
fn next(opened: &Opened) -> AnyView {
    let request = &opened.request;
    let go_on = people::go_on(opened);
    match &request.stage {
        Stage::Draft => view! {
            <Callout title="Cette demande est un brouillon" level=2>
                <p>"Complétez-la, puis transmettez-la\u{a0}: seuls vous et vos co-rédacteurs la voyez pour l’instant."</p>
                {go_on.map(|(href, label)| view! { <LinkButton href=href label=label /> })}
            </Callout>
        }
        .into_any(),
        Stage::UnderReview { since, .. } => {
            let team = turn_of(&opened.service, request).map(|stage| (stage.team.clone(), promised(stage, *since)));
            let (team, day) = team.unwrap_or_default();
            view! {
                <Callout title=format!("En cours d’instruction\u{a0}: {team}") level=2>
                    <p>"Réponse attendue au plus tard le "<strong>{day}</strong>". Vous serez prévenu par courriel."</p>
                </Callout>
            }
            .into_any()
        }
        Stage::ChangesRequested { .. } => {
            let reason = last_reason(&opened.journal, JournalKind::ChangesRequested);
            let remarks = match opened.remarks_to_handle() {
                0 => None,
                1 => Some("Une remarque est à traiter, sous la réponse qu’elle concerne.".to_owned()),
                many => Some(format!("{many} remarques sont à traiter, sous les réponses qu’elles concernent.")),
            };
            let remarks = remarks.map(|sentence| view! { <p>{sentence}</p> });
            view! {
                <Alert tone=Tone::Warning title="Des modifications vous sont demandées">
                    <p class="hb-prewrap">{reason}</p>
                    {remarks}
                    {go_on.map(|(href, _)| view! { <LinkButton href=href label="Modifier ma demande" /> })}
                </Alert>
            }
            .into_any()
        }
        Stage::Approved { at, .. } => {
            let granted = format!("Délivrée le {}.", calendar::french_date(calendar::paris_date(*at)));
            let number = opened.habilitation.as_ref().map(|h| h.public_number()).unwrap_or_default();
            view! {
                <Alert tone=Tone::Success title=format!("Habilitation {number} active")>
                    <p>{granted}</p>
                </Alert>
            }
            .into_any()
        }
        Stage::Refused { .. } => {
            let reason = last_reason(&opened.journal, JournalKind::Refused);
            view! {
                <Alert tone=Tone::Error title="Votre demande n’a pas été acceptée">
                    <p class="hb-prewrap">{reason}</p>
                </Alert>
            }
            .into_any()
        }
    }
}

/// What the approval set in motion, as it goes.
pub(crate) fn effects(opened: &Opened) -> Option<AnyView> {
    opened.habilitation.as_ref()?;
    let line = |consumer: Consumer| {
        let mine: Vec<_> = opened.effects.iter().filter(|effect| effect.consumer == consumer).collect();
        let done = mine.iter().all(|effect| effect.done_at.is_some());
        let word = if done { "fait" } else { "en cours" };
        (!mine.is_empty()).then(|| view! { <li>{format!("{}\u{a0}: {word}", consumer.label())}</li> })
    };
    let items: Vec<_> = Consumer::ALL.into_iter().filter_map(line).collect();
    (!items.is_empty()).then(|| view! { <h2 class="fr-h5">"Mise en service"</h2> <ul>{items}</ul> }.into_any())
}
