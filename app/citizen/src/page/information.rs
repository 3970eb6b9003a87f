//! The page that tells a citizen which data the service is about to receive.

use broker::fields;
use leptos::prelude::*;
use ui::{
    components::{Button, ButtonKind, Buttons, HiddenField, PageTitle, PostForm},
    shell::Theme,
};

use crate::page::{BackForm, broker_page};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Information {
    pub back: BackForm,
    /// The address the confirmation is posted to.
    pub action: String,
    pub organisation: String,
    /// The identity provider.
    pub provider: String,
    pub identity: Vec<String>,
    pub data: Vec<DataGroup>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataGroup {
    pub provider: String,
    pub labels: Vec<String>,
}

pub fn information_page(theme: Theme, page: Information) -> String {
    broker_page(theme, "Vos données transmises au service", move || {
        let Information { back, action, organisation, provider, identity, data } = page;
        let anonymous = identity.is_empty() && data.is_empty();
        let service = back.service.clone();
        let lead = if anonymous {
            format!("Vous allez vous connecter de façon anonyme à «\u{a0}{service}\u{a0}»\u{a0}: aucune donnée d’identité ne lui est transmise.")
        } else {
            format!("«\u{a0}{service}\u{a0}» recevra les données ci-dessous pour vous connecter.")
        };
        let of = (organisation != service && !organisation.is_empty()).then(|| view! { <p>"Service proposé par "{organisation}"."</p> });
        let identity = (!identity.is_empty()).then(|| {
            let source = format!("Votre identité, transmise par «\u{a0}{provider}\u{a0}»");
            group("identite".to_owned(), source, identity)
        });
        let data = data
            .into_iter()
            .enumerate()
            .map(|(position, DataGroup { provider, labels })| {
                group(format!("donnees-{position}"), format!("Données demandées à\u{a0}: {provider}"), labels)
            })
            .collect_view();
        let (flow, csrf) = (back.flow.clone(), back.csrf.clone());
        view! {
            <PageTitle title="Vos données transmises au service" lead=lead />
            {of}
            {identity}
            {data}
            <PostForm action=action csrf=csrf>
                <HiddenField name=fields::FLOW value=flow />
                <Buttons>
                    <Button label=format!("Continuer sur {service}") />
                </Buttons>
            </PostForm>
            {back.view(ButtonKind::Tertiary, false)}
        }
    })
}

fn group(id: String, title: String, labels: Vec<String>) -> impl IntoView {
    let labels = labels.into_iter().map(|label| view! { <li>{label}</li> }).collect_view();
    let title_id = id.clone();
    view! {
        <section aria-labelledby=id>
            <h2 class="fr-h6" id=title_id>{title}</h2>
            <ul>{labels}</ul>
        </section>
    }
}
