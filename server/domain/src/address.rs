//! Web and mail addresses found in data: which of them a page may turn into links.

use unicode_normalization::UnicodeNormalization;

use crate::text::is_invisible;

pub const IN_A_TITLE: &str = "Un nom ne contient ni adresse de site ni adresse électronique.";

/// Schemes that make a browser run code, or read from the machine itself, when a link is followed.
const DANGEROUS: [&str; 7] = ["javascript", "data", "vbscript", "file", "blob", "about", "view-source"];

/// Beginning of the URI that opens an authenticator application: https://github.com/google/google-authenticator/wiki/Key-Uri-Format.
const AUTHENTICATOR: &str = "otpauth://totp/";

/// Whether a title contains the address of a site or of a mailbox, however it is spelled. A bare domain name is accepted: some sites are called
/// so, such as « Service-public.fr ».
pub fn holds_one(title: &str) -> bool {
    let plain: String = title.nfkc().filter(|c| !is_invisible(*c)).map(|c| if c == '。' { '.' } else { c }).collect();
    let plain = plain.to_lowercase();
    // Two words around an at sign, and a dot in the second.
    let is_mailbox = |word: &str| word.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.trim_matches('.').contains('.'));
    plain.contains("://") || plain.contains("www.") || plain.split_whitespace().any(is_mailbox)
}

/// An https URL with a public host name.
pub fn is_https(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(is_public)
}

/// An http or https URL with a public host name, as people give in their answers: many deliberations are still published without TLS.
pub fn is_web(text: &str) -> bool {
    text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).is_some_and(is_public)
}

/// The form in which a typed or pasted web address is stored: without the punctuation around it, scheme and host in lower case, « https:// »
/// added to a bare « www.lyon.fr/x ». Any other text is returned as typed, so that the page can show it again.
pub fn typed_web(text: &str) -> String {
    /// File extensions, so that the name of a file is not read as that of a site.
    const FILES: [&str; 11] = ["pdf", "doc", "docx", "odt", "ods", "xls", "xlsx", "htm", "html", "txt", "zip"];
    const ENDS: &str = ".,;:!>»”\"'’…";
    let typed = text.trim();
    let start = typed.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c) || "<«“\"'‘(".contains(c));
    let end = |c: char| c.is_whitespace() || is_invisible(c) || ENDS.contains(c);
    let mut bare = start.trim_end_matches(end);
    // « (https://fr.wikipedia.org/wiki/Maire_(France)) »: a closing parenthesis is dropped only if its opening one is not in the address.
    while bare.ends_with(')') && bare.matches(')').count() > bare.matches('(').count() {
        bare = bare[..bare.len() - 1].trim_end_matches(end);
    }
    let (scheme, rest) = match bare.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest.trim_start()),
        None => ("https".to_owned(), bare),
    };
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    let host = host.trim_end_matches('.').to_lowercase();
    let bare_name = !bare.contains("://") && !host.starts_with("www.");
    let is_name = host.rsplit('.').next().is_some_and(|end| end.chars().all(char::is_alphabetic) && !(path.is_empty() && FILES.contains(&end)));
    let address = format!("{scheme}://{host}{path}");
    if is_web(&address) && (is_name || !bare_name) { address } else { typed.to_owned() }
}

/// A path of this site. « //elsewhere » and « /\elsewhere » would lead to another site.
pub fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.contains('\\') && is_visible(text)
}

/// Whether a page may show this as a link: a web address, a path, query or fragment of this site, a mailbox, or an authenticator's URI.
pub fn may_be_followed(text: &str) -> bool {
    let inside = matches!(text.chars().next(), Some('#' | '?')) && is_visible(text);
    inside
        || is_path(text)
        || is_web(text)
        || is_ours(text)
        || ["mailto:", AUTHENTICATOR].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(is_visible))
}

/// The first address in a text that is neither https nor a path of this site, as people would copy it: bare, between parentheses, or in Markdown
/// or HTML markup.
pub fn led_astray(text: &str) -> Option<&str> {
    let marks = |c: char| c.is_whitespace() || c.is_control() || "()<>[]{}\"«»`|,;".contains(c);
    text.split(marks).map(|word| word.trim_matches(|c: char| "'’“”*_.!?:".contains(c))).find(|word| names_an_address(word) && !is_https(word))
}

