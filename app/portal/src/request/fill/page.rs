//! The page of one block of the form, built from the catalogue.

use domain::{
    catalogue::{Block, Field as Question, Kind},
    document::{MAX_RESCANS, Scan, formats_in_words},
    form::{Answers, FieldProblem, shown_again},
    request::State,
    routes,
};
use habilitation::{
    documents::cited,
    requests::{Opened, RemarkRead, as_shown},
};
use leptos::prelude::*;
use ui::{
    autosave::Autosave,
    components::{
        Alert, Breadcrumb, Button, ButtonKind, Buttons, CheckboxField, CheckboxGroups, Choice, ChoiceGroup, DateField, EmailField, ErrorLink,
        ErrorSummary, Field, FileField, HiddenField, LinkButton, NumberField, PostForm, RadioGroup, SelectField, Stepper, SummaryList, SummaryRow,
        TelField, TextField, TextareaField, Tone, Width, followed,
    },
    named::Named,
};
use web::{
    VERSION,
    request::{
        choices,
        documents::document_link,
        read::{answer, title_of},
        remarks,
    },
};

use super::{Sent, Verb, contacts};

/// What has just been done, said at the top of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Saved on request.
    Saved,
    /// The request was begun from a link that proposes answers.
    Proposed,
    /// The request is a copy.
    Copied,
    /// The request continues a habilitation, whose answers it takes.
    Continued,
}

impl Said {
    fn words(self) -> (Tone, &'static str, &'static str) {
        match self {
            Self::Saved => (Tone::Success, "Brouillon enregistré", "Vous pouvez revenir quand vous voulez, sur n’importe quel appareil."),
            Self::Proposed => (
                Tone::Info,
                "Formulaire pré-rempli",
                "Le lien que vous avez suivi a proposé des réponses\u{a0}: relisez-les, vous pouvez tout modifier.",
            ),
            Self::Continued => (
                Tone::Success,
                "Réponses reprises",
                "Les réponses de votre première habilitation sont reprises\u{a0}: relisez-les et complétez les nouvelles questions.",
            ),
            Self::Copied => (Tone::Success, "Demande dupliquée", "Relisez chaque étape, ajoutez les documents, puis transmettez."),
        }
    }
}

/// What the page shows.
pub struct BlockForm<'a> {
    pub opened: &'a Opened,
    pub block: &'a Block,
    /// As typed when the form was refused, as stored otherwise.
    pub answers: &'a Answers,
    pub problems: &'a [FieldProblem],
    /// A sentence for each document that was refused, by the name of its field.
    pub document_problems: &'a [(String, String)],
    /// What has just been done.
    pub said: Option<Said>,
    pub csrf: &'a str,
}

pub fn block_page(form: &BlockForm<'_>) -> impl IntoView + use<> {
    let BlockForm { opened, block, said, csrf, .. } = *form;
    let (service, id, seen) = (&opened.service, opened.request.id, as_shown(block, &opened.request.answers));
    let steps = service.steps(&opened.request.answers);
    let position = steps.iter().position(|one| one.slug == block.slug).unwrap_or(0);
    let titles: Vec<String> = steps.iter().map(|one| one.title.clone()).chain(["Vérifier et transmettre".to_owned()]).collect();
    let previous = position.checked_sub(1).and_then(|p| steps.get(p)).map(|b| routes::request_block(id, &b.slug));
    let upload = block.fields.iter().any(|field| field.kind == Kind::Documents);
    let summary = errors(form);
    let fields: Vec<AnyView> = block
        .fields
        .iter()
        .filter(|q| !q.hidden)
        .map(|question| view! { {control(form, question)} {remarks::in_form(opened, &question.id, remark_button)} }.into_any())
        .collect();
    let contacts: Vec<AnyView> = block.contacts.iter().map(|contact| contacts::fields(form, contact)).collect();
    let corrected = opened.request.phase.state() == State::ChangesRequested;
    let said = said.map(|said| {
        let (tone, title, text) = said.words();
        view! { <Alert tone=tone title=title live=true><p>{text}</p></Alert> }
    });
    let heading = format!("{} – D{}", service.name, opened.request.number);
    let intro = (!block.intro.is_empty()).then(|| view! { <p class="fr-text--lead">{block.intro.clone()}</p> });
    view! {
        <Breadcrumb
            parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned()), (routes::request(id), title_of(&opened.request.title))]
            current=block.title.clone()
        />
        <h1 class="fr-h3">{heading}</h1>
        <Stepper current=position + 1 steps=titles />
        {said}
        <ErrorSummary errors=summary />
        {intro}
        <PostForm action=routes::request_block(id, &block.slug) csrf=csrf.to_owned() upload=upload id="demande">
            <HiddenField name=VERSION value=seen />
            // The Enter key presses the first button of a form: it must be « Suivant », not « C’est moi ».
            <button type="submit" name=Sent::Action.as_str() value=Verb::Next.as_str() class="fr-sr-only" tabindex="-1" aria-hidden="true">"Suivant"</button>
            {fields}
            {contacts}
            <Autosave />
            <Buttons>
                <Button label="Suivant" name=Sent::Action value=Verb::Next />
                <Button label="Enregistrer" kind=ButtonKind::Secondary name=Sent::Action value=Verb::Save />
                {corrected.then(|| view! { <Button label="Vérifier et transmettre" kind=ButtonKind::Secondary name=Sent::Action value=Verb::Summary /> })}
                {previous.map(|href| view! { <LinkButton href=href label="Précédent" kind=ButtonKind::Tertiary /> })}
            </Buttons>
        </PostForm>
    }
}

