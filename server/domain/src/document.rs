//! What may be attached to a request or a message: formats, read from the bytes and never from the name; limits;
//! and what the antivirus said.

use serde::{Deserialize, Serialize};

mod archive;

/// Of one document: « 10 Mo ». Everywhere a megabyte (Mo) is a million bytes, as the sizes that pages show.
pub const MAX_BYTES: usize = 10_000_000;
pub const MAX_PER_FIELD: usize = 6;
pub const MAX_PER_MESSAGE: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Pdf,
    Xlsx,
    Ods,
    /// The binary workbook of Excel 97.
    Xls,
    Csv,
}

impl Format {
    pub const ALL: [Self; 5] = [Self::Pdf, Self::Xlsx, Self::Ods, Self::Xls, Self::Csv];

    /// Also the end of a file's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::Xls => "xls",
            Self::Csv => "csv",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Xlsx => "XLSX",
            Self::Ods => "ODS",
            Self::Xls => "XLS",
            Self::Csv => "CSV",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Xls => "application/vnd.ms-excel",
            Self::Csv => "text/csv",
        }
    }

    /// The format of these bytes, whatever the file's name; `None` for a format that is not accepted.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if is_pdf(bytes) {
            return Some(Self::Pdf);
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return archive::spreadsheet(bytes);
        }
        if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            return is_workbook(bytes).then_some(Self::Xls);
        }
        is_csv(bytes).then_some(Self::Csv)
    }
}

/// ISO 32000-2 §7.5.2 puts the header first, and readers accept it within the first 1,024 bytes: after a byte order mark, a line end, or printer
/// commands. A file that begins as another format is refused: a page or a program may contain these letters too.
fn is_pdf(bytes: &[u8]) -> bool {
    const HEADER: &[u8] = b"%PDF-";
    const OTHERS: [&[u8]; 13] =
        [b"<", b"{", b"[", b"%!", b"#!", b"MZ", b"\x7FELF", b"PK\x03\x04", b"\xD0\xCF\x11\xE0", b"GIF8", b"\x89PNG", b"\xFF\xD8\xFF", b"Rar!"];
    if bytes.starts_with(HEADER) {
        return true;
    }
    let first = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let within = bytes.get(..1024).unwrap_or(bytes).windows(HEADER.len()).any(|window| window == HEADER);
    within && (first.starts_with(HEADER) || !is_csv(bytes)) && !OTHERS.iter().any(|start| first.starts_with(start))
}

/// The directory of a compound file ([MS-CFB] §2.6) names its streams in UTF-16; Excel calls its own « Workbook ».
fn is_workbook(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "Workbook\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// Printable lines of which the first has a separator, and that no reader would take for a page or a script.
fn is_csv(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let printable = text.iter().all(|byte| *byte >= b' ' && *byte != 0x7F || matches!(byte, b'\t' | b'\r' | b'\n'));
    let first = text.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let separated = first.iter().any(|byte| matches!(byte, b';' | b',' | b'\t'));
    let other = [b"<".as_slice(), b"{", b"[", b"%!", b"#!"].iter().any(|start| text.starts_with(start));
    printable && separated && !other
}

/// « PDF, XLSX ou ODS ».
pub fn formats_in_words(formats: &[Format]) -> String {
    match formats {
        [] => String::new(),
        [one] => one.label().to_owned(),
        [first @ .., last] => format!("{} ou {}", first.iter().map(|f| f.label()).collect::<Vec<_>>().join(", "), last.label()),
    }
}

/// How many times the antivirus may be asked again for a document it could not read.
pub const MAX_RESCANS: u32 = 3;

/// The antivirus status of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scan {
    /// No antivirus is configured.
    Unscanned,
    Waiting,
    Clean,
    /// The bytes are gone; the row stays to say so.
    Infected,
    /// The antivirus answered that it could not read this one.
    Failed,
}

impl Scan {
    pub const ALL: [Self; 5] = [Self::Unscanned, Self::Waiting, Self::Clean, Self::Infected, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unscanned => "unscanned",
            Self::Waiting => "waiting",
            Self::Clean => "clean",
            Self::Infected => "infected",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scan| scan.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Unscanned => "Sans analyse antivirus",
            Self::Waiting => "Analyse antivirus en cours",
            Self::Clean => "Aucun virus détecté",
            Self::Infected => "Virus détecté\u{a0}: document supprimé",
            Self::Failed => "Analyse antivirus impossible",
        }
    }

    /// Whether it may be opened: only if the antivirus found it clean, or if none is configured.
    pub fn is_readable(self) -> bool {
        matches!(self, Self::Unscanned | Self::Clean)
    }

    /// The document has to be replaced by another one.
    pub fn wants_another(self) -> bool {
        matches!(self, Self::Infected | Self::Failed)
    }
}

#[cfg(test)]
mod tests;
