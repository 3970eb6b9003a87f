//! Sealing everything again under the current master key, in the database and on the disk, and telling which keys are still needed.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use store::{
    Cx,
    reseal::{self, Census, Resealed},
    sealed_file,
};
use tokio::task::spawn_blocking;

use crate::{Habilitation, documents::document_in, reviews::export_in};

const LEFT_OVER: Duration = Duration::from_secs(3600);

#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    #[error("the files")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Which keys the database and the files need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sealed {
    pub values: Census,
    pub files: Census,
    /// Files stored in clear.
    pub clear: u64,
}

impl Habilitation {
    pub async fn sealed(&self) -> Result<Sealed, SealingError> {
        let values = reseal::census(&self.cx.db, &self.cx.keys).await?;
        let (cx, files) = (self.cx.clone(), self.sealed_files());
        let (files, clear) = spawn_blocking(move || count(&cx, &files)).await.map_err(io::Error::other)??;
        Ok(Sealed { values, files, clear })
    }

    /// Seals everything again, once. The files come first, so that an interrupted run leaves for the end the kept keys, by which a
    /// wrong master key is detected.
    pub async fn reseal(&self) -> Result<Resealed, SealingError> {
        let mut done = self.reseal_files().await?;
        done += reseal::run(&self.cx).await?;
        Ok(done)
    }

    /// Also seals what was written in clear.
    pub async fn reseal_files(&self) -> Result<Resealed, SealingError> {
        let (cx, files) = (self.cx.clone(), self.sealed_files());
        let work = move || {
            let mut done = Resealed::default();
            for_each(&files, |of, path| match sealed_file::reseal(&cx, of, path) {
                Ok(true) => done.done += 1,
                Ok(false) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    tracing::error!(file = %path.display(), %error, "a file could not be sealed with the current key");
                    done.lost += 1;
                }
            })?;
            Ok::<_, io::Error>(done)
        };
        Ok(spawn_blocking(work).await.map_err(io::Error::other)??)
    }

    fn sealed_files(&self) -> Folders {
        [(self.documents.clone(), document_in), (self.exports(), export_in)]
    }
}

/// Each folder, with the function that gives, from a file's name, what its seal is bound to.
type Folders = [(PathBuf, fn(&str) -> String); 2];

fn for_each(folders: &Folders, mut each: impl FnMut(&str, &Path)) -> io::Result<()> {
    for (folder, of) in folders {
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
            let Some(name) = name.to_str().filter(|_| path.symlink_metadata().is_ok_and(|found| found.is_file())) else { continue };
            if name.ends_with(sealed_file::TEMPORARY) {
                forget_left_over(&path);
            } else if !name.starts_with('.') {
                each(&of(name), &path);
            }
        }
    }
    Ok(())
}

/// Deletes a temporary file that a killed process left behind: no write takes an hour.
fn forget_left_over(path: &Path) {
    let age = path.metadata().and_then(|found| found.modified()).ok().and_then(|at| at.elapsed().ok());
    if age.is_some_and(|age| age > LEFT_OVER) {
        let _ = std::fs::remove_file(path);
    }
}

fn count(cx: &Cx, folders: &Folders) -> io::Result<(Census, u64)> {
    let (mut census, mut clear) = (Census::default(), 0);
    let mut failed = None;
    for_each(folders, |_, path| match sealed_file::count(&cx.keys, path, &mut census) {
        Ok(true) => {}
        Ok(false) => clear += 1,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => failed = Some(error),
    })?;
    failed.map_or(Ok((census, clear)), Err)
}
