//! How pages tell who acted, and that a text is no longer there.

use crate::{Timestamp, calendar};

/// For whoever is not told which administrator it was.
pub const SOME_ADMINISTRATOR: &str = "l’administration du site";

/// « Jeanne Roux, par Odile Martin (prise en main) » when somebody acted in their place.
pub fn acted(who: &str, stood_in_by: Option<&str>) -> String {
    stood_in_by.map_or_else(|| who.to_owned(), |administrator| format!("{who}, par {administrator} (prise en main)"))
}

/// In the place of a text whose time is over.
pub fn erased(at: Timestamp) -> String {
    format!("Texte effacé le {} (durée de conservation)", calendar::french_date(calendar::paris_date(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_acted_and_what_was_erased() {
        assert_eq!(acted("Jeanne Roux", None), "Jeanne Roux");
        assert_eq!(acted("Jeanne Roux", Some("Odile Martin")), "Jeanne Roux, par Odile Martin (prise en main)");
        let at = "2030-01-02T23:30:00Z".parse().expect("an instant");
        assert_eq!(erased(at), "Texte effacé le 3 janvier 2030 (durée de conservation)");
    }
}
