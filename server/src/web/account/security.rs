//! The second factor: asked for after the password, put in force, taken away.

use std::fmt::Write;

use app::account::{Asked, code_page, enrolment_page, recovery_page, security_page};
use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{actor::Actor, routes};
use habilitation::{
    factors::{FactorError, Proposal},
    sessions::Who,
};
use qrcodegen::{QrCode, QrCodeEcc};

use super::{Params, landing, own::sender, return_path};
use crate::{
    App,
    web::{Page, Routes, SignedForm, SignedIn, Visitor, WebError, recipient::ClientIp, see_other, session_cookie},
};

const TITLE: &str = "Double authentification";

pub fn routes() -> Routes {
    Routes::new()
        .get(routes::SIGN_IN_CODE, show_code)
        .post(routes::SIGN_IN_CODE, enter_code)
        .get(routes::SECURITY, show)
        .post(routes::SECURITY, enrol)
        .post(routes::SECURITY_CODES, renew)
        .post(routes::SECURITY_REMOVE, remove)
}

impl From<FactorError> for WebError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::TooMany(_) => Self::TooMany,
            FactorError::Impersonated => Self::InPerson,
            FactorError::Nobody => Self::SignIn { return_to: routes::HOME.to_owned() },
            FactorError::WrongCode => Self::BadRequest("Ce code est incorrect."),
            FactorError::State => Self::Conflict("Votre double authentification a changé depuis que vous avez ouvert cette page."),
            FactorError::Store(error) => Self::internal(error),
        }
    }
}

/// The session of somebody whose code is still to come, or where everybody else goes.
fn awaiting<'a>(visitor: &'a Visitor, suite: Option<&str>) -> Result<&'a str, Box<Response>> {
    match (&visitor.session, &visitor.actor) {
        (Some(session), _) if visitor.awaits_code => Ok(session),
        (_, Some(actor)) => Err(Box::new(see_other(suite.unwrap_or_else(|| landing(actor))))),
        _ => Err(Box::new(see_other(&routes::with_return(routes::SIGN_IN, suite)))),
    }
}

async fn show_code(State(app): State<App>, visitor: Visitor, Query(query): Params) -> Result<Response, WebError> {
    let suite = query.get("suite").and_then(|path| return_path(path));
    if let Err(elsewhere) = awaiting(&visitor, suite) {
        return Ok(*elsewhere);
    }
    present_code(&app, &visitor, None, suite).await
}

