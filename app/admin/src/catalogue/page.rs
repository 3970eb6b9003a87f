//! The list of the files, and the pages of one: its form as applicants see it, its text, its versions.

use std::time::Duration;

use domain::{
    calendar,
    catalogue::{Field as Question, Form, Kind, ServiceFile},
    form::{Answers, shown_again},
    routes,
};
use habilitation::publishing::{Broken, FileLine, OpenedFile, VersionLine};
use leptos::prelude::*;
use similar::{ChangeTag, TextDiff};
use ui::{cells, components::*};
use web::{
    VERSION,
    request::{
        choices::{choices as shown_choices, scopes as shown_scopes},
        read::title_of,
    },
};

use super::{Action, Sent};
use crate::shared::{lines, way};

pub const TITLE: &str = "Catalogue";

pub fn files_page(files: &[FileLine]) -> impl IntoView + use<> {
    let rows: Vec<Vec<AnyView>> = files
        .iter()
        .map(|line| {
            let link = view! { <a href=routes::catalogue_file(&line.file)>{line.name.clone()}</a> };
            cells![
                link,
                line.version.to_string(),
                view! { <a href=routes::catalogue_text(&line.file)>"Modifier"<span class="fr-sr-only">{format!(" {}", line.name)}</span></a> }
            ]
        })
        .collect();
    let columns = vec![Column::text("Fichier"), Column::number("Version"), Column::hidden("Action")];
    view! {
        <Breadcrumb parents=way(&[]) current=TITLE />
        <PageTitle title=TITLE lead="Les formulaires, les données, les équipes de chaque service. Un fichier publié est servi dans les secondes qui suivent." />
        <p><LinkButton href=routes::CATALOGUE_NEW label="Nouveau service" /></p>
        <Table id="fichiers" caption="Fichiers du catalogue" caption_hidden=true columns=columns rows=rows />
    }
}

/// The service as its applicants will see it; `variant` is the slug of the form shown.
pub fn file_page(opened: &OpenedFile, form: Option<&Form>, variant: Option<&str>, published: bool) -> impl IntoView + use<> {
    let file = opened.file.clone();
    let done = published.then(|| {
        let version = opened.version;
        view! { <Alert tone=Tone::Success title=format!("Version {version} publiée") live=true><p>"Les nouvelles demandes la suivent, et les brouillons le jour où ils sont transmis. Les demandes en cours d’instruction et les habilitations gardent la leur."</p></Alert> }
    });
    let preview = form.map(|form| preview(form, opened.service.as_ref(), variant).into_any());
    view! {
        <Breadcrumb parents=way(&[(routes::CATALOGUE_FILES, TITLE)]) current=opened.name.clone() />
        {done}
        <PageTitle title=opened.name.clone() lead=format!("Version {} du fichier.", opened.version) />
        <p><LinkButton href=routes::catalogue_text(&file) label="Modifier le fichier" kind=ButtonKind::Secondary /></p>
        {preview}
        {versions(opened)}
    }
}

fn versions(opened: &OpenedFile) -> impl IntoView + use<> {
    let rows: Vec<Vec<AnyView>> = opened
        .versions
        .iter()
        .map(|line| {
            let link = view! { <a href=routes::catalogue_version(&opened.file, line.version)>{format!("Version {}", line.version)}</a> };
            cells![link, calendar::french_moment(line.at), line.who.clone().unwrap_or_else(|| "Habilis".to_owned()), line.reason.clone()]
        })
        .collect();
    let columns = ["Version", "Publiée", "Par", "Motif"].map(Column::text).to_vec();
    let table = if rows.is_empty() {
        view! { <p>"Ce fichier est celui livré avec Habilis."</p> }.into_any()
    } else {
        view! { <Table id="versions" caption="Versions du fichier" caption_hidden=true columns=columns rows=rows /> }.into_any()
    };
    view! { <h2>"Versions"</h2> {table} }
}

