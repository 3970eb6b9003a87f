//! The page on which a reviewer reads a request and acts on it.

use domain::{
    calendar,
    deadlines::archived_if_left,
    message::Side,
    request::{JournalKind, State, Turn, Verdict},
    routes,
};
use habilitation::{
    documents::cited,
    requests::{Opened, answer_day, team_of},
    reviews::{AssignableTurn, NoteRead, Template},
};
use jiff::civil::Date;
use leptos::prelude::*;
use ui::components::{Alert, Breadcrumb, Callout, Details, ErrorLink, ErrorSummary, PageTitle, SummaryList, SummaryRow, Tone};
use web::request::{
    documents::failed_scans,
    history::history,
    read::{Reader, answers_for, badges, title_of},
    relying::relying,
    unread::messages_link,
};

use super::{
    assignment,
    decision::{self, Typed},
    membership::{self, MembershipRefusal},
    notes::{self, NoteRefusal},
    revocation::{self, Revocation},
    road,
    transfer::{self, Handover},
};
use crate::shared::{to_copy, way};

/// What the page shows.
pub struct ReviewPage<'a> {
    pub opened: &'a Opened,
    /// The turn of this reviewer’s team, while it is theirs to decide.
    pub turn: Option<&'a Turn>,
    /// The turns this reviewer may decide in now: several when somebody is in two teams that review at the same time.
    pub turns: &'a [&'a Turn],
    /// Whether this reviewer approved a stage of this review already.
    pub has_approved: bool,
    pub may_revoke: bool,
    pub may_transfer: bool,
    pub notes: &'a [NoteRead],
    /// Whether this reviewer may write notes.
    pub may_note: bool,
    /// Templates of answers of the service.
    pub templates: &'a [Template],
    /// The decision being written, when the page is shown again.
    pub typed: Option<&'a Typed>,
    pub note: Option<&'a NoteRefusal>,
    /// The turns of the reader’s teams, and who each is assigned to.
    pub assignable: &'a [AssignableTurn],
    /// Why the request could not be handed over.
    pub assignment: Option<&'a String>,
    /// A revocation that was refused.
    pub revocation: Option<&'a Revocation>,
    /// A change of applicant that was refused.
    pub handover: Option<&'a Handover>,
    /// Whether this reviewer may confirm that the applicant works for the organisation.
    pub may_verify: bool,
    /// Such a confirmation, when it was refused.
    pub link: Option<&'a MembershipRefusal>,
    /// Why nothing was done, when the request changed since the page was opened.
    pub late: Option<&'static str>,
    /// What was typed on another page of the request that cannot be opened, to be copied.
    pub kept: &'a str,
    pub told: Option<Told>,
    pub today: Date,
    pub csrf: &'a str,
}

