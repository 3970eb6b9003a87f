//! The reviewers' pages: their queue, one request, one decision.

use domain::{calendar, request::Decision, routes};
use habilitation::{
    requests::{Opened, PAGE, Page, promised, turn_of},
    reviews::Waiting,
};
use leptos::prelude::*;

use crate::{
    cells,
    components::{
        Alert, Badge, Breadcrumb, Button, ButtonKind, Callout, Column, Details, EmptyState, ErrorLink, ErrorSummary, Field, HiddenField, PageTitle,
        Pagination, PostForm, SummaryList, SummaryRow, Table, TextareaField, Tone,
    },
    request::read::{answers, journal, state_badge, title_of},
};

/// `today` is Paris's; `decided` the number of the request just decided.
pub fn queue_page(page: Page<Waiting>, number: u32, today: jiff::civil::Date, decided: Option<String>) -> impl IntoView {
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
            let name = view! { <a href=routes::review_request(line.id)>{title_of(&line.title)}</a> };
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

/// What goes back to the page when a decision was refused.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    pub decision: Option<Decision>,
    pub reason: String,
    pub message: String,
}

/// `turn` is whether this reviewer may decide now.
pub fn request_page(opened: &Opened, turn: bool, refusal: Option<&Refusal>, csrf: &str) -> impl IntoView + use<> {
    let request = &opened.request;
    let title = title_of(&request.title);
    let lead = format!("{} · D{} · {}", opened.service.name, request.number, opened.organisation.name());
    let errors = refusal.map(|r| vec![ErrorLink::new(reason_id(r.decision), r.message.clone())]).unwrap_or_default();
    let decisions = turn.then(|| decisions(opened, refusal, csrf));
    let (lines, state) = (journal(&opened.journal), request.stage.state());
    view! {
        <Breadcrumb parents=vec![(routes::REVIEW_QUEUE.to_owned(), "Instruction".to_owned())] current=title.clone() />
        <ErrorSummary errors=errors />
        <PageTitle title=title lead=lead>{state_badge(state)}</PageTitle>
        {standing(opened, turn)}
        <div class="fr-grid-row fr-grid-row--gutters">
            <div class="fr-col-12 fr-col-md-8">
                <h2 class="fr-h4">"La demande"</h2>
                {answers(opened, false)}
            </div>
            <div class="fr-col-12 fr-col-md-4">
                <h2 class="fr-h4">"Le demandeur"</h2>
                <SummaryList rows=applicant(opened) />
            </div>
        </div>
        {decisions}
        {crate::request::effects(opened)}
        <Details summary="Historique" open=true>{lines}</Details>
    }
}

fn standing(opened: &Opened, turn: bool) -> AnyView {
    let Some(stage) = turn_of(&opened.service, &opened.request) else { return ().into_any() };
    let domain::request::Stage::UnderReview { since, .. } = opened.request.stage else { return ().into_any() };
    let title = if turn { "À vous de décider".to_owned() } else { format!("En attente\u{a0}: {}", stage.team) };
    let received = format!(
        "{}\u{a0}: reçue le {}, réponse promise pour le {}.",
        stage.team,
        calendar::french_date(calendar::paris_date(since)),
        promised(stage, since)
    );
    view! {
        <Callout title=title level=2>
            <p>{received}</p>
            {turn.then(|| view! { <p><a href="#decision">"Aller à la décision"</a></p> })}
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

fn reason_id(decision: Option<Decision>) -> &'static str {
    match decision {
        Some(Decision::RequestChanges) => "motif-modifications",
        Some(Decision::Refuse) => "motif-refus",
        _ => "decision",
    }
}

fn decisions(opened: &Opened, refusal: Option<&Refusal>, csrf: &str) -> AnyView {
    let last = opened.request.stage.step_under_review().is_some_and(|step| step + 1 == opened.service.stages.len());
    let approve = if last { "Délivrer l’habilitation" } else { "Valider cette étape" };
    let (action, version) = (routes::review_request(opened.request.id), opened.request.version.to_string());
    let of = |decision: Decision| refusal.filter(|r| r.decision == Some(decision));
    let form = |decision: Decision,
                value: &'static str,
                id: &'static str,
                label: &'static str,
                hint: &'static str,
                button: &'static str,
                kind: ButtonKind| {
        let refused = of(decision);
        let field = Field::new("motif", label)
            .id(id)
            .hint(hint)
            .value(refused.map(|r| r.reason.clone()).unwrap_or_default())
            .error(refused.map(|r| r.message.clone()));
        let (action, version, csrf) = (action.clone(), version.clone(), csrf.to_owned());
        view! {
            <Details summary=button open=refused.is_some()>
                <PostForm action=action csrf=csrf>
                    <HiddenField name="version" value=version />
                    <HiddenField name="decision" value=value />
                    <TextareaField field=field />
                    <Button label=button kind=kind />
                </PostForm>
            </Details>
        }
    };
    let approval = (action.clone(), version.clone());
    view! {
        <section class="hb-decisions fr-mb-4w" aria-labelledby="decision">
            <h2 class="fr-h4" id="decision" tabindex="-1">"Votre décision"</h2>
            <PostForm action=approval.0 csrf=csrf.to_owned() inline=true>
                <HiddenField name="version" value=approval.1 />
                <HiddenField name="decision" value="valider" />
                <Button label=approve />
            </PostForm>
            {form(Decision::RequestChanges, "modifier", "motif-modifications", "Ce qu’il faut modifier", "Le demandeur lira ce texte.", "Demander des modifications", ButtonKind::Secondary)}
            {form(Decision::Refuse, "refuser", "motif-refus", "Le motif du refus", "Le demandeur lira ce texte et pourra le contester.", "Refuser la demande", ButtonKind::Danger)}
        </section>
    }
    .into_any()
}
