//! The spreadsheets that are ZIP archives, recognised by the names in the central directory (APPNOTE.TXT §4.3): enough to tell one from a
//! presentation or a program, without unpacking anything.

use super::Format;

const DIRECTORY_END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_HEADER: usize = 46;
const END_RECORD: usize = 22;
/// The end record and the longest comment that may follow it.
const TAIL: usize = END_RECORD + 0xFFFF;
const ODS: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";

pub(super) fn spreadsheet(bytes: &[u8]) -> Option<Format> {
    // OpenDocument 1.3 part 2 §3.3: the first entry, stored, gives the type in clear at a fixed place.
    let names = names(bytes)?;
    if bytes.get(30..)?.starts_with(ODS) {
        return Some(Format::Ods);
    }
    let has = |name: &str| names.contains(&name.as_bytes());
    // A workbook with macros is another format (XLSM), which is not accepted.
    let macros = names.iter().any(|name| name.ends_with(b"vbaProject.bin"));
    (has("[Content_Types].xml") && has("xl/workbook.xml") && !macros).then_some(Format::Xlsx)
}

/// The names of the entries; `None` when the archive is truncated or inconsistent.
fn names(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let tail = bytes.len().saturating_sub(TAIL);
    let end = tail + bytes.get(tail..)?.windows(4).rposition(|window| window == DIRECTORY_END)?;
    bytes.get(end..end + END_RECORD)?;
    let count = number(bytes, end + 10, 2)?;
    let mut at = number(bytes, end + 16, 4)?;
    let mut names = Vec::new();
    for _ in 0..count {
        if !bytes.get(at..)?.starts_with(ENTRY) {
            return None;
        }
        let [name, extra, comment] = [28, 30, 32].map(|offset| number(bytes, at + offset, 2));
        let (name, extra, comment) = (name?, extra?, comment?);
        names.push(bytes.get(at + ENTRY_HEADER..at + ENTRY_HEADER + name)?);
        at += ENTRY_HEADER + name + extra + comment;
    }
    Some(names)
}

fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(size)?)?;
    Some(digits.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
