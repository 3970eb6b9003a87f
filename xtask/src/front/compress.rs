//! Compresses assets at build time, once and as hard as possible; the server then sends them as they are.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use super::stamp::files_under;

/// Below this size a file fits in one packet: compressing it gains nothing.
const WORTH_IT: usize = 1024;

/// Fonts (woff2) and pictures are compressed already.
const EXTENSIONS: [&str; 11] = ["css", "html", "ico", "js", "json", "map", "svg", "txt", "wasm", "webmanifest", "xml"];

pub fn tree(folder: &Path) -> Result<()> {
    for file in files_under(folder)? {
        let wanted = file.extension().is_some_and(|found| EXTENSIONS.iter().any(|known| found == *known));
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        if wanted && bytes.len() > WORTH_IT {
            keep_if_smaller(&bytes, brotli(&bytes)?, &with_suffix(&file, ".br"))?;
            keep_if_smaller(&bytes, gzip(&bytes)?, &with_suffix(&file, ".gz"))?;
        }
    }
    Ok(())
}

fn keep_if_smaller(plain: &[u8], compressed: Vec<u8>, to: &Path) -> Result<()> {
    if compressed.len() < plain.len() {
        fs::write(to, compressed).with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(())
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params).context("brotli failed")?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).context("gzip failed")?;
    encoder.finish().context("gzip failed")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn both_formats_come_back_unchanged() -> Result<()> {
        let plain = b"fr-btn fr-input-group ".repeat(200);
        let mut back = Vec::new();
        brotli::Decompressor::new(&brotli(&plain)?[..], 4096).read_to_end(&mut back)?;
        assert_eq!(back, plain);
        back.clear();
        flate2::read::GzDecoder::new(&gzip(&plain)?[..]).read_to_end(&mut back)?;
        assert_eq!(back, plain);
        Ok(())
    }
}
