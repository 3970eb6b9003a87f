//! Public pages: what Habilis is, who may ask, what can be asked for, and what is said when something fails.

use leptos::prelude::*;
use ui::components::*;

pub(crate) fn mail_link(address: &str) -> impl IntoView + use<> {
    view! { <a href=followed(mailto(address))>{address.to_owned()}</a> }
}
