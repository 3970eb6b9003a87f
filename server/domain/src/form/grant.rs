//! What an approval grants, service by service.

use super::{Answers, Form, Kind, Provision};

/// One of the services a form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub service: String,
    pub provision: Provision,
}

/// A habilitation that an approval would create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub service: String,
    pub provision: Provision,
    pub scopes: Vec<String>,
}

impl Form {
    /// One entry for each service asked for, the one the others rely on first. The scopes are those ticked, and
    /// those which are always included.
    pub fn granted(&self, answers: &Answers) -> Vec<Granted> {
        let fields = self.all_fields();
        let asked: Vec<&str> =
            fields.iter().filter(|field| field.kind == Kind::Scopes).flat_map(|field| answers.all(&field.id)).map(String::as_str).collect();
        let scopes_of = |service: &str| {
            let groups = self.scope_groups.iter().filter(|group| group.service == service);
            let held = groups.flat_map(|group| &group.scopes).filter(|scope| scope.included || asked.contains(&scope.id.as_str()));
            held.map(|scope| scope.id.clone()).collect()
        };
        self.parts.iter().map(|part| Granted { service: part.service.clone(), provision: part.provision, scopes: scopes_of(&part.service) }).collect()
    }
}
