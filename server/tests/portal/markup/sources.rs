//! Every place in the sources where text is rendered without being escaped must be a known one.

use std::path::{Path, PathBuf};

/// Where each element may be, and what makes it harmless. `tachys` does not escape the children of the first four; what is in
/// the last ones is markup by design.
const KNOWN: [(&str, &str, &str); 5] = [
    ("<textarea", "app/ui/src/components/textarea.rs", "html_escape::encode_text"),
    ("<noscript", "app/web/src/proof/page.rs", "<p>{without_script}</p>"),
    ("<noscript", "app/portal/src/account/passkeys/page.rs", "<p>\"L’ajout d’une clé d’accès"),
    ("<script", "app/ui/src/shell/mod.rs", "<script type=\"module\" src=\"/assets/islands.js\"></script>"),
    ("<script", "app/ui/src/shell/mod.rs", "<script type=\"module\" src=\"/assets/typed.js\"></script>"),
];
const RAW: [&str; 12] =
    ["<textarea", "<noscript", "<style", "<script", "inner_html", "<iframe", "<object", "<embed", "<template", "<xmp", "<plaintext", "InertElement"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|end| end == "rs") && entry.file_name().is_some_and(|name| name != "tests.rs") {
            found.push(entry);
        }
    }
}

/// The source without its tests and comments, which render nothing.
fn printed(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source");
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut found = Vec::new();
    for folder in ["app", "server/src", "server/demo/src"] {
        sources(&root.join(folder), &mut found);
    }
    assert!(found.len() > 120, "{} files", found.len());
    let named = |path: &PathBuf| path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (named(path), printed(path))).collect()
}

#[test]
fn text_is_written_as_it_is_only_where_it_is_escaped_or_constant() {
    let files = all();
    for (file, text) in &files {
        for raw in RAW {
            let places = text.match_indices(raw).count();
            let known = KNOWN.iter().filter(|(element, place, _)| *element == raw && place == file).count();
            assert!(places == known, "{raw} stands {places} times in {file}, {known} of them known");
        }
    }
    for (_, place, made_harmless) in KNOWN {
        let (_, text) = files.iter().find(|(file, _)| file == place).expect("a source");
        assert!(text.contains(made_harmless), "{place} does not say {made_harmless}");
    }
}

/// Markup injected in a page could choose an address passed in the props of an island.
#[test]
fn no_island_is_given_an_address() {
    let mut islands = 0;
    for (file, text) in all() {
        for (at, _) in text.match_indices("#[island]") {
            islands += 1;
            let function = text[at..].split_once('(').and_then(|(_, rest)| rest.split_once(')')).expect("a function").0;
            for prop in function.split(',').filter_map(|prop| prop.split(':').next()).map(str::trim).filter(|prop| !prop.is_empty()) {
                assert!(["id", "label"].contains(&prop), "{prop} of an island in {file}: only words of the page are given to a script");
            }
        }
    }
    assert!(islands >= 2, "{islands}");
}
