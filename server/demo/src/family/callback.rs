//! The return of the citizen from the issuer, with a code or an error.

use std::sync::Arc;

use axum::{extract::RawQuery, response::Response};
use domain::routes as paths;
use oidc::Params;
use web::App;

use crate::family::{
    gateway::{self, Found},
    issuer::{Identified, Issuer, IssuerError, issuer_url},
    keys::{self, Keys},
    present::{self, Message, message, redirect},
    session::{Login, Session},
    visit::{self, Visit},
};

/// The issuer’s answer to this login.
#[derive(Debug, PartialEq, Eq)]
enum Returned {
    Code(String),
    Error(String),
}

impl Returned {
    /// `None` when this is no answer to that login (RFC 6749 §10.12), or comes from another issuer (RFC 9207 §2.4).
    fn read(query: &str, login: &Login, issuer: &str) -> Option<Self> {
        let params = Params::parse(query.as_bytes()).ok()?;
        let given = |name| params.filled(name).ok().flatten();
        if given("state") != Some(&login.state) || given("iss") != Some(issuer) {
            return None;
        }
        match (given("error"), given("code")) {
            (Some(error), _) => Some(Self::Error(error.to_owned())),
            (None, code) => code.map(|code| Self::Code(code.to_owned())),
        }
    }
}

pub async fn callback(app: App, issuer: Arc<Issuer>, Visit(session): Visit, RawQuery(query): RawQuery) -> Response {
    let Some(mut session) = session else { return message(&app, Message::LOST) };
    let Some(login) = session.login.take() else { return message(&app, Message::LOST) };
    let Some(returned) = Returned::read(&query.unwrap_or_default(), &login, &issuer_url(&app)) else {
        return message(&app, Message::NOT_OURS);
    };
    let Some(keys) = keys::read(&app).await else { return redirect(paths::DEMO_SERVICE) };
    let response = match returned {
        Returned::Error(error) => message(&app, refused(&error)),
        Returned::Code(code) => arrive(&app, &issuer, &keys, &mut session, &login, code).await,
    };
    visit::keep(&app, response, &session)
}

fn refused(error: &str) -> Message {
    match error {
        "access_denied" => Message::DECLINED,
        // The client was not granted the scopes of the data.
        "invalid_scope" => Message::NOT_ENTITLED,
        "server_error" | "temporarily_unavailable" => Message::ISSUER_DOWN,
        _ => Message::REFUSED,
    }
}

async fn arrive(app: &App, issuer: &Issuer, keys: &Keys, session: &mut Session, login: &Login, code: String) -> Response {
    let identified = match issuer.identify(app, keys, login, code).await {
        Ok(identified) => identified,
        Err(error @ IssuerError::Code(_)) => return present::failed(app, Message::LOST, &error),
        Err(error) => return present::failed(app, Message::LOGIN_FAILED, &error),
    };
    let Identified { sub, id_token, access_token, account } = identified;
    match (&mut session.account, account) {
        // The data of one person must never reach the account of another.
        (Some(known), _) if known.sub != sub => return message(app, Message::SOMEBODY_ELSE),
        (Some(known), _) => known.id_token = id_token,
        (None, Some(account)) => session.account = Some(account),
        (None, None) => return message(app, Message::LOST),
    }
    if !login.wants.data() {
        return redirect(paths::DEMO_SERVICE);
    }
    match gateway::quotient(app, &access_token, &keys.recipient).await {
        Ok(Found::Quotient(quotient)) => {
            session.quotient = Some(quotient);
            redirect(paths::DEMO_QUOTIENT)
        }
        Ok(Found::NotEntitled) => message(app, Message::NOT_ENTITLED),
        Ok(Found::Nobody) => message(app, Message::NO_FILE),
        Err(error) => present::failed(app, Message::DATA_DOWN, &error),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::family::session::Wants;

    #[test]
    fn only_an_answer_to_this_login_counts() {
        let login = Login { state: "s".to_owned(), nonce: "n".to_owned(), code_verifier: "v".to_owned(), wants: Wants::Identity };
        let code = |text: &str| Some(Returned::Code(text.to_owned()));
        let error = |text: &str| Some(Returned::Error(text.to_owned()));
        for (query, expected) in [
            ("code=c&state=s&iss=https%3A%2F%2Fa.fr", code("c")),
            ("error=access_denied&state=s&iss=https%3A%2F%2Fa.fr", error("access_denied")),
            ("error=access_denied&code=c&state=s&iss=https%3A%2F%2Fa.fr", error("access_denied")),
            ("code=c&state=autre&iss=https%3A%2F%2Fa.fr", None),
            ("code=c&state=s&state=s&iss=https%3A%2F%2Fa.fr", None),
            ("code=c&state=s&iss=https%3A%2F%2Fb.fr", None),
            ("code=c&state=s", None),
            ("code=c", None),
            ("state=s&iss=https%3A%2F%2Fa.fr", None),
            ("code=%FF&state=s&iss=https%3A%2F%2Fa.fr", None),
            ("", None),
        ] {
            assert_eq!(Returned::read(query, &login, "https://a.fr"), expected, "{query}");
        }
    }

    #[test]
    fn a_reason_has_its_sentence() {
        assert_eq!(refused("access_denied").status, StatusCode::OK);
        assert_eq!(refused("server_error").status, StatusCode::BAD_GATEWAY);
        assert_eq!(refused("n’importe quoi"), Message::REFUSED);
    }
}
