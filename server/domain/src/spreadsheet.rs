//! Text written for spreadsheets, which run cells that look like formulas.

/// Puts an apostrophe before a cell that begins like a formula: spreadsheets then show it as text. Source: OWASP, « CSV Injection ».
pub fn harmless(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if runs { format!("'{text}") } else { text.to_owned() }
}

/// One line as Excel in French opens it without asking: semicolons, quotes where needed, CR LF (RFC 4180).
pub fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(csv_cell).collect();
    format!("{}\r\n", cells.join(";"))
}

fn csv_cell(text: &str) -> String {
    let text = harmless(text);
    if text.contains([';', '"', '\n', '\r', '\'']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Without it Excel takes UTF-8 for the old Windows encoding.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells() {
        for (text, written) in [
            ("Médiathèque", "Médiathèque"),
            ("", ""),
            ("a;b", "\"a;b\""),
            ("dit « \"oui\" »", "\"dit « \"\"oui\"\" »\""),
            ("=1+1", "\"'=1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-2", "\"'-2\""),
            ("\tx", "\"'\tx\""),
            ("\r=1", "\"'\r=1\""),
            ("2 - 1 = 1", "2 - 1 = 1"),
        ] {
            assert_eq!(csv_line([text]), format!("{written}\r\n"), "{text:?}");
        }
        assert_eq!(csv_line(["a", "b"]), "a;b\r\n");
    }

    proptest! {
        #[test]
        fn no_cell_begins_like_a_formula(text in "[=+@\t\r-]?.{0,20}") {
            let shown = harmless(&text);
            prop_assert!(!shown.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert!(shown.ends_with(&text));
        }
    }
}
