//! The people a form asks for. A contact marked `multiple` stands for up to five: the first is always asked for, each other one once added.

use super::{Answers, Contact, Field, Form, Kind};
use crate::contact::Email;

/// The most people for one contact.
pub const MAX_PEOPLE: usize = 5;
/// The contact to whom the keys of a service go, as the catalogue names it.
const KEEPS_KEYS: &str = "responsable_technique";

/// The answer that says a further person was added.
fn presence(id: &str) -> String {
    format!("{id}_ajoute")
}

impl Contact {
    /// This person and those who may be added beside them; their ids end with their rank.
    pub fn people(&self) -> Vec<Contact> {
        let most = if self.multiple { MAX_PEOPLE } else { 1 };
        let further = (2..=most).map(|rank| Contact {
            id: format!("{}_{rank}", self.id),
            label: format!("{} ({rank})", self.label),
            hint: String::new(),
            added_to: Some(self.id.clone()),
            ..self.clone()
        });
        std::iter::once(self.clone()).chain(further).collect()
    }

    /// The contact of the catalogue it belongs to: itself, or the one it was added to.
    pub fn role(&self) -> &str {
        self.added_to.as_deref().unwrap_or(&self.id)
    }

    pub fn keeps_keys(&self) -> bool {
        self.role() == KEEPS_KEYS
    }

    pub fn is_present(&self, answers: &Answers) -> bool {
        self.added_to.is_none() || answers.text(&presence(&self.id)) == "oui"
    }

    /// The name of the answer that keeps an added person in the form.
    pub fn presence(&self) -> Option<String> {
        self.added_to.as_ref().map(|_| presence(&self.id))
    }

    /// The first person who can still be added beside this one.
    pub fn next_free(&self, answers: &Answers) -> Option<Contact> {
        self.people().into_iter().find(|person| !person.is_present(answers))
    }

    /// The fields of an added person are asked for once they were added.
    pub(super) fn when_added(&self, mut fields: Vec<Field>) -> Vec<Field> {
        let Some(name) = self.presence() else { return fields };
        for field in &mut fields {
            field.when_is = Some((name.clone(), "oui".to_owned()));
        }
        fields.insert(0, Field::new(&name, &self.label, Kind::Tick));
        fields
    }
}

impl Form {
    /// Everybody these answers name or should name, in the order of the form.
    pub fn people(&self, answers: &Answers) -> Vec<Contact> {
        self.contacts().flat_map(Contact::people).filter(|person| person.is_present(answers)).collect()
    }

    /// Those of them whose address is known, with it.
    pub fn named(&self, answers: &Answers) -> Vec<(Contact, Email)> {
        let address = |person: &Contact| Email::parse(answers.text(&format!("{}_email", person.id)));
        self.people(answers).into_iter().filter_map(|person| address(&person).map(|email| (person, email))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::Block, form};

    fn service(multiple: bool) -> Form {
        let contact = Contact { id: "technique".into(), label: "Technique".into(), multiple, ..Contact::default() };
        let block = Block { slug: "contacts".into(), title: "Contacts".into(), intro: String::new(), fields: vec![], contacts: vec![contact] };
        Form { blocks: vec![block], ..Form::default() }
    }

    #[test]
    fn those_named_are_present_and_have_an_address() {
        let service = service(true);
        let mut answers = Answers::default();
        for (id, email) in [("technique", "Un@a.fr"), ("technique_2", "deux@a.fr"), ("technique_3", "pas une adresse")] {
            answers.set(&format!("{id}_email"), email);
        }
        answers.set("technique_3_ajoute", "oui");
        let named = |answers: &Answers| service.named(answers).into_iter().map(|(one, email)| format!("{} {email}", one.id)).collect::<Vec<_>>();
        assert_eq!(named(&answers), ["technique un@a.fr"]);
        answers.set("technique_2_ajoute", "oui");
        assert_eq!(named(&answers), ["technique un@a.fr", "technique_2 deux@a.fr"]);
    }

    #[test]
    fn keys_go_to_the_technical_contacts() {
        let technical = Contact { id: KEEPS_KEYS.into(), multiple: true, ..Contact::default() };
        assert!(technical.people().iter().all(Contact::keeps_keys));
        assert!(!Contact { id: "contact_metier".into(), ..Contact::default() }.keeps_keys());
    }

    #[test]
    fn only_a_multiple_contact_has_room_for_others() {
        for (multiple, fields) in [(false, 5), (true, 5 + 4 * 6)] {
            assert_eq!(service(multiple).all_fields().len(), fields);
        }
    }

    #[test]
    fn an_added_person_is_asked_for_and_a_removed_one_is_not() {
        let service = service(true);
        let mut answers = Answers::default();
        let missing = |answers: &Answers| form::check_block(&service, &service.blocks[0], answers).len();
        let names = |answers: &Answers| service.people(answers).into_iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!((missing(&answers), names(&answers)), (5, vec!["technique".to_owned()]));
        answers.set("technique_3_ajoute", "oui");
        assert_eq!((missing(&answers), names(&answers)), (10, vec!["technique".to_owned(), "technique_3".to_owned()]));
        let contact = service.contacts().next().expect("one");
        assert_eq!(contact.next_free(&answers).map(|one| one.id).as_deref(), Some("technique_2"));
        for rank in 2..=5 {
            answers.set(&format!("technique_{rank}_ajoute"), "oui");
        }
        assert!(contact.next_free(&answers).is_none());
        assert!(service.people(&answers).iter().all(|one| one.role() == "technique"));
    }
}