async fn present_code(app: &App, visitor: &Visitor, error: Option<&str>, suite: Option<&str>) -> Result<Response, WebError> {
    let demonstration = match &visitor.session {
        Some(session) => app.habilitation.demonstration_code(session).await?,
        None => None,
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(Page::new(app, visitor, "Saisissez votre code").status(status).show(|| code_page(error, suite, demonstration, &visitor.csrf)))
}

async fn enter_code(State(app): State<App>, ClientIp(ip): ClientIp, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let suite = return_path(data.text("suite"));
    let session = match awaiting(&visitor, suite) {
        Ok(session) => session,
        Err(elsewhere) => return Ok(*elsewhere),
    };
    match app.habilitation.enter_code(session, data.text("code"), ip).await {
        Ok(renewed) => {
            let visitor = moved(&app, &visitor, renewed).await?;
            let to = suite.unwrap_or_else(|| visitor.actor.as_ref().map_or(routes::HOME, landing));
            Ok(with_session(&app, &visitor, see_other(to)))
        }
        Err(error @ FactorError::WrongCode) => present_code(&app, &visitor, Some(&error.to_string()), suite).await,
        Err(error) => Err(error.into()),
    }
}

/// The same visitor, whose session goes on under another token.
async fn moved(app: &App, visitor: &Visitor, session: String) -> Result<Visitor, WebError> {
    let actor = match app.habilitation.who(&session).await.map_err(WebError::internal)? {
        Who::Somebody(actor, _) => Some(*actor),
        Who::Nobody | Who::AwaitingCode => None,
    };
    let csrf = app.cx.keys.mac("csrf", &session);
    Ok(Visitor { actor, session: Some(session), csrf, awaits_code: false, ..visitor.clone() })
}

fn with_session(app: &App, visitor: &Visitor, mut response: Response) -> Response {
    if let Some(session) = &visitor.session {
        response.headers_mut().append(header::SET_COOKIE, session_cookie(app, session));
    }
    response
}

async fn show(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Query(query): Params) -> Result<Response, WebError> {
    let suite = query.get("suite").and_then(|path| return_path(path));
    let state = app.habilitation.factor_state(&actor).await?;
    if state.since.is_some() {
        return Ok(Page::new(&app, &visitor, TITLE).show(|| security_page(&state, None, &visitor.csrf)));
    }
    present_enrolment(&app, &visitor, &actor, app.habilitation.propose_factor(&actor), None, suite).await
}

async fn present_enrolment(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    proposal: Proposal,
    error: Option<&str>,
    suite: Option<&str>,
) -> Result<Response, WebError> {
    let required = app.habilitation.factor_state(actor).await?.required;
    let picture = qr_code(&proposal.uri);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page::new(app, visitor, "Activer la double authentification").status(status);
    Ok(page.show(|| enrolment_page(&proposal, picture, required, error, suite, &visitor.csrf)))
}

async fn enrol(State(app): State<App>, ClientIp(ip): ClientIp, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    let (suite, sealed) = (return_path(data.text("suite")), data.text("scelle"));
    match app.habilitation.enrol(actor, session, sealed, data.text("code"), ip).await {
        Ok(enrolled) => {
            let visitor = moved(&app, &visitor, enrolled.session).await?;
            let next = suite.or_else(|| visitor.actor.as_ref().map(landing));
            let page = Page::new(&app, &visitor, "Notez vos codes de secours").show(|| recovery_page(&enrolled.codes, next));
            Ok(with_session(&app, &visitor, page))
        }
        Err(error @ FactorError::WrongCode) => {
            let proposal = app.habilitation.proposed_factor(actor, sealed).unwrap_or_else(|| app.habilitation.propose_factor(actor));
            present_enrolment(&app, &visitor, actor, proposal, Some(&error.to_string()), suite).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn renew(State(app): State<App>, ClientIp(ip): ClientIp, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, _) = sender(&visitor)?;
    match app.habilitation.renew_codes(actor, data.text("code"), ip).await {
        Ok(codes) => Ok(Page::new(&app, &visitor, "Notez vos codes de secours").show(|| recovery_page(&codes, None))),
        Err(error) => refused(&app, &visitor, actor, Asked::Renew, error).await,
    }
}

async fn remove(State(app): State<App>, ClientIp(ip): ClientIp, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, _) = sender(&visitor)?;
    match app.habilitation.remove_factor(actor, data.text("code"), ip).await {
        Ok(()) => Ok(see_other(routes::MY_ACCOUNT)),
        Err(error) => refused(&app, &visitor, actor, Asked::Remove, error).await,
    }
}

async fn refused(app: &App, visitor: &Visitor, actor: &Actor, asked: Asked, error: FactorError) -> Result<Response, WebError> {
    let FactorError::WrongCode = error else { return Err(error.into()) };
    let state = app.habilitation.factor_state(actor).await?;
    let message = error.to_string();
    let page = Page::new(app, visitor, TITLE).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| security_page(&state, Some((asked, &message)), &visitor.csrf)))
}

/// As the address of an image: nothing leaves the page.
fn qr_code(text: &str) -> String {
    /// Modules of white around, as readers want (ISO/IEC 18004 § 5.3.8).
    const MARGIN: i32 = 4;
    // Addresses are of 254 characters at most: with the rest, far from the 2,331 bytes that fit.
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let size = code.size() + 2 * MARGIN;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            write!(path, "M{},{}h1v1h-1z", x + MARGIN, y + MARGIN).expect("a string grows");
        }
    }
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0,0h{size}v{size}h-{size}z\"/><path d=\"{path}\"/></svg>"
    );
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
}
