//! What was granted: the attestation, its renewal, and the public pages that verify it.

pub mod holder;
pub mod public;
pub mod renewal;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{routes as paths, text::joined, verification::VerificationCode};
use habilitation::{attestations::AttestationError, renewals::RenewError};
use serde::Deserialize;
use ui::shell::NavItem;
use web::{App, Caller, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, see_other, signed_in};

use crate::granted::{
    public::{NOT_FOUND, public_page, verification_page, verified_page},
    renewal::{renewal_page, renewed_page},
};

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::REQUEST_ATTESTATION, attestation)
        .get(paths::REQUEST_RENEWAL, renewal)
        .post(paths::REQUEST_RENEWAL, renew)
        .get(paths::VERIFICATION, verification)
        .post(paths::VERIFICATION, verify)
        .get(paths::VERIFIED, verified)
        .get(paths::PUBLIC_HABILITATION, public)
}

#[derive(Deserialize)]
struct Which {
    numero: Option<String>,
}

async fn attestation(
    State(app): State<App>,
    SignedIn { actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, WebError> {
    let pdf = app.habilitation.attestation(&actor, id_of(&id)?, which.numero.as_deref()).await?;
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", pdf.name)).map_err(WebError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, pdf.bytes).into_response())
}

#[derive(Deserialize)]
struct Renewed {
    prolongee: Option<String>,
}

async fn renewal(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<Renewed>,
) -> Result<Response, WebError> {
    let shown = app.habilitation.applying(&actor).renewable(id_of(&id)?).await?;
    let number = shown.habilitation.public_number();
    // The address alone says nothing: it was prolonged, and up to the day it tells.
    if shown.renewed() && query.prolongee.is_some_and(|day| day == shown.last_day.to_string()) {
        return Ok(Page::new(&app, &visitor, format!("Habilitation {number} prolongée")).at(NavItem::Requests).show(|| renewed_page(&shown)));
    }
    Ok(Page::new(&app, &visitor, format!("Renouveler {number}")).at(NavItem::Requests).show(|| renewal_page(&shown, None, &visitor.csrf)))
}

async fn renew(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request_renewal(id))?;
    let applying = app.habilitation.applying(actor);
    let seen = form.data.text("fin").parse();
    let unchanged = form.data.text("confirmation") == "oui";
    let shown = applying.renewable(id).await?;
    let error = match applying.renew(id, unchanged, seen.unwrap_or(shown.last_day)).await {
        Ok(until) => return Ok(see_other(&format!("{}?prolongee={until}", paths::request_renewal(id)))),
        Err(error @ RenewError::NotConfirmed) => error.sentence(),
        // The page says what has changed.
        Err(RenewError::Outdated) => None,
        Err(error) => return Err(error.into()),
    };
    let title = format!("Renouveler {}", shown.habilitation.public_number());
    let page = Page::new(&app, &form.visitor, title).at(NavItem::Requests).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| renewal_page(&shown, error, &form.visitor.csrf)))
}

async fn verification(State(app): State<App>, visitor: Visitor) -> Response {
    show_verification(&app, &visitor, "", None, StatusCode::OK)
}

fn show_verification(app: &App, visitor: &Visitor, typed: &str, error: Option<String>, status: StatusCode) -> Response {
    Page::new(app, visitor, "Vérifier une attestation").status(status).show(|| verification_page(typed, error, &visitor.csrf))
}

async fn verify(State(app): State<App>, Caller(from): Caller, form: SignedForm) -> Result<Response, WebError> {
    let typed = form.data.text("code");
    let refused = |error: String| show_verification(&app, &form.visitor, typed, Some(error), StatusCode::UNPROCESSABLE_ENTITY);
    let code = match VerificationCode::parse(typed) {
        Ok(code) => code,
        Err(error) => return Ok(refused(error.sentence())),
    };
    match app.habilitation.verified(&code, &from).await {
        Ok(_) => Ok(see_other(&paths::verified(&code.to_string()))),
        Err(AttestationError::NotFound) => Ok(refused(NOT_FOUND.to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// The address on the attestation itself: a code that nobody was given leads to the form, which says so.
async fn verified(State(app): State<App>, visitor: Visitor, Caller(from): Caller, Path(typed): Path<String>) -> Result<Response, WebError> {
    let unknown = |error: String| show_verification(&app, &visitor, &typed, Some(error), StatusCode::NOT_FOUND);
    let code = match VerificationCode::parse(&typed) {
        Ok(code) => code,
        Err(error) => return Ok(unknown(error.sentence())),
    };
    match app.habilitation.verified(&code, &from).await {
        Ok(shown) => {
            let title = format!("Attestation de l’habilitation {}", shown.number);
            Ok(Page::new(&app, &visitor, title).show(|| verified_page(&shown, &code.to_string())))
        }
        Err(AttestationError::NotFound) => Ok(unknown(NOT_FOUND.to_owned())),
        Err(error) => Err(error.into()),
    }
}

async fn public(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Response, WebError> {
    let number = joined(&number).strip_prefix(['H', 'h']).and_then(|digits| digits.parse().ok()).ok_or(WebError::NotFound)?;
    let shown = app.habilitation.public_habilitation(number).await?;
    Ok(Page::new(&app, &visitor, format!("Habilitation {}", shown.number)).show(|| public_page(&shown)))
}
