//! Which crate of the workspace may use which, as `docs/ARCHITECTURE.md` draws it. A dependency that the drawing does not show
//! fails here: either the drawing is changed first, or the dependency is removed.

use anyhow::{Result, ensure};

use super::metadata::{Dependency, Metadata, Package};
use crate::shell::Workspace;

const BASE: &[&str] = &["domain", "oidc", "store"];
const TEST_ONLY: &[&str] = &["testkit", "catalogue"];

/// What a crate may use in what it ships; `None` for a crate that the drawing does not show.
fn allowed(package: &str) -> Option<&'static [&'static str]> {
    Some(match package {
        "domain" | "oidc" | "migrations" | "xtask" => &[],
        "catalogue" | "attestation" => &["domain"],
        "store" => &["domain", "oidc", "migrations"],
        "habilitation" => &["domain", "oidc", "store", "attestation"],
        "broker" | "gateway" | "delivery" => BASE,
        "testkit" => &["domain", "oidc", "store", "migrations", "catalogue"],
        // The one crate that is also compiled for the browser.
        "ui" => &["domain"],
        "web" => &["domain", "store", "habilitation", "broker", "gateway", "ui"],
        "portal" | "review" | "admin" => &["domain", "store", "habilitation", "ui", "web"],
        "citizen" => &["domain", "oidc", "broker", "ui", "web"],
        "data" => &["domain", "gateway", "web"],
        "demo" => &["domain", "oidc", "store", "catalogue", "habilitation", "broker", "ui", "web", "citizen"],
        "habilis" => &[
            "domain",
            "oidc",
            "store",
            "migrations",
            "catalogue",
            "habilitation",
            "broker",
            "gateway",
            "delivery",
            "web",
            "portal",
            "review",
            "admin",
            "citizen",
            "data",
            "demo",
        ],
        _ => return None,
    })
}

pub fn check(workspace: &Workspace) -> Result<()> {
    let faults = faults(&Metadata::read(workspace)?.packages);
    ensure!(faults.is_empty(), "forbidden arrows (see docs/ARCHITECTURE.md):\n  {}", faults.join("\n  "));
    Ok(())
}

fn faults(packages: &[Package]) -> Vec<String> {
    let ours = packages.iter().filter(|package| package.source.is_none());
    ours.flat_map(|package| {
        let Some(allowed) = allowed(&package.name) else {
            return vec![format!("{} is not in the drawing", package.name)];
        };
        let edges = package.dependencies.iter().filter(|dependency| dependency.path.is_some());
        let faults: Vec<_> = edges.filter(|edge| !may_use(edge, allowed)).map(|edge| format!("{} -> {}", package.name, edge.name)).collect();
        faults
    })
    .collect()
}

fn may_use(edge: &Dependency, allowed: &[&str]) -> bool {
    let name = edge.name.as_str();
    allowed.contains(&name) || (edge.kind.as_deref() == Some("dev") && TEST_ONLY.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        Package {
            name: name.into(),
            source: None,
            dependencies: dependencies
                .iter()
                .map(|&(name, kind)| Dependency { name: name.into(), kind: kind.map(Into::into), path: Some(name.into()) })
                .collect(),
        }
    }

    #[test]
    fn the_workspace_follows_the_drawing() -> Result<()> {
        check(&Workspace::find()?)
    }

    #[test]
    fn a_forbidden_arrow_is_seen() {
        for (from, to, kind) in [
            ("broker", "gateway", None),
            ("broker", "gateway", Some("dev")),
            ("store", "habilitation", None),
            ("domain", "store", None),
            ("delivery", "web", None),
            ("ui", "habilitation", None),
            ("portal", "review", None),
            ("web", "portal", None),
            ("data", "habilitation", None),
            ("habilis", "testkit", None),
            ("store", "testkit", Some("build")),
        ] {
            let found = faults(&[package(from, &[(to, kind)])]);
            assert_eq!(found, [format!("{from} -> {to}")]);
        }
        assert_eq!(faults(&[package("annexe", &[])]), ["annexe is not in the drawing"]);
    }

    #[test]
    fn an_allowed_arrow_passes() {
        let store = package("store", &[("domain", None), ("testkit", Some("dev"))]);
        let web = package("web", &[("domain", None), ("broker", None)]);
        assert_eq!(faults(&[store, web]), [""; 0]);
    }
}
