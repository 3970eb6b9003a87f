//! The buttons of a block that fill in, add, remove or keep a person.

use domain::{actor::Actor, catalogue::Block, form::Answers};
use habilitation::{
    address_book::{BookError, fill_person, person_of},
    requests::Opened,
};
use web::{App, WebError};

/// What one of those buttons asks for, about a contact of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PersonAction<'a> {
    /// « C’est moi ».
    Me(&'a str),
    /// From the organisation's list.
    Recall(&'a str),
    /// Into the organisation's list.
    Keep(&'a str),
    Add(&'a str),
    Remove(&'a str),
}

impl<'a> PersonAction<'a> {
    pub(crate) fn of(verb: &str, contact: &'a str) -> Option<Self> {
        Some(match verb {
            "moi" => Self::Me(contact),
            "reprendre" => Self::Recall(contact),
            "garder" => Self::Keep(contact),
            "ajouter" => Self::Add(contact),
            "oter" => Self::Remove(contact),
            _ => return None,
        })
    }

    /// Changes what was sent before it is saved. Contacts the block has not are left alone: their fields would be.
    pub(crate) async fn before(self, app: &App, actor: &Actor, opened: &Opened, block: &Block, sent: &mut Answers) -> Result<(), WebError> {
        match self {
            Self::Me(contact) => fill_person(sent, contact, &app.habilitation.own_card(actor).await?),
            Self::Recall(contact) => {
                let picked = sent.text(&format!("repertoire-{contact}")).to_owned();
                if let Some(saved) = opened.people.saved_contacts.iter().find(|one| one.id.to_string() == picked) {
                    fill_person(sent, contact, &saved.person);
                }
            }
            Self::Add(contact) => {
                let free = block.contacts.iter().find(|one| one.id == contact).and_then(|one| one.next_free(sent));
                if let Some(name) = free.and_then(|one| one.presence()) {
                    sent.set(&name, "oui");
                }
            }
            Self::Remove(contact) => {
                let person = block.contacts.iter().flat_map(|one| one.people()).find(|one| one.id == contact && one.added_to.is_some());
                if let Some(person) = person {
                    for field in person.fields().iter().map(|field| field.id.clone()).chain(person.presence()) {
                        sent.0.remove(&field);
                    }
                }
            }
            Self::Keep(_) => {}
        }
        Ok(())
    }
}

/// After the block was saved: the organisation keeps whoever it was asked to, and each account's own card is learnt.
/// A person who is not complete cannot be kept: the problems of their fields are shown like any other.
pub(crate) async fn after(
    app: &App,
    actor: &Actor,
    opened: &Opened,
    block: &Block,
    action: Option<PersonAction<'_>>,
) -> Result<Vec<domain::form::FieldProblem>, WebError> {
    let answers = &opened.request.answers;
    for contact in block.contacts.iter().flat_map(|one| one.people()).filter(|one| one.is_present(answers)) {
        app.habilitation.learn_card(actor, &person_of(answers, &contact.id)).await?;
    }
    let Some(PersonAction::Keep(contact)) = action else { return Ok(Vec::new()) };
    match app.habilitation.keep_contact(actor, opened.request.organisation, &person_of(answers, contact)).await {
        Ok(()) => Ok(Vec::new()),
        Err(BookError::Refused(problems)) => {
            let named = |mut problem: domain::form::FieldProblem| {
                problem.field = format!("{contact}_{}", problem.field);
                problem
            };
            Ok(problems.into_iter().map(named).collect())
        }
        Err(error) => Err(error.into()),
    }
}