/// The button under a remark: it saves the block, and says whether the remark is dealt with.
pub fn remark_button(remark: &RemarkRead, label: &'static str, handled: bool) -> AnyView {
    let verb = if handled { Verb::OpenAgain } else { Verb::DealWith };
    let (value, about) = (verb.on(remark.id), format!("– {}", remark.team));
    view! { <Button label=label kind=ButtonKind::Tertiary small=true name=Sent::Action value=value about=about /> }.into_any()
}

fn control_id(field: &str) -> String {
    Field::new(field, "").id
}

fn errors(form: &BlockForm<'_>) -> Vec<ErrorLink> {
    let label = |id: &str| form.block.all_fields().iter().find(|f| f.id == id).map(|f| f.label.clone()).unwrap_or_default();
    let whose = |id: &str| {
        // From the last one: « technique_2_email » is a field of the second person, and its name begins with the id of the first.
        let contact = form.block.contacts.iter().flat_map(|c| c.people()).rev().find(|c| id.starts_with(&format!("{}_", c.id)));
        contact.map(|c| format!("{}, {}", c.label, label(id).to_lowercase())).unwrap_or_else(|| label(id).trim_end_matches('.').to_owned())
    };
    let answers = form.problems.iter().map(|p| ErrorLink::new(control_id(&p.field), format!("{}\u{a0}: {}", whose(&p.field), p.problem.sentence())));
    let documents =
        form.document_problems.iter().map(|(field, message)| ErrorLink::new(control_id(field), format!("{}\u{a0}: {message}", label(field))));
    answers.chain(documents).collect()
}

fn described(form: &BlockForm<'_>, question: &Question) -> Field {
    let problem = form.problems.iter().find(|p| p.field == question.id).map(|p| p.problem.sentence());
    let refused: Vec<&str> = form.document_problems.iter().filter(|(field, _)| *field == question.id).map(|(_, message)| message.as_str()).collect();
    let sent = (!refused.is_empty()).then(|| refused.join(" "));
    let mut field =
        Field::new(question.id.clone(), question.label.clone()).value(shown_again(question, form.answers.text(&question.id))).error(problem.or(sent));
    if !question.hint.is_empty() {
        field = field.hint(question.hint.clone());
    }
    let wanted = question.required && question.is_asked(form.answers);
    if !wanted && question.or.is_none() {
        // A box that may stay empty is not marked « facultatif ».
        field = if question.kind == Kind::Tick { field.optional_silently() } else { field.optional() };
    }
    field
}

