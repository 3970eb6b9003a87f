//! Who may ask for a service, before the first question.

use crate::{
    catalogue::{Form, Vendor},
    organisation::Establishment,
    siret::Siret,
};

/// Why an organisation may not file a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    Closed,
    /// The applicant is a vendor, and the form is prepared for a product: the vendor's clients file those, never the vendor.
    Vendor,
}

/// `of_product`: the form is prepared for a vendor's product, whichever the vendor.
pub fn obstacle(siret: &Siret, establishment: Option<&Establishment>, of_product: bool, vendors: &[Vendor]) -> Option<Obstacle> {
    if establishment.is_some_and(|one| !one.open) {
        return Some(Obstacle::Closed);
    }
    (of_product && vendors.iter().any(|vendor| vendor.is(siret))).then_some(Obstacle::Vendor)
}

/// A private organisation may ask for a service meant for public ones when a text entrusts it with a public service (CRPA, art. L100-3): it is
/// warned before it begins, and the reviewers are told. An organisation that the directory does not know is not doubtful.
pub fn is_doubtful(service: &Form, establishment: Option<&Establishment>) -> bool {
    service.public_bodies && establishment.is_some_and(|one| !one.is_public())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(siret: &str, category: &str, open: bool) -> Establishment {
        Establishment {
            siret: Siret::parse(siret).unwrap(),
            name: String::new(),
            legal_category: category.into(),
            legal_category_label: String::new(),
            naf: String::new(),
            naf_label: String::new(),
            address: String::new(),
            postal_code: String::new(),
            town: String::new(),
            head_office: true,
            open,
        }
    }

    const TOWN: &str = "21920023500014";
    const VENDOR: &str = "44317013900036";

    #[test]
    fn who_may_begin() {
        let vendors = [Vendor { slug: "e".into(), name: "E".into(), siret: VENDOR.into(), franceconnect: true, site: None }];
        for (siret, open, of_product, expected) in [
            (TOWN, true, true, None),
            (TOWN, true, false, None),
            (TOWN, false, false, Some(Obstacle::Closed)),
            (VENDOR, true, false, None),
            (VENDOR, true, true, Some(Obstacle::Vendor)),
            (VENDOR, false, true, Some(Obstacle::Closed)),
        ] {
            let one = body(siret, "5710", open);
            assert_eq!(obstacle(&one.siret, Some(&one), of_product, &vendors), expected, "{siret} {open} {of_product}");
        }
        let siret = Siret::parse(VENDOR).unwrap();
        assert_eq!(obstacle(&siret, None, true, &vendors), Some(Obstacle::Vendor), "the list knows it, be the directory silent");
    }

    #[test]
    fn private_bodies_are_warned_where_public_ones_are_meant() {
        for (public_bodies, category, expected) in
            [(true, "7210", false), (true, "4110", false), (true, "5710", true), (true, "9220", true), (false, "5710", false)]
        {
            let service = Form { public_bodies, ..Form::default() };
            assert_eq!(is_doubtful(&service, Some(&body(TOWN, category, true))), expected, "{category}");
            assert!(!is_doubtful(&service, None));
        }
    }
}
