//! Running the site: the way to each of its rooms.

use leptos::prelude::*;

use crate::components::*;

pub fn home() -> impl IntoView + use<> {
    view! { <PageTitle title="Administration" lead="Les droits des personnes et la vie du site." /> }
}
