//! The second factor: asked for after the password, enrolled, replaced and removed, with its recovery codes.

mod page;

use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::Response,
};
use domain::{network::Origin, routes};
use habilitation::{
    factors::{Enrolled, FactorError, FactorState, Proposal},
    sessions::Who,
};
use ui::fields;
use web::{
    ActorForm, App, Caller, Page, Routes, SignedForm, SignedIn, Visitor, WebError,
    error::Again,
    proof::{self, Proof, ProofField, about, present_proof, resume_page},
    return_path, see_other, session_cookie,
};

use self::page::{CodeForm, Enrolment, enrolment_page, recovery_page, security_page};
use super::{Params, know_device, landing, passkeys::page::PasskeyForm, qr_code::qr_code, way_on};

fields! {
    /// What the form that enrols an application sends, beside its code.
    enum Sent {
        /// The proposed secret, sealed: nothing is stored before its first code is right.
        Sealed = "scelle",
        /// The page the person was going to.
        ReturnTo = "suite",
    }
}

const TITLE: &str = "Double authentification";

pub fn routes() -> Routes {
    Routes::new()
        .get(routes::SIGN_IN_CODE, show_code)
        .post(routes::SIGN_IN_CODE, enter_code)
        .get(routes::SECURITY, show)
        .post(routes::SECURITY, enrol)
        .post(routes::SECURITY_CODES, renew)
        .post(routes::SECURITY_REMOVE, remove)
        .get(routes::SECURITY_APPLICATION, show_application)
}

/// The session of somebody whose password was right and whose second factor is awaited; for anybody else, a redirect.
pub(super) fn awaiting<'a>(visitor: &'a Visitor, suite: Option<&str>) -> Result<&'a str, Box<Response>> {
    match (&visitor.session, &visitor.actor) {
        (Some(session), _) if visitor.awaits_code => Ok(session),
        (_, Some(actor)) => Err(Box::new(see_other(suite.unwrap_or_else(|| landing(actor))))),
        _ => Err(Box::new(see_other(&routes::with_return(routes::SIGN_IN, suite)))),
    }
}

async fn show_code(State(app): State<App>, visitor: Visitor, Query(query): Params) -> Result<Response, WebError> {
    let suite = way_on(&query);
    if let Err(elsewhere) = awaiting(&visitor, suite) {
        return Ok(*elsewhere);
    }
    present_code(&app, &visitor, None, suite).await
}

/// The page that asks for the second factor: after the password, or again of somebody who is signed in.
pub(super) async fn present_code(
    app: &App,
    visitor: &Visitor,
    error: Option<(ProofField, String)>,
    suite: Option<&str>,
) -> Result<Response, WebError> {
    // The destination is a field of the form: when the form is submitted twice, the first submission replaces the session, and the second
    // could not look it up.
    let awaited = match (&visitor.session, suite) {
        (Some(session), None) if visitor.awaits_code => app.habilitation.awaited(session).await.map_err(WebError::internal)?,
        _ => None,
    };
    let suite = suite.or_else(|| awaited.as_ref().map(landing));
    present_proof(app, visitor, Proof { error, suite, resumed: None }, StatusCode::OK).await
}

async fn enter_code(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data }: SignedForm) -> Result<Response, WebError> {
    let suite = return_path(data.get(proof::Sent::ReturnTo));
    let session = match awaiting(&visitor, suite) {
        Ok(session) => session,
        Err(elsewhere) => return Ok(*elsewhere),
    };
    match app.habilitation.enter_code(session, data.get(proof::Sent::Code), &from).await {
        Ok(renewed) => entered(&app, &visitor, renewed, suite, &from).await,
        Err(error @ FactorError::WrongCode) => present_code(&app, &visitor, Some((ProofField::Code, error.sentence().ok_or(error)?)), suite).await,
        // The form was submitted twice at once: the first submission already replaced the session.
        Err(FactorError::Nobody) => Ok(see_other(suite.unwrap_or(routes::SIGN_IN_CODE))),
        Err(error) => Err(error.into()),
    }
}

