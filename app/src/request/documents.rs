//! One document as pages show it: a link while it may be opened, and what the antivirus said in words.

use domain::{document::Scan, ids::RequestId, routes};
use habilitation::documents::Document;
use leptos::prelude::*;

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
