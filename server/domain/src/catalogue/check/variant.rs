//! What a variant must satisfy: it names things that exist, and its form can be completed.

use super::{CatalogueError, Offered, unique};
use crate::{
    catalogue::{Field, Form, Kind, Variant, Vendor},
    form::{self, LEGAL_NATURE},
};

/// Prefix of the fields of the only contact that a vendor's variant may fill in: the vendor's own technical contact.
const VENDOR_CONTACT: &str = "responsable_technique_";

struct Of<'a> {
    /// The plain form of its service.
    service: &'a Form,
    variant: &'a Variant,
}

impl Of<'_> {
    fn wrong(&self, name: &str, why: impl Into<String>) -> CatalogueError {
        CatalogueError::Variant { service: self.service.slug.clone(), variant: self.variant.slug.clone(), name: name.to_owned(), why: why.into() }
    }

    fn known<'a>(&self, mut names: impl Iterator<Item = &'a String>, what: &str, exists: impl Fn(&str) -> bool) -> Result<(), CatalogueError> {
        match names.find(|name| !exists(name)) {
            Some(name) => Err(self.wrong(name, format!("is no {what}"))),
            None => Ok(()),
        }
    }
}

/// Checks made before the form is built: the names the variant uses exist.
pub(super) fn check_variant(
    (file, service): Offered<'_>,
    variant: &Variant,
    services: &[Offered<'_>],
    vendors: &[Vendor],
) -> Result<(), CatalogueError> {
    let of = Of { service, variant };
    of.known(variant.use_case.iter(), "use case of this service", |slug| file.use_cases.iter().any(|case| case.slug == slug))?;
    of.known(variant.vendor.iter(), "vendor of the list", |slug| vendors.iter().any(|vendor| vendor.slug == slug))?;
    of.known(variant.frame.iter(), "legal frame of this service", |slug| file.legal_frames.iter().any(|frame| frame.slug == slug))?;
    of.known(variant.with.iter(), "other service", |slug| slug != service.slug && services.iter().any(|(_, other)| other.slug == slug))?;
    if let Some(with) = &variant.with {
        let qualified = vendors.iter().any(|vendor| variant.vendor.as_ref() == Some(&vendor.slug) && vendor.franceconnect);
        if !qualified {
            return Err(of.wrong(with, "may be asked for together only with a vendor qualified for it"));
        }
        if service.relies_on.as_ref() != Some(with) {
            return Err(of.wrong(with, "is not the service this one relies on"));
        }
    }
    let other = services.iter().find(|(_, other)| variant.with.as_ref() == Some(&other.slug));
    let theirs = other.map(|(_, other)| other.all_fields()).unwrap_or_default();
    of.known(variant.apart.iter(), "field of the other service", |name| theirs.iter().any(|field| field.id == name))?;
    for field in variant.prefill.keys() {
        let contact = service.contacts().find(|contact| field.starts_with(&format!("{}_", contact.id)));
        if contact.is_some() && !(variant.vendor.is_some() && field.starts_with(VENDOR_CONTACT)) {
            return Err(of.wrong(field, "names a person: only a vendor may fill in its own technical contact"));
        }
    }
    Ok(())
}

/// Checks on the form once built: every name is that of something in it, and an applicant can complete it.
pub(in crate::catalogue) fn check_form(service: &Form, variant: &Variant, form: &Form) -> Result<(), CatalogueError> {
    let of = Of { service, variant };
    unique(form, "block", form.blocks.iter().map(|b| b.slug.as_str()))?;
    unique(form, "field", form.all_fields().iter().map(|f| f.id.as_str()))?;
    unique(form, "scope", form.scopes().map(|s| s.id.as_str()))?;
    check_hidden(&of, form)?;
    let fields = form.all_fields();
    let field = |name: &str| fields.iter().any(|field| field.id == name);
    if let Some(name) = form.boxes().find(|name| field(name)) {
        return Err(of.wrong(name, "names both a field and a box to tick"));
    }
    let was_block = |name: &str| variant.hidden.iter().any(|hidden| hidden == name) && service.block(name).is_some();
    let of_hidden_block = |name: &str| {
        let hidden = service.blocks.iter().filter(|block| variant.hidden.contains(&block.slug));
        hidden.flat_map(|block| &block.fields).any(|field| field.id == name)
    };
    let block = |name: &str| form.block(name).is_some();
    of.known(variant.prefill.keys(), "field of this form", |name| field(name) || of_hidden_block(name))?;
    of.known(variant.locked.iter(), "field nor block of this form", |name| field(name) || block(name))?;
    of.known(variant.hidden.iter(), "field nor block of this form", |name| field(name) || was_block(name))?;
    of.known(variant.order.iter(), "block of this form", block)?;
    of.known(variant.scopes.default.iter().chain(&variant.scopes.locked), "scope offered by this form", |id| {
        form.scope(id).is_some_and(|scope| !scope.deprecated)
    })?;
    of.known(variant.scopes.all(), "scope of this service", |id| form.scope(id).is_some() || service.scope(id).is_some())?;
    if let Some(frame) = &variant.frame
        && !field(LEGAL_NATURE)
    {
        return Err(of.wrong(frame, "is of no use: the form asks for no legal text"));
    }
    check_locked(&of, form, &fields)?;
    check_scopes(&of, form, &fields)
}

fn check_hidden(of: &Of<'_>, form: &Form) -> Result<(), CatalogueError> {
    for block in of.service.blocks.iter().filter(|block| of.variant.hidden.contains(&block.slug)) {
        if !block.contacts.is_empty() || block.fields.iter().any(|field| field.kind == Kind::Scopes) {
            return Err(of.wrong(&block.slug, "names people or data: it may be locked, not hidden"));
        }
        check_answered(of, form, &block.fields)?;
    }
    let hidden: Vec<Field> = form.all_fields().into_iter().filter(|field| field.hidden).collect();
    if let Some(scopes) = hidden.iter().find(|field| field.kind == Kind::Scopes) {
        return Err(of.wrong(&scopes.id, "lists data: it may be locked, not hidden"));
    }
    check_answered(of, form, &hidden)
}

fn check_locked(of: &Of<'_>, form: &Form, fields: &[Field]) -> Result<(), CatalogueError> {
    for block in form.blocks.iter().filter(|block| of.variant.locked.contains(&block.slug)) {
        if !block.contacts.is_empty() {
            return Err(of.wrong(&block.slug, "names people: it cannot be locked"));
        }
    }
    let locked: Vec<Field> = fields.iter().filter(|field| field.locked).cloned().collect();
    let answers = form.first_answers();
    // A question that is not asked, or may stay empty, does not prevent anybody from completing the form.
    let asked = |field: &&Field| field.is_asked(&answers) && field.kind != Kind::Documents;
    if let Some(empty) = locked.iter().filter(asked).find(|field| answers.is_empty(&field.id) && field.required) {
        return Err(of.wrong(&empty.id, "is locked without a value: nobody could complete the form"));
    }
    check_answered(of, form, &locked)
}

/// Answers that the applicant cannot change must be valid.
fn check_answered(of: &Of<'_>, form: &Form, closed: &[Field]) -> Result<(), CatalogueError> {
    let answers = form.first_answers();
    for field in closed {
        let shown = Field { hidden: false, ..field.clone() };
        if let Some(problem) = form::check_field(form, &shown, &answers) {
            return Err(of.wrong(&field.id, format!("cannot be completed: {}", problem.sentence())));
        }
    }
    Ok(())
}

/// Default answers must be valid, even where the applicant could correct them; at least one scope must be on offer.
fn check_scopes(of: &Of<'_>, form: &Form, fields: &[Field]) -> Result<(), CatalogueError> {
    let answers = form.first_answers();
    for field in fields.iter().filter(|field| !answers.is_empty(&field.id)) {
        // Instructions are accepted: the applicant replaces them.
        let problem = form::check_field(form, field, &answers).filter(|problem| !matches!(problem, form::Problem::Placeholder(_)));
        if let Some(problem) = problem {
            return Err(of.wrong(&field.id, format!("begins with a wrong answer: {}", problem.sentence())));
        }
    }
    if fields.iter().any(|field| field.kind == Kind::Scopes) && !form.scopes().any(|scope| !scope.deprecated) {
        return Err(of.wrong("scopes", "leave nothing to ask for"));
    }
    Ok(())
}
