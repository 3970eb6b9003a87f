//! The portal’s keys at the broker, read from the file where its operator puts them.

use std::io::ErrorKind;

use serde::Deserialize;
use web::App;

#[derive(Deserialize)]
pub struct Keys {
    pub client_id: String,
    pub client_secret: String,
    /// SIRET of the organisation that was granted the data.
    pub recipient: String,
}

/// `None` as long as they are not installed. Read at each use: they may be installed, or changed, while the process
/// runs.
pub async fn read(app: &App) -> Option<Keys> {
    let path = app.settings.data_dir.join("portail-famille.json");
    let bytes = match tokio::fs::read(&path).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => {
            tracing::warn!(%error, "the keys of the family portal cannot be read");
            return None;
        }
    };
    // The error of the parser may quote the secret.
    serde_json::from_slice(&bytes).inspect_err(|_| tracing::warn!("the keys of the family portal are malformed")).ok()
}
