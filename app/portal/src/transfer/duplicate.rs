//! The page that copies a request: what the copy takes from it.

use domain::{catalogue::Kind, routes};
use habilitation::requests::Opened;
use leptos::prelude::*;
use ui::components::{Breadcrumb, Button, ButtonKind, Buttons, CheckboxField, Field, LinkButton, PageTitle, PostForm};
use web::request::read::title_of;

use super::CopySent;

pub fn duplicate_page(opened: &Opened, csrf: &str) -> impl IntoView + use<> {
    let id = opened.request.id;
    let title = title_of(&opened.request.title);
    let relies = opened.service.all_fields().iter().any(|field| field.kind == Kind::Reliance) && opened.request.relies_on.is_some();
    let contacts = Field::new(CopySent::Contacts, "Reprendre aussi les contacts").optional_silently();
    let reliance = Field::new(CopySent::Reliance, "Reprendre aussi le rattachement à FranceConnect").optional_silently();
    view! {
        <Breadcrumb
            parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned()), (routes::request(id), title.clone())]
            current="Dupliquer"
        />
        <PageTitle title="Dupliquer cette demande" lead=format!("{title} · D{}", opened.request.number) />
        <p>"Une nouvelle demande est créée, en brouillon, avec les mêmes réponses. Les documents ne sont pas repris."</p>
        <PostForm action=routes::request_duplicate(id) csrf=csrf.to_owned()>
            <CheckboxField field=contacts checked=true />
            {relies.then(|| view! { <CheckboxField field=reliance checked=true /> })}
            <Buttons>
                <Button label="Créer la copie" />
                <LinkButton href=routes::request(id) label="Annuler" kind=ButtonKind::Tertiary />
            </Buttons>
        </PostForm>
    }
}
