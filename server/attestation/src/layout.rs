//! Text and lines are first placed on pages, then drawn. The structure tree that screen readers follow is built at the same time, so that
//! everything drawn has one place in it or is marked as decoration.

use std::num::NonZeroU16;

use jiff::Timestamp;
use krilla::{
    Document, SerializeSettings,
    action::{Action, LinkAction},
    annotation::{Annotation, LinkAnnotation, Target},
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, BBox, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
    },
};

use crate::{
    Attestation, Error,
    face::{Faces, Weight},
};

pub const WIDTH: f32 = 595.28;
pub const HEIGHT: f32 = 841.89;
pub const MARGIN: f32 = 56.0;
/// The foot of the page is below.
const BOTTOM: f32 = HEIGHT - 72.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

pub const INK: Colour = Colour(0x16, 0x16, 0x16);
pub const QUIET: Colour = Colour(0x55, 0x55, 0x55);
pub const BLUE: Colour = Colour(0x1d, 0x3f, 0x8f);
pub const LINE: Colour = Colour(0xc9, 0xc9, 0xc9);
pub const PALE: Colour = Colour(0xf1, 0xf4, 0xfb);

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    pub size: f32,
    pub weight: Weight,
    pub colour: Colour,
}

impl Style {
    fn leading(self) -> f32 {
        self.size * 1.4
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Square {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
}

enum Ink {
    /// One line; `y` is its baseline.
    Words {
        x: f32,
        y: f32,
        style: Style,
        text: String,
    },
    Squares {
        squares: Vec<Square>,
        colour: Colour,
    },
}

struct Stroke {
    page: usize,
    ink: Ink,
    /// Part of the structure tree; decoration otherwise.
    content: bool,
}

struct Link {
    page: usize,
    area: Square,
    address: String,
}

/// An element of the document's structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    Heading(u16, String),
    Paragraph,
    Table,
    Row,
    Header,
    Cell,
    List,
    Item,
    Body,
    Link,
    Figure(String),
}

enum Child {
    Group(usize),
    Stroke(usize),
    Link(usize),
}

struct Group {
    element: Option<Element>,
    children: Vec<Child>,
    /// The frame of a figure.
    frame: Option<(usize, Square)>,
}

/// Where an element stands in the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(usize);

/// Where the next line goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cursor {
    pub page: usize,
    pub y: f32,
}

pub struct Layout {
    pub faces: Faces,
    pub at: Cursor,
    strokes: Vec<Stroke>,
    links: Vec<Link>,
    groups: Vec<Group>,
    headings: Vec<(String, Cursor)>,
}

impl Layout {
    pub const ROOT: Place = Place(0);

    pub fn new() -> Result<Self, Error> {
        Ok(Self {
            faces: Faces::load()?,
            at: Cursor { page: 0, y: MARGIN },
            strokes: Vec::new(),
            links: Vec::new(),
            groups: vec![Group { element: None, children: Vec::new(), frame: None }],
            headings: Vec::new(),
        })
    }

    pub fn open(&mut self, parent: Place, element: Element) -> Place {
        let place = self.groups.len();
        self.groups.push(Group { element: Some(element), children: Vec::new(), frame: None });
        self.groups[parent.0].children.push(Child::Group(place));
        Place(place)
    }

    pub fn gap(&mut self, points: f32) {
        self.at.y += points;
    }

    /// A new page unless `points` are left on this one.
    pub fn need(&mut self, points: f32) {
        if self.at.y + points > BOTTOM {
            self.at = Cursor { page: self.at.page + 1, y: MARGIN };
        }
    }

    /// Wrapped lines; the cursor ends below the last.
    pub fn text(&mut self, place: Place, x: f32, width: f32, style: Style, text: &str) {
        for line in self.faces.get(style.weight).wrap(text, style.size, width) {
            self.need(style.leading());
            let y = self.at.y + style.size;
            self.stroke(self.at.page, Ink::Words { x, y, style, text: line }, Some(place));
            self.at.y += style.leading();
        }
    }

    pub fn height(&self, width: f32, style: Style, text: &str) -> f32 {
        let lines = self.faces.get(style.weight).wrap(text, style.size, width).len();
        style.leading() * f32::from(u16::try_from(lines).unwrap_or(u16::MAX))
    }

