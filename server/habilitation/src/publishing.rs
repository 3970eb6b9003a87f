//! Catalogue files edited by administrators: checked, compared, published, kept. Requests keep the version they were
//! filed under; a change that would break one of them is refused.

mod creation;
mod reload;

pub use creation::SlugProblem;

use std::collections::BTreeMap;

use domain::{
    Timestamp,
    actor::Actor,
    administration::AdminKind,
    catalogue::{Catalogue, FileError, ServiceFile, breaks},
    ids::RequestId,
    request::Phase,
    words::{WordsError, checked},
};
use store::{
    account,
    admin_event::{self, Change},
    catalogue_version::{self, NewVersion, Version},
    request,
};

use crate::Habilitation;

/// The file of the vendors, beside one file for each service.
pub const VENDORS: &str = "editeurs";
const MAX_REASON: usize = 500;
/// Requests cited when a change is refused.
const CITED: usize = 50;

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("no such file")]
    NotFound,
    #[error("the file is wrong")]
    Invalid(FileError),
    /// Requests under way could not go on.
    #[error("requests would break")]
    Breaks(Vec<Broken>),
    #[error("reason refused")]
    Reason(WordsError),
    #[error("nothing changed")]
    Unchanged,
    /// The slug of a new service is not acceptable.
    #[error("slug refused")]
    Slug(SlugProblem),
    /// Somebody published since the page was opened.
    #[error("stale text")]
    Stale,
    #[error(transparent)]
    Store(#[from] store::Error),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub id: RequestId,
    pub number: i64,
    pub title: String,
    pub reasons: Vec<String>,
}

/// One file, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    pub file: String,
    pub name: String,
    pub version: u32,
}

#[derive(Debug, Clone)]
pub struct OpenedFile {
    pub file: String,
    pub name: String,
    /// None for the vendors.
    pub service: Option<ServiceFile>,
    pub text: String,
    pub version: u32,
    /// The latest first.
    pub versions: Vec<VersionLine>,
}

#[derive(Debug, Clone)]
pub struct VersionLine {
    pub version: u32,
    pub text: String,
    pub at: Timestamp,
    pub who: Option<String>,
    pub reason: String,
}

/// A text that could be published.
pub struct Tried {
    pub catalogue: Catalogue,
    /// The number it would take.
    pub version: u32,
    pub text: String,
}

/// The capability to publish, for administrators.
pub struct Publishing<'a> {
    room: &'a Habilitation,
    actor: &'a Actor,
}

impl Habilitation {
    pub fn publishing<'a>(&'a self, actor: &'a Actor) -> Option<Publishing<'a>> {
        actor.admin.then_some(Publishing { room: self, actor })
    }
}

/// Texts by file, as they are in force.
struct Shelf {
    texts: BTreeMap<String, (u32, String)>,
    /// The sequence number of the last publication among them.
    seq: i64,
}

