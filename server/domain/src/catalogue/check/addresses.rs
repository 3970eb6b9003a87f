//! Addresses in a catalogue file become links on pages that people trust, or are copied into their answers.

use super::{CatalogueError, invalid, is_slug};
use crate::{
    address,
    catalogue::{Field, Form, Kind, ServiceFile},
    contact::Email,
    endpoint::Endpoint,
    form::LEGAL_URL,
};

pub(super) const NOT_HTTPS: &str = "is no https address";
pub(super) const NOT_A_LINK: &str = "is neither an https address nor a path of this site";
pub(super) const NOT_A_MAILBOX: &str = "is no e-mail address";
pub(super) const NOT_AN_API_PATH: &str = "is no path of an API: a to z, 0 to 9, - and _, separated by /";

fn is_link(text: &str) -> bool {
    address::is_https(text) || address::is_path(text)
}

pub(super) fn of_service(file: &ServiceFile, service: &Form) -> Result<(), CatalogueError> {
    if Email::parse(&service.support_email).is_none() {
        return Err(invalid(service, "support_email", NOT_A_MAILBOX));
    }
    if !is_link(&service.terms_url) {
        return Err(invalid(service, "terms_url", NOT_A_LINK));
    }
    if let Some(wrong) = service.statements.iter().filter_map(|one| one.url.as_ref()).find(|url| !is_link(url)) {
        return Err(invalid(service, wrong, NOT_A_LINK));
    }
    let fields = service.all_fields();
    let is_address = |id: &str| id.ends_with(LEGAL_URL) || fields.iter().any(|field| field.id == id && field.kind == Kind::Url);
    let prefilled = file.variants.iter().flat_map(|variant| variant.prefill.iter().filter(|(id, _)| is_address(id)).flat_map(|(_, values)| values));
    let of_frames = file.legal_frames.iter().map(|frame| &frame.url);
    let defaults = fields.iter().filter(|field: &&Field| field.kind == Kind::Url).map(|field| &field.default);
    let mut proposed = of_frames.chain(prefilled).chain(defaults).filter(|text| !text.is_empty());
    match proposed.find(|text| !address::is_https(text)) {
        Some(wrong) => Err(invalid(service, wrong, NOT_HTTPS)),
        None => Ok(()),
    }
}

pub(super) fn of_endpoint(endpoint: &Endpoint) -> Result<(), CatalogueError> {
    let wrong = |name: &str, why| CatalogueError::Endpoint { endpoint: endpoint.id.clone(), name: name.to_owned(), why };
    if endpoint.path.split('/').all(is_slug) { Ok(()) } else { Err(wrong("path", NOT_AN_API_PATH)) }
}
