//! The form that all pages use: sent by POST with a CSRF token, and validated by the server only.

use leptos::prelude::*;

/// Name of the hidden input that carries the session's token.
pub const CSRF_FIELD: &str = "csrf";

/// Context present while an administrator impersonates the person whose page it is.
#[derive(Clone, Copy)]
pub struct Impersonating;

/// Why the form is disabled: an administrator is impersonating the person and may not send it. `None` otherwise.
fn in_person_only(action: &str, holds: Option<&str>) -> Option<&'static str> {
    use_context::<Impersonating>()?;
    let sent = domain::routes::pattern_of(action).is_some_and(|route| domain::impersonation::may_send(route, |name| holds == Some(name)));
    (!sent).then_some("Seule la personne elle-même peut envoyer ce formulaire.")
}

/// Whether this page is closed to impersonating administrators, and one is reading.
pub(super) fn is_for_the_person(href: &str) -> bool {
    use_context::<Impersonating>().is_some() && domain::routes::pattern_of(href).is_some_and(domain::impersonation::is_for_the_person)
}

/// A `POST` form without the browser's own validation, so that a draft may be incomplete.
#[component]
pub fn PostForm(
    #[prop(into)] action: String,
    #[prop(into)] csrf: String,
    /// Sends files (`multipart/form-data`).
    #[prop(optional)]
    upload: bool,
    /// For a form that is a single button: no column width, no vertical spacing.
    #[prop(optional)]
    inline: bool,
    #[prop(optional, into)] id: Option<String>,
    /// A field that only this form has among those sent to the same address.
    #[prop(optional, into)]
    holds: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let refused = in_person_only(&action, holds);
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
            {match refused {
                None => children().into_any(),
                Some(why) => view! {
                    <fieldset class="hb-read-only" disabled>
                        <p class="fr-hint-text">{why}</p>
                        {children()}
                    </fieldset>
                }
                .into_any(),
            }}
        </form>
    }
}

#[component]
pub fn HiddenField(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}
