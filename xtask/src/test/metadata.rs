//! The part of `cargo metadata` that the rules read.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::shell::{self, Workspace};

#[derive(Deserialize)]
pub struct Metadata {
    pub packages: Vec<Package>,
}

#[derive(Deserialize)]
pub struct Package {
    pub name: String,
    /// None for the packages of this workspace.
    pub source: Option<String>,
    pub dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub struct Dependency {
    pub name: String,
    /// None for an ordinary dependency, else `dev` or `build`.
    pub kind: Option<String>,
    /// Set for the packages of this workspace.
    pub path: Option<String>,
}

impl Metadata {
    /// `--locked`: a `Cargo.lock` that does not fit the manifests is a failure, not something to repair in passing.
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let mut command = workspace.cargo();
        command.args(["metadata", "--format-version=1", "--locked"]);
        serde_json::from_slice(&shell::output(&mut command)?).context("cannot read what cargo metadata printed")
    }
}
