//! The internal notes on the request’s page, and the page where one’s own note is changed or removed.

use domain::{calendar, ids::RequestId, routes};
use habilitation::{
    requests::Opened,
    reviews::{MAX_NOTE, Note, NoteRead},
};
use leptos::prelude::*;
use ui::components::{Breadcrumb, Button, ButtonKind, Buttons, ErrorSummary, Field, LinkButton, PageTitle, PostForm, TextareaField, errors_of};

use super::{Action, Sent};
use crate::shared::trail;

/// A note that was refused: what was typed, and why.
#[derive(Debug, Clone, Default)]
pub struct NoteRefusal {
    pub text: String,
    pub message: String,
}

pub const NOTE_ID: &str = "note";

fn field(refusal: Option<&NoteRefusal>, text: &str) -> Field {
    let limit = u32::try_from(MAX_NOTE).unwrap_or(u32::MAX);
    Field::new(Sent::Text, "Note interne")
        .id(NOTE_ID)
        .hint("Visible des seuls instructeurs de ce service, jamais du demandeur.")
        .maxlength(limit)
        .value(refusal.map_or(text, |refusal| &refusal.text))
        .error(refusal.map(|refusal| refusal.message.clone()))
}

pub fn section(request: RequestId, notes: &[NoteRead], may_write: bool, refusal: Option<&NoteRefusal>, csrf: &str) -> AnyView {
    let items: Vec<AnyView> = notes.iter().map(|note| shown(request, note)).collect();
    let empty = items.is_empty().then(|| view! { <p class="hb-muted">"Aucune note pour l’instant."</p> });
    let (field, csrf) = (field(refusal, ""), csrf.to_owned());
    let form = may_write.then(|| {
        view! {
            <PostForm action=routes::review_notes(request) csrf=csrf>
                <TextareaField field=field rows=3 />
                <Button label="Ajouter la note" kind=ButtonKind::Secondary />
            </PostForm>
        }
    });
    view! {
        <section class="fr-mb-4w" aria-labelledby="notes">
            <h2 class="fr-h4" id="notes" tabindex="-1">"Notes internes"</h2>
            {items}
            {empty}
            {form}
        </section>
    }
    .into_any()
}

fn shown(request: RequestId, read: &NoteRead) -> AnyView {
    let NoteRead { note, author, mine } = read;
    let edited = note.edited_at.map(|_| " (modifiée)").unwrap_or_default();
    let head = format!("{author}, le {}{edited}", calendar::french_moment(note.at));
    let about = format!("la note du {}", calendar::french_moment(note.at));
    let change = mine.then(|| {
        view! { <p><a href=routes::review_note(request, note.id)>"Modifier"<span class="fr-sr-only">{format!(" {about}")}</span></a></p> }
    });
    view! {
        <div class="hb-note">
            <p class="hb-timeline__meta">{head}</p>
            <p class="hb-prewrap">{note.text.clone()}</p>
            {change}
        </div>
    }
    .into_any()
}

/// The page where one’s own note is changed or removed.
pub fn note_page(opened: &Opened, note: &Note, refusal: Option<&NoteRefusal>, csrf: &str) -> impl IntoView + use<> {
    let (request, number) = (opened.request.id, opened.request.number);
    let field = field(refusal, &note.text);
    let errors = errors_of([&field]);
    let back = format!("{}#notes", routes::review_request(request));
    let action = routes::review_note(request, note.id);
    view! {
        <Breadcrumb parents=trail(opened) current="Note interne" />
        <ErrorSummary errors=errors />
        <PageTitle title="Modifier une note interne" lead=format!("Demande D{number}") />
        <PostForm action=action csrf=csrf.to_owned()>
            <TextareaField field=field />
            <Buttons>
                <Button label="Enregistrer" name=Sent::Action value=Action::Save />
                <LinkButton href=back label="Annuler" kind=ButtonKind::Tertiary />
                <Button label="Supprimer la note" kind=ButtonKind::Danger name=Sent::Action value=Action::Remove />
            </Buttons>
        </PostForm>
    }
}