/// Redirects to the page the person was going to, with the cookie of the renewed session.
pub(super) async fn entered(app: &App, visitor: &Visitor, renewed: String, suite: Option<&str>, from: &Origin) -> Result<Response, WebError> {
    let visitor = moved(app, visitor, renewed.clone()).await?;
    let to = suite.unwrap_or_else(|| visitor.actor.as_ref().map_or(routes::HOME, landing));
    let mut response = with_session(app, &visitor, see_other(to));
    know_device(app, &visitor, &renewed, from, &mut response).await?;
    Ok(response)
}

/// Like [`entered`], except that when a form waits for the proof, shows the page that sends that form.
pub(super) async fn proved(
    app: &App,
    visitor: &Visitor,
    (renewed, suite, resumed): (String, &str, Option<Again>),
    from: &Origin,
) -> Result<Response, WebError> {
    let Some(resumed) = resumed else { return entered(app, visitor, renewed, Some(suite), from).await };
    let visitor = moved(app, visitor, renewed).await?;
    let about = about(app, &visitor, &resumed).await;
    let page = Page::new(app, &visitor, "C’est confirmé").show(|| resume_page(resumed, &about, &visitor.csrf));
    Ok(with_session(app, &visitor, page))
}

/// After an enrolment: the new recovery codes when there are some, else the list of factors.
pub(super) async fn enrolled(app: &App, visitor: &Visitor, enrolled: Enrolled, suite: Option<&str>) -> Result<Response, WebError> {
    let visitor = moved(app, visitor, enrolled.session).await?;
    if enrolled.replaced {
        return Ok(with_session(app, &visitor, see_other(&format!("{}?fait=application", routes::SECURITY))));
    }
    if enrolled.codes.is_empty() {
        return Ok(with_session(app, &visitor, see_other(suite.unwrap_or(routes::SECURITY))));
    }
    let next = suite.or_else(|| visitor.actor.as_ref().map(landing));
    let page = Page::new(app, &visitor, "Notez vos codes de secours").show(|| recovery_page(&enrolled.codes, next));
    Ok(with_session(app, &visitor, page))
}

/// The same visitor after the token of the session was replaced, with the rights read again.
async fn moved(app: &App, visitor: &Visitor, session: String) -> Result<Visitor, WebError> {
    let actor = match app.habilitation.who(&session).await.map_err(WebError::internal)? {
        Who::Somebody(holder) => Some(holder.actor),
        Who::Nobody | Who::AwaitingCode => None,
    };
    Ok(visitor.moved(app, session, actor))
}

fn with_session(app: &App, visitor: &Visitor, mut response: Response) -> Response {
    if let Some(session) = &visitor.session {
        response.headers_mut().append(header::SET_COOKIE, session_cookie(app, session));
    }
    response
}

async fn show(State(app): State<App>, who: SignedIn, Query(query): Params) -> Result<Response, WebError> {
    let suite = way_on(&query);
    let replaced = query.text("fait") == "application";
    show_factors(&app, &who, PasskeyForm::default(), suite, replaced).await
}

/// The factors of the person, or the page that enrols a first one.
pub(super) async fn present(app: &App, who: &SignedIn, passkey: PasskeyForm, suite: Option<&str>) -> Result<Response, WebError> {
    show_factors(app, who, passkey, suite, false).await
}

async fn show_factors(app: &App, who: &SignedIn, passkey: PasskeyForm, suite: Option<&str>, replaced: bool) -> Result<Response, WebError> {
    let SignedIn { visitor, actor, session } = who;
    let state = app.habilitation.factor_state(actor, session).await?;
    if !state.any() && !state.fresh && actor.impersonated_by.is_none() {
        return Err(WebError::Confirm { return_to: routes::with_return(routes::SECURITY, suite) });
    }
    if state.any() {
        return Ok(present_factors(app, visitor, &state, Factors { error: None, passkey: &passkey, replaced }));
    }
    let proposal = app.habilitation.propose_factor(actor, None);
    Ok(present_enrolment(app, visitor, &state, &Asking { proposal, error: None, passkey }, suite))
}

/// What the list of factors shows beside them.
struct Factors<'a> {
    error: Option<(CodeForm, &'a str)>,
    passkey: &'a PasskeyForm,
    /// The application has just been replaced.
    replaced: bool,
}