pub fn preview(form: &Form, service: Option<&ServiceFile>, variant: Option<&str>) -> impl IntoView + use<> {
    let address = routes::catalogue_file(&form.slug);
    let variants: Vec<AnyView> = service
        .into_iter()
        .flat_map(|service| &service.variants)
        .map(|one| {
            let href = routes::with_query(&address, &[("forme", &one.slug)]);
            let current = (variant == Some(one.slug.as_str())).then_some("true");
            view! { <li><a href=followed(href) aria-current=current>{one.name.clone()}</a></li> }.into_any()
        })
        .collect();
    let list = (!variants.is_empty()).then(|| {
        let plain = variant.is_none().then_some("true");
        view! {
            <Details summary=format!("Les {} modèles", variants.len())>
                <ul><li><a href=followed(address.clone()) aria-current=plain>"Demande libre"</a></li>{variants}</ul>
            </Details>
        }
    });
    let mut stages: Vec<_> = form.stages.iter().collect();
    stages.sort_by_key(|stage| stage.order);
    let road: Vec<Vec<AnyView>> = stages
        .into_iter()
        .map(|stage| {
            let covers: Vec<&str> = stage.covers.iter().filter_map(|slug| form.block(slug)).map(|block| block.title.as_str()).collect();
            let covers = if covers.is_empty() { "Toute la demande".to_owned() } else { covers.join(", ") };
            cells![stage.team.clone(), (stage.order + 1).to_string(), stage.working_days.to_string(), covers]
        })
        .collect();
    let columns = vec![Column::text("Équipe"), Column::number("Ordre"), Column::number("Jours ouvrés"), Column::text("Porte sur")];
    let name = variant.and_then(|slug| service?.variants.iter().find(|one| one.slug == slug)).map_or("Demande libre", |one| one.name.as_str());
    let blocks: Vec<AnyView> = form.blocks.iter().map(|block| preview_block(form, &block.slug)).collect();
    let statements: Vec<String> = std::iter::once(format!("Je m’engage à respecter {}.", form.terms_label))
        .chain(form.statements.iter().map(|one| one.label.clone()))
        .collect();
    view! {
        {list}
        <h2>"Le parcours d’instruction"</h2>
        <Table id="parcours" caption="Parcours d’instruction" caption_hidden=true columns=columns rows=road />
        <h2>{format!("Le formulaire\u{a0}: {name}")}</h2>
        <p class="hb-muted">"Aperçu\u{a0}: rien de ce qui est saisi ici n’est enregistré."</p>
        {blocks}
        <h3 class="fr-h5">"Cases à cocher avant de transmettre"</h3>
        {lines(&statements)}
    }
}

fn preview_block(form: &Form, slug: &str) -> AnyView {
    let Some(block) = form.block(slug) else { return ().into_any() };
    let answers = form.first_answers();
    let fields: Vec<AnyView> =
        block.fields.iter().filter(|question| !question.hidden).map(|question| preview_field(form, &answers, question)).collect();
    let people: Vec<AnyView> = block
        .contacts
        .iter()
        .map(|contact| {
            let fields: Vec<AnyView> = contact.fields().iter().map(|question| preview_field(form, &answers, question)).collect();
            let (label, hint) = (contact.label.clone(), contact.hint.clone());
            view! { <h4 class="fr-h6 fr-mb-1v">{label}</h4> <p class="hb-muted">{hint}</p> {fields} }.into_any()
        })
        .collect();
    view! {
        <section class="hb-block hb-form fr-mb-4w">
            <div class="hb-block__head"><h3 class="fr-h5">{block.title.clone()}</h3></div>
            <p>{block.intro.clone()}</p>
            {fields}
            {people}
        </section>
    }
    .into_any()
}

