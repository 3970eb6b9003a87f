//! The page where the file of a new service is written: copied from another file, checked with a preview of the form, published.

use domain::{catalogue::Form, routes};
use habilitation::publishing::{FileLine, VENDORS};
use leptos::prelude::*;
use ui::components::*;

use super::{
    Action, Sent,
    page::{TITLE, preview},
};
use crate::shared::way;

/// Why the file was not published: which control is wrong, and the sentence to show.
pub enum NewRefusal {
    Slug(String),
    Text(String),
    Reason(String),
}

pub struct NewPage<'a> {
    pub files: &'a [FileLine],
    /// The file the text was just copied from.
    pub model: Option<&'a str>,
    pub slug: &'a str,
    pub text: &'a str,
    pub reason: &'a str,
    pub refusal: Option<&'a NewRefusal>,
    /// The form as applicants would see it, once the text was checked and could be published.
    pub form: Option<&'a Form>,
    pub csrf: &'a str,
}

pub fn new_page(page: &NewPage<'_>) -> impl IntoView + use<> {
    let NewPage { files, model, slug, text, reason, refusal, form, csrf } = *page;
    let csrf = csrf.to_owned();
    let mut name =
        Field::new(Sent::Slug, "Identifiant").hint("Il figure dans les adresses et ne change plus. Exemple\u{a0}: api-scolarite.").value(slug);
    let mut field =
        Field::new(Sent::Text, "Texte du fichier").hint("Au format TOML. La ligne «\u{a0}slug\u{a0}» reçoit l’identifiant ci-dessus.").value(text);
    let mut why = Field::new(Sent::Reason, "Motif de la publication").hint("Gardé avec la première version.").value(reason);
    let mut errors = Vec::new();
    let told = match refusal {
        Some(NewRefusal::Slug(message)) => Some((Sent::Slug, &mut name, message)),
        Some(NewRefusal::Text(message)) => Some((Sent::Text, &mut field, message)),
        Some(NewRefusal::Reason(message)) => Some((Sent::Reason, &mut why, message)),
        None => None,
    };
    if let Some((control, refused, message)) = told {
        errors.push(ErrorLink::new(control, message.clone()));
        *refused = std::mem::replace(refused, Field::new("", "")).error(message.clone());
    }
    let alert = form.map(|_| {
        view! {
            <Alert tone=Tone::Success title="Le fichier est correct" live=true>
                <p>"Il n’est pas encore publié. Relisez l’aperçu en bas de la page, puis donnez un motif."</p>
            </Alert>
        }
    });
    let below = form.map(|form| preview(form, None, None).into_any());
    view! {
        <Breadcrumb parents=way(&[(routes::CATALOGUE_FILES, TITLE)]) current="Nouveau service" />
        <ErrorSummary errors=errors />
        <PageTitle title="Nouveau service" lead="Partez d’un fichier existant ou du strict minimum, vérifiez, puis publiez. Donnez ensuite les droits aux équipes qui l’instruiront." />
        {alert}
        {start(files, model)}
        <PostForm action=routes::CATALOGUE_NEW csrf=csrf>
            <TextField field=name />
            <div class="hb-code-field"><TextareaField field=field rows=30 /></div>
            <TextField field=why />
            <Buttons>
                <Button label="Vérifier" kind=ButtonKind::Secondary name=Sent::Action value=Action::Check />
                <Button label="Publier" name=Sent::Action value=Action::Publish />
            </Buttons>
        </PostForm>
        {below}
    }
}

/// A form sent by GET that loads the page again with the text of another file.
fn start(files: &[FileLine], model: Option<&str>) -> impl IntoView + use<> {
    let choices = files.iter().filter(|line| line.file != VENDORS).map(|line| Choice::new(line.file.clone(), line.name.clone())).collect();
    let field =
        Field { required: false, ..Field::new(Sent::Model, "Partir de") }.hint("Remplace le texte ci-dessous.").value(model.unwrap_or_default());
    view! {
        <form class="hb-form hb-search" method="get" action=routes::CATALOGUE_NEW>
            <SelectField field=field choices=choices placeholder="Le strict minimum" />
            <div class="fr-btns-group fr-btns-group--inline-md"><Button label="Reprendre ce texte" kind=ButtonKind::Secondary /></div>
        </form>
    }
}
