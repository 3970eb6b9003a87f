//! Whether something a person wrote became more than text, in anything the site answers.

use std::io::Read;

use domain::text::is_invisible;
use scraper::{Html, Node};

use crate::browser::Page;

/// Addresses that a browser or a script would follow.
const ADDRESSES: [&str; 9] = ["href", "src", "action", "formaction", "poster", "data", "srcset", "xlink:href", "ping"];
const SCRIPTS: [&str; 2] = ["/assets/islands.js", "/assets/typed.js"];
/// Elements that are in no page of the site.
const FOREIGN: [&str; 9] = ["x-intruder", "base", "iframe", "object", "embed", "style", "frame", "applet", "math"];

/// What is wrong with this answer, in words; `html` is its document, when it is one.
pub fn found_in(page: &Page, html: Option<&Html>) -> Vec<String> {
    let kind = page.header("content-type");
    let mut found: Vec<String> = match kind.split(';').next().unwrap_or_default() {
        "text/html" => html.map(in_document).unwrap_or_default().into_iter().chain(unseen(&page.body)).collect(),
        "text/csv" => in_csv(&page.body),
        "application/pdf" => in_pdf(&page.body),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => in_workbook(&page.bytes),
        _ => Vec::new(),
    };
    for (name, value) in &page.headers {
        if value.as_bytes().windows(11).any(|window| window == b"<x-intruder") {
            found.push(format!("the header {name}"));
        }
    }
    found
}

pub fn in_html(body: &str) -> Vec<String> {
    let mut found = in_document(&Html::parse_document(body));
    found.extend(unseen(body));
    found
}

/// The invisible characters of a text.
pub fn unseen(text: &str) -> Option<String> {
    let marks: String = text.chars().filter(|c| is_invisible(*c)).map(|c| format!(" U+{:04X}", u32::from(c))).collect();
    (!marks.is_empty()).then(|| format!("invisible characters{marks}"))
}

fn in_document(html: &Html) -> Vec<String> {
    let mut found = Vec::new();
    for node in html.tree.nodes() {
        match node.value() {
            Node::Comment(comment) if comment.contains("intruder") => found.push("a comment".to_owned()),
            Node::Element(element) => {
                let name = element.name();
                let ours = element.attr("src").is_some_and(|src| SCRIPTS.contains(&src)) && element.attr("type") == Some("module");
                let scripted = name == "script" && !ours;
                if FOREIGN.contains(&name) || scripted || (name == "meta" && element.attr("http-equiv").is_some()) {
                    found.push(format!("an element {name}"));
                }
                if name == "leptos-island" && element.attr("data-props").is_some_and(|props| props.contains('/') || props.contains("intruder")) {
                    found.push(format!("an address or an intruder in the props of an island: {element:?}"));
                }
                if name == "input" && element.attr("type") == Some("hidden") && element.attr("value") == Some("intruder") {
                    found.push("a hidden field".to_owned());
                }
                for (attribute, value) in element.attrs() {
                    if attribute.starts_with("on") || attribute == "style" || attribute == "srcdoc" || attribute.contains(['<', '"', '\'']) {
                        found.push(format!("an attribute {attribute} on {name}"));
                    }
                    if ADDRESSES.contains(&attribute) && !is_safe(name, value) {
                        found.push(format!("{attribute}={value:?} on {name}"));
                    }
                }
                // Read as text here, and as markup by a browser without scripts.
                if name == "noscript" {
                    let text: String = node.descendants().filter_map(|inside| inside.value().as_text().map(|text| text.to_string())).collect();
                    found.extend(in_document(&Html::parse_fragment(&text)));
                }
            }
            _ => {}
        }
    }
    found
}

fn is_safe(element: &str, value: &str) -> bool {
    // Browsers drop these before they read an address (WHATWG URL, § 4.4).
    let read: String = value.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let read = read.trim_start_matches(|c: char| c.is_control() || c == ' ').to_lowercase();
    let known = ["https://", "http://", "mailto:", "tel:", "otpauth:", "#", "?"].iter().any(|start| read.starts_with(start));
    let ours = read.starts_with('/') && !read.starts_with("//") && !read.starts_with("/\\");
    let picture = element == "img" && read.starts_with("data:image/svg+xml;base64,");
    let away = (element == "form" || element == "button") && !ours;
    (known || ours || picture) && !away
}

/// No cell may begin like a formula; cells are split as RFC 4180 says, with semicolons.
pub fn in_csv(body: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in body.trim_start_matches('\u{feff}').chars() {
        match c {
            '"' => quoted = !quoted,
            ';' | '\n' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            _ => cell.push(c),
        }
    }
    let mut found: Vec<String> =
        cells.iter().filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])).map(|cell| format!("a formula: {cell:?}")).collect();
    if quoted {
        found.push("a quote that is never closed".to_owned());
    }
    found.extend(unseen(body.trim_start_matches('\u{feff}')));
    found
}

fn in_workbook(bytes: &[u8]) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let (mut found, mut read) = (Vec::new(), 0);
    for index in 0..archive.len() {
        let mut text = String::new();
        let mut file = archive.by_index(index).expect("a file of the archive");
        file.read_to_string(&mut text).expect("text");
        for forbidden in ["<f>", "<f ", "<x-intruder", "<hyperlink"] {
            if text.contains(forbidden) {
                found.push(format!("{forbidden} in part {index} of a workbook"));
            }
        }
        found.extend(unseen(&text));
        read += 1;
    }
    assert!(read > 3, "an empty workbook");
    found
}

/// The metadata are XML in clear text; what a viewer could run or follow is found by its name.
fn in_pdf(body: &str) -> Vec<String> {
    let forbidden = ["<x-intruder", "/JavaScript", "/JS ", "/Launch", "/OpenAction", "javascript:", "intruder.example"];
    forbidden.into_iter().filter(|word| body.contains(word)).map(|word| format!("{word} in a PDF")).collect()
}

#[test]
fn each_kind_of_intruder_is_seen() {
    for body in [
        "<p><x-intruder>",
        "<a href='javascript:x()'>a</a>",
        "<a href=' \u{1}java\tscript:x()'>a</a>",
        "<a href='data:text/html,x'>a</a>",
        "<img src=x>",
        "<form action='//a.fr'></form>",
        "<button formaction='https://a.fr'>a</button>",
        "<p onclick=x>",
        "<p style='color:red'>",
        "<meta http-equiv=refresh content='0'>",
        "<base href='/'>",
        "<script>1</script>",
        "<style>a{}</style>",
        "<!-- intruder -->",
        "<noscript><x-intruder></noscript>",
        "<leptos-island data-component=Autosave data-props='{\"url\":\"/administration\"}'></leptos-island>",
        "<input type=hidden name=action value=intruder>",
        "a\u{202e}b",
    ] {
        assert!(!in_html(body).is_empty(), "{body}");
    }
    let harmless =
        "<textarea>&lt;x-intruder></textarea><title>&lt;/title></title><input value='&quot;><x-intruder>'><a href='/x?y=javascript:'>a</a>";
    assert_eq!(in_html(harmless), [""; 0]);
    assert!(!in_csv("a;=1\r\n").is_empty() && !in_csv("\"-1\";b\r\n").is_empty() && !in_csv("a;\"b\r\n").is_empty());
    assert_eq!(in_csv("\u{feff}a;\"'=1;\"\"b\"\r\n"), [""; 0]);
    assert!(!in_pdf("<rdf:li><x-intruder></rdf:li>").is_empty());
}
