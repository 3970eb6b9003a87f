//! The catalogue itself: the services in their current version, and every form a request was filed under.

use std::{collections::BTreeMap, sync::Arc};

use super::{CatalogueError, Form, Provision, ServiceFile, Vendor, check, resolve};
use crate::{endpoint::Endpoint, form::Answers, realm::Realm};

/// All services offered, in the order of the catalogue page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    services: Vec<ServiceFile>,
    vendors: Vec<Vendor>,
    endpoints: Vec<Endpoint>,
    realms: Vec<Arc<Realm>>,
    /// By service, then by version.
    forms: BTreeMap<String, BTreeMap<u32, Forms>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Forms {
    plain: Arc<Form>,
    variants: BTreeMap<String, Arc<Form>>,
}

impl Catalogue {
    /// # Errors
    /// The first thing in the files that could not work: a scope twice, a condition on an unknown field…
    pub fn new(services: Vec<ServiceFile>, vendors: Vec<Vendor>, endpoints: Vec<Endpoint>) -> Result<Self, CatalogueError> {
        let services: Vec<ServiceFile> = services.into_iter().map(resolve::complete).collect();
        let plain: Vec<Form> = services.iter().map(resolve::plain).collect();
        let offered: Vec<check::Offered<'_>> = services.iter().zip(&plain).collect();
        check::check(&offered, &vendors, &endpoints)?;
        let mut forms = BTreeMap::new();
        for (service, plain) in offered {
            let mut variants = BTreeMap::new();
            for variant in &service.variants {
                let with = variant.with.as_ref().and_then(|slug| services.iter().find(|other| other.slug == *slug));
                let mut form = resolve::variant(service, variant, with);
                check::check_form(plain, variant, &form)?;
                if with.is_some() {
                    form = form.or_alone(resolve::variant(service, variant, None));
                }
                variants.insert(variant.slug.clone(), Arc::new(form));
            }
            let of_version = Forms { plain: Arc::new(plain.clone()), variants };
            forms.insert(service.slug.clone(), BTreeMap::from([(service.version, of_version)]));
        }
        Ok(Self { services, vendors, endpoints, realms: Vec::new(), forms })
    }

    #[must_use]
    pub fn with_realms(self, realms: Vec<Realm>) -> Self {
        Self { realms: realms.into_iter().map(Arc::new).collect(), ..self }
    }

    /// Keeps the forms of an earlier catalogue for the requests filed under them: what was served once does not change.
    #[must_use]
    pub fn remembering(mut self, past: Self) -> Self {
        for (slug, versions) in past.forms {
            let known = self.forms.entry(slug).or_default();
            for (version, forms) in versions {
                known.insert(version, forms);
            }
        }
        self
    }

    pub fn services(&self) -> &[ServiceFile] {
        &self.services
    }

    /// The file of a service, in its current version.
    pub fn service(&self, slug: &str) -> Option<&ServiceFile> {
        self.services.iter().find(|service| service.slug == slug)
    }

    /// The form of a request: that of its variant, in the version it was filed under. A version nobody kept is
    /// replaced by the closest later one, or by the last.
    pub fn form(&self, service: &str, variant: Option<&str>, version: u32) -> Option<&Form> {
        self.shared(service, variant, version).map(|form| &**form)
    }

    /// The form of a request as these answers call for it (see [`Form::asked`]), shared so that the caller can keep it.
    pub fn form_asked(&self, service: &str, variant: Option<&str>, version: u32, answers: &Answers) -> Option<Arc<Form>> {
        let form = self.shared(service, variant, version)?;
        Some(form.alone(answers).unwrap_or(form).clone())
    }

    fn shared(&self, service: &str, variant: Option<&str>, version: u32) -> Option<&Arc<Form>> {
        let versions = self.forms.get(service)?;
        let forms = versions.range(version..).next().or_else(|| versions.last_key_value()).map(|(_, forms)| forms)?;
        match variant {
            None => Some(&forms.plain),
            Some(variant) => forms.variants.get(variant),
        }
    }

    /// The form that a request started at this moment would have.
    pub fn form_now(&self, service: &str, variant: Option<&str>) -> Option<&Form> {
        self.form(service, variant, self.service(service)?.version)
    }

    /// The form of the variant of this service that also asks for another one (`Variant::with`); of several, the one with the longest review.
    pub fn together(&self, service: &str) -> Option<&Form> {
        let variants = self.service(service)?.variants.iter().filter(|variant| variant.with.is_some());
        variants.filter_map(|variant| self.form_now(service, Some(&variant.slug))).max_by_key(|form| form.review_days())
    }

    pub fn vendors(&self) -> &[Vendor] {
        &self.vendors
    }

    pub fn vendor(&self, slug: &str) -> Option<&Vendor> {
        self.vendors.iter().find(|vendor| vendor.slug == slug)
    }

    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    pub fn realms(&self) -> &[Arc<Realm>] {
        &self.realms
    }

    pub fn realm(&self, slug: &str) -> Option<&Arc<Realm>> {
        self.realms.iter().find(|realm| realm.slug == slug)
    }

    /// The label and data provider of a scope the broker may transmit, whichever service offers it.
    pub fn scope_label(&self, id: &str) -> Option<(&str, &str)> {
        self.services
            .iter()
            .filter(|service| service.provision != Provision::Record)
            .flat_map(|service| &service.scope_groups)
            .find_map(|group| group.scopes.iter().find(|scope| scope.id == id).map(|scope| (scope.label.as_str(), group.provider.as_str())))
    }
}
