//! What a catalogue file must satisfy before anybody may see it.

use std::collections::BTreeSet;

use super::{Kind, Service};
use crate::endpoint::Endpoint;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    #[error("service {0}: defined twice")]
    DuplicateService(String),
    #[error("service {service}: {what} {name} is defined twice")]
    Duplicate { service: String, what: &'static str, name: String },
    #[error("service {service}: field {field} names the unknown field {other}")]
    UnknownField { service: String, field: String, other: String },
    #[error("service {service}: field {field} has no choices")]
    NoChoices { service: String, field: String },
    #[error("service {service}: relies on the unknown service {other}")]
    UnknownService { service: String, other: String },
    #[error("service {service}: has no {what}")]
    Empty { service: String, what: &'static str },
    #[error("endpoint {endpoint}: the scope {scope} is offered by no service")]
    UnknownScope { endpoint: String, scope: String },
}

fn unique<'a>(service: &Service, what: &'static str, names: impl Iterator<Item = &'a str>) -> Result<(), CatalogueError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(CatalogueError::Duplicate { service: service.slug.clone(), what, name: name.to_owned() });
        }
    }
    Ok(())
}

pub(super) fn check(services: &[Service], endpoints: &[Endpoint]) -> Result<(), CatalogueError> {
    let mut slugs = BTreeSet::new();
    for service in services {
        if !slugs.insert(service.slug.as_str()) {
            return Err(CatalogueError::DuplicateService(service.slug.clone()));
        }
        check_service(service)?;
    }
    for service in services {
        if let Some(other) = service.relies_on.as_ref().filter(|other| !slugs.contains(other.as_str())) {
            return Err(CatalogueError::UnknownService { service: service.slug.clone(), other: other.clone() });
        }
    }
    let known: BTreeSet<&str> = services.iter().flat_map(Service::scopes).map(|scope| scope.id.as_str()).collect();
    for endpoint in endpoints {
        for scope in endpoint.fields.keys() {
            if !known.contains(scope.as_str()) {
                return Err(CatalogueError::UnknownScope { endpoint: endpoint.id.clone(), scope: scope.clone() });
            }
        }
    }
    Ok(())
}

fn check_service(service: &Service) -> Result<(), CatalogueError> {
    let empty = |what| CatalogueError::Empty { service: service.slug.clone(), what };
    if service.stages.is_empty() {
        return Err(empty("review stage"));
    }
    if service.blocks.is_empty() {
        return Err(empty("block"));
    }
    unique(service, "stage", service.stages.iter().map(|s| s.slug.as_str()))?;
    unique(service, "block", service.blocks.iter().map(|b| b.slug.as_str()))?;
    unique(service, "scope", service.scopes().map(|s| s.id.as_str()))?;
    let fields = service.all_fields();
    unique(service, "field", fields.iter().map(|f| f.id.as_str()))?;
    let ids: BTreeSet<&str> = fields.iter().map(|f| f.id.as_str()).collect();
    for field in &fields {
        let named = [field.when_over.as_ref().map(|c| &c.0), field.when_is.as_ref().map(|c| &c.0), field.or.as_ref()];
        if let Some(other) = named.into_iter().flatten().find(|other| !ids.contains(other.as_str())) {
            return Err(CatalogueError::UnknownField { service: service.slug.clone(), field: field.id.clone(), other: other.clone() });
        }
        if matches!(field.kind, Kind::Choice | Kind::Choices) && field.choices.is_empty() {
            return Err(CatalogueError::NoChoices { service: service.slug.clone(), field: field.id.clone() });
        }
    }
    Ok(())
}
