//! What a citizen is told when a login cannot go on: a code that support knows, a sentence, a reference found in
//! the logs, and the way back to the service when it is known for sure.

use domain::ids::FlowId;
use oidc::{
    authorize::{Invalid, Problem},
    params::ParamError,
};
use store::{Cx, client::Client, flow::Flow};
use uuid::Uuid;

/// Why a use case stopped; [`crate::Broker::page`] makes a page of it.
#[derive(Debug)]
pub struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) back: Option<Box<Back>>,
    pub(crate) cause: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    pub code: &'static str,
    pub status: u16,
    pub message: String,
    /// Unique; the same as in the logs.
    pub reference: String,
    pub back: Option<Back>,
}

/// « Revenir sur {service} »: a form that posts these two fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    pub service: String,
    pub flow: FlowId,
    pub csrf: String,
    /// Of the service, for the `form-action` directive of the page.
    pub origin: Option<String>,
}

impl Back {
    pub(crate) fn of(flow: &Flow, client: &Client) -> Self {
        Self { service: client.name.clone(), flow: flow.id, csrf: flow.csrf.clone(), origin: flow.request.redirect_uri.origin() }
    }
}

impl Refusal {
    pub(crate) fn new(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into(), back: None, cause: None }
    }

    pub(crate) fn caused(mut self, cause: impl ToString) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    pub(crate) fn with_back(mut self, flow: &Flow, client: &Client) -> Self {
        self.back = Some(Box::new(Back::of(flow, client)));
        self
    }

    pub(crate) fn technical(cause: impl ToString) -> Self {
        Self::new("Y000000", 500, "Une erreur technique est survenue. Veuillez réessayer dans quelques minutes.").caused(cause)
    }

    pub(crate) fn no_session() -> Self {
        Self::new("Y190001", 401, "Votre session n’existe plus ou a expiré. Veuillez recommencer depuis le service où vous souhaitez vous connecter.")
    }

    pub(crate) fn wrong_step() -> Self {
        Self::new(
            "Y420001",
            400,
            "Cette page ne correspond plus à votre connexion en cours. Veuillez recommencer depuis le service où vous souhaitez vous connecter.",
        )
    }

    pub(crate) fn csrf(given: bool) -> Self {
        let (code, status) = if given { ("Y470001", 403) } else { ("Y470002", 400) };
        Self::new(code, status, "Ce formulaire n’est plus valable. Veuillez recommencer depuis le service où vous souhaitez vous connecter.")
    }

    pub(crate) fn unknown_client() -> Self {
        Self::new("Y04A586", 400, "Le service qui vous envoie ici n’est pas connu, ou n’est plus autorisé (paramètre client_id).")
    }

    pub(crate) fn unknown_address(parameter: &str) -> Self {
        let message = format!("L’adresse de retour donnée par le service n’est pas parmi celles qu’il a enregistrées (paramètre {parameter}).");
        Self::new("Y046350", 400, message)
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self::technical(chain(&error))
    }
}

impl From<ParamError> for Refusal {
    fn from(error: ParamError) -> Self {
        Self::new("Y030007", 400, params_message(&error))
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        let code = if invalid.problem == Problem::NotJson { "Y030028" } else { "Y030007" };
        Self::new(
            code,
            400,
            format!("La demande du service n’est pas correcte\u{a0}: le paramètre {} {}.", invalid.parameter, problem(invalid.problem)),
        )
    }
}

/// Of a query or form that could not be read at all.
pub(crate) fn params_message(error: &ParamError) -> String {
    match error {
        ParamError::TooLong => format!("La demande est trop longue\u{a0}: {} octets au plus sont acceptés.", oidc::Params::MAX_BYTES),
        ParamError::NotText => "La demande contient autre chose que du texte en UTF-8.".to_owned(),
        ParamError::Repeated(name) => format!("La demande n’est pas correcte\u{a0}: le paramètre {name} est donné plusieurs fois."),
    }
}

fn problem(problem: Problem) -> String {
    match problem {
        Problem::Missing => "est absent ou vide".to_owned(),
        Problem::NotAccepted => "n’est pas accepté ici".to_owned(),
        Problem::TooShort { min } => format!("compte moins de {min} caractères"),
        Problem::TooLong { max } => format!("compte plus de {max} caractères"),
        Problem::Repeated => "est donné plusieurs fois".to_owned(),
        Problem::NotText => "contient des caractères qui ne sont pas acceptés".to_owned(),
        Problem::NotAnAddress => "n’est pas une adresse acceptée".to_owned(),
        Problem::NotJson => "n’est pas un objet JSON".to_owned(),
        Problem::Unsupported { accepted } => format!("ne peut valoir que\u{a0}: {accepted}"),
        Problem::Without { other } => format!("n’a de sens qu’avec le paramètre {other}"),
    }
}

pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// Writes the refusal in the logs under a new reference, and gives what a page shows of it.
pub(crate) fn report(cx: &Cx, refusal: Refusal) -> ErrorPage {
    let Refusal { code, status, message, back, cause } = refusal;
    let reference = domain::ids::mint(cx.now(), cx.entropy.as_ref());
    let cause = cause.unwrap_or_default();
    if status >= 500 {
        tracing::error!(error.code = code, error.reference = %reference, error.cause = cause, "login stopped");
    } else {
        tracing::info!(error.code = code, error.reference = %reference, error.cause = cause, "login refused");
    }
    ErrorPage { code, status, message, reference: Uuid::to_string(&reference), back: back.map(|back| *back) }
}

impl crate::Broker {
    pub fn page(&self, refusal: Refusal) -> ErrorPage {
        report(&self.cx, refusal)
    }
}
