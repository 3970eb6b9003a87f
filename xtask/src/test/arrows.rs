//! Which crate of ours may use which, as `docs/ARCHITECTURE.md` draws it. A crate that reaches for another room
//! fails here: the drawing is changed first, or not at all.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::metadata::{Dependency, Metadata, Package};
use crate::shell::Workspace;

const BASE: &[&str] = &["domain", "oidc", "store"];
const TEST_ONLY: &[&str] = &["testkit", "catalogue"];

/// What a crate may use in what it ships; None for a crate that the drawing does not know.
fn allowed(package: &str) -> Option<&'static [&'static str]> {
    Some(match package {
        "domain" | "oidc" | "migrations" | "xtask" => &[],
        "catalogue" | "attestation" => &["domain"],
        "store" => &["domain", "oidc", "migrations"],
        "habilitation" => &["domain", "oidc", "store", "attestation"],
        "broker" | "gateway" | "delivery" => BASE,
        "testkit" => &["domain", "oidc", "store", "migrations", "catalogue"],
        // Everything but `domain` on the server side only, see `browser_faults`.
        "app" => &["domain", "habilitation", "broker", "gateway", "delivery"],
        "habilis" => &["domain", "oidc", "store", "migrations", "catalogue", "habilitation", "broker", "gateway", "delivery", "app"],
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
        let mut faults: Vec<_> = edges.filter(|edge| !may_use(edge, allowed)).map(|edge| format!("{} -> {}", package.name, edge.name)).collect();
        if package.name == "app" {
            faults.extend(browser_faults(package));
        }
        faults
    })
    .collect()
}

fn may_use(edge: &Dependency, allowed: &[&str]) -> bool {
    let name = edge.name.as_str();
    allowed.contains(&name) || (edge.kind.as_deref() == Some("dev") && TEST_ONLY.contains(&name))
}

/// In the browser `app` sees `domain` alone: any other crate of ours is optional, and feature `hydrate` never
/// switches it on.
fn browser_faults(app: &Package) -> Vec<String> {
    let rooms = app.dependencies.iter().filter(|edge| edge.path.is_some() && edge.kind.is_none() && edge.name != "domain");
    let reached = switched_on(app, "hydrate");
    rooms.filter(|edge| !edge.optional || reached.contains(edge.name.as_str())).map(|edge| format!("app -> {} in the browser", edge.name)).collect()
}

fn switched_on<'a>(package: &'a Package, feature: &'a str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![feature];
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            let enabled = package.features.get(name).into_iter().flatten();
            open.extend(enabled.filter_map(|item| {
                let item = item.strip_prefix("dep:").unwrap_or(item);
                let dependency = item.split('/').next()?;
                (!dependency.ends_with('?')).then_some(dependency)
            }));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>, bool)], hydrate: &[&str]) -> Package {
        Package {
            name: name.into(),
            source: None,
            dependencies: dependencies
                .iter()
                .map(|&(name, kind, optional)| Dependency { name: name.into(), kind: kind.map(Into::into), optional, path: Some(name.into()) })
                .collect(),
            features: [("hydrate".into(), hydrate.iter().map(|item| (*item).into()).collect())].into(),
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
            ("delivery", "app", None),
            ("habilis", "testkit", None),
            ("store", "testkit", Some("build")),
        ] {
            let found = faults(&[package(from, &[(to, kind, false)], &[])]);
            assert_eq!(found, [format!("{from} -> {to}")]);
        }
        assert_eq!(faults(&[package("annexe", &[], &[])]), ["annexe is not in the drawing"]);
    }

    #[test]
    fn an_allowed_arrow_passes() {
        let store = package("store", &[("domain", None, false), ("testkit", Some("dev"), false)], &[]);
        let app = package("app", &[("domain", None, false), ("broker", None, true)], &["leptos/hydrate"]);
        assert_eq!(faults(&[store, app]), [""; 0]);
    }

    #[test]
    fn the_browser_sees_the_domain_alone() {
        let always = package("app", &[("broker", None, false)], &[]);
        let switched_on = package("app", &[("broker", None, true)], &["dep:broker"]);
        for app in [always, switched_on] {
            assert_eq!(faults(&[app]), ["app -> broker in the browser"]);
        }
    }
}
