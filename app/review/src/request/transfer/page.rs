//! The section of the request’s page where another applicant is named.

use domain::routes;
use habilitation::requests::Opened;
use leptos::prelude::*;
use ui::components::{Button, ButtonKind, Details, EmailField, Field, HiddenField, PostForm, TextareaField};
use web::VERSION;

use super::Sent;

/// A transfer that was refused: what was typed, and why.
#[derive(Debug, Clone, Default)]
pub struct Handover {
    pub email: String,
    pub reason: String,
    pub email_error: Option<String>,
    pub reason_error: Option<String>,
}

pub const EMAIL_ID: &str = "nouveau-demandeur";
pub const REASON_ID: &str = "motif-transfert";

pub fn section(opened: &Opened, refused: Option<&Handover>, csrf: &str) -> AnyView {
    let typed = refused.cloned().unwrap_or_default();
    let email = Field::new(Sent::Email, "Adresse électronique du nouveau demandeur")
        .id(EMAIL_ID)
        .hint("Un membre de la même organisation, dont le rattachement est vérifié.")
        .value(typed.email)
        .error(typed.email_error);
    let reason = Field::new(Sent::Reason, "Pourquoi")
        .id(REASON_ID)
        .hint("L’ancien et le nouveau demandeur liront ce texte. Exemple\u{a0}: départ de la collectivité")
        .value(typed.reason)
        .error(typed.reason_error);
    let (action, version, csrf) = (routes::review_transfer(opened.request.id), opened.request.version.to_string(), csrf.to_owned());
    let now = format!("Aujourd’hui, {} suit cette demande.", opened.applicant_name);
    view! {
        <Details summary="Changer de demandeur" open=refused.is_some()>
            <p>{now}</p>
            <PostForm action=action csrf=csrf>
                <HiddenField name=VERSION value=version />
                <EmailField field=email />
                <TextareaField field=reason rows=3 />
                <Button label="Confier la demande" kind=ButtonKind::Secondary />
            </PostForm>
        </Details>
    }
    .into_any()
}
