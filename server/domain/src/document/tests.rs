use proptest::prelude::*;

use super::*;

/// A ZIP archive of stored entries, as office suites write them.
fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let offset = u32::try_from(bytes.len()).expect("small");
        let (name_size, size) = (u16::try_from(name.len()).expect("small"), u32::try_from(content.len()).expect("small"));
        bytes.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        bytes.extend([size.to_le_bytes(), size.to_le_bytes()].concat());
        bytes.extend([name_size.to_le_bytes(), [0; 2]].concat());
        bytes.extend([name.as_bytes(), content.as_bytes()].concat());
        directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        directory.extend([size.to_le_bytes(), size.to_le_bytes()].concat());
        directory.extend(name_size.to_le_bytes());
        directory.extend([0; 12]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (count, start) = (u16::try_from(entries.len()).expect("few"), u32::try_from(bytes.len()).expect("small"));
    let size = u32::try_from(directory.len()).expect("small");
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    bytes.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

fn compound(stream: &str) -> Vec<u8> {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend([0; 64]);
    bytes
}

#[test]
fn the_bytes_say_what_a_file_is() {
    let workbook = [("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>")];
    let with_macros = [workbook[0], workbook[1], ("xl/vbaProject.bin", "Sub")];
    for (what, bytes, expected) in [
        ("a PDF", b"%PDF-1.7\n%%EOF".to_vec(), Some(Format::Pdf)),
        ("a PDF after a byte order mark", b"\xEF\xBB\xBF%PDF-1.7\n%%EOF".to_vec(), Some(Format::Pdf)),
        ("a PDF after a line end", b"\n%PDF-1.7\n%%EOF".to_vec(), Some(Format::Pdf)),
        ("a PDF after an empty line", b"\r\n \r\n%PDF-1.7;,\n%%EOF".to_vec(), Some(Format::Pdf)),
        ("a PDF for a printer", b"\x1B%-12345X@PJL JOB NAME=\"x;y\"\r\n@PJL ENTER LANGUAGE=PDF\r\n%PDF-1.7\n%%EOF".to_vec(), Some(Format::Pdf)),
        ("a PDF after UTF-16's mark", b"\xFF\xFE%PDF-1.7\n\0%%EOF".to_vec(), Some(Format::Pdf)),
        ("a PDF with its heads", b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n%PDF-1.7\n\0%%EOF".to_vec(), Some(Format::Pdf)),
        ("a PDF at the last place", [&[0; 1019][..], b"%PDF-1.7"].concat(), Some(Format::Pdf)),
        ("a PDF too far", [&[0; 1020][..], b"%PDF-1.7"].concat(), None),
        ("a page that holds a PDF", b"<html>\n%PDF-1.7\n\0</html>".to_vec(), None),
        ("a script that holds a PDF", b"#!/bin/sh\n%PDF-1.7\0".to_vec(), None),
        ("a program that holds a PDF", b"MZ\x90\0%PDF-1.7".to_vec(), None),
        ("an archive that holds a PDF", b"PK\x03\x04%PDF-1.7".to_vec(), None),
        ("PostScript that holds a PDF", b"%!PS-Adobe-3.0\n%PDF-1.7\0".to_vec(), None),
        ("values that name a PDF", b"Format;Nom\n%PDF-1.7;acte\n".to_vec(), Some(Format::Csv)),
        ("a workbook", zip(&workbook), Some(Format::Xlsx)),
        ("a workbook with macros", zip(&with_macros), None),
        ("a text document", zip(&[("[Content_Types].xml", ""), ("word/document.xml", "")]), None),
        ("a program in an archive", zip(&[("xl/workbook.exe", "MZ")]), None),
        ("an OpenDocument spreadsheet", zip(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]), Some(Format::Ods)),
        ("an OpenDocument text", zip(&[("mimetype", "application/vnd.oasis.opendocument.text")]), None),
        ("an old workbook", compound("Workbook"), Some(Format::Xls)),
        ("an old text document", compound("WordDocument"), None),
        ("separated values", "\u{feff}Nom;Année\r\nClamart;2026\r\n".as_bytes().to_vec(), Some(Format::Csv)),
        ("separated values in Latin-1", b"Nom;Ann\xe9e\nA;1".to_vec(), Some(Format::Csv)),
        ("a page", b"<html>, ; </html>".to_vec(), None),
        ("a script", b"#!/bin/sh; rm".to_vec(), None),
        ("one word", b"bonjour".to_vec(), None),
        ("a program", b"MZ\x90\0,;\0".to_vec(), None),
        ("nothing", Vec::new(), None),
    ] {
        assert_eq!(Format::sniff(&bytes), expected, "{what}");
    }
    let whole = zip(&workbook);
    for cut in 0..whole.len() {
        assert_ne!(Format::sniff(&whole[..cut]), Some(Format::Xlsx), "cut at {cut}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_told_apart_without_a_panic(start in prop::sample::select(vec![&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x01\x02", b""]), rest in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [start, &rest, b"PK\x05\x06", &rest].concat();
        Format::sniff(&bytes);
    }
}

#[test]
fn words() {
    assert_eq!(formats_in_words(&[Format::Pdf]), "PDF");
    assert_eq!(formats_in_words(&[Format::Pdf, Format::Xlsx, Format::Ods]), "PDF, XLSX ou ODS");
    for scan in Scan::ALL {
        assert_eq!(Scan::parse(scan.as_str()), Some(scan));
        assert!(!(scan.is_readable() && scan.wants_another()));
    }
    for format in Format::ALL {
        assert_eq!(Format::parse(format.as_str()), Some(format));
    }
}
