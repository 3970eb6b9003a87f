//! The OpenAPI 3.1 document, drawn from the catalogue: what is documented is what is mounted.

use domain::{
    catalogue::Catalogue,
    endpoint::{Endpoint, Modality, Parameter},
    ports::Environment,
    routes::realms,
};
use serde_json::{Map, Value, json};

use crate::{answer::CONTENT_TYPE, refusal::codes};

/// `base_url` is the address people reach the site at, without trailing slash.
pub fn openapi(catalogue: &Catalogue, base_url: &str) -> Value {
    let mut paths = Map::new();
    for endpoint in catalogue.endpoints() {
        for modality in &endpoint.modalities {
            paths.insert(
                format!("/v{}/{}/{}", endpoint.version, endpoint.path, modality.as_str()),
                json!({ "get": operation(catalogue, endpoint, *modality) }),
            );
        }
    }
    let servers = [(Environment::Sandbox, "Bac à sable"), (Environment::Production, "Production")]
        .map(|(environment, label)| json!({ "url": format!("{base_url}{}", realms::api_particulier(environment)), "description": label }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "API Particulier",
            "version": "3.0.0",
            "description": "Données d’un usager connecté par FranceConnect. Une réponse ne contient que les données dont le droit (« scope ») figure à la fois dans le jeton de l’usager et dans votre habilitation : les autres clés sont absentes.",
        },
        "servers": servers,
        "paths": paths,
        "components": {
            "securitySchemes": { "france_connect": { "type": "http", "scheme": "bearer", "description": "Jeton d’accès FranceConnect de l’usager." } },
            "schemas": { "Errors": errors_schema() },
            "headers": headers(),
        },
    })
}

fn operation(catalogue: &Catalogue, endpoint: &Endpoint, modality: Modality) -> Value {
    let mut parameters = vec![json!({
        "name": "recipient", "in": "query", "required": true,
        "description": "Numéro SIRET de l’organisme destinataire des données : celui à qui l’habilitation a été accordée.",
        "schema": { "type": "string", "pattern": "^\\d{14}$" }, "example": "13002526500013",
    })];
    parameters.extend(endpoint.parameters.iter().map(parameter));
    json!({
        "operationId": format!("api_particulier_v{}_{}_with_{}", endpoint.version, endpoint.id, modality.folder_suffix()),
        "summary": endpoint.title,
        "description": endpoint.summary,
        "tags": [endpoint.title],
        "security": [{ "france_connect": [] }],
        "parameters": parameters,
        "responses": responses(catalogue, endpoint),
    })
}

fn parameter(parameter: &Parameter) -> Value {
    let Parameter { name, description, kind: _, range: _, error: _, malformed: _ } = parameter;
    json!({ "name": name, "in": "query", "required": false, "description": description, "schema": { "type": "integer" } })
}

fn responses(catalogue: &Catalogue, endpoint: &Endpoint) -> Value {
    let mut parameter_codes: Vec<&str> = vec![codes::RECIPIENT];
    for parameter in &endpoint.parameters {
        parameter_codes.extend(parameter.malformed.as_deref());
        parameter_codes.push(&parameter.error);
    }
    let provider = |kind| endpoint.error_code(kind);
    json!({
        "200": {
            "description": "Les données accordées.",
            "headers": reference_headers(),
            "content": { CONTENT_TYPE: { "schema": data_schema(catalogue, endpoint) } },
        },
        "401": error("Jeton absent, illisible, inconnu ou expiré", &[codes::TOKEN_MISSING, codes::TOKEN_MALFORMED, codes::TOKEN_UNKNOWN]),
        "403": error("Droits insuffisants", &[codes::SCOPES, codes::NO_HABILITATION, codes::RECIPIENT_NOT_GRANTED]),
        "404": error("Personne inconnue, ou adresse inconnue", &[&provider("003"), codes::UNSUPPORTED_VERSION, codes::UNKNOWN_ENDPOINT]),
        "414": error("Paramètres trop longs", &[codes::TOO_LONG]),
        "422": error("Paramètre invalide", &parameter_codes),
        "429": error("Trop d’appels", &[codes::TOO_MANY]),
        "500": error("Erreur interne", &[codes::INTERNAL]),
        "502": error("FranceConnect ou le fournisseur est en erreur", &[codes::FRANCECONNECT_DOWN, &provider("001"), &provider("999")]),
        "503": error("Maintenance du fournisseur", &[&provider("020")]),
        "504": error("Le fournisseur n’a pas répondu à temps", &[&provider("002")]),
    })
}

