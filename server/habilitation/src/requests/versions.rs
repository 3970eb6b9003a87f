//! Which version of the catalogue a request follows: the one it was begun under while it is filled, the current one when it is
//! submitted or reopened. A renewal is checked against the current one.

use std::sync::Arc;

use domain::{
    catalogue::{Form, Moved, moved},
    form::Answers,
};
use store::request::Request;

use super::Opened;
use crate::Habilitation;

impl Habilitation {
    /// Moves the request to the current version; false when it follows it already.
    pub(super) fn bring_up_to_date(&self, request: &mut Request) -> bool {
        let Some(today) = self.service(&request.service).map(|service| service.version).filter(|version| *version != request.catalogue_version)
        else {
            return false;
        };
        request.begun_version = request.begun_version.or(Some(request.catalogue_version));
        request.catalogue_version = today;
        let mut answers = request.answers.clone();
        if let Some(form) = self.form_of(request) {
            form.fix(&mut answers);
        }
        self.follow_form(request, answers);
        true
    }

    /// What the later version changed for the request, until it is submitted; `None` when it changed nothing.
    pub(super) fn moved(&self, request: &Request) -> Option<Moved> {
        let begun = self.form_at(request, request.begun_version?, &request.answers)?;
        let now = self.form_of(request)?;
        Some(moved(&begun, &now, &request.answers)).filter(|moved| !moved.is_empty())
    }

    /// What the current version would change for answers that were granted, or submitted, under another.
    pub(crate) fn moved_since(&self, request: &Request, version: u32, answers: &Answers) -> Option<Moved> {
        let today = self.service(&request.service)?.version;
        let (then, now) = (self.form_at(request, version, answers)?, self.form_at(request, today, answers)?);
        Some(moved(&then, &now, answers)).filter(|moved| !moved.is_empty())
    }

    /// Drops, at submission, the answers that the form does not ask for any more.
    pub(super) fn leave_behind(&self, request: &mut Request) {
        let Some(version) = request.begun_version.take() else { return };
        if let (Some(begun), Some(now)) = (self.form_at(request, version, &request.answers), self.form_of(request)) {
            request.answers = now.carried(&begun, &request.answers);
            request.title = request.answers.text("name").to_owned();
        }
    }

    /// The forms of the versions that were submitted or granted, other than the request's own version.
    pub(super) fn past_forms(&self, request: &Request, versions: impl Iterator<Item = (u32, Answers)>) -> Vec<(u32, Arc<Form>)> {
        let mut past: Vec<(u32, Arc<Form>)> = Vec::new();
        for (version, answers) in versions {
            if version != request.catalogue_version
                && !past.iter().any(|(known, _)| *known == version)
                && let Some(form) = self.form_at(request, version, &answers)
            {
                past.push((version, form));
            }
        }
        past
    }
}

impl Opened {
    /// The form in which answers of an earlier version and current ones are read side by side.
    pub fn form_since(&self, version: u32) -> Arc<Form> {
        match self.past_forms.iter().find(|(known, _)| *known == version) {
            Some((_, past)) => Arc::new(self.service.with_those_of(past)),
            None => self.service.clone(),
        }
    }
}
