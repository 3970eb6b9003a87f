//! Builds the form people fill in from the file of a service and one of its variants.

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, Field, Form, Kind, Part, Review, ServiceFile, Statement, Variant};
use crate::form::{LEGAL_NATURE, LEGAL_URL, NO_ORDER};

/// Fills in the defaults that a file leaves out.
pub(super) fn complete(mut service: ServiceFile) -> ServiceFile {
    for (position, stage) in service.stages.iter_mut().enumerate() {
        stage.service.clone_from(&service.slug);
        if stage.order == NO_ORDER {
            stage.order = match service.review {
                Review::Sequential => u32::try_from(position).unwrap_or(NO_ORDER),
                Review::Parallel => 0,
            };
        }
    }
    for group in &mut service.scope_groups {
        group.service.clone_from(&service.slug);
    }
    service
}

/// The form without any variant.
pub(super) fn plain(service: &ServiceFile) -> Form {
    Form {
        slug: service.slug.clone(),
        version: service.version,
        variant: None,
        name: service.name.clone(),
        summary: service.summary.clone(),
        before_you_start: service.before_you_start.clone(),
        support_email: service.support_email.clone(),
        terms_label: service.terms_label.clone(),
        terms_url: service.terms_url.clone(),
        eligibility: service.eligibility.clone(),
        relies_on: service.relies_on.clone(),
        continues: service.continues.clone(),
        validity_months: service.validity_months,
        public_bodies: service.public_bodies,
        unique: service.unique,
        statements: service.statements.clone(),
        stages: service.stages.clone(),
        blocks: service.blocks.clone(),
        scope_groups: service.scope_groups.clone(),
        scope_rules: service.scope_rules.clone(),
        provision: service.provision,
        messages: service.messages,
        parts: vec![Part { service: service.slug.clone(), provision: service.provision }],
        prefill: BTreeMap::new(),
        alone: None,
    }
}

/// The form of one variant; `with` is the service it asks for as well.
pub(super) fn variant(service: &ServiceFile, variant: &Variant, with: Option<&ServiceFile>) -> Form {
    let mut form = plain(service);
    form.variant = Some(variant.slug.clone());
    if variant.with.is_some() {
        offer_reliance(&mut form);
    }
    if let Some(other) = with {
        join(&mut form, &plain(other), &variant.apart);
    }
    let case = service.use_cases.iter().find(|case| variant.use_case.as_ref() == Some(&case.slug));
    let frame = variant.frame.as_ref().or_else(|| case.and_then(|case| case.frame.as_ref()));
    if let Some(frame) = frame.and_then(|slug| service.legal_frames.iter().find(|frame| frame.slug == *slug)) {
        let nature = [frame.nature.as_str(), &frame.instruction].join(" ");
        form.prefill.insert(LEGAL_NATURE.to_owned(), vec![nature.trim().to_owned()]);
        let field = form.blocks.iter_mut().flat_map(|block| &mut block.fields).find(|field| field.id == LEGAL_NATURE);
        if let Some(field) = field.filter(|_| !frame.instruction.is_empty()) {
            field.instructions.push(frame.instruction.clone());
        }
        if !frame.url.is_empty() {
            form.prefill.insert(LEGAL_URL.to_owned(), vec![frame.url.clone()]);
        }
    }
    form.prefill.extend(variant.prefill.clone());
    choose_scopes(&mut form, variant);
    close(&mut form, variant);
    if !variant.order.is_empty() {
        let place = |block: &Block| variant.order.iter().position(|slug| *slug == block.slug).unwrap_or(variant.order.len());
        form.blocks.sort_by_key(place);
    }
    if !variant.before_you_start.is_empty() {
        form.before_you_start.clone_from(&variant.before_you_start);
    }
    form
}

fn choose_scopes(form: &mut Form, variant: &Variant) {
    let choice = &variant.scopes;
    for group in &mut form.scope_groups {
        group.scopes.retain(|scope| {
            let offered = choice.offered.is_empty() || choice.offered.contains(&scope.id) || choice.locked.contains(&scope.id) || scope.included;
            offered && !choice.hidden.contains(&scope.id)
        });
        for scope in &mut group.scopes {
            scope.included |= choice.locked.contains(&scope.id);
            if !choice.default.is_empty() {
                scope.default = choice.default.contains(&scope.id);
            }
        }
    }
    form.scope_groups.retain(|group| !group.scopes.is_empty());
}

fn close(form: &mut Form, variant: &Variant) {
    let named = |list: &[String], block: &str, field: &str| list.iter().any(|name| name == block || name == field);
    // The answers of a hidden block stay: they are in `prefill`.
    form.blocks.retain(|block| !variant.hidden.contains(&block.slug));
    for block in &mut form.blocks {
        for field in &mut block.fields {
            field.locked |= named(&variant.locked, &block.slug, &field.id);
            field.hidden |= variant.hidden.contains(&field.id);
        }
    }
}

