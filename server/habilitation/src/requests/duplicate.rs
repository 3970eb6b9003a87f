//! Starting from something that exists: a request copied, or answers proposed by a link.

use domain::{
    catalogue::{Form, Kind},
    form::Answers,
    ids::RequestId,
    prefill,
    sight::Act,
};
use store::{organisation, request};

use super::{Applying, RequestError, Ties};

/// Added to the name of a copy.
const COPY: &str = " (copie)";

/// What a copy takes along beside the plain answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copied {
    pub contacts: bool,
    pub reliance: bool,
}

/// The answers two forms share, contacts and what is relied on included.
pub(super) fn shared(form: &Form, from: &Answers) -> Answers {
    taken(form, from, Copied { contacts: true, reliance: true })
}

fn copied(form: &Form, from: &Answers, with: Copied) -> Answers {
    let mut answers = taken(form, from, with);
    name_as_copy(form, &mut answers);
    answers
}

/// The answers of a copy: those the form still asks for, without documents nor data that is no longer offered.
fn taken(form: &Form, from: &Answers, with: Copied) -> Answers {
    let mut answers = form.first_answers();
    for field in form.blocks.iter().flat_map(|block| &block.fields).filter(|field| !field.locked && !field.hidden) {
        let values = from.all(&field.id);
        match field.kind {
            Kind::Documents => {}
            Kind::Reliance if !with.reliance => {}
            Kind::Scopes => {
                let offered = |id: &&String| form.scope(id).is_some_and(|scope| !scope.deprecated);
                answers.0.insert(field.id.clone(), values.iter().filter(offered).cloned().collect());
            }
            _ if values.is_empty() => {}
            _ => {
                answers.0.insert(field.id.clone(), values.to_vec());
            }
        }
    }
    if with.contacts {
        for person in form.people(from) {
            for id in person.fields().into_iter().map(|field| field.id).chain(person.presence()) {
                answers.0.insert(id.clone(), from.all(&id).to_vec());
            }
        }
    }
    answers
}

/// Keeps the answers to what the form does not ask for any more, so that its people are shown what will be dropped.
fn keep_vanished(form: &Form, before: &Form, from: &Answers, answers: &mut Answers) {
    let known = form.all_fields();
    for field in before.blocks.iter().flat_map(|block| &block.fields).filter(|field| !field.hidden && field.kind != Kind::Documents) {
        let values = from.all(&field.id);
        if field.kind == Kind::Scopes {
            let gone = values.iter().filter(|id| form.scope(id).is_none()).cloned();
            answers.0.entry(field.id.clone()).or_default().extend(gone);
        } else if !values.is_empty() && !known.iter().any(|one| one.id == field.id) {
            answers.0.insert(field.id.clone(), values.to_vec());
        }
    }
}

fn name_as_copy(form: &Form, answers: &mut Answers) {
    let name = answers.text("name").to_owned();
    let max = form.all_fields().iter().find(|field| field.id == "name").map_or(100, |field| field.max);
    if !name.is_empty() && !name.ends_with(COPY) {
        let kept: String = name.chars().take(max.saturating_sub(COPY.chars().count())).collect();
        answers.set("name", format!("{kept}{COPY}"));
    }
}

impl Applying<'_> {
    /// Creates `copy`, a draft of the person's own with the answers of a request they may read. Called again with the same `copy`, it
    /// returns `Begun`.
    pub async fn duplicate(&self, copy: RequestId, id: RequestId, with: Copied) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let seen = self.allowed(id, Act::Duplicate).await?;
        let from = if seen.sight.reads_what_is_written() { seen.request } else { request::as_sent(&cx.db, seen.request).await? };
        // When the variant does not exist any more, the plain form.
        let form = self.room.form(&from.service, from.variant.as_deref()).or_else(|| self.room.form(&from.service, None));
        let form = form.ok_or(RequestError::UnknownService)?;
        let same = organisation::is_member(&cx.db, self.actor.account, from.organisation).await?;
        let body = if same { self.room.organisation(from.organisation).await? } else { self.room.current_organisation(self.actor).await? };
        let continues = from.continues.filter(|_| same);
        let body = self.check_start(form, body.as_ref(), continues.is_some()).await?;
        // What it relies on belongs to the organisation: it is kept only inside the same one.
        let with = Copied { reliance: with.reliance && same, ..with };
        let mut answers = copied(form, &from.answers, with);
        form.fit(&mut answers);
        let form = form.asked(&answers);
        let begun_version = Some(from.catalogue_version).filter(|version| *version != form.version);
        if let Some(before) = begun_version.and_then(|version| self.room.form_at(&from, version, &from.answers)) {
            keep_vanished(form, &before, &from.answers, &mut answers);
        }
        let ties = Ties { relies_on: from.relies_on.filter(|_| with.reliance), continues, begun_version };
        let tx = cx.begin().await?;
        self.create(&tx, copy, form, body, &answers, ties).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes the answers a link proposed into a draft just started; false when none was accepted.
    pub async fn propose(&self, id: RequestId, asked: &[(String, String)]) -> Result<bool, RequestError> {
        let (mut request, form) = self.editable(id).await?;
        let proposed = prefill::accepted(&form, asked);
        if proposed.0.is_empty() {
            return Ok(false);
        }
        let mut answers = request.answers.clone();
        answers.0.extend(proposed.0);
        self.room.follow_form(&mut request, answers);
        request.title = request.answers.text("name").to_owned();
        request.folded = self.room.words_of(&request).await?;
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        store::unless_stale(request::save(&tx, &request, cx.now()).await, || RequestError::Stale(Box::new(request.clone())))?;
        tx.commit().await?;
        Ok(true)
    }
}
