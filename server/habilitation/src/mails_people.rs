//! Messages about somebody's own account and rights.

use domain::events::Mail;

use crate::mails::mail;

/// `rights` is a line for each role, « aucun » for none.
pub fn rights_changed(to: &str, rights: &str, link: &str) -> Mail {
    mail(
        to,
        "Vos droits sur Habilis ont changé".into(),
        &format!(
            "Les droits de votre compte Habilis viennent d’être modifiés. Les voici désormais\u{a0}:\n\n{rights}\n\nOuvrir Habilis\u{a0}:\n{link}"
        ),
    )
}