fn preview_field(form: &Form, answers: &Answers, question: &Question) -> AnyView {
    let id = format!("apercu-{}", question.id);
    let mut field = Field::new(question.id.clone(), question.label.clone())
        .id(id)
        .value(shown_again(question, answers.text(&question.id)))
        .disabled(question.locked);
    if !question.hint.is_empty() {
        field = field.hint(question.hint.clone());
    }
    if !question.required {
        field = field.optional();
    }
    match question.kind {
        Kind::LongText => view! { <TextareaField field=field rows=3 /> }.into_any(),
        Kind::Email => view! { <EmailField field=field /> }.into_any(),
        Kind::Phone | Kind::Mobile => view! { <TelField field=field /> }.into_any(),
        Kind::Number => view! { <NumberField field=field.width(Width::Short) /> }.into_any(),
        Kind::Date => view! { <DateField field=field /> }.into_any(),
        Kind::Tick => view! { <CheckboxField field=field checked=false /> }.into_any(),
        Kind::Choice => view! { <RadioGroup field=field choices=shown_choices(question, answers) rich=true /> }.into_any(),
        Kind::Choices => {
            let groups = vec![ChoiceGroup::new("", shown_choices(question, answers))];
            view! { <CheckboxGroups field=field groups=groups /> }.into_any()
        }
        Kind::Scopes => {
            let groups = shown_scopes(form, answers.all(&question.id));
            view! { <CheckboxGroups field=field groups=groups /> }.into_any()
        }
        Kind::Reliance => view! { <SelectField field=field choices=Vec::new() /> }.into_any(),
        Kind::Documents => view! { <FileField field=field accept=".pdf" /> }.into_any(),
        Kind::Text | Kind::Name | Kind::Url => view! { <TextField field=field /> }.into_any(),
    }
}

/// Why a text was not published.
pub enum Refusal {
    /// The file has a mistake: where, and which.
    Wrong(String),
    Breaks(Vec<Broken>),
    Unchanged,
    /// Another version was published after the page was opened.
    Stale,
    Reason(String),
}

/// What the page of a text shows.
pub struct TextPage<'a> {
    pub opened: &'a OpenedFile,
    /// As typed.
    pub text: &'a str,
    pub reason: &'a str,
    pub refusal: Option<&'a Refusal>,
    /// The text was read and could be published.
    pub checked: bool,
    pub csrf: &'a str,
}

pub fn text_page(page: &TextPage<'_>) -> impl IntoView + use<> {
    let TextPage { opened, text, reason, refusal, checked, csrf } = *page;
    let (action, version, csrf) = (routes::catalogue_text(&opened.file), opened.version.to_string(), csrf.to_owned());
    let mut field = Field::new(Sent::Text, "Texte du fichier").hint("Au format TOML. Le numéro de version est donné à la publication.").value(text);
    let mut why = Field::new(Sent::Reason, "Motif de la publication")
        .hint("Gardé avec la version. Exemple\u{a0}: nouvelle donnée ouverte par la CNAF.")
        .value(reason);
    let mut errors = Vec::new();
    match refusal {
        Some(Refusal::Wrong(message)) => {
            errors.push(ErrorLink::new(Sent::Text, message.clone()));
            field = field.error(message.clone());
        }
        Some(Refusal::Unchanged) => errors.push(ErrorLink::new(Sent::Text, "Ce texte est celui qui est en vigueur.")),
        Some(Refusal::Stale) => errors.push(ErrorLink::new(
            Sent::Text,
            "Quelqu’un a publié ce fichier entre-temps. Reprenez votre modification à partir de la version en vigueur.",
        )),
        Some(Refusal::Breaks(_)) => {
            errors.push(ErrorLink::new(Sent::Text, "Des demandes en cours ne pourraient plus aboutir\u{a0}: leur liste est ci-dessous."))
        }
        Some(Refusal::Reason(message)) => {
            errors.push(ErrorLink::new(Sent::Reason, message.clone()));
            why = why.error(message.clone());
        }
        None => {}
    }
    let broken = match refusal {
        Some(Refusal::Breaks(broken)) => Some(broken_list(broken)),
        _ => None,
    };
    let read = checked.then(|| {
        let changes = difference(&opened.text, text);
        view! {
            <Alert tone=Tone::Success title="Le fichier est correct" live=true><p>"Il n’est pas encore publié. Relisez les changements, puis donnez un motif."</p></Alert>
            <h2 class="fr-h4">"Changements"</h2>
            {changes}
        }
    });
    view! {
        <Breadcrumb parents=way(&[(routes::CATALOGUE_FILES, TITLE), (&routes::catalogue_file(&opened.file), &opened.name)]) current="Modifier" />
        <ErrorSummary errors=errors />
        <PageTitle title=format!("Modifier\u{a0}: {}", opened.name) lead=format!("À partir de la version {}.", opened.version) />
        {broken}
        {read}
        <PostForm action=action csrf=csrf>
            <HiddenField name=VERSION value=version />
            <div class="hb-code-field"><TextareaField field=field rows=30 /></div>
            <TextField field=why />
            <Buttons>
                <Button label="Vérifier" kind=ButtonKind::Secondary name=Sent::Action value=Action::Check />
                <Button label="Publier" name=Sent::Action value=Action::Publish />
            </Buttons>
        </PostForm>
    }
}

