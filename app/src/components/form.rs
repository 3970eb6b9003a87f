//! Every form of the site: posted, protected by a token, checked by the server alone.

use leptos::prelude::*;

/// Name of the hidden input that carries the session's token.
pub const CSRF_FIELD: &str = "csrf";

/// A `POST` form without the browser's own validation, so that a draft may be incomplete.
#[component]
pub fn PostForm(
    #[prop(into)] action: String,
    #[prop(into)] csrf: String,
    /// Sends files (`multipart/form-data`).
    #[prop(optional)]
    upload: bool,
    /// A single button in running layout: no column width, no vertical rhythm.
    #[prop(optional)]
    inline: bool,
    #[prop(optional, into)] id: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <form
            class=if inline { "hb-form-inline" } else { "hb-form" }
            id=id
            method="post"
            action=action
            enctype=upload.then_some("multipart/form-data")
            novalidate
        >
            <HiddenField name=CSRF_FIELD value=csrf />
            {children()}
        </form>
    }
}

#[component]
pub fn HiddenField(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}
