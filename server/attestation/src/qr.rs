//! The verification address as a QR code, in squares (ISO/IEC 18004).

use qrcodegen::{QrCode, QrCodeEcc};

use crate::{Error, layout::Square};

/// The dark squares of the code in a frame of `side` points whose corner is at `x`, `y`. Runs of a row are one
/// rectangle, so that no hairline shows between squares.
pub fn squares(address: &str, x: f32, y: f32, side: f32) -> Result<Vec<Square>, Error> {
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).map_err(|_| Error::Address)?;
    let step = side / as_points(code.size());
    let mut squares = Vec::new();
    for row in 0..code.size() {
        let mut column = 0;
        while column < code.size() {
            let mut end = column;
            while end < code.size() && code.get_module(end, row) {
                end += 1;
            }
            if end > column {
                let (left, top) = (x + as_points(column) * step, y + as_points(row) * step);
                squares.push(Square { left, top, width: as_points(end - column) * step, height: step });
            }
            column = end.max(column + 1);
        }
    }
    Ok(squares)
}

/// A QR code has at most 177 modules a side.
fn as_points(modules: i32) -> f32 {
    f32::from(u8::try_from(modules).unwrap_or(u8::MAX))
}
