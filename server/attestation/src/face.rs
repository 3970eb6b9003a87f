//! The embedded typeface and its measures. Characters it lacks are replaced before they are drawn: PDF/A and PDF/UA forbid the glyph of a missing
//! character.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{FontRef, MetadataProvider, charmap::Charmap, instance::LocationRef, instance::Size, metrics::GlyphMetrics};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::Error;

const REGULAR: &[u8] = include_bytes!("../fonts/PublicSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/PublicSans-Bold.ttf");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

pub struct Face {
    pub font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units: f32,
}

pub struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    pub fn load() -> Result<Self, Error> {
        Ok(Self { regular: Face::load(REGULAR)?, bold: Face::load(BOLD)? })
    }

    pub fn get(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

impl Face {
    fn load(bytes: &'static [u8]) -> Result<Self, Error> {
        let font = Font::new(bytes.into(), 0).ok_or(Error::Typeface)?;
        let reader = FontRef::new(bytes).map_err(|_| Error::Typeface)?;
        let units = font.units_per_em();
        Ok(Self { charmap: reader.charmap(), metrics: reader.glyph_metrics(Size::unscaled(), LocationRef::default()), font, units })
    }

    fn has(&self, c: char) -> bool {
        self.charmap.map(c).is_some_and(|glyph| glyph.to_u32() != 0)
    }

    /// The text in characters this face can draw: composed, or without the accents it lacks, or a question mark.
    pub fn drawable(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.nfc() {
            match c {
                _ if c.is_whitespace() && c != '\u{a0}' => out.push(' '),
                '\u{a0}' | '\u{202f}' => out.push('\u{a0}'),
                '\u{2011}' => out.push('-'),
                _ if c.is_control() || is_combining_mark(c) => {}
                _ if self.has(c) => out.push(c),
                _ => {
                    let bare: String = c.nfkd().filter(|part| !is_combining_mark(*part)).collect();
                    if !bare.is_empty() && bare.chars().all(|part| self.has(part)) { out.push_str(&bare) } else { out.push('?') }
                }
            }
        }
        out
    }

    fn glyph(&self, c: char) -> u32 {
        // A no-break space is drawn like any other; only line breaking tells them apart.
        let c = if c == '\u{a0}' && !self.has(c) { ' ' } else { c };
        self.charmap.map(c).map_or(0, |glyph| glyph.to_u32())
    }

    fn advance(&self, glyph: u32) -> f32 {
        self.metrics.advance_width(skrifa::GlyphId::new(glyph)).unwrap_or(0.0) / self.units
    }

    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(self.glyph(c))).sum::<f32>() * size
    }

    pub fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(at, c)| {
                let glyph = self.glyph(c);
                KrillaGlyph::new(GlyphId::new(glyph), self.advance(glyph), 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
            })
            .collect()
    }

    /// Lines no wider than `width`, each but the last with the space it was broken at.
    pub fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in self.drawable(text).split_inclusive(' ') {
            if !line.is_empty() && self.width(&line, size) + self.width(word.trim_end(), size) > width {
                lines.push(std::mem::take(&mut line));
            }
            // A word wider than the column, an address for instance, is cut where it must.
            for c in word.chars() {
                if c != ' ' && !line.is_empty() && self.width(&line, size) + self.width(c.encode_utf8(&mut [0; 4]), size) > width {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
        let last = line.trim_end();
        if !last.is_empty() {
            lines.push(last.to_owned());
        }
        lines
    }
}
