//! The steps of a citizen’s login and logout, one handler each.

use axum::{extract::State, response::Response};
use broker::{Authorized, Ended, Issuer, Logout, MireOrNext, Refusal, fields};
use domain::routes::realms;
use web::App;

use crate::{
    browser::{self, At, Call},
    page as citizen,
    present::{self, back_form, path, see_other, theme},
};

macro_rules! or_page {
    ($app:expr, $issuer:expr, $result:expr) => {
        match $result {
            Ok(value) => value,
            Err(refusal) => return present::refusal(&$app, &$issuer, Refusal::from(refusal)),
        }
    };
}

pub async fn authorize(State(app): State<App>, At { issuer, .. }: At, call: Call) -> Response {
    begin(issuer, app, call, false).await
}

pub async fn authorize_posted(State(app): State<App>, At { issuer, .. }: At, call: Call) -> Response {
    begin(issuer, app, call, true).await
}

async fn begin(issuer: Issuer, app: App, call: Call, posted: bool) -> Response {
    let params = or_page!(app, issuer, call.params.as_ref().map_err(Clone::clone));
    let begun = issuer.authorize(params, call.session(&app, &issuer), posted).await;
    match or_page!(app, issuer, begun) {
        Authorized::ToService(location) | Authorized::ByGet(location) => see_other(&location),
        Authorized::Continue { location, session } => {
            let mut response = see_other(&location);
            if let Some(token) = session {
                browser::set_session(&app, &issuer, &mut response, &token);
            }
            response
        }
    }
}

pub async fn mire(State(app): State<App>, At { issuer, flow }: At, call: Call) -> Response {
    let params = or_page!(app, issuer, call.params.as_ref().map_err(Clone::clone));
    let failed = or_page!(app, issuer, params.filled(fields::FAILED));
    let shown = issuer.mire(&flow, call.session(&app, &issuer), failed).await;
    let mire = match or_page!(app, issuer, shown) {
        MireOrNext::Next(location) => return see_other(&location),
        MireOrNext::Mire(mire) => mire,
    };
    let origins: Vec<String> = mire.back.origin.clone().into_iter().chain(mire.origins).collect();
    let view = citizen::Mire {
        back: back_form(&issuer, mire.back),
        action: path(&issuer, realms::TO_IDENTITY_PROVIDER),
        providers: mire.providers.into_iter().map(|provider| citizen::Provider { uid: provider.uid, name: provider.name }).collect(),
        failed: mire.failed,
    };
    present::page(200, citizen::mire_page(theme(&app), view), &origins)
}

pub async fn choose(State(app): State<App>, At { issuer, .. }: At, call: Call) -> Response {
    let params = or_page!(app, issuer, call.params.as_ref().map_err(Clone::clone));
    see_other(&or_page!(app, issuer, issuer.choose(params, call.session(&app, &issuer)).await))
}

pub async fn callback(State(app): State<App>, At { issuer, .. }: At, call: Call) -> Response {
    let params = or_page!(app, issuer, call.params.as_ref().map_err(Clone::clone));
    let returned = or_page!(app, issuer, issuer.callback(params, call.session(&app, &issuer)).await);
    let mut response = see_other(&returned.location);
    if let Some(token) = returned.session {
        browser::set_session(&app, &issuer, &mut response, &token);
    }
    response
}

pub async fn verify(State(app): State<App>, At { issuer, flow }: At, call: Call) -> Response {
    see_other(&or_page!(app, issuer, issuer.verify(&flow, call.session(&app, &issuer)).await))
}

pub async fn information(State(app): State<App>, At { issuer, flow }: At, call: Call) -> Response {
    let shown = or_page!(app, issuer, issuer.information(&flow, call.session(&app, &issuer)).await);
    let broker::Information { back, organisation, provider, identity, data } = shown;
    let origin = back.origin.clone();
    let view = citizen::Information {
        back: back_form(&issuer, back),
        action: path(&issuer, realms::CONFIRMATION),
        organisation,
        provider,
        identity,
        data: data.into_iter().map(|group| citizen::DataGroup { provider: group.provider, labels: group.labels }).collect(),
    };
    present::page(200, citizen::information_page(theme(&app), view), origin.as_slice())
}

pub async fn confirm(State(app): State<App>, At { issuer, .. }: At, call: Call) -> Response {
    let params = or_page!(app, issuer, call.params.as_ref().map_err(Clone::clone));
    see_other(&or_page!(app, issuer, issuer.confirm(params, call.session(&app, &issuer)).await))
}

pub async fn abort(State(app): State<App>, At { issuer, .. }: At, call: Call) -> Response {
    let params = or_page!(app, issuer, call.params.as_ref().map_err(Clone::clone));
    see_other(&or_page!(app, issuer, issuer.abort(params, call.session(&app, &issuer)).await))
}

pub async fn end_session(State(app): State<App>, At { issuer, .. }: At, call: Call) -> Response {
    end(issuer, app, call, false).await
}

pub async fn end_session_posted(State(app): State<App>, At { issuer, .. }: At, call: Call) -> Response {
    end(issuer, app, call, true).await
}

async fn end(issuer: Issuer, app: App, call: Call, posted: bool) -> Response {
    let params = or_page!(app, issuer, call.params.as_ref().map_err(Clone::clone));
    let ended = issuer.end_session(params, call.session(&app, &issuer), posted).await;
    let Logout { next, over } = or_page!(app, issuer, ended);
    let mut response = match next {
        Ended::ByGet(location) => return see_other(&location),
        Ended::ToService(location) => see_other(&location),
        Ended::Here { service } => present::page(200, citizen::logged_out_page(theme(&app), service), &[]),
    };
    if over && call.session(&app, &issuer).is_some() {
        browser::drop_session(&app, &issuer, &mut response);
    }
    response
}
