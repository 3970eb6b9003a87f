//! What a catalogue file must satisfy before anybody may see it.

use std::collections::BTreeSet;

use super::{Contact, Field, Form, MODALITIES, Provision, ServiceFile, Vendor};
use crate::{address, endpoint::Endpoint, siret::Siret};

mod addresses;
mod fields;
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
    /// `name` is a text of the file, by which the line at fault is found.
    #[error("service {service}: {name} {why}")]
    Invalid { service: String, name: String, why: &'static str },
    /// `name` is a text of the part of the file about this variant, by which the line at fault is found.
    #[error("service {service}: variant {variant}: {name} {why}")]
    Variant { service: String, variant: String, name: String, why: String },
    #[error("vendor {vendor}: {name} {why}")]
    Vendor { vendor: String, name: String, why: &'static str },
    #[error("endpoint {endpoint}: {name} {why}")]
    Endpoint { endpoint: String, name: String, why: &'static str },
    #[error("endpoint {endpoint}: the scope {scope} is offered by no service")]
    UnknownScope { endpoint: String, scope: String },
}

/// Path segments that follow a request's id in addresses: no block may have one as its slug.
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

/// Names of fields that every HTML form already sends.
const RESERVED_FIELDS: [&str; 4] = ["version", "csrf", "action", "conditions"];

/// Upper bounds: a value above them is a typing error, and could exceed what dates can hold.
const MAX_VALIDITY_MONTHS: u32 = 120;
const MAX_WORKING_DAYS: u32 = 250;
const MAX_ORDER: u32 = 100;
const MAX_VERSION: u32 = 1_000_000;

/// A service file with its plain form.
pub(super) type Offered<'a> = (&'a ServiceFile, &'a Form);

fn unique<'a>(service: &Form, what: &'static str, names: impl Iterator<Item = &'a str>) -> Result<(), CatalogueError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(CatalogueError::Duplicate { service: service.slug.clone(), what, name: name.to_owned() });
        }
    }
    Ok(())
}

fn invalid(service: &Form, name: &str, why: &'static str) -> CatalogueError {
    CatalogueError::Invalid { service: service.slug.clone(), name: name.to_owned(), why }
}

/// Slugs are used as they are in addresses and in names of form controls.
fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

