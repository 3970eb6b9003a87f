//! One document as pages show it: a link while it may be opened, and what the antivirus said in words.

use domain::{
    document::{MAX_RESCANS, Scan},
    ids::RequestId,
    routes,
};
use habilitation::documents::Document;
use leptos::prelude::*;
use ui::{
    components::{Alert, Button, ButtonKind, HiddenField, PostForm, Tone},
    fields,
};

fields! {
    /// What the form of a document to scan again sends.
    pub enum Sent {
        /// The page that holds the form, to go back to.
        Back = "retour",
    }
}

/// « 1,4 Mo ».
pub fn size_in_words(bytes: u64) -> String {
    if bytes >= 1_000_000 {
        format!("{},{}\u{a0}Mo", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
    } else {
        format!("{}\u{a0}Ko", (bytes / 1000).max(1))
    }
}

pub fn document_link(request: RequestId, document: &Document) -> AnyView {
    let label = format!("{} ({}, {})", document.file_name, document.format.label(), size_in_words(document.size));
    let name = if document.scan.is_readable() {
        view! { <a href=routes::request_document(request, document.id)>{label}</a> }.into_any()
    } else {
        view! { <span>{label}</span> }.into_any()
    };
    let tone = match document.scan {
        Scan::Clean => "success",
        Scan::Infected | Scan::Failed => "error",
        Scan::Waiting => "info",
        Scan::Unscanned => "neutral",
    };
    view! { {name}" "<span class=format!("hb-scan hb-scan--{tone}")>{document.scan.label()}</span> }.into_any()
}

/// Documents the antivirus could not read, with a button to ask it again.
pub fn failed_scans<'a>(request: RequestId, documents: impl IntoIterator<Item = &'a Document>, back: String, csrf: &str) -> Option<AnyView> {
    let failed: Vec<&Document> = documents.into_iter().filter(|one| one.scan == Scan::Failed).collect();
    if failed.is_empty() {
        return None;
    }
    let items: Vec<AnyView> = failed
        .into_iter()
        .map(|one| {
            let name = one.file_name.clone();
            let again = if one.rescans < MAX_RESCANS {
                let (action, csrf, back) = (routes::request_document_scan(request, one.id), csrf.to_owned(), back.clone());
                let about = name.clone();
                view! {
                    <PostForm action=action csrf=csrf inline=true>
                        <HiddenField name=Sent::Back value=back />
                        <Button label="Relancer l’analyse" kind=ButtonKind::Tertiary small=true about=about />
                    </PostForm>
                }
                .into_any()
            } else {
                view! { <p>"Plusieurs essais ont échoué\u{a0}: il faut déposer ce document de nouveau."</p> }.into_any()
            };
            view! { <li>{name}" "{again}</li> }.into_any()
        })
        .collect();
    let (title, text) = if items.len() == 1 {
        ("Un document n’a pas pu être analysé", "L’antivirus ne l’a pas lu\u{a0}: tant qu’il ne l’a pas fait, personne ne peut l’ouvrir.")
    } else {
        ("Des documents n’ont pas pu être analysés", "L’antivirus ne les a pas lus\u{a0}: tant qu’il ne l’a pas fait, personne ne peut les ouvrir.")
    };
    Some(
        view! {
            <Alert tone=Tone::Warning title=title>
                <p>{text}</p>
                <ul>{items}</ul>
            </Alert>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::size_in_words;

    #[test]
    fn sizes() {
        for (bytes, words) in [(12, "1\u{a0}Ko"), (120_400, "120\u{a0}Ko"), (1_450_000, "1,4\u{a0}Mo"), (10_485_760, "10,4\u{a0}Mo")] {
            assert_eq!(size_in_words(bytes), words);
        }
    }
}
