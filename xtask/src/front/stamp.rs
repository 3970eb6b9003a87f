//! Tells whether the front end must be built again: a hash over the names and contents of all that goes into it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::shell::{Workspace, on_path};

/// The workspace manifest carries the wasm profile and the features of shared dependencies.
const INPUTS: [&str; 11] = [
    "Cargo.lock",
    "Cargo.toml",
    "rust-toolchain.toml",
    ".cargo",
    "app/ui",
    "server/domain",
    "style",
    "public",
    "xtask/Cargo.toml",
    "xtask/src/front.rs",
    "xtask/src/front",
];

pub fn of_inputs(workspace: &Workspace) -> Result<String> {
    let mut hash = Sha256::new();
    for input in INPUTS {
        for file in files_under(&workspace.root.join(input))? {
            let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let name = file.strip_prefix(&workspace.root).unwrap_or(&file).to_string_lossy();
            for part in [name.as_bytes(), &content] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
    }
    hash.update([u8::from(on_path(&["wasm-opt"]).is_some())]);
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// All files under a folder, recursively, in a stable order; the path itself if it is a file, nothing if it does not exist.
pub fn files_under(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
        let context = || format!("cannot list {}", folder.display());
        for entry in fs::read_dir(&folder).with_context(context)? {
            let found = entry.with_context(context)?.path();
            if found.is_dir() { folders.push(found) } else { files.push(found) }
        }
    }
    files.sort();
    Ok(files)
}