pub fn request_page(page: &ReviewPage<'_>) -> impl IntoView + use<> {
    let ReviewPage { opened, turn, turns, may_revoke, notes, may_note, typed, note, assignable, assignment, revocation, csrf, .. } = *page;
    let (may_transfer, handover, told) = (page.may_transfer, page.handover, page.told);
    let request = &opened.request;
    let title = title_of(&request.title);
    let lead = format!("{} · D{} · {}", opened.service.name, request.number, opened.organisation.name());
    let decision = typed.and_then(|typed| Some(ErrorLink::new(decision::reason_id(typed.decision), typed.error.clone()?)));
    let note_error = note.map(|note| ErrorLink::new(notes::NOTE_ID, note.message.clone()));
    let assignment_error = assignment.map(|message| ErrorLink::new(assignment::PERSON_ID, message.clone()));
    let revocation_error = revocation.and_then(|typed| Some(ErrorLink::new(revocation::REASON_ID, typed.error.clone()?)));
    let link_error = page.link.map(|typed| ErrorLink::new(membership::SOURCE_ID, typed.error.clone()));
    let handover_errors = handover.into_iter().flat_map(|typed| {
        let (email, reason) = (typed.email_error.clone(), typed.reason_error.clone());
        [email.map(|error| ErrorLink::new(transfer::EMAIL_ID, error)), reason.map(|error| ErrorLink::new(transfer::REASON_ID, error))]
            .into_iter()
            .flatten()
    });
    let errors: Vec<ErrorLink> =
        decision.into_iter().chain(link_error).chain(note_error).chain(assignment_error).chain(revocation_error).chain(handover_errors).collect();
    let decisions = turns.first().map(|turn| decision::section(page, turn));
    let handing = may_transfer.then(|| transfer::section(opened, handover, csrf));
    let revoking = may_revoke.then(|| revocation::section(opened, revocation, csrf)).flatten();
    // What was typed in a section that this page does not show, to be copied.
    let typed_handover = handover.filter(|_| handing.is_none()).map(|typed| format!("{}\n{}", typed.email, typed.reason));
    let typed_revocation = revocation.filter(|_| revoking.is_none()).map(|typed| typed.reason.clone());
    let lost = [Some(page.kept.to_owned()), typed_handover, typed_revocation].into_iter().flatten().find(|text| !text.trim().is_empty());
    let late = page.late.map(|sentence| view! { <Alert tone=Tone::Warning title=sentence live=true /> });
    let (lines, badges) = (history(opened), badges(request.phase.state(), request.reopened.is_some()));
    let done = told.and_then(|told| told.alert(opened));
    let link = membership::section(opened, page.may_verify, page.link, csrf);
    view! {
        <Breadcrumb parents=way(&[]) current=title.clone() />
        {done}
        <ErrorSummary errors=errors />
        {late}
        {lost.and_then(|text| to_copy(&text))}
        <PageTitle title=title lead=lead>{badges}</PageTitle>
        {link}
        {standing(opened, turn, page.today)}
        {failed_scans(request.id, cited(request, &opened.documents), routes::review_request(request.id), csrf)}
        {messages_link(opened, Side::Reviewer)}
        {web::request::steps::reviewer(opened)}
        {road::road(opened)}
        {road::since_last_time(opened)}
        <div class="fr-grid-row fr-grid-row--gutters">
            <div class="fr-col-12 fr-col-md-8">
                <h2 class="fr-h4">"La demande"</h2>
                {answers_for(opened, Reader::Reviewer { may_remark: turn.is_some() })}
                {web::request::designated::roles(opened)}
                {relying(opened)}
            </div>
            <div class="fr-col-12 fr-col-md-4 hb-aside">
                <h2 class="fr-h4">"Le demandeur"</h2>
                {doubtful(opened)}
                <SummaryList rows=applicant(opened) />
                {assignment::section(opened, assignable, assignment, csrf)}
                {notes::section(request.id, notes, may_note, note, csrf)}
            </div>
        </div>
        {decisions}
        {handing}
        {revoking}
        {web::request::effects::effects(opened, Side::Reviewer)}
        <Details summary="Historique" open=true>{lines}</Details>
    }
}

/// What was just done to the request, as the `fait` parameter of the address says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Revoked,
    Transferred,
    Verified,
}

impl Told {
    pub const ALL: [Self; 3] = [Self::Revoked, Self::Transferred, Self::Verified];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revocation",
            Self::Transferred => "transfert",
            Self::Verified => "rattachement",
        }
    }

    /// Nothing unless the state of the request confirms what the address says.
    fn alert(self, opened: &Opened) -> Option<AnyView> {
        let last = opened.journal.first().map(|line| line.kind);
        let (title, text) = match self {
            Self::Revoked if opened.request.phase.state() == State::Revoked => {
                ("Habilitation révoquée".to_owned(), "Les clés et les droits sont fermés. Le demandeur est prévenu par courriel.")
            }
            Self::Transferred if last == Some(JournalKind::Transferred) => {
                (format!("Demande confiée à {}", opened.applicant_name), "L’ancien et le nouveau demandeur sont prévenus par courriel.")
            }
            Self::Verified if opened.people.applicant_verified => ("Rattachement confirmé".to_owned(), "Le demandeur est prévenu par courriel."),
            _ => return None,
        };
        Some(view! { <Alert tone=Tone::Success title=title live=true><p>{text}</p></Alert> }.into_any())
    }
}

