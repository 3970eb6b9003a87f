//! What the invited person sees of a request prepared for them, before they take it.

use domain::routes;
use habilitation::requests::Offer;
use leptos::prelude::*;
use ui::components::{Button, Buttons, PageTitle, PostForm, SummaryList, SummaryRow};
use web::request::read::title_of;

pub fn claim_page(token: &str, offer: &Offer, csrf: &str) -> impl IntoView + use<> {
    let Offer { service, title, organisation, by, note } = offer.clone();
    let mut rows = vec![
        SummaryRow::text("Service", service),
        SummaryRow::text("Projet", title_of(&title)),
        SummaryRow::text("Organisation", organisation),
        SummaryRow::text("Préparée par", by),
    ];
    if !note.is_empty() {
        rows.push(SummaryRow::text("Message", note));
    }
    view! {
        <PageTitle
            title="Une demande a été préparée pour vous"
            lead="Une partie du formulaire est déjà remplie. Reprenez-la\u{a0}: vous pourrez tout modifier avant de la transmettre."
        />
        <SummaryList rows=rows />
        <PostForm action=routes::claim(token) csrf=csrf.to_owned()>
            <Buttons>
                <Button label="Reprendre cette demande" />
            </Buttons>
        </PostForm>
    }
}
