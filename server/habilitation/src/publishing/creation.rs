//! Creating a service: its file begins as a copy of another, or as a minimal skeleton.

use domain::{administration::AdminKind, catalogue::FileError, words::checked};
use store::{
    admin_event::{self, Change},
    catalogue_version::{self, NewVersion},
};

use super::{MAX_REASON, PublishError, Publishing, Tried, VENDORS, with_version};

const SKELETON: &str = include_str!("skeleton.toml");
/// Slugs that addresses use for something else.
const RESERVED: [&str; 2] = ["nouveau", VENDORS];
const MAX_SLUG: usize = 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlugProblem {
    #[error("no slug")]
    Missing,
    #[error("a slug of another form than lower-case letters, digits and hyphens")]
    Form,
    #[error("a slug of more than {MAX_SLUG} characters")]
    TooLong,
    #[error("a reserved slug")]
    Reserved,
    #[error("the slug of another service")]
    Taken,
}

impl SlugProblem {
    /// What the person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::Missing => "Donnez un identifiant au service.".to_owned(),
            Self::Form => {
                "Écrivez l’identifiant avec des lettres minuscules sans accent, des chiffres et des tirets, sans tiret au début ni à la fin."
                    .to_owned()
            }
            Self::TooLong => format!("L’identifiant dépasse {MAX_SLUG} caractères\u{a0}: raccourcissez-le."),
            Self::Reserved => "Cet identifiant est réservé\u{a0}: choisissez-en un autre.".to_owned(),
            Self::Taken => "Un service porte déjà cet identifiant.".to_owned(),
        }
    }
}

fn check_slug(slug: &str) -> Result<(), SlugProblem> {
    let fits = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') && !slug.starts_with('-') && !slug.ends_with('-');
    match slug {
        "" => Err(SlugProblem::Missing),
        _ if !fits => Err(SlugProblem::Form),
        _ if slug.len() > MAX_SLUG => Err(SlugProblem::TooLong),
        _ if RESERVED.contains(&slug) => Err(SlugProblem::Reserved),
        _ => Ok(()),
    }
}

/// Replaces the first line that gives the slug.
fn with_slug(text: &str, slug: &str) -> String {
    let mut done = false;
    let line = |line: &str| {
        let is_slug = !done && line.strip_prefix("slug").is_some_and(|rest| rest.trim_start().starts_with('='));
        done |= is_slug;
        if is_slug { format!("slug = \"{slug}\"") } else { line.to_owned() }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

/// The text as it is stored: version 1 of the file of this slug.
fn as_first(slug: &str, text: &str) -> String {
    with_version(&with_slug(&text.replace("\r\n", "\n"), slug), 1)
}

impl Publishing<'_> {
    /// The text to begin with: a copy of this file, or the skeleton.
    pub async fn beginning(&self, model: Option<&str>) -> Result<String, PublishError> {
        match model.filter(|file| *file != VENDORS) {
            None => Ok(SKELETON.to_owned()),
            Some(file) => self.shelf().await?.texts.get(file).map(|(_, text)| text.clone()).ok_or(PublishError::NotFound),
        }
    }

    /// Checks the text as if it were published under this slug, without publishing it.
    pub async fn try_new(&self, slug: &str, text: &str) -> Result<Tried, PublishError> {
        check_slug(slug).map_err(PublishError::Slug)?;
        let shelf = self.shelf().await?;
        if shelf.texts.contains_key(slug) {
            return Err(PublishError::Slug(SlugProblem::Taken));
        }
        let text = as_first(slug, text);
        let known = shelf.texts.iter().map(|(file, (_, text))| (file.clone(), text.clone()));
        let texts: Vec<(String, String)> = known.chain([(slug.to_owned(), text.clone())]).collect();
        let catalogue = self.room.files.load(&texts).map_err(PublishError::Invalid)?;
        if catalogue.service(slug).is_none() {
            let told = "Il manque la ligne «\u{a0}slug = …\u{a0}» au début du fichier.".to_owned();
            let error = FileError { file: format!("{slug}.toml"), line: Some(1), column: None, reason: "the slug is missing".to_owned(), told };
            return Err(PublishError::Invalid(error));
        }
        Ok(Tried { catalogue, version: 1, text })
    }

    /// The same form sent twice publishes once.
    pub async fn publish_new(&self, slug: &str, text: &str, reason: &str) -> Result<(), PublishError> {
        match self.publish_once(slug, text, reason).await {
            Err(PublishError::Slug(SlugProblem::Taken) | PublishError::Stale) if self.published_before(slug, text).await? => Ok(()),
            other => other,
        }
    }

    /// Whether this is the only version of the file, which the same person published.
    async fn published_before(&self, slug: &str, text: &str) -> Result<bool, PublishError> {
        let versions = catalogue_version::of_file(&self.room.cx.db, slug).await?;
        let [first] = versions.as_slice() else { return Ok(false) };
        Ok(first.published_by == Some(self.actor.account) && first.text == as_first(slug, text))
    }

    async fn publish_once(&self, slug: &str, text: &str, reason: &str) -> Result<(), PublishError> {
        let cx = &self.room.cx;
        let seen = self.room.catalogue_seq();
        let Tried { catalogue, version, text } = self.try_new(slug, text).await?;
        let reason = checked(reason, MAX_REASON).map_err(PublishError::Reason)?;
        let tx = cx.begin().await?;
        if catalogue_version::hold_last_seq(&tx).await? != seen {
            return Err(PublishError::Stale);
        }
        let mine = Some(self.actor.account);
        catalogue_version::add(&tx, NewVersion { file: slug, version, text: &text, published_by: mine, reason: &reason }, cx.now()).await?;
        let name = catalogue.service(slug).map(|service| service.name.clone()).unwrap_or_default();
        let change = Change { before: "", after: &format!("{name}, version {version}"), reason: &reason };
        admin_event::write(cx, &tx, self.actor, AdminKind::CataloguePublished, None, change).await?;
        tx.commit().await?;
        self.room.refresh_catalogue().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{SlugProblem, check_slug, with_slug};

    #[test]
    fn slugs_go_into_addresses() {
        let long = "a".repeat(61);
        for (slug, expected) in [
            ("api-scolarite", Ok(())),
            ("hubee2", Ok(())),
            ("", Err(SlugProblem::Missing)),
            ("API", Err(SlugProblem::Form)),
            ("api scolarité", Err(SlugProblem::Form)),
            ("-api", Err(SlugProblem::Form)),
            ("api/..", Err(SlugProblem::Form)),
            (long.as_str(), Err(SlugProblem::TooLong)),
            ("nouveau", Err(SlugProblem::Reserved)),
            ("editeurs", Err(SlugProblem::Reserved)),
        ] {
            assert_eq!(check_slug(slug), expected, "{slug}");
        }
        assert_eq!(with_slug("# a\nslug = \"x\"\n[[stages]]\nslug = \"y\"", "z"), "# a\nslug = \"z\"\n[[stages]]\nslug = \"y\"\n");
    }
}
