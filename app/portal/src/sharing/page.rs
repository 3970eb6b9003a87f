//! The co-editors of a request, who fill it in with its applicant, and the form that invites another.

use domain::{Timestamp, calendar, routes};
use habilitation::requests::{Opened, sharing::CoEditor};
use leptos::prelude::*;
use ui::{
    cells,
    components::{
        Alert, Badge, Breadcrumb, Button, ButtonKind, Buttons, CheckboxField, Column, EmailField, ErrorSummary, Field, HiddenField, PageTitle,
        PostForm, Table, Tone, errors_of,
    },
};
use web::request::read::title_of;

use super::{Sent, Verb};

/// What was typed when it was refused, or what has just been done.
#[derive(Debug, Clone, Default)]
pub struct SharingForm {
    pub email: String,
    pub may_submit: bool,
    pub error: Option<String>,
    /// A sentence on what has just been done.
    pub done: Option<&'static str>,
}

pub fn sharing_page(opened: &Opened, people: &[CoEditor], form: &SharingForm, now: Timestamp, csrf: &str) -> impl IntoView + use<> {
    let id = opened.request.id;
    let action = routes::request_sharing(id);
    let email = Field::new(Sent::Email, "Adresse électronique de la personne à inviter")
        .hint("Exemple\u{a0}: prenom.nom@mairie.fr")
        .value(form.email.clone())
        .error(form.error.clone())
        .autocomplete("off");
    let errors = errors_of([&email]);
    let submit = Field::new(Sent::MaySubmit, "Cette personne peut aussi transmettre la demande").optional_silently();
    let rows = people.iter().map(|one| row(&action, one, now, csrf)).collect::<Vec<_>>();
    let list = if rows.is_empty() {
        view! { <p>"Vous êtes seul à remplir cette demande pour l’instant."</p> }.into_any()
    } else {
        let columns = vec![Column::text("Personne"), Column::text("État"), Column::text("Peut transmettre"), Column::hidden("Actions")];
        view! { <Table id="corredacteurs" caption="Co-rédacteurs" columns=columns rows=rows /> }.into_any()
    };
    let title = title_of(&opened.request.title);
    let (done, checked, listed) = (form.done, form.may_submit, people.len().to_string());
    view! {
        <Breadcrumb
            parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned()), (routes::request(id), title)]
            current="Partager la demande"
        />
        <ErrorSummary errors=errors />
        {done.map(|sentence| view! { <Alert tone=Tone::Success title=sentence live=true /> })}
        <PageTitle
            title="Partager la demande"
            lead="Un co-rédacteur remplit la demande avec vous et répond à l’administration. Il ne la transmet pas, sauf si vous l’y autorisez."
        />
        {list}
        <h2 class="fr-h4">"Inviter quelqu’un"</h2>
        <PostForm action=action csrf=csrf.to_owned()>
            <HiddenField name=Sent::Action value=Verb::Invite />
            <HiddenField name=Sent::Listed value=listed />
            <EmailField field=email />
            <CheckboxField field=submit checked=checked />
            <Buttons>
                <Button label="Envoyer l’invitation" />
            </Buttons>
        </PostForm>
        <p class="fr-hint-text">"L’invitation est valable 14 jours. La personne n’a pas besoin d’appartenir à votre organisation, ni d’avoir déjà un compte."</p>
    }
}

fn row(action: &str, one: &CoEditor, now: Timestamp, csrf: &str) -> Vec<AnyView> {
    let day = |at: Timestamp| calendar::french_date(calendar::paris_date(at));
    let (label, tone, since) = match one.accepted_at {
        Some(at) => ("Co-rédacteur", Tone::Success, format!("depuis le {}", day(at))),
        None if one.expires_at > now => ("Invité", Tone::Info, format!("jusqu’au {}", day(one.expires_at))),
        None => ("Invitation expirée", Tone::Warning, format!("le {}", day(one.expires_at))),
    };
    let (allow, value) = if one.may_submit { ("Ne plus autoriser", Verb::KeepFromSubmitting) } else { ("Autoriser", Verb::LetSubmit) };
    let button = |label: &'static str, value: Verb, kind: ButtonKind| {
        let (action, csrf, email) = (action.to_owned(), csrf.to_owned(), one.email.clone());
        view! {
            <PostForm action=action csrf=csrf inline=true>
                <HiddenField name=Sent::Person value=email.clone() />
                <HiddenField name=Sent::Action value=value />
                <Button label=label about=email kind=kind small=true />
            </PostForm>
        }
    };
    let again = one.accepted_at.is_none().then(|| button("Renvoyer", Verb::InviteAgain, ButtonKind::Tertiary));
    cells![
        one.email.clone(),
        view! { <div><Badge label=label tone=tone />" "{since}</div> },
        view! { <div class="hb-inline">{if one.may_submit { "Oui" } else { "Non" }}{button(allow, value, ButtonKind::Tertiary)}</div> },
        view! { <div class="hb-inline">{again}{button("Retirer", Verb::Remove, ButtonKind::Tertiary)}</div> },
    ]
}
