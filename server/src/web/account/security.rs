//! The second factor: asked for after the password, put in force, taken away.

use app::{
    account::{About, Asked, CodeForm, Enrolment, PasskeyForm, Shown, code_page, enrolment_page, recovery_page, resume_page, security_page},
    portal::Again,
};
use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::Response,
};
use domain::{actor::Actor, network::Origin, routes};
use habilitation::{
    factors::{Enrolled, FactorError, FactorState, Proposal},
    sessions::Who,
};

use super::{Params, know_device, landing, own::sender, qr_code::qr_code, return_path};
use crate::{
    App,
    web::{Page, Routes, SignedForm, SignedIn, Visitor, WebError, recipient::Caller, see_other, session_cookie},
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
        .get(routes::SECURITY_APPLICATION, show_application)
}

impl From<FactorError> for WebError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::TooMany(wait) => Self::TooMany(wait),
            FactorError::Impersonated => Self::InPerson,
            FactorError::Stale => Self::Confirm { return_to: routes::SECURITY.to_owned() },
            FactorError::Nobody => Self::SignIn { return_to: routes::HOME.to_owned() },
            FactorError::WrongCode => Self::BadRequest("Ce code est incorrect."),
            FactorError::WrongPassword => Self::BadRequest("Ce mot de passe est incorrect."),
            FactorError::Last => Self::Conflict(
                "C’est votre dernier moyen de confirmer vos connexions, et vos droits en exigent un. Remplacez-le, ou ajoutez-en un autre d’abord.",
            ),
            FactorError::State => Self::Conflict("Votre double authentification a changé depuis que vous avez ouvert cette page."),
            FactorError::Store(error) => Self::internal(error),
        }
    }
}

/// The session of somebody whose code is still to come, or where everybody else goes.
pub(super) fn awaiting<'a>(visitor: &'a Visitor, suite: Option<&str>) -> Result<&'a str, Box<Response>> {
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

/// Asked for after the password, or again of somebody who is signed in.
pub(super) async fn present_code(app: &App, visitor: &Visitor, error: Option<(Shown, String)>, suite: Option<&str>) -> Result<Response, WebError> {
    let asked = Proof { error, suite, resumed: None };
    present_proof(app, visitor, asked, StatusCode::OK).await
}

/// What the page that asks for a proof holds beside what can be shown.
#[derive(Default)]
pub(super) struct Proof<'a> {
    pub error: Option<(Shown, String)>,
    pub suite: Option<&'a str>,
    pub resumed: Option<Again>,
}

/// In the place of an act that wants a recent proof: what was sent is kept in the page, for after.
pub(in crate::web) async fn ask_again(app: &App, visitor: &Visitor, resumed: Again) -> Result<Response, WebError> {
    present_proof(app, visitor, Proof { resumed: Some(resumed), ..Proof::default() }, StatusCode::FORBIDDEN).await
}

