//! Habilitations: downloading the attestation of one, renewing it, and the public pages that verify an attestation.

mod holder;
mod public;
mod renewal;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{routes as paths, text::joined, verification::VerificationCode};
use habilitation::{attestations::AttestationError, renewals::RenewError};
use serde::Deserialize;
use ui::{fields, shell::NavItem};
use web::{ActorForm, App, Caller, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, see_other};

pub(crate) use self::holder::in_force;
use self::{
    public::{NOT_FOUND, public_page, verification_page, verified_page},
    renewal::{renewal_page, renewed_page},
};

fields! {
    /// What the form of a renewal sends.
    enum RenewalSent {
        /// The last day that the page showed, so that a form submitted twice renews only once.
        LastDay = "fin",
        /// The box that says nothing has changed.
        Unchanged = "confirmation",
    }
}

fields! {
    /// What the form of a verification sends.
    enum VerificationSent {
        Code = "attestation",
    }
}

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
    // Only when it was really renewed, up to the day in the address: anybody may type an address.
    if shown.renewed() && query.prolongee.is_some_and(|day| day == shown.last_day.to_string()) {
        return Ok(Page::new(&app, &visitor, format!("Habilitation {number} prolongée")).at(NavItem::Requests).show(|| renewed_page(&shown)));
    }
    Ok(Page::new(&app, &visitor, format!("Renouveler {number}")).at(NavItem::Requests).show(|| renewal_page(&shown, None, &visitor.csrf)))
}

async fn renew(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let applying = app.habilitation.applying(&actor);
    let (seen, unchanged) = (data.get(RenewalSent::LastDay).parse(), data.ticked(RenewalSent::Unchanged));
    let shown = applying.renewable(id).await?;
    let error = match applying.renew(id, unchanged, seen.unwrap_or(shown.last_day)).await {
        Ok(until) => return Ok(see_other(&format!("{}?prolongee={until}", paths::request_renewal(id)))),
        Err(error @ RenewError::NotConfirmed) => error.sentence(),
        // The page says what has changed.
        Err(RenewError::Outdated) => None,
        Err(error) => return Err(error.into()),
    };
    let title = format!("Renouveler {}", shown.habilitation.public_number());
    let page = Page::new(&app, &visitor, title).at(NavItem::Requests).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| renewal_page(&shown, error, &visitor.csrf)))
}

async fn verification(State(app): State<App>, visitor: Visitor) -> Response {
    show_verification(&app, &visitor, "", None, StatusCode::OK)
}

fn show_verification(app: &App, visitor: &Visitor, typed: &str, error: Option<String>, status: StatusCode) -> Response {
    Page::new(app, visitor, "Vérifier une attestation").status(status).show(|| verification_page(typed, error, &visitor.csrf))
}

async fn verify(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data }: SignedForm) -> Result<Response, WebError> {
    let typed = data.get(VerificationSent::Code);
    let refused = |error: String| show_verification(&app, &visitor, typed, Some(error), StatusCode::UNPROCESSABLE_ENTITY);
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

/// The page whose address is printed on an attestation. An unknown code shows the verification form, with an error.
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