pub(super) fn check(services: &[Offered<'_>], vendors: &[Vendor], endpoints: &[Endpoint]) -> Result<(), CatalogueError> {
    check_vendors(vendors)?;
    let mut slugs = BTreeSet::new();
    for (file, service) in services {
        if !slugs.insert(service.slug.as_str()) {
            return Err(CatalogueError::DuplicateService(service.slug.clone()));
        }
        check_service(file, service)?;
        addresses::of_service(file, service)?;
    }
    for (file, service) in services {
        let named = [service.relies_on.as_ref(), service.continues.as_ref()];
        if let Some(other) = named.into_iter().flatten().find(|other| !slugs.contains(other.as_str()) || **other == service.slug) {
            return Err(CatalogueError::UnknownService { service: service.slug.clone(), other: other.clone() });
        }
        check_provision(service, services)?;
        let named = |slug: &str| {
            let one = services.iter().find(|(_, service)| service.slug == slug);
            one.into_iter().flat_map(|(_, one)| [one.relies_on.as_deref(), one.continues.as_deref()]).flatten().collect()
        };
        if leads_back(&service.slug, named) {
            return Err(invalid(service, &service.slug, "leads back to itself"));
        }
        for one in &file.variants {
            variant::check_variant((file, service), one, services, vendors)?;
        }
    }
    let known: BTreeSet<&str> = services.iter().flat_map(|(_, service)| service.scopes()).map(|scope| scope.id.as_str()).collect();
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

fn check_service(file: &ServiceFile, service: &Form) -> Result<(), CatalogueError> {
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
    if service.version > MAX_VERSION {
        return Err(invalid(service, "version", "is at most 1000000"));
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
    if service.stages.iter().any(|stage| stage.working_days == 0) {
        return Err(invalid(service, "working_days", "is at least 1: the answer takes a day"));
    }
    if service.stages.iter().any(|stage| stage.order > MAX_ORDER) {
        return Err(invalid(service, "order", "is at most 100"));
    }
    unique(service, "stage", service.stages.iter().map(|s| s.slug.as_str()))?;
    unique(service, "block", service.blocks.iter().map(|b| b.slug.as_str()))?;
    unique(service, "scope", service.scopes().map(|s| s.id.as_str()))?;
    unique(service, "statement", service.statements.iter().map(|s| s.id.as_str()))?;
    unique(service, "use case", file.use_cases.iter().map(|c| c.slug.as_str()))?;
    unique(service, "legal frame", file.legal_frames.iter().map(|f| f.slug.as_str()))?;
    unique(service, "variant", file.variants.iter().map(|v| v.slug.as_str()))?;
    check_names(file, service)?;
    let fields = service.all_fields();
    unique(service, "field", fields.iter().map(|f| f.id.as_str()))?;
    fields::check_fields(service, &fields)?;
    check_scope_rules(service, &fields)
}

fn check_names(file: &ServiceFile, service: &Form) -> Result<(), CatalogueError> {
    for block in &service.blocks {
        if RESERVED_BLOCKS.contains(&block.slug.as_str()) {
            return Err(invalid(service, &block.slug, "is a word kept for addresses: no block may be called so"));
        }
    }
    let slugs = [&service.slug].into_iter().chain(service.blocks.iter().map(|b| &b.slug)).chain(service.stages.iter().map(|s| &s.slug));
    let slugs = slugs.chain(file.use_cases.iter().map(|c| &c.slug)).chain(file.variants.iter().map(|v| &v.slug));
    if let Some(wrong) = slugs.chain(service.statements.iter().map(|s| &s.id)).find(|slug| !is_slug(slug)) {
        return Err(invalid(service, wrong, "may hold only a to z, 0 to 9, - and _"));
    }
    if let Some(wrong) = service.statements.iter().find(|statement| RESERVED_FIELDS.contains(&statement.id.as_str())) {
        return Err(invalid(service, &wrong.id, "is a name every form sends: no statement may be called so"));
    }
    // Scopes are separated by spaces in tokens.
    let written = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'));
    if let Some(wrong) = service.scopes().find(|scope| !written(&scope.id)) {
        return Err(invalid(service, &wrong.id, "may hold only letters without accents, 0 to 9, - _ . and :"));
    }
    for stage in &service.stages {
        if let Some(unknown) = stage.covers.iter().find(|slug| service.block(slug).is_none()) {
            return Err(invalid(service, unknown, "is no block: a stage cannot cover it"));
        }
    }
    let frame = |slug: &String| file.legal_frames.iter().any(|frame| frame.slug == *slug);
    if let Some(unknown) = file.use_cases.iter().filter_map(|case| case.frame.as_ref()).find(|slug| !frame(slug)) {
        return Err(invalid(service, unknown, "is no legal frame"));
    }
    Ok(())
}

/// Whether following `named` from `from`, step by step, leads back to `from`.
fn leads_back<'a>(from: &'a str, named: impl Fn(&str) -> Vec<&'a str>) -> bool {
    let (mut seen, mut left) = (BTreeSet::new(), named(from));
    while let Some(next) = left.pop() {
        if next == from {
            return true;
        }
        if seen.insert(next) {
            left.extend(named(next));
        }
    }
    false
}

/// Checks that an approval can open what it promises: a client has a contact who receives its keys, and data scopes have a client to be read
/// through.
fn check_provision(service: &Form, services: &[Offered<'_>]) -> Result<(), CatalogueError> {
    match service.provision {
        Provision::Record => Ok(()),
        Provision::BrokerClient => {
            let identifies = service.scopes().any(|scope| scope.id == "openid" && scope.included);
            let possible = service.relies_on.is_none() && identifies && service.contacts().any(Contact::keeps_keys);
            if possible {
                Ok(())
            } else {
                Err(invalid(service, "provision", "opens a client: relies on nothing, includes openid, asks for a technical contact"))
            }
        }
        Provision::DataScopes => {
            let carried = |(_, other): &Offered<'_>| service.relies_on.as_ref() == Some(&other.slug) && other.provision == Provision::BrokerClient;
            if services.iter().any(carried) {
                Ok(())
            } else {
                Err(invalid(service, "provision", "opens data: relies on a service that opens a client"))
            }
        }
    }
}

fn check_scope_rules(service: &Form, fields: &[Field]) -> Result<(), CatalogueError> {
    let ways = fields.iter().find(|field| field.id == MODALITIES);
    let offered = |way: &String| ways.is_some_and(|field| field.choices.iter().any(|choice| choice.value == *way));
    if let Some(unknown) = service.scopes().flat_map(|scope| &scope.ways).find(|way| !offered(way)) {
        return Err(invalid(service, unknown, "is no way of access of this service: no data can be had by it"));
    }
    for rule in &service.scope_rules {
        if rule.kinds() != 1 {
            return Err(invalid(service, &rule.message, "must be exactly one of at_least_one_of, exclusive, alone"));
        }
        if rule.exclusive.as_ref().is_some_and(|(one, other)| one.is_empty() || other.is_empty() || one.iter().any(|id| other.contains(id))) {
            return Err(invalid(service, &rule.message, "keeps two lists of data apart: neither is empty, nothing is in both"));
        }
        if let Some(unknown) = rule.scopes().find(|id| service.scope(id).is_none()) {
            return Err(invalid(service, unknown, "is no scope: a rule cannot name it"));
        }
        let Some((other, value)) = &rule.lifted_by else { continue };
        match fields.iter().find(|field| field.id == *other) {
            None => {
                return Err(CatalogueError::UnknownField { service: service.slug.clone(), field: "scope_rules".to_owned(), other: other.clone() });
            }
            Some(field) if !fields::can_hold(field, value) => {
                return Err(invalid(service, value, "is a value the field of the condition cannot take"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
