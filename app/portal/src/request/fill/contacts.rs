//! The people a block asks for: each in a fieldset, with buttons that fill it in, and one that adds a person where the form allows
//! several.

use domain::catalogue::Contact;
use habilitation::address_book::SavedContact;
use leptos::prelude::*;
use ui::components::{Button, ButtonKind, Choice, Field, HiddenField, SelectField};
use web::request::remarks;

use super::{
    Sent, Verb,
    page::{BlockForm, control, remark_button},
    saved_contact,
};

pub fn fields(form: &BlockForm<'_>, contact: &Contact) -> AnyView {
    let people: Vec<AnyView> = contact.people().iter().filter(|one| one.is_present(form.answers)).map(|one| person(form, one)).collect();
    let more = contact.next_free(form.answers).map(|_| {
        let (value, about) = (Verb::AddPerson.on(&contact.id), contact.label.to_lowercase());
        view! { <p><Button label="Ajouter une autre personne" kind=ButtonKind::Secondary small=true name=Sent::Action value=value about=about /></p> }
    });
    view! { {people} {more} }.into_any()
}

fn person(form: &BlockForm<'_>, contact: &Contact) -> AnyView {
    let fields: Vec<AnyView> = contact.fields().iter().map(|question| control(form, question)).collect();
    let hint = (!contact.hint.is_empty()).then(|| view! { <p class="fr-hint-text">{contact.hint.clone()}</p> });
    let remarks = remarks::in_form(form.opened, &contact.id, remark_button);
    let presence = contact.presence().map(|name| view! { <HiddenField name=name value="oui" /> });
    let button = |label: &'static str, verb: Verb| {
        let (value, about) = (verb.on(&contact.id), contact.label.clone());
        view! { <Button label=label kind=ButtonKind::Tertiary small=true name=Sent::Action value=value about=about /> }
    };
    let me = contact.may_be_applicant.then(|| button("C’est moi", Verb::Me));
    let remove = contact.added_to.as_ref().map(|_| button("Retirer cette personne", Verb::RemovePerson));
    let keep = form.opened.people.keeps_contacts.then(|| button("Garder pour mon organisation", Verb::Keep));
    let saved = saved(contact, &form.opened.people.saved_contacts);
    view! {
        <fieldset class="fr-fieldset hb-contact">
            <legend class="fr-fieldset__legend"><h3 class="fr-h5">{contact.label.clone()}</h3></legend>
            {presence}
            {hint}
            {remarks}
            <div class="hb-inline">{me}{remove}</div>
            {saved}
            {fields}
            <div class="hb-inline">{keep}</div>
        </fieldset>
    }
    .into_any()
}

/// The choice of a contact saved by the organisation, to fill in the fields.
fn saved(contact: &Contact, saved: &[SavedContact]) -> Option<AnyView> {
    if saved.is_empty() {
        return None;
    }
    let choices = saved
        .iter()
        .map(|one| {
            let person = &one.person;
            Choice::new(one.id.to_string(), format!("{} {} – {}", person.given_name, person.family_name, person.job_title))
        })
        .collect();
    let field = Field::new(saved_contact(&contact.id), "Contacts de mon organisation").optional_silently();
    let (value, about) = (Verb::Recall.on(&contact.id), contact.label.clone());
    Some(
        view! {
            <div class="hb-pick">
                <SelectField field=field choices=choices placeholder="Choisir une personne" />
                <Button label="Reprendre" kind=ButtonKind::Tertiary small=true name=Sent::Action value=value about=about />
            </div>
        }
        .into_any(),
    )
}
