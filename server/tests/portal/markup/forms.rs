//! The forms of a page, control by control, and what may be typed in each.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};
use url::form_urlencoded;

use super::{
    hostile::{BLOCK, BROKEN, LINES, NAME, NEWCOMER, SHORT, SOMEBODY, URL},
    trial::{Dress, ordinary},
};
use crate::{
    browser::URLENCODED,
    site::{PASSWORD, SIRET},
};

const BOUNDARY: &str = "----une-autre-frontiere";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

#[derive(Debug, Clone)]
pub struct Control {
    pub name: String,
    /// The type of an input, « textarea » or « select ».
    pub kind: String,
    pub numeric: bool,
    /// The current value; for a box, the value it sends when ticked.
    pub value: String,
    checked: bool,
}

impl Control {
    /// Whether it takes a text that the page may show again.
    pub fn is_typed(&self) -> bool {
        matches!(self.kind.as_str(), "text" | "textarea" | "email" | "search" | "tel" | "url" | "number" | "date")
    }
}

#[derive(Debug, Clone)]
pub struct Posted {
    pub action: String,
    multipart: bool,
    pub controls: Vec<Control>,
    /// Each button that sends it: its name, its value, and another address.
    pub buttons: Vec<(String, String, Option<String>)>,
}

/// How the form is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// A forged request, hostile everywhere: choices, boxes and hidden fields too.
    Forged(usize),
    /// What must have a format is valid and the rest hostile, so that as much as possible is accepted.
    Plausible(usize),
    /// As [`Self::Plausible`], with values that should be refused.
    Broken(usize),
    /// What a person would send, each text altered in this way.
    Ordinary(Dress),
}

/// What may be put in a control.
pub enum Wanted {
    /// Not sent.
    Nothing,
    /// This value, because it has a format or was chosen.
    This(String),
    /// The name of somebody.
    Name,
    Web,
    /// Any text of one line, even where the page has several.
    Line,
    Text,
}

/// A form as it is sent, and the texts somebody typed in it, by field.
pub struct Sent {
    pub action: String,
    /// « action=enregistrer »
    pub button: String,
    pub kind: String,
    pub body: Vec<u8>,
    pub typed: Vec<(String, String)>,
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

fn attribute(element: ElementRef<'_>, name: &str) -> String {
    element.value().attr(name).unwrap_or_default().to_owned()
}

/// The forms of the page that are sent by this method.
pub fn in_page(html: &Html, method: &str) -> Vec<Posted> {
    let forms = selector("form");
    html.select(&forms).filter(|form| attribute(*form, "method") == method).map(|form| read(html, form)).collect()
}

fn read(html: &Html, form: ElementRef<'_>) -> Posted {
    let id = attribute(form, "id");
    let own = |css: &str| -> Vec<ElementRef<'_>> {
        let css = selector(css);
        let mut own: Vec<ElementRef<'_>> = form.select(&css).filter(|element| element.value().attr("form").is_none()).collect();
        if !id.is_empty() {
            own.extend(html.select(&css).filter(|element| attribute(*element, "form") == id));
        }
        own
    };
    let controls = own("input, textarea, select").into_iter().filter(|control| control.value().attr("disabled").is_none());
    let controls = controls.map(control).filter(|control| !control.name.is_empty() && control.kind != "submit").collect();
    let buttons = own("button").into_iter().map(|button| {
        let to = button.value().attr("formaction").map(str::to_owned);
        (attribute(button, "name"), attribute(button, "value"), to)
    });
    let buttons: Vec<_> = buttons.collect();
    Posted {
        action: attribute(form, "action"),
        multipart: attribute(form, "enctype") == "multipart/form-data",
        controls,
        buttons: if buttons.is_empty() { vec![(String::new(), String::new(), None)] } else { buttons },
    }
}

