//! The message that hands a prepared request to whoever will file it.

use domain::events::Mail;

use crate::mails::mail;

/// `note` is the reviewer's own words, or nothing.
pub fn invitation(to: &str, service: &str, organisation: &str, by: &str, note: &str, link: &str) -> Mail {
    let words = if note.is_empty() { String::new() } else { format!("\n\nSon message\u{a0}:\n{note}") };
    mail(
        to,
        format!("{by} a préparé votre demande {service}"),
        &format!(
            "{by}, qui instruit les demandes {service}, a préparé pour vous celle que vous pourrez déposer au nom de {organisation}.{words}\n\nRelisez-la, complétez-la, puis transmettez-la. Ce lien personnel est valable 30 jours, avec un compte à cette adresse\u{a0}:\n\n{link}\n\nVous ne vous attendiez pas à ce message\u{a0}? Ignorez-le."
        ),
    )
}
