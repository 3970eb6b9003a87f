//! Ready-made messages: the managers of a service write them, its reviewers insert them into a decision.

use domain::{
    catalogue::ServiceFile,
    ids::TemplateId,
    routes,
    template::{self, MAX_BODY, MAX_PER_KIND, MAX_TITLE, TemplateKind, Values},
    words::{self, WordsError},
};
use store::template::{self as rows, Template};

use super::{DecideError, Reviewing};
use crate::requests::Opened;

/// What was typed, kept by the page when it is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateForm {
    pub service: String,
    pub kind: Option<TemplateKind>,
    pub title: String,
    pub body: String,
}

/// A sentence by control of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateProblems {
    pub service: Option<String>,
    pub kind: Option<String>,
    pub title: Option<String>,
    pub body: Option<String>,
}

impl TemplateProblems {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Unknown, or of a service this person does not manage.
    #[error("no such template")]
    NotFound,
    #[error("refused")]
    Refused(Box<TemplateProblems>),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Reviewing<'_> {
    /// The services whose messages this person may write.
    pub fn managed(&self) -> Vec<&ServiceFile> {
        self.room.cx.catalogue.services().iter().filter(|service| self.actor.manages_service(&service.slug)).collect()
    }

    /// Every message of the services reviewed, and whether this person may change it.
    pub async fn templates(&self) -> Result<Vec<(bool, Template)>, TemplateError> {
        let services = self.room.cx.catalogue.services().iter().map(|service| service.slug.as_str());
        let mine: Vec<&str> = services.filter(|service| self.actor.reads_service(service)).collect();
        let templates = rows::of_services(&self.room.cx.db, &mine).await?;
        Ok(templates.into_iter().map(|one| (self.actor.manages_service(&one.service), one)).collect())
    }

    /// The messages offered for a decision on this request.
    pub async fn templates_for(&self, opened: &Opened) -> Result<Vec<Template>, DecideError> {
        Ok(rows::of_services(&self.room.cx.db, &self.deciding_for(opened)).await?)
    }

    /// The services of the teams this person decides for now: with one request for two services, each has its messages.
    fn deciding_for<'o>(&self, opened: &'o Opened) -> Vec<&'o str> {
        let mut services: Vec<&str> = self.turns_in(opened.request.phase.deciding()).map(|turn| turn.service.as_str()).collect();
        services.sort_unstable();
        services.dedup();
        services
    }

    /// One of those the person may change.
    pub async fn template(&self, id: TemplateId) -> Result<Template, TemplateError> {
        let found = rows::by_id(&self.room.cx.db, id).await?;
        found.filter(|one| self.actor.manages_service(&one.service)).ok_or(TemplateError::NotFound)
    }

    /// The same `id` again writes nothing.
    pub async fn add_template(&self, id: TemplateId, form: &TemplateForm) -> Result<(), TemplateError> {
        let cx = &self.room.cx;
        let mut problems = TemplateProblems::default();
        if !self.managed().iter().any(|service| service.slug == form.service) {
            problems.service = Some("Choisissez un service.".into());
        }
        if form.kind.is_none() {
            problems.kind = Some("Choisissez la décision que ce modèle accompagne.".into());
        }
        let (title, body) = checked(form, &mut problems);
        let tx = cx.begin().await?;
        if rows::by_id(&tx, id).await?.is_some() {
            return Ok(());
        }
        if let Some(kind) = form.kind.filter(|_| problems.service.is_none())
            && rows::count(&tx, &form.service, kind).await? >= MAX_PER_KIND as u64
        {
            problems.kind = Some(format!("Ce service a déjà {MAX_PER_KIND} modèles pour cette décision\u{a0}: modifiez ou supprimez l’un d’eux."));
        }
        let Some(kind) = form.kind.filter(|_| problems.is_empty()) else { return Err(TemplateError::Refused(Box::new(problems))) };
        let new = Template { id, service: form.service.clone(), kind, title, body };
        rows::add(&tx, &new, self.actor.account, cx.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Title and text only: the decision a message is for does not change.
    pub async fn rewrite_template(&self, id: TemplateId, form: &TemplateForm) -> Result<(), TemplateError> {
        let cx = &self.room.cx;
        let before = self.template(id).await?;
        let mut problems = TemplateProblems::default();
        let (title, body) = checked(form, &mut problems);
        if !problems.is_empty() {
            return Err(TemplateError::Refused(Box::new(problems)));
        }
        let tx = cx.begin().await?;
        rows::rewrite(&tx, &Template { title, body, ..before }, self.actor.account, cx.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    pub async fn remove_template(&self, id: TemplateId) -> Result<(), TemplateError> {
        self.template(id).await?;
        let tx = self.room.cx.begin().await?;
        rows::remove(&tx, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The text of a message of this service for this request.
    pub async fn filled(&self, opened: &Opened, id: &str) -> Result<Option<String>, DecideError> {
        let Ok(id) = id.parse::<TemplateId>() else { return Ok(None) };
        let found = rows::by_id(&self.room.cx.db, id).await?.filter(|one| self.deciding_for(opened).contains(&one.service.as_str()));
        Ok(found.map(|one| template::fill(&one.body, &self.values(opened))))
    }

    fn values(&self, opened: &Opened) -> Values {
        Values {
            number: opened.request.public_number(),
            title: opened.request.title.clone(),
            link: self.room.cx.url(&routes::request(opened.request.id)),
            organisation: opened.organisation.name(),
            deadline: self.promised_to(opened),
        }
    }
}

fn checked(form: &TemplateForm, problems: &mut TemplateProblems) -> (String, String) {
    let title = words::checked_line(&form.title, MAX_TITLE).map_err(|error| {
        problems.title = Some(match error {
            WordsError::Missing => "Donnez un titre à ce modèle.".into(),
            other => other.sentence(),
        });
    });
    let body = words::checked(&form.body, MAX_BODY).map_err(|error| problems.body = Some(error.or_missing("Écrivez le texte du modèle.")));
    if let Ok(body) = &body
        && let Err(error) = template::check(body)
    {
        problems.body = Some(error.sentence());
    }
    (title.unwrap_or_default(), body.unwrap_or_default())
}
