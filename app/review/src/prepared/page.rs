//! The list of prepared requests, and the page where one is filled in, offered to somebody or withdrawn.

use domain::{
    Timestamp, calendar,
    catalogue::{Field as Question, Form, Kind},
    form::{Answers, FieldProblem, shown_again},
    prefill,
    prepared::Phase,
    routes,
};
use habilitation::{
    requests::{PAGE, Page},
    reviews::{InvitationProblems, Invited, MAX_NOTE_TO_APPLICANT, Prepared, PreparedLine},
};
use leptos::prelude::*;
use ui::{cells, components::*};
use web::{
    FormData, VERSION,
    request::{
        choices::{choices as shown_choices, scopes as shown_scopes},
        read::title_of,
    },
};

use super::Sent;
use crate::shared::way;

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
        <Breadcrumb parents=way(&[]) current="Demandes préparées" />
        {done.map(|title| view! { <Alert tone=Tone::Success title=title live=true /> })}
        <PageTitle
            title="Demandes préparées"
            lead="Remplissez une partie du formulaire pour quelqu’un, puis invitez-le\u{a0}: il relit, complète et transmet."
        />
        {list}
        <Pagination current=number total=pages base=format!("{}?page=", routes::PREPARED) />
        <h2 class="fr-h4">"Préparer une demande"</h2>
        <PostForm action=routes::PREPARED csrf=csrf>
            <SelectField field=Field::new(Sent::Form, "Formulaire").hint("Le formulaire libre du service, ou celui d’un cas d’usage ou d’un logiciel.") choices=choices />
            <Buttons>
                <Button label="Commencer" />
            </Buttons>
        </PostForm>
    }
}

