//! `cargo xtask front`: everything a browser downloads, built into `<target>/site` without any tool to install.

mod compress;
mod stamp;
mod wasm;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::shell::{Workspace, kilobytes, note, step};

pub use wasm::{TARGET as WASM_TARGET, require_target};

/// Limit for the site's own stylesheet: the people who fill these forms are not always on fibre.
const MAX_STYLESHEET: u64 = 40_000;

const STYLESHEET: &str = "assets/habilis.css";
const STAMP: &str = ".stamp";

pub fn build(workspace: &Workspace) -> Result<()> {
    let site = workspace.site();
    let stamp = stamp::of_inputs(workspace)?;
    if fs::read_to_string(site.join(STAMP)).is_ok_and(|previous| previous == stamp) {
        step("front end: nothing changed");
        return report(&site);
    }
    step("front end: browser code, stylesheet, compressed assets");
    // Built aside and swapped at the end: an interrupted build leaves the previous site whole.
    let fresh = workspace.target.join("site.new");
    remove(&fresh)?;
    wasm::build(workspace, &fresh.join("pkg"))?;
    stylesheet(workspace, &fresh.join(STYLESHEET))?;
    copy_tree(&workspace.root.join("public"), &fresh.join("assets"))?;
    note("compressing (brotli, gzip)");
    compress::tree(&fresh)?;
    report(&fresh)?;
    fs::write(fresh.join(STAMP), stamp).context("cannot write the stamp")?;
    remove(&site)?;
    fs::rename(&fresh, &site).with_context(|| format!("cannot move the site to {}", site.display()))
}

fn stylesheet(workspace: &Workspace, to: &Path) -> Result<()> {
    let folder = workspace.root.join("style");
    note("compiling style/main.scss");
    let options = grass::Options::default().style(grass::OutputStyle::Compressed).load_path(&folder);
    let css = grass::from_path(folder.join("main.scss"), &options).map_err(|error| anyhow::anyhow!("style/main.scss does not compile:\n{error}"))?;
    write(to, css.as_bytes())
}

fn report(site: &Path) -> Result<()> {
    for file in [STYLESHEET, "pkg/habilis.wasm", "pkg/habilis.js"] {
        let raw = size(&site.join(file))?;
        let brotli = size(&site.join(format!("{file}.br"))).map_or("not compressed".into(), kilobytes);
        note(&format!("{file}: {} raw, {brotli} brotli", kilobytes(raw)));
    }
    let stylesheet = size(&site.join(STYLESHEET))?;
    ensure!(
        stylesheet <= MAX_STYLESHEET,
        "the stylesheet weighs {}, more than the {} we allow: remove rules of components no page uses",
        kilobytes(stylesheet),
        kilobytes(MAX_STYLESHEET),
    );
    Ok(())
}

fn size(file: &Path) -> Result<u64> {
    let found = fs::metadata(file).with_context(|| format!("{} is missing", file.display()))?;
    Ok(found.len())
}

fn write(to: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(to, bytes).with_context(|| format!("cannot write {}", to.display()))
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).with_context(|| format!("cannot remove {}", folder.display())),
        _ => Ok(()),
    }
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for file in stamp::files_under(from)? {
        let relative = file.strip_prefix(from).context("a file outside its own folder")?;
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        write(&to.join(relative), &bytes)?;
    }
    Ok(())
}
