//! Why a call is not answered with data, in the words a partner reads. A code is `XXYYY`: two digits for the provider (00 for the gateway, 50 and
//! 51 for FranceConnect), three for the reason.

use std::collections::BTreeSet;

use domain::endpoint::Endpoint;
use serde_json::{Map, Value, json};

pub mod codes {
    //! Error codes of the gateway itself; those of a data provider begin with its own two digits.
    pub const TOKEN_MISSING: &str = "00101";
    pub const SCOPES: &str = "00100";
    /// Specific to this gateway: no habilitation stands behind the service that obtained the token.
    pub const NO_HABILITATION: &str = "00110";
    pub const RECIPIENT: &str = "00210";
    /// Specific to this gateway: the recipient is not the organisation that was granted the data.
    pub const RECIPIENT_NOT_GRANTED: &str = "00214";
    pub const UNSUPPORTED_VERSION: &str = "00402";
    pub const UNKNOWN_ENDPOINT: &str = "00404";
    pub const TOO_LONG: &str = "00414";
    pub const TOO_MANY: &str = "00429";
    pub const INTERNAL: &str = "00500";
    pub const TOKEN_MALFORMED: &str = "50001";
    pub const TOKEN_UNKNOWN: &str = "50002";
    pub const FRANCECONNECT_DOWN: &str = "51001";
}

pub const GATEWAY: &str = "API Particulier";
const FRANCECONNECT: &str = "FranceConnect";

#[derive(Debug, Clone, PartialEq)]
pub struct ErrorItem {
    pub code: String,
    pub title: &'static str,
    pub detail: String,
    pub parameter: Option<String>,
    pub meta: Map<String, Value>,
}

impl ErrorItem {
    pub fn new(code: impl Into<String>, title: &'static str, detail: impl Into<String>, provider: &str) -> Self {
        let meta = Map::from_iter([("provider".to_owned(), provider.into())]);
        Self { code: code.into(), title, detail: detail.into(), parameter: None, meta }
    }

    pub fn parameter(code: impl Into<String>, parameter: &str, detail: impl Into<String>) -> Self {
        Self { parameter: Some(parameter.to_owned()), ..Self::new(code, "Paramètre invalide", detail, GATEWAY) }
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.meta.insert(key.to_owned(), value.into());
        self
    }

