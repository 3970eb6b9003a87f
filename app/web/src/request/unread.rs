//! The link to the messages of a request, and how many are unread.

use domain::{
    message::{Side, unread_in_words},
    routes,
    sight::Act,
};
use habilitation::requests::Opened;
use leptos::prelude::*;
use ui::components::followed;

pub fn messages_link(opened: &Opened, side: Side) -> Option<AnyView> {
    let href = match side {
        Side::Applicant => routes::request_messages(opened.request.id),
        Side::Reviewer => routes::review_messages(opened.request.id),
    };
    let label = if side == Side::Applicant { "Messages avec les équipes d’instruction" } else { "Messages avec le demandeur" };
    // A contact who is only named in the request may read its answers, not its messages.
    let shown = opened.has_messages() && (side == Side::Reviewer || opened.allows(Act::Read));
    shown.then(|| view! { <p class="hb-messages-link"><a class="fr-link" href=followed(href)>{label}</a>" "{unread(opened.unread)}</p> }.into_any())
}

/// « 2 non lus », after a title or in a list.
pub fn unread(count: u64) -> Option<AnyView> {
    unread_in_words(count).map(|words| view! { <span class="hb-unread">{words}</span> }.into_any())
}
