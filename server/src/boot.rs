//! Checks before serving: the modes of files, and a database that matches the settings.

use std::{
    io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use gateway::Sandbox;
use store::{
    Db, Keys,
    database_url::{self, DatabaseAddress},
    demonstration::{self, Holds},
    kept_key::{self, KeyFault},
    sealed_file,
};

use crate::config::Config;

/// Files that this process creates are accessible to its own user only.
pub fn keep_to_ourselves() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Creates the data directory, and removes the access that other users have to what it holds.
pub fn prepare_files(config: &Config) -> anyhow::Result<()> {
    let data = &config.data_dir;
    sealed_file::create_folder(data).with_context(|| format!("creating {}", data.display()))?;
    let found = data.metadata().with_context(|| format!("reading {}", data.display()))?;
    if found.permissions().mode() & 0o1000 != 0 {
        bail!("HABILIS_DATA_DIR ({}) is a folder everybody writes to: name one of its own", data.display());
    }
    close(data, 0o700)?;
    close_below(data)?;
    if let Ok(DatabaseAddress::Sqlite(file)) = database_url::parse(&config.database_url) {
        prepare_database(&file)?;
    }
    Ok(())
}

/// Creates the file before SQLite opens it: SQLite gives the same mode to the files it adds beside it.
fn prepare_database(file: &Path) -> anyhow::Result<()> {
    match sealed_file::create_new(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error).with_context(|| format!("creating {}", file.display())),
        _ => {}
    }
    let beside = ["-wal", "-shm", "-journal"].map(|end| PathBuf::from(format!("{}{end}", file.display())));
    for file in std::iter::once(file).chain(beside.iter().map(PathBuf::as_path)).filter(|file| file.is_file()) {
        close(file, 0o600)?;
    }
    Ok(())
}

fn close_below(folder: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        // The entry may be removed meanwhile by another process. Symbolic links are not followed.
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            close(&entry.path(), 0o700)?;
            close_below(&entry.path())?;
        } else if kind.is_file() {
            close(&entry.path(), 0o700)?;
        }
    }
    Ok(())
}

fn close(path: &Path, most: u32) -> anyhow::Result<()> {
    let found = match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.with_context(|| format!("reading {}", path.display()))?,
    };
    let mode = found.mode() & 0o7777;
    if mode & !most == 0 {
        return Ok(());
    }
    let kept = std::fs::Permissions::from_mode(mode & most);
    std::fs::set_permissions(path, kept).with_context(|| format!("{} may be read by others (mode {mode:03o}) and cannot be closed", path.display()))
}

/// Why this database cannot be used with these settings; it may not have its tables yet.
pub async fn refusals(config: &Config, db: &Db) -> Result<Vec<String>, store::Error> {
    let mut refused = Vec::new();
    match demonstration::holds(db).await? {
        Holds::Demonstration if !config.demo => refused.push(
            "HABILIS_DATABASE_URL names a database of the demonstration, whose passwords everybody knows: give the site an empty database, or \
             set HABILIS_DEMO=true on http://localhost"
                .to_owned(),
        ),
        Holds::People if config.demo => refused.push(
            "HABILIS_DEMO is true, and the database holds accounts of people: everybody would read their mails. Give the demonstration an empty \
             database, or set HABILIS_DEMO=false"
                .to_owned(),
        ),
        _ => {}
    }
    // No key could be read, which is already reported.
    if config.master_keys.is_empty() {
        return Ok(refused);
    }
    match kept_key::check(db, &keys(config)).await {
        Ok(()) => {}
        Err(KeyFault::WrongKey) => refused.push(format!("HABILIS_MASTER_KEY_FILE ({}): {}", config.master_key_file.display(), KeyFault::WrongKey)),
        Err(KeyFault::Store(error)) => return Err(error),
    }
    Ok(refused)
}

pub fn keys(config: &Config) -> Keys {
    Keys::of(&config.master_keys, &config.master_key_file)
}

/// Everything `serve` would refuse that the settings alone do not tell; writes nothing.
pub async fn check(config: &Config) -> Vec<String> {
    let mut refused = Vec::new();
    let readable = config.sandbox_dir.as_ref().is_none_or(|folder| folder.is_dir());
    if let Some(error) = readable.then(|| sandbox(config).err()).flatten() {
        refused.push(format!("HABILIS_SANDBOX_DIR: {error:#}"));
    }
    if let Err(error) = catalogue::shipped() {
        refused.push(format!("the catalogue: {error}"));
    }
    match database_url::parse(&config.database_url) {
        Ok(DatabaseAddress::Sqlite(file)) if file.exists() => {}
        Ok(DatabaseAddress::Postgres { .. }) => {}
        // The file does not exist yet, or the address is already reported as invalid.
        _ => return refused,
    }
    let looked = async {
        let db = store::connect(&config.database_url).await?;
        let found = refusals(config, &db).await?;
        db.close().await.map_err(store::Error::from)?;
        Ok::<_, store::Error>(found)
    };
    match looked.await {
        Ok(found) => refused.extend(found),
        Err(error) => refused.push(format!("HABILIS_DATABASE_URL: the database cannot be read: {:#}", anyhow::Error::from(error))),
    }
    refused
}

pub fn sandbox(config: &Config) -> anyhow::Result<Sandbox> {
    Ok(Sandbox::load(catalogue::sandbox().iter().map(|f| (f.folder, f.name, f.text)), config.sandbox_dir.as_deref())?)
}
