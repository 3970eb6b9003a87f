//! Requests prepared for others: the list, and the page where one is filled in, handed over or given up.

use domain::{
    Timestamp, calendar,
    catalogue::{Field as Question, Form, Kind},
    form::{Answers, FieldProblem, shown_again},
    prefill,
    prepared::Stage,
    routes,
};
use habilitation::{
    requests::{PAGE, Page},
    reviews::{InvitationProblems, MAX_NOTE_TO_APPLICANT, Prepared, PreparedLine},
};
use leptos::prelude::*;
use ui::{cells, components::*};
use web::request::{
    choices::{choices as shown_choices, scopes as shown_scopes},
    read::title_of,
};

pub fn prepared_list(
    page: &Page<PreparedLine>,
    number: u32,
    forms: &[(String, String)],
    done: Option<&'static str>,
    now: Timestamp,
    csrf: &str,
) -> impl IntoView + use<> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let rows: Vec<Vec<AnyView>> = page.items.iter().map(|line| row(line, now)).collect();
    let list = if rows.is_empty() {
        view! { <EmptyState title="Aucune demande préparée" text="Préparez une demande pour une personne qui la déposera\u{a0}: elle la recevra par courriel." /> }
            .into_any()
    } else {
        let columns = ["Projet", "Formulaire", "Pour", "État", "Préparée par"].map(Column::text).to_vec();
        view! { <Table id="preparees" caption="Demandes préparées" caption_hidden=true columns=columns rows=rows /> }.into_any()
    };
    let choices = forms.iter().map(|(value, name)| Choice::new(value.clone(), name.clone())).collect();
    let csrf = csrf.to_owned();
    view! {
        <Breadcrumb parents=vec![(routes::REVIEW_QUEUE.to_owned(), "Instruction".to_owned())] current="Demandes préparées" />
        {done.map(|title| view! { <Alert tone=Tone::Success title=title live=true /> })}
        <PageTitle
            title="Demandes préparées"
            lead="Remplissez une partie du formulaire pour quelqu’un, puis invitez-le\u{a0}: il relit, complète et transmet."
        />
        {list}
        <Pagination current=number total=pages base=format!("{}?page=", routes::PREPARED) />
        <h2 class="fr-h4">"Préparer une demande"</h2>
        <PostForm action=routes::PREPARED csrf=csrf>
            <SelectField field=Field::new("service", "Formulaire").hint("Le formulaire libre du service, ou celui d’un cas d’usage ou d’un logiciel.") choices=choices />
            <Buttons>
                <Button label="Commencer" />
            </Buttons>
        </PostForm>
    }
}

fn row(line: &PreparedLine, now: Timestamp) -> Vec<AnyView> {
    let one = &line.prepared;
    let href = routes::prepared(one.id);
    let (label, tone) = (one.stage.label(now), tone(&one.stage, now));
    let whom = match &one.stage {
        Stage::Invited { email, .. } | Stage::Claimed { email, .. } => view! { <Email address=email.clone() /> }.into_any(),
        _ => ().into_any(),
    };
    cells![
        view! { <a href=followed(href)>{title_of(one.answers.text("name"))}</a> },
        line.form_name.clone(),
        whom,
        view! { <Badge label=label tone=tone /> },
        line.by.clone(),
    ]
}

fn tone(stage: &Stage, now: Timestamp) -> Tone {
    match stage {
        Stage::Invited { until, .. } if *until <= now => Tone::Warning,
        Stage::Invited { .. } => Tone::Info,
        Stage::Claimed { .. } => Tone::Success,
        Stage::Open | Stage::Withdrawn { .. } => Tone::Neutral,
    }
}

/// What the page of one is drawn from.
pub struct PreparedPage<'a> {
    pub prepared: &'a Prepared,
    pub form: &'a Form,
    /// With its use case or product.
    pub form_name: String,
    /// As typed when the form was refused, as stored otherwise.
    pub answers: &'a Answers,
    pub problems: &'a [FieldProblem],
    pub invitation: &'a InvitationForm,
    /// The number of the request it became.
    pub claimed_as: Option<i64>,
    pub done: Option<&'static str>,
    pub now: Timestamp,
    pub csrf: &'a str,
}