fn data_schema(catalogue: &Catalogue, endpoint: &Endpoint) -> Value {
    let mut properties = Map::new();
    for (scope, keys) in &endpoint.fields {
        let label = catalogue.scope_label(scope).map_or(scope.as_str(), |(label, _)| label);
        for key in keys {
            properties.insert(key.clone(), json!({ "description": format!("{label}. Présent avec le droit « {scope} »."), "x-scope": scope }));
        }
    }
    json!({
        "type": "object",
        "required": ["data", "links", "meta"],
        "properties": { "data": { "type": "object", "properties": properties }, "links": { "type": "object" }, "meta": { "type": "object" } },
    })
}

fn error(description: &str, codes: &[&str]) -> Value {
    json!({
        "description": format!("{description}. Codes : {}.", codes.join(", ")),
        "content": { CONTENT_TYPE: { "schema": { "$ref": "#/components/schemas/Errors" } } },
    })
}

fn errors_schema() -> Value {
    let nullable = |properties: Value| json!({ "type": ["object", "null"], "properties": properties });
    json!({
        "type": "object",
        "required": ["errors"],
        "properties": { "errors": { "type": "array", "minItems": 1, "items": {
            "type": "object",
            "required": ["code", "title", "detail", "meta"],
            "properties": {
                "code": { "type": "string", "pattern": "^\\d{5}$" },
                "title": { "type": "string" },
                "detail": { "type": "string" },
                "source": nullable(json!({ "parameter": { "type": "string" } })),
                "meta": { "type": "object", "properties": { "provider": { "type": "string" }, "retry_in": { "type": "integer" }, "missing_scopes": { "type": "array", "items": { "type": "string" } } } },
            },
        } } },
    })
}

const HEADERS: [(&str, &str, &str); 4] = [
    ("X-Request-Id", "string", "Identifiant de l’appel, à citer au support."),
    ("RateLimit-Limit", "integer", "Appels permis par seconde."),
    ("RateLimit-Remaining", "integer", "Appels encore permis pendant cette seconde."),
    ("RateLimit-Reset", "integer", "Instant où le compte repart, en secondes depuis le 1er janvier 1970."),
];

fn headers() -> Value {
    HEADERS
        .iter()
        .map(|(name, kind, description)| ((*name).to_owned(), json!({ "description": description, "schema": { "type": kind } })))
        .collect::<Map<_, _>>()
        .into()
}

fn reference_headers() -> Value {
    HEADERS.iter().map(|(name, _, _)| ((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }))).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mounted_endpoint_is_documented_and_every_reference_leads_somewhere() {
        let catalogue = catalogue::shipped().unwrap();
        let document = openapi(&catalogue, "https://habilis.example");
        let operation = document.pointer("/paths/~1v3~1dss~1quotient_familial~1france_connect/get").unwrap();
        assert_eq!(operation["parameters"].as_array().unwrap().len(), 3);
        assert_eq!(document["servers"][0]["url"], "https://habilis.example/api-particulier/sandbox");
        assert!(operation.pointer("/responses/200/content/application~1vnd.api+json/schema/properties/data/properties/quotient_familial").is_some());
        let text = document.to_string();
        for (position, _) in text.match_indices("\"$ref\":\"#") {
            let reference = text[position + 9..].split('"').next().unwrap();
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
    }
}
