//! The file of the master keys: read, or generated on a local site.

use std::{
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt},
};

use domain::{Entropy, clock::SystemEntropy};
use store::{MasterKey, sealed_file};

use super::{
    Config,
    reader::Reader,
    refusals::{lies_with_data, open_folder_above},
};

const NAME: &str = "MASTER_KEY_FILE";

pub(super) fn read(reader: &mut Reader<'_>, config: &mut Config) {
    let path = config.master_key_file.clone();
    let named = reader.optional(NAME).is_some();
    if !named && !config.is_local() {
        return reader.mistake(NAME, "is missing: the key has a file of its own, away from the data, backed up apart from them");
    }
    if !named && !path.exists() {
        // Nothing is made for a configuration that will not be served.
        if reader.mistakes.is_empty() {
            make(reader, config);
        }
        return;
    }
    let place = path.display();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return reader.mistake(NAME, format!("({place}) cannot be read: {error}")),
    };
    match MasterKey::parse_file(&text) {
        Ok(keys) => config.master_keys = keys,
        Err(why) => return reader.mistake(NAME, format!("({place}) {why}")),
    }
    for key in &config.master_keys {
        let Some(weakness) = key.weakness() else { continue };
        let what = format!("({place}) holds a key that {weakness}: draw 32 bytes at random, `openssl rand -hex 32`");
        if config.is_local() { reader.note(NAME, what) } else { reader.mistake(NAME, what) }
    }
    if !config.is_local() {
        place_and_mode(reader, config);
    }
}

fn place_and_mode(reader: &mut Reader<'_>, config: &Config) {
    let (path, place) = (&config.master_key_file, config.master_key_file.display());
    let found = path.metadata().ok();
    let mode = found.as_ref().map_or(0, |found| found.permissions().mode() & 0o777);
    if mode & 0o077 != 0 {
        reader.mistake(NAME, format!("({place}) may be read by others (mode {mode:03o}): chmod 600"));
    }
    if found.is_some_and(|found| found.nlink() > 1) {
        reader.mistake(NAME, format!("({place}) has another name elsewhere (a hard link): copy it to a file of its own, and remove both"));
    }
    if let Some(folder) = open_folder_above(path) {
        reader.mistake(NAME, format!("({place}) lies below {}, where everybody writes: they could put their own in its place", folder.display()));
    }
    if lies_with_data(path, config) {
        reader.mistake(NAME, format!("({place}) lies with the data it seals: whoever copies the folder would have both"));
    }
}

fn make(reader: &mut Reader<'_>, config: &mut Config) {
    let mut secret = [0; 32];
    SystemEntropy.fill(&mut secret);
    let path = &config.master_key_file;
    let written = sealed_file::create_folder(&config.data_dir)
        .and_then(|()| sealed_file::create_new(path))
        .and_then(|mut file| writeln!(file, "{}", hex::encode(secret)).and_then(|()| file.sync_all()));
    match written {
        Ok(()) => {
            reader.note(NAME, format!("is not set: a master key was made in {}, for a demonstration on this machine", path.display()));
            config.master_keys = vec![MasterKey::new(secret)];
        }
        Err(error) => reader.mistake("DATA_DIR", format!("cannot hold the master key: {error}")),
    }
}
