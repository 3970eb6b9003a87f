//! The catalogue in force, which a publication replaces while pages are being served. Earlier catalogues stay in memory, so
//! that a page ends with the forms that it began with.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use domain::catalogue::Catalogue;

/// Cheap to clone; every clone sees the same catalogue. Each publication stays in memory until the process ends: they are few.
#[derive(Clone)]
pub struct Shelf(Arc<Edition>);

struct Edition {
    catalogue: Catalogue,
    next: OnceLock<Box<Edition>>,
}

impl Shelf {
    pub fn new(catalogue: Catalogue) -> Self {
        Self(Arc::new(Edition { catalogue, next: OnceLock::new() }))
    }

    pub fn current(&self) -> &Catalogue {
        &self.last().catalogue
    }

    fn last(&self) -> &Edition {
        let mut edition: &Edition = &self.0;
        while let Some(next) = edition.next.get() {
            edition = next;
        }
        edition
    }

    pub fn publish(&self, catalogue: Catalogue) {
        let mut edition = Box::new(Edition { catalogue, next: OnceLock::new() });
        // When another thread publishes at the same moment, this edition is added after its own.
        while let Err(returned) = self.last().next.set(edition) {
            edition = returned;
        }
    }
}

impl Deref for Shelf {
    type Target = Catalogue;
    fn deref(&self) -> &Catalogue {
        self.current()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_stays_and_what_is_read_next_is_new() {
        let shelf = Shelf::new(Catalogue::default());
        let (other, before) = (shelf.clone(), shelf.current());
        let vendor = domain::catalogue::Vendor {
            slug: "editeur".into(),
            name: "Éditeur".into(),
            siret: "13002526500013".into(),
            franceconnect: false,
            site: None,
        };
        shelf.publish(Catalogue::new(vec![], vec![vendor], vec![]).unwrap());
        assert_eq!((before.vendors().len(), shelf.vendors().len(), other.vendors().len()), (0, 1, 1));
    }
}
