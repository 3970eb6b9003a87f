//! Writes the gallery of components as an HTML file, to look at it in a browser:
//! `cargo run -p ui --features ssr --example gallery -- FOLDER`.

use ui::components::gallery;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned());
    std::fs::create_dir_all(&folder)?;
    std::fs::write(format!("{folder}/index.html"), gallery::gallery_document())?;
    std::fs::write(format!("{folder}/formulaire.html"), gallery::form_document())?;
    std::fs::write(format!("{folder}/confirmation.html"), gallery::confirmation_document())?;
    std::fs::write(format!("{folder}/usager.html"), gallery::citizen_document())
}