#[derive(Debug, Clone, Default)]
pub struct InvitationForm {
    pub email: String,
    pub siret: String,
    pub note: String,
    pub problems: InvitationProblems,
}

pub fn prepared_page(page: &PreparedPage<'_>) -> impl IntoView + use<> {
    let PreparedPage { prepared, form, problems, done, now, .. } = *page;
    let label = |id: &str| form.all_fields().iter().find(|field| field.id == id).map(|field| field.label.clone()).unwrap_or_default();
    let mut errors: Vec<ErrorLink> = problems
        .iter()
        .map(|one| ErrorLink::new(Field::new(one.field.clone(), "").id, format!("{}\u{a0}: {}", label(&one.field), one.problem.sentence())))
        .collect();
    let (email, siret, note) = invitation_fields(page.invitation);
    errors.extend(errors_of([&email, &siret, &note]));
    let stage = &prepared.stage;
    let badge = view! { <Badge label=stage.label(now) tone=tone(stage, now) /> };
    let body = if stage.is_editable() {
        view! {
            {answers(page)}
            {hand_over(page, email, siret, note)}
            {give_up(page)}
        }
        .into_any()
    } else {
        closed(page)
    };
    let title = title_of(prepared.answers.text("name"));
    let parents = vec![(routes::REVIEW_QUEUE.to_owned(), "Instruction".to_owned()), (routes::PREPARED.to_owned(), "Demandes préparées".to_owned())];
    view! {
        <Breadcrumb parents=parents current=title.clone() />
        {done.map(|title| view! { <Alert tone=Tone::Success title=title live=true /> })}
        <ErrorSummary errors=errors />
        <PageTitle title=title lead=page.form_name.clone()>{badge}</PageTitle>
        {body}
    }
}

fn answers(page: &PreparedPage<'_>) -> AnyView {
    let PreparedPage { prepared, form, csrf, .. } = *page;
    let blocks: Vec<AnyView> = form
        .blocks
        .iter()
        .filter_map(|block| {
            let questions: Vec<AnyView> =
                block.fields.iter().filter(|field| prefill::may_be_proposed(field)).map(|field| question(page, field)).collect();
            (!questions.is_empty()).then(|| view! { <h3 class="fr-h5">{block.title.clone()}</h3> {questions} }.into_any())
        })
        .collect();
    let (action, version, csrf) = (routes::prepared(prepared.id), prepared.version.to_string(), csrf.to_owned());
    view! {
        <h2 class="fr-h4">"Les réponses proposées"</h2>
        <p>"Tout est facultatif, et l’invité pourra tout modifier. Il ajoutera lui-même les personnes et les documents."</p>
        <PostForm action=action csrf=csrf>
            <HiddenField name="version" value=version />
            {blocks}
            <Buttons>
                <Button label="Enregistrer" kind=ButtonKind::Secondary />
            </Buttons>
        </PostForm>
    }
    .into_any()
}

fn question(page: &PreparedPage<'_>, question: &Question) -> AnyView {
    let problem = page.problems.iter().find(|one| one.field == question.id).map(|one| one.problem.sentence());
    let mut field = Field::new(question.id.clone(), question.label.clone())
        .value(shown_again(question, page.answers.text(&question.id)))
        .error(problem)
        .optional_silently();
    if !question.hint.is_empty() {
        field = field.hint(question.hint.clone());
    }
    match question.kind {
        Kind::LongText => view! { <TextareaField field=field /> }.into_any(),
        Kind::Number => view! { <NumberField field=field.width(Width::Short) /> }.into_any(),
        Kind::Date => view! { <DateField field=field /> }.into_any(),
        Kind::Choice => view! { <RadioGroup field=field choices=shown_choices(question, page.answers) rich=true /> }.into_any(),
        Kind::Choices => {
            let groups = vec![ChoiceGroup::new("", shown_choices(question, page.answers))];
            view! { <CheckboxGroups field=field groups=groups /> }.into_any()
        }
        Kind::Scopes => {
            let groups = shown_scopes(page.form, page.answers.all(&question.id));
            view! { <CheckboxGroups field=field groups=groups /> }.into_any()
        }
        _ => view! { <TextField field=field /> }.into_any(),
    }
}

