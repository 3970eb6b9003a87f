//! How many bytes the first view of a page costs, with everything it pulls in: bodies as transferred, no headers.

use std::collections::BTreeSet;

use anyhow::{Context, Result};

use super::browser::Visitor;

const EXTENSIONS: [&str; 7] = [".css", ".js", ".wasm", ".svg", ".woff2", ".png", ".ico"];

pub struct Weight {
    pub bytes: usize,
    pub files: usize,
}

pub async fn of(visitor: &Visitor, page: &str) -> Result<Weight> {
    let mut seen = BTreeSet::from([page.to_owned()]);
    let mut open = vec![page.to_owned()];
    let mut weight = Weight { bytes: 0, files: 0 };
    while let Some(path) = open.pop() {
        // What looks like a file name in a script may not be one.
        let Some((size, text)) = visitor.transferred(&path).await? else {
            continue;
        };
        weight.bytes += size;
        weight.files += 1;
        if !path.ends_with(".wasm") {
            let found = referenced(&text, &path).into_iter();
            open.extend(found.filter(|path| seen.insert(path.clone())));
        }
    }
    (weight.files > 0).then_some(weight).with_context(|| format!("{page} does not exist"))
}

/// Every quoted or bracketed address of this site that names a static file, in a page, a stylesheet or a script. A bare file
/// name is relative to the last folder named before it, as in `new URL('habilis.wasm', base)`.
fn referenced(text: &str, from: &str) -> BTreeSet<String> {
    let mut folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = BTreeSet::new();
    for word in text.split(['"', '\'', '`', '(', ')']) {
        let word = word.split('?').next().unwrap_or(word);
        if !word.bytes().all(|byte| byte.is_ascii_graphic()) || word.contains("//") {
            continue;
        }
        if let Some(named) = word.strip_suffix('/').filter(|named| named.starts_with('/')) {
            folder = named;
        } else if EXTENSIONS.iter().any(|extension| word.ends_with(extension)) {
            found.insert(resolve(word, folder));
        }
    }
    found
}

fn resolve(word: &str, folder: &str) -> String {
    if word.starts_with('/') {
        return word.to_owned();
    }
    format!("{folder}/{}", word.trim_start_matches("./"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, from: &str) -> Vec<String> {
        referenced(text, from).into_iter().collect()
    }

    #[test]
    fn follows_what_a_page_names() {
        let html = r#"<link href="/assets/habilis.css?v=1"><script src='/assets/islands.js'></script>
            <a href="/demandes">x</a><a href="https://example.org/a.js">y</a>"#;
        assert_eq!(found(html, "/"), ["/assets/habilis.css", "/assets/islands.js"]);
    }

    #[test]
    fn follows_what_a_script_names() {
        let loader = "const base = new URL('/pkg/', import.meta.url); import(new URL('habilis.js', base))";
        assert_eq!(found(loader, "/assets/islands.js"), ["/pkg/habilis.js"]);
        let package = r#"import { a } from "./snippets/x/inline0.js";"#;
        assert_eq!(found(package, "/pkg/habilis.js"), ["/pkg/snippets/x/inline0.js"]);
    }
}
