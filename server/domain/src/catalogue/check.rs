//! What a catalogue file must satisfy before anybody may see it.

use std::collections::BTreeSet;

use super::{Field, Kind, MODALITIES, Service, Vendor};
use crate::{address, endpoint::Endpoint, siret::Siret};

mod addresses;
mod french;
mod variant;

pub(super) use variant::check_form;

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
    /// `name` stands in the file.
    #[error("service {service}: {name} {why}")]
    Invalid { service: String, name: String, why: &'static str },
    /// `name` stands in the part of the file about this variant.
    #[error("service {service}: variant {variant}: {name} {why}")]
    Variant { service: String, variant: String, name: String, why: String },
    #[error("vendor {vendor}: {name} {why}")]
    Vendor { vendor: String, name: String, why: &'static str },
    #[error("endpoint {endpoint}: {name} {why}")]
    Endpoint { endpoint: String, name: String, why: &'static str },
    #[error("endpoint {endpoint}: the scope {scope} is offered by no service")]
    UnknownScope { endpoint: String, scope: String },
}

/// Words that stand after the id of a request in addresses: no block may be called so.
pub const RESERVED_BLOCKS: [&str; 12] = [
    "synthese",
    "documents",
    "messages",
    "remarques",
    "historique",
    "partage",
    "reouverture",
    "transfert",
    "duplication",
    "retrait",
    "attestation",
    "renouvellement",
];

/// Names every form already sends.
const RESERVED_FIELDS: [&str; 4] = ["version", "csrf", "action", "conditions"];

/// What nobody means is refused, and what dates cannot hold with it.
const MAX_VALIDITY_MONTHS: u32 = 120;
const MAX_WORKING_DAYS: u32 = 250;

fn unique<'a>(service: &Service, what: &'static str, names: impl Iterator<Item = &'a str>) -> Result<(), CatalogueError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(CatalogueError::Duplicate { service: service.slug.clone(), what, name: name.to_owned() });
        }
    }
    Ok(())
}

fn invalid(service: &Service, name: &str, why: &'static str) -> CatalogueError {
    CatalogueError::Invalid { service: service.slug.clone(), name: name.to_owned(), why }
}

/// Goes into addresses and names of controls as it is.
fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

pub(super) fn check(services: &[Service], vendors: &[Vendor], endpoints: &[Endpoint]) -> Result<(), CatalogueError> {
    check_vendors(vendors)?;
    let mut slugs = BTreeSet::new();
    for service in services {
        if !slugs.insert(service.slug.as_str()) {
            return Err(CatalogueError::DuplicateService(service.slug.clone()));
        }
        check_service(service)?;
        addresses::of_service(service)?;
    }
    for service in services {
        let named = [service.relies_on.as_ref(), service.continues.as_ref()];
        if let Some(other) = named.into_iter().flatten().find(|other| !slugs.contains(other.as_str()) || **other == service.slug) {
            return Err(CatalogueError::UnknownService { service: service.slug.clone(), other: other.clone() });
        }
        for one in &service.variants {
            variant::check_variant(service, one, services, vendors)?;
        }
    }
    let known: BTreeSet<&str> = services.iter().flat_map(Service::scopes).map(|scope| scope.id.as_str()).collect();
    for endpoint in endpoints {
        addresses::of_endpoint(endpoint)?;
        for scope in endpoint.fields.keys() {
            if !known.contains(scope.as_str()) {
                return Err(CatalogueError::UnknownScope { endpoint: endpoint.id.clone(), scope: scope.clone() });
            }
        }
    }
    Ok(())
}

