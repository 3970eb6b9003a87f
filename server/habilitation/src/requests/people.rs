//! The people a block names: filled in, added and removed by its buttons, kept for the organisation.

use domain::{
    form::{Answers, Block, FieldProblem},
    ids::{OrganisationId, SavedContactId},
};
use store::request::Request;

use super::{Applying, RequestError, answering::Command};
use crate::address_book::{BookError, fill_person, person_of};

/// What a button asks for about a contact of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonCommand<'a> {
    /// Fills in the person who answers.
    Me(&'a str),
    /// Fills in somebody of the organisation's list.
    Recall(&'a str, Option<SavedContactId>),
    /// Saves the person in the organisation's list.
    Keep(&'a str),
    Add(&'a str),
    Remove(&'a str),
}

impl Applying<'_> {
    /// Applies the command to the answers that were sent, before they are stored. Contacts of other blocks need no check: only the
    /// block's own fields are stored.
    pub(super) async fn change_people(
        &self,
        command: PersonCommand<'_>,
        sent: &mut Answers,
        block: &Block,
        organisation: OrganisationId,
    ) -> Result<(), RequestError> {
        match command {
            PersonCommand::Me(contact) => fill_person(sent, contact, &self.room.own_card(self.actor).await?),
            PersonCommand::Recall(contact, picked) => {
                let known = self.room.contacts_for(self.actor, organisation).await?.unwrap_or_default();
                if let Some(saved) = known.iter().find(|one| Some(one.id) == picked) {
                    fill_person(sent, contact, &saved.person);
                }
            }
            PersonCommand::Add(contact) => {
                let free = block.contacts.iter().find(|one| one.id == contact).and_then(|one| one.next_free(sent));
                if let Some(name) = free.and_then(|one| one.presence()) {
                    sent.set(&name, "oui");
                }
            }
            PersonCommand::Remove(contact) => {
                let person = block.contacts.iter().flat_map(|one| one.people()).find(|one| one.id == contact && one.added_to.is_some());
                if let Some(person) = person {
                    for field in person.fields().iter().map(|field| field.id.clone()).chain(person.presence()) {
                        sent.0.remove(&field);
                    }
                }
            }
            PersonCommand::Keep(_) => {}
        }
        Ok(())
    }

    /// After the block was stored: remembers the job title and telephone of an actor who named themselves, and saves a contact in the
    /// organisation's list when asked to. An incomplete person is not saved: returns the problems of their fields.
    pub(super) async fn keep_people(&self, request: &Request, block: &Block, command: Command<'_>) -> Result<Vec<FieldProblem>, BookError> {
        let answers = &request.answers;
        for contact in block.contacts.iter().flat_map(|one| one.people()).filter(|one| one.is_present(answers)) {
            self.room.learn_card(self.actor, &person_of(answers, &contact.id)).await?;
        }
        let Command::Person(PersonCommand::Keep(contact)) = command else { return Ok(Vec::new()) };
        match self.room.keep_contact(self.actor, request.organisation, &person_of(answers, contact)).await {
            Ok(()) => Ok(Vec::new()),
            Err(BookError::Refused(problems)) => {
                Ok(problems.into_iter().map(|one| FieldProblem { field: format!("{contact}_{}", one.field), problem: one.problem }).collect())
            }
            Err(error) => Err(error),
        }
    }
}