fn present_factors(app: &App, visitor: &Visitor, state: &FactorState, shown: Factors<'_>) -> Response {
    let Factors { error, passkey, replaced } = shown;
    let refused = error.is_some() || passkey.name_error.is_some() || passkey.key_error.is_some();
    let page = Page::new(app, visitor, TITLE).status(if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK });
    let page = if state.passkeys_offered && state.fresh { page.with_islands() } else { page };
    page.show(|| security_page(state, error, passkey, replaced, &visitor.csrf))
}

/// For somebody who has a passkey and adds an application, or whose phone changes.
async fn show_application(State(app): State<App>, SignedIn { visitor, actor, session }: SignedIn) -> Result<Response, WebError> {
    let state = app.habilitation.factor_state(&actor, &session).await?;
    if !state.fresh {
        return Err(WebError::Confirm { return_to: routes::SECURITY_APPLICATION.to_owned() });
    }
    let asking = Asking { proposal: app.habilitation.propose_factor(&actor, state.since), error: None, passkey: PasskeyForm::default() };
    Ok(present_enrolment(&app, &visitor, &state, &asking, None))
}

/// What the page of an enrolment shows beside the factors the person has.
struct Asking {
    proposal: Proposal,
    error: Option<String>,
    passkey: PasskeyForm,
}

fn present_enrolment(app: &App, visitor: &Visitor, state: &FactorState, asking: &Asking, suite: Option<&str>) -> Response {
    let Asking { proposal, error, passkey } = asking;
    let picture = qr_code(&proposal.uri);
    let enrolment = Enrolment { proposal, picture, state, error: error.as_deref(), passkey, suite };
    let refused = error.is_some() || passkey.name_error.is_some() || passkey.key_error.is_some();
    let page = Page::new(app, visitor, enrolment.title()).status(if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK });
    let page = if enrolment.offers_passkey() { page.with_islands() } else { page };
    page.show(|| enrolment_page(enrolment, &visitor.csrf))
}

async fn enrol(State(app): State<App>, Caller(from): Caller, ActorForm { actor, session, visitor, data }: ActorForm) -> Result<Response, WebError> {
    let (suite, sealed) = (return_path(data.get(Sent::ReturnTo)), data.get(Sent::Sealed));
    match app.habilitation.enrol(&actor, &session, sealed, data.get(proof::Sent::Code), &from).await {
        Ok(done) => enrolled(&app, &visitor, done, suite).await,
        Err(error @ FactorError::WrongCode) => {
            let state = app.habilitation.factor_state(&actor, &session).await?;
            let again = app.habilitation.proposed_factor(&actor, state.since, sealed);
            let proposal = again.unwrap_or_else(|| app.habilitation.propose_factor(&actor, state.since));
            let asking = Asking { proposal, error: error.sentence(), passkey: PasskeyForm::default() };
            Ok(present_enrolment(&app, &visitor, &state, &asking, suite))
        }
        Err(error) => Err(error.into()),
    }
}

async fn renew(State(app): State<App>, Caller(from): Caller, ActorForm { actor, session, visitor, data }: ActorForm) -> Result<Response, WebError> {
    let who = SignedIn { visitor, actor, session };
    match app.habilitation.renew_codes(&who.actor, &who.session, data.get(proof::Sent::Code), &from).await {
        Ok(codes) => Ok(Page::new(&app, &who.visitor, "Notez vos codes de secours").show(|| recovery_page(&codes, None))),
        Err(error) => refused(&app, &who, CodeForm::Renew, error).await,
    }
}

async fn remove(State(app): State<App>, Caller(from): Caller, ActorForm { actor, session, visitor, data }: ActorForm) -> Result<Response, WebError> {
    let who = SignedIn { visitor, actor, session };
    match app.habilitation.remove_factor(&who.actor, data.get(proof::Sent::Code), &from).await {
        Ok(()) => Ok(see_other(routes::MY_ACCOUNT)),
        Err(error) => refused(&app, &who, CodeForm::Remove, error).await,
    }
}

async fn refused(app: &App, who: &SignedIn, asked: CodeForm, error: FactorError) -> Result<Response, WebError> {
    let FactorError::WrongCode = error else { return Err(error.into()) };
    let SignedIn { visitor, actor, session } = who;
    let state = app.habilitation.factor_state(actor, session).await?;
    let shown = Factors { error: Some((asked, &error.sentence().ok_or(error)?)), passkey: &PasskeyForm::default(), replaced: false };
    Ok(present_factors(app, visitor, &state, shown))
}
