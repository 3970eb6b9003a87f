//! Pages of the identity broker, for citizens passing through: choice of an identity provider, information
//! before data is passed on, errors, end of the session; and the login page of the simulated provider.

pub mod error;
pub mod information;
pub mod logged_out;
pub mod mire;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use ui::{
    components::{Button, ButtonKind, HiddenField, PostForm},
    shell::{CitizenChrome, render_citizen},
};

pub use crate::page::error::{ErrorPage, error_page};
pub use crate::page::information::{DataGroup, Information, information_page};
pub use crate::page::logged_out::logged_out_page;
pub use crate::page::mire::{Mire, Provider, mire_page};

pub use ui::shell::Theme;

/// « Revenir sur {service} »: leaves the login, and tells the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackForm {
    pub action: String,
    pub service: String,
    pub flow: String,
    pub csrf: String,
}

/// Name of the hidden field that carries the login's identifier.
pub const FLOW_FIELD: &str = "flow";

impl BackForm {
    fn view(self, kind: ButtonKind, after_error: bool) -> impl IntoView {
        let Self { action, service, flow, csrf } = self;
        view! {
            <PostForm action=action csrf=csrf inline=true>
                <HiddenField name=FLOW_FIELD value=flow />
                {after_error.then(|| view! { <HiddenField name="reason" value="error" /> })}
                <Button label=format!("Revenir sur {service}") kind=kind />
            </PostForm>
        }
    }
}

fn broker_page<V: IntoView + 'static>(theme: Theme, title: &str, body: impl FnOnce() -> V) -> String {
    render_citizen(CitizenChrome { title: title.to_owned(), theme, ..CitizenChrome::default() }, body)
}