fn row(line: &PreparedLine, now: Timestamp) -> Vec<AnyView> {
    let one = &line.prepared;
    let href = routes::prepared(one.id);
    let (label, tone) = (one.phase.label(now), tone(&one.phase, now));
    let whom = match &one.phase {
        Phase::Invited { email, .. } | Phase::Claimed { email, .. } => view! { <Email address=email.clone() /> }.into_any(),
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

fn tone(stage: &Phase, now: Timestamp) -> Tone {
    match stage {
        Phase::Invited { until, .. } if *until <= now => Tone::Warning,
        Phase::Invited { .. } => Tone::Info,
        Phase::Claimed { .. } => Tone::Success,
        Phase::Open | Phase::Withdrawn { .. } => Tone::Neutral,
    }
}

/// What the page of a prepared request shows.
pub struct PreparedPage<'a> {
    pub prepared: &'a Prepared,
    pub form: &'a Form,
    /// The name of the form, with its use case or product.
    pub form_name: String,
    /// As typed when the form was refused, as stored otherwise.
    pub answers: &'a Answers,
    pub problems: &'a [FieldProblem],
    pub invitation: &'a InvitationForm,
    /// Somebody changed it since the form was opened: nothing was done.
    pub stale: bool,
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

impl InvitationForm {
    pub fn typed(data: &FormData) -> Self {
        let text = |field| data.get(field).replace("\r\n", "\n");
        Self { email: text(Sent::Email), siret: text(Sent::Siret), note: text(Sent::Note), problems: InvitationProblems::default() }
    }

    pub fn is_blank(&self) -> bool {
        [&self.email, &self.siret, &self.note].iter().all(|text| text.trim().is_empty())
    }

    pub fn invited(&self) -> Invited<'_> {
        Invited { email: &self.email, siret: &self.siret, note: &self.note }
    }
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
    let stage = &prepared.phase;
    let badge = view! { <Badge label=stage.label(now) tone=tone(stage, now) /> };
    let body = if stage.is_editable() {
        let (action, version, csrf) = (routes::prepared(prepared.id), prepared.version.to_string(), page.csrf.to_owned());
        // One form: what is typed in one half is kept when the button of the other is pressed.
        let (answers, invitation) = (answers(page), hand_over(page, email, siret, note));
        view! {
            <PostForm action=action csrf=csrf>
                <HiddenField name=VERSION value=version />
                {answers}
                {invitation}
            </PostForm>
            {give_up(page)}
        }
        .into_any()
    } else {
        closed(page)
    };
    let title = title_of(prepared.answers.text("name"));
    view! {
        <Breadcrumb parents=way(&[(routes::PREPARED, "Demandes préparées")]) current=title.clone() />
        {done.map(|title| view! { <Alert tone=Tone::Success title=title live=true /> })}
        <ErrorSummary errors=errors />
        <PageTitle title=title lead=page.form_name.clone()>{badge}</PageTitle>
        {page.stale.then(|| stale(page))}
        {body}
    }
}

fn answers(page: &PreparedPage<'_>) -> AnyView {
    let blocks: Vec<AnyView> = page
        .form
        .blocks
        .iter()
        .filter_map(|block| {
            let questions: Vec<AnyView> =
                block.fields.iter().filter(|field| prefill::may_be_proposed(field)).map(|field| question(page, field)).collect();
            (!questions.is_empty()).then(|| view! { <h3 class="fr-h5">{block.title.clone()}</h3> {questions} }.into_any())
        })
        .collect();
    view! {
        <h2 class="fr-h4">"Les réponses proposées"</h2>
        <p>"Tout est facultatif, et l’invité pourra tout modifier. Il ajoutera lui-même les personnes et les documents."</p>
        {blocks}
        <Buttons>
            <Button label="Enregistrer" kind=ButtonKind::Secondary />
        </Buttons>
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
    let email = Field::new(Sent::Email, "Adresse électronique")
        .hint("Celle de son compte, qu’il peut créer en suivant le lien. Exemple\u{a0}: prenom.nom@mairie.fr")
        .value(email.clone())
        .error(problems.email.clone())
        .autocomplete("off");
    let siret = Field::new(Sent::Siret, "SIRET de son organisme")
        .hint("14\u{a0}chiffres")
        .value(siret.clone())
        .error(problems.siret.clone())
        .width(Width::Medium)
        .autocomplete("off");
    let limit = u32::try_from(MAX_NOTE_TO_APPLICANT).unwrap_or(u32::MAX);
    let note =
        Field::new(Sent::Note, "Votre message").hint("Il accompagne l’invitation.").value(note.clone()).error(problems.note.clone()).optional();
    (email, siret, note.maxlength(limit))
}

fn hand_over(page: &PreparedPage<'_>, email: Field, siret: Field, note: Field) -> AnyView {
    let PreparedPage { prepared, now, .. } = *page;
    let action = routes::prepared_invitation(prepared.id);
    let sent = match &prepared.phase {
        Phase::Invited { email, until, .. } => {
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
        <EmailField field=email />
        <TextField field=siret />
        <TextareaField field=note rows=4 />
        <p class="fr-hint-text">"Les réponses ci-dessus sont enregistrées en même temps."</p>
        <Buttons>
            <Button label=label formaction=action />
        </Buttons>
    }
    .into_any()
}

/// Somebody changed it meanwhile: what was typed, beside what is stored.
fn stale(page: &PreparedPage<'_>) -> AnyView {
    let PreparedPage { prepared, form, invitation, .. } = *page;
    let typed = prefill::accepted(form, &page.answers.pairs());
    let differing = form.blocks.iter().flat_map(|block| &block.fields).filter(|field| typed.all(&field.id) != prepared.answers.all(&field.id));
    let mut rows: Vec<Vec<AnyView>> = differing
        .filter(|field| prefill::may_be_proposed(field))
        .map(|field| cells![field.label.clone(), in_words(form, field, &typed), in_words(form, field, &prepared.answers)])
        .collect();
    let advice = match (prepared.phase.is_editable(), rows.is_empty()) {
        (true, true) => "Rien n’a été envoyé. Relisez-la, puis recommencez.",
        (true, false) => "Votre saisie n’est pas encore enregistrée\u{a0}: comparez-la, complétez-la, puis enregistrez de nouveau pour la garder.",
        (false, _) => "Elle ne peut plus être modifiée. Copiez votre saisie si vous voulez la garder.",
    };
    if !prepared.phase.is_editable() {
        let of_invitation = [("Adresse électronique", &invitation.email), ("SIRET", &invitation.siret), ("Votre message", &invitation.note)];
        rows.extend(of_invitation.into_iter().filter(|(_, typed)| !typed.is_empty()).map(|(label, typed)| cells![label, typed.clone(), ""]));
    }
    let columns = ["Question", "Votre saisie", "Version enregistrée"].map(Column::text).to_vec();
    let table = (!rows.is_empty()).then(|| view! { <Table id="versions" caption="Réponses qui diffèrent" stacked=true columns=columns rows=rows /> });
    view! {
        <Alert tone=Tone::Warning title="Cette demande préparée a changé depuis que vous l’avez ouverte" live=true>
            <p>{advice}</p>
        </Alert>
        {table}
    }
    .into_any()
}

/// An answer as text, with the labels of choices and scopes instead of their codes.
fn in_words(form: &Form, question: &Question, answers: &Answers) -> String {
    let word = |value: &String| {
        let choice = question.choices.iter().find(|choice| choice.value == *value).map(|choice| choice.label.clone());
        let scope = || form.scope(value).filter(|_| question.kind == Kind::Scopes).map(|scope| scope.label.clone());
        choice.or_else(scope).unwrap_or_else(|| value.clone())
    };
    answers.all(&question.id).iter().map(word).collect::<Vec<_>>().join(", ")
}

fn give_up(page: &PreparedPage<'_>) -> AnyView {
    let (action, version) = (routes::prepared_withdrawal(page.prepared.id), page.prepared.version.to_string());
    let csrf = page.csrf.to_owned();
    view! {
        <Details summary="Retirer cette demande préparée">
            <p>"Le lien déjà envoyé n’ouvrira plus rien."</p>
            <PostForm action=action csrf=csrf inline=true>
                <HiddenField name=VERSION value=version />
                <Button label="Retirer" kind=ButtonKind::Danger />
            </PostForm>
        </Details>
    }
    .into_any()
}

fn closed(page: &PreparedPage<'_>) -> AnyView {
    let day = |at: Timestamp| calendar::french_date(calendar::paris_date(at));
    let (title, text) = match &page.prepared.phase {
        Phase::Claimed { email, at, .. } => {
            let number = page.claimed_as.map(|number| format!("D{number}")).unwrap_or_default();
            (
                format!("{email} l’a reprise le {}", day(*at)),
                format!("C’est la demande {number}. Elle vous parviendra quand elle aura été transmise."),
            )
        }
        Phase::Withdrawn { at } => (format!("Retirée le {}", day(*at)), "Personne ne peut la reprendre.".to_owned()),
        Phase::Open | Phase::Invited { .. } => return ().into_any(),
    };
    view! { <Alert tone=Tone::Info title=title><p>{text}</p></Alert> }.into_any()
}
