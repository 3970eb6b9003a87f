//! The browser's half of `ui`: compiled to wasm, bound to JavaScript, shrunk when `wasm-opt` is at hand.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::shell::{self, Workspace, note, on_path, step};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// What rustc's default wasm target uses; older `wasm-opt` refuse the module unless told.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Writes `habilis.js` and `habilis.wasm`. The script has no default address for the module: the page's loader
/// passes `module_or_path`.
pub fn build(workspace: &Workspace, to: &Path) -> Result<()> {
    require_target(workspace)?;
    note("compiling the browser code (the first time takes a minute or two)");
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--package", "ui", "--lib", "--target", TARGET]);
    cargo.args(["--no-default-features", "--features", "hydrate"]);
    shell::run(cargo.args(["--profile", "wasm-release"]))?;

    note("binding it to JavaScript");
    let module = workspace.target.join(TARGET).join("wasm-release/ui.wasm");
    Bindgen::new()
        .input_path(&module)
        .out_name("habilis")
        .web(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(to)
        .with_context(|| format!("wasm-bindgen refused {}", module.display()))?;
    let wasm = to.join("habilis.wasm");
    fs::rename(to.join("habilis_bg.wasm"), &wasm).context("wasm-bindgen wrote no module")?;
    shrink(&wasm)
}

/// Some installations of rustup read `rust-toolchain.toml` and install nothing by themselves.
pub fn require_target(workspace: &Workspace) -> Result<()> {
    if has_target(workspace)? {
        return Ok(());
    }
    ensure!(on_path(&["rustup"]).is_some(), "{}", no_rustup());
    step(&format!("rustup: adding the target {TARGET}, for the browser code"));
    shell::run(Command::new("rustup").current_dir(&workspace.root).args(["target", "add", TARGET]))?;
    ensure!(has_target(workspace)?, "rustup added the target {TARGET}, yet the compiler does not find it: is `rustc` on PATH the one of rustup?");
    Ok(())
}

fn no_rustup() -> String {
    format!(
        "the compiler cannot build for browsers, and rustup is not there to add the target: install the standard library for {TARGET} as this compiler was installed, or use rustup (https://rustup.rs)"
    )
}

fn has_target(workspace: &Workspace) -> Result<bool> {
    let rustc = shell::env("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut ask = Command::new(rustc);
    ask.current_dir(&workspace.root).args(["--print", "target-libdir", "--target", TARGET]);
    let folder = shell::output(&mut ask)?;
    Ok(Path::new(String::from_utf8_lossy(&folder).trim()).is_dir())
}

/// Version 108, that of Debian 12, writes a module that browsers refuse: the table of functions gets the type of the other
/// table.
const OLDEST_WASM_OPT: u32 = 116;

/// « wasm-opt version 108 », « wasm-opt version 119 (version_119) ».
fn version_of(told: &str) -> Option<u32> {
    told.split_whitespace().skip_while(|word| *word != "version").nth(1)?.parse().ok()
}

fn shrink(wasm: &Path) -> Result<()> {
    let Some(wasm_opt) = on_path(&["wasm-opt"]) else {
        note("wasm-opt is not installed (Debian package binaryen): the module stays about twice as large as it could be");
        return Ok(());
    };
    let version = shell::output(Command::new(&wasm_opt).arg("--version")).unwrap_or_default();
    if version_of(&String::from_utf8_lossy(&version)) < Some(OLDEST_WASM_OPT) {
        note(&format!("this wasm-opt is older than {OLDEST_WASM_OPT}: it writes tables that browsers refuse, the module stays as it is"));
        return Ok(());
    }
    note("shrinking it with wasm-opt");
    let small = wasm.with_extension("opt");
    let mut command = Command::new(wasm_opt);
    command.arg("-Oz").args(WASM_FEATURES).arg(wasm).arg("-o").arg(&small);
    match shell::output(&mut command) {
        Ok(_) => fs::rename(&small, wasm).context("cannot replace the module by the shrunk one"),
        Err(error) => {
            note(&format!("kept as it was: {error:#}"));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn versions_are_read() {
        for (told, version) in [("wasm-opt version 108\n", Some(108)), ("wasm-opt version 119 (version_119)", Some(119)), ("", None)] {
            assert_eq!(version_of(told), version, "{told}");
        }
    }
}
