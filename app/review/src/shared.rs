//! What the reviewers' features share: the access check, and the breadcrumbs of their pages.

use domain::{actor::Actor, routes};
use habilitation::{requests::Opened, reviews::Reviewing};
use leptos::prelude::*;
use ui::components::{Field, TextareaField};
use web::{App, WebError, request::read::title_of};

/// What this person may do as a reviewer; 404 for whoever reviews nothing.
pub fn reviewing<'a>(app: &'a App, actor: &'a Actor) -> Result<Reviewing<'a>, WebError> {
    app.habilitation.reviewing(actor).ok_or(WebError::NotFound)
}

/// The breadcrumb of a page below the queue.
pub fn way(parents: &[(&str, &str)]) -> Vec<(String, String)> {
    let queue = (routes::REVIEW_QUEUE, "Instruction");
    std::iter::once(&queue).chain(parents).map(|(href, label)| ((*href).to_owned(), (*label).to_owned())).collect()
}

/// The breadcrumb of a page below the page of a request.
pub fn trail(opened: &Opened) -> Vec<(String, String)> {
    way(&[(&routes::review_request(opened.request.id), &title_of(&opened.request.title))])
}

/// A text that could not be sent, shown to be copied where its own form is not shown again.
pub fn to_copy(typed: &str) -> Option<AnyView> {
    (!typed.trim().is_empty()).then(|| {
        let field =
            Field::new("garde", "Le texte que vous aviez écrit").hint("Rien n’a été envoyé. Copiez ce texte pour le reprendre.").optional_silently();
        view! { <TextareaField field=field.value(typed) rows=8 /> }.into_any()
    })
}
