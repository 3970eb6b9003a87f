//! The page that asks again for a proof of identity, and the form that waits for it.

use axum::{http::StatusCode, response::Response};
use domain::routes;
use habilitation::factors::FactorError;

pub use page::{CodeForm, PASSKEY_BUTTON, ProofField, RESUMED_FIELD, Sent, code_field, key_error, resume_page};
pub use resumed::About;

use self::page::code_page;
use crate::{App, Page, Visitor, WebError, error::Again};

mod page;
mod resumed;

/// What the page that asks for a proof holds, besides the factors the person can use.
#[derive(Default)]
pub struct Proof<'a> {
    pub error: Option<(ProofField, String)>,
    pub suite: Option<&'a str>,
    pub resumed: Option<Again>,
}

/// The answer to an act that requires a recent proof: the page keeps the form, to be sent after the proof.
pub async fn ask_again(app: &App, visitor: &Visitor, resumed: Again) -> Result<Response, WebError> {
    present_proof(app, visitor, Proof { resumed: Some(resumed), ..Proof::default() }, StatusCode::FORBIDDEN).await
}

pub async fn present_proof(app: &App, visitor: &Visitor, asked: Proof<'_>, status: StatusCode) -> Result<Response, WebError> {
    let Some(session) = &visitor.session else { return Err(FactorError::Nobody.into()) };
    let Proof { error, suite, resumed } = asked;
    let (again, at_hand) = (!visitor.awaits_code, app.habilitation.factors_at_hand(session).await?);
    let demonstration = app.habilitation.demonstration_code(session).await?;
    let about = match &resumed {
        Some(form) => about(app, visitor, form).await,
        None => About::default(),
    };
    let form = CodeForm { at_hand, error, suite, demonstration, again, resumed, about };
    let status = if form.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    let page = Page::new(app, visitor, form.title()).status(status);
    let page = if form.has_island() { page.with_islands() } else { page };
    Ok(page.show(|| code_page(&form, &visitor.csrf)))
}

/// The names of the account and of the perimeter that the form is about; the account's only if the visitor administers it.
pub async fn about(app: &App, visitor: &Visitor, form: &Again) -> About {
    let field = |wanted: &str| form.fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let perimeter = field("perimetre").map(|code| {
        let (service, stage) = code.split_once(':').map_or((code, None), |(service, stage)| (service, Some(stage)));
        app.habilitation.perimeter_name(service, stage)
    });
    let administering = visitor.actor.as_ref().and_then(|actor| app.habilitation.administering(actor));
    let account = form.action.strip_prefix(routes::RIGHTS).and_then(|below| below.split('/').nth(1)?.parse().ok());
    let person = match (administering, account) {
        (Some(administering), Some(account)) => administering.person(account).await.ok(),
        _ => None,
    };
    About { person: person.map(|person| format!("{} ({})", person.account.name(), person.account.email)), perimeter }
}
