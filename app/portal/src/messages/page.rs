//! The thread of a request: what both sides wrote, the newest at the end, and the form to answer.

use domain::{
    calendar,
    document::{MAX_PER_MESSAGE, formats_in_words},
    message::{self, Side},
    routes,
};
use habilitation::messages::{FORMATS, MessageRead, Thread};
use leptos::prelude::*;
use ui::{components::*, named::Named};
use web::request::{
    documents::{document_link, failed_scans},
    read::title_of,
};

use super::Sent;

/// A message that was refused, to be shown again in the form.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub text: String,
    /// One sentence by control.
    pub problems: Vec<(&'static str, String)>,
    /// Files had been chosen; they must be chosen again, since a page cannot fill in a file input.
    pub files: bool,
}

pub fn thread_page(thread: &Thread, side: Side, draft: &Draft, csrf: &str) -> impl IntoView + use<> {
    let request = &thread.request;
    let title = title_of(&request.title);
    let lead = format!("{} · {}", thread.service.name, request.public_number());
    let (list, label, back, here) = match side {
        Side::Applicant => (routes::REQUESTS, "Mes demandes", routes::request(request.id), routes::request_messages(request.id)),
        Side::Reviewer => (routes::REVIEW_QUEUE, "Instruction", routes::review_request(request.id), routes::review_messages(request.id)),
    };
    let [text, files] = controls(draft);
    let errors = draft.problems.iter().map(|(control, message)| ErrorLink::new(*control, message.clone())).collect();
    let messages = thread.messages.iter().map(|message| bubble(thread, message)).collect_view();
    let (page, pages) = (u32::try_from(thread.page).unwrap_or(1), u32::try_from(thread.pages).unwrap_or(1));
    let empty = thread.messages.is_empty();
    let failed = failed_scans(request.id, thread.messages.iter().flat_map(|message| &message.documents), here.clone(), csrf);
    let form = thread.may_write.then(|| view! { <AnswerForm action=here.clone() csrf=csrf.to_owned() text=text files=files /> });
    view! {
        <Breadcrumb parents=vec![(list.to_owned(), label.to_owned()), (back, title)] current="Messages" />
        <ErrorSummary errors=errors />
        <PageTitle title="Messages" lead=lead />
        {failed}
        {if empty {
            view! { <EmptyState title="Aucun message" text=nothing_yet(side, thread.may_write) /> }.into_any()
        } else {
            view! {
                <ol class="hb-thread">{messages}</ol>
                <Pagination current=page total=pages base=format!("{here}?page=") />
            }
            .into_any()
        }}
        {form}
    }
}

fn nothing_yet(side: Side, may_write: bool) -> &'static str {
    match (side, may_write) {
        (Side::Applicant, true) => "Une question sur votre demande\u{a0}? Écrivez à l’équipe qui l’instruit.",
        (Side::Applicant, false) => "Vous pourrez écrire aux équipes d’instruction une fois votre demande transmise.",
        (Side::Reviewer, true) => "Écrivez au demandeur pour obtenir une précision, sans lui rendre la main sur sa demande.",
        (Side::Reviewer, false) => "Le demandeur et les équipes ne se sont pas encore écrit.",
    }
}

fn controls(draft: &Draft) -> [Field; 2] {
    let error = |control: Sent| {
        let said: Vec<&str> = draft.problems.iter().filter(|(name, _)| *name == control.as_str()).map(|(_, message)| message.as_str()).collect();
        (!said.is_empty()).then(|| said.join(" "))
    };
    let again = if draft.files { " Joignez-les de nouveau\u{a0}: votre navigateur ne les a pas gardés." } else { "" };
    let hint = format!("{MAX_PER_MESSAGE} au plus\u{a0}: {}, 10\u{a0}Mo au maximum chacun.{again}", formats_in_words(&FORMATS));
    [
        Field::new(Sent::Text, "Votre message")
            .value(draft.text.clone())
            .maxlength(u32::try_from(message::MAX).unwrap_or(u32::MAX))
            .error(error(Sent::Text)),
        Field::new(Sent::Documents, "Documents joints").optional().hint(hint).error(error(Sent::Documents)),
    ]
}

#[component]
fn AnswerForm(action: String, csrf: String, text: Field, files: Field) -> impl IntoView {
    let accept: Vec<String> = FORMATS.iter().map(|format| format!(".{}", format.as_str())).collect();
    view! {
        <h2 class="fr-h4 fr-mt-4w" id="ecrire">"Écrire"</h2>
        <PostForm action=action csrf=csrf upload=true>
            <TextareaField field=text />
            <FileField field=files accept=accept.join(",") multiple=true />
            <Buttons>
                <Button label="Envoyer" />
            </Buttons>
        </PostForm>
    }
}

fn bubble(thread: &Thread, message: &MessageRead) -> AnyView {
    let documents: Vec<AnyView> =
        message.documents.iter().map(|document| view! { <li>{document_link(thread.request.id, document)}</li> }.into_any()).collect();
    let who = if message.mine { "Vous".to_owned() } else { format!("{} ({})", message.author, message.side.label()) };
    let class = if message.mine { "hb-thread__message hb-thread__message--mine" } else { "hb-thread__message" };
    view! {
        <li class=class id=format!("message-{}", message.id)>
            <p class="hb-thread__head">
                <strong>{who}</strong>" "
                <time datetime=message.at.to_string()>{calendar::french_moment(message.at)}</time>
                {message.unread.then(|| view! { " "<span class="hb-thread__new">"Nouveau"</span> })}
            </p>
            <p class="hb-prewrap">{message.body.clone()}</p>
            {(!documents.is_empty()).then(|| view! { <ul class="hb-thread__documents">{documents}</ul> })}
        </li>
    }
    .into_any()
}
