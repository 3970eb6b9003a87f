//! The dependency rules of `deny.toml`: by `cargo deny` where it is installed, else by reading the same file here.
//! Advisories need a database from the network and stay with `cargo deny check advisories`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::metadata::{Metadata, Package};
use crate::shell::{self, Workspace, note};

#[derive(Deserialize)]
struct Rules {
    bans: Bans,
    licenses: Licences,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

pub fn check(workspace: &Workspace) -> Result<()> {
    let packages = Metadata::read(workspace)?.packages;
    if shell::succeeds(workspace.cargo().args(["deny", "--version"])) {
        note("with cargo deny");
        let mut deny = workspace.cargo();
        return shell::run(deny.args(["deny", "--workspace", "check", "bans", "licenses", "sources"]));
    }
    note("cargo deny is not installed: reading deny.toml ourselves");
    let file = workspace.root.join("deny.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let faults = faults(&toml::from_str(&text).context("deny.toml")?, &packages);
    if !faults.is_empty() {
        bail!("{} dependency rule(s) broken:\n  {}", faults.len(), faults.join("\n  "));
    }
    note(&format!("{} packages follow the rules", packages.len()));
    Ok(())
}

fn faults(rules: &Rules, packages: &[Package]) -> Vec<String> {
    let banned: BTreeMap<&str, &str> = rules.bans.deny.iter().map(|ban| (ban.name.as_str(), ban.reason.as_str())).collect();
    let foreign = packages.iter().filter(|package| package.source.is_some());
    foreign
        .flat_map(|package| {
            let ban = banned.get(package.name.as_str()).map(|reason| format!("is banned: {reason}"));
            let faults = [ban, licence_fault(&rules.licenses, package), source_fault(package)];
            faults.into_iter().flatten().map(|fault| format!("{} {} {fault}", package.name, package.version))
        })
        .collect()
}

fn licence_fault(rules: &Licences, package: &Package) -> Option<String> {
    let Some(expression) = &package.license else {
        return Some("declares no licence".into());
    };
    let exceptions = rules.exceptions.iter().filter(|exception| exception.name == package.name);
    let allowed: BTreeSet<&str> = exceptions.flat_map(|exception| &exception.allow).chain(&rules.allow).map(String::as_str).collect();
    match super::licence::accepted(expression, &allowed) {
        Ok(true) => None,
        Ok(false) => Some(format!("has the licence `{expression}`, which deny.toml does not allow")),
        Err(error) => Some(format!("has the licence `{expression}`: {error}")),
    }
}

/// The public registry alone: a git revision or a private registry cannot be rebuilt by everyone.
fn source_fault(package: &Package) -> Option<String> {
    let source = package.source.as_deref()?;
    let public = source.starts_with("registry+") && source.ends_with("/crates.io-index");
    (!public).then(|| format!("comes from `{source}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = r#"
        [bans]
        deny = [{ crate = "openssl", reason = "rustls is our only TLS" }]
        [licenses]
        allow = ["MIT"]
        exceptions = [{ crate = "selectors", allow = ["MPL-2.0"] }]
    "#;

    fn faults_of(name: &str, licence: &str, source: &str) -> Result<Vec<String>> {
        let package = Package {
            name: name.into(),
            version: "1.0.0".into(),
            license: Some(licence.into()),
            source: Some(source.into()),
            dependencies: Vec::new(),
            features: BTreeMap::new(),
        };
        Ok(faults(&toml::from_str(RULES)?, &[package]))
    }

    #[test]
    fn each_kind_of_fault_is_seen() -> Result<()> {
        let registry = "registry+https://example.org/crates.io-index";
        assert!(faults_of("itoa", "MIT OR Apache-2.0", registry)?.is_empty());
        assert!(faults_of("selectors", "MPL-2.0", registry)?.is_empty());
        assert_eq!(faults_of("other", "MPL-2.0", registry)?.len(), 1);
        assert_eq!(faults_of("openssl", "MIT", registry)?, ["openssl 1.0.0 is banned: rustls is our only TLS"]);
        assert_eq!(faults_of("itoa", "MIT", "git+https://example.org/itoa")?.len(), 1);
        Ok(())
    }
}