    pub fn heading(&mut self, level: u16, style: Style, text: &str) {
        // Never alone at the foot of a page.
        self.need(style.leading() + 40.0);
        self.headings.push((text.to_owned(), self.at));
        let place = self.open(Self::ROOT, Element::Heading(level, text.to_owned()));
        self.text(place, MARGIN, WIDTH - 2.0 * MARGIN, style, text);
    }

    /// A line of text that leads to an address.
    pub fn link(&mut self, parent: Place, x: f32, width: f32, style: Style, address: &str) {
        let place = self.open(parent, Element::Link);
        for line in self.faces.get(style.weight).wrap(address, style.size, width) {
            self.need(style.leading());
            let area = Square { left: x, top: self.at.y, width: self.faces.get(style.weight).width(&line, style.size), height: style.leading() };
            let y = self.at.y + style.size;
            self.stroke(self.at.page, Ink::Words { x, y, style, text: line }, Some(place));
            self.links.push(Link { page: self.at.page, area, address: address.to_owned() });
            self.groups[place.0].children.push(Child::Link(self.links.len() - 1));
            self.at.y += style.leading();
        }
    }

    pub fn decorate(&mut self, page: usize, area: Square, colour: Colour) {
        self.stroke(page, Ink::Squares { squares: vec![area], colour }, None);
    }

    pub fn figure(&mut self, alt: &str, frame: Square, squares: Vec<Square>) {
        let place = self.open(Self::ROOT, Element::Figure(alt.to_owned()));
        self.groups[place.0].frame = Some((self.at.page, frame));
        self.stroke(self.at.page, Ink::Squares { squares, colour: INK }, Some(place));
    }

    /// The foot of every page.
    pub fn number_pages(&mut self, words: &str) {
        let pages = self.at.page + 1;
        let style = Style { size: 8.5, weight: Weight::Regular, colour: QUIET };
        for page in 0..pages {
            let face = self.faces.get(style.weight);
            let left = face.drawable(words);
            let right = face.drawable(&format!("Page {} sur {pages}", page + 1));
            let x = WIDTH - MARGIN - face.width(&right, style.size);
            self.decorate(page, Square { left: MARGIN, top: HEIGHT - 58.0, width: WIDTH - 2.0 * MARGIN, height: 0.6 }, LINE);
            self.stroke(page, Ink::Words { x: MARGIN, y: HEIGHT - 44.0, style, text: left }, None);
            self.stroke(page, Ink::Words { x, y: HEIGHT - 44.0, style, text: right }, None);
        }
    }

    fn stroke(&mut self, page: usize, ink: Ink, place: Option<Place>) {
        self.strokes.push(Stroke { page, ink, content: place.is_some() });
        if let Some(place) = place {
            self.groups[place.0].children.push(Child::Stroke(self.strokes.len() - 1));
        }
    }

