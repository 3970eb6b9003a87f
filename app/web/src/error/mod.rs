//! Errors as pages: one short sentence, the right status, and no internal detail. An internal error is logged once, with its chain of
//! causes, under the reference that the page shows.

mod page;
mod refusals;

use std::error::Error;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use domain::routes;
use habilitation::limits::TooMany;
use ui::shell::Chrome;

pub use page::{Again, KEPT_TITLE, resumed_page};

use crate::{form::Sent, page::chrome, state::App, visitor::Visitor};

#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error("not found")]
    NotFound,
    /// Redirects to the sign-in page, then to `return_to`.
    #[error("sign in first")]
    SignIn { return_to: String },
    /// The account's rights require a second factor that this session has not shown: redirects to second-factor enrolment.
    #[error("second factor first")]
    SecondFactor { return_to: String },
    /// The second factor was shown too long ago: redirects to the page that asks for it again.
    #[error("second factor again")]
    Confirm { return_to: String },
    #[error("not allowed")]
    Forbidden,
    /// Refused while an administrator impersonates the person.
    #[error("in person only")]
    InPerson,
    #[error("suspended")]
    Suspended,
    /// A sentence for the person.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    #[error("method not allowed")]
    Method,
    #[error("form expired")]
    FormExpired,
    #[error("sent from another site")]
    CrossSite,
    /// The limit, in words.
    #[error("too large: {0}")]
    TooLarge(&'static str),
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// A daily quota is used up.
    #[error(transparent)]
    DayOver(domain::quota::Spent),
    /// Documents sent to a page that takes none.
    #[error("no documents here")]
    NoDocuments,
    /// The request bodies being received exceed what the process accepts at once.
    #[error("too much at once")]
    Overloaded,
    #[error("the body came too slowly")]
    Slow,
    #[error("lasted too long")]
    TimedOut,
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// A response that is sent as it is, instead of an error page.
    #[error("answered otherwise")]
    Answered(Box<Response>),
    /// A status, a title and a sentence of their own.
    #[error("told: {1}")]
    Told(StatusCode, &'static str, &'static str),
    /// The database rolled this transaction back in favour of a concurrent one: the same form may succeed if it is sent again.
    #[error("busy")]
    Busy,
    #[error("internal error")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl WebError {
    pub fn internal(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<store::Error> for WebError {
    fn from(error: store::Error) -> Self {
        Self::internal(error)
    }
}

/// What the person reads: a title and what to do.
fn words(error: &WebError) -> (StatusCode, &'static str, String) {
    match error {
        WebError::NotFound => (StatusCode::NOT_FOUND, "Page introuvable", "L’adresse est peut-être incomplète, ou la page n’existe plus.".into()),
        WebError::Forbidden => (StatusCode::FORBIDDEN, "Accès refusé", "Votre compte ne permet pas d’ouvrir cette page.".into()),
        WebError::InPerson => {
            let sentence = "À la place de quelqu’un d’autre, vous lisez et complétez ses brouillons\u{a0}: tout le reste se fait en personne. Rien n’a été enregistré.";
            (StatusCode::FORBIDDEN, "Réservé à la personne", sentence.into())
        }
        WebError::Suspended => (
            StatusCode::FORBIDDEN,
            "Accès suspendu",
            "Votre accès à Habilis est suspendu. Le motif vous a été envoyé par courriel\u{a0}; contactez l’équipe Habilis pour le contester.".into(),
        ),
        WebError::BadRequest(sentence) => (StatusCode::BAD_REQUEST, "Demande incomprise", (*sentence).into()),
        WebError::Method => {
            (StatusCode::METHOD_NOT_ALLOWED, "Page introuvable", "Cette adresse ne s’ouvre pas ainsi\u{a0}: revenez à la page précédente.".into())
        }
        WebError::FormExpired => {
            let sentence = "Vous vous êtes connecté ou déconnecté depuis l’ouverture de cette page\u{a0}: rien n’a été enregistré. Revenez en arrière\u{a0}: ce que vous avez saisi y est encore. Copiez-le, rechargez la page, puis envoyez-la de nouveau.";
            (StatusCode::FORBIDDEN, "Ce formulaire a expiré", sentence.into())
        }
        WebError::CrossSite => (StatusCode::FORBIDDEN, "Envoi refusé", "Ce formulaire n’a pas été envoyé depuis Habilis.".into()),
        WebError::TooLarge(limit) => (StatusCode::PAYLOAD_TOO_LARGE, "Envoi trop volumineux", format!("La limite est de {limit}.")),
        WebError::TooMany(wait) => (StatusCode::TOO_MANY_REQUESTS, "Trop de tentatives", wait.sentence()),
        WebError::DayOver(spent) => (StatusCode::TOO_MANY_REQUESTS, "Limite du jour atteinte", spent.sentence()),
        WebError::NoDocuments => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Envoi refusé",
            "Cette page ne reçoit pas de document\u{a0}: revenez-y et renvoyez le formulaire.".into(),
        ),
        WebError::Overloaded => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Trop d’envois à la fois",
            "Le site reçoit trop d’envois en ce moment, et le vôtre n’a pas été pris. Recommencez dans quelques instants.".into(),
        ),
        WebError::Slow => (
            StatusCode::REQUEST_TIMEOUT,
            "Envoi interrompu",
            "Votre envoi arrivait trop lentement. Recommencez avec une meilleure connexion, ou un document à la fois.".into(),
        ),
        WebError::TimedOut => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Le site tarde à répondre",
            "Votre demande a pris trop de temps et a été abandonnée. Vérifiez si elle a abouti, puis recommencez dans une minute.".into(),
        ),
        WebError::Conflict(sentence) => (StatusCode::CONFLICT, "La page a changé", (*sentence).into()),
        WebError::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Réessayez",
            "Quelqu’un d’autre enregistrait au même moment\u{a0}: votre envoi n’a pas abouti. Recommencez dans quelques secondes.".into(),
        ),
        WebError::Told(status, title, sentence) => (*status, title, (*sentence).into()),
        WebError::SignIn { .. } | WebError::SecondFactor { .. } | WebError::Confirm { .. } | WebError::Answered(_) | WebError::Internal(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Une erreur est survenue",
            "Elle vient de notre côté et nous en sommes avertis. Réessayez dans quelques instants.".into(),
        ),
    }
}

