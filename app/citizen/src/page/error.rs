//! The page of a login that cannot go on: what happened, what to do, and the reference to give to support.

use leptos::prelude::*;
use ui::{
    components::{ButtonKind, PageTitle},
    shell::Theme,
};

use crate::page::{BackForm, broker_page};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorPage {
    pub code: String,
    pub message: String,
    pub reference: String,
    /// Only when the service is known with certainty.
    pub back: Option<BackForm>,
}

const TITLE: &str = "Une erreur s’est produite";

pub fn error_page(theme: Theme, page: ErrorPage) -> String {
    broker_page(theme, TITLE, move || {
        let ErrorPage { code, message, reference, back } = page;
        let advice = if back.is_some() {
            "Vous pouvez revenir sur le service et recommencer."
        } else {
            "Fermez cette page et recommencez depuis le service où vous souhaitez vous connecter."
        };
        view! {
            <PageTitle title=TITLE lead=message />
            <h2 class="fr-h6">"Que faire\u{a0}?"</h2>
            <p>{advice}" Si l’erreur revient, donnez à l’assistance le code et la référence ci-dessous."</p>
            <dl class="hb-summary">
                <div class="hb-summary__row"><dt>"Code d’erreur"</dt><dd>{code}</dd></div>
                <div class="hb-summary__row"><dt>"Référence"</dt><dd>{reference}</dd></div>
            </dl>
            {back.map(|back| back.view(ButtonKind::Primary, true))}
        }
    })
}
