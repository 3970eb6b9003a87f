//! Turns the portal’s session into what its pages show.

use std::error::Error;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::{calendar::french_date, pivot};
use jiff::civil::Date;
use web::App;

use crate::family::{
    page as pages,
    session::{Account, Quotient, Session},
    tariff,
};

/// A page that says what could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    pub status: StatusCode,
    pub title: &'static str,
    pub sentence: &'static str,
}

impl Message {
    pub const LOST: Self = Self {
        status: StatusCode::BAD_REQUEST,
        title: "Votre connexion n’a pas pu être reprise",
        sentence: "Elle a commencé il y a trop longtemps ou dans un autre navigateur. Recommencez depuis le portail.",
    };
    pub const NOT_OURS: Self = Self {
        status: StatusCode::BAD_REQUEST,
        title: "Cette réponse n’est pas celle attendue",
        sentence: "Elle ne correspond pas à la connexion en cours. Recommencez depuis le portail.",
    };
    pub const FORM_EXPIRED: Self = Self {
        status: StatusCode::FORBIDDEN,
        title: "Votre session a expiré",
        sentence: "Elle se ferme après 30 minutes sans activité. Recommencez depuis le portail.",
    };
    pub const TOO_LARGE: Self = Self { status: StatusCode::PAYLOAD_TOO_LARGE, title: "Envoi trop volumineux", sentence: "La limite est de 16 Ko." };
    pub const UNREADABLE: Self =
        Self { status: StatusCode::BAD_REQUEST, title: "Envoi illisible", sentence: "Le formulaire doit être envoyé depuis le portail, en UTF-8." };
    pub const DECLINED: Self = Self {
        status: StatusCode::OK,
        title: "Vous n’avez pas poursuivi avec FranceConnect",
        sentence: "Aucune donnée n’a été transmise au portail. Vous pouvez recommencer quand vous le souhaitez.",
    };
    pub const REFUSED: Self = Self {
        status: StatusCode::OK,
        title: "La connexion n’a pas abouti",
        sentence: "FranceConnect a refusé la demande du portail. Aucune donnée n’a été transmise.",
    };
    pub const SOMEBODY_ELSE: Self = Self {
        status: StatusCode::OK,
        title: "Ce compte n’est pas le vôtre",
        sentence: "La personne identifiée n’est pas celle du compte ouvert\u{a0}: aucune donnée n’a été demandée. Déconnectez-vous du portail avant de changer de personne.",
    };
    pub const NOT_ENTITLED: Self = Self {
        status: StatusCode::OK,
        title: "Données indisponibles",
        sentence: "Le portail n’a pas encore le droit de lire ces données. Il l’obtiendra quand sa demande d’habilitation API Particulier sera accordée.",
    };
    pub const NO_FILE: Self = Self {
        status: StatusCode::OK,
        title: "Quotient familial introuvable",
        sentence: "Aucun dossier allocataire ne correspond à votre identité, à la CAF comme à la MSA. Adressez-vous à la mairie pour établir votre tarif.",
    };
    pub const ISSUER_DOWN: Self =
        Self { status: StatusCode::BAD_GATEWAY, title: "FranceConnect ne répond pas", sentence: "Réessayez dans quelques instants." };
    pub const LOGIN_FAILED: Self = Self {
        status: StatusCode::BAD_GATEWAY,
        title: "La connexion n’a pas pu être vérifiée",
        sentence: "La réponse de FranceConnect n’a pas été acceptée par le portail. Réessayez dans quelques instants.",
    };
    pub const DATA_DOWN: Self = Self {
        status: StatusCode::BAD_GATEWAY,
        title: "Votre caisse ne répond pas",
        sentence: "Le quotient familial n’a pas pu être obtenu. Votre compte reste ouvert\u{a0}: réessayez plus tard.",
    };
}

pub fn theme(app: &App) -> pages::Theme {
    app.settings.theme()
}

pub fn page(status: StatusCode, html: String) -> Response {
    no_store((status, Html(html)).into_response())
}

pub fn redirect(to: &str) -> Response {
    no_store(web::see_other(to))
}

fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub fn message(app: &App, message: Message) -> Response {
    let Message { status, title, sentence } = message;
    page(status, pages::message_page(theme(app), title, sentence))
}

/// Logs the error with the chain of its causes, and shows the message.
pub fn failed(app: &App, said: Message, error: &dyn Error) -> Response {
    let mut chain = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push(error.to_string());
        cause = error.source();
    }
    tracing::warn!(error.chain = %chain.join(": "), "the family portal could not go on");
    message(app, said)
}

pub fn account(session: &Session, account: &Account) -> pages::Account {
    let Account { sub: _, id_token: _, given_name, family_name, birthdate, gender, birthplace, birthcountry, email } = account.clone();
    let in_france = birthcountry == pivot::FRANCE;
    pages::Account {
        csrf: session.form.clone(),
        given_name,
        family_name,
        birthdate: birthdate.parse::<Date>().map(french_date).unwrap_or(birthdate),
        gender: sex(&gender).to_owned(),
        birthplace: if birthplace.is_empty() { "Hors de France".to_owned() } else { format!("{birthplace} (code INSEE)") },
        birthcountry: if in_france { "France".to_owned() } else { format!("{birthcountry} (code INSEE)") },
        email,
        email_error: None,
        quotient: session.quotient.as_ref().map(|quotient| quotient.value),
    }
}

fn sex(gender: &str) -> &'static str {
    match pivot::Gender::parse(gender) {
        Some(pivot::Gender::Female) => "Féminin",
        Some(pivot::Gender::Male) => "Masculin",
        _ => "Non précisé",
    }
}

pub fn quotient(session: &Session, quotient: &Quotient) -> pages::Quotient {
    let Quotient { value, year, month, provider, children } = quotient.clone();
    pages::Quotient {
        csrf: session.form.clone(),
        value,
        month: month_of(year, month),
        provider: if provider == "CNAF" { "CAF".to_owned() } else { provider },
        children: children.iter().map(|name| capitalised(name)).collect(),
        bands: tariff::table(value),
    }
}

/// « novembre 2026 »
fn month_of(year: i16, month: i8) -> String {
    let first = Date::new(year, month, 1).map(french_date);
    first.map_or_else(|_| year.to_string(), |first| first.trim_start_matches("1er ").to_owned())
}

/// The funds write names in capitals: « JEAN-MARC » becomes « Jean-Marc ».
fn capitalised(name: &str) -> String {
    let mut start = true;
    let mut out = String::with_capacity(name.len());
    for letter in name.chars() {
        if start {
            out.extend(letter.to_uppercase())
        } else {
            out.extend(letter.to_lowercase())
        }
        start = !letter.is_alphabetic();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_people() {
        assert_eq!(month_of(2026, 11), "novembre 2026");
        assert_eq!(month_of(2026, 13), "2026");
        for (name, expected) in [("INES", "Ines"), ("JEAN-MARC", "Jean-Marc"), ("ÉLOÏSE", "Éloïse"), ("", "")] {
            assert_eq!(capitalised(name), expected);
        }
    }
}
