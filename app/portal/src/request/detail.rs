//! The page of a request for its applicant and their organisation: its state, what is expected of whom, the answers.

use domain::{
    calendar,
    differences::differences,
    message::Side,
    request::{JournalKind, Phase, State, WayOut, days_once_sent},
    routes,
    sight::{Act, Sight},
};
use habilitation::{
    documents::cited,
    requests::{Opened, answer_day, teams},
};
use jiff::civil::Date;
use leptos::prelude::*;
use ui::components::{Alert, Breadcrumb, Button, ButtonKind, Callout, Details, LinkButton, PageTitle, PostForm, Tone};
use web::request::{
    changes::{BEFORE_AND_AFTER, changes},
    designated,
    documents::failed_scans,
    effects,
    history::history,
    moved::moved,
    read::{answers, badges, last_reason, title_of},
    relying::relying,
    steps,
    unread::messages_link,
    working_days::working_days,
};

use super::reader;

/// What has just been done, said at the top of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Submitted,
    Reopened,
    ReopeningCancelled,
}

pub fn detail_page(opened: &Opened, told: Option<Told>, today: Date, csrf: &str) -> impl IntoView + use<> {
    let request = &opened.request;
    let state = request.phase.state();
    let title = title_of(&request.title);
    let lead = format!("{} · D{} · {}", opened.service.name, request.number, opened.organisation.name());
    let (lines, badges) = (history(opened), badges(state, request.reopened.is_some()));
    view! {
        <Breadcrumb parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned())] current=title.clone() />
        {told.map(said)}
        <PageTitle title=title lead=lead>{badges}</PageTitle>
        {reader::whose(opened)}
        {reader::unreached(opened)}
        <div class="fr-mb-4w">{next(opened, today)}</div>
        {opened.allows(Act::Edit).then(|| moved(opened.moved.as_ref(), request.id))}
        {failed_scans(request.id, cited(request, &opened.documents), routes::request(request.id), csrf)}
        {messages_link(opened, Side::Applicant)}
        {steps::applicant(opened, csrf)}
        {reader::ways(opened)}
        {reopening(opened, csrf)}
        {effects::effects(opened, Side::Applicant)}
        {what_changes(opened)}
        {set_aside(opened)}
        <h2 class="fr-h4">"Votre demande"</h2>
        {answers(opened, opened.allows(Act::Edit))}
        {designated::roles(opened)}
        {relying(opened)}
        <Details summary="Historique" open=state != State::Draft>{lines}</Details>
        {ways_out(opened, csrf)}
    }
}

fn said(told: Told) -> AnyView {
    let (title, text) = match told {
        Told::Submitted => ("Votre demande a été transmise", "Un accusé de réception vient de vous être envoyé par courriel."),
        Told::Reopened => ("Vous pouvez modifier votre demande", "Votre habilitation reste active en attendant."),
        Told::ReopeningCancelled => ("Mise à jour abandonnée", "Votre demande est de nouveau telle qu’elle a été validée."),
    };
    view! { <Alert tone=Tone::Success title=title live=true><p>{text}</p></Alert> }.into_any()
}

/// What happens now, and who has to act.
fn next(opened: &Opened, today: Date) -> AnyView {
    let request = &opened.request;
    let go_on = reader::go_on(opened);
    match &request.phase {
        Phase::Draft if request.reopened.is_some() => view! {
            <Callout title="Mise à jour en préparation" level=2>
                <p>"Modifiez vos réponses, puis transmettez-les. Jusqu’à la décision, votre habilitation reste active telle qu’elle a été délivrée."</p>
                {go_on.map(|(href, label)| view! { <LinkButton href=href label=label /> })}
            </Callout>
        }
        .into_any(),
        Phase::Draft => view! {
            <Callout title="Cette demande est un brouillon" level=2>
                <p>"Complétez-la, puis transmettez-la\u{a0}: seuls vous et vos co-rédacteurs la voyez pour l’instant."</p>
                {go_on.map(|(href, label)| view! { <LinkButton href=href label=label /> })}
            </Callout>
        }
        .into_any(),
        Phase::UnderReview(_) => {
            let (teams, day) = (teams(&opened.service, request), answer_day(request, today));
            view! {
                {taken_back(opened)}
                <Callout title=format!("En cours d’instruction\u{a0}: {teams}") level=2>
                    <p>"Réponse attendue au plus tard le "<strong>{day}</strong>". Vous serez prévenu par courriel."</p>
                </Callout>
            }
            .into_any()
        }
        Phase::ChangesRequested(review) => {
            let days = format!("Une fois la demande transmise à nouveau, réponse sous {}.", working_days(days_once_sent(&review.turns)));
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
                    <p>{days}</p>
                    {go_on.map(|(href, _)| view! { <LinkButton href=href label="Modifier ma demande" /> })}
                </Alert>
            }
            .into_any()
        }
        Phase::Approved { .. } => granted(opened, today),
        Phase::Refused { .. } => {
            let reason = last_reason(&opened.journal, JournalKind::Refused);
            view! { <Alert tone=Tone::Error title="Votre demande n’a pas été acceptée"><p class="hb-prewrap">{reason}</p></Alert> }.into_any()
        }
        Phase::Revoked { .. } => {
            let reason = last_reason(&opened.journal, JournalKind::Revoked);
            view! { <Alert tone=Tone::Error title="Votre habilitation a été révoquée"><p class="hb-prewrap">{reason}</p></Alert> }.into_any()
        }
        Phase::Archived { at, .. } => {
            let day = calendar::french_date(calendar::paris_date(*at));
            view! { <Alert tone=Tone::Info title=format!("Demande archivée le {day}")><p>"Elle ne figure plus dans vos listes."</p></Alert> }.into_any()
        }
    }
}