pub fn control(form: &BlockForm<'_>, question: &Question) -> AnyView {
    if question.locked {
        let rows: Vec<SummaryRow> = answer(form.opened, question).into_iter().collect();
        return view! { <SummaryList rows=rows /> }.into_any();
    }
    let field = described(form, question);
    let limit = u32::try_from(question.max).ok();
    let long = |field: Field| if let Some(limit) = limit { field.maxlength(limit) } else { field };
    match question.kind {
        Kind::Text | Kind::Name | Kind::Url => view! { <TextField field=field /> }.into_any(),
        Kind::LongText => {
            // The limit is shown but not enforced in the browser, which would silently cut a pasted text.
            let field = long(field);
            view! { <TextareaField field=field /> }.into_any()
        }
        Kind::Email => view! { <EmailField field=field.autocomplete("off") /> }.into_any(),
        Kind::Phone | Kind::Mobile => view! { <TelField field=field.autocomplete("off") /> }.into_any(),
        Kind::Number => view! { <NumberField field=field.width(Width::Short) /> }.into_any(),
        Kind::Date => view! { <DateField field=field /> }.into_any(),
        Kind::Tick => {
            let checked = form.answers.text(&question.id) == "oui";
            view! { <CheckboxField field=field checked=checked /> }.into_any()
        }
        Kind::Choice => view! { <RadioGroup field=field choices=choices::choices(question, form.answers) rich=true /> }.into_any(),
        Kind::Choices => {
            let groups = vec![ChoiceGroup::new("", choices::choices(question, form.answers))];
            view! { <CheckboxGroups field=field groups=groups /> }.into_any()
        }
        Kind::Scopes => {
            let groups = choices::scopes(&form.opened.service, form.answers.all(&question.id));
            view! { <CheckboxGroups field=field groups=groups /> }.into_any()
        }
        Kind::Reliance => reliance(form, question, field),
        Kind::Documents => documents(form, question, field),
    }
}

fn reliance(form: &BlockForm<'_>, question: &Question, field: Field) -> AnyView {
    let other = form.opened.service.relies_on.clone().unwrap_or_default();
    if form.opened.reliable.is_empty() && !question.required {
        return ().into_any();
    }
    if form.opened.reliable.is_empty() {
        let href = routes::new_request(&other);
        let id = field.id.clone();
        return view! {
            <div id=id tabindex="-1">
                <Alert tone=Tone::Warning title="Votre organisation n’a pas encore de demande FranceConnect">
                    <p>"Les données sont rattachées à une habilitation FranceConnect. Déposez d’abord cette demande\u{a0}: il n’est pas nécessaire d’attendre sa validation pour revenir ici."</p>
                    <p><a href=followed(href)>"Déposer une demande FranceConnect"</a></p>
                </Alert>
            </div>
        }
        .into_any();
    }
    let choices = form
        .opened
        .reliable
        .iter()
        .map(|one| Choice::new(one.id.to_string(), format!("D{} – {} ({})", one.number, title_of(&one.title), one.state.label().to_lowercase())))
        .collect();
    if question.required {
        return view! { <SelectField field=field choices=choices /> }.into_any();
    }
    let field = field.hint("Votre organisme en a déjà une pour ce service\u{a0}? Choisissez-la. Sinon, cette demande la demandera aussi.");
    view! { <SelectField field=field choices=choices placeholder="La demander en même temps" /> }.into_any()
}

fn documents(form: &BlockForm<'_>, question: &Question, field: Field) -> AnyView {
    let id = form.opened.request.id;
    let items: Vec<AnyView> = cited(&form.opened.request, &form.opened.documents)
        .filter(|document| document.field == question.id)
        .map(|document| {
            let again = (document.scan == Scan::Failed && document.rescans < MAX_RESCANS).then(|| {
                let (value, about) = (Verb::ScanDocument.on(document.id), document.file_name.clone());
                view! { <Button label="Relancer l’analyse" kind=ButtonKind::Tertiary small=true name=Sent::Action value=value about=about /> }
            });
            view! {
                <li>
                    {document_link(id, document)}" "
                    {again}
                    <Button label="Retirer" kind=ButtonKind::Tertiary small=true name=Sent::Action value=Verb::RemoveDocument.on(document.id) about=document.file_name.clone() />
                </li>
            }
            .into_any()
        })
        .collect();
    let limits = format!("{}, 10\u{a0}Mo au maximum.", formats_in_words(&question.formats()));
    let field = match question.hint.as_str() {
        "" => field.hint(limits),
        told if told.contains("Mo") => field,
        other => field.hint(format!("{other} 10\u{a0}Mo au maximum.")),
    };
    let accept: Vec<String> = question.formats().iter().map(|format| format!(".{}", format.as_str())).collect();
    view! {
        <FileField field=field accept=accept.join(",") multiple=true />
        {(!items.is_empty()).then(|| view! { <ul class="hb-documents">{items}</ul> })}
    }
    .into_any()
}
