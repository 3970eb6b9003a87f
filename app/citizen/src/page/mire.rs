//! The page where a citizen chooses an identity provider.

use broker::fields;
use leptos::prelude::*;
use ui::{
    components::{Alert, Button, ButtonKind, HiddenField, PageTitle, PostForm, Tone},
    shell::Theme,
};

use crate::page::{BackForm, broker_page};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mire {
    pub back: BackForm,
    /// The address the choice is posted to.
    pub action: String,
    pub providers: Vec<Provider>,
    /// The provider through which a login has just failed.
    pub failed: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provider {
    pub uid: String,
    pub name: String,
}

pub fn mire_page(theme: Theme, page: Mire) -> String {
    broker_page(theme, "Choisissez comment vous identifier", move || {
        let Mire { back, action, providers, failed } = page;
        let lead = format!("Pour vous connecter à «\u{a0}{}\u{a0}».", back.service);
        let none = providers.is_empty();
        let (flow, csrf) = (back.flow.clone(), back.csrf.clone());
        let choices = providers
            .into_iter()
            .map(|Provider { uid, name }| {
                let (action, flow, csrf) = (action.clone(), flow.clone(), csrf.clone());
                view! {
                    <li>
                        <PostForm action=action csrf=csrf inline=true>
                            <HiddenField name=fields::FLOW value=flow />
                            <Button label=name name=fields::PROVIDER value=uid />
                        </PostForm>
                    </li>
                }
            })
            .collect_view();
        view! {
            {failed.map(failure)}
            <PageTitle title="Choisissez comment vous identifier" lead=lead />
            {if none {
                view! { <p>"Aucun moyen de connexion n’est ouvert ici pour le moment."</p> }.into_any()
            } else {
                view! {
                    <p>"Vous utilisez un compte que vous avez déjà\u{a0}: le service ne verra jamais votre mot de passe."</p>
                    <ul class="fr-raw-list">{choices}</ul>
                }
                .into_any()
            }}
            {back.view(ButtonKind::Tertiary, false)}
        }
    })
}

fn failure(name: String) -> impl IntoView {
    view! {
        <Alert tone=Tone::Error title=format!("La connexion à «\u{a0}{name}\u{a0}» n’a pas abouti") live=true>
            <p>"Réessayez, ou choisissez un autre moyen de connexion."</p>
        </Alert>
    }
}
