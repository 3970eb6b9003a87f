//! The warning on the request’s page when nobody has confirmed that the applicant works for the organisation, and the form with
//! which a reviewer confirms it.

use domain::routes;
use habilitation::{memberships::MAX_REASON, requests::Opened};
use leptos::prelude::*;
use ui::components::{Alert, Button, ButtonKind, Details, Field, PostForm, TextareaField, Tone};

use super::Sent;

/// A confirmation that was refused: what was typed, and why.
#[derive(Debug, Clone, Default)]
pub struct MembershipRefusal {
    pub reason: String,
    pub error: String,
}

pub const SOURCE_ID: &str = "source-rattachement";

pub fn section(opened: &Opened, may_verify: bool, refused: Option<&MembershipRefusal>, csrf: &str) -> Option<AnyView> {
    if opened.people.applicant_verified {
        return None;
    }
    let what = if opened.people.applicant_is_member {
        "Personne n’a encore confirmé que le demandeur travaille pour cette organisation. Vérifiez-le avant de décider."
    } else {
        "Le demandeur a quitté cette organisation depuis. Confiez la demande à l’un de ses membres avant de décider."
    };
    let form = may_verify.then(|| form(opened, refused, csrf));
    Some(view! { <Alert tone=Tone::Warning title="Rattachement non vérifié"><p>{what}</p></Alert> {form} }.into_any())
}

fn form(opened: &Opened, refused: Option<&MembershipRefusal>, csrf: &str) -> AnyView {
    let field = Field::new(Sent::Source, "Comment l’avez-vous vérifié\u{a0}?")
        .id(SOURCE_ID)
        .hint("Par exemple\u{a0}: appel au standard de la mairie, annuaire du service public. Les instructeurs et l’administration du site liront ce texte.")
        .maxlength(u32::try_from(MAX_REASON).unwrap_or(u32::MAX))
        .value(refused.map(|typed| typed.reason.clone()).unwrap_or_default())
        .error(refused.map(|typed| typed.error.clone()));
    let (action, csrf) = (routes::review_membership(opened.request.id), csrf.to_owned());
    let who = format!("{} travaille pour {}.", opened.applicant_name, opened.organisation.name());
    view! {
        <Details summary="Confirmer le rattachement" open=refused.is_some()>
            <p>{who}</p>
            <PostForm action=action csrf=csrf>
                <TextareaField field=field rows=2 />
                <Button label="Confirmer le rattachement" kind=ButtonKind::Secondary />
            </PostForm>
        </Details>
    }
    .into_any()
}
