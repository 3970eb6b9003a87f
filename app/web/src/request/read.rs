//! A request in words: its state, its answers, its journal. Shared by the applicant's and the reviewers' pages.

use domain::{
    address::is_web,
    calendar,
    catalogue::{Field, Form, Kind},
    form::{Answers, shown_again},
    ids::RequestId,
    phone,
    request::{JournalKind, State},
    routes, traces,
};
use habilitation::{
    documents::cited,
    requests::{JournalEntry, Opened},
};
use leptos::prelude::*;
use ui::components::{Badge, PageAddress, SummaryList, SummaryRow, Timeline, TimelineEvent, Tone, followed};

use crate::request::{documents::document_link, remarks};

pub fn tone(state: State) -> Tone {
    match state {
        State::Draft => Tone::Neutral,
        State::UnderReview => Tone::Info,
        State::ChangesRequested => Tone::Warning,
        State::Approved => Tone::Success,
        State::Refused | State::Revoked => Tone::Error,
        State::Archived => Tone::Neutral,
    }
}

pub fn state_badge(state: State) -> impl IntoView {
    view! { <Badge label=state.label() tone=tone(state) /> }
}

/// The badge of the state, after « Mise à jour » when the request updates a habilitation already granted.
pub fn badges(state: State, reopened: bool) -> impl IntoView {
    view! {
        {reopened.then(|| view! { <Badge label="Mise à jour" tone=Tone::Info /> })}
        {state_badge(state)}
    }
}

/// The name of the project, or a placeholder while it has none.
pub fn title_of(title: &str) -> String {
    if title.is_empty() { "Projet sans nom".to_owned() } else { title.to_owned() }
}

/// One answer as people read it; `None` when the question is not asked.
pub fn answer(opened: &Opened, field: &Field) -> Option<SummaryRow> {
    answer_among(opened, &opened.request.answers, field)
}

/// The same with other answers than those of the request.
pub fn answer_among(opened: &Opened, answers: &Answers, field: &Field) -> Option<SummaryRow> {
    if !field.is_asked(answers) {
        return None;
    }
    let label = field.label.clone();
    Some(match field.kind {
        Kind::Scopes => SummaryRow::new(label, scopes(&opened.service, answers.all(&field.id))),
        Kind::Documents => SummaryRow::new(label, documents(opened, &field.id)),
        Kind::Choice | Kind::Choices => SummaryRow::text(label, choices(field, answers.all(&field.id))),
        Kind::Tick => SummaryRow::text(label, if answers.text(&field.id) == "oui" { "Oui" } else { "" }),
        Kind::Reliance if answers.is_empty(&field.id) && !field.required => SummaryRow::text(label, ASKED_TOGETHER),
        Kind::Reliance => SummaryRow::text(label, reliance(opened, answers.text(&field.id))),
        Kind::Url => SummaryRow::new(label, link(answers.text(&field.id))),
        Kind::Date => SummaryRow::text(label, date(answers.text(&field.id))),
        _ => SummaryRow::text(label, shown_again(field, answers.text(&field.id))),
    })
}

fn scopes(service: &Form, asked: &[String]) -> AnyView {
    let groups: Vec<AnyView> = service
        .scope_groups
        .iter()
        .filter_map(|group| {
            let labels: Vec<AnyView> = group
                .scopes
                .iter()
                .filter(|scope| scope.included || asked.contains(&scope.id))
                .map(|scope| view! { <li>{scope.label.clone()}</li> }.into_any())
                .collect();
            (!labels.is_empty()).then(|| view! { <p class="fr-text--bold">{group.label.clone()}</p> <ul>{labels}</ul> }.into_any())
        })
        .collect();
    if groups.is_empty() { view! { <span class="hb-missing">"Non renseigné"</span> }.into_any() } else { groups.into_any() }
}

fn documents(opened: &Opened, field: &str) -> AnyView {
    let items: Vec<AnyView> = cited(&opened.request, &opened.documents)
        .filter(|document| document.field == field)
        .map(|document| view! { <li>{document_link(opened.request.id, document)}</li> }.into_any())
        .collect();
    if items.is_empty() { view! { <span class="hb-missing">"Aucun document"</span> }.into_any() } else { view! { <ul>{items}</ul> }.into_any() }
}

fn choices(field: &Field, values: &[String]) -> String {
    let labels: Vec<&str> = field.choices.iter().filter(|c| values.contains(&c.value)).map(|c| c.label.as_str()).collect();
    labels.join(", ")
}

/// Shown when the answer names no other request.
const ASKED_TOGETHER: &str = "Demandée en même temps";

fn reliance(opened: &Opened, id: &str) -> String {
    let named: Option<RequestId> = id.parse().ok();
    opened
        .reliable
        .iter()
        .find(|one| Some(one.id) == named)
        .map(|one| format!("D{} – {} ({})", one.number, title_of(&one.title), one.state.label().to_lowercase()))
        .unwrap_or_default()
}

/// Only an address of the web becomes a link.
fn link(url: &str) -> AnyView {
    if is_web(url) {
        view! { <a href=followed(url.to_owned()) rel="noopener noreferrer nofollow"><PageAddress address=url /></a> }.into_any()
    } else if url.is_empty() {
        view! { <span class="hb-missing">"Non renseigné"</span> }.into_any()
    } else {
        url.to_owned().into_any()
    }
}

