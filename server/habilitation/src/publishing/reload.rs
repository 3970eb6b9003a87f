//! Serves what was published, by this process or by another.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use store::catalogue_version::{self, NewVersion};

use crate::Habilitation;

impl Habilitation {
    pub(super) fn catalogue_seq(&self) -> i64 {
        self.catalogue_seq.load(Ordering::Acquire)
    }

    /// Stores the catalogue files shipped with this binary, so that a later one still knows the forms of earlier requests.
    pub async fn record_shipped_catalogue(&self) -> Result<(), store::Error> {
        let cx = &self.cx;
        let known = catalogue_version::all(&cx.db).await?;
        let newer: Vec<_> = self
            .files
            .shipped()
            .into_iter()
            .filter(|(file, version, _)| known.iter().filter(|row| row.file == *file).all(|row| row.version < *version))
            .collect();
        if !newer.is_empty() {
            let tx = cx.begin().await?;
            for (file, version, text) in newer {
                let new = NewVersion { file: &file, version, text: &text, published_by: None, reason: "Livré avec Habilis." };
                catalogue_version::add(&tx, new, cx.now()).await?;
            }
            tx.commit().await?;
        }
        self.refresh_catalogue().await
    }

    /// Reads the publications not read yet; cheap when there is none.
    pub async fn refresh_catalogue(&self) -> Result<(), store::Error> {
        let cx = &self.cx;
        let last = catalogue_version::last_seq(&cx.db).await?;
        if last == self.catalogue_seq() {
            return Ok(());
        }
        let mut texts: BTreeMap<String, String> = self.files.shipped().into_iter().map(|(file, _, text)| (file, text)).collect();
        let start: Vec<(String, String)> = texts.clone().into_iter().collect();
        let mut catalogue = self.files.load(&start).ok();
        let rows = catalogue_version::all(&cx.db).await?;
        for (index, row) in rows.iter().enumerate() {
            texts.insert(row.file.clone(), row.text.clone());
            // Files published together have the same instant, and are loaded together.
            if rows.get(index + 1).is_some_and(|next| next.published_at == row.published_at) {
                continue;
            }
            let all: Vec<(String, String)> = texts.iter().map(|(file, text)| (file.clone(), text.clone())).collect();
            match self.files.load(&all) {
                Ok(loaded) => {
                    catalogue = Some(match catalogue.take() {
                        Some(past) => loaded.remembering(past),
                        None => loaded,
                    });
                }
                Err(error) => tracing::error!(catalogue.seq = row.seq, %error, "a published catalogue file cannot be read any more"),
            }
        }
        if let Some(catalogue) = catalogue {
            cx.catalogue.publish(catalogue);
        }
        self.catalogue_seq.store(last, Ordering::Release);
        Ok(())
    }
}
