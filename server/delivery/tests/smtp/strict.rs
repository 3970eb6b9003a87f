//! Parses the raw message, as a mail server received it, by the letter of RFC 5322 and RFC 2045.

use mail_parser::MessageParser;

/// RFC 5322 §2.1.1, in octets without the line end.
const MAX_LINE: usize = 998;
/// RFC 2045 §6.7, rule 5.
const MAX_QUOTED: usize = 76;

#[derive(Debug)]
pub struct Read {
    headers: Vec<(String, String)>,
    pub subject: String,
    pub body: String,
}

impl Read {
    /// The value of a header that stands exactly once.
    pub fn only(&self, name: &str) -> &str {
        let found: Vec<_> = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).collect();
        let [(_, value)] = found.as_slice() else { panic!("{name} stands {} times in {:#?}", found.len(), self.headers) };
        value
    }

    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

/// # Panics
/// At the first thing a strict reader would refuse.
pub fn read(raw: &str) -> Read {
    assert!(raw.is_ascii(), "octets beyond ASCII in {raw}");
    assert!(raw.ends_with("\r\n"), "the last line has an end");
    let lines: Vec<&str> = raw.trim_end_matches("\r\n").split("\r\n").collect();
    for line in &lines {
        assert!(!line.contains(['\r', '\n', '\0']), "a bare line end or NUL in {line:?}");
        assert!(line.len() <= MAX_LINE, "{} octets on a line", line.len());
    }
    let end = lines.iter().position(|line| line.is_empty()).expect("an empty line after the headers");
    let headers = unfolded(&lines[..end]);
    let parsed = MessageParser::default().parse(raw.as_bytes()).expect("a message");
    let read = Read {
        headers,
        subject: parsed.subject().unwrap_or_default().to_owned(),
        body: parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
    };
    for name in ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted"] {
        assert!(!read.only(name).is_empty(), "{name} is empty");
    }
    assert_eq!(read.only("MIME-Version"), "1.0");
    assert_eq!(read.only("Auto-Submitted"), "auto-generated");
    assert_eq!(read.only("Content-Type"), "text/plain; charset=utf-8");
    assert!(parsed.date().is_some_and(|date| date.is_valid()), "{}", read.only("Date"));
    check_identity(read.only("Message-ID"));
    check_encoding(read.only("Content-Transfer-Encoding"), &lines[end + 1..]);
    read
}

fn unfolded(lines: &[&str]) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        if line.starts_with([' ', '\t']) {
            assert!(!line.trim().is_empty(), "a line of blanks in the headers");
            headers.last_mut().expect("nothing to continue").1.push_str(line);
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no header in {line:?}"));
        assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()), "a name of header: {name:?}");
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    headers
}

/// RFC 5322 §3.6.4: `<left@right>`, two dot-atoms.
fn check_identity(id: &str) {
    let inside = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).expect("angle brackets");
    let (left, right) = inside.split_once('@').expect("an at sign");
    for half in [left, right] {
        assert!(half.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')), "{id}");
    }
}

fn check_encoding(encoding: &str, body: &[&str]) {
    match encoding {
        "7bit" => {}
        "quoted-printable" => {
            for line in body {
                assert!(line.len() <= MAX_QUOTED, "{line:?}");
                assert!(!line.ends_with([' ', '\t']), "a blank at the end of {line:?}");
                let mut rest = *line;
                while let Some((_, after)) = rest.split_once('=') {
                    let hex = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
                    assert!(after.is_empty() || after.get(..2).is_some_and(hex), "{line:?}");
                    rest = after;
                }
            }
        }
        "base64" => {
            let base64 = |line: &&str| line.len() <= MAX_QUOTED && line.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
            assert!(body.iter().all(base64), "{body:?}");
        }
        other => panic!("encoded as {other}"),
    }
}
