//! The page that changes the applicant of a request.

use domain::{request::State, routes, sight::Sight};
use habilitation::requests::{Opened, may_change_hands};
use leptos::prelude::*;
use ui::components::{
    Alert, Breadcrumb, Button, ButtonKind, Buttons, EmailField, ErrorSummary, Field, HiddenField, LinkButton, PageTitle, PostForm, Tone, errors_of,
};
use web::request::read::title_of;

use super::{Sent, Verb};

/// The form as it comes back when it was refused.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub email: String,
    /// What is wrong with the address.
    pub error: Option<String>,
    /// Why nothing was done, when the request changed since the page was opened.
    pub late: Option<&'static str>,
}

pub fn transfer_page(opened: &Opened, typed: &Typed, csrf: &str) -> impl IntoView + use<> {
    let Typed { email, error, late } = typed.clone();
    let late = late.map(|sentence| {
        let typed = (!email.is_empty()).then(|| view! { <p>{format!("Vous aviez saisi\u{a0}: {email}")}</p> });
        view! { <Alert tone=Tone::Warning title=sentence live=true>{typed}</Alert> }
    });
    let id = opened.request.id;
    let title = title_of(&opened.request.title);
    let field = Field::new(Sent::Email, "Adresse électronique de votre collègue")
        .hint("Il doit avoir un compte et travailler pour la même organisation.")
        .value(email)
        .error(error)
        .autocomplete("off");
    let errors = errors_of([&field]);
    let action = routes::request_transfer(id);
    let cancel = move || view! { <LinkButton href=routes::request(id) label="Annuler" kind=ButtonKind::Tertiary /> };
    let body = if !may_change_hands(&opened.request) {
        let archived = opened.request.phase.state() == State::Archived;
        let (title, sentence) = if archived {
            ("Cette demande est archivée", "Une demande archivée ne change plus de demandeur.")
        } else {
            (
                "Un brouillon reste à son auteur",
                "Cette demande n’a pas encore été transmise\u{a0}: invitez plutôt votre collègue à la compléter avec vous.",
            )
        };
        let share =
            (!archived).then(|| view! { <p class="fr-mt-2w"><LinkButton href=routes::request_sharing(id) label="Partager la demande" /></p> });
        view! {
            <Alert tone=Tone::Info title=title><p>{sentence}</p></Alert>
            {share}
        }
        .into_any()
    } else if opened.people.sight == Some(Sight::Applicant) {
        view! {
            <p>"Votre collègue devient le demandeur\u{a0}: il modifie la demande, répond à l’administration et reçoit les courriels. Vous serez prévenus tous les deux."</p>
            <PostForm action=action csrf=csrf.to_owned()>
                <HiddenField name=Sent::Action value=Verb::HandOver />
                <EmailField field=field />
                <Buttons><Button label="Confier la demande" />{cancel()}</Buttons>
            </PostForm>
        }
        .into_any()
    } else {
        let name = opened.applicant_name.clone();
        view! {
            <p>{format!("Vous devenez le demandeur à la place de {name}\u{a0}: vous modifiez la demande, répondez à l’administration et recevez les courriels. Vous serez prévenus tous les deux.")}</p>
            <PostForm action=action csrf=csrf.to_owned()>
                <HiddenField name=Sent::Action value=Verb::TakeOver />
                <Buttons><Button label="Reprendre cette demande" />{cancel()}</Buttons>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <Breadcrumb
            parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned()), (routes::request(id), title.clone())]
            current="Changer de demandeur"
        />
        <ErrorSummary errors=errors />
        {late}
        <PageTitle title="Changer de demandeur" lead=format!("{title} · D{}", opened.request.number) />
        {body}
    }
}
