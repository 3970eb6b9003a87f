//! The page shown when the request changed while the decision was being written: what happened, and the text to copy.

use domain::routes;
use habilitation::requests::{JournalEntry, Opened};
use leptos::prelude::*;
use ui::components::{Alert, Breadcrumb, LinkButton, PageTitle, Tone};
use web::request::read::{journal, state_badge};

use crate::shared::{to_copy, trail};

/// `sentence` says why nothing was written; `since` is what happened after the page was opened.
pub fn decision_conflict_page(opened: &Opened, sentence: &'static str, since: &[JournalEntry], typed: &str) -> impl IntoView + use<> {
    let request = &opened.request;
    let meanwhile =
        if since.is_empty() { view! { <p>"Les réponses du demandeur ont été modifiées."</p> }.into_any() } else { journal(since).into_any() };
    let state = request.phase.state();
    view! {
        <Breadcrumb parents=trail(opened) current="Décision non enregistrée" />
        <PageTitle title="Votre décision n’a pas été enregistrée">{state_badge(state)}</PageTitle>
        <Alert tone=Tone::Warning title=sentence live=true />
        <h2 class="fr-h4">"Ce qui s’est passé depuis"</h2>
        {meanwhile}
        {to_copy(typed)}
        <p><LinkButton href=routes::review_request(request.id) label="Relire la demande" /></p>
    }
}