    pub fn to_json(&self) -> Value {
        let Self { code, title, detail, parameter, meta } = self;
        let source = parameter.as_ref().map(|parameter| json!({ "parameter": parameter }));
        json!({ "code": code, "title": title, "detail": detail, "source": source, "meta": meta })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub errors: Vec<ErrorItem>,
    pub headers: Vec<(&'static str, String)>,
}

impl Refusal {
    fn one(status: u16, error: ErrorItem) -> Self {
        Self { status, errors: vec![error], headers: Vec::new() }
    }

    /// Every wrong parameter at once.
    pub fn parameters(errors: Vec<ErrorItem>) -> Self {
        Self { status: 422, errors, headers: Vec::new() }
    }

    fn unauthorized(error: ErrorItem, challenge: &str) -> Self {
        Self { headers: vec![("www-authenticate", challenge.to_owned())], ..Self::one(401, error) }
    }

    pub fn token_missing(in_query: bool) -> Self {
        let detail = if in_query {
            "Le jeton placé dans l’adresse n’est pas accepté : il serait lisible dans les journaux. Transmettez-le dans l’en-tête « Authorization: Bearer »."
        } else {
            "Transmettez le jeton d’accès FranceConnect de l’usager dans l’en-tête « Authorization: Bearer »."
        };
        // RFC 6750 §3: no error code when no credential was sent.
        Self::unauthorized(ErrorItem::new(codes::TOKEN_MISSING, "Jeton manquant", detail, GATEWAY), "Bearer realm=\"api-particulier\"")
    }

    pub fn token_malformed() -> Self {
        let detail = "L’en-tête « Authorization » ne contient pas un jeton d’accès FranceConnect. Forme attendue : « Bearer », une espace, le jeton.";
        Self::invalid_token(ErrorItem::new(codes::TOKEN_MALFORMED, "Jeton FranceConnect illisible", detail, FRANCECONNECT))
    }

    pub fn token_unknown() -> Self {
        let detail = "Ce jeton d’accès FranceConnect est inconnu ou a expiré. Il ne vaut que dans l’environnement qui l’a émis, et pour peu de temps : reprenez la connexion de l’usager.";
        Self::invalid_token(ErrorItem::new(codes::TOKEN_UNKNOWN, "Jeton FranceConnect inconnu ou expiré", detail, FRANCECONNECT))
    }

    fn invalid_token(error: ErrorItem) -> Self {
        Self::unauthorized(error, "Bearer realm=\"api-particulier\", error=\"invalid_token\"")
    }

    /// `support` is the address of the team that answers partners.
    pub fn no_habilitation(support: Option<&str>) -> Self {
        let ask = support.map_or_else(String::new, |email| format!(" Si elle est accordée, écrivez à {email}."));
        let detail = format!(
            "Ce service FranceConnect n’est lié à aucune habilitation active pour ces données. Déposez une demande d’habilitation API Particulier qui désigne votre habilitation FranceConnect, ou attendez que les deux soient accordées.{ask}"
        );
        let error = ErrorItem::new(codes::NO_HABILITATION, "Aucune habilitation liée à ce service", detail, GATEWAY);
        Self::one(
            403,
            match support {
                Some(email) => error.with("support", email),
                None => error,
            },
        )
    }

    /// `granted` tells whether the habilitation, at least, covers the endpoint.
    pub fn scopes(endpoint: &Endpoint, granted: &BTreeSet<&str>) -> Self {
        let missing: Vec<&str> =
            if granted.is_empty() { endpoint.fields.keys().map(String::as_str).collect() } else { granted.iter().copied().collect() };
        let (place, detail) = if granted.is_empty() {
            ("habilitation", "Votre habilitation ne couvre aucune donnée de cette API. Demandez-les dans une nouvelle demande d’habilitation.")
        } else {
            (
                "token",
                "Le jeton ne porte aucun droit sur cette API. Ajoutez les droits manquants au paramètre « scope » de la demande de connexion à FranceConnect.",
            )
        };
        let error = ErrorItem::new(codes::SCOPES, "Droits insuffisants", detail, GATEWAY);
        Self::one(403, error.with("missing_scopes", missing).with("missing_in", place))
    }

    pub fn recipient_not_granted() -> Self {
        let detail = "Le destinataire n’est pas l’organisme à qui l’habilitation a été accordée. Indiquez dans « recipient » le numéro SIRET de cet organisme.";
        let error = ErrorItem::new(codes::RECIPIENT_NOT_GRANTED, "Destinataire non habilité", detail, GATEWAY);
        Self::one(403, ErrorItem { parameter: Some("recipient".to_owned()), ..error })
    }

    pub fn unknown_endpoint() -> Self {
        let detail = "Aucune API ne répond à cette adresse. Vérifiez le chemin, et la modalité d’appel qui le termine : « france_connect ».";
        Self::one(404, ErrorItem::new(codes::UNKNOWN_ENDPOINT, "Adresse inconnue", detail, GATEWAY))
    }

    pub fn unsupported_version(supported: &[u32]) -> Self {
        let list = supported.iter().map(|version| format!("v{version}")).collect::<Vec<_>>().join(", ");
        let detail = format!("Cette version de l’API n’existe pas. Version disponible : {list}.");
        let error = ErrorItem::new(codes::UNSUPPORTED_VERSION, "Version inconnue", detail, GATEWAY);
        Self::one(404, error.with("supported_versions", supported.to_vec()))
    }

    pub fn too_long(limit: usize) -> Self {
        let detail = format!("Les paramètres de l’appel dépassent {limit} octets : raccourcissez-les.");
        Self::one(414, ErrorItem::new(codes::TOO_LONG, "Adresse trop longue", detail, GATEWAY))
    }

    pub fn too_many(retry_after: i64) -> Self {
        let detail = format!("Votre habilitation permet {} appels par seconde. Reprenez dans une seconde.", crate::limiter::PER_SECOND);
        let error = ErrorItem::new(codes::TOO_MANY, "Trop d’appels", detail, GATEWAY).with("retry_in", retry_after);
        Self { headers: vec![("retry-after", retry_after.to_string())], ..Self::one(429, error) }
    }

    pub fn franceconnect_down() -> Self {
        let detail = "FranceConnect n’a pas répondu : le jeton n’a pas pu être vérifié. Réessayez plus tard.";
        Self::one(502, ErrorItem::new(codes::FRANCECONNECT_DOWN, "FranceConnect indisponible", detail, FRANCECONNECT))
    }

    pub fn provider_not_connected(endpoint: &Endpoint) -> Self {
        let detail = "Le fournisseur de ces données n’est pas encore raccordé à cet environnement. Utilisez le bac à sable.";
        Self::one(502, ErrorItem::new(endpoint.error_code("001"), "Fournisseur indisponible", detail, &endpoint.provider))
    }

    pub fn not_found(endpoint: &Endpoint) -> Self {
        let detail = "Le fournisseur ne connaît pas cette personne.";
        Self::one(404, ErrorItem::new(endpoint.error_code("003"), "Personne inconnue du fournisseur", detail, &endpoint.provider))
    }

    pub fn internal() -> Self {
        let detail =
            "Une erreur est survenue de notre côté. Si elle persiste, transmettez au support l’identifiant « X-Request-Id » de cette réponse.";
        Self::one(500, ErrorItem::new(codes::INTERNAL, "Erreur interne", detail, GATEWAY))
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a data call failed on our side");
        Self::internal()
    }
}
