//! The page of the files whose period is over and of the lists, and the page of one list with its visa.

use domain::{
    calendar::{french_date, paris_date},
    elimination::{MAX_FILES, Phase, TypedVisa, Visa},
    retention::{Class, Keep},
    routes,
};
use habilitation::{
    administration::{ListedFile, Opened, Overview},
    requests::PAGE,
};
use leptos::prelude::*;
use ui::{cells, components::*, named::Named};

use super::{Action, Sent};
use crate::shared::way;

pub const TITLE: &str = "Bordereaux d’élimination";

fn pages(total: u64) -> u32 {
    u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX)
}

fn count(total: u64, one: &str, many: &str) -> String {
    if total == 1 { format!("1\u{a0}{one}") } else { format!("{total}\u{a0}{many}") }
}

/// « 5 ans ».
fn period() -> String {
    match Class::RequestFile.rule().keep {
        Keep::For(period) => period.in_french(),
        Keep::Follows | Keep::Always => String::new(),
    }
}

/// `due` and `lists` are the page numbers of the two lists.
pub fn overview_page(overview: &Overview, due: u32, lists: u32, nothing: bool, csrf: &str) -> impl IntoView + use<> {
    let lead = format!(
        "Les dossiers des demandes sont des archives publiques. {} après leur fin, ils sont proposés à l’élimination, et effacés après le visa des archives (Code du patrimoine, art. R212-14).",
        period()
    );
    let nothing = nothing.then(|| view! { <Alert tone=Tone::Info title="Aucun dossier n’est arrivé à son terme" live=true /> });
    view! {
        <Breadcrumb parents=way(&[]) current=TITLE />
        {nothing}
        <PageTitle title=TITLE lead=lead />
        <h2 class="fr-h4" id="echus">"Dossiers arrivés à leur terme"</h2>
        {due_files(overview, due, lists, csrf)}
        <h2 class="fr-h4" id="bordereaux">"Bordereaux"</h2>
        {made_lists(overview, due, lists)}
    }
}

fn due_files(overview: &Overview, due: u32, lists: u32, csrf: &str) -> AnyView {
    if overview.due.total == 0 {
        return view! { <EmptyState title="Aucun dossier à éliminer" text="Ceux dont la durée est écoulée apparaîtront ici." /> }.into_any();
    }
    let pages = pages(overview.due.total);
    let most = if overview.due.total > MAX_FILES {
        format!(" Un bordereau en compte {MAX_FILES} au plus, les plus anciens d’abord.")
    } else {
        String::new()
    };
    let told = format!("{} sur aucun bordereau.{most}", count(overview.due.total, "dossier, qui n’est", "dossiers, qui ne sont"));
    let base = format!("{}?bordereaux={lists}&page=", routes::ELIMINATIONS);
    view! {
        <p>{told}</p>
        {files_table("dossiers-echus", "Dossiers arrivés à leur terme", &overview.due.items)}
        <Pagination current=due total=pages base=base />
        <PostForm action=routes::ELIMINATIONS csrf=csrf.to_owned() inline=true>
            <Button label="Établir un bordereau" />
        </PostForm>
    }
    .into_any()
}

fn made_lists(overview: &Overview, due: u32, lists: u32) -> AnyView {
    if overview.lists.total == 0 {
        return view! { <EmptyState title="Aucun bordereau" text="Un bordereau réunit les dossiers à soumettre au visa des archives." /> }.into_any();
    }
    let rows: Vec<_> = overview
        .lists
        .items
        .iter()
        .map(|(list, files)| {
            cells![
                view! { <a href=routes::elimination(list.id)>{format!("Bordereau n°\u{a0}{}", list.number)}</a> },
                french_date(paris_date(list.created_at)),
                count(*files, "dossier", "dossiers"),
                list.phase.label(),
            ]
        })
        .collect();
    let columns = vec![Column::text("Bordereau"), Column::short("Établi le"), Column::short("Dossiers"), Column::text("État")];
    let base = format!("{}?page={due}&bordereaux=", routes::ELIMINATIONS);
    view! {
        <Table id="liste-bordereaux" caption="Bordereaux" caption_hidden=true columns=columns rows=rows />
        <Pagination current=lists total=pages(overview.lists.total) base=base />
    }
    .into_any()
}

fn files_table(id: &'static str, caption: &'static str, files: &[ListedFile]) -> impl IntoView + use<> {
    let day = |at| french_date(paris_date(at));
    let rows: Vec<_> = files
        .iter()
        .map(|listed| {
            let file = &listed.file;
            cells![
                format!("D{}", file.number),
                listed.service.clone(),
                listed.organisation.clone(),
                day(file.opened_at),
                day(file.ended_at),
                file.outcome.label(),
                file.documents.to_string(),
            ]
        })
        .collect();
    let columns = vec![
        Column::short("Demande"),
        Column::text("Service"),
        Column::text("Organisme"),
        Column::short("Ouverte le"),
        Column::short("Terminée le"),
        Column::text("Issue"),
        Column::number("Documents"),
    ];
    view! { <Table id=id caption=caption caption_hidden=true columns=columns rows=rows /> }
}