fn check_vendors(vendors: &[Vendor]) -> Result<(), CatalogueError> {
    let mut slugs = BTreeSet::new();
    for vendor in vendors {
        let wrong = |name: &str, why| CatalogueError::Vendor { vendor: vendor.slug.clone(), name: name.to_owned(), why };
        if !slugs.insert(&vendor.slug) {
            return Err(wrong(&vendor.slug, "is defined twice"));
        }
        if !is_slug(&vendor.slug) {
            return Err(wrong(&vendor.slug, "may hold only a to z, 0 to 9, - and _"));
        }
        if Siret::parse(&vendor.siret).is_err() {
            return Err(wrong(&vendor.siret, "is no SIRET number"));
        }
        if let Some(site) = vendor.site.as_ref().filter(|site| !address::is_https(site)) {
            return Err(wrong(site, addresses::NOT_HTTPS));
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
    if service.version == 0 {
        return Err(invalid(service, "version", "begins at 1"));
    }
    if service.validity_months == Some(0) {
        return Err(invalid(service, "validity_months", "is at least 1; leave it out when there is no end"));
    }
    if service.validity_months > Some(MAX_VALIDITY_MONTHS) {
        return Err(invalid(service, "validity_months", "is at most 120: ten years"));
    }
    if service.stages.iter().any(|stage| stage.working_days > MAX_WORKING_DAYS) {
        return Err(invalid(service, "working_days", "is at most 250: a year of work"));
    }
    unique(service, "stage", service.stages.iter().map(|s| s.slug.as_str()))?;
    unique(service, "block", service.blocks.iter().map(|b| b.slug.as_str()))?;
    unique(service, "scope", service.scopes().map(|s| s.id.as_str()))?;
    unique(service, "statement", service.statements.iter().map(|s| s.id.as_str()))?;
    unique(service, "use case", service.use_cases.iter().map(|c| c.slug.as_str()))?;
    unique(service, "legal frame", service.legal_frames.iter().map(|f| f.slug.as_str()))?;
    unique(service, "variant", service.variants.iter().map(|v| v.slug.as_str()))?;
    check_names(service)?;
    let fields = service.all_fields();
    unique(service, "field", fields.iter().map(|f| f.id.as_str()))?;
    check_fields(service, &fields)?;
    check_scope_rules(service, &fields)
}

fn check_names(service: &Service) -> Result<(), CatalogueError> {
    for block in &service.blocks {
        if RESERVED_BLOCKS.contains(&block.slug.as_str()) {
            return Err(invalid(service, &block.slug, "is a word kept for addresses: no block may be called so"));
        }
    }
    let slugs = [&service.slug].into_iter().chain(service.blocks.iter().map(|b| &b.slug)).chain(service.stages.iter().map(|s| &s.slug));
    let slugs = slugs.chain(service.use_cases.iter().map(|c| &c.slug)).chain(service.variants.iter().map(|v| &v.slug));
    if let Some(wrong) = slugs.chain(service.statements.iter().map(|s| &s.id)).find(|slug| !is_slug(slug)) {
        return Err(invalid(service, wrong, "may hold only a to z, 0 to 9, - and _"));
    }
    for stage in &service.stages {
        if let Some(unknown) = stage.covers.iter().find(|slug| service.block(slug).is_none()) {
            return Err(invalid(service, unknown, "is no block: a stage cannot cover it"));
        }
    }
    let frame = |slug: &String| service.legal_frames.iter().any(|frame| frame.slug == *slug);
    if let Some(unknown) = service.use_cases.iter().filter_map(|case| case.frame.as_ref()).find(|slug| !frame(slug)) {
        return Err(invalid(service, unknown, "is no legal frame"));
    }
    Ok(())
}

fn check_fields(service: &Service, fields: &[Field]) -> Result<(), CatalogueError> {
    let ids: BTreeSet<&str> = fields.iter().map(|f| f.id.as_str()).collect();
    for field in fields {
        let named = [field.when_over.as_ref().map(|c| &c.0), field.when_is.as_ref().map(|c| &c.0), field.or.as_ref(), field.after.as_ref()];
        if let Some(other) = named.into_iter().flatten().find(|other| !ids.contains(other.as_str())) {
            return Err(CatalogueError::UnknownField { service: service.slug.clone(), field: field.id.clone(), other: other.clone() });
        }
        if matches!(field.kind, Kind::Choice | Kind::Choices) && field.choices.is_empty() {
            return Err(CatalogueError::NoChoices { service: service.slug.clone(), field: field.id.clone() });
        }
        if RESERVED_FIELDS.contains(&field.id.as_str()) || service.statements.iter().any(|s| s.id == field.id) {
            return Err(invalid(service, &field.id, "is a name every form sends: no field may be called so"));
        }
        if !is_slug(&field.id) {
            return Err(invalid(service, &field.id, "may hold only a to z, 0 to 9, - and _"));
        }
        if !field.accept.is_empty() && field.kind != Kind::Documents {
            return Err(invalid(service, &field.id, "takes no files: « accept » is for documents"));
        }
        let holds = |value: &str| field.choices.iter().any(|choice| choice.value == value);
        if field.kind == Kind::Choices && !field.default.is_empty() && !field.default.split(',').all(holds) {
            return Err(invalid(service, &field.default, "is a value the field cannot take"));
        }
        if field.not_alone.as_ref().is_some_and(|(value, _)| field.kind != Kind::Choices || !holds(value)) {
            return Err(invalid(service, &field.id, "has a choice that is never alone, which it does not offer among several"));
        }
        if (field.not_past && field.kind != Kind::Date) || (field.within_months.is_some() && field.after.is_none()) {
            return Err(invalid(service, &field.id, "has a rule about dates that does not apply to it"));
        }
        if field.range.is_some_and(|(low, high)| low > high) {
            return Err(invalid(service, &field.id, "has a range that ends before it begins"));
        }
        check_condition(service, field, fields)?;
    }
    let dated = |id: &String| fields.iter().any(|field| field.id == *id && field.kind == Kind::Date);
    if let Some(wrong) = fields.iter().find(|field| field.after.as_ref().is_some_and(|other| field.kind != Kind::Date || !dated(other))) {
        return Err(invalid(service, &wrong.id, "compares dates: both fields must be dates"));
    }
    if service.relies_on.is_some() != fields.iter().any(|field| field.kind == Kind::Reliance) {
        return Err(invalid(service, "relies_on", "goes with a field of kind « reliance »: neither without the other"));
    }
    Ok(())
}

/// A condition on a value nobody can choose would hide the question for ever.
fn check_condition(service: &Service, field: &Field, fields: &[Field]) -> Result<(), CatalogueError> {
    let Some((other, value)) = &field.when_is else { return Ok(()) };
    let possible = fields.iter().find(|f| f.id == *other).is_some_and(|other| match other.kind {
        Kind::Tick => value == "oui",
        Kind::Choice | Kind::Choices => other.choices.iter().any(|choice| choice.value == *value),
        _ => true,
    });
    if possible { Ok(()) } else { Err(invalid(service, value, "is a value the field of the condition cannot take")) }
}

fn check_scope_rules(service: &Service, fields: &[Field]) -> Result<(), CatalogueError> {
    let ways = fields.iter().find(|field| field.id == MODALITIES);
    let offered = |way: &String| ways.is_some_and(|field| field.choices.iter().any(|choice| choice.value == *way));
    if let Some(unknown) = service.scopes().flat_map(|scope| &scope.ways).find(|way| !offered(way)) {
        return Err(invalid(service, unknown, "is no way of access of this service: no data can be had by it"));
    }
    for rule in &service.scope_rules {
        if rule.kinds() != 1 {
            return Err(invalid(service, &rule.message, "must be exactly one of at_least_one_of, exclusive, alone"));
        }
        if let Some(unknown) = rule.scopes().find(|id| service.scope(id).is_none()) {
            return Err(invalid(service, unknown, "is no scope: a rule cannot name it"));
        }
        if let Some((other, _)) = rule.lifted_by.as_ref().filter(|(other, _)| !fields.iter().any(|field| field.id == *other)) {
            return Err(CatalogueError::UnknownField { service: service.slug.clone(), field: "scope_rules".to_owned(), other: other.clone() });
        }
    }
    Ok(())
}
