//! The QR code that authenticator applications scan.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use qrcodegen::{QrCode, QrCodeEcc};

/// The `data:` address of an image of the code, so that the secret in it is sent to nobody.
pub(super) fn qr_code(text: &str) -> String {
    /// The white margin, in modules, that readers need (ISO/IEC 18004 § 5.3.8).
    const MARGIN: i32 = 4;
    // It always fits: 2,331 bytes do, and the longest part of the text is an e-mail address of 254 characters at most.
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let size = code.size() + 2 * MARGIN;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            write!(path, "M{},{}h1v1h-1z", x + MARGIN, y + MARGIN).expect("a string grows");
        }
    }
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0,0h{size}v{size}h-{size}z\"/><path d=\"{path}\"/></svg>"
    );
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
}
