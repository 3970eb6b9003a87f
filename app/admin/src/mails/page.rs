//! The page of outgoing mails: how many wait, since when and why, and those that were refused.

use domain::{calendar, mail_refusal::RefusedPart, routes};
use habilitation::{
    outgoing::{Failure, PAGE, RefusedMail, WaitingMail},
    requests::Page,
};
use leptos::prelude::*;
use ui::{cells, components::*};

use super::Sent;
use crate::shared::way;

/// `hurried` is how many mails the button has just put back in the queue.
pub fn mails_page(waiting: &Page<WaitingMail>, refused: &[RefusedMail], number: u32, hurried: Option<u64>, csrf: &str) -> impl IntoView + use<> {
    let pages = u32::try_from(waiting.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let lead = match waiting.total {
        0 => String::new(),
        1 => "Un courriel n’est pas encore parti. Il est gardé jusqu’à son envoi.".to_owned(),
        many => format!("{many} courriels ne sont pas encore partis, le plus ancien d’abord. Ils sont gardés jusqu’à leur envoi."),
    };
    let done = hurried.map(|count| {
        let title = match count {
            0 => "Aucun courriel n’était à relancer".to_owned(),
            1 => "Un courriel est relancé".to_owned(),
            many => format!("{many} courriels sont relancés"),
        };
        let later = (count > 0).then(|| view! { <p>"L’envoi se fait en arrière-plan\u{a0}: rechargez la page dans quelques instants."</p> });
        view! { <Alert tone=Tone::Info title=title live=true>{later}</Alert> }
    });
    let failed = waiting.items.iter().any(|mail| mail.failure.is_some()) || refused.iter().any(|mail| mail.part.is_ours());
    let retry = failed.then(|| {
        let form = view! { <PostForm action=routes::MAILS csrf=csrf.to_owned() inline=true><Button label="Réessayer maintenant" /></PostForm> };
        view! { <div class="fr-mb-2w">{form}</div> }
    });
    let rows: Vec<_> = waiting.items.iter().map(row).collect();
    let columns = ["Domaine du destinataire", "Objet", "Écrit le", "Essais", "Prochain essai", "Dernier échec"].map(Column::text).to_vec();
    view! {
        <Breadcrumb parents=way(&[]) current="Courriels en attente" />
        {done}
        <PageTitle title="Courriels en attente" lead=lead />
        {retry}
        {if rows.is_empty() {
            view! { <EmptyState title="Aucun courriel en attente" text="Tous les courriels écrits ont été envoyés ou refusés." /> }.into_any()
        } else {
            view! {
                <Table id="courriels" caption="Courriels en attente" caption_hidden=true columns=columns rows=rows />
                <Pagination current=number total=pages base=format!("{}?page=", routes::MAILS) />
            }
            .into_any()
        }}
        {given_up(refused, csrf)}
    }
}

/// The mails that were refused for good, each with a button to try again once the cause is fixed.
fn given_up(refused: &[RefusedMail], csrf: &str) -> Option<AnyView> {
    if refused.is_empty() {
        return None;
    }
    let rows = refused.iter().map(|mail| {
        let (id, about) = (mail.id.to_string(), format!("le courriel pour {}", mail.domain));
        let form = view! {
            <PostForm action=routes::MAILS csrf=csrf.to_owned() inline=true>
                <HiddenField name=Sent::Mail value=id />
                <Button label="Réessayer" kind=ButtonKind::Tertiary small=true about=about />
            </PostForm>
        };
        cells![
            mail.domain.clone(),
            mail.subject.clone(),
            calendar::french_moment(mail.written_at),
            calendar::french_moment(mail.given_up_at),
            reason(mail),
            mail.answer.clone(),
            form
        ]
    });
    let columns = ["Domaine du destinataire", "Objet", "Écrit le", "Abandonné le", "Motif", "Réponse du serveur"].map(Column::text);
    let columns = columns.into_iter().chain([Column::hidden("Action")]).collect();
    let rows = rows.collect();
    Some(
        view! {
            <h2 class="fr-h4">"Courriels refusés"</h2>
            <p>"Nous n’envoyons plus ces courriels."</p>
            <Table id="refuses" caption="Courriels refusés" caption_hidden=true columns=columns rows=rows />
        }
        .into_any(),
    )
}

/// What the server refused, and whether the person who wrote the address was told.
fn reason(mail: &RefusedMail) -> String {
    let refused = match mail.part {
        RefusedPart::Connection => "Le serveur de messagerie refuse notre connexion.",
        RefusedPart::Sender => "Le serveur de messagerie refuse notre adresse d’expédition.",
        RefusedPart::Message => "Le serveur de messagerie refuse ce message.",
        RefusedPart::Recipient => "Le serveur du destinataire refuse l’adresse.",
    };
    let told = if mail.writer_told { " La personne qui l’a indiquée en est prévenue." } else { "" };
    format!("{refused}{told}")
}

fn row(mail: &WaitingMail) -> Vec<AnyView> {
    cells![
        mail.domain.clone(),
        mail.subject.clone(),
        calendar::french_moment(mail.written_at),
        mail.attempts.to_string(),
        calendar::french_moment(mail.next_at),
        mail.failure.as_ref().map(words).unwrap_or_else(|| "Pas encore essayé".to_owned()),
    ]
}

fn words(failure: &Failure) -> String {
    match failure {
        Failure::Unreachable => "Le serveur de messagerie ne répond pas".to_owned(),
        Failure::Refused(RefusedPart::Connection, code) => format!("Le serveur de messagerie refuse notre connexion{} (code {code})", for_now(*code)),
        Failure::Refused(RefusedPart::Sender, code) => {
            format!("Le serveur de messagerie refuse notre adresse d’expédition{} (code {code})", for_now(*code))
        }
        Failure::Refused(_, code) => format!("Refusé{} par le serveur de messagerie (code {code})", for_now(*code)),
        Failure::Other => "Échec inattendu, détaillé dans les journaux du serveur".to_owned(),
    }
}

/// RFC 5321 §4.2.1: a 4xx reply is a temporary failure.
fn for_now(code: u16) -> &'static str {
    if code < 500 { " pour le moment" } else { "" }
}
