//! The saved contacts, each with its forms to change and to remove it, and the form that adds one.

use domain::{form::FieldProblem, phone, routes};
use habilitation::{
    address_book::{Person, SavedContact},
    organisations::Organisation,
};
use leptos::prelude::*;
use ui::{components::*, named::Named};

use super::Sent;

/// What was typed when it was refused, or what has just been done.
#[derive(Debug, Clone, Default)]
pub struct BookForm {
    /// The contact being changed; empty for a new one.
    pub contact: String,
    pub person: Person,
    pub problems: Vec<FieldProblem>,
    pub too_many: bool,
    pub done: bool,
}

pub fn page(organisation: &Organisation, contacts: &[SavedContact], form: &BookForm, csrf: &str) -> impl IntoView + use<> {
    let refused = !form.problems.is_empty();
    let prefix = prefix(&form.contact);
    let errors: Vec<ErrorLink> = form
        .problems
        .iter()
        .map(|one| {
            ErrorLink::new(format!("{prefix}{}", one.field.replace('_', "-")), format!("{}\u{a0}: {}", label(&one.field), one.problem.sentence()))
        })
        .collect();
    let new = if refused && form.contact.is_empty() { form.person.clone() } else { Person::default() };
    let new_problems = if form.contact.is_empty() { form.problems.as_slice() } else { &[] };
    let items: Vec<AnyView> = contacts.iter().map(|one| item(one, form, csrf)).collect();
    let list = if items.is_empty() { view! { <p>"Aucun contact pour l’instant."</p> }.into_any() } else { items.into_any() };
    let fields = person_fields("nouveau-", &new, new_problems);
    let add = view! {
        <PostForm action=routes::SAVED_CONTACTS csrf=csrf.to_owned()>
            {fields}
            <Buttons><Button label="Ajouter ce contact" /></Buttons>
        </PostForm>
    };
    view! {
        <Breadcrumb parents=vec![(routes::ORGANISATION.to_owned(), "Votre organisation".to_owned())] current="Contacts" />
        <ErrorSummary errors=errors />
        {form.done.then(|| view! { <Alert tone=Tone::Success title="Contacts enregistrés" live=true /> })}
        {form.too_many.then(|| view! { <Alert tone=Tone::Error title="La liste est pleine" live=true><p>"Supprimez un contact avant d’en ajouter un autre."</p></Alert> })}
        <PageTitle title="Contacts de votre organisation" lead=organisation.name() />
        <p>"Délégué à la protection des données, responsable technique… Gardez ici les personnes que vos demandes désignent souvent\u{a0}: un bouton les reprend dans le formulaire."</p>
        {list}
        <h2 class="fr-h4">"Ajouter un contact"</h2>
        {add}
    }
}

/// What the ids of the controls of one form begin with: the page has several forms with the same fields.
fn prefix(contact: &str) -> String {
    if contact.is_empty() { "nouveau-".to_owned() } else { format!("contact-{contact}-") }
}

/// The questions about a person, from top to bottom.
const QUESTIONS: [(Sent, &str); 5] = [
    (Sent::GivenName, "Prénom"),
    (Sent::FamilyName, "Nom"),
    (Sent::JobTitle, "Fonction"),
    (Sent::Email, "Adresse électronique"),
    (Sent::Phone, "Téléphone"),
];

fn label(field: &str) -> &'static str {
    QUESTIONS.iter().find(|(one, _)| one.as_str() == field).map_or("", |(_, label)| label)
}

fn person_fields(prefix: &str, person: &Person, problems: &[FieldProblem]) -> AnyView {
    let field = |sent: Sent, value: &str| {
        let name = sent.as_str();
        let error = problems.iter().find(|one| one.field == name).map(|one| one.problem.sentence());
        Field::new(sent, label(name)).id(format!("{prefix}{}", name.replace('_', "-"))).value(value).error(error).autocomplete("off")
    };
    view! {
        <TextField field=field(Sent::GivenName, &person.given_name) />
        <TextField field=field(Sent::FamilyName, &person.family_name) />
        <TextField field=field(Sent::JobTitle, &person.job_title) />
        <EmailField field=field(Sent::Email, &person.email) />
        <TelField field=field(Sent::Phone, &phone::shown(&person.phone)) />
    }
    .into_any()
}

fn item(one: &SavedContact, form: &BookForm, csrf: &str) -> AnyView {
    let id = one.id.to_string();
    let mine = form.contact == id && !form.problems.is_empty();
    let (person, problems) = if mine { (&form.person, form.problems.as_slice()) } else { (&one.person, [].as_slice()) };
    let fields = person_fields(&prefix(&id), person, problems);
    let name = format!("{} {}", one.person.given_name, one.person.family_name);
    let about = [one.person.job_title.clone(), one.person.email.clone(), phone::shown(&one.person.phone)].join(" · ");
    let (csrf, csrf_too, id_too, name_too) = (csrf.to_owned(), csrf.to_owned(), id.clone(), name.clone());
    view! {
        <section class="hb-block fr-mb-3w">
            <h2 class="fr-h5">{name.clone()}</h2>
            <p>{about}</p>
            <Details summary=format!("Modifier\u{a0}: {name}") open=mine>
                <PostForm action=routes::SAVED_CONTACTS csrf=csrf>
                    <HiddenField name=Sent::Contact value=id />
                    {fields}
                    <Button label="Enregistrer" about=name />
                </PostForm>
            </Details>
            <Details summary=format!("Supprimer\u{a0}: {name_too}")>
                <PostForm action=routes::SAVED_CONTACTS csrf=csrf_too inline=true>
                    <HiddenField name=Sent::Remove value=id_too />
                    <Button label="Supprimer ce contact" kind=ButtonKind::Danger small=true />
                </PostForm>
            </Details>
        </section>
    }
    .into_any()
}