/// Changes were asked for: since when, and the earliest day on which the request is archived if nothing happens.
fn with_applicant(opened: &Opened) -> Option<AnyView> {
    let asked = opened.request.phase.review()?.turns.iter().find_map(|turn| match turn.verdict {
        Verdict::ChangesRequested { at, .. } => Some((turn, calendar::paris_date(at))),
        _ => None,
    });
    let (turn, day) = asked?;
    let team = team_of(&opened.service, turn).map(|stage| stage.team.clone()).unwrap_or_default();
    let since = format!("{team}\u{a0}: modifications demandées le {}. Les délais de réponse sont suspendus.", calendar::french_date(day));
    // A reopened request still has a habilitation in force: it is not archived.
    let until = archived_if_left(State::ChangesRequested, day).filter(|_| opened.request.reopened.is_none()).map(|day| {
        let sentence = format!("Sans modification de sa part, la demande sera archivée, le {} au plus tôt.", calendar::french_date(day));
        view! { <p>{sentence}</p> }
    });
    Some(
        view! {
            <Callout title="En attente du demandeur" level=2>
                <p>{since}</p>
                {until}
            </Callout>
        }
        .into_any(),
    )
}

fn standing(opened: &Opened, turn: Option<&Turn>, today: Date) -> AnyView {
    if opened.request.phase.state() == State::ChangesRequested {
        return with_applicant(opened).into_any();
    }
    let Some(shown) = turn.or_else(|| opened.request.phase.pending().next()) else { return ().into_any() };
    let (Some(since), Some(due)) = (shown.since(), shown.due()) else { return ().into_any() };
    let team = team_of(&opened.service, shown).map(|stage| stage.team.clone()).unwrap_or_default();
    let title = if turn.is_some() { "À vous de décider".to_owned() } else { format!("En attente\u{a0}: {team}") };
    let received = format!(
        "{team}\u{a0}: reçue le {}, réponse promise pour le {}.",
        calendar::french_date(calendar::paris_date(since)),
        calendar::french_date(due)
    );
    let answer = answer_day(&opened.request, today);
    let answer = format!("Toutes les équipes comprises, le demandeur attend sa réponse pour le {answer}.");
    let decide = turn.map(|_| view! { <p class="hb-screen"><a href="#decision">"Aller à la décision"</a></p> });
    view! {
        <Callout title=title level=2>
            <p>{received}</p>
            <p>{answer}</p>
            {decide}
        </Callout>
    }
    .into_any()
}

/// Warns that the organisation does not look like a public body; the applicant saw the same warning and still sent the request.
fn doubtful(opened: &Opened) -> Option<AnyView> {
    domain::applicant::is_doubtful(&opened.service, opened.organisation.establishment.as_ref()).then(|| {
        view! {
            <Alert tone=Tone::Warning title="Cet organisme n’est pas une administration">
                <p>"Vérifiez le texte qui lui ouvre ce service."</p>
            </Alert>
        }
        .into_any()
    })
}

fn applicant(opened: &Opened) -> Vec<SummaryRow> {
    let mut rows = vec![
        SummaryRow::text("Demandeur", opened.applicant_name.clone()),
        SummaryRow::text("Adresse électronique", opened.applicant_email.clone()),
        SummaryRow::text("Organisation", opened.organisation.name()),
        SummaryRow::text("SIRET", opened.organisation.siret.spaced()),
    ];
    if let Some(establishment) = &opened.organisation.establishment {
        rows.push(SummaryRow::text("Adresse", establishment.address.clone()));
        rows.push(SummaryRow::text("Catégorie juridique", establishment.legal_category_label.clone()));
        rows.push(SummaryRow::text("Activité", format!("{} {}", establishment.naf, establishment.naf_label)));
    }
    rows
}
