//! Messages to the people around a request: whoever files it, co-editors, contacts named in it, colleagues.

use super::{About, Letter};

/// `note` is the reviewer's own words, or nothing.
pub fn prepared(to: &str, service: &str, organisation: &str, by: &str, note: &str, link: &str) -> Letter {
    let words = if note.is_empty() { String::new() } else { format!("\n\nSon message\u{a0}:\n{note}") };
    let whose = format!("celle que vous pourrez déposer au nom de {organisation}");
    Letter::new(to, format!("Une demande {service} préparée pour vous"))
        .says(format!("{by}, qui instruit les demandes {service}, a préparé pour vous {whose}.{words}"))
        .says("Relisez-la, complétez-la, puis transmettez-la. Ce lien personnel est valable 30 jours, avec un compte à cette adresse\u{a0}:")
        .says(link)
        .says("Vous ne vous attendiez pas à ce message\u{a0}? Ignorez-le.")
}

pub fn co_editor(to: &str, about: &About, inviter: &str) -> Letter {
    about
        .letter(to, format!("Vous êtes invité à compléter la demande {}", about.number))
        .says(format!("{inviter} vous propose de remplir ensemble la demande {about}."))
        .says("Pour la modifier, ouvrez ce lien personnel, valable 14 jours et utilisable une seule fois\u{a0}:")
        .says(&about.link)
        .says("Vous ne connaissez pas cette personne\u{a0}? Ignorez ce message.")
}

pub fn named(to: &str, about: &About, role: &str, organisation: &str) -> Letter {
    about
        .letter(to, format!("Confirmez votre rôle dans la demande {}", about.number))
        .says(format!("{organisation} vous désigne comme {} dans sa demande {about}.", role.to_lowercase()))
        .says("Lisez cette demande, puis confirmez ou déclinez ce rôle. Ce lien personnel est valable 60 jours, sans compte\u{a0}:")
        .says(&about.link)
}

pub fn role_declined(to: &str, about: &About, who: &str, role: &str, reason: &str) -> Letter {
    let role = role.to_lowercase();
    about
        .news(to, "un rôle est décliné")
        .says(format!("{who}, que vous aviez désigné comme {role} dans la demande {}, décline ce rôle\u{a0}:", about.named()))
        .says(reason)
        .says("Désignez quelqu’un d’autre dès que la demande est modifiable, ou prévenez l’équipe qui l’instruit.")
        .shows("La revoir", &about.link)
}

/// `next`: what opens and what there is to do; empty for somebody who has nothing to do.
pub fn designated(to: &str, about: &About, role: &str, organisation: &str, next: &[String]) -> Letter {
    let error = format!("Si cette désignation est une erreur, signalez-le à {organisation}.");
    let nothing = ["Vous n’avez rien à faire pour l’instant.".to_owned()];
    let next = if next.is_empty() { &nothing } else { next };
    let letter = about
        .letter(to, format!("Vous êtes désigné dans la demande {}, validée", about.number))
        .says(format!("{organisation} vous a désigné comme {} pour {}.", role.to_lowercase(), about.project()))
        .says(format!("Cette habilitation vient d’être délivrée. {error}"));
    next.iter().fold(letter, Letter::says)
}

/// To somebody replaced in a request that is sent again: their role is somebody else's to confirm.
pub fn no_longer_named(to: &str, about: &About, organisation: &str) -> Letter {
    about
        .news(to, "vous n’y êtes plus désigné")
        .says(format!("{organisation} a modifié sa demande {about}\u{a0}: vous n’y êtes plus désigné."))
        .says("Vous n’avez rien à faire. Le lien que vous aviez reçu ne fonctionne plus.")
}

/// To somebody whom the habilitation in force does not name any more.
pub fn no_longer_designated(to: &str, about: &About, organisation: &str) -> Letter {
    about
        .letter(to, format!("Vous n’êtes plus désigné dans la demande {}, mise à jour", about.number))
        .says(format!("{organisation} a mis à jour l’habilitation {}\u{a0}: vous n’y êtes plus désigné.", about.project()))
        .says(format!("Vous n’y avez plus accès. Si c’est une erreur, signalez-le à {organisation}."))
}

/// To somebody who kept the keys of a habilitation in force, and does not any more.
pub fn keys_withdrawn(to: &str, about: &About, organisation: &str) -> Letter {
    about
        .letter(to, format!("Votre accès aux clés de la demande {} a pris fin", about.number))
        .says(format!("Vous n’êtes plus responsable technique de {}, pour {organisation}.", about.project()))
        .says(format!("L’espace partenaire de ce service ne vous est plus ouvert. Si c’est une erreur, signalez-le à {organisation}."))
}

/// `link` opens the partner space.
pub fn keys_ready(to: &str, about: &About, organisation: &str, link: &str) -> Letter {
    let how = "Ouvrez votre espace partenaire avec ce lien personnel, valable 30 jours et utilisable une seule fois";
    about
        .letter(to, format!("Vos accès de test pour la demande {}", about.number))
        .says(format!("{organisation} vous a désigné comme responsable technique de {}.", about.project()))
        .says(format!("Vos clés de test sont prêtes. {how}\u{a0}:"))
        .says(link)
}

pub fn membership_verified(to: &str, organisation: &str, link: &str) -> Letter {
    Letter::new(to, format!("Votre rattachement à {organisation} est vérifié"))
        .says(format!("Vous voyez désormais les demandes que vos collègues ont transmises pour {organisation}."))
        .shows("Les voir", link)
}

pub fn membership_undone(to: &str, organisation: &str, reason: &str) -> Letter {
    Letter::new(to, format!("Votre rattachement à {organisation} n’est plus vérifié"))
        .says(format!("Motif\u{a0}: {reason}"))
        .says("Vous gardez l’accès à vos propres demandes. Celles de vos collègues ne vous sont plus montrées.")
        .says(format!("C’est une erreur\u{a0}? Voyez-le avec {organisation}."))
}
