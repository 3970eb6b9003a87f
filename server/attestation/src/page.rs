//! The content of the attestation, from top to bottom.

use crate::{
    Attestation, Error, Group,
    face::Weight,
    layout::{BLUE, Cursor, Element, INK, LINE, Layout, MARGIN, PALE, Place, QUIET, Square, Style, WIDTH},
    qr,
};

const TEXT: f32 = WIDTH - 2.0 * MARGIN;
/// The left column of the tables.
const LABELS: f32 = 150.0;
/// Above this number, scopes are listed in a sentence so that the document stays at two pages.
const MANY_SCOPES: usize = 30;

const BODY: Style = Style { size: 10.5, weight: Weight::Regular, colour: INK };
const STRONG: Style = Style { size: 10.5, weight: Weight::Bold, colour: INK };
const SMALL: Style = Style { size: 9.5, weight: Weight::Regular, colour: INK };
const LABEL: Style = Style { size: 9.5, weight: Weight::Regular, colour: QUIET };

pub fn compose(attestation: &Attestation) -> Result<Layout, Error> {
    let mut layout = Layout::new()?;
    head(&mut layout, attestation);
    facts(&mut layout, attestation);
    scopes(&mut layout, &attestation.groups);
    law(&mut layout, attestation);
    verification(&mut layout, attestation)?;
    layout.number_pages(&format!("Habilis – Attestation d’habilitation {}", attestation.number));
    Ok(layout)
}

fn head(layout: &mut Layout, attestation: &Attestation) {
    layout.decorate(0, Square { left: MARGIN, top: MARGIN - 14.0, width: 42.0, height: 4.0 }, BLUE);
    let place = layout.open(Layout::ROOT, Element::Paragraph);
    layout.text(place, MARGIN, TEXT, Style { size: 10.0, weight: Weight::Bold, colour: BLUE }, "Habilis");
    layout.gap(10.0);
    layout.heading(1, Style { size: 22.0, weight: Weight::Bold, colour: INK }, &format!("Attestation d’habilitation {}", attestation.number));
    layout.gap(6.0);
    let Attestation { organisation, service, project, granted_on, valid_until, .. } = attestation;
    // A date is not broken over two lines.
    let (granted_on, valid_until) = (granted_on.replace(' ', "\u{a0}"), valid_until.replace(' ', "\u{a0}"));
    let until = if valid_until.is_empty() { String::new() } else { format!(" et jusqu’au {valid_until} inclus") };
    let place = layout.open(Layout::ROOT, Element::Paragraph);
    let sentence = format!(
        "L’organisme {organisation} est habilité à utiliser le service {service} pour le projet «\u{a0}{project}\u{a0}», à compter du {granted_on}{until}."
    );
    layout.text(place, MARGIN, TEXT, BODY, &sentence);
}

fn title(layout: &mut Layout, text: &str) {
    layout.gap(16.0);
    layout.heading(2, Style { size: 13.0, weight: Weight::Bold, colour: BLUE }, text);
    layout.gap(2.0);
}

fn facts(layout: &mut Layout, attestation: &Attestation) {
    let Attestation { number, service, provider, organisation, siret, project, granted_on, valid_until, .. } = attestation;
    title(layout, "L’habilitation");
    let end = if valid_until.is_empty() { "Sans limite de durée" } else { valid_until };
    let table = layout.open(Layout::ROOT, Element::Table);
    for (label, value) in [
        ("Numéro", number.as_str()),
        ("Service", service),
        ("Fourni par", provider),
        ("Organisme", organisation),
        ("SIRET", siret),
        ("Projet", project),
        ("Délivrée le", granted_on),
        ("Valable jusqu’au", end),
    ] {
        row(layout, table, label, |layout, cell| layout.text(cell, MARGIN + LABELS, TEXT - LABELS, STRONG, value), 20.0);
    }
}

/// A row with its label at the left; `fill` writes the cell.
fn row(layout: &mut Layout, table: Place, label: &str, fill: impl FnOnce(&mut Layout, Place), expected: f32) {
    let label_height = layout.height(LABELS - 12.0, LABEL, label);
    layout.need(expected.max(label_height) + 8.0);
    let start = layout.at;
    layout.decorate(start.page, Square { left: MARGIN, top: start.y, width: TEXT, height: 0.6 }, LINE);
    layout.gap(4.0);
    let row = layout.open(table, Element::Row);
    let header = layout.open(row, Element::Header);
    let cell_start = layout.at;
    layout.gap(0.8);
    layout.text(header, MARGIN, LABELS - 12.0, LABEL, label);
    let label_end = layout.at;
    layout.at = cell_start;
    let cell = layout.open(row, Element::Cell);
    fill(layout, cell);
    layout.at = lower(label_end, layout.at);
    layout.gap(3.0);
}