/// Attached to the response, so that [`dress_errors`] can render the page again with the visitor's header.
#[derive(Debug, Clone)]
struct Said {
    title: &'static str,
    sentence: String,
    reference: Option<String>,
    /// Sending the same form again may succeed.
    again: bool,
}

impl Said {
    fn page(&self, status: StatusCode, chrome: Chrome, again: Option<(&'static str, Again)>) -> String {
        page::error_page(chrome, status.as_u16(), self.title, &self.sentence, self.reference.as_deref(), again)
    }
}

/// Renders error pages again with the theme and the visitor's header, and a button to send the form again where that may help. When the
/// visitor cannot be read either, the bare page is sent.
pub async fn dress_errors(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let (headers, action, sent) = (request.headers().clone(), request.uri().path_and_query().map(ToString::to_string), Sent::default());
    request.extensions_mut().insert(sent.clone());
    let mut response = next.run(request).await;
    sent.answered(&response);
    let Some(said) = response.extensions_mut().remove::<Said>() else { return response };
    let label = if sent.without_documents() { Some("Envoyer sans les documents") } else { said.again.then_some("Réessayer") };
    let again = label.and_then(|label| action.zip(sent.fields()).map(|(action, fields)| (label, Again { action, fields })));
    let (mut parts, ()) = axum::http::Request::new(()).into_parts();
    parts.headers = headers;
    if let Ok(visitor) = Visitor::from_request_parts(&mut parts, &app).await {
        *response.body_mut() = said.page(response.status(), chrome(&app, &visitor), again).into();
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    response
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        if let Self::SignIn { return_to } = &self {
            return crate::page::see_other(&routes::with_return(routes::SIGN_IN, Some(return_to)));
        }
        if let Self::SecondFactor { return_to } = &self {
            return crate::page::see_other(&routes::with_return(routes::SECURITY, Some(return_to)));
        }
        if let Self::Confirm { return_to } = &self {
            return crate::page::see_other(&routes::with_return(routes::SECURITY_CONFIRM, Some(return_to)));
        }
        let this = match self {
            Self::Answered(response) => return *response,
            Self::Internal(source) if store::gave_way(source.as_ref()) => {
                tracing::warn!(error.chain = %chain_of(source.as_ref()), "a request gave way to another");
                Self::Busy
            }
            other => other,
        };
        let reference = matches!(this, Self::Internal(_)).then(|| log(&this));
        let (status, title, sentence) = words(&this);
        let said = Said { title, sentence, reference, again: matches!(this, Self::Busy) };
        let mut response = (status, Html(said.page(status, Chrome::default(), None))).into_response();
        response.extensions_mut().insert(said);
        let after = match this {
            Self::TooMany(wait) => Some(wait.seconds()),
            Self::TimedOut => Some(60),
            Self::Overloaded => Some(10),
            Self::DayOver(_) => Some(3600),
            Self::Busy => Some(1),
            _ => None,
        };
        if let Some(seconds) = after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What the framework refuses by itself (an address that is not UTF-8, a method that no route accepts) is answered in plain English
/// text: replaces it by an error page.
pub async fn framework_refusals(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let status = response.status();
    let bare = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let page = match status {
        StatusCode::METHOD_NOT_ALLOWED => WebError::Method.into_response(),
        refused if refused.is_client_error() && bare => WebError::BadRequest("L’adresse ou l’envoi est illisible.").into_response(),
        _ => return response,
    };
    let (parts, body) = page.into_parts();
    *response.body_mut() = body;
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().extend(parts.headers);
    response.extensions_mut().extend(parts.extensions);
    response
}

/// Logs the whole chain of causes, and returns the reference that the page shows.
fn log(error: &WebError) -> String {
    use domain::Entropy;

    let mut bytes = [0u8; 6];
    domain::clock::SystemEntropy.fill(&mut bytes);
    let reference = hex::encode(bytes);
    let chain = error.source().map(chain_of).unwrap_or_default();
    tracing::error!(error.reference = %reference, error.chain = %chain, "a request failed");
    reference
}

fn chain_of(error: &(dyn Error + 'static)) -> String {
    let mut chain = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push(error.to_string());
        cause = error.source();
    }
    chain.join(": ")
}
