//! How pages tell who acted, and that a text was erased.

use crate::{Timestamp, calendar};

/// For readers who are not told which administrator it was.
pub const SOME_ADMINISTRATOR: &str = "l’administration du site";

/// « Jeanne Roux, par Odile Martin (prise en main) » when an administrator acted while impersonating.
pub fn acted(who: &str, impersonated_by: Option<&str>) -> String {
    impersonated_by.map_or_else(|| who.to_owned(), |administrator| format!("{who}, par {administrator} (prise en main)"))
}

/// Shown in place of a text erased at the end of its retention period.
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
