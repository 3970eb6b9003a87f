//! Somebody decided or wrote while this decision was being written: what happened meanwhile, and the text kept.

use domain::routes;
use habilitation::requests::{JournalEntry, Opened};
use leptos::prelude::*;
use ui::components::{Alert, Breadcrumb, Field, LinkButton, PageTitle, TextareaField, Tone};
use web::request::read::{journal, state_badge};

/// `sentence` says why nothing was written; `since` is what happened after the page was opened.
pub fn decision_conflict_page(opened: &Opened, sentence: &'static str, since: &[JournalEntry], typed: &str) -> impl IntoView + use<> {
    let request = &opened.request;
    let meanwhile =
        if since.is_empty() { view! { <p>"Les réponses du demandeur ont été modifiées."</p> }.into_any() } else { journal(since).into_any() };
    let kept = (!typed.trim().is_empty()).then(|| {
        let field =
            Field::new("garde", "Le texte que vous aviez écrit").hint("Rien n’a été envoyé. Copiez ce texte pour le reprendre.").optional_silently();
        view! { <TextareaField field=field.value(typed) rows=8 /> }
    });
    let state = request.stage.state();
    view! {
        <Breadcrumb parents=crate::request::page::trail(opened) current="Décision non enregistrée" />
        <PageTitle title="Votre décision n’a pas été enregistrée">{state_badge(state)}</PageTitle>
        <Alert tone=Tone::Warning title=sentence live=true />
        <h2 class="fr-h4">"Ce qui s’est passé depuis"</h2>
        {meanwhile}
        {kept}
        <p><LinkButton href=routes::review_request(request.id) label="Relire la demande" /></p>
    }
}