/// What was typed for the visa, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct VisaForm {
    pub typed: TypedVisa,
    pub errors: Vec<(&'static str, String)>,
}

pub fn elimination_page(opened: &Opened, number: u32, form: &VisaForm, csrf: &str) -> impl IntoView + use<> {
    let Opened { list, files, made_by, approved_by } = opened;
    let title = elimination_title(opened);
    let lead = format!("{}. Établi le {} par {made_by}.", list.phase.label(), french_date(paris_date(list.created_at)));
    let errors = form.errors.iter().map(|(field, message)| ErrorLink::new(*field, message.clone())).collect::<Vec<_>>();
    let decision = match &list.phase {
        Phase::Proposed => visa_form(opened, form, csrf).into_any(),
        Phase::Approved(visa) | Phase::Carried(visa) => given(visa, approved_by.as_deref(), list.carried_at).into_any(),
    };
    let base = format!("{}?page=", routes::elimination(list.id));
    view! {
        <Breadcrumb parents=way(&[(routes::ELIMINATIONS, TITLE)]) current=title.clone() />
        <ErrorSummary errors=errors />
        <PageTitle title=title lead=lead />
        <p><LinkButton label="Télécharger le bordereau (CSV)" href=routes::elimination_csv(list.id) kind=ButtonKind::Secondary /></p>
        {decision}
        <h2 class="fr-h4">"Dossiers du bordereau"</h2>
        <p>{count(files.total, "dossier", "dossiers")}"."</p>
        {files_table("dossiers", "Dossiers du bordereau", &files.items)}
        <Pagination current=number total=pages(files.total) base=base />
    }
}

/// « Bordereau n° 3 ».
pub fn elimination_title(opened: &Opened) -> String {
    format!("Bordereau n°\u{a0}{}", opened.list.number)
}

fn given(visa: &Visa, by: Option<&str>, carried: Option<domain::Timestamp>) -> impl IntoView + use<> {
    let carried = carried.map_or_else(|| "En cours".to_owned(), |at| french_date(paris_date(at)));
    let rows = vec![
        SummaryRow::text("Référence du visa", visa.reference.clone()),
        SummaryRow::text("Service d’archives", visa.authority.clone()),
        SummaryRow::text("Date du visa", french_date(visa.on)),
        SummaryRow::text("Consigné par", by.unwrap_or_default()),
        SummaryRow::text("Dossiers effacés le", carried),
    ];
    view! {
        <h2 class="fr-h4">"Visa des archives"</h2>
        <SummaryList rows=rows />
    }
}

fn visa_form(opened: &Opened, form: &VisaForm, csrf: &str) -> impl IntoView + use<> {
    let error = |sent: Sent| form.errors.iter().find(|(field, _)| *field == sent.as_str()).map(|(_, message)| message.clone());
    let typed = form.typed.clone();
    let reference = Field::new(Sent::Reference, "Référence du visa").value(typed.reference).maxlength(200).error(error(Sent::Reference));
    let authority = Field::new(Sent::Authority, "Service d’archives")
        .hint("Par exemple\u{a0}: Archives départementales des Hauts-de-Seine.")
        .value(typed.authority)
        .maxlength(200)
        .error(error(Sent::Authority));
    let on = Field::new(Sent::On, "Date du visa").value(typed.on).error(error(Sent::On));
    let action = routes::elimination(opened.list.id);
    let (csrf, again, leave) = (csrf.to_owned(), csrf.to_owned(), action.clone());
    view! {
        <h2 class="fr-h4">"Visa des archives"</h2>
        <p>"Téléchargez ce bordereau et envoyez-le au service d’archives compétent. Quand il a donné son visa, consignez-le ici\u{a0}: les dossiers sont alors effacés en quelques minutes, définitivement."</p>
        <PostForm action=action csrf=csrf>
            <HiddenField name=Sent::Action value=Action::Record />
            <TextField field=reference />
            <TextField field=authority />
            <DateField field=on />
            <Buttons><Button label="Consigner le visa et effacer les dossiers" kind=ButtonKind::Danger /></Buttons>
        </PostForm>
        <Details summary="Abandonner ce bordereau">
            <p>"Si le service d’archives refuse son visa. Les dossiers restent, et pourront être proposés de nouveau."</p>
            <PostForm action=leave csrf=again inline=true>
                <HiddenField name=Sent::Action value=Action::GiveUp />
                <Button label="Abandonner le bordereau" kind=ButtonKind::Secondary />
            </PostForm>
        </Details>
    }
}
