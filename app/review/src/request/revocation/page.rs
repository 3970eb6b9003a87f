//! The section of the request’s page where a habilitation is revoked.

use domain::routes;
use habilitation::requests::Opened;
use leptos::prelude::*;
use ui::components::{Button, ButtonKind, Details, Field, HiddenField, PostForm, TextareaField};
use web::VERSION;

use super::Sent;

/// A revocation that was refused: what was typed, and why.
#[derive(Debug, Clone, Default)]
pub struct Revocation {
    pub reason: String,
    pub error: Option<String>,
}

pub const REASON_ID: &str = "motif-revocation";

/// Nothing when no habilitation is in force.
pub fn section(opened: &Opened, refused: Option<&Revocation>, csrf: &str) -> Option<AnyView> {
    opened.habilitation.as_ref()?;
    let field = Field::new(Sent::Reason, "Le motif de la révocation")
        .id(REASON_ID)
        .hint("Le demandeur lira ce texte et pourra le contester.")
        .value(refused.map(|typed| typed.reason.clone()).unwrap_or_default())
        .error(refused.and_then(|typed| typed.error.clone()));
    let (action, version, csrf) = (routes::review_revoke(opened.request.id), opened.request.version.to_string(), csrf.to_owned());
    let together = (opened.habilitations.iter().filter(|one| one.is_active()).count() > 1)
        .then(|| view! { <p>"Les deux habilitations délivrées ensemble prendront fin ensemble."</p> });
    Some(
        view! {
            <Details summary="Révoquer l’habilitation" open=refused.is_some()>
                <p>"Les clés et les droits seront fermés aussitôt."</p>
                {together}
                <PostForm action=action csrf=csrf>
                    <HiddenField name=VERSION value=version />
                    <TextareaField field=field />
                    <Button label="Révoquer l’habilitation" kind=ButtonKind::Danger />
                </PostForm>
            </Details>
        }
        .into_any(),
    )
}
