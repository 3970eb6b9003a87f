//! The form has changed since the request was begun or granted: what that means for it, with a link to each answer.

use domain::{
    catalogue::{Moved, Question},
    ids::RequestId,
    routes,
};
use leptos::prelude::*;
use ui::components::{Alert, Tone, followed};

/// The sentence for one item, and the one for several.
type Said = [&'static str; 2];

fn list(said: Said, items: Vec<AnyView>) -> Option<AnyView> {
    let sentence = match items.len() {
        0 => return None,
        1 => said[0],
        _ => said[1],
    };
    Some(view! { <p class="fr-mt-2w fr-mb-1v">{sentence}</p> <ul>{items}</ul> }.into_any())
}

fn labels(said: Said, labels: &[String]) -> Option<AnyView> {
    list(said, labels.iter().map(|label| view! { <li>{label.clone()}</li> }.into_any()).collect())
}

/// Questions, linked to the block of their answer when it can be changed. With `reasons`, each is followed by its reason.
fn questions(said: Said, request: Option<RequestId>, reasons: bool, questions: &[Question]) -> Option<AnyView> {
    let item = |one: &Question| {
        let label = one.label.clone();
        let why = reasons.then(|| format!("\u{a0}: {}", one.why));
        match request {
            Some(id) => {
                let href = format!("{}?verifier=1", routes::request_block(id, &one.block));
                view! { <li><a href=followed(href)>{label}</a>{why}</li> }.into_any()
            }
            None => view! { <li>{label}{why}</li> }.into_any(),
        }
    };
    list(said, questions.iter().map(item).collect())
}

const REFUSED: Said = ["Cette réponse n’est plus acceptée\u{a0}:", "Ces réponses ne sont plus acceptées\u{a0}:"];
const ASKED: Said = ["Cette question est nouvelle\u{a0}:", "Ces questions sont nouvelles\u{a0}:"];
const GONE: Said = [
    "Cette question a été retirée\u{a0}; votre réponse reste lisible dans l’historique et ne sera plus transmise\u{a0}:",
    "Ces questions ont été retirées\u{a0}; vos réponses restent lisibles dans l’historique et ne seront plus transmises\u{a0}:",
];
const GONE_SCOPES: Said = [
    "Cette donnée n’est plus proposée\u{a0}; elle ne sera plus demandée\u{a0}:",
    "Ces données ne sont plus proposées\u{a0}; elles ne seront plus demandées\u{a0}:",
];
const NEW_SCOPES: Said = ["Cette donnée est nouvelle\u{a0}:", "Ces données sont nouvelles\u{a0}:"];
const NEW_BOXES: Said = ["Cet engagement est nouveau\u{a0}:", "Ces engagements sont nouveaux\u{a0}:"];
const GONE_BOXES: Said = ["Cet engagement n’est plus demandé\u{a0}:", "Ces engagements ne sont plus demandés\u{a0}:"];

/// `request` is given when its answers can be changed.
pub fn what_moved(moved: &Moved, request: Option<RequestId>) -> AnyView {
    let Moved { refused, asked, gone, gone_scopes, new_scopes, new_boxes, gone_boxes } = moved;
    view! {
        {questions(REFUSED, request, true, refused)}
        {questions(ASKED, request, false, asked)}
        {labels(GONE, gone)}
        {labels(GONE_SCOPES, gone_scopes)}
        {labels(NEW_SCOPES, new_scopes)}
        {labels(NEW_BOXES, new_boxes)}
        {labels(GONE_BOXES, gone_boxes)}
    }
    .into_any()
}

pub fn moved(moved: Option<&Moved>, request: RequestId) -> Option<AnyView> {
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
