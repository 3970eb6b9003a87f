//! The pages that citizens see: the choice of an identity provider (« mire »), the information before data is passed on, errors, the
//! end of the session.

mod error;
mod information;
mod logged_out;
mod mire;
#[cfg(test)]
mod tests;

use broker::fields;
use leptos::prelude::*;
use ui::{
    components::{Button, ButtonKind, HiddenField, PostForm},
    shell::{CitizenChrome, render_citizen},
};

pub use self::error::{ErrorPage, error_page};
pub use self::information::{DataGroup, Information, information_page};
pub use self::logged_out::logged_out_page;
pub use self::mire::{Mire, Provider, mire_page};

pub use ui::shell::Theme;

/// The form of « Revenir sur {service} », which ends the login and sends the citizen back with an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackForm {
    pub action: String,
    pub service: String,
    pub flow: String,
    pub csrf: String,
}

impl BackForm {
    fn view(self, kind: ButtonKind, after_error: bool) -> impl IntoView {
        let Self { action, service, flow, csrf } = self;
        view! {
            <PostForm action=action csrf=csrf inline=true>
                <HiddenField name=fields::FLOW value=flow />
                {after_error.then(|| view! { <HiddenField name=fields::REASON value=fields::AFTER_ERROR /> })}
                <Button label=format!("Revenir sur {service}") kind=kind />
            </PostForm>
        }
    }
}

fn broker_page<V: IntoView + 'static>(theme: Theme, title: &str, body: impl FnOnce() -> V) -> String {
    render_citizen(CitizenChrome { title: title.to_owned(), theme, ..CitizenChrome::default() }, body)
}