/// In a form for two services, the field that names an existing request for the other service becomes optional and moves just after the question
/// on which it depends.
fn offer_reliance(form: &mut Form) {
    let mut moved = Vec::new();
    for block in &mut form.blocks {
        let (reliance, others): (Vec<Field>, Vec<Field>) = std::mem::take(&mut block.fields).into_iter().partition(|one| one.kind == Kind::Reliance);
        block.fields = others;
        moved.extend(reliance);
    }
    form.blocks.retain(|block| !block.fields.is_empty() || !block.contacts.is_empty());
    for field in moved {
        let condition = field.when_is.as_ref().map(|(id, _)| id.clone()).unwrap_or_default();
        for block in &mut form.blocks {
            if let Some(position) = block.fields.iter().position(|one| one.id == condition) {
                block.fields.insert(position + 1, Field { required: false, ..field.clone() });
            }
        }
    }
}

/// Merges both services into one form that asks nothing twice. The other service, which this one relies on, comes first in the review route.
fn join(form: &mut Form, other: &Form, apart: &[String]) {
    let known: BTreeSet<String> = form.all_fields().into_iter().map(|field| field.id).collect();
    for theirs in &other.blocks {
        let mut theirs = theirs.clone();
        for field in &mut theirs.fields {
            keep_apart(field, other, apart);
        }
        theirs.fields.retain(|field| !known.contains(&field.id));
        merge_contacts(form, &mut theirs);
        match form.blocks.iter_mut().find(|block| block.slug == theirs.slug) {
            Some(ours) => {
                ours.fields.extend(theirs.fields);
                ours.contacts.extend(theirs.contacts);
            }
            None if theirs.fields.is_empty() && theirs.contacts.is_empty() => {}
            None => form.blocks.push(theirs),
        }
    }
    join_road(form, other);
    let offered: BTreeSet<String> = other.scopes().map(|scope| scope.id.clone()).collect();
    for group in &mut form.scope_groups {
        group.scopes.retain(|scope| !offered.contains(&scope.id));
    }
    form.scope_groups.splice(0..0, other.scope_groups.iter().cloned());
    form.scope_groups.retain(|group| !group.scopes.is_empty());
    form.scope_rules.extend(other.scope_rules.iter().cloned());
    form.parts.splice(0..0, other.parts.iter().cloned());
    for statement in other.statements.iter().cloned().chain([terms_of(other)]) {
        if !form.statements.iter().any(|known| known.id == statement.id) {
            form.statements.push(statement);
        }
    }
    form.validity_months = form.validity_months.or(other.validity_months);
}

/// The other service's teams decide before ours; a team that both have, such as the legal one, decides once.
fn join_road(form: &mut Form, other: &Form) {
    let offset = other.stages.iter().map(|stage| stage.order + 1).max().unwrap_or(0);
    let ours = std::mem::take(&mut form.stages);
    form.stages.clone_from(&other.stages);
    for mut stage in ours {
        if form.stages.iter().all(|known| known.slug != stage.slug) {
            stage.order += offset;
            form.stages.push(stage);
        }
    }
}

fn merge_contacts(form: &mut Form, theirs: &mut Block) {
    theirs.contacts.retain(|contact| {
        let ours = form.blocks.iter_mut().flat_map(|block| &mut block.contacts).find(|ours| ours.id == contact.id);
        match ours {
            Some(ours) => {
                ours.mobile |= contact.mobile;
                false
            }
            None => true,
        }
    });
}

fn keep_apart(field: &mut Field, other: &Form, apart: &[String]) {
    let renamed = |id: &str| apart.iter().any(|name| name == id).then(|| apart_id(other, id));
    if let Some(id) = renamed(&field.id) {
        field.id = id;
        field.label = format!("{}\u{a0}: {}", other.name, lower_first(&field.label));
    }
    for named in [field.when_over.as_mut().map(|c| &mut c.0), field.when_is.as_mut().map(|c| &mut c.0), field.or.as_mut(), field.after.as_mut()] {
        if let Some(id) = named
            && let Some(new) = renamed(id)
        {
            *id = new;
        }
    }
}

/// The id of a field kept apart, prefixed by its service: « franceconnect_legal_nature ».
fn apart_id(other: &Form, field: &str) -> String {
    format!("{}_{field}", other.slug.replace('-', "_"))
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn terms_of(other: &Form) -> Statement {
    Statement {
        id: format!("conditions_{}", other.slug.replace('-', "_")),
        label: format!("Je m’engage à respecter aussi {}.", other.terms_label),
        url: Some(other.terms_url.clone()),
        document: Some(other.terms_label.clone()),
    }
}
