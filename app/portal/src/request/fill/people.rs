//! The buttons of a block that fill in, add, remove or keep a person.

use habilitation::requests::PersonCommand;
use web::FormData;

/// The command of a button whose value is this verb and this contact; none for another verb.
pub(super) fn command_of<'a>(verb: &str, contact: &'a str, data: &FormData) -> Option<PersonCommand<'a>> {
    Some(match verb {
        "moi" => PersonCommand::Me(contact),
        "reprendre" => PersonCommand::Recall(contact, data.text(&format!("repertoire-{contact}")).parse().ok()),
        "garder" => PersonCommand::Keep(contact),
        "ajouter" => PersonCommand::Add(contact),
        "oter" => PersonCommand::Remove(contact),
        _ => return None,
    })
}
