//! The reviewers' pages: their queue, one request, one decision.

mod decision;
mod notes;
mod remark;
mod revocation;
mod road;
mod templates;
mod vendors;

use std::collections::HashMap;

use domain::{calendar, ids::RequestId, message::Side, request::Turn, routes};
use habilitation::{
    requests::{Opened, PAGE, Page, team_of},
    reviews::{NoteRead, Template, Waiting},
};
use leptos::prelude::*;

pub use decision::Typed;
pub use notes::{NoteRefusal, note_page};
pub use remark::remark_page;
pub use revocation::Revocation;
pub use templates::{TemplatePage, template_page, templates_page};
pub use vendors::{ClosingRefused, vendors_page};

use crate::{
    cells,
    components::{
        Alert, Badge, Breadcrumb, ButtonKind, Callout, Column, Details, EmptyState, ErrorLink, ErrorSummary, LinkButton, PageTitle, Pagination,
        SummaryList, SummaryRow, Table, Tone,
    },
    messages,
    request::read::{Reader, answers_for, badges, journal, title_of},
};

/// The way back from the pages about one request.
fn trail(opened: &Opened) -> Vec<(String, String)> {
    let request = &opened.request;
    vec![(routes::REVIEW_QUEUE.to_owned(), "Instruction".to_owned()), (routes::review_request(request.id), title_of(&request.title))]
}

/// `today` is Paris's; `decided` the number of the request just decided; `unread` the messages of each line that were
/// not read.
pub fn queue_page(
    page: Page<Waiting>,
    number: u32,
    today: jiff::civil::Date,
    decided: Option<String>,
    unread: &HashMap<RequestId, u64>,
) -> impl IntoView + use<> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let lead = match page.total {
        0 => String::new(),
        1 => "Une demande attend votre équipe.".to_owned(),
        many => format!("{many} demandes attendent vos équipes, la plus ancienne d’abord."),
    };
    let rows = page
        .items
        .iter()
        .map(|waiting| {
            let line = &waiting.line;
            let told = messages::unread(unread.get(&line.id).copied().unwrap_or(0));
            let name = view! { <a href=routes::review_request(line.id)>{title_of(&line.title)}</a>" "{told} };
            cells![
                name,
                format!("D{}", line.number),
                waiting.organisation_name.clone(),
                waiting.service_name.clone(),
                waiting.team.clone(),
                age(waiting.age_days),
                deadline(waiting.promised, today),
            ]
        })
        .collect::<Vec<_>>();
    let empty = rows.is_empty();
    let columns = ["Projet", "Numéro", "Organisation", "Service", "Équipe", "Reçue", "Réponse promise"].map(Column::text).to_vec();
    let done = decided.map(|number| view! { <Alert tone=Tone::Success title=format!("Décision enregistrée pour la demande {number}") live=true /> });
    view! {
        {done}
        <PageTitle title="Demandes à instruire" lead=lead />
        <p><LinkButton href=routes::TEMPLATES label="Modèles de réponse" kind=ButtonKind::Tertiary small=true /></p>
        {if empty {
            view! { <EmptyState title="Rien à instruire" text="Aucune demande n’attend votre équipe. Vous recevrez un courriel à la prochaine." /> }.into_any()
        } else {
            view! {
                <Table id="file" caption="Demandes à instruire" caption_hidden=true columns=columns rows=rows />
                <Pagination current=number total=pages base=format!("{}?page=", routes::REVIEW_QUEUE) />
            }
            .into_any()
        }}
    }
}

fn age(days: i64) -> String {
    match days {
        0 => "Aujourd’hui".into(),
        1 => "Hier".into(),
        many => format!("Il y a {many} jours"),
    }
}

fn deadline(promised: jiff::civil::Date, today: jiff::civil::Date) -> AnyView {
    let day = calendar::french_date(promised);
    if promised < today {
        return view! { {day}" "<Badge label="En retard" tone=Tone::Error /> }.into_any();
    }
    if promised == today {
        return view! { {day}" "<Badge label="Aujourd’hui" tone=Tone::Warning /> }.into_any();
    }
    day.into_any()
}