fn invitation_fields(form: &InvitationForm) -> (Field, Field, Field) {
    let InvitationForm { email, siret, note, problems } = form;
    let email = Field::new("courriel", "Adresse électronique")
        .hint("Celle de son compte, qu’il peut créer en suivant le lien. Exemple\u{a0}: prenom.nom@mairie.fr")
        .value(email.clone())
        .error(problems.email.clone())
        .autocomplete("off");
    let siret = Field::new("siret", "SIRET de son organisme")
        .hint("14\u{a0}chiffres")
        .value(siret.clone())
        .error(problems.siret.clone())
        .width(Width::Medium)
        .autocomplete("off");
    let limit = u32::try_from(MAX_NOTE_TO_APPLICANT).unwrap_or(u32::MAX);
    let note = Field::new("mot", "Votre message").hint("Il accompagne l’invitation.").value(note.clone()).error(problems.note.clone()).optional();
    (email, siret, note.maxlength(limit))
}

fn hand_over(page: &PreparedPage<'_>, email: Field, siret: Field, note: Field) -> AnyView {
    let PreparedPage { prepared, now, csrf, .. } = *page;
    let (action, version, csrf) = (routes::prepared_invitation(prepared.id), prepared.version.to_string(), csrf.to_owned());
    let sent = match &prepared.stage {
        Stage::Invited { email, until, .. } => {
            let day = calendar::french_date(calendar::paris_date(*until));
            let text = if *until > now {
                format!("{email} peut reprendre cette demande jusqu’au {day}.")
            } else {
                format!("L’invitation de {email} a expiré le {day}.")
            };
            Some(view! {
                <Alert tone=Tone::Info title=text>
                    <p>"Inviter de nouveau, cette personne ou une autre, annule le lien déjà envoyé."</p>
                </Alert>
            })
        }
        _ => None,
    };
    let label = if sent.is_some() { "Envoyer une nouvelle invitation" } else { "Envoyer l’invitation" };
    view! {
        <h2 class="fr-h4">"Inviter la personne qui déposera"</h2>
        {sent}
        <PostForm action=action csrf=csrf>
            <HiddenField name="version" value=version />
            <EmailField field=email />
            <TextField field=siret />
            <TextareaField field=note rows=4 />
            <p class="fr-hint-text">"Enregistrez vos réponses avant d’inviter\u{a0}: l’invité recevra la dernière version enregistrée."</p>
            <Buttons>
                <Button label=label />
            </Buttons>
        </PostForm>
    }
    .into_any()
}

fn give_up(page: &PreparedPage<'_>) -> AnyView {
    let (action, version) = (routes::prepared_withdrawal(page.prepared.id), page.prepared.version.to_string());
    let csrf = page.csrf.to_owned();
    view! {
        <Details summary="Retirer cette demande préparée">
            <p>"Le lien déjà envoyé n’ouvrira plus rien."</p>
            <PostForm action=action csrf=csrf inline=true>
                <HiddenField name="version" value=version />
                <Button label="Retirer" kind=ButtonKind::Danger />
            </PostForm>
        </Details>
    }
    .into_any()
}

fn closed(page: &PreparedPage<'_>) -> AnyView {
    let day = |at: Timestamp| calendar::french_date(calendar::paris_date(at));
    let (title, text) = match &page.prepared.stage {
        Stage::Claimed { email, at, .. } => {
            let number = page.claimed_as.map(|number| format!("D{number}")).unwrap_or_default();
            (
                format!("{email} l’a reprise le {}", day(*at)),
                format!("C’est la demande {number}. Elle vous parviendra quand elle aura été transmise."),
            )
        }
        Stage::Withdrawn { at } => (format!("Retirée le {}", day(*at)), "Personne ne peut la reprendre.".to_owned()),
        Stage::Open | Stage::Invited { .. } => return ().into_any(),
    };
    view! { <Alert tone=Tone::Info title=title><p>{text}</p></Alert> }.into_any()
}