fn control(element: ElementRef<'_>) -> Control {
    let kind = match element.value().name() {
        "input" => element.value().attr("type").unwrap_or("text").to_owned(),
        other => other.to_owned(),
    };
    let value = match kind.as_str() {
        "textarea" => element.text().collect::<String>().trim_start_matches('\n').to_owned(),
        "select" => {
            let options: Vec<ElementRef<'_>> = element.select(&selector("option")).collect();
            let chosen = options.iter().find(|option| option.value().attr("selected").is_some() && !attribute(**option, "value").is_empty());
            let first = options.iter().find(|option| !attribute(**option, "value").is_empty() && option.value().attr("disabled").is_none());
            chosen.or(first).map(|option| attribute(*option, "value")).unwrap_or_default()
        }
        "checkbox" | "radio" => element.value().attr("value").unwrap_or("on").to_owned(),
        _ => attribute(element, "value"),
    };
    Control {
        name: attribute(element, "name"),
        numeric: attribute(element, "inputmode") == "numeric",
        checked: element.value().attr("checked").is_some(),
        kind,
        value,
    }
}

impl Posted {
    /// Gives the form the token of a page that was opened again.
    pub fn sign(&mut self, token: &str) {
        for control in self.controls.iter_mut().filter(|control| control.name == "csrf") {
            token.clone_into(&mut control.value);
        }
    }

    /// Identifies a form of the site on whatever page it is: where it goes, what it holds, what its buttons say.
    pub fn key(&self, pattern: &str) -> String {
        let mut names: Vec<String> = self.controls.iter().map(|control| control.name.clone()).collect();
        // What tells forms to the same address apart.
        let told = |name: &str| matches!(name, "action" | "decision" | "reponse" | "valeur" | "role");
        names.extend(self.controls.iter().filter(|control| control.kind == "hidden" && told(&control.name)).map(|control| control.value.clone()));
        names.extend(self.buttons.iter().map(|(name, value, _)| format!("[{name}={}]", value.split(':').next().unwrap_or_default())));
        names.sort();
        names.dedup();
        format!("{pattern} {}", names.join(" "))
    }

    /// The names of what it sends, but for the token; the empty name stands for the form itself.
    pub fn names(&self) -> BTreeSet<String> {
        let controls = self.controls.iter().map(|control| control.name.as_str()).filter(|name| *name != "csrf");
        controls.chain(self.buttons.iter().map(|(name, ..)| name.as_str())).chain([""]).map(str::to_owned).collect()
    }

    pub fn has_text(&self) -> bool {
        self.controls.iter().any(|control| matches!(control.kind.as_str(), "text" | "textarea" | "email" | "search" | "file"))
    }

    /// Whether there is a field whose text is to be found again.
    pub fn has_typed(&self) -> bool {
        self.controls.iter().any(Control::is_typed)
    }

    /// The fields, then the files, in the order of the page.
    fn fields(&self, filling: Filling, button: usize, turn_of_all: usize) -> Vec<(String, String)> {
        let mut picked = BTreeSet::new();
        let mut fields = Vec::new();
        for (index, control) in self.controls.iter().enumerate() {
            let typed = match filling {
                _ if control.name == "csrf" => Some(control.value.clone()),
                Filling::Forged(_) if control.kind == "file" => None,
                Filling::Forged(turn) => Some(forged(control, turn + index)),
                Filling::Plausible(turn) => hostile(wanted(control, turn + index, &mut picked), turn + index),
                Filling::Ordinary(dress) => ordinary(control, wanted(control, turn_of_all + index, &mut picked), turn_of_all * 100 + index, dress),
                Filling::Broken(turn) => {
                    let line = matches!(control.kind.as_str(), "text" | "textarea") && !control.numeric;
                    if line {
                        Some(BROKEN[turn % BROKEN.len()].to_owned())
                    } else {
                        hostile(wanted(control, turn + index, &mut picked), turn + index)
                    }
                }
            };
            fields.extend(typed.map(|value| (control.name.clone(), value)));
        }
        let (name, value, _) = &self.buttons[button % self.buttons.len()];
        if !name.is_empty() {
            fields.push((name.clone(), value.clone()));
        }
        fields
    }

    /// The form as a script sends it, without its documents.
    pub fn sent_by_script(self) -> Self {
        Self { multipart: false, ..self }
    }