    pub fn into_pdf(self, attestation: &Attestation) -> Result<Vec<u8>, Error> {
        let configuration = ConfigurationBuilder::new()
            .with_archival_validator(Archival::A2_A)
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|error| Error::Standard(format!("{error:?}")))?;
        let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
        let mut drawn: Vec<Option<Identifier>> = vec![None; self.strokes.len()];
        let mut linked: Vec<Option<Identifier>> = vec![None; self.links.len()];
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(Error::Typeface)?;
        for number in 0..=self.at.page {
            let mut page = document.start_page_with(size.clone());
            let mut surface = page.surface();
            for (stroke, drawn) in self.strokes.iter().zip(&mut drawn).filter(|(stroke, _)| stroke.page == number) {
                *drawn = Some(self.draw(&mut surface, stroke));
            }
            surface.finish();
            for (link, linked) in self.links.iter().zip(&mut linked).filter(|(link, _)| link.page == number) {
                let Some(area) = rect(link.area) else { continue };
                let target = Target::Action(Action::Link(LinkAction::new(link.address.clone())));
                let alt = format!("Vérifier l’attestation\u{a0}: {}", link.address);
                *linked = Some(page.add_tagged_annotation(Annotation::new_link(LinkAnnotation::new(area, target), Some(alt))));
            }
            page.finish();
        }
        let mut tree = TagTree::new().with_lang(Some("fr-FR".to_owned()));
        for child in self.children(&self.groups[0], &drawn, &linked) {
            tree.push(child);
        }
        document.set_tag_tree(tree);
        let mut outline = Outline::new();
        for (text, cursor) in &self.headings {
            outline.push_child(OutlineNode::new(text.clone(), XyzDestination::new(cursor.page, Point::from_xy(MARGIN, cursor.y))));
        }
        document.set_outline(outline);
        document.set_metadata(metadata(attestation));
        document.finish().map_err(|error| Error::Standard(format!("{error:?}")))
    }

    fn draw(&self, surface: &mut Surface<'_>, stroke: &Stroke) -> Identifier {
        let artifact = ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout));
        match &stroke.ink {
            Ink::Words { x, y, style, text } => {
                let footer = ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer));
                let id = surface.start_tagged(if stroke.content { ContentTag::Span(SpanTag::empty()) } else { footer });
                surface.set_fill(Some(fill(style.colour)));
                let face = self.faces.get(style.weight);
                surface.draw_glyphs(Point::from_xy(*x, *y), &face.glyphs(text), face.font.clone(), text, style.size, false);
                surface.end_tagged();
                id
            }
            Ink::Squares { squares, colour } => {
                let id = surface.start_tagged(if stroke.content { ContentTag::Other } else { artifact });
                surface.set_fill(Some(fill(*colour)));
                let mut path = PathBuilder::new();
                squares.iter().filter_map(|square| rect(*square)).for_each(|rect| path.push_rect(rect));
                if let Some(path) = path.finish() {
                    surface.draw_path(&path);
                }
                surface.end_tagged();
                id
            }
        }
    }

    fn children(&self, group: &Group, drawn: &[Option<Identifier>], linked: &[Option<Identifier>]) -> Vec<Node> {
        let node = |child: &Child| match child {
            Child::Stroke(index) => drawn[*index].map(Node::Leaf),
            Child::Link(index) => linked[*index].map(Node::Leaf),
            Child::Group(index) => {
                let group = &self.groups[*index];
                let tag = group.element.as_ref().map(|element| tag_of(element, group.frame))?;
                Some(Node::Group(TagGroup::with_children(tag, self.children(group, drawn, linked))))
            }
        };
        group.children.iter().filter_map(node).collect()
    }
}

fn tag_of(element: &Element, frame: Option<(usize, Square)>) -> TagKind {
    match element {
        Element::Heading(level, title) => Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(title.clone())).into(),
        Element::Paragraph => Tag::P.into(),
        Element::Table => Tag::Table.into(),
        Element::Row => Tag::TR.into(),
        Element::Header => Tag::TH(TableHeaderScope::Row).into(),
        Element::Cell => Tag::TD.into(),
        Element::List => Tag::L(ListNumbering::None).into(),
        Element::Item => Tag::LI.into(),
        Element::Body => Tag::LBody.into(),
        Element::Link => Tag::Link.into(),
        Element::Figure(alt) => {
            let bbox = frame.and_then(|(page, square)| rect(square).map(|rect| BBox::new(page, rect)));
            Tag::Figure(Some(alt.clone())).with_bbox(bbox).into()
        }
    }
}

fn fill(Colour(red, green, blue): Colour) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

fn rect(square: Square) -> Option<Rect> {
    Rect::from_xywh(square.left, square.top, square.width, square.height)
}

fn metadata(attestation: &Attestation) -> Metadata {
    Metadata::new()
        .title(format!("Attestation d’habilitation {}", attestation.number))
        .description(format!("{} – {} – {}", attestation.service, attestation.organisation, attestation.project))
        .language("fr-FR".to_owned())
        .authors(vec!["Habilis".to_owned()])
        .creator("Habilis".to_owned())
        .creation_date(moment(attestation.issued_at))
}

fn moment(at: Timestamp) -> DateTime {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let two = |number: i8| u8::try_from(number).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(two(at.month()))
        .day(two(at.day()))
        .hour(two(at.hour()))
        .minute(two(at.minute()))
        .second(two(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
