//! Where links lead. Every `href` that is not written in the source goes through [`followed`].

use domain::address::may_be_followed;

/// The address if a link may lead there; otherwise `None`, and the text is shown without an `href`.
pub fn followed(address: impl Into<String>) -> Option<String> {
    Some(address.into()).filter(|address| may_be_followed(address))
}

/// The `mailto:` link of this mailbox. Other characters are encoded: a `?` would add recipients or a text (RFC 6068).
pub fn mailto(mailbox: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@.-_+!$'*~".contains(&byte);
    let encoded = mailbox.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    format!("mailto:{}", encoded.collect::<String>())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use std::path::{Path, PathBuf};

    use leptos::prelude::*;

    use super::*;
    use crate::components::{Breadcrumb, Card, LinkButton, SummaryList, SummaryRow, Tile};

    const WRONG: [&str; 5] = ["javascript:alert(1)", "data:text/html,x", "//evil.example", "java\nscript:alert(1)", " javascript:alert(1)"];

    #[test]
    fn no_component_makes_a_link_of_an_address_that_runs() {
        for wrong in WRONG {
            let row = SummaryRow::text("Clé", "valeur").action(wrong, "Modifier");
            let html = view! {
                <LinkButton href=wrong label="Lire" />
                <Card title="Titre" href=wrong />
                <Tile title="Titre" href=wrong />
                <Breadcrumb parents=vec![(wrong.to_owned(), "Avant".to_owned())] current="Ici" />
                <SummaryList rows=vec![row] />
            }
            .into_view()
            .to_html();
            // The way back home is ours.
            assert_eq!(html.matches("href=").count(), 1, "{html}");
            assert!(html.contains("Lire") && !html.contains("alert") && !html.contains("evil"), "{html}");
        }
    }

    #[test]
    fn a_mailbox_is_written_to_and_nothing_else() {
        for (mailbox, link) in [
            ("contact@mairie.fr", "mailto:contact@mairie.fr"),
            ("a?bcc=b@evil.fr", "mailto:a%3Fbcc%3Db@evil.fr"),
            ("a&body=x#y%0a@b.fr", "mailto:a%26body%3Dx%23y%250a@b.fr"),
        ] {
            assert_eq!(mailto(mailbox), link);
            assert_eq!(followed(link).as_deref(), Some(link));
        }
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    /// Addresses from the routes or written in full in the source are safe; any other must go through [`followed`].
    #[test]
    fn every_address_that_is_not_written_in_the_source_goes_through_the_same_door() {
        let (mut seen, mut wrong) = (0, Vec::new());
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let pages = ["app", "server/demo"].iter().flat_map(|folder| sources(&root.join(folder)));
        for path in pages.filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
            let text = std::fs::read_to_string(&path).expect("a text");
            for tag in text.split("<a ").skip(1) {
                let tag = tag.split("</a>").next().unwrap_or_default();
                let Some((_, value)) = tag.split_once("href=") else { continue };
                seen += 1;
                if !["\"", "routes::", "path::", "followed("].iter().any(|allowed| value.starts_with(allowed)) {
                    wrong.push(format!("{}: {}", path.display(), value.lines().next().unwrap_or_default()));
                }
            }
        }
        assert!(seen > 100 && wrong.is_empty(), "{seen} links, of which wrong: {wrong:#?}");
    }
}
