//! Messages to those who review.

use super::{About, Letter};

pub fn to_review(to: &str, about: &About, organisation: &str, promised: &str) -> Letter {
    about
        .letter(to, format!("Demande {} à instruire", about.number))
        .says(format!("La demande {about}, déposée par {organisation}, attend votre équipe.\nRéponse promise pour le {promised}."))
        .shows("L’ouvrir", &about.link)
}

pub fn entrusted(to: &str, about: &About, by: &str, organisation: &str) -> Letter {
    about
        .news(to, "elle vous est confiée")
        .says(format!("{by} vous confie la demande {about}, déposée par {organisation}."))
        .shows("L’ouvrir", &about.link)
}
