//! Document files on the disk: sealed, bound to the document's id, readable by this process alone.

use std::{io, path::PathBuf};

use sha2::{Digest, Sha256};
use store::{document::Document, sealed_file};
use tokio::task::spawn_blocking;

use super::file_name;
use crate::Habilitation;

/// What the seal of a file is bound to: the document's id, which is the file's name without its extension.
pub(crate) fn document_in(name: &str) -> String {
    format!("document:{}", name.split('.').next().unwrap_or_default())
}

impl Habilitation {
    fn document_path(&self, document: &Document) -> PathBuf {
        self.documents.join(file_name(document))
    }

    /// Writes the bytes to the disk; called before the row is committed.
    pub(crate) async fn keep_bytes(&self, document: &Document, bytes: &[u8]) -> io::Result<()> {
        let (cx, folder, name, bytes) = (self.cx.clone(), self.documents.clone(), file_name(document), bytes.to_vec());
        let write = move || {
            sealed_file::create_folder(&folder)?;
            let mut file = sealed_file::create(&folder.join(&name))?;
            sealed_file::write(&cx, &document_in(&name), &mut file, bytes.as_slice())?;
            file.sync_all()
        };
        spawn_blocking(write).await.map_err(io::Error::other)?
    }

    pub(super) async fn bytes_of(&self, document: &Document) -> io::Result<Vec<u8>> {
        let (cx, name, path) = (self.cx.clone(), file_name(document), self.document_path(document));
        let sha256 = document.sha256.clone();
        let read = move || {
            let bytes = sealed_file::read(&cx, &document_in(&name), &path)?;
            // A file that was stored in clear has no seal to prove it: its hash is checked.
            if hex::encode(Sha256::digest(&bytes)) == sha256 {
                Ok(bytes)
            } else {
                Err(io::Error::new(io::ErrorKind::InvalidData, "not the bytes that were sent"))
            }
        };
        spawn_blocking(read).await.map_err(io::Error::other)?
    }

    /// A file that is already deleted is no error.
    pub async fn delete_files(&self, names: &[String]) -> io::Result<()> {
        for name in names {
            match tokio::fs::remove_file(self.documents.join(name)).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    pub(crate) async fn forget_bytes(&self, document: &Document) {
        if let Err(error) = tokio::fs::remove_file(self.document_path(document)).await {
            tracing::warn!(document.id = %document.id, %error, "a document's file could not be deleted");
        }
    }
}
