//! The contacts an organisation saves to name in its requests, for its verified members; and what « C’est moi » fills in for each
//! account.

use domain::{
    actor::Actor,
    catalogue::{Contact, Kind},
    form::{self, Answers, FieldProblem, Problem},
    ids::{OrganisationId, SavedContactId},
};
pub use store::address_book::{Person, SavedContact};
use store::{
    address_book,
    organisation::{Organisation, members},
};

use crate::{Habilitation, memberships::MembershipError};

pub const MAX_SAVED: usize = 50;

#[derive(Debug, thiserror::Error)]
pub enum BookError {
    #[error("no such contact")]
    NotFound,
    #[error("fields to correct")]
    Refused(Vec<FieldProblem>),
    #[error("the list is full")]
    TooMany,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<MembershipError> for BookError {
    fn from(error: MembershipError) -> Self {
        match error {
            MembershipError::Store(error) => Self::Store(error),
            _ => Self::NotFound,
        }
    }
}

/// Reads a person from the answers of a form, in the fields of this contact.
pub(crate) fn person_of(answers: &Answers, contact: &str) -> Person {
    let text = |suffix: &str| answers.text(&format!("{contact}_{suffix}")).to_owned();
    Person {
        given_name: text("given_name"),
        family_name: text("family_name"),
        job_title: text("job_title"),
        email: text("email"),
        phone: text("phone"),
    }
}

/// Writes a person into the answers; an empty property leaves the answer that was typed.
pub(crate) fn fill_person(answers: &mut Answers, contact: &str, person: &Person) {
    let Person { given_name, family_name, job_title, email, phone } = person;
    for (suffix, value) in [("given_name", given_name), ("family_name", family_name), ("job_title", job_title), ("email", email), ("phone", phone)] {
        if !value.is_empty() {
            answers.set(&format!("{contact}_{suffix}"), value.as_str());
        }
    }
}

/// Checks a person by the same rules as a contact of a request.
fn checked(room: &Habilitation, person: &Person) -> Result<Person, BookError> {
    const NAME: &str = "personne";
    let contact = Contact { id: NAME.into(), ..Contact::default() };
    let mut answers = Answers::default();
    fill_person(&mut answers, NAME, person);
    let mut tidy = Answers::default();
    let problems: Vec<FieldProblem> = contact
        .fields()
        .iter()
        .filter_map(|field| {
            tidy.set(&field.id, form::normalise(field, answers.text(&field.id)));
            let address =
                |problem: Option<Problem>| problem.or_else(|| (field.kind == Kind::Email).then(|| room.mailbox(tidy.text(&field.id)).err())?);
            let problem = address(form::check_alone(field, &tidy))?;
            Some(FieldProblem { field: field.id.trim_start_matches("personne_").to_owned(), problem })
        })
        .collect();
    if problems.is_empty() { Ok(person_of(&tidy, NAME)) } else { Err(BookError::Refused(problems)) }
}

impl Habilitation {
    /// The organisation this person works for, and its saved contacts; for a verified member.
    pub async fn address_book(&self, actor: &Actor) -> Result<(Organisation, Vec<SavedContact>), BookError> {
        let organisation = self.verified_current(actor).await?;
        let contacts = address_book::of_organisation(&self.cx.db, organisation.id, MAX_SAVED as u64).await?;
        Ok((organisation, contacts))
    }

    /// Adds a contact, or changes the one of this id.
    pub async fn save_contact(&self, actor: &Actor, id: Option<SavedContactId>, person: &Person) -> Result<(), BookError> {
        let organisation = self.verified_current(actor).await?;
        self.write_contact(actor, organisation.id, id, person).await
    }

    async fn write_contact(&self, actor: &Actor, organisation: OrganisationId, id: Option<SavedContactId>, person: &Person) -> Result<(), BookError> {
        let (cx, person) = (&self.cx, checked(self, person)?);
        let tx = cx.begin().await?;
        let id = match id {
            Some(id) => address_book::find(&tx, organisation, id).await?.ok_or(BookError::NotFound)?.id,
            None => {
                let all = address_book::of_organisation(&tx, organisation, MAX_SAVED as u64).await?;
                match all.iter().find(|one| one.person.email == person.email) {
                    // The same person: the saved contact is updated.
                    Some(known) => known.id,
                    None if all.len() >= MAX_SAVED => return Err(BookError::TooMany),
                    None => cx.new_id(),
                }
            }
        };
        address_book::save(&tx, organisation, &SavedContact { id, person }, actor.account, cx.now()).await?;
        Ok(tx.commit().await?)
    }

    pub async fn remove_contact(&self, actor: &Actor, id: SavedContactId) -> Result<(), BookError> {
        let organisation = self.verified_current(actor).await?;
        let tx = self.cx.begin().await?;
        if !address_book::remove(&tx, organisation.id, id).await? {
            return Err(BookError::NotFound);
        }
        Ok(tx.commit().await?)
    }

    /// From a request's form: keeps this person for the request's organisation.
    pub(crate) async fn keep_contact(&self, actor: &Actor, organisation: OrganisationId, person: &Person) -> Result<(), BookError> {
        if !members::is_verified(&self.cx.db, actor.account, organisation).await? {
            return Err(BookError::NotFound);
        }
        self.write_contact(actor, organisation, None, person).await
    }

    /// For a request's form: none when the person is not a verified member of its organisation.
    pub(crate) async fn contacts_for(&self, actor: &Actor, organisation: OrganisationId) -> Result<Option<Vec<SavedContact>>, store::Error> {
        if !members::is_verified(&self.cx.db, actor.account, organisation).await? {
            return Ok(None);
        }
        Ok(Some(address_book::of_organisation(&self.cx.db, organisation, MAX_SAVED as u64).await?))
    }

    /// What « C’est moi » fills in.
    pub(crate) async fn own_card(&self, actor: &Actor) -> Result<Person, store::Error> {
        let (given, family) = actor.name.split_once(' ').unwrap_or((actor.name.as_str(), ""));
        let (job_title, phone) = address_book::card(&self.cx.db, actor.account).await?.unwrap_or_default();
        Ok(Person { given_name: given.to_owned(), family_name: family.to_owned(), email: actor.email.clone(), job_title, phone })
    }

    /// Remembers the job title and telephone of an account that named itself as a contact.
    pub(crate) async fn learn_card(&self, actor: &Actor, person: &Person) -> Result<(), store::Error> {
        if person.email != actor.email || checked(self, person).is_err() {
            return Ok(());
        }
        let known = address_book::card(&self.cx.db, actor.account).await?;
        if known.is_some_and(|known| known == (person.job_title.clone(), person.phone.clone())) {
            return Ok(());
        }
        let tx = self.cx.begin().await?;
        address_book::set_card(&tx, actor.account, &person.job_title, &person.phone).await?;
        tx.commit().await
    }
}