/// `scheme://…`, `//…`, or one of the `DANGEROUS` schemes.
fn names_an_address(word: &str) -> bool {
    let after_attribute = word.rsplit_once('=').map_or(word, |(_, value)| value.trim_start_matches(['\'', '’']));
    let scheme = |text: &str| text.split_once(':').filter(|(_, rest)| !rest.is_empty()).map(|(scheme, _)| scheme.to_ascii_lowercase());
    let dangerous = |text: &str| scheme(text).is_some_and(|scheme| DANGEROUS.contains(&scheme.as_str()));
    let elsewhere = word.len() > 2 && (word.starts_with("//") || word.starts_with("/\\"));
    word.contains("://") || elsewhere || dangerous(word) || dangerous(after_attribute)
}

/// An http URL of this machine, where the demonstration runs.
fn is_ours(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    (name == "localhost" || name == "127.0.0.1" || name.ends_with(".localhost")) && is_port(port) && is_visible(text)
}

/// What follows `https://`: a public name without user name, perhaps a port, then anything visible.
fn is_public(rest: &str) -> bool {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let label = |label: &str| {
        let edges = !label.starts_with('-') && !label.ends_with('-');
        !label.is_empty() && edges && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let named = name.rsplit('.').next().is_some_and(|last| !last.bytes().all(|byte| byte.is_ascii_digit()));
    name.contains('.') && named && name.split('.').all(label) && is_port(port) && is_visible(rest)
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Browsers drop tabs and ends of lines from an address, and what is left may be another one.
fn is_visible(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_hold_no_address() {
        for (title, held) in [
            ("Portail https://evil.example", true),
            ("HTTP://evil", true),
            ("ftp://evil", true),
            ("Portail www.evil.example", true),
            ("Portail (WWW.evil)", true),
            ("ｗｗｗ．evil", true),
            ("ww\u{200b}w.evil", true),
            ("Écrivez à jeanne@evil.example", true),
            ("<jeanne@evil.example>", true),
            ("jeanne＠evil。example", true),
            ("Service-public.fr", false),
            ("Portail de mairie-clamart.fr/familles", false),
            ("Portail famille", false),
            ("Ligne 4 : cantine @ école", false),
            ("cantine@école", false),
            ("Restaurant « chez www »", false),
            ("", false),
        ] {
            assert_eq!(holds_one(title), held, "{title:?}");
        }
    }

    #[test]
    fn only_addresses_of_the_web_and_paths_of_ours_become_links() {
        for (text, https, web, followed) in [
            ("https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479", true, true, true),
            ("https://mairie-évry.fr:8443/x?y#z", true, true, true),
            ("http://mairie.fr/deliberation.pdf", false, true, true),
            ("http://localhost:3000/inscription/abc", false, false, true),
            ("/demandes/1", false, false, true),
            ("?page=2", false, false, true),
            ("#contenu", false, false, true),
            ("otpauth://totp/Habilis:a%40b.fr?secret=X", false, false, true),
            ("https://10.0.0.1/", false, false, false),
            ("mailto:contact@mairie.fr", false, false, true),
            ("javascript:alert(1)", false, false, false),
            ("JavaScript:alert(1)", false, false, false),
            ("java\nscript:alert(1)", false, false, false),
            (" javascript:alert(1)", false, false, false),
            ("javascript://www.impots.gouv.fr/%0aalert(1)", false, false, false),
            ("data:text/html,<script>", false, false, false),
            ("vbscript:x", false, false, false),
            ("file:///etc/passwd", false, false, false),
            ("ftp://mairie.fr/", false, false, false),
            ("//evil.example/", false, false, false),
            ("/\\evil.example/", false, false, false),
            ("\\\\evil.example", false, false, false),
            ("https:evil.example", false, false, false),
            ("https:///evil.example", false, false, false),
            ("https://www.impots.gouv.fr@evil.example/", false, false, false),
            ("https://moi:secret@evil.example/", false, false, false),
            ("https://intranet/", false, false, false),
            ("https://a..fr/", false, false, false),
            ("https://a.fr:99999/", false, false, false),
            ("https://a.fr/un chemin", false, false, false),
            ("https://a.fr/\u{202e}", false, false, false),
            ("https://a.fr/\u{e0041}", false, false, false),
            ("/demandes\u{3164}", false, false, false),
            ("HTTPS://a.fr/", false, false, false),
            ("https://", false, false, false),
            ("conditions", false, false, false),
            ("", false, false, false),
        ] {
            assert_eq!((is_https(text), is_web(text), may_be_followed(text)), (https, web, followed), "{text:?}");
        }
    }

    #[test]
    fn addresses_are_read_however_they_are_pasted() {
        for (typed, kept) in [
            ("https://www.lyon.fr/x", "https://www.lyon.fr/x"),
            (" https://www.lyon.fr/x\u{a0}", "https://www.lyon.fr/x"),
            ("HTTPS://www.lyon.fr/X", "https://www.lyon.fr/X"),
            ("Https://WWW.Lyon.FR/Délibération?A=B#C", "https://www.lyon.fr/Délibération?A=B#C"),
            ("HTTP://lyon.fr", "http://lyon.fr"),
            ("www.lyon.fr/x", "https://www.lyon.fr/x"),
            ("WWW.LYON.FR", "https://www.lyon.fr"),
            ("lyon.fr/x.pdf", "https://lyon.fr/x.pdf"),
            ("service-public.fr", "https://service-public.fr"),
            ("<https://www.lyon.fr/x>", "https://www.lyon.fr/x"),
            ("«\u{a0}https://www.lyon.fr/x\u{a0}»", "https://www.lyon.fr/x"),
            ("\"https://www.lyon.fr/x\"", "https://www.lyon.fr/x"),
            ("(https://www.lyon.fr/x)", "https://www.lyon.fr/x"),
            ("https://fr.wikipedia.org/wiki/Maire_(France)", "https://fr.wikipedia.org/wiki/Maire_(France)"),
            ("(https://fr.wikipedia.org/wiki/Maire_(France)).", "https://fr.wikipedia.org/wiki/Maire_(France)"),
            ("https://www.lyon.fr/x.", "https://www.lyon.fr/x"),
            ("https://www.lyon.fr/x,", "https://www.lyon.fr/x"),
            ("https://www.lyon.fr/x ;", "https://www.lyon.fr/x"),
            ("https://lyon.fr./x", "https://lyon.fr/x"),
            ("https:// www.lyon.fr/x", "https://www.lyon.fr/x"),
            ("\u{200b}https://www.lyon.fr/x\u{feff}", "https://www.lyon.fr/x"),
            ("https://lyon.fr:8443/x", "https://lyon.fr:8443/x"),
            // Not one address of the web: left for the page to refuse.
            ("nulle part", "nulle part"),
            ("Lyon", "Lyon"),
            ("deliberation.pdf", "deliberation.pdf"),
            ("L.114-8", "L.114-8"),
            ("mairie@lyon.fr", "mairie@lyon.fr"),
            ("javascript:alert(1)", "javascript:alert(1)"),
            ("ftp://lyon.fr/x", "ftp://lyon.fr/x"),
            ("https://moi:secret@lyon.fr/", "https://moi:secret@lyon.fr/"),
            ("https://lyon.fr/x https://lyon.fr/y", "https://lyon.fr/x https://lyon.fr/y"),
            ("https://lyon.fr/x voir page 3", "https://lyon.fr/x voir page 3"),
            ("https://192.0.2.1/x", "https://192.0.2.1/x"),
            ("12.5", "12.5"),
            ("", ""),
        ] {
            assert_eq!(typed_web(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn addresses_inside_a_text_are_found_where_people_copy_them_from() {
        for (text, astray) in [
            ("Lisez https://www.impots.gouv.fr/cgu, puis répondez.", None),
            ("Les données\u{a0}: voir la convention (https://www.ameli.fr).", None),
            ("Exemple\u{a0}: data: une valeur", None),
            ("Lisez http://www.impots.gouv.fr.", Some("http://www.impots.gouv.fr")),
            ("[Lire](javascript:alert`1`)", Some("javascript:alert")),
            ("<a href='JavaScript:x'>", Some("href='JavaScript:x")),
            ("<a href=\"data:text/html;base64,eA==\">", Some("data:text/html")),
            ("Voir //evil.example/x", Some("//evil.example/x")),
            ("ftp://a.fr", Some("ftp://a.fr")),
            ("https://a.fr@evil.example/", Some("https://a.fr@evil.example/")),
        ] {
            assert_eq!(led_astray(text), astray, "{text}");
        }
    }
}
