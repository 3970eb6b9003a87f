//! The form has changed since the request was begun or granted: what that means for it, with the way to each answer.

use domain::{
    catalogue::{Moved, Question},
    ids::RequestId,
    routes,
};
use leptos::prelude::*;

use crate::components::{Alert, Tone, followed};

fn list(said: &'static str, items: Vec<AnyView>) -> Option<AnyView> {
    (!items.is_empty()).then(|| view! { <p class="fr-mt-1w fr-mb-1v">{said}</p> <ul>{items}</ul> }.into_any())
}

fn labels(said: &'static str, labels: &[String]) -> Option<AnyView> {
    list(said, labels.iter().map(|label| view! { <li>{label.clone()}</li> }.into_any()).collect())
}

/// Links lead to the block where the answer is, when it can be changed.
fn questions(said: &'static str, request: Option<RequestId>, questions: &[Question]) -> Option<AnyView> {
    let item = |one: &Question| {
        let label = one.label.clone();
        match request {
            Some(id) => {
                let href = format!("{}?verifier=1", routes::request_block(id, &one.block));
                view! { <li><a href=followed(href)>{label}</a></li> }.into_any()
            }
            None => view! { <li>{label}</li> }.into_any(),
        }
    };
    list(said, questions.iter().map(item).collect())
}

/// `request` when its answers can be changed.
pub fn what_moved(moved: &Moved, request: Option<RequestId>) -> AnyView {
    let Moved { refused, asked, gone, gone_scopes, new_scopes, new_boxes, gone_boxes } = moved;
    view! {
        {questions("Ces réponses ne sont plus acceptées\u{a0}:", request, refused)}
        {questions("Ces questions sont nouvelles\u{a0}:", request, asked)}
        {labels("Ces questions ont été retirées\u{a0}; vos réponses restent lisibles dans l’historique et ne seront plus transmises\u{a0}:", gone)}
        {labels("Ces données ne sont plus proposées\u{a0}; elles ne seront plus demandées\u{a0}:", gone_scopes)}
        {labels("Ces données sont nouvelles\u{a0}:", new_scopes)}
        {labels("Ces engagements sont nouveaux\u{a0}:", new_boxes)}
        {labels("Ces engagements ne sont plus demandés\u{a0}:", gone_boxes)}
    }
    .into_any()
}

pub(super) fn moved(moved: Option<&Moved>, request: RequestId) -> Option<AnyView> {
    let body = what_moved(moved?, Some(request));
    Some(
        view! {
            <Alert tone=Tone::Warning title="Le formulaire a changé depuis que vous avez rempli cette demande">
                <p>"Une demande suit les règles du jour où elle est transmise. Relisez ce qui a changé, puis transmettez-la."</p>
                {body}
            </Alert>
        }
        .into_any(),
    )
}
