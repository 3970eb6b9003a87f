//! Where to go after signing in, as the address or a form says: a path of this site, never another site.

/// Longer than any address of this site with its query.
const MAX: usize = 2000;

/// The path when it is one of this site. `//host` and `/\host` lead elsewhere, and browsers drop tabs and line
/// ends before reading an address (WHATWG URL, § 4.4), so only plain ASCII passes.
pub fn return_path(text: &str) -> Option<&str> {
    let local = text.strip_prefix('/').is_some_and(|rest| !rest.starts_with('/'));
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (local && plain && text.len() <= MAX).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site() {
        for (text, accepted) in [
            ("/", true),
            ("/demandes?page=2#bas", true),
            ("/demandes/nouvelle/franceconnect", true),
            ("/demandes?titre=caf%C3%A9", true),
            ("", false),
            ("demandes", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("/\t/evil.example", false),
            ("/a\r\nSet-Cookie: x=y", false),
            ("https://evil.example/", false),
            ("javascript:alert(1)", false),
            ("/caf\u{e9}", false),
            ("/a b", false),
        ] {
            assert_eq!(return_path(text).is_some(), accepted, "{text:?}");
        }
        assert_eq!(return_path(&format!("/{}", "a".repeat(MAX))), None);
    }
}