/// What the page of one request is drawn from.
pub struct ReviewPage<'a> {
    pub opened: &'a Opened,
    /// This reviewer's, when they may decide now.
    pub turn: Option<&'a Turn>,
    pub may_revoke: bool,
    pub notes: &'a [NoteRead],
    /// Whether this reviewer may write notes.
    pub may_note: bool,
    /// Ready-made messages of the service.
    pub templates: &'a [Template],
    /// A decision being written, when it comes back to the page.
    pub typed: Option<&'a Typed>,
    pub note: Option<&'a NoteRefusal>,
    /// A revocation that was refused.
    pub revocation: Option<&'a Revocation>,
    pub csrf: &'a str,
}

pub fn request_page(page: &ReviewPage<'_>) -> impl IntoView + use<> {
    let ReviewPage { opened, turn, may_revoke, notes, may_note, templates, typed, note, revocation, csrf } = *page;
    let request = &opened.request;
    let title = title_of(&request.title);
    let lead = format!("{} · D{} · {}", opened.service.name, request.number, opened.organisation.name());
    let decision = typed.and_then(|typed| Some(ErrorLink::new(decision::reason_id(typed.decision), typed.error.clone()?)));
    let note_error = note.map(|note| ErrorLink::new(notes::NOTE_ID, note.message.clone()));
    let revocation_error = revocation.map(|typed| ErrorLink::new(revocation::REASON_ID, typed.error.clone()));
    let errors: Vec<ErrorLink> = decision.into_iter().chain(note_error).chain(revocation_error).collect();
    let decisions = turn.map(|turn| decision::section(opened, turn, templates, typed, csrf));
    let revocation = may_revoke.then(|| revocation::section(opened, revocation, csrf)).flatten();
    let (lines, badges) = (journal(&opened.journal), badges(request.stage.state(), request.reopened.is_some()));
    view! {
        <Breadcrumb parents=vec![(routes::REVIEW_QUEUE.to_owned(), "Instruction".to_owned())] current=title.clone() />
        <ErrorSummary errors=errors />
        <PageTitle title=title lead=lead>{badges}</PageTitle>
        {crate::request::people::unverified(opened)}
        {standing(opened, turn)}
        {messages::messages_link(opened, Side::Reviewer)}
        {road::road(opened)}
        {road::since_last_time(opened)}
        <div class="fr-grid-row fr-grid-row--gutters">
            <div class="fr-col-12 fr-col-md-8">
                <h2 class="fr-h4">"La demande"</h2>
                {answers_for(opened, Reader::Reviewer { may_remark: turn.is_some() })}
                {crate::request::people::roles(opened)}
            </div>
            <div class="fr-col-12 fr-col-md-4">
                <h2 class="fr-h4">"Le demandeur"</h2>
                <SummaryList rows=applicant(opened) />
                {notes::section(request.id, notes, may_note, note, csrf)}
            </div>
        </div>
        {decisions}
        {revocation}
        {crate::request::effects(opened)}
        <Details summary="Historique" open=true>{lines}</Details>
    }
}

fn standing(opened: &Opened, turn: Option<&Turn>) -> AnyView {
    let Some(shown) = turn.or_else(|| opened.request.stage.pending().next()) else { return ().into_any() };
    let (Some(since), Some(due)) = (shown.since(), shown.due()) else { return ().into_any() };
    let team = team_of(&opened.service, shown).map(|stage| stage.team.clone()).unwrap_or_default();
    let title = if turn.is_some() { "À vous de décider".to_owned() } else { format!("En attente\u{a0}: {team}") };
    let received = format!(
        "{team}\u{a0}: reçue le {}, réponse promise pour le {}.",
        calendar::french_date(calendar::paris_date(since)),
        calendar::french_date(due)
    );
    let decide = turn.map(|_| view! { <p><a href="#decision">"Aller à la décision"</a></p> });
    view! {
        <Callout title=title level=2>
            <p>{received}</p>
            {decide}
        </Callout>
    }
    .into_any()
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