    /// `turn` makes what is typed in this form different from what is typed in the others.
    pub fn filled(&self, filling: Filling, button: usize, turn: usize) -> Sent {
        let fields = self.fields(filling, button, turn);
        let is_typed = |name: &str| self.controls.iter().any(|control| control.name == name && control.is_typed());
        let typed = fields.iter().filter(|(name, _)| is_typed(name)).cloned().collect();
        let (name, value, to) = &self.buttons[button % self.buttons.len()];
        let (action, button) = (to.clone().unwrap_or_else(|| self.action.clone()), format!("[{name}={value}]"));
        if !self.multipart {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish().into_bytes();
            return Sent { action, button, kind: URLENCODED.to_owned(), body, typed };
        }
        let mut body = Vec::new();
        let mut part = |disposition: String, bytes: &[u8]| {
            body.extend_from_slice(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        for (name, value) in &fields {
            part(format!("name=\"{name}\""), value.as_bytes());
        }
        for (index, control) in self.controls.iter().enumerate().filter(|(_, control)| control.kind == "file") {
            let name = LINES[index % LINES.len()].replace('"', "%22");
            part(format!("name=\"{}\"; filename=\"{name}\u{202e}.pdf\"", control.name), PDF);
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        Sent { action, button, kind: format!("multipart/form-data; boundary={BOUNDARY}"), body, typed }
    }

    /// A form sent by GET.
    pub fn query(&self, filling: Filling) -> String {
        let fields = self.fields(filling, 0, 0);
        format!("{}?{}", self.action, form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
    }
}

fn forged(control: &Control, turn: usize) -> String {
    match control.kind.as_str() {
        "textarea" if turn.is_multiple_of(2) => BLOCK.to_owned(),
        // Too short to become one: whoever walks keeps the password they sign in with.
        "password" => SHORT.to_owned(),
        _ => LINES[turn % LINES.len()].to_owned(),
    }
}

/// A hostile text wherever any text may be typed.
fn hostile(wanted: Wanted, turn: usize) -> Option<String> {
    let text = match wanted {
        Wanted::Nothing => return None,
        Wanted::This(value) => value,
        Wanted::Name => NAME.to_owned(),
        Wanted::Web => URL.to_owned(),
        Wanted::Text if turn.is_multiple_of(2) => BLOCK.to_owned(),
        Wanted::Line | Wanted::Text => LINES[turn % LINES.len()].to_owned(),
    };
    Some(text)
}

/// What a person could send.
fn wanted(control: &Control, turn: usize, picked: &mut BTreeSet<String>) -> Wanted {
    let name = control.name.as_str();
    let text = match control.kind.as_str() {
        "hidden" => control.value.clone(),
        "select" => control.value.clone(),
        "checkbox" if name == "retirer" || name == "supprimer" => return Wanted::Nothing,
        "checkbox" => control.value.clone(),
        "radio" => {
            let again = !picked.insert(name.to_owned());
            if again && !control.checked {
                return Wanted::Nothing;
            }
            control.value.clone()
        }
        "file" => return Wanted::Nothing,
        "password" => PASSWORD.to_owned(),
        "email" => if turn.is_multiple_of(2) { SOMEBODY } else { NEWCOMER }.to_owned(),
        "tel" => "06 12 34 56 78".to_owned(),
        // Of a visa; of a project.
        _ if name == "date" => "2026-11-23".to_owned(),
        kind if kind == "date" || name.ends_with("_date") => if control.kind == "date" { "2027-03-01" } else { "01/03/2027" }.to_owned(),
        _ if matches!(name, "given_name" | "family_name") => return Wanted::Name,
        _ if name == "siret" => SIRET.to_owned(),
        _ if name == "identifiant" => "service-de-passage".to_owned(),
        _ if name.contains("redirect_uris") => "https://service.clamart.example/retour".to_owned(),
        _ if name == "texte" && control.value.contains("[[") => control.value.clone(),
        _ if control.numeric => "12".to_owned(),
        _ if name.ends_with("url") => return Wanted::Web,
        _ if matches!(name, "q" | "code" | "cle") => return Wanted::Line,
        "textarea" => return Wanted::Text,
        _ => return Wanted::Line,
    };
    Wanted::This(text)
}
