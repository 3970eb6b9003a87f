//! Which form to begin with: who writes the software, which vendor's product it is, for which use case. Each answer is in the address, so that it
//! can be sent to a colleague and works without any script.

use crate::catalogue::{Catalogue, ServiceFile, Variant, Vendor};

/// As read from the address; an unknown value counts as no answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    pub builder: Option<Builder>,
    /// A slug of the list, or [`OTHER`].
    pub vendor: Option<String>,
    pub case: Option<String>,
    /// The slug of a variant, or [`FREE`].
    pub form: Option<String>,
}

/// A vendor which is not in the list.
pub const OTHER: &str = "autre";
/// The form without any preparation.
pub const FREE: &str = "libre";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builder {
    Vendor,
    InHouse,
    Nobody,
}

impl Builder {
    pub const ALL: [Self; 3] = [Self::Vendor, Self::InHouse, Self::Nobody];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vendor => "editeur",
            Self::InHouse => "interne",
            Self::Nobody => "personne",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|builder| builder.as_str() == text)
    }
}

/// The next question, or the form it led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<'a> {
    Builder,
    /// The vendors which have a form of this service.
    Vendor(Vec<&'a Vendor>),
    /// Use cases to choose from; for a vendor, those of its products.
    Case(Vec<&'a str>),
    /// Several products of one vendor for one use case.
    Product(Vec<&'a Variant>),
    /// Its products do not let citizens sign in with FranceConnect; some may work without it.
    NotQualified {
        vendor: Option<&'a Vendor>,
        products: Vec<&'a Variant>,
    },
    /// The organisation has nobody to develop anything: vendors with existing products are listed.
    Nobody(Vec<&'a Vendor>),
    Ready(Option<&'a Variant>),
}

pub fn step<'a>(catalogue: &'a Catalogue, service: &'a ServiceFile, answers: &Answers) -> Step<'a> {
    let variant = |slug: &str| service.variants.iter().find(|variant| variant.slug == slug);
    if let Some(chosen) = answers.form.as_deref() {
        if chosen == FREE || service.variants.is_empty() {
            return Step::Ready(None);
        }
        if let Some(variant) = variant(chosen) {
            return Step::Ready(Some(variant));
        }
    }
    if service.variants.is_empty() {
        return Step::Ready(None);
    }
    if !service.variants.iter().any(|variant| variant.vendor.is_some()) {
        return of_case(service, service.variants.iter().collect(), answers);
    }
    let known = answers.vendor.as_deref().and_then(|slug| catalogue.vendor(slug));
    let builder = answers.builder.or_else(|| answers.vendor.as_ref().map(|_| Builder::Vendor));
    match builder {
        None => Step::Builder,
        Some(Builder::InHouse) => of_case(service, service.variants.iter().filter(|variant| variant.vendor.is_none()).collect(), answers),
        Some(Builder::Nobody) => Step::Nobody(vendors(catalogue, service)),
        Some(Builder::Vendor) => match (known, answers.vendor.as_deref()) {
            (Some(vendor), _) => of_vendor(service, vendor, answers),
            (None, Some(OTHER)) => Step::NotQualified { vendor: None, products: Vec::new() },
            (None, _) => Step::Vendor(vendors(catalogue, service)),
        },
    }
}

fn vendors<'a>(catalogue: &'a Catalogue, service: &ServiceFile) -> Vec<&'a Vendor> {
    let has_product = |vendor: &&Vendor| service.variants.iter().any(|variant| variant.vendor.as_ref() == Some(&vendor.slug));
    catalogue.vendors().iter().filter(has_product).collect()
}

fn of_vendor<'a>(service: &'a ServiceFile, vendor: &'a Vendor, answers: &Answers) -> Step<'a> {
    let products: Vec<&Variant> = service.variants.iter().filter(|variant| variant.vendor.as_ref() == Some(&vendor.slug)).collect();
    if !vendor.franceconnect {
        return Step::NotQualified { vendor: Some(vendor), products };
    }
    of_case(service, products, answers)
}

/// With one form left there is nothing to choose for a vendor; without a vendor the use case is always asked.
fn of_case<'a>(service: &'a ServiceFile, variants: Vec<&'a Variant>, answers: &Answers) -> Step<'a> {
    let of_vendor = variants.iter().any(|variant| variant.vendor.is_some());
    let matching: Vec<&Variant> = match answers.case.as_deref().filter(|case| service.use_cases.iter().any(|known| known.slug == **case)) {
        Some(case) => variants.iter().copied().filter(|variant| variant.use_case.as_deref() == Some(case)).collect(),
        None if of_vendor && variants.len() == 1 => variants.clone(),
        None => Vec::new(),
    };
    match matching.as_slice() {
        [] => {
            let offered = |slug: &str| variants.iter().any(|variant| variant.use_case.as_deref() == Some(slug));
            Step::Case(service.use_cases.iter().map(|case| case.slug.as_str()).filter(|slug| offered(slug)).collect())
        }
        [one] => Step::Ready(Some(one)),
        _ => Step::Product(matching),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Block, Field, Kind, Stage, UseCase};

    fn catalogue() -> Catalogue {
        let vendor =
            |slug: &str, franceconnect| Vendor { slug: slug.into(), name: slug.into(), siret: "13002526500013".into(), franceconnect, site: None };
        let case = |slug: &str| UseCase { slug: slug.into(), label: slug.into(), description: slug.into(), frame: None };
        let variant = |slug: &str, case: &str, vendor: Option<&str>| Variant {
            slug: slug.into(),
            name: slug.into(),
            use_case: Some(case.into()),
            vendor: vendor.map(str::to_owned),
            ..Variant::default()
        };
        let stage = Stage { slug: "e".into(), team: "E".into(), working_days: 1, order: 0, covers: vec![], service: String::new() };
        let block = Block {
            slug: "projet".into(),
            title: "Projet".into(),
            intro: String::new(),
            fields: vec![Field::new("name", "Nom", Kind::Text)],
            contacts: vec![],
        };
        let service = |slug: &str, variants: Vec<Variant>| ServiceFile {
            slug: slug.into(),
            version: 1,
            support_email: "contact@service.example".into(),
            terms_url: "https://www.service.example/cgu".into(),
            stages: vec![stage.clone()],
            blocks: vec![block.clone()],
            use_cases: vec![case("cantine"), case("creche"), case("bus")],
            variants,
            ..ServiceFile::default()
        };
        let data = vec![
            variant("cantine", "cantine", None),
            variant("creche", "creche", None),
            variant("bus", "bus", None),
            variant("alpha-cantine", "cantine", Some("alpha")),
            variant("alpha-creche", "creche", Some("alpha")),
            variant("alpha-creche-plus", "creche", Some("alpha")),
            variant("beta", "bus", Some("beta")),
            variant("gamma-cantine", "cantine", Some("gamma")),
        ];
        let plain = service("sans-editeur", vec![variant("ville", "cantine", None)]);
        let vendors = vec![vendor("alpha", true), vendor("beta", true), vendor("gamma", false), vendor("delta", false)];
        Catalogue::new(vec![service("donnees", data), plain, service("simple", vec![])], vendors, vec![]).unwrap()
    }

    /// The step in a few words.
    fn told(service: &str, builder: &str, vendor: &str, case: &str, form: &str) -> String {
        let catalogue = catalogue();
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let answers = Answers { builder: Builder::parse(builder), vendor: text(vendor), case: text(case), form: text(form) };
        let slugs = |variants: Vec<&Variant>| variants.iter().map(|v| v.slug.clone()).collect::<Vec<_>>().join(" ");
        let names = |vendors: Vec<&Vendor>| vendors.iter().map(|v| v.slug.clone()).collect::<Vec<_>>().join(" ");
        match step(&catalogue, catalogue.service(service).unwrap(), &answers) {
            Step::Builder => "builder?".into(),
            Step::Vendor(vendors) => format!("vendor? {}", names(vendors)),
            Step::Case(cases) => format!("case? {}", cases.join(" ")),
            Step::Product(products) => format!("product? {}", slugs(products)),
            Step::NotQualified { vendor, products } => {
                format!("not qualified {} {}", vendor.map_or("-", |vendor| vendor.slug.as_str()), slugs(products)).trim_end().to_owned()
            }
            Step::Nobody(vendors) => format!("nobody {}", names(vendors)),
            Step::Ready(variant) => format!("ready {}", variant.map_or("-", |variant| variant.slug.as_str())),
        }
    }

    #[test]
    fn the_way_to_a_form() {
        for (service, builder, vendor, case, form, expected) in [
            ("donnees", "", "", "", "", "builder?"),
            ("donnees", "on", "", "", "", "builder?"),
            ("donnees", "editeur", "", "", "", "vendor? alpha beta gamma"),
            ("donnees", "editeur", "inconnu", "", "", "vendor? alpha beta gamma"),
            ("donnees", "", "alpha", "", "", "case? cantine creche"),
            ("donnees", "", "alpha", "bus", "", "case? cantine creche"),
            ("donnees", "", "alpha", "cantine", "", "ready alpha-cantine"),
            ("donnees", "", "alpha", "creche", "", "product? alpha-creche alpha-creche-plus"),
            ("donnees", "", "alpha", "creche", "alpha-creche-plus", "ready alpha-creche-plus"),
            ("donnees", "", "beta", "", "", "ready beta"),
            ("donnees", "", "gamma", "cantine", "", "not qualified gamma gamma-cantine"),
            ("donnees", "", "gamma", "cantine", "gamma-cantine", "ready gamma-cantine"),
            ("donnees", "", "delta", "", "", "not qualified delta"),
            ("donnees", "", "autre", "", "", "not qualified -"),
            ("donnees", "interne", "", "", "", "case? cantine creche bus"),
            ("donnees", "interne", "", "bus", "", "ready bus"),
            ("donnees", "personne", "", "", "", "nobody alpha beta gamma"),
            ("donnees", "", "", "", "libre", "ready -"),
            ("donnees", "", "", "", "inconnue", "builder?"),
            ("sans-editeur", "", "", "", "", "case? cantine"),
            ("sans-editeur", "", "", "cantine", "", "ready ville"),
            ("simple", "", "", "", "", "ready -"),
        ] {
            assert_eq!(told(service, builder, vendor, case, form), expected, "{service} {builder} {vendor} {case} {form}");
        }
    }
}