/// The team asked for changes, then withdrew that, and nothing was submitted since.
fn taken_back(opened: &Opened) -> Option<AnyView> {
    let last = opened.journal.iter().find(|entry| {
        matches!(entry.kind, JournalKind::Submitted | JournalKind::ChangesRequested | JournalKind::ChangesWithdrawn | JournalKind::StageApproved)
    })?;
    let entry = (last.kind == JournalKind::ChangesWithdrawn).then_some(last)?;
    let told = format!("{} a retiré la demande de modifications le {}.", entry.who, calendar::french_date(calendar::paris_date(entry.at)));
    let words = (!entry.detail.is_empty()).then(|| {
        let detail = entry.detail.clone();
        view! { <p class="hb-prewrap">{detail}</p> }
    });
    Some(
        view! {
            <Alert tone=Tone::Info title="Les modifications ne sont plus attendues">
                <p>{told}" Vous n’avez rien à faire."</p>
                {words}
            </Alert>
        }
        .into_any(),
    )
}

fn granted(opened: &Opened, today: Date) -> AnyView {
    let refused = opened.journal.first().filter(|entry| entry.kind == JournalKind::ReopeningRefused).map(|entry| {
        let reason = entry.detail.clone();
        view! {
            <Alert tone=Tone::Warning title="Votre mise à jour n’a pas été acceptée">
                <p class="hb-prewrap">{reason}</p>
                <p>"Votre habilitation reste active, telle qu’elle a été délivrée."</p>
            </Alert>
        }
    });
    let granted = crate::granted::in_force(opened, today);
    view! { {refused} {granted} }.into_any()
}

/// While an update of what was granted is prepared: what differs from the habilitation in force, field by field.
fn what_changes(opened: &Opened) -> Option<AnyView> {
    let reopened = opened.request.reopened?;
    let granted = opened.habilitations.iter().find(|one| one.id == reopened.habilitation)?;
    let differences = differences(&opened.form_since(granted.catalogue_version), &granted.answers, &opened.request.answers);
    let changes = changes(opened, BEFORE_AND_AFTER, &differences);
    Some(view! { <h2 class="fr-h4">"Ce qui change"</h2> {changes} }.into_any())
}

/// What the applicant wrote before the team withdrew the changes it had asked for; only for those who may edit the request.
fn set_aside(opened: &Opened) -> Option<AnyView> {
    let kept = opened.request.set_aside.as_ref()?;
    if !matches!(opened.people.sight, Some(Sight::Applicant | Sight::CoEditor { .. })) {
        return None;
    }
    let changes = changes(opened, ["Transmis", "Votre brouillon"], &differences(&opened.service, &opened.request.answers, kept));
    let use_of_them = if opened.request.phase.state().may_open_again(opened.habilitation.is_some()) {
        "Ils sont conservés\u{a0}: vous les retrouverez dans votre demande dès qu’elle sera de nouveau modifiable."
    } else {
        "Cette demande ne sera plus modifiable\u{a0}: pour vous en servir, dupliquez-la, puis reportez-les dans la copie."
    };
    Some(
        view! {
            <h2 class="fr-h4">"Ce que vous aviez commencé à modifier"</h2>
            <p>"Ces changements n’ont pas été transmis. "{use_of_them}</p>
            {changes}
        }
        .into_any(),
    )
}

/// The button that opens an update of a habilitation in force.
fn reopening(opened: &Opened, csrf: &str) -> Option<AnyView> {
    let open = matches!(opened.request.phase, Phase::Approved { .. }) && opened.habilitation.is_some() && opened.allows(Act::Manage);
    let action = routes::request_reopen(opened.request.id);
    let csrf = csrf.to_owned();
    open.then(|| {
        view! {
            <div class="fr-mb-4w">
                <PostForm action=action csrf=csrf inline=true>
                    <Button label="Mettre à jour ma demande" kind=ButtonKind::Secondary />
                </PostForm>
            </div>
        }
        .into_any()
    })
}

/// Giving up an update, or archiving the request.
fn ways_out(opened: &Opened, csrf: &str) -> Option<AnyView> {
    if !opened.allows(Act::Manage) {
        return None;
    }
    let request = &opened.request;
    let button = |action: String, label: &'static str, kind: ButtonKind| {
        let csrf = csrf.to_owned();
        view! { <PostForm action=action csrf=csrf inline=true><Button label=label kind=kind /></PostForm> }.into_any()
    };
    let explained =
        |summary: &'static str, text: &'static str, form: AnyView| view! { <Details summary=summary><p>{text}</p>{form}</Details> }.into_any();
    Some(match request.phase.state().way_out(request.reopened.is_some())? {
        WayOut::GiveUpChange => explained(
            "Abandonner la mise à jour",
            "Vos modifications seront perdues\u{a0}; votre habilitation reste active, telle qu’elle a été délivrée.",
            button(routes::request_reopen_cancel(request.id), "Abandonner la mise à jour", ButtonKind::Danger),
        ),
        WayOut::Archive => explained(
            "Archiver cette demande",
            "Elle quittera vos listes et ne pourra plus être modifiée ni transmise.",
            button(routes::request_archive(request.id), "Archiver la demande", ButtonKind::Danger),
        ),
    })
}
