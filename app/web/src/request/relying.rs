//! On the page of a request others rely on: the habilitations in force whose data is read through it.

use domain::{calendar::french_date, routes};
use habilitation::requests::Opened;
use leptos::prelude::*;
use ui::{
    cells,
    components::{Column, Table, followed},
};

use crate::request::read::title_of;

/// Nothing at all when there is none.
pub fn relying(opened: &Opened) -> Option<AnyView> {
    if opened.relying.is_empty() {
        return None;
    }
    let rows: Vec<Vec<AnyView>> = opened
        .relying
        .iter()
        .map(|one| {
            let (href, number) = (routes::public_habilitation(&one.number), one.number.clone());
            let until = one.valid_until.map_or_else(|| "Sans limite".to_owned(), french_date);
            cells![view! { <a href=followed(href)>{number}</a> }, title_of(&one.title), one.service.clone(), until]
        })
        .collect();
    let columns = ["Habilitation", "Projet", "Service", "Valable jusqu’au"].map(Column::text).to_vec();
    let caption = format!("Habilitations qui reposent sur {}", opened.service.name);
    Some(view! { <Table id="reposent" caption=caption columns=columns rows=rows /> }.into_any())
}