pub(super) async fn present_proof(app: &App, visitor: &Visitor, asked: Proof<'_>, status: StatusCode) -> Result<Response, WebError> {
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

async fn enter_code(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let suite = return_path(data.text("suite"));
    let session = match awaiting(&visitor, suite) {
        Ok(session) => session,
        Err(elsewhere) => return Ok(*elsewhere),
    };
    match app.habilitation.enter_code(session, data.text("code"), &from).await {
        Ok(renewed) => entered(&app, &visitor, renewed, suite, &from).await,
        Err(error @ FactorError::WrongCode) => present_code(&app, &visitor, Some((Shown::Code, error.sentence().ok_or(error)?)), suite).await,
        Err(error) => Err(error.into()),
    }
}

/// On the way the person was going, under the session's new token.
pub(super) async fn entered(app: &App, visitor: &Visitor, renewed: String, suite: Option<&str>, from: &Origin) -> Result<Response, WebError> {
    let visitor = moved(app, visitor, renewed.clone()).await?;
    let to = suite.unwrap_or_else(|| visitor.actor.as_ref().map_or(routes::HOME, landing));
    let mut response = with_session(app, &visitor, see_other(to));
    know_device(app, &visitor, &renewed, from, &mut response).await?;
    Ok(response)
}

/// Whose account the form is about, and the perimeter it names, for whoever administers them.
async fn about(app: &App, visitor: &Visitor, form: &Again) -> About {
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

/// The same, or the page that offers what waited for the proof.
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

/// The codes to note, when there are new ones; else the list of factors.
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

/// The same visitor, whose session goes on under another token.
async fn moved(app: &App, visitor: &Visitor, session: String) -> Result<Visitor, WebError> {
    let actor = match app.habilitation.who(&session).await.map_err(WebError::internal)? {
        Who::Somebody(holder) => Some(holder.actor),
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
    let replaced = query.get("fait").is_some_and(|done| done == "application");
    show_factors(&app, &visitor, &actor, PasskeyForm::default(), suite, replaced).await
}

/// What the person has, or what they can choose from.
pub(super) async fn present(app: &App, visitor: &Visitor, actor: &Actor, passkey: PasskeyForm, suite: Option<&str>) -> Result<Response, WebError> {
    show_factors(app, visitor, actor, passkey, suite, false).await
}

async fn show_factors(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    passkey: PasskeyForm,
    suite: Option<&str>,
    replaced: bool,
) -> Result<Response, WebError> {
    let (_, session) = sender(visitor)?;
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

/// What the list shows besides the factors.
struct Factors<'a> {
    error: Option<(Asked, &'a str)>,
    passkey: &'a PasskeyForm,
    /// The application was just replaced.
    replaced: bool,
}

fn present_factors(app: &App, visitor: &Visitor, state: &FactorState, shown: Factors<'_>) -> Response {
    let Factors { error, passkey, replaced } = shown;
    let refused = error.is_some() || passkey.name_error.is_some() || passkey.key_error.is_some();
    let page = Page::new(app, visitor, TITLE).status(if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK });
    let page = if state.passkeys_offered && state.fresh { page.with_islands() } else { page };
    page.show(|| security_page(state, error, passkey, replaced, &visitor.csrf))
}

/// For whoever has passkeys and wants an application too, or changes phones.
async fn show_application(State(app): State<App>, SignedIn { visitor, actor, session }: SignedIn) -> Result<Response, WebError> {
    let state = app.habilitation.factor_state(&actor, &session).await?;
    if !state.fresh {
        return Err(WebError::Confirm { return_to: routes::SECURITY_APPLICATION.to_owned() });
    }
    let asking = Asking { proposal: app.habilitation.propose_factor(&actor, state.since), error: None, passkey: PasskeyForm::default() };
    Ok(present_enrolment(&app, &visitor, &state, &asking, None))
}

/// What the page of an enrolment shows besides the person's state.
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

async fn enrol(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    let (suite, sealed) = (return_path(data.text("suite")), data.text("scelle"));
    match app.habilitation.enrol(actor, session, sealed, data.text("code"), &from).await {
        Ok(done) => enrolled(&app, &visitor, done, suite).await,
        Err(error @ FactorError::WrongCode) => {
            let state = app.habilitation.factor_state(actor, session).await?;
            let again = app.habilitation.proposed_factor(actor, state.since, sealed);
            let proposal = again.unwrap_or_else(|| app.habilitation.propose_factor(actor, state.since));
            let asking = Asking { proposal, error: error.sentence(), passkey: PasskeyForm::default() };
            Ok(present_enrolment(&app, &visitor, &state, &asking, suite))
        }
        Err(error) => Err(error.into()),
    }
}

async fn renew(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    match app.habilitation.renew_codes(actor, session, data.text("code"), &from).await {
        Ok(codes) => Ok(Page::new(&app, &visitor, "Notez vos codes de secours").show(|| recovery_page(&codes, None))),
        Err(error) => refused(&app, &visitor, actor, Asked::Renew, error).await,
    }
}

async fn remove(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, _) = sender(&visitor)?;
    match app.habilitation.remove_factor(actor, data.text("code"), &from).await {
        Ok(()) => Ok(see_other(routes::MY_ACCOUNT)),
        Err(error) => refused(&app, &visitor, actor, Asked::Remove, error).await,
    }
}

async fn refused(app: &App, visitor: &Visitor, actor: &Actor, asked: Asked, error: FactorError) -> Result<Response, WebError> {
    let FactorError::WrongCode = error else { return Err(error.into()) };
    let (_, session) = sender(visitor)?;
    let state = app.habilitation.factor_state(actor, session).await?;
    let shown = Factors { error: Some((asked, &error.sentence().ok_or(error)?)), passkey: &PasskeyForm::default(), replaced: false };
    Ok(present_factors(app, visitor, &state, shown))
}