fn lower(one: Cursor, other: Cursor) -> Cursor {
    if (one.page, one.y) > (other.page, other.y) { one } else { other }
}

fn scopes(layout: &mut Layout, groups: &[Group]) {
    let count: usize = groups.iter().map(|group| group.scopes.len()).sum();
    if count == 0 {
        return;
    }
    title(layout, "Les données accordées");
    let table = layout.open(Layout::ROOT, Element::Table);
    for group in groups.iter().filter(|group| !group.scopes.is_empty()) {
        let width = TEXT - LABELS;
        if count > MANY_SCOPES {
            let sentence = format!("{}.", group.scopes.join("\u{a0}; "));
            let height = layout.height(width, SMALL, &sentence).min(300.0);
            row(layout, table, &group.label, |layout, cell| layout.text(cell, MARGIN + LABELS, width, SMALL, &sentence), height);
        } else {
            let height = group.scopes.iter().map(|scope| layout.height(width, SMALL, scope)).sum::<f32>().min(300.0);
            row(layout, table, &group.label, |layout, cell| list(layout, cell, &group.scopes), height);
        }
    }
}

fn list(layout: &mut Layout, cell: Place, scopes: &[String]) {
    let list = layout.open(cell, Element::List);
    for scope in scopes {
        let item = layout.open(list, Element::Item);
        let body = layout.open(item, Element::Body);
        layout.text(body, MARGIN + LABELS, TEXT - LABELS, SMALL, scope);
    }
}

fn law(layout: &mut Layout, attestation: &Attestation) {
    let mut lines: Vec<(&str, &str)> = attestation.legal.iter().map(|(label, text)| (label.as_str(), text.as_str())).collect();
    if !attestation.retention.is_empty() {
        lines.push(("Durée de conservation des données", &attestation.retention));
    }
    lines.retain(|(_, text)| !text.trim().is_empty());
    if lines.is_empty() {
        return;
    }
    title(layout, "Le cadre juridique");
    let table = layout.open(Layout::ROOT, Element::Table);
    for (label, text) in lines {
        let height = layout.height(TEXT - LABELS, SMALL, text).min(300.0);
        row(layout, table, label, |layout, cell| layout.text(cell, MARGIN + LABELS, TEXT - LABELS, SMALL, text), height);
    }
}

fn verification(layout: &mut Layout, attestation: &Attestation) -> Result<(), Error> {
    const SIDE: f32 = 88.0;
    const PADDING: f32 = 14.0;
    // The title and its frame stay together.
    layout.need(16.0 + 20.0 + SIDE + 2.0 * PADDING);
    title(layout, "Vérifier cette attestation");
    layout.gap(4.0);
    let start = layout.at;
    layout.decorate(start.page, Square { left: MARGIN, top: start.y, width: TEXT, height: SIDE + 2.0 * PADDING }, PALE);
    let frame = Square { left: MARGIN + PADDING, top: start.y + PADDING, width: SIDE, height: SIDE };
    let squares = qr::squares(&attestation.address, frame.left, frame.top, SIDE)?;
    layout.figure("Code QR vers la page qui vérifie cette attestation, dont l’adresse est écrite à côté.", frame, squares);
    let (x, width) = (MARGIN + PADDING + SIDE + 18.0, TEXT - 2.0 * PADDING - SIDE - 18.0);
    layout.gap(PADDING - 2.0);
    let place = layout.open(Layout::ROOT, Element::Paragraph);
    layout.text(
        place,
        x,
        width,
        SMALL,
        "Ce document se lit tel qu’il était le jour de son édition. Pour savoir s’il est toujours valable, ouvrez la page\u{a0}:",
    );
    let place = layout.open(Layout::ROOT, Element::Paragraph);
    layout.link(place, x, width, Style { colour: BLUE, ..SMALL }, &attestation.address);
    layout.gap(4.0);
    let place = layout.open(Layout::ROOT, Element::Paragraph);
    layout.text(place, x, width, SMALL, "Code de vérification\u{a0}: ");
    layout.text(place, x, width, Style { size: 13.0, weight: Weight::Bold, colour: INK }, &attestation.code);
    layout.gap(4.0);
    let place = layout.open(Layout::ROOT, Element::Paragraph);
    let issued = domain::calendar::french_moment(attestation.issued_at);
    layout.text(place, x, width, LABEL, &format!("Éditée le {issued}, heure de Paris."));
    layout.at = lower(Cursor { page: start.page, y: start.y + SIDE + 2.0 * PADDING }, layout.at);
    Ok(())
}