fn date(text: &str) -> String {
    text.parse().map(calendar::french_date).unwrap_or_else(|_| text.to_owned())
}

/// Who reads the answers, and what they may do beside each.
#[derive(Clone, Copy)]
pub enum Reader<'a> {
    /// With a CSRF token: links to change the blocks, and buttons that mark remarks as dealt with.
    Applicant { csrf: Option<&'a str> },
    /// With links to write remarks, while it is the turn of the reader's team.
    Reviewer { may_remark: bool },
}

/// Every block, with a link to change it when `editable`.
pub fn answers(opened: &Opened, editable: bool) -> Vec<AnyView> {
    blocks(opened, editable, Reader::Applicant { csrf: None })
}

/// The same with what was remarked on each answer.
pub fn answers_for(opened: &Opened, reader: Reader<'_>) -> Vec<AnyView> {
    blocks(opened, matches!(reader, Reader::Applicant { csrf: Some(_) }), reader)
}

fn blocks(opened: &Opened, editable: bool, reader: Reader<'_>) -> Vec<AnyView> {
    opened
        .service
        .blocks
        .iter()
        .filter(|block| block.is_shown(&opened.request.answers))
        .map(|block| {
            let named: Vec<_> = block.contacts.iter().flat_map(|one| one.people()).filter(|one| one.is_present(&opened.request.answers)).collect();
            let fields = block.fields.iter().filter_map(|field| Some((field.id.as_str(), answer(opened, field)?)));
            let people = named.iter().map(|contact| (contact.id.as_str(), person(&opened.request.answers, &contact.id, &contact.label)));
            let rows: Vec<SummaryRow> = fields.chain(people).map(|(field, row)| remarked(opened, field, row, reader)).collect();
            let href = routes::request_block(opened.request.id, &block.slug);
            let action = (editable && block.is_step(&opened.request.answers)).then(|| {
                view! { <a class="fr-link" href=followed(href)>"Modifier"<span class="fr-sr-only">{format!(" «\u{a0}{}\u{a0}»", block.title)}</span></a> }
            });
            view! {
                <section class="hb-block fr-mb-4w">
                    <div class="hb-block__head"><h3 class="fr-h5">{block.title.clone()}</h3>{action}</div>
                    <SummaryList rows=rows />
                </section>
            }
            .into_any()
        })
        .collect()
}

/// One answer, or one contact, with what was remarked on it.
pub fn answer_to(opened: &Opened, field: &str, reader: Reader<'_>) -> Option<SummaryRow> {
    let asked = opened.service.blocks.iter().flat_map(|block| &block.fields).find(|one| one.id == field);
    let contact = || opened.service.people(&opened.request.answers).into_iter().find(|one| one.id == field);
    let row = match asked {
        Some(asked) => answer(opened, asked)?,
        None => contact().map(|contact| person(&opened.request.answers, &contact.id, &contact.label))?,
    };
    Some(remarked(opened, field, row, reader))
}

/// The row with the remarks under its answer, and the link to write one.
fn remarked(opened: &Opened, field: &str, row: SummaryRow, reader: Reader<'_>) -> SummaryRow {
    let row = row.id(format!("reponse-{field}"));
    let row = match remarks::read(opened, field, reader) {
        Some(remarks) => row.below(remarks),
        None => row,
    };
    match reader {
        Reader::Reviewer { may_remark: true } => row.action(routes::review_remark(opened.request.id, field), "Remarque"),
        _ => row,
    }
}

fn person(answers: &Answers, id: &str, label: &str) -> SummaryRow {
    let text = |suffix: &str| answers.text(&format!("{id}_{suffix}")).to_owned();
    let name = format!("{} {}", text("given_name"), text("family_name"));
    let lines = [name.trim().to_owned(), text("job_title"), text("email"), phone::shown(&text("phone"))];
    let value = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    SummaryRow::text(label, value)
}

pub fn journal(entries: &[JournalEntry]) -> impl IntoView + use<> {
    let events = entries.iter().map(event).collect();
    view! { <Timeline events=events /> }
}

pub fn event(entry: &JournalEntry) -> TimelineEvent {
    let tone = match entry.kind {
        JournalKind::Approved | JournalKind::StageApproved => Tone::Success,
        JournalKind::ChangesRequested => Tone::Warning,
        JournalKind::Refused | JournalKind::ReopeningRefused | JournalKind::Revoked => Tone::Error,
        JournalKind::Submitted => Tone::Info,
        _ => Tone::Neutral,
    };
    let event = TimelineEvent::new(entry.kind.label(), calendar::french_moment(entry.at), entry.at.to_string()).by(entry.who.clone()).tone(tone);
    match entry.erased_at {
        Some(at) => event.body(traces::erased(at)),
        None if entry.detail.is_empty() => event,
        None => event.body(entry.detail.clone()),
    }
}

/// The last reason a team gave with this kind of decision.
pub fn last_reason(entries: &[JournalEntry], kind: JournalKind) -> String {
    entries.iter().find(|entry| entry.kind == kind).map(|entry| entry.detail.clone()).unwrap_or_default()
}
