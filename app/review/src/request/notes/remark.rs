//! The page where a reviewer writes a remark on one answer.

use domain::routes;
use habilitation::reviews::{MAX_REMARK, Remarked};
use leptos::prelude::*;
use ui::components::{
    Breadcrumb, Button, ButtonKind, Buttons, ErrorSummary, Field, LinkButton, PageTitle, PostForm, SummaryList, TextareaField, errors_of,
};
use web::request::read::{Reader, answer_to};

use super::{Action, Sent};
use crate::shared::trail;

/// `typed` and `error` are of a remark that was refused.
pub fn remark_page(remarked: &Remarked, typed: Option<&str>, error: Option<String>, csrf: &str) -> impl IntoView + use<> {
    let Remarked { opened, field, label, draft } = remarked;
    let request = opened.request.id;
    let stored = draft.as_ref().map_or("", |draft| draft.text.as_str());
    let control = Field::new(Sent::Text, "Votre remarque")
        .hint("Le demandeur la lira sous sa réponse, quand vous lui demanderez des modifications.")
        .maxlength(u32::try_from(MAX_REMARK).unwrap_or(u32::MAX))
        .value(typed.unwrap_or(stored))
        .error(error);
    let errors = errors_of([&control]);
    let remove =
        draft.is_some().then(|| view! { <Button label="Supprimer la remarque" kind=ButtonKind::Danger name=Sent::Action value=Action::Remove /> });
    let back = format!("{}#reponse-{field}", routes::review_request(request));
    let rows = answer_to(opened, field, Reader::Reviewer { may_remark: false }).into_iter().collect();
    let (lead, csrf) = (label.clone(), csrf.to_owned());
    view! {
        <Breadcrumb parents=trail(opened) current="Remarque" />
        <ErrorSummary errors=errors />
        <PageTitle title="Une remarque sur cette réponse" lead=lead />
        <SummaryList rows=rows />
        <PostForm action=routes::review_remark(request, field) csrf=csrf>
            <TextareaField field=control />
            <Buttons>
                <Button label="Enregistrer la remarque" name=Sent::Action value=Action::Save />
                <LinkButton href=back label="Annuler" kind=ButtonKind::Tertiary />
                {remove}
            </Buttons>
        </PostForm>
    }
}