impl Publishing<'_> {
    pub async fn files(&self) -> Result<Vec<FileLine>, PublishError> {
        let shelf = self.shelf().await?;
        let catalogue = self.room.cx.catalogue();
        let mut files: Vec<FileLine> = catalogue
            .services()
            .iter()
            .map(|service| FileLine { file: service.slug.clone(), name: service.name.clone(), version: service.version })
            .collect();
        let version = shelf.texts.get(VENDORS).map_or(1, |(version, _)| *version);
        files.push(FileLine { file: VENDORS.to_owned(), name: "Éditeurs".to_owned(), version });
        Ok(files)
    }

    pub async fn open(&self, file: &str) -> Result<OpenedFile, PublishError> {
        let db = &self.room.cx.db;
        let shelf = self.shelf().await?;
        let (version, text) = shelf.texts.get(file).cloned().ok_or(PublishError::NotFound)?;
        let service = self.room.cx.catalogue().service(file).cloned();
        let rows = catalogue_version::of_file(db, file).await?;
        let people = account::by_ids(db, rows.iter().filter_map(|row| row.published_by)).await?;
        let name = |row: &Version| people.iter().find(|person| Some(person.id) == row.published_by).map(|person| person.name());
        let versions = rows.iter().map(|row| VersionLine {
            version: row.version,
            text: row.text.clone(),
            at: row.published_at,
            who: name(row),
            reason: row.reason.clone(),
        });
        Ok(OpenedFile {
            name: service.as_ref().map_or_else(|| "Éditeurs".to_owned(), |service| service.name.clone()),
            file: file.to_owned(),
            versions: versions.collect(),
            service,
            text,
            version,
        })
    }

    /// Checks the text as if it were published, without publishing it.
    pub async fn try_out(&self, file: &str, text: &str) -> Result<Tried, PublishError> {
        let shelf = self.shelf().await?;
        self.check(&shelf, file, text)
    }

    fn check(&self, shelf: &Shelf, file: &str, text: &str) -> Result<Tried, PublishError> {
        let (current, before) = shelf.texts.get(file).ok_or(PublishError::NotFound)?;
        let text = text.replace("\r\n", "\n");
        if strip_version(&text).trim() == strip_version(before).trim() {
            return Err(PublishError::Unchanged);
        }
        let version = current + 1;
        let text = if file == VENDORS { text } else { with_version(&text, version) };
        let mut texts: Vec<(String, String)> = shelf.texts.iter().map(|(file, (_, text))| (file.clone(), text.clone())).collect();
        if let Some(place) = texts.iter_mut().find(|(name, _)| name == file) {
            place.1.clone_from(&text);
        }
        let catalogue = self.room.files.load(&texts).map_err(PublishError::Invalid)?;
        if file != VENDORS && catalogue.service(file).is_none() {
            let reason = format!("the slug of this service stays {file}");
            let line = text.lines().position(|line| line.trim_start().starts_with("slug =")).map(|index| index + 1);
            let told = format!("L’identifiant (slug) de ce service reste «\u{a0}{file}\u{a0}».");
            return Err(PublishError::Invalid(FileError { file: format!("{file}.toml"), line, column: None, reason, told }));
        }
        Ok(Tried { catalogue, version, text })
    }

    /// `seen` is the version the text was written from.
    pub async fn publish(&self, file: &str, text: &str, reason: &str, seen: u32) -> Result<u32, PublishError> {
        let cx = &self.room.cx;
        let shelf = self.shelf().await?;
        if shelf.texts.get(file).is_some_and(|(version, _)| *version != seen) {
            return Err(PublishError::Stale);
        }
        let Tried { catalogue, version, text } = self.check(&shelf, file, text)?;
        let reason = checked(reason, MAX_REASON).map_err(PublishError::Reason)?;
        let broken = self.broken(&catalogue).await?;
        if !broken.is_empty() {
            return Err(PublishError::Breaks(broken));
        }
        let tx = cx.begin().await?;
        if catalogue_version::hold_last_seq(&tx).await? != shelf.seq {
            return Err(PublishError::Stale);
        }
        let mine = Some(self.actor.account);
        catalogue_version::add(&tx, NewVersion { file, version, text: &text, published_by: mine, reason: &reason }, cx.now()).await?;
        // Forms that ask for two services change with either file: the file of the other service gets a new version too.
        let name = catalogue.service(file).map_or_else(|| "Éditeurs".to_owned(), |service| service.name.clone());
        for other in catalogue.services().iter().filter(|service| service.variants.iter().any(|variant| variant.with.as_deref() == Some(file))) {
            let Some((current, text)) = shelf.texts.get(&other.slug) else { continue };
            let (version, reason) = (current + 1, format!("Suit la version {version} de {name}."));
            let text = with_version(text, version);
            let new = NewVersion { file: &other.slug, version, text: &text, published_by: mine, reason: &reason };
            catalogue_version::add(&tx, new, cx.now()).await?;
        }
        let (before, after) = (format!("{name}, version {seen}"), format!("{name}, version {version}"));
        let change = Change { before: &before, after: &after, reason: &reason };
        admin_event::write(cx, &tx, self.actor, AdminKind::CataloguePublished, None, change).await?;
        tx.commit().await?;
        self.room.refresh_catalogue().await?;
        Ok(version)
    }

    /// Requests under way that the new catalogue would stop.
    async fn broken(&self, new: &Catalogue) -> Result<Vec<Broken>, store::Error> {
        let cx = &self.room.cx;
        let old = cx.catalogue();
        let mut broken = Vec::new();
        let changed = |slug: &str| old.service(slug) != new.service(slug);
        for service in new.services() {
            let with = service.variants.iter().filter_map(|variant| variant.with.as_deref());
            if !std::iter::once(service.slug.as_str()).chain(with).any(changed) {
                continue;
            }
            let mut after = None;
            loop {
                let page = request::open_of_service(&cx.db, &service.slug, after, 500).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.number);
                for one in &page {
                    let variant = one.variant.as_deref();
                    let Some(before) = old.form(&one.service, variant, one.catalogue_version) else { continue };
                    let turns: Vec<(&str, &str)> = match &one.phase {
                        Phase::UnderReview(review) | Phase::ChangesRequested(review) => {
                            review.turns.iter().map(|turn| (turn.service.as_str(), turn.stage.as_str())).collect()
                        }
                        _ => Vec::new(),
                    };
                    let after = new.form_now(&service.slug, variant).map(|form| form.asked(&one.answers));
                    let reasons = breaks(before.asked(&one.answers), after, &one.answers, &turns);
                    if !reasons.is_empty() {
                        broken.push(Broken { id: one.id, number: one.number, title: one.title.clone(), reasons });
                    }
                }
                if broken.len() >= CITED {
                    return Ok(broken);
                }
            }
        }
        Ok(broken)
    }

    async fn shelf(&self) -> Result<Shelf, store::Error> {
        self.room.refresh_catalogue().await?;
        let seq = self.room.catalogue_seq();
        let rows = catalogue_version::all(&self.room.cx.db).await?;
        let mut texts: BTreeMap<String, (u32, String)> =
            self.room.files.shipped().into_iter().map(|(file, version, text)| (file, (version, text))).collect();
        for row in rows {
            texts.insert(row.file, (row.version, row.text));
        }
        Ok(Shelf { texts, seq })
    }
}

