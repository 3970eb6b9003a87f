//! The page of a request that failed.

use domain::routes;
use leptos::prelude::*;
use ui::{
    components::*,
    shell::{Chrome, render_document},
};

/// A form as it was sent, offered again after a failure, a new sign-in or a proof of identity.
#[derive(Debug, Clone)]
pub struct Again {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

pub const KEPT_TITLE: &str = "Votre saisie est gardée";

/// The page of a form that was sent after the session ended, to be sent again. Its values are listed without labels, which only the
/// page of that form knows.
pub fn resumed_page(again: Again, csrf: &str) -> impl IntoView + use<> {
    let Again { action, fields } = again;
    let hidden = fields.iter().map(|(name, value)| view! { <HiddenField name=name.clone() value=value.clone() /> }).collect_view();
    let typed = fields.iter().filter(|(name, value)| !INNER.contains(&name.as_str()) && !value.trim().is_empty());
    let typed = typed.map(|(_, value)| view! { <li class="hb-prewrap"><bdi>{value.clone()}</bdi></li> }).collect_view();
    view! {
        <PageTitle title=KEPT_TITLE lead="Votre session s’était terminée\u{a0}: rien n’a été envoyé. Vérifiez votre saisie, puis envoyez-la." />
        <ul>{typed}</ul>
        <p>"Si vous aviez choisi des documents, il faudra les joindre de nouveau."</p>
        <PostForm action=action csrf=csrf.to_owned()>
            {hidden}
            <Buttons>
                <Button label="Envoyer" />
                <LinkButton label="Annuler" href=routes::HOME kind=ButtonKind::Tertiary />
            </Buttons>
        </PostForm>
    }
}

/// Fields that nobody types, left out of that list.
const INNER: [&str; 3] = ["version", "action", "suite"];

/// A whole document for a request that failed.
pub fn error_page(chrome: Chrome, status: u16, title: &str, sentence: &str, reference: Option<&str>, again: Option<(&'static str, Again)>) -> String {
    let home = if again.is_some() { ButtonKind::Secondary } else { ButtonKind::Primary };
    let again = again.map(|(label, Again { action, fields })| {
        let fields = fields.into_iter().map(|(name, value)| view! { <HiddenField name=name value=value /> }).collect_view();
        view! {
            <p>"Ce que vous avez saisi est gardé."</p>
            <PostForm action=action csrf=chrome.csrf.clone()>
                {fields}
                <Buttons>
                    <Button label=label />
                </Buttons>
            </PostForm>
        }
    });
    // Refused to an impersonating administrator: the button that ends the impersonation comes first.
    let impersonating = chrome.user.as_ref().is_some_and(|user| user.impersonated_until.is_some());
    let leave = (status == 403 && impersonating).then(|| {
        let csrf = chrome.csrf.clone();
        view! { <PostForm action=routes::IMPERSONATION_END csrf=csrf inline=true><Button label="Revenir à mon compte" /></PostForm> }
    });
    let home = if leave.is_some() { ButtonKind::Secondary } else { home };
    let chrome = Chrome { title: title.to_owned(), ..chrome };
    let reference = reference.map(|reference| {
        view! { <p>"Si vous nous écrivez, citez cette référence\u{a0}: "<code>{reference.to_owned()}</code></p> }
    });
    let (title, sentence) = (title.to_owned(), sentence.to_owned());
    render_document(chrome, || {
        view! {
            <PageTitle title=title lead=sentence>
                <p>{format!("Erreur {status}")}</p>
            </PageTitle>
            {reference}
            {again}
            <Buttons>
                {leave}
                <LinkButton label="Revenir à l’accueil" href=routes::HOME kind=home />
                <LinkButton label="Mes demandes" href=routes::REQUESTS kind=ButtonKind::Secondary />
            </Buttons>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_page_is_escaped_and_leads_home() {
        let html = error_page(Chrome::default(), 500, "Une <erreur>", "Réessayez.", Some("abc123"), None);
        assert!(html.starts_with("<!DOCTYPE html>") && html.contains("abc123") && html.contains(r#"href="/""#), "{html}");
        assert!(!html.contains("<erreur>"));
    }
}
