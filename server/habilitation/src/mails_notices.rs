//! Messages people may stop, and those about documents.

use domain::{events::Mail, message::Side};

use crate::mails::{About, mail};

pub fn infected(to: &str, number: &str, file_name: &str, link: &str) -> Mail {
    mail(
        to,
        format!("Demande {number}\u{a0}: un document a été supprimé par l’antivirus"),
        &format!(
            "Le document «\u{a0}{file_name}\u{a0}» que vous avez déposé contient un virus. Il a été supprimé et personne n’a pu l’ouvrir.\n\nFaites analyser votre poste par votre service informatique, puis déposez une version saine du document.\n\nVoir la demande\u{a0}:\n{link}"
        ),
    )
}

/// Says how to receive no more of these.
pub fn with_way_out(mut mail: Mail, unsubscribe: &str) -> Mail {
    mail.body = format!("{}\n\nNe plus recevoir ces courriels\u{a0}:\n{unsubscribe}", mail.body);
    mail
}

/// The text itself stays on the site: mailboxes are shared, forwarded and kept.
pub fn message(to: &str, about: &About<'_>, author: &str, side: Side) -> Mail {
    let who = match side {
        Side::Applicant => format!("{author} vous a écrit"),
        Side::Reviewer => format!("{author}, de l’équipe qui instruit votre demande, vous a écrit"),
    };
    mail(
        to,
        format!("Demande {}\u{a0}: un nouveau message", about.number),
        &format!(
            "{who} au sujet de la demande {} «\u{a0}{}\u{a0}» ({}).\n\nLire le message et y répondre\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}