fn broken_list(broken: &[Broken]) -> impl IntoView + use<> {
    let rows: Vec<Vec<AnyView>> = broken
        .iter()
        .map(|one| {
            let link = view! { <a href=routes::review_request(one.id)>{format!("D{}", one.number)}</a> };
            cells![link, title_of(&one.title), lines(&one.reasons)]
        })
        .collect();
    let columns = ["Demande", "Projet", "Ce qui l’arrêterait"].map(Column::text).to_vec();
    view! {
        <h2 class="fr-h4">"Demandes en cours que ce changement arrêterait"</h2>
        <Table id="demandes" caption="Demandes arrêtées" caption_hidden=true columns=columns rows=rows stacked=true />
    }
}

/// How many unchanged lines are shown around a change.
const AROUND: usize = 3;

/// Time limit of a comparison; past it, what is left is shown as removed and added as a whole.
const COMPARED_FOR: Duration = Duration::from_millis(300);

fn difference(before: &str, after: &str) -> AnyView {
    let compared = TextDiff::configure().timeout(COMPARED_FOR).diff_lines(before, after);
    let mut shown: Vec<AnyView> = Vec::new();
    for group in compared.grouped_ops(AROUND) {
        if !shown.is_empty() {
            shown.push(view! { <span class="hb-diff__gap">"…\n"</span> }.into_any());
        }
        for change in group.iter().flat_map(|op| compared.iter_changes(op)) {
            let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
            shown.push(match change.tag() {
                ChangeTag::Equal => format!("  {text}\n").into_any(),
                ChangeTag::Insert => view! { <ins>{format!("+ {text}")}</ins>"\n" }.into_any(),
                ChangeTag::Delete => view! { <del>{format!("- {text}")}</del>"\n" }.into_any(),
            });
        }
    }
    if shown.is_empty() {
        return view! { <p>"Rien ne change."</p> }.into_any();
    }
    view! { <pre class="hb-diff" tabindex="0" role="region" aria-label="Changements, ligne par ligne">{shown}</pre> }.into_any()
}

/// The page of a version: its text, and its differences with the version before.
pub fn version_page(opened: &OpenedFile, line: &VersionLine, before: Option<&VersionLine>) -> impl IntoView + use<> {
    let who = line.who.clone().unwrap_or_else(|| "Habilis".to_owned());
    let rows =
        vec![SummaryRow::text("Publiée", format!("{}, par {who}", calendar::french_moment(line.at))), SummaryRow::text("Motif", line.reason.clone())];
    let changes = before.map(|before| {
        let changes = difference(&before.text, &line.text);
        view! { <h2 class="fr-h4">{format!("Changements depuis la version {}", before.version)}</h2> {changes} }
    });
    let text = line.text.clone();
    view! {
        <Breadcrumb parents=way(&[(routes::CATALOGUE_FILES, TITLE), (&routes::catalogue_file(&opened.file), &opened.name)]) current=format!("Version {}", line.version) />
        <PageTitle title=format!("{}\u{a0}: version {}", opened.name, line.version) />
        <SummaryList rows=rows />
        {changes}
        <h2 class="fr-h4">"Texte"</h2>
        <pre class="hb-diff" tabindex="0" role="region" aria-label="Texte du fichier">{text}</pre>
    }
}