/// The line of the file's own version: the first, above any table.
fn version_line(text: &str) -> Option<usize> {
    let is_version = |line: &str| line.strip_prefix("version").is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().take_while(|line| !line.starts_with('[')).position(is_version)
}

/// The site numbers the versions: the number written in the file is replaced.
fn with_version(text: &str, version: u32) -> String {
    let place = version_line(text);
    let line = |(index, line): (usize, &str)| if Some(index) == place { format!("version = {version}") } else { line.to_owned() };
    text.lines().enumerate().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

fn strip_version(text: &str) -> String {
    let place = version_line(text);
    text.lines().enumerate().filter(|(index, _)| Some(*index) != place).map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{strip_version, with_version};

    #[test]
    fn the_house_numbers_the_versions() {
        assert_eq!(with_version("slug = \"a\"\nversion = 7\n[[x]]\nversion = 1", 3), "slug = \"a\"\nversion = 3\n[[x]]\nversion = 1\n");
        assert_eq!(strip_version("a\nversion=2\nb"), "a\nb");
        // Another line that begins so is a change like any other.
        assert_eq!(strip_version("a\nversion=2\nversion = 3\n[[x]]\nversion = 1"), "a\nversion = 3\n[[x]]\nversion = 1");
        assert_eq!(with_version("[[x]]\nversion = 1", 3), "[[x]]\nversion = 1\n");
    }
}
