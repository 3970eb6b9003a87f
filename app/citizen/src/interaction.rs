//! The steps of a citizen’s login and logout, one handler each.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use broker::{Authorized, Ended, MireOrNext, Refusal, fields};
use domain::{ports::Environment, routes::realms};
use web::App;

use crate::{
    browser::{self, Call},
    page as citizen,
    present::{self, back_form, path, see_other, theme},
};

/// The id of the login in the address.
type FlowPath = Result<Path<String>, PathRejection>;

/// Empty when it cannot be read: the broker then finds no such login.
fn named(flow: FlowPath) -> String {
    flow.map(|Path(flow)| flow).unwrap_or_default()
}

macro_rules! or_page {
    ($app:expr, $environment:expr, $result:expr) => {
        match $result {
            Ok(value) => value,
            Err(refusal) => return present::refusal(&$app, $environment, Refusal::from(refusal)),
        }
    };
}

pub async fn authorize(environment: Environment, State(app): State<App>, call: Call) -> Response {
    begin(environment, app, call, false).await
}

pub async fn authorize_posted(environment: Environment, State(app): State<App>, call: Call) -> Response {
    begin(environment, app, call, true).await
}

async fn begin(environment: Environment, app: App, call: Call, posted: bool) -> Response {
    let params = or_page!(app, environment, call.params.as_ref().map_err(Clone::clone));
    let begun = app.broker.authorize(environment, params, call.session(&app), posted).await;
    match or_page!(app, environment, begun) {
        Authorized::ToService(location) | Authorized::ByGet(location) => see_other(&location),
        Authorized::Continue { location, session } => {
            let mut response = see_other(&location);
            if let Some(token) = session {
                browser::set_session(&app, &mut response, &token);
            }
            response
        }
    }
}

pub async fn mire(environment: Environment, State(app): State<App>, flow: FlowPath, call: Call) -> Response {
    let params = or_page!(app, environment, call.params.as_ref().map_err(Clone::clone));
    let failed = or_page!(app, environment, params.filled(fields::FAILED));
    let shown = app.broker.mire(environment, &named(flow), call.session(&app), failed).await;
    let mire = match or_page!(app, environment, shown) {
        MireOrNext::Next(location) => return see_other(&location),
        MireOrNext::Mire(mire) => mire,
    };
    let origin = mire.back.origin.clone();
    let view = citizen::Mire {
        back: back_form(environment, mire.back),
        action: path(environment, realms::TO_IDENTITY_PROVIDER),
        providers: mire.providers.into_iter().map(|provider| citizen::Provider { uid: provider.uid, name: provider.name }).collect(),
        failed: mire.failed,
    };
    present::page(200, citizen::mire_page(theme(&app), view), origin.as_deref())
}

pub async fn choose(environment: Environment, State(app): State<App>, call: Call) -> Response {
    let params = or_page!(app, environment, call.params.as_ref().map_err(Clone::clone));
    see_other(&or_page!(app, environment, app.broker.choose(environment, params, call.session(&app)).await))
}

pub async fn callback(environment: Environment, State(app): State<App>, call: Call) -> Response {
    let params = or_page!(app, environment, call.params.as_ref().map_err(Clone::clone));
    let returned = or_page!(app, environment, app.broker.callback(environment, params, call.session(&app)).await);
    let mut response = see_other(&returned.location);
    if let Some(token) = returned.session {
        browser::set_session(&app, &mut response, &token);
    }
    response
}

pub async fn verify(environment: Environment, State(app): State<App>, flow: FlowPath, call: Call) -> Response {
    see_other(&or_page!(app, environment, app.broker.verify(environment, &named(flow), call.session(&app)).await))
}

pub async fn information(environment: Environment, State(app): State<App>, flow: FlowPath, call: Call) -> Response {
    let shown = or_page!(app, environment, app.broker.information(environment, &named(flow), call.session(&app)).await);
    let broker::Information { back, organisation, provider, identity, data } = shown;
    let origin = back.origin.clone();
    let view = citizen::Information {
        back: back_form(environment, back),
        action: path(environment, realms::CONFIRMATION),
        organisation,
        provider,
        identity,
        data: data.into_iter().map(|group| citizen::DataGroup { provider: group.provider, labels: group.labels }).collect(),
    };
    present::page(200, citizen::information_page(theme(&app), view), origin.as_deref())
}

pub async fn confirm(environment: Environment, State(app): State<App>, call: Call) -> Response {
    let params = or_page!(app, environment, call.params.as_ref().map_err(Clone::clone));
    see_other(&or_page!(app, environment, app.broker.confirm(environment, params, call.session(&app)).await))
}

pub async fn abort(environment: Environment, State(app): State<App>, call: Call) -> Response {
    let params = or_page!(app, environment, call.params.as_ref().map_err(Clone::clone));
    see_other(&or_page!(app, environment, app.broker.abort(environment, params, call.session(&app)).await))
}

pub async fn end_session(environment: Environment, State(app): State<App>, call: Call) -> Response {
    end(environment, app, call, false).await
}

pub async fn end_session_posted(environment: Environment, State(app): State<App>, call: Call) -> Response {
    end(environment, app, call, true).await
}

async fn end(environment: Environment, app: App, call: Call, posted: bool) -> Response {
    let params = or_page!(app, environment, call.params.as_ref().map_err(Clone::clone));
    let ended = app.broker.end_session(environment, params, call.session(&app), posted).await;
    let mut response = match or_page!(app, environment, ended) {
        Ended::ByGet(location) => return see_other(&location),
        Ended::ToService(location) => see_other(&location),
        Ended::Here { service } => present::page(200, citizen::logged_out_page(theme(&app), service), None),
    };
    if call.session(&app).is_some() {
        browser::drop_session(&app, &mut response);
    }
    response
}
